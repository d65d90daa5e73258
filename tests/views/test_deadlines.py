"""Setting a deadline on the desk: what the page warns of, and that nothing is lost on the way."""

import datetime

import pytest
from django.utils import timezone

from letters.models import Recess
from letters.workflow import circulating, deadlines
from tests.deadlines import typed
from tests.factories import DAY, make_draft, make_office
from tests.workflow import lives

from .conftest import path, said

pytestmark = pytest.mark.django_db
ZONE = "America/New_York"
ALL_THE_SAME = 'name="all_the_same"'


def weekday(number, weeks=3):
    """6 pm on the first such day (Monday is 0) at least so many weeks away."""
    day = timezone.localdate() + weeks * 7 * DAY
    day += DAY * ((number - day.weekday()) % 7)
    return datetime.datetime.combine(day, datetime.time(18), timezone.get_default_timezone())


SUNDAY = weekday(6)


def fields(moment, **more):
    both = typed(moment)
    del both["all_the_same"]
    return {**both, **more}


@pytest.fixture
def asked(house):
    wanted = SUNDAY.astimezone(datetime.UTC)
    return deadlines.request(house.letter, house.office, house.person, wanted_at=wanted, now=timezone.now())


@pytest.fixture(params=["circulate", "move", "grant"])
def page(request, house, asked, client_of):
    """One of the three pages on which a deadline is set: how to post to it, and what it asks besides the deadline."""
    draft = make_draft()
    url, client, more = {
        "circulate": (
            path("desk-circulate", draft),
            client_of(draft.created_by),
            {"when": "now", "zone": ZONE, "audience": "invited", "list_shown": "all"},
        ),
        "move": (path("desk-deadline", house.letter), house.lead, {}),
        "grant": (path("decide-request", house.letter, asked.pk), house.lead, {"decision": "all", "answer": "Gladly."}),
    }[request.param]
    return lambda **sent: client.post(url, {**more, **sent})


def test_a_deadline_on_a_sunday_is_set_only_when_it_is_said_again(page):
    rows = lives.rows()
    response = page(**fields(SUNDAY))
    shown = response.content.decode()
    assert response.status_code == 200
    assert response.context["form"].warnings == [f"{SUNDAY:%B} {SUNDAY.day} is a Sunday."]
    assert f"{SUNDAY:%A, %B} {SUNDAY.day}, {SUNDAY.year}, 6:00 pm" in shown
    assert ALL_THE_SAME in shown
    assert lives.rows() == rows
    assert page(**typed(SUNDAY)).status_code == 302
    assert lives.rows() != rows


def test_what_was_typed_stands_in_the_page_that_warns(page):
    response = page(**fields(SUNDAY, time="cob"))
    shown = response.content.decode()
    assert 'value="cob"' in shown
    assert f'value="{SUNDAY:%Y-%m-%d}"' in shown
    for name, value in response.context["form"].data.items():
        assert value in shown, name


def test_the_button_stands_for_the_deadline_that_was_warned_of(page):
    rows = lives.rows()
    response = page(**fields(SUNDAY + 7 * DAY), all_the_same=typed(SUNDAY)["all_the_same"])
    assert response.context["form"].warnings
    assert lives.rows() == rows


def test_a_time_that_cannot_be_read_keeps_what_was_typed(page):
    rows = lives.rows()
    response = page(date=f"{SUNDAY:%Y-%m-%d}", time="teatime")
    assert any("“teatime” is not a time" in sentence for sentence in said(response))
    assert 'value="teatime"' in response.content.decode()
    assert ALL_THE_SAME not in response.content.decode()
    assert lives.rows() == rows


def test_a_denied_request_is_never_warned_of(house, asked):
    response = house.lead.post(path("decide-request", house.letter, asked.pk), {"decision": "deny", "answer": "It goes out.", **fields(SUNDAY)})
    assert response.status_code == 302


def test_what_the_desk_says_afterwards_is_the_deadline_in_words(house):
    response = house.lead.post(path("desk-deadline", house.letter), typed(SUNDAY), follow=True)
    assert f"The deadline is moved to {SUNDAY:%A, %B} {SUNDAY.day}, {SUNDAY.year}, 6:00 pm E" in said(response)[0]


@pytest.mark.parametrize(
    ("chamber", "invited", "warns"),
    [("house", "house", True), ("senate", "house", False), ("", "house", True), ("house", None, True), ("senate", None, True)],
)
def test_a_recess_warns_where_an_invited_office_is_of_its_chamber(house, client_of, chamber, invited, warns):
    days = {"first_day": timezone.localdate(), "last_day": timezone.localdate() + 100 * DAY}
    Recess.objects.create(chamber=chamber, name="Work period", **days)
    draft = make_draft()
    client, url, more = house.lead, path("desk-deadline", house.letter), {}
    if not invited:
        more = {"when": "now", "zone": ZONE, "audience": "invited", "list_shown": "all"}
        client, url = client_of(draft.created_by), path("desk-circulate", draft)
    response = client.post(url, fields(SUNDAY, **more))
    assert any("Work period" in sentence for sentence in response.context["form"].warnings) is warns


def test_the_grant_for_one_office_asks_for_the_recesses_of_its_chamber_alone(house):
    senator = make_office(chamber="senate")
    circulating.invite(house.letter, [senator], house.letter.created_by, now=timezone.now())
    url = path("desk-deadline", house.letter)
    asked = deadlines.request(
        house.letter, house.office, house.person, wanted_at=SUNDAY.astimezone(datetime.UTC), now=timezone.now()
    )
    Recess.objects.create(chamber="senate", name="State work period", first_day=SUNDAY.date(), last_day=SUNDAY.date())
    warnings = house.lead.post(url, fields(SUNDAY)).context["form"].warnings
    assert any("State work period" in sentence for sentence in warnings)
    alone = house.lead.post(path("decide-request", house.letter, asked.pk), {"decision": "office", **fields(SUNDAY)})
    assert not any("State work period" in sentence for sentence in alone.context["form"].warnings)


def test_a_deadline_is_marked_with_the_offset_of_the_letter_s_own_zone(house):
    house.letter.zone = "Pacific/Guam"
    house.letter.save()
    assert f'<time datetime="{house.letter.deadline_at.astimezone(house.letter.tzinfo):%Y-%m-%dT%H:%M}+10:00" data-deadline>' in (
        house.staff.get(path("letter", house.letter)).content.decode()
    )

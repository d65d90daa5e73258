"""Circulating now or at a time set before, as the lead does it on the desk."""

import datetime

import pytest
from django.utils import timezone

from letters.workflow import circulating, revising, scheduling
from tests.deadlines import typed
from tests.factories import DAY, HOUR, make_draft, make_office, text
from tests.workflow import lives
from tests.workflow.lives import again

from .conftest import path, said

pytestmark = pytest.mark.django_db
READERS = {"zone": "America/New_York", "audience": "invited", "list_shown": "all"}


def days_away(days):
    """9 am on a day that far away."""
    day = timezone.localdate() + days * DAY
    return datetime.datetime.combine(day, datetime.time(9), timezone.get_default_timezone()).astimezone(datetime.UTC)


AT, UNTIL = days_away(5), days_away(20)


def goes_out(moment):
    fields = typed(moment)
    return {"when": "later", "circulate_date": fields["date"], "circulate_time": fields["time"]}


@pytest.fixture
def draft():
    return make_draft()


@pytest.fixture
def lead(draft, client_of):
    return client_of(draft.created_by)


def post(lead, draft, **fields):
    return lead.post(path("desk-circulate", draft), {**READERS, **typed(UNTIL), **fields})


def schedule(draft, at=AT, until=UNTIL):
    chosen = {"zone": "America/New_York", "audience": "any", "list_shown": "all"}
    scheduling.schedule(draft, draft.created_by, circulate_at=at, deadline_at=until, now=timezone.now(), **chosen)


def test_a_time_is_set_and_the_desk_says_when_it_goes_out(draft, lead):
    assert post(lead, draft, **goes_out(AT)).url == path("desk", draft)
    letter = again(draft)
    assert (letter.is_draft, letter.circulate_at, letter.deadline_at, letter.audience) == (True, AT, UNTIL, "invited")
    local = AT.astimezone(letter.tzinfo)
    shown = lead.get(path("desk", draft)).content.decode()
    assert f"{local:%A, %B} {local.day}, {local.year}, 9:00 am E" in shown
    assert "Circulates <time" in shown
    assert path("desk-unschedule", draft) in shown


def test_it_can_be_changed_and_cancelled(draft, lead):
    schedule(draft)
    form = lead.get(path("desk-circulate", draft)).context["form"]
    assert (form["when"].value(), form["circulate_time"].value(), form["time"].value()) == ("later", "9:00 am", "9:00 am")
    assert post(lead, draft, **goes_out(AT + DAY)).status_code == 302
    assert again(draft).circulate_at == AT + DAY
    lead.post(path("desk-unschedule", draft))
    assert (again(draft).circulate_at, again(draft).is_draft) == (None, True)


def test_a_deadline_may_be_set_earlier_than_the_one_scheduled_and_is_warned_of_all_the_same(draft, lead):
    schedule(draft, until=UNTIL + 30 * DAY)
    sunday = UNTIL + DAY * ((6 - UNTIL.weekday()) % 7)
    fields = typed(sunday)
    response = post(lead, draft, **goes_out(AT), date=fields["date"], time=fields["time"], all_the_same="")
    assert any("is a Sunday" in warning for warning in response.context["form"].warnings)


def test_too_little_time_is_counted_from_when_it_goes_out(draft, lead):
    at, until = days_away(20), days_away(20) + 3 * HOUR
    fields = typed(until)
    response = post(lead, draft, **goes_out(at), date=fields["date"], time=fields["time"], all_the_same="")
    assert "It gives offices less than two working days." in response.context["form"].warnings


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"when": ""}, "Choose when the letter goes out."),
        ({"when": "later", "circulate_time": "noon"}, "Give the date on which the letter goes out."),
        ({"when": "later", "circulate_date": "2030-01-01"}, "This field is required."),
        ({"when": "later", "circulate_date": "2030-01-01", "circulate_time": "teatime"}, "“teatime” is not a time that can be"),
        ({"when": "later", "circulate_date": "1830-01-01", "circulate_time": "noon"}, "The year 1830 cannot be meant."),
        (
            {"when": "later", "circulate_date": "2020-01-02", "circulate_time": "noon"},
            "The time to circulate has passed",
        ),
        ({"when": "later", "circulate_date": "2099-01-01", "circulate_time": "noon"}, "The deadline is not after the time to"),
        ({"when": "now", "circulate_date": "2030-01-01"}, "You chose “Now” and gave a date on which the letter goes out."),
    ],
)
def test_what_cannot_be_meant_sends_no_letter_and_stays_in_the_page(draft, lead, fields, sentence):
    rows = lives.rows()
    response = post(lead, draft, **fields)
    assert any(said_.startswith(sentence) for said_ in said(response))
    for value in fields.values():
        assert value in response.content.decode()
    assert lives.rows() == rows


def test_a_time_that_clocks_skip_is_refused_with_the_two_around_it(draft, lead):
    response = post(lead, draft, when="later", circulate_date="2027-03-14", circulate_time="2:30 am")
    assert any("Clocks go forward that night" in sentence for sentence in said(response))
    assert again(draft).circulate_at is None


def test_scheduled_before_it_still_goes_out_now_where_now_is_chosen(draft, lead):
    schedule(draft)
    shown = goes_out(AT)
    post(lead, draft, **{**shown, "when": "now"})
    assert again(draft).is_open


def test_the_page_warns_of_changes_that_are_not_published(draft, lead):
    page = path("desk-circulate", draft)
    assert "changes that are not published" not in lead.get(page).content.decode()
    version = revising.copy_of(draft).version
    revising.save_copy(draft, draft.created_by, text=text(body="<p>New.</p>"), version=version, now=timezone.now())
    assert "changes that are not published" in lead.get(page).content.decode()


def test_the_offices_on_the_list_are_invited_in_the_same_moment(draft, lead):
    circulating.list_offices(draft, [make_office(), make_office()], draft.created_by, now=timezone.now())
    assert "2 offices on your list are invited in the same moment." in lead.get(path("desk-circulate", draft)).content.decode()
    response = lead.post(path("desk-circulate", draft), {**READERS, **typed(UNTIL), "when": "now"}, follow=True)
    assert "2 offices are invited." in said(response)[0]


def test_a_time_that_has_come_is_said_to_be_late(draft, lead):
    schedule(draft)
    type(draft).objects.filter(pk=draft.pk).update(circulate_at=timezone.now() - HOUR)
    assert "Was to circulate <time" in lead.get(path("desk", draft)).content.decode()

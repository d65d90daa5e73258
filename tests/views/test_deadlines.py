"""Deadlines on the desk: what the pages warn of and foresee, requests, reminders, and that nothing is lost on the way."""

import datetime
import re

import pytest
from django.utils import timezone

from letters.models import Letter, Recess
from letters.views.deadlines import waiting
from letters.workflow import circulating, deadlines, links, outages, people, reminders
from tests.deadlines import typed
from tests.factories import DAY, HOUR, make_draft, make_letter, make_office, make_staff
from tests.workflow import lives

from .conftest import path, said, sign

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
    response = house.lead.post(
        path("decide-request", house.letter, asked.pk), {"decision": "deny", "answer": "It goes out.", **fields(SUNDAY)}
    )
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


def test_what_a_grant_does_says_that_an_office_that_came_by_the_link_is_invited_with_it(house):
    late = make_staff()
    office, wanted = late.memberships.get().office, SUNDAY.astimezone(datetime.UTC)
    deadlines.request(house.letter, office, late, wanted_at=wanted, now=timezone.now())
    sentence = f"The letter is for invited offices only: {office.label} is invited with it."
    assert sentence not in house.lead.get(path("desk-requests", house.letter)).content.decode()
    links.revoke(house.letter, house.letter.created_by, now=timezone.now())
    house.letter.refresh_from_db()
    shown = house.lead.get(path("desk-requests", house.letter)).content.decode()
    assert shown.count(sentence) == 2, "for the office, and for all"


def test_a_deadline_is_marked_with_the_offset_of_the_letter_s_own_zone(house):
    house.letter.zone = "Pacific/Guam"
    house.letter.save()
    assert f'<time datetime="{house.letter.deadline_at.astimezone(house.letter.tzinfo):%Y-%m-%dT%H:%M}+10:00" data-deadline>' in (
        house.staff.get(path("letter", house.letter)).content.decode()
    )


# --- the queue of requests ---


def grant_as_asked(house, asked, decision):
    return house.lead.post(path("grant-request", house.letter, asked.pk), {"decision": decision}, follow=True)


@pytest.mark.parametrize(("decision", "whose"), [("office", "Ada Able (NY-10)"), ("all", "every office")])
def test_a_request_is_granted_as_asked_with_one_press_and_what_it_does_is_shown_before(house, asked, decision, whose):
    shown = house.lead.get(path("desk-requests", house.letter)).content.decode()
    assert f"The deadline of {whose} moves from" in shown
    assert f"{SUNDAY:%B} {SUNDAY.day} is a Sunday." in shown
    response = grant_as_asked(house, asked, decision)
    assert said(response)[0].startswith(f"Granted: {whose} has time until {SUNDAY:%A, %B} {SUNDAY.day}, {SUNDAY.year}, 6:00 pm E")
    asked.refresh_from_db()
    assert (asked.decision, asked.granted_at) == (decision, asked.wanted_at)


def test_a_second_press_says_that_it_was_answered(house, asked):
    grant_as_asked(house, asked, "office")
    rows = lives.rows()
    assert said(grant_as_asked(house, asked, "all")) == ["This request was answered already: granted for that office."]
    assert lives.rows() == rows


def test_one_s_own_request_has_no_buttons_and_is_not_answered(house):
    lead = house.letter.created_by
    office = make_office("Bo", "Both")
    people.give_place(lead, office, "signer", lead, now=timezone.now())
    wanted = house.letter.deadline_at + DAY
    own = deadlines.request(house.letter, office, lead, wanted_at=wanted, now=timezone.now())
    shown = house.lead.get(path("desk-requests", house.letter)).content.decode()
    assert "You made this request yourself, so somebody else of the lead's office has to answer it." in shown
    assert path("grant-request", house.letter, own.pk) not in shown
    assert said(grant_as_asked(house, own, "office")) == [
        "You made this request yourself. Somebody else of the lead's office has to answer it."
    ]


@pytest.mark.parametrize("state", ["signed", "covered"])
def test_what_has_changed_since_it_was_asked_is_said(house, asked, state):
    if state == "signed":
        sign(house)
        words = "The office has signed since it asked."
    else:
        Letter.objects.filter(pk=house.letter.pk).update(deadline_at=asked.wanted_at + DAY)
        words = "The office has that much time meanwhile."
    shown = house.lead.get(path("desk-requests", house.letter)).content.decode()
    assert words in shown
    assert ("Tell the office so" in shown) is (state == "covered")
    assert ("Grant to every office" in shown) is (state == "signed")


def test_a_time_that_has_passed_while_the_request_waited_cannot_be_granted(house, asked):
    [row] = waiting(house.letter, house.letter.created_by, asked.wanted_at)
    assert (row.passed, row.office, row.all) == (True, None, None)
    [row] = waiting(house.letter, house.letter.created_by, asked.wanted_at - DAY)
    assert (row.passed, row.office.new_at, row.all.new_at) == (False, asked.wanted_at, asked.wanted_at)


def test_a_locked_letter_s_requests_wait_for_nothing(house, asked):
    sign(house)
    lives.lock(house.letter, house.admin)
    shown = house.lead.get(path("desk-requests", house.letter)).content.decode()
    assert "No office waits for more time." in shown
    assert "Move the deadline" not in shown


def test_a_denial_without_a_reason_is_asked_for_one_and_nothing_is_lost(house, asked):
    rows = lives.rows()
    response = house.lead.post(
        path("decide-request", house.letter, asked.pk), {"decision": "deny", **fields(SUNDAY), "answer": " "}
    )
    assert said(response) == ["Say why the request is denied. The office is told."]
    assert lives.rows() == rows


@pytest.mark.parametrize("name", ["desk-deadline", "decide-request"])
def test_what_another_time_would_do_can_be_seen_without_setting_it(house, asked, name):
    url = path(name, house.letter, *([asked.pk] if name == "decide-request" else []))
    wednesday = weekday(2)
    rows = lives.rows()
    response = house.lead.post(url, {"decision": "all", "look": "yes", **fields(wednesday)})
    shown = response.content.decode()
    assert "What it would do" in shown
    assert "Nothing is set yet." in shown
    assert response.context["effect"].new_at == wednesday
    assert lives.rows() == rows


PASSED = "The new deadline has passed already. Choose a later one."
EARLIER = "A deadline can only be moved later: nobody's time is shortened. Choose a later one."


@pytest.mark.parametrize("name", ["desk-deadline", "decide-request"])
@pytest.mark.parametrize(("after", "sentence"), [(-8 * DAY, PASSED), (-HOUR, EARLIER)])
def test_who_asks_what_a_time_would_do_that_is_not_later_is_told_why_it_cannot_be_set(house, asked, name, after, sentence):
    url = path(name, house.letter, *([asked.pk] if name == "decide-request" else []))
    rows = lives.rows()
    response = house.lead.post(url, {"decision": "all", "look": "yes", **fields(house.letter.deadline_at + after)})
    assert (response.status_code, response.context["effect"]) == (409, None)
    assert response.context["form"].errors == {"date": [sentence]}
    assert "<title>Error: " in response.content.decode()
    assert lives.rows() == rows


def test_who_asks_what_a_denial_would_do_is_told(house, asked):
    url, rows = path("decide-request", house.letter, asked.pk), lives.rows()
    response = house.lead.post(url, {"decision": "deny", "answer": "It goes out.", "look": "yes"})
    shown = response.content.decode()
    assert "The deadline stays as it is; the office is told why." in shown
    assert "Nothing is set yet." in shown
    assert lives.rows() == rows
    assert "stays as it is" not in house.lead.get(url).content.decode()


def test_a_time_that_is_warned_of_and_cannot_be_set_is_only_refused(house):
    response = house.lead.post(path("desk-deadline", house.letter), fields(timezone.now() + 400 * DAY))
    assert said(response) == ["That is more than a year away. Check the date, and choose an earlier one."]
    assert ALL_THE_SAME not in response.content.decode()


def test_a_request_for_time_that_is_over_is_refused_beside_the_date(house):
    response = house.staff.post(
        path("request-deadline", house.letter), {"office": house.office.pk, **fields(timezone.now() - DAY), "reason": "x"}
    )
    assert response.status_code == 409
    assert response.context["form"].errors == {"date": ["The time you ask for has passed already. Choose a later one."]}
    assert '<a href="#id_date">' in response.content.decode()


# --- what the page begins with ---

BEGINS = re.compile(r"<[^>]* autofocus[^>]*>")


def test_a_page_that_warns_begins_with_the_warning_and_says_so_in_its_title(page):
    shown = page(**fields(SUNDAY)).content.decode()
    [begins] = BEGINS.findall(shown)
    assert 'class="usa-alert usa-alert--warning"' in begins
    assert "<title>Not set yet: " in shown


def test_a_page_with_errors_begins_with_them(page):
    [begins] = BEGINS.findall(page(date="", time="").content.decode())
    assert "error-summary" in begins


def test_a_page_that_shows_what_a_time_would_do_begins_there(house):
    shown = house.lead.post(path("desk-deadline", house.letter), {"look": "yes", **fields(weekday(2))}).content.decode()
    [begins] = BEGINS.findall(shown)
    assert 'aria-labelledby="foreseen"' in begins


def test_the_button_that_goes_on_says_what_it_does(house, asked, client_of):
    draft = make_draft()
    circulate = {"when": "now", "zone": ZONE, "audience": "invited", "list_shown": "all"}
    goes_out = typed(SUNDAY - DAY)
    later = {"when": "later", "circulate_date": goes_out["date"], "circulate_time": goes_out["time"]}
    lead = client_of(draft.created_by)
    for client, url, more, words in [
        (lead, path("desk-circulate", draft), circulate, "Circulate the letter all the same"),
        (lead, path("desk-circulate", draft), {**circulate, **later}, "Schedule it all the same"),
        (house.lead, path("desk-deadline", house.letter), {}, "Move the deadline all the same"),
        (house.lead, path("decide-request", house.letter, asked.pk), {"decision": "all"}, "Answer the request all the same"),
    ]:
        shown = client.post(url, fields(SUNDAY, **more)).content.decode()
        assert f">{words}</button>" in shown
        assert f"or press “{words}”." in shown


def test_the_dashboard_says_how_many_requests_wait_over_all_letters(house, asked, client_of):
    other = make_letter(house.letter.lead, house.letter.created_by, invited=[house.office])
    deadlines.request(other, house.office, house.person, wanted_at=other.deadline_at + DAY, now=timezone.now())
    shown = " ".join(house.lead.get("/").content.decode().split())
    assert "2 requests for more time wait for your answer" in shown
    assert "more time wait" not in house.staff.get("/").content.decode()


# --- reminders ---


def test_the_lead_chooses_reminders_and_sees_when_they_come(house):
    url = path("desk-reminders", house.letter)
    at = (house.letter.deadline_at - DAY).astimezone(house.letter.tzinfo)
    assert f"{at:%A, %B} {at.day}" in house.lead.get(url).content.decode()
    response = house.lead.post(url, {"steps": ["1h", "7d"]}, follow=True)
    assert said(response)[0].startswith("Saved.")
    assert lives.again(house.letter).reminder_steps == "7d 1h"
    assert "2 offices that have not answered" in response.content.decode()
    none = house.lead.post(url, {}, follow=True).content.decode()
    assert lives.again(house.letter).reminder_steps == ""
    assert "No reminder is to come." in none


def test_a_reminder_that_is_not_offered_is_refused_in_a_sentence(house):
    rows = lives.rows()
    response = house.lead.post(path("desk-reminders", house.letter), {"steps": ["2w"]})
    assert said(response) == ["There is no such reminder. Choose among those on the page."]
    assert lives.rows() == rows


def test_the_history_tells_of_time_in_words(house, asked):
    reminders.choose(house.letter, house.letter.created_by, ["1d"], now=timezone.now())
    grant_as_asked(house, asked, "all")
    for at in (SUNDAY - DAY / 8, SUNDAY - DAY / 24):
        outages.beat(at)
    outages.settle(at)
    shown = " ".join(house.lead.get(path("desk-history", house.letter)).content.decode().split())
    day = f"{SUNDAY:%A, %B} {SUNDAY.day}, {SUNDAY.year}"
    assert f"asked for more time for Ada Able (NY-10): until {day}, 6:00 pm E" in shown
    assert f"answered a request for more time for Ada Able (NY-10): granted for every office until {day}, 6:00 pm E" in shown
    assert "chose when to remind: 1 day before each deadline." in shown
    assert f"Nobody could sign from {day}, 3:00 pm E" in shown

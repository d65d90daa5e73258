"""Deadlines as iCalendar: read back by the same rules by which calendar programs read them."""

import datetime

import icalendar
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from letters import calendars
from letters.models import Letter, Membership, User
from letters.models.answer import answers
from letters.workflow import circulating, deadlines, drafting, people, revising, signing
from tests.factories import DAY, HOUR, make_draft, make_letter, make_office, make_person, make_staff, sign, text
from tests.workflow import lives

pytestmark = pytest.mark.django_db
Role = Membership.Role
SECRETS = ("Kestrel", "Wombat", "Ocelot", "Pelican", "Marmot")


@pytest.fixture
def office():
    return make_office("Priscilla", "Whitehorse", state="NM", district=2)


@pytest.fixture
def person(office):
    return make_staff(office)


@pytest.fixture
def letter(office, person):
    return make_letter(make_office("Rosalind", "Achterberg", state="MN", district=7), invited=[office])


def read(data):
    return icalendar.Calendar.from_ical(data).events


def event(letter, office):
    """The one event of the office in the letter's file, the letter as it is stored now."""
    (found,) = read(calendars.file(answers(lives.again(letter), [office])))
    return found


def feed(person):
    return read(calendars.feed(person))


def alarms(found):
    return sorted(found["DTSTART"].dt + part["TRIGGER"].dt for part in found.walk("VALARM"))


def uids(events):
    return [str(found["UID"]) for found in events]


def whole_second(instant):
    return instant.replace(microsecond=0)


def ask(letter, office):
    person = office.people().first() or make_staff(office)
    wanted = {"wanted_at": lives.again(letter).deadline_at + 30 * DAY, "now": timezone.now()}
    return deadlines.request(letter, office, person, **wanted)


# --- one event ---


def test_an_event_ends_at_the_deadline_and_rings_a_day_and_three_hours_before(letter, office):
    found = event(letter, office)
    at = whole_second(letter.deadline_at)
    assert found["DTEND"].dt == at
    assert found["DTSTART"].dt == at - datetime.timedelta(minutes=15)
    assert alarms(found) == [at - DAY, at - 3 * HOUR]


def test_an_event_says_who_leads_and_whose_answer_is_awaited_and_where(letter, office):
    found = event(letter, office)
    assert str(found["SUMMARY"]) == "Sign-on letter led by Rosalind Achterberg (MN-7): answer for Priscilla Whitehorse"
    assert found["URL"].endswith(f"/l/{letter.code}/")
    assert str(found["DESCRIPTION"]).splitlines()[1] == found["URL"]
    assert (found["CLASS"], found["STATUS"], found["SEQUENCE"]) == ("PRIVATE", "CONFIRMED", 0)


def test_the_hour_is_utc_in_the_event_and_the_letters_own_in_its_words(office):
    letter = make_draft()
    at = datetime.datetime(2027, 7, 1, 3, 30, tzinfo=datetime.UTC)
    now = timezone.now()
    circulating.circulate(letter, letter.created_by, deadline_at=at, zone="America/Los_Angeles", now=now)
    data = calendars.file(answers(lives.again(letter), [office]))
    assert b"DTEND:20270701T033000Z" in data
    assert b"TZID" not in data
    assert "Wednesday, June 30, 2027, 8:30 pm PDT" in str(read(data)[0]["DESCRIPTION"])


def test_nothing_confidential_leaves_in_a_calendar(office, person):
    lead = make_office("Rosalind", "Achterberg")
    confidential = {
        "addressees": "The Honorable Kestrel Addressee\nSecretary",
        "salutation": "Dear Wombat:",
        "body": "<p>Of the Ocelot.</p>",
        "closing": "Pelican regards,",
    }
    letter = make_letter(lead, invited=[office], **confidential)
    Letter.objects.filter(pk=letter.pk).update(title="Kestrel title")
    sign(letter, make_office("Marmot", "Signer"))
    file = calendars.file(answers(lives.again(letter), [office]))
    for data in (file, calendars.feed(person), calendars.feed(letter.created_by)):
        unfolded = data.decode().replace("\r\n ", "")
        assert letter.code in unfolded
        assert [word for word in SECRETS if word in unfolded] == []


def test_an_office_that_becomes_a_co_lead_after_time_of_its_own_has_a_newer_event(letter, office):
    """A calendar keeps what has the higher number, and of equal ones the later stamp."""
    asked = ask(letter, office)
    granted_at = timezone.now() + HOUR
    deadlines.grant(asked, letter.created_by, new_at=asked.wanted_at, for_all=False, now=granted_at)
    before = event(letter, office)
    drafting.add_co_lead(letter, office, letter.created_by, now=granted_at + HOUR)
    after = event(letter, office)
    assert after["DTEND"].dt == whole_second(lives.again(letter).deadline_at) < before["DTEND"].dt
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (1, 2)
    assert after["DTSTAMP"].dt == whole_second(granted_at + HOUR) > before["DTSTAMP"].dt


def test_signatures_of_others_change_nothing_in_the_event(letter, office):
    before = calendars.file(answers(lives.again(letter), [office]))
    sign(letter)
    assert calendars.file(answers(lives.again(letter), [office])) == before


@pytest.mark.parametrize(
    "name",
    [
        "Anne, Duchess; of \\ Quarry",
        "José 🖋️ Núñez-Ávila",
        'Quote "Q" O’Neill: Jr.',
        "Ł" * 200,
        "a" * 26 + "é🦀" * 60,
    ],
)
def test_any_name_is_read_back_as_it_was(letter, person, office, name):
    office.signing_name = name
    office.save()
    data = calendars.file(answers(lives.again(letter), [office]))
    (found,) = read(data)
    assert str(found["SUMMARY"]).endswith(f": answer for {name}")
    lines = data.split(b"\r\n")
    assert b"\n" not in b"".join(lines)
    assert max(map(len, lines)) <= 75
    assert "".join(line.decode() for line in lines)  # a character that was cut in two could not be decoded


def test_a_name_can_put_no_line_of_its_own_into_a_calendar(letter, office):
    office.signing_name = "Ann\r\nATTENDEE:mailto:x@y.z\u2028\x85\x0b\u202eBEGIN:VALARM"
    data = calendars.file(answers(lives.again(letter), [office]))
    (found,) = read(data)
    assert str(found["SUMMARY"]).endswith("answer for Ann ATTENDEE:mailto:x@y.z BEGIN:VALARM")
    assert "ATTENDEE" not in found
    assert [line for line in data.decode().splitlines() if line.startswith("ATTENDEE")] == []


# --- the deadline moves ---


def grant_to_it(letter, office):
    asked = ask(letter, office)
    deadlines.grant(asked, letter.created_by, new_at=letter.deadline_at + DAY, for_all=False, now=timezone.now())


def grant_to_another_for_all(letter, office):
    asked = ask(letter, make_office())
    deadlines.grant(asked, letter.created_by, new_at=letter.deadline_at + DAY, for_all=True, now=timezone.now())


def move(letter, office):
    deadlines.move(letter, letter.created_by, new_at=letter.deadline_at + DAY, now=timezone.now())


@pytest.mark.parametrize("act", [grant_to_it, grant_to_another_for_all, move], ids=lambda act: act.__name__)
def test_a_moved_deadline_is_the_same_event_in_a_newer_version(office, person, act):
    then = timezone.now() - HOUR
    letter = make_letter(now=then, invited=[office])
    before = event(letter, office)
    act(letter, office)
    after = event(letter, office)
    assert after["UID"] == before["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert after["DTSTAMP"].dt > before["DTSTAMP"].dt
    assert after["DTEND"].dt == whole_second(letter.deadline_at) + DAY
    assert after["DTSTART"].dt - before["DTSTART"].dt == DAY


def test_time_given_to_another_office_or_denied_changes_nothing(letter, office, person):
    before = calendars.file(answers(lives.again(letter), [office]))
    grant_to_it(letter, make_office())
    deadlines.deny(ask(letter, office), letter.created_by, answer="No.", now=timezone.now())
    assert calendars.file(answers(lives.again(letter), [office])) == before


def test_every_move_counts_once_more(letter, office, person):
    grant_to_it(letter, office)
    deadlines.move(letter, letter.created_by, new_at=letter.deadline_at + 2 * DAY, now=timezone.now())
    letter.refresh_from_db()
    grant_to_another_for_all(letter, office)
    assert event(letter, office)["SEQUENCE"] == 3


def test_two_offices_on_one_letter_have_events_of_their_own(letter, office):
    other = make_office()
    assert len(set(uids([event(letter, office), event(letter, other)]))) == 2


# --- what became of it ---


def decline(letter, office):
    signing.decline(letter, office, office.people().first(), reason="", now=timezone.now())


@pytest.mark.parametrize("answer", [sign, decline], ids=lambda answer: answer.__name__)
def test_an_office_that_has_answered_keeps_the_event_without_alarms(letter, office, person, answer):
    answer(letter, office)
    found = event(letter, office)
    assert alarms(found) == []
    assert found["STATUS"] == "CONFIRMED"


def test_an_office_that_must_re_affirm_has_not_answered(letter, office, person):
    sign(letter, office)
    assert feed(person) == []
    text_now = text(body="<p>Other words altogether.</p>")
    revising.revise(letter, letter.created_by, text=text_now, base_sha256=letter.revision.sha256, now=timezone.now())
    assert len(alarms(event(letter, office))) == 2
    assert len(feed(person)) == 1


def test_a_locked_letter_cancels_the_event(letter, office, person):
    sign(letter, office)
    before = event(letter, office)
    lives.lock(letter)
    after = event(letter, office)
    assert (after["STATUS"], after["UID"]) == ("CANCELLED", before["UID"])
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["DTSTAMP"].dt >= before["DTSTAMP"].dt
    assert alarms(after) == []


def test_the_leads_people_get_the_letters_deadline_and_keep_its_alarms(letter):
    grant_to_it(letter, make_office())
    found = event(letter, letter.lead)
    assert str(found["SUMMARY"]) == "Sign-on letter led by Rosalind Achterberg (MN-7): deadline"
    assert found["DTEND"].dt == whole_second(letter.deadline_at)
    assert len(alarms(found)) == 2


# --- whom a letter concerns ---


def concerned(letter, *offices):
    return [row.office for row in calendars.concerned(lives.again(letter), answers(lives.again(letter), offices))]


def test_a_letter_concerns_the_offices_on_it_or_else_those_that_may_come_by_its_link(letter, office):
    other = make_office()
    assert concerned(letter, office, other) == [office]
    assert concerned(letter, other) == [other]
    closed = make_letter(invited=[office])
    Letter.objects.filter(pk=closed.pk).update(audience="invited")
    assert concerned(closed, other) == []


def test_a_draft_concerns_nobody():
    draft = make_draft()
    assert concerned(draft, draft.lead) == []


def test_an_office_whose_member_left_is_no_longer_concerned(letter, office):
    office.left_on = datetime.date(2026, 1, 3)
    office.save()
    assert concerned(letter, office) == []


# --- the feed ---


def test_the_feed_lists_what_waits_for_the_offices_and_what_they_lead(office, person):
    waits, answered, elsewhere = (
        make_letter(invited=[office]),
        make_letter(invited=[office]),
        make_letter(invited=[make_office()]),
    )
    led = make_letter(office, person)
    sign(answered, office, person)
    expected = [f"{letter.ref}-{office.pk}@cosign" for letter in (waits, led)]
    assert sorted(uids(feed(person))) == sorted(expected)
    assert elsewhere.code not in calendars.feed(person).decode().replace("\r\n ", "")


def test_an_office_that_came_by_the_link_and_asked_for_time_has_the_letter_in_its_feed(office, person):
    letter = make_letter()
    assert feed(person) == []
    ask(letter, office)
    assert len(feed(person)) == 1


def test_a_co_lead_finds_the_letters_own_deadline(office, person):
    draft = make_draft()
    drafting.add_co_lead(draft, office, draft.created_by, now=timezone.now())
    circulating.circulate(draft, draft.created_by, deadline_at=timezone.now() + DAY, now=timezone.now())
    (found,) = feed(person)
    assert str(found["SUMMARY"]).endswith(": deadline")


def test_a_feed_event_is_that_of_the_letters_file(letter, office, person):
    (found,) = feed(person)
    assert found.to_ical() == event(letter, office).to_ical()


def test_drafts_and_locked_letters_are_in_no_feed(office, person):
    make_draft(office, person)
    locked = make_letter(office, person)
    sign(locked, office, person)
    assert len(feed(person)) == 1
    lives.lock(locked)
    assert feed(person) == []


def test_the_feed_ends_with_the_place(letter, office, person):
    assert len(feed(person)) == 1
    people.end(person.memberships.get(), make_person(admin=True), now=timezone.now())
    assert feed(person) == []


def test_a_place_that_is_only_asked_for_brings_nothing_into_the_feed(letter, office):
    assert feed(lives.asking_person(office)) == []


def test_the_feed_lists_nothing_to_answer_for_a_member_who_left(letter, office, person):
    office.left_on = datetime.date(2026, 1, 3)
    office.save()
    assert feed(person) == []


def test_somebody_who_reads_every_letter_finds_only_their_own_in_the_feed(letter):
    assert feed(make_person(admin=True)) == []


def test_a_person_of_two_offices_finds_the_event_of_each(letter, office, person):
    second = make_office()
    people.give_place(person, second, Role.VIEWER, make_person(admin=True), now=timezone.now())
    circulating.invite(letter, [second], letter.created_by, now=timezone.now())
    assert sorted(uids(feed(person))) == sorted(f"{letter.ref}-{each.pk}@cosign" for each in (office, second))


def queries(person):
    person = User.objects.get(pk=person.pk)  # as each request finds them
    with CaptureQueriesContext(connection) as captured:
        found = feed(person)
    return len(found), len(captured)


def test_the_feed_costs_the_same_for_one_letter_as_for_three(office, person):
    make_letter(invited=[office])
    one, cost_of_one = queries(person)
    letters = [make_letter(invited=[office]), make_letter(office, person)]
    for letter in letters:
        grant_to_another_for_all(letter, office)
    three, cost_of_three = queries(person)
    assert (one, three) == (1, 3)
    assert cost_of_three == cost_of_one


def test_a_feed_without_letters_is_a_calendar_all_the_same(person):
    calendar = icalendar.Calendar.from_ical(calendars.feed(person))
    assert (calendar["VERSION"], calendar["X-WR-CALNAME"]) == ("2.0", "Sign-on letters")
    assert calendar["REFRESH-INTERVAL"].dt == HOUR


def test_a_revised_text_is_nothing_to_a_calendar(letter, office):
    before = calendars.file(answers(lives.again(letter), [office]))
    text_now = text(body="<p>Other words altogether.</p>")
    revising.revise(letter, letter.created_by, text=text_now, base_sha256=letter.revision.sha256, now=timezone.now())
    assert calendars.file(answers(lives.again(letter), [office])) == before

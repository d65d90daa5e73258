"""More time: asked for, granted for one office or for all, denied, taken back. Nobody's time is ever shortened."""

import pytest
from django.utils import timezone

from letters.models import DeadlineRequest, Event, Notice
from letters.workflow import circulating, deadlines, signing
from tests.factories import DAY, HOUR, make_letter, make_office, make_staff
from tests.workflow import lives

pytestmark = pytest.mark.django_db
Decision = DeadlineRequest.Decision


@pytest.fixture
def office():
    return make_office("Ada", "Able")


@pytest.fixture
def person(office):
    return make_staff(office)


@pytest.fixture
def other():
    return make_staff()


@pytest.fixture
def letter(office, other):
    return make_letter(invited=[office, other.memberships.get().office])


@pytest.fixture
def asked(letter, office, person):
    return ask(letter, office, person)


def ask(letter, office, person, wanted_at=None):
    wanted_at = wanted_at or letter.deadline_at + DAY
    return deadlines.request(letter, office, person, wanted_at=wanted_at, reason="Recess.", now=timezone.now())


def grant(letter, asked, new_at=None, *, for_all=False):
    new_at = new_at or letter.deadline_at + DAY
    deadlines.grant(asked, letter.created_by, new_at=new_at, for_all=for_all, answer="Fine.", now=timezone.now())


def deadline_of(letter, office):
    letter = lives.again(letter)
    return letter.deadline_for(letter.invitee_for(office))


def last_event(letter):
    return letter.events.order_by("-seq").first()


def told(letter, kind):
    return sorted(letter.notices.filter(kind=kind).values_list("address", flat=True))


def test_asking_is_written_and_the_lead_is_told(letter, office, person, asked, state):
    asked.refresh_from_db()
    assert (asked.is_pending, asked.asked_by, asked.reason) == (True, person, "Recess.")
    assert asked.wanted_at == letter.deadline_at + DAY
    event = last_event(letter)
    assert (event.kind, event.office, event.person) == (Event.Kind.DEADLINE_ASKED, office, person)
    assert told(letter, Notice.Kind.REQUEST_RECEIVED) == [letter.created_by.email]
    assert state(letter)[0] == letter.state_no, "the PDF shows no deadline"


def test_an_office_that_came_by_the_link_may_ask_after_the_deadline(letter):
    late = make_staff()
    office = late.memberships.get().office
    now = letter.deadline_at + HOUR
    asked = deadlines.request(letter, office, late, wanted_at=now + DAY, now=now)
    deadlines.grant(asked, letter.created_by, new_at=now + DAY, for_all=False, now=now)
    assert deadline_of(letter, office) == now + DAY


def test_a_grant_for_the_office_is_its_own(letter, office, person, other, asked):
    before = letter.deadline_at
    grant(letter, asked, before + 2 * DAY)
    asked.refresh_from_db()
    assert (asked.decision, asked.granted_at, asked.answer) == (Decision.OFFICE, before + 2 * DAY, "Fine.")
    assert deadline_of(letter, office) == before + 2 * DAY
    assert deadline_of(letter, other.memberships.get().office) == before
    assert last_event(letter).kind == Event.Kind.DEADLINE_DECIDED
    assert told(letter, Notice.Kind.REQUEST_DECIDED) == [person.email]
    assert told(letter, Notice.Kind.DEADLINE_MOVED) == []


def test_a_grant_for_all_is_everybodys(letter, office, person, other, asked):
    before = letter.deadline_at
    grant(letter, asked, for_all=True)
    asked.refresh_from_db()
    assert (asked.decision, asked.granted_at) == (Decision.ALL, before + DAY)
    assert deadline_of(letter, office) == deadline_of(letter, other.memberships.get().office) == before + DAY
    assert told(letter, Notice.Kind.REQUEST_DECIDED) == [person.email]
    assert told(letter, Notice.Kind.DEADLINE_MOVED) == sorted([letter.created_by.email, other.email])


def test_a_grant_for_all_shortens_no_office_that_has_more(letter, office, person, other, asked):
    grant(letter, asked, letter.deadline_at + 5 * DAY)
    place = other.memberships.get().office
    grant(letter, ask(letter, place, other), letter.deadline_at + DAY, for_all=True)
    assert deadline_of(letter, office) == letter.deadline_at + 5 * DAY
    assert deadline_of(letter, place) == letter.deadline_at + DAY
    assert person.email not in told(letter, Notice.Kind.DEADLINE_MOVED), "its time has not changed"


def test_a_grant_may_be_shorter_than_what_was_asked(letter, office, asked):
    grant(letter, asked, letter.deadline_at + HOUR)
    assert deadline_of(letter, office) == letter.deadline_at + HOUR


def test_a_denial_leaves_the_deadline(letter, office, person, asked):
    deadlines.deny(asked, letter.created_by, answer="No.", now=timezone.now())
    asked.refresh_from_db()
    assert (asked.decision, asked.granted_at, asked.answer) == (Decision.DENIED, None, "No.")
    assert deadline_of(letter, office) == letter.deadline_at
    assert told(letter, Notice.Kind.REQUEST_DECIDED) == [person.email]


def test_a_request_taken_back_can_be_made_anew(letter, office, person, asked):
    deadlines.take_back(asked, person, now=timezone.now())
    asked.refresh_from_db()
    assert (asked.decision, asked.decided_by) == (Decision.TAKEN_BACK, person)
    assert ask(letter, office, person).is_pending


def test_the_lead_moves_the_deadline_unasked(letter, person, other):
    new_at = letter.deadline_at + DAY
    deadlines.move(letter, letter.created_by, new_at=new_at, now=timezone.now())
    assert lives.again(letter).deadline_at == new_at
    event = last_event(letter)
    assert (event.kind, event.details["old"], event.details["new"]) == (
        Event.Kind.DEADLINE_MOVED,
        letter.deadline_at.isoformat(),
        new_at.isoformat(),
    )
    assert told(letter, Notice.Kind.DEADLINE_MOVED) == sorted([letter.created_by.email, person.email, other.email])


def test_moving_opens_a_closed_letter_again(letter):
    now = letter.deadline_at + DAY
    assert letter.is_closed(now)
    deadlines.move(letter, letter.created_by, new_at=now + HOUR, now=now)
    assert not lives.again(letter).is_closed(now)


def test_offices_that_have_declined_or_were_not_invited_are_not_told_of_a_move(letter, office, person):
    signing.decline(letter, office, person, now=timezone.now())
    uninvited = make_staff()
    signing.decline(letter, uninvited.memberships.get().office, uninvited, now=timezone.now())
    deadlines.move(letter, letter.created_by, new_at=letter.deadline_at + DAY, now=timezone.now())
    assert not {person.email, uninvited.email} & set(told(letter, Notice.Kind.DEADLINE_MOVED))


def test_an_invited_contact_is_told_of_a_move(letter):
    empty = make_office()
    contacts = {empty.pk: "scheduler@mail.house.gov"}
    circulating.invite(letter, [empty], letter.created_by, contacts=contacts, now=timezone.now())
    deadlines.move(letter, letter.created_by, new_at=letter.deadline_at + DAY, now=timezone.now())
    assert "scheduler@mail.house.gov" in told(letter, Notice.Kind.DEADLINE_MOVED)

"""More time: asked for, granted for one office or for all, denied, taken back. Nobody's time is ever shortened."""

import pytest
from django.utils import timezone

from letters.models import DeadlineRequest, Event, Notice
from letters.workflow import circulating, deadlines, delivery, effects, links, mail_choices, outages, people, reminders, signing
from tests.factories import DAY, HOUR, make_letter, make_office, make_staff, sign
from tests.workflow import lives

pytestmark = pytest.mark.django_db
Decision = DeadlineRequest.Decision


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


# --- what a new deadline does besides ---


def two_requests(letter, *offices):
    """Pending requests of the two offices, for one day and for three."""
    asking = [(office, office.people().first()) for office in offices]
    return [ask(letter, *who, letter.deadline_at + time) for who, time in zip(asking, (DAY, 3 * DAY), strict=True)]


def seen(letter, new_at, **more):
    return effects.effect(effects.outlook(lives.again(letter), now=timezone.now()), new_at, person=letter.created_by, **more)


@pytest.mark.parametrize("by", ["grant", "move"])
def test_a_deadline_for_all_settles_the_requests_that_it_covers(letter, office, person, other, by):
    third, wants_more = make_staff(), other.memberships.get().office
    place = third.memberships.get().office
    covered, longer = two_requests(letter, office, wants_more)
    new_at = letter.deadline_at + 2 * DAY
    if by == "grant":
        asked = ask(letter, place, third, new_at)
        grant(letter, asked, new_at, for_all=True)
    else:
        deadlines.move(letter, letter.created_by, new_at=new_at, now=timezone.now())
    covered.refresh_from_db()
    longer.refresh_from_db()
    assert (covered.decision, covered.granted_at, covered.answer) == (Decision.ALL, new_at, "")
    assert covered.decided_by == letter.created_by
    assert longer.is_pending
    decided = letter.events.filter(kind=Event.Kind.DEADLINE_DECIDED, office=office).get()
    assert decided.details["settled"] is True
    answered = [person.email, *([third.email] if by == "grant" else [])]
    assert told(letter, Notice.Kind.REQUEST_DECIDED) == sorted(answered)
    assert told(letter, Notice.Kind.DEADLINE_MOVED) == sorted([letter.created_by.email, other.email])


def test_the_leads_own_request_is_not_settled_by_the_lead(letter):
    lead = letter.created_by
    office = make_office()
    people.give_place(lead, office, "signer", lead, now=timezone.now())
    asked = ask(letter, office, lead)
    deadlines.move(letter, lead, new_at=letter.deadline_at + 2 * DAY, now=timezone.now())
    asked.refresh_from_db()
    assert asked.is_pending


def test_who_signed_since_asking_is_not_told_of_more_time(letter, office, person):
    asked = ask(letter, office, person)
    sign(letter, office, person)
    deadlines.move(letter, letter.created_by, new_at=letter.deadline_at + 2 * DAY, now=timezone.now())
    asked.refresh_from_db()
    assert asked.is_granted
    assert told(letter, Notice.Kind.REQUEST_DECIDED) == []


@pytest.mark.parametrize("declined_first", [False, True])
def test_who_declined_since_asking_is_not_told_of_more_time_and_who_asked_since_is(letter, office, person, declined_first):
    acts = [lambda: ask(letter, office, person), lambda: signing.decline(letter, office, person, now=timezone.now())]
    for act in reversed(acts) if declined_first else acts:
        act()
    found = seen(letter, letter.deadline_at + 2 * DAY)
    deadlines.move(letter, letter.created_by, new_at=letter.deadline_at + 2 * DAY, now=timezone.now())
    assert not letter.deadline_requests.pending().exists()
    assert told(letter, Notice.Kind.REQUEST_DECIDED) == ([person.email] if declined_first else [])
    assert found.told == (3 if declined_first else 2)


@pytest.fixture
def came(letter):
    """A person of an office that came by the link and asked, before the lead let none but invited offices in."""
    person = make_staff()
    ask(letter, person.memberships.get().office, person)
    links.revoke(letter, letter.created_by, now=timezone.now())
    return person


@pytest.mark.parametrize("for_all", [False, True])
def test_a_grant_to_an_office_that_may_not_sign_uninvited_invites_it(letter, came, for_all):
    asked = letter.deadline_requests.get()
    found = seen(letter, asked.wanted_at, asked=asked, for_all=for_all)
    grant(lives.again(letter), asked, for_all=for_all)
    invitee = letter.invitee_for(asked.office)
    assert (found.invites, invitee.invited_by, invitee.invited_at is None) == (True, letter.created_by, False)
    event = letter.events.filter(kind=Event.Kind.INVITED).latest("seq")
    assert (event.person, event.details) == (letter.created_by, {"offices": [asked.office_id]})
    of_office = asked.office.notices.exclude(kind=Notice.Kind.REQUEST_RECEIVED)
    assert list(of_office.values_list("kind", flat=True)) == [Notice.Kind.REQUEST_DECIDED], "one mail says it all"
    reminders.plan(asked.wanted_at - HOUR)
    assert told(letter, Notice.Kind.REMINDER).count(came.email) == 1
    assert sign(letter, asked.office, came).is_confirmed


def test_an_office_that_may_sign_is_not_invited_by_a_grant(letter, office, asked):
    invited = letter.events.filter(kind=Event.Kind.INVITED).count()
    late = make_staff()
    by_link = ask(letter, late.memberships.get().office, late)
    grant(letter, by_link)
    links.revoke(letter, letter.created_by, now=timezone.now())
    grant(lives.again(letter), asked)
    assert letter.events.filter(kind=Event.Kind.INVITED).count() == invited
    assert letter.invitee_for(by_link.office).invited_at is None


def test_a_deadline_for_all_leaves_the_request_of_an_office_that_may_not_sign_to_the_lead(letter, came):
    deadlines.move(letter, letter.created_by, new_at=letter.deadline_at + 2 * DAY, now=timezone.now())
    assert letter.deadline_requests.get().is_pending
    assert came.email not in told(letter, Notice.Kind.REQUEST_DECIDED)


def test_an_office_that_has_the_time_meanwhile_can_be_told_so(letter, office, person):
    """An outage gives time without settling requests: nobody of the lead has decided anything."""
    asked = ask(letter, office, person, letter.deadline_at + HOUR)
    for at in (letter.deadline_at - 3 * HOUR, letter.deadline_at - HOUR):
        outages.beat(at)
    outages.settle(at)
    now_at = deadline_of(letter, office)
    assert now_at == letter.deadline_at + 2 * HOUR
    grant(letter, asked, now_at)
    asked.refresh_from_db()
    assert (asked.decision, asked.granted_at) == (Decision.OFFICE, now_at)
    assert letter.invitee_for(office).deadline_at is None


@pytest.mark.parametrize("for_all", [False, True])
def test_waiting_reminders_are_dropped_and_planned_anew_with_the_deadline(letter, office, person, other, for_all):
    now = letter.deadline_at - DAY
    reminders.plan(now)
    asked = deadlines.request(letter, office, person, wanted_at=letter.deadline_at + HOUR, now=now)
    known = effects.outlook(letter, now=now)
    found = effects.effect(known, asked.wanted_at, asked=asked, for_all=for_all, person=letter.created_by)
    deadlines.grant(asked, letter.created_by, new_at=asked.wanted_at, for_all=for_all, now=now)
    rows = letter.notices.filter(kind=Notice.Kind.REMINDER)
    dropped = rows.filter(dropped_because=reminders.MOVED, dropped_at=now)
    assert set(dropped.values_list("address", flat=True)) == (
        {letter.created_by.email, person.email, other.email} if for_all else {person.email}
    )
    assert sorted(row.pk for row in found.dropped) == sorted(dropped.values_list("pk", flat=True))
    planned = rows.filter(deadline_at=asked.wanted_at)
    assert not set(planned.values_list("step", flat=True)) - {found.reminds_now}
    assert {address for address in planned.values_list("address", flat=True)} == (
        {letter.created_by.email, person.email, other.email} if for_all else {person.email}
    )
    assert set(rows.filter(dropped_at=None).values_list("deadline_at", flat=True)) == (
        {asked.wanted_at} if for_all else {asked.wanted_at, letter.deadline_at}
    )


def test_a_reminder_that_is_being_sent_is_left_to_its_worker(letter, office, person):
    now = letter.deadline_at - DAY
    reminders.plan(now)
    sending = letter.notices.get(kind=Notice.Kind.REMINDER, address=person.email)
    Notice.objects.filter(pk=sending.pk).update(started_at=now)
    deadlines.move(letter, letter.created_by, new_at=letter.deadline_at + DAY, now=now)
    sending.refresh_from_db()
    assert sending.dropped_at is None


def test_what_is_foreseen_is_what_happens(letter, office, person, other):
    wants_more = other.memberships.get().office
    covered, _ = two_requests(letter, office, wants_more)
    sign(letter)
    new_at = letter.deadline_at + 2 * DAY
    found = seen(letter, new_at)
    assert (found.old_at, found.reopens, found.settles, found.keep) == (letter.deadline_at, False, [covered], 0)
    before = letter.notices.count()
    deadlines.move(letter, letter.created_by, new_at=new_at, now=timezone.now())
    assert set(letter.notices.order_by("pk")[before:].values_list("office", flat=True)) == {
        letter.lead_id,
        office.pk,
        wants_more.pk,
    }
    assert found.told == 3
    assert found.reminders == [(new_at - before, step) for step, before in (("3d", 3 * DAY), ("1d", DAY), ("3h", 3 * HOUR))]


def test_a_longer_time_of_their_own_and_a_passed_deadline_are_foreseen(letter, office, person, asked):
    grant(letter, asked, letter.deadline_at + 5 * DAY)
    now = letter.deadline_at + HOUR
    found = effects.effect(effects.outlook(lives.again(letter), now=now), now + DAY)
    assert (found.reopens, found.keep, found.settles) == (True, 1, [])


def test_an_older_mail_about_the_deadline_is_not_sent_after_a_newer_one(letter, office, person):
    deadlines.move(letter, letter.created_by, new_at=letter.deadline_at + DAY, now=timezone.now())
    letter = lives.again(letter)
    grant(letter, ask(letter, office, person))
    older = letter.notices.get(kind=Notice.Kind.DEADLINE_MOVED, address=person.email)
    assert delivery.reason_to_drop(older, timezone.now()) == "a later mail tells the newest deadline"


def test_an_older_mail_is_sent_where_the_newer_one_is_not_wanted(letter, office, person):
    mail_choices.mute_kind(person, Notice.Kind.OUTAGE, now=timezone.now())
    deadlines.move(letter, letter.created_by, new_at=letter.deadline_at + DAY, now=timezone.now())
    for at in (letter.deadline_at + DAY - 3 * HOUR, letter.deadline_at + DAY - HOUR):
        outages.beat(at)
    outages.settle(at)
    older = letter.notices.get(kind=Notice.Kind.DEADLINE_MOVED, address=person.email)
    assert letter.notices.filter(kind=Notice.Kind.OUTAGE, address=person.email).exists()
    assert delivery.reason_to_drop(older, timezone.now()) == ""

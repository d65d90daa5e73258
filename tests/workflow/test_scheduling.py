"""A draft that circulates by itself: once, as it stands then, late rather than never, and never after its deadline."""

import datetime
import logging

import pytest
from django.utils import timezone

from letters import tasks
from letters.exports import evidence
from letters.models import Event, Membership, Notice
from letters.proof import check
from letters.templatetags.history import as_sentence
from letters.workflow import circulating, drafting, people, revising, scheduling
from tests import factories
from tests.factories import DAY, HOUR, make_draft, make_office, make_staff
from tests.workflow import lives
from tests.workflow.lives import again, refused

pytestmark = pytest.mark.django_db
ZONE = "America/New_York"
NOW = timezone.now().replace(microsecond=0)
AT, UNTIL = NOW + 2 * DAY, NOW + 9 * DAY


@pytest.fixture
def draft():
    return make_draft(now=NOW)


def schedule(letter, *, at=AT, until=UNTIL, audience="any", list_shown="all", now=NOW, person=None):
    chosen = {"zone": ZONE, "audience": audience, "list_shown": list_shown}
    scheduling.schedule(letter, person or letter.created_by, circulate_at=at, deadline_at=until, now=now, **chosen)


def test_it_stays_a_draft_until_its_time(draft):
    schedule(draft)
    scheduling.circulate_due(AT - HOUR)
    letter = again(draft)
    assert (letter.is_draft, letter.circulate_at, letter.circulate_by) == (True, AT, draft.created_by)
    assert (letter.deadline_at, letter.audience, letter.list_shown) == (UNTIL, "any", "all")


def test_at_its_time_it_circulates_as_the_person_who_scheduled_it(draft):
    office = make_staff().memberships.get().office
    circulating.list_offices(draft, [office], draft.created_by, now=NOW)
    colleague = make_staff(draft.lead)
    schedule(draft, person=colleague)
    scheduling.circulate_due(AT)
    letter = again(draft)
    assert (letter.is_open, letter.opened_at, letter.opened_by) == (True, AT, colleague)
    assert (letter.circulate_at, letter.circulate_by, letter.deadline_at) == (None, None, UNTIL)
    assert letter.invitee_for(office).invited_at == AT
    assert sorted(lives.told(Notice.Kind.SCHEDULED)) == sorted([draft.created_by.email, colleague.email])
    check(evidence(letter))


def test_what_goes_out_is_the_text_published_last_and_not_the_one_in_the_works(draft):
    schedule(draft)
    base = again(draft).revision.sha256
    changed = {"text": factories.text(body="<p>Second text.</p>"), "base_sha256": base}
    revising.revise(draft, draft.created_by, now=NOW + HOUR, **changed)
    version = revising.copy_of(again(draft)).version
    works = factories.text(body="<p>In the works.</p>")
    revising.save_copy(draft, draft.created_by, text=works, version=version, now=NOW + HOUR)
    scheduling.circulate_due(AT)
    assert again(draft).revision.body == "<p>Second text.</p>"


def test_what_is_arranged_meanwhile_counts(draft):
    schedule(draft, audience="any")
    drafting.arrange(draft, draft.created_by, audience="invited", now=NOW + HOUR)
    scheduling.circulate_due(AT)
    assert again(draft).audience == "invited"


def test_a_later_time_wins_over_the_one_before(draft):
    schedule(draft)
    schedule(draft, at=AT + DAY)
    scheduling.circulate_scheduled(draft.pk, now=AT)
    assert again(draft).is_draft
    scheduling.circulate_scheduled(draft.pk, now=AT + DAY)
    assert again(draft).is_open


def test_it_goes_out_once(draft):
    schedule(draft)
    for _ in range(2):
        scheduling.circulate_scheduled(draft.pk, now=AT)
    assert again(draft).events.filter(kind=Event.Kind.CIRCULATED).count() == 1
    assert Notice.objects.filter(kind=Notice.Kind.SCHEDULED).count() == 1


def test_what_was_cancelled_does_not_go_out(draft):
    schedule(draft)
    scheduling.unschedule(draft, draft.created_by, now=NOW + HOUR)
    scheduling.circulate_scheduled(draft.pk, now=AT)
    letter = again(draft)
    assert (letter.is_draft, letter.circulate_at, letter.deadline_at) == (True, None, None)
    assert not Notice.objects.filter(kind=Notice.Kind.SCHEDULED).exists()


def test_circulated_by_hand_it_is_not_circulated_again(draft):
    schedule(draft)
    circulating.circulate(draft, draft.created_by, deadline_at=UNTIL, now=NOW + HOUR)
    rows = lives.rows()
    scheduling.circulate_scheduled(draft.pk, now=AT)
    assert lives.rows() == rows
    assert again(draft).circulate_at is None


def test_after_an_outage_it_goes_out_late(draft):
    schedule(draft)
    scheduling.circulate_due(AT + 2 * DAY)
    letter = again(draft)
    assert (letter.opened_at, letter.deadline_at) == (AT + 2 * DAY, UNTIL)
    assert letter.events.get(kind=Event.Kind.CIRCULATED).details["planned_at"] == AT.isoformat()


def leaves(letter):
    make_staff(letter.lead, Membership.Role.MANAGER)
    people.end(letter.created_by.memberships.get(), letter.created_by, now=NOW + HOUR)


def becomes_viewer(letter):
    letter.created_by.memberships.update(role=Membership.Role.VIEWER)


def closes_account(letter):
    letter.created_by.is_active = False
    letter.created_by.save()


@pytest.mark.parametrize(
    ("before", "late", "reason"),
    [
        (leaves, 0 * DAY, "{}, who scheduled it, does not run the letter any more"),
        (becomes_viewer, 0 * DAY, "{}, who scheduled it, does not run the letter any more"),
        (closes_account, 0 * DAY, "the account of {}, who scheduled it, is closed"),
        (lambda letter: None, 7 * DAY, "its deadline had passed before it could go out"),
    ],
)
def test_it_is_called_off_with_a_reason(draft, before, late, reason):
    colleague = make_staff(draft.lead)
    schedule(draft)
    before(draft)
    scheduling.circulate_due(AT + late)
    letter = again(draft)
    assert (letter.is_draft, letter.circulate_at, letter.circulate_by) == (True, None, None)
    called_off = letter.events.latest("seq")
    said = reason.format(draft.created_by)
    assert (called_off.kind, called_off.person, called_off.details["reason"]) == (Event.Kind.SCHEDULED, None, said)
    assert as_sentence(called_off) == f"The program did not circulate the letter as it was scheduled: {said}."
    assert colleague.email in lives.told(Notice.Kind.SCHEDULED)
    scheduling.circulate_due(AT + late + HOUR)
    assert Notice.objects.filter(kind=Notice.Kind.SCHEDULED, address=colleague.email).count() == 1
    check(evidence(letter))


def test_one_letter_that_fails_holds_up_no_other(draft, monkeypatch, caplog):
    healthy = make_draft(now=NOW)
    ago = timezone.now() - HOUR
    for letter in (draft, healthy):
        schedule(letter, at=ago, until=ago + 9 * DAY, now=ago - HOUR)
    opens = scheduling.open_to_offices

    def fails_on_one(letter, person, **facts):
        if letter.pk == draft.pk:
            raise ZeroDivisionError
        opens(letter, person, **facts)

    monkeypatch.setattr(scheduling, "open_to_offices", fails_on_one)
    with caplog.at_level(logging.ERROR):
        scheduling.circulate_due(timezone.now())
    assert (again(draft).is_draft, again(draft).circulate_at) == (True, ago)
    assert again(healthy).is_open
    assert f"letter {draft.pk}: its scheduled circulation failed" in caplog.text


PAST = "The time to circulate has passed already. Choose a later one, or circulate the letter now."


@pytest.mark.parametrize(
    ("times", "sentence"),
    [
        ({"at": NOW}, PAST),
        ({"at": NOW - DAY}, PAST),
        ({"until": AT}, "The deadline is not after the time to circulate. Choose a later deadline."),
        ({"until": AT - HOUR}, "The deadline is not after the time to circulate. Choose a later deadline."),
    ],
)
def test_times_that_cannot_be_meant_are_refused(draft, times, sentence):
    with refused(sentence):
        schedule(draft, **times)


def test_a_zone_that_is_not_known_is_refused(draft):
    with refused("There is no time zone named Mars/Olympus. Use a name such as America/New_York."):
        chosen = {"zone": "Mars/Olympus", "audience": "any", "list_shown": "all"}
        scheduling.schedule(draft, draft.created_by, circulate_at=AT, deadline_at=UNTIL, now=NOW, **chosen)


@pytest.mark.parametrize("circulated", [factories.make_letter, lives.locked_letter])
def test_a_letter_in_circulation_is_not_scheduled(circulated):
    letter = circulated()
    for verb in (schedule, lambda letter: scheduling.unschedule(letter, letter.created_by, now=NOW)):
        with refused("This letter is in circulation already."):
            verb(letter)


def test_a_second_cancel_says_that_there_is_nothing_to_cancel(draft):
    with refused("No circulation is scheduled any more."):
        scheduling.unschedule(draft, draft.created_by, now=NOW)


def test_the_history_says_what_was_planned(draft):
    at = datetime.datetime(2026, 11, 30, 14, tzinfo=datetime.UTC)
    schedule(draft, at=at, until=at + 4 * DAY, now=at - 6 * DAY)
    planned = "scheduled the circulation: Monday, November 30, 2026, 9:00 am EST, until Friday, December 4, 2026, 9:00 am EST."
    assert as_sentence(again(draft).events.latest("seq")) == f"{draft.created_by.email} {planned}"
    scheduling.unschedule(draft, draft.created_by, now=at - 5 * DAY)
    assert as_sentence(again(draft).events.latest("seq")) == f"{draft.created_by.email} took the scheduled circulation back."


def test_offices_that_have_left_are_not_invited(draft):
    gone = make_office()
    circulating.list_offices(draft, [gone], draft.created_by, now=NOW)
    schedule(draft)
    gone.left_on = NOW.date()
    gone.save()
    scheduling.circulate_due(AT)
    assert again(draft).invitee_for(gone) is None


def test_each_sweep_looks_for_it():
    assert scheduling.circulate_due in tasks.BY_THE_CLOCK

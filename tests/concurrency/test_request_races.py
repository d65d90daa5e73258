"""The lead's people answer one request twenty times at once, in opposite ways: see test_races."""

import datetime

import pytest
from django.utils import timezone

from letters.models import DeadlineRequest, Event, Letter, Notice
from letters.workflow import deadlines
from tests.factories import DAY, make_letter, make_office, make_staff

from .acts import Case
from .conftest import ROUNDS
from .test_races import errors

pytestmark = pytest.mark.slow
ACTORS = 20  # also of the processes in conftest
HOUR = datetime.timedelta(hours=1)
Decision = DeadlineRequest.Decision


@pytest.fixture
def staff(transactional_db):
    """(office, person) of those who ask, and of those who wait."""
    offices = [make_office() for _ in range(4)]
    return [(office, make_staff(office)) for office in offices]


def new_case(staff):
    """All actors are of the lead's office. Of four offices two have asked for more time: the second for an hour more only."""
    letter = make_letter(invited=[office for office, _ in staff])
    lead = letter.created_by
    make_staff(letter.lead)
    requests = [
        deadlines.request(letter, *who, wanted_at=letter.deadline_at + more, now=timezone.now())
        for who, more in zip(staff[:2], (DAY, HOUR), strict=True)
    ]
    return Case(
        letter=letter.pk,
        lead=lead.pk,
        offices=[letter.lead_id] * ACTORS,
        people=[lead.pk] * ACTORS,
        text_sha256=letter.revision.sha256,
        head_hash=letter.head_hash,
        deadline_at=letter.deadline_at,
        request=requests[0].pk,
    )


def test_twenty_opposite_answers_are_one(staff, at_once):
    """For the office, for all, no: to different times. One wins, and everybody is told once of what it was."""
    for _ in range(ROUNDS):
        case = new_case(staff)
        found = at_once(["grant", "deny"] * (ACTORS // 2), case)
        assert errors(found) == []
        [winner] = [outcome for outcome in found if outcome.accepted]
        letter = Letter.objects.get(pk=case.letter)
        asked, other = letter.deadline_requests.order_by("pk")
        word = asked.get_decision_display().lower()
        assert {outcome.sentence for outcome in found if not outcome.accepted} == {f"This request was answered already: {word}."}
        for_all = asked.decision == Decision.ALL
        assert (winner.act == "grant", for_all) == (asked.is_granted, winner.act == "grant" and bool(winner.actor % 4))
        new_at = case.deadline_at + HOUR * (1 + winner.actor)
        assert letter.deadline_at == (new_at if for_all else case.deadline_at)
        assert other.is_pending is not for_all
        decided = letter.events.filter(kind=Event.Kind.DEADLINE_DECIDED)
        assert decided.exclude(office=other.office).count() == 1
        assert decided.filter(office=other.office).count() == for_all
        mails = letter.notices.filter(kind__in=[Notice.Kind.REQUEST_DECIDED, Notice.Kind.DEADLINE_MOVED])
        told = [person.email for _, person in (staff if for_all else staff[:1])]
        told += letter.lead.people().values_list("email", flat=True) if for_all else []
        assert sorted(mails.values_list("address", flat=True)) == sorted(told)

"""A draft that is due, seen by several workers and put off, called off or circulated by hand at the same moment; links that are
replaced at once; and one text that is sent twice."""

import pytest
from django.utils import timezone

from letters import proof
from letters.exports import evidence
from letters.models import Circular, Event, Letter, Notice, RetiredLink
from letters.workflow import scheduling
from tests import factories
from tests.factories import DAY, HOUR, make_draft, make_office, make_staff

from .acts import Case
from .conftest import ACTORS, ROUNDS

pytestmark = pytest.mark.slow
Kind = Event.Kind
IN_CIRCULATION = "This letter is in circulation already."


def case_of(letter, **more):
    return Case(
        letter=letter.pk,
        lead=letter.created_by_id,
        offices=[],
        people=[],
        text_sha256=letter.revision.sha256,
        head_hash=letter.head_hash,
        **more,
    )


def due_case():
    """A draft that is due in an hour: the sweeps of the race stand at that hour, all others at the present one."""
    draft = make_draft()
    at, until = timezone.now() + HOUR, timezone.now() + 9 * DAY
    chosen = {"zone": "America/New_York", "audience": "any", "list_shown": "all"}
    scheduling.schedule(draft, draft.created_by, circulate_at=at, deadline_at=until, now=timezone.now(), **chosen)
    return case_of(Letter.objects.get(pk=draft.pk), deadline_at=until, goes_out_at=at)


def after(case):
    letter = Letter.objects.get(pk=case.letter)
    proof.check(evidence(letter))
    return letter


def count(letter, kind):
    return letter.events.filter(kind=kind).count()


def accepted(found, name):
    return [outcome for outcome in found if outcome.act == name and outcome.accepted]


def refusals(found):
    return {outcome.sentence for outcome in found if not outcome.accepted}


def no_errors(found):
    return [outcome for outcome in found if outcome.error] == []


def test_many_sweeps_circulate_it_once(transactional_db, at_once):
    for _ in range(ROUNDS):
        case = due_case()
        found = at_once(["circulate_due"] * ACTORS, case)
        assert no_errors(found)
        letter = after(case)
        assert letter.is_open
        assert count(letter, Kind.CIRCULATED) == 1
        assert Notice.objects.filter(kind=Notice.Kind.SCHEDULED, letter=letter).count() == 1


@pytest.mark.parametrize("other", ["put_off", "call_off"])
def test_put_off_or_called_off_in_time_it_is_not_sent_by_a_sweep_that_waited(transactional_db, at_once, other):
    for _ in range(ROUNDS):
        case = due_case()
        found = at_once(["circulate_due", other] * (ACTORS // 2), case)
        assert no_errors(found)
        letter = after(case)
        assert count(letter, Kind.CIRCULATED) == int(letter.is_open)
        done = accepted(found, other)
        if letter.is_open:
            circulated = letter.events.get(kind=Kind.CIRCULATED)
            assert not letter.events.filter(kind=Kind.SCHEDULED, seq__gt=circulated.seq).exists()
            before = letter.events.filter(kind=Kind.SCHEDULED, seq__gt=2).count()
            assert before == len(done) == 0, "what was put off or called off before was sent"
        else:
            assert done
            assert (letter.circulate_at is None) == (other == "call_off")
            assert letter.circulate_at is None or letter.circulate_at > case.goes_out_at
        words = {"put_off": {IN_CIRCULATION}, "call_off": {IN_CIRCULATION, "No circulation is scheduled any more."}}
        assert refusals(found) <= words[other]


def test_by_hand_and_by_the_clock_it_circulates_once(transactional_db, at_once):
    for _ in range(ROUNDS):
        case = due_case()
        found = at_once(["circulate_due"] * (ACTORS - 2) + ["circulate"] * 2, case)
        assert no_errors(found)
        letter = after(case)
        assert count(letter, Kind.CIRCULATED) == 1
        by_hand = len(accepted(found, "circulate"))
        assert by_hand + Notice.objects.filter(kind=Notice.Kind.SCHEDULED, letter=letter).count() == 1
        assert refusals(found) <= {IN_CIRCULATION}


def test_every_link_that_was_replaced_is_known_as_such(transactional_db, at_once):
    for _ in range(ROUNDS):
        letter = factories.make_letter()
        first = letter.code
        found = at_once(["replace_link"] * ACTORS, case_of(letter, deadline_at=letter.deadline_at))
        assert no_errors(found)
        assert len(accepted(found, "replace_link")) == ACTORS
        letter = Letter.objects.get(pk=letter.pk)
        retired = list(RetiredLink.objects.filter(letter=letter).values_list("code", flat=True))
        assert len(set(retired)) == ACTORS == count(letter, Kind.LINK_REPLACED)
        assert first in retired
        assert letter.code not in retired
        proof.check(evidence(letter))


def test_a_double_click_sends_one_mail(transactional_db, at_once):
    for _ in range(ROUNDS):
        office = make_office()
        make_staff(office)
        letter = factories.make_letter(invited=[office])
        found = at_once(["write_to_offices"] * ACTORS, case_of(letter, deadline_at=letter.deadline_at))
        assert no_errors(found)
        assert len(accepted(found, "write_to_offices")) == 1
        assert Circular.objects.filter(letter=letter).count() == 1
        assert Notice.objects.filter(kind=Notice.Kind.CIRCULAR, letter=letter).count() == 1

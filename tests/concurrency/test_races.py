"""Twelve actors at once on one letter, in threads and in processes, on the database of the run.

COSIGN_RACE_ROUNDS says how often. After each round: no error, every refusal has its sentence, what was accepted is what is
printed, and the history is whole.
"""

import datetime
import json

import pytest
from django.utils import timezone

from letters import proof
from letters.exports import evidence
from letters.models import Event, Letter
from letters.workflow import deadlines
from tests import factories
from tests.factories import DAY, make_letter, make_office, make_staff
from tests.workflow import lives

from .acts import Case, render
from .conftest import ACTORS, ROUNDS

pytestmark = pytest.mark.slow
LOCKED = "The letter is locked. Nothing about it can change any more."
STALE = "The text was changed after you opened it, so nothing was signed. Read the new text and sign again."
OVERTAKEN = "Somebody else changed the text while you were editing. Yours is kept below: compare, then save again."
PASSED = "The deadline for your office has passed. Ask for more time: a grant opens the letter again for you."
Kind = Event.Kind


@pytest.fixture
def staff(transactional_db):
    """(office, person) for each actor."""
    offices = [make_office() for _ in range(ACTORS)]
    return [(office, make_staff(office)) for office in offices]


def new_case(staff, *, signers=0, ask=False):
    offices = [office for office, _ in staff]
    letter = make_letter(invited=offices)
    for office, person in staff[:signers]:
        factories.sign(letter, office, person)
    asked = None
    if ask:
        office, person = staff[0]
        asked = deadlines.request(letter, office, person, wanted_at=letter.deadline_at + DAY, now=timezone.now())
    render(letter.pk)
    letter.refresh_from_db()
    people = [person.pk for _, person in staff]
    return Case(
        letter=letter.pk,
        lead=letter.created_by_id,
        offices=[office.pk for office in offices],
        people=people,
        text_sha256=letter.revision.sha256,
        head_hash=letter.head_hash,
        deadline_at=letter.deadline_at,
        request=asked and asked.pk,
    )


def outcomes_of(found, name):
    return [outcome for outcome in found if outcome.act.startswith(name)]


def accepted(found, name):
    return [outcome for outcome in outcomes_of(found, name) if outcome.accepted]


def sentences(found, name):
    return {outcome.sentence for outcome in outcomes_of(found, name) if not outcome.accepted}


def in_order(case):
    """The letter after a round, locked if it is not yet; its history, manifest and final proven."""
    letter = Letter.objects.get(pk=case.letter)
    if not letter.is_locked and letter.signatures.printed().exists():
        lives.lock(letter)
    if letter.is_locked:
        render(letter.pk)
    letter.refresh_from_db()
    seqs = list(letter.events.order_by("seq").values_list("seq", flat=True))
    assert seqs == list(range(1, letter.event_no + 1))
    final = letter.final()
    proof.check(evidence(letter), b"%PDF " + str(final.state_no).encode() if final else None)
    return letter


def signers(letter):
    return {signer["office"] for signer in letter.contents()["signers"]}


def manifest_signers(letter):
    return {signer["office"] for signer in json.loads(letter.manifest)["signers"]}


def errors(found):
    return [outcome for outcome in found if outcome.error]


def test_sign_against_lock(staff, at_once):
    for _ in range(ROUNDS):
        case = new_case(staff)
        found = at_once(["sign"] * (ACTORS - 1) + ["review_and_lock"], case)
        assert errors(found) == []
        assert len(accepted(found, "review")) == 1
        letter = in_order(case)
        assert {case.offices[outcome.actor] for outcome in accepted(found, "sign")} == manifest_signers(letter) == signers(letter)
        assert sentences(found, "sign") <= {LOCKED}
        assert letter.events.filter(kind=Kind.LOCKED).count() == 1


def test_withdraw_against_lock(staff, at_once):
    for _ in range(ROUNDS):
        case = new_case(staff, signers=ACTORS)
        found = at_once(["withdraw"] * (ACTORS - 1) + ["review_and_lock"], case)
        assert errors(found) == []
        letter = in_order(case)
        gone = {case.offices[outcome.actor] for outcome in accepted(found, "withdraw")}
        assert manifest_signers(letter) == set(case.offices) - gone
        assert sentences(found, "withdraw") <= {LOCKED}


def test_sign_against_revise(staff, at_once):
    for _ in range(ROUNDS):
        case = new_case(staff)
        found = at_once(["sign", "revise"] + ["sign"] * (ACTORS - 3) + ["revise"], case)
        assert errors(found) == []
        assert len(accepted(found, "revise")) == 1
        assert sentences(found, "revise") == {OVERTAKEN}
        assert sentences(found, "sign") <= {STALE}
        letter = in_order(case)
        read = {signature.office_id for signature in letter.signatures.standing() if signature.revision.number == 1}
        assert {case.offices[outcome.actor] for outcome in accepted(found, "sign")} == read
        assert signers(letter) == set(), "nobody has signed the text that won"
        assert letter.revision.number == letter.revisions.count() == 2


def test_sign_against_a_deadline_that_passes_and_moves(staff, at_once):
    for _ in range(ROUNDS):
        case = new_case(staff)
        found = at_once(["sign_in_time", "sign_late"] * (ACTORS // 2 - 1) + ["sign_late", "move"], case)
        assert errors(found) == []
        assert len(accepted(found, "move")) == 1
        assert len(accepted(found, "sign_in_time")) == ACTORS // 2 - 1
        assert sentences(found, "sign_late") <= {PASSED}
        letter = in_order(case)
        moved = letter.events.get(kind=Kind.DEADLINE_MOVED)
        late = letter.events.filter(kind=Kind.SIGNED, at__gt=case.deadline_at)
        assert late.count() == len(accepted(found, "sign_late"))
        assert not late.filter(seq__lt=moved.seq).exists(), "nobody signs late before there is more time"
        assert {case.offices[outcome.actor] for outcome in accepted(found, "sign")} == manifest_signers(letter)


def test_lock_against_lock(staff, at_once):
    for _ in range(ROUNDS):
        case = new_case(staff, signers=3)
        found = at_once(["lock"] * ACTORS, case)
        assert errors(found) == []
        assert len(accepted(found, "lock")) == ACTORS, "who locks the same state again gets the same letter"
        letter = in_order(case)
        assert letter.events.filter(kind=Kind.LOCKED).count() == 1
        assert letter.renditions.filter(final=True).count() == 1
        assert manifest_signers(letter) == set(case.offices[:3])


def test_grant_against_deny(staff, at_once):
    for _ in range(ROUNDS):
        case = new_case(staff, ask=True)
        found = at_once(["grant", "deny"] * (ACTORS // 2), case)
        assert errors(found) == []
        [winner] = [outcome for outcome in found if outcome.accepted]
        letter = in_order(case)
        decided = letter.deadline_requests.get()
        word = decided.get_decision_display().lower()
        assert {outcome.sentence for outcome in found if not outcome.accepted} == {f"This request was answered already: {word}."}
        assert (winner.act == "grant") == decided.is_granted
        assert letter.events.filter(kind=Kind.DEADLINE_DECIDED).count() == 1
        later = [letter.deadline_at, letter.deadline_for(letter.invitee_for(decided.office))]
        hours = datetime.timedelta(hours=1 + winner.actor)
        assert (case.deadline_at + hours in later) == decided.is_granted


def test_the_same_office_many_times(staff, at_once):
    """A double click, a reload and two tabs: one signature."""
    for _ in range(ROUNDS):
        case = new_case(staff)
        same = Case(**{**vars(case), "offices": case.offices[:1] * ACTORS, "people": case.people[:1] * ACTORS})
        found = at_once(["sign"] * ACTORS, same)
        assert errors(found) == []
        assert len(accepted(found, "sign")) == ACTORS
        letter = in_order(case)
        assert letter.signatures.count() == letter.events.filter(kind=Kind.SIGNED).count() == 1

"""Twelve actors at once on the text of one letter, in threads: see test_races.

After each round a name that prints was given to a text of the same substance, whoever saved or published something was told
when another was faster, and the history is whole.
"""

import json
from dataclasses import replace

import pytest
from django.utils import timezone

from letters.models import Event, Letter, Notice, ProposedEdit
from letters.workflow import edits, revising
from tests import factories
from tests.factories import DAY, make_letter, make_office, make_staff, text

from .acts import Case, render
from .conftest import ACTORS, in_threads
from .conftest import ROUNDS as ALL_ROUNDS
from .test_races import LOCKED, STALE, accepted, errors, in_order, manifest_signers, sentences, signers

pytestmark = pytest.mark.slow
ROUNDS = max(ALL_ROUNDS // 2, 1)
OLD = factories.TEXT["body"]
CORRECTED = OLD.replace("mills", "millls")
REWRITTEN = "<p>Another letter about the mills.</p>"
PROPOSAL_STALE = "The text was changed after you opened it. Read the new text and see whether it needs your edit still."
CHANGED = "Something changed after you opened the review. Look at it again, then lock."
Kind = Event.Kind


@pytest.fixture
def staff(transactional_db):
    """(office, person) for each actor."""
    offices = [make_office() for _ in range(ACTORS)]
    return [(office, make_staff(office)) for office in offices]


def new_case(staff, *, works="", signers=0, days_ago=0):
    """A letter that the first `signers` offices signed, with the body `works` in the works."""
    now = timezone.now()
    letter = make_letter(invited=[office for office, _ in staff], now=now - days_ago * DAY, deadline_in=(days_ago + 7) * DAY)
    for office, person in staff[:signers]:
        factories.sign(letter, office, person, now=now - days_ago * DAY)
    letter.refresh_from_db()
    version = 0
    if works:
        copy = revising.save_copy(letter, letter.created_by, text=text(body=works), version=0, now=now)
        version = copy.version
    render(letter.pk)
    letter.refresh_from_db()
    return Case(
        letter=letter.pk,
        lead=letter.created_by_id,
        offices=[office.pk for office, _ in staff],
        people=[person.pk for _, person in staff],
        text_sha256=letter.revision.sha256,
        head_hash=letter.head_hash,
        deadline_at=letter.deadline_at,
        version=version,
    )


def with_proposal(case, staff):
    office, person = staff[0]
    letter = Letter.objects.get(pk=case.letter)
    words = {"old": "mills", "new": "windmills", "text_sha256": case.text_sha256}
    return replace(case, edit=edits.propose(letter, office, person, now=timezone.now(), **words).pk)


def overtaken(case):
    who = Letter.objects.get(pk=case.letter).created_by
    return f"{who} saved the text while you were editing. Yours is kept here: compare the two, then save again."


def offices_of(case, found, name):
    return {case.offices[outcome.actor] for outcome in accepted(found, name)}


def told(letter, kind):
    return set(Notice.objects.filter(letter=letter, kind=kind).values_list("office", flat=True))


def copy_of(case):
    return revising.copy_of(Letter.objects.get(pk=case.letter))


@pytest.mark.parametrize(("act", "works"), [("correct", CORRECTED), ("publish", REWRITTEN)])
def test_sign_against_the_publication_of_another_text(staff, act, works):
    for _ in range(ROUNDS):
        case = new_case(staff, works=works)
        found = in_threads([*["sign"] * (ACTORS // 2), act, *["sign"] * (ACTORS // 2 - 1)], case)
        assert errors(found) == []
        assert len(accepted(found, act)) == 1
        assert sentences(found, "sign") <= {STALE}
        letter, signed = Letter.objects.get(pk=case.letter), offices_of(case, found, "sign")
        assert {signature.revision.sha256 for signature in letter.signatures.all()} <= {case.text_sha256}
        assert signers(letter) == (signed if act == "correct" else set())
        assert told(letter, Notice.Kind.CORRECTED if act == "correct" else Notice.Kind.REAFFIRM) == signed
        in_order(case)


def test_one_version_is_published_once(staff):
    for _ in range(ROUNDS):
        case = new_case(staff, works=CORRECTED, signers=2)
        found = in_threads(["publish", "correct"] * (ACTORS // 2), case)
        assert errors(found) == []
        [winner] = [outcome for outcome in found if outcome.accepted]
        assert {outcome.sentence for outcome in found if not outcome.accepted} == {overtaken(case)}
        letter = in_order(case)
        assert letter.revisions.count() == 2
        assert letter.revision.is_clerical == (winner.act == "correct")
        assert signers(letter) == (set(case.offices[:2]) if letter.revision.is_clerical else set())


@pytest.mark.parametrize("works", ["", REWRITTEN], ids=["from the published text", "from a text in the works"])
def test_of_those_who_save_and_publish_at_once_one_is_faster_and_the_others_are_told(staff, works):
    for _ in range(ROUNDS):
        case = new_case(staff, works=works)
        publishing = ["publish"] * 3 if works else []
        found = in_threads([*["save"] * (ACTORS - len(publishing)), *publishing], case)
        assert errors(found) == []
        [winner] = [outcome for outcome in found if outcome.accepted]
        assert {outcome.sentence for outcome in found if not outcome.accepted} == {overtaken(case)}
        letter, copy = in_order(case), copy_of(case)
        assert copy.version == case.version + 1
        assert copy.body == (f"<p>Saved by {winner.actor}, to be answered by July.</p>" if winner.act == "save" else works)
        assert letter.revisions.count() == (1 if winner.act == "save" else 2)


def test_propose_and_take_in_against_publish(staff):
    for _ in range(ROUNDS):
        case = with_proposal(new_case(staff, works=OLD.replace("July", "August")), staff)
        found = in_threads([*["propose"] * (ACTORS - 2), "take_in", "publish"], case)
        assert errors(found) == []
        assert len(accepted(found, "take_in")) == 1
        assert sentences(found, "propose") <= {PROPOSAL_STALE}
        letter = in_order(case)
        assert sentences(found, "publish") <= {overtaken(case)}
        assert "windmills" not in letter.revision.body, "nobody publishes words that they have not seen"
        assert "windmills" in copy_of(case).body, "words that were taken in are not lost"
        proposed = letter.proposed_edits.exclude(pk=case.edit)
        assert {edit.office_id for edit in proposed} == offices_of(case, found, "propose")
        assert {edit.revision.sha256 for edit in proposed} <= {case.text_sha256}


def test_a_proposal_is_decided_once(staff):
    for _ in range(ROUNDS):
        case = with_proposal(new_case(staff), staff)
        found = in_threads(["take_in", "take_words_back", "leave"] * (ACTORS // 3), case)
        assert errors(found) == []
        [winner] = [outcome for outcome in found if outcome.accepted]
        letter, edit = in_order(case), ProposedEdit.objects.get(pk=case.edit)
        word = edit.get_decision_display().lower()
        assert {outcome.sentence for outcome in found if not outcome.accepted} == {f"This proposal was answered already: {word}."}
        assert edit.is_taken == (winner.act == "take_in") == ("windmills" in copy_of(case).body)
        assert letter.events.filter(kind=Kind.EDIT_DECIDED).count() == 1


def test_ask_again_against_those_who_say_yes_again(staff):
    for _ in range(ROUNDS):
        case = new_case(staff, signers=ACTORS, days_ago=40)
        found = in_threads([*["sign"] * (ACTORS // 2), "ask_again", *["sign"] * (ACTORS // 2 - 1)], case)
        assert errors(found) == []
        assert len(accepted(found, "ask_again")) == 1
        letter = Letter.objects.get(pk=case.letter)
        asked = letter.events.get(kind=Kind.ASKED_AGAIN).seq
        affirmed = letter.events.filter(kind=Kind.REAFFIRMED)
        assert not affirmed.filter(seq__lt=asked).exists()
        standing = letter.signatures.select_related("letter", "office")
        still = {signature.office_id for signature in standing if signature.is_asked_again}
        assert still == {signature.office_id for signature in standing} - set(affirmed.values_list("office", flat=True))
        assert manifest_signers(in_order(case)) == set(case.offices), "nobody comes off"


def test_the_text_that_is_locked_is_the_one_that_was_reviewed(staff):
    for _ in range(ROUNDS):
        case = new_case(staff, works=CORRECTED, signers=3)
        found = in_threads(["lock", "correct", "save"] * (ACTORS // 3), case)
        assert errors(found) == []
        letter = Letter.objects.get(pk=case.letter)
        assert sentences(found, "lock") <= {CHANGED}
        assert sentences(found, "correct") | sentences(found, "save") <= {LOCKED, overtaken(case)}
        assert bool(accepted(found, "lock")) == letter.is_locked
        if letter.is_locked:
            assert json.loads(letter.manifest)["text_sha256"] == case.text_sha256
            assert not accepted(found, "correct")
        else:
            assert accepted(found, "correct")
        assert manifest_signers(in_order(case)) == set(case.offices[:3])

"""Review and lock: what is checked, what is written, and that it happens once."""

import hashlib
import json

import pytest
from django.utils import timezone

from letters.models import Event, Letter, Notice
from letters.models.event import canonical_json
from letters.workflow import Refused, drafting, locking, revising, signing
from tests import factories
from tests.factories import DAY, make_letter, make_office, make_person, make_staff
from tests.workflow import lives

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter():
    """Signed by two Members, its PDF current; the lead itself has not answered."""
    letter = make_letter()
    factories.sign(letter)
    factories.sign(letter)
    lives.publish(letter)
    return letter


def lock(letter, person=None, *, head=None, reasons=lives.REASONS, now=None):
    person, now = person or letter.created_by, now or timezone.now()
    return locking.lock(letter, person, head_hash=head or lives.again(letter).head_hash, reasons=reasons, now=now)


def announce(letter, *, ahead=DAY, now=None):
    now = now or timezone.now()
    locking.announce(letter, letter.created_by, lock_at=now + ahead, now=now)
    Notice.objects.filter(kind=Notice.Kind.LOCK_PENDING, sent_at=None).update(sent_at=now)


def levels(letter, now=None):
    return {check.name: check.level for check in locking.review(lives.again(letter), now=now or timezone.now())}


def test_the_lock_writes_manifest_event_status_and_notices(letter):
    admin, now, head = make_person(admin=True), timezone.now(), letter.head_hash
    contents, seq, state_no = letter.contents(), letter.event_no, letter.state_no
    lock(letter, admin, now=now)
    locked = lives.again(letter)
    assert (locked.status, locked.locked_at, locked.locked_by) == (Letter.Status.LOCKED, now, admin)
    assert json.loads(locked.manifest) == {
        "format": 1,
        "letter": letter.ref,
        "reviewed": {"seq": seq, "hash": head},
        **contents,
    }
    assert locked.manifest == canonical_json(json.loads(locked.manifest))
    assert locked.manifest_sha256 == hashlib.sha256(locked.manifest.encode()).hexdigest()
    assert (locked.event_no, locked.state_no) == (seq + 1, state_no + 1)
    event = locked.events.get(kind=Event.Kind.LOCKED)
    assert (event.seq, event.prev, event.hash, event.person) == (seq + 1, head, locked.head_hash, admin)
    assert event.details["manifest_sha256"] == locked.manifest_sha256
    assert event.details["signers"] == 2
    signers = sorted(signature.signed_by.email for signature in letter.signatures.all())
    told = letter.notices.filter(kind=Notice.Kind.LOCKED).order_by("address").values_list("address", flat=True)
    assert list(told) == signers


def test_the_reasons_are_in_the_history(letter):
    announce(letter)
    now = lives.again(letter).lock_expected_at
    lock(letter, reasons={"leads": "On leave.", "time": " Everyone was called. ", "awaiting": "not asked for"}, now=now)
    event = letter.events.get(kind=Event.Kind.LOCKED)
    assert event.details["accepted"] == {
        "leads": {
            "found": f"Leads the letter and will not be printed as a signer: {letter.lead.label}.",
            "reason": "On leave.",
        },
        "time": {"found": "1 invited office has not answered and still has time.", "reason": "Everyone was called."},
    }


def test_a_letter_that_everybody_has_answered_needs_no_reason():
    letter = make_letter()
    factories.sign(letter, letter.lead, letter.created_by)
    announce(letter)
    lives.publish(letter)
    now = lives.again(letter).lock_expected_at
    assert set(levels(letter, now).values()) == {locking.GREEN}
    lock(letter, reasons=None, now=now)
    assert lives.again(letter).is_locked


def test_every_office_that_leads_is_to_have_signed():
    letter, co_lead = make_letter(), make_office("Cora", "Colead")
    drafting.add_co_lead(letter, co_lead, letter.created_by, now=timezone.now())
    factories.sign(letter, co_lead)

    def leads():
        return next(check for check in locking.review(lives.again(letter), now=timezone.now()) if check.name == "leads")

    assert leads().sentence == f"Leads the letter and will not be printed as a signer: {letter.lead.label}."
    factories.sign(letter, letter.lead, letter.created_by)
    assert (leads().level, leads().sentence) == (locking.GREEN, "Whoever leads the letter has signed it.")


def test_time_that_is_up_is_no_open_question(letter):
    assert levels(letter, letter.deadline_at)["time"] == locking.GREEN
    assert levels(letter)["time"] == locking.AMBER


def test_anything_that_happened_since_the_review_bars_the_lock(letter):
    head = letter.head_hash
    signing.decline(letter, letter.lead, letter.created_by, now=timezone.now())
    rows = lives.rows()
    with pytest.raises(Refused, match="Something changed"):
        lock(letter, head=head)
    assert lives.rows() == rows


def test_locking_twice_gives_the_same_letter_and_writes_nothing(letter):
    head, admin = letter.head_hash, make_person(admin=True)
    lock(letter, head=head)
    rows = lives.rows()
    assert lock(letter, admin, head=head, reasons=None) == letter
    assert lives.rows() == rows
    with pytest.raises(Refused, match="The letter is locked"):
        lock(letter)
    assert lives.rows() == rows


def test_only_printed_signatures_are_in_the_manifest(letter):
    unsure, gone = make_office(), make_office()
    factories.sign(letter, unsure, lives.asking_person(unsure))
    person = make_staff(gone)
    factories.sign(letter, gone, person)
    signing.withdraw(letter, gone, person, now=timezone.now())
    lives.publish(letter)
    lock(letter)
    signers = {row["office"] for row in json.loads(lives.again(letter).manifest)["signers"]}
    assert signers == {signature.office_id for signature in letter.signatures.printed()}
    assert len(signers) == 2


def test_red_checks_bar_the_lock_whatever_the_reasons():
    letter = make_letter()
    lives.publish(letter)
    reds = {name for name, level in levels(letter).items() if level == locking.RED}
    assert reds == {"signers"}
    with pytest.raises(Refused, match="Nobody has signed"):
        lock(letter, reasons=dict.fromkeys(levels(letter), "Never mind."))


def test_a_pdf_that_is_not_current_bars_the_lock(letter):
    factories.sign(letter)
    assert levels(letter)["pdf"] == locking.RED
    lives.publish(letter)
    assert levels(letter)["pdf"] == locking.GREEN


def test_signers_of_an_earlier_text_are_named_in_the_review(letter):
    base = lives.again(letter).revision.sha256
    revising.revise(letter, letter.created_by, text=factories.text(body="<p>New.</p>"), base_sha256=base, now=timezone.now())
    check = next(check for check in locking.review(lives.again(letter), now=timezone.now()) if check.name == "reaffirm")
    names = ", ".join(signature.name for signature in letter.signatures.order_by("pk"))
    assert check.sentence == f"Signed an earlier text and will not be printed: {names}."


def test_a_member_who_left_office_is_named_in_the_review(letter):
    signature = letter.signatures.first()
    signature.office.left_on = timezone.now().date()
    signature.office.save()
    check = next(check for check in locking.review(lives.again(letter), now=timezone.now()) if check.name == "roster")
    assert (check.level, check.sentence) == (locking.AMBER, f"Has left office since signing: {signature.name}.")


def test_names_in_the_manifest_outlive_changes_of_the_roster(letter):
    lock(letter)
    lives.publish(letter)
    manifest = lives.again(letter).manifest
    for signature in letter.signatures.select_related("office"):
        signature.office.signing_name = "Renamed"
        signature.office.save()
    assert lives.again(letter).manifest == manifest


def test_the_deadline_may_be_over_or_still_to_come(letter):
    lock(letter, now=letter.deadline_at + DAY)
    assert lives.again(letter).is_locked

"""Each amber check of the lock review wants a reason of its own."""

import pytest

from letters.text.letter import Imported, LetterText
from letters.workflow import Refused, circulating, deadlines, edits, locking, revising, signing
from tests import factories
from tests.factories import DAY, make_office, make_staff
from tests.workflow import lives
from tests.workflow.test_refusals import Case, lock

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("missing", lives.AMBER)
def test_each_amber_check_needs_its_own_reason(missing):
    """A letter for which every amber check applies is locked only with a reason for each."""
    case = Case()
    case.signed()
    case.revised()
    unsure, gone = make_office(), make_office()
    factories.sign(case.letter, unsure, lives.asking_person(unsure))
    factories.sign(case.letter, gone)
    gone.left_on = case.now.date()
    gone.save()
    factories.sign(case.letter, make_office(bioguide=""))  # for the seat of another signer, by hand
    asking = make_staff()
    place = asking.memberships.get().office
    deadlines.request(case.letter, place, asking, wanted_at=case.letter.deadline_at + DAY, now=case.now)
    circulating.invite(case.letter, [make_office()], case.lead, now=case.now)
    lives.publish(case.letter)
    old = make_office("Olive", "Early")
    factories.sign(case.letter, old, now=case.now - 31 * DAY)
    words = {"old": "Sincerely,", "new": "Regards,", "text_sha256": lives.again(case.letter).revision.sha256}
    edits.propose(case.letter, place, asking, now=case.now, **words)
    picky = make_staff()
    picked = picky.memberships.get().office
    signing.would_sign_if(case.letter, picked, picky, condition="You name the mill.", now=case.now)
    imported = Imported(LetterText(**factories.text(body="<p>In the works.</p>")), [], ["A doubt."])
    revising.take_import(case.letter, case.lead, imported, version=0, source="word", now=case.now)
    lives.publish(case.letter)
    checks = {check.name: check for check in locking.review(lives.again(case.letter), now=case.now)}
    assert {name for name, check in checks.items() if check.level == locking.AMBER} == set(lives.AMBER)
    rows = lives.rows()
    with pytest.raises(Refused) as refused:
        lock(case, reasons={**lives.REASONS, missing: " "})
    assert str(refused.value) == f"{checks[missing].sentence} Type why you lock all the same."
    assert lives.rows() == rows
    lock(case, reasons=lives.REASONS)
    assert lives.again(case.letter).is_locked

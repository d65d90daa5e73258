"""Signatures that were given to an earlier text and await confirmation: what the lead's office and their own read and can do."""

import pytest
from django.utils import timezone

from letters.models.answer import State
from letters.workflow import locking, revising, signing
from tests import factories
from tests.factories import make_office, make_staff
from tests.workflow import lives
from tests.workflow.test_signing import revise

from .conftest import path
from .test_dashboard import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def unsure(house):
    """Somebody whose place nobody has confirmed has signed; then the text was changed."""
    house.stranger = lives.asking_person(house.office)
    house.signature = factories.sign(house.letter, house.office, house.stranger)
    revise(house.letter)
    return house


@pytest.fixture
def entered(house):
    """The lead has noted the office's yes; then the text was changed."""
    said = {"how": "by phone", "said_by": "Bo"}
    house.signature = signing.enter(house.letter, house.office, house.letter.created_by, now=timezone.now(), **said)
    revise(house.letter)
    return house


def desk(house, state="unconfirmed"):
    return house.lead.get(path("desk", house.letter) + f"?state={state}")


def test_it_stays_among_those_to_confirm_and_the_row_says_of_which_text_it_is(unsure):
    page = desk(unsure)
    assert [row.state for row in page.context["rows"]] == [State.UNCONFIRMED]
    assert page.context["figures"]["awaiting"] == 1
    assert path("confirm-signature", unsure.letter, unsure.signature.pk) in page.content.decode()
    assert path("refuse-signature", unsure.letter, unsure.signature.pk) in page.content.decode()
    assert "Given to text 1. The office has to say yes to the text as it is now, too." in words(page)


def test_a_yes_that_the_lead_entered_can_still_be_taken_back(entered):
    page = desk(entered)
    assert path("refuse-signature", entered.letter, entered.signature.pk) in page.content.decode()
    assert "Noted for text 1. The office confirms it for the text as it is now." in words(page)


def test_confirming_it_promises_no_print_and_leaves_it_to_be_reaffirmed(unsure):
    confirming = path("confirm-signature", unsure.letter, unsure.signature.pk)
    page = words(unsure.lead.get(confirming))
    assert "It was given to text 1, and the text was changed in substance since." in page
    assert "it is printed at once" not in page
    unsure.lead.post(confirming, {"how": "called back", "note": ""})
    assert [row.office for row in desk(unsure, "reaffirm").context["rows"]] == [unsure.office]
    assert unsure.letter.signatures.printed().count() == 0


def test_confirming_one_of_the_text_as_it_is_prints_it_at_once(house):
    signature = factories.sign(house.letter, house.office, lives.asking_person(house.office))
    assert "it is printed at once" in words(house.lead.get(path("confirm-signature", house.letter, signature.pk)))


def test_whoever_gave_it_says_yes_to_the_new_text(unsure, client_of):
    stranger = client_of(unsure.stranger)
    page = stranger.get(path("letter", unsure.letter))
    assert "The text was changed after this signature was given" in words(page)
    assert "Re-affirm for Ada Able" in words(page)
    assert "What changed since text 1" in words(page)
    fields = {"office": unsure.office.pk, "text_sha256": lives.again(unsure.letter).revision.sha256}
    stranger.post(path("sign", unsure.letter), fields)
    unsure.signature.refresh_from_db()
    assert unsure.signature.revision == lives.again(unsure.letter).revision
    assert "Given to text" not in words(desk(unsure))


def test_an_office_that_never_signed_reads_of_no_signature_of_its_own(entered):
    page = words(entered.staff.get(path("letter", entered.letter)))
    assert "The lead's office has noted your yes to an earlier text." in page
    assert "after your office signed" not in page
    assert "Re-affirm" not in page
    assert "Sign on Ada Able" in page
    assert "What changed since text 1" in page


def test_an_office_that_never_signed_is_told_of_a_correction_as_of_a_yes(house):
    said = {"how": "by phone", "said_by": "Bo"}
    signing.enter(house.letter, house.office, house.letter.created_by, now=timezone.now(), **said)
    correct(house.letter)
    page = words(house.staff.get(path("letter", house.letter)))
    assert "has corrected the text since it noted your yes" in page
    assert "your office signed" not in page


def correct(letter):
    body = letter.revision.body.replace("mills", "millls")
    changed = {"text": factories.text(body=body), "base_sha256": letter.revision.sha256, "clerical": True}
    revising.revise(letter, letter.created_by, now=timezone.now(), **changed)


def test_the_lock_review_names_each_once(unsure):
    other = make_office("Bo", "Baker")
    make_staff(other)
    revised = lives.again(unsure.letter)
    factories.sign(revised, other)
    checks = {check.name: check for check in locking.review(lives.again(unsure.letter), now=timezone.now())}
    assert checks["awaiting"].sentence == "Await confirmation and will not be printed: Ada Able."
    assert checks["reaffirm"].level == locking.GREEN
    revise(unsure.letter, "<p>Newer.</p>")
    checks = {check.name: check for check in locking.review(lives.again(unsure.letter), now=timezone.now())}
    assert checks["reaffirm"].sentence == "Signed an earlier text and will not be printed: Bo Baker."

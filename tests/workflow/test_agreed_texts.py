"""A name prints on a text to which its office agreed, and no change of the text costs a signer who does agree."""

import datetime

import pytest
from django.utils import timezone

from letters.models import Notice, Signature
from letters.workflow import Refused, circulating, drafting, revising, signing
from tests import factories
from tests.factories import DAY, HOUR, make_draft, make_letter, make_office, make_staff, text
from tests.workflow import lives

pytestmark = pytest.mark.django_db
WORDS = "The mills of the valley stand still and nobody knows why they do or when they will turn."
BODY = f"<p>{WORDS}</p>"
SECOND = datetime.timedelta(seconds=1)


def change(letter, body, *, clerical=False, now=None):
    letter.refresh_from_db()
    facts = {"text": text(body=body), "base_sha256": letter.revision.sha256, "clerical": clerical}
    revising.revise(letter, letter.created_by, now=now or timezone.now(), **facts)
    letter.refresh_from_db()
    return letter.revision


def printed(letter):
    return {signature.office_id for signature in letter.signatures.printed()}


def test_a_correction_is_counted_from_each_text_that_somebody_signed():
    """Ten words from the first text and ten others from the second are twenty to whoever signed the second."""
    letter = make_letter(body=BODY)
    first = BODY.replace("The mills of the valley stand", "Old inns near our village lie")
    second = BODY.replace("nobody knows why they do", "none sees how these came")
    change(letter, first, clerical=True)
    factories.sign(letter)
    with pytest.raises(Refused, match="words"):
        change(letter, second, clerical=True)
    assert not change(letter, second).is_clerical


def test_a_correction_that_nobody_signed_is_counted_from_the_first_text():
    letter = make_letter(body=BODY)
    factories.sign(letter)
    change(letter, BODY.replace("The mills of the valley stand", "Old inns near our village lie"), clerical=True)
    assert change(letter, BODY, clerical=True).is_clerical


def test_an_office_that_has_withdrawn_does_not_bind_the_text_to_what_it_had_read():
    letter = make_letter(body=BODY)
    factories.sign(letter)
    change(letter, BODY.replace("The mills of the valley stand", "Old inns near our village lie"), clerical=True)
    gone = factories.sign(letter)
    signing.withdraw(letter, gone.office, gone.signed_by, now=timezone.now())
    assert change(letter, BODY.replace("nobody knows why they do", "none sees how these came"), clerical=True).is_clerical


def test_an_office_that_came_by_the_link_reaffirms_though_the_letter_is_for_invited_offices_by_now():
    letter = make_letter()
    signature = factories.sign(letter)
    drafting.arrange(letter, letter.created_by, audience="invited", now=timezone.now())
    change(letter, BODY)
    factories.sign(letter, signature.office, signature.signed_by)
    assert printed(letter) == {signature.office_id}
    with pytest.raises(Refused, match="for invited offices only"):
        factories.sign(letter, make_office())


def test_who_is_asked_again_and_only_asked_for_a_place_does_not_take_the_name_off_by_saying_yes():
    now = timezone.now()
    letter = make_letter(now=now - 41 * DAY, deadline_in=60 * DAY)
    office = make_office()
    person = lives.asking_person(office, now=now - 41 * DAY)
    signature = factories.sign(letter, office, person, now=now - 40 * DAY)
    signing.confirm(signature, letter.created_by, how="Called back.", now=now - 40 * DAY)
    revising.ask_again(letter, letter.created_by, signed_before=now - 30 * DAY, now=now)
    with lives.refused(signing.STAYS):
        factories.sign(letter, office, person, now=now)
    assert printed(letter) == {office.pk}
    factories.sign(letter, office, make_staff(office), now=now)
    assert Signature.objects.get(pk=signature.pk).reaffirmed_at == now


def test_each_new_yes_gets_a_receipt():
    now = timezone.now()
    letter = make_letter(now=now - 100 * DAY, deadline_in=200 * DAY)
    signature = factories.sign(letter, now=now - 90 * DAY)
    for days in (50, 10):
        asked = now - days * DAY
        revising.ask_again(letter, letter.created_by, signed_before=asked - 30 * DAY, now=asked)
        factories.sign(letter, signature.office, signature.signed_by, now=asked + HOUR)
    assert Notice.objects.filter(kind=Notice.Kind.RECEIPT).count() == 3


def test_which_text_was_shown_first_does_not_hang_on_whose_request_waited():
    """A request that waits for the letter's row may have an earlier clock than the one that it waited for."""
    now = timezone.now()
    draft = make_draft(now=now - HOUR)
    change(draft, BODY, now=now + SECOND)
    circulating.circulate(draft, draft.created_by, deadline_at=now + DAY, now=now)
    assert lives.again(draft).first_shown().number == 2
    change(draft, f"{BODY}<p>More.</p>", now=now)
    assert lives.again(draft).first_shown().number == 2

"""What the panel beside the letter offers an office whose yes awaits confirmation, in its time and after it."""

import re

import pytest
from django.utils import timezone

from letters.models import Letter
from letters.workflow import revising, signing
from tests import factories
from tests.factories import HOUR
from tests.views.conftest import path
from tests.workflow import lives

pytestmark = pytest.mark.django_db
UP = "The time for your office is up. More time opens the letter for you again."
ASK, DECLINE, SIGN_ON = "Ask for more time", "Decline", "Sign on Ada Able"


def panel(house, client=None):
    page = (client or house.staff).get(path("letter", house.letter)).content.decode()
    found = re.search(rf'<section class="panel" aria-labelledby="office-{house.office.pk}">.*?</section>', page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found.group()).split())


def time_passes(house):
    Letter.objects.filter(pk=house.letter.pk).update(deadline_at=timezone.now() - HOUR)


def enters(house):
    signing.enter(house.letter, house.office, house.letter.created_by, how="by phone", said_by="Jo", now=timezone.now())


def newcomer_signs(house):
    newcomer = lives.asking_person(house.office)
    factories.sign(house.letter, house.office, newcomer)
    return newcomer


@pytest.mark.parametrize("awaits", [enters, newcomer_signs])
def test_an_office_whose_yes_awaits_confirmation_signs_on_in_its_time_and_then_asks_for_more(house, awaits):
    awaits(house)
    shown = panel(house)
    assert (SIGN_ON in shown, ASK in shown, UP in shown) == (True, True, False)
    time_passes(house)
    shown = panel(house)
    assert (SIGN_ON in shown, ASK in shown, UP in shown) == (False, True, True)
    assert DECLINE not in shown


def test_an_office_that_has_signed_needs_no_more_time(house):
    factories.sign(house.letter, house.office)
    assert ASK not in panel(house)
    time_passes(house)
    assert (ASK in panel(house), UP in panel(house)) == (False, False)


def test_who_only_asked_for_a_place_reads_that_time_is_up_where_their_yes_is_to_be_said_again(house, client_of):
    newcomer = client_of(newcomer_signs(house))
    time_passes(house)
    assert UP not in panel(house, newcomer)
    letter = lives.again(house.letter)
    changed = factories.text(body="<p>Quite another letter.</p>")
    revising.revise(letter, letter.created_by, text=changed, base_sha256=letter.revision.sha256, now=timezone.now())
    shown = panel(house, newcomer)
    assert (UP in shown, "Re-affirm" in shown, ASK in shown) == (True, False, False)

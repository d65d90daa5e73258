"""The part of the letter's page that moves: who has signed, and what the PDF shows of it."""

import pytest
from django.utils import timezone

from letters.workflow import signing
from tests import factories
from tests.workflow import lives
from tests.workflow.test_signing import revise

from .conftest import path
from .test_dashboard import words

pytestmark = pytest.mark.django_db


def fragment(house):
    return words(house.staff.get(path("letter-state", house.letter)))


def test_nobody_who_signed_an_earlier_text_is_called_nobody(house):
    assert "Nobody has signed yet." in fragment(house)
    factories.sign(house.letter, house.office, house.person)
    revise(house.letter)
    assert "Nobody has agreed to this text yet." in fragment(house)
    assert "Nobody has signed yet." not in fragment(house)


def test_a_pdf_that_is_behind_shows_some_of_the_signers_and_one_that_is_ahead_still_shows_more(house):
    """The sentence stands on the letter's page and on the desk."""

    def said(sentence):
        return [sentence in fragment(house), sentence in words(house.lead.get(path("desk", house.letter)))]

    factories.sign(house.letter, house.office, house.person)
    factories.sign(house.letter)
    lives.publish(house.letter)
    assert said("The PDF is up to date: 2 signers.") == [True, True]
    factories.sign(house.letter)
    assert said("The PDF shows 2 of 3 signers and is being made anew.") == [True, True]
    lives.publish(house.letter)
    signing.withdraw(house.letter, house.office, house.person, now=timezone.now())
    assert said("The PDF still shows 3 signers; it is being made anew.") == [True, True]

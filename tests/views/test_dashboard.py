"""What the dashboard says waits for the person's offices, and what it counts of the letters they lead."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from letters.models import Letter
from letters.workflow import deadlines, revising, signing
from tests import factories
from tests.factories import DAY, HOUR, make_letter, make_office, make_staff
from tests.workflow import lives
from tests.workflow.test_signing import revise

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed(house):
    factories.sign(house.letter, house.office, house.person)
    return house


def close(letter):
    Letter.objects.filter(pk=letter.pk).update(deadline_at=timezone.now() - HOUR)


def dashboard(client):
    return client.get(reverse("dashboard"))


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_an_office_that_has_signed_has_nothing_to_do(signed):
    page = dashboard(signed.staff)
    assert page.context["waiting"] == []
    assert [row.letter for row in page.context["done"]] == [signed.letter]
    assert "Nothing waits for you." in words(page)


@pytest.mark.parametrize("late", [False, True], ids=["in time", "after the deadline"])
def test_a_change_of_substance_waits_for_the_offices_that_signed(signed, late):
    revise(signed.letter)
    if late:
        close(signed.letter)
    page = dashboard(signed.staff)
    assert [row.letter for row in page.context["waiting"]] == [signed.letter]
    assert page.context["done"] == []
    assert "Read and re-affirm : Mills, for Ada Able" in words(page)
    assert ("Your office can say so until the letter is locked." in words(page)) == late
    factories.sign(signed.letter, signed.office, signed.person)
    assert dashboard(signed.staff).context["waiting"] == []


@pytest.mark.parametrize("late", [False, True], ids=["in time", "after the deadline"])
def test_an_office_that_is_asked_for_a_new_yes_is_waited_for(signed, late):
    now = timezone.now()
    revising.ask_again(signed.letter, signed.letter.created_by, signed_before=now, now=now)
    if late:
        close(signed.letter)
    page = dashboard(signed.staff)
    assert [row.letter for row in page.context["waiting"]] == [signed.letter]
    assert "Say whether it still stands : Mills, for Ada Able" in words(page)
    assert "Done" not in words(page)


def test_what_waits_for_a_yes_anew_comes_before_what_waits_for_a_first_answer(signed):
    sooner = make_letter(invited=[signed.office], deadline_in=DAY)
    revise(signed.letter)
    assert [row.letter for row in dashboard(signed.staff).context["waiting"]] == [signed.letter, sooner]


def test_a_letter_that_was_locked_or_whose_signer_left_office_waits_for_nobody(signed):
    revise(signed.letter)
    signed.office.left_on = timezone.localdate()
    signed.office.save()
    assert dashboard(signed.staff).context["waiting"] == []
    signed.office.left_on = None
    signed.office.save()
    factories.sign(signed.letter, make_office())
    lives.lock(signed.letter)
    page = dashboard(signed.staff)
    assert page.context["waiting"] == []
    assert "Not on the letter Locked" in words(page)


def test_an_entered_yes_to_an_earlier_text_waits_for_the_office_in_its_time(house):
    signing.enter(house.letter, house.office, house.letter.created_by, how="by phone", said_by="Bo", now=timezone.now())
    revise(house.letter)
    assert "Read and answer : Mills, for Ada Able" in words(dashboard(house.staff))
    close(house.letter)
    assert dashboard(house.staff).context["waiting"] == []


# --- the letters that the office leads ---


def test_a_locked_letter_counts_nothing_that_waited(house):
    stranger, office = lives.asking_person(house.office), make_office()
    factories.sign(house.letter, house.office, stranger)
    person = make_staff(office)
    signing.would_sign_if(house.letter, office, person, condition="You name the mill.", now=timezone.now())
    deadlines.request(house.letter, office, person, wanted_at=house.letter.deadline_at + DAY, now=timezone.now())
    page = dashboard(house.lead)
    for sentence in ("1 signature to confirm.", "1 condition to answer.", "1 request for more time"):
        assert sentence in words(page)
    factories.sign(house.letter)
    lives.lock(house.letter)
    page = dashboard(house.lead)
    assert [page.context["ours"][0][name] for name in ("requests", "awaiting", "conditions")] == [0, 0, 0]
    assert (page.context["requests"], page.context["asking"]) == (0, [])
    assert "to confirm" not in words(page)

"""The order in which signers print: leads, pinned names, then the letter's rule."""

import datetime

import pytest
from django.utils import timezone

from letters.models import Letter
from letters.workflow import circulating, drafting, revising
from tests import factories
from tests.factories import HOUR, make_letter, make_office, make_staff

pytestmark = pytest.mark.django_db
Order = Letter.Order


def names(letter):
    return [signature.office.last_name for signature in letter.signatures.printed().in_order(letter)]


def arrange(letter, **changes):
    drafting.arrange(letter, letter.created_by, now=timezone.now(), **changes)
    letter.refresh_from_db()


def signed_by(letter, *offices):
    """The offices sign one after the other, an hour apart, as given."""
    start = timezone.now() - 6 * HOUR
    for number, office in enumerate(offices):
        factories.sign(letter, office, now=start + number * HOUR)


@pytest.fixture
def lead():
    return make_office("Zoe", "Zell")


@pytest.fixture
def letter(lead):
    return make_letter(lead, now=timezone.now() - 12 * HOUR)


def test_signers_stand_in_the_order_of_signing_after_the_lead(letter, lead):
    signed_by(letter, make_office(last="Young"), make_office(last="Abel"), lead, make_office(last="Moss"))
    assert names(letter) == ["Zell", "Young", "Abel", "Moss"]


def test_alphabetical_goes_by_last_name_then_first_without_accents_or_case(letter):
    people = [
        ("Bo", "Lujan"),
        ("Ana", "Luján"),
        ("Al", "de la Cruz"),
        ("Al", "Éclair"),
        ("Al", "Eden"),
        ("Al", "D'Arcy"),
        ("Al", "Øye"),
    ]
    signed_by(letter, *[make_office(first, last) for first, last in people])
    arrange(letter, order=Order.ALPHABETICAL)
    printed = [f"{row.office.first_name} {row.office.last_name}" for row in letter.signatures.printed().in_order(letter)]
    assert printed == ["Al D'Arcy", "Al de la Cruz", "Al Éclair", "Al Eden", "Ana Luján", "Bo Lujan", "Al Øye"]


def test_senators_stand_before_the_house(letter):
    senate = {"chamber": "senate"}
    signed_by(letter, make_office(last="Abel"), make_office(last="Young", **senate), make_office(last="Cole", **senate))
    arrange(letter, order=Order.CHAMBER)
    assert names(letter) == ["Cole", "Young", "Abel"]


def test_seniority_goes_by_the_first_term_and_the_unknown_come_last(letter):
    def since(last, year):
        return make_office(last=last, serving_since=datetime.date(year, 1, 3) if year else None)

    signed_by(letter, since("Nobody", None), since("Young", 2021), since("Old", 1993), since("Abel", 2021))
    arrange(letter, order=Order.SENIORITY)
    assert names(letter) == ["Old", "Abel", "Young", "Nobody"]


def test_leads_then_co_leads_in_order_of_joining_then_pins_stand_first(letter, lead):
    first, second, pinned, other = (make_office(last=last) for last in ("Zorn", "Yates", "Xu", "Abel"))
    circulating.invite(letter, [first, second, pinned, other], letter.created_by, now=timezone.now() - 10 * HOUR)
    for office in (second, first):
        drafting.add_co_lead(letter, office, letter.created_by, now=timezone.now())
    signed_by(letter, other, pinned, second, first, lead)
    arrange(letter, order=Order.ALPHABETICAL, pins={pinned.pk: 1})
    assert names(letter) == ["Zell", "Zorn", "Yates", "Xu", "Abel"]


def test_pins_stand_in_their_own_order_and_can_be_taken_away(letter):
    first, second, other = (make_office(last=last) for last in ("Young", "Moss", "Abel"))
    signed_by(letter, first, second, other)
    arrange(letter, order=Order.ALPHABETICAL, pins={first.pk: 1, second.pk: 2})
    assert names(letter) == ["Young", "Moss", "Abel"]
    arrange(letter, pins={second.pk: 1})
    assert names(letter) == ["Moss", "Abel", "Young"]
    arrange(letter, pins={})
    assert names(letter) == ["Abel", "Moss", "Young"]


def test_the_manifest_and_the_page_share_one_order(letter):
    signed_by(letter, make_office(last="Young"), make_office(last="Abel"))
    arrange(letter, order=Order.ALPHABETICAL)
    assert [signer["name"] for signer in letter.contents()["signers"]] == ["Ada Abel", "Ada Young"]


def test_names_print_as_they_were_when_signed(letter):
    office = make_office("Ada", "Abel")
    factories.sign(letter, office)
    type(office).objects.filter(pk=office.pk).update(name="Ada Abel-Young", last_name="Abel-Young", chamber="senate")
    signer = letter.contents()["signers"][0]
    assert (signer["name"], signer["title"]) == ("Ada Abel", "Member of Congress")


def test_signatures_for_an_earlier_text_and_those_awaiting_confirmation_are_not_printed(letter):
    factories.sign(letter)
    revising.revise(
        letter, letter.created_by, text=factories.text(body="<p>New.</p>"), base_sha256=letter.revision.sha256, now=timezone.now()
    )
    office = make_office(last="Asking")
    place = make_staff(office)
    place.memberships.update(confirmed_at=None, confirmed_by=None)
    factories.sign(letter, office, place)
    assert names(letter) == []
    assert letter.signatures.standing().count() == 2

"""What an office decides about itself: how its Member signs, who may sign, its image; and offices that are not in the roster."""

import datetime
import hashlib
import json

import pytest
from django.utils import timezone

from letters import roster
from letters.models import Membership, Office, OfficeEvent, OfficeImage
from letters.text.html import TextError
from letters.workflow import offices, people, signing
from tests import factories
from tests.factories import HOUR, make_letter, make_office, make_person, make_staff
from tests.pdf.pictures import signature as picture
from tests.workflow import lives
from tests.workflow.lives import history, place_of
from tests.workflow.test_signing import revise

pytestmark = pytest.mark.django_db
Role = Membership.Role
Kind = OfficeEvent.Kind
NOT_A_MANAGER = "Only a manager of the office of Ada Able (NY-10) or a site admin does this."
SEAT = {"chamber": "house", "first_name": "Emily", "last_name": "Entered", "state": "NY", "district": 12}


@pytest.fixture
def letter(office):
    return make_letter(invited=[office])


def again(office):
    return Office.objects.get(pk=office.pk)


def sign_as(office, by, name="", title=""):
    offices.sign_as(office, by, name=name, title=title, now=timezone.now())


def name_signers(office, by, *places, only=True):
    offices.name_signers(office, places, by, only=only, now=timezone.now())


def put_image(office, by, number=1):
    return offices.put_image(office, picture(number), by, now=timezone.now())


# --- offices that are not in the roster ---


def test_an_entered_office_is_chosen_by_others_once_an_admin_has_accepted_it(admin):
    person, now = make_person(), timezone.now()
    entered = offices.enter(person, now=now, **SEAT)
    assert (entered.label, entered.entered_by, entered.entered_at) == ("Emily Entered (NY-12)", person, now)
    assert entered not in Office.objects.listed()
    offices.accept(entered, admin, now=now + HOUR)
    assert (again(entered).accepted_by, again(entered).accepted_at) == (admin, now + HOUR)
    assert entered in Office.objects.listed()
    another = make_person(admin=True)
    rows = lives.rows()
    offices.accept(entered, another, now=now + 2 * HOUR)
    assert lives.rows() == rows
    assert history(entered) == [Kind.ENTERED, Kind.ACCEPTED]


def test_a_senator_has_no_district():
    entered = offices.enter(make_person(), now=timezone.now(), **{**SEAT, "chamber": "senate"})
    assert (entered.seat, entered.district, entered.title) == ("NY Senate", None, "United States Senator")


@pytest.mark.parametrize("names", [{}, {"first_name": "EMILY", "last_name": "entered"}, {"first_name": "  Emily "}])
def test_who_enters_the_same_member_means_the_same_office(names):
    first = offices.enter(make_person(), now=timezone.now(), **SEAT)
    rows = lives.rows()["Office"]
    assert offices.enter(make_person(), now=timezone.now(), **{**SEAT, **names}) == first
    assert lives.rows()["Office"] == rows


@pytest.mark.parametrize(
    "change",
    [{"state": "NJ"}, {"district": 13}, {"first_name": "Emilia"}, {"chamber": "senate"}],
    ids=lambda change: next(iter(change)),
)
def test_another_seat_or_name_is_another_office(change):
    first = offices.enter(make_person(), now=timezone.now(), **SEAT)
    assert offices.enter(make_person(), now=timezone.now(), **{**SEAT, **change}) != first


@pytest.mark.parametrize("field", ["first_name", "last_name"])
@pytest.mark.parametrize("name", ["Emily\u202e", "x" * 2000], ids=ascii)
def test_a_name_that_cannot_be_printed_makes_no_office(field, name):
    person = make_person()
    rows = lives.rows()
    with pytest.raises(TextError):
        offices.enter(person, now=timezone.now(), **{**SEAT, field: name})
    assert lives.rows() == rows


def test_only_a_site_admin_accepts_an_office(manager):
    person = make_person()
    entered = offices.enter(person, now=timezone.now(), **SEAT)
    for by in (person, manager, make_staff(entered, Role.MANAGER)):
        with lives.refused("Only a site admin accepts an office that is not in the roster."):
            offices.accept(entered, by, now=timezone.now())


def test_an_office_of_the_roster_needs_no_acceptance(office, admin):
    rows = lives.rows()
    offices.accept(office, admin, now=timezone.now())
    assert lives.rows() == rows


# --- how the Member signs ---


def test_the_next_signature_is_given_as_the_office_says_and_earlier_ones_stay(office, manager, letter):
    before = factories.sign(letter, office, manager)
    rows = letter.signatures.values().get()
    sign_as(office, manager, "Ada B. Able", "Ranking Member")
    assert letter.signatures.values().get() == rows
    revise(letter)
    reaffirmed = factories.sign(letter, again(office), manager)
    assert (reaffirmed.pk, reaffirmed.name, reaffirmed.title) == (before.pk, "Ada Able", "Member of Congress")
    other = make_letter(invited=[office])
    signed = factories.sign(other, again(office), manager)
    assert (signed.name, signed.title) == ("Ada B. Able", "Ranking Member")
    signing.withdraw(letter, office, manager, now=timezone.now())
    assert factories.sign(letter, again(office), manager).name == "Ada B. Able"
    sign_as(office, manager)
    assert (again(office).printed_name, again(office).title) == ("Ada Able", "Member of Congress")
    assert other.signatures.get().name == "Ada B. Able"


def test_a_change_of_the_signing_name_is_kept_and_none_is_none(office, manager):
    sign_as(office, manager, "  Ada B. Able ", "")
    event = office.history.last()
    assert (event.kind, event.by) == (Kind.SIGNING_NAME, manager)
    assert event.details == {"old": "Ada Able, Member of Congress", "name": "Ada B. Able"}
    rows = lives.rows()
    sign_as(office, manager, "Ada B. Able", "")
    assert lives.rows() == rows


@pytest.mark.parametrize(
    ("name", "title"), [("Ada\u202eelbA", ""), ("", "King\x00"), ("x" * 201, ""), ("", "x" * 101)], ids=ascii
)
def test_a_name_or_title_that_cannot_be_printed_is_not_taken(office, manager, name, title):
    rows = lives.rows()
    with pytest.raises(TextError):
        sign_as(office, manager, name, title)
    assert lives.rows() == rows


def test_the_roster_never_touches_how_the_member_signs_nor_a_letter(office, manager, letter):
    """Not even when the Member's name changes there, or the Member is gone from it."""
    sign_as(office, manager, "Ada B. Able", "Ranking Member")
    name_signers(office, manager, place_of(manager))
    put_image(office, manager)
    factories.sign(letter, again(office), manager)
    others = {"Letter", "Signature", "Event", "Revision", "Membership", "OfficeImage", "OfficeEvent", "Notice"}
    before = {name: rows for name, rows in lives.rows().items() if name in others}
    seat = {"bioguide": office.bioguide, "chamber": "house", "state": "NY", "district": 10, "party": "Whig"}
    names = {"first_name": "Augusta", "last_name": "Able-Byron", "name": "Augusta Able-Byron"}
    own = ("signing_name", "signing_title", "named_signers_only")
    kept = Office.objects.values(*own).get(pk=office.pk)
    since = datetime.date(2025, 1, 3)
    changed = roster.Seat(serving_since=since, **seat, **names)
    successor = roster.Seat(**{**vars(changed), "bioguide": "B000001", "name": "Grace Next"})
    for entries, left_on in (([changed], None), ([successor], since), ([changed, successor], None)):
        roster.update_offices(entries, today=since, allow_few=True)
        assert (again(office).name, again(office).left_on) == ("Augusta Able-Byron", left_on)
        assert (again(office).printed_name, again(office).title) == ("Ada B. Able", "Ranking Member")
        assert Office.objects.values(*own).get(pk=office.pk) == kept
        assert {name: rows for name, rows in lives.rows().items() if name in others} == before


# --- who may sign ---


def test_only_named_people_sign_where_the_office_says_so(office, manager, signer, letter):
    name_signers(office, manager, place_of(manager))
    assert again(office).named_signers_only
    sentence = f"The office of Ada Able (NY-10) lets only the people sign whom it has named: {manager}. Ask one of them."
    asking = lives.asking_person(office)
    for person in (signer, asking):
        with lives.refused(sentence):
            factories.sign(letter, office, person)
    assert factories.sign(letter, office, manager).is_confirmed
    rows = lives.rows()
    assert factories.sign(letter, office, signer) == letter.signatures.get(), "what stands already is no new signature"
    assert lives.rows() == rows


def test_who_cannot_sign_any_more_is_not_named_as_who_can(office, manager, signer, letter):
    other = make_staff(office)
    name_signers(office, manager, place_of(other))
    people.change_role(place_of(other), Role.VIEWER, manager, now=timezone.now())
    nobody = "Nobody whom the office of Ada Able (NY-10) has named to sign is left. Ask a manager to name somebody."
    with lives.refused(nobody):
        factories.sign(letter, office, signer)
    people.end(place_of(other), manager, now=timezone.now())
    with lives.refused(nobody):
        factories.sign(letter, office, signer)


def test_an_unnamed_person_does_not_reaffirm(office, manager, signer, letter):
    factories.sign(letter, office, signer)
    name_signers(office, manager, place_of(manager))
    revise(letter)
    sentence = f"The office of Ada Able (NY-10) lets only the people sign whom it has named: {manager}. Ask one of them."
    with lives.refused(sentence):
        factories.sign(letter, office, signer)
    assert factories.sign(letter, office, manager).reaffirmed_by == manager


def test_everybody_signs_again_when_the_office_says_so(office, manager, signer, letter):
    name_signers(office, manager, place_of(manager))
    name_signers(office, manager, only=False)
    assert not again(office).named_signers_only
    assert not office.memberships.filter(named_signer=True).exists()
    assert factories.sign(letter, office, signer).is_confirmed


def test_who_may_sign_is_kept_in_the_history(office, manager, signer):
    name_signers(office, manager, place_of(signer), place_of(manager))
    event = office.history.last()
    assert (event.kind, event.by) == (Kind.SIGNERS, manager)
    assert event.details == {"only": True, "people": sorted([manager.pk, signer.pk])}


def test_somebody_who_can_sign_has_to_be_named(office, manager):
    viewer, asking = make_staff(office, Role.VIEWER), lives.asking_person(office)
    elsewhere = make_staff(role=Role.MANAGER)
    closed = make_staff(office)
    closed.is_active = False
    closed.save()
    nobody = "Name at least one person who may sign, or let every signer and manager sign."
    for places in ([], [place_of(viewer)], [place_of(asking)], [place_of(elsewhere)], [place_of(closed)]):
        with lives.refused(nobody):
            name_signers(office, manager, *places)


def test_naming_reaches_no_other_office(office, manager):
    elsewhere = make_staff(role=Role.MANAGER)
    name_signers(office, manager, place_of(manager), place_of(elsewhere))
    assert not place_of(elsewhere).named_signer


# --- the signature image ---


def test_an_image_is_on_file_until_another_takes_its_place(office, manager):
    first = put_image(office, manager, 1)
    assert hashlib.sha256(first.bytes()).hexdigest() == first.sha256
    second = put_image(office, manager, 2)
    first.refresh_from_db()
    assert (first.removed_by, office.signature_image()) == (manager, second)
    assert first.sha256 != second.sha256
    offices.remove_image(office, manager, now=timezone.now())
    assert office.signature_image() is None
    assert OfficeImage.objects.filter(office=office).count() == 2
    rows = lives.rows()
    offices.remove_image(office, manager, now=timezone.now())
    assert lives.rows() == rows
    assert history(office) == [Kind.GIVEN, Kind.IMAGE, Kind.IMAGE, Kind.IMAGE_REMOVED]


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", picture(1)[:-200]], ids=["empty", "gif", "bare", "cut"])
def test_what_is_no_png_leaves_the_image_on_file(office, manager, data):
    kept = put_image(office, manager)
    rows = lives.rows()
    with pytest.raises(offices.Refused, match=r"[a-z]\.$"):
        offices.put_image(office, data, manager, now=timezone.now())
    assert lives.rows() == rows
    assert office.signature_image() == kept


def test_a_signature_keeps_the_image_it_was_given_with_until_it_is_reaffirmed(office, manager, letter):
    first = put_image(office, manager, 1)
    signature = factories.sign(letter, office, manager)
    second = put_image(office, manager, 2)
    signature.refresh_from_db()
    assert signature.image == first
    revise(letter)
    signature.refresh_from_db()
    assert signature.image == first
    factories.sign(letter, office, manager)
    signature.refresh_from_db()
    assert signature.image == second
    offices.remove_image(office, manager, now=timezone.now())
    signature.refresh_from_db()
    assert signature.image == second
    revise(letter, body="<p>Newest.</p>")
    factories.sign(letter, office, manager)
    signature.refresh_from_db()
    assert signature.image is None


def test_nobody_without_a_confirmed_place_signs_with_the_members_image(office, manager, letter):
    image = put_image(office, manager)
    asking = lives.asking_person(office)
    signature = factories.sign(letter, office, asking)
    assert signature.image is None
    revise(letter)
    assert factories.sign(letter, office, asking).image is None
    assert factories.sign(letter, office, manager).image == image


def test_an_image_is_named_in_the_manifest_only_where_the_letter_takes_images(office, manager, letter):
    image = put_image(office, manager)
    factories.sign(letter, office, manager)
    [line] = lives.again(letter).contents()["signers"]
    assert "image_sha256" not in line
    letter = make_letter(invited=[office])
    type(letter).objects.filter(pk=letter.pk).update(signature_images=True)
    factories.sign(letter, office, manager)
    offices.remove_image(office, manager, now=timezone.now())
    lives.lock(letter)
    [line] = json.loads(letter.manifest)["signers"]
    assert line["image_sha256"] == image.sha256


# --- refused alike ---


MANAGING = {
    "sign_as": lambda office, by: sign_as(office, by, "Ada B. Able"),
    "name_signers": lambda office, by: name_signers(office, by, *office.memberships.confirmed()),
    "put_image": put_image,
    "remove_image": lambda office, by: offices.remove_image(office, by, now=timezone.now()),
}


@pytest.mark.parametrize("verb", MANAGING)
@pytest.mark.parametrize("who", ["signer", "viewer", "asks to manage", "manager elsewhere", "manager who left", "stranger"])
def test_only_managers_and_site_admins_decide_for_an_office(office, manager, admin, verb, who):
    person = make_staff(office, who) if who in ("signer", "viewer") else make_person()
    if who == "asks to manage":
        people.ask_to_join(person, office, role=Role.MANAGER, now=timezone.now())
    if who == "manager elsewhere":
        people.give_place(person, make_office(), Role.MANAGER, admin, now=timezone.now())
    if who == "manager who left":
        people.end(people.give_place(person, office, Role.MANAGER, admin, now=timezone.now()), person, now=timezone.now())
    with lives.refused(NOT_A_MANAGER):
        MANAGING[verb](office, person)
    for by in (manager, admin):
        MANAGING[verb](office, by)

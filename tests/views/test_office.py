"""Offices and their people through the pages: what is typed, what is refused, what a stale proof stops."""

import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from letters.models import Membership, Office, PlaceInvitation
from letters.workflow import people
from tests.factories import make_letter, make_office, make_person, make_staff
from tests.factories import sign as sign_letter
from tests.sessions import prove

from .conftest import path, said

pytestmark = pytest.mark.django_db
Role = Membership.Role
AN_HOUR = 3600


@pytest.fixture
def office():
    return make_office("Ruth", "Quarry", state="OH", district=3)


@pytest.fixture
def manager(office):
    return make_staff(office, Role.MANAGER)


@pytest.fixture
def chief(client_of, manager):
    return client_of(manager)


def of(name, office, *more):
    return reverse(name, args=[office.pk, *more])


def test_every_decision_on_people_waits_for_a_fresh_proof(office, manager, chief):
    held = make_staff(office).memberships.get()
    asked = people.ask_to_join(make_person(), office, now=timezone.now())
    invitation = people.invite(office, "new@mail.house.gov", Role.SIGNER, manager, now=timezone.now())
    prove(chief, at=time.time() - AN_HOUR / 2)
    pages = {
        of("invite-person", office): {"address": "other@mail.house.gov", "role": "signer"},
        of("confirm-place", office, asked.pk): {"role": "signer", "how": "called back"},
        of("change-role", office, held.pk): {"role": "viewer"},
        of("end-place", office, held.pk): {"reason": ""},
        of("office-signers", office): {"who": "named", "people": [held.pk]},
        of("signing-name", office): {"name": "R. Quarry", "title": ""},
        of("put-image", office, "signature"): {},
        of("remove-image", office, "signature"): {},
        reverse("end-place-invitation", args=[invitation.pk]): {},
    }
    history = list(office.history.values_list("pk", flat=True))
    for url, data in pages.items():
        response = chief.post(url, data)
        assert response.status_code == 302, url
        assert response.url.startswith("/account/reauthenticate/"), url
    assert list(office.history.values_list("pk", flat=True)) == history


def test_what_was_posted_goes_on_after_the_fresh_proof(office, chief, manager):
    prove(chief, at=time.time() - AN_HOUR / 2)
    url = of("signing-name", office)
    response = chief.post(url, {"name": "R. Quarry", "title": ""})
    chief.post("/account/reauthenticate/?next=" + url, {"password": "correct horse battery staple"})
    office.refresh_from_db()
    assert response.status_code == 302
    assert office.signing_name == "R. Quarry"


def test_leaving_needs_no_fresh_proof_once_the_page_is_open(office, client_of, manager):
    person = make_staff(office)
    leaver = client_of(person)
    prove(leaver, at=time.time() - AN_HOUR / 2)
    response = leaver.post(of("end-place", office, person.memberships.get().pk), {"reason": ""}, follow=True)
    assert said(response)[0] == "You have left the office of Ruth Quarry (OH-3)."
    assert leaver.get(of("office", office)).status_code == 404


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("", "This field is required."),
        ("not-an-address", "This is not an email address."),
        ("ｒecruit@mail.house.gov", "only looks like a plain letter"),
        ("recruit@mail.house.gov.", "ends with a dot"),
    ],
)
def test_an_address_that_cannot_be_invited_is_said_beside_the_field(office, chief, address, sentence):
    response = chief.post(of("invite-person", office), {"address": address, "role": "signer"})
    assert response.status_code == 200
    assert any(sentence in text for text in said(response))
    assert not PlaceInvitation.objects.exists()


def test_an_unknown_role_is_no_role(office, chief):
    held = make_staff(office).memberships.get()
    chief.post(of("change-role", office, held.pk), {"role": "owner"})
    held.refresh_from_db()
    assert held.role == Role.SIGNER


def test_an_invitation_is_seen_and_taken_by_its_address_alone(office, manager, client_of):
    invitation = people.invite(office, "new@mail.house.gov", Role.SIGNER, manager, now=timezone.now())
    url = reverse("place-invitation", args=[invitation.pk])
    stranger = client_of(make_person("newer@mail.house.gov"))
    assert stranger.get(url).status_code == stranger.post(url).status_code == 404
    invited = make_person("new@mail.house.gov")
    client = client_of(invited)
    assert "Join the office of Ruth Quarry" in client.get(url).content.decode()
    assert not invited.memberships.exists()
    assert client.post(url).status_code == 302
    assert invited.memberships.get().role == Role.SIGNER
    assert client.post(url).status_code == 409
    assert Membership.objects.filter(person=invited).count() == 1


def test_the_seat_is_asked_where_a_surname_is_shared(office, client_of):
    make_office("Ann", "quarry", state="TX", district=1)
    person = make_person()
    client = client_of(person)
    response = client.post(reverse("join"), {"office": office.pk, "role": "signer"})
    assert "Two sitting Members are called Quarry: Ruth Quarry (OH-3); Ann quarry (TX-1)." in said(response)[0]
    client.post(reverse("join"), {"office": office.pk, "role": "signer", "seat": "TX-1"})
    assert not person.memberships.exists()
    client.post(reverse("join"), {"office": office.pk, "role": "signer", "seat": "OH-3"})
    assert person.memberships.get().office == office


def test_a_member_who_left_is_no_namesake(office, client_of):
    make_office("Ann", "Quarry", state="TX", district=1, left_on=timezone.localdate())
    person = make_person()
    client_of(person).post(reverse("join"), {"office": office.pk, "role": "signer"})
    assert person.memberships.get().office == office


ENTERED = {"first_name": "Nell", "last_name": "Ash", "chamber": "senate", "state": "VT", "district": "", "role": "signer"}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"last_name": ""}, "This field is required."),
        ({"last_name": "A\u202esh"}, "Member's last name"),
        ({"chamber": "house"}, "Give the district; 0 is at large."),
        ({"chamber": "house", "district": "100"}, "less than or equal to 99"),
        ({"state": "ZZ"}, "Select a valid choice"),
        ({"chamber": "house", "state": "OH", "district": "3"}, "The list has Ruth Quarry (OH-3)."),
    ],
)
def test_an_office_entered_by_hand_is_checked(office, client_of, changes, sentence):
    response = client_of(make_person()).post(reverse("enter-office"), {**ENTERED, **changes})
    assert response.status_code == 200
    assert any(sentence in text for text in said(response)), said(response)
    assert Office.objects.count() == 1


def test_two_people_who_enter_the_same_member_mean_one_office(client_of):
    for name in ("Nell", "NELL"):
        client_of(make_person()).post(reverse("enter-office"), {**ENTERED, "first_name": name})
    assert Office.objects.get().memberships.count() == 2
    assert not Office.objects.listed().exists()


def test_the_authority_is_kept_only_as_one_of_the_choices(house):
    data = {"office": house.office.pk, "text_sha256": house.sha}
    house.staff.post(path("sign", house.letter), {**data, "authority": "<b>mine</b>"})
    assert house.letter.signatures.get().authority == ""
    house.staff.post(path("withdraw", house.letter), {"office": house.office.pk, "reason": ""})
    house.staff.post(path("sign", house.letter), {**data, "authority": "standing"})
    assert house.letter.signatures.standing().get().authority == "standing"


def test_the_office_page_asks_the_database_as_often_for_three_rows_as_for_one(office, manager, chief, client_of):
    def more(name):
        make_staff(office)
        people.ask_to_join(make_person(), office, now=timezone.now())
        people.invite(office, f"{name}@mail.house.gov", Role.VIEWER, manager, now=timezone.now())
        sign_letter(make_letter(invited=[office]), office, manager)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert chief.get(of("office", office)).status_code == 200
        return len(captured)

    chief.get(of("office", office))
    more("one")
    few = queries()
    more("two"), more("three")
    assert queries() == few


@pytest.mark.parametrize(
    ("data", "sentence"), [(b"", "empty"), (b"GIF89a" + bytes(100), "PNG"), (bytes(600 * 1024), "larger than 512 KB")]
)
def test_a_file_that_is_no_signature_is_refused_beside_the_field(office, chief, data, sentence):
    response = chief.post(of("put-image", office, "signature"), {"file": SimpleUploadedFile("scan.png", data)})
    assert any(sentence in text for text in said(response)), said(response)
    assert office.signature_image() is None


def test_the_image_is_for_the_office_alone(office, chief, client_of):
    assert chief.get(of("office-image", office, "signature")).status_code == 404
    assert client_of(make_staff()).get(of("office-image", office, "signature")).status_code == 404


def test_an_auditor_reads_every_letter_and_changes_nothing(house, client_of):
    from django.contrib.auth.models import Group

    auditor = make_person()
    auditor.groups.add(Group.objects.get(name="Auditors"))
    client = client_of(auditor)
    assert house.letter.title in client.get("/").content.decode()
    for name in ("letter", "desk", "desk-history", "desk-notices", "lock-review"):
        assert client.get(path(name, house.letter)).status_code == 200
    assert client.post(path("lock-review", house.letter), {"head_hash": house.letter.head_hash}).status_code == 403
    assert client.post(path("desk-text", house.letter), {}).status_code == 403

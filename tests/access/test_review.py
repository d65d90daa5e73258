"""What people try who want more than their place gives them: through other offices' addresses, old places and half a right."""

import datetime

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from letters import roster
from letters.models import Membership, Office, User
from letters.workflow import drafting, offices, people, signing
from tests import factories
from tests.factories import make_letter, make_office, make_person, make_staff
from tests.sessions import signed_in
from tests.workflow import lives

pytestmark = pytest.mark.django_db
Role = Membership.Role
SEAT = {"chamber": "house", "first_name": "Ada", "last_name": "Able", "state": "NY", "district": 10}
IN_THE_ROSTER = roster.Seat("A000001", "house", "Ada B. Able", "Ada", "Able", "NY", 10, "", datetime.date(2027, 1, 3))


def staff_with(*rights):
    """Somebody whom the admin site lets in with these rights alone."""
    person = make_person()
    User.objects.filter(pk=person.pk).update(is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename__in=rights))
    return User.objects.get(pk=person.pk)


def entered_by(person, **changes):
    office = offices.enter(person, now=timezone.now(), **{**SEAT, **changes})
    people.ask_to_join(person, office, role=Role.MANAGER, now=timezone.now())
    return office


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("decline", {}),
        ("condition", {"condition": "Later."}),
        ("withdraw", {}),
        ("request-deadline", {"date": "2090-01-01", "time": "10:00"}),
    ],
)
def test_who_only_asked_for_a_place_answers_nothing_for_the_office(name, fields):
    office = make_office()
    letter = make_letter(invited=[office])
    client = signed_in(lives.asking_person(office))
    before = lives.rows()
    response = client.post(reverse(name, args=[letter.code]), {"office": office.pk, **fields})
    assert response.status_code == 409
    assert "You do not act for the office" in response.content.decode()
    assert lives.rows() == before


def test_the_proof_of_who_was_signed_in_before_is_nobody_else_s():
    manager = make_staff(role=Role.MANAGER)
    client = signed_in(make_person())
    client.force_login(manager)
    response = client.get(reverse("invite-person", args=[manager.memberships.get().office_id]))
    assert "/reauthenticate" in response.url


@pytest.mark.parametrize("name", ["change-role", "confirm-place", "end-place"])
def test_a_manager_reaches_no_place_of_another_office_through_their_own(name):
    manager, foreign = make_staff(role=Role.MANAGER), make_staff()
    ours, place, client = manager.memberships.get().office, foreign.memberships.get(), signed_in(manager)
    before = lives.rows()
    fields = {"role": "viewer", "how": "called back"}
    assert client.post(reverse(name, args=[ours.pk, place.pk]), fields).status_code == 404
    assert lives.rows() == before


@pytest.mark.parametrize("action", ["confirm", "end"])
def test_the_right_to_lock_decides_on_no_place(action):
    asking = lives.asking_person(make_office()).memberships.get()
    client = signed_in(staff_with("lock_letter", "view_letter", "view_membership"))
    assert client.get(reverse("office", args=[asking.office_id])).status_code == 404
    before = lives.rows()
    client.post(reverse("admin:letters_membership_changelist"), {"action": action, "_selected_action": [asking.pk]})
    assert lives.rows() == before


def test_the_right_to_change_offices_accepts_none():
    office = entered_by(make_person())
    client = signed_in(staff_with("change_office", "view_office"))
    client.post(reverse("admin:letters_office_changelist"), {"action": "accept", "_selected_action": [office.pk]})
    office.refresh_from_db()
    assert office.accepted_at is None


def test_who_left_and_asks_again_does_not_get_the_final_pdf_back():
    office = make_office()
    manager, former = make_staff(office, Role.MANAGER), make_staff(office)
    letter = make_letter(invited=[office])
    drafting.arrange(letter, letter.created_by, audience="invited", now=timezone.now())
    factories.sign(letter, office, former)
    lives.lock(letter)
    lives.publish(letter)
    client, address = signed_in(former), reverse("export-pdf", args=[letter.code])
    assert client.get(address).status_code == 200
    people.end(former.memberships.get(), manager, now=timezone.now())
    assert client.get(address).status_code == 404
    people.ask_to_join(former, office, now=timezone.now())
    assert client.get(address).status_code == 404


def test_an_office_that_the_roster_takes_over_brings_nobody_a_confirmed_place():
    person = make_person()
    office = entered_by(person)
    letter = make_letter()
    signature = factories.sign(letter, office, person)
    signing.confirm(signature, letter.created_by, how="called back", now=timezone.now())
    roster.update_offices([IN_THE_ROSTER], today=timezone.now().date())
    adopted = Office.objects.get(bioguide="A000001")
    assert adopted == office
    assert not person.memberships.get().is_confirmed
    signing.withdraw(letter, adopted, make_staff(adopted), now=timezone.now())
    assert not letter.signatures.standing().exists()

import datetime
import re

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from letters.models import (
    DeadlineRequest,
    Event,
    Invitee,
    Letter,
    Membership,
    Notice,
    Office,
    Recess,
    Rendition,
    Revision,
    Signature,
    Suppression,
)
from letters.workflow import deadlines, people, rendering
from tests import factories
from tests.sessions import prove

pytestmark = pytest.mark.django_db
LETTERS = reverse("admin:letters_letter_changelist")
PLACES = reverse("admin:letters_membership_changelist")
KEPT = [DeadlineRequest, Event, Invitee, Letter, Notice, Rendition, Revision, Signature]


@pytest.fixture
def admin(client):
    person = factories.make_person(admin=True)
    client.force_login(person)
    prove(client)
    return person


@pytest.fixture
def letter():
    """An open letter that one Member has signed and whose PDF is current; its lead has not answered and still has time."""
    letter = factories.make_letter()
    factories.sign(letter)
    publish(letter)
    return letter


def publish(letter):
    now = timezone.now()
    rendering.publish(rendering.claim(letter.pk, now=now), b"%PDF-1.7 a letter", renderer="none", now=now)
    letter.refresh_from_db()


def row(letter):
    return Letter.objects.filter(pk=letter.pk).values().get()


def said(response):
    return [str(message) for message in response.context["messages"]]


def lock(client, letter, **fields):
    data = {"action": "lock", "_selected_action": [letter.pk], **fields}
    return client.post(LETTERS, data, follow=True)


CALLED = dict.fromkeys(("reason-time", "reason-announced", "reason-leads"), "Everyone was called.")


def lock_reviewed(client, letter, **fields):
    return lock(client, letter, **{"head_hash": letter.head_hash, **CALLED, **fields})


# --- signing in ---


def test_the_admin_site_signs_in_like_every_other_page(client):
    assert client.get("/admin/login/?next=/admin/").url == "/account/login/?next=%2Fadmin%2F"


def test_a_person_who_is_not_staff_is_shut_out(client):
    client.force_login(factories.make_person())
    prove(client)
    assert client.get("/admin/", follow=True).status_code == 403


# --- what has a history is only read ---


def test_every_kind_of_row_has_its_plural(client, admin):
    page = client.get("/admin/").content.decode()
    assert "Working copies" in page
    assert "copys" not in page


@pytest.mark.parametrize("model", KEPT)
def test_what_has_a_history_is_shown_and_never_added_changed_or_deleted(client, admin, letter, model):
    office = factories.make_office()
    wanted_at = letter.deadline_at + factories.DAY
    deadlines.request(letter, office, factories.make_staff(office), wanted_at=wanted_at, now=timezone.now())
    before = list(model.objects.order_by("pk").values())
    assert before
    name, pk = f"admin:letters_{model._meta.model_name}", before[0]["id"]
    forged = {"post": "yes", "name": "Somebody Else", "data": "{}", "body": "<p>No.</p>", "status": "draft", "answer": "No."}
    assert client.get(reverse(f"{name}_changelist")).status_code == 200
    assert client.get(reverse(f"{name}_change", args=[pk])).status_code == 200
    assert client.post(reverse(f"{name}_add"), forged).status_code == 403
    assert client.post(reverse(f"{name}_change", args=[pk]), forged).status_code == 403
    assert client.post(reverse(f"{name}_delete", args=[pk]), forged).status_code == 403
    client.post(reverse(f"{name}_changelist"), {"action": "delete_selected", "_selected_action": [pk], **forged})
    assert list(model.objects.order_by("pk").values()) == before


# --- lock ---


def test_the_review_shows_the_checks_and_locks_nothing(client, admin, letter):
    before = row(letter)
    page = lock(client, letter).content.decode()
    assert "1 Member has signed." in page
    assert "1 invited office has not answered and still has time." in page
    assert 'name="reason-time"' in page
    assert 'name="reason-signers"' not in page
    assert f'name="head_hash" value="{letter.head_hash}"' in page
    assert letter.signatures.get().name in page
    assert "Lock the letter for good" in page
    assert row(letter) == before


def test_the_form_of_the_review_locks_the_letter_by_the_verb(client, admin, letter):
    response = lock_reviewed(client, letter)
    assert said(response) == ["“Mills” is locked. Its final PDF is being made."]
    letter.refresh_from_db()
    assert (letter.status, letter.locked_by) == ("locked", admin)
    event = letter.events.get(kind=Event.Kind.LOCKED)
    assert event.person == admin
    assert event.details["accepted"]["time"]["reason"] == "Everyone was called."


def test_a_letter_without_a_current_pdf_has_no_lock_button(client, admin, letter):
    factories.sign(letter)
    page = lock(client, letter).content.decode()
    assert "The letter cannot be locked yet." in page
    assert "Lock the letter for good" not in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"head_hash": "0" * 64}, "Not locked: Something changed after you opened the review. Look at it again, then lock."),
        ({"head_hash": ""}, "Not locked: Something changed after you opened the review. Look at it again, then lock."),
    ],
)
def test_a_refused_lock_is_told_and_changes_nothing(client, admin, letter, fields, sentence):
    before = row(letter)
    assert said(lock_reviewed(client, letter, **fields)) == [sentence]
    assert row(letter) == before


def test_every_reason_that_is_missing_is_named_beside_its_field_and_typed_ones_stay(client, admin, letter):
    before = row(letter)
    page = lock_reviewed(client, letter, **{"reason-time": "  "}).content.decode()
    assert "<title>Error: Lock this letter?" in page
    assert '<a href="#id_reason-time">1 invited office has not answered and still has time: Type why you lock' in page
    [field] = re.findall(r'<input[^>]* name="reason-time"[^>]*>', page)
    assert 'aria-invalid="true" aria-describedby="id_reason-time_error"' in field
    assert re.search(r'<input[^>]* name="reason-announced" value="Everyone was called."', page)
    assert f'name="head_hash" value="{letter.head_hash}"' in page
    assert row(letter) == before


def test_a_signature_after_the_review_makes_it_stale(client, admin, letter):
    reviewed = letter.head_hash
    factories.sign(letter)
    publish(letter)
    before = row(letter)
    assert "Something changed" in said(lock_reviewed(client, letter, head_hash=reviewed))[0]
    assert row(letter) == before


def test_a_draft_and_a_locked_letter_have_no_review(client, admin, letter):
    draft = factories.make_draft()
    assert said(lock(client, draft)) == ["Not locked: The letter is still a draft. It has to be circulated first."]
    lock_reviewed(client, letter)
    assert said(lock(client, letter)) == ["Not locked: The letter is locked. Nothing about it can change any more."]


def test_letters_are_locked_one_at_a_time(client, admin, letter):
    other = factories.make_letter()
    response = lock_reviewed(client, letter, _selected_action=[letter.pk, other.pk])
    assert said(response) == ["Letters are locked one at a time. Select exactly one."]
    assert not Letter.objects.exclude(status="open").exists()


def staff(client, *codenames):
    person = factories.make_person()
    person.is_staff = True
    person.save()
    person.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client.force_login(person)
    prove(client)
    return person


def test_a_person_without_the_permission_neither_sees_nor_does_the_lock(client, letter):
    staff(client, "view_letter", "change_letter", "delete_letter")
    before = row(letter)
    assert "Lock the selected letter" not in client.get(LETTERS).content.decode()
    lock_reviewed(client, letter)
    assert row(letter) == before


def test_the_permission_to_lock_is_enough(client, letter):
    person = staff(client, "lock_letter")
    assert "Lock the selected letter" in client.get(LETTERS).content.decode()
    lock_reviewed(client, letter)
    letter.refresh_from_db()
    assert letter.locked_by == person


# --- places in offices ---


def test_a_place_is_given_by_the_verb(client, admin):
    office, person = factories.make_office(), factories.make_person()
    response = client.post(f"{PLACES}add/", {"person": person.pk, "office": office.pk, "role": "manager"}, follow=True)
    assert response.status_code == 200
    place = Membership.objects.get(person=person)
    assert (place.office, place.role, place.confirmed_by, place.is_confirmed) == (office, "manager", admin, True)


def test_a_place_is_given_once(client, admin):
    office = factories.make_office()
    person = factories.make_staff(office)
    response = client.post(f"{PLACES}add/", {"person": person.pk, "office": office.pk, "role": "manager"}, follow=True)
    assert said(response) == [f"{person} has a place in the office of {office.label} already."]
    assert Membership.objects.get(person=person).role == "signer"


def test_places_are_confirmed_and_ended_by_the_verbs(client, admin):
    person, office = factories.make_person(), factories.make_office()
    place = people.ask_to_join(person, office, now=timezone.now() - datetime.timedelta(hours=1))
    client.post(PLACES, {"action": "confirm", "_selected_action": [place.pk]})
    place.refresh_from_db()
    assert place.confirmed_by == admin
    client.post(PLACES, {"action": "end", "_selected_action": [place.pk]})
    place.refresh_from_db()
    assert place.ended_by == admin
    response = client.post(PLACES, {"action": "confirm", "_selected_action": [place.pk]}, follow=True)
    assert said(response)[-1:] == ["This place in the office has ended already."]


def test_places_are_not_decided_with_the_right_to_look(client):
    staff(client, "view_membership")
    place = people.ask_to_join(factories.make_person(), factories.make_office(), now=timezone.now())
    client.post(PLACES, {"action": "confirm", "_selected_action": [place.pk]})
    place.refresh_from_db()
    assert place.confirmed_at is None


def test_a_place_is_neither_edited_nor_deleted(client, admin):
    factories.make_staff()
    place = Membership.objects.get()
    for page in ("change", "delete"):
        url = reverse(f"admin:letters_membership_{page}", args=[place.pk])
        assert client.post(url, {"post": "yes", "role": "viewer"}).status_code == 403
    assert Membership.objects.get().role == "signer"


# --- offices and people ---


def change_office(client, office, **fields):
    data = {"signing_name": "", "chamber": "house", "name": "Rick Roe", "last_name": "Roe", "state": "ME", "district": 1}
    return client.post(reverse("admin:letters_office_change", args=[office.pk]), {**data, **fields})


def test_of_an_office_in_the_roster_only_the_signing_name_is_edited(client, admin):
    office = factories.make_office("Ada", "Byron")
    before = Office.objects.values().get()
    change_office(client, office, signing_name="Ada  Lovelace")
    assert Office.objects.values().get() == {**before, "signing_name": "Ada Lovelace"}


def test_an_office_outside_the_roster_is_kept_by_hand(client, admin):
    office = factories.make_office(bioguide="")
    change_office(client, office, bioguide="X999999")
    office.refresh_from_db()
    assert (office.name, office.state, office.district, office.bioguide) == ("Rick Roe", "ME", 1, "")


def test_a_name_that_turns_the_text_around_is_refused(client, admin):
    office = factories.make_office()
    response = change_office(client, office, signing_name="Ada\u202enoryB")
    assert "invisible character U+202E" in response.content.decode()
    office.refresh_from_db()
    assert office.signing_name == ""


def test_a_person_with_a_history_is_not_deleted(client, admin, letter):
    person = Signature.objects.get().signed_by
    client.post(reverse("admin:letters_user_delete", args=[person.pk]), {"post": "yes"})
    person.refresh_from_db()
    assert person.is_active


# --- recesses ---


def test_an_admin_enters_a_recess_and_one_that_ends_before_it_begins_gets_a_sentence(client, admin):
    add = reverse("admin:letters_recess_add")
    recess = {"chamber": "house", "name": "August district work period", "first_day": "2026-07-24", "last_day": "2026-07-23"}
    refused = client.post(add, recess)
    assert "The last day comes before the first. Correct one of them." in refused.content.decode()
    assert not Recess.objects.exists()
    assert client.post(add, {**recess, "last_day": "2026-09-07"}).status_code == 302
    assert Recess.objects.get().label == "a recess of the House (August district work period)"


# --- addresses that get no mail ---


def test_an_admin_takes_an_address_into_use_again(client, admin):
    stopped = Suppression.objects.create(address="ada@mail.house.gov", began_at=timezone.now(), because="550 no such user")
    listed = reverse("admin:letters_suppression_changelist")
    client.post(listed, {"action": "lift", "_selected_action": [stopped.pk]})
    stopped.refresh_from_db()
    assert stopped.lifted_by == admin
    assert stopped.lifted_at is not None


def test_who_may_only_look_takes_no_address_into_use_again(client):
    client.force_login(factories.staff_with("view_suppression"))
    prove(client)
    stopped = Suppression.objects.create(address="ada@mail.house.gov", began_at=timezone.now(), because="550 no such user")
    client.post(reverse("admin:letters_suppression_changelist"), {"action": "lift", "_selected_action": [stopped.pk]})
    stopped.refresh_from_db()
    assert stopped.lifted_at is None

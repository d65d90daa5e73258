"""Places in offices: asked for, claimed, confirmed, changed and ended. Who is told, and what is refused."""

import pytest
from django.utils import timezone

from letters import permissions
from letters.models import Letter, Membership, Notice, OfficeEvent, User
from letters.workflow import offices, people, signing
from tests import factories
from tests.factories import HOUR, make_letter, make_office, make_person, make_staff
from tests.workflow import lives
from tests.workflow.lives import history, place_of, told

pytestmark = pytest.mark.django_db
Role = Membership.Role
Kind = OfficeEvent.Kind
NOT_A_MANAGER = "Only a manager of the office of Ada Able (NY-10) or a site admin does this."
ENDED = "This place in the office has ended already."
LAST = "An office with people needs a manager. Make somebody else a manager first."


def end(place, by, **more):
    people.end(place, by, now=timezone.now(), **more)


# --- by asking, and claims ---


def test_managers_are_asked_where_there_are_some_and_admins_where_not(office, manager, admin):
    people.ask_to_join(make_person(), office, now=timezone.now())
    assert (told(Notice.Kind.JOIN_REQUEST), told(Notice.Kind.CLAIM)) == ([manager.email], [])
    people.ask_to_join(make_person(), make_office(), role=Role.MANAGER, now=timezone.now())
    assert (told(Notice.Kind.JOIN_REQUEST), told(Notice.Kind.CLAIM)) == ([manager.email], [admin.email])


def test_a_claim_goes_to_no_admin_whose_account_is_closed_and_to_no_other_person(office, admin):
    gone = make_person(admin=True)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    make_staff(office)
    place = people.ask_to_join(make_person(), office, now=timezone.now())
    assert told(Notice.Kind.CLAIM) == [admin.email]
    assert list(Membership.objects.claims()) == [place]


def test_asking_again_changes_nothing(office, manager):
    person = make_person()
    place = people.ask_to_join(person, office, now=timezone.now())
    rows = lives.rows()
    assert people.ask_to_join(person, office, role=Role.MANAGER, now=timezone.now()) == place
    assert lives.rows() == rows


def test_a_confirmed_claim_makes_a_manager_who_confirms_the_others(office, admin):
    first, second = make_person(), make_person()
    claim = people.ask_to_join(first, office, now=timezone.now())
    other = people.ask_to_join(second, office, now=timezone.now())
    with lives.refused(NOT_A_MANAGER):
        people.confirm(other, first, now=timezone.now())
    people.confirm(claim, admin, role=Role.MANAGER, how="Called the office.", now=timezone.now())
    claim.refresh_from_db()
    assert (claim.role, claim.confirmed_by, claim.confirmed_how) == (Role.MANAGER, admin, "Called the office.")
    assert told(Notice.Kind.JOIN_DECIDED) == [first.email]
    people.confirm(other, first, now=timezone.now())
    assert not Membership.objects.claims().exists()


def test_a_confirmed_claim_accepts_an_office_that_was_entered_by_hand(admin):
    person, now = make_person(), timezone.now()
    entered = offices.enter(person, chamber="house", first_name="Emily", last_name="Entered", state="NY", district=12, now=now)
    claim = people.ask_to_join(person, entered, role=Role.MANAGER, now=now)
    assert not type(entered).objects.listed().filter(pk=entered.pk).exists()
    people.confirm(claim, admin, how="Called the office.", now=now + HOUR)
    entered.refresh_from_db()
    assert (entered.accepted_by, entered.accepted_at) == (admin, now + HOUR)
    assert type(entered).objects.listed().filter(pk=entered.pk).exists()
    assert history(entered) == [Kind.ENTERED, Kind.ASKED, Kind.CONFIRMED, Kind.ACCEPTED]
    assert permissions.may_manage(person, entered)


def test_a_manager_confirms_with_the_role_that_fits(office, manager):
    place = people.ask_to_join(make_person(), office, role=Role.MANAGER, now=timezone.now())
    people.confirm(place, manager, role=Role.VIEWER, how="She sits beside me.", now=timezone.now())
    place.refresh_from_db()
    assert (place.role, place.is_confirmed) == (Role.VIEWER, True)
    rows = lives.rows()
    people.confirm(place, manager, role=Role.MANAGER, now=timezone.now())
    assert lives.rows() == rows, "confirmed once; later the role is changed, not confirmed anew"


def test_nobody_confirms_a_place_without_running_the_office(office, manager, signer):
    asking = make_person()
    place = people.ask_to_join(asking, office, role=Role.MANAGER, now=timezone.now())
    for person in (asking, signer, make_staff(office, Role.VIEWER), make_person(), make_staff(role=Role.MANAGER)):
        with lives.refused(NOT_A_MANAGER):
            people.confirm(place, person, now=timezone.now())


def test_a_place_is_given_once(office, admin, signer):
    with lives.refused(f"{signer} has a place in the office of {office.label} already."):
        people.give_place(signer, office, Role.MANAGER, admin, now=timezone.now())


# --- another role ---


def test_a_role_is_changed_and_the_change_is_kept(office, manager, signer):
    people.change_role(place_of(signer), Role.MANAGER, manager, now=timezone.now())
    assert place_of(signer).role == Role.MANAGER
    event = office.history.last()
    assert (event.kind, event.by, event.person) == (Kind.ROLE, manager, signer)
    assert event.details == {"old": "signer", "new": "manager"}
    rows = lives.rows()
    people.change_role(place_of(signer), Role.MANAGER, manager, now=timezone.now())
    assert lives.rows() == rows


def test_roles_are_changed_by_managers_and_admins_in_confirmed_places_alone(office, manager, signer, admin):
    asked = people.ask_to_join(make_person(), office, now=timezone.now())
    with lives.refused("This place is not confirmed yet. Confirm it with the role that fits."):
        people.change_role(asked, Role.MANAGER, manager, now=timezone.now())
    for person in (signer, asked.person, make_person(), make_staff(role=Role.MANAGER)):
        with lives.refused(NOT_A_MANAGER):
            people.change_role(place_of(signer), Role.MANAGER, person, now=timezone.now())
    place = place_of(signer)
    end(place, manager)
    with lives.refused(ENDED):
        people.change_role(place, Role.MANAGER, admin, now=timezone.now())


def test_the_last_manager_stays_while_others_are_there(office, manager, signer, admin):
    with lives.refused(LAST):
        end(place_of(manager), manager)
    with lives.refused(LAST):
        people.change_role(place_of(manager), Role.SIGNER, manager, now=timezone.now())
    people.change_role(place_of(manager), Role.SIGNER, admin, now=timezone.now())
    assert not office.memberships.confirmed().managers().exists()


def test_an_admin_ends_the_place_of_the_last_manager(office, manager, signer, admin):
    end(place_of(manager), admin, reason="The account was taken over.")
    assert list(office.memberships.confirmed()) == [place_of(signer)]


def test_the_last_person_leaves_an_office_freely(office, manager):
    end(place_of(manager), manager)
    assert not office.memberships.live().exists()


def test_a_manager_steps_down_when_there_is_another(office, manager, signer):
    people.change_role(place_of(signer), Role.MANAGER, manager, now=timezone.now())
    people.change_role(place_of(manager), Role.VIEWER, manager, now=timezone.now())
    assert not permissions.may_manage(manager, office)


# --- ended ---


def test_places_are_ended_by_their_person_the_office_and_admins_alone(office, manager, signer):
    place = place_of(signer)
    for person in (make_staff(office), make_person(), make_staff(role=Role.MANAGER), lives.asking_person(office)):
        with lives.refused(NOT_A_MANAGER):
            end(place, person)
    end(place, signer)
    for act in (end, lambda place, by: people.confirm(place, by, now=timezone.now())):
        with lives.refused(ENDED):
            act(place, manager)


@pytest.mark.parametrize(
    ("ending", "kind", "mails"),
    [("leaves", Kind.LEFT, 0), ("is ended", Kind.ENDED, 1), ("is refused", Kind.REFUSED, 1), ("asked and left", Kind.LEFT, 0)],
)
def test_each_end_has_its_word_and_who_did_not_do_it_is_told(office, manager, ending, kind, mails):
    person = lives.asking_person(office) if ending in ("is refused", "asked and left") else make_staff(office)
    end(place_of(person), person if ending in ("leaves", "asked and left") else manager, reason="New work.")
    event = office.history.last()
    assert (event.kind, event.person, event.details["reason"]) == (kind, person, "New work.")
    assert told(Notice.Kind.JOIN_DECIDED) == [person.email] * mails


def test_leaving_ends_access_and_keeps_what_was_signed(office, manager, signer):
    letter = make_letter(invited=[office])
    signature = factories.sign(letter, office, signer)
    rows = list(letter.signatures.values())
    end(place_of(signer), manager)
    assert list(letter.signatures.values()) == rows
    assert letter.signatures.printed().get() == signature
    assert letter not in Letter.objects.visible_to(signer)
    assert not any(may(signer, office) for may in (permissions.may_enter, permissions.may_manage, permissions.may_start))
    no_place = "You do not act for the office of Ada Able (NY-10). Ask a manager of that office for a place."
    with lives.refused(no_place):
        signing.withdraw(letter, office, signer, now=timezone.now())


def test_a_person_whose_place_ended_between_reading_and_signing_is_refused(office, manager, signer):
    letter = make_letter(invited=[office])
    read = {"text_sha256": letter.revision.sha256, "now": timezone.now()}
    end(place_of(signer), manager)
    no_place = "You do not act for the office of Ada Able (NY-10). Ask a manager of that office for a place."
    with lives.refused(no_place):
        signing.sign(letter, office, signer, **read)


def test_who_comes_back_gets_a_new_place_and_the_old_one_stays_ended(office, manager, signer):
    old = place_of(signer)
    end(old, manager)
    ended = Membership.objects.filter(pk=old.pk).values().get()
    place = people.ask_to_join(signer, office, now=timezone.now())
    assert place.pk != old.pk
    assert not place.is_confirmed
    assert Membership.objects.filter(pk=old.pk).values().get() == ended

"""A place in an office offered to one address: once, for seven days, to whoever has exactly that address confirmed."""

import datetime

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from letters import permissions
from letters.models import Membership, Notice, OfficeEvent, PlaceInvitation, User
from letters.workflow import people
from tests.factories import DAY, HOUR, make_person, make_staff
from tests.workflow import lives
from tests.workflow.lives import history, place_of, told

pytestmark = pytest.mark.django_db
Role = Membership.Role
Kind = OfficeEvent.Kind
ADDRESS = "newcomer@mail.house.gov"
MICROSECOND = datetime.timedelta(microseconds=1)
NOT_A_MANAGER = "Only a manager of the office of Ada Able (NY-10) or a site admin does this."
WRONG_ADDRESS = "This invitation is for another address. Sign in with the address that it was sent to."
USED = "This invitation was used or taken back already. Ask the office for a new one."
EXPIRED = "This invitation has expired. Ask the office for a new one."


@pytest.fixture
def invitation(office, manager):
    return invite(office, manager)


def invite(office, by, address=ADDRESS, role=Role.SIGNER, *, now=None):
    return people.invite(office, address, role, by, now=now or timezone.now())


def accept(invitation, person, *, now=None):
    return people.accept_invitation(invitation, person, now=now or timezone.now())


def end(place, by, **more):
    people.end(place, by, now=timezone.now(), **more)


def test_an_invitation_becomes_a_place_with_its_role(office, manager):
    now = timezone.now()
    invited = invite(office, manager, role=Role.MANAGER, now=now)
    assert (invited.address, invited.invited_by, invited.expires_at) == (ADDRESS, manager, now + 7 * DAY)
    assert told(Notice.Kind.PLACE_INVITATION) == [ADDRESS]
    person = make_person(ADDRESS)
    place = accept(invited, person, now=now + HOUR)
    place.refresh_from_db()
    assert (place.person, place.office, place.role, place.is_confirmed) == (person, office, Role.MANAGER, True)
    assert (place.confirmed_by, place.confirmed_at, place.confirmed_how) == (manager, now + HOUR, "invited")
    invited.refresh_from_db()
    assert (invited.accepted_by, invited.accepted_at) == (person, now + HOUR)
    assert told(Notice.Kind.PLACE_TAKEN) == [manager.email]
    assert history(office) == [Kind.GIVEN, Kind.INVITED, Kind.JOINED]
    assert permissions.may_manage(person, office)


def test_every_other_manager_is_told_who_joined(office, manager, signer, invitation):
    other = make_staff(office, Role.MANAGER)
    accept(invitation, make_person(ADDRESS))
    assert told(Notice.Kind.PLACE_TAKEN) == sorted([manager.email, other.email])


def test_nobody_without_a_place_is_told_of_an_invitation(office, manager, signer, invitation):
    assert list(Notice.objects.values_list("address", "person")) == [(ADDRESS, None)]


def test_an_address_is_invited_in_its_one_spelling(office, manager):
    assert invite(office, manager, "  NewComer@Mail.House.Gov ").address == ADDRESS


LOOK_ALIKES = [
    "newcomer@mail.senate.gov",
    "newcomer@mail.house.gov.example.org",
    "newcomer@house.gov",
    "new.comer@mail.house.gov",
    "newcomer+1@mail.house.gov",
    "newcorner@mail.house.gov",
    "newc0mer@mail.house.gov",
    "n\u0435wcomer@mail.house.gov",
    "\uff4eewcomer@mail.house.gov",
    "newcomer@ma\u0131l.house.gov",
    "newcomer@mail.house.gov ",
]


@pytest.mark.parametrize("address", LOOK_ALIKES, ids=ascii)
def test_no_other_address_takes_an_invitation_however_alike(invitation, address):
    person = make_person(address)
    assert not PlaceInvitation.objects.to(person).exists()
    with lives.refused(WRONG_ADDRESS):
        accept(invitation, person)


def test_the_address_has_to_be_confirmed(invitation):
    person = make_person(ADDRESS)
    EmailAddress.objects.filter(user=person).update(verified=False)
    assert not PlaceInvitation.objects.to(person).exists()
    with lives.refused(WRONG_ADDRESS):
        accept(invitation, person)


def test_an_address_that_only_stands_in_the_account_takes_nothing(invitation):
    person = make_person()
    User.objects.filter(pk=person.pk).update(email=ADDRESS, username=ADDRESS)
    person.refresh_from_db()
    with lives.refused(WRONG_ADDRESS):
        accept(invitation, person)


def test_a_second_confirmed_address_of_the_person_takes_its_invitation(invitation):
    person = make_person()
    EmailAddress.objects.create(user=person, email=ADDRESS, verified=True)
    assert accept(invitation, person).is_confirmed


def test_an_invitation_is_used_once(office, manager, invitation):
    person = make_person(ADDRESS)
    accept(invitation, person)
    with lives.refused(USED):
        accept(invitation, person)
    end(place_of(person), manager)
    with lives.refused(USED):
        accept(invitation, person)
    assert not permissions.may_enter(person, office)


def test_an_invitation_works_until_seven_days_to_the_microsecond(office, manager):
    now = timezone.now()
    first, second = (invite(office, manager, f"{name}@mail.house.gov", now=now) for name in ("one", "two"))
    one, two = make_person(first.address), make_person(second.address)
    for late in (now + 7 * DAY, now + 7 * DAY + MICROSECOND, now + 365 * DAY):
        with lives.refused(EXPIRED):
            accept(first, one, now=late)
        assert not first.is_usable(late)
    assert accept(second, two, now=now + 7 * DAY - MICROSECOND).is_confirmed


def test_an_invitation_sent_again_is_another_one(office, manager):
    """Before its end and after it: only the newest works, with its own role and its own seven days."""
    person, now = make_person(ADDRESS), timezone.now()
    first = invite(office, manager, now=now - 8 * DAY)
    second = invite(office, manager, role=Role.MANAGER, now=now - DAY)
    third = invite(office, manager, role=Role.VIEWER, now=now)
    assert list(office.place_invitations.open()) == [third]
    for old in (first, second):
        with lives.refused(USED):
            accept(old, person)
    assert accept(third, person).role == Role.VIEWER
    assert told(Notice.Kind.PLACE_INVITATION) == [ADDRESS] * 3


def test_an_invitation_taken_back_is_void(office, manager, invitation):
    people.turn_down(invitation, manager, now=timezone.now())
    invitation.refresh_from_db()
    assert invitation.ended_by == manager
    assert history(office)[-1] == Kind.INVITATION_ENDED
    person = make_person(ADDRESS)
    with lives.refused(USED):
        accept(invitation, person)


def test_the_invited_person_turns_it_down_without_a_place(office, manager, invitation):
    person = make_person(ADDRESS)
    people.turn_down(invitation, person, now=timezone.now())
    invitation.refresh_from_db()
    assert (invitation.ended_by, person.memberships.count()) == (person, 0)
    with lives.refused(USED):
        people.turn_down(invitation, person, now=timezone.now())


def test_only_the_office_and_the_invited_end_an_invitation(office, manager, signer, invitation):
    for person in (signer, make_person(), make_staff(role=Role.MANAGER)):
        with lives.refused(NOT_A_MANAGER):
            people.turn_down(invitation, person, now=timezone.now())


def test_invitations_of_a_manager_who_left_are_void(office, manager, invitation):
    other = make_staff(office, Role.MANAGER)
    kept = invite(office, other, "kept@mail.house.gov")
    end(place_of(manager), manager)
    person = make_person(ADDRESS)
    with lives.refused(USED):
        accept(invitation, person)
    assert accept(kept, make_person(kept.address)).confirmed_by == other


def test_invitations_of_who_no_longer_manages_are_void(office, manager, invitation):
    other, admin, closed = make_staff(office, Role.MANAGER), make_person(admin=True), make_staff(office, Role.MANAGER)
    by_admin, by_closed = invite(office, admin, "other@mail.house.gov"), invite(office, closed, "third@mail.house.gov")
    people.change_role(place_of(manager), Role.VIEWER, other, now=timezone.now())
    User.objects.filter(pk=admin.pk).update(is_superuser=False)
    User.objects.filter(pk=closed.pk).update(is_active=False)
    for offered in (invitation, by_admin, by_closed):
        person = make_person(offered.address)
        with lives.refused("Who invited you no longer runs the people of this office. Ask the office for a new invitation."):
            accept(offered, person)


def test_a_request_that_waited_for_one_that_asked_for_the_place_still_takes_it(office, manager, invitation):
    person, now = make_person(ADDRESS), timezone.now()
    people.ask_to_join(person, office, now=now)
    assert accept(invitation, person, now=now - datetime.timedelta(milliseconds=5)).is_confirmed


def test_accepting_confirms_a_place_that_was_asked_for_with_the_role_that_was_offered(office, manager, invitation):
    person = make_person(ADDRESS)
    asked = people.ask_to_join(person, office, role=Role.MANAGER, now=timezone.now())
    place = accept(invitation, person)
    assert (place.pk, place.role, place.confirmed_by) == (asked.pk, Role.SIGNER, manager)


def test_who_has_a_place_needs_no_invitation(office, manager, signer):
    with lives.refused(f"{signer.email} belongs to somebody who has a place in this office already."):
        invite(office, manager, signer.email)


def test_an_invitation_to_a_second_address_of_a_colleague_gives_no_second_place(office, manager, signer, invitation):
    EmailAddress.objects.create(user=signer, email=ADDRESS, verified=True)
    with lives.refused("You have a place in this office already."):
        accept(invitation, signer)


def test_only_managers_and_site_admins_invite(office, manager, signer, admin):
    viewer, asking = make_staff(office, Role.VIEWER), lives.asking_person(office)
    asking.memberships.update(role=Role.MANAGER)
    for person in (signer, viewer, asking, make_person(), make_staff(role=Role.MANAGER)):
        with lives.refused(NOT_A_MANAGER):
            invite(office, person)
    assert invite(office, admin).invited_by == admin


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("", "Type an email address, like name@mail.house.gov."),
        ("newcomer", "This is not an email address. Write it like name@mail.house.gov."),
        (
            "n\u0435wcomer@mail.house.gov",
            "The address holds \u201c\u0435\u201d, which only looks like a plain letter, or is none."
            " Type it again with plain letters.",
        ),
        ("a@b.gov, c@d.gov", "The address holds a space or an unseen character. Type it again, without spaces."),
    ],
    ids=["empty", "no domain", "look-alike", "two"],
)
def test_what_is_no_plain_address_is_not_invited(office, manager, address, sentence):
    with lives.refused(sentence):
        invite(office, manager, address)


def test_nobody_comes_into_an_office_whose_member_left(office, manager, invitation):
    office.left_on = timezone.now().date()
    office.save()
    left = "Ada Able has left office. Choose another office."
    with lives.refused(left):
        invite(office, manager, "other@mail.house.gov")
    person = make_person(ADDRESS)
    with lives.refused(left):
        accept(invitation, person)


# --- only office addresses ---


@pytest.fixture
def outsider(settings):
    person = make_person("someone@example.org")
    settings.STAFF_DOMAINS = ["mail.house.gov", ".senate.gov"]
    return person


OUTSIDE = "someone@example.org is not an office address. Use one that ends in mail.house.gov or .senate.gov."


def test_no_way_into_an_office_is_open_to_other_addresses(office, manager, admin, outsider, settings):
    with lives.refused(OUTSIDE):
        people.ask_to_join(outsider, office, now=timezone.now())
    with lives.refused(OUTSIDE):
        invite(office, manager, outsider.email)
    with lives.refused(OUTSIDE):
        people.give_place(outsider, office, Role.SIGNER, admin, now=timezone.now())
    settings.STAFF_DOMAINS = []
    offered = invite(office, manager, outsider.email)
    asked = people.ask_to_join(outsider, office, now=timezone.now())
    settings.STAFF_DOMAINS = ["mail.house.gov", ".senate.gov"]
    with lives.refused(OUTSIDE):
        accept(offered, outsider)
    with lives.refused(OUTSIDE):
        people.confirm(asked, manager, now=timezone.now())


def test_office_addresses_come_in_by_every_way(office, manager, admin, outsider):
    place = people.ask_to_join(make_person(), office, now=timezone.now())
    people.confirm(place, manager, now=timezone.now())
    people.give_place(make_person("given@hopper.senate.gov"), office, Role.SIGNER, admin, now=timezone.now())
    accept(invite(office, manager), make_person(ADDRESS))
    assert office.memberships.confirmed().count() == 4


def test_the_history_of_an_office_keeps_how_the_person_had_signed_in(office, manager):
    manager.signed_in_with = "a passkey"
    invite(office, manager)
    assert office.history.last().details == {"address": ADDRESS, "role": "signer", "signed_in_with": "a passkey"}

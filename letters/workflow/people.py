"""Places in offices: asked for, offered, given, confirmed, changed, ended. They belong to no letter, so no letter is locked."""

import datetime

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import IntegrityError, transaction

from letters import permissions
from letters.addresses import AddressError, clean_address, in_domains
from letters.models import Membership, Notice, OfficeEvent, PlaceInvitation
from letters.permissions import site_admins

from . import notices, wake
from .offices import accept, locked, note
from .refusal import Refused, unless_manages

Role = Membership.Role
Kind = OfficeEvent.Kind
INVITATION_LASTS = datetime.timedelta(days=7)


def has_confirmed(person, address):
    """Whether the person has shown that mail to exactly this address reaches them."""
    return EmailAddress.objects.filter(user=person, email=address, verified=True).exists()


def unless_of_the_staff(address):
    if not in_domains(address, settings.STAFF_DOMAINS):
        raise Refused(f"{address} is not an office address. Use one that ends in {' or '.join(settings.STAFF_DOMAINS)}.")


def unless_confirmed(person):
    if not has_confirmed(person, person.email):
        raise Refused("Confirm your e-mail address first. We sent you a code when you signed up.")
    unless_of_the_staff(person.email)


def unless_left(office):
    if office.left_on:
        raise Refused(f"{office.printed_name} has left office. Choose another office.")


# --- by asking ---


@transaction.atomic
def ask_to_join(person, office, *, role=Role.SIGNER, now):
    """Ask for a place in an office. Until it is confirmed the person may only read letters and sign awaiting confirmation.

    The office's managers are told; where it has none this is a claim, and the site's admins are.
    """
    unless_confirmed(person)
    office = locked(office)
    unless_left(office)
    place = Membership.objects.live().filter(person=person, office=office).first()
    if place is None:
        place = Membership.objects.create(person=person, office=office, role=role, asked_at=now)
        note(office, Kind.ASKED, person, now, person=person, role=role)
        told = {"office": office, "membership": place, "now": now, "about": place.pk}
        managers = [row.person for row in office.memberships.answering().managers().select_related("person")]
        if managers:
            notices.queue(notices.tell(Notice.Kind.JOIN_REQUEST, managers, **told))
        else:
            notices.queue(notices.tell(Notice.Kind.CLAIM, site_admins(), **told))
        wake.after_commit(mail=True)
    return place


@transaction.atomic
def confirm(place, by, *, role=None, how="", now):
    """Confirm a place that was asked for, with the role that was asked for or the one given. `how` says how it was checked."""
    office, place = locked(place.office), live(place)
    unless_manages(by, office)
    unless_left(office)
    unless_of_the_staff(place.person.email)
    if place.confirmed_at is None:
        place.confirmed_at, place.confirmed_by, place.confirmed_how = now, by, how
        place.role = role or place.role
        place.save()
        note(office, Kind.CONFIRMED, by, now, person=place.person, role=place.role, how=how)
        if office.entered_at and not office.accepted_at and permissions.is_site_admin(by):
            accept(office, by, now=now)
        tell_decided(place, now)
    return place


# --- by invitation ---


@transaction.atomic
def invite(office, address, role, by, *, now):
    """Offer a place to whoever has the address confirmed, once, for seven days. An open offer to it is replaced."""
    try:
        address = clean_address(address)
    except AddressError as error:
        raise Refused(str(error)) from None
    unless_of_the_staff(address)
    office = locked(office)
    unless_manages(by, office)
    unless_left(office)
    if office.memberships.confirmed().filter(person__emailaddress__email=address, person__emailaddress__verified=True).exists():
        raise Refused(f"{address} belongs to somebody who has a place in this office already.")
    for earlier in office.place_invitations.open().filter(address=address):
        end_invitation(earlier, by, now)
    invitation = PlaceInvitation.objects.create(
        office=office, address=address, role=role, invited_at=now, invited_by=by, expires_at=now + INVITATION_LASTS
    )
    note(office, Kind.INVITED, by, now, address=address, role=role)
    told = {"office": office, "place_invitation": invitation, "now": now, "about": invitation.pk}
    notices.queue(notices.tell(Notice.Kind.PLACE_INVITATION, [address], **told))
    wake.after_commit(mail=True)
    return invitation


@transaction.atomic
def accept_invitation(invitation, person, *, now):
    """Take the place that was offered. The office's managers are told. Returns the place."""
    office, invitation = locked(invitation.office), open_invitation(invitation)
    if not has_confirmed(person, invitation.address):
        raise Refused("This invitation is for another address. Sign in with the address that it was sent to.")
    if invitation.is_expired(now):
        raise Refused("This invitation has expired. Ask the office for a new one.")
    if not (invitation.invited_by.is_active and permissions.may_manage(invitation.invited_by, office)):
        raise Refused("Who invited you no longer runs the people of this office. Ask the office for a new invitation.")
    unless_of_the_staff(invitation.address)
    unless_left(office)
    place = Membership.objects.live().filter(person=person, office=office).first()
    if place is None:
        place = Membership(person=person, office=office, asked_at=now)
    elif place.is_confirmed:
        raise Refused("You have a place in this office already.")
    # The request that waited for the office's row may be older than the place that another one asked for.
    place.role, place.confirmed_at, place.confirmed_by = invitation.role, max(now, place.asked_at), invitation.invited_by
    place.confirmed_how = "invited"
    place.save()
    invitation.accepted_at, invitation.accepted_by = now, person
    invitation.save()
    note(office, Kind.JOINED, person, now, person=person, role=place.role, address=invitation.address)
    managers = [row.person for row in office.memberships.confirmed().managers().exclude(person=person).select_related("person")]
    told = {"office": office, "membership": place, "place_invitation": invitation, "now": now, "about": place.pk}
    notices.queue(notices.tell(Notice.Kind.PLACE_TAKEN, managers, **told))
    wake.after_commit(mail=True)
    return place


@transaction.atomic
def turn_down(invitation, by, *, now):
    """End an invitation: the office takes it back, or the person to whom it was sent turns it down."""
    office, invitation = locked(invitation.office), open_invitation(invitation)
    if not has_confirmed(by, invitation.address):
        unless_manages(by, office)
    end_invitation(invitation, by, now)


def open_invitation(invitation):
    invitations = PlaceInvitation.objects.select_for_update(of=["self"]).open().select_related("invited_by")
    found = invitations.filter(pk=invitation.pk).first()
    if found is None:
        raise Refused("This invitation was used or taken back already. Ask the office for a new one.")
    return found


def end_invitation(invitation, by, now):
    invitation.ended_at, invitation.ended_by = now, by
    invitation.save()
    note(invitation.office, Kind.INVITATION_ENDED, by, now, address=invitation.address)


# --- by somebody who answers for it ---


@transaction.atomic
def give_place(person, office, role, by, *, now):
    """Put a person in an office at once, by a site admin."""
    unless_of_the_staff(person.email)
    office = locked(office)
    unless_left(office)
    try:
        with transaction.atomic():
            place = Membership.objects.create(
                person=person, office=office, role=role, asked_at=now, confirmed_at=now, confirmed_by=by
            )
    except IntegrityError:
        raise Refused(f"{person} has a place in the office of {office.label} already.") from None
    note(office, Kind.GIVEN, by, now, person=person, role=role)
    return place


@transaction.atomic
def change_role(place, role, by, *, now):
    """Give a confirmed place another role. The last manager keeps theirs until there is another one."""
    office, place = locked(place.office), live(place)
    unless_manages(by, office)
    if not place.is_confirmed:
        raise Refused("This place is not confirmed yet. Confirm it with the role that fits.")
    if role == place.role:
        return place
    unless_last_manager(place, by)
    note(office, Kind.ROLE, by, now, person=place.person, old=place.role, new=role)
    place.role, place.named_signer = role, place.named_signer and role != Role.VIEWER
    place.save()
    return place


@transaction.atomic
def end(place, by, *, reason="", now):
    """Refuse a place that was asked for, or end one: access is gone with the next request, history stays.

    Invitations that the person sent as a manager and that nobody has taken yet end as well.
    """
    office, place = locked(place.office), live(place)
    if by != place.person:
        unless_manages(by, office)
    unless_last_manager(place, by)
    kind = Kind.LEFT if by == place.person else Kind.ENDED if place.confirmed_at else Kind.REFUSED
    place.ended_at, place.ended_by, place.ended_reason = max(now, place.asked_at), by, reason
    place.save()
    for invitation in office.place_invitations.open().filter(invited_by=place.person).select_related("office"):
        end_invitation(invitation, by, now)
    note(office, kind, by, now, person=place.person, reason=reason)
    if by != place.person:
        tell_decided(place, now)


def unless_last_manager(place, by):
    others = place.office.memberships.confirmed().filter(person__is_active=True).exclude(pk=place.pk)
    last = place.is_confirmed and place.role == Role.MANAGER and not others.managers().exists()
    if last and others.exists() and not permissions.is_site_admin(by):
        raise Refused("An office with people needs a manager. Make somebody else a manager first.")


def live(place):
    found = (
        Membership.objects.select_for_update(of=["self"]).live().filter(pk=place.pk).select_related("person", "office").first()
    )
    if found is None:
        raise Refused("This place in the office has ended already.")
    return found


def tell_decided(place, now):
    told = {"office": place.office, "membership": place, "now": now, "about": f"{place.pk} {place.ended_at}"}
    notices.queue(notices.tell(Notice.Kind.JOIN_DECIDED, [place.person], **told))
    wake.after_commit(mail=True)

"""Places in offices: asked for, given, confirmed, refused, ended. They belong to no letter, so no letter is locked."""

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from letters.models import Membership, Notice

from . import notices, wake
from .refusal import Refused

Role = Membership.Role


@transaction.atomic
def ask_to_join(person, office, *, now):
    """Ask for a place in an office. Until it is confirmed the person may only read letters and sign awaiting confirmation."""
    if not EmailAddress.objects.filter(user=person, email=person.email, verified=True).exists():
        raise Refused("Confirm your e-mail address first. We sent you a code when you signed up.")
    if office.left_on:
        raise Refused(f"{office.printed_name} has left office. Choose another office.")
    place = Membership.objects.live().filter(person=person, office=office).first()
    if place is None:
        place = Membership.objects.create(person=person, office=office, role=Role.SIGNER, asked_at=now)
        managers = [row.person for row in office.memberships.confirmed().managers().select_related("person")]
        told = {"office": office, "membership": place, "now": now, "about": place.pk}
        notices.queue(notices.tell(Notice.Kind.JOIN_REQUEST, managers, **told))
        wake.after_commit(mail=True)
    return place


@transaction.atomic
def give_place(person, office, role, by, *, now):
    """Put a person in an office at once, by somebody who answers for it."""
    try:
        with transaction.atomic():
            return Membership.objects.create(
                person=person, office=office, role=role, asked_at=now, confirmed_at=now, confirmed_by=by
            )
    except IntegrityError:
        raise Refused(f"{person} has a place in the office of {office.label} already.") from None


@transaction.atomic
def confirm(place, by, *, now):
    """Confirm a place that was asked for."""
    place = locked(place)
    if place.confirmed_at is None:
        place.confirmed_at, place.confirmed_by = now, by
        place.save()
        tell_decided(place, now)
    return place


@transaction.atomic
def end(place, by, *, now):
    """Refuse a place that was asked for, or end one: access is gone with the next request, history stays."""
    place = locked(place)
    place.ended_at, place.ended_by = now, by
    place.save()
    tell_decided(place, now)


def locked(place):
    found = Membership.objects.select_for_update().live().filter(pk=place.pk).first()
    if found is None:
        raise Refused("This place in the office has ended already.")
    return found


def tell_decided(place, now):
    told = {"office": place.office, "membership": place, "now": now, "about": f"{place.pk} {place.ended_at}"}
    notices.queue(notices.tell(Notice.Kind.JOIN_DECIDED, [place.person], **told))
    wake.after_commit(mail=True)

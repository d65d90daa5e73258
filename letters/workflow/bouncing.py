"""Mail that came back or was refused, addresses that get none any more, and sending again by hand.

Sending again and entering another contact are the lead's acts on a letter. What came back concerns no letter's contents, so
it has no line in a history: the notice itself keeps it.
"""

import datetime

from django.db import transaction

from letters import permissions
from letters.models import Event, Invitee, Letter, Notice, Suppression

from . import delivery, notices, wake
from .history import record
from .refusal import Refused, unless_open

Kind = Notice.Kind
PAUSE = datetime.timedelta(minutes=10)
# What a mail is about; sent again, it is about the same.
ABOUT = (
    *("kind", "letter_id", "office_id", "person_id", "signature_id", "request_id", "proposed_edit_id", "membership_id"),
    *("place_invitation_id", "invitee_id", "circular_id", "outage_id", "deadline_at", "step", "created_at"),
)


@transaction.atomic
def bounced(notice, because, *, gone=True, now):
    """Note that a mail came back for good, or that its reader complained. Where the address is `gone`, it gets no more mail.

    True when that is news: the first that is heard of the mail, or the first that stops its address; what stops it is the
    reason that is kept. What is told of a mail from before the address was taken into use again does not stop it anew.
    """
    notice = Notice.objects.select_for_update().get(pk=notice.pk)
    stops = gone and not lifted_since(notice) and not Suppression.objects.of(notice.address).standing().exists()
    news = stops or notice.bounced_at is None
    if notice.sent_at and news:
        notice.bounced_at, notice.bounced_because = notice.bounced_at or now, because[:500]
        notice.save(update_fields=["bounced_at", "bounced_because"])
    if stops:
        suppress(notice, because, now)
    return news


def lifted_since(notice):
    begun = notice.sent_at or notice.started_at or notice.created_at
    return Suppression.objects.of(notice.address).filter(lifted_at__gte=begun).exists()


def suppress(notice, because, now):
    begun = {"began_at": now, "because": because[:500], "notice": notice}
    Suppression.objects.get_or_create(address=notice.address.lower(), lifted_at=None, defaults=begun)


@transaction.atomic
def refused(notice, reason, *, gone, now):
    """The mail server does not take the mail for this address. Where there is no such mailbox (`gone`), it gets no more."""
    stopped = delivery.held(notice).update(dropped_at=now, dropped_because=reason[:200], claimed_until=None, refused=True)
    if stopped and gone:
        suppress(notice, reason, now)


def stopped_for(person):
    """The Suppression of the person's own address; None while mail goes to it."""
    return Suppression.objects.of(person.email).standing().first()


@transaction.atomic
def lift(address, by, *, now):
    """Send mail to the address again. Whoever has it as their own may say so, and a site admin. Twice is once."""
    if by.email.lower() != address.lower() and not permissions.is_site_admin(by):
        raise Refused("Only the person whose address it is, or a site admin, lets mail be sent to it again.")
    stopped = Suppression.objects.of(address).standing()
    return stopped.exists() and bool(stopped.update(lifted_at=now, lifted_by=by))


@transaction.atomic
def send_again(notice, person, *, now):
    """Queue the same mail once more, if it would still be sent for the first time now. Returns the new notice.

    It keeps the moment at which its cause was written down, by which its words find what it tells of.
    """
    letter = Letter.objects.lock(notice.letter)
    first = letter.notices.select_related("person", "office").get(pk=notice.again_of_id or notice.pk)
    of_it = Notice.objects.filter(again_of=first)
    if first.kind == Kind.DIGEST:
        raise Refused("A digest is not sent twice. The next one tells all that is new.")
    newest = of_it.order_by("pk").last() or first
    if newest.sent_at is None and newest.dropped_at is None:
        raise Refused("This mail is waiting to be sent already.")
    if newest != first and newest.due_at > now - PAUSE:
        raise Refused("This mail was sent again less than ten minutes ago. Give it time to arrive.")
    unless_elsewhere(first, now)
    again = Notice(**{field: getattr(first, field) for field in ABOUT})
    again.again_of, again.due_at = first, now
    again.address = first.person.email if first.person else first.address
    again.key = Notice.make_key(first.key, "again", of_it.count() + 1)
    again.save()
    if reason := delivery.reason_to_drop(again, now):
        raise Refused(f"The mail is not sent again: {reason}.{way_out(again)}")
    wake.after_commit(mail=True)
    return again


def unless_elsewhere(notice, now):
    """A mail to an office's contact: the office may have another by now, or people of its own."""
    if notice.person or notice.office is None:
        return
    invitee = notice.letter.invitee_for(notice.office)
    if invitee and invitee.contact.lower() != notice.address.lower():
        raise Refused("The office has another contact by now. Send the mail to that one again.")
    if notices.people_of([notice.office], now=now)[notice.office.pk]:
        raise Refused("The office has people here by now. Its mail goes to them.")


def way_out(notice):
    if not Suppression.objects.of(notice.address).standing().exists():
        return ""
    if notice.person:
        return " The person can take the address into use again after signing in; a site admin can as well."
    return " Enter another contact for the office."


@transaction.atomic
def change_contact(invitee, address, person, *, now):
    """Mail for an office without people here goes to another address from now on, and its invitation at once.

    The history says that the office was invited once more, and never at which address.
    """
    letter = Letter.objects.lock(invitee.letter)
    unless_open(letter)
    invitee = Invitee.objects.select_related("office").get(pk=invitee.pk)
    invitee.letter, office = letter, invitee.office
    if invitee.invited_at is None:
        raise Refused(f"The office of {office.label} is not invited yet.")
    if notices.people_of([office], now=now)[office.pk]:
        raise Refused(f"The office of {office.label} has people here, and its mail goes to them.")
    if office.left_on:
        raise Refused(f"{office.printed_name} has left office and can no longer sign.")
    if not Invitee.objects.waiting().filter(pk=invitee.pk).exists():
        raise Refused(f"The office of {office.label} has answered already.")
    if address.lower() == invitee.contact.lower():
        raise Refused("That is the office's contact already. Send the mail again instead.")
    if Suppression.objects.of(address).standing().exists():
        raise Refused("Mail to that address came back. Enter another one.")
    lately = letter.notices.filter(kind=Kind.INVITATION, office=office, address__iexact=address, due_at__gt=now - PAUSE)
    if lately.count() > 1:
        raise Refused("The invitation went to that address twice in the last ten minutes. Give it time to arrive.")
    invitee.contact = address
    invitee.save(update_fields=["contact"])
    record(letter, Event.Kind.INVITED, now=now, person=person, offices=[office.pk], another_contact=True)
    about = f"another contact {now.isoformat()}"
    notices.queue(notices.tell(Kind.INVITATION, [address], now=now, about=about, letter=letter, office=office))
    wake.after_commit(mail=True)

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
# Told of the same thing at different moments, as people join.
WHEN_QUEUED = {Kind.INVITATION: ["created_at"], Kind.REMINDER: ["created_at"]}


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
    """Queue the same mail once more, if it would still be sent for the first time now. Returns the new notices.

    It goes to the same reader, or to those who get the office's mail in their place by now and have not got this one. It keeps
    the moment at which its cause was written down, by which its words find what it tells of.
    """
    letter = Letter.objects.lock(notice.letter)
    row = letter.notices.select_related("person", "office", "again_of").get(pk=notice.pk)
    first = row.again_of or row
    of_it = Notice.objects.filter(again_of=first)
    if first.kind == Kind.DIGEST:
        raise Refused("A digest is not sent twice. The next one tells all that is new.")
    newest = of_it.order_by("pk").last() or first
    if newest.sent_at is None and newest.dropped_at is None:
        raise Refused("This mail is waiting to be sent already.")
    if newest != first and newest.due_at > now - PAUSE:
        raise Refused("This mail was sent again less than ten minutes ago. Give it time to arrive.")
    others = in_place_of([row], now=now).get(row.pk, [])
    readers = without_those_told(others, first)
    if not others:
        unless_another_contact(row)
    elif not readers and row.person is None:
        raise Refused("The office has people here by now, and they have got this mail. Send it again to one of them.")
    again = [once_more(first, reader, now) for reader in readers or [row.person or row.address]]
    reasons = {row: delivery.reason_to_drop(row, now) for row in again}
    if all(reasons.values()):
        told = " The office’s other people have got this mail." if others and not readers else ""
        raise Refused(f"The mail is not sent again: {reasons[again[0]]}.{told}{way_out(again[0])}")
    wake.after_commit(mail=True)
    return [row for row in again if not reasons[row]]


def once_more(first, reader, now):
    """The notice again, to a User or an address."""
    again = Notice(**{field: getattr(first, field) for field in ABOUT})
    again.again_of, again.due_at = first, now
    again.person, again.address = (None, reader) if isinstance(reader, str) else (reader, reader.email)
    again.key = Notice.make_key(first.key, "again", Notice.objects.filter(again_of=first).count() + 1)
    again.save()
    return again


def in_place_of(rows, *, now):
    """Notice's id → the people of its office to whom it goes when it is sent again, where its own reader gets no more mail.

    That is a person whose address is stopped, or the contact of an office that has people here by now.
    """
    rows = [row for row in rows if row.kind in delivery.TO_THE_OFFICE and row.office_id]
    if not rows:
        return {}
    people = notices.people_of({row.office_id for row in rows}, now=now)
    readers = {row.pk: (row.person.email if row.person else row.address).lower() for row in rows}
    addresses = {*readers.values(), *(person.email.lower() for found in people.values() for person in found)}
    stopped = set(Suppression.objects.standing().filter(address__in=addresses).values_list("address", flat=True))
    found = {}
    for row in rows:
        if row.person is None or readers[row.pk] in stopped:
            reached = [person for person in people[row.office_id] if person.email.lower() not in stopped]
            found |= {row.pk: reached} if reached else {}
    return found


def without_those_told(people, notice):
    """Those of the people to whom the same mail was not sent, and does not wait to be sent, either."""
    same = {field: getattr(notice, field) for field in ABOUT if field not in ("person_id", *WHEN_QUEUED.get(notice.kind, ()))}
    told = Notice.objects.filter(**same, dropped_at=None, bounced_at=None)
    addresses = {address.lower() for address in told.values_list("address", flat=True)}
    return [person for person in people if person.email.lower() not in addresses]


def unless_another_contact(notice):
    if notice.person or notice.office is None:
        return
    invitee = notice.letter.invitee_for(notice.office)
    if invitee and invitee.contact.lower() != notice.address.lower():
        raise Refused("The office has another contact by now. Send the mail to that one again.")


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
        raise Refused(f"The office of {office.label} has people here, and its mail goes to them. Send it to them again.")
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

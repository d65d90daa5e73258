"""A "Dear Colleague": what the lead writes to many offices at once, in its own words."""

import datetime
import hashlib

from django.db import transaction

from letters.models import Circular, Event, Letter, Notice
from letters.text import html

from . import notices, wake
from .history import record
from .refusal import Refused, unless_open

AGAIN_AFTER = datetime.timedelta(hours=1)
MOST = 3  # within that time
SUBJECT, BODY = 200, 20_000  # characters


@transaction.atomic
def send(letter, person, *, subject, body, to_all, now):
    """Mail the words to the invited offices: all of them, or those that have not answered. Returns the offices and the people.

    Offices whose time is up get nothing, and neither do the leads'. One mail to each person, however many offices theirs are.
    """
    letter = Letter.objects.lock(letter)
    unless_open(letter)
    subject = html.clean_line(subject, field="Subject", max_length=SUBJECT)
    body = html.clean_text(body, field="Text", max_length=BODY)
    if not subject.strip() or not body.strip():
        raise Refused("Write a subject and a text.")
    lately = list(letter.circulars.filter(sent_at__gt=now - AGAIN_AFTER).select_related("sent_by").order_by("sent_at"))
    if same := [before for before in lately if before.body == body]:
        raise Refused(f"{same[-1].sent_by} sent the same text less than an hour ago. Change it, or wait.")
    if len(lately) >= MOST:
        raise Refused(f"{MOST} mails were sent to the offices within the last hour. Wait before you write to them again.")
    told = recipients(letter, to_all=to_all, now=now)
    if not told:
        raise Refused(nobody(to_all))
    circular = Circular.objects.create(letter=letter, subject=subject, body=body, to_all=to_all, sent_at=now, sent_by=person)
    offices = [invitee.office_id for invitee, _ in told]
    facts = {"circular": circular.pk, "body_sha256": hashlib.sha256(body.encode()).hexdigest()}
    record(letter, Event.Kind.WROTE, now=now, person=person, to_all=to_all, offices=offices, **facts)
    about = {"letter": letter, "circular": circular, "now": now, "about": circular.pk}
    notices.queue(*(notices.tell(Notice.Kind.CIRCULAR, people, office=invitee.office, **about) for invitee, people in told))
    wake.after_commit(mail=True)
    return told


def nobody(to_all):
    if to_all:
        return "No invited office can still sign. Invite offices or give more time first."
    return "No invited office that can still sign has left the letter unanswered."


def recipients(letter, *, to_all, now):
    """(invitee, its people or address) for each office that would get a mail at `now`."""
    invitees = letter.invitees.exclude(invited_at=None) if to_all else letter.invitees.waiting()
    invitees = invitees.filter(office__left_on=None).exclude(office__in=letter.lead_offices())
    invitees = [row for row in invitees.select_related("office").order_by("pk") if now <= letter.deadline_for(row)]
    people, told = notices.people_of({invitee.office_id for invitee in invitees}, now=now), []
    for invitee in invitees:
        readers = {address(reader): reader for reader in notices.readers(invitee.office, invitee, people, now=now)}
        readers.pop("", None)
        if readers:
            told.append((invitee, list(readers.values())))
    return told


def counted(told):
    """`3 offices (5 people)`; whoever has places in two of the offices is one."""
    offices, people = len(told), len({address(reader) for _, readers in told for reader in readers})
    return f"{offices} office{'s' if offices != 1 else ''} ({people} {'people' if people != 1 else 'person'})"


def address(reader):
    return (reader if isinstance(reader, str) else reader.email).lower()

"""Open a letter for signatures and ask offices to sign it."""

from zoneinfo import available_timezones

from django.db import transaction

from letters.models import Event, Invitee, Letter

from . import notices, wake
from .history import record
from .refusal import Refused, unless_open

Kind = Event.Kind


@transaction.atomic
def circulate(letter, person, *, deadline_at, zone="America/New_York", audience=None, list_shown=None, now):
    """Open the draft until `deadline_at`, an instant that is shown in `zone`, to the readers given or those set before."""
    letter = Letter.objects.lock(letter)
    if not letter.is_draft:
        raise Refused("This letter is in circulation already.")
    if deadline_at <= now:
        raise Refused("The deadline has passed already. Choose a time in the future.")
    if zone not in available_timezones():
        raise Refused(f"There is no time zone named {zone}. Use a name such as America/New_York.")
    letter.status = Letter.Status.OPEN
    letter.opened_at, letter.opened_by = max(now, letter.revision.created_at), person  # its text may be of a later request
    letter.deadline_at, letter.zone = deadline_at, zone
    letter.audience, letter.list_shown = audience or letter.audience, list_shown or letter.list_shown
    facts = {"audience": letter.audience, "list_shown": letter.list_shown, "zone": zone}
    record(letter, Kind.CIRCULATED, now=now, person=person, deadline_at=deadline_at.isoformat(), **facts)
    co_leads = letter.invitees.filter(co_lead=True).select_related("office")
    notices.queue(*(notices.invitation(letter, invitee, now) for invitee in co_leads))
    wake.after_commit(mail=True)


@transaction.atomic
def invite(letter, offices, person, *, contacts=None, now):
    """Ask offices to sign. `contacts` maps an office's id to an address for offices without people here.

    Offices that were invited before are not asked twice. Returns the offices that were invited now.
    """
    letter = Letter.objects.lock(letter)
    unless_open(letter)
    contacts = contacts or {}
    known = {invitee.office_id: invitee for invitee in letter.invitees.all()}
    people = notices.people_of(offices, now=now)
    invited, told = [], []
    for office in offices:
        invitee = known.get(office.pk) or Invitee(letter=letter, office=office)
        if invitee.invited_at or office.left_on:
            continue
        invitee.invited_at, invitee.invited_by = now, person
        invitee.contact = contacts.get(office.pk, "")
        invitee.save()
        invited.append(office)
        told += notices.invitation(letter, invitee, now, people)
    if invited:
        record(letter, Kind.INVITED, now=now, person=person, offices=[office.pk for office in invited])
        notices.queue(told)
        wake.after_commit(mail=True)
    return invited

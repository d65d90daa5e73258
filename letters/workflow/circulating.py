"""Open a letter for signatures and ask offices to sign it."""

from django.db import transaction

from letters.models import Event, Invitee, Letter

from . import notices, wake
from .deadlines import unless_far
from .history import record
from .refusal import Refused, unless_open, unless_zone

Kind = Event.Kind
TIME_IS_UP = "The deadline has passed, so offices that are invited now could not sign. Move the deadline first, then invite them."


@transaction.atomic
def circulate(letter, person, *, deadline_at, zone="America/New_York", audience=None, list_shown=None, now):
    """Open the draft until `deadline_at`, an instant that is shown in `zone`, to the readers given or those set before."""
    letter = Letter.objects.lock(letter)
    if_circulated(letter)
    if deadline_at <= now:
        raise Refused("The deadline has passed already. Choose a time in the future.")
    unless_far(deadline_at, now)
    unless_zone(zone)
    letter.deadline_at, letter.zone = deadline_at, zone
    letter.audience, letter.list_shown = audience or letter.audience, list_shown or letter.list_shown
    open_to_offices(letter, person, now=now)


def if_circulated(letter):
    if not letter.is_draft:
        raise Refused("This letter is in circulation already.")


def open_to_offices(letter, person, *, now, **facts):
    """Open the draft, whose row the caller holds and whose deadline and readers are set. `facts` go into its history too."""
    letter.circulate_at = letter.circulate_by = None
    strike_left(letter, person, now)
    letter.status = Letter.Status.OPEN
    letter.opened_at, letter.opened_by = max(now, letter.revision.created_at), person  # its text may be of a later request
    facts |= {"audience": letter.audience, "list_shown": letter.list_shown, "zone": letter.zone}
    record(letter, Kind.CIRCULATED, now=now, person=person, deadline_at=letter.deadline_at.isoformat(), **facts)
    co_leads = letter.invitees.filter(co_lead=True).select_related("office")
    notices.queue(*(notices.invitation(letter, invitee, now) for invitee in co_leads))
    invite_listed(letter, person, now)
    wake.after_commit(mail=True)


@transaction.atomic
def invite(letter, offices, person, *, contacts=None, now):
    """Ask offices to sign. `contacts` maps an office's id to an address for offices without people here.

    Offices that were invited before are not asked twice. Returns the offices that were invited now. Refused once time is up.
    """
    letter = Letter.objects.lock(letter)
    unless_open(letter)
    invitees = invitees_of(letter, offices, contacts)
    if any(now > letter.deadline_for(invitee) for invitee in invitees):
        raise Refused(TIME_IS_UP)
    return ask(letter, invitees, person, now)


@transaction.atomic
def list_offices(letter, offices, person, *, contacts=None, now):
    """Put offices on the draft's list: they are invited when it is circulated. Returns the offices that were put on it now."""
    letter = Letter.objects.lock(letter)
    unless_draft(letter)
    invitees = [invitee for invitee in invitees_of(letter, offices, contacts) if not invitee.to_invite]
    for invitee in invitees:
        invitee.to_invite = True
    if invitees:
        write(invitees)
        record(letter, Kind.LISTED, now=now, person=person, offices=[invitee.office_id for invitee in invitees])
    return [invitee.office for invitee in invitees]


@transaction.atomic
def unlist_offices(letter, offices, person, *, now):
    """Take offices off the draft's list again. Returns how many were on it."""
    letter = Letter.objects.lock(letter)
    unless_draft(letter)
    return strike(letter, letter.invitees.listed().filter(office__in=offices), person, now)


def strike(letter, listed, person, now):
    """No row stays of an office that was only listed: a row would let its people see the letter once it is circulated."""
    offices = sorted(listed.values_list("office", flat=True))
    if offices:
        letter.invitees.listed().filter(office__in=offices).delete()
        record(letter, Kind.LISTED, now=now, person=person, offices=offices, taken_off=True)
    return len(offices)


def strike_left(letter, person, now):
    """Before the draft is opened: offices whose Members have left meanwhile are not invited."""
    strike(letter, letter.invitees.listed().exclude(office__left_on=None), person, now)


def invite_listed(letter, person, now):
    """Invite the offices that were listed for the draft, which the caller has locked and opened."""
    listed = list(letter.invitees.listed().select_related("office").order_by("pk"))
    letter.invitees.filter(to_invite=True).update(to_invite=False)
    for invitee in listed:
        invitee.to_invite = False
    return ask(letter, listed, person, now)


def unless_draft(letter):
    if not letter.is_draft:
        raise Refused("This letter is in circulation already. Invite offices instead.")


def invitees_of(letter, offices, contacts):
    """The offices' rows on the letter, new ones not saved yet, without those that were invited before or have left."""
    contacts = contacts or {}
    known = {invitee.office_id: invitee for invitee in letter.invitees.filter(office__in=offices)}
    found = []
    for office in dict.fromkeys(offices):
        invitee = known.get(office.pk) or Invitee(letter=letter, office=office)
        if invitee.invited_at or office.left_on:
            continue
        invitee.office, invitee.contact = office, contacts.get(office.pk, invitee.contact)
        found.append(invitee)
    return found


def ask(letter, invitees, person, now):
    """Invite the offices of these rows, in a few statements however many they are. Returns the offices."""
    for invitee in invitees:
        invitee.invited_at, invitee.invited_by = now, person
    offices = [invitee.office for invitee in invitees]
    if invitees:
        write(invitees)
        people = notices.people_of(offices, now=now)
        record(letter, Kind.INVITED, now=now, person=person, offices=[office.pk for office in offices])
        notices.queue(*(notices.invitation(letter, invitee, now, people) for invitee in invitees))
        wake.after_commit(mail=True)
    return offices


def write(invitees):
    known = [invitee for invitee in invitees if invitee.pk]
    Invitee.objects.bulk_create([invitee for invitee in invitees if not invitee.pk])
    Invitee.objects.bulk_update(known, ["invited_at", "invited_by", "contact", "to_invite"])

"""Ask for more time, decide it, move a deadline. Time is only ever added."""

import datetime

from django.db import transaction

from letters.models import DeadlineRequest, Event, Invitee, Letter, Notice

from . import notices, opening, reminders, wake
from .effects import effect, outlook
from .history import record
from .refusal import Refused, place_of, unless_open
from .signing import unless_admitted

Kind = Event.Kind
Decision = DeadlineRequest.Decision
FARTHEST = datetime.timedelta(days=366)


@transaction.atomic
def request(letter, office, person, *, wanted_at, reason="", now):
    """Ask the lead for more time. One request per office and letter can be pending."""
    letter = Letter.objects.lock(letter)
    unless_open(letter)
    place = place_of(person, office)
    invitee = letter.invitee_for(office)
    unless_admitted(letter, invitee)
    if letter.signatures.standing().given().filter(office=office).exists():
        raise Refused(f"{office.printed_name} has signed this letter and needs no more time.")
    if letter.deadline_requests.pending().filter(office=office).exists():
        raise Refused("Your office has already asked for more time. The lead's office has not answered yet.")
    if wanted_at <= now:
        raise Refused("The time you ask for has passed already. Choose a later one.", ["wanted_at"])
    unless_far(wanted_at, now)
    if wanted_at <= letter.deadline_for(invitee):
        raise Refused("Your office has that much time already. Choose a time after its deadline.", ["wanted_at"])
    if invitee is None:
        Invitee.objects.create(letter=letter, office=office)
    opening.note(letter, office, now)
    asked = DeadlineRequest.objects.create(
        letter=letter, office=office, wanted_at=wanted_at, reason=reason, asked_at=now, asked_by=person
    )
    facts = {"request": asked.pk, "wanted_at": wanted_at.isoformat(), "reason": reason}
    record(letter, Kind.DEADLINE_ASKED, now=now, place=place, **facts)
    about = {"letter": letter, "office": office, "request": asked, "now": now, "about": asked.pk}
    notices.queue(notices.tell(Notice.Kind.REQUEST_RECEIVED, notices.lead_people(letter, now=now), **about))
    wake.after_commit(mail=True)
    return asked


@transaction.atomic
def take_back(asked, person, *, now):
    """Take a pending request back."""
    letter, asked = pending(asked)
    place = place_of(person, asked.office)
    decide(letter, asked, person, Decision.TAKEN_BACK, now=now, role=place.acts_as)


@transaction.atomic
def deny(asked, person, *, answer, now):
    """Deny a pending request of somebody else; the office's deadline stays. `answer` says why."""
    letter, asked = pending(asked)
    unless_own(asked, person)
    if not answer.strip():
        raise Refused("Say why the request is denied. The office is told.")
    decide(letter, asked, person, Decision.DENIED, answer=answer, now=now)
    notices.queue(tell_decided(letter, [asked], now))
    wake.after_commit(mail=True)


@transaction.atomic
def grant(asked, person, *, new_at, for_all, answer="", now):
    """Grant a pending request of somebody else until `new_at`, for its office or for every office.

    It opens a closed letter again for them. An office that has meanwhile as much time as it asked for can be told so: by a grant
    until its deadline as it stands. Of other requests, a grant for all settles those that `effects.effect` names. Where only
    invited offices may sign, the grant invites the office.
    """
    letter, asked = pending(asked)
    unless_own(asked, person)
    if asked.office.left_on:
        raise Refused(f"{asked.office.printed_name} has left office and can no longer sign.")
    invitee = letter.invitee_for(asked.office)
    current = letter.deadline_for(invitee)
    if for_all or new_at != current or current < asked.wanted_at or current <= now:
        unless_later(new_at, current, now)
    found = effect(outlook(letter, now=now), new_at, asked=asked, for_all=for_all, person=person)
    if for_all:
        letter.deadline_at = new_at
    elif new_at > current:
        invitee.deadline_at = new_at
        invitee.save(update_fields=["deadline_at"])
    decision = Decision.ALL if for_all else Decision.OFFICE
    granted = {"granted_at": new_at, "old": found.old_at.isoformat()}
    decide(letter, asked, person, decision, answer=answer, now=now, **granted)
    if found.invites:
        admit(letter, asked.office, person, now)
    carry_out(letter, found, person, now, asked)


@transaction.atomic
def move(letter, person, *, new_at, now):
    """Give every office more time without being asked. Requests that ask for no more than that are settled with it."""
    letter = Letter.objects.lock(letter)
    unless_open(letter)
    unless_later(new_at, letter.deadline_at, now)
    found = effect(outlook(letter, now=now), new_at, person=person)
    letter.deadline_at = new_at
    record(letter, Kind.DEADLINE_MOVED, now=now, person=person, old=found.old_at.isoformat(), new=new_at.isoformat())
    carry_out(letter, found, person, now)


def admit(letter, office, person, now):
    """Invite the office that is given time. The answer to its request is its mail."""
    letter.invitees.filter(office=office).update(invited_at=now, invited_by=person)
    record(letter, Kind.INVITED, now=now, person=person, offices=[office.pk])


def carry_out(letter, found, person, now, asked=None):
    """What follows from a new deadline: requests settled, everyone concerned told once, reminders counted from it."""
    for row in found.settles:
        decide(letter, row, person, Decision.ALL, granted_at=found.new_at, settled=True, now=now)
    requests = [*([asked] if asked else []), *found.answered]
    answered = {row.office_id for row in requests}
    moved = [invitee for invitee in found.moved if invitee.office_id not in answered]
    notices.queue(tell_decided(letter, requests, now), tell_moved(letter, moved, found.new_at, now))
    reminders.replan(letter, now=now)


def pending(asked):
    letter = Letter.objects.lock(asked.letter)
    unless_open(letter)
    found = letter.deadline_requests.filter(pk=asked.pk).select_related("office", "asked_by", "decided_by").get()
    if not found.is_pending:
        raise Refused(f"This request was answered already: {found.get_decision_display().lower()}.")
    return letter, found


def unless_own(asked, person):
    if asked.asked_by_id == person.pk:
        raise Refused("You made this request yourself. Somebody else of the lead's office has to answer it.")


def unless_far(at, now):
    if at > now + FARTHEST:
        raise Refused("That is more than a year away. Check the date, and choose an earlier one.", ["wanted_at", "new_at"])


def unless_later(new_at, current, now):
    if new_at <= now:
        raise Refused("The new deadline has passed already. Choose a later one.", ["new_at"])
    unless_far(new_at, now)
    if new_at <= current:
        raise Refused("A deadline can only be moved later: nobody's time is shortened. Choose a later one.", ["new_at"])


def decide(letter, asked, person, decision, *, now, granted_at=None, answer="", **facts):
    asked.decision, asked.decided_at, asked.decided_by = decision, max(now, asked.asked_at), person
    asked.granted_at, asked.answer = granted_at, answer
    asked.save()
    facts |= {"request": asked.pk, "decision": decision, "granted_at": granted_at.isoformat() if granted_at else None}
    record(letter, Kind.DEADLINE_DECIDED, now=now, person=person, office=asked.office, answer=answer, **facts)


def tell_decided(letter, requests, now):
    """To the people of each office that asked, and to the person who did."""
    people = notices.people_of({asked.office_id for asked in requests}, now=now)
    for asked in requests:
        told = {"letter": letter, "office": asked.office, "request": asked, "now": now, "about": asked.pk}
        readers = {asked.asked_by, *notices.readers(asked.office, None, people, now=now)}
        yield from notices.tell(Notice.Kind.REQUEST_DECIDED, readers, **told)


def tell_moved(letter, invitees, new_at, now):
    """To the people of each of the offices."""
    people = notices.people_of({invitee.office_id for invitee in invitees}, now=now)
    for invitee in invitees:
        readers = notices.readers(invitee.office, invitee, people, now=now)
        about = {"letter": letter, "office": invitee.office, "now": now, "about": new_at.isoformat()}
        yield from notices.tell(Notice.Kind.DEADLINE_MOVED, readers, **about)

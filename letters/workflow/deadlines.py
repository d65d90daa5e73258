"""Ask for more time, decide it, move a deadline. Time is only ever added."""

from django.db import transaction

from letters.models import DeadlineRequest, Event, Invitee, Letter, Notice

from . import notices, wake
from .history import record
from .refusal import Refused, place_of, unless_open
from .signing import unless_admitted

Kind = Event.Kind
Decision = DeadlineRequest.Decision


@transaction.atomic
def request(letter, office, person, *, wanted_at, reason="", now):
    """Ask the lead for more time. One request per office and letter can be pending."""
    letter = Letter.objects.lock(letter)
    unless_open(letter)
    place = place_of(person, office)
    invitee = letter.invitee_for(office)
    unless_admitted(letter, invitee)
    if letter.signatures.standing().filter(office=office).exists():
        raise Refused(f"{office.printed_name} has signed this letter and needs no more time.")
    if letter.deadline_requests.pending().filter(office=office).exists():
        raise Refused("Your office has already asked for more time. The lead's office has not answered yet.")
    if wanted_at <= now:
        raise Refused("The time you ask for has passed already. Choose a later one.")
    if wanted_at <= letter.deadline_for(invitee):
        raise Refused("Your office has that much time already. Choose a time after its deadline.")
    if invitee is None:
        Invitee.objects.create(letter=letter, office=office)
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
def deny(asked, person, *, answer="", now):
    """Deny a pending request; the office's deadline stays."""
    letter, asked = pending(asked)
    decide(letter, asked, person, Decision.DENIED, answer=answer, now=now)
    told = {"letter": letter, "office": asked.office, "request": asked, "now": now, "about": asked.pk}
    notices.queue(notices.tell(Notice.Kind.REQUEST_DECIDED, readers(asked, now), **told))
    wake.after_commit(mail=True)


@transaction.atomic
def grant(asked, person, *, new_at, for_all, answer="", now):
    """Grant a pending request until `new_at`, for its office or for every office. Opens a closed letter again for them."""
    letter, asked = pending(asked)
    invitee = letter.invitee_for(asked.office)
    current = letter.deadline_at if for_all else letter.deadline_for(invitee)
    unless_later(new_at, current, now)
    decide(letter, asked, person, Decision.ALL if for_all else Decision.OFFICE, granted_at=new_at, answer=answer, now=now)
    told = {"letter": letter, "now": now, "about": asked.pk}
    moved = []
    if for_all:
        letter.deadline_at = new_at
        letter.save(update_fields=["deadline_at"])
        moved = tell_moved(letter, new_at, now, apart_from=asked.office)
    else:
        invitee.deadline_at = new_at
        invitee.save()
    decided = notices.tell(Notice.Kind.REQUEST_DECIDED, readers(asked, now), office=asked.office, request=asked, **told)
    notices.queue(decided, moved)
    wake.after_commit(mail=True)


@transaction.atomic
def move(letter, person, *, new_at, now):
    """Give every office more time without being asked."""
    letter = Letter.objects.lock(letter)
    unless_open(letter)
    unless_later(new_at, letter.deadline_at, now)
    facts = {"old": letter.deadline_at.isoformat(), "new": new_at.isoformat()}
    letter.deadline_at = new_at
    record(letter, Kind.DEADLINE_MOVED, now=now, person=person, **facts)
    notices.queue(tell_moved(letter, new_at, now))
    wake.after_commit(mail=True)


def pending(asked):
    letter = Letter.objects.lock(asked.letter)
    unless_open(letter)
    found = letter.deadline_requests.filter(pk=asked.pk).select_related("office", "asked_by", "decided_by").get()
    if not found.is_pending:
        raise Refused(f"This request was answered already: {found.get_decision_display().lower()}.")
    return letter, found


def unless_later(new_at, current, now):
    if new_at <= now:
        raise Refused("The new deadline has passed already. Choose a later one.")
    if new_at <= current:
        raise Refused("A deadline can only be moved later: nobody's time is shortened. Choose a later one.")


def decide(letter, asked, person, decision, *, now, granted_at=None, answer="", **facts):
    asked.decision, asked.decided_at, asked.decided_by = decision, max(now, asked.asked_at), person
    asked.granted_at, asked.answer = granted_at, answer
    asked.save()
    facts |= {"request": asked.pk, "decision": decision, "granted_at": granted_at.isoformat() if granted_at else None}
    record(letter, Kind.DEADLINE_DECIDED, now=now, person=person, office=asked.office, answer=answer, **facts)


def readers(asked, now):
    """Who is told of the decision: the office's people, and the person who asked."""
    return {asked.asked_by, *notices.readers(asked.office, now=now)}


def tell_moved(letter, new_at, now, apart_from=None):
    """Tell every invited office that has not answered yet and whose time this changes."""
    waiting = list(letter.invitees.waiting().exclude(office=apart_from).select_related("office"))
    people = notices.people_of({invitee.office_id for invitee in waiting}, now=now)
    for invitee in waiting:
        if letter.deadline_for(invitee) == new_at:
            told = {"letter": letter, "office": invitee.office, "now": now, "about": new_at.isoformat()}
            told_people = notices.readers(invitee.office, invitee, people, now=now)
            yield from notices.tell(Notice.Kind.DEADLINE_MOVED, told_people, **told)

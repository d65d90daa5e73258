"""Reminders: counted back from each office's own deadline, at the steps the lead chose, to every office that has not answered."""

import datetime
from collections import Counter
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from letters.models import Event, Invitee, Letter, Notice

from . import wake
from .history import record
from .notices import people_of, queue, readers, tell
from .refusal import Refused, if_locked

# Counted back from the office's own deadline, longest first.
STEPS = {
    "7d": datetime.timedelta(days=7),
    "3d": datetime.timedelta(days=3),
    "1d": datetime.timedelta(days=1),
    "3h": datetime.timedelta(hours=3),
    "1h": datetime.timedelta(hours=1),
}
MOVED = "the deadline was moved"
NOT_CHOSEN = "the lead's office no longer reminds at this moment"


@transaction.atomic
def choose(letter, person, steps, *, now):
    """Remind at these steps (names of STEPS; none means never). A step chosen after its moment is not made up for."""
    letter = Letter.objects.lock(letter)
    if_locked(letter)
    if set(steps) - STEPS.keys():
        raise Refused("There is no such reminder. Choose among those on the page.")
    wanted, before = [name for name in STEPS if name in steps], letter.reminder_steps.split()
    if wanted == before:
        return
    letter.reminder_steps = " ".join(wanted)
    added = [name for name in wanted if name not in before]
    record(letter, Event.Kind.REMINDERS, now=now, person=person, steps=wanted, added=added)
    drop(not_begun(letter).exclude(step__in=wanted), NOT_CHOSEN, now)


def steps_of(letters):
    """Letter id → its steps by name, each with the instant since when the lead wants it (None: from the beginning)."""
    steps = {letter.pk: dict.fromkeys(letter.reminder_steps.split()) for letter in letters}
    for event in Event.objects.filter(letter__in=list(steps), kind=Event.Kind.REMINDERS).order_by("letter", "seq"):
        steps[event.letter_id] |= {name: event.at for name in event.details["added"] if name in steps[event.letter_id]}
    return steps


def moments(deadline_at, invited_at, steps):
    """(instant, step) of each reminder of an office, without those of steps that were chosen after their moment.

    One that would come soon after the invitation, which says the same, is skipped: before a quarter of its step has passed.
    """
    counted = ((deadline_at - STEPS[name], name, since) for name, since in steps.items())
    counted = ((at, name) for at, name, since in counted if since is None or since <= at)
    return sorted((at, name) for at, name in counted if at - invited_at >= STEPS[name] / 4)


def step_due(deadline_at, invited_at, steps, now):
    """The newest step whose moment has come; None when no reminder is due."""
    passed = [name for at, name in moments(deadline_at, invited_at, steps) if at <= now < deadline_at]
    return passed[-1] if passed else None


def not_before(notice, now):
    """The moment of a reminder that was planned before it, by a clock that was ahead; None once it came, or for other mail."""
    at = notice.deadline_at - STEPS[notice.step] if notice.kind == Notice.Kind.REMINDER else now
    return at if now < at else None


def plan(now, letter=None):
    """Queue what is due of the reminders: to every office that has not answered, the newest step only, each at most once.

    Of all letters, or of one, whose row the caller holds. A new address of a person makes no new reminder.
    """
    horizon = now + max(STEPS.values())
    soon = Q(letter__deadline_at__range=(now, horizon)) | Q(deadline_at__range=(now, horizon))
    waiting = Invitee.objects.waiting().filter(soon, letter__status=Letter.Status.OPEN)
    waiting = waiting.filter(letter=letter) if letter else waiting
    waiting = list(waiting.select_related("letter", "office"))
    steps = steps_of({invitee.letter for invitee in waiting})
    people = people_of({invitee.office_id for invitee in waiting}, now=now)
    due = []
    for invitee in waiting:
        deadline_at = invitee.letter.deadline_for(invitee)
        step = step_due(deadline_at, invitee.invited_at, steps[invitee.letter_id], now)
        if step:
            about = f"{step} {deadline_at.isoformat()}"
            refs = {"letter": invitee.letter, "office": invitee.office, "deadline_at": deadline_at, "step": step}
            told = readers(invitee.office, invitee, people, now=now)
            due += tell(Notice.Kind.REMINDER, told, now=now, about=about, **refs)
    known = set(Notice.objects.filter(key__in=[notice.key for notice in due]).values_list("key", flat=True))
    fresh = [notice for notice in due if notice.key not in known]
    queue(without_reminded(fresh) if fresh else [])


def without_reminded(due):
    """Those of the reminders whose person had none of the same moment at another address.

    One that was dropped before it was begun reached nobody.
    """
    told = {"letter__in": {notice.letter_id for notice in due}, "person__in": {notice.person_id for notice in due}}
    earlier = Notice.objects.filter(kind=Notice.Kind.REMINDER, **told).exclude(dropped_at__isnull=False, started_at=None)
    same = "person_id", "letter_id", "office_id", "step", "deadline_at"
    known = set(earlier.values_list(*same))
    return [notice for notice in due if tuple(getattr(notice, name) for name in same) not in known]


def replan(letter, *, now):
    """After deadlines of a letter, whose row the caller holds, were moved: what counts from old ones is not sent any more."""
    invitees = {invitee.office_id: invitee for invitee in letter.invitees.all()}
    drop(stale(not_begun(letter), lambda office: letter.deadline_for(invitees.get(office))), MOVED, now)
    plan(now, letter)
    wake.after_commit(mail=True)


def stale(reminders, deadline_of):
    """Those of the reminders that count from another instant than `deadline_of(office id)`."""
    return [reminder for reminder in reminders if reminder.deadline_at != deadline_of(reminder.office_id)]


def not_begun(letter):
    """The letter's waiting reminders, without those that are being handed to the mail server, or may have been."""
    waiting = Notice.objects.waiting().filter(letter=letter, kind=Notice.Kind.REMINDER)
    return waiting.filter(Q(started_at=None) | ~Q(last_error=""))


def drop(reminders, reason, now):
    """A worker that holds one of them finds out before it sends."""
    waiting = Notice.objects.waiting().filter(pk__in=[reminder.pk for reminder in reminders])
    waiting.update(dropped_at=now, dropped_because=reason, claimed_until=None)


@dataclass(frozen=True)
class ToCome:
    """So many offices that have not answered are reminded at `at`, the step `step` before their deadline."""

    at: datetime.datetime
    step: str
    deadline_at: datetime.datetime
    offices: int


def to_come(letter, now):
    """The reminders of a circulated letter that are still to come, as things stand, the nearest first."""
    steps = steps_of([letter])[letter.pk]
    found = Counter()
    for invitee in letter.invitees.waiting():
        deadline_at = letter.deadline_for(invitee)
        found.update((at, name, deadline_at) for at, name in moments(deadline_at, invitee.invited_at, steps) if at > now)
    return [ToCome(*moment, offices) for moment, offices in sorted(found.items())]

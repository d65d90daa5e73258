"""A draft that circulates by itself at a time set before: once, late rather than never, and not after its deadline."""

import logging

from django.db import transaction

from letters import permissions
from letters.models import Event, Letter, Notice

from . import notices, wake
from .circulating import if_circulated, open_to_offices
from .deadlines import unless_far
from .history import record
from .refusal import Refused, unless_zone

log = logging.getLogger(__name__)
Kind = Event.Kind


@transaction.atomic
def schedule(letter, person, *, circulate_at, deadline_at, zone, audience, list_shown, now):
    """Let the draft circulate at `circulate_at` until `deadline_at`, both instants, as `person`. Replaces what was set before.

    What goes out is the text that is published then, to the readers that are chosen then.
    """
    letter = Letter.objects.lock(letter)
    if_circulated(letter)
    if circulate_at <= now:
        raise Refused("The time to circulate has passed already. Choose a later one, or circulate the letter now.")
    if deadline_at <= circulate_at:
        raise Refused("The deadline is not after the time to circulate. Choose a later deadline.")
    unless_far(deadline_at, now)
    unless_zone(zone)
    letter.circulate_at, letter.circulate_by = circulate_at, person
    letter.deadline_at, letter.zone = deadline_at, zone
    letter.audience, letter.list_shown = audience, list_shown
    facts = {"circulate_at": circulate_at.isoformat(), "deadline_at": deadline_at.isoformat(), "zone": zone}
    record(letter, Kind.SCHEDULED, now=now, person=person, audience=audience, list_shown=list_shown, **facts)


@transaction.atomic
def unschedule(letter, person, *, now):
    """Let the draft stay a draft until somebody circulates it."""
    letter = Letter.objects.lock(letter)
    if_circulated(letter)
    if letter.circulate_at is None:
        raise Refused("No circulation is scheduled any more.")
    clear(letter)
    record(letter, Kind.SCHEDULED, now=now, person=person, circulate_at=None)


def circulate_due(now):
    """Circulate every draft whose time has come. One that fails is tried again by the next sweep, and holds up no other."""
    for letter_id in Letter.objects.circulation_due(now).values_list("pk", flat=True):
        try:
            circulate_scheduled(letter_id, now=now)
        except Exception:
            log.exception("letter %s: its scheduled circulation failed", letter_id)


@transaction.atomic
def circulate_scheduled(letter_id, *, now):
    """Circulate the draft as the person who scheduled it, or call it off with a reason; the lead's people are told which.

    Nothing happens when it is not due any more: it was put off, cancelled, circulated by hand or by another worker.
    """
    letter = Letter.objects.lock(Letter(pk=letter_id))
    planned, person = letter.circulate_at, letter.circulate_by
    if planned is None or planned > now:
        return
    if reason := why_not(letter, now):
        clear(letter)
        record(letter, Kind.SCHEDULED, now=now, circulate_at=None, planned_at=planned.isoformat(), reason=reason)
    else:
        open_to_offices(letter, person, now=now, planned_at=planned.isoformat())
    told = {"letter": letter, "office": letter.lead, "now": now, "about": planned.isoformat()}
    notices.queue(notices.tell(Notice.Kind.SCHEDULED, notices.lead_people(letter, now=now), **told))
    wake.after_commit(mail=True)


def why_not(letter, now):
    """Why the letter does not go out although it is due, or an empty string."""
    person = letter.circulate_by
    if not person.is_active:
        return f"the account of {person}, who scheduled it, is closed"
    if not permissions.may_run(person, letter):
        return f"{person}, who scheduled it, does not run the letter any more"
    return "its deadline had passed before it could go out" if letter.deadline_at <= now else ""


def clear(letter):
    letter.circulate_at = letter.circulate_by = letter.deadline_at = None

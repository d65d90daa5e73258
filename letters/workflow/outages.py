"""Time in which nobody could sign: noticed by the lack of heartbeats, and given back where it fell on the day before a deadline.

`beat` is called every few seconds in each web process. It writes to the database that signatures go to, so a beat means that
signing was possible. Where all beats of all processes lack for longer than `settings.OUTAGE_AFTER`, there was an outage.
"""

import datetime
import logging

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from letters.models import DeadlineRequest, Event, Letter, Notice, Outage, Uptime

from . import notices, reminders
from .history import record

log = logging.getLogger(__name__)
Kind = Event.Kind
HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)
BY_PEOPLE = (Kind.DEADLINE_MOVED, Kind.DEADLINE_DECIDED)


def beat(now, *, after_clock_change=False):
    """Note that signing is possible at `now`: the stretch that goes on is made longer, or a new one begins.

    A stretch goes on for a process whose clock is a little behind too. `after_clock_change`: the process saw its clock jump since
    its last beat, so the time that seems to have passed did not pass.
    """
    before, after = now - settings.OUTAGE_AFTER, now + settings.OUTAGE_AFTER
    if Uptime.objects.filter(seen_at__gte=before, seen_at__lt=now).update(seen_at=now):
        return
    if not Uptime.objects.filter(seen_at__range=(now, after)).exists():
        Uptime.objects.create(began_at=now, seen_at=now, after_clock_change=after_clock_change)


def settle(now):
    """Write down new outages, and add the time lost to the deadlines that they touched. What was done is not done again."""
    known = set(Outage.objects.values_list("ended_at", flat=True))
    for began_at, ended_at in gaps(Uptime.objects.order_by("pk")):
        # A beat that is not older is no last one: the process goes on, behind one whose clock is far ahead.
        if ended_at not in known and now - began_at > settings.OUTAGE_AFTER:
            Outage.objects.get_or_create(began_at=began_at, defaults={"ended_at": ended_at})
    for outage in Outage.objects.filter(settled_at=None):
        if all([added(letter, outage, now) for letter in touched_letters(outage)]):
            Outage.objects.filter(pk=outage.pk).update(settled_at=now)


def added(letter, outage, now):
    """Whether the time was added: a letter for which it cannot be is tried again, and does not keep the others waiting."""
    try:
        add_time(letter, outage, now=now)
    except Exception:
        log.exception("letter %s: the time of outage %s could not be added", letter.pk, outage.pk)
        return False
    return True


def gaps(stretches):
    """(began, ended) of each time without any beat that was too long. Stretches of several processes overlap.

    They come in the order in which they were written, which a clock that is set back does not change.
    """
    seen_at = None
    for stretch in stretches:
        if seen_at is None or stretch.after_clock_change:
            seen_at = stretch.seen_at
            continue
        if stretch.began_at - seen_at > settings.OUTAGE_AFTER:
            yield seen_at, stretch.began_at
        seen_at = max(seen_at, stretch.seen_at)


def touched_letters(outage):
    """Letters that have a deadline so near the outage that it may be touched; which are, is asked under the lock."""
    near = (outage.began_at, outage.ended_at + DAY)
    concerned = Q(deadline_at__range=near) | Q(invitees__deadline_at__range=near)
    # A deadline that was moved since lies elsewhere now, and still has to be looked at.
    moved = Q(events__kind__in=BY_PEOPLE, events__at__gte=outage.began_at)
    return Letter.objects.open().filter(concerned | moved).distinct().order_by("pk")


def lost(deadline_at, open_since, outage):
    """How much time the outage took of the day before the deadline, up to whole hours; none where it was not too long.

    An outage that went on past the deadline took all the time until its end: who would have signed in the last hour still has it.
    """
    began_at = max(outage.began_at, deadline_at - DAY, open_since)
    if min(outage.ended_at, deadline_at) - began_at <= settings.OUTAGE_AFTER:
        return datetime.timedelta()
    return whole_hours(outage.ended_at - began_at)


def whole_hours(time):
    return -(-time // HOUR) * HOUR


@transaction.atomic
def add_time(letter, outage, *, now):
    """Move the letter's deadline, and offices' own, by the time that the outage took of them. Once for each letter and outage.

    Counted is from the deadline that stood when the outage began, if a person has moved it since, and else from the one that
    stands. Time that a person has given since counts towards it: the later of the two deadlines holds, and nobody's is shortened.
    """
    letter = Letter.objects.lock(letter)
    if not letter.is_open or any(event.details["outage"] == outage.pk for event in letter.events.filter(kind=Kind.OUTAGE)):
        return
    since = open_since(letter)
    then = deadlines_then(letter, since, outage)
    old_at, letter.deadline_at = letter.deadline_at, later(letter.deadline_at, then.get(None), since, outage, now)
    waiting = {invitee.office_id for invitee in letter.invitees.waiting()}
    before, own = {}, {}
    invitees = list(letter.invitees.select_related("office").order_by("pk"))
    for invitee in invitees:
        before[invitee.office_id] = max(old_at, invitee.deadline_at or old_at)
        if invitee.deadline_at and invitee.deadline_at > then.get(None, old_at):
            new_at = later(invitee.deadline_at, then.get(invitee.office_id), since, outage, now)
            if new_at > max(invitee.deadline_at, letter.deadline_at):
                own[invitee.office_id] = (invitee.deadline_at, new_at)
                invitee.deadline_at = new_at
                invitee.save(update_fields=["deadline_at"])
    if letter.deadline_at == old_at and not own:
        return
    span = {"began_at": outage.began_at.isoformat(), "ended_at": outage.ended_at.isoformat()}
    offices = [{"office": office, "old": old.isoformat(), "new": new.isoformat()} for office, (old, new) in own.items()]
    moved = {"old": old_at.isoformat(), "new": letter.deadline_at.isoformat()}
    record(letter, Kind.OUTAGE, now=now, outage=outage.pk, offices=offices, **span, **moved)
    gained = [row for row in invitees if row.office_id in waiting and letter.deadline_for(row) > before[row.office_id]]
    notices.queue(tell(letter, gained, outage, now))
    reminders.replan(letter, now=now)


def open_since(letter):
    """When the letter came into circulation, or by its schedule was to come."""
    planned_at = letter.events.get(kind=Kind.CIRCULATED).details.get("planned_at")
    return datetime.datetime.fromisoformat(planned_at) if planned_at else letter.opened_at


def later(deadline_at, then, open_since, outage, now):
    """The deadline with the time lost. `then` is where it stood when the outage began, None where nobody has moved it since.

    Where it passed before the time could be added, as while no worker ran, the time until `now` was lost too.
    """
    counted_from = then or deadline_at
    later_at = max(deadline_at, counted_from + lost(counted_from, open_since, outage))
    shut_for = now - max(deadline_at, outage.ended_at)
    if later_at > deadline_at and shut_for > settings.OUTAGE_AFTER:
        later_at += whole_hours(shut_for)
    return later_at


def deadlines_then(letter, open_since, outage):
    """Office id, or None for the letter → the deadline that stood when the outage began, of those that people have moved since.

    It has the time of outages before it too, those that were not settled yet when the deadline was moved.
    """
    then = {}
    for event in letter.events.filter(kind__in=BY_PEOPLE, at__gte=outage.began_at).order_by("seq"):
        details = event.details
        for_all = details.get("decision", DeadlineRequest.Decision.ALL) == DeadlineRequest.Decision.ALL
        whose = None if for_all else event.office_id
        if "old" in details and whose not in then:
            then[whose] = datetime.datetime.fromisoformat(details["old"])
            for before in Outage.objects.filter(began_at__lt=outage.began_at, settled_at__gt=event.at):
                then[whose] += lost(then[whose], open_since, before)
    return then


def tell(letter, invitees, outage, now):
    """To the lead's people and to those of offices that have not answered and have more time now."""
    leads = [(office, None) for office in letter.lead_offices()]
    offices = [*leads, *((invitee.office, invitee) for invitee in invitees)]
    people = notices.people_of({office.pk for office, _ in offices}, now=now)
    told = {"letter": letter, "outage": outage, "now": now, "about": outage.pk}
    for office, invitee in offices:
        readers = notices.readers(office, invitee, people, now=now)
        yield from notices.tell(Notice.Kind.OUTAGE, readers, office=office, **told)

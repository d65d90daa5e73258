"""Quiet hours: mail that can wait is held until they end on the person's own clock, unless it would then come too late."""

import datetime
from zoneinfo import ZoneInfo

from django.db.models import F

from letters.models import MailSettings, Notice

from .delivery import REASONS_AGAINST, held

Kind = Notice.Kind
# Never what somebody waits for after an act of their own, nor what has to be acted on at once.
CAN_WAIT = (
    *(Kind.INVITATION, Kind.REMINDER, Kind.DEADLINE_MOVED, Kind.CIRCULAR),
    *(Kind.CORRECTED, Kind.EDIT_DECIDED, Kind.OUTAGE, Kind.DIGEST),
)
# What is held is sent at the latest so long before the office's deadline.
MARGIN = datetime.timedelta(hours=2)
DAY = datetime.timedelta(days=1)
MINUTE = datetime.timedelta(minutes=1)


def held_until(notice, now):
    """The end of the person's quiet hours, where the mail waits for it; None where it is sent now."""
    if notice.person_id is None or notice.kind not in CAN_WAIT:
        return None
    settings = MailSettings.objects.filter(person=notice.person_id).exclude(quiet_from=None).first()
    end = settings and end_of_quiet(settings.quiet_from, settings.quiet_until, settings.zone, now)
    return None if end is None or too_late(notice, end) else end


def too_late(notice, at):
    """Whether at that instant the office's deadline is near or past, or the mail has lost its reason, as a reminder's step."""
    letter = notice.letter
    if letter is None:
        return False
    deadline_at = letter.deadline_for(letter.invitee_for(notice.office)) if notice.office else letter.deadline_at
    against = REASONS_AGAINST.get(notice.kind)
    return at > deadline_at - MARGIN or bool(against and against(notice, at))


def hold(notice, until):
    """Let the claimed notice wait. It was no try, and it counts as due only then."""
    held(notice).update(due_at=until, claimed_until=None, attempts=F("attempts") - 1)


def is_quiet(begins, ends, time):
    """Whether the time of day is within quiet hours, which may go over midnight. Their end is outside."""
    return begins <= time < ends if begins < ends else time >= begins or time < ends


def end_of_quiet(begins, ends, zone, now):
    """The instant, in UTC, at which the clock of the zone next shows the end; None when it shows no quiet hour now."""

    def quiet(instant):
        return is_quiet(begins, ends, instant.astimezone(zone).time())

    zone = ZoneInfo(zone)
    if not quiet(now):
        return None
    today = now.astimezone(zone).date()
    found = [at for days in range(3) for at in instants(today + days * DAY, ends, zone)]
    return min(at for at in found if at > now and not quiet(at))


def instants(date, time, zone):
    """When the clock shows a time of that date: once, twice where clocks go back, or when it jumps over it."""
    first, second = (datetime.datetime.combine(date, time.replace(fold=fold), zone).astimezone(datetime.UTC) for fold in (0, 1))
    if first <= second:
        return first, second
    # Clocks jump over it: `second` is before the jump, `first` after.
    after = first.astimezone(zone).utcoffset()
    jump = second.replace(second=0, microsecond=0)
    while jump.astimezone(zone).utcoffset() != after:
        jump += MINUTE
    return (jump,)

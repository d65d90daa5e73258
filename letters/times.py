"""Instants in words: on the clock of a named zone, and how far they are from now."""

import datetime
from zoneinfo import ZoneInfo

DAY = datetime.timedelta(days=1)


def words_for(delta: datetime.timedelta) -> str:
    """`in 3 days`, `in 5 hours`, `2 days ago`: the distance to a deadline, rounded down to its largest unit."""
    seconds = abs(delta.total_seconds())
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = int(seconds // size)
            text = f"{count} {unit}{'s' if count > 1 else ''}"
            break
    else:
        text = "less than a minute"
    return f"in {text}" if delta.total_seconds() >= 0 else f"{text} ago"


def time_until(instant: datetime.datetime, now: datetime.datetime, zone: str = "UTC") -> str:
    """`in 3 days` or `2 hours ago`. A fiftieth more is counted, so that three days less a minute are not called two.

    Whole days are counted on the clock of the zone, where the day on which clocks change is a day like any other.
    """
    left = (instant.astimezone(datetime.UTC) - now) * 1.02
    days = (wall(instant, zone) - wall(now, zone)) * 1.02
    return words_for(days if abs(days) >= DAY else min(left, DAY - datetime.timedelta(minutes=1)))


def wall(instant: datetime.datetime, zone: str) -> datetime.datetime:
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def step_in_words(step: str) -> str:
    """`7 days` for `7d`, `1 hour` for `1h`: how long before a deadline a reminder comes."""
    count, unit = int(step[:-1]), {"d": "day", "h": "hour"}[step[-1]]
    return f"{count} {unit}{'s' if count > 1 else ''}"


def minutes(time: datetime.time | datetime.datetime) -> str:
    """`6:00 pm`."""
    return f"{time.hour % 12 or 12}:{time:%M} {'am' if time.hour < 12 else 'pm'}"


def zone_name(local: datetime.datetime) -> str:
    """`EDT`; zones without an abbreviation are named by their offset alone: `UTC-03`."""
    name = local.tzname()
    return f"UTC{name}" if name[0] in "+-" else name


def clock(local: datetime.datetime) -> str:
    """`6:00 pm EDT`: the time of day of an instant in its own zone."""
    return f"{minutes(local)} {zone_name(local)}"


def instant_in_words(instant: datetime.datetime, zone: str) -> str:
    """`Friday, May 2, 2026, 6:00 pm EDT`, as the clocks of the named zone show it; of a midnight also which day it ends."""
    local = instant.astimezone(ZoneInfo(zone))
    ended = f" (midnight at the end of {local - DAY:%A})" if local.time() == datetime.time() else ""
    return f"{local:%A, %B} {local.day}, {local.year}, {clock(local)}{ended}"


def deadline_in_words(instant: datetime.datetime, zone: str, now: datetime.datetime) -> str:
    """`Friday, May 2, 2026, 6:00 pm EDT, in 3 days`."""
    return f"{instant_in_words(instant, zone)}, {time_until(instant, now, zone)}"


def day_in_words(instant: datetime.datetime, zone: str) -> str:
    """`May 2`: the day by whose end time is up. A deadline at midnight ends the day before."""
    local = (instant - datetime.timedelta(microseconds=1)).astimezone(ZoneInfo(zone))
    return f"{local:%B} {local.day}"

"""Instants in words: on the clock of a named zone, and how far they are from now."""

import datetime
from zoneinfo import ZoneInfo


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


def time_until(instant: datetime.datetime, now: datetime.datetime) -> str:
    """`in 3 days` or `2 hours ago`. A fiftieth more is counted, so that three days less a minute are not called two."""
    return words_for((instant - now) * 1.02)


def clock(local: datetime.datetime) -> str:
    """`6:00 pm EDT`: the time of day of an instant in its own zone."""
    name = local.tzname()
    # Zones without an abbreviation are named by their offset alone.
    name = f"UTC{name}" if name[0] in "+-" else name
    return f"{local.hour % 12 or 12}:{local:%M} {'am' if local.hour < 12 else 'pm'} {name}"


def instant_in_words(instant: datetime.datetime, zone: str) -> str:
    """`Friday, May 2, 2026, 6:00 pm EDT`, as the clocks of the named zone show it."""
    local = instant.astimezone(ZoneInfo(zone))
    return f"{local:%A, %B} {local.day}, {local.year}, {clock(local)}"


def deadline_in_words(instant: datetime.datetime, zone: str, now: datetime.datetime) -> str:
    """`Friday, May 2, 2026, 6:00 pm EDT, in 3 days`."""
    return f"{instant_in_words(instant, zone)}, {time_until(instant, now)}"


def day_in_words(instant: datetime.datetime, zone: str) -> str:
    """`May 2`: the day by whose end time is up. A deadline at midnight ends the day before."""
    local = (instant - datetime.timedelta(microseconds=1)).astimezone(ZoneInfo(zone))
    return f"{local:%B} {local.day}"

"""When offices are at work: weekends, federal holidays and recesses, and what to warn of before a deadline is set."""

import datetime
from functools import cache
from zoneinfo import ZoneInfo

import holidays

from letters.times import clock

CLOSE = datetime.time(18)
EARLIEST, LATEST = datetime.time(8), datetime.time(21)
FAR = datetime.timedelta(days=120)
DAY = datetime.timedelta(days=1)


@cache
def federal(year):
    """Date → name of the federal holidays of a year, and of the days on which they are observed."""
    return dict(holidays.country_holidays("US", years=year))


def holiday(day: datetime.date) -> str:
    """`Labor Day`, `Independence Day (observed)`; empty on any other day."""
    return federal(day.year).get(day, "")


def is_working_day(day: datetime.date) -> bool:
    return day.weekday() < 5 and not holiday(day)


def last_day(instant: datetime.datetime, zone: str) -> datetime.date:
    """The local day by whose end time is up: a deadline at midnight belongs to the day that ends."""
    return (instant.astimezone(datetime.UTC) - datetime.timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date()


def after_two_working_days(now: datetime.datetime, zone: str, close: datetime.time = CLOSE) -> datetime.datetime:
    """The instant two working days from now, at the same time of day; what comes after `close` counts as at `close`."""
    local = now.astimezone(ZoneInfo(zone))
    day, time = local.date(), min(local.time(), close)
    while not is_working_day(day):
        day, time = day - DAY, close
    for _ in range(2):
        day += DAY
        while not is_working_day(day):
            day += DAY
    return datetime.datetime.combine(day, time, ZoneInfo(zone))


def warnings(instant, zone, now, recesses=(), *, close=CLOSE) -> list[str]:
    """Sentences on why offices may miss a deadline at `instant`, which is shown in `zone`; none where nothing speaks against it.

    `recesses` have a first_day and a last_day, both of which belong to them, and a `label`. Nothing is said of the past.
    """
    instant = instant.astimezone(datetime.UTC)
    if instant <= now:
        return []
    day, local = last_day(instant, zone), instant.astimezone(ZoneInfo(zone))
    said = [
        f"{day:%B} {day.day} is a {day:%A}." if day.weekday() > 4 else "",
        f"{day:%B} {day.day} is a federal holiday: {holiday(day)}." if holiday(day) else "",
        *(f"{day:%B} {day.day} falls in {recess.label}." for recess in recesses if recess.first_day <= day <= recess.last_day),
        "It gives offices less than two working days." if too_soon(instant, zone, now, close) else "",
        f"{clock(local)} is not between 8 am and 9 pm." if not EARLIEST <= local.time() <= LATEST else "",
        f"It is more than {FAR.days} days away. Check the month and the year." if instant - now > FAR else "",
    ]
    return list(filter(None, said))


def too_soon(instant, zone, now, close):
    return instant < after_two_working_days(now, zone, close).astimezone(datetime.UTC)

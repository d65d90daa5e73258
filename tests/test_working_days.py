"""What speaks against a deadline: a table over weekends, holidays, recesses, hours and the turn of years."""

import datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from letters.working_days import after_two_working_days, holiday, is_working_day, warnings

NEW_YORK = ZoneInfo("America/New_York")
SHORT = "It gives offices less than two working days."
FAR = "It is more than 120 days away. Check the month and the year."
AUGUST = SimpleNamespace(
    first_day=datetime.date(2026, 7, 24),
    last_day=datetime.date(2026, 9, 7),
    label="a recess of the House (August district work period)",
)


def local(text):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=NEW_YORK).astimezone(datetime.UTC)


def said(deadline, now=None, recesses=()):
    at = local(deadline)
    return warnings(at, "America/New_York", local(now) if now else at - datetime.timedelta(days=21), recesses)


@pytest.mark.parametrize(
    ("deadline", "sentences"),
    [
        ("2026-05-01 18:00", []),
        ("2026-05-01 08:00", []),
        ("2026-05-01 21:00", []),
        ("2026-05-01 07:59", ["7:59 am EDT is not between 8 am and 9 pm."]),
        ("2026-05-01 21:01", ["9:01 pm EDT is not between 8 am and 9 pm."]),
        ("2026-05-02 18:00", ["May 2 is a Saturday."]),
        ("2026-05-03 18:00", ["May 3 is a Sunday."]),
        ("2026-05-02 00:00", ["12:00 am EDT is not between 8 am and 9 pm."]),  # Friday's end
        ("2026-05-04 00:00", ["May 3 is a Sunday.", "12:00 am EDT is not between 8 am and 9 pm."]),
        ("2026-07-03 18:00", ["July 3 is a federal holiday: Independence Day (observed)."]),
        ("2026-07-04 18:00", ["July 4 is a Saturday.", "July 4 is a federal holiday: Independence Day."]),
        ("2027-07-05 18:00", ["July 5 is a federal holiday: Independence Day (observed)."]),
        ("2027-06-18 12:00", ["June 18 is a federal holiday: Juneteenth National Independence Day (observed)."]),
        ("2026-11-26 18:00", ["November 26 is a federal holiday: Thanksgiving Day."]),
        ("2026-12-31 18:00", []),
        ("2027-01-01 00:00", ["12:00 am EST is not between 8 am and 9 pm."]),
        ("2027-01-01 18:00", ["January 1 is a federal holiday: New Year's Day."]),
        ("2027-12-31 18:00", ["December 31 is a federal holiday: New Year's Day (observed)."]),
        ("2028-02-29 18:00", []),
        ("2028-03-01 00:00", ["12:00 am EST is not between 8 am and 9 pm."]),
    ],
)
def test_days_and_hours_on_which_few_are_at_work_are_named(deadline, sentences):
    assert said(deadline) == sentences


@pytest.mark.parametrize(
    ("deadline", "falls"),
    [
        ("2026-07-23 18:00", False),
        ("2026-07-24 00:00", False),
        ("2026-07-24 08:00", True),
        ("2026-09-04 18:00", True),
        ("2026-09-07 21:00", True),
        ("2026-09-08 00:00", True),
        ("2026-09-08 08:00", False),
    ],
)
def test_both_edges_of_a_recess_belong_to_it(deadline, falls):
    assert (
        any("falls in a recess of the House (August district work period)." in one for one in said(deadline, recesses=[AUGUST]))
        is falls
    )


@pytest.mark.parametrize(
    ("now", "earliest"),
    [
        ("2026-05-04 10:00", "2026-05-06 10:00"),
        ("2026-05-07 15:00", "2026-05-11 15:00"),  # over a weekend
        ("2026-05-08 20:00", "2026-05-12 18:00"),  # in the evening
        ("2026-05-09 10:00", "2026-05-12 18:00"),  # on a Saturday
        ("2026-07-01 12:00", "2026-07-06 12:00"),  # over an observed holiday
        ("2026-12-30 12:00", "2027-01-04 12:00"),  # over the turn of the year
        ("2028-02-28 12:00", "2028-03-01 12:00"),  # over a leap day
        ("2026-03-06 12:00", "2026-03-10 12:00"),  # over a change of clocks
    ],
)
def test_two_working_days_are_counted_over_whatever_lies_between(now, earliest):
    at = local(earliest)
    assert after_two_working_days(local(now), "America/New_York") == at.astimezone(NEW_YORK)
    assert SHORT not in said(earliest, now)
    assert SHORT in warnings(at - datetime.timedelta(minutes=1), "America/New_York", local(now))


def test_a_deadline_far_away_is_doubted_and_one_in_the_past_is_not_spoken_of():
    assert said("2026-09-01 10:00", "2026-05-04 10:00") == []
    assert said("2026-09-01 10:01", "2026-05-04 10:00") == [FAR] == said("2028-05-01 18:00", "2026-05-04 10:00")
    assert said("2026-05-03 03:00", "2026-05-04 10:00") == said("2026-05-03 03:00", "2026-05-03 03:00") == []


def test_the_zone_says_which_day_it_is():
    """10 pm on Friday in New York is Saturday in Guam."""
    at, now = local("2026-05-01 22:00"), local("2026-04-20 10:00")
    assert warnings(at, "America/New_York", now) == ["10:00 pm EDT is not between 8 am and 9 pm."]
    assert warnings(at, "Pacific/Guam", now) == ["May 2 is a Saturday."]


def test_eleven_federal_holidays_are_kept_each_year_and_their_observed_days_are_no_working_days():
    for year in range(2026, 2060):
        days = [datetime.date(year, 1, 1) + datetime.timedelta(days=count) for count in range(365)]
        assert len({holiday(day) for day in days if holiday(day) and "observed" not in holiday(day)}) == 11, year
        assert not any(is_working_day(day) for day in days if holiday(day))

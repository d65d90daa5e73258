import datetime

import pytest

from letters.times import day_in_words, deadline_in_words, instant_in_words, time_until

UTC = datetime.UTC
DEADLINE = datetime.datetime(2026, 5, 1, 22, 0, tzinfo=UTC)
HOUR = datetime.timedelta(hours=1)
DAY = 24 * HOUR


def test_a_deadline_is_told_with_weekday_zone_and_distance():
    told = deadline_in_words(DEADLINE, "America/New_York", DEADLINE - 3 * DAY)
    assert told == "Friday, May 1, 2026, 6:00 pm EDT, in 3 days"


@pytest.mark.parametrize(
    ("instant", "zone", "words"),
    [
        (datetime.datetime(2026, 11, 1, 5, 30, tzinfo=UTC), "America/New_York", "Sunday, November 1, 2026, 1:30 am EDT"),
        (datetime.datetime(2026, 11, 1, 6, 30, tzinfo=UTC), "America/New_York", "Sunday, November 1, 2026, 1:30 am EST"),
        (datetime.datetime(2028, 2, 29, 17, 0, tzinfo=UTC), "America/New_York", "Tuesday, February 29, 2028, 12:00 pm EST"),
        (
            datetime.datetime(2026, 6, 3, 4, 0, tzinfo=UTC),
            "America/New_York",
            "Wednesday, June 3, 2026, 12:00 am EDT (midnight at the end of Tuesday)",
        ),
        (datetime.datetime(2026, 6, 3, 4, 5, tzinfo=UTC), "Pacific/Guam", "Wednesday, June 3, 2026, 2:05 pm ChST"),
        (datetime.datetime(2026, 6, 3, 12, 0, tzinfo=UTC), "America/Sao_Paulo", "Wednesday, June 3, 2026, 9:00 am UTC-03"),
        (datetime.datetime(2026, 6, 3, 12, 0, tzinfo=UTC), "UTC", "Wednesday, June 3, 2026, 12:00 pm UTC"),
    ],
)
def test_an_instant_is_told_as_its_zone_shows_it(instant, zone, words):
    assert instant_in_words(instant, zone) == words


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (3 * DAY, "in 3 days"),
        (3 * DAY - HOUR, "in 3 days"),
        (3 * DAY - 2 * HOUR, "in 2 days"),
        (DAY - datetime.timedelta(minutes=1), "in 1 day"),
        (3 * HOUR - datetime.timedelta(minutes=2), "in 3 hours"),
        (2 * HOUR, "in 2 hours"),
        (datetime.timedelta(minutes=2), "in 2 minutes"),
        (datetime.timedelta(seconds=20), "in less than a minute"),
        (-2 * DAY, "2 days ago"),
    ],
)
def test_a_mail_that_leaves_a_moment_late_still_tells_the_round_time_left(left, words):
    assert time_until(DEADLINE, DEADLINE - left) == words


def test_a_deadline_at_midnight_is_that_of_the_day_that_ends():
    midnight = datetime.datetime(2026, 5, 2, 4, 0, tzinfo=UTC)
    assert day_in_words(midnight, "America/New_York") == "May 1"
    assert day_in_words(midnight + datetime.timedelta(minutes=1), "America/New_York") == "May 2"


FRIDAY = datetime.datetime(2026, 3, 6, 23, 0, tzinfo=UTC)  # 6 pm in New York; clocks go forward on Sunday
OCTOBER = datetime.datetime(2026, 10, 30, 22, 0, tzinfo=UTC)  # 6 pm again; clocks go back on Sunday


@pytest.mark.parametrize(
    ("deadline", "now", "words"),
    [
        (FRIDAY + 3 * DAY - HOUR, FRIDAY, "in 3 days"),
        (FRIDAY + 2 * DAY - HOUR, FRIDAY + DAY, "in 1 day"),
        (FRIDAY + 2 * DAY - 2 * HOUR, FRIDAY + DAY, "in 22 hours"),
        (OCTOBER + 3 * DAY + HOUR, OCTOBER, "in 3 days"),
        (OCTOBER + 2 * DAY + HOUR, OCTOBER + DAY, "in 1 day"),
        (OCTOBER + 2 * DAY, OCTOBER + DAY, "in 23 hours"),
        (OCTOBER + 6 * HOUR, OCTOBER + 5 * HOUR, "in 1 hour"),
        (OCTOBER + 6 * HOUR, OCTOBER + 7 * HOUR, "1 hour ago"),
    ],
)
def test_days_are_counted_by_the_zone_s_clock_over_a_change_of_clocks(deadline, now, words):
    assert deadline_in_words(deadline, "America/New_York", now).endswith(f", {words}")

"""Reminders over changes of clocks, a year's end and a leap day: when they come due, and what the mail says."""

import datetime
import re

import pytest

from letters import mail
from letters.models import Letter, Notice
from letters.workflow import reminders
from tests.factories import DAY, HOUR, make_letter, make_office, make_staff

pytestmark = pytest.mark.django_db
SECOND = datetime.timedelta(seconds=1)
STEPS = {"3d": 3 * DAY, "1d": DAY, "3h": 3 * HOUR}
NEW_YORK = "America/New_York"
# The deadline as an instant, the letter's zone, the deadline in the mail's words, and the time left at each of the three moments.
CASES = {
    "just after clocks went forward": (
        *("2027-03-14T07:30Z", NEW_YORK, "Sunday, March 14, 2027, 3:30 am EDT"),
        *("3 days", "1 day", "3 hours"),
    ),
    "on the evening after clocks went forward": (
        *("2027-03-14T22:00Z", NEW_YORK, "Sunday, March 14, 2027, 6:00 pm EDT"),
        *("3 days", "1 day", "3 hours"),
    ),
    "in the hour that comes twice, first": (
        *("2027-11-07T05:30Z", NEW_YORK, "Sunday, November 7, 2027, 1:30 am EDT"),
        *("3 days", "1 day", "3 hours"),
    ),
    "in the hour that comes twice, second": (
        *("2027-11-07T06:30Z", NEW_YORK, "Sunday, November 7, 2027, 1:30 am EST"),
        *("3 days", "23 hours", "3 hours"),
    ),
    "on the evening after clocks went back": (
        *("2027-11-07T23:00Z", NEW_YORK, "Sunday, November 7, 2027, 6:00 pm EST"),
        *("3 days", "23 hours", "3 hours"),
    ),
    "at the end of the year": (
        *("2027-01-01T05:00Z", NEW_YORK, "Friday, January 1, 2027, 12:00 am EST (midnight at the end of Thursday)"),
        *("3 days", "1 day", "3 hours"),
    ),
    "on a leap day": (
        *("2028-02-29T23:00Z", NEW_YORK, "Tuesday, February 29, 2028, 6:00 pm EST"),
        *("3 days", "1 day", "3 hours"),
    ),
    "the day after a leap day": (
        *("2028-03-01T17:00Z", NEW_YORK, "Wednesday, March 1, 2028, 12:00 pm EST"),
        *("3 days", "1 day", "3 hours"),
    ),
    "in Chicago": (
        *("2027-11-07T06:30Z", "America/Chicago", "Sunday, November 7, 2027, 1:30 am CDT"),
        *("3 days", "1 day", "3 hours"),
    ),
    "in Phoenix, whose clocks stay": (
        *("2027-11-07T23:00Z", "America/Phoenix", "Sunday, November 7, 2027, 4:00 pm MST"),
        *("3 days", "1 day", "3 hours"),
    ),
    "in Honolulu, the day before": (
        *("2027-03-15T04:00Z", "Pacific/Honolulu", "Sunday, March 14, 2027, 6:00 pm HST"),
        *("3 days", "1 day", "3 hours"),
    ),
    "in Guam, the day after": (
        *("2027-11-07T08:00Z", "Pacific/Guam", "Sunday, November 7, 2027, 6:00 pm ChST"),
        *("3 days", "1 day", "3 hours"),
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_reminders_come_due_by_absolute_time_and_say_one_deadline_and_one_time_left(case):
    instant, zone, words, *left = case
    deadline_at = datetime.datetime.fromisoformat(instant)
    office = make_office()
    person = make_staff(office)
    made_at = deadline_at - 10 * DAY
    letter = make_letter(invited=[office], now=made_at, deadline_in=10 * DAY)
    Letter.objects.filter(pk=letter.pk).update(zone=zone)
    for (step, before), time_left in zip(STEPS.items(), left, strict=True):
        reminders.plan(deadline_at - before - SECOND)
        assert not Notice.objects.filter(kind=Notice.Kind.REMINDER, step=step).exists()
        reminders.plan(deadline_at - before)
        notice = Notice.objects.get(kind=Notice.Kind.REMINDER, step=step, person=person)
        message = mail.compose(notice, now=deadline_at - before)
        html = message.alternatives[0][0]
        assert message.subject.startswith(f"Reminder: {time_left} left to answer ")
        assert message.body.startswith(f"REMINDER: {time_left} left.")
        assert f"Reminder: {time_left} left" in html
        for part in (message.body, html):
            assert f"{words}, in {time_left}" in part
            assert {*re.findall(r"\bin (\d+ (?:day|hour)s?)\b", part)} == {time_left}


def test_a_deadline_in_the_other_of_two_hours_is_another_deadline_and_is_counted_down_to_anew():
    first = datetime.datetime(2027, 11, 7, 5, 30, tzinfo=datetime.UTC)  # 1:30 am, EDT and an hour later EST
    office = make_office()
    person = make_staff(office)
    letter = make_letter(invited=[office], now=first - 10 * DAY, deadline_in=10 * DAY)
    reminders.plan(first - DAY)
    Letter.objects.filter(pk=letter.pk).update(deadline_at=first + HOUR)
    reminders.plan(first - DAY + HOUR)
    told = Notice.objects.filter(kind=Notice.Kind.REMINDER, person=person, step="1d").order_by("pk")
    assert [notice.deadline_at for notice in told] == [first, first + HOUR]
    assert len({notice.key for notice in told}) == 2

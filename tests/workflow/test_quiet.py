"""Quiet hours: which mail waits for their end, on the person's own clock, and which is sent all the same."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from letters import tasks
from letters.models import MailSettings, Notice
from letters.workflow import delivery, mail_choices, quiet, reminders
from tests.factories import DAY, HOUR, make_letter, make_office, make_staff
from tests.mail import occasions

NEW_YORK, APIA, LORD_HOWE = "America/New_York", "Pacific/Apia", "Australia/Lord_Howe"
ZONES = [NEW_YORK, "America/Phoenix", "Pacific/Honolulu", "Asia/Kolkata", LORD_HOWE, "America/St_Johns", "UTC", APIA]
MINUTE = datetime.timedelta(minutes=1)


def clock(text):
    return datetime.time.fromisoformat(text)


def at(text, zone=NEW_YORK):
    """`2026-11-24 22:30` on the clock of the zone; `#2` is the second time that it shows this."""
    text, _, second = text.partition("#")
    return datetime.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=int(bool(second)))


CASES = [
    # over midnight
    ("20:00", "07:00", "2026-11-24 19:59", None),
    ("20:00", "07:00", "2026-11-24 20:00", "2026-11-25 07:00"),
    ("20:00", "07:00", "2026-11-24 23:59", "2026-11-25 07:00"),
    ("20:00", "07:00", "2026-11-25 00:00", "2026-11-25 07:00"),
    ("20:00", "07:00", "2026-11-25 06:59", "2026-11-25 07:00"),
    ("20:00", "07:00", "2026-11-25 07:00", None),
    ("20:00", "07:00", "2026-12-31 22:00", "2027-01-01 07:00"),
    # within one day, and with midnight as one of the two
    ("12:00", "13:00", "2026-11-24 12:30", "2026-11-24 13:00"),
    ("12:00", "13:00", "2026-11-24 13:00", None),
    ("00:00", "06:00", "2026-11-24 00:00", "2026-11-24 06:00"),
    ("22:00", "00:00", "2026-11-24 23:00", "2026-11-25 00:00"),
    ("22:00", "00:00", "2026-11-25 00:00", None),
    # the night in which clocks go forward has ten of the eleven hours, the one in which they go back twelve
    ("20:00", "07:00", "2027-03-13 20:00", "2027-03-14 07:00"),
    ("20:00", "07:00", "2026-10-31 20:00", "2026-11-01 07:00"),
    # an end that the clock jumps over is the jump; one that it shows twice ends either quiet hour
    ("22:00", "02:30", "2027-03-13 23:00", "2027-03-14 03:00"),
    ("22:00", "01:30", "2026-10-31 23:00", "2026-11-01 01:30"),
    ("22:00", "01:30", "2026-11-01 01:10#2", "2026-11-01 01:30#2"),
]


@pytest.mark.parametrize(("begins", "ends", "now", "expected"), CASES)
def test_quiet_hours_end_when_the_clock_on_the_wall_says_so(begins, ends, now, expected):
    found = quiet.end_of_quiet(clock(begins), clock(ends), NEW_YORK, at(now))
    assert found == (expected and at(expected).astimezone(datetime.UTC))


def test_a_day_that_the_clock_leaves_out_is_no_morning():
    """Samoa had no December 30 in 2011, so that night went from the 29th to the 31st."""
    found = quiet.end_of_quiet(clock("22:00"), clock("07:00"), APIA, at("2011-12-29 23:00", APIA))
    assert found == at("2011-12-31 07:00", APIA).astimezone(datetime.UTC)


TIMES = st.times().map(lambda time: time.replace(second=0, microsecond=0))
INSTANTS = st.datetimes(datetime.datetime(2026, 1, 1), datetime.datetime(2027, 12, 31), timezones=st.just(datetime.UTC))


@given(begins=TIMES, ends=TIMES, now=INSTANTS, zone=st.sampled_from(ZONES))
def test_mail_waits_for_the_first_moment_outside_and_for_less_than_a_day_and_an_hour(begins, ends, now, zone):
    if begins == ends:
        return
    wall = ZoneInfo(zone)

    def quiet_at(instant):
        return quiet.is_quiet(begins, ends, instant.astimezone(wall).time())

    found = quiet.end_of_quiet(begins, ends, zone, now)
    assert (found is None) == (not quiet_at(now))
    if found:
        assert now < found <= now + DAY + HOUR
        assert not quiet_at(found)
        assert quiet_at(found - datetime.timedelta(microseconds=1))
        assert found.tzinfo == datetime.UTC


# --- which mail ---


def night(person, begins="00:00", ends="23:59"):
    """Quiet hours around the clock, but for a minute."""
    mail_choices.choose(person, quiet_from=clock(begins), quiet_until=clock(ends), zone="UTC", now=timezone.now())


def evening():
    """An instant within the quiet hours of `night`."""
    return timezone.now().replace(hour=20, minute=0, second=0, microsecond=0)


@pytest.mark.django_db
@pytest.mark.parametrize("occasion", occasions.EVERY_KIND.values(), ids=lambda occasion: occasion.__name__)
def test_only_what_nobody_waits_for_is_held(occasion):
    notice = occasion()
    if notice.person is None:
        assert notice.kind == Notice.Kind.PLACE_INVITATION
        return
    night(notice.person)
    held = quiet.held_until(notice, evening())
    assert (held is not None) == (notice.kind in quiet.CAN_WAIT), notice.kind


def test_receipts_and_what_is_asked_of_somebody_never_wait():
    Kind = Notice.Kind
    assert not set(quiet.CAN_WAIT) & {
        *(Kind.RECEIPT, Kind.WITHDRAWAL, Kind.CONFIRMED, Kind.REFUSED, Kind.REAFFIRM, Kind.ASKED_AGAIN, Kind.AWAITING),
        *(Kind.REQUEST_RECEIVED, Kind.REQUEST_DECIDED, Kind.LOCKED, Kind.LOCK_PENDING, Kind.ENTERED, Kind.JOIN_DECIDED),
    }


@pytest.fixture
def office(db):
    office = make_office()
    make_staff(office)
    return office


def reminder(office, *, left, deadline):
    """A reminder to the office for a letter whose deadline is that instant, planned when so much time is left."""
    letter = make_letter(invited=[office], now=deadline - 30 * DAY, deadline_in=30 * DAY)
    reminders.plan(deadline - left)
    return Notice.objects.get(kind=Notice.Kind.REMINDER, office=office, letter=letter)


MOMENTS = [
    # (step, deadline, quiet until, held?) with quiet hours from 20:00, the step due at its moment within them
    ("3d", "2027-01-15 22:00", "07:00", True),
    ("1d", "2027-01-15 22:00", "07:00", True),
    ("1d", "2027-01-16 00:30", "07:00", True),
    # the next step, or its own, is due before the quiet hours end: it would never be sent
    ("1d", "2027-01-15 23:59", "21:30", False),
    ("3h", "2027-01-16 01:00", "07:00", False),  # they end after the deadline
    ("3h", "2027-01-16 09:30", "08:00", False),  # less than two hours before it
    ("3h", "2027-01-16 09:30", "07:30", True),
]


@pytest.mark.parametrize(("step", "deadline", "until", "expected"), MOMENTS)
def test_a_reminder_waits_unless_it_would_come_too_late(office, step, deadline, until, expected):
    deadline = at(deadline)
    lefts = {"3d": 3 * DAY, "1d": DAY, "3h": 3 * HOUR}
    notice = reminder(office, left=lefts[step], deadline=deadline)
    assert notice.step == step
    mail_choices.choose(notice.person, quiet_from=clock("20:00"), quiet_until=clock(until), zone=NEW_YORK, now=deadline - 9 * DAY)
    now = deadline - lefts[step]
    held = quiet.held_until(notice, now)
    assert (held is not None) == expected
    if held:
        assert delivery.reason_to_drop(notice, held) == ""


def test_a_reminder_whose_next_step_comes_first_is_sent_at_once(office):
    """The day's reminder is due at 10 pm, the last one at 7 pm the next day, and the person is quiet until 8 pm."""
    deadline = at("2027-01-15 22:00")
    notice = reminder(office, left=DAY, deadline=deadline)
    hours = {"quiet_from": clock("20:30"), "quiet_until": clock("19:30"), "zone": NEW_YORK}
    mail_choices.choose(notice.person, **hours, now=deadline - 9 * DAY)
    assert quiet.held_until(notice, deadline - DAY) is None


@pytest.mark.django_db
def test_a_held_mail_is_seen_to_wait_and_was_no_try(mailoutbox, monkeypatch):
    notice = occasions.invitation()
    Notice.objects.exclude(pk=notice.pk).delete()
    now = evening()
    Notice.objects.filter(pk=notice.pk).update(due_at=now, created_at=now)
    night(notice.person)
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    tasks.deliver()
    notice.refresh_from_db()
    until = now.replace(hour=23, minute=59)
    assert (notice.state, notice.due_at, notice.attempts, notice.claimed_until) == ("queued", until, 0, None)
    assert mailoutbox == []
    monkeypatch.setattr("django.utils.timezone.now", lambda: until)
    tasks.deliver()
    notice.refresh_from_db()
    assert (notice.state, notice.attempts, len(mailoutbox)) == ("sent", 1, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(("begins", "ends", "sent"), [("00:00", "06:00", True), ("19:00", "21:00", False), (None, None, True)])
def test_other_quiet_hours_let_go_of_what_the_old_ones_held(mailoutbox, monkeypatch, begins, ends, sent):
    notice, now = occasions.invitation(), evening()
    Notice.objects.exclude(pk=notice.pk).delete()
    Notice.objects.filter(pk=notice.pk).update(due_at=now, created_at=now)
    night(notice.person)
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    tasks.deliver()
    assert mailoutbox == []
    hours = {"quiet_from": begins and clock(begins), "quiet_until": ends and clock(ends)}
    mail_choices.choose(notice.person, **hours, zone="UTC", now=now)
    tasks.deliver()
    notice.refresh_from_db()
    assert (notice.state, len(mailoutbox)) == (("sent", 1) if sent else ("queued", 0))
    assert sent or notice.due_at == now.replace(hour=21)


@pytest.mark.django_db
def test_two_days_of_trying_count_from_the_end_of_the_quiet_hours():
    occasions.invitation()
    Notice.objects.update(attempts=delivery.TRIES)
    notice = delivery.claim(timezone.now())
    late = notice.due_at + delivery.GIVE_UP_AFTER + MINUTE
    assert delivery.reason_to_drop(notice, late) == Notice.GIVEN_UP
    quiet.hold(notice, notice.due_at + 9 * HOUR)
    notice.refresh_from_db()
    notice.attempts += 1
    assert delivery.reason_to_drop(notice, late) == ""


@pytest.mark.django_db
def test_a_mail_that_another_worker_holds_meanwhile_is_left_to_it():
    occasions.invitation()
    claimed = delivery.claim(timezone.now())
    due = claimed.due_at
    Notice.objects.filter(pk=claimed.pk).update(token="another")
    quiet.hold(claimed, due + HOUR)
    claimed.refresh_from_db()
    assert claimed.due_at == due


@pytest.mark.django_db
def test_somebody_without_quiet_hours_waits_for_nothing():
    notice = occasions.invitation()
    assert quiet.held_until(notice, timezone.now()) is None
    MailSettings.objects.create(person=notice.person)
    assert quiet.held_until(notice, timezone.now()) is None

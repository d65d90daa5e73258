"""The digest for the lead: when it comes, that it comes once, and that it comes only when somebody else did something."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from letters import mail, tasks
from letters.models import Letter, Notice, news
from letters.workflow import deadlines, delivery, digests, drafting, edits, mail_choices, quiet, signing
from tests import factories
from tests.factories import DAY, HOUR, make_letter, make_office, make_staff
from tests.workflow import lives

pytestmark = pytest.mark.django_db
NEW_YORK, GUAM, KOLKATA = "America/New_York", "Pacific/Guam", "Asia/Kolkata"
MINUTE = datetime.timedelta(minutes=1)
SECOND = datetime.timedelta(seconds=1)


def at(text, zone=NEW_YORK):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


# --- slots ---


SLOTS = [
    # (now, deadline, zone, the slot's name, when it began)
    ("2026-11-20 07:59", "2026-11-25 18:00", NEW_YORK, "2026-11-19", "2026-11-19 08:00"),
    ("2026-11-20 08:00", "2026-11-25 18:00", NEW_YORK, "2026-11-20", "2026-11-20 08:00"),
    ("2026-11-20 23:59", "2026-11-25 18:00", NEW_YORK, "2026-11-20", "2026-11-20 08:00"),
    ("2026-11-20 08:30", "2026-11-25 18:00", GUAM, "2026-11-20", "2026-11-20 08:00"),
    # clocks go forward on March 14, back on November 1
    ("2027-03-14 08:00", "2027-03-25 18:00", NEW_YORK, "2027-03-14", "2027-03-14 08:00"),
    ("2027-03-14 07:59", "2027-03-25 18:00", NEW_YORK, "2027-03-13", "2027-03-13 08:00"),
    ("2026-11-01 08:00", "2026-11-25 18:00", NEW_YORK, "2026-11-01", "2026-11-01 08:00"),
    # the last day, by the hour, until the hour after the deadline has begun
    ("2026-11-24 17:59", "2026-11-25 18:00", NEW_YORK, "2026-11-24", "2026-11-24 08:00"),
    ("2026-11-24 18:00", "2026-11-25 18:00", NEW_YORK, "2026-11-24T23Z", "2026-11-24 18:00"),
    ("2026-11-25 17:59", "2026-11-25 18:00", NEW_YORK, "2026-11-25T22Z", "2026-11-25 17:00"),
    ("2026-11-25 18:59", "2026-11-25 18:00", NEW_YORK, "2026-11-25T23Z", "2026-11-25 18:00"),
    ("2026-11-25 19:00", "2026-11-25 18:00", NEW_YORK, "2026-11-25", "2026-11-25 08:00"),
    ("2026-11-25 12:15", "2026-11-25 18:00", KOLKATA, "2026-11-25T06Z", "2026-11-25 11:30"),
]


@pytest.mark.parametrize(("now", "deadline", "zone", "name", "began"), SLOTS)
def test_a_slot_is_a_morning_or_in_the_last_day_an_hour(now, deadline, zone, name, began):
    letter = Letter(deadline_at=at(deadline, zone), zone=zone)
    assert digests.slot_of(letter, at(now, zone)) == digests.Slot(name, at(began, zone))


def test_the_two_hours_that_a_clock_shows_alike_are_two_slots():
    letter = Letter(deadline_at=at("2026-11-01 18:00"), zone=NEW_YORK)
    first, second = (digests.slot_of(letter, at("2026-11-01 01:30").replace(fold=fold)) for fold in (0, 1))
    assert second.at - first.at == HOUR


# --- a letter over some days ---


class Days:
    """A letter opened on a Monday noon whose deadline is Friday of the next week, and a clock."""

    def __init__(self):
        self.now = at("2026-11-30 12:00")
        self.deadline = at("2026-12-11 18:00")
        self.offices = [make_office() for _ in range(4)]
        for office in self.offices:
            make_staff(office)
        lead = make_office("Grace", "Hopper")
        self.person = make_staff(lead)
        drafted = {"now": self.now, "deadline_in": self.deadline - self.now, "invited": self.offices}
        self.letter = make_letter(lead, self.person, **drafted)

    def to(self, text):
        self.now = at(text)
        return self

    def sweeps(self, hours=24, every=20 * MINUTE):
        """Plan again and again, and send what is due at once."""
        until = self.now + hours * HOUR
        while self.now < until:
            self.sweep()
            self.now += every
        return self

    def sweep(self):
        digests.plan(self.now)
        while notice := delivery.claim(self.now):
            reason = delivery.reason_to_drop(notice, self.now)
            if reason:
                delivery.drop(notice, self.now, reason)
            elif until := quiet.held_until(notice, self.now):
                quiet.hold(notice, until)
            else:
                delivery.start(notice, self.now)
                delivery.sent(notice, self.now)
        return self

    def sign(self, number=0):
        office = self.offices[number]
        return factories.sign(self.letter, office, office.people().get(), now=self.now)

    def of(self, person=None):
        return Notice.objects.filter(kind="digest", person=person or self.person).order_by("pk")

    def sent(self, person=None):
        return [str(row.sent_at.astimezone(ZoneInfo(NEW_YORK)))[:16] for row in self.of(person).exclude(sent_at=None)]


@pytest.fixture
def days():
    return Days()


def test_without_news_there_is_no_digest(days):
    days.sweeps(24 * 14, every=3 * HOUR)
    assert not days.of().exists()


def test_news_comes_once_on_the_next_morning(days):
    days.to("2026-12-01 10:00").sign()
    days.sweeps(24 * 4, every=HOUR)
    assert days.sent() == ["2026-12-02 08:00"]


def test_what_comes_after_eight_waits_for_the_next_morning(days):
    days.to("2026-12-01 09:00").sign(0)
    days.to("2026-12-02 08:20").sweep()
    days.to("2026-12-02 08:21").sign(1)
    days.to("2026-12-02 08:40").sweeps(48)
    assert days.sent() == ["2026-12-02 08:20", "2026-12-03 08:00"]


def test_in_the_last_day_news_comes_within_the_hour(days):
    days.to("2026-12-10 19:10").sign(0)
    days.sweeps(3)
    days.to("2026-12-11 17:50").sign(1)
    days.sweeps(12)
    assert days.sent() == ["2026-12-10 20:10", "2026-12-11 18:10"]


def test_after_an_outage_of_two_days_one_digest_tells_all_of_it(days):
    days.to("2026-12-01 07:00").sign(0)
    days.to("2026-12-01 12:00").sign(1)
    days.to("2026-12-02 12:00").sign(2)
    days.to("2026-12-03 14:00").sweeps(12)
    assert days.sent() == ["2026-12-03 14:00"]


def test_digests_that_waited_are_one(days):
    """The mail server is down over a night of the last day, or the person sleeps."""
    for number, hour in enumerate(["19:10", "20:10", "21:10"]):
        days.to(f"2026-12-10 {hour}").sign(number)
        digests.plan(days.now + 50 * MINUTE)
    assert days.of().count() == 3
    days.to("2026-12-11 07:00").sweep()
    assert [row.dropped_because for row in days.of()] == ["a later digest tells it", "a later digest tells it", ""]


def test_however_many_sweeps_run_at_once_a_slot_has_one_digest_for_a_person(days):
    days.to("2026-12-01 10:00").sign()
    other = make_staff(days.letter.lead)
    for _ in range(3):
        digests.plan(at("2026-12-02 09:00"))
    assert [days.of(person).count() for person in (days.person, other)] == [1, 1]


def test_one_s_own_acts_are_no_news_to_oneself_and_news_to_a_colleague(days):
    co_lead = make_staff()
    office = co_lead.memberships.get().office
    drafting.add_co_lead(days.letter, office, days.person, now=days.now)
    days.letter.refresh_from_db()
    days.to("2026-12-01 10:00")
    factories.sign(days.letter, office, co_lead, now=days.now)
    days.to("2026-12-02 09:00").sweep()
    assert (days.sent(), days.sent(co_lead)) == (["2026-12-02 09:00"], [])
    assert days.of(co_lead).get().dropped_because == "nothing happened since the last digest"


def test_whoever_got_no_digest_yet_is_told_all_since_the_opening(days):
    days.to("2026-12-01 10:00").sign(0)
    days.to("2026-12-02 09:00").sweep()
    days.to("2026-12-02 10:00").sign(1)
    newcomer = make_staff(days.letter.lead)
    days.to("2026-12-03 09:00").sweep()
    assert news.counts(days.of(newcomer).get()) == {"signed": 2}


def test_an_act_that_was_begun_before_a_digest_and_done_after_it_is_in_the_next(days):
    days.to("2026-12-01 10:00").sign(0)
    days.to("2026-12-02 09:00").sweep()
    days.to("2026-12-02 08:59").sign(1)
    days.to("2026-12-03 09:00")
    digests.plan(days.now)
    assert news.counts(days.of().last()) == {"signed": 1}
    days.sweep()
    assert days.sent() == ["2026-12-02 09:00", "2026-12-03 09:00"]


@pytest.mark.parametrize("first_sleeps", [True, False])
def test_what_came_while_one_colleague_still_slept_is_in_the_other_s_next_digest(days, first_sleeps):
    people = [days.person, make_staff(days.letter.lead)]
    sleeper, other = people if first_sleeps else reversed(people)
    hours = {"quiet_from": datetime.time(22), "quiet_until": datetime.time(12), "zone": NEW_YORK}
    mail_choices.choose(sleeper, **hours, now=days.now)
    days.to("2026-12-01 10:00").sign(0)
    days.to("2026-12-02 08:00").sweep()
    days.to("2026-12-02 10:00").sign(1)
    days.to("2026-12-02 12:00").sweep()
    days.to("2026-12-03 08:00").sweeps(5)
    assert days.sent(other) == ["2026-12-02 08:00", "2026-12-03 08:00"]
    assert days.sent(sleeper) == ["2026-12-02 12:00"]
    assert days.of(sleeper).last().dropped_because == "nothing happened since the last digest"


def interrupt(days, person):
    """Its worker was killed after it had begun to send the digest."""
    digests.plan(days.now)
    held = days.of(person).get()
    Notice.objects.filter(pk=held.pk).update(started_at=days.now, claimed_until=days.now - SECOND, attempts=1)
    days.sweep()
    assert days.of(person).get().dropped_because == delivery.INTERRUPTED


def test_what_a_digest_told_of_which_nobody_knows_whether_it_arrived_is_in_the_next_also_without_other_news(days):
    colleague = make_staff(days.letter.lead)
    days.to("2026-12-01 10:00").sign(0)
    days.to("2026-12-02 09:00")
    interrupt(days, colleague)
    days.to("2026-12-02 09:20").sweeps(72)
    assert (days.sent(), days.sent(colleague)) == (["2026-12-02 09:00"], ["2026-12-03 08:00"])
    assert days.of(colleague).count() == 2
    days.to("2026-12-06 10:00").sign(1)
    days.to("2026-12-07 08:00")
    digests.plan(days.now)
    assert [news.counts(days.of(person).last()) for person in (days.person, colleague)] == [{"signed": 1}] * 2


def test_one_that_was_interrupted_is_made_up_for_once_even_where_its_reader_gets_none_any_more(days):
    colleague = make_staff(days.letter.lead)
    days.to("2026-12-01 10:00").sign(0)
    days.to("2026-12-02 09:00")
    interrupt(days, colleague)
    mail_choices.mute_kind(colleague, "digest", now=days.now)
    days.to("2026-12-02 09:20").sweeps(96)
    assert days.sent() == ["2026-12-02 09:00"]
    assert [row.dropped_because for row in days.of()] == ["", "nothing happened since the last digest"]


def test_a_digest_that_did_not_arrive_is_no_news_for_a_digest(days):
    """Else each would cause the next."""
    colleague = make_staff(days.letter.lead)
    days.to("2026-12-01 10:00").sign(0)
    days.to("2026-12-02 09:00")
    digests.plan(days.now)
    days.of(colleague).update(dropped_at=days.now + MINUTE, dropped_because="the mail service refused the address", refused=True)
    days.sweep()
    days.to("2026-12-02 09:20").sweeps(48)
    assert days.sent() == ["2026-12-02 09:00"]
    assert days.of(colleague).count() == 1


def lock(days):
    lives.lock(days.letter)


def deadline_long_past(days):
    Letter.objects.filter(pk=days.letter.pk).update(deadline_at=days.now - DAY - SECOND)


def muted(days):
    mail_choices.mute_kind(days.person, "digest", now=days.now)


def letter_muted(days):
    mail_choices.mute_letter(days.person, days.letter, now=days.now)


def left(days):
    place = days.person.memberships.get()
    place.ended_at, place.ended_by = days.now, days.person
    place.save()


AGAINST = [
    (lock, "the letter is no longer open"),
    (deadline_long_past, "the time for every office has been up for more than a day"),
    (muted, "the person has muted these mails"),
    (letter_muted, "the person has muted these mails"),
    (left, "the person has left the office"),
]


@pytest.mark.parametrize(("act", "reason"), AGAINST)
def test_a_digest_without_reason_is_not_planned_and_when_it_was_not_sent(days, act, reason):
    days.to("2026-12-01 10:00").sign(0)
    digests.plan(at("2026-12-02 09:00"))
    notice = days.of().get()
    days.to("2026-12-03 07:00").sign(1)
    days.to("2026-12-03 09:00")
    act(days)
    assert delivery.reason_to_drop(Notice.objects.get(pk=notice.pk), days.now) == reason
    digests.plan(days.now)
    assert days.of().count() == 1


def test_a_letter_that_one_office_may_still_sign_goes_on(days):
    office = days.offices[3]
    asked = deadlines.request(days.letter, office, office.people().get(), wanted_at=days.deadline + 9 * DAY, now=days.now)
    deadlines.grant(asked, days.person, new_at=asked.wanted_at, for_all=False, now=days.now)
    days.to("2026-12-01 09:00").sweep()
    days.to("2026-12-15 10:00").sign(3)
    days.sweeps(24)
    assert days.sent() == ["2026-12-01 09:00", "2026-12-16 08:00"]


def test_a_mail_that_came_back_is_news(days):
    Notice.objects.filter(kind="invitation").update(sent_at=days.now)
    row = Notice.objects.filter(kind="invitation").first()
    Notice.objects.filter(pk=row.pk).update(bounced_at=days.now + HOUR, bounced_because="No such user.")
    days.to("2026-12-01 09:00").sweep()
    assert days.sent() == ["2026-12-01 09:00"]


# --- what it says ---


def said(notice, now):
    return mail.compose(notice, now=now).body


def test_a_digest_counts_what_others_did_and_what_waits(days):
    letter, (_, second, third, fourth) = days.letter, days.offices
    days.to("2026-12-01 10:00").sign(0)
    days.sign(1)
    signing.withdraw(letter, second, second.people().get(), now=days.now)
    signing.decline(letter, second, second.people().get(), now=days.now)
    signing.would_sign_if(letter, third, third.people().get(), condition="The mills are named.", now=days.now)
    deadlines.request(letter, fourth, fourth.people().get(), wanted_at=letter.deadline_at + DAY, now=days.now)
    sha256 = lives.again(letter).revision.sha256
    words = {"old": "July", "new": "May", "reason": "", "text_sha256": sha256}
    edits.propose(letter, fourth, fourth.people().get(), **words, now=days.now)
    now = at("2026-12-02 08:00")
    digests.plan(now)
    message = mail.compose(days.of().get(), now=now)
    assert message.subject == "Your sign-on letter: 2 offices signed, and more, 9 days left"
    told = message.body
    assert (
        "Since Monday, November 30, 2026, 12:00 pm EST:\n"
        "- 2 offices signed\n- 1 office withdrew\n- 1 office declined\n- 1 office would sign if …\n"
        "- 1 office asked for more time\n- 1 office proposed other words\n"
    ) in told
    assert ("Waiting for your answer:\n- 1 request for more time\n- 1 proposed edit\n- 1 condition (“would sign if …”)\n") in told
    assert "Signed so far: 1\nNot answered yet: 3 of 5\nDeadline: Friday, December 11, 2026, 6:00 pm EST, in 9 days" in told
    assert f"/l/{letter.code}/desk/" in told
    for name in ("Mills", "mills", *(office.last_name for office in days.offices)):
        assert name not in message.subject + told + message.alternatives[0][0]


def test_a_condition_that_was_taken_back_is_no_news(days):
    office = days.offices[0]
    person = office.people().get()
    signing.would_sign_if(days.letter, office, person, condition="X", now=days.now + MINUTE)
    signing.drop_condition(days.letter, office, person, now=days.now + 2 * MINUTE)
    events = news.told().filter(letter=days.letter)
    assert list(events.values_list("kind", flat=True)) == ["condition"]


# --- what it costs ---


def test_a_sweep_without_news_asks_once_however_many_letters_there_are(days):
    for _ in range(2):
        make_letter(now=days.now)
        with CaptureQueriesContext(connection) as captured:
            digests.plan(days.now + DAY)
        assert len(captured) == 1


def test_digests_are_planned_with_as_many_questions_for_three_letters_as_for_one(days):
    def cost(number):
        letters = [make_letter(now=days.now, deadline_in=9 * DAY) for _ in range(number)]
        for letter in letters:
            factories.sign(letter, now=days.now + HOUR)
        with CaptureQueriesContext(connection) as captured:
            digests.plan(days.now + DAY)
        assert Notice.objects.filter(kind="digest", letter__in=letters).count() == number
        return len(captured)

    assert cost(3) == cost(1)


def test_the_sweep_plans_digests(monkeypatch):
    monkeypatch.setattr("celery.app.base.Celery.send_task", lambda *args, **kwargs: None)
    letter = make_letter(now=timezone.now() - 2 * DAY)
    factories.sign(letter, now=timezone.now() - DAY - HOUR)
    tasks.sweep()
    assert Notice.objects.filter(kind="digest", letter=letter).exists()

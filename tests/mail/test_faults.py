"""A real mail server that fails in every way that a protocol allows, and what it has received in the end."""

import datetime

import pytest
from django.utils import timezone

from letters import mail, tasks
from letters.models import Notice
from letters.workflow import delivery, reminders
from tests.factories import DAY, HOUR, make_letter
from tests.mail import occasions

from .server import HANG_UP, SILENCE
from .waiting import alone, deliver, ids, invitations, offices

pytestmark = pytest.mark.django_db
MINUTE = datetime.timedelta(minutes=1)


def accepted(post_office):
    return [received.id for received in post_office.mails() if received.reply.startswith("250")]


def test_a_server_that_greylists_gets_every_mail_once_a_minute_later(post_office, clock):
    post_office.script(greylist=True)
    queued = invitations(5)
    tasks.deliver()
    assert {notice.state for notice in queued.all()} == {"trying again"}
    assert post_office.mails() == []
    tasks.deliver()
    assert post_office.commands("mail") == 5, "nobody was asked again before the minute was over"
    clock.ahead += 1.1 * MINUTE
    tasks.deliver()
    assert ids(post_office) == [notice.message_id for notice in queued]
    assert {notice.state for notice in queued.all()} == {"sent"}


@pytest.mark.parametrize("command", ["mail", "rcpt", "begin", "data"])
@pytest.mark.parametrize("occasion", [occasions.receipt, occasions.reminder], ids=["receipt", "reminder"])
def test_a_temporary_answer_to_any_command_is_tried_again_and_accepted_once(post_office, clock, command, occasion):
    post_office.script(**{command: ["451 4.3.0 Try again later"]})
    notice = deliver(alone(occasion))
    assert (notice.state, "451" in notice.last_error) == ("trying again", True)
    clock.ahead += 1.1 * MINUTE
    assert deliver(notice).state == "sent"
    assert accepted(post_office) == [notice.message_id]


@pytest.mark.parametrize("command", ["mail", "begin", "data"])
def test_a_server_that_will_not_have_any_mail_of_ours_is_asked_ever_more_seldom_and_no_mail_is_lost(post_office, clock, command):
    """Such an answer is as often about the sender (over its quota, not signed in) as about the mail."""
    post_office.script(**{command: ["554 5.7.1 Not today"] * 6})
    notice, moments = alone(occasions.receipt), []
    for _ in range(6):
        assert deliver(notice).state == "trying again"
        moments.append(round((notice.claimed_until - timezone.now()) / MINUTE))
        clock.ahead += notice.claimed_until - timezone.now() + MINUTE / 60
    assert moments == [1, 2, 4, 8, 16, 30]
    assert deliver(notice).state == "sent"
    assert accepted(post_office) == [notice.message_id]


def test_one_bad_recipient_among_many_costs_nobody_else_a_mail(post_office, clock):
    queued = list(invitations(6))
    bad, later = queued[2], queued[4]
    post_office.script(addresses={bad.address: "550 5.1.1 No such user", later.address: "452 4.2.2 Mailbox full"})
    tasks.deliver()
    for notice in queued:
        notice.refresh_from_db()
    assert [notice.state for notice in queued] == ["sent", "sent", "not sent", "sent", "trying again", "sent"]
    assert bad.dropped_because == "the mail server refused the address (550)"
    post_office.script()
    clock.ahead += 1.1 * MINUTE
    tasks.deliver()
    assert ids(post_office) == [notice.message_id for notice in (*queued[:2], queued[3], queued[5], later)]


@pytest.mark.parametrize("occasion", [occasions.receipt, occasions.reminder], ids=["receipt", "reminder"])
@pytest.mark.parametrize("fault", [HANG_UP, SILENCE])
@pytest.mark.parametrize("command", ["connect", "mail", "rcpt"])
def test_what_breaks_before_the_text_has_not_arrived_so_it_is_tried_again(post_office, clock, command, fault, occasion):
    post_office.script(**{command: [fault]})
    notice = deliver(alone(occasion))
    assert notice.state == "trying again"
    clock.ahead += 1.1 * MINUTE
    assert deliver(notice).state == "sent"
    assert ids(post_office) == [notice.message_id]


@pytest.mark.parametrize("fault", [HANG_UP, SILENCE])
@pytest.mark.parametrize(("occasion", "copies"), [(occasions.receipt, 2), (occasions.reminder, 1)], ids=["receipt", "reminder"])
def test_without_an_answer_to_the_text_a_receipt_is_sent_again_and_a_reminder_never(post_office, clock, fault, occasion, copies):
    post_office.script(data=[fault])
    notice = deliver(alone(occasion))
    clock.ahead += 40 * MINUTE
    deliver(notice)
    assert (notice.state, notice.dropped_because) == (("sent", "") if copies == 2 else ("not sent", delivery.INTERRUPTED))
    assert ids(post_office) == [notice.message_id] * copies
    assert len({received.raw.partition(b"\r\n\r\n")[2] for received in post_office.mails()}) <= copies


def test_a_server_that_accepts_connections_and_says_nothing_holds_a_worker_for_one_time_limit(post_office, clock):
    post_office.script(connect=[SILENCE] * 50)
    queued = invitations(30)
    tasks.deliver()
    assert post_office.commands("connect") == 1
    assert [notice.state for notice in queued] == ["trying again"] + ["queued"] * 29
    post_office.script()
    clock.ahead += 1.1 * MINUTE
    tasks.deliver()
    assert sorted(ids(post_office)) == sorted(notice.message_id for notice in queued)


def test_a_server_that_breaks_off_at_every_recipient_loses_no_reminder(post_office, clock):
    letter = make_letter(invited=offices(10), deadline_in=4 * HOUR, now=timezone.now() - HOUR - MINUTE)
    Notice.objects.update(dropped_at=timezone.now())
    clock.ahead += 2 * MINUTE
    reminders.plan(timezone.now())
    post_office.script(rcpt=[HANG_UP] * 11)  # the lead's own office is reminded too
    tasks.deliver()
    queued = Notice.objects.filter(kind=Notice.Kind.REMINDER, letter=letter)
    assert {notice.state for notice in queued} == {"trying again"}
    clock.ahead += 1.1 * MINUTE
    tasks.deliver()
    assert sorted(ids(post_office)) == sorted(notice.message_id for notice in queued)


class SixHours:
    """From 26 hours before a deadline on, six after it was told, the mail server is down for six; sweeps come every half hour."""

    def __init__(self, post_office, clock):
        self.post_office, self.clock, self.asked = post_office, clock, offices(8)
        self.letter = make_letter(invited=self.asked, deadline_in=32 * HOUR, now=timezone.now() - 6 * HOUR)
        # The lead's own office is reminded like every other.
        self.people = sorted(person.email for office in (self.letter.lead, *self.asked) for person in office.people())
        Notice.objects.update(dropped_at=timezone.now())

    def pass_by(self, hours):
        for _ in range(round(hours * 2)):
            self.clock.ahead += 30 * MINUTE
            tasks.sweep()
            tasks.deliver()

    def subjects(self):
        return [message["Subject"].partition(" left")[0] for message in self.post_office.messages()]


def test_after_six_hours_without_a_mail_server_each_person_gets_the_newest_reminder_and_no_other(post_office, clock):
    hours = SixHours(post_office, clock)
    post_office.stop()
    hours.pass_by(6)  # the moment a day before the deadline was in these
    waiting = Notice.objects.filter(kind=Notice.Kind.REMINDER)
    assert len(waiting) == len(hours.people)
    assert {notice.state for notice in waiting} <= {"trying again", "queued"}
    post_office.start()
    hours.pass_by(1)
    assert sorted(str(message["To"]) for message in post_office.messages()) == hours.people
    assert set(hours.subjects()) <= {"Reminder: 20 hours", "Reminder: 19 hours"}, "the words are those of the moment of sending"
    hours.pass_by(18)
    assert len(post_office.messages()) == 2 * len(hours.people)
    assert set(hours.subjects()[len(hours.people) :]) == {"Reminder: 3 hours"}


def test_of_two_steps_that_came_due_while_the_server_was_down_only_the_newer_arrives(post_office, clock):
    hours = SixHours(post_office, clock)
    post_office.stop()
    hours.pass_by(23.5)  # over both
    assert set(Notice.objects.filter(kind=Notice.Kind.REMINDER).values_list("step", flat=True)) == {"1d", "3h"}
    post_office.start()
    hours.pass_by(1)
    assert sorted(str(message["To"]) for message in post_office.messages()) == hours.people
    assert set(hours.subjects()) == {"Reminder: 2 hours"}
    older = Notice.objects.filter(step="1d")
    assert {notice.dropped_because for notice in older} == {"a later reminder is due"}


def test_while_the_server_is_down_each_sweep_tries_one_mail_and_each_mail_ever_more_seldom(post_office, clock):
    SixHours(post_office, clock)
    receipt = alone(occasions.receipt)
    post_office.stop()
    tried = []
    for _ in range(6 * 60):
        clock.ahead += MINUTE
        tasks.deliver()
        receipt.refresh_from_db()
        tried.append(receipt.attempts)
    assert tried[-1] == 5 + 11, "after 1, 2, 4, 8 and 16 minutes, then every half hour"


def test_after_a_weekend_without_a_worker_nothing_is_given_up_that_was_never_tried(post_office, clock):
    receipt = alone(occasions.receipt)
    clock.ahead += 3 * DAY
    assert deliver(receipt).state == "sent"
    assert ids(post_office) == [receipt.message_id]


def test_what_was_tried_for_two_days_is_given_up(post_office, clock):
    notice = alone(occasions.receipt)
    post_office.stop()
    for _ in range(49 * 3):
        clock.ahead += 20 * MINUTE
        deliver(notice)
    assert notice.dropped_because == Notice.GIVEN_UP


@pytest.fixture
def broken(monkeypatch):
    """No invitation can be made into a mail."""

    def fail(notice, now):
        raise LookupError

    monkeypatch.setitem(mail.contents.CONTENTS, Notice.Kind.INVITATION, fail)


def test_mails_that_cannot_be_made_hold_up_no_other_and_are_tried_again(post_office, clock, broken, caplog):
    poisoned = [notice.pk for notice in invitations(6)]
    receipt = occasions.receipt()
    Notice.objects.exclude(kind=Notice.Kind.INVITATION).exclude(pk=receipt.pk).update(dropped_at=timezone.now())
    assert deliver(receipt).state == "sent"
    assert ids(post_office) == [receipt.message_id]
    poisoned = Notice.objects.filter(pk__in=poisoned)
    assert {notice.state for notice in poisoned} == {"trying again"}
    assert {notice.last_error for notice in poisoned} == {tasks.PROGRAM_FAULT}
    assert "no mail could be made" in caplog.text


def test_a_mail_that_was_mended_is_sent(post_office, clock, monkeypatch):
    notice = alone(occasions.invitation)
    with monkeypatch.context() as patch:
        patch.setitem(mail.contents.CONTENTS, Notice.Kind.INVITATION, None)
        assert deliver(notice).state == "trying again"
    clock.ahead += 1.1 * MINUTE
    assert deliver(notice).state == "sent"

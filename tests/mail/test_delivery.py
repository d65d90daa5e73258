"""Sending over a real SMTP server whose replies are scripted, and what comes of crashes and of several workers."""

import datetime
import email
import email.policy
import socket

import pytest
from aiosmtpd.controller import Controller
from django.core.mail.backends.smtp import EmailBackend
from django.utils import timezone

from letters import tasks
from letters.models import Notice
from letters.workflow import delivery, reminders
from tests.factories import DAY, make_letter, make_office, make_staff
from tests.mail import occasions

MINUTE = datetime.timedelta(minutes=1)
pytestmark = pytest.mark.django_db
SMTP = "django.core.mail.backends.smtp.EmailBackend"
HANG_UP = object()


class Script:
    """Keeps every message whose data came in full, and answers RCPT and DATA with the next scripted reply, else with 250."""

    def __init__(self, port):
        self.port, self.controller = port, None
        self.rcpt, self.data, self.messages, self.recipients = [], [], [], []

    def start(self):
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def stop(self):
        self.controller.stop(no_assert=True)

    async def handle_RCPT(self, server, session, envelope, address, options):
        reply = self.reply(server, self.rcpt)
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server, session, envelope):
        self.messages.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        self.recipients.append(envelope.rcpt_tos)
        return self.reply(server, self.data)

    def reply(self, server, script):
        reply = script.pop(0) if script else "250 OK"
        if reply is HANG_UP:
            server.transport.abort()
            return "421 never heard"
        return reply


@pytest.fixture
def smtp(settings):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", port
    settings.EMAIL_TIMEOUT = 5
    script = Script(port)
    script.start()
    yield script
    script.stop()


def invitations(count):
    """Queues one invitation to each of several offices; returns them in the order in which they are sent."""
    offices = [make_office() for _ in range(count)]
    for office in offices:
        make_staff(office)
    make_letter(invited=offices)
    return Notice.objects.order_by("due_at", "pk")


def alone(occasion):
    """The occasion's notice, with every other one out of the way."""
    notice = occasion()
    Notice.objects.exclude(pk=notice.pk).update(dropped_at=timezone.now())
    return notice


def deliver(notice):
    tasks.deliver()
    notice.refresh_from_db()
    return notice


def test_a_mail_arrives_whole_for_one_recipient(smtp):
    notice = deliver(alone(occasions.invitation))
    assert (notice.state, notice.attempts, notice.last_error) == ("sent", 1, "")
    assert smtp.recipients == [[notice.address]]
    assert smtp.messages[0]["Message-ID"] == notice.message_id
    assert smtp.messages[0].get_body(("html",)) is not None


@pytest.mark.parametrize("command", ["rcpt", "data"])
@pytest.mark.parametrize("occasion", [occasions.invitation, occasions.reminder], ids=["invitation", "reminder"])
def test_a_mail_put_off_by_the_server_is_sent_a_minute_later(smtp, clock, command, occasion):
    getattr(smtp, command).append("451 4.7.1 Greylisted, come back later")
    notice = deliver(alone(occasion))
    assert notice.state == "trying again"
    assert "451" in notice.last_error
    smtp.messages.clear()
    assert deliver(notice).state == "trying again"
    clock.ahead += MINUTE * 1.1
    assert deliver(notice).state == "sent"
    assert [message["Message-ID"] for message in smtp.messages] == [notice.message_id]


def test_a_refused_address_is_given_up_with_the_reason_and_the_others_are_served(smtp):
    smtp.rcpt.append("550 5.1.1 No such user")
    queued = invitations(3)
    tasks.deliver()
    tasks.deliver()
    refused, *others = queued.all()
    assert (refused.state, refused.dropped_because) == ("not sent", "the mail server refused the address (550)")
    assert {notice.state for notice in others} == {"sent"}
    assert [refused.address] not in smtp.recipients
    assert len(smtp.messages) == len(others)


def test_an_address_that_is_none_is_given_up_and_the_others_are_served(smtp):
    broken = invitations(3)[0]
    Notice.objects.filter(pk=broken.pk).update(address="staff@house.gov\r\nBcc: x@evil.example")
    deliver(broken)
    assert (broken.state, broken.dropped_because) == ("not sent", "the address is not a mail address")
    assert {notice.state for notice in Notice.objects.exclude(pk=broken.pk)} == {"sent"}


def test_a_connection_that_breaks_is_tried_again_at_growing_intervals(smtp, clock):
    smtp.rcpt += [HANG_UP] * 8
    notice = alone(occasions.receipt)
    waits = []
    for _ in range(8):
        assert deliver(notice).state == "trying again"
        waits.append(round((notice.claimed_until - clock()) / MINUTE))
        clock.ahead += notice.claimed_until - clock() + MINUTE / 60
    assert waits == [1, 2, 4, 8, 16, 30, 30, 30]
    assert deliver(notice).state == "sent"
    assert len(smtp.messages) == 1


def test_a_server_that_is_down_costs_one_try_each_run_and_no_mail(smtp, clock):
    smtp.stop()
    queued = invitations(5)
    tasks.deliver()
    assert [notice.state for notice in queued.all()] == ["trying again"] + ["queued"] * 4
    for _ in range(20):
        tasks.deliver()
        clock.ahead += MINUTE
    assert [notice.state for notice in queued.all()] == ["trying again"] * 5
    smtp.start()
    clock.ahead += 31 * MINUTE
    tasks.deliver()
    assert [notice.state for notice in queued.all()] == ["sent"] * 5
    assert [message["Message-ID"] for message in smtp.messages] == [notice.message_id for notice in queued.all()]


def test_an_outage_ends_with_the_newest_reminder_alone(smtp, clock):
    smtp.stop()
    first = alone(occasions.reminder)
    assert deliver(first).state == "trying again"
    clock.ahead = first.deadline_at - clock() - DAY + MINUTE
    smtp.start()
    reminders.plan(timezone.now())
    tasks.deliver()
    first.refresh_from_db()
    assert first.dropped_because == "a later reminder is due"
    told = [message["Subject"] for message in smtp.messages if message["To"] == first.address]
    assert [subject.partition(" left")[0] for subject in told] == ["Reminder: 1 day"]


def test_a_reminder_whose_acknowledgement_is_lost_is_not_sent_again(smtp, clock):
    smtp.data.append(HANG_UP)
    notice = deliver(alone(occasions.reminder))
    clock.ahead += 40 * MINUTE
    assert deliver(notice).dropped_because == "interrupted while sending; it may have arrived"
    assert len(smtp.messages) == 1


def test_a_receipt_whose_acknowledgement_is_lost_is_sent_again_as_the_same_mail(smtp, clock):
    smtp.data.append(HANG_UP)
    notice = deliver(alone(occasions.receipt))
    clock.ahead += 2 * MINUTE
    assert deliver(notice).state == "sent"
    first, second = smtp.messages
    assert first["Message-ID"] == second["Message-ID"] == notice.message_id
    assert first.get_body(("plain",)).get_content() == second.get_body(("plain",)).get_content()


class Killed(BaseException):
    pass


class HandsOverAndDies(EmailBackend):
    def send_messages(self, messages):
        super().send_messages(messages)
        raise Killed


@pytest.mark.parametrize(("occasion", "copies"), [(occasions.reminder, 1), (occasions.receipt, 2)], ids=["reminder", "receipt"])
def test_after_a_crash_between_hand_over_and_record(smtp, clock, settings, occasion, copies):
    notice = alone(occasion)
    settings.EMAIL_BACKEND = f"{__name__}.HandsOverAndDies"
    with pytest.raises(Killed):
        tasks.deliver()
    settings.EMAIL_BACKEND = SMTP
    assert deliver(notice).state == "queued"
    clock.ahead += delivery.CLAIM * 1.1
    assert deliver(notice).state == ("sent" if copies == 2 else "not sent")
    assert [message["Message-ID"] for message in smtp.messages] == [notice.message_id] * copies


def test_a_worker_that_slept_past_its_claim_sends_nothing(smtp, clock):
    notice = alone(occasions.receipt)
    sleeper = delivery.claim(timezone.now())
    clock.ahead += delivery.CLAIM * 1.1
    assert deliver(notice).state == "sent"
    tasks.send(sleeper)
    assert len(smtp.messages) == 1


def test_workers_at_once_send_each_notice_once(smtp, at_once):
    queued = invitations(20)

    def worker(barrier):
        barrier.wait(20)
        tasks.deliver()

    assert at_once(worker, 4) == []
    assert {notice.state for notice in queued.all()} == {"sent"}
    assert len({message["Message-ID"] for message in smtp.messages}) == len(smtp.messages) == 20

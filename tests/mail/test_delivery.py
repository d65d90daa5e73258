"""Who sends a mail: one worker at a time, also where a worker dies or sleeps, and where several are at it at once."""

import datetime

import pytest
from django.conf import settings as as_configured
from django.core.mail.backends.smtp import EmailBackend
from django.utils import timezone

from letters import tasks
from letters.models import Notice
from letters.workflow import delivery
from tests.mail import occasions

from .waiting import alone, deliver, ids, invitations

pytestmark = pytest.mark.django_db
IN_EARNEST = as_configured.EMAIL_TIMEOUT  # seconds
SMTP = "django.core.mail.backends.smtp.EmailBackend"


def test_an_address_that_is_none_is_given_up_and_the_others_are_served(post_office):
    broken = invitations(3)[0]
    Notice.objects.filter(pk=broken.pk).update(address="staff@house.gov\r\nBcc: x@evil.example")
    deliver(broken)
    assert (broken.state, broken.dropped_because) == ("not sent", "the address is not a mail address")
    assert {notice.state for notice in Notice.objects.exclude(pk=broken.pk)} == {"sent"}


class Killed(BaseException):
    pass


class HandsOverAndDies(EmailBackend):
    def send_messages(self, messages):
        super().send_messages(messages)
        raise Killed


class TakesItsTime(EmailBackend):
    """Each step takes nearly as long as the server has for it; meanwhile other workers look for work."""

    def open(self):
        for _ in range(0 if self.connection else 9):  # to connect, a greeting, EHLO, STARTTLS, TLS, EHLO, and to sign in
            self.wait()
        return super().open()

    def send_messages(self, messages):
        for _ in range(6):  # MAIL, RCPT, DATA, the text, the answer to it, and RSET
            self.wait()
        sent = super().send_messages(messages)
        self.wait()
        return sent

    def wait(self):
        timezone.now.ahead += 0.99 * datetime.timedelta(seconds=IN_EARNEST)
        assert delivery.claim(timezone.now()) is None


@pytest.mark.parametrize("occasion", [occasions.reminder, occasions.receipt], ids=["reminder", "receipt"])
def test_while_a_slow_server_takes_a_mail_no_other_worker_sends_it(post_office, clock, settings, occasion):
    notice = alone(occasion)
    settings.EMAIL_BACKEND = f"{__name__}.TakesItsTime"
    assert deliver(notice).state == "sent"
    assert notice.attempts == 1
    assert ids(post_office) == [notice.message_id]


@pytest.mark.parametrize(("occasion", "copies"), [(occasions.reminder, 1), (occasions.receipt, 2)], ids=["reminder", "receipt"])
def test_after_a_crash_between_hand_over_and_record(post_office, clock, settings, occasion, copies):
    notice = alone(occasion)
    settings.EMAIL_BACKEND = f"{__name__}.HandsOverAndDies"
    with pytest.raises(Killed):
        tasks.deliver()
    settings.EMAIL_BACKEND = SMTP
    assert deliver(notice).state == "queued"
    clock.ahead += delivery.CLAIM * 1.1
    assert deliver(notice).state == ("sent" if copies == 2 else "not sent")
    assert ids(post_office) == [notice.message_id] * copies


def test_a_worker_that_slept_past_its_claim_sends_nothing(post_office, clock):
    notice = alone(occasions.receipt)
    sleeper = delivery.claim(timezone.now())
    clock.ahead += delivery.CLAIM * 1.1
    assert deliver(notice).state == "sent"
    tasks.send(sleeper)
    assert len(ids(post_office)) == 1


def test_workers_at_once_send_each_notice_once(post_office, at_once):
    queued = invitations(20)

    def worker(barrier):
        barrier.wait(20)
        tasks.deliver()

    assert at_once(worker, 4) == []
    assert {notice.state for notice in queued.all()} == {"sent"}
    assert len(set(ids(post_office))) == len(ids(post_office)) == 20

"""Five schedulers and a worker, killed at random moments while reminders come due and offices sign."""

import os
import random
import time
from collections import Counter

import pytest
from django.urls import reverse
from django.utils import timezone

from letters.models import Letter, Notice
from letters.workflow.delivery import INTERRUPTED
from tests import factories
from tests.factories import HOUR
from tests.mail.server import SILENCE

from .process import BEAT, WORKER, eventually

pytestmark = [pytest.mark.worker, pytest.mark.slow]

KILLS = int(os.environ.get("COSIGN_KILLS", "20"))
SCHEDULERS = 5
LETTERS, OFFICES = 6, 5
REMINDERS = LETTERS * (OFFICES + 1)  # to everybody of the offices that were asked and of the leads, who have not signed either
MARGIN = 3  # seconds from one letter's reminders to the next one's
Kind = Notice.Kind


def letters():
    """Letters to thirty offices, invited twelve hours ago, whose reminders three hours before come due one after the other."""
    since = timezone.now() - 12 * HOUR
    for number in range(LETTERS):
        asked = [factories.make_staff().memberships.get().office for _ in range(OFFICES)]
        left = 15 * HOUR + HOUR * (number * MARGIN / 3600)
        yield factories.make_letter(now=since, deadline_in=left, invited=asked)


def test_five_schedulers_and_twenty_kills_send_every_notice_and_no_reminder_twice(new_worker, post_office, client):
    chance = random.Random(20261124)
    circulated = list(letters())
    worker = new_worker(WORKER.replace(" --beat", ""), EMAIL_URL=post_office.url)
    beats = [new_worker(BEAT) for _ in range(SCHEDULERS)]
    post_office.script(slow=0.1, subjects={"Reminder": [SILENCE]})
    for process in (worker, *beats):
        process.start()
    eventually(lambda: any(mail.reply == SILENCE for mail in post_office.mails()), seconds=90)
    replace(worker)
    for _ in range(KILLS - 1):
        factories.sign(chance.choice(circulated))
        time.sleep(chance.uniform(0.1, 0.9))
        replace(chance.choice([worker, *beats]))
    for process in (worker, *beats):
        process.kill()
    let_holds_run_out()
    worker.start()
    beats[0].start()
    eventually(lambda: len(reminders()) == REMINDERS and not Notice.objects.waiting().exists(), seconds=90)
    check(circulated, post_office.messages())
    check_that_the_lead_sees(client, circulated)


def replace(process):
    process.kill()
    process.start()


def let_holds_run_out():
    """As time would: what the killed workers hold, and what they put off."""
    Notice.objects.waiting().update(claimed_until=None)
    Letter.objects.update(rendering_until=None)


def reminders():
    return list(Notice.objects.filter(kind=Kind.REMINDER).select_related("person"))


def check(circulated, messages):
    arrived = Counter(message["Message-ID"] for message in messages)
    notices = list(Notice.objects.select_related("person"))
    assert set(arrived) <= {notice.message_id for notice in notices}, "mail that no notice stands for"
    assert all(bool(notice.sent_at) != bool(notice.dropped_because) for notice in notices)
    assert all(arrived[notice.message_id] for notice in notices if notice.sent_at)

    planned = reminders()
    assert len(planned) == len({notice.person for notice in planned}) == REMINDERS
    assert max(arrived[notice.message_id] for notice in planned) == 1
    told = Counter(message["To"] for message in messages if message["Subject"].startswith("Reminder"))
    assert max(told.values()) == 1
    lost = [notice for notice in planned if not notice.sent_at]
    assert {notice.dropped_because for notice in lost} == {INTERRUPTED}
    assert sum(told.values()) >= len(planned) - len(lost)

    receipts = [notice for notice in notices if notice.kind == Kind.RECEIPT]
    assert len(receipts) == KILLS - 1
    assert all(notice.sent_at for notice in receipts)


def check_that_the_lead_sees(client, circulated):
    for letter in circulated:
        client.force_login(letter.created_by)
        page = client.get(reverse("desk-notices", args=[letter.code])).content.decode()
        assert page.count(INTERRUPTED.capitalize()) == letter.notices.filter(dropped_because=INTERRUPTED).count()
    assert Notice.objects.filter(dropped_because=INTERRUPTED).exists()

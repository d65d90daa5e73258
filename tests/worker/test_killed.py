"""A worker that is killed outright in the middle of its work loses nothing and repeats no reminder."""

import asyncio
import random
import socket
import time
from collections import Counter
from contextlib import closing
from email import message_from_bytes

import pytest
from aiosmtpd.controller import Controller

from letters.models import Letter, Notice
from tests import factories

from .process import eventually, text_of

pytestmark = [pytest.mark.worker, pytest.mark.slow]

KILLS = 6
HELD = 45  # seconds for which a dead worker holds what it had claimed


class PostOffice:
    """An SMTP server that takes its time over each message and keeps those it has accepted."""

    def __init__(self):
        self.accepted = []

    async def handle_DATA(self, server, session, envelope):
        self.accepted.append(message_from_bytes(envelope.content))
        await asyncio.sleep(0.05)  # accepted, and the worker does not know it yet
        return "250 accepted"


@pytest.fixture
def post_office():
    office = PostOffice()
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(office, hostname="127.0.0.1", port=port)
    controller.start()
    office.url = f"smtp://127.0.0.1:{port}"
    yield office
    controller.stop()


def letter_with_work():
    """A letter with invitations, reminders and PDFs due: its deadline is two hours away, offices were asked yesterday."""
    now = factories.timezone.now()
    asked = [factories.make_staff().memberships.get().office for _ in range(12)]
    since = now - factories.DAY
    return factories.make_letter(now=since, deadline_in=factories.DAY + 2 * factories.HOUR, invited=asked)


def test_killed_in_the_middle_everything_due_is_done_after_all_and_no_reminder_comes_twice(new_worker, nothing_due, post_office):
    letters = [letter_with_work() for _ in range(4)]
    worker, chance = new_worker(EMAIL_URL=post_office.url), random.Random(11)
    for _ in range(KILLS):
        for letter in letters:
            factories.sign(letter)
        seen = len(post_office.accepted)
        worker.start()
        eventually(lambda seen=seen: len(post_office.accepted) > seen)
        time.sleep(chance.uniform(0.1, 0.8))
        worker.kill()
    cut_short = Notice.objects.waiting().exclude(started_at=None).count() + Letter.objects.exclude(rendering_token="").count()
    assert cut_short, "no kill came in the middle of a mail or a PDF"
    worker.start()
    eventually(nothing_due, seconds=HELD + 45)
    check_pdfs(letters)
    check_mail(post_office.accepted)


def check_pdfs(letters):
    for letter in letters:
        text = text_of(letter.latest_rendition().read())
        assert letter.latest_rendition().signers == KILLS
        assert all(signature.name in text for signature in letter.signatures.printed())


def check_mail(accepted):
    times_sent = Counter(message["Message-ID"] for message in accepted)
    notices = Notice.objects.select_related("letter", "person", "office")
    for notice in notices:
        count = times_sent.pop(notice.message_id, 0)
        if notice.sent_at:
            assert count >= 1
        if notice.kind == Notice.Kind.REMINDER:
            assert count <= 1
        if notice.kind == Notice.Kind.RECEIPT:
            assert notice.sent_at
    assert not times_sent, "mail that no notice stands for"
    assert notices.filter(kind=Notice.Kind.REMINDER).exclude(sent_at=None).count() > 40
    receipts = {(message["To"], message["Message-ID"]) for message in accepted if message["Subject"].startswith("Receipt:")}
    assert len(receipts) == len({address for address, _ in receipts}), "a receipt sent anew has the same Message-ID"

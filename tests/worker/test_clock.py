"""A real worker whose clock jumps a day ahead, a day back and right again: no reminder comes twice, and no work stops."""

from collections import Counter
from pathlib import Path

import pytest
from celery import current_app
from django.utils import timezone

from letters.models import Letter, Notice
from tests import factories
from tests.factories import DAY
from tests.mail.server import SILENCE

from .process import WORKER, eventually

FOUND = [path for folder in ("/usr/lib", "/usr/local/lib") for path in Path(folder).rglob("faketime/libfaketime.so.1")]
pytestmark = [
    pytest.mark.worker,
    pytest.mark.slow,
    pytest.mark.skipif(not FOUND, reason="needs libfaketime: sudo apt-get install faketime"),
]


class JumpingWorker:
    """A worker with beat whose clock is so far from the true one as `jump` last said. Clocks that only count do not jump."""

    def __init__(self, new_worker, post_office, file):
        self.file, self.post_office = file, post_office
        self.jump("+0")
        faked = {"FAKETIME_TIMESTAMP_FILE": str(file), "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        command = WORKER.replace("-m celery", "-m tests.worker.jumping")
        self.worker = new_worker(command, LD_PRELOAD=str(FOUND[0]), NO_FAKE_STAT="1", EMAIL_URL=post_office.url, **faked)
        self.worker.start()

    def jump(self, offset):
        self.file.write_text(offset + "\n")

    def reminders(self):
        found = [mail for mail in self.post_office.mails() if mail.message["Subject"].startswith("Reminder")]
        return Counter((mail.id, *mail.recipients) for mail in found)


@pytest.fixture
def jumping(new_worker, post_office, tmp_path):
    return JumpingWorker(new_worker, post_office, tmp_path / "clock")


@pytest.fixture
def unpoked(monkeypatch):
    """No act of the test wakes the worker: only its own beat does."""
    monkeypatch.setattr(current_app, "send_task", lambda *args, **kwargs: None)


def letter_with_four_offices():
    """The moment three days before its deadline is past, that one day before comes in half a day."""
    asked = [factories.make_staff().memberships.get().office for _ in range(4)]
    return factories.make_letter(now=timezone.now() - 4 * DAY, deadline_in=5.5 * DAY, invited=asked)


def receipt_arrives(letter, seconds=60):
    signature = factories.sign(letter)
    notice = Notice.objects.get(kind=Notice.Kind.RECEIPT, signature=signature)
    eventually(lambda: Notice.objects.filter(pk=notice.pk).exclude(sent_at=None).exists(), seconds)
    return notice


def test_jumps_of_a_day_repeat_no_reminder_and_stop_no_mail(jumping, unpoked, post_office):
    letter = letter_with_four_offices()
    people = 5  # the lead's own too
    eventually(lambda: len(jumping.reminders()) == people, 90)
    jumping.jump("+1d")
    eventually(lambda: len(jumping.reminders()) == 2 * people, 60)
    receipt_arrives(letter)
    jumping.jump("+0")
    receipt_arrives(letter)
    jumping.jump("-1d")
    receipt_arrives(letter)
    jumping.jump("+0")
    receipt_arrives(letter)
    steps = Counter(Notice.objects.filter(kind=Notice.Kind.REMINDER).values_list("step", flat=True))
    assert steps == {"3d": people, "1d": people}
    assert set(jumping.reminders().values()) == {1}
    assert len(jumping.reminders()) == 2 * people
    assert Letter.objects.get().status == Letter.Status.OPEN


def test_what_a_worker_held_that_died_a_day_ahead_is_sent_when_it_starts_with_the_right_clock(jumping, unpoked, post_office):
    letter = factories.make_letter()
    jumping.jump("+1d")
    receipt_arrives(letter)
    post_office.script(subjects={"Receipt": [SILENCE]})
    notice = Notice.objects.get(signature=factories.sign(letter), kind=Notice.Kind.RECEIPT)
    eventually(lambda: any(mail.reply == SILENCE for mail in post_office.mails()), 60)
    jumping.worker.kill()
    notice.refresh_from_db()
    assert notice.claimed_until > timezone.now() + DAY / 2
    jumping.jump("+0")
    jumping.worker.start()
    eventually(lambda: Notice.objects.filter(pk=notice.pk).exclude(sent_at=None).exists(), 60)
    assert [mail.id for mail in post_office.mails()].count(notice.message_id) == 2
    letter.refresh_from_db()
    eventually(lambda: Letter.objects.get(pk=letter.pk).pdf_is_current, 60)

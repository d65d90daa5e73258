"""A worker that is killed outright in the middle of its work loses nothing and repeats no reminder."""

from collections import Counter

import pytest

from letters.models import Letter, Notice
from letters.workflow.delivery import INTERRUPTED
from tests import factories
from tests.mail.server import SILENCE

from .process import eventually, text_of

pytestmark = [pytest.mark.worker, pytest.mark.slow]

HELD = 45  # seconds for which a dead worker holds the PDF that it had claimed
# What the worker is killed over: the mail that was accepted and that it has no answer for yet, or a PDF it is making.
KILLED_OVER = ("Reminder", "Reminder", "PDF", "Receipt", "PDF", "Receipt")


def letter_with_work():
    """A letter with invitations, reminders and PDFs due: its deadline is two hours away, offices were asked yesterday."""
    now = factories.timezone.now()
    asked = [factories.make_staff().memberships.get().office for _ in range(12)]
    since = now - factories.DAY
    return factories.make_letter(now=since, deadline_in=factories.DAY + 2 * factories.HOUR, invited=asked)


def test_killed_in_the_middle_everything_due_is_done_after_all_and_no_reminder_comes_twice(new_worker, nothing_due, post_office):
    letters = [letter_with_work() for _ in range(4)]
    worker = new_worker(EMAIL_URL=post_office.url)
    for reason in KILLED_OVER:
        for letter in letters:
            factories.sign(letter)
        kill_over(reason, worker, post_office)
    let_holds_run_out()
    worker.start()
    eventually(nothing_due, seconds=HELD + 60)
    check_pdfs(letters)
    check_mail(post_office.messages())


def kill_over(reason, worker, post_office):
    before = unanswered(post_office)
    post_office.script(subjects={reason: [SILENCE]})
    known = set(Letter.objects.exclude(rendering_token="").values_list("rendering_token", flat=True))
    in_work = Letter.objects.exclude(rendering_token="").exclude(rendering_token__in=known)
    worker.start()
    eventually(in_work.exists if reason == "PDF" else lambda: unanswered(post_office) > before)
    worker.kill()


def let_holds_run_out():
    """As time would: the killed workers hold mails for minutes."""
    Notice.objects.waiting().update(claimed_until=None)


def unanswered(post_office):
    return sum(mail.reply == SILENCE for mail in post_office.mails())


def check_pdfs(letters):
    for letter in letters:
        text = text_of(letter.latest_rendition().read())
        assert letter.latest_rendition().signers == len(KILLED_OVER)
        assert all(signature.name in text for signature in letter.signatures.printed())


def check_mail(accepted):
    times_sent = Counter(message["Message-ID"] for message in accepted)
    notices = list(Notice.objects.all())
    reminders = [notice for notice in notices if notice.kind == Notice.Kind.REMINDER]
    receipts = [notice for notice in notices if notice.kind == Notice.Kind.RECEIPT]
    assert set(times_sent) <= {notice.message_id for notice in notices}, "mail that no notice stands for"
    assert all(times_sent[notice.message_id] >= 1 for notice in notices if notice.sent_at)
    # Those that a kill cut short may have arrived, so they are not sent anew.
    assert len(reminders) == 4 * (12 + 1)  # the offices asked, and the lead that has not signed either
    assert max(times_sent[notice.message_id] for notice in reminders) == 1
    dropped = [notice.dropped_because for notice in reminders if notice.dropped_at]
    assert set(dropped) == {INTERRUPTED}
    assert len(dropped) >= KILLED_OVER.count("Reminder")
    # A receipt is proof: it is sent anew, and its Message-ID shows that it is the same mail.
    assert all(notice.sent_at for notice in receipts)
    assert sum(times_sent[notice.message_id] for notice in receipts) >= len(receipts) + KILLED_OVER.count("Receipt")

"""Celery tasks: find due work, hand it on, store what came of it. They take ids, and any of them may be lost or run twice."""

import imaplib
import logging
import smtplib
from collections import Counter

from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused
from celery import shared_task
from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from letters import mail
from letters.limited import Busy
from letters.models import Letter, Notice
from letters.models.office import DamagedImage
from letters.pdf import RENDERER, RenderError, draft_mark, letter_data
from letters.pdf.child import print_letter as render_pdf
from letters.workflow import bouncing, delivery, digests, outages, quiet, reminders, rendering, scheduling

log = logging.getLogger(__name__)

_unreadable = set()  # what this process could not fetch once: folder and message
PROGRAM_FAULT = "A fault in the program. Whoever runs the site finds it in the worker's log."


@shared_task
def render(letter_id):
    """Bring the letter's PDF up to date. One worker at a time does so, until nothing is due."""
    while job := rendering.claim(letter_id, now=timezone.now()):
        try:
            mark = "" if job.final else draft_mark(job.contents, job.at, job.letter.zone)
            data = render_pdf(letter_data(job.contents, images=rendering.images(job.letter, job.contents), draft_mark=mark))
        except (RenderError, DamagedImage) as error:
            log.warning("letter %s, state %s: not rendered", letter_id, job.state_no)
            rendering.fail(job, error, now=timezone.now())
        except Exception:
            # Noted like a refusal: otherwise one letter that trips the renderer would be tried for ever.
            log.exception("letter %s, state %s: the renderer failed", letter_id, job.state_no)
            rendering.fail(job, PROGRAM_FAULT, now=timezone.now())
        else:
            rendering.publish(job, data, renderer=RENDERER, now=timezone.now())


@shared_task
def deliver():
    """Send the mail that is due, one notice after the other, as long as the mail server answers."""
    while (notice := delivery.claim(timezone.now())) and send(notice):
        pass


def send(notice):
    """Send one claimed notice, unless it has lost its reason to be sent. False when the mail server cannot be reached."""
    try:
        message = prepare(notice)
    except Exception:
        # Noted like a failed try: otherwise a few that no mail can be made of would be met first by every run, and stop it.
        log.exception("notice %s: no mail could be made of it", notice.pk)
        delivery.retry(notice, timezone.now(), PROGRAM_FAULT)
        return True
    return message is None or post(notice, message)


def prepare(notice):
    """The mail to send now. None where the notice is dropped or held instead."""
    reason = delivery.reason_to_drop(notice, timezone.now())
    if not reason and not mail.is_address(notice.address):
        reason = Notice.NOT_AN_ADDRESS
    if reason:
        delivery.drop(notice, timezone.now(), reason)
        return None
    for hold in (reminders.not_before, delivery.not_before_others, quiet.held_until):
        if until := hold(notice, timezone.now()):
            quiet.hold(notice, until)
            return None
    message = mail.compose(notice, now=timezone.now())
    message.message()  # what cannot be put into a mail fails here, before anything is handed over
    return message


def post(notice, message):
    connection = message.get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        delivery.retry(notice, timezone.now(), error)
        return False
    try:
        hand_over(notice, message)
    finally:
        connection.close()
    return True


def hand_over(notice, message):
    if not delivery.start(notice, timezone.now()):
        return
    begun = mail.Begun(message.connection)
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        refused(notice, *next(iter(error.recipients.values())))
    except smtplib.SMTPResponseException as error:
        delivery.retry(notice, timezone.now(), error)
    except AnymailRecipientsRefused:
        bouncing.refused(notice, "the mail service refused the address", gone=False, now=timezone.now())
    except AnymailError as error:
        not_taken(notice, error)
    except (OSError, smtplib.SMTPException) as error:
        settle = delivery.interrupted if begun else delivery.retry
        settle(notice, timezone.now(), error)
    else:
        delivery.sent(notice, timezone.now())


def refused(notice, code, answer):
    """The mail server does not take the recipient: for now, or for good."""
    reason = f"the mail server refused the address ({code})"
    if code < 500:
        delivery.retry(notice, timezone.now(), reason)
    else:
        gone = mail.bounces.says_gone(code, answer.decode("utf-8", "replace"))
        bouncing.refused(notice, reason, gone=gone, now=timezone.now())


def not_taken(notice, error):
    """A mail service did not take the mail: it said so, was not asked yet, or nobody knows whether it did."""
    status = error.status_code
    unknown = isinstance(error, AnymailAPIError) and (status is None or status >= 500)
    settle = delivery.interrupted if unknown else delivery.retry
    settle(notice, timezone.now(), f"the mail service answered {status}" if status else type(error).__name__)


@shared_task
def read_bounces():
    """Read what came back."""
    try:
        counts = take_bounces()
    except (OSError, imaplib.IMAP4.error) as error:
        log.warning("returned mail: its folder cannot be read (%s)", type(error).__name__)
    else:
        if counts:
            log.info("returned mail: %s", ", ".join(f"{count} {what}" for what, count in sorted(counts.items())))


def take_bounces():
    """Read what came back; how many messages were what. OSError or imaplib.IMAP4.error where the folder cannot be reached."""
    counts = Counter()
    with mail.inbox.opened(mail.inbox.place(settings.BOUNCES, local=settings.LOCAL)) as folder:
        for message in folder.unread():
            counts[take_bounce(folder, message)] += 1
    return counts


def take_bounce(folder, message):
    """One message: what it is, in a word. One that cannot be read is set aside, so that it holds up no other.

    Where it cannot be fetched, that may be for now, so it is tried once more by the next run.
    """
    try:
        verdict = mail.bounces.judge(folder.beginning(message))
    except (Busy, DatabaseError, OSError, imaplib.IMAP4.error):
        raise
    except mail.inbox.Unreadable as error:
        if (settings.BOUNCES, message) not in _unreadable:
            _unreadable.add((settings.BOUNCES, message))
            return "unreadable for now"
        return set_aside(folder, message, error)
    except Exception as error:
        return set_aside(folder, message, error)
    if verdict.notice:
        bouncing.bounced(verdict.notice, verdict.why, gone=verdict.gone, now=timezone.now())
    folder.mark(message, aside=verdict.aside)
    return verdict.what


def set_aside(folder, message, error):
    log.warning("returned mail: a message was set aside (%s)", type(error).__name__)
    folder.mark(message, aside=True)
    return "set aside"


# What finds out by the clock that something has come due, and writes it down.
BY_THE_CLOCK = [scheduling.circulate_due, outages.settle, reminders.plan, digests.plan]


@shared_task
def sweep():
    """Find what has come due and what was missed. A failure of one kind of work is logged and holds up none of the others."""
    now = timezone.now()
    for plan in BY_THE_CLOCK:
        try:
            plan(now)
        except Exception:
            log.exception("sweep: %s.%s failed", plan.__module__, plan.__name__)
    for letter_id in Letter.objects.render_due(now).values_list("pk", flat=True):
        render.delay(letter_id)
    if Notice.objects.due(now).exists():
        deliver.delay()

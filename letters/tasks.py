"""Celery tasks: find due work, hand it on, store what came of it. They take ids, and any of them may be lost or run twice."""

import logging
import smtplib

from celery import shared_task
from django.utils import timezone

from letters import mail
from letters.models import Letter, Notice
from letters.models.office import DamagedImage
from letters.pdf import RENDERER, RenderError, draft_mark, letter_data
from letters.pdf.child import print_letter as render_pdf
from letters.workflow import delivery, digests, quiet, reminders, rendering

log = logging.getLogger(__name__)

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
    reason = delivery.reason_to_drop(notice, timezone.now())
    if not reason and not mail.is_address(notice.address):
        reason = "the address is not a mail address"
    if reason:
        delivery.drop(notice, timezone.now(), reason)
        return True
    if until := quiet.held_until(notice, timezone.now()):
        quiet.hold(notice, until)
        return True
    message = mail.compose(notice, now=timezone.now())
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
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        code = next(iter(error.recipients.values()))[0]
        delivery.refused(notice, timezone.now(), f"the mail server refused the address ({code})", final=code >= 500)
    except smtplib.SMTPResponseException as error:
        delivery.retry(notice, timezone.now(), error)
    except (OSError, smtplib.SMTPException) as error:
        delivery.interrupted(notice, timezone.now(), error)
    else:
        delivery.sent(notice, timezone.now())


# What finds out by the clock that something has come due, and writes it down.
BY_THE_CLOCK = [reminders.plan, digests.plan]


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

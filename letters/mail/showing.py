"""Mails as they would read now, to be looked at: those of real notices, and one of each kind before any is sent."""

import copy
import datetime

from django.core.exceptions import ObjectDoesNotExist

from letters.models import Notice, Signature

from .compose import compose

Kind = Notice.Kind
DAY = datetime.timedelta(days=1)
# What offices get of any letter; the rest tells of single acts.
OF_ANY_LETTER = (Kind.INVITATION, Kind.REMINDER, Kind.DEADLINE_MOVED, Kind.REAFFIRM, Kind.ASKED_AGAIN)
OF_ANY_LETTER += (Kind.LOCK_PENDING, Kind.LOCKED)


def shown(notice, *, now):
    """The mail without anything that only its reader may use; None where what it told of was undone since."""
    try:
        return compose(notice, now=now, shown=True)
    except (AttributeError, TypeError, ObjectDoesNotExist):
        return None  # rows or fields of which it speaks are empty now


def sample(kind, letter, person, *, now):
    """A mail of that kind as if the lead's office got it, nothing of it saved; None where the letter does not go so far yet.

    A draft without a deadline has one in a week here.
    """
    letter = copy.copy(letter)
    letter.deadline_at = letter.deadline_at or now + 7 * DAY
    lead, revision = letter.lead, letter.revision
    if revision is None:
        return None
    yes = Signature(letter=letter, office=lead, name=lead.printed_name, revision=revision, signed_at=now, signed_by=person)
    yes.title = lead.title
    to = {"letter": letter, "office": lead, "person": person, "address": person.email, "signature": yes}
    notice = Notice(pk=0, kind=kind, key="0" * 64, deadline_at=now + DAY, created_at=now, due_at=now, **to)
    return shown(notice, now=now)


def samples(letter, person, *, now):
    """Kind → mail, for each kind that this letter's offices may get."""
    found = {kind: sample(kind, letter, person, now=now) for kind in OF_ANY_LETTER}
    return {kind: mail for kind, mail in found.items() if mail}


def parts(message):
    """What a reader sees: the lines above the mail, its plain text, and its HTML."""
    lines = [("Subject", message.subject), ("From", message.from_email), ("To", ", ".join(message.to))]
    lines += [("Reply to", ", ".join(message.reply_to))] if message.reply_to else []
    return {"lines": lines, "text": message.body, "html": message.alternatives[0][0]}

"""The lead's answer to an office that would sign on a condition: that it is so now, or that it will not be."""

from django.db import transaction

from letters.models import Event, Letter, Notice

from . import notices, wake
from .history import record
from .refusal import Refused, unless_open

CHANGED = "The office has said something else since you opened this page. Read what it says now, then answer."


@transaction.atomic
def answer(invitee, person, *, condition, met, answer="", now):
    """Tell the office of the `invitee` whether its condition is met. A new answer takes the place of an earlier one.

    `condition` is the one that was read: Refused when it is not the one that stands. Saying the same again adds nothing.
    """
    if not met and not answer.strip():
        raise Refused("Say why not. The office is told.")
    letter = Letter.objects.lock(invitee.letter)
    unless_open(letter)
    invitee = letter.invitees.select_related("office", "condition_by").get(pk=invitee.pk)
    if not invitee.condition:
        raise Refused("The office has taken its condition back, or has decided.")
    if condition != invitee.condition:
        raise Refused(CHANGED)
    if (met, answer) == (invitee.condition_met, invitee.condition_answer):
        return
    invitee.condition_met, invitee.condition_answer = met, answer
    invitee.condition_answered_at, invitee.condition_answered_by = now, person
    invitee.save()
    record(letter, Event.Kind.CONDITION_ANSWERED, now=now, person=person, office=invitee.office, met=met, answer=answer)
    said_by = [invitee.condition_by] if invitee.condition_by else []
    people = {*said_by, *notices.readers(invitee.office, invitee, now=now)}
    told = {"letter": letter, "office": invitee.office, "invitee": invitee, "now": now, "about": f"entry {letter.event_no}"}
    notices.queue(notices.tell(Notice.Kind.CONDITION_ANSWERED, people, **told))
    wake.after_commit(mail=True)

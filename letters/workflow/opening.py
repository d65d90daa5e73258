"""That an office has had the letter open: noted once, and no line of the history."""

from django.db import transaction

from letters.models import Letter

from .refusal import unless_open


@transaction.atomic
def opened(letter, person, *, now):
    """Note it for each invited office in which the person has a confirmed place. The first time counts."""
    letter = Letter.objects.lock(letter)
    unless_open(letter)
    for invitee in letter.invitees.invited_of(person).filter(opened_at=None):
        invitee.opened_at = now
        invitee.save(update_fields=["opened_at"])


def note(letter, office, now):
    """Note it for an office that has just acted on the letter, whose row the caller holds."""
    letter.invitees.filter(office=office, opened_at=None).update(opened_at=now)

"""The link of a letter: a new one in place of the one before, which opens nothing any more."""

from django.db import transaction

from letters.models import Event, Letter, RetiredLink
from letters.models.letter import new_code

from .history import record
from .refusal import if_locked

# Neither the old code nor the new one stands in the history: whoever reads that must not be able to follow it.


@transaction.atomic
def replace(letter, person, *, now):
    """Give the letter a new link. Whoever reads the letter by an office that is on it still does; the letter as it is now."""
    letter = Letter.objects.lock(letter)
    if_locked(letter)
    return renew(letter, person, now)


@transaction.atomic
def revoke(letter, person, *, now):
    """Give it a new link, and let none but invited offices open the letter from now on; the letter as it is now."""
    letter = Letter.objects.lock(letter)
    if_locked(letter)
    return renew(letter, person, now, audience=Letter.Audience.INVITED)


def renew(letter, person, now, **changes):
    old = {"code": letter.code, "for_any": letter.is_open and letter.audience == Letter.Audience.ANY}
    letter.code, letter.audience = new_code(), changes.get("audience", letter.audience)
    record(letter, Event.Kind.LINK_REPLACED, now=now, person=person, **changes)
    RetiredLink.objects.create(letter=letter, retired_at=now, retired_by=person, **old)
    return letter

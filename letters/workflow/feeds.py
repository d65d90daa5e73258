"""Private calendar addresses: made, made anew, revoked. They belong to one person, whose row is locked."""

from django.db import transaction

from letters.models import CalendarFeed, User
from letters.models.feed import hashed, new_secret


@transaction.atomic
def make(person, *, now):
    """Give the person an address in place of the one before. Returns its secret, which nobody can find out again."""
    end(person, now)
    secret = new_secret()
    CalendarFeed.objects.create(person=person, secret_sha256=hashed(secret), made_at=now)
    return secret


@transaction.atomic
def revoke(person, *, now):
    """From now on the person's address opens nothing. Does nothing where there is none."""
    end(person, now)


def end(person, now):
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    for feed in person.calendar_feeds.standing():
        feed.ended_at = now
        feed.save(update_fields=["ended_at"])

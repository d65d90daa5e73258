"""The private address at which a person's calendar program finds the deadlines of their letters."""

import hashlib
import re
import secrets

from django.db import models
from django.db.models import Q

from .office import User

SECRET = re.compile(r"[0-9a-f]{40}")


def new_secret():
    """160 random bits. Unlike a letter's code it is a credential: calendar programs cannot sign in."""
    return secrets.token_hex(20)


def hashed(secret):
    """What is stored of a secret. It is random and long, so a plain hash tells nothing about it."""
    return hashlib.sha256(secret.encode()).hexdigest()


class CalendarFeedQuerySet(models.QuerySet):
    def standing(self):
        return self.filter(ended_at=None)

    def opened_by(self, secret):
        """The standing feed of an active person that has this secret, or None; any text may be asked for."""
        if not SECRET.fullmatch(secret):
            return None
        found = self.standing().filter(secret_sha256=hashed(secret), person__is_active=True)
        return found.select_related("person").first()


class CalendarFeed(models.Model):
    """One private address. Its secret is shown once, when it is made, and only its hash is kept."""

    person = models.ForeignKey(User, models.PROTECT, related_name="calendar_feeds")
    secret_sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Revoked, or replaced by another.")

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(ended_at=None), name="one_calendar_feed_per_person"),
        ]

    def __str__(self):
        return f"calendar of {self.person}"

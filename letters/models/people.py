"""How people come to their places in offices, and what an office has decided about itself."""

import json

from allauth.account.models import EmailAddress
from django.db import models
from django.db.models import F, Q

from .office import Membership, Office, User


class PlaceInvitationQuerySet(models.QuerySet):
    def open(self):
        """Neither taken nor ended. Whether time is up is a question of its own: `is_expired`."""
        return self.filter(accepted_at=None, ended_at=None)

    def to(self, person):
        """Sent to an address that the person has confirmed."""
        confirmed = EmailAddress.objects.filter(user_id=person.pk, verified=True)
        return self.filter(address__in=confirmed.values("email"))

    def usable(self, now):
        return self.open().filter(expires_at__gt=now)


class PlaceInvitation(models.Model):
    """A place in an office offered to one address: once, for a while, to whoever has that address confirmed.

    `address` is lower-case ASCII. The row is no credential; knowing its number opens nothing.
    """

    office = models.ForeignKey(Office, models.PROTECT, related_name="place_invitations")
    address = models.CharField(max_length=254)
    role = models.CharField(max_length=7, choices=Membership.Role)
    invited_at = models.DateTimeField()
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Taken back, turned down or replaced.")
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = PlaceInvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office", "address"],
                condition=Q(accepted_at=None, ended_at=None),
                name="one_open_invitation_per_office_and_address",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("invited_at")), name="place_invitation_expires"),
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False, accepted_at__lte=F("expires_at"), ended_at=None),
                name="place_invitation_accepted_in_time",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="place_invitation_ended_by_someone",
            ),
        ]

    def __str__(self):
        return f"invitation of {self.address} to the office of {self.office}"

    def is_expired(self, now):
        return now >= self.expires_at

    def is_usable(self, now):
        return self.accepted_at is None and self.ended_at is None and not self.is_expired(now)


class OfficeEvent(models.Model):
    """One line of what an office decided about itself: its people, its signing name, who may sign. Append-only."""

    class Kind(models.TextChoices):
        ENTERED = "entered", "entered the office"
        ACCEPTED = "accepted", "accepted the office"
        ASKED = "asked", "asked for a place"
        INVITED = "invited", "invited"
        INVITATION_ENDED = "invitation-ended", "ended the invitation of"
        JOINED = "joined", "accepted the invitation as"
        GIVEN = "given", "gave a place to"
        CONFIRMED = "confirmed", "confirmed the place of"
        REFUSED = "refused", "refused a place to"
        ROLE = "role", "changed the role of"
        ALTERNATE = "alternate", "chose when mail goes to"
        ENDED = "ended", "ended the place of"
        LEFT = "left", "left the office"
        SIGNERS = "signers", "decided who may sign"
        SIGNING_NAME = "signing-name", "changed how the Member signs"
        IMAGE = "image", "put an image on file"
        IMAGE_REMOVED = "image-removed", "took an image off file"

    office = models.ForeignKey(Office, models.PROTECT, related_name="history")
    at = models.DateTimeField()
    kind = models.CharField(max_length=20, choices=Kind)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    person = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", help_text="Whom it concerns.")
    data = models.TextField(default="{}", help_text="JSON.")

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.office}"

    @property
    def details(self):
        return json.loads(self.data)

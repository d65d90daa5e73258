"""What people decided about their mail, what came back, and what a lead wrote to many offices."""

from django.db import models
from django.db.models import F, Q

from .letter import Letter
from .office import User


class MailSettings(models.Model):
    """One person's choices; whoever has no row gets everything at any hour. Times are of day, in `zone`."""

    person = models.OneToOneField(User, models.PROTECT, related_name="mail_settings")
    muted = models.CharField(max_length=200, blank=True, help_text="Kinds of mail that are not sent, with spaces between.")
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    zone = models.CharField(max_length=64, default="America/New_York")
    away_until = models.DateTimeField(null=True, blank=True, help_text="Until then others of the office get its mail.")

    class Meta:
        verbose_name_plural = "mail settings"
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None)
                | (Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=F("quiet_until"))),
                name="quiet_hours_begin_and_end",
            ),
        ]

    def __str__(self):
        return f"mail settings of {self.person}"

    @property
    def muted_kinds(self):
        return self.muted.split()


class MutedLetter(models.Model):
    """A letter of which a person wants no mail but what concerns a signature or an answer of their own."""

    person = models.ForeignKey(User, models.PROTECT, related_name="muted_letters")
    letter = models.ForeignKey(Letter, models.PROTECT, related_name="+")
    muted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "letter"], name="letter_muted_once_by_a_person")]

    def __str__(self):
        return f"{self.letter}, muted by {self.person}"


class SuppressionQuerySet(models.QuerySet):
    def standing(self):
        return self.filter(lifted_at=None)

    def of(self, address):
        return self.filter(address=address.lower())


class Suppression(models.Model):
    """An address (lower case) to which nothing is sent any more, because mail to it came back for good or was a complaint."""

    address = models.CharField(max_length=254)
    began_at = models.DateTimeField()
    because = models.CharField(max_length=500)
    notice = models.ForeignKey("Notice", models.PROTECT, null=True, blank=True, related_name="+", help_text="What came back.")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["address"], condition=Q(lifted_at=None), name="address_suppressed_once"),
            models.CheckConstraint(condition=Q(lifted_by=None) | Q(lifted_at__isnull=False), name="suppression_lifted_at_a_time"),
        ]

    def __str__(self):
        return f"nothing is sent to {self.address}"


class Circular(models.Model):
    """What a lead wrote to many offices at once, a "Dear Colleague". Plain text, as it was sent."""

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="circulars")
    subject = models.CharField(max_length=200)
    body = models.TextField()
    to_all = models.BooleanField(default=False, help_text="Also to invited offices that had answered.")
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    def __str__(self):
        return self.subject

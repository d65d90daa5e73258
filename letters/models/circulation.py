"""The offices asked to sign a letter, and what each has answered."""

from django.db import models
from django.db.models import F, Q

from .letter import Letter
from .office import Membership, Office, User


class InviteeQuerySet(models.QuerySet):
    def waiting(self):
        """Invited offices that have neither signed nor declined, and still can: their Members have not left office."""
        signed = self.model.signed_exists()
        return self.filter(declined_at=None, office__left_on=None).exclude(invited_at=None).exclude(signed)

    def invited_of(self, person):
        """Invited offices in which the person has a confirmed place; those that lead the letter ask themselves nothing."""
        places = Membership.objects.confirmed().filter(person_id=person.pk)
        asked = self.exclude(invited_at=None).exclude(co_lead=True).exclude(office=F("letter__lead"))
        return asked.filter(office__in=places.values("office"))

    def conditional(self):
        """Offices that would sign on a condition, and have neither signed nor declined since they said so."""
        return self.exclude(condition="")

    def listed(self):
        """Offices that are invited when the draft is circulated."""
        return self.filter(to_invite=True, invited_at=None)


class Invitee(models.Model):
    """One office on one letter. Made by an invitation, or by the office itself when it comes by the link (`invited_at` empty)."""

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="invitees")
    office = models.ForeignKey(Office, models.PROTECT, related_name="invitations")
    invited_at = models.DateTimeField(null=True, blank=True)
    invited_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    contact = models.EmailField(blank=True, help_text="Where the invitation goes while the office has no people here.")
    co_lead = models.BooleanField(default=False)
    pin = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Place among the pinned names, after the leads.")
    deadline_at = models.DateTimeField(null=True, blank=True, help_text="The office's own deadline, when it was given more time.")
    declined_at = models.DateTimeField(null=True, blank=True)
    declined_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decline_reason = models.CharField(max_length=1000, blank=True)
    condition = models.CharField(max_length=1000, blank=True, help_text="Would sign if …")
    condition_at = models.DateTimeField(null=True, blank=True)
    condition_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    condition_met = models.BooleanField(null=True, blank=True, help_text="What the lead answered; empty while it has not.")
    condition_answer = models.CharField(max_length=1000, blank=True)
    condition_answered_at = models.DateTimeField(null=True, blank=True)
    condition_answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    to_invite = models.BooleanField(default=False, help_text="Is invited when the draft is circulated.")
    opened_at = models.DateTimeField(null=True, blank=True, help_text="When somebody of the office first had the letter open.")

    objects = InviteeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["letter", "office"], name="one_invitee_per_office_and_letter"),
            models.CheckConstraint(
                condition=Q(declined_at=None, declined_by=None) | Q(declined_at__isnull=False, declined_by__isnull=False),
                name="declined_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(condition_met=None, condition_answered_at=None, condition_answered_by=None, condition_answer="")
                | (
                    Q(condition_met__isnull=False, condition_answered_at__isnull=False, condition_answered_by__isnull=False)
                    & ~Q(condition="")
                ),
                name="condition_answered_by_someone",
            ),
        ]

    def __str__(self):
        return f"{self.office} on {self.letter}"

    @staticmethod
    def signed_exists():
        from .signature import Signature

        same = {"letter": models.OuterRef("letter"), "office": models.OuterRef("office")}
        return models.Exists(Signature.objects.standing().given().filter(**same))

"""An office asks for more time."""

from django.db import models
from django.db.models import F, Q

from .letter import Letter
from .office import Office, User


class DeadlineRequestQuerySet(models.QuerySet):
    def pending(self):
        return self.filter(decided_at=None)


class DeadlineRequest(models.Model):
    """Asked by an office, decided once by the lead (or taken back). Pending is the lack of a decision."""

    class Decision(models.TextChoices):
        OFFICE = "office", "Granted for that office"
        ALL = "all", "Granted for every office"
        DENIED = "denied", "Denied"
        TAKEN_BACK = "taken_back", "Taken back by the office"

    GRANTED = (Decision.OFFICE, Decision.ALL)

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="deadline_requests")
    office = models.ForeignKey(Office, models.PROTECT, related_name="deadline_requests")
    wanted_at = models.DateTimeField()
    reason = models.CharField(max_length=1000, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    decision = models.CharField(max_length=10, choices=Decision, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    granted_at = models.DateTimeField("new deadline", null=True, blank=True)
    answer = models.CharField(max_length=1000, blank=True)

    objects = DeadlineRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["letter", "office"],
                condition=Q(decided_at=None),
                name="one_pending_request_per_office_and_letter",
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None, decision="")
                | (Q(decided_at__isnull=False, decided_at__gte=F("asked_at"), decided_by__isnull=False) & ~Q(decision="")),
                name="request_decided_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(decision__in=["office", "all"], granted_at__isnull=False)
                | (~Q(decision__in=["office", "all"]) & Q(granted_at=None)),
                name="granted_request_has_new_deadline",
            ),
        ]

    def __str__(self):
        return f"{self.office} asks for more time on {self.letter}"

    @property
    def is_pending(self):
        return self.decided_at is None

    @property
    def is_granted(self):
        return self.decision in self.GRANTED

"""When the site could take signatures, and when it could not."""

from django.db import models
from django.db.models import F, Q


class Uptime(models.Model):
    """One stretch without a long gap in which the web server and the database answered. The heartbeat moves `seen_at` on."""

    began_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)
    after_clock_change = models.BooleanField(default=False, help_text="The clock jumped before it, so the gap was none.")

    class Meta:
        ordering = ["began_at"]
        constraints = [models.CheckConstraint(condition=Q(seen_at__gte=F("began_at")), name="uptime_ends_after_it_begins")]

    def __str__(self):
        return f"up from {self.began_at} to {self.seen_at}"


class Outage(models.Model):
    """A gap between two stretches that was long enough to cost signers time."""

    began_at = models.DateTimeField(unique=True)
    ended_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True, help_text="When every deadline that it touched had been moved.")

    class Meta:
        ordering = ["began_at"]
        constraints = [models.CheckConstraint(condition=Q(ended_at__gt=F("began_at")), name="outage_ends_after_it_begins")]

    def __str__(self):
        return f"no signing from {self.began_at} to {self.ended_at}"

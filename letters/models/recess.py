"""When a chamber is away: entered by an admin, read where a deadline is set."""

from django.db import models
from django.db.models import F, Q

from .office import Office


class RecessQuerySet(models.QuerySet):
    def of(self, chambers):
        """Recesses that concern offices of these chambers; of either where none is named."""
        return self.filter(Q(chamber="") | Q(chamber__in=chambers)) if chambers else self


class Recess(models.Model):
    """Days on which few offices answer, the first and the last among them."""

    chamber = models.CharField(max_length=6, choices=[("", "Both chambers"), *Office.Chamber.choices], blank=True)
    name = models.CharField(max_length=100, help_text="As people call it, for instance: August district work period")
    first_day = models.DateField()
    last_day = models.DateField()

    objects = RecessQuerySet.as_manager()

    class Meta:
        ordering = ["-first_day"]
        verbose_name_plural = "recesses"
        constraints = [
            models.CheckConstraint(
                condition=Q(first_day__lte=F("last_day")),
                name="recess_ends_after_it_begins",
                violation_error_message="The last day comes before the first. Correct one of them.",
            ),
            models.CheckConstraint(condition=Q(chamber__in=["", *Office.Chamber.values]), name="recess_of_a_chamber"),
        ]

    def __str__(self):
        return f"{self.name} ({self.get_chamber_display()})"

    @property
    def label(self):
        """`a recess of the House (August district work period)`, to stand in a sentence."""
        whose = {"": "both chambers", "house": "the House", "senate": "the Senate"}[self.chamber]
        return f"a recess of {whose} ({self.name})"

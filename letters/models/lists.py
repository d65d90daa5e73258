"""Named sets of offices that a lead invites at once: the committees of the roster, and caucuses that an office keeps."""

from django.db import models
from django.db.models import Q

from .office import Office, User


class OfficeListQuerySet(models.QuerySet):
    def for_use_by(self, offices):
        """Every committee, and the lists that one of these offices keeps."""
        return self.filter(Q(keeper=None) | Q(keeper__in=offices))


class OfficeList(models.Model):
    """A committee or subcommittee (`code` as in the roster's files, no keeper), or a list that the office `keeper` keeps."""

    keeper = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="lists")
    code = models.CharField(max_length=10, blank=True, help_text="The committee's code in the roster, for instance HSAG15.")
    name = models.CharField(max_length=200)
    offices = models.ManyToManyField(Office, related_name="listed_in", blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = OfficeListQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="one_list_per_committee"),
            models.UniqueConstraint(fields=["keeper", "name"], name="one_list_per_keeper_and_name"),
            models.CheckConstraint(
                condition=(Q(keeper=None) & ~Q(code="")) | Q(keeper__isnull=False, code=""),
                name="list_of_a_committee_or_an_office",
            ),
        ]

    def __str__(self):
        return self.name

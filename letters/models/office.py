"""Offices, the people who work in them, and their places there."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q


class User(AbstractUser):
    """A person who signs in. What a person may do comes from a Membership, never from the address."""

    def __str__(self):
        return self.get_full_name() or self.email or self.username


class OfficeQuerySet(models.QuerySet):
    def sitting(self):
        return self.filter(left_on=None)

    def of(self, person):
        """Offices in which the person has a confirmed place now."""
        return self.filter(pk__in=Membership.objects.confirmed().filter(person_id=person.pk).values("office"))

    def named(self, text):
        """Offices that a bioguide ID, a seat (`NY-10`, `NM Senate`) or a Member's full or last name means. A list."""
        wanted = text.strip().casefold()

        def names(office):
            return (office.bioguide, office.seat, office.name, office.printed_name, office.last_name)

        return [office for office in self.sitting().in_order() if wanted in map(str.casefold, names(office)) and wanted]

    def in_order(self):
        return self.order_by("last_name", "first_name", "state", "pk")


class Office(models.Model):
    """One Member's office in one chamber. The roster owns the first block of fields, the office itself `signing_name`."""

    class Chamber(models.TextChoices):
        HOUSE = "house", "House"
        SENATE = "senate", "Senate"

    TITLES = {Chamber.HOUSE: "Member of Congress", Chamber.SENATE: "United States Senator"}

    bioguide = models.CharField("Bioguide ID", max_length=12, blank=True, help_text="Empty when not in the roster.")
    chamber = models.CharField(max_length=6, choices=Chamber)
    name = models.CharField("name in the roster", max_length=200)
    first_name = models.CharField(max_length=100, blank=True)
    last_name = models.CharField(max_length=100)
    state = models.CharField(max_length=2)
    district = models.PositiveSmallIntegerField(null=True, blank=True, help_text="House only; 0 is at large.")
    party = models.CharField(max_length=40, blank=True)
    serving_since = models.DateField(null=True, blank=True, help_text="Start of the first term in this chamber.")
    left_on = models.DateField(null=True, blank=True, help_text="When the Member was found gone from the roster.")

    signing_name = models.CharField(max_length=200, blank=True, help_text="How the Member signs, where it differs.")

    objects = OfficeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bioguide", "chamber"], condition=~Q(bioguide=""), name="one_office_per_member_and_chamber"
            ),
            models.CheckConstraint(condition=Q(chamber__in=["house", "senate"]), name="office_is_in_a_chamber"),
        ]

    def __str__(self):
        return self.label

    @property
    def printed_name(self):
        return self.signing_name or self.name

    @property
    def title(self):
        return self.TITLES[self.chamber]

    @property
    def seat(self):
        """`NY-10`, `AK at large` or `NM Senate`: what tells two Members of one surname apart."""
        if self.chamber == self.Chamber.SENATE:
            return f"{self.state} Senate"
        return f"{self.state} at large" if not self.district else f"{self.state}-{self.district}"

    @property
    def label(self):
        return f"{self.printed_name} ({self.seat})"

    def people(self):
        """People who answer for the office and have confirmed places, to whom its mail goes."""
        return User.objects.filter(pk__in=self.memberships.answering().values("person")).order_by("pk")


class MembershipQuerySet(models.QuerySet):
    def live(self):
        return self.filter(ended_at=None)

    def confirmed(self):
        return self.live().exclude(confirmed_at=None)

    def asking(self):
        return self.live().filter(confirmed_at=None)

    def signers(self):
        return self.filter(role__in=[Membership.Role.SIGNER, Membership.Role.MANAGER])

    def managers(self):
        return self.filter(role=Membership.Role.MANAGER)

    def answering(self):
        """Places of the people who answer for an office, and to whom its mail goes."""
        return self.confirmed().signers().filter(person__is_active=True)


class Membership(models.Model):
    """A person's place in an office. Not confirmed means asked for; ended rows are kept."""

    class Role(models.TextChoices):
        VIEWER = "viewer", "Viewer (reads)"
        SIGNER = "signer", "Signer (signs the Member on)"
        MANAGER = "manager", "Manager (also runs the office's people)"

    person = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    office = models.ForeignKey(Office, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=7, choices=Role, default=Role.SIGNER)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "office"], condition=Q(ended_at=None), name="one_place_per_person_and_office"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(confirmed_at__isnull=False, confirmed_at__gte=F("asked_at"), confirmed_by__isnull=False),
                name="place_confirmed_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_at__gte=F("asked_at"), ended_by__isnull=False),
                name="place_ended_by_someone",
            ),
        ]

    def __str__(self):
        return f"{self.person} in the office of {self.office}"

    @property
    def is_confirmed(self):
        return self.confirmed_at is not None and self.ended_at is None

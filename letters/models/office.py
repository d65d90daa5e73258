"""Offices and the people who sign in."""

import hashlib

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q

STATES = [
    *[("AL", "Alabama"), ("AK", "Alaska"), ("AZ", "Arizona"), ("AR", "Arkansas"), ("CA", "California"), ("CO", "Colorado")],
    *[("CT", "Connecticut"), ("DE", "Delaware"), ("FL", "Florida"), ("GA", "Georgia"), ("HI", "Hawaii"), ("ID", "Idaho")],
    *[("IL", "Illinois"), ("IN", "Indiana"), ("IA", "Iowa"), ("KS", "Kansas"), ("KY", "Kentucky"), ("LA", "Louisiana")],
    *[("ME", "Maine"), ("MD", "Maryland"), ("MA", "Massachusetts"), ("MI", "Michigan"), ("MN", "Minnesota")],
    *[("MS", "Mississippi"), ("MO", "Missouri"), ("MT", "Montana"), ("NE", "Nebraska"), ("NV", "Nevada")],
    *[("NH", "New Hampshire"), ("NJ", "New Jersey"), ("NM", "New Mexico"), ("NY", "New York"), ("NC", "North Carolina")],
    *[("ND", "North Dakota"), ("OH", "Ohio"), ("OK", "Oklahoma"), ("OR", "Oregon"), ("PA", "Pennsylvania")],
    *[("RI", "Rhode Island"), ("SC", "South Carolina"), ("SD", "South Dakota"), ("TN", "Tennessee"), ("TX", "Texas")],
    *[("UT", "Utah"), ("VT", "Vermont"), ("VA", "Virginia"), ("WA", "Washington"), ("WV", "West Virginia")],
    *[("WI", "Wisconsin"), ("WY", "Wyoming"), ("AS", "American Samoa"), ("DC", "District of Columbia"), ("GU", "Guam")],
    *[("MP", "Northern Mariana Islands"), ("PR", "Puerto Rico"), ("VI", "U.S. Virgin Islands")],
]


class User(AbstractUser):
    """A person who signs in. What a person may do comes from a Membership, never from the address."""

    # How the person proved who they are for the act at hand, in words: set for each request, empty in commands.
    signed_in_with = ""

    def __str__(self):
        return self.get_full_name() or self.email or self.username


class OfficeQuerySet(models.QuerySet):
    def sitting(self):
        return self.filter(left_on=None)

    def listed(self):
        """Sitting offices that anyone may choose: those of the roster, and those that a site admin has accepted."""
        return self.sitting().filter(Q(entered_at=None) | Q(accepted_at__isnull=False) | ~Q(bioguide=""))

    def without_manager(self):
        return self.exclude(pk__in=Membership.objects.answering().managers().values("office"))

    def of(self, person):
        """Offices in which the person has a confirmed place now."""
        return self.filter(pk__in=Membership.objects.confirmed().filter(person_id=person.pk).values("office"))

    def named(self, text):
        """Offices that a bioguide ID, a seat (`NY-10`, `NM Senate`) or a Member's full or last name means. A list."""
        return self.named_each([text])[text]

    def named_each(self, texts, read=str):
        """The same for many texts with one query, as a dictionary. `read` gives another reading of a text that means nothing."""
        offices = {}
        for office in self.sitting().in_order():
            names = (office.bioguide, office.seat, office.name, office.printed_name, office.last_name, office.label)
            for name in set(map(str.casefold, names)) - {""}:
                offices.setdefault(name, []).append(office)

        def meant(text):
            return offices.get(text.strip().casefold(), [])

        return {text: meant(text) or meant(read(text)) for text in texts}

    def in_order(self):
        return self.order_by("last_name", "first_name", "state", "pk")


class Office(models.Model):
    """One Member's office in one chamber. The roster owns the first block of fields, the office itself the second.

    An office that is not in the roster was entered by a person (`entered_by`) and is chosen by others once a site admin has
    accepted it.
    """

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
    signing_title = models.CharField(max_length=100, blank=True, help_text="The title under the name, where it differs.")
    named_signers_only = models.BooleanField(default=False, help_text="Only people whom a manager has named sign.")

    entered_at = models.DateTimeField(null=True, blank=True)
    entered_by = models.ForeignKey("User", models.PROTECT, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey("User", models.PROTECT, null=True, blank=True, related_name="+")

    objects = OfficeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bioguide", "chamber"], condition=~Q(bioguide=""), name="one_office_per_member_and_chamber"
            ),
            models.CheckConstraint(condition=Q(chamber__in=["house", "senate"]), name="office_is_in_a_chamber"),
            models.CheckConstraint(
                condition=Q(entered_at=None, entered_by=None) | Q(entered_at__isnull=False, entered_by__isnull=False),
                name="office_entered_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(
                    entered_at__isnull=False,
                    accepted_at__isnull=False,
                    accepted_by__isnull=False,
                    accepted_at__gte=F("entered_at"),
                ),
                name="office_accepted_by_someone",
            ),
        ]

    def __str__(self):
        return self.label

    @property
    def printed_name(self):
        return self.signing_name or self.name

    @property
    def title(self):
        return self.signing_title or self.TITLES[self.chamber]

    @property
    def seat(self):
        """`NY-10`, `AK at large` or `NM Senate`: what tells two Members of one surname apart."""
        if self.chamber == self.Chamber.SENATE:
            return f"{self.state} Senate"
        return f"{self.state} at large" if not self.district else f"{self.state}-{self.district}"

    @property
    def label(self):
        return f"{self.printed_name} ({self.seat})"

    def namesakes(self):
        """Other sitting Members who share the surname, and for whom this one could be taken."""
        return Office.objects.listed().filter(last_name__iexact=self.last_name).exclude(pk=self.pk).in_order()

    def signature_image(self):
        """The picture of the Member's signature that is on file now, or None."""
        return self.images.on_file(OfficeImage.Kind.SIGNATURE)

    def seal(self):
        """The seal for the letterhead that is on file now, or None."""
        return self.images.on_file(OfficeImage.Kind.SEAL)

    def people(self):
        """People who answer for the office and have confirmed places, to whom its mail goes."""
        return User.objects.filter(pk__in=self.memberships.answering().values("person")).order_by("pk")


class OfficeImageQuerySet(models.QuerySet):
    def on_file(self, kind):
        return self.filter(kind=kind, removed_at=None).first()


class OfficeImage(models.Model):
    """The Member's signature, or a seal for the letterhead, as a picture put on file by a manager.

    One of each kind at a time; removed ones stay for the letters that show them.
    """

    class Kind(models.TextChoices):
        SIGNATURE = "signature", "signature image"
        SEAL = "seal", "seal"

    office = models.ForeignKey(Office, models.PROTECT, related_name="images")
    kind = models.CharField(max_length=9, choices=Kind, default=Kind.SIGNATURE)
    png = models.BinaryField(help_text="A clean PNG of our own making.")
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField(help_text="Pixels.")
    height = models.PositiveIntegerField(help_text="Pixels.")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = OfficeImageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "kind"], condition=Q(removed_at=None), name="one_image_of_a_kind_on_file"),
            models.CheckConstraint(
                condition=Q(removed_at=None, removed_by=None) | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="image_removed_by_someone",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} of {self.office}"

    def bytes(self):
        """The PNG. Raises DamagedImage when the stored bytes are not those that were put on file."""
        data = bytes(self.png)
        if hashlib.sha256(data).hexdigest() != self.sha256:
            raise DamagedImage(
                f"The {self.get_kind_display()} of {self.office} is not the one that was put on file. Restore it from a backup."
            )
        return data


class DamagedImage(Exception):
    """Stored bytes that do not hash to what was put on file."""


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

    def claims(self):
        """Asked for in offices that nobody runs yet: a site admin decides."""
        return self.asking().filter(office__in=Office.objects.without_manager())

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
    confirmed_how = models.CharField(max_length=200, blank=True)
    named_signer = models.BooleanField(default=False, help_text="Signs where the office lets only named people sign.")
    alternate = models.BooleanField(default=False, help_text="Gets the office's mail only while nobody else of it can.")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    ended_reason = models.CharField(max_length=1000, blank=True)

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

    @property
    def acts_as(self):
        """The word that history keeps for the person's right: the role, or `asking` while nobody has confirmed it."""
        return self.role if self.is_confirmed else "asking"

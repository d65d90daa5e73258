"""One Member on one letter."""

import datetime
import unicodedata

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from .letter import Letter
from .office import Office, OfficeImage, User
from .revision import Revision

SAME_SUBSTANCE = {"revision__substance": F("letter__revision__substance")}


class SignatureQuerySet(models.QuerySet):
    def standing(self):
        """Signatures that were not taken off: printed, awaiting confirmation, or to be re-affirmed."""
        return self.filter(ended_at=None)

    def given(self):
        """The office's answer: not while it awaits confirmation, be it a yes that the lead entered or that of a newcomer."""
        return self.exclude(confirmed_at=None)

    def printed(self):
        """Standing, confirmed, and given to the text as it is now, or as it was before mere corrections."""
        return self.carried().exclude(confirmed_at=None)

    def awaiting(self):
        return self.standing().filter(confirmed_at=None)

    def carried(self):
        """Standing, confirmed or not, and given to a text of the same substance."""
        return self.standing().filter(**SAME_SUBSTANCE)

    def to_reaffirm(self):
        return self.standing().exclude(**SAME_SUBSTANCE)

    def affirmed_before(self, instant):
        return self.annotate(affirmed=Coalesce("reaffirmed_at", "signed_at")).filter(affirmed__lt=instant)

    def in_order(self, letter):
        """As printed: the leads, then pinned offices, then the letter's rule. A list, each with its office fetched."""
        leads = {office.pk: place for place, office in enumerate(letter.lead_offices())}
        pins = dict(letter.invitees.exclude(pin=None).values_list("office", "pin"))
        rule = RULES[letter.order]

        def place(signature):
            office = signature.office_id
            return (leads.get(office, len(leads)), pins.get(office, float("inf")), *rule(signature))

        found = self.filter(letter=letter).select_related("office", "letter", "image").defer("image__png")
        return sorted(found, key=place)


class Signature(models.Model):
    """A Member's name on a letter, bound to the text that was read, with name and title as they will print.

    `confirmed_at` is empty while nobody has vouched for a person who asked for a place in the office and signed already.
    One that the lead entered after a call or from paper (`entered_how`) is empty there until the office itself confirms it.
    `revision` and `image` move only when the office re-affirms. An ended row is kept; signing anew makes a new one.
    """

    class Ended(models.TextChoices):
        WITHDRAWN = "withdrawn", "Withdrawn by the office"
        REFUSED = "refused", "Not confirmed"

    class Authority(models.TextChoices):
        STANDING = "standing", "Standing authority from the Member"
        LETTER = "letter", "The Member's word on this letter"

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="signatures")
    office = models.ForeignKey(Office, models.PROTECT, related_name="signatures")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="signatures")
    name = models.CharField(max_length=200)
    title = models.CharField(max_length=100)
    state = models.CharField(max_length=2)
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    signed_as = models.CharField(max_length=20, help_text="The person's role in the office at that moment.")
    signed_in_with = models.CharField(max_length=100, blank=True, help_text="How that person had signed in, in words.")
    authority = models.CharField(max_length=8, choices=Authority, blank=True)
    entered_how = models.CharField(max_length=300, blank=True, help_text="How the lead got the office's yes.")
    image = models.ForeignKey(OfficeImage, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_how = models.CharField(max_length=200, blank=True)
    reaffirmed_at = models.DateTimeField(null=True, blank=True)
    reaffirmed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    ended = models.CharField(max_length=10, choices=Ended, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    ended_reason = models.CharField(max_length=1000, blank=True)

    BY_THE_OFFICE = "signed again by the office"

    objects = SignatureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["letter", "office"], condition=Q(ended_at=None), name="one_signature_per_office_and_letter"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(confirmed_at__isnull=False, confirmed_at__gte=F("signed_at"), confirmed_by__isnull=False),
                name="signature_confirmed_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(reaffirmed_at=None, reaffirmed_by=None)
                | Q(reaffirmed_at__isnull=False, reaffirmed_at__gte=F("signed_at"), reaffirmed_by__isnull=False),
                name="signature_reaffirmed_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, ended="")
                | (Q(ended_at__isnull=False, ended_at__gte=F("signed_at"), ended_by__isnull=False) & ~Q(ended="")),
                name="signature_ended_by_someone",
            ),
        ]

    def __str__(self):
        return f"{self.name} on {self.letter}"

    @property
    def is_confirmed(self):
        return self.confirmed_at is not None

    @property
    def is_entered(self):
        """Whether the lead entered it for the office, which then confirms it; else the office signed and the lead confirms."""
        return bool(self.entered_how)

    @property
    def rests_on_the_lead(self):
        """Whether the lead alone vouched for it: given by somebody who only asked for a place, never taken up by the office."""
        taken_up = self.confirmed_how == self.BY_THE_OFFICE or (
            self.confirmed_at and self.reaffirmed_at and self.reaffirmed_at > self.confirmed_at
        )
        return self.signed_as == "asking" and not taken_up

    @property
    def is_given(self):
        return self.is_confirmed

    @property
    def is_printed(self):
        return self.ended_at is None and self.is_confirmed and not self.needs_reaffirming

    @property
    def needs_reaffirming(self):
        return self.revision.substance != self.letter.revision.substance

    @property
    def affirmed_at(self):
        """When the office last said yes."""
        return self.reaffirmed_at or self.signed_at

    @property
    def is_asked_again(self):
        """Whether the lead asked for it anew and the office has not said yes since. It is printed all the same."""
        asked = self.letter.asked_again_at
        return self.is_confirmed and asked is not None and self.affirmed_at < asked

    def as_printed(self):
        """The signer's line in the manifest, as JSON types."""
        return {
            "signature": self.pk,
            "office": self.office_id,
            "bioguide": self.office.bioguide,
            "name": self.name,
            "title": self.title,
            "state": self.state,
            "signed_at": self.signed_at.astimezone(datetime.UTC).isoformat(),
            **({"image_sha256": self.image.sha256} if self.letter.signature_images and self.image else {}),
        }


def alphabetical(signature):
    """Last name, first name, without accents or case; then the row, so that the order never wavers."""
    office = signature.office
    letters = unicodedata.normalize("NFKD", f"{office.last_name}\0{office.first_name}")
    return ("".join(c for c in letters if not unicodedata.combining(c)).casefold(), signature.pk)


def seniority(signature):
    since = signature.office.serving_since
    return (since is None, since or 0, *alphabetical(signature))


RULES = {
    Letter.Order.SIGNED: lambda signature: (signature.signed_at, signature.pk),
    Letter.Order.ALPHABETICAL: alphabetical,
    Letter.Order.CHAMBER: lambda signature: (
        signature.office.chamber == Office.Chamber.HOUSE,
        *alphabetical(signature),
    ),
    Letter.Order.SENIORITY: seniority,
}

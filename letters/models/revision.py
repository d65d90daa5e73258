"""The texts of a letter: those that were published, the one in the works, and what others would have otherwise."""

from django.db import models
from django.db.models import F, Q

from .letter import Letter
from .office import Office, User


class Text(models.Model):
    """The parts of a letter's text. `body` is the canonical HTML subset; address blocks are parted by a blank line."""

    TEXT_FIELDS = ("date_line", "addressees", "subject", "salutation", "body", "closing", "cc", "enclosures")

    date_line = models.CharField(max_length=100, blank=True)
    addressees = models.TextField(blank=True)
    subject = models.CharField(max_length=500, blank=True, help_text="What follows “Re:”.")
    salutation = models.CharField(max_length=1000, blank=True)
    body = models.TextField(blank=True)
    closing = models.CharField(max_length=200, blank=True)
    cc = models.TextField(blank=True)
    enclosures = models.TextField(blank=True)

    class Meta:
        abstract = True

    def text(self):
        return {field: getattr(self, field) for field in self.TEXT_FIELDS}

    @property
    def address_blocks(self):
        return [block.split("\n") for block in self.addressees.split("\n\n") if block]


class Revision(Text):
    """One numbered, immutable text.

    `substance` is the number of the first text that says the same: its own number, or for a clerical revision that of the text
    whose typing it corrects. A signature given to one of them counts for all.
    """

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    substance = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    note = models.CharField(max_length=500, blank=True, help_text="What was changed and why, for the signers.")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["letter", "number"], name="revisions_are_numbered"),
            models.CheckConstraint(condition=Q(substance__gte=1, substance__lte=F("number")), name="substance_is_no_later_text"),
            models.CheckConstraint(condition=~Q(body=""), name="revision_has_text"),
        ]

    def __str__(self):
        return f"text {self.number} of {self.letter}"

    @property
    def is_clerical(self):
        return self.substance != self.number


class WorkingCopy(Text):
    """The text as the lead's people are editing it: saved every few seconds, and seen by nobody else until it is published.

    `version` grows by one with each save, so that two people who edit at once do not overwrite each other.
    """

    letter = models.OneToOneField(Letter, models.PROTECT, related_name="working_copy")
    base = models.ForeignKey(Revision, models.PROTECT, related_name="+", help_text="The published text that it goes on from.")
    version = models.PositiveIntegerField()
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = "working copies"

    def __str__(self):
        return f"working copy of {self.letter}"

    @property
    def is_changed(self):
        """Whether it differs from the text that is published."""
        return self.text() != self.letter.revision.text()


class ImportReport(models.Model):
    """What was changed, dropped or uncertain when a text came in. Kept beside the editor until somebody has gone through it."""

    class Source(models.TextChoices):
        WORD = "word", "a Word file"
        FILE = "file", "a text file"
        PASTE = "paste", "pasted text"

    class Changes(models.TextChoices):
        ACCEPTED = "accepted", "All tracked changes accepted"
        REJECTED = "rejected", "All tracked changes rejected"

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="import_reports")
    source = models.CharField(max_length=5, choices=Source)
    name = models.CharField(max_length=200, blank=True, help_text="The file's name.")
    changes = models.CharField(max_length=8, choices=Changes, blank=True)
    doubts = models.JSONField(default=list, help_text="Sentences.")
    signers = models.JSONField(default=list, help_text="Pairs of name and title as found; offered, never signed.")
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", help_text="Empty for a command.")
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(checked_at=None, checked_by=None) | Q(checked_at__isnull=False, checked_by__isnull=False),
                name="import_checked_by_someone",
            ),
        ]

    def __str__(self):
        return f"import of {self.get_source_display()} into {self.letter}"


class ProposedEditQuerySet(models.QuerySet):
    def pending(self):
        return self.filter(decided_at=None)


class ProposedEdit(models.Model):
    """Other words that an office would like before it signs. Decided once by the lead, or taken back; pending until then."""

    class Decision(models.TextChoices):
        TAKEN = "taken", "Taken into the next text"
        ANSWERED = "answered", "Not taken"
        TAKEN_BACK = "taken_back", "Taken back by the office"

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="proposed_edits")
    office = models.ForeignKey(Office, models.PROTECT, related_name="proposed_edits")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="+", help_text="The text that was read.")
    old = models.CharField("words in the text", max_length=2000)
    new = models.CharField("words instead", max_length=2000, blank=True, help_text="Empty to strike the old ones.")
    reason = models.CharField(max_length=1000, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    decision = models.CharField(max_length=10, choices=Decision, blank=True)
    answer = models.CharField(max_length=1000, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ProposedEditQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None, decision="")
                | (Q(decided_at__isnull=False, decided_at__gte=F("asked_at"), decided_by__isnull=False) & ~Q(decision="")),
                name="edit_decided_by_someone",
            ),
            models.CheckConstraint(condition=~Q(old=F("new")), name="edit_changes_something"),
        ]

    def __str__(self):
        return f"{self.office} proposes an edit of {self.letter}"

    @property
    def is_pending(self):
        return self.decided_at is None

    @property
    def is_taken(self):
        return self.decision == self.Decision.TAKEN

"""The mail queue and the delivery record in one."""

import datetime
import hashlib

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When

from .circulation import Invitee
from .deadline import DeadlineRequest
from .letter import Letter
from .mail import Circular
from .office import Membership, Office, User
from .people import PlaceInvitation
from .revision import ProposedEdit
from .signature import Signature
from .uptime import Outage

# No worker holds or puts off a notice for longer; what says otherwise was written by a clock that was ahead.
LONGEST_HOLD = datetime.timedelta(hours=1)


class NoticeQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(sent_at=None, dropped_at=None)

    def due(self, now):
        """Waiting, due, and held by no worker. What was due when it was written is due, whatever the clock said then."""
        free = Q(claimed_until=None) | Q(claimed_until__lt=now) | Q(claimed_until__gt=now + LONGEST_HOLD)
        return self.waiting().filter(free, Q(due_at__lte=now) | Q(due_at=F("created_at")))

    def with_standing(self, now):
        """Each with `standing`, one of Notice.Standing: what became of it so far."""
        standing = self.model.Standing
        cases = [
            (Q(bounced_at__isnull=False), standing.RETURNED),
            (Q(sent_at__isnull=False), standing.SENT),
            (Q(refused=True), standing.REFUSED),
            (Q(dropped_at__isnull=False), standing.DROPPED),
            (~Q(last_error=""), standing.RETRYING),
            (Q(claimed_until__gte=now), standing.SENDING),
            (Q(due_at__gt=now), standing.HELD),
        ]
        whens = [When(condition, then=Value(str(value))) for condition, value in cases]
        return self.annotate(standing=Case(*whens, default=Value(str(standing.QUEUED))))


class Notice(models.Model):
    """One mail to one person about one thing. Its words are made when it is sent, from what is true then.

    `key` makes it exist at most once. It ends sent, or dropped with a reason; until then it is waiting.
    """

    class Kind(models.TextChoices):
        INVITATION = "invitation", "Invitation"
        REMINDER = "reminder", "Reminder"
        RECEIPT = "receipt", "Receipt"
        WITHDRAWAL = "withdrawal", "Withdrawal receipt"
        REAFFIRM = "reaffirm", "Text changed: please re-affirm"
        ASKED_AGAIN = "asked-again", "Is it still a yes?"
        AWAITING = "awaiting", "Signature to confirm"
        CONFIRMED = "confirmed", "Signature confirmed"
        REFUSED = "refused", "Signature not confirmed"
        REQUEST_RECEIVED = "request-received", "Request for more time"
        CORRECTED = "corrected", "Text corrected"
        EDIT_PROPOSED = "edit-proposed", "Proposed edit"
        EDIT_DECIDED = "edit-decided", "Answer to a proposed edit"
        REQUEST_DECIDED = "request-decided", "Answer to a request"
        DEADLINE_MOVED = "deadline-moved", "Deadline moved"
        LOCKED = "locked", "Letter locked"
        JOIN_REQUEST = "join-request", "Someone asks to join the office"
        JOIN_DECIDED = "join-decided", "Answer to a request to join"
        CLAIM = "claim", "Someone claims an office"
        PLACE_INVITATION = "place-invitation", "Invitation to join the office"
        PLACE_TAKEN = "place-taken", "Invitation accepted"
        ENTERED = "entered", "Yes to confirm"
        CONDITION_RECEIVED = "condition-received", "Would sign if …"
        CONDITION_ANSWERED = "condition-answered", "Answer to a condition"
        SCHEDULED = "scheduled", "Scheduled circulation"
        CIRCULAR = "circular", "Dear Colleague"
        OUTAGE = "outage", "Time added after an outage"
        LOCK_PENDING = "lock-pending", "The letter will be locked"
        DIGEST = "digest", "Digest"

    # Why a mail was dropped that nobody took.
    NOT_AN_ADDRESS = "the address is not a mail address"
    GIVEN_UP = "given up after two days of trying"
    NOT_DELIVERED = (NOT_AN_ADDRESS, GIVEN_UP)
    # Why one was dropped of which nobody knows whether it was taken.
    INTERRUPTED = "interrupted while sending; it may have arrived"

    class Standing(models.TextChoices):
        QUEUED = "queued", "Queued"
        HELD = "held", "Held"
        SENDING = "sending", "Being sent"
        RETRYING = "retrying", "Trying again"
        SENT = "sent", "Sent"
        DROPPED = "dropped", "Not sent"
        REFUSED = "refused", "Refused"
        RETURNED = "returned", "Came back"

    # Sent at most once even when nobody knows whether the last try got through.
    AT_MOST_ONCE = (Kind.REMINDER, Kind.DIGEST)
    # What a person may choose not to get. Never what is asked of them, or what came of an act of their own.
    MUTABLE = (Kind.REMINDER, Kind.DEADLINE_MOVED, Kind.CIRCULAR, Kind.CORRECTED, Kind.OUTAGE, Kind.DIGEST)

    kind = models.CharField(max_length=20, choices=Kind)
    key = models.CharField(max_length=64, unique=True)
    letter = models.ForeignKey(Letter, models.PROTECT, null=True, blank=True, related_name="notices")
    office = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="notices")
    person = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    address = models.EmailField(max_length=254)
    signature = models.ForeignKey(Signature, models.PROTECT, null=True, blank=True, related_name="+")
    request = models.ForeignKey(DeadlineRequest, models.PROTECT, null=True, blank=True, related_name="+")
    proposed_edit = models.ForeignKey(ProposedEdit, models.PROTECT, null=True, blank=True, related_name="+")
    membership = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    place_invitation = models.ForeignKey(PlaceInvitation, models.PROTECT, null=True, blank=True, related_name="+")
    invitee = models.ForeignKey(Invitee, models.PROTECT, null=True, blank=True, related_name="+")
    circular = models.ForeignKey(Circular, models.PROTECT, null=True, blank=True, related_name="notices")
    outage = models.ForeignKey(Outage, models.PROTECT, null=True, blank=True, related_name="+")
    again_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+", help_text="Sent again by hand.")
    deadline_at = models.DateTimeField(null=True, blank=True, help_text="The office's deadline that a reminder counts from.")
    step = models.CharField(max_length=10, blank=True)
    event_no = models.PositiveIntegerField(null=True, blank=True, help_text="The newest event of the letter that a digest tells.")

    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True, blank=True)
    token = models.CharField(max_length=32, blank=True)
    started_at = models.DateTimeField(null=True, blank=True, help_text="When the last try was handed to the mail server.")
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_because = models.CharField(max_length=200, blank=True)
    refused = models.BooleanField(default=False, help_text="Dropped because the mail server does not take the address.")
    bounced_at = models.DateTimeField(null=True, blank=True, help_text="When it came back after it was sent.")
    bounced_because = models.CharField(max_length=500, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(sent_at=None) | Q(dropped_at=None), name="notice_sent_or_dropped"),
            models.CheckConstraint(condition=Q(bounced_at=None) | Q(sent_at__isnull=False), name="only_sent_mail_comes_back"),
            models.CheckConstraint(condition=Q(refused=False) | Q(dropped_at__isnull=False), name="refused_mail_is_dropped"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(sent_at=None, dropped_at=None), name="notices_waiting"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} to {self.address}"

    @staticmethod
    def make_key(*parts):
        return hashlib.sha256("\0".join(str(part) for part in parts).encode()).hexdigest()

    @property
    def message_id(self):
        """The same for every try, so that a mail sent twice is shown once."""
        return f"<{self.key[:40]}@{settings.SITE_HOST or 'localhost'}>"

    @property
    def state(self):
        if self.sent_at:
            return "sent"
        if self.dropped_at:
            return "not sent"
        return "trying again" if self.last_error else "queued"

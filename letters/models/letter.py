"""Letters and the numbered, immutable texts they carry."""

import datetime
import secrets
import string
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q

from .office import Membership, Office, OfficeImage, User

LETTERHEADS = {
    "house": ("Congress of the United States", "House of Representatives", "Washington, D.C. 20515"),
    "senate": ("United States Senate", "Washington, D.C. 20510"),
    "joint": ("Congress of the United States", "Washington, D.C. 20515"),
}


# No letter is held for rendering for longer; what says otherwise was written by a clock that was ahead.
LONGEST_HOLD = datetime.timedelta(hours=1)


def new_code():
    """A locator of 22 letters and digits, over 128 random bits. It finds the letter; it opens nothing."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(22))


def of_own_offices(person):
    """Of letters: those that the person's offices lead, and in circulation those that they were invited to or came to."""
    offices = Membership.objects.confirmed().filter(person_id=person.pk).values("office")
    leads = Q(lead__in=offices) | Q(invitees__office__in=offices, invitees__co_lead=True)
    return leads | (~Q(status=Letter.Status.DRAFT) & Q(invitees__office__in=offices))


class LetterQuerySet(models.QuerySet):
    def lock(self, letter):
        """The letter's row, locked until the transaction ends. Every verb begins here, so verbs on one letter queue up."""
        # Nothing is joined: PostgreSQL would join a row that it waited for to others as they were before the wait.
        return self.select_for_update().get(pk=letter.pk)

    def led_by(self, person):
        offices = Membership.objects.confirmed().filter(person_id=person.pk).values("office")
        return self.filter(Q(lead__in=offices) | Q(invitees__office__in=offices, invitees__co_lead=True)).distinct()

    def visible_to(self, person):
        """Letters the person may read at all, knowing their code.

        The lead's people and those who lock or audit see every status. Others see a letter once it is circulated: people of
        an invited office always; anyone with a place in the office of a sitting Member, even one still asked for, when
        the audience is `any`.
        """
        if person.has_perm("letters.lock_letter") or person.has_perm("letters.audit_letter"):
            return self
        seen = of_own_offices(person)
        if Membership.objects.live().filter(person_id=person.pk, office__left_on=None).exists():
            seen |= ~Q(status=Letter.Status.DRAFT) & Q(audience=Letter.Audience.ANY)
        return self.filter(pk__in=Letter.objects.filter(seen).values("pk"))

    def open_without_link(self, person):
        """Those of `visible_to` that the person may read whoever the audience is, so also when the link was lost."""
        if person.has_perm("letters.lock_letter") or person.has_perm("letters.audit_letter"):
            return self
        return self.filter(pk__in=Letter.objects.filter(of_own_offices(person)).values("pk"))

    def known_by(self, code):
        """The letter that this code leads to or led to once, or whose history bears it; for commands, which ask nobody."""
        return self.filter(Q(code=code) | Q(ref=code) | Q(retired_links__code=code)).distinct()

    def open(self):
        return self.filter(status=Letter.Status.OPEN)

    def circulation_due(self, now):
        """Drafts that were to circulate by themselves by now."""
        return self.filter(status=Letter.Status.DRAFT, circulate_at__lte=now)

    def render_due(self, now):
        """Letters whose stored PDF is older than their state, and which no worker holds."""
        return self.filter(
            Q(rendering_until=None) | Q(rendering_until__lt=now) | Q(rendering_until__gt=now + LONGEST_HOLD),
            Q(render_after=None) | Q(render_after__lte=now),
            rendered_no__lt=F("state_no"),
            revision__isnull=False,
        )


class Letter(models.Model):
    """What is circulated. `status` holds only what no clock can tell: whether time is up is a question, `is_closed`."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        OPEN = "open", "Open"
        LOCKED = "locked", "Locked"
        WITHDRAWN = "withdrawn", "Withdrawn"
        SUPERSEDED = "superseded", "Superseded"

    class Order(models.TextChoices):
        SIGNED = "signed", "In the order of signing"
        ALPHABETICAL = "alphabetical", "Alphabetical by last name"
        CHAMBER = "chamber", "Senate, then House, each alphabetical"
        SENIORITY = "seniority", "By seniority"

    class Audience(models.TextChoices):
        ANY = "any", "Any office with the link"
        INVITED = "invited", "Invited offices only"

    class ListShown(models.TextChoices):
        LEAD = "lead", "Only to the lead"
        INVITED = "invited", "To invited offices"
        ALL = "all", "To every office that can open the letter"

    class Columns(models.TextChoices):
        ACROSS = "across", "Across, then down"
        DOWN = "down", "Down the left column, then the right"

    class Space(models.TextChoices):
        PEN = "pen", "With space to sign by hand"
        TYPED = "typed", "Names only"

    # Statuses in which nothing about text, signers or answers may change any more.
    FINISHED = (Status.LOCKED, Status.WITHDRAWN, Status.SUPERSEDED)

    # `ref` names the letter in its history and its manifest, for ever; `code` is in its link, and a new one can replace it.
    ref = models.CharField(max_length=32, unique=True, default=new_code, editable=False)
    code = models.CharField(max_length=32, unique=True, default=new_code, editable=False)
    title = models.CharField(max_length=200, help_text="Working title for lists; it is not printed.")
    lead = models.ForeignKey(Office, models.PROTECT, related_name="letters_led")
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    deadline_at = models.DateTimeField(null=True, blank=True)
    zone = models.CharField(max_length=64, default="America/New_York")
    audience = models.CharField(max_length=7, choices=Audience, default=Audience.ANY)
    list_shown = models.CharField(max_length=7, choices=ListShown, default=ListShown.INVITED)
    order = models.CharField(max_length=12, choices=Order, default=Order.SIGNED)
    columns = models.CharField(max_length=6, choices=Columns, default=Columns.ACROSS)
    space = models.CharField(max_length=5, choices=Space, default=Space.PEN)
    running_head = models.BooleanField(default=False, help_text="Pages after the first begin with the addressee's name.")
    seal = models.ForeignKey(OfficeImage, models.PROTECT, null=True, blank=True, related_name="+")
    signature_images = models.BooleanField(default=False, help_text="Signature images that are on file print above the names.")
    revision = models.ForeignKey("Revision", models.PROTECT, null=True, related_name="+")

    # Raised by every change that the PDF shows; `rendered_no` is the state that the newest stored PDF shows.
    state_no = models.PositiveIntegerField(default=0)
    rendered_no = models.PositiveIntegerField(default=0)
    rendering_token = models.CharField(max_length=32, blank=True)
    rendering_until = models.DateTimeField(null=True, blank=True)
    render_after = models.DateTimeField(null=True, blank=True, help_text="Not tried again before, after a failure.")
    render_attempts = models.PositiveSmallIntegerField(default=0)
    render_error = models.CharField(max_length=500, blank=True)

    event_no = models.PositiveIntegerField(default=0)
    head_hash = models.CharField(max_length=64, blank=True)

    opened_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    circulate_at = models.DateTimeField(null=True, blank=True, help_text="When the draft circulates by itself.")
    circulate_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reminder_steps = models.CharField(max_length=60, blank=True, default="3d 1d 3h", help_text="Before each office's deadline.")
    asked_again_at = models.DateTimeField(null=True, blank=True, help_text="Signatures given before were asked for anew.")
    lock_announced_at = models.DateTimeField(null=True, blank=True, help_text="When the signers were told of the lock to come.")
    lock_announced_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    lock_expected_at = models.DateTimeField(null=True, blank=True, help_text="Not locked before, as the signers were told.")
    lock_announced_text = models.ForeignKey("Revision", models.PROTECT, null=True, blank=True, related_name="+")
    locked_at = models.DateTimeField(null=True, blank=True)
    locked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    manifest = models.TextField(blank=True, help_text="Canonical JSON of what was locked: text, signers, order.")
    manifest_sha256 = models.CharField(max_length=64, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        permissions = [("lock_letter", "Can lock a letter"), ("audit_letter", "Can read every letter")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="draft", opened_at=None) | (~Q(status="draft") & Q(opened_at__isnull=False)),
                name="circulated_letter_has_opening",
            ),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(deadline_at__isnull=False, revision__isnull=False),
                name="circulated_letter_has_deadline_and_text",
            ),
            models.CheckConstraint(
                condition=Q(circulate_at=None, circulate_by=None)
                | Q(status="draft", circulate_at__isnull=False, circulate_by__isnull=False, deadline_at__gt=F("circulate_at")),
                name="scheduled_letter_is_a_draft_with_a_later_deadline",
            ),
            models.CheckConstraint(
                condition=Q(lock_announced_at=None, lock_announced_by=None, lock_expected_at=None, lock_announced_text=None)
                | Q(
                    lock_announced_at__isnull=False,
                    lock_announced_by__isnull=False,
                    lock_announced_text__isnull=False,
                    lock_expected_at__gt=F("lock_announced_at"),
                ),
                name="announced_lock_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "open"], locked_at=None, locked_by=None, manifest="", manifest_sha256="")
                | (
                    Q(
                        status__in=["locked", "withdrawn", "superseded"],
                        locked_at__isnull=False,
                        locked_by__isnull=False,
                    )
                    & ~Q(manifest="")
                    & ~Q(manifest_sha256="")
                ),
                name="locked_letter_has_manifest",
            ),
            models.CheckConstraint(condition=Q(rendered_no__lte=F("state_no")), name="pdf_not_newer_than_letter"),
        ]

    def __str__(self):
        return self.title

    @property
    def is_draft(self):
        return self.status == self.Status.DRAFT

    @property
    def is_open(self):
        return self.status == self.Status.OPEN

    @property
    def is_locked(self):
        return self.status in self.FINISHED

    @property
    def pdf_is_current(self):
        return self.rendered_no == self.state_no

    @property
    def tzinfo(self):
        return ZoneInfo(self.zone)

    def is_closed(self, now):
        """Whether the letter's own time is up. One office may still have time: see `Invitee.deadline_at`."""
        return self.deadline_at is not None and now > self.deadline_at

    def deadline_for(self, invitee):
        """The later of the letter's deadline and the office's own; `invitee` may be None."""
        own = invitee.deadline_at if invitee else None
        return max(self.deadline_at, own) if own else self.deadline_at

    def invitee_for(self, office):
        return self.invitees.filter(office=office).first()

    def lead_offices(self):
        """The lead, then the co-leads in the order in which they joined."""
        co_leads = self.invitees.filter(co_lead=True).exclude(office=self.lead_id).select_related("office").order_by("pk")
        return [self.lead, *(invitee.office for invitee in co_leads)]

    def letterhead(self):
        chambers = {office.chamber for office in self.lead_offices()}
        return LETTERHEADS["joint" if len(chambers) > 1 else chambers.pop()]

    def first_shown(self):
        """The text with which the letter was circulated; drafts before it were seen by the lead's people alone."""
        return self.revisions.filter(created_at__lte=self.opened_at).latest("number")

    def signed_text(self):
        """The first text of the same substance as the current one: no signature that is printed was given to an older one."""
        return self.revisions.get(number=self.revision.substance)

    def final(self):
        return self.renditions.filter(final=True).first()

    def latest_rendition(self):
        return self.renditions.order_by("-state_no").first()

    def contents(self):
        """What the PDF prints, as JSON types: text, letterhead and signers in printed order. The manifest is made of it."""
        revision = self.revision
        return {
            "letterhead": list(self.letterhead()),
            "revision": revision.number,
            "text": revision.text(),
            "text_sha256": revision.sha256,
            "signers": [signature.as_printed() for signature in self.signatures.printed().in_order(self)],
            "layout": self.layout(),
        }

    def layout(self):
        """How the letter is set, as JSON types."""
        return {
            "columns": self.columns,
            "space": self.space,
            "running_head": self.running_head,
            **({"seal_sha256": self.seal.sha256, "seal_of": self.seal.office.printed_name} if self.seal else {}),
        }


class RetiredLinkQuerySet(models.QuerySet):
    def told_to(self, person):
        """Links of which the person is told that they were replaced: of letters they may read, and to people of any office
        also of other letters in circulation that any office may read or could read by that link. To everybody else such a
        link is like one that never was."""
        told = Q(letter__in=Letter.objects.open_without_link(person))
        if Membership.objects.live().filter(person_id=person.pk, office__left_on=None).exists():
            told |= ~Q(letter__status=Letter.Status.DRAFT) & (Q(for_any=True) | Q(letter__audience=Letter.Audience.ANY))
        return self.filter(told)


class RetiredLink(models.Model):
    """A code that a letter had in its link once. It opens nothing any more; whoever may read the letter is told why."""

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="retired_links")
    code = models.CharField(max_length=32, unique=True)
    retired_at = models.DateTimeField()
    retired_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    for_any = models.BooleanField(help_text="Any office could open the letter by it when it was replaced.")

    objects = RetiredLinkQuerySet.as_manager()

    def __str__(self):
        return f"an earlier link of {self.letter}"

"""Where each office stands on a letter: one word for each."""

import datetime
from dataclasses import dataclass, replace

from django.db.models import F, TextChoices

from .circulation import Invitee
from .deadline import DeadlineRequest
from .letter import Letter
from .mailing import Mail, mail_to_offices
from .office import Office
from .revision import Revision
from .signature import Signature


class State(TextChoices):
    """In the order in which the desk lists them. Values are in addresses and in style sheets."""

    LEADS = "leads", "Leads the letter"
    SIGNED = "signed", "Signed"
    UNCONFIRMED = "unconfirmed", "Awaiting confirmation"
    REAFFIRM = "reaffirm", "Needs to re-affirm"
    CONDITIONAL = "conditional", "Would sign if …"
    ASKED = "asked", "Asked for more time"
    OPENED = "opened", "Opened"
    INVITED = "invited", "Invited"
    FAILED = "failed", "Mail failed"
    CAME = "came", "Came by the link"
    LISTED = "listed", "To be invited"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrew"
    SILENT = "silent", "Did not answer"
    LEFT_OFF = "left-off", "Not on the letter"


@dataclass(frozen=True)
class Answer:
    """One office on one letter, at the moment it was read. `invitee` and the rest are None where there is no such row."""

    letter: Letter
    office: Office
    invitee: Invitee | None
    signature: Signature | None
    withdrawn: Signature | None
    request: DeadlineRequest | None
    text_at: datetime.datetime | None = None  # when the first text came that says what the letter says now
    mail: Mail | None = None  # how its mail fares; known at the lead's desk alone

    @property
    def state(self):
        if self.signature:
            return self._of_signature()
        said, at = self._last_said()
        if self.request and (at is None or self.request.asked_at >= at):
            return State.ASKED
        if said:
            return said
        if self.invitee and self.invitee.to_invite and not self.invitee.invited_at:
            return State.LISTED
        return self._of_invitation() if self.invitee and self.invitee.invited_at else State.CAME

    def _last_said(self):
        """The state by what the office said last, a request for time aside, and when; None and None where it said nothing."""
        if self.invitee and self.invitee.declined_at:
            return State.DECLINED, self.invitee.declined_at
        if self.invitee and self.invitee.condition:
            return State.CONDITIONAL, self.invitee.condition_at
        return (State.WITHDRAWN, self.withdrawn.ended_at) if self.withdrawn else (None, None)

    def _of_invitation(self):
        if self.letter.is_draft:  # nobody else is invited before it circulates
            return State.LEADS
        if self.letter.is_locked:
            return State.SILENT
        if self.invitee.opened_at:
            return State.OPENED
        return State.FAILED if self.mail and self.mail.reaches_nobody else State.INVITED

    def _of_signature(self):
        if self.letter.is_locked and (self.text_has_changed or not self.signature.is_confirmed):
            return State.LEFT_OFF
        if not self.signature.is_confirmed:
            return State.UNCONFIRMED
        return State.REAFFIRM if self.text_has_changed else State.SIGNED

    @property
    def since(self):
        """When the office came to stand as it does; None where nobody noted it."""
        if self.signature:
            return self._signature_since()
        if self.state == State.ASKED:
            return self.request.asked_at
        if self.state == State.WITHDRAWN:
            return self.withdrawn.ended_at
        invitee = self.invitee
        times = {
            State.DECLINED: "declined_at", State.CONDITIONAL: "condition_at", State.OPENED: "opened_at", State.CAME: "opened_at"
        }  # fmt: skip
        return invitee and getattr(invitee, times.get(self.state, "invited_at"))

    def _signature_since(self):
        if self.state == State.LEFT_OFF:
            return self.letter.locked_at
        if self.state == State.REAFFIRM:
            return self.text_at
        return self.signature.affirmed_at if self.signature.is_confirmed else self.signature.signed_at

    @property
    def text_has_changed(self):
        """Whether the text says something else than the one for which the standing signature was given."""
        return self.signature is not None and self.signature.revision.substance != self.letter.revision.substance

    @property
    def own_deadline_at(self):
        """The deadline that the office has for itself alone, or None."""
        own = self.invitee and self.invitee.deadline_at
        return own if own and own == self.deadline_at else None

    @property
    def is_asked_again(self):
        """Whether the lead asks for a new yes, and the office has not given it."""
        asked = self.letter.asked_again_at
        return self.state == State.SIGNED and asked is not None and self.signature.affirmed_at < asked

    @property
    def may_affirm(self):
        """An office that said yes in time may say it again until the lock, whatever the hour."""
        return self.is_asked_again or self.state == State.REAFFIRM

    @property
    def has_answered(self):
        """Whether the office has said all that it is asked for: it declined, or its yes is confirmed and no new one asked for."""
        if self.signature:
            return self.signature.is_confirmed and not self.may_affirm
        return bool(self.invitee and self.invitee.declined_at)

    def is_waited_for(self, now: datetime.datetime):
        """Whether the office has something to say and still can: a yes anew until the lock, any other answer in its time."""
        able = self.letter.is_open and self.office.left_on is None
        return able and not self.has_answered and (self.may_affirm or not self.is_closed(now))

    @property
    def deadline_at(self):
        return self.letter.deadline_for(self.invitee)

    def for_asking(self, person):
        """What somebody whose place there nobody has confirmed may know: the time the office has, and their own signature."""
        shared = {"letter": self.letter, "office": self.office}
        times = self.invitee and {"invited_at": self.invitee.invited_at, "deadline_at": self.invitee.deadline_at}
        own = self.signature if self.signature and self.signature.signed_by_id == person.pk else None
        own = None if own and own.is_entered and not own.is_confirmed else own
        return replace(self, invitee=times and Invitee(**shared, **times), signature=own, withdrawn=None, request=None)

    def is_closed(self, now: datetime.datetime):
        return self.deadline_at is None or now > self.deadline_at


def answers(letter, offices=None):
    """The answers of the offices given, or of every office on the letter: leads first, then by Member's name.

    Those of every office, for the lead, say too how the mail to them fares.
    """
    leads = [office.pk for office in letter.lead_offices()]
    if offices is None:
        offices = list(Office.objects.filter(pk__in=letter.invitees.values("office")).in_order())
        mails = mail_to_offices(letter)
        found = [replace(answer, mail=mails[answer.office.pk]) for answer in answers_on([letter], offices)]
    else:
        found = answers_on([letter], offices)
    return sorted(found, key=lambda answer: leads.index(answer.office.pk) if answer.office.pk in leads else len(leads))


def answers_on(letters, offices):
    """The answers of the offices to each of the letters, in the order given; as many queries for many letters as for one."""

    def by_place(rows):
        return {(row.letter_id, row.office_id): row for row in rows.filter(letter__in=letters, office__in=offices)}

    kinds = [
        by_place(Invitee.objects.all()),
        by_place(Signature.objects.standing().select_related("signed_by", "revision")),
        by_place(Signature.objects.filter(ended=Signature.Ended.WITHDRAWN).order_by("pk")),
        by_place(DeadlineRequest.objects.pending()),
    ]
    texts = Revision.objects.filter(letter__in=letters, number=F("letter__revision__substance"))
    text_at = dict(texts.values_list("letter", "created_at"))
    return [
        Answer(letter, office, *(rows.get((letter.pk, office.pk)) for rows in kinds), text_at.get(letter.pk))
        for letter in letters
        for office in offices
    ]

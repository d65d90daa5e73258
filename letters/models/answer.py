"""Where each office stands on a letter: one word for each."""

import datetime
from dataclasses import dataclass, replace

from django.db.models import TextChoices

from .circulation import Invitee
from .deadline import DeadlineRequest
from .letter import Letter
from .office import Office
from .signature import Signature


class State(TextChoices):
    SIGNED = "signed", "Signed"
    UNCONFIRMED = "unconfirmed", "Awaiting confirmation"
    REAFFIRM = "reaffirm", "Needs to re-affirm"
    ASKED = "asked", "Asked for more time"
    CONDITIONAL = "conditional", "Would sign if …"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrew"
    INVITED = "invited", "Invited"
    CAME = "opened", "Came by the link"


@dataclass(frozen=True)
class Answer:
    """One office on one letter, at the moment it was read. `invitee` and the rest are None where there is no such row."""

    letter: Letter
    office: Office
    invitee: Invitee | None
    signature: Signature | None
    withdrawn: Signature | None
    request: DeadlineRequest | None

    @property
    def state(self):
        if self.signature:
            return self._of_signature()
        if self.request:
            return State.ASKED
        if self.invitee and self.invitee.declined_at:
            return State.DECLINED
        if self.invitee and self.invitee.condition:
            return State.CONDITIONAL
        if self.withdrawn:
            return State.WITHDRAWN
        return State.INVITED if self.invitee and self.invitee.invited_at else State.CAME

    def _of_signature(self):
        if self.signature.revision.substance != self.letter.revision.substance:
            return State.REAFFIRM
        return State.SIGNED if self.signature.is_confirmed else State.UNCONFIRMED

    @property
    def is_asked_again(self):
        """Whether the lead asks for a new yes, and the office has not given it."""
        asked = self.letter.asked_again_at
        return self.state == State.SIGNED and asked is not None and self.signature.affirmed_at < asked

    @property
    def may_affirm(self):
        """An office that said yes in time may say it again until the lock, whatever the hour."""
        return self.is_asked_again or (self.state == State.REAFFIRM and self.signature.is_confirmed)

    @property
    def has_answered(self):
        if self.signature:
            return self.signature.is_given
        return bool(self.invitee and self.invitee.declined_at)

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
    """The answers of the offices given, or of every office on the letter: leads first, then by Member's name."""
    if offices is None:
        offices = Office.objects.filter(pk__in=letter.invitees.values("office")).in_order()
    leads = [office.pk for office in letter.lead_offices()]
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
    return [
        Answer(letter, office, *(rows.get((letter.pk, office.pk)) for rows in kinds)) for letter in letters for office in offices
    ]

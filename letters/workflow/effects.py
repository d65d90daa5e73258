"""What a new deadline does. The desk shows it before, and the verb that sets the deadline does just that."""

import datetime
from dataclasses import dataclass

from django.conf import settings

from letters import working_days
from letters.models import DeadlineRequest, Invitee, Letter, Notice, Recess

from . import reminders
from .signing import is_admitted


@dataclass(frozen=True)
class Outlook:
    """All that the deadlines of a letter concern at `now`, read in as many queries for many offices and requests as for one."""

    letter: Letter
    now: datetime.datetime
    invitees: dict[int, Invitee]  # by office
    waiting: list[Invitee]  # invited, not answered, and still able to
    signed: set[int]  # offices
    pending: list[DeadlineRequest]
    reminders: list[Notice]  # waiting to be sent
    steps: dict
    recesses: list[Recess]

    def deadline_of(self, office_id):
        return self.letter.deadline_for(self.invitees.get(office_id))

    def waits_for(self, asked):
        """Whether time is still of use to the office that asked: it has neither signed nor declined since, and can still sign."""
        invitee = self.invitees.get(asked.office_id)
        declined = invitee and invitee.declined_at and invitee.declined_at >= asked.asked_at
        return asked.office_id not in self.signed and not declined and asked.office.left_on is None

    def admits(self, asked):
        return is_admitted(self.letter, self.invitees.get(asked.office_id))


@dataclass(frozen=True)
class Effect:
    """What comes of `new_at` for one office, the one that asked, or for every office (`for_all`)."""

    new_at: datetime.datetime
    for_all: bool
    old_at: datetime.datetime
    reopens: bool  # time was up
    invites: bool  # the office that asked, as only invited offices may sign
    moved: list[Invitee]  # have not answered and get more time
    keep: int  # offices that have not answered and keep a later deadline of their own
    settles: list[DeadlineRequest]  # other pending requests that get what they asked for
    answered: list[DeadlineRequest]  # those of them whose offices still wait for an answer, and so are told
    told: int  # offices that get a mail
    dropped: list[Notice]  # waiting reminders that are not sent any more
    reminders: list[tuple[datetime.datetime, str]]  # moments and steps still to come, counted from `new_at`
    reminds_now: str  # the step that is due at once, or empty
    warnings: list[str]


def outlook(letter, *, now):
    invitees = {invitee.office_id: invitee for invitee in letter.invitees.select_related("office")}
    waiting = set(letter.invitees.waiting().values_list("office", flat=True))
    return Outlook(
        letter=letter,
        now=now,
        invitees=invitees,
        waiting=[invitees[office] for office in sorted(waiting & invitees.keys())],
        signed=set(letter.signatures.standing().given().values_list("office", flat=True)),
        pending=list(letter.deadline_requests.pending().select_related("office", "asked_by").order_by("asked_at", "pk")),
        reminders=list(reminders.not_begun(letter)),
        steps=reminders.steps_of([letter])[letter.pk],
        recesses=list(Recess.objects.all()),
    )


def effect(outlook, new_at, *, asked=None, for_all=True, person=None):
    """What `person` brings about who sets the deadline to `new_at`: for the office of the request `asked`, or for every office.

    A new deadline for all answers every other request that asked for no more than that, apart from the person's own: each is
    settled as granted, so that its office is told once and the lead has nothing left to decide. That an office that is not
    invited may sign a letter for invited ones the lead decides for each: such a request is answered by its own grant alone.
    """
    letter, now = outlook.letter, outlook.now
    old_at = letter.deadline_at if for_all else outlook.deadline_of(asked.office_id)
    concerned = [row for row in outlook.waiting if for_all or row.office_id == asked.office_id]
    invites = asked is not None and not outlook.admits(asked)
    if invites and outlook.waits_for(asked):
        concerned.append(outlook.invitees[asked.office_id])
    moved = [row for row in concerned if letter.deadline_for(row) < new_at]
    others = [row for row in outlook.pending if row != asked and person and row.asked_by_id != person.pk] if for_all else []
    settles = [row for row in others if row.wanted_at <= max(new_at, outlook.deadline_of(row.office_id)) and outlook.admits(row)]
    answered = [row for row in settles if outlook.waits_for(row)]
    offices = {row.office_id for row in moved}
    told = offices | {row.office_id for row in answered} | ({asked.office_id} if asked else set())
    moments = reminders.moments(new_at, min((row.invited_at or now for row in moved), default=now), outlook.steps)
    moments = [] if not moved else moments
    return Effect(
        new_at=new_at,
        for_all=for_all,
        old_at=old_at,
        reopens=old_at < now,
        invites=invites,
        moved=moved,
        keep=len(concerned) - len(moved) if for_all else 0,
        settles=settles,
        answered=answered,
        told=len(told),
        dropped=reminders.stale([row for row in outlook.reminders if row.office_id in offices], lambda office: new_at),
        reminders=[moment for moment in moments if moment[0] > now],
        reminds_now=next((name for at, name in reversed(moments) if at <= now < new_at), ""),
        warnings=warnings(outlook, new_at, asked, for_all),
    )


def warnings(outlook, new_at, asked, for_all):
    """Sentences. Recesses count for the chambers of the offices that the deadline is for."""
    letter = outlook.letter
    invited = {row.office.chamber for row in outlook.invitees.values() if row.invited_at and row.office_id != letter.lead_id}
    chambers = invited if for_all else {asked.office.chamber}
    recesses = [recess for recess in outlook.recesses if not chambers or recess.chamber in ("", *chambers)]
    return working_days.warnings(new_at, letter.zone, outlook.now, recesses, close=settings.COB)

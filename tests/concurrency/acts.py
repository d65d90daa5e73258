"""What actors of a race do. Each act is tried once by a thread or process of its own; its arguments are plain values."""

import datetime
from dataclasses import dataclass, field, replace
from functools import partial

from django.db import connections
from django.utils import timezone

from letters.models import DeadlineRequest, Letter, Membership, Office, PlaceInvitation, ProposedEdit, Signature, User
from letters.workflow import (
    Refused,
    circulars,
    circulating,
    deadlines,
    edits,
    links,
    locking,
    people,
    rendering,
    revising,
    scheduling,
    signing,
)
from tests.factories import text
from tests.workflow.lives import REASONS


@dataclass(frozen=True)
class Case:
    """One round: a letter as all actors have read it, before any of them acts."""

    letter: int
    lead: int
    offices: list
    people: list
    text_sha256: str
    head_hash: str
    deadline_at: datetime.datetime
    request: int | None = None
    letters: list = field(default_factory=list)
    invitation: int | None = None
    version: int = 0
    edit: int | None = None
    goes_out_at: datetime.datetime | None = None


@dataclass(frozen=True)
class Outcome:
    act: str
    actor: int
    accepted: bool = False
    sentence: str = ""
    error: str = ""
    seen: int | None = None


def letter_of(case):
    return Letter.objects.get(pk=case.letter)


def lead_of(case):
    return User.objects.get(pk=case.lead)


def sign(case, actor, after_deadline=None):
    """Signs as the actor's office; `after_deadline` puts the clock of the request that far from the deadline."""
    now = timezone.now() if after_deadline is None else case.deadline_at + after_deadline
    office, person = Office.objects.get(pk=case.offices[actor]), User.objects.get(pk=case.people[actor])
    signing.sign(letter_of(case), office, person, text_sha256=case.text_sha256, now=now)


def sign_in_time(case, actor):
    sign(case, actor, after_deadline=-datetime.timedelta(microseconds=actor))


def sign_late(case, actor):
    sign(case, actor, after_deadline=datetime.timedelta(microseconds=1))


def withdraw(case, actor):
    office, person = Office.objects.get(pk=case.offices[actor]), User.objects.get(pk=case.people[actor])
    signing.withdraw(letter_of(case), office, person, now=timezone.now())


def revise(case, actor):
    changed = text(body=f"<p>Text {actor}.</p>")
    revising.revise(letter_of(case), lead_of(case), text=changed, base_sha256=case.text_sha256, now=timezone.now())


def publish(case, actor):
    """Publishes the text in the works as a change of substance."""
    revising.publish(letter_of(case), lead_of(case), version=case.version, now=timezone.now())


def correct(case, actor):
    """Publishes it as a correction of typing."""
    revising.publish(letter_of(case), lead_of(case), version=case.version, clerical=True, now=timezone.now())


def save(case, actor):
    changed = text(body=f"<p>Saved by {actor}, to be answered by July.</p>")
    revising.save_copy(letter_of(case), lead_of(case), text=changed, version=case.version, now=timezone.now())


def propose(case, actor):
    office, person = Office.objects.get(pk=case.offices[actor]), User.objects.get(pk=case.people[actor])
    words = {"old": "mills", "new": f"mills {actor}", "text_sha256": case.text_sha256}
    edits.propose(letter_of(case), office, person, now=timezone.now(), **words)


def edit_of(case):
    return ProposedEdit.objects.select_related("letter", "office").get(pk=case.edit)


def take_in(case, actor):
    edits.take_in(edit_of(case), lead_of(case), now=timezone.now())


def leave(case, actor):
    edits.refuse(edit_of(case), lead_of(case), answer="It stays.", now=timezone.now())


def take_words_back(case, actor):
    edit = edit_of(case)
    edits.take_back(edit, edit.asked_by, now=timezone.now())


def ask_again(case, actor):
    now = timezone.now()
    revising.ask_again(letter_of(case), lead_of(case), signed_before=now - locking.FRESH_FOR, now=now)


def lock(case, actor):
    locking.lock(letter_of(case), lead_of(case), head_hash=case.head_hash, reasons=REASONS, now=timezone.now())


def review_and_lock(case, actor):
    """Looks at the letter as it stands and locks that, again and again until nothing came between."""
    for _ in range(1000):
        render(case.letter)
        letter = letter_of(case)
        try:
            locking.lock(letter, lead_of(case), head_hash=letter.head_hash, reasons=REASONS, now=timezone.now())
            return
        except Refused as refusal:
            if "Something changed" not in str(refusal) and "made anew" not in str(refusal) and "Nobody" not in str(refusal):
                raise
    raise AssertionError("the letter never stood still")


def render(letter_id):
    now = timezone.now()
    if job := rendering.claim(letter_id, now=now):
        rendering.publish(job, b"%PDF " + str(job.state_no).encode(), renderer="none", now=now)


def grant(case, actor):
    decided = DeadlineRequest.objects.select_related("letter").get(pk=case.request)
    new_at = case.deadline_at + datetime.timedelta(hours=1 + actor)
    deadlines.grant(decided, lead_of(case), new_at=new_at, for_all=bool(actor % 4), now=timezone.now())


def deny(case, actor):
    decided = DeadlineRequest.objects.select_related("letter").get(pk=case.request)
    deadlines.deny(decided, lead_of(case), answer="No.", now=timezone.now())


def move(case, actor):
    """The lead gives a day more, at the moment at which the deadline passes."""
    day = datetime.timedelta(days=1)
    deadlines.move(letter_of(case), lead_of(case), new_at=case.deadline_at + day, now=case.deadline_at)


def accept(case, actor):
    invitation = PlaceInvitation.objects.select_related("office").get(pk=case.invitation)
    people.accept_invitation(invitation, User.objects.get(pk=case.people[actor]), now=timezone.now())


def offer(case, actor):
    """The lead, a manager of the office, invites one and the same address, as every other actor does."""
    office = Office.objects.get(pk=case.offices[actor])
    people.invite(office, "newcomer@mail.house.gov", Membership.Role.SIGNER, lead_of(case), now=timezone.now())


def ask(case, actor):
    people.ask_to_join(User.objects.get(pk=case.people[actor]), Office.objects.get(pk=case.offices[actor]), now=timezone.now())


def sign_another(case, actor):
    """As `sign`, on a letter of the actor's own."""
    sign(replace(case, letter=case.letters[actor]), actor)


def end_place(case, actor):
    """The lead, a manager of the office, ends the person's place. Sees how many signatures of the person there are then."""
    place = Membership.objects.live().get(person=case.people[actor], office=case.offices[actor])
    people.end(place, lead_of(case), now=timezone.now())
    return Signature.objects.filter(signed_by=case.people[actor]).count()


def circulate(case, actor):
    """The lead circulates the draft by hand."""
    circulating.circulate(letter_of(case), lead_of(case), deadline_at=case.deadline_at, now=timezone.now())


def circulate_due(case, actor):
    """A sweep at the moment at which the draft is to go out."""
    scheduling.circulate_due(case.goes_out_at)


def put_off(case, actor):
    chosen = {"zone": "America/New_York", "audience": "any", "list_shown": "all"}
    later = {"circulate_at": case.goes_out_at + datetime.timedelta(hours=1 + actor), "deadline_at": case.deadline_at}
    scheduling.schedule(letter_of(case), lead_of(case), now=timezone.now(), **later, **chosen)


def call_off(case, actor):
    scheduling.unschedule(letter_of(case), lead_of(case), now=timezone.now())


def replace_link(case, actor):
    links.replace(letter_of(case), lead_of(case), now=timezone.now())


def write_to_offices(case, actor):
    words = {"subject": "Please join", "body": "Please join us."}
    circulars.send(letter_of(case), lead_of(case), to_all=True, now=timezone.now(), **words)


OF_CIRCULATION = (circulate, circulate_due, put_off, call_off, replace_link, write_to_offices)
OF_LETTERS = (sign, sign_in_time, sign_late, withdraw, revise, lock, review_and_lock, grant, deny, move)
OF_TEXTS = (publish, correct, save, propose, take_in, leave, take_words_back, ask_again)
OF_PEOPLE = (accept, offer, ask, sign_another, end_place)
ACTS = {act.__name__: act for act in (*OF_CIRCULATION, *OF_LETTERS, *OF_TEXTS, *OF_PEOPLE)}


def attempt(wait, name, case, actor):
    """One actor's try, begun when all actors are ready."""
    outcome = partial(Outcome, name, actor)
    try:
        connections["default"].ensure_connection()
        wait()
        seen = ACTS[name](case, actor)
    except Refused as refusal:
        return outcome(sentence=str(refusal))
    except Exception as error:
        return outcome(error=f"{type(error).__name__}: {error}")
    finally:
        connections.close_all()
    return outcome(accepted=True, seen=seen)

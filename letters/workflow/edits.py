"""Other words that an office would like before it signs: proposed, taken into the text, answered, taken back."""

from django.db import transaction

from letters.models import Event, Invitee, Letter, Notice, ProposedEdit
from letters.text import replace

from . import notices, opening, revising, wake
from .history import record
from .refusal import Refused, StaleText, place_of, unless_open
from .signing import answerable, unless_in_time

Kind = Event.Kind
Decision = ProposedEdit.Decision
MOST_PENDING = 20
NOT_THERE = (
    "These words are not in the text. Copy them from the letter, from one paragraph at a time, without the numbers of its notes."
)


@transaction.atomic
def propose(letter, office, person, *, old, new, reason="", text_sha256, now):
    """Ask the lead for other words: `new` instead of `old`, which must stand in the text that was read.

    An empty `new` strikes them. Raises StaleText when `text_sha256` is not that of the current text.
    """
    letter, invitee, place = answerable(letter, office, person)
    unless_in_time(letter, invitee, now)
    if text_sha256 != letter.revision.sha256:
        raise StaleText("The text was changed after you opened it. Read the new text and see whether it needs your edit still.")
    if letter.proposed_edits.pending().filter(office=office).count() >= MOST_PENDING:
        raise Refused(f"Your office has {MOST_PENDING} proposals waiting. Wait for an answer, or write to the lead's office.")
    old, new = " ".join(old.split()), " ".join(new.split())
    if old == new:
        raise Refused("The new words are the old ones. Say what should stand there instead.")
    if not replace.count(letter.revision.text(), old):
        raise Refused(NOT_THERE)
    if invitee is None:
        Invitee.objects.create(letter=letter, office=office)
    opening.note(letter, office, now)
    words = {"old": old, "new": new, "reason": reason}
    edit = ProposedEdit.objects.create(
        letter=letter, office=office, revision=letter.revision, asked_at=now, asked_by=person, **words
    )
    record(letter, Kind.EDIT_PROPOSED, now=now, place=place, edit=edit.pk, revision=letter.revision.number, **words)
    notices.queue(notices.tell(Notice.Kind.EDIT_PROPOSED, notices.lead_people(letter, now=now), **about(edit, now)))
    wake.after_commit(mail=True)
    return edit


@transaction.atomic
def take_back(edit, person, *, now):
    """Take a pending proposal back."""
    letter, edit = pending(edit)
    place = place_of(person, edit.office)
    decide(letter, edit, person, Decision.TAKEN_BACK, now=now, role=place.acts_as)


@transaction.atomic
def take_in(edit, person, *, answer="", by_hand=False, now):
    """Put the words into the text in the works, from which they reach the offices with the next text that is published.

    `by_hand`: the lead has changed the text already. TextError when the words do not stand there exactly once.
    """
    letter, edit = pending(edit)
    if not by_hand:
        copy = revising.copy_of(letter)
        text = replace.replaced(copy.text(), edit.old, edit.new)
        revising.put_copy(letter, person, revising.cleaned(text), copy.version, now)
    decide(letter, edit, person, Decision.TAKEN, answer=answer, now=now)
    tell(edit, now)


@transaction.atomic
def refuse(edit, person, *, answer, now):
    """Leave the text as it is, and say why."""
    if not answer.strip():
        raise Refused("Say why the words stay. The office is told.")
    letter, edit = pending(edit)
    decide(letter, edit, person, Decision.ANSWERED, answer=answer, now=now)
    tell(edit, now)


def pending(edit):
    letter = Letter.objects.lock(edit.letter)
    unless_open(letter)
    found = letter.proposed_edits.filter(pk=edit.pk).select_related("office", "asked_by", "letter").get()
    if not found.is_pending:
        raise Refused(f"This proposal was answered already: {found.get_decision_display().lower()}.")
    return letter, found


def decide(letter, edit, person, decision, *, now, answer="", **facts):
    edit.decision, edit.answer, edit.decided_at, edit.decided_by = decision, answer, max(now, edit.asked_at), person
    edit.save()
    facts |= {"edit": edit.pk, "decision": decision, "answer": answer}
    record(letter, Kind.EDIT_DECIDED, now=now, person=person, office=edit.office, **facts)


def tell(edit, now):
    people = {edit.asked_by, *notices.readers(edit.office, now=now)}
    notices.queue(notices.tell(Notice.Kind.EDIT_DECIDED, people, **about(edit, now)))
    wake.after_commit(mail=True)


def about(edit, now):
    return {"letter": edit.letter, "office": edit.office, "proposed_edit": edit, "now": now, "about": edit.pk}

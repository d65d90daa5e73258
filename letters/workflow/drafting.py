"""Make a letter, arrange how it is set and how its signers stand."""

from django.db import transaction

from letters.models import Event, Invitee, Letter, Office, OfficeImage
from letters.text import html

from . import notices, revising, wake
from .history import record
from .refusal import Refused, if_locked

Kind = Event.Kind


@transaction.atomic
def create(lead, person, *, title, text, now):
    """Make a draft with its first text. `text` maps the names of the parts to strings; `person` is None for a command."""
    letter = Letter.objects.create(
        lead=lead, title=html.clean_line(title, field="Title", max_length=200), created_at=now, created_by=person
    )
    Invitee.objects.create(letter=letter, office=lead, invited_at=now, invited_by=person)
    revision = revising.add(letter, revising.cleaned(text), person, now)
    record(letter, Kind.CREATED, now=now, person=person, office=lead, shown=True, **revising.facts(revision))
    wake.after_commit(letter)
    return letter


@transaction.atomic
def create_from(lead, person, *, title, imported, now, **came_from):
    """Make a draft of what was read from a file or a paste. `came_from`: source, name, changes of the ImportReport."""
    letter = create(lead, person, title=title, text=vars(imported.text), now=now)
    revising.report(letter, person, imported, now=now, **came_from)
    return letter


SHOWN = {"order", "columns", "space", "running_head", "seal", "signature_images"}


@transaction.atomic
def arrange(letter, person, *, pins=None, now, **settings):
    """Change who sees the letter, how it is set, and how its signers stand.

    `settings` are any of order, list_shown, audience, columns, space, running_head, signature_images, and seal (an OfficeImage
    of a lead's office or None). `pins` maps invited offices' ids to their places, in full.
    """
    letter = Letter.objects.lock(letter)
    if_locked(letter)
    changes = {field: value for field, value in settings.items() if value != getattr(letter, field)}
    if changes.get("seal"):
        unless_seal_of_a_lead(letter, changes["seal"])
    for field, value in changes.items():
        setattr(letter, field, value)
    moved = [] if pins is None else pin(letter, pins)
    if changes or moved:
        facts = {"pins": {str(office): place for office, place in pins.items()}} if moved else {}
        if "seal" in changes:
            facts["seal"] = letter.seal and letter.seal.sha256
        shown = bool(moved) or bool(SHOWN & changes.keys())
        record(letter, Kind.ARRANGED, now=now, person=person, shown=shown, **{**changes, **facts})
        wake.after_commit(letter)


def unless_seal_of_a_lead(letter, image):
    if image.kind != OfficeImage.Kind.SEAL or image.removed_at or image.office not in letter.lead_offices():
        raise Refused("Only a seal that a lead's office has on file prints above the letterhead.")


def pin(letter, pins):
    moved = [invitee for invitee in letter.invitees.all() if invitee.pin != pins.get(invitee.office_id)]
    for invitee in moved:
        invitee.pin = pins.get(invitee.office_id)
        invitee.save(update_fields=["pin"])
    return moved


@transaction.atomic
def add_co_lead(letter, office: Office, person, *, now):
    """Make the office a co-lead: its people run the letter too, and its Member stands after the lead."""
    letter = Letter.objects.lock(letter)
    if_locked(letter)
    invitee = letter.invitee_for(office) or Invitee(letter=letter, office=office)
    if invitee.co_lead or office == letter.lead:
        return
    invitee.co_lead = True
    invitee.invited_at = invitee.invited_at or now
    invitee.save()
    record(letter, Kind.ARRANGED, now=now, person=person, office=office, shown=True, co_lead=True)
    if letter.is_open:
        notices.queue(notices.invitation(letter, invitee, now))
    wake.after_commit(letter, mail=True)


def render_again(letter):
    """Let a PDF that could not be made be tried anew at once."""
    Letter.objects.filter(pk=letter.pk).update(render_attempts=0, render_after=None)
    wake.after_commit(letter)

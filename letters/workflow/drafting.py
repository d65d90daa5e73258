"""Make a letter, change its text, arrange how its signers stand."""

from django.db import transaction

from letters.models import Event, Invitee, Letter, Notice, Office, Revision
from letters.text import html

from . import notices, wake
from .history import record
from .refusal import Refused, StaleText, if_locked

Kind = Event.Kind


@transaction.atomic
def create(lead, person, *, title, text, now):
    """Make a draft with its first text. `text` maps the five text fields to strings; `person` is None for a command."""
    letter = Letter.objects.create(
        lead=lead, title=html.clean_line(title, field="Title", max_length=200), created_at=now, created_by=person
    )
    Invitee.objects.create(letter=letter, office=lead, invited_at=now, invited_by=person)
    letter.revision = next_revision(letter, text, person, now)
    record(letter, Kind.CREATED, now=now, person=person, office=lead, shown=True, **facts(letter.revision))
    wake.after_commit(letter)
    return letter


@transaction.atomic
def revise(letter, person, *, text, base_sha256, note="", now):
    """Give the letter its next text; equal text changes nothing. Standing signatures have to be re-affirmed for it.

    `base_sha256` is that of the text the person began to edit: StaleText when somebody else saved another one meanwhile.
    """
    letter = Letter.objects.lock(letter)
    if_locked(letter)
    if base_sha256 != letter.revision.sha256:
        raise StaleText("Somebody else changed the text while you were editing. Yours is kept below: compare, then save again.")
    revision = next_revision(letter, text, person, now, note)
    if revision.sha256 == letter.revision.sha256:
        return letter.revision
    letter.revision = revision
    record(letter, Kind.REVISED, now=now, person=person, shown=True, note=note, **facts(revision))
    signatures = letter.signatures.to_reaffirm()
    notices.queue(notices.to_signers(Notice.Kind.REAFFIRM, letter, signatures, now=now, about=f"text {revision.number}"))
    wake.after_commit(letter, mail=True)
    return revision


def next_revision(letter, text, person, now, note=""):
    """The text, cleaned and numbered; saved only when it differs from the letter's current one."""
    fields = {
        "date_line": html.clean_line(text["date_line"], field="Date", max_length=100),
        "addressees": html.clean_text(text["addressees"], field="Addressees", max_length=5000),
        "salutation": html.clean_line(text["salutation"], field="Salutation", max_length=1000),
        "body": html.canonical(text["body"]),
        "closing": html.clean_line(text["closing"], field="Closing", max_length=200),
    }
    if not fields["body"]:
        raise Refused("The letter has no text. Type or paste it into the field named Text.")
    sha256 = html.text_sha256(**fields)
    number = letter.revision.number + 1 if letter.revision else 1
    revision = Revision(letter=letter, number=number, sha256=sha256, note=note, created_at=now, created_by=person, **fields)
    if letter.revision is None or letter.revision.sha256 != sha256:
        revision.save()
    return revision


def facts(revision):
    return {"revision": revision.number, "text_sha256": revision.sha256}


@transaction.atomic
def arrange(letter, person, *, now, order=None, list_shown=None, audience=None, signature_images=None, pins=None):
    """Change how signers are ordered and shown. `pins` maps invited offices' ids to their places, in full."""
    letter = Letter.objects.lock(letter)
    if_locked(letter)
    changes = {"order": order, "list_shown": list_shown, "audience": audience}
    changes = {field: value for field, value in changes.items() if value}
    if signature_images is not None:
        changes["signature_images"] = signature_images
    changes = {field: value for field, value in changes.items() if value != getattr(letter, field)}
    for field, value in changes.items():
        setattr(letter, field, value)
    moved = [] if pins is None else pin(letter, pins)
    if changes or moved:
        wherever = {"pins": {str(office): place for office, place in pins.items()}} if moved else {}
        shown = bool(moved) or bool({"order", "signature_images"} & changes.keys())
        record(letter, Kind.ARRANGED, now=now, person=person, shown=shown, **changes, **wherever)
        wake.after_commit(letter)


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

"""Change a letter's text: the working copy that is edited, and the numbered texts that are published from it."""

import datetime

from django.db import transaction

from letters.models import Event, ImportReport, Letter, Notice, ProposedEdit, Revision, WorkingCopy
from letters.text import diff, html, replace

from . import notices, wake
from .history import record
from .refusal import Refused, StaleCopy, StaleText, if_locked, unless_open

Kind = Event.Kind
TICK = datetime.timedelta(microseconds=1)
# How each part is cleaned, what it is called, and how many characters it may have.
CLEANED = {
    "date_line": (html.clean_line, "Date", 100),
    "addressees": (html.clean_text, "Addressees", 5000),
    "subject": (html.clean_line, "Re", 500),
    "salutation": (html.clean_line, "Salutation", 1000),
    "closing": (html.clean_line, "Closing", 200),
    "cc": (html.clean_text, "Copies", 5000),
    "enclosures": (html.clean_text, "Enclosures", 5000),
}


def cleaned(text):
    """The parts in their one form; a part that is missing is empty. TextError says what cannot be taken."""
    parts = {name: clean(text.get(name, ""), field=field, max_length=limit) for name, (clean, field, limit) in CLEANED.items()}
    return {**parts, "body": html.canonical(text["body"])}


# --- the working copy ---


@transaction.atomic
def save_copy(letter, person, *, text, version, now):
    """Save the text in the works. `version` is that of the copy the person began from, 0 when there was none.

    Returns the WorkingCopy; equal text saves nothing. StaleCopy when somebody else saved another one meanwhile.
    """
    letter = Letter.objects.lock(letter)
    if_locked(letter)
    return put_copy(letter, person, cleaned(text), version, now)


def put_copy(letter, person, text, version, now):
    copy = copy_of(letter)
    unless_newest(copy, version)
    return copy if copy.text() == text else fill(copy, text, person, now)


def fill(copy, text, person, now):
    for field, value in text.items():
        setattr(copy, field, value)
    copy.version, copy.saved_at, copy.saved_by = copy.version + 1, now, person
    copy.save()
    return copy


def copy_of(letter):
    """The working copy, or an unsaved one of version 0 with the current text."""
    found = WorkingCopy.objects.filter(letter=letter).select_related("base", "saved_by").first()
    return found or WorkingCopy(letter=letter, base=letter.revision, version=0, **letter.revision.text())


def unless_newest(copy, version):
    if copy.version != version:
        who = copy.saved_by if copy.saved_by_id else "Somebody"
        raise StaleCopy(f"{who} saved the text while you were editing. Yours is kept here: compare the two, then save again.")


@transaction.atomic
def discard_copy(letter, person, *, version, now):
    """Go back to the text as it was published last. Refused while it holds words that offices were told are taken in."""
    letter = Letter.objects.lock(letter)
    if_locked(letter)
    copy = copy_of(letter)
    unless_newest(copy, version)
    unless_promised(letter, copy)
    if copy.is_changed:
        fill(copy, letter.revision.text(), person, now)


def unless_promised(letter, copy):
    taken = letter.proposed_edits.filter(decision=ProposedEdit.Decision.TAKEN, decided_at__gte=letter.revision.created_at)
    text = copy.text()
    promised = [edit for edit in taken.select_related("office") if edit.new and replace.count(text, edit.new)]
    if copy.is_changed and promised:
        names = ", ".join(sorted({edit.office.label for edit in promised}))
        raise Refused(f"You have told {names} that their words are taken in. Publish the text, or change it in the editor.")


@transaction.atomic
def take_import(letter, person, imported, *, version, now, **came_from):
    """Make what was read from a file or a paste the text in the works. `came_from`: source, name, changes of the ImportReport."""
    letter = Letter.objects.lock(letter)
    if_locked(letter)
    copy = put_copy(letter, person, cleaned(vars(imported.text)), version, now)
    report(letter, person, imported, now=now, **came_from)
    return copy


def report(letter, person, imported, *, now, **came_from):
    """Keep what the import said, for whoever checks the text."""
    found = {"doubts": imported.doubts, "signers": [list(signer) for signer in imported.signers]}
    return ImportReport.objects.create(letter=letter, imported_at=now, imported_by=person, **found, **came_from)


@transaction.atomic
def check_import(found, person, *, now):
    """Note that somebody has gone through what the import listed; what earlier ones listed fell with the text it replaced."""
    letter = Letter.objects.lock(found.letter)
    if_locked(letter)
    letter.import_reports.filter(pk__lte=found.pk, checked_at=None).update(checked_at=now, checked_by=person)


# --- publishing ---


@transaction.atomic
def publish(letter, person, *, version, note="", clerical=False, now):
    """Make the working copy the letter's next text; StaleCopy when it is not the one that was read before."""
    letter = Letter.objects.lock(letter)
    if_locked(letter)
    copy = copy_of(letter)
    unless_newest(copy, version)
    return follow(letter, person, copy.text(), note, clerical, now)


@transaction.atomic
def revise(letter, person, *, text, base_sha256, note="", clerical=False, now):
    """Give the letter its next text; equal text changes nothing.

    A clerical text keeps the signatures, and their offices are told of the difference; after any other one each has to be
    re-affirmed and is not printed before. `base_sha256` is that of the text the person began to edit: StaleText when somebody
    else published another one meanwhile.
    """
    letter = Letter.objects.lock(letter)
    if_locked(letter)
    if base_sha256 != letter.revision.sha256:
        raise StaleText("Somebody else changed the text while you were editing. Yours is kept below: compare, then save again.")
    return follow(letter, person, cleaned(text), note, clerical, now)


def follow(letter, person, text, note, clerical, now):
    before = letter.revision
    if text == before.text():
        return before
    clerical = clerical and not letter.is_draft
    if clerical:
        unless_clerical(letter, text)
    revision = add(letter, text, person, now, note, substance=before.substance if clerical else None)
    kind = Kind.CORRECTED if clerical else Kind.REVISED
    record(letter, kind, now=now, person=person, shown=True, note=note, **facts(revision))
    begin_from(revision, person, now)
    notices.queue(told_of(letter, revision, now))
    wake.after_commit(letter, mail=True)
    return revision


def begin_from(revision, person, now):
    """The working copy goes on from the new text; its version goes on too, so that no older page of the editor fits it."""
    copy = WorkingCopy.objects.filter(letter=revision.letter).first()
    if copy:
        copy.base = revision
        fill(copy, revision.text(), person, now)


def told_of(letter, revision, now):
    if revision.is_clerical:
        # A yes that the lead entered is confirmed by an office that reads the text as it is then.
        kind, signatures = Notice.Kind.CORRECTED, letter.signatures.carried().exclude(confirmed_at=None, entered_how__gt="")
    else:
        kind, signatures = Notice.Kind.REAFFIRM, letter.signatures.to_reaffirm()
    return notices.to_signers(kind, letter, signatures, now=now, about=f"text {revision.number}")


def unless_clerical(letter, text):
    if why := why_not_clerical(letter, text):
        raise Refused(f"{why} So each office has to re-affirm: publish it as a change of substance.")


def why_not_clerical(letter, text):
    """A sentence, empty when the text may be called a correction.

    Counted from every text that was signed, and from the first of the same substance, so that many small corrections do not
    add up to another letter.
    """
    signed = Revision.objects.filter(pk__in=letter.signatures.carried().values("revision")).order_by("number")
    found = (diff.compare(read.text(), text).why_not_clerical for read in {letter.signed_text(): None, **dict.fromkeys(signed)})
    return next(filter(None, found), "")


def add(letter, text, person, now, note="", substance=None):
    """The letter's next text, saved. `substance` is None where it says something else than the one before."""
    if not text["body"]:
        raise Refused("The letter has no text. Type or paste it into the field named Text.")
    number = letter.revision.number + 1 if letter.revision else 1
    if letter.opened_at:  # the request that waited for the letter's row may be the older one
        now = max(now, letter.opened_at + TICK)
    stamp = {"number": number, "substance": substance or number, "note": note, "created_at": now, "created_by": person}
    letter.revision = Revision.objects.create(letter=letter, sha256=html.text_sha256(**text), **stamp, **text)
    return letter.revision


def facts(revision):
    return {"revision": revision.number, "text_sha256": revision.sha256}


# --- signatures that grew old ---


@transaction.atomic
def ask_again(letter, person, *, signed_before, now):
    """Ask the offices whose last yes is older than `signed_before` whether it still stands. They are printed all the same.

    Returns the signatures concerned.
    """
    letter = Letter.objects.lock(letter)
    unless_open(letter)
    found = list(letter.signatures.printed().affirmed_before(signed_before).select_related("office"))
    if not found:
        raise Refused("Nobody signed that long ago, so there is nobody to ask again.")
    letter.asked_again_at = signed_before
    offices = sorted(signature.office_id for signature in found)
    record(letter, Kind.ASKED_AGAIN, now=now, person=person, signed_before=signed_before.isoformat(), offices=offices)
    rows = letter.signatures.filter(pk__in=[signature.pk for signature in found])
    notices.queue(notices.to_signers(Notice.Kind.ASKED_AGAIN, letter, rows, now=now, about=now.date().isoformat()))
    wake.after_commit(mail=True)
    return found

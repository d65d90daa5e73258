"""Who renders a letter, and which PDF counts: one worker at a time, and never an older state over a newer one."""

import datetime
import hashlib
import json
import secrets
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q

from letters.models import Event, Letter, OfficeImage, Rendition

from .history import record

CLAIM = datetime.timedelta(seconds=45)
# Scanned signatures take time to embed: a worker must not lose a letter that it is still busy with.
CLAIM_PER_IMAGE = datetime.timedelta(milliseconds=250)
ATTEMPTS = 5


@dataclass(frozen=True)
class Job:
    """What one worker was given to render. `contents` is `Letter.contents()`, or the manifest of a locked letter."""

    letter: Letter
    token: str
    state_no: int
    final: bool
    contents: dict
    at: datetime.datetime


def claim(letter_id, *, now):
    """Hold the letter for rendering and take its contents as they are at this moment; None when nothing is due."""
    due = Letter.objects.render_due(now).filter(pk=letter_id)
    if not due.exists():
        return None
    with transaction.atomic():
        letter = Letter.objects.lock(Letter(pk=letter_id))
        if not due.exists():
            return None  # another worker was quicker
        contents = json.loads(letter.manifest) if letter.is_locked else letter.contents()
        images = sum("image_sha256" in line for line in contents["signers"])
        letter.rendering_token, letter.rendering_until = secrets.token_hex(16), now + CLAIM + images * CLAIM_PER_IMAGE
        letter.save(update_fields=["rendering_token", "rendering_until"])
    return Job(letter, letter.rendering_token, letter.state_no, letter.is_locked, contents, now)


def images(letter, contents):
    """The signature images and the seal that the contents name, as PNGs by their SHA-256; those not on file are left out.

    Needs no lock: an image on file never changes. Raises DamagedImage.
    """
    named = {line["image_sha256"] for line in contents["signers"] if "image_sha256" in line}
    named.add(contents.get("layout", {}).get("seal_sha256"))
    of_letter = Q(pk__in=letter.signatures.values("image")) | Q(pk=letter.seal_id)
    used = OfficeImage.objects.filter(of_letter, sha256__in=filter(None, named))
    return {image.sha256: image.bytes() for image in used.select_related("office")}


def publish(job, pdf, *, renderer, now):
    """Store the PDF unless a newer one is stored or the letter is in other hands. Returns the Rendition or None."""
    rendition = Rendition(
        letter=job.letter,
        state_no=job.state_no,
        final=job.final,
        signers=len(job.contents["signers"]),
        sha256=hashlib.sha256(pdf).hexdigest(),
        size=len(pdf),
        renderer=renderer,
        rendered_at=now,
    )
    # Before the transaction: a file that no row names does no harm, a row without its file would.
    rendition.pdf.save("letter.pdf", ContentFile(pdf), save=False)
    with transaction.atomic():
        letter = Letter.objects.lock(job.letter)
        if letter.rendering_token != job.token or letter.rendered_no >= job.state_no:
            return None
        rendition.save()
        letter.rendered_no = job.state_no
        release(letter)
        letter.save()
        if job.final:
            record(
                letter, Event.Kind.SEALED, now=now, person=None, sha256=rendition.sha256, size=rendition.size, renderer=renderer
            )
    return rendition


def fail(job, error, *, now):
    """Note why the letter could not be rendered and when to try again; after a few times, only when it changes."""
    with transaction.atomic():
        letter = Letter.objects.lock(job.letter)
        if letter.rendering_token != job.token:
            return
        attempts = letter.render_attempts + 1
        release(letter)
        if letter.state_no == job.state_no:
            # A final is owed to its signers: it is tried for ever, at longer intervals.
            wait = datetime.timedelta(seconds=min(5 * 2 ** min(attempts, 10), 3600))
            given_up = attempts >= ATTEMPTS and not job.final
            letter.render_attempts, letter.render_error = attempts, str(error)[:500]
            letter.render_after = now + (datetime.timedelta(days=3650) if given_up else wait)
        letter.save()


def release(letter):
    letter.rendering_token, letter.rendering_until = "", None
    letter.render_attempts, letter.render_after, letter.render_error = 0, None, ""

"""The letter as a PDF: letter data in, bytes out. Reads no database and no settings.

The same data gives the same bytes in every process, with the same WeasyPrint, Pango and HarfBuzz.
"""

import atexit
import os
import threading
from dataclasses import replace
from functools import cache, partial

from letters.pdf import columns
from letters.pdf.checks import refuse_lost_images, refuse_lost_text, refuse_missing_glyphs
from letters.pdf.letter import DOWN, LetterData, RenderError, Signer, fingerprint
from letters.pdf.markup import Pins, source
from letters.pdf.notes import better, settled, stray_note

__all__ = ["PANGO_MISSING", "LetterData", "RenderError", "Signer", "render"]

PANGO_MISSING = (
    "PDFs cannot be made on this machine: WeasyPrint does not find Pango. On Debian or Ubuntu run: "
    "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
)
LINE = 13.8  # points
MOST_PINNED = 1000  # letters whose pins are remembered


def render(data: LetterData) -> bytes:
    """The letter as PDF/A-3a and PDF/UA-1. Raises RenderError with a sentence fit for staff. Threads take turns."""
    refuse_missing_glyphs(data)
    with _lock:
        document, sheets = laid_out(data)
        refuse_lost_images(data, sheets)
        refuse_lost_text(data, sheets)
        return archived(document, fingerprint(data))


def archived(document, identifier: bytes) -> bytes:
    from letters.pdf.archive import written  # needs Pango

    return written(document, identifier)


def laid_out(data: LetterData):
    """The WeasyPrint document with every note on the page of its call, and its pages as `press.Sheet`s."""
    # After the first row of signers no further one moves a note, so all states of a letter share their pins.
    short = replace(data, signers=data.signers[:2], cc=(), enclosures=(), draft_mark="", pdf_title="")
    if data.columns == DOWN and data.signers:
        return laid_down(data, short)
    known = _pins.get(fingerprint(short))
    document, sheets = lay_out(data, known or Pins())
    if stray_note(sheets, known.loose) if known else better(sheets, Pins()):
        document, sheets, _ = settled(partial(lay_out, data), settled_pins(short))
    return document, sheets


def settled_pins(short: LetterData) -> Pins:
    letter = fingerprint(short)
    if letter not in _pins:
        pins = settled(partial(lay_out, short), Pins())[-1]
        if len(_pins) >= MOST_PINNED:
            _pins.clear()
        _pins[letter] = pins
    return _pins[letter]


def laid_down(data: LetterData, short: LetterData):
    """The same with the signers of each page down its columns, which takes knowing how many a page has room for."""
    _, sheets, pins = settled(partial(lay_out, short), settled_pins(short))
    first = next(sheet for sheet in sheets if sheet.rows)
    top, _, bottom = first.rows[0]
    heights = columns.heights(data.signers, partial(measured, data))
    for spare in (1, LINE + 1, 3 * LINE):
        rooms = first.free + bottom - top - spare, first.height - spare
        chunks = columns.chunks(data.signers, heights, *rooms)
        document, sheets, _ = settled(lambda pins, chunks=chunks: lay_out(data, pins, chunks), pins)
        if all(len(sheet.rows) < 2 for sheet in sheets):
            break
    return document, sheets


def measured(data: LetterData, signers: list[Signer]) -> list[columns.Height]:
    """The heights of these signers' blocks, as laid out in a column."""
    alone = replace(data, letterhead=(), addressees=(), subject="", salutation="", body="", closing="", seal=None)
    chunks = [columns.Chunk(*[(columns.Placed(signer),)] * 2) for signer in signers]
    _, sheets = lay_out(replace(alone, signers=tuple(signers)), Pins(), chunks)
    return [columns.Height(name - top, bottom - name) for sheet in sheets for top, name, bottom in sheet.rows]


def lay_out(data: LetterData, pins: Pins, chunks: list[columns.Chunk] | None = None):
    return _press().lay_out(source(data, pins, chunks), data.images())


_lock = threading.Lock()
_pins: dict[bytes, Pins] = {}


@cache
def _press():
    try:
        from letters.pdf.press import Press
    except OSError as missing:
        raise RenderError(PANGO_MISSING) from missing
    return Press()


def _forget_parent():
    """In a forked child: Pango's objects and a lock held by another thread of the parent are of no use."""
    global _lock
    _lock = threading.Lock()
    _press.cache_clear()


os.register_at_fork(after_in_child=_forget_parent)
# Pango crashes the exit of the interpreter when its objects outlive WeasyPrint's modules.
atexit.register(_press.cache_clear)

"""The letter as a PDF: letter data in, bytes out. Reads no database and no settings.

The same data gives the same bytes in every process, with the same WeasyPrint, Pango and HarfBuzz.
"""

import atexit
import hashlib
import html
import os
import re
import threading
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from itertools import accumulate

from django.template import Context, Engine, Template

from letters.pdf import fonts

PANGO_MISSING = (
    "PDFs cannot be made on this machine: WeasyPrint does not find Pango. On Debian or Ubuntu run: "
    "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
)
CALL = '<span class="fn">'
NOTE = re.compile(CALL + r"(.*?)</span>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")
BLOCK = re.compile(r"(?=<(?:p|li|h2|h3|blockquote)>)")
# What is done, one after the other, to a paragraph while a note of it stands on another page than its call.
PINS = ("break-inside: avoid", "break-before: page")
MOST_PINNED = 1000  # letters whose pins are remembered


class RenderError(Exception):
    """The letter cannot be printed; the sentence says why and what to do."""


@dataclass(frozen=True)
class Signer:
    """One signer, as printed. image: a PNG of the Member's signature, set above the name."""

    name: str
    title: str
    image: bytes | None = field(default=None, repr=False)

    @cached_property
    def image_url(self) -> str:
        """Under which the press finds the image; empty without one."""
        return f"signature:{hashlib.sha256(self.image).hexdigest()}" if self.image else ""


@dataclass(frozen=True, kw_only=True)
class LetterData:
    """All that is printed, as printed.

    letterhead: lines, the first one set large. addressees: one tuple of lines for each. body: the canonical HTML subset,
    a note as <span class="fn"> where it is called. signers: in printed order. draft_mark: empty in the final.
    pdf_title: shown by the reader's window, not on the page. language: a BCP 47 tag.
    """

    letterhead: tuple[str, ...]
    date_line: str
    addressees: tuple[tuple[str, ...], ...]
    salutation: str
    body: str
    closing: str
    signers: tuple[Signer, ...]
    draft_mark: str = ""
    pdf_title: str
    language: str = "en"


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


def fingerprint(data: LetterData) -> bytes:
    images = [signer.image_url for signer in data.signers]
    return hashlib.sha256(repr((data, images)).encode()).digest()[:16]


def refuse_missing_glyphs(data: LetterData):
    for place, text in texts(data):
        if (at := fonts.first_missing(text)) is not None:
            raise RenderError(
                f"The letter's font has no {fonts.named(text[at])}. It stands in {place}, "
                f"here: “{' '.join(text[max(0, at - 30) : at + 30].split())}”. Write it another way and try again."
            )


def texts(data: LetterData) -> Iterator[tuple[str, str]]:
    """Each piece of printed text, without tags, and the words for where it stands."""
    yield from flow(data)
    yield from ((f"note {number}", note) for number, note in enumerate(notes(data), 1))
    yield "the draft mark", data.draft_mark


def flow(data: LetterData) -> Iterator[tuple[str, str]]:
    """The text from letterhead to last signer, in reading order, notes left out."""
    yield from (("the letterhead", line) for line in data.letterhead)
    yield "the date line", data.date_line
    yield from (("the address", line) for address in data.addressees for line in address)
    yield "the salutation", data.salutation
    yield "the text", plain(NOTE.sub("", data.body))
    yield "the closing", data.closing
    for number, signer in enumerate(data.signers, 1):
        yield f"the name of signer {number}", signer.name
        yield f"the title of signer {number}", signer.title


def notes(data: LetterData) -> list[str]:
    return [plain(note) for note in NOTE.findall(data.body)]


def plain(markup: str) -> str:
    return html.unescape(TAG.sub("", markup))


def laid_out(data: LetterData):
    """The WeasyPrint document with every note on the page of its call, and its pages as `press.Sheet`s."""
    # After the first row of signers no further one moves a note, so all states of a letter share their pins.
    letter = fingerprint(replace(data, signers=data.signers[:2], draft_mark="", pdf_title=""))
    pieces, pins = BLOCK.split(data.body), dict(_pins.get(letter, {}))
    images = {signer.image_url: signer.image for signer in data.signers if signer.image}
    while True:
        document, sheets = _press().lay_out(source(data, pinned(pieces, pins)), images)
        if not (stray := stray_note(sheets)):
            remember(letter, pins)
            return document, sheets
        piece = caller(pieces, stray)
        pins[piece] = pins.get(piece, -1) + 1
        if pins[piece] == len(PINS):
            raise RenderError(
                f"Note {stray} does not fit on the page of its call. Shorten it, or split the paragraph that calls it."
            )


def stray_note(sheets) -> int | None:
    """The number of the first note that does not stand on the page of its call."""
    return next((call for sheet in sheets for call in sheet.called if call not in sheet.standing), None)


def caller(pieces: list[str], note: int) -> int:
    """Which piece of the body calls the note."""
    calls = accumulate(piece.count(CALL) for piece in pieces)
    return next(number for number, so_far in enumerate(calls) if so_far >= note)


def pinned(pieces: list[str], pins: dict[int, int]) -> str:
    pieces = list(pieces)
    for piece, step in pins.items():
        pieces[piece] = pieces[piece].replace(">", f' style="{PINS[step]}">', 1)
    return "".join(pieces)


def remember(letter: bytes, pins: dict[int, int]):
    if len(_pins) >= MOST_PINNED:
        _pins.clear()
    _pins[letter] = pins


def source(data: LetterData, body: str) -> str:
    pairs = [data.signers[start : start + 2] for start in range(0, len(data.signers), 2)]
    rows = [{"signers": pair, "has_image": any(signer.image for signer in pair)} for pair in pairs]
    context = {"letter": data, "masthead": small_capitals(data.letterhead), "body": body, "rows": rows}
    return _template().render(Context(context))


def small_capitals(letterhead: tuple[str, ...]) -> str:
    """The first line as markup in capitals, small ones for small letters: the font has no small capitals of its own."""
    first = html.escape("".join(letterhead[:1]), quote=False)
    return re.sub(r"&\w+;|([^\W\d_A-Z]+)", lambda m: f"<span>{m[1].upper()}</span>" if m[1] else m[0], first)


def refuse_lost_images(data: LetterData, sheets):
    """Every image once, in order, and no other: WeasyPrint leaves out what it cannot read."""
    wanted = [signer for signer in data.signers if signer.image]
    printed = [url for sheet in sheets for url in sheet.images]
    if printed != [signer.image_url for signer in wanted]:
        lost = next((signer.name for signer in wanted if signer.image_url not in printed), "a Member")
        raise RenderError(
            f"The signature image of {lost} cannot be printed as it is on file. Please report this to whoever runs the site."
        )


def refuse_lost_text(data: LetterData, sheets):
    """Compares all that was laid out with all that was to be printed, in order, white space and capitals aside."""
    wanted = " ".join(text for _, text in flow(data)), " ".join(notes(data))
    printed = "".join(sheet.text for sheet in sheets), "".join(sheet.notes for sheet in sheets)
    for whole, got in zip(wanted, printed, strict=True):
        if squeezed(whole) != squeezed(got):
            raise RenderError(
                "The letter was not printed whole: something is lost or out of order near "
                f"“{parting(whole, squeezed(got))}”. Please report this to whoever runs the site."
            )


def squeezed(text: str) -> str:
    return "".join(text.split()).replace("\N{SOFT HYPHEN}", "").lower()


def parting(whole: str, got: str) -> str:
    """The words of the whole text around the first place where the squeezed text is another."""
    pairs = enumerate(zip(squeezed(whole), got, strict=False))
    same = next((at for at, (wanted, found) in pairs if wanted != found), len(got))
    at = bisect_left(range(len(whole)), same, key=lambda at: len(squeezed(whole[:at])))
    return " ".join(whole[max(0, at - 30) : at + 30].split())


@cache
def _template() -> Template:
    return Engine(dirs=[fonts.ROOT / "templates" / "pdf"]).get_template("letter.html")


_lock = threading.Lock()
_pins: dict[bytes, dict[int, int]] = {}


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

"""What a printed letter is made of, and its text piece by piece in the order of reading."""

import hashlib
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

CALL = '<span class="fn">'
NOTE = re.compile(CALL + r"(.*?)</span>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")
ACROSS, DOWN = "across", "down"
PEN, TYPED = "pen", "typed"


class RenderError(Exception):
    """The letter cannot be printed; the sentence says why and what to do."""


def image_url(kind: str, image: bytes | None) -> str:
    """Under which the press finds the image; empty without one."""
    return f"{kind}:{hashlib.sha256(image).hexdigest()}" if image else ""


@dataclass(frozen=True)
class Signer:
    """One signer, as printed. image: a PNG of the Member's signature, set above the name."""

    name: str
    title: str
    image: bytes | None = field(default=None, repr=False)

    @cached_property
    def image_url(self) -> str:
        return image_url("signature", self.image)


@dataclass(frozen=True, kw_only=True)
class LetterData:
    """All that is printed, as printed.

    letterhead: lines, the first one set large. addressees: one tuple of lines for each. subject: without its "Re:".
    body: the canonical HTML subset, a note as <span class="fn"> where it is called. signers: in printed order, which goes
    "across" the two columns, row by row, or "down" the left one of each page first. space: room to sign with a "pen" above
    each name, or none above a name that is only "typed". cc, enclosures: lines. running_head: what stands above the page
    number at the head of later pages; without it the number stands at their foot. seal: a PNG above the letterhead, with
    the words for those who do not see it. draft_mark: empty in the final. pdf_title: shown by the reader's window, not on
    the page. language: a BCP 47 tag.
    """

    letterhead: tuple[str, ...]
    date_line: str
    addressees: tuple[tuple[str, ...], ...]
    subject: str = ""
    salutation: str
    body: str
    closing: str
    signers: tuple[Signer, ...]
    cc: tuple[str, ...] = ()
    enclosures: tuple[str, ...] = ()
    columns: str = ACROSS
    space: str = PEN
    running_head: str = ""
    seal: bytes | None = field(default=None, repr=False)
    seal_alt: str = ""
    draft_mark: str = ""
    pdf_title: str
    language: str = "en"

    @cached_property
    def seal_url(self) -> str:
        return image_url("seal", self.seal)

    @property
    def subject_line(self) -> str:
        return f"Re: {self.subject}" if self.subject else ""

    @property
    def after_signers(self) -> list[tuple[str, tuple[str, ...]]]:
        """What follows the signers: a heading and its lines, for each."""
        enclosed = "Enclosures:" if len(self.enclosures) > 1 else "Enclosure:"
        return [(heading, lines) for heading, lines in (("cc:", self.cc), (enclosed, self.enclosures)) if lines]

    def images(self) -> dict[str, bytes]:
        """Every picture by the address under which the press finds it."""
        found = {signer.image_url: signer.image for signer in self.signers if signer.image}
        return found | ({self.seal_url: self.seal} if self.seal else {})


def fingerprint(data: LetterData) -> bytes:
    images = [data.seal_url, *(signer.image_url for signer in data.signers)]
    return hashlib.sha256(repr((data, images)).encode()).digest()[:16]


def texts(data: LetterData) -> Iterator[tuple[str, str]]:
    """Each piece of printed text, without tags, and the words for where it stands."""
    yield from flow(data)
    yield from ((f"note {number}", note) for number, note in enumerate(notes(data), 1))
    yield "the head of the later pages", data.running_head
    yield "the draft mark", data.draft_mark


def flow(data: LetterData) -> Iterator[tuple[str, str]]:
    """The text from letterhead to the last enclosure, in reading order, notes left out."""
    yield from (("the letterhead", line) for line in data.letterhead)
    yield "the date line", data.date_line
    yield from (("the address", line) for address in data.addressees for line in address)
    yield "the subject", data.subject_line
    yield "the salutation", data.salutation
    yield "the text", plain(NOTE.sub("", data.body))
    yield "the closing", data.closing
    for number, signer in enumerate(data.signers, 1):
        yield f"the name of signer {number}", signer.name
        yield f"the title of signer {number}", signer.title
    for heading, lines in data.after_signers:
        yield from ((f"the lines under “{heading}”", line) for line in (heading, *lines))


def notes(data: LetterData) -> list[str]:
    return [plain(note) for note in NOTE.findall(data.body)]


def plain(markup: str) -> str:
    return html.unescape(TAG.sub("", markup))

"""Letters set by child processes that are kept warm: what an editor can type must not take a worker's memory or its day.

What is asked here gives what `render` gives, or its sentence. A child that was killed costs a second; one that a letter
makes too slow, too large or crashes, costs that letter a sentence.
"""

import logging
import os
from dataclasses import asdict
from itertools import accumulate, pairwise
from typing import NamedTuple

from letters.limited import MEGABYTE, Answer, Busy, Children, Failed, Limits, TooLarge, TooLong

from .pages import Picture, pictures
from .render import LetterData, RenderError, Signer, render

log = logging.getLogger(__name__)

# Pango reads the fonts in a thread; without one it ends the process.
LIMITS = Limits(seconds=30, memory=768 * MEGABYTE, answer=128 * MEGABYTE, threads=True)
SHORTEN = "Shorten it, or divide its longest paragraphs, lists and notes."
TOO_LONG = f"The letter takes too long to set (the limit is {LIMITS.seconds} seconds). {SHORTEN}"
TOO_LARGE = f"The letter takes too much memory to set. {SHORTEN}"
BUSY = "Other letters are being set at this moment. Try again in a minute."
FAULT = "A fault in the program that sets letters. Whoever runs the site finds it in the log."
MOST_PAGES = 30
# A worker may wait for a child as long as another letter can take; somebody who looks at a page may not.
WORKERS_PATIENCE, READERS_PATIENCE = 60.0, 10.0

_setters = Children("letters.pdf.child:answer", LIMITS, at_once=max(2, os.cpu_count() or 2), jobs=200, grown=300 * MEGABYTE)


class Preview(NamedTuple):
    """The first pages of a letter, and how many more there are."""

    pages: list[Picture]
    more: int


def print_letter(data: LetterData) -> bytes:
    """The letter as PDF, within LIMITS. Raises RenderError with a sentence fit for staff."""
    _, pdf = _asked({"do": "print"}, data, WORKERS_PATIENCE)
    if not pdf.startswith(b"%PDF-"):
        raise _fault("the answer is no PDF")
    return pdf


def preview(data: LetterData, width: int, most: int = MOST_PAGES) -> Preview:
    """The pages as they will print, so many pixels wide, within LIMITS. Raises RenderError."""
    answer, pngs = _asked({"do": "preview", "width": width, "most": most}, data, READERS_PATIENCE)
    try:
        sizes, more = answer["pages"], int(answer["more"])
        pieces = _parted(pngs, [int(length) for *_, length in sizes])
        pages = [Picture(png, int(wide), int(high)) for png, (wide, high, _) in zip(pieces, sizes, strict=True)]
    except (KeyError, TypeError, ValueError) as error:
        raise _fault("the answer has no pages") from error
    if not all(page.png.startswith(b"\x89PNG") for page in pages):
        raise _fault("the answer has no pictures")
    return Preview(pages, more)


def _asked(question: dict, data: LetterData, patience: float) -> Answer:
    letter, images = packed(data)
    try:
        answer, blob = _setters.ask(question | letter, images, patience=patience)
    except Failed as failure:
        log.warning("a letter was not set: %s: %s", type(failure).__name__, failure)
        sentences = {TooLong: TOO_LONG, TooLarge: TOO_LARGE, Busy: BUSY}
        raise RenderError(sentences.get(type(failure), FAULT)) from failure
    if not isinstance(answer, dict):
        raise _fault("the answer is none")
    if "refused" in answer:
        raise RenderError(str(answer["refused"])[:2000])
    return answer, blob


def _fault(why: str) -> RenderError:
    log.error("a letter was not set: %s", why)
    return RenderError(FAULT)


# --- the letter on its way to the child


def packed(data: LetterData) -> Answer:
    """The letter as JSON types and its images behind each other. Where an image was stands its number."""
    images: dict[bytes, int] = {}

    def plain(value):
        if isinstance(value, bytes):
            return {"image": images.setdefault(value, len(images))}
        if isinstance(value, dict):
            return {name: plain(inner) for name, inner in value.items()}
        return [plain(inner) for inner in value] if isinstance(value, list | tuple) else value

    letter = plain(asdict(data))
    return {"letter": letter, "images": [len(image) for image in images]}, b"".join(images)


def unpacked(question: dict, blob: bytes) -> LetterData:
    images = _parted(blob, question["images"])

    def whole(value):
        if isinstance(value, dict):
            return images[value["image"]]
        return tuple(map(whole, value)) if isinstance(value, list) else value

    signers = [{name: whole(value) for name, value in signer.items()} for signer in question["letter"].pop("signers")]
    parts = {name: whole(value) for name, value in question["letter"].items()}
    return LetterData(**parts, signers=tuple(Signer(**signer) for signer in signers))


def _parted(blob: bytes, lengths: list[int]) -> list[bytes]:
    return [blob[start:end] for start, end in pairwise(accumulate(lengths, initial=0))]


# --- in the child


def answer(question: dict, blob: bytes) -> Answer:
    try:
        pdf = render(unpacked(question, blob))
    except RenderError as refusal:
        return {"refused": str(refusal)}, b""
    if question["do"] == "print":
        return {}, pdf
    pages, more = pictures(pdf, question["width"], question["most"])
    sizes = [(width, height, len(png)) for png, width, height in pages]
    return {"pages": sizes, "more": more}, b"".join(page.png for page in pages)

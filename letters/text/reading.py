"""Letters read by a child process: what strangers wrote takes seconds and megabytes of a child, and no more.

The same results and the same sentences as `letters.text.read` gives; a sentence too where time or memory ran out.
"""

import logging
from dataclasses import asdict, fields

from letters.limited import MEGABYTE, Answer, Busy, Children, Failed, Limits, TooLarge, TooLong

from .characters import TextError, Unsettled, refuse_characters
from .html import canonical
from .letter import Imported, LetterText

log = logging.getLogger(__name__)

LIMITS = Limits(seconds=10, memory=256 * MEGABYTE, answer=8 * MEGABYTE)
PATIENCE = 10  # seconds for which a page waits for a reader
FILE = "The file {what}. Copy the letter's text into a new Word document, save it as .docx and choose that."
PASTE = "What was pasted {what}. Paste it without its formatting (Ctrl+Shift+V), or a part at a time."
BUSY = "Other letters are being read at this moment. Try again in a minute."

_readers = Children("letters.text.reading:answer", LIMITS)


def read_limited(name: str, data: bytes, changes: str = "") -> Imported:
    """As `letters.text.read`, within LIMITS."""
    return _asked({"name": name, "changes": changes}, data, FILE)


def read_paste_limited(text: str, markup: str) -> Imported:
    """As `letters.text.pasted.reader.read_paste`, within LIMITS."""
    return _asked({"text": text, "markup": markup}, b"", PASTE)


def _asked(question: dict, data: bytes, sentence: str) -> Imported:
    try:
        answer, _ = _readers.ask(question, data, patience=PATIENCE)
    except Failed as failure:
        log.warning("a letter was not read: %s: %s", type(failure).__name__, failure)
        raise TextError(_why(failure, sentence)) from failure
    try:
        return _checked(answer)
    except TextError:
        raise
    except (KeyError, TypeError, ValueError) as error:
        log.error("a letter was not read: the answer is none: %s", type(error).__name__)
        raise TextError(sentence.format(what="could not be read")) from error


def _why(failure: Failed, sentence: str) -> str:
    if isinstance(failure, Busy):
        return BUSY
    whats = {TooLong: "takes too long to read", TooLarge: "takes too much memory to read"}
    return sentence.format(what=whats.get(type(failure), "could not be read"))


def _checked(answer: dict) -> Imported:
    """The answer as what it says it is. A child that was taken over may say anything: nothing in it is taken on trust."""
    if "refused" in answer:
        raise TextError(_string(answer["refused"]))
    if "changes" in answer:
        raise Unsettled(_strings(answer["changes"]), _strings(answer["comments"]))
    parts = {part.name: _string(answer["text"][part.name]) for part in fields(LetterText)}
    for part, text in parts.items():
        refuse_characters(text, part)
    if canonical(parts["body"]) != parts["body"]:
        raise ValueError("the body is not canonical")
    signers = [(_string(name), _string(title)) for name, title in answer["signers"]]
    return Imported(LetterText(**parts), signers, _strings(answer["doubts"]))


def _string(value) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _strings(values) -> list[str]:
    if not isinstance(values, list):
        raise TypeError
    return [_string(value) for value in values]


# --- in the child


def answer(question: dict, data: bytes) -> Answer:
    try:
        return asdict(_read(question, data)), b""
    except Unsettled as found:
        return {"changes": found.changes, "comments": found.comments}, b""
    except TextError as refusal:
        return {"refused": str(refusal)}, b""


def _read(question: dict, data: bytes) -> Imported:
    if "name" in question:
        from . import read

        return read(question["name"], data, question["changes"])
    from .pasted.reader import read_paste

    return read_paste(question["text"], question["markup"])

"""Which characters a letter may hold, and how lines from a form are tidied."""

import re
import unicodedata

# Zero-width characters and marks of direction: nobody sees them, and two texts that look alike would differ.
INVISIBLE = "\u061c\u180e\u200b-\u200f\u2060-\u2064\ufeff"
# Controls other than tab and newline, what is invisible, bidi overrides and isolates, surrogates, non-characters, tags.
REFUSED = re.compile(
    f"[\x00-\x08\x0b-\x1f\x7f-\x9f{INVISIBLE}\u202a-\u202e\u2066-\u206f\ud800-\udfff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
LINE_BREAK = re.compile("[\n\x0b\x0c\r\x1c-\x1e\x85\u2028\u2029]")
SOFT_HYPHEN = "\u00ad"


def with_plain_hyphens(text: str) -> str:
    """Without soft hyphens, and with a plain one for Word's non-breaking hyphen, which the letter's font lacks."""
    return text.replace(SOFT_HYPHEN, "").replace("\u2011", "-")


class TextError(ValueError):
    """Text that cannot be taken; the message is a sentence for the user that says what to do."""


class Unsettled(TextError):
    """A file with tracked changes or comments; `changes` (“Ann deleted …”) and `comments` (“Ann: …”) list them all."""

    def __init__(self, changes: list[str], comments: list[str]):
        self.changes, self.comments = changes, comments
        listed = [*changes, *(f"comment by {comment}" for comment in comments)]
        more = f"; and {len(listed) - 20} more" if len(listed) > 20 else ""
        super().__init__(
            "The file has tracked changes or comments. Accept or reject each change and delete each comment in Word, then choose "
            f"the file again; or say that all of them are to be taken as accepted or as rejected. Found: "
            f"{'; '.join(listed[:20])}{more}."
        )


def around(text: str, position: int) -> str:
    """The few words on both sides of a position, without markup and without refused characters."""
    before, after = text[max(0, position - 60) : position], text[position : position + 60]
    before, after = (REFUSED.sub("", re.sub(r"<[^<>]*>|^[^<>]*>|<[^<>]*$", " ", part)) for part in (before, after))
    words = " ".join(before.split()[-4:]) + ("" if before[-1:].isspace() else "\0") + " ".join(after.split()[:4])
    return words.replace("\0", "" if before and not after[:1].isspace() else " ").strip()


def refuse_characters(text: str, field: str) -> None:
    found = REFUSED.search(text)
    if found is None:
        return
    character = found.group()
    name = unicodedata.name(character, "control character").lower()
    words = around(text, found.start())
    place = f"near “{words}”" if words else "and nothing else"
    raise TextError(
        f"{field} holds the invisible character U+{ord(character):04X} ({name}) {place}. Delete it, or type these words again."
    )


def _refuse_length(value: str, field: str, max_length: int) -> None:
    if len(value) > max_length:
        raise TextError(f"{field} is {len(value):,} characters long; the limit is {max_length:,}. Shorten it.")


def _one_line(value: str) -> str:
    return unicodedata.normalize("NFC", " ".join(with_plain_hyphens(value).split()))


def clean_line(value: str, *, field: str, max_length: int) -> str:
    """One line in NFC with single spaces; `field` begins the sentence of a TextError ("Title is 300 characters …")."""
    broken = LINE_BREAK.search(value)
    if broken:
        raise TextError(f"{field} must be one line: take out the line break near “{around(value, broken.start())}”.")
    refuse_characters(value, field)
    line = _one_line(value)
    _refuse_length(line, field, max_length)
    return line


def clean_text(value: str, *, field: str, max_length: int) -> str:
    """Several lines in NFC, split by "\\n", at most one blank line in a row, none at the ends."""
    value = value.replace("\r\n", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    refuse_characters(value, field)
    lines = "\n".join(_one_line(line) for line in value.split("\n"))
    text = re.sub(r"\n{3,}", "\n\n", lines).strip("\n")
    _refuse_length(text, field, max_length)
    return text

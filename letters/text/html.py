"""The letter's HTML subset: cleaned to one form, and read as a page, as plain text, as a hash."""

import hashlib
import json
import re
from itertools import count

from . import tree
from .characters import TextError, clean_line, clean_text
from .numerals import marker

__all__ = [
    "MAX_CHARACTERS",
    "TextError",
    "as_page",
    "canonical",
    "clean_line",
    "clean_text",
    "footnotes",
    "in_lines",
    "notes_as_page",
    "plain",
    "text_sha256",
    "words",
]

MAX_CHARACTERS = 200_000


def refuse_length(text: str) -> None:
    if len(text) > MAX_CHARACTERS:
        raise TextError(
            f"The text is {len(text):,} characters long; the limit is {MAX_CHARACTERS:,}. Shorten it, or attach what is long."
        )


def canonical(html: str) -> str:
    """The text in the allowed subset and in its one form: equal text gives equal bytes, and a second pass changes nothing."""
    refuse_length(html)
    cleaned = tree.write(tree.read(html))
    refuse_length(cleaned)
    return cleaned


def in_lines(html: str) -> str:
    """The canonical text with a line for each block, for people who edit it as it is; `canonical` joins it again."""
    return re.sub(r"(</(?:p|li|h2|h3|blockquote)>|</?(?:ul|ol)(?: [^<>]*)?>)(?=<)", r"\1\n", html)


def footnotes(html: str) -> list[str]:
    """The inner HTML of each footnote, in the order of their calls."""
    return [tree.write_runs(run.note) for run in tree.notes_of(tree.read(html))]


def words(html: str) -> int:
    """Words of the text and of its notes; the notes' numbers are not counted."""
    blocks = tree.read(html)
    parts = [_text(block.runs, lambda run: "") for block in tree.leaves(blocks)]
    return sum(len(part.split()) for part in [*parts, *(_text(run.note) for run in tree.notes_of(blocks))])


def plain(html: str) -> str:
    """Readable plain text: blocks parted by a blank line, calls as [1], the notes at the end."""
    blocks, numbers = tree.read(html), count(1)
    parts = list(_blocks(blocks, lambda run: f"[{next(numbers)}]"))
    notes = [f"[{number}] {_text(run.note)}" for number, run in enumerate(tree.notes_of(blocks), 1)]
    return "\n\n".join([*parts, *(["\n".join(notes)] if notes else [])])


def _text(runs, call=None) -> str:
    return "".join(call(run) if run.note else run.text for run in runs)


def _blocks(blocks, call):
    for block in blocks:
        if block.runs:
            yield _text(block.runs, call)
        elif block.kind == "blockquote":
            yield "\n\n".join(_indented(part, "    ") for part in _blocks(block.blocks, call))
        else:
            yield "\n".join(_items(block, call))


def _items(listing, call):
    for number, item in enumerate(listing.blocks, listing.start):
        bullet = "• " if listing.kind == "ul" else f"{marker(number, listing.style)}. "
        text = "\n".join(_blocks(item.blocks, call))
        yield bullet + _indented(text, " " * len(bullet)).lstrip(" ")


def _indented(text: str, by: str) -> str:
    return "\n".join(by + line for line in text.split("\n"))


def text_sha256(
    *,
    date_line: str,
    addressees: str,
    salutation: str,
    body: str,
    closing: str,
    subject: str = "",
    cc: str = "",
    enclosures: str = "",
) -> str:
    """Hex SHA-256 over the parts as JSON: sorted keys, no spaces, UTF-8. The last three count only where there are any."""
    parts = {
        "date_line": date_line,
        "addressees": addressees,
        "salutation": salutation,
        "body": body,
        "closing": closing,
    }
    rare = {"subject": subject, "cc": cc, "enclosures": enclosures}
    parts |= {name: text for name, text in rare.items() if text}
    data = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(data.encode()).hexdigest()


def as_page(html: str) -> str:
    """The text for a web page: each call links to its note in the section that `notes_as_page` makes, each note back to it."""
    numbers = count(1)
    return tree.write(tree.read(html), lambda run: _call(next(numbers)))


def notes_as_page(html: str) -> str:
    """The notes for a web page, as a section for the end of the letter; nothing for a text without notes."""
    return _notes_section(footnotes(html))


def _call(number: int) -> str:
    return (
        f'<sup class="fn-call"><a id="call-{number}" href="#note-{number}" role="doc-noteref" '
        f'aria-label="Footnote {number}">{number}</a></sup>'
    )


def _notes_section(notes: list[str]) -> str:
    if not notes:
        return ""
    items = "".join(
        f'<li id="note-{number}">{note} <a href="#call-{number}" role="doc-backlink" '
        f'aria-label="Back to the text at footnote {number}">↩</a></li>'
        for number, note in enumerate(notes, 1)
    )
    return (
        '<section class="footnotes" role="doc-endnotes" aria-labelledby="notes-title">'
        f'<h2 id="notes-title">Notes</h2><ol>{items}</ol></section>'
    )

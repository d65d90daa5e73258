"""Extracted text as groups of lines: decoded, without page numbers and running heads, page breaks kept in mind."""

import re
from collections import Counter
from dataclasses import dataclass
from itertools import filterfalse

from ..characters import INVISIBLE, SOFT_HYPHEN, TextError, around, refuse_characters
from ..html import refuse_length
from ..letter import is_date
from ..signers import are_titles

_JOINED_LETTERS = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_REMOVED = re.compile(f"[{INVISIBLE}{SOFT_HYPHEN}]")
_STRAY_SYMBOL = re.compile("(?<=[^\\s])[^\\S\n]*[\ue000-\uf8ff]")
_PAGE_NUMBER = re.compile(r"\s*(?:[-–—] ?)?(?:page )?\d{1,3}(?: ?(?:of|/) ?\d{1,3})?(?: ?[-–—])?\s*", re.I)
_NAMED_PAGE = re.compile(r"\s*page \d{1,3}(?: ?(?:of|/) ?\d{1,3})?\s*", re.I)
_SHORT_NOTE = re.compile(r"(?:#\.? )?(?:ib)?id\b", re.I)
_RULE = re.compile(r"\s*[_\u2500\u2501\u2014-]{5,}\s*")


@dataclass
class Group:
    """Lines with no blank between them. `joins`: a page break stands above; `zone`: how many footnote regions do."""

    lines: list[str]
    page: int
    joins: bool = False
    zone: int = 0


def grouped(text: str, doubts: list[str]) -> list[Group]:
    """The groups of a text; a form feed ends a page, or where there is none a line that a page break left one space on."""
    if "\f" in text:
        pages = _without_running_heads([page.split("\n") for page in text.split("\f")], doubts)
    else:
        pages = _pages_by_space(_without_named_pages(text.split("\n"), doubts))
    groups = []
    for number, lines in enumerate(pages):
        joins, together = number > 0, False
        for line in lines:
            if not line.strip() or _RULE.fullmatch(line):
                together = False
            elif together:
                groups[-1].lines.append(line)
            else:
                groups.append(Group([line], number, joins))
                joins, together = False, True
    return groups


def decoded(data: bytes | str) -> str:
    """The text with "\\n" line ends; TextError for what is no UTF-8 text."""
    if isinstance(data, bytes):
        if data.startswith((b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
            raise TextError("This is a PDF or Word file, not text. Choose its .docx, or save the text in it as a .txt file.")
        try:
            data = data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise TextError(
                f"The file is not UTF-8 text (byte {error.start + 1:,} cannot be read). Save it as UTF-8 and try again."
            ) from None
    text = data.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise TextError("The file is empty. Choose the file with the letter's text.")
    refuse_length(text)
    return text


def with_plain_characters(text: str, doubts: list[str]) -> str:
    """Joined letters written out, invisible ones and stray symbols taken out; TextError for the refused ones."""
    if any(letters in text for letters in _JOINED_LETTERS):
        doubts.append("Joined letters (like “ﬁ”) were written as single letters.")
        for joined, single in _JOINED_LETTERS.items():
            text = text.replace(joined, single)
    text, removed = _REMOVED.subn("", text)
    if removed:
        doubts.append(f"Invisible characters (zero-width spaces, soft hyphens) were taken out: {removed}.")
    for stray in list(_STRAY_SYMBOL.finditer(text))[:20]:
        doubts.append(f"A symbol without a public code was left out near “{around(text, stray.start())}”.")
    text = _STRAY_SYMBOL.sub("", text)
    refuse_characters(text.replace("\f", "\n"), "The text")
    return text


def _pages_by_space(lines: list[str]) -> list[list[str]]:
    pages = [[]]
    for line in lines:
        before = pages[-1][-1] if pages[-1] else ""
        if pages[-1] and re.match(r" \S", line) and not before.startswith(" "):
            pages.append([])
        pages[-1].append(line)
    return pages


def _say_left_out(left_out: list[str], doubts: list[str]) -> None:
    names = list(dict.fromkeys(" ".join(line.split()) for line in left_out))
    if names:
        more = " and more" if len(names) > 12 else ""
        doubts.append("Page numbers and running heads were left out: " + ", ".join(f"“{n}”" for n in names[:12]) + f"{more}.")


def _without_named_pages(lines: list[str], doubts: list[str]) -> list[str]:
    """Without form feeds: short blocks with a "Page 2" line, and numbers that stand alone between blanks."""
    kept, left_out, block = [], [], []
    for line in [*lines, ""]:
        if line.strip():
            block.append(line)
            continue
        if _is_running_head(block):
            left_out += block
        else:
            left_out += [part for part in block if _NAMED_PAGE.fullmatch(part)]
            kept += [part for part in block if not _NAMED_PAGE.fullmatch(part)]
        kept.append(line)
        block = []
    _say_left_out(left_out, doubts)
    return kept


def _is_running_head(block: list[str]) -> bool:
    if len(block) == 1:
        return bool(_PAGE_NUMBER.fullmatch(block[0]))
    short = len(block) <= 4 and all(len(line.strip()) <= 70 for line in block)
    return short and any(_NAMED_PAGE.fullmatch(line) for line in block)


def _without_running_heads(pages: list[list[str]], doubts: list[str]) -> list[list[str]]:
    left_out: list[str] = []
    dates = {" ".join(line.split()) for line in pages[0] if is_date(line)}
    heads, feet = _repeated(pages[1:], 0), set(filterfalse(_ends_many_pages, _repeated(pages, -1)))
    for number, lines in enumerate(pages):
        _cut_foot(lines, feet, left_out)
        if number:
            _cut_head(lines, heads, dates, left_out)
    _say_left_out(left_out, doubts)
    return pages


def _filled(lines: list[str]) -> list[int]:
    return [number for number, line in enumerate(lines) if line.strip()]


def _pattern(line: str) -> str:
    return re.sub(r"\d+", "#", " ".join(line.split()))


def _repeated(pages: list[list[str]], place: int) -> set[str]:
    ends = [_pattern(lines[filled[place]]) for lines in pages if (filled := _filled(lines))]
    return {line for line, times in Counter(ends).items() if times > 1 and len(line) <= 90}


def _ends_many_pages(foot: str) -> bool:
    """Whether it is no running foot although it ends several pages: "Id. at 3.", or the titles of signers."""
    return bool(_SHORT_NOTE.match(foot)) or are_titles(foot)


def _cut_foot(lines: list[str], feet: set[str], left_out: list[str]) -> None:
    for number in reversed(_filled(lines)[-2:]):
        is_number = _PAGE_NUMBER.fullmatch(lines[number])
        is_note = number > 0 and lines[number - 1].strip().isdecimal()  # below its own number
        if not is_number and (is_note or _pattern(lines[number]) not in feet):
            return
        left_out.append(lines[number])
        lines[number] = ""


def _cut_head(lines: list[str], heads: set[str], dates: set[str], left_out: list[str]) -> None:
    """Up to the last of the first four lines that is a page number, the letter's date or a repeated head."""
    last = -1
    filled = _filled(lines)[:4]
    for place, number in enumerate(filled):
        line = lines[number]
        if len(line.strip()) > 70:
            break
        if _PAGE_NUMBER.fullmatch(line) or " ".join(line.split()) in dates or _pattern(line) in heads:
            last = place
    for number in filled[: last + 1]:
        left_out.append(lines[number])
        lines[number] = ""

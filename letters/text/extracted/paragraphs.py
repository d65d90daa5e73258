"""Paragraphs and lists rebuilt from lines: joined over line and page ends, with their addresses mended."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from ..letter import Piece
from ..signers import cells
from ..tree import escaped
from .pages import Group

MAX_ADDRESS = 2000
_BULLET = re.compile("\\s*([\uf000-\uf0ff•▪▫◦●○■□·‣⁃∙❖➢➤✓✔★♦◆])\\s*(.*)")
_WEAK_BULLET = re.compile(r"\s*([o*–—-])\s+(\S.*)")
_NUMBER = re.compile(r"\s*\(?(\d{1,2})[.)]\s+(\S.*)")
_END = re.compile(r"[.!?:;][”\"’')\]]*\s?(?:\d{1,3}|\[\d{1,3}\]|[⁰¹²³⁴⁵⁶⁷⁸⁹]+)?")


@dataclass
class Paragraph:
    """Text on one line. `kind`: p, bullet or number; `mark`: the bullet or number as it stood.

    `zones`: (offset, zone) where each zone of footnotes begins; `notes`: (start, end, text) in place of a marker.
    """

    kind: str
    mark: str
    text: str
    zones: list[tuple[int, int]]
    last_line: str = ""
    notes: list[tuple[int, int, str]] = field(default_factory=list)

    def zone_at(self, offset: int) -> int:
        return max((zone for start, zone in self.zones if start <= offset), default=0)


def is_complete(text: str) -> bool:
    """Whether a sentence ends here, a footnote's marker after it aside."""
    tail = text.rstrip()[-12:]
    return any(_END.fullmatch(tail, start) for start in range(len(tail)))


def begins_small(text: str) -> bool:
    """Whether text begins in mid-sentence or in mid-address."""
    word = text.strip().split(" ")[0]
    return word[:1].islower() or bool(re.match(r"[\w.-]*[/=&?_]", word))


# --- lines


def join_lines(lines: list[str], doubts: list[str]) -> str:
    """One line of text; addresses broken over lines are joined, and each is listed as a doubt."""
    parts: list[str] = []
    token, mended = "", False
    for line in (line.strip() for line in lines):
        if not line:
            continue
        first, last = line.split(None, 1)[0], line.rsplit(None, 1)[-1]
        address = _is_address(token)
        if not parts:
            glued = False
        elif address:
            glued = _address_goes_on(token, first)
        else:
            glued = token.endswith(("-", "—")) and token not in ("-", "—")
        if glued and not address:
            doubts.append(f"“{token}{first}” was broken after its hyphen. Check that the hyphen belongs there.")
        if parts and not glued:
            parts.append(" ")
            _doubt_address(token, mended, first, doubts)
        whole = glued and address and first == last
        if glued and address and not whole:
            _doubt_address(token + first, True, "", doubts)
        token, mended = (token + first, True) if whole else (last, False)
        parts.append(line)
    _doubt_address(token, mended, "", doubts)
    return "".join(parts)


def _is_address(token: str) -> bool:
    return len(token) <= MAX_ADDRESS and ("://" in token or token.startswith("www."))


def _address_goes_on(token: str, first: str) -> bool:
    if token.endswith("://"):
        return True
    if _is_address(first):
        return False
    if token[-1] in "-_=&?%#~+":
        return True
    addressed = re.search(r"[/_=%&?]|\.(?:html?|pdf|aspx?|php|cfm)\b|^[\da-z-]*-[\da-z-]*$", first)
    return bool(addressed) and token[-1] not in ",;)"


def _doubt_address(token: str, mended: bool, following: str, doubts: list[str]) -> None:
    if not _is_address(token):
        return
    if mended:
        doubts.append(f"The address “{token}” was joined over a line break: check it against the original.")
    elif following[:1].islower() or following[:1].isdigit():
        doubts.append(f"The address “{token}” ends at the end of a line, before “{following}”: check that it is whole.")
    elif len(token) > 75:
        doubts.append(f"The address “{token}” is long; a hyphen at a line's end may have been lost in it: check it.")


# --- paragraphs


def paragraphs(groups: list[Group], doubts: list[str]) -> list[Paragraph]:
    """The paragraphs and list items of the text, joined over page breaks."""
    found: list[Paragraph] = []
    width = max((len(line.strip()) for group in groups for line in group.lines), default=0)
    _doubt_columns(groups, doubts)
    for group in groups:
        for number, (kind, mark, lines) in enumerate(_chunks(group.lines, found[-1].kind if found else "p", doubts)):
            text = join_lines(lines, doubts)
            joins = group.joins and number == 0
            if kind == "p" and found and _goes_on(found[-1], text, joins, width, doubts):
                _join(found[-1], text, group.zone, lines[-1], doubts)
            else:
                found.append(Paragraph(kind, mark, text, [(0, group.zone)], lines[-1]))
    return found


def _doubt_columns(groups: list[Group], doubts: list[str]) -> None:
    wide = [line for group in groups for line in group.lines if len(cells(line)) > 1]
    if len(wide) > 2:
        doubts.append(f"The text at “{' '.join(wide[0].split())}” may stand in two columns. Check the order of the lines.")


def _chunks(lines: list[str], kind: str, doubts: list[str]) -> Iterator[tuple[str, str, list[str]]]:
    """(kind, mark, lines) of each paragraph or item within lines that no blank parts; `kind`: what stood above."""
    chunk: tuple[str, str, list[str]] | None = None
    indent = min(len(line) - len(line.lstrip()) for line in lines)
    width = max(len(line.strip()) for line in lines) if len(lines) > 2 else 0
    for number, line in enumerate(lines):
        above = lines[number - 1] if number else ""
        item = _item(line, above, chunk[0] if chunk else kind)
        new = item or chunk is None or (chunk[0] == "p" and _indented(line, above, indent))
        if not new and _ends_short(above, line, width):
            doubts.append(f"A new paragraph was begun at “{line.strip()[:40]}…”, because the line above it is short.")
            new = True
        if new:
            if chunk:
                yield chunk
            chunk = item or ("p", "", [line])
        else:
            chunk[2].append(line)
    if chunk:
        yield chunk


def _indented(line: str, above: str, indent: int) -> bool:
    return len(line) - len(line.lstrip()) >= indent + 3 and is_complete(above)


def _ends_short(above: str, line: str, width: int) -> bool:
    """A full sentence on a line on which the next word had ample room, and a capital on the next."""
    first = line.split(None, 1)[0]
    room = len(above.strip()) + 1 + len(first) < 0.85 * width
    return room and first[:1].isupper() and is_complete(above)


def _item(line: str, above: str, kind: str) -> tuple[str, str, list[str]] | None:
    """The item that a line begins: a sure bullet anywhere, others after a blank, a full line or another item."""
    bullet = _BULLET.fullmatch(line)
    weak = _WEAK_BULLET.fullmatch(line) if not above or kind == "bullet" or above.rstrip().endswith(":") else None
    number = _NUMBER.fullmatch(line) if not above or kind == "number" or above.rstrip().endswith(":") else None
    if bullet or weak:
        mark, text = (bullet or weak).groups()
        return "bullet", mark, [text]
    return ("number", number.group(1), [number.group(2)]) if number else None


def _goes_on(last: Paragraph, text: str, joins: bool, width: int, doubts: list[str]) -> bool:
    """Whether text goes on with the last paragraph; `joins`: only a page break stands between them."""
    words = f"“…{last.text[-40:]}” and “{text[:40]}…”"
    if is_complete(last.text):
        if joins and last.kind == "p" and len(last.last_line.strip()) > width - 8:
            doubts.append(f"{words} stand on two pages and were taken as two paragraphs. Check that they are not one.")
        return False
    if begins_small(text):
        if not joins:
            doubts.append(f"{words} were joined to one paragraph over a blank line.")
        return True
    if joins and last.kind == "p" and len(last.text) > 60:
        doubts.append(f"{words} stand on two pages and were joined to one paragraph.")
        return True
    return False


def _join(paragraph: Paragraph, text: str, zone: int, last_line: str, doubts: list[str]) -> None:
    first = text.split(" ", 1)[0]
    joined = join_lines([paragraph.text[-300:], first], doubts)
    glue = joined.removesuffix(first)[-1:].isspace()
    start = len(paragraph.text) + glue
    paragraph.text += (" " if glue else "") + text
    paragraph.zones.append((start, zone))
    paragraph.last_line = last_line


# --- pieces


def written(body: list[Paragraph], doubts: list[str]) -> list[Piece]:
    """The paragraphs as pieces, items in a row as one list; one that goes on with the numbers of the list before keeps them."""
    pieces, last = [], 0
    for kind, same in groupby(body, key=lambda paragraph: paragraph.kind):
        run = list(same)
        if kind == "bullet":
            pieces.append(Piece(("•",), _bullets(run)))
        elif kind == "number" and (start := _first_number(run, last)):
            items = "".join(f"<li>{_html(item)}</li>" for item in run)
            pieces.append(Piece((f"{start}.",), f'<ol start="{start}">{items}</ol>'))
            last = int(run[-1].mark)
        else:
            pieces += [_paragraph(item, doubts) for item in run]
    return pieces


def _first_number(run: list[Paragraph], last: int) -> int:
    """The number that a list begins with: 1, or the one after the last list's; 0 for items that are no such list."""
    numbers = [int(item.mark) for item in run]
    return numbers[0] if numbers[0] in (1, last + 1) and numbers == list(range(numbers[0], numbers[0] + len(run))) else 0


def _paragraph(item: Paragraph, doubts: list[str]) -> Piece:
    if item.kind == "number":
        doubts.append(
            f"“{item.mark}. {item.text[:40]}…” is no list that begins with 1 or goes on with one; its number was kept as text."
        )
        return Piece((item.text,), f"<p>{item.mark}. {_html(item)}</p>")
    return Piece((item.text,), f"<p>{_html(item)}</p>")


def _html(paragraph: Paragraph) -> str:
    parts, position = [], 0
    for start, end, note in sorted(paragraph.notes):
        parts += [escaped(paragraph.text[position:start]), f'<span class="fn">{escaped(note)}</span>']
        position = end
    return "".join([*parts, escaped(paragraph.text[position:])])


def _bullets(items: list[Paragraph]) -> str:
    """One list; another bullet than the one above begins a list within its item, up to five deep."""
    html, open_marks = [], []
    for item in items:
        if item.mark in open_marks:
            while open_marks[-1] != item.mark:
                html.append("</li></ul>")
                open_marks.pop()
            html.append("</li><li>")
        elif len(open_marks) < 5:
            html.append("<ul><li>")
            open_marks.append(item.mark)
        else:
            html.append("</li><li>")
        html.append(_html(item))
    return "".join(html) + "</li></ul>" * len(open_marks)

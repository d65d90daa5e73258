"""What an imported letter is, and how a flat run of paragraphs is split into its parts.

The readers of Word files and of extracted text both produce `Piece`s; `split_off` finds the date, the addressees, the
salutation, the body, the closing and the signers in them, and says in `doubts` what it was not sure of.
"""

import re
from dataclasses import dataclass, replace

from . import signers
from .characters import clean_line, clean_text
from .html import canonical, plain
from .signers import cells

MAX_LINE = 500
MAX_LINES = 10_000
MAX_DOUBTS = 200


@dataclass(frozen=True)
class LetterText:
    """The parts that are circulated. `addressees`: blocks parted by a blank line; `body`: canonical HTML.

    Few letters have the last three: the words after "Re:", and who gets a copy and what is enclosed, each in lines.
    """

    date_line: str
    addressees: str
    salutation: str
    body: str
    closing: str
    subject: str = ""
    cc: str = ""
    enclosures: str = ""


@dataclass(frozen=True)
class Imported:
    """`signers` (name, title) are offered, never signed; `doubts` are sentences on what was changed, dropped or unsure."""

    text: LetterText
    signers: list[tuple[str, str]]
    doubts: list[str]


@dataclass(frozen=True)
class Piece:
    """A paragraph, list or table row as it came: its plain lines, the same as body HTML, a row's cells as lines.

    A piece without lines is a blank line between two others.
    """

    lines: tuple[str, ...] = ()
    html: str = ""
    cells: tuple[tuple[str, ...], ...] = ()


_MONTH = (
    "(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    "|Nov(?:ember)?|Dec(?:ember)?)"
)
_DATE = re.compile(
    rf"(?:Date: ?)?(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,? )?(?:{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)? {_MONTH},? \d{{4}}|\d{{1,2}}/\d{{1,2}}/\d{{2,4}}|\d{{4}}-\d\d-\d\d)",
    re.I,
)
_OPEN_DATE = re.compile(rf"(?:Date: ?)?(?:{_MONTH} ?[_X.\[\] ]{{0,12}},? ?\d{{4}}|\[?(?:insert )?date\]?)", re.I)
_SALUTATION = re.compile(
    r"(?:Dear\b.{1,300}|To whom it may concern|Greetings|(?:Mr|Mrs|Ms|Madam)\.? (?:President|Speaker|Chair\w*|Secretary)"
    r"|(?:Esteemed|Honorable|Distinguished) .{1,100})[:,]",
    re.I,
)
_BARE_SALUTATION = re.compile(r"Dear (?:\S+ ){0,11}\S*[^\s.;?!]", re.I)
_CLOSING = re.compile(
    r"(?:(?:very|most|yours)? ?(?:sincerely|respectfully|truly|cordially|faithfully)(?: yours| submitted)?"
    r"|yours(?: very)? (?:sincerely|truly|faithfully|respectfully)|(?:with )?(?:kind|best|warm|warmest|kindest)? ?regards"
    r"|with (?:\w+ )?(?:gratitude|appreciation|respect|thanks|best wishes)|in (?:solidarity|service|partnership)"
    r"|gratefully|best|best wishes|all the best|(?:many )?thanks|thank you)[,.]?",
    re.I,
)
_HONORIFIC = re.compile(r"(?:The )?Hon(?:orable|\.)|(?:Mr|Mrs|Ms|Mx|Dr|Prof|Gen|Adm)\. |Secretary |Administrator |General ")
_ZIP = re.compile(r"\b\d{5}(?:-\d{4})?$")
_RE_LINE = re.compile(r"(?:re|subject|in re|regarding) ?:\s+(?=\S)", re.I)
_SECTIONS = {
    "cc": re.compile(r"(?:c\.?c\.?|(?:with )?cop(?:y|ies)(?: to)?)\s*:\s*(.*)|(?-i:cc)(?:\s+(.*))?|cop(?:y|ies) to\s+(.*)", re.I),
    "enclosures": re.compile(
        r"(?:enclosures?|enclosed|attachments?|attached|encls?\.?|encs?\.|att\.)(?:\s*[:–—-]\s*|\s*$|\s*(?=\(\d{1,2}\)))(.*)"
        r"|((?:enclosure|attachment|exhibit|appendix) (?:\d{1,2}|[A-Z])\b.*)|encls?\.\s+(.*)",
        re.I,
    ),
    "": re.compile(r"(b\.?c\.?c\.?\s*:.*|p\.?\s?s\.?\s*[:.–—-].*)", re.I),
}
_DELIVERY = re.compile(
    r"(?:sent |transmitted )?(?:via|by) (?:e-?mail|electronic|hand|fax|first|certified|u\.?s\.? mail|us mail|courier|overnight)",
    re.I,
)
_LETTERHEAD = re.compile(
    r"congress of the united states|(?:the )?united states (?:senate|house)|u\.? ?s\.? (?:senate|house)|house of representatives"
    r"|washington,? d\.? ?c|committee on|\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}|www\.|https?:|\S{1,80}@|phone|fax|tel\b"
    r"|.{0,80}\b(?:office building|building|suite|room)\b",
    re.I,
)


def _whole(pattern: re.Pattern, line: str) -> bool:
    return len(line) <= MAX_LINE and pattern.fullmatch(" ".join(line.split())) is not None


def is_date(line: str) -> bool:
    return _whole(_DATE, line)


def is_closing(line: str) -> bool:
    return len(line) <= 80 and _whole(_CLOSING, line)


def is_salutation(line: str) -> bool:
    return _whole(_SALUTATION, line) or _whole(_BARE_SALUTATION, line)


def _salutation_end(lines, start: int) -> int:
    """The line after a salutation that begins at `start`, or `start`; a long one may go on over two more lines."""
    first = lines[start].strip()
    if len(first) >= 55 and first.lower().startswith("dear ") and not first.endswith(":"):
        for end in range(start + 2, min(start + 4, len(lines) + 1)):
            if lines[end - 1].rstrip().endswith(":"):
                return end
    return start + 1 if is_salutation(first) else start


def parted(lines) -> list[tuple[int, int]]:
    """Ranges of lines so that each salutation, a short "Re:" right below it, and each closing stand in ranges of their own."""
    ranges, start, position = [], 0, 0
    while position < len(lines):
        end = position + 1 if is_closing(lines[position]) else _salutation_end(lines, position)
        if end > position:
            ranges += [(start, position), (position, end)]
            start = position = end
            if end < len(lines) and _RE_LINE.match(lines[end].strip()) and len(lines[end].strip()) < 60:
                ranges.append((end, end + 1))
                start = position = end + 1
        else:
            position += 1
    return [(first, last) for first, last in [*ranges, (start, len(lines))] if last > first]


def _one(lines) -> str:
    return " ".join(" ".join(lines).split())


def bounds(pieces) -> tuple[int | None, int | None]:
    """Where the salutation and the closing stand, None where there is none: the first, and the last after it."""
    salutation = next((n for n, piece in enumerate(pieces) if piece.lines and is_salutation(_one(piece.lines))), None)
    first = 0 if salutation is None else salutation + 1
    closings = [n for n in range(first, len(pieces)) if len(pieces[n].lines) == 1 and is_closing(pieces[n].lines[0])]
    return salutation, (closings[-1] if closings else _unusual_closing(pieces, first))


def _unusual_closing(pieces, first: int) -> int | None:
    """A short line with a comma at its end and only lines of signers after it ("Onward,")."""
    for number in range(len(pieces) - 1, first, -1):
        line = _one(pieces[number].lines)
        if re.fullmatch(r"[A-Z]\w+(?: \w+){0,4},", line):
            return number
        if len(line) > 200:
            return None
    return None


def body_range(pieces) -> tuple[int, int]:
    """The first piece of the body and the first after it, found by what surrounds it where salutation or closing lack."""
    salutation, closing = bounds(pieces)
    start = _end_of_address(pieces[:closing]) if salutation is None else salutation + 1
    return start, start + _start_of_signers(pieces[start:]) if closing is None else closing


def split_off(pieces: list[Piece], doubts: list[str]) -> Imported:
    """The letter in the pieces; adds to `doubts` what is missing, left out or uncertain."""
    salutation, closing = bounds(pieces)
    start, end = body_range(pieces)
    above, below = pieces[: start if salutation is None else salutation], pieces[end if closing is None else closing + 1 :]
    salutation_text = "" if salutation is None else _one(pieces[salutation].lines)
    closing_text = "" if closing is None else _one(pieces[closing].lines)
    _doubt_missing(salutation_text, closing_text, doubts)
    date_line, addressees, subjects = _above(above, doubts)
    start, subject = _subject(subjects, pieces, start, end, doubts)
    body = canonical("".join(piece.html for piece in pieces[start:end]))
    if not body:
        doubts.append("No text was found between the salutation and the closing.")
    below, rare = _rare_parts(below, doubts)
    text = LetterText(
        clean_line(date_line, field="The date line", max_length=MAX_LINE),
        clean_text(addressees, field="The list of addressees", max_length=MAX_LINES),
        clean_line(salutation_text, field="The salutation", max_length=MAX_LINE),
        body,
        clean_line(closing_text, field="The closing", max_length=MAX_LINE),
        clean_line(subject, field="The subject", max_length=MAX_LINE),
        clean_text("\n".join(rare["cc"]), field="The list of copies", max_length=MAX_LINES),
        clean_text("\n".join(rare["enclosures"]), field="The list of enclosures", max_length=MAX_LINES),
    )
    _doubt_lost_notes([*pieces[:start], *pieces[end:]], doubts)
    found = signers.people([(piece.lines, piece.cells) for piece in below], doubts)
    return Imported(text, found, each_once(doubts))


def each_once(doubts: list[str]) -> list[str]:
    """Each sentence once and at most MAX_DOUBTS of them, with how many more there are."""
    once = list(dict.fromkeys(doubts))
    more = [f"There are {len(once) - MAX_DOUBTS} more doubts like these."] if len(once) > MAX_DOUBTS else []
    return once[:MAX_DOUBTS] + more


def _doubt_missing(salutation: str, closing: str, doubts: list[str]) -> None:
    if not salutation:
        doubts.append("No salutation (“Dear …:”) was found. Check where the addressees end and the text begins.")
    if not closing:
        doubts.append("No closing (“Sincerely,” or the like) was found. Check where the text ends.")
    elif not is_closing(closing):
        doubts.append(f"“{closing}” was taken as the closing.")


def _doubt_lost_notes(pieces, doubts: list[str]) -> None:
    for piece in pieces:
        if 'class="fn"' in piece.html:
            doubts.append(f"A footnote outside the text was left out: “{plain(piece.html)}”.")


def _end_of_address(pieces) -> int:
    """With no salutation: how many pieces at the top look like letterhead, date and address."""
    for number, piece in enumerate(pieces):
        line = _one(piece.lines[:1])
        top = is_date(line) or _HONORIFIC.match(line) or _LETTERHEAD.match(line) or _ZIP.search(_one(piece.lines))
        if piece.lines and not (top and len(_one(piece.lines)) < 400):
            return number
    return len(pieces)


def _start_of_signers(pieces) -> int:
    """With no closing: how many pieces stand above the rows of signers at the end."""
    start = len(pieces)
    for number in range(len(pieces) - 1, -1, -1):
        piece = pieces[number]
        if piece.lines and not (len(_one(piece.lines)) < 200 and signers.is_title(piece.lines[-1])):
            break
        start = number if piece.lines else start
    return start


# --- above the salutation


def _above(pieces, doubts: list[str]) -> tuple[str, str, list[str]]:
    """(date line, addressees, what follows each "Re:") from the pieces above the salutation."""
    groups = [part for group in _groups(pieces) for part in _columns(group, doubts) for part in _address_parts(part)]
    subjects = [_one(group) for group in groups if _RE_LINE.match(group[0])]
    groups = [group for group in groups if not _RE_LINE.match(group[0])]
    dated = next((n for n, group in enumerate(groups) if is_date(group[0]) or _whole(_OPEN_DATE, group[0])), None)
    if dated is None:
        doubts.append("No date line was found.")
        return "", _addressees(groups, [], doubts), subjects
    date_line = groups[dated][0]
    if not is_date(date_line):
        doubts.append(f"The date line “{date_line}” is not a full date.")
    before, after = groups[:dated], groups[dated + 1 :]
    return date_line, _addressees(after, before, doubts), subjects


def _subject(above: list[str], pieces, start: int, end: int, doubts: list[str]) -> tuple[int, str]:
    """(where the body begins, the subject) from the "Re:" lines above the salutation and those right below it."""
    found = list(above)
    while start < end:
        line = _one(pieces[start].lines)
        if line and (not _RE_LINE.match(line) or len(line) > 300 or 'class="fn"' in pieces[start].html):
            break
        found += [line] if line else []
        start += 1
    if len(found) > 1:
        doubts.append(f"The letter has {len(found)} lines with “Re:”; they were put into one subject.")
    return start, "; ".join(_RE_LINE.sub("", line, count=1) for line in found)


def _addressees(groups, before, doubts: list[str]) -> str:
    """The address blocks; what stands above the date is letterhead unless nothing stands below it."""
    if not groups:
        groups, before = before, []
    kept = []
    for group in groups:
        if _DELIVERY.match(group[0]) or (not kept and all(_LETTERHEAD.match(line) for line in group)):
            before = [*before, group]
        else:
            kept.append(group)
    for group in before:
        doubts.append(f"“{' / '.join(group)}” was taken as letterhead, not as an addressee, and left out.")
    if not kept:
        doubts.append("No addressee was found.")
    return "\n\n".join("\n".join(group) for group in kept)


def _groups(pieces) -> list[list[str]]:
    """Lines that stand together: a piece of several lines, or single lines with no blank between them."""
    groups, together = [], False
    for piece in pieces:
        if piece.cells:
            groups += [list(cell) for cell in piece.cells]
            together = False
        elif len(piece.lines) == 1 and together:
            groups[-1].append(piece.lines[0])
        else:
            groups.append(list(piece.lines))
            together = len(piece.lines) == 1
    groups = [[line for line in group if line.strip()] for group in groups]
    return _double_spaced([group for group in groups if group])


def _double_spaced(groups):
    """An address with a blank after each line is one address."""
    single = all(len(group) == 1 for group in groups)
    return [[line for group in groups for line in group]] if single and sum(map(_ends_address, groups)) else groups


def _ends_address(group) -> bool:
    return bool(_ZIP.search(group[-1].strip()))


def _columns(group, doubts: list[str]) -> list[list[str]]:
    """The columns of a group whose lines have wide gaps, each as a group; else the group."""
    rows = [cells(line) for line in group]
    if sum(len(row) > 1 for row in rows) > 1:
        doubts.append(f"The lines at “{_one(rows[0])}” stand in columns; check what belongs together.")
    if all(len(row) == 1 for row in rows):
        return [[row[0] for row in rows]]
    width = max(len(row) for row in rows)
    return [column for n in range(width) if (column := [row[n] for row in rows if n < len(row)])]


def _address_parts(group) -> list[list[str]]:
    """A date line stands alone; a new address begins after a ZIP code, or at a title after two lines."""
    parts = [[]]
    for line in group:
        last = parts[-1]
        date = is_date(line) or _whole(_OPEN_DATE, line)
        starts = date or _RE_LINE.match(line) or (last and (is_date(last[-1]) or _ends_address(last)))
        if last and (
            starts or ((len(last) > 1 or _RE_LINE.match(last[0])) and _HONORIFIC.match(line) and not _HONORIFIC.match(last[-1]))
        ):
            parts.append([])
        parts[-1].append(line)
    return [part for part in parts if part]


# --- below the closing


def _rare_parts(below, doubts: list[str]) -> tuple[list[Piece], dict[str, list[str]]]:
    """(the pieces of signers, the lines of "cc" and "enclosures"); what can be neither is said and left out."""
    kept, section, lines, alone = [], None, {"cc": [], "enclosures": [], "": []}, ""
    for number, piece in enumerate(below):
        if section is not None and len(piece.lines) != 1 and _signer_follows(below[number : number + 4]):
            section = None
        own = []
        for line in map(str.strip, piece.lines):
            head, rest = _section(line)
            section = section if head is None else head
            if head == "enclosures" and not rest:
                alone = line.strip(" :–—-")
            if section is None:
                own.append(line)
            elif rest:
                lines[section].append(rest)
        if section is None or own:
            kept.append(piece if len(own) == len(piece.lines) else replace(piece, lines=tuple(own), cells=()))
    if alone and not lines["enclosures"]:
        lines["enclosures"] = [alone]
        doubts.append(f"The letter says “{alone}” and not what is enclosed. Say it, or take it out.")
    doubts += [f"“{line}” below the signers was left out." for line in lines[""]]
    return kept, lines


def _section(line: str) -> tuple[str | None, str]:
    """("cc", "The Clerk") from "cc: The Clerk"; (None, the line) from a line that begins no section."""
    for section, pattern in _SECTIONS.items():
        found = pattern.fullmatch(line) if len(line) <= MAX_LINE else None
        if found:
            return section, next(filter(None, found.groups()), "")
    return None, line


def _signer_follows(pieces) -> bool:
    """Whether the next lines are a plain name and a Member's title: signers of the next page, not people who get a copy."""
    lines = [line.strip() for piece in pieces for line in piece.lines][:2]
    return len(lines) == 2 and not _HONORIFIC.match(lines[0]) and signers.is_member(*lines)

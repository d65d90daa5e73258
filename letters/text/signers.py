"""Names and titles of signers from the lines below a closing."""

import re
from itertools import zip_longest

_TITLE = re.compile(
    r"\b(?:members? of (?:congress|parliament|the)|senator|representative|congress(?:man|woman|member|person)|delegate"
    r"|resident commissioner|chair(?:man|woman|person)?|co-chair|ranking|vice|governor|attorney general|secretary|director"
    r"|commissioner|counsel|officer|assembly\w*|council\w*|treasurer|comptroller|administrator|ambassador|executive|founder"
    r"|committee|subcommittee|caucus|district|majority|minority|whip|manager|coordinator|united states)\b"
    r"|^(?:president|mayor|dean|speaker|leader|professor|sheriff|judge)\b",
    re.I,
)
_NAME = re.compile(r"[^\W\d_][\w.'’-]*(?: [\w.'’“”\"()-]+){1,5}(?:,? (?:Jr|Sr|II|III|IV|V|M\.?D|Ph\.?D)\.?)?")
_SUFFIX = re.compile(r"(?:Jr|Sr|II|III|IV|V|M\.?D|Ph\.?D|Esq)\.?", re.I)
_NOT_A_SIGNER = re.compile(r"(?:co-?signers?|signatures?)\b ?[:.(]", re.I)
_FULL_TITLES = re.compile(r"Member of Congress|(?:United States|U\.S\.) (?:Senator|Representative)", re.I)
_GAP = re.compile("\\s{3,}|\t+|\u2003+")


def cells(line: str) -> list[str]:
    """A line's parts between wide gaps, each with single spaces."""
    return [" ".join(part.split()) for part in _GAP.split(line.strip()) if part.strip()]


def is_title(line: str) -> bool:
    return bool(_TITLE.search(line[:300]))


def are_titles(line: str) -> bool:
    """Whether it holds titles that Members sign with and nothing else."""
    return bool(line.strip()) and not _FULL_TITLES.sub("", line).strip()


def is_member(name: str, title: str) -> bool:
    """Whether two lines are a name and a title that Members sign with."""
    return bool(_NAME.fullmatch(name[:120]) and _FULL_TITLES.fullmatch(title[:120]))


def people(pieces, doubts: list[str]) -> list[tuple[str, str]]:
    """(name, title) in reading order, rows before columns; `pieces` are (lines, table cells)."""
    found = []
    for rows in _stretches(_rows(pieces, doubts)):
        columns = [_people(column, doubts) for column in _columns(rows)]
        if len(columns) > 1 and max(map(len, columns)) > 1:
            doubts.append("The signers stand in columns; they were read row by row. Check their order.")
        found += [person for row in zip_longest(*columns) for person in row if person]
    if not found:
        doubts.append("No signers were found in the file.")
    return found


def _rows(pieces, doubts: list[str]):
    """Rows of cells, a cell being a list of lines; None for a blank between rows."""
    for lines, table_cells in pieces:
        if table_cells:
            yield [[part for line in cell for part in cells(line)] for cell in table_cells]
            continue
        if not lines or len(lines) > 1:
            yield None
        for line in lines:
            if _NOT_A_SIGNER.match(line.strip()):
                doubts.append(f"“{line.strip()}” below the closing was left out.")
                continue
            parts = [[part] for part in cells(line) if part.strip("_-–—. ")]
            yield parts or None
        if len(lines) > 1:
            yield None


def _stretches(rows):
    """Rows that belong together: up to a blank, or to a row whose every cell ends in a title."""
    stretch = []
    for row in rows:
        if row is None:
            if stretch:
                yield stretch
            stretch = []
            continue
        stretch.append(row)
        if len(row) > 1 and all(is_title(cell[-1]) for cell in row if cell):
            yield stretch
            stretch = []
    if stretch:
        yield stretch


def _columns(rows) -> list[list[str]]:
    width = max(len(row) for row in rows)
    return [[line for row in rows if n < len(row) for line in row[n]] for n in range(width)]


def _people(lines: list[str], doubts: list[str]) -> list[tuple[str, str]]:
    found: list[list[str]] = []
    for line in lines:
        line = re.sub(r"^(?:/s/|\[signed\])\s*|_{2,}", "", line, flags=re.I).strip()
        if not line:
            continue
        if len(_FULL_TITLES.findall(line)) > 1:
            doubts.append(f"Two titles stand on one line (“{line}”): two columns ran together. Part the names by hand.")
        person = _on_one_line(line)
        if person:
            found.append(list(person))
        elif found and len(line) <= 120 and (is_title(line) or (re.match(r"[^\W\d_]", line) and not _NAME.fullmatch(line))):
            found[-1].append(line)
        elif _NAME.fullmatch(line):
            found.append([line])
        else:
            doubts.append(f"“{line}” below the closing is no name and no known title; it was left out.")
    for person in found:
        _doubt_title(person, doubts)
    return [(person[0], ", ".join(person[1:])) for person in found]


def _on_one_line(line: str) -> tuple[str, str] | None:
    """("Jane Doe, Jr.", "Member of Congress") from "Jane Doe, Jr., Member of Congress"."""
    parts = [part.strip() for part in line[:300].split(",")]
    for number in range(1, len(parts)):
        name, title = ", ".join(parts[:number]), ", ".join(parts[number:])
        if not _SUFFIX.fullmatch(parts[number]) and is_title(title) and not is_title(name) and _NAME.fullmatch(name):
            return name, title
    return None


def _doubt_title(person: list[str], doubts: list[str]) -> None:
    if len(person) == 1:
        doubts.append(f"No title was found for the signer “{person[0]}”.")
    elif not is_title(" ".join(person[1:])):
        doubts.append(f"“{', '.join(person[1:])}” was taken as the title of {person[0]}.")

"""Reads a letter that was pasted: plain text from a PDF or a mail, or formatted text with the plain text beside it."""

import re
import unicodedata
from collections import Counter
from itertools import groupby

from .. import tree
from ..characters import INVISIBLE, SOFT_HYPHEN, TextError
from ..extracted.pages import decoded
from ..extracted.reader import read_text
from ..html import refuse_length
from ..letter import Imported, Piece, body_range, parted, split_off
from ..lines import TAB, TYPED_BULLET, by_line, lines_of, without_symbols
from . import mail
from .lists import BULLET, Item, gathered
from .markup import TooMuch, Unit, read_markup

_LINE_MARK = re.compile(r"(?m)^[ \t]*(?:[^\w\s(\[“\"‘'$]|o|\(?(?:\d{1,4}|([A-Za-z])\1{0,3}|[ivxlcdmIVXLCDM]{1,8})[.)])[ \t]+")
_SHOWN = 12


def read_paste(text: str, markup: str = "") -> Imported:
    """The letter in what was pasted. `markup`: its HTML, where the clipboard has it; TextError says what to do instead."""
    doubts: list[str] = []
    units = _units(text, markup, doubts) if markup.strip() else []
    if not any(unit.runs for unit in units):
        return _read_plain(text, doubts)
    if text.strip() and _is_mail_text(units):
        return _read_plain(text, doubts)
    _compare(text, units, doubts)
    pieces = list(_pieces(_letter_only(units, doubts), doubts))
    start, end = body_range(pieces)
    if any(piece.cells for piece in pieces[start:end]):
        doubts.append("A table in the text was kept as lines, its cells parted by “|”.")
    return split_off(pieces, doubts)


def _units(text: str, markup: str, doubts: list[str]) -> list[Unit]:
    try:
        return read_markup(markup, doubts)
    except TooMuch:
        if not text.strip():
            raise
        doubts[:] = ["The formatting of what you pasted is too large or nested too deeply to be read; the plain text was taken."]
        return []


# --- plain text


def _read_plain(text: str, doubts: list[str]) -> Imported:
    if not text.strip():
        raise TextError("Nothing was pasted. Copy the whole letter and paste it here.")
    text = decoded(text).replace("\u00a0", " ")
    lines = mail.unquoted(text)
    numbers = mail.kept(lines, doubts)
    if len(numbers) < len(lines) or any(line.quoted for line in lines):
        text = "\n".join(lines[number].text for number in numbers)
    if not text.strip():
        raise TextError("There is no letter in what was pasted, only a mail's headers. Copy the whole letter and paste it here.")
    mail.doubt_stars(text, doubts)
    return read_text(mail.with_paragraphs_apart(mail.with_joined_lines(text)), doubts)


def _is_mail_text(units: list[Unit]) -> bool:
    """Formatted text that is only lines, broken as a mail's text is: its plain text is the better copy."""
    if any(unit.item or unit.cells or any(run.note or run.marks for run in unit.runs) for unit in units):
        return False
    return mail.is_wrapped([line for unit in units for line in lines_of(unit.runs) or [""]])


# --- formatted text


def _letter_only(units: list[Unit], doubts: list[str]) -> list[Unit]:
    """Without the headers and other messages of a mail."""
    lines = [(unit, mail.Line(line, unit.quoted)) for unit in units for line in (lines_of(unit.runs) if unit.runs else [""])]
    numbers = mail.kept([line for _, line in lines], doubts)
    whole = {id(lines[number][0]) for number in numbers}
    return [unit for unit in units if id(unit) in whole]


def _pieces(units: list[Unit], doubts: list[str]):
    units = [_with_typed_bullet(unit, doubts) for unit in units]
    for kind, same in groupby(units, key=lambda unit: "list" if unit.item else unit.kind if unit.runs else ""):
        run = list(same)
        if kind == "list":
            for block in gathered([(unit.item, unit.runs) for unit in run]):
                yield Piece(tuple(line for leaf in tree.leaves([block]) for line in lines_of(leaf.runs)), _html([block]))
        elif kind == "blockquote":
            lines = tuple(line for unit in run for line in lines_of(unit.runs))
            yield Piece(lines, _html([tree.Block("blockquote", blocks=[tree.Block("p", unit.runs) for unit in run])]))
        else:
            for unit in run:
                yield from _unit_pieces(unit)


def _unit_pieces(unit: Unit):
    if not unit.runs:
        yield Piece()
    elif unit.cells:
        yield Piece(tuple(line for cell in unit.cells for line in cell), _html([tree.Block("p", unit.runs)]), unit.cells)
    elif unit.kind != "p":
        yield Piece(tuple(lines_of(unit.runs)), _html([tree.Block(unit.kind, unit.runs)]))
    else:
        lines = list(by_line(unit.runs))
        texts = ["".join(lines_of(line)) for line in lines]
        for first, last in parted(texts):
            runs = [run for line in lines[first:last] for run in (tree.Run("\n"), *line)][1:]
            yield Piece(tuple(texts[first:last]), _html([tree.Block("p", tree.tidy(runs))]))


def _html(blocks: list[tree.Block]) -> str:
    return tree.write([block for block in blocks if block.blocks or tree.readable(block.runs)]).replace(TAB, " ")


def _with_typed_bullet(unit: Unit, doubts: list[str]) -> Unit:
    """A paragraph that begins with a typed bullet as an item; symbols without a public code left out."""
    first = unit.runs[0].text if unit.runs else ""
    typed = TYPED_BULLET.match(first) if unit.item is None and not unit.cells else None
    runs = [unit.runs[0]._replace(text=first[typed.end() :]), *unit.runs[1:]] if typed else unit.runs
    runs = without_symbols(runs, doubts)
    item = Item(0, BULLET) if typed else unit.item
    return unit if runs is unit.runs else Unit(unit.kind, tree.tidy(runs), item, unit.cells, unit.quoted)


# --- the two copies against each other


def _compare(text: str, units: list[Unit], doubts: list[str]) -> None:
    """Words that only one of the two has are said: some were lost, or were never meant to be seen."""
    refuse_length(text)
    if not text.strip():
        return
    seen = Counter(_words(" ".join(" ".join(lines_of(unit.runs)) for unit in units)))
    notes = [run.note for unit in units for run in unit.runs if run.note]
    noted = Counter(_words(" ".join(part.text for note in notes for part in note)))
    said = Counter(_words(" ".join(doubts)))
    said += Counter({str(number): 2 for number in range(1, len(notes) + 1)})  # at its call and before the note
    plain = _words(_LINE_MARK.sub(" ", text))
    lost = _beyond(plain, seen + noted + said)
    if lost:
        doubts.append(f"Words of the plain text are missing from the formatted text: {lost}. Add them where they belong.")
    added = _beyond([word for unit in units for word in _words(" ".join(lines_of(unit.runs)))], Counter(_words(text)))
    if added:
        doubts.append(f"Words of the formatted text are not in the plain text: {added}. Take out what you did not see.")


def _words(text: str) -> list[str]:
    text = unicodedata.normalize("NFKC", re.sub(f"[{INVISIBLE}{SOFT_HYPHEN}]", "", text))
    return re.findall(r"\w+", text.replace("_", " ").casefold())


def _beyond(words: list[str], known: Counter) -> str:
    """ "“a b c”" for the words that are not among the known as often, in order."""
    left, missing = Counter(known), []
    for word in words:
        left[word] -= 1
        if left[word] < 0:
            missing.append(word)
    more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
    return f"“{' '.join(word[:40] for word in missing[:_SHOWN])}”{more}" if missing else ""

"""Word's numbered and bulleted paragraphs: the level and number of each, counted as Word counts."""

import re
from dataclasses import dataclass, field, replace

from ..numerals import marker
from ..tree import MAX_START
from .styles import Indent, Styles, indent
from .xml import child, is_on, number, value, w

_STYLES = {"lowerLetter": "a", "upperLetter": "A", "lowerRoman": "i", "upperRoman": "I"}
BULLET, BLANK = "•", ""
_LEVELS = 9
_NOTHING = re.compile("[\\s\uf020]*")  # the last is the blank of the font named Symbol


@dataclass(frozen=True)
class Item:
    """`style`: 1, a, A, i, I, "•", or "" for a paragraph of a list without any mark; `shown`: the mark as Word shows it."""

    listing: str
    level: int
    style: str
    number: int
    shown: str
    indent: Indent

    @property
    def mark(self) -> str:
        """As it is here: a list begins at 1 where it cannot begin at the number it has in Word."""
        if self.style in (BULLET, BLANK):
            return self.style
        return f"{marker(self.number if 0 < self.number <= MAX_START else 1, self.style)}."

    @property
    def differs(self) -> bool:
        """Whether Word shows more than the number and its full stop."""
        return self.style not in (BULLET, BLANK) and self.shown.strip() not in (self.mark, self.mark[:-1])


@dataclass
class _Level:
    format: str = "decimal"
    text: str | None = None
    start: int = 1
    restart: int | None = None
    legal: bool = False
    indent: Indent = field(default_factory=Indent)
    style: str = ""


def _level(element) -> _Level:
    text = child(element, "lvlText")
    restart = child(element, "lvlRestart")
    return _Level(
        value(child(element, "numFmt")) or "decimal",
        None if text is None else value(text),
        number(value(child(element, "start")), 1),
        None if restart is None else number(value(restart)),
        is_on(child(element, "isLgl")),
        indent(child(element, "pPr")),
        value(child(element, "pStyle")),
    )


def _index(element) -> int:
    return min(max(number(value(element, "ilvl")), 0), _LEVELS - 1)


class Numbering:
    """The lists of one file. Ask `item` once for each paragraph, in the order of the text."""

    def __init__(self, root, styles: Styles):
        self._styles = styles
        self._definitions, self._links, self._lists, self._starts, self._own = {}, {}, {}, {}, {}
        for element in [] if root is None else root.findall(w("abstractNum")):
            name = value(element, "abstractNumId")
            self._definitions[name] = {_index(level): _level(level) for level in element.findall(w("lvl"))}
            self._links[name] = value(child(element, "numStyleLink"))
        for element in [] if root is None else root.findall(w("num")):
            self._read_list(element)
        self._counts: dict[str, list[int | None]] = {}
        self._begun: set[tuple[str, int]] = set()

    def _read_list(self, element) -> None:
        name = value(element, "numId")
        self._lists[name] = value(child(element, "abstractNumId"))
        for override in element.findall(w("lvlOverride")):
            start, own = child(override, "startOverride"), child(override, "lvl")
            if start is not None:
                self._starts[name, _index(override)] = number(value(start))
            if own is not None:
                self._own[name, _index(override)] = _level(own)

    def restarts(self, name: str, level: int) -> bool:
        """Whether the list with this number in the file begins its count anew at the level."""
        return (name, level) in self._starts

    def item(self, properties, style_id: str) -> Item | None:
        """The list item that a paragraph with these properties and this style is; counts on."""
        name, level = self._place(child(properties, "numPr"), style_id)
        definition = self._definition(name)
        if definition is None:
            return None
        found = self._own.get((name, level)) or self._definitions[definition].get(level)
        if found is None or (found.format == "none" and _NOTHING.fullmatch(found.text or "")):
            return None
        made = self._made(name, definition, level, found)
        return replace(made, level=max(level, self._styles.depth(style_id)))

    def _place(self, own, style_id: str) -> tuple[str, int]:
        """(list, level) from the paragraph and, where it says nothing, from its style."""
        styled, styled_id = self._styles.numbering(style_id)
        name = value(child(own, "numId")) or value(child(styled, "numId"))
        if child(own, "ilvl") is not None:
            return name, _bounded(number(value(child(own, "ilvl"))))
        levels = self._definitions.get(self._definition(name), {}) if styled is not None else {}
        linked = [level for level, each in levels.items() if each.style == styled_id]
        return name, linked[0] if linked else _bounded(number(value(child(styled, "ilvl"))))

    def _definition(self, name: str) -> str | None:
        """The definition behind a list; one that is only a link to a style is followed."""
        for _ in range(4):
            definition = self._lists.get(name)
            link = self._links.get(definition)
            if not link:
                break
            name = value(child(self._styles.numbering(link)[0], "numId"))
        return definition if name != "0" and definition in self._definitions else None

    def _made(self, name: str, definition: str, level: int, found: _Level) -> Item:
        counts = self._counts.setdefault(definition, [None] * _LEVELS)
        if found.format == "bullet" and found.text is not None and _NOTHING.fullmatch(found.text):
            return Item(definition, level, BLANK, 0, "", found.indent)
        self._count(name, definition, level, found, counts)
        style = BULLET if found.format == "bullet" else _STYLES.get(found.format, "1")
        here = counts[level] or 0
        shown = BULLET if style == BULLET else self._shown(name, definition, level, found, counts)
        return Item(definition, level, style, here, shown, found.indent)

    def _count(self, name: str, definition: str, level: int, found: _Level, counts) -> None:
        begins = (name, level) in self._starts and (name, level) not in self._begun
        self._begun.add((name, level))
        start = self._starts.get((name, level), found.start)
        counts[level] = start if begins or counts[level] is None else counts[level] + 1
        for deeper in range(level + 1, _LEVELS):
            below = self._own.get((name, deeper)) or self._definitions[definition].get(deeper)
            if below is None or below.restart is None or (below.restart and level < below.restart):
                counts[deeper] = None

    def _shown(self, name: str, definition: str, level: int, found: _Level, counts) -> str:
        def figure(place) -> str:
            index = int(place.group(1)) - 1
            each = self._own.get((name, index)) or self._definitions[definition].get(index) or _Level()
            here = counts[index] if counts[index] is not None else each.start
            return _written(here, "decimal" if found.legal and index != level else each.format)

        text = f"%{level + 1}." if found.text is None else found.text
        return re.sub(r"%([1-9])", figure, text[:200])


def _bounded(level: int) -> int:
    return min(max(level, 0), _LEVELS - 1)


def _written(here: int, form: str) -> str:
    """A number as Word writes it: after z comes aa, then bb; other forms (words, other scripts) as digits in brackets."""
    if form in ("lowerLetter", "upperLetter") and here > 26:
        letter = marker((here - 1) % 26 + 1, _STYLES[form])
        return letter * min((here - 1) // 26 + 1, 40)
    if form in _STYLES:
        return marker(here, _STYLES[form])
    if form == "decimalZero":
        return f"{here:02d}"
    return str(here) if form in ("decimal", "bullet", "none") else f"{form} {here}"

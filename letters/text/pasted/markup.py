"""Formatted text from a clipboard as paragraphs: what Word, Outlook, LibreOffice, Google Docs and browsers put there.

lxml's parser (libxml2) reads it: it takes linear time, where the standard library's needs quadratic time on some hostile input,
keeps the conditional comments of Word apart from its text, and stops at a depth of 255, which is refused here. What it yields is
only looked at; the letter's HTML is written anew from runs of text, and goes through the allow-list once more.
"""

import re
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from lxml import etree

from .. import tree
from ..characters import INVISIBLE, SOFT_HYPHEN, TextError, refuse_characters
from ..html import MAX_CHARACTERS
from ..lines import TAB, lines_of
from ..numerals import marker
from .lists import BULLET, Item, css_style, formats, word_item
from .notes import Notes, find_notes, is_uncalled, refuse_unsettled, style, words

MAX_MARKUP = 8_000_000
MAX_ELEMENTS = 50_000
MAX_DEPTH = 200

_REMOVED = re.compile(f"[{INVISIBLE}{SOFT_HYPHEN}]")
_FRAGMENT = re.compile(r"<!-- ?(start|end)fragment ?-->", re.I)
_WIDE = re.compile("[ \u00a0]*(?:\u00a0[ ]?){3,}[ \u00a0]*")
_DROPPED = {
    "head",
    "style",
    "script",
    "title",
    "template",
    "noscript",
    "iframe",
    "object",
    "svg",
    "select",
    "datalist",
    "colgroup",
}
_PICTURES = {"img", "picture", "video", "audio", "canvas", "svg", "embed", "object"}
_BLOCKS = {
    *tree.PARAGRAPHS,
    *tree.PARTINGS,
    "li",
    "ul",
    "ol",
    "blockquote",
    "center",
    "body",
    "menu",
    "nav",
    "summary",
    "details",
}
_KINDS = {
    "MsoTitle": "h2",
    "MsoSubtitle": "h3",
    "MsoQuote": "blockquote",
    "MsoIntenseQuote": "blockquote",
    "MsoBlockText": "blockquote",
}


class TooMuch(TextError):
    """Markup that is not read because of its size or depth; the plain text beside it may do."""


@dataclass
class Unit:
    """A paragraph, an item or a table row, in order; a blank line has no runs. `quoted`: how deep, as in a mail."""

    kind: str = "p"
    runs: list[tree.Run] = field(default_factory=list)
    item: Item | None = None
    cells: tuple[tuple[str, ...], ...] = ()
    quoted: int = 0


class _Look(NamedTuple):
    """What holds where the reader is. `list_style`, `listed`: the list around, how deep; `item`: the item, until it has words."""

    marks: frozenset = frozenset()
    kind: str = "p"
    struck: str = ""
    pre: bool = False
    quoted: int = 0
    listed: int = 0
    list_style: str = ""
    numbers: list | None = None
    item: Item | None = None


def read_markup(markup: str, doubts: list[str]) -> list[Unit]:
    """The paragraphs of the markup; TextError for what is too large, too deep or not settled."""
    root = _parsed(_cleaned(markup, doubts))
    if root is None:
        return []
    refuse_unsettled(root)
    reader = _Reader(formats(markup[:500_000]), doubts, find_notes(root))
    reader.walk(root, _Look())
    reader.flush()
    reader.say()
    return reader.units


def _cleaned(markup: str, doubts: list[str]) -> str:
    if len(markup) > MAX_MARKUP:
        raise TooMuch("What you pasted is too large with its formatting. Paste it without formatting, or in parts.")
    markup, removed = _REMOVED.subn("", markup.replace("\r\n", "\n").replace("\r", "\n"))
    if removed:
        doubts.append(f"Invisible characters (zero-width spaces, soft hyphens) were taken out: {removed}.")
    refuse_characters(markup, "The text")
    edges = [(edge.group(1).lower(), edge) for edge in _FRAGMENT.finditer(markup)]
    start = next((edge.end() for name, edge in edges if name == "start"), None)
    end = next((edge.start() for name, edge in reversed(edges) if name == "end"), None)
    return (
        markup[start:end]
        if start is not None and end is not None
        else re.sub(r"\AVersion:[\d.]+\s+(?:\w+:\S*\s+)*(?=<)", "", markup)
    )


def _parsed(markup: str):
    parser = etree.HTMLParser(encoding="utf-8", remove_pis=True, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(markup.encode(), parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, UnicodeEncodeError):
        root = None
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" or "depth" in entry.message.lower() for entry in parser.error_log):
        raise TooMuch("What you pasted is nested too deeply. Paste it without formatting.")
    if root is not None and sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        raise TooMuch("What you pasted has far more pieces than a letter. Paste it without formatting.")
    return root


def _rules(element) -> dict[str, str]:
    """{"font-weight": "bold"} from an element's style, in small letters."""
    if not style(element):
        return {}
    pairs = (part.partition(":") for part in style(element)[:5000].lower().split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs}


class _Reader:
    def __init__(self, known: dict, doubts: list[str], notes: Notes, depth: int = 0, in_note: bool = False):
        self.known, self.doubts, self.notes, self.depth, self.in_note = known, doubts, notes, depth, in_note
        self.units: list[Unit] = []
        self.runs: list[tree.Run] = []
        self.length = 0
        self.note_texts: dict = {}  # element of a note → its runs
        self.begun = False
        self.here = _Look()  # what holds for the paragraph that is being gathered
        self.last: Item | None = None
        self.used: dict[int, Item] = {}

    # --- the walk

    def walk(self, element, look: _Look) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise TooMuch("What you pasted is nested too deeply. Paste it without formatting.")
        if isinstance(element.tag, str) and not self.special(element, look):
            is_block = element.tag in _BLOCKS
            if is_block:
                self.flush()
            before, look = len(self.units), self.look(element, look)
            self.children(element, look)
            if is_block:
                self.flush()
            if len(self.units) == before and element.tag in ("p", "div"):
                self.blank(look)
        self.depth -= 1

    def children(self, element, look: _Look) -> None:
        self.text(element.text, look)
        for child in element:
            self.walk(child, look)
            self.text(child.tail, look)

    def special(self, element, look: _Look) -> bool:
        """Whether the element was dealt with as a whole."""
        tag, rules = element.tag, _rules(element)
        if element in self.notes.calls:
            self.call(element, look)
        elif element in self.notes.bodies:
            self.flush()
        elif is_uncalled(element) and not self.in_note:
            self.doubts.append(f"No call was found for a note, which was left out: “{words(element)[:1000]}”.")
        elif "fn" in (element.get("class") or "").split() and tag == "span":
            self.note(element, look)
        elif self.in_note and element in self.notes.backs:
            pass
        elif tag in _PICTURES:
            self.picture(element)
        elif tag == "math":
            self.doubts.append(f"A formula was left out: “{words(element)[:200]}”.")
        elif tag in _DROPPED or rules.get("mso-list") == "ignore" or _heads_notes(element):
            pass
        elif _is_hidden(element, rules):
            self.hidden(element)
        elif tag == "br":
            self.line_break(look)
        elif tag == "table" and not _is_layout(element):
            self.table(element, look)
        elif "mso-tab-count" in rules:
            self.put(tree.Run(TAB, look.marks), look)
        else:
            return False
        return True

    # --- what holds within an element

    def look(self, element, look: _Look) -> _Look:
        tag, rules, classes = element.tag, _rules(element), (element.get("class") or "").split()
        look = look._replace(marks=self.marks(element, rules, look), struck=self.struck(element, rules, look))
        if tag == "pre" or rules.get("white-space", "").startswith("pre"):
            look = look._replace(pre=True)
        if tag in tree.PARAGRAPHS and look.kind != "blockquote":
            look = look._replace(kind=next((_KINDS[name] for name in classes if name in _KINDS), tree.PARAGRAPHS[tag]))
        if tag == "blockquote":
            is_mail = element.get("type") == "cite" or any("quote" in name for name in classes)
            look = look._replace(quoted=look.quoted + 1) if is_mail else look._replace(kind="blockquote")
        if tag in ("ul", "ol"):
            return self.listing(element, rules, look)
        if tag == "li":
            return self.list_item(element, rules, look)
        if tag in tree.PARAGRAPHS and "level" in rules.get("mso-list", ""):
            return self.marked_item(element, rules, look)
        return look

    def marks(self, element, rules: dict, look: _Look) -> frozenset:
        marks = set(look.marks)
        if element.tag in tree.MARKS:
            marks.add(tree.MARKS[element.tag])
        weight, slant = rules.get("font-weight", ""), rules.get("font-style", "")
        if weight.startswith("bold") or re.fullmatch(r"[6-9]\d\d", weight):
            marks.add("strong")
        elif re.fullmatch(r"normal|lighter|[1-5]\d\d", weight):
            marks.discard("strong")
        if slant in ("italic", "oblique"):
            marks.add("em")
        elif slant == "normal":
            marks.discard("em")
        if "underline" in rules.get("text-decoration", "") + rules.get("text-decoration-line", ""):
            marks.add("u")
        if rules.get("vertical-align") == "super":
            marks.add("sup")
        if element.tag == "a" and element.get("href"):
            marks = {mark for mark in marks if not mark.startswith("a ")} | self.link(element)
        if any(mark.startswith("a ") for mark in marks):
            marks.discard("u")
        return frozenset(marks)

    def link(self, element) -> set[str]:
        href = re.sub(r"[\s\x00-\x1f]", "", _unwrapped(element.get("href").strip(), self.doubts))
        if re.match(r"(?:https?|mailto):.", href, re.I) and len(href) <= 4000 and element not in self.notes.backs:
            return {f"a {href}"}
        if not href.startswith("#") and words(element):
            self.doubts.append(f"The link to “{href[:80]}” was dropped; its words were kept.")
        return set()

    def struck(self, element, rules: dict, look: _Look) -> str:
        decoration = rules.get("text-decoration", "") + rules.get("text-decoration-line", "")
        kind = "s" if element.tag in ("s", "strike") or "line-through" in decoration else ""
        kind = kind or ("sub" if element.tag == "sub" or rules.get("vertical-align") == "sub" else "")
        if kind == "s" and not look.struck and words(element):
            self.doubts.append(
                f"Words struck through were kept as plain text: “{words(element)[:120]}”. Delete them if they should go."
            )
        elif kind == "sub" and words(element):
            self.doubts.append(f"The subscript “{words(element)[:120]}” became plain text.")
        return look.struck or kind

    # --- lists

    def listing(self, element, rules: dict, look: _Look) -> _Look:
        kind = css_style(element.get("type") or "") or css_style(rules.get("list-style-type", ""))
        default = BULLET if element.tag == "ul" else "1"
        start = element.get("start") or "1"
        numbers = [int(start) if re.fullmatch(r"[1-9]\d{0,3}", start) else 1]
        return look._replace(listed=look.listed + 1, list_style=kind or default, numbers=numbers, item=None)

    def list_item(self, element, rules: dict, look: _Look) -> _Look:
        level = element.get("aria-level") or element.get("data-aria-level") or ""
        level = int(level) - 1 if re.fullmatch(r"[1-9]", level) else max(look.listed - 1, 0)
        kind = css_style(rules.get("list-style-type", "")) or look.list_style or BULLET
        value, numbers = element.get("value") or "", look.numbers or [1]
        if re.fullmatch(r"[1-9]\d{0,3}", value):
            numbers[0] = int(value)
        number = 0 if kind == BULLET else numbers[0]
        numbers[0] += 1 if words(element, 1) else 0
        return look._replace(item=Item(level, kind, number))

    def marked_item(self, element, rules: dict, look: _Look) -> _Look:
        """A paragraph that Word numbered: its place is in its style, its number in a span that is no text."""
        mark = next((words(span) for span in element.iter("span") if _rules(span).get("mso-list") == "ignore"), "")
        item = word_item(rules["mso-list"], mark, self.known, self.last)
        if item is None and mark:
            self.doubts.append(f"The number “{mark}” of a paragraph was kept as text.")
            self.put(tree.Run(f"{mark} "), look)
        elif item is not None and item.style != BULLET and not re.fullmatch(r"\w+\.?", mark or "1"):
            self.doubts.append(f"The number “{mark}” in a list is written “{mark.strip('().').rpartition('.')[2]}.” now.")
        self.last = item or self.last
        return look._replace(item=item, kind="p" if item else look.kind)

    # --- words

    def text(self, text: str | None, look: _Look) -> None:
        if not text:
            return
        if look.pre and "\n" in text:
            first, *others = text.split("\n")
            self.plain(first, look)
            for other in others:
                self.line_break(look)
                self.plain(other, look)
        else:
            self.plain(text, look)

    def plain(self, text: str, look: _Look) -> None:
        if look.pre:
            text = text.replace("\t", TAB)
        text = _WIDE.sub(TAB, re.sub(r"[ \t\n\f]+", " ", text)).replace("\u00a0", " ")
        if text:
            self.put(tree.Run(text, look.marks), look)

    def put(self, run: tree.Run, look: _Look) -> None:
        self.length += len(run.text) + sum(len(part.text) for part in run.note)
        if self.length > MAX_CHARACTERS:
            raise TextError(f"The text is longer than {MAX_CHARACTERS:,} characters, the limit for a letter. Shorten it.")
        if not self.begun:
            self.here, self.begun = look, tree.readable([run])
        self.runs.append(run)

    def line_break(self, look: _Look) -> None:
        """A second one in a row ends the paragraph, except within an item."""
        last = next((run for run in reversed(self.runs) if run.note or run.text.strip(" ")), None)
        if last is not None and last.text.endswith("\n") and look.item is None:
            self.flush()
            self.blank(look)
        else:
            self.runs.append(tree.Run("\n", look.marks))

    def flush(self) -> None:
        look, self.begun = self.here, False
        runs, self.runs = (tree.tidy(self.runs) if self.runs else []), []
        if not tree.readable(runs):
            return
        item = look.item
        if item is not None and id(item) in self.used:
            item = Item(item.level, item.style, more=True)
        elif item is not None:
            self.used[id(item)] = item
        self.units.append(Unit(look.kind, runs, item, quoted=look.quoted))

    def blank(self, look: _Look) -> None:
        if look.item is None and self.units and self.units[-1].runs:
            self.units.append(Unit(quoted=look.quoted))

    # --- wholes

    def call(self, link, look: _Look) -> None:
        if self.in_note:
            raise TextError("A footnote calls another footnote. Make the inner one part of the outer one, and paste it again.")
        self.note(self.notes.calls[link], look)
        if self.notes.endnotes:
            self.doubts.append("Endnotes became footnotes.")

    def note(self, body, look: _Look) -> None:
        """A note's paragraphs as one run of words with line breaks between."""
        if body not in self.note_texts:
            self.note_texts[body] = self.note_runs(body)
        if self.note_texts[body]:
            self.put(tree.Run("", note=self.note_texts[body]), look)

    def note_runs(self, body) -> tuple[tree.Run, ...]:
        parts = self.apart(body, in_note=True)
        runs = [run._replace(text=run.text.replace(TAB, " ")) for part in parts for run in (tree.Run("\n"), *part)][1:]
        if any(run.note for run in runs):
            raise TextError("A footnote cannot hold another footnote. Make the inner one part of the outer one.")
        runs = tree.tidy(runs)
        return tuple(runs) if tree.readable(runs) else ()

    def apart(self, element, *, in_note: bool) -> list[list[tree.Run]]:
        """The paragraphs within an element that can hold no lists: their marks are typed."""
        inner = _Reader(self.known, self.doubts, self.notes, self.depth, in_note)
        inner.children(element, _Look())
        inner.flush()
        return [[*_typed(unit.item), *unit.runs] for unit in inner.units if unit.runs]

    def table(self, table, look: _Look) -> None:
        self.flush()
        for row in table.iter("tr"):
            cells = [self.apart(cell, in_note=self.in_note) for cell in row if cell.tag in ("td", "th")]
            lines = tuple(tuple(line for runs in cell for line in lines_of(runs)) for cell in cells)
            runs = [run for cell in cells for part in cell for run in (tree.Run(" | "), *part)][1:]
            if tree.readable(runs):
                self.units.append(Unit("row", tree.tidy(runs), cells=lines, quoted=look.quoted))

    def picture(self, element) -> None:
        if element.get("width") not in ("0", "1") and element.get("height") not in ("0", "1"):
            self.doubts.append("A picture was left out.")
        if words(element):
            self.doubts.append(f"Words in a picture were left out: “{words(element)[:200]}”.")

    def hidden(self, element) -> None:
        if words(element):
            self.doubts.append(f"Hidden words were left out: “{words(element)[:1000]}”.")

    def say(self) -> None:
        self.doubts += [
            f"The call “{mark}” has no note in what was pasted; it was kept as text." for mark in self.notes.lost[:20]
        ]


def _is_hidden(element, rules: dict) -> bool:
    hidden = rules.get("display") == "none" or rules.get("visibility") == "hidden" or rules.get("mso-hide") == "all"
    return hidden or element.get("hidden") is not None


def _heads_notes(element) -> bool:
    """A heading over the notes at a page's end, which is none in a letter with its notes at the pages' feet."""
    return element.tag in ("h1", "h2", "h3") and element.getparent().get("role") == "doc-endnotes"


def _is_layout(table) -> bool:
    """A table that only places text: tables within it, one filled cell in each row, or a cell with a whole page in it."""
    if next((inner for inner in table.iter("table") if inner is not table), None) is not None:
        return True
    rows = [[cell for cell in row if cell.tag in ("td", "th") and words(cell, 1)] for row in table.iter("tr")]
    long = any(sum(1 for _ in cell.iter("p", "div", "li")) > 12 for row in rows for cell in row)
    return long or all(len(row) < 2 for row in rows)


def _typed(item: Item | None) -> list[tree.Run]:
    if item is None or item.more:
        return []
    return [tree.Run(f"{BULLET} " if item.style == BULLET or not item.number else f"{marker(item.number, item.style)}. ")]


def _unwrapped(href: str, doubts: list[str]) -> str:
    """The address behind one that a mail program or a search engine put around it to watch the click."""
    if not re.match(r"https://(?:www\.google\.com/url\?|[\w.-]{1,60}\.safelinks\.protection\.outlook\.com/)", href, re.I):
        return href
    query = parse_qs(urlsplit(href).query)
    inner = next((query[name][0] for name in ("url", "q") if name in query), "")
    if not re.match(r"https?://", inner):
        return href
    doubts.append(f"A link that is watched by the mail program was replaced by its own address: “{inner[:200]}”. Check it.")
    return inner

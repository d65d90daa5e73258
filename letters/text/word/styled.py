"""Reads a Word file that `writer` wrote, whatever was done to it since: the styles say what each paragraph is.

`mark` looks at the file's XML and puts a number into each paragraph whose style it knows; `imported` finds the numbers
again in the HTML that was made of it. What has no style of ours goes the way of any other Word file.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .. import signers, tree
from ..characters import clean_line, clean_text
from ..html import canonical, plain
from ..letter import MAX_LINE, MAX_LINES, Imported, LetterText, Piece
from .numbers import BULLET, Numbering
from .styles import Styles
from .xml import child, make, number, remove, value, w

_ABOVE = {"letter head", "letter head lines", "letter date", "letter addressee", "letter subject", "letter salutation"}
_SIGNER, _TITLE = "letter signer", "letter signer title"
_BELOW = {"letter closing", _SIGNER, _TITLE, "letter copies", "letter enclosures"}
_QUOTED = {"quote", "quote list", "quote list continue"}
_ITEMS = {"list paragraph", "quote list"}
_CONTINUED = {"list continue", "quote list continue"}
_HEADINGS = {"heading 2": "h2", "heading 3": "h3"}
_BODY = {"body text", *_QUOTED, *_ITEMS, *_CONTINUED, *_HEADINGS}
_INDENT = 720

# Code points that no text may use.
_BEGIN, _END = "\ufdd2", "\ufdd3"
_MARKED = re.compile(f"<p>{_BEGIN}([0-9]+){_END}(.*?)</p>", re.S)


@dataclass(frozen=True)
class Place:
    """What a paragraph is. `kind`: its style's name in small letters.

    A list item has the level, style and number it shows, and as `listing` what it is counted with; a paragraph that goes on an
    item has the level. `apart`: begins a quote of its own; `begins`: begins a list of its own. `column`: of a signer, where
    the table is read downward.
    """

    kind: str
    listing: str = ""
    level: int = 0
    style: str = ""
    number: int = 1
    apart: bool = False
    begins: bool = False
    column: int = 0


# --- in the XML


def mark(root, styles: Styles, numbering: Numbering) -> list[Place]:
    """The places of the paragraphs that were marked; none, and nothing changed, where no paragraph is a part of our letter."""
    if _BEGIN in "".join(root.itertext()):
        return []
    placing = _Placing(styles, numbering)
    found = [(paragraph, placing.place(paragraph)) for paragraph in root.iter(w("p"))]
    found = [(paragraph, place) for paragraph, place in found if place is not None]
    if not any(place.kind in _ABOVE | _BELOW for _, place in found):
        return []
    for position, (paragraph, _) in enumerate(found):
        _put_mark(paragraph, f"{_BEGIN}{position}{_END}")
    return [place for _, place in found]


class _Placing:
    """Asked for each paragraph once, in the order of the text."""

    def __init__(self, styles: Styles, numbering: Numbering):
        self.styles, self.numbering = styles, numbering
        self.begun: set[tuple[str, int]] = set()  # (list in the file, level)
        self.named: set = set()  # cells that hold a name

    def place(self, paragraph) -> Place | None:
        properties = child(paragraph, "pPr")
        style_id = value(child(properties, "pStyle"))
        item, kind = self.numbering.item(properties, style_id), self.styles.names(style_id)[0]
        cell, box = (next(paragraph.iterancestors(w(outer)), None) for outer in ("tc", "txbxContent"))
        if cell is not None or box is not None:
            return self.signer(paragraph, cell, kind) if box is None and kind in (_SIGNER, _TITLE) else None
        apart = number(value(child(properties, "spacing"), "before")) > 0
        if kind in _ITEMS and item is not None:
            place = value(child(properties, "numPr", "numId")), item.level
            begins = self.numbering.restarts(*place) and place not in self.begun
            self.begun.add(place)
            return Place(kind, item.listing, item.level, item.style, item.number, apart, begins)
        if kind in _CONTINUED:
            return Place(kind, level=_level(properties, kind))
        return Place(kind, apart=apart) if kind in (_ABOVE | _BELOW | _BODY) - _ITEMS else None

    def signer(self, paragraph, cell, kind: str) -> Place:
        """A cell's first words are a name, also where somebody typed them in the style of a title."""
        if cell not in self.named and "".join(paragraph.itertext(w("t"))).strip():
            self.named.add(cell)
            kind = _SIGNER
        style = value(child(next(cell.iterancestors(w("tbl"))), "tblPr", "tblStyle"))
        is_down = self.styles.names(style)[0] == "letter signers down"
        is_right = next(cell.itersiblings(w("tc"), preceding=True), None) is not None
        return Place(kind, column=int(is_down and is_right))


def _level(properties, kind: str) -> int:
    ind = child(properties, "ind")
    left = number(value(ind, "left") or value(ind, "start"), _INDENT)
    return max(0, round(left / _INDENT) - (2 if kind in _QUOTED else 1))


def _put_mark(paragraph, mark: str) -> None:
    """The mark in place of all that is said of the paragraph, so that nobody else reads anything into that."""
    properties = child(paragraph, "pPr")
    if properties is not None:
        remove(properties)
    # A tab is a space between words; what is left of them afterwards parts the columns of signers in other files.
    for tab in [each for each in paragraph.iter(w("tab")) if each.getparent().tag == w("r")]:
        tab.tag, tab.text = w("t"), " "
    run = make("r")
    run.append(make("t", mark))
    paragraph.insert(0, run)


# --- in the HTML


def imported(
    parts: Iterable[tuple[str, bool]], places: list[Place], others: Callable[[str, bool], Iterable[Piece]], doubts: list[str]
) -> Imported:
    """The letter in (HTML, whether it is a table) parts; `others` reads a part that holds no mark."""
    return _Reading(places, others, doubts).read(parts)


class _Reading:
    def __init__(self, places, others, doubts):
        self.places, self.others, self.doubts = places, others, doubts
        self.found: dict[str, list[str]] = {kind: [] for kind in _ABOVE | _BELOW}
        self.signers: list[tuple[int, str, list[str]]] = []
        self.unstyled: list[Piece] = []  # below the closing
        self.body = _Body()
        self.is_below = False

    def read(self, parts) -> Imported:
        for html, is_table in parts:
            (self.table if is_table else self.flow)(html)
        return self.letter()

    def flow(self, html: str) -> None:
        end = 0
        for marked in _MARKED.finditer(html):
            self.other(html[end : marked.start()], False)
            self.take(self.places[int(marked.group(1))], marked.group(2))
            end = marked.end()
        self.other(html[end:], False)

    def table(self, html: str) -> None:
        for marked in _MARKED.finditer(html):
            self.take(self.places[int(marked.group(1))], marked.group(2))
        rest = _MARKED.sub("", html)
        self.other(html if rest == html else re.sub("</?(?:table|thead|tbody|tr|t[dh])[^<>]*>", "", rest), rest == html)

    def other(self, html: str, is_table: bool) -> None:
        for piece in self.others(html, is_table) if html else ():
            if self.is_below and piece.lines:
                self.unstyled.append(piece)
            elif piece.lines:
                self.body.append(tree.read(piece.html))

    def take(self, place: Place, html: str) -> None:
        runs = _runs(html)
        if place.kind in _BODY:
            if self.is_below and tree.readable(runs):
                self.doubts.append(f"“{_text(runs)[:120]}” stands below the closing; it was put at the end of the text.")
            self.body.take(place, runs)
            return
        self.is_below = self.is_below or place.kind in _BELOW
        for run in runs:
            if run.note:
                self.doubts.append(f"A footnote outside the text was left out: “{_text(run.note)}”.")
        text = _text(runs)
        if place.kind == _SIGNER:
            self.signers.append((place.column, _line(text), []))
        elif place.kind == _TITLE and self.signers and text.strip():
            self.signers[-1][2].append(_line(text))
        elif text.strip():
            if place.kind in ("letter date", "letter salutation") and self.body.blocks:
                self.doubts.append(
                    f"“{plain(tree.write(self.body.blocks))[:120]}” stands above “{text}”; it was put into the text."
                )
            self.found[place.kind].append(text)

    def one(self, kind: str, field: str) -> str:
        return clean_line(_line(" ".join(self.found[kind])), field=field, max_length=MAX_LINE)

    def several(self, kind: str, field: str, label: str) -> str:
        text = re.sub(rf"^\s*{label}\s*:\s*", "", "\n".join(self.found[kind]), flags=re.I)
        return clean_text(text, field=field, max_length=MAX_LINES)

    def letter(self) -> Imported:
        blocks = "\n\n".join(self.found["letter addressee"])
        text = LetterText(
            self.one("letter date", "The date line"),
            clean_text(blocks, field="The list of addressees", max_length=MAX_LINES),
            self.one("letter salutation", "The salutation"),
            canonical(tree.write(self.body.blocks)),
            self.one("letter closing", "The closing"),
            subject=re.sub("^re: ?", "", self.one("letter subject", "The subject"), flags=re.I),
            cc=self.several("letter copies", "The list of copies", "cc"),
            enclosures=self.several("letter enclosures", "The list of enclosures", "enclosures?"),
        )
        if not text.body:
            self.doubts.append("No text was found between the salutation and the closing.")
        return Imported(text, self.people(), self.doubts)

    def people(self) -> list[tuple[str, str]]:
        in_order = sorted(self.signers, key=lambda signer: signer[0])
        found = [(name, ", ".join(titles)) for _, name, titles in in_order if name]
        if self.unstyled:
            said: list[str] = []
            more = signers.people([(piece.lines, piece.cells) for piece in self.unstyled], said)
            # The last sentence says that there are no signers.
            self.doubts += said[:-1] if found and not more else said
            found += more
        return found


def _runs(html: str) -> list[tree.Run]:
    blocks = tree.read(html.replace("\t", " "))
    return blocks[0].runs if blocks else []


def _text(runs) -> str:
    return "".join(run.text for run in runs)


def _line(text: str) -> str:
    return " ".join(text.split())


class _Body:
    """Blocks made of marked paragraphs: quotes and lists are put together again."""

    def __init__(self):
        self.blocks: list[tree.Block] = []
        self.quote: tree.Block | None = None
        self.open: list[tuple[int, str, tree.Block]] = []  # (level, `listing`, list), the outermost first

    def append(self, blocks: list[tree.Block]) -> None:
        self.quote, self.open = None, []
        self.blocks += blocks

    def take(self, place: Place, runs: list[tree.Run]) -> None:
        paragraph = tree.Block(_HEADINGS.get(place.kind, "p"), runs)
        home = self.home(place)
        if place.kind in _ITEMS and place.style:
            self.item(place, paragraph, home)
        elif place.kind in _CONTINUED and (outer := [pair for pair in self.open if pair[0] <= place.level]):
            self.open = outer
            outer[-1][2].blocks[-1].blocks.append(paragraph)
        else:
            self.open = []
            home.append(paragraph)

    def home(self, place: Place) -> list[tree.Block]:
        """Where the paragraph stands when it is in no list: in a quote, or in the body."""
        if place.kind not in _QUOTED:
            if self.quote is not None:
                self.quote, self.open = None, []
            return self.blocks
        if self.quote is None or (place.apart and place.kind not in _CONTINUED):
            self.quote, self.open = tree.Block("blockquote"), []
            self.blocks.append(self.quote)
        return self.quote.blocks

    def item(self, place: Place, paragraph: tree.Block, home: list[tree.Block]) -> None:
        outer = [pair for pair in self.open if pair[0] < place.level]
        same = next((pair for pair in self.open if pair[:2] == (place.level, place.listing)), None)
        if same is None or place.begins:
            made = tree.Block("ul") if place.style == BULLET else tree.Block("ol", start=place.number, style=place.style)
            same = (place.level, place.listing, made)
            (outer[-1][2].blocks[-1].blocks if outer else home).append(made)
        self.open = [*outer, same]
        same[2].blocks.append(tree.Block("li", blocks=[paragraph]))

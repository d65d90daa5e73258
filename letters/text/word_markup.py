"""The letter's blocks and runs as WordprocessingML, with the notes, links and lists that other parts of the file define."""

import re
from collections.abc import Callable
from html import escape
from itertools import groupby

from .tree import Block, Run

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
INDENT = 720  # of each level of a list and of a quote, in twentieths of a point
MARKER = 180  # between the end of an item's marker and its words
PARAGRAPH_SPACE = 276
SECOND_QUOTE_SPACE = 120  # above a quote that follows another one, so that the two do not become one

# --- words

_RIGHT_TO_LEFT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
_DIRECTIONS = re.compile(f"([{_RIGHT_TO_LEFT}]+(?:[ \u00a0]+[{_RIGHT_TO_LEFT}]+)*)")


def words(text: str, properties: str = "", complex_properties: str = "") -> str:
    """Runs of a text under the same properties; a stretch from right to left is a run that says so."""
    pieces = enumerate(_DIRECTIONS.split(text))
    return "".join(_run(piece, properties if n % 2 == 0 else complex_properties + "<w:rtl/>") for n, piece in pieces if piece)


def _run(text: str, properties: str) -> str:
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' if line else "" for line in text.split("\n"))
    return f"<w:r>{f'<w:rPr>{properties}</w:rPr>' if properties else ''}{lines}</w:r>"


def _marked(run: Run, style: str) -> str:
    marks = run.marks
    rest = ('<w:u w:val="single"/>' if "u" in marks else "") + ('<w:vertAlign w:val="superscript"/>' if "sup" in marks else "")
    plain = "".join(mark for name, mark in (("strong", "<w:b/>"), ("em", "<w:i/>")) if name in marks)
    whole = "".join(mark for name, mark in (("strong", "<w:b/><w:bCs/>"), ("em", "<w:i/><w:iCs/>")) if name in marks)
    return words(run.text, style + plain + rest, style + whole + rest)


# --- paragraphs


def paragraph(style: str, content: str, properties: str = "") -> str:
    """`style` is a style's id; `properties` follow it in the order of the schema."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{content}</w:p>'


class Story:
    """One part of the file that holds text: its runs, and its links by way of `relate`, which gives a link's id."""

    def __init__(self, relate: Callable[[str], str]):
        self.relate = relate
        self.notes: list[tuple[Run, ...]] = []

    def runs(self, runs) -> str:
        parts = groupby(runs, key=lambda run: next((mark[2:] for mark in run.marks if mark.startswith("a ")), ""))
        return "".join(self._linked(href, list(part)) for href, part in parts)

    def _linked(self, href: str, runs: list[Run]) -> str:
        style = '<w:rStyle w:val="Hyperlink"/>' if href else ""
        content = "".join(self._call(run) if run.note else _marked(run, style) for run in runs)
        return f'<w:hyperlink r:id="{self.relate(address(href))}" w:history="1">{content}</w:hyperlink>' if href else content

    def _call(self, run: Run) -> str:
        self.notes.append(run.note)
        return f'<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteReference w:id="{len(self.notes)}"/></w:r>'


_NOT_IN_ADDRESSES = re.compile(r'[\x00-\x20"<>\\^`{|}\x7f]|%(?![0-9A-Fa-f]{2})')


def address(href: str) -> str:
    """The address with what no address may hold percent-encoded: Word calls a file damaged that has such a link."""
    whole, mark, fragment = href.partition("#")
    whole += mark + fragment.replace("#", "%23")
    return _NOT_IN_ADDRESSES.sub(lambda found: f"%{ord(found.group()):02X}", whole)


def note_part(relate: Callable[[str], str], notes: list[tuple[Run, ...]]) -> str:
    """The footnotes, numbered from 1, without the separators that stand before them."""
    story = Story(relate)
    number = '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteRef/></w:r>' + words(" ")
    return "".join(
        f'<w:footnote w:id="{n}">{paragraph("FootnoteText", number + story.runs(note))}</w:footnote>'
        for n, note in enumerate(notes, 1)
    )


# --- the body


class Body:
    """Writes the blocks of the text; afterwards `story.notes` and `lists` say what it calls for."""

    def __init__(self, relate: Callable[[str], str]):
        self.story = Story(relate)
        self.lists: list[tuple[Block, int]] = []  # with their level; the place, from 1, is the number in numbering.xml

    def write(self, blocks: list[Block]) -> str:
        """`keepNext` on the last paragraph: a page of signatures carries some of the text that was signed."""
        paragraphs = [part for n, block in enumerate(blocks) for part in self._block(block, blocks[n - 1 : n])]
        if paragraphs:
            paragraphs[-1] = re.sub(r"(<w:pStyle [^>]*/>)(?!<w:keepNext/>)", r"\1<w:keepNext/>", paragraphs[-1], count=1)
        return "".join(paragraphs)

    def _block(self, block: Block, before: list[Block]):
        if block.kind == "blockquote":
            yield from self._quote(block, again=bool(before) and before[0].kind == "blockquote")
        elif block.kind in ("ul", "ol"):
            yield from _spaced_below(list(self._list(block, 0, "")))
        else:
            style = {"h2": "Heading2", "h3": "Heading3"}.get(block.kind, "BodyText")
            yield paragraph(style, self.story.runs(block.runs))

    def _quote(self, quote: Block, again: bool):
        above = f'<w:spacing w:before="{SECOND_QUOTE_SPACE}"/>' if again else ""
        for block in quote.blocks:
            if block.runs:
                yield paragraph("Quote", self.story.runs(block.runs), above)
            else:
                listed = _spaced_below(list(self._list(block, 0, "Quote")))
                yield re.sub("(?=<w:ind )", above, listed[0], count=1)
                yield from listed[1:]
            above = ""

    def _list(self, listing: Block, level: int, around: str):
        self.lists.append((listing, level))
        number = len(self.lists)
        for item in listing.blocks:
            first = item.blocks[0].runs if item.blocks else []
            numbered = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
            style = "QuoteList" if around else "ListParagraph"
            yield paragraph(style, self.story.runs(first), numbered + _indent(level, around, MARKER))
            for block in item.blocks[1 if first else 0 :]:
                if block.runs:
                    style = "QuoteListContinue" if around else "ListContinue"
                    yield paragraph(style, self.story.runs(block.runs), _indent(level, around))
                else:
                    yield from self._list(block, level + 1, around)


def _indent(level: int, around: str, hanging: int = 0) -> str:
    left = INDENT * (level + (2 if around else 1))
    right = f' w:right="{INDENT}"' if around else ""
    marker = f' w:hanging="{hanging}"' if hanging else ""
    return f'<w:ind w:left="{left}"{right}{marker}/>'


def _spaced_below(paragraphs: list[str]) -> list[str]:
    paragraphs[-1] = paragraphs[-1].replace("<w:ind ", f'<w:spacing w:after="{PARAGRAPH_SPACE}"/><w:ind ', 1)
    return paragraphs


# --- lists

_FORMATS = {"ul": "bullet", "1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_LEVELS = range(9)


def numbering_part(lists: list[tuple[Block, int]]) -> str:
    """A definition for each way of marking, and for each list a number of its own, which begins where the list does."""
    kinds = {kind: n for n, kind in enumerate(_FORMATS)}
    definitions = "".join(_definition(number, _FORMATS[kind]) for kind, number in kinds.items())
    numbers = (
        f'<w:num w:numId="{n}"><w:abstractNumId w:val="{kinds["ul" if listing.kind == "ul" else listing.style]}"/>'
        + (f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="{listing.start}"/></w:lvlOverride>' * (listing.kind == "ol"))
        + "</w:num>"
        for n, (listing, level) in enumerate(lists, 1)
    )
    return definitions + "".join(numbers)


def _definition(number: int, written: str) -> str:
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{written}"/>'
        f'<w:lvlText w:val="{"•" if written == "bullet" else f"%{level + 1}."}"/><w:lvlJc w:val="right"/>'
        f'<w:pPr><w:ind w:left="{INDENT * (level + 1)}" w:hanging="{MARKER}"/></w:pPr></w:lvl>'
        for level in _LEVELS
    )
    return (
        f'<w:abstractNum w:abstractNumId="{number}"><w:nsid w:val="{0x4C455400 + number:08X}"/>'
        f'<w:multiLevelType w:val="hybridMultilevel"/><w:tmpl w:val="{0x54540000 + number:08X}"/>{levels}</w:abstractNum>'
    )

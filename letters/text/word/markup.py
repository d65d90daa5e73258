"""The letter's blocks and runs as WordprocessingML, with the notes, links and lists that other parts of the file define."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from itertools import groupby

from ..tree import Block, Run

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
INDENT = 720  # of each level of a list and of a quote, in twentieths of a point
MARKER = 120  # between the end of an item's marker and its words
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


@dataclass
class _Paragraph:
    """`above` and `below`: space in place of the style's, in twentieths of a point."""

    style: str
    content: str
    numbering: str = ""
    left: int = 0
    above: int = 0
    below: int = 0
    keeps_next: bool = False

    def written(self) -> str:
        spaces = [f' w:{side}="{space}"' for side, space in (("before", self.above), ("after", self.below)) if space]
        properties = (
            "<w:keepNext/>" * self.keeps_next
            + self.numbering
            + (f"<w:spacing{''.join(spaces)}/>" if spaces else "")
            + (f'<w:ind w:left="{self.left}"/>' if self.left else "")
        )
        return paragraph(self.style, self.content, properties)


class Body:
    """Writes the blocks of the text; afterwards `story.notes` and `lists` say what it calls for."""

    def __init__(self, relate: Callable[[str], str]):
        self.story = Story(relate)
        self.lists: list[tuple[Block, int, bool]] = []  # with level, and whether in a quote; the place, from 1, is its number

    def write(self, blocks: list[Block]) -> str:
        paragraphs = [part for block, before in zip(blocks, [None, *blocks], strict=False) for part in self._block(block, before)]
        if paragraphs:
            # A page of signatures carries some of the text that was signed.
            paragraphs[-1].keeps_next = True
        return "".join(each.written() for each in paragraphs)

    def _block(self, block: Block, before: Block | None) -> list[_Paragraph]:
        if block.kind == "blockquote":
            quoted = [part for inner in block.blocks for part in self._in_quote(inner)]
            quoted[0].above = SECOND_QUOTE_SPACE if before is not None and before.kind == "blockquote" else 0
            return quoted
        if block.kind in ("ul", "ol"):
            return self._list(block, 0, False)
        style = {"h2": "Heading2", "h3": "Heading3"}.get(block.kind, "BodyText")
        return [_Paragraph(style, self.story.runs(block.runs))]

    def _in_quote(self, block: Block) -> list[_Paragraph]:
        return [_Paragraph("Quote", self.story.runs(block.runs))] if block.runs else self._list(block, 0, True)

    def _list(self, listing: Block, level: int, quoted: bool) -> list[_Paragraph]:
        self.lists.append((listing, level, quoted))
        number = len(self.lists)
        found = [part for item in listing.blocks for part in self._item(item, level, number, quoted)]
        found[-1].below = found[-1].below if level else PARAGRAPH_SPACE
        return found

    def _item(self, item: Block, level: int, number: int, quoted: bool):
        """An item that begins with a list has an empty paragraph for its marker."""
        first, rest = (item.blocks[0].runs, item.blocks[1:]) if item.blocks[0].runs else ([], item.blocks)
        numbering = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
        yield _Paragraph("QuoteList" if quoted else "ListParagraph", self.story.runs(first), numbering)
        for block in rest:
            if block.runs:
                style = "QuoteListContinue" if quoted else "ListContinue"
                yield _Paragraph(style, self.story.runs(block.runs), left=_left(level, quoted))
            else:
                yield from self._list(block, level + 1, quoted)


def _left(level: int, quoted: bool) -> int:
    return INDENT * (level + 1 + quoted)


# --- lists

_FORMATS = {"ul": "bullet", "1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_KINDS = [(kind, quoted) for quoted in (False, True) for kind in _FORMATS]


def numbering_part(lists: list[tuple[Block, int, bool]]) -> str:
    """A definition for each way of marking, and for each list a number of its own, which begins where the list does."""
    definitions = "".join(_definition(number, _FORMATS[kind], quoted) for number, (kind, quoted) in enumerate(_KINDS))
    return definitions + "".join(_number(number, *listed) for number, listed in enumerate(lists, 1))


def _number(number: int, listing: Block, level: int, quoted: bool) -> str:
    """Bullets begin anew too: that tells two lists of bullets apart that follow each other."""
    kind = _KINDS.index(("ul" if listing.kind == "ul" else listing.style, quoted))
    start = f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="{listing.start}"/></w:lvlOverride>'
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{kind}"/>{start}</w:num>'


def _definition(number: int, written: str, quoted: bool) -> str:
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{written}"/>'
        f'<w:lvlText w:val="{"•" if written == "bullet" else f"%{level + 1}."}"/><w:lvlJc w:val="right"/>'
        f'<w:pPr><w:ind w:left="{_left(level, quoted)}" w:hanging="{MARKER}"/></w:pPr></w:lvl>'
        for level in range(9)
    )
    return (
        f'<w:abstractNum w:abstractNumId="{number}"><w:nsid w:val="{0x4C455400 + number:08X}"/>'
        f'<w:multiLevelType w:val="hybridMultilevel"/><w:tmpl w:val="{0x54540000 + number:08X}"/>{levels}</w:abstractNum>'
    )

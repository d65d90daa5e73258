"""WeasyPrint set up for our letters. Importing this module needs Pango; only `letters.pdf.render` imports it, late."""

import os
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from weasyprint import CSS, HTML, Document
from weasyprint.formatting_structure.boxes import FootnoteAreaBox, LineBox, MarginBox, ReplacedBox, TableRowBox, TextBox
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from letters.pdf import fonts

STYLE = fonts.FOLDER.parent / "letter.css"


POINTS = 0.75  # in a pixel of WeasyPrint's


class Line(NamedTuple):
    """A line of the text: what it is part of, where it stands (points from the top of the paper), and the notes it calls,
    each with the characters of the line before the call."""

    block: object
    kind: str
    text: str
    top: float
    bottom: float
    calls: list[tuple[int, str]]


class Part(NamedTuple):
    """A note on a page, or what is left of it there: its number, its height and its lines with their heights, in points."""

    number: int
    height: float
    lines: list[tuple[str, float]]


@dataclass
class Sheet:
    """One page as laid out: its text, its notes, its margins' text, the numbers of the notes called and of those standing
    on it, its images, and the height left empty between text and notes, in points."""

    text: str
    notes: str
    edges: str
    called: list[int]
    standing: list[int]
    images: list[str]
    free: float
    page: object

    @cached_property
    def lines(self) -> list[Line]:
        boxes = (box for part in self.page.children for box in part.descendants() if box.element_tag == "main")
        return [line(box) for main in boxes for box in main.descendants() if isinstance(box, LineBox)]

    @cached_property
    def parts(self) -> list[Part]:
        area = next((part for part in self.page.children if isinstance(part, FootnoteAreaBox)), None)
        return [note_part(box) for box in area.children] if area else []

    @property
    def bottom(self) -> float:
        """Where the page's text area ends."""
        return (self.page.content_box_y() + self.page.height) * POINTS

    @property
    def height(self) -> float:
        return self.page.height * POINTS

    @cached_property
    def rows(self) -> list[tuple[float, float, float]]:
        """The rows of signers: where each begins, where its first line of text begins, where it ends."""
        found = (box for part in self.page.children for box in part.descendants() if isinstance(box, TableRowBox))
        return [row for row in map(row_places, found) if row]


class Shelf(URLFetcher):
    """Fetches nothing but the images of the letter in hand, which lie in memory. Fonts come from fontconfig."""

    def __init__(self):
        super().__init__(allowed_protocols=(), allow_redirects=False)
        self.images: dict[str, bytes] = {}

    def fetch(self, url, headers=None):
        if url not in self.images:
            raise ValueError(f"A letter fetches nothing, so not {url} either.")
        return URLFetcherResponse(url, self.images[url], {"Content-Type": "image/png"})


class Press:
    """What is costly to make and the same for every letter. Not safe for two threads at once, nor across a fork."""

    def __init__(self):
        self.fetcher = Shelf()
        self.fonts = own_fonts()
        self.style = CSS(filename=STYLE, font_config=self.fonts, url_fetcher=self.fetcher)

    def lay_out(self, source: str, images: dict[str, bytes]) -> tuple[Document, list[Sheet]]:
        """`images` are PNGs by the addresses under which the source names them."""
        self.fetcher.images = images
        try:
            html = HTML(string=source, url_fetcher=self.fetcher)
            document = html.render(stylesheets=[self.style], font_config=self.fonts)
        finally:
            self.fetcher.images = {}
        return document, [read(page._page_box) for page in document.pages]


def own_fonts() -> FontConfiguration:
    """Fonts by a fontconfig file instead of @font-face, whose temporary copies a forked child removes when it exits."""
    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = str(fonts.FOLDER / "fonts.conf")
    try:
        return FontConfiguration()
    finally:
        if before is None:
            del os.environ["FONTCONFIG_FILE"]
        else:
            os.environ["FONTCONFIG_FILE"] = before


def read(page) -> Sheet:
    """A page from WeasyPrint's tree of boxes: not public, but the ids and anchors that are cost a twelfth of the render."""
    text, notes, edges, called, standing, images = [], [], [], [], [], []
    lowest, limit = page.content_box_y(), page.content_box_y() + page.height
    for part in page.children:
        is_note, is_edge = isinstance(part, FootnoteAreaBox), isinstance(part, MarginBox)
        plain = edges if is_edge else notes if is_note else text
        places = {"": plain, "footnote-call": called, "footnote-marker": standing}
        for box in part.descendants():
            if isinstance(box, TextBox):
                places.get("" if is_edge else box.element_tag.partition("::")[2], []).append(box.text)
                if plain is text and box.position_y + box.height > lowest:
                    lowest = box.position_y + box.height
            elif isinstance(box, ReplacedBox):
                images.append(box.element.get("src", ""))
        if is_note and part.children:
            limit = part.position_y
    numbers = ([int(number) for number in found] for found in (called, standing))
    free = (limit - lowest) * POINTS
    return Sheet("".join(text), "".join(notes), " ".join(edges), *numbers, images, free, page)


def line(box) -> Line:
    text, calls = "", []
    for part in box.descendants():
        if isinstance(part, TextBox):
            pseudo = part.element_tag.partition("::")[2]
            if pseudo == "footnote-call":
                calls.append((int(part.text), text))
            elif not pseudo:
                text += part.text
    top = box.position_y * POINTS
    return Line(box.element, box.element_tag, text, top, top + box.height * POINTS, calls)


def note_part(box) -> Part:
    number, lines = int(box.element.get("data-note") or 0), []
    for part in box.descendants():
        if isinstance(part, LineBox):
            texts = [text for text in part.descendants() if isinstance(text, TextBox)]
            marks = [text.text for text in texts if text.element_tag.endswith("::footnote-marker")]
            number = int(marks[0]) if marks else number
            lines.append(("".join(text.text for text in texts if "::" not in text.element_tag), part.height * POINTS))
    return Part(number, box.margin_height() * POINTS, lines)


def row_places(row) -> tuple[float, float, float] | None:
    if row.element is None or "row" not in (row.element.get("class") or "").split():
        return None
    first = next(box for box in row.descendants() if isinstance(box, LineBox))
    return tuple(place * POINTS for place in (row.position_y, first.position_y, row.position_y + row.height))

"""WeasyPrint set up for our letters. Importing this module needs Pango; only `letters.pdf.render` imports it, late."""

import os
from typing import NamedTuple

from weasyprint import CSS, HTML, Document
from weasyprint.formatting_structure.boxes import FootnoteAreaBox, MarginBox, ReplacedBox, TextBox
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from letters.pdf import fonts

STYLE = fonts.FOLDER.parent / "letter.css"


class Sheet(NamedTuple):
    """One page as laid out: its text, its notes, the numbers of the notes called and of those standing on it, its images."""

    text: str
    notes: str
    called: list[int]
    standing: list[int]
    images: list[str]


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
    text, notes, called, standing, images = [], [], [], [], []
    for part in page.children:
        if isinstance(part, MarginBox):
            continue
        plain = notes if isinstance(part, FootnoteAreaBox) else text
        places = {"": plain, "footnote-call": called, "footnote-marker": standing}
        for box in part.descendants():
            if isinstance(box, TextBox):
                places.get(box.element_tag.partition("::")[2], []).append(box.text)
            elif isinstance(box, ReplacedBox):
                images.append(box.element.get("src", ""))
    numbers = ([int(number) for number in found] for found in (called, standing))
    return Sheet("".join(text), "".join(notes), *numbers, images)

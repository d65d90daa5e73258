"""WeasyPrint set up for our letters. Importing this module needs Pango; only `letters.pdf.render` imports it, late."""

import os

from weasyprint import CSS, HTML, Document
from weasyprint.formatting_structure.boxes import FootnoteAreaBox, MarginBox, TextBox
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from letters.pdf import fonts

STYLE = fonts.FOLDER.parent / "letter.css"


class Refuser(URLFetcher):
    """Fetches nothing: fonts come from fontconfig, and a letter has no pictures."""

    def __init__(self):
        super().__init__(allowed_protocols=(), allow_redirects=False)

    def fetch(self, url, headers=None):
        raise ValueError(f"A letter fetches nothing, so not {url} either.")


class Press:
    """What is costly to make and the same for every letter. Not safe for two threads at once, nor across a fork."""

    def __init__(self):
        self.fetcher = Refuser()
        self.fonts = own_fonts()
        self.style = CSS(filename=STYLE, font_config=self.fonts, url_fetcher=self.fetcher)

    def lay_out(self, source: str) -> Document:
        page = HTML(string=source, url_fetcher=self.fetcher)
        return page.render(stylesheets=[self.style], font_config=self.fonts)


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


def printed(document: Document) -> tuple[str, str]:
    """The text and the notes as laid out, page by page; without numbers, bullets and what stands in the margins."""
    text, notes = [], []
    for page in document.pages:
        for part in page._page_box.children:
            if not isinstance(part, MarginBox):
                (notes if isinstance(part, FootnoteAreaBox) else text).extend(words(part))
    return "".join(text), "".join(notes)


def words(part):
    return (box.text for box in part.descendants() if isinstance(box, TextBox) and "::" not in box.element_tag)

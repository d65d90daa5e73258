"""The letter as a Word document with live footnotes.

Each part of the letter stands in a style of its own ("Letter Date", "Letter Salutation" …), by which `styled` knows it again
after somebody worked on the file in Word. Images of signatures and the seal stay in the PDF.
"""

import zipfile
from functools import cache
from io import BytesIO
from itertools import zip_longest
from pathlib import Path

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from lxml import etree

from .. import tree
from ..addressees import running_head
from .markup import NAMESPACES, Body, note_part, numbering_part, paragraph, words

_PARTS = Path(__file__).resolve().parents[3] / "templates" / "word"
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # of the zip format: what has no date at all
_COLUMN = 4680  # half of what lies between the margins, in twentieths of a point
_SPACE_BELOW_SIGNERS = '<w:spacing w:before="480"/>'
_TYPED_SPACE = '<w:spacing w:before="400"/>'


def write_docx(contents: dict, *, draft_mark: str = "") -> bytes:
    """`contents` is `Letter.contents()` or a manifest. The same contents give the same bytes in every process."""
    text, layout = contents["text"], contents.get("layout", {})
    document = Document(BytesIO(_skeleton()))
    document.core_properties.title = f"Letter of {text['date_line']}" if text["date_line"] else "Letter"
    body = Body(_relating(document.part))
    content = (
        _above(contents["letterhead"], text)
        + body.write(tree.read(text["body"]))
        + paragraph("LetterClosing", words(text["closing"])) * bool(text["closing"])
        + _signers(contents["signers"], layout)
        + _below(text)
    )
    _fill(document.element.body, content)
    _fill(document.part.numbering_part.element, numbering_part(body.lists))
    _fill_footnotes(document.part, body.story.notes)
    head = running_head(text["addressees"]) if layout.get("running_head") else ""
    _fill_headers(document.sections[0], draft_mark, head)
    return _saved(document)


# --- the parts of the letter, as paragraphs


def _above(letterhead: list[str], text: dict) -> str:
    first, rest = letterhead[:1], letterhead[1:]
    # Without a letterhead the date is the letter's heading, as it is in the PDF.
    heading = "" if first else '<w:outlineLvl w:val="0"/>'
    blocks = [block for block in text["addressees"].split("\n\n") if block]
    paragraphs = [
        *(paragraph("LetterHead", words(line), "" if rest else '<w:spacing w:after="552"/>') for line in first),
        paragraph("LetterHeadLines", words("\n".join(rest))) if rest else "",
        paragraph("LetterDate", words(text["date_line"]), heading) if text["date_line"] else "",
        *(paragraph("LetterAddressee", words(block)) for block in blocks),
        paragraph("LetterSubject", words(f"Re: {text['subject']}")) if text.get("subject") else "",
        paragraph("LetterSalutation", words(text["salutation"])) if text["salutation"] else "",
    ]
    return "".join(paragraphs)


def _signers(signers: list[dict], layout: dict) -> str:
    """Two columns without borders. The table only lays out: it has no header cells, and reads in order, cell by cell."""
    down = layout.get("columns") == "down"
    half = (len(signers) + 1) // 2
    rows = zip_longest(signers[:half], signers[half:]) if down else zip_longest(signers[::2], signers[1::2])
    space = _TYPED_SPACE if layout.get("space") == "typed" else ""
    cells = (
        "".join(f'<w:tc><w:tcPr><w:tcW w:w="{_COLUMN}" w:type="dxa"/></w:tcPr>{_signer(signer, space)}</w:tc>' for signer in row)
        for row in rows
    )
    written = "".join(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{row}</w:tr>" for row in cells)
    if not written:
        return ""
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="LetterSigners{"Down" if down else ""}"/><w:tblW w:w="{2 * _COLUMN}" w:type="dxa"/>'
        '<w:tblLayout w:type="fixed"/><w:tblLook w:val="0000"/><w:tblCaption w:val="Signers"/></w:tblPr>'
        f'<w:tblGrid><w:gridCol w:w="{_COLUMN}"/><w:gridCol w:w="{_COLUMN}"/></w:tblGrid>{written}</w:tbl>'
    )


def _signer(signer: dict | None, space: str) -> str:
    if signer is None:
        return paragraph("LetterSignerTitle", "")
    return paragraph("LetterSigner", words(signer["name"]), space) + paragraph("LetterSignerTitle", words(signer["title"]))


def _below(text: dict) -> str:
    enclosures = text.get("enclosures", "")
    lists = (
        ("LetterCopies", "cc:", text.get("cc", "")),
        ("LetterEnclosures", "Enclosures:" if "\n" in enclosures else "Enclosure:", enclosures),
    )
    listed = [(style, words(f"{label}\n{lines}")) for style, label, lines in lists if lines]
    written = "".join(paragraph(*each, _SPACE_BELOW_SIGNERS if n == 0 else "") for n, each in enumerate(listed))
    # Word wants a paragraph after a table; this one is too small to need a page of its own.
    return written or '<w:p><w:pPr><w:spacing w:line="20" w:lineRule="exact"/><w:rPr><w:sz w:val="2"/></w:rPr></w:pPr></w:p>'


# --- the package


@cache
def _skeleton() -> bytes:
    """The parts that are the same in every letter, as a package."""
    return _zipped({str(file.relative_to(_PARTS)): file.read_bytes() for file in sorted(_PARTS.rglob("*")) if file.is_file()})


def _zipped(parts: dict[str, bytes]) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(zipfile.ZipInfo(name, _FIRST_DAY), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _saved(document) -> bytes:
    """Saved once more by ourselves: python-docx dates each part with the moment."""
    packed = BytesIO()
    document.save(packed)
    with zipfile.ZipFile(packed) as package:
        return _zipped({name: package.read(name) for name in package.namelist()})


def _relating(part):
    """Gives the id of a link in that part, the same for the same address."""
    return lambda href: part.relate_to(href, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)


def _fill(element, content: str) -> None:
    """Puts the content before the last child that is there (the section's properties), or into an empty element."""
    last = len(element)
    place = max(0, last - 1)
    element[place:place] = list(parse_xml(f"<w:body {NAMESPACES}>{content}</w:body>"))


def _fill_footnotes(part, notes) -> None:
    footnotes = part.part_related_by(RELATIONSHIP_TYPE.FOOTNOTES)
    written = note_part(_relating(footnotes), notes)
    footnotes._blob = footnotes.blob.replace(b"</w:footnotes>", written.encode() + b"</w:footnotes>")


def _fill_headers(section, mark: str, head: str) -> None:
    """The mark on every page; on later ones the running head with the page's number, which then does not stand at the foot."""
    style = '<w:rStyle w:val="LetterDraftWords"/>'
    mark_words = words(mark, style, style) if mark else ""
    marked = paragraph("LetterDraftMark", mark_words) if mark else ""
    later = marked
    if head:
        number = section.footer.paragraphs[0]
        field = "".join(etree.tostring(run, encoding="unicode") for run in number._p.r_lst)
        aside = f"<w:r><w:tab/></w:r>{mark_words}" if mark else ""
        later = paragraph("LetterRunningHead", words(head) + aside + words("\nPage ") + field)
        number.clear()
    for header, content in ((section.header, later), (section.first_page_header, marked)):
        if content:
            header._element[:] = list(parse_xml(f"<w:hdr {NAMESPACES}>{content}</w:hdr>"))

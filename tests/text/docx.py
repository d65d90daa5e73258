"""Small Word files, made part by part, good and bad."""

import zipfile
from html import escape
from io import BytesIO

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"

RELS = f'<Relationships xmlns="{PACKAGE}/relationships">%s</Relationships>'
ROOT = RELS % f'<Relationship Id="r1" Type="{R}/officeDocument" Target="word/document.xml"/>'
TYPES = (
    f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{TYPE}"/></Types>'
)


def run(text: str, properties: str = "") -> str:
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n"))
    return f"<w:r><w:rPr>{properties}</w:rPr>{lines}</w:r>"


def paragraph(*parts: str, properties: str = "") -> str:
    """A paragraph of runs; plain words become a run."""
    runs = "".join(part if part.startswith("<") else run(part) for part in parts)
    return f"<w:p><w:pPr>{properties}</w:pPr>{runs}</w:p>"


def call(number: int) -> str:
    return f'<w:r><w:footnoteReference w:id="{number}"/></w:r>'


def table(*rows) -> str:
    cells = ["".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows]
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


def part(root: str, body: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><w:{root} xmlns:w="{W}" xmlns:r="{R}">{body}</w:{root}>'


def footnotes(*notes: str) -> str:
    listed = "".join(f'<w:footnote w:id="{number}">{note}</w:footnote>' for number, note in enumerate(notes, 1))
    return part("footnotes", listed)


def parts(*body: str, relationships: str = "", notes: tuple[str, ...] = ()) -> dict[str, str | bytes]:
    files = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": ROOT,
        "word/document.xml": part("document", f"<w:body>{''.join(body)}</w:body>"),
        "word/_rels/document.xml.rels": RELS % relationships,
    }
    return {**files, "word/footnotes.xml": footnotes(*notes)} if notes else files


def zipped(files: dict[str, str | bytes], compression=zipfile.ZIP_DEFLATED) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as package:
        for name, content in files.items():
            package.writestr(name, content)
    return packed.getvalue()


def docx(*body: str, **more) -> bytes:
    return zipped(parts(*body, **more))


LETTER = (
    paragraph("March 3, 2026"),
    paragraph("The Honorable Sam Reed\nSecretary\nDepartment of Boats\nWashington, DC 20001"),
    paragraph("Dear Secretary Reed:"),
    paragraph("We ask for boats."),
    paragraph("Sincerely,"),
    paragraph("Ada Lovelock\nMember of Congress"),
)

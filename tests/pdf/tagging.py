"""The tags of a PDF as a tree of our own, with the text that each of them holds."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium


@dataclass
class Tag:
    """content: (page, number) of each piece that is marked as this tag's own. within: the names of the tags around it."""

    name: str
    element: pikepdf.Dictionary
    within: tuple[str, ...]
    content: list[tuple[int, int]] = field(default_factory=list)
    kids: list["Tag"] = field(default_factory=list)
    annotations: list[pikepdf.Dictionary] = field(default_factory=list)

    def all(self) -> Iterator["Tag"]:
        yield self
        for kid in self.kids:
            yield from kid.all()

    def named(self, name: str) -> list["Tag"]:
        return [tag for tag in self.all() if tag.name == name]

    def pieces(self) -> list[tuple[int, int]]:
        return [piece for tag in self.all() for piece in tag.content]


class Tagged:
    """A PDF opened for its tags."""

    def __init__(self, pdf: bytes):
        self.pdf = pikepdf.open(BytesIO(pdf))
        self.root = self.pdf.Root.StructTreeRoot
        self.pages = [page.obj.objgen for page in self.pdf.pages]
        (top,) = self.root.K
        self.top = self.tag(top, ())
        self.texts = dict(texts(pdf))

    def tag(self, element, within) -> Tag:
        name = str(element.S)[1:]
        found = Tag(name, element, within)
        for kid in element.get("/K", []):
            if not isinstance(kid, pikepdf.Dictionary):
                found.content.append((self.pages.index(element.Pg.objgen), int(kid)))
            elif "/S" in kid:
                assert kid.P.objgen == element.objgen
                found.kids.append(self.tag(kid, (*within, name)))
            else:
                found.annotations.append(kid.Obj)
        return found

    def said(self, tag: Tag) -> str:
        """Its text in the order of reading."""
        return "".join(self.texts.get(piece, "") for piece in tag.pieces())

    def parents(self) -> dict[int, list | pikepdf.Dictionary]:
        numbers = list(self.root.ParentTree.Nums)
        return {int(number): parent for number, parent in zip(numbers[::2], numbers[1::2], strict=True)}


def texts(pdf: bytes) -> Iterator[tuple[tuple[int, int], str]]:
    """The text of each marked piece of content."""
    document = pypdfium2.PdfDocument(pdf)
    for number, page in enumerate(document):
        found: dict[int, str] = {}
        reader = page.get_textpage()
        for thing in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
            mark = pdfium.FPDFPageObj_GetMarkedContentID(thing.raw)
            found[mark] = found.get(mark, "") + text_of(thing, reader)
        reader.close()
        yield from (((number, mark), text) for mark, text in found.items() if mark >= 0)
    document.close()


def text_of(thing, reader) -> str:
    length = pdfium.FPDFTextObj_GetText(thing.raw, reader.raw, None, 0)
    buffer = (ctypes.c_ushort * (length // 2))()
    pdfium.FPDFTextObj_GetText(thing.raw, reader.raw, buffer, length)
    return bytes(buffer).decode("utf-16-le").rstrip("\0")


def marks(page) -> Iterator[tuple[str, str, int | None]]:
    """For each piece that the page paints: how, the tag it is marked with (empty without one), and the number it has there."""
    stack = []
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name in ("BDC", "BMC"):
            number = operands[1].get("/MCID") if name == "BDC" else None
            stack.append((str(operands[0])[1:], None if number is None else int(number)))
        elif name == "EMC":
            stack.pop()
        elif name in ("Tj", "TJ", "Do", "sh", "f", "f*", "S", "s", "B", "b", "BI"):
            yield name, *(stack[-1] if stack else ("", None))

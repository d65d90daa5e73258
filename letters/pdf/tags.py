"""The tags of a PDF put right after WeasyPrint has laid them: what a screen reader is told of the letter.

WeasyPrint tags notes as spans, addresses and names as nothing, lists within lists beside their items, and leaves page numbers
hanging between text and decoration. A tag is found by the box it was made for: both trees hold the same pieces of text and
pictures in the same order. Importing this module needs Pango.
"""

from collections.abc import Iterator

import pydyf
from weasyprint import Document
from weasyprint.formatting_structure.boxes import Box, FootnoteAreaBox, MarginBox, ParentBox, ReplacedBox, TextBox
from weasyprint.layout.absolute import AbsolutePlaceholder

POINTS = 0.75  # in a pixel of the layout
# Standing by themselves they say nothing; with text in them they are paragraphs.
VAGUE = ("/NonStruct", "/Div")
BLOCKS = ("/NonStruct", "/Div", "/Part", "/BlockQuote")
NUMBERING = {
    "decimal": "/Decimal",
    **{f"{case}-{kind}": f"/{case.title()}{kind.title()}" for case in ("lower", "upper") for kind in ("alpha", "roman")},
}
INLINE = ("/Span", "/Link", "/Reference")


def put_right(document: Document, pdf: pydyf.PDF):
    Tags(document, pdf).put_right()


class Tags:
    """The structure tree of one PDF. An element is a dictionary with the name of its tag, S, and its kids, K."""

    def __init__(self, document: Document, pdf: pydyf.PDF):
        self.document, self.pdf = document, pdf
        root = self.at(pdf.catalog["StructTreeRoot"])
        self.top = self.at(root["K"][0])
        self.parents = self.at(root["ParentTree"])["Nums"]
        self.notes = 0

    def at(self, reference: bytes):
        return self.pdf.objects[int(reference.split()[0])]

    def parent(self, element):
        return self.at(element["P"])

    def kids(self, element) -> list:
        """Without the marked contents, which are numbers, and the references to annotations, which have no kids."""
        found = (self.at(kid) for kid in element["K"] if not isinstance(kid, int))
        return [kid for kid in found if "K" in kid]

    def put_right(self):
        pieces = list(self.pieces(self.top))
        boxes = [box for page in self.document.pages for box in contents(page._page_box)]
        self.name_notes(pieces, boxes)
        self.name_numbering(pieces, boxes)
        self.drop_empty(self.top)
        self.give_items_bodies(self.top)
        self.name_paragraphs(self.top)
        self.join_links(self.top)
        self.place_figures()
        self.set_apart_margins({element.number for element, _ in pieces})

    def pieces(self, element) -> Iterator[tuple[pydyf.Dictionary, int]]:
        """Each element that holds content of a page, with the number of that content, in reading order."""
        for kid in element["K"]:
            if isinstance(kid, int):
                yield element, kid
            elif "K" in (inner := self.at(kid)):
                yield from self.pieces(inner)

    def name_notes(self, pieces, boxes):
        """Calls become References, notes Notes with an ID each, and their numbers Lbls."""
        for (element, _), (box, in_notes) in zip(pieces, boxes, strict=True):
            if box.element_tag.endswith("::footnote-call"):
                self.parent(element)["S"] = "/Reference"
            elif box.element_tag.endswith("::footnote-marker"):
                self.parent(element)["S"] = "/Lbl"
            if in_notes:
                self.name_note(element)

    def name_note(self, element):
        """The page's notes are one child of the top, each note one of theirs."""
        note, area = element, self.parent(element)
        while self.parent(area) is not self.top:
            note, area = area, self.parent(area)
        if note["S"] != "/Note":
            self.notes += 1
            note.update(S="/Note", ID=pydyf.String(f"note-{self.notes}"))

    def name_numbering(self, pieces, boxes):
        for (element, _), (box, _) in zip(pieces, boxes, strict=True):
            if box.element_tag == "li::marker":
                kind = NUMBERING.get(str(box.style["list_style_type"]), "/Disc")
                whole = self.parent(self.parent(self.parent(element)))  # of the text, its label and its item
                whole["A"] = pydyf.Dictionary({"O": "/List", "ListNumbering": kind})

    def give_items_bodies(self, element):
        """An item is its label and one body, and a list within a list is part of the item before it."""
        for kid in self.kids(element):
            self.give_items_bodies(kid)
        if element["S"] == "/LI":
            self.give_body(element)
        owner, inner = None, {}
        for kid in self.kids(element):
            if kid["S"] == "/LI":
                owner = kid
            elif kid["S"] == "/L" and owner:
                inner[kid.reference] = owner
        element["K"] = pydyf.Array([kid for kid in element["K"] if kid not in inner])
        for kid, owner in inner.items():
            self.adopt(self.at(owner["K"][-1]), [kid])

    def give_body(self, item):
        label, rest = [], []
        for kid in self.kids(item):
            (label if kid["S"] == "/Lbl" else rest).append(kid)
        body = next((kid for kid in rest if kid["S"] == "/LBody"), None)
        if body is None:
            body = pydyf.Dictionary({"Type": "/StructElem", "S": "/LBody", "Pg": item["Pg"], "P": item.reference})
            self.pdf.add_object(body)
        whole = [one for kid in rest for one in (kid["K"] if kid["S"] == "/LBody" else [kid.reference])]
        body["K"] = pydyf.Array()
        self.adopt(body, whole)
        item["K"] = pydyf.Array([kid.reference for kid in [*label, body]])

    def adopt(self, element, kids: list[bytes]):
        element["K"].extend(kids)
        for kid in kids:
            self.at(kid)["P"] = element.reference

    def drop_empty(self, element):
        """Elements without content, as line breaks are."""
        for kid in self.kids(element):
            self.drop_empty(kid)
        self.remove(element, [kid for kid in self.kids(element) if not kid["K"]])

    def remove(self, element, kids: list[pydyf.Dictionary]):
        gone = {kid.reference for kid in kids}
        element["K"] = pydyf.Array([kid for kid in element["K"] if kid not in gone])
        for kid in kids:
            kid.clear()

    def name_paragraphs(self, block):
        for kid in self.kids(block):
            if kid["S"] in VAGUE and any(inner["S"] in INLINE for inner in self.kids(kid)):
                kid["S"] = "/P"
            elif kid["S"] in BLOCKS:
                self.name_paragraphs(kid)
            if kid["S"] == "/P":
                self.unwrap(kid)

    def unwrap(self, paragraph):
        """What a page break was put into was parted into paragraphs within a paragraph."""
        if any(kid["S"] == "/P" for kid in self.kids(paragraph)):
            kids, paragraph["K"] = self.kids(paragraph), pydyf.Array()
            for kid in kids:
                self.adopt(paragraph, kid["K"] if kid["S"] == "/P" else [kid.reference])

    def join_links(self, element):
        """A link that goes on in the next line is one link."""
        before, joined = None, []
        for kid in self.kids(element):
            if kid["S"] != "/Link":
                before = None
                self.join_links(kid)
            elif before and self.target(kid) == self.target(before):
                self.take_in(before, kid)
                joined.append(kid)
            else:
                before = kid
        self.remove(element, joined)

    def target(self, link) -> str | None:
        """Where it leads."""
        annotation = self.annotation(link)
        return annotation and annotation["A"]["URI"].string

    def annotation(self, link):
        references = [self.at(kid) for kid in link["K"] if not isinstance(kid, int)]
        return next((self.at(found["Obj"]) for found in references if found["Type"] == "/OBJR"), None)

    def take_in(self, link, other):
        page = self.pdf.page_references.index(other["Pg"])
        for kid in other["K"]:
            if isinstance(kid, int):
                self.parents[2 * page + 1][kid] = link.reference
            elif self.at(kid)["Type"] == "/OBJR":
                self.parents[2 * self.at(self.at(kid)["Obj"])["StructParent"] + 1] = link.reference
            else:
                self.at(kid)["P"] = link.reference
        link["K"].extend(other["K"])

    def place_figures(self):
        """In points from the lower left corner of the page, where WeasyPrint writes pixels from the upper left one."""
        for figure in self.elements("/Figure"):
            left, top, right, bottom = (POINTS * pixels for pixels in figure["A"]["BBox"])
            height = self.at(figure["Pg"])["MediaBox"][3]
            figure["A"]["BBox"] = pydyf.Array([left, height - bottom, right, height - top])

    def elements(self, name) -> list[pydyf.Dictionary]:
        return [found for found in self.pdf.objects if isinstance(found, dict) and found.get("S") == name]

    def set_apart_margins(self, in_tree: set[int]):
        """Page numbers and the draft mark belong to no element of the tree: they are decoration, and said to be so."""
        for page, content in enumerate(self.parents[1::2]):
            if not isinstance(content, list):
                return  # from here on: annotations
            loose = {mcid for mcid, parent in enumerate(content) if self.at(parent).number not in in_tree}
            for mcid in loose:
                self.at(content[mcid]).clear()
                content[mcid] = b"null"
            if loose:
                self.mark_as_artifacts(self.at(self.pdf.page_references[page]), loose)

    def mark_as_artifacts(self, page, loose: set[int]):
        drawn = self.at(page["Contents"]).stream
        for place, item in enumerate(drawn):
            if isinstance(item, dict) and item.get("MCID") in loose:
                drawn[place - 1 : place + 1] = "/Artifact", pydyf.Dictionary({"Type": "/Pagination"})


def contents(box, in_notes=False) -> Iterator[tuple[Box, bool]]:
    """The boxes of a page that get a tag of their own, in the order in which WeasyPrint tags them; whether among the notes."""
    for child in box.children:
        if isinstance(child, AbsolutePlaceholder):  # the marker of a list item
            child = child._box
        if isinstance(child, TextBox | ReplacedBox):
            yield child, in_notes
        elif isinstance(child, ParentBox) and not isinstance(child, MarginBox):
            yield from contents(child, in_notes or isinstance(child, FootnoteAreaBox))

"""The parts of a Word file settled and made plain: a new package that holds the text, its notes and its links alone."""

import re
import zipfile
from io import BytesIO

from lxml import etree

from .styled import mark
from .word_changes import settle
from .word_notes import settle_notes
from .word_numbers import Numbering
from .word_paragraphs import Paragraphs
from .word_plain import Plain, unwrapped
from .word_styles import Styles
from .word_xml import R, name, parsed, quoted, w, words

_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_READ = ("document", "footnotes", "endnotes", "hdr", "ftr", "comments", "numbering", "styles", "settings")
_TYPES = (
    f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_MAIN}"/></Types>'
)


def plain_package(parts: dict[str, bytes], roots: dict[str, str], choice: str, doubts: list[str]) -> tuple[BytesIO, Plain]:
    """(package of plain parts, what was found) from checked parts and their roots' names; Unsettled without a choice."""
    trees = _trees(parts, roots)
    for kind in ("document", "footnotes", "endnotes", "hdr", "ftr"):
        for root in trees.get(kind, {}).values():
            unwrapped(root, doubts if kind not in ("hdr", "ftr") else [])
    listed = {kind: list(found.values()) for kind, found in trees.items()}
    doubts += settle(listed, choice)
    settle_notes(listed, doubts)
    _say_margins(listed, doubts)
    styles = Styles(next(iter(listed.get("styles", [])), None))
    lists = next(iter(listed.get("numbering", [])), None)
    plain = Plain(Paragraphs(styles, Numbering(lists, styles), doubts), doubts)
    for root in listed.get("document", [])[:1]:
        plain.places = mark(root, styles, Numbering(lists, styles))
    for kind in ("document", "footnotes", "endnotes"):
        for part, root in trees.get(kind, {}).items():
            plain.make(root, _targets(parts, part))
    return _packed(listed), plain


def _trees(parts: dict[str, bytes], roots: dict[str, str]) -> dict[str, dict]:
    """Root's name → part's name → tree, for what has a say in the letter."""
    trees: dict[str, dict] = {}
    for part, kind in roots.items():
        if kind in _READ and not part.startswith("word/glossary/"):
            trees.setdefault(kind, {})[part] = parsed(parts[part])
    return trees


def _targets(parts: dict[str, bytes], part: str) -> dict[str, str]:
    folder, _, last = part.rpartition("/")
    content = parts.get(f"{folder}/_rels/{last}.rels".lstrip("/"))
    listed = [] if content is None else parsed(content)
    return {each.get("Id", ""): each.get("Target", "") for each in listed if each.get("Type", "").endswith("/hyperlink")}


def _say_margins(listed: dict, doubts: list[str]) -> None:
    for kind, place in (("hdr", "header"), ("ftr", "footer")):
        for root in listed.get(kind, []):
            text = words(root)
            drawn = " ".join(element.get("string", "") for element in root.iter() if name(element) == "v:textpath")
            text = f"{text} {drawn}".strip()
            if re.search(r"[^\W\d_]", text):
                doubts.append(f"The page {place} {quoted(text)} was left out.")
            if any(name(element).rpartition(":")[2] in ("blip", "imagedata") for element in root.iter()):
                doubts.append(f"A picture in the page {place} was left out.")


def _packed(listed: dict) -> BytesIO:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        package.writestr("[Content_Types].xml", _TYPES)
        package.writestr("_rels/.rels", _relationships([("officeDocument", "word/document.xml")]))
        for kind in ("document", "footnotes", "endnotes"):
            for root in listed.get(kind, [])[:1]:
                package.writestr(f"word/_rels/{kind}.xml.rels", _relationships(_links(root)))
                package.writestr(f"word/{kind}.xml", etree.tostring(root))
    packed.seek(0)
    return packed


def _links(root) -> list[tuple[str, str]]:
    """The addresses of the links, which get their place in the list as their relationship."""
    links = []
    for link in root.iter(w("hyperlink")):
        links.append(("hyperlink", link.get(f"{{{R}}}id")))
        link.set(f"{{{R}}}id", f"r{len(links)}")
    return links


def _relationships(listed: list[tuple[str, str]]) -> bytes:
    root = etree.Element("Relationships", xmlns=f"{_PACKAGE}/relationships")
    for number, (kind, target) in enumerate(listed, 1):
        etree.SubElement(root, "Relationship", Id=f"r{number}", Type=f"{R}/{kind}", Target=target)
    return etree.tostring(root)

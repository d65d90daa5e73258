"""The parts of a Word file settled and made plain: a new package that holds the text, its notes and its links alone."""

import posixpath
import re
import zipfile
from io import BytesIO

from lxml import etree

from .changes import settle
from .notes import settle_notes
from .numbers import Numbering
from .paragraphs import Paragraphs
from .plain import Plain, unwrapped
from .styled import mark
from .styles import Styles
from .xml import R, name, parsed, quoted, w, words

_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_TYPES = (
    f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_MAIN}"/></Types>'
)


def plain_package(parts: dict[str, bytes], roots: dict[str, str], choice: str, doubts: list[str]) -> tuple[BytesIO, Plain]:
    """(package of plain parts, what was found) from checked parts and their roots' names; Unsettled without a choice."""
    names = _named(parts, roots)
    listed = {kind: [parsed(parts[part]) for part in found] for kind, found in names.items()}
    for kind in ("document", "footnotes", "endnotes", "hdr", "ftr"):
        for root in listed[kind]:
            unwrapped(root, doubts if kind not in ("hdr", "ftr") else [])
    doubts += settle(listed, choice)
    settle_notes(listed, doubts)
    _say_margins(listed, doubts)
    styles = Styles(next(iter(listed["styles"]), None))
    lists = next(iter(listed["numbering"]), None)
    plain = Plain(Paragraphs(styles, Numbering(lists, styles), doubts), doubts)
    plain.places = mark(listed["document"][0], styles, Numbering(lists, styles))
    for kind in ("document", "footnotes", "endnotes"):
        for part, root in zip(names[kind], listed[kind], strict=True):
            plain.make(root, _targets(parts, part))
    return _packed(listed), plain


def _named(parts: dict[str, bytes], roots: dict[str, str]) -> dict[str, list[str]]:
    """Kind of part → the names of those that belong to the letter: one each, but all headers, footers and comments."""
    main = next(iter(_related(parts, "", "officeDocument")), "word/document.xml")
    if roots.get(main) != "document":
        main = next(part for part, root in roots.items() if root == "document")
    named = {kind: [part for part, root in roots.items() if root == kind] for kind in ("hdr", "ftr", "comments")}
    named["document"] = [main]
    for kind in ("footnotes", "endnotes", "numbering", "styles", "settings"):
        likely = [*_related(parts, main, kind), f"{posixpath.dirname(main)}/{kind}.xml".lstrip("/"), f"word/{kind}.xml"]
        named[kind] = [part for part in likely if roots.get(part) == kind][:1]
    return named


def _relations(parts: dict[str, bytes], part: str) -> list:
    folder, last = posixpath.split(part)
    content = parts.get(posixpath.join(folder, "_rels", f"{last}.rels"))
    return [] if content is None else list(parsed(content))


def _related(parts: dict[str, bytes], part: str, kind: str) -> list[str]:
    """The names of the parts that a part points to as a kind, such as "footnotes"."""
    targets = [each.get("Target", "") for each in _relations(parts, part) if each.get("Type", "").endswith(f"/{kind}")]
    return [posixpath.normpath(posixpath.join("/", posixpath.dirname(part), target)).lstrip("/") for target in targets]


def _targets(parts: dict[str, bytes], part: str) -> dict[str, str]:
    links = [each for each in _relations(parts, part) if each.get("Type", "").endswith("/hyperlink")]
    return {each.get("Id", ""): each.get("Target", "") for each in links}


def _say_margins(listed: dict, doubts: list[str]) -> None:
    for kind, place in (("hdr", "header"), ("ftr", "footer")):
        for root in listed[kind]:
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
            for root in listed[kind]:
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

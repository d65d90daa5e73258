"""The XML of a Word file's parts: short names, properties, words, and the few moves that its readers share."""

import re

from lxml import etree

from ..characters import TextError

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
PREFIXES = {
    W: "w",
    R: "r",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
    MC: "mc",
    "http://schemas.openxmlformats.org/drawingml/2006/main": "a",
    "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing": "wp",
    "urn:schemas-microsoft-com:vml": "v",
    "http://schemas.microsoft.com/office/word/2010/wordml": "w14",
}
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(officeDocument|wordprocessingml|drawingml)/(\w+)")
_SPACED = {"w:p", "w:br", "w:cr", "w:tab", "w:ptab", "w:tc"}
_WORDS = {"w:t", "w:delText", "m:t", "a:t"}


def parsed(content: bytes):
    """The root of a part whose XML was found safe; the strict format becomes the common one."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(content, parser)
        if any(uri.startswith("http://purl.oclc.org/ooxml/") for uri in root.nsmap.values()):
            root = etree.fromstring(_STRICT.sub(rb"http://schemas.openxmlformats.org/\1/2006/\2", etree.tostring(root)), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise TextError("The file is damaged. Open it in Word, save it as a new .docx and choose it again.") from error
    return root


def w(name: str) -> str:
    return f"{{{W}}}{name}"


def name(element) -> str:
    """ "w:p" and the like; the bare name in a space that is not known."""
    space, _, local = element.tag[1:].rpartition("}")
    prefix = PREFIXES.get(space, "")
    return f"{prefix}:{local}" if prefix else local


def value(element, attribute: str = "val") -> str:
    return "" if element is None else element.get(w(attribute), "")


def child(element, *names: str):
    """The descendant at the end of a path of names in Word's space, or None."""
    for step in names:
        element = None if element is None else element.find(w(step))
    return element


def number(text: str, default: int = 0) -> int:
    """A whole number of at most nine digits."""
    return int(text) if re.fullmatch(r"-?[0-9]{1,9}", text) else default


def is_on(element) -> bool:
    return element is not None and value(element) not in ("0", "false", "none", "off")


def make(tag: str, text: str = "", **attributes: str):
    element = etree.Element(w(tag), {w(key): given for key, given in attributes.items()})
    element.text = text or None
    return element


def remove(element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def unwrap(element) -> None:
    """Its children take its place."""
    for inner in list(element):
        element.addprevious(inner)
    remove(element)


def words(element) -> str:
    """All words in it, shown or deleted, on one line; field codes are no words."""
    parts = []
    for inner in element.iter():
        called = name(inner)
        if called in _WORDS:
            parts.append(inner.text or "")
        elif called in _SPACED:
            parts.append(" ")
        elif called == "w:noBreakHyphen":
            parts.append("-")
    return " ".join("".join(parts).split())


def quoted(text: str, limit: int = 40) -> str:
    """The words between quotation marks; how many more there are, if there are more than the limit."""
    listed = text.split()
    more = f" (and {len(listed) - limit} more words)" if len(listed) > limit else ""
    shown = " ".join(listed[:limit])
    return f"“{shown[:1000]}”{more}"

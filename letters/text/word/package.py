"""A Word file as a package: refused when it is no plain .docx, and read once for what the import must say."""

import re
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass
from io import BytesIO
from xml.parsers import expat

from ..characters import TextError
from ..html import MAX_CHARACTERS

MAX_FILE = 10 * 1024 * 1024
MAX_UNZIPPED = 50 * 1024 * 1024
MAX_ENTRIES = 2000
MAX_RATIO = 200
MAX_XML = 12 * 1024 * 1024
MAX_ELEMENTS = 80_000
MAX_DEPTH = 60
MAX_NAMESPACES = 200

_DAMAGED = "The file is damaged or is no Word file. Open it in Word, save it as .docx and choose it again."
_OTHER_KINDS = (
    (b"", "The file is empty. Choose the letter's .docx file."),
    (
        b"\xd0\xcf\x11\xe0",
        "The file is an old .doc or is locked with a password. Open it in Word, take the password off and save it as .docx.",
    ),
    (b"%PDF", "The file is a PDF. Choose the letter's .docx, or the text of the PDF as a .txt file."),
    (b"{\\rtf", "The file is in Rich Text Format. Open it in Word and save it as .docx."),
)


@dataclass
class Package:
    """The XML parts of a Word file; `roots`: the root's name of each; `doubts`: what was left out."""

    parts: dict[str, bytes]
    roots: dict[str, str]
    doubts: list[str]


def open_docx(data: bytes) -> Package:
    """The parts of a .docx that are safe to read; TextError for a file that must not be read."""
    parts = _unzipped(data)
    if any(name.lower().endswith(("vbaproject.bin", "vbadata.xml")) for name in parts):
        raise TextError("The file holds macros. Save it in Word as .docx (without macros) and choose it again.")
    xml = {name: content for name, content in parts.items() if _is_xml(name, content)}
    if sum(map(len, xml.values())) > MAX_XML:
        raise TextError("The text in the file is too large for a letter. Take out what does not belong to it.")
    doubts: list[str] = []
    scans = {name: _Scan(name).read(content) for name, content in xml.items()}
    _refuse_other_documents(xml, scans)
    for scan in scans.values():
        _refuse_relationships(scan.relationships, doubts)
    if any(re.match(r"word/(embeddings|activeX)/", name) for name in parts):
        doubts.append("An embedded object (such as a sheet or a chart) was left out.")
    return Package(xml, {name: scan.root for name, scan in scans.items()}, doubts)


# --- the zip


def _unzipped(data: bytes) -> dict[str, bytes]:
    for magic, sentence in _OTHER_KINDS:
        if data.startswith(magic) if magic else not data:
            raise TextError(sentence)
    if len(data) > MAX_FILE:
        raise TextError(f"The file has {len(data) / 2**20:.1f} MB; the limit is 10 MB. Take out pictures and save it again.")
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            entries = package.infolist()
            _refuse_entries(entries)
            return _contents(package, entries)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        if isinstance(error, TextError):
            raise
        raise TextError(_DAMAGED) from None


def _refuse_entries(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_ENTRIES:
        raise TextError(
            f"The file has {len(entries):,} parts; the limit is {MAX_ENTRIES:,}. Save the letter in Word as a new .docx."
        )
    names = Counter(entry.filename for entry in entries)
    for entry in entries:
        name = entry.orig_filename
        if entry.flag_bits & 0x1:
            raise TextError("The file is encrypted. Take the password off in Word and save it again.")
        if name.startswith("/") or "\\" in name or ":" in name or "\0" in name or ".." in name.split("/") or names[name] > 1:
            raise TextError(
                f"The file names a part that no Word file has (“{name[:60]}”). Save the letter in Word as a new .docx."
            )
        if entry.file_size > 1_000_000 and entry.file_size > MAX_RATIO * max(1, entry.compress_size):
            raise _too_large()


def _too_large() -> TextError:
    return TextError("The file unpacks to far more than a letter needs (limit 50 MB). Save the letter in Word as a new .docx.")


def _contents(package: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> dict[str, bytes]:
    """Every part, counted while it inflates: what the directory says of its size is not believed."""
    contents, total = {}, 0
    for entry in entries:
        chunks = []
        with package.open(entry) as part:
            while chunk := part.read(65_536):
                total += len(chunk)
                if total > MAX_UNZIPPED:
                    raise _too_large()
                chunks.append(chunk)
        contents[entry.filename] = b"".join(chunks)
    return contents


def _is_xml(name: str, content: bytes) -> bool:
    head = content[:400].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")
    return name.lower().endswith((".xml", ".rels", ".vml")) or head.startswith((b"<?xml", b"<!", b"<\x00?"))


# --- the XML

_WORD = ("http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://purl.oclc.org/ooxml/wordprocessingml/main")
_CODES = ("instrText", "delInstrText")
_TEXTS = ("t", "delText", *_CODES)
_FETCHED_FIELDS = re.compile(r"\s*(INCLUDEPICTURE|INCLUDETEXT|DDEAUTO|DDE|LINK|IMPORT)\b", re.I)


class _Scan:
    """One pass over a part: no DOCTYPE, not too deep, not too large; and what it points to."""

    def __init__(self, name: str):
        self.name = name
        self.root = ""
        self.relationships: list[dict[str, str]] = []
        self.content_types: set[str] = set()
        self.fields: list[str] = []
        self._depth = self._elements = self._characters = 0
        self._namespaces: set[str] = set()
        self._in_text = ""

    def read(self, content: bytes) -> "_Scan":
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.StartNamespaceDeclHandler = self._namespace
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        try:
            parser.Parse(content, True)
        except (expat.ExpatError, LookupError, UnicodeError, ValueError) as error:
            if isinstance(error, TextError):
                raise
            raise TextError(_DAMAGED) from None
        return self

    def _doctype(self, *_) -> None:
        raise TextError(
            f"The part {self.name[:60]} holds a DOCTYPE, which no Word file has. Save the letter in Word as a new .docx."
        )

    def _namespace(self, _, uri: str) -> None:
        self._namespaces.add(uri)
        if len(self._namespaces) > MAX_NAMESPACES:
            raise TextError(
                "The file names far more kinds of content than a letter has. Copy the letter's text into a new .docx."
            )

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > MAX_DEPTH:
            raise TextError("The file is nested too deeply (tables in tables, or the like). Use simple paragraphs and lists.")
        if self._elements > MAX_ELEMENTS:
            raise TextError("The file has far more pieces than a letter. Copy the letter's text into a new .docx.")
        space, _, name = tag.rpartition(" ")
        self.root = self.root or (name if space in _WORD or not space else f"{space} {name}")
        if name == "Relationship":
            self.relationships.append(attributes)
        elif name in ("Override", "Default"):
            self.content_types.add(attributes.get("ContentType", ""))
        elif space in _WORD and name in _TEXTS:
            self._in_text = name
            if name in _CODES:
                self.fields.append("")
        elif space in _WORD and name == "fldSimple":
            self.fields.append(attributes.get(f"{space} instr", ""))

    def _data(self, data: str) -> None:
        if not self._in_text:
            return
        self._characters += len(data)
        if self._characters > MAX_CHARACTERS:
            raise TextError(f"The text is longer than {MAX_CHARACTERS:,} characters, the limit for a letter. Shorten it.")
        if self._in_text in _CODES:
            self.fields[-1] += data

    def _end(self, tag: str) -> None:
        if self._in_text and tag.rpartition(" ")[2] == self._in_text:
            self._in_text = ""
        self._depth -= 1


# --- what is refused, and what is said


def _refuse_other_documents(xml: dict[str, bytes], scans: dict[str, _Scan]) -> None:
    kinds = {kind for scan in scans.values() for kind in scan.content_types}
    if any("macroEnabled" in kind for kind in kinds):
        raise TextError("The file holds macros. Save it in Word as .docx (without macros) and choose it again.")
    if any(scan.root.endswith("manifest") or name == "content.xml" for name, scan in scans.items()):
        raise TextError("The file is an OpenDocument file (.odt), not a .docx. Save it as .docx and choose it again.")
    if "[Content_Types].xml" not in xml or not any(scan.root == "document" for scan in scans.values()):
        raise TextError("The file is no Word letter (.docx): it has no document in it. Choose the letter's .docx file.")
    for scan in scans.values():
        if any(_FETCHED_FIELDS.match(instruction) for instruction in scan.fields):
            raise TextError(
                "The file has a field that loads a picture or text from elsewhere. Nothing is fetched: put it in or take it out."
            )


def _refuse_relationships(relationships: list[dict[str, str]], doubts: list[str]) -> None:
    for relationship in relationships:
        kind, target = relationship.get("Type", "").rpartition("/")[2], relationship.get("Target", "")
        if relationship.get("TargetMode", "").lower() != "external" or kind == "hyperlink":
            continue
        if kind == "attachedTemplate" and not re.match(r"(?:https?|ftp):", target, re.I):
            doubts.append("The file's link to a document template was left out.")
            continue
        what = "a picture" if kind == "image" else "something"
        raise TextError(
            f"The file points to {what} outside itself (“{target[:80]}”). Nothing is fetched: put it in or take it out."
        )

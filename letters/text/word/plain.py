"""A part of a Word file made plain: every word stands where the converter looks for it, and what goes is said."""

import re

from mammoth.docx.dingbats import dingbats

from .fields import flatten_fields
from .paragraphs import Paragraphs
from .styled import Place
from .xml import MC, R, child, is_on, make, name, quoted, remove, unwrap, value, w, words

_KEPT = {"w:body", "w:p", "w:r", "w:hyperlink", "w:tbl", "w:tr", "w:tc", "w:footnote", "w:endnote", "w:pPr", "w:rPr", "w:t"}
_KEPT |= {"w:br", "w:tab", "w:footnoteReference", "w:endnoteReference"}
_CALLS = ("footnoteReference", "endnoteReference")
# Code points that stand for nothing; ours mark the places of items and parts.
_NO_CHARACTERS = re.compile("[\ufdd0-\ufdef]")
_CONTENT = tuple(map(w, ("t", "p", "br", "tab", *_CALLS)))


def unwrapped(root, doubts: list[str]) -> None:
    """Content controls, smart tags and the like give way to what they hold; of two ways to draw one thing one stays."""
    for text in root.iter(w("t"), w("delText")):
        text.text = _NO_CHARACTERS.sub("", text.text or "")
    for choice in list(root.iter(f"{{{MC}}}AlternateContent")):
        _choose(choice, doubts)
    for control in list(root.iter(w("sdt"))):
        _open_control(control, doubts)
    for wrapper in list(root.iter(*map(w, ("smartTag", "customXml", "dir", "bdo")))):
        unwrap(wrapper)


def _choose(alternatives, doubts: list[str]) -> None:
    listed = list(alternatives)
    kept = next((each for each in listed if words(each)), listed[0] if listed else None)
    for other in listed:
        if words(other) not in (words(kept), ""):
            doubts.append(f"Another wording of the same place was left out: {quoted(words(other))}.")
        if other is not kept:
            remove(other)
    if kept is not None:
        unwrap(kept)
    unwrap(alternatives)


def _open_control(control, doubts: list[str]) -> None:
    properties, content = child(control, "sdtPr"), child(control, "sdtContent")
    text = words(control)
    if properties is not None and any(name(each) == "w14:checkbox" for each in properties):
        doubts.append(f"A check box ({text}) was left out.")
        remove(control)
        return
    if is_on(child(properties, "showingPlcHdr")) and text:
        doubts.append(f"The placeholder {quoted(text)} was taken as text. Replace it.")
    for each in list(control):
        unwrap(each) if each is content else remove(each)
    unwrap(control)


def _outside_properties(element):
    """The element and all in it; of properties only those of paragraphs and runs, and not what they hold."""
    yield element
    for inner in element if name(element) not in ("w:pPr", "w:rPr") else ():
        yield from _outside_properties(inner)


class Plain:
    """Makes the parts of one file plain. `doubts` are sentences; `boxes` are the words of its text boxes.

    `places` are those of `styled.mark`: the file is a letter of ours where there are any.
    """

    def __init__(self, paragraphs: Paragraphs, doubts: list[str]):
        self.paragraphs, self.doubts = paragraphs, doubts
        self.boxes: list[str] = []
        self.places: list[Place] = []
        self.targets: dict[str, str] = {}
        self._near = None  # the paragraph whose symbols were spoken of

    def make(self, root, targets: dict[str, str]) -> None:
        """Changes the part in place; `targets` are the addresses of its relationships."""
        self.targets = targets
        flatten_fields(root, self.doubts)
        self._lift_boxes(root)
        self._say_breaks(root)
        for element in list(_outside_properties(root)):
            self._simplify(element)
        for link in list(root.iter(w("hyperlink"))):
            self._link(link)
        for paragraph in list(root.iter(w("p"))):
            self.paragraphs.make(paragraph)

    def say(self, sentence: str) -> None:
        self.doubts.append(sentence)

    # --- what stands elsewhere

    def _lift_boxes(self, root) -> None:
        """The paragraphs of a text box stand after the paragraph that it was drawn in."""
        for box in reversed(list(root.iter(w("txbxContent")))):
            host = next((outer for outer in box.iterancestors() if outer.tag == w("p")), None)
            text = words(box)
            if text:
                self.boxes.insert(0, text)
            if host is None:
                continue
            for inner in reversed(list(box)):
                host.addnext(inner)

    def _say_breaks(self, root) -> None:
        kinds = {value(element, "type") for element in root.iter(w("br"))}
        if kinds & {"page", "column"} or any(is_on(element) for element in root.iter(w("pageBreakBefore"))):
            self.say("Page breaks were left out: the letter's pages are made anew.")
        if len(list(root.iter(w("sectPr")))) > 1:
            self.say("Section breaks were left out: the letter has one kind of page.")

    # --- elements

    def _simplify(self, element) -> None:
        called = name(element)
        if element.getparent() is None or called in _KEPT:
            if called == "w:br":
                element.attrib.clear()
            return
        handler = _HANDLERS.get(called)
        if handler:
            handler(self, element)
        elif next(element.iter(*_CONTENT), None) is not None:
            unwrap(element)
        else:
            remove(element)

    def _text(self, element, text: str) -> None:
        element.addprevious(make("t", text))
        remove(element)

    def _hyphen(self, element) -> None:
        self.say("Non-breaking hyphens became plain hyphens.")
        self._text(element, "-")

    def _symbol(self, element) -> None:
        font, code = value(element, "font"), value(element, "char")
        figure = int(code, 16) if re.fullmatch(r"[0-9A-Fa-f]{1,6}", code) else 0
        found = dingbats.get((font, figure)) or dingbats.get((font, figure & 0xFF))
        if found is None and 0x20 < figure < 0xD800:
            found = figure
        if found is None:
            self._say_symbol(element.getparent().getparent())
            remove(element)
        else:
            self._text(element, chr(found))

    def _say_symbol(self, paragraph) -> None:
        """Once for a paragraph: its words are looked up each time, and there may be thousands of symbols in it."""
        if paragraph is not self._near:
            self._near = paragraph
            self.say(f"A symbol without a public code was left out near {quoted(words(paragraph), 12)}.")

    def _formula(self, element) -> None:
        text = words(element)
        self.say(f"A formula became plain text: “{text}”. Check it.")
        run = make("r")
        run.append(make("t", text))
        element.addprevious(run)
        remove(element)

    def _drawing(self, element) -> None:
        """A picture, chart or drawn words, left out with what it was called; its text boxes were lifted before."""
        titles = [part.get("descr") or part.get("title") or part.get("alt") or "" for part in element.iter()]
        title = next((f" ({quoted(text)})" for text in titles if text.strip()), "")
        kinds = {name(part).rpartition(":")[2] for part in element.iter()}
        drawn = " ".join(part.get("string", "") for part in element.iter() if name(part) == "v:textpath")
        if "OLEObject" in kinds:
            self.say("An embedded object (such as a sheet or a chart) was left out.")
        elif kinds & {"blip", "imagedata"}:
            self.say(f"A picture{title} was left out.")
        elif kinds & {"chart", "relIds"}:
            self.say(f"A drawing or chart{title} was left out.")
        drawn = f"{drawn} {words(element)}".strip()
        if drawn:
            self.say(f"Words in a drawing were left out: {quoted(drawn)}.")
        remove(element)

    def _inserted(self, element) -> None:
        self.say("A document inserted into the file was left out.")
        remove(element)

    def _stray(self, element) -> None:
        """Deleted words outside any tracked deletion: Word does not show them."""
        if (element.text or "").strip():
            self.say(f"Words marked as deleted were left out: {quoted(element.text)}.")
        remove(element)

    def _figure(self, element) -> None:
        self.say("A date or page number that Word fills in was left out.")
        remove(element)

    def _soft(self, element) -> None:
        self.say("Soft hyphens were taken out.")
        remove(element)

    # --- links

    def _link(self, link) -> None:
        """A link with its whole address as relationship; the words alone where it leads nowhere on the web."""
        given = link.get(f"{{{R}}}id", "")
        href = self.targets.get(given, given if ":" in given or given.startswith("#") else "")
        place = value(link, "anchor") or value(link, "docLocation")
        href = f"{href.partition('#')[0]}#{place}" if place else href
        text = words(link)
        if re.match(r"\s*(?:https?|mailto):", href, re.I) and text:
            link.attrib.clear()
            link.set(f"{{{R}}}id", href.strip())
            self._free_calls(link)
            return
        if href.startswith("#"):
            if text:
                self.say(f"A link to another place in the file was dropped; its words were kept: {quoted(text)}.")
        elif href:
            self.say(f"The link to “{href[:80]}” was dropped; its words were kept.")
        unwrap(link)

    def _free_calls(self, link) -> None:
        """A footnote that is called within a link is called right after it."""
        for call in reversed(list(link.iter(*map(w, _CALLS)))):
            run = make("r")
            link.addnext(run)
            run.append(call)


_HANDLERS = {
    "w:noBreakHyphen": Plain._hyphen,
    "w:softHyphen": Plain._soft,
    "w:sym": Plain._symbol,
    "w:cr": lambda plain, element: setattr(element, "tag", w("br")),
    "w:ptab": lambda plain, element: setattr(element, "tag", w("tab")),
    "w:delText": Plain._stray,
    "w:altChunk": Plain._inserted,
    **dict.fromkeys(("w:drawing", "w:pict", "w:object"), Plain._drawing),
    "m:oMath": Plain._formula,
    **dict.fromkeys(
        ("w:pgNum", "w:dayLong", "w:dayShort", "w:monthLong", "w:monthShort", "w:yearLong", "w:yearShort"), Plain._figure
    ),
}

"""Paragraphs and runs of a Word file with only what a letter keeps of their looks; what is dropped is said."""

from collections import defaultdict

from ..letter import is_closing
from .lists import mark
from .numbers import Item, Numbering
from .styles import TOGGLES, Indent, Look, Styles, indent, look
from .xml import child, make, quoted, remove, value, w, words

_STEP = 360  # twips: what stands further to the right than this is no part of an item
_WIDE, _LONG = 300, 60  # how far (twips) and how long (characters) a quotation is at least
_SAID = {
    "strike": "Words struck through were kept as plain text: {}. Delete them if they should go.",
    "subscript": "The subscript {} became plain text.",
    "caps": "{} is shown in capitals in Word; it came as it was typed.",
    "smallCaps": "{} is shown in small capitals in Word; it came as it was typed.",
    "highlight": "The highlight of {} was dropped.",
}


class Paragraphs:
    """`hidden`: words that Word does not show; `if_in_text`: (words, sentence) to say if the words end in the
    letter's body; `marks`: the same for items whose mark is another one in Word, by their list and level."""

    def __init__(self, styles: Styles, numbering: Numbering, doubts: list[str]):
        self.styles, self.numbering, self.doubts = styles, numbering, doubts
        self.hidden: list[str] = []
        self.if_in_text: list[tuple[str, str]] = []
        self.marks: dict[tuple[str, int], list[tuple[str, str]]] = defaultdict(list)
        self._last: tuple[Item, int] | None = None

    def make(self, paragraph) -> None:
        properties = child(paragraph, "pPr")
        style = value(child(properties, "pStyle"))
        kind = self.styles.kind(style)
        item = self.numbering.item(properties, style)
        place = self._indent(properties, style, item)
        align = value(child(properties, "jc")) or self.styles.alignment(style)
        if properties is not None:
            remove(properties)
        self._runs(paragraph, style, kind)
        text = words(paragraph)
        last, self._last = self._last, (item, place.left or 0) if item is not None else None
        if item is not None:
            self._numbered(paragraph, item, kind, text)
        elif kind in ("h2", "h3", "quote"):
            _style(paragraph, kind)
        elif last is not None and _goes_on(last[1], place.left or 0, kind, text):
            self._last = last
            paragraph.insert(0, _run(mark(Item("", last[0].level, "", 0, "", place))))
        else:
            self._say_place(place, align, text)

    def _indent(self, properties, style: str, item: Item | None) -> Indent:
        own, listed, styled = indent(properties), item.indent if item else Indent(), self.styles.indent(style)
        left = next((each.left for each in (own, listed, styled) if each.left is not None), 0)
        right = next((each.right for each in (own, listed, styled) if each.right is not None), 0)
        return Indent(left, right)

    def _say_place(self, place: Indent, align: str, text: str) -> None:
        if (place.left or 0) >= _WIDE and len(text) >= _LONG:
            self.if_in_text.append((text, f"An indented paragraph became a plain one: {quoted(text, 12)}. Is it a quotation?"))
        elif align in ("center", "right", "end") and text:
            side = "was centred" if align == "center" else "stood at the right margin"
            self.if_in_text.append((text, f"A paragraph that {side} stands at the left margin now: {quoted(text, 12)}."))

    def _numbered(self, paragraph, item: Item, kind: str, text: str) -> None:
        if kind in ("h2", "h3"):
            if item.shown and text:
                paragraph.insert(0, _run(f"{item.shown.strip()} "))
                self.doubts.append(f"The number “{item.shown.strip()}” of the heading {quoted(text, 12)} is typed words now.")
            _style(paragraph, kind)
            return
        if item.differs and text:
            sentence = f"The item {quoted(text, 12)} is marked “{item.shown.strip()}” in Word and “{item.mark}” here"
            self.marks[item.listing, item.level].append((text, sentence))
        paragraph.insert(0, _run(mark(item)))

    # --- runs

    def _runs(self, paragraph, style: str, kind: str) -> None:
        styled = Look() if kind else self.styles.look(style)
        said = defaultdict(list)
        for run in paragraph.iter(w("r")):
            self._run(run, styled, said)
        self.hidden += said.pop("vanish", [])
        for what, parts in said.items():
            text = " ".join("".join(parts).split())
            if text:
                self.doubts.append(_SAID[what].format(quoted(text)))

    def _run(self, run, styled: Look, said) -> None:
        properties = child(run, "rPr")
        if properties is not None:
            remove(properties)
        marks, text = self._look(properties, styled), "".join(part.text or "" for part in run.iter(w("t")))
        for what in marks & {"vanish", "highlight", "subscript", "caps", "smallCaps", "strike"}:
            if what not in ("caps", "smallCaps") or text != text.upper():
                said[what].append(text)
        kept = make("rPr")
        kept.extend(make(what) for what in ("b", "i") if what in marks)
        if "u" in marks:
            kept.append(make("u", val="single"))
        if "superscript" in marks:
            kept.append(make("vertAlign", val="superscript"))
        if len(kept):
            run.insert(0, kept)

    def _look(self, properties, styled: Look) -> set[str]:
        own, by_style = look(properties), self.styles.look(value(child(properties, "rStyle")))
        marks = {each for each in TOGGLES if own.on.get(each, by_style.on.get(each, False) != styled.on.get(each, False))}
        other = {**styled.other, **by_style.other, **own.other}
        if other.get("u", "none") not in ("none", "0", "false", ""):
            marks.add("u")
        if other.get("highlight", "none") != "none":
            marks.add("highlight")
        return marks | {other.get("vertAlign", "")} | ({"strike"} if "dstrike" in marks else set())


def _goes_on(outer: int, left: int, kind: str, text: str) -> bool:
    """Whether a paragraph without a mark, right below an item that stands at `outer`, belongs to the item."""
    return bool(text) and not is_closing(text) and (kind == "continue" or 0 < outer <= left < outer + _STEP)


def _run(text: str):
    run, inner = make("r"), make("t", text)
    inner.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    run.append(inner)
    return run


def _style(paragraph, kind: str) -> None:
    properties = make("pPr")
    properties.append(make("pStyle", val=kind))
    paragraph.insert(0, properties)

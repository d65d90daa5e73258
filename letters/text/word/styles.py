"""What a Word file's styles say of paragraphs and words: headings, quotations, marks, indents, lists."""

import re
from dataclasses import dataclass, field
from functools import cache

from .xml import child, is_on, number, value, w

_QUOTES = {"quote", "intense quote", "block text", "quotations", "quotation", "block quote", "block quotation"}
# Names that say how a note, a link or a list looks everywhere; their underline or raised figures are not the writer's.
_LOOKS = {"hyperlink", "followedhyperlink", "internet link", "visited internet link"}
TOGGLES = ("b", "i", "caps", "smallCaps", "strike", "dstrike", "vanish")
_MAX_CHAIN = 12


@dataclass
class Indent:
    """In twentieths of a point; None where nothing is said."""

    left: int | None = None
    right: int | None = None


@dataclass
class Look:
    """`on`: toggles that the style sets or unsets; `other`: the raw values of u, vertAlign and highlight."""

    on: dict[str, bool] = field(default_factory=dict)
    other: dict[str, str] = field(default_factory=dict)


def look(properties) -> Look:
    """What run properties say themselves."""
    found = Look()
    for element in () if properties is None else properties:
        called = element.tag.rpartition("}")[2]
        if called in TOGGLES:
            found.on[called] = is_on(element)
        elif called in ("u", "vertAlign", "highlight"):
            found.other[called] = value(element)
    return found


def indent(properties) -> Indent:
    """What paragraph properties say themselves."""
    found = child(properties, "ind")
    left, right = (value(found, a) or value(found, b) for a, b in (("left", "start"), ("right", "end")))
    return Indent(number(left) if left else None, number(right) if right else None)


class Styles:
    """The styles of one file; `root` is None when it has none."""

    def __init__(self, root):
        listed = [] if root is None else root.findall(w("style"))
        self._styles = {value(style, "styleId"): style for style in listed}
        defaults = [style for style in listed if value(style, "type") == "paragraph" and value(style, "default") in ("1", "true")]
        self._default = value(defaults[0], "styleId") if defaults else ""
        self.chain, self.look, self.kind = cache(self.chain), cache(self.look), cache(self.kind)

    def chain(self, style_id: str) -> tuple:
        """The style and those it is based on, itself first; cut where they go in circles."""
        found, style = [], self._styles.get(style_id or self._default)
        while style is not None and style not in found and len(found) < _MAX_CHAIN:
            found.append(style)
            style = self._styles.get(value(child(style, "basedOn")))
        return tuple(found)

    def names(self, style_id: str) -> list[str]:
        return [value(child(style, "name")).lower() for style in self.chain(style_id)] or [_spaced(style_id)]

    def kind(self, style_id: str) -> str:
        """h2, h3, quote, continue (an unmarked paragraph of a list item) or nothing."""
        for called in self.names(style_id):
            if called in ("title", "heading", "heading 1", "heading 2"):
                return "h2"
            if called == "subtitle" or re.fullmatch(r"heading \d", called):
                return "h3"
            if called in _QUOTES:
                return "quote"
            if called.startswith("list continue"):
                return "continue"
        levels = [value(child(style, "pPr", "outlineLvl")) for style in self.chain(style_id)]
        level = next((number(level, 9) for level in levels if level), 9)
        return "" if level > 8 else "h2" if level < 2 else "h3"

    def depth(self, style_id: str) -> int:
        """How deep in other lists those of Word's own styles stand: 1 for "List Bullet 2"."""
        found = re.fullmatch(r"list (?:bullet|number) ([2-5])", self.names(style_id)[0])
        return int(found[1]) - 1 if found else 0

    def look(self, style_id: str) -> Look:
        """The run properties of a style and its bases; a link's colour and line are no marks."""
        found = Look()
        for style in self.chain(style_id) if style_id else ():
            own = look(child(style, "rPr"))
            found.on = {**own.on, **found.on}
            found.other = {**own.other, **found.other}
        if self.names(style_id)[0] in _LOOKS:
            found.other.pop("u", None)
        return found

    def indent(self, style_id: str) -> Indent:
        found = [indent(child(style, "pPr")) for style in self.chain(style_id)]
        left = next((each.left for each in found if each.left is not None), None)
        right = next((each.right for each in found if each.right is not None), None)
        return Indent(left, right)

    def alignment(self, style_id: str) -> str:
        return next((said for style in self.chain(style_id) if (said := value(child(style, "pPr", "jc")))), "")

    def numbering(self, style_id: str):
        """(numPr of the style or its base, the id of the style that has it), or (None, "")."""
        for style in self.chain(style_id):
            properties = child(style, "pPr", "numPr")
            if properties is not None:
                return properties, value(style, "styleId")
        return None, ""


def _spaced(style_id: str) -> str:
    """The usual name of a style that is used but not described: "Heading1" → "heading 1"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z0-9])", " ", style_id).lower()

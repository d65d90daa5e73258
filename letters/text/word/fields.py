"""Field codes in a Word file: their shown words stay, their codes go, links become links."""

import re
from copy import copy
from dataclasses import dataclass

from ..characters import TextError
from .xml import R, make, name, quoted, remove, unwrap, value, w, words

_LINK = re.compile(r"\s*HYPERLINK\b(.*)", re.I | re.S)
# Of a HYPERLINK's switches only place, tip and frame have a value.
_SWITCH = re.compile(r'\\([lot])\s*("[^"]*"|[^\s"\\]+)?|\\[a-z]', re.I)
_ADDRESS = re.compile(r'\s*(?:"([^"]*)"|([^\s"\\][^\s"]*))')
_MAX_NESTED = 20
_FORMS = {"FORMCHECKBOX", "FORMDROPDOWN"}


@dataclass
class _Field:
    instruction: str = ""
    shows: bool = False
    href: str = ""
    shown: str = ""


def flatten_fields(root, doubts: list[str]) -> None:
    """Afterwards the part has no field codes; a HYPERLINK is a w:hyperlink that holds its whole target."""
    for simple in list(root.iter(w("fldSimple"))):
        _flatten_simple(simple, doubts)
    paired = _paired(root)
    stack: list[_Field] = []
    for run in list(root.iter(w("r"))):
        _flatten_run(run, stack, paired, doubts)


def _flatten_simple(simple, doubts: list[str]) -> None:
    found = _Field(value(simple, "instr"), shows=True, shown=words(simple))
    href = target(found.instruction)
    if href:
        simple.tag = w("hyperlink")
        simple.attrib.clear()
        simple.set(f"{{{R}}}id", href)
        return
    _say(found, doubts)
    unwrap(simple)


def _paired(root) -> set:
    """The field characters that make whole fields; a field without an end would swallow the rest of the letter."""
    whole, opened = set(), []
    for element in root.iter(w("fldChar")):
        kind = value(element, "fldCharType")
        if kind == "begin":
            opened.append([element])
        elif opened:
            opened[-1].append(element)
            if kind == "end":
                whole.update(opened.pop())
    return whole


def _flatten_run(run, stack: list[_Field], whole: set, doubts: list[str]) -> None:
    code = [element for element in run if name(element) in ("w:fldChar", "w:instrText", "w:delInstrText")]
    if not code and not stack:
        return
    kept = []
    for element in list(run):
        kind = name(element)
        if kind == "w:fldChar":
            remove(element)
            if element in whole:
                _turn(value(element, "fldCharType"), stack, doubts)
        elif kind in ("w:instrText", "w:delInstrText"):
            remove(element)
            if stack and not stack[-1].shows:
                stack[-1].instruction += element.text or ""
        elif kind != "w:rPr":
            kept.append((element, _href(stack)))
            _show(element, stack, doubts)
    if any(href for _, href in kept) and name(run.getparent()) != "w:hyperlink":
        _link(run, [(element, href) for element, href in kept if element.getparent() is not None])


def _turn(kind: str, stack: list[_Field], doubts: list[str]) -> None:
    if kind == "begin":
        if len(stack) == _MAX_NESTED:
            raise TextError("The file has fields within many fields. Turn them into words in Word (Ctrl+A, Ctrl+Shift+F9).")
        stack.append(_Field())
    elif stack and kind == "separate":
        stack[-1].shows, stack[-1].href = True, target(stack[-1].instruction)
    elif stack:
        _say(stack.pop(), doubts)


def _href(stack: list[_Field]) -> str:
    return next((field.href for field in reversed(stack) if field.href), "")


def _show(element, stack: list[_Field], doubts: list[str]) -> None:
    text = "".join(part.text or "" for part in element.iter(w("t"))) or (" " if name(element) in ("w:tab", "w:br") else "")
    if all(field.shows for field in stack):
        for field in stack:
            field.shown += text
        return
    if text.strip():
        doubts.append(f"Words within a field's code, which Word does not show, were left out: {quoted(text)}.")
    remove(element)


def _link(run, kept) -> None:
    """Each piece of the run that stands in a link, in a run of its own within the link."""
    properties = run.find(w("rPr"))
    for element, href in kept:
        own = make("r")
        if properties is not None:
            own.append(copy(properties))
        run.addprevious(own)
        own.append(element)
        if href:
            link = make("hyperlink")
            link.set(f"{{{R}}}id", href)
            own.addprevious(link)
            link.append(own)
    remove(run)


def target(instruction: str) -> str:
    """The address that a HYPERLINK field leads to, "#name" for a place in the document; nothing for other fields."""
    found = _LINK.match(instruction)
    if not found:
        return ""
    rest = found.group(1)
    first = _ADDRESS.match(rest)
    switches = rest[first.end() :] if first else rest
    first = first or _ADDRESS.match(_SWITCH.sub(" ", rest))
    place = {key.lower(): given.strip('"') for key, given in _SWITCH.findall(switches)}.get("l", "")
    address = (first.group(1) or first.group(2) or "").strip() if first else ""
    return f"{address}#{place}" if place else address


def _say(field: _Field, doubts: list[str]) -> None:
    kind = (field.instruction.split() or [""])[0].upper()[:30]
    if field.href or not kind:
        return
    if kind in _FORMS:
        doubts.append("A check box or a list to choose from was left out.")
    elif field.shown.strip():
        doubts.append(
            f"The field {kind} was taken as the words that it showed: {quoted(field.shown)}. They do not change any more."
        )
    elif kind not in ("TC", "XE", "TA", "RD", "PRIVATE", "ADVANCE", "SET", "ASK", "BIBLIOGRAPHY", "HYPERLINK"):
        doubts.append(f"The field {kind} showed no words and was left out.")

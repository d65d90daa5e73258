"""Footnotes and endnotes of a Word file, before they are put where they are called."""

from collections import Counter

from ..characters import TextError
from .xml import child, name, quoted, remove, value, w, words

_KINDS = {"footnote": "footnotes", "endnote": "endnotes"}
_SEPARATORS = ("separator", "continuationSeparator", "continuationNotice")


def settle_notes(roots: dict, doubts: list[str]) -> None:
    """Each note has one call and each call one note, or a doubt or TextError says so; typed marks are taken off."""
    for kind, part in _KINDS.items():
        calls = [call for root in roots.get("document", []) for call in root.iter(w(f"{kind}Reference"))]
        notes = {value(note, "id"): note for root in roots.get(part, []) for note in root.findall(w(kind))}
        _refuse_unpaired(calls, notes, kind)
        for call in calls:
            _number(call, notes[value(call, "id")], doubts)
        called = {value(call, "id") for call in calls}
        for identity, note in notes.items():
            if identity not in called:
                _leave_out(note, kind, doubts)
        if kind == "endnote" and calls:
            doubts.append("Endnotes became footnotes.")
    _say_numbering(roots, doubts)


def _refuse_unpaired(calls, notes, kind: str) -> None:
    if any(times > 1 for times in Counter(value(call, "id") for call in calls).values()):
        raise TextError("The file calls one footnote from several places. Give each place a footnote of its own.")
    for call in calls:
        if value(call, "id") not in notes:
            paragraph = next((outer for outer in call.iterancestors() if outer.tag == w("p")), call)
            raise TextError(
                f"The {kind} called in {quoted(words(paragraph), 12)} is missing from the file. Put it in again in Word."
            )


def _leave_out(note, kind: str, doubts: list[str]) -> None:
    text = words(note)
    if text:
        what = "The line between text and notes" if value(note, "type") in _SEPARATORS else f"A {kind} that is called nowhere"
        doubts.append(f"{what} was left out: {quoted(text)}.")
    remove(note)


def _number(call, note, doubts: list[str]) -> None:
    """A mark that was typed in place of the number goes, at the call and before the note."""
    tables = note.findall(f".//{w('tbl')}")
    if tables:
        doubts.append(f"A table in a footnote was kept as lines: {quoted(words(tables[0]))}.")
    if value(call, "customMarkFollows") not in ("1", "true", "on"):
        return
    marks = [element for element in call.itersiblings() if name(element) in ("w:t", "w:sym")]
    if not marks and call.getparent().getnext() is not None:
        marks = [element for element in call.getparent().getnext() if name(element) in ("w:t", "w:sym")][:1]
    text = "".join(element.text or "" for element in marks).strip()
    if len(text) > 10:
        return
    for element in marks:
        remove(element)
    first = next((element for element in note.iter(w("t")) if (element.text or "").strip()), None)
    if text and first is not None and first.text.lstrip().startswith(text):
        first.text = first.text.lstrip()[len(text) :].lstrip()
    doubts.append(f"The footnote mark “{text or 'symbol'}” became a number.")


def _say_numbering(roots: dict, doubts: list[str]) -> None:
    for root in [*roots.get("document", []), *roots.get("settings", [])]:
        for properties in root.iter(w("footnotePr")):
            form, start = value(child(properties, "numFmt")) or "decimal", value(child(properties, "numStart")) or "1"
            again = value(child(properties, "numRestart")) in ("eachPage", "eachSect")
            if form != "decimal" or start != "1" or again:
                doubts.append("Footnotes were numbered in another way in Word; they are numbered 1, 2, 3 through the letter now.")

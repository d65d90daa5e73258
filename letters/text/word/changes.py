"""Tracked changes and comments in a Word file: told in sentences, or resolved one way for all."""

from ..characters import Unsettled
from .xml import child, name, quoted, remove, unwrap, value, w, words

CHOICES = ("", "accepted", "rejected")
_VERBS = {"w:ins": "inserted", "w:del": "deleted", "w:moveFrom": "moved away", "w:moveTo": "moved here"}
_CELLS = {"w:cellIns": "inserted a table cell", "w:cellDel": "deleted a table cell", "w:cellMerge": "merged a table cell"}
_FORMATS = {"w:rPrChange", "w:pPrChange", "w:sectPrChange", "w:tblPrChange", "w:tblPrExChange", "w:tblGridChange"}
_FORMATS |= {"w:trPrChange", "w:tcPrChange", "w:numberingChange"}
_PLACES = {"footnotes": " in a footnote", "endnotes": " in an endnote", "hdr": " in a page header", "ftr": " in a page footer"}
_MAX_LISTED = 50


def settle(roots: dict, choice: str) -> list[str]:
    """Resolves all changes in the parts (root name → elements) by the choice; the doubts that say so.

    Without a choice: Unsettled for changes and comments; changes of formatting alone stand as they are.
    """
    changes, comments = listed(roots)
    if (changes or comments) and not choice:
        raise Unsettled(changes, comments)
    formatting = sum(name(element) in _FORMATS for root in _texts(roots) for element in root.iter())
    for root in _texts(roots):
        _resolve(root, choice != "rejected")
    return _said(changes, comments, formatting, choice)


def _texts(roots):
    return [root for kind in ("document", "footnotes", "endnotes") for root in roots.get(kind, [])]


def _said(changes, comments, formatting: int, choice: str) -> list[str]:
    doubts = []
    if changes:
        counted = f"All {len(changes)} tracked changes were" if len(changes) > 1 else "The tracked change was"
        doubts.append(f"{counted} taken as {choice}: {_joined(changes)}.")
    if comments:
        counted = f"All {len(comments)} comments were" if len(comments) > 1 else "The comment was"
        doubts.append(f"{counted} left out: {_joined(comments)}.")
    if formatting:
        doubts.append(f"Tracked changes of formatting were taken as {choice or 'they stand'}: {formatting}.")
    return doubts


def _joined(sentences: list[str]) -> str:
    more = f"; and {len(sentences) - _MAX_LISTED} more" if len(sentences) > _MAX_LISTED else ""
    return "; ".join(sentences[:_MAX_LISTED]) + more


# --- telling


def listed(roots: dict) -> tuple[list[str], list[str]]:
    """(“Ann deleted …”, “Ann: …”) for all changes, in the order of the parts, and all comments."""
    notes = {
        (kind, value(note, "id")): words(note)
        for kind in ("footnote", "endnote")
        for root in roots.get(kind + "s", [])
        for note in root
    }
    changes = []
    for kind in ("document", *_PLACES):
        for root in roots.get(kind, []):
            changes += [sentence + _PLACES.get(kind, "") for sentence in _changes(root, notes)]
    comments = [
        f"{_author(comment)}: {quoted(words(comment))}"
        for root in roots.get("comments", [])
        for comment in root.iter(w("comment"))
    ]
    return changes, comments


def _author(element) -> str:
    return " ".join(value(element, "author").split())[:80] or "Somebody"


def _changes(root, notes):
    """One sentence for neighbours by the same author."""
    told: list[list] = []
    last = None
    for element in root.iter(*map(_tag, (*_VERBS, *_CELLS))):
        what, text = _told(element, notes)
        if what is None:
            continue
        joins = (
            text is not None and last is not None and element.getprevious() is last and told[-1][:2] == [_author(element), what]
        )
        if joins:
            told[-1][2] += text
        else:
            told.append([_author(element), what, text])
        last = element
    for author, what, text in told:
        text = "" if text is None else f" {quoted(text)}" if text.strip() else " (no words)"
        yield f"{author} {what}{text}"


def _tag(short: str) -> str:
    return w(short.partition(":")[2])


def _told(element, notes) -> tuple[str | None, str | None]:
    """(what was done, the words it was done to as they stand, None where they are part of what was done)."""
    kind, parent = name(element), name(element.getparent())
    if kind in _CELLS:
        return f"{_CELLS[kind]} {quoted(words(element.getparent().getparent()))}", None
    verb = _VERBS[kind]
    if parent == "w:trPr":
        return f"{verb} the table row {quoted(words(element.getparent().getparent()))}", None
    if parent == "w:numPr":
        return f"{verb} the number of {quoted(words(element.getparent().getparent().getparent()))}", None
    if parent == "w:rPr":
        paragraph = element.getparent().getparent()
        if name(paragraph) != "w:pPr":
            return None, None
        return f"{verb} the paragraph break after “{' '.join(words(paragraph.getparent()).split()[-6:])}”", None
    if parent.endswith("Pr"):
        return None, None
    return verb, _verbatim(element, notes)


def _verbatim(element, notes) -> str:
    parts = []
    for inner in element.iter():
        kind = name(inner)
        if kind in ("w:t", "w:delText", "m:t"):
            parts.append(inner.text or "")
        elif kind in ("w:footnoteReference", "w:endnoteReference"):
            parts.append(f" (footnote: {notes.get((kind[2:-9], value(inner, 'id')), '')}) ")
        elif kind in ("w:p", "w:br", "w:tab", "w:cr"):
            parts.append(" ")
    return "".join(parts)


# --- resolving


def _resolve(root, accepted: bool) -> None:
    kept, dropped = (("ins", "moveTo"), ("del", "moveFrom")) if accepted else (("del", "moveFrom"), ("ins", "moveTo"))
    _drop_rows_and_cells(root, dropped, "cellDel" if accepted else "cellIns")
    _settle_formats(root, accepted)
    joined = [paragraph for paragraph in root.iter(w("p")) if _marked(paragraph, dropped)]
    for element in list(root.iter(*map(w, (*kept, *dropped)))):
        if not name(element.getparent()).endswith("Pr") and element.tag in map(w, dropped):
            remove(element)
    for element in list(root.iter(*map(w, kept))):
        if not name(element.getparent()).endswith("Pr"):
            unwrap(element)
    if not accepted:
        _undelete(root)
    for paragraph in reversed(joined):
        _join_to_next(paragraph)


def _marked(paragraph, marks) -> bool:
    properties = child(paragraph, "pPr", "rPr")
    return properties is not None and any(child(properties, mark) is not None for mark in marks)


def _drop_rows_and_cells(root, marks, cell_mark: str) -> None:
    for row in list(root.iter(w("tr"))):
        for cell in row.findall(w("tc")):
            if child(cell, "tcPr", cell_mark) is not None:
                remove(cell)
        if any(child(row, "trPr", mark) is not None for mark in marks) or row.find(f".//{w('tc')}") is None:
            remove(row)
    for table in list(root.iter(w("tbl"))):
        if table.find(f".//{w('tr')}") is None:
            remove(table)


def _settle_formats(root, accepted: bool) -> None:
    for change in [element for element in root.iter() if name(element) in _FORMATS]:
        properties, old = change.getparent(), change[0] if len(change) else None
        remove(change)
        if accepted or name(change) not in ("w:rPrChange", "w:pPrChange"):
            continue
        stays = (w("rPr"), w("sectPr"), *map(_tag, _VERBS))
        for element in [element for element in properties if element.tag not in stays]:
            remove(element)
        for position, element in enumerate([] if old is None else list(old)):
            properties.insert(position, element)
    for numbering in list(root.iter(w("numPr"))):
        if not accepted and child(numbering, "ins") is not None:
            remove(numbering)


def _undelete(root) -> None:
    for old, new in (("delText", "t"), ("delInstrText", "instrText")):
        for element in list(root.iter(w(old))):
            element.tag = w(new)


def _join_to_next(paragraph) -> None:
    """The words go to the head of the next paragraph, whose mark is the one that stays."""
    content = [element for element in paragraph if element.tag != w("pPr")]
    following = paragraph.getnext()
    while following is not None and name(following).endswith(("Start", "End", ":proofErr")):
        following = following.getnext()
    if following is None or following.tag != w("p"):
        alone = name(paragraph.getparent()) == "w:tc" and len(paragraph.getparent().findall(w("p"))) == 1
        if not words(paragraph) and not alone:
            remove(paragraph)
        return
    head = child(following, "pPr")
    if head is not None:
        remove(head)
    for element in reversed(content):
        following.insert(0, element)
    if head is not None:
        following.insert(0, head)
    remove(paragraph)

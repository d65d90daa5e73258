"""Footnotes in pasted markup: which links are calls, which elements hold the notes, and what is not settled yet."""

import re
from collections import Counter
from dataclasses import dataclass, field

from lxml import etree

from ..characters import TextError

MAX_CALLS = 2000
_MARK = re.compile(r"[\[(]?(?:note |fn )?(?:\d{1,4}|[ivxlc]{1,7}|[a-z]{1,2}|[*†‡§¶]{1,4})[\])]?\.?", re.I)
_NOTE_ID = re.compile(
    r"_{0,2}(?:user-content-)?(?:ftn|edn|sdfootnote|sdendnote|footnote|endnote|fn|note|cite_note)[\w:.-]{0,80}", re.I
)
_WRITTEN_CALL = re.compile(r"mso-(?:foot|end)note-id", re.I)
_NOTE = re.compile(r"mso-element:\s*(?:foot|end)note\s*(?:;|$)", re.I)
_COMMENT = re.compile(r"mso-element:\s*comment\b|mso-comment-reference", re.I)
_COMMENT_CLASSES = {"msocomanchor", "MsoCommentReference", "msocomtxt", "MsoCommentText"}
_INLINE = {"a", "sup", "span", "b", "i", "em", "strong", "font", "u", "small"}


@dataclass
class Notes:
    """`calls`: link → the element with its note; `bodies`: elements that are no text; `backs`: links from a note to its call."""

    calls: dict = field(default_factory=dict)
    bodies: set = field(default_factory=set)
    backs: set = field(default_factory=set)
    lost: list[str] = field(default_factory=list)  # marks of calls without a note
    endnotes: bool = False


def words(element, limit: int = 2000) -> str:
    """The words in an element, about `limit` characters of them at most."""
    parts, length = [], 0
    for node in element.iter():
        shown = node.text if isinstance(node.tag, str) else ""  # a comment's own words are shown to nobody
        for part in (shown, node.tail if node is not element else ""):
            parts.append(part or "")
            length += len(part or "")
        if length > limit:
            break
    return " ".join("".join(parts).split())


def style(element) -> str:
    return element.get("style") or ""


def find_notes(root) -> Notes:
    """The notes of a parsed page. A call is a short mark that links forward to where a note stands."""
    notes = Notes()
    order, targets = _targets(root)
    links = [(link, targets.get(_fragment(link))) for link in root.iter("a") if _fragment(link)]
    called = []
    for link, target in links:
        written = bool(_WRITTEN_CALL.search(style(link)))
        if target is not None and order[target] > order[link] and (written or _MARK.fullmatch(words(link))):
            called.append((link, target))
        elif target is not None and order[target] <= order[link]:
            notes.backs.add(link)
        elif target is None and (written or (_NOTE_ID.fullmatch(_fragment(link)) and _MARK.fullmatch(words(link)))):
            notes.lost.append(words(link))
    if len(called) > MAX_CALLS:
        raise TextError(f"What you pasted has more than {MAX_CALLS:,} footnotes. Paste the letter alone.")
    inside = Counter(ancestor for target in {target for _, target in called} for ancestor in _up(target))
    above = {ancestor for link, _ in called for ancestor in _up(link)}
    for link, target in called:
        notes.calls[link] = _body(target, inside, above)
        notes.bodies.add(notes.calls[link])
        notes.endnotes |= bool(re.search(r"_edn|sdendnote|mso-endnote", style(link) + (link.get("href") or "")))
    return notes


def _up(element):
    return [element, *element.iterancestors()]


def _fragment(link) -> str:
    """What follows "#": pages that are copied often have their own whole address before it."""
    return (link.get("href") or "").rpartition("#")[2] if "#" in (link.get("href") or "") else ""


def _targets(root) -> tuple[dict, dict]:
    order, targets = {}, {}
    for number, element in enumerate(root.iter(etree.Element)):
        order[element] = number
        for name in (element.get("id"), element.get("name")):
            if name:
                targets.setdefault(name, element)
    return order, targets


def _body(target, inside: Counter, above: set):
    """The whole note around what its call links to: its paragraph, or the block that holds this note and no other."""
    body = target
    while body.tag in _INLINE and body.getparent() is not None and body.getparent() not in above:
        body = body.getparent()
    for _ in range(3):
        outer = body.getparent()
        if outer is None or outer in above or outer.tag in ("body", "html", "ul", "ol") or inside[outer] > 1:
            break
        if not _NOTE_ID.fullmatch(outer.get("id") or "") and words(outer) != words(body):
            break
        body = outer
    return body


def is_uncalled(element) -> bool:
    """A note as word processors mark it, that no call in what was pasted leads to."""
    return bool(_NOTE.search(style(element))) or (element.get("id") or "").startswith(("sdfootnote", "sdendnote"))


# --- changes and comments


def refuse_unsettled(root) -> None:
    """Nobody can tell which words are meant while a change is only proposed; as in a Word file, that stops the reading."""
    found = []
    for element in root.iter(etree.Element):
        if len(found) > 200:
            break
        classes = set((element.get("class") or "").split())
        if element.tag in ("ins", "del") and words(element):
            verb = "inserted" if element.tag == "ins" else "deleted"
            found.append(f"{_author(element)} {verb} “{words(element)[:120]}”")
        elif (
            classes & {"msoIns", "msoDel"}
            and words(element)
            and element.find(".//ins") is None
            and element.find(".//del") is None
        ):
            found.append(f"Somebody {'inserted' if 'msoIns' in classes else 'deleted'} “{words(element)[:120]}”")
        elif _COMMENT.search(style(element)) or classes & _COMMENT_CLASSES or (element.get("id") or "").startswith("cmnt"):
            found.append(f"comment “{words(element)[:120]}”")
    listed = list(dict.fromkeys(found))
    if listed:
        more = f" and {len(listed) - 20} more" if len(listed) > 20 else ""
        raise TextError(
            "What you pasted has tracked changes or comments. Accept or reject each change and delete each comment where you "
            f"copied it, then paste it again. Found: {'; '.join(listed[:20])}{more}."
        )


def _author(element) -> str:
    return (element.get("cite") or "").removeprefix("mailto:")[:60].replace("%20", " ").strip() or "Somebody"

"""A letter's HTML subset as blocks of runs: read through the allow-list, written in one form."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from html import escape, unescape
from itertools import groupby, pairwise
from typing import NamedTuple

import nh3

from .characters import TextError, around, refuse_characters, with_plain_hyphens

MAX_DEPTH = 12
MAX_LIST_DEPTH = 6
MAX_START = 9999

MARKS = {"strong": "strong", "b": "strong", "em": "em", "i": "em", "u": "u", "sup": "sup"}
MARK_ORDER = ("a", "strong", "em", "u", "sup")
PARAGRAPHS = {"p": "p", "h1": "h2", "h2": "h2", "h3": "h3", "h4": "h3", "h5": "h3", "h6": "h3"}
CONTAINERS = {"ul", "ol", "li", "blockquote"}
# Not in the subset, but they part one paragraph from the next; without them "<div>a</div><div>b</div>" is "ab".
PARTINGS = {"div", "section", "article", "header", "footer", "main", "aside", "address", "pre", "hr", "dl", "dt", "dd"}
PARTINGS |= {"table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th", "figure", "figcaption", "form", "fieldset"}
DROPPED_WITH_CONTENT = {"script", "style", "title", "template", "iframe", "noscript", "textarea", "svg", "math", "select"}

_clean = partial(
    nh3.clean,
    tags={*MARKS, *PARAGRAPHS, *CONTAINERS, *PARTINGS, "br", "a", "span"},
    clean_content_tags=DROPPED_WITH_CONTENT,
    attributes={"a": {"href"}, "ol": {"start"}},
    tag_attribute_values={"ol": {"type": {"a", "A", "i", "I"}}},
    allowed_classes={"span": {"fn"}},
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    link_rel=None,
)


class Run(NamedTuple):
    """Text under the same marks ("strong", "em", "u", "sup", "a https://…"); "\\n" is a line break. Or one footnote."""

    text: str
    marks: frozenset = frozenset()
    note: tuple = ()


@dataclass
class Block:
    """`kind` is p, h2, h3 (runs), ul, ol, li or blockquote (blocks).

    An ol has the number of its first item (1 to MAX_START) and the style of its numbers: "1", "a", "A", "i" or "I".
    """

    kind: str
    runs: list[Run] = field(default_factory=list)
    blocks: list["Block"] = field(default_factory=list)
    start: int = 1
    style: str = "1"


# --- guards on the raw text, before any parser sees it

_TAG = re.compile(r"<(/?)([a-zA-Z][^\s<>/]*)([^<>]*)")
_NEVER_DEEP = {"p", "li", "td", "th", "tr", "tbody", "thead", "tfoot", "dt", "dd", "br", "hr", "img", "input", "col"}
_NEVER_DEEP |= {"meta", "link", "wbr", "option", "o:p"}
# Comments and tags in quotes can make an end tag look real, so end tags then count for nothing.
_DECEPTIVE = re.compile(r"<[!?]|<[a-zA-Z/][^<>]*<|=\s*[\"'][^\"'<>]*>|<(?:title|textarea|xmp|style|script|plaintext)\b")
_CLASS = re.compile(r"class\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>]*)", re.I)


def _refuse_raw_depth(html: str) -> None:
    """HTML parsers take quadratic time on very deep nesting, so it is refused before they run."""
    limit = 4000 if _DECEPTIVE.search(html) else 100
    open_tags, depth = Counter(), 0
    for end, name, _ in _TAG.findall(html):
        name = name.lower()
        if name in _NEVER_DEEP or (end and (limit == 4000 or not open_tags[name])):
            continue
        step = -1 if end else 1
        open_tags[name] += step
        depth += step
        if depth > limit:
            raise _too_deep()


def _too_deep() -> TextError:
    return TextError(
        f"The text is nested more than {MAX_DEPTH} levels deep (lists at most {MAX_LIST_DEPTH}). "
        "Use fewer lists within lists, or paste the text without formatting."
    )


def _refuse_blocks_in_notes(html: str) -> None:
    """A parser would silently move a paragraph out of its footnote into the body."""
    spans = []
    for tag in _TAG.finditer(html):
        end, name, attributes = tag.group(1), tag.group(2).lower(), tag.group(3)
        if name == "span":
            if end:
                spans = spans[:-1]
            else:
                spans.append(any("fn" in value.strip("\"'").split() for value in _CLASS.findall(attributes)))
        elif name in PARAGRAPHS or name in CONTAINERS or name in PARTINGS:
            if not end and any(spans):
                words = around(html, tag.end())
                raise TextError(
                    f"A footnote holds words only: take the paragraph, list or heading out of the footnote near “{words}”."
                )
            spans = []


# --- reading

_TOKEN = re.compile(r"<(/?)([a-z0-9]+)([^<>]*(?:\"[^\"]*\")?)>|([^<]+)")
_SPACE = re.compile("[ \t\n\r\f\u2028\u2029]+")
_HREF = re.compile(r'href="([^"]*)"')
_START = re.compile(r'\bstart="\s*0*([1-9]\d{0,3})\s*"')
_STYLE = re.compile(r'\btype="([aAiI])"')


def _href(attributes: str) -> str:
    found = _HREF.search(attributes)
    href = re.sub(r"[\t\n\r]", "", unescape(found.group(1)).strip()) if found else ""
    scheme, colon, rest = unicodedata.normalize("NFC", href).partition(":")
    return scheme.lower() + colon + rest if scheme.lower() in ("http", "https", "mailto") and rest else ""


def _numbered(listing: Block, attributes: str) -> None:
    start, style = _START.search(attributes), _STYLE.search(attributes)
    listing.start, listing.style = int(start.group(1)) if start else 1, style.group(1) if style else "1"


class _Reader:
    """Turns the sanitiser's well-formed output into blocks, token by token."""

    def __init__(self):
        self.root = Block("root")
        self.containers = [self.root]
        self.tags: list[tuple[str, str]] = []
        self.kind, self.runs = "p", []
        self.note: list[Run] | None = None
        self.note_level = 0

    def read(self, html: str) -> list[Block]:
        for end, name, attributes, text in _TOKEN.findall(html):
            if text:
                self.text(_SPACE.sub(" ", with_plain_hyphens(unescape(text))))
            elif name == "br":
                self.text("\n")
            elif name in PARTINGS:
                self.flush()
            elif end:
                self.close(name)
            else:
                self.open(name, attributes)
        self.flush()
        return self.root.blocks

    def marks(self) -> frozenset:
        marks = [mark for _, mark in self.tags[self.note_level if self.note is not None else 0 :] if mark]
        links = [mark for mark in marks if mark.startswith("a ")]
        return frozenset(marks).difference(links[:-1]) | frozenset(links[-1:])

    def text(self, text: str) -> None:
        (self.runs if self.note is None else self.note).append(Run(text, self.marks()))

    def open(self, name: str, attributes: str) -> None:
        mark = MARKS.get(name, "")
        if name == "a":
            href = _href(attributes)
            mark = f"a {href}" if href else ""
        if name == "span" and 'class="fn"' in attributes:
            mark = self.open_note()
        self.tags.append((name, mark))
        self.refuse_depth(name)
        if name in PARAGRAPHS:
            self.flush()
            self.kind = PARAGRAPHS[name]
        elif name in CONTAINERS:
            self.flush()
            self.open_container(name)
            if name == "ol" and attributes:
                _numbered(self.containers[-1], attributes)

    def open_note(self) -> str:
        if self.note is not None:
            words = "".join(run.text for run in self.note)[-60:].strip()
            raise TextError(f"A footnote cannot hold another footnote. Make the one near “{words}” part of the outer one.")
        self.note, self.note_level = [], len(self.tags) + 1
        return ""

    def refuse_depth(self, name: str) -> None:
        names = [tag for tag, _ in self.tags]
        inside_items = sum(1 for outer, inner in pairwise(names) if (outer, inner) == ("li", "p"))
        if len(names) - inside_items > MAX_DEPTH or names.count("ul") + names.count("ol") > MAX_LIST_DEPTH:
            raise _too_deep()

    def close(self, name: str) -> None:
        self.tags.pop()
        if self.note is not None and len(self.tags) < self.note_level:
            note, self.note = tidy(self.note), None
            if readable(note):
                self.runs.append(Run("", note=tuple(note)))
        if name in PARAGRAPHS:
            self.flush(even_empty=True)
            self.kind = "p"
        elif name in CONTAINERS:
            self.flush()
            self.containers.pop()

    def open_container(self, name: str) -> None:
        here = self.containers[-1]
        if name != "li" and here.kind in ("ul", "ol"):
            here = here.blocks[-1] if here.blocks else self.child(here, "li")
        if name == "li" and here.kind not in ("ul", "ol"):
            here = self.orphans(here)
        flat = name == "blockquote" and here.kind in ("blockquote", "li")
        self.containers.append(here if flat else self.child(here, name))

    @staticmethod
    def child(parent: Block, kind: str) -> Block:
        parent.blocks.append(Block(kind))
        return parent.blocks[-1]

    def orphans(self, here: Block) -> Block:
        """The list that items without one are gathered in."""
        last = here.blocks[-1] if here.blocks else None
        return last if last is not None and last.kind == "ul" else self.child(here, "ul")

    def flush(self, *, even_empty: bool = False) -> None:
        runs, kind, here = tidy(self.runs) if self.runs else [], self.kind, self.containers[-1]
        self.runs = []
        if not readable(runs) and not (even_empty and here is self.root):
            return
        if here.kind in ("ul", "ol"):
            here = self.child(here, "li")
        here.blocks.append(Block(kind if here.kind == "root" else "p", runs))


def read(html: str, *, keep_empty: bool = False) -> list[Block]:
    """The blocks of any HTML: what is not in the subset is dropped; TextError for what must not be guessed at."""
    html = html.replace("\r\n", "\n")
    refuse_characters(html, "The text")
    _refuse_raw_depth(html)
    _refuse_blocks_in_notes(html)
    cleaned = _clean(html)
    refuse_characters(cleaned, "The text")
    blocks = _without_empty(_Reader().read(cleaned), keep_empty)
    # Lists and items that had to be added around loose ones nest deeper than the tags that were counted.
    if any(_depth(block) > MAX_DEPTH or _list_depth(block) > MAX_LIST_DEPTH for block in blocks):
        raise _too_deep()
    return blocks


def _depth(block: Block, parent: str = "") -> int:
    inside = [_depth(child, block.kind) for child in block.blocks]
    inside += [len(run.marks) + (1 + max(len(part.marks) for part in run.note) if run.note else 0) for run in block.runs]
    return max(inside, default=0) + (0 if (parent, block.kind) == ("li", "p") else 1)


def _list_depth(block: Block) -> int:
    return max(map(_list_depth, block.blocks), default=0) + (block.kind in ("ul", "ol"))


def _without_empty(blocks: list[Block], keep_empty: bool = False) -> list[Block]:
    for block in blocks:
        block.blocks = _without_empty(block.blocks)
    return [block for block in blocks if block.blocks or readable(block.runs) or (keep_empty and block.kind == "p")]


def readable(runs) -> bool:
    return any(run.note or run.text.strip() for run in runs)


# --- one form for runs

_EDGES = re.compile(r"\A([ \n]*)(.*?)([ \n]*)\Z", re.S)


def tidy(runs) -> list[Run]:
    """Single spaces, none at line ends, marks only where they show, neighbours with the same marks joined, NFC."""
    if len(runs) == 1 and runs[0].text.isalnum():
        return [runs[0]._replace(text=unicodedata.normalize("NFC", runs[0].text))]
    return [
        Run(unicodedata.normalize("NFC", "".join(run.text for run in same)), *key)
        for key, same in _grouped(_spaces_unmarked(_single_spaced(runs)))
    ]


def _grouped(runs):
    numbered = ((run, position if run.note else -1) for position, run in enumerate(runs))
    for (marks, note, _), same in groupby(numbered, key=lambda pair: (pair[0].marks, pair[0].note, pair[1])):
        yield (marks, note), [run for run, _ in same]


def _single_spaced(runs) -> list[Run]:
    kept: list[Run] = []
    last = "\n"  # the last character so far
    for run in runs:
        if run.note:
            kept.append(run._replace(marks=frozenset()))
            last = "*"
            continue
        text = re.sub(r" ?\n ?", "\n", re.sub(r" +", " ", run.text))
        if last in " \n":
            text = text.removeprefix(" ")
        if text.startswith("\n") and last == " ":
            _strip_last(kept, " ")
        if not kept:
            text = text.lstrip("\n ")
        if text:
            kept.append(run._replace(text=text))
            last = text[-1]
    _strip_last(kept, " \n")
    return kept


def _strip_last(runs: list[Run], characters: str) -> None:
    while runs and not runs[-1].note:
        text = runs[-1].text.rstrip(characters)
        if text:
            runs[-1] = runs[-1]._replace(text=text)
            return
        runs.pop()


def _spaces_unmarked(runs: list[Run]) -> list[Run]:
    """A space or break between two runs keeps only the marks that both its neighbours have."""
    pieces = []
    for run in runs:
        if run.note:
            pieces.append(run)
            continue
        end = len(run.text.rstrip(" \n"))
        start = min(end, len(run.text) - len(run.text.lstrip(" \n")))
        parts = (run.text[:start], run.text[start:end], run.text[end:])
        pieces += [run._replace(text=part) for part in parts if part]
    before, after = _solid_marks(pieces), _solid_marks(reversed(pieces))[::-1]
    return [
        run if run.note or run.text.strip(" \n") else run._replace(marks=run.marks & left & right)
        for run, left, right in zip(pieces, before, after, strict=True)
    ]


def _solid_marks(pieces) -> list[frozenset]:
    """For each piece, the marks of the last piece up to it that is not blank."""
    marks, found = frozenset(), []
    for run in pieces:
        if run.note or run.text.strip(" \n"):
            marks = run.marks
        found.append(marks)
    return found


# --- writing


def escaped(text: str) -> str:
    # U+0338 right after a tag would compose with its ">" if somebody normalised the whole string.
    written = escape(re.sub("(^|\n)\u0338", r"\1\0", text), quote=False)
    return written.replace("\0", "&#824;").replace("\n", "<br>")


def write_note(note: Run) -> str:
    return f'<span class="fn">{write_runs(note.note)}</span>'


def write_runs(runs, note=write_note) -> str:
    """Inline HTML; `note` writes the call of a footnote."""
    return "".join(_written(list(runs), frozenset(), note))


def _written(runs: list[Run], opened: frozenset, note):
    position = 0
    while position < len(runs):
        run = runs[position]
        if not run.marks - opened:
            yield note(run) if run.note else escaped(run.text)
            position += 1
            continue
        mark, end = _longest(runs, position, opened)
        name, _, href = mark.partition(" ")
        yield f'<a href="{escape(href)}">' if name == "a" else f"<{name}>"
        yield from _written(runs[position:end], opened | {mark}, note)
        yield f"</{name}>"
        position = end


def _longest(runs: list[Run], start: int, opened: frozenset) -> tuple[str, int]:
    """The mark that goes on for longest from here is opened first; so equal text has one way to be written."""
    best, best_end = "", start
    for mark in sorted(runs[start].marks - opened, key=lambda mark: MARK_ORDER.index(mark.partition(" ")[0])):
        end = next((i for i in range(start, len(runs)) if mark not in runs[i].marks), len(runs))
        if end > best_end:
            best, best_end = mark, end
    return best, best_end


def write(blocks: list[Block], note=write_note) -> str:
    return "".join(_written_block(block, note) for block in blocks)


def _written_block(block: Block, note) -> str:
    if block.runs:
        return f"<{block.kind}>{write_runs(block.runs, note)}</{block.kind}>"
    if block.kind == "li":
        return f"<li>{_item(block.blocks, note)}</li>"
    return f"<{block.kind}{_numbering(block)}>{write(block.blocks, note)}</{block.kind}>"


def _numbering(block: Block) -> str:
    start = f' start="{block.start}"' if block.start != 1 else ""
    return start + (f' type="{block.style}"' if block.style != "1" else "")


def _item(blocks: list[Block], note) -> str:
    """An item with one paragraph, and that first, is written without <p>."""
    if blocks[0].runs and not any(block.runs for block in blocks[1:]):
        return write_runs(blocks[0].runs, note) + write(blocks[1:], note)
    return write(blocks, note)


# --- questions


def leaves(blocks: list[Block]):
    """The blocks that hold words, in reading order."""
    for block in blocks:
        if block.runs:
            yield block
        yield from leaves(block.blocks)


def notes_of(blocks: list[Block]) -> list[Run]:
    return [run for block in leaves(blocks) for run in block.runs if run.note]

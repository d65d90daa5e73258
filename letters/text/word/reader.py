"""Reads a letter from a Word file (.docx)."""

import re
from dataclasses import replace
from itertools import groupby

import mammoth

from .. import tree
from ..characters import TextError
from ..html import plain, refuse_length
from ..letter import Imported, Piece, body_range, each_once, parted, split_off
from ..lines import TAB, TYPED_BULLET, by_line, lines_of, without_symbols
from . import styled
from .changes import CHOICES
from .lists import gathered, typed
from .package import open_docx
from .parts import plain_package
from .plain import Plain
from .xml import quoted

# Headings and quotations, named so when the file was made plain.
_STYLES = """
u => u
p.h2 => h2:fresh
p.h3 => h3:fresh
p.quote => blockquote > p:fresh
p => p:fresh
"""
_UNREADABLE = "The file could not be read as a Word letter. Open it in Word, save it as a new .docx and choose it again."
_INVISIBLE = re.compile("[\u200b\u2060\ufeff]")


def read_docx(data: bytes, changes: str = "") -> Imported:
    """The letter in a .docx; TextError for a file that is unsafe or no Word letter.

    Unsettled for tracked changes or comments, unless `changes` says how to take them: "accepted" or "rejected".
    """
    if changes not in CHOICES:
        raise ValueError(f"changes must be one of {CHOICES}, not {changes!r}")
    package = open_docx(data)
    doubts = package.doubts
    plain_parts, found = plain_package(package.parts, package.roots, changes, doubts)
    html = _with_notes(_converted(plain_parts))
    html, removed = _INVISIBLE.subn("", html)
    if removed:
        doubts.append(f"Invisible characters (zero-width spaces) were taken out: {removed}.")
    if found.places:
        return _ours(html, found, doubts)
    pieces = [piece for part, is_table in _tables_apart(html) for piece in (_rows(part) if is_table else _pieces(part, doubts))]
    _doubt_tables(pieces, doubts)
    _doubt_boxes(found.boxes, pieces, doubts)
    _doubt_paragraphs(found.paragraphs, pieces, doubts)
    _doubt_hidden(found.paragraphs, doubts)
    return split_off(pieces, doubts)


def _ours(html: str, found: Plain, doubts: list[str]) -> Imported:
    """A letter whose parts are told by their styles."""
    _doubt_hidden(found.paragraphs, doubts)
    letter = styled.imported(
        _tables_apart(html), found.places, lambda part, is_table: _rows(part) if is_table else _pieces(part, doubts), doubts
    )
    _doubt_boxes(found.boxes, [Piece((plain(letter.text.body),))], doubts)
    return replace(letter, doubts=each_once(doubts))


def _converted(package) -> str:
    try:
        result = mammoth.convert_to_html(
            package,
            style_map=_STYLES,
            include_default_style_map=False,
            include_embedded_style_map=False,
            ignore_empty_paragraphs=False,
            convert_image=lambda image: [],
            external_file_access=False,
        )
    except (LookupError, ValueError, AttributeError, TypeError, RecursionError, OSError) as error:
        raise TextError(_UNREADABLE) from error
    refuse_length(re.sub(r"<[^<>]*>", "", result.value))
    return result.value.replace("\t", TAB)


# --- footnotes

_NOTE = re.compile(r'<li id="((?:foot|end)note-[^"]*)">')
# The raised figures around a call stay: they may go on over words after it, and a footnote has no marks of its own.
_CALL = re.compile(r'<a href="#((?:foot|end)note-[^"]*)" id="[^"]*">\[\d+\]</a>')
_BACK = re.compile(r' ?<a href="#(?:foot|end)note-ref-[^"]*">↑</a>')


def _with_notes(html: str) -> str:
    """Each note where it is called, as a footnote span."""
    first = _NOTE.search(html)
    if not first:
        return html
    body = html[: first.start()].removesuffix("<ol>")
    listed = _NOTE.split(html[first.start() :])[1:]
    notes = {name: _inline(_BACK.sub("", note)) for name, note in zip(listed[::2], listed[1::2], strict=True)}
    return _CALL.sub(lambda call: f'<span class="fn">{notes.get(call.group(1), "")}</span>', body)


def _inline(note: str) -> str:
    """A note's paragraphs as one run of words with line breaks between."""
    if _CALL.search(note):
        raise TextError("A footnote calls another footnote. Make the inner one part of the outer one in Word.")
    blocks = tree.read(typed(note).replace(TAB, " "))
    return "<br>".join(tree.write_runs(block.runs) for block in tree.leaves(blocks))


# --- tables

_TABLE = re.compile(r"<(/?)table>")


def _tables_apart(html: str):
    """(HTML, whether it is a table) in order; a table within a table stays in it."""
    depth, start = 0, 0
    for tag in _TABLE.finditer(html):
        if not tag.group(1) and depth == 0:
            yield html[start : tag.start()], False
            start = tag.end()
        depth += -1 if tag.group(1) else 1
        if depth == 0:
            yield html[start : tag.start()], True
            start = tag.end()
    yield html[start:], False


def _rows(table: str):
    """One piece for each row, with its cells."""
    for row in re.split(r"<tr>", typed(table))[1:]:
        cells = [tree.read(cell) for cell in re.split(r"<t[dh](?: [^<>]*)?>", row)[1:]]
        lines = tuple(tuple(line for block in tree.leaves(cell) for line in lines_of(block.runs)) for cell in cells)
        html = " | ".join(tree.write_runs(block.runs) for cell in cells for block in tree.leaves(cell))
        if html:
            flat = tuple(line for cell in lines for line in cell)
            yield Piece(flat, f"<p>{html.replace(TAB, ' ')}</p>", lines)


def _doubt_tables(pieces: list[Piece], doubts: list[str]) -> None:
    start, end = body_range(pieces)
    for is_table, rows in groupby(pieces[start:end], lambda piece: bool(piece.cells)):
        if is_table:
            text = " ".join(line for piece in rows for line in piece.lines)
            doubts.append(f"A table in the text was kept as lines, its cells parted by “|”: {quoted(text, 12)}.")


# --- paragraphs


def _pieces(html: str, doubts: list[str]):
    for block in _with_typed_bullets(gathered(tree.read(html, keep_empty=True)), doubts):
        if block.kind != "p" or not tree.readable(block.runs):
            text = tuple(line for leaf in tree.leaves([block]) for line in lines_of(leaf.runs))
            yield Piece(text, tree.write([block]).replace(TAB, " ")) if text else Piece()
            continue
        lines = list(by_line(block.runs))
        texts = ["".join(lines_of(line)) for line in lines]
        for first, last in parted(texts):
            yield from _parted_by_blanks(lines[first:last])


def _parted_by_blanks(lines):
    """Pieces of lines that stand together; a blank line between them parts paragraphs, however it was made."""
    for is_filled, together in groupby(lines, tree.readable):
        if not is_filled:
            yield Piece()
            continue
        together = list(together)
        inline = "<br>".join(tree.write_runs(line) for line in together)
        yield Piece(tuple("".join(lines_of(line)) for line in together), f"<p>{inline.replace(TAB, ' ')}</p>")


def _with_typed_bullets(blocks, doubts: list[str]):
    """Paragraphs that begin with a typed bullet as list items; symbols without a public code left out."""
    found = []
    for block in blocks:
        first = block.runs[0].text if block.kind == "p" and block.runs else ""
        typed = TYPED_BULLET.match(first)
        if typed:
            block.runs[0] = block.runs[0]._replace(text=first[typed.end() :])
        for leaf in tree.leaves([block]):
            leaf.runs = without_symbols(leaf.runs, doubts)
        if not typed:
            found.append(block)
            continue
        if not (found and found[-1].kind == "ul"):
            found.append(tree.Block("ul"))
        found[-1].blocks.append(tree.Block("li", blocks=[block]))
    return found


# --- what the reader is told


def _joined(text: str) -> str:
    return "".join(text.replace(TAB, " ").split())


def _doubt_boxes(boxes: list[str], pieces: list[Piece], doubts: list[str]) -> None:
    kept = _joined("".join(line for piece in pieces for line in piece.lines))
    for text in dict.fromkeys(boxes):
        place = "stands in the text now" if _joined(text) in kept else "is not in the text as it was"
        doubts.append(f"The text box {quoted(text)} {place}. Check that this is right.")


def _doubt_paragraphs(found, pieces: list[Piece], doubts: list[str]) -> None:
    start, end = body_range(pieces)
    kept = _joined("".join(line for piece in pieces[start:end] for line in piece.lines))
    doubts += [sentence for text, sentence in found.if_in_text if _joined(text) in kept]
    for marks in found.marks.values():
        sentences = [sentence for text, sentence in marks if _joined(text) in kept]
        if sentences:
            rest = len(sentences) - 1
            more = f", and so {'is' if rest == 1 else 'are'} {rest} more of its list" if rest else ""
            doubts.append(f"{sentences[0]}{more}.")


def _doubt_hidden(found, doubts: list[str]) -> None:
    if found.hidden:
        doubts.append(f"Hidden words were taken as text: {quoted(' '.join(found.hidden))}. Delete them if they should go.")

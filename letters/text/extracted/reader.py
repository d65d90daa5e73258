"""Reads a letter from text that was extracted from a PDF."""

from ..letter import Imported, Piece, body_range, parted, split_off
from .notes import place_notes, take_notes
from .pages import Group, decoded, grouped, with_plain_characters
from .paragraphs import paragraphs, written


def read_txt(data: bytes | str) -> Imported:
    """The letter in UTF-8 text, rebuilt; TextError when it is no such text, too long, or holds refused characters."""
    return read_text(decoded(data), [])


def read_text(text: str, doubts: list[str]) -> Imported:
    """The letter in text with "\\n" line ends; what was found before is in `doubts` already."""
    text = with_plain_characters(text, doubts)
    groups, notes = take_notes(grouped(text, doubts), "\f" in text, doubts)
    parts = [_part(group, first, last) for group in groups for first, last in parted(group.lines)]
    pieces = [Piece(tuple(part.lines)) for part in parts]
    start, end = body_range(pieces)
    body = paragraphs(parts[start:end], doubts)
    place_notes(body, notes, doubts)
    return split_off([*_blank_between(pieces[:start]), *written(body, doubts), *_blank_between(pieces[end:])], doubts)


def _part(group: Group, first: int, last: int) -> Group:
    return Group(group.lines[first:last], group.page, group.joins and first == 0, group.zone)


def _blank_between(pieces: list[Piece]) -> list[Piece]:
    return [part for piece in pieces for part in (piece, Piece())]

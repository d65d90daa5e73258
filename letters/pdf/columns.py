"""The signers' two columns: across, row by row, or down the left column of each page and then the right one."""

from collections.abc import Callable
from typing import NamedTuple

from letters.pdf import fonts
from letters.pdf.letter import Signer

COLUMN = 3.25 * 72 - 12  # points for a name
SURE = 0.98  # of the column: a line that is not longer does not wrap


class Height(NamedTuple):
    """Of a signer's block: from its top to the name, and from there to its end."""

    above: float
    below: float


class Placed(NamedTuple):
    """A signer of a column, with the points that are left free above for the other column to keep step."""

    signer: Signer
    free: float = 0

    @property
    def style(self) -> str:
        return f"margin-top: {self.free:.2f}pt" if self.free > 0.01 else ""


class Chunk(NamedTuple):
    """The signers of one page, as they go down."""

    left: tuple[Placed, ...]
    right: tuple[Placed, ...]


def rows(signers: tuple[Signer, ...]) -> list[dict]:
    """As the template has them, one for each two signers."""
    pairs = [signers[start : start + 2] for start in range(0, len(signers), 2)]
    return [
        {
            "look": "row with-image" if any(signer.image for signer in pair) else "row",
            "cells": [[Placed(signer)] for signer in pair],
        }
        for pair in pairs
    ]


def chunk_rows(chunks: list[Chunk]) -> list[dict]:
    """As the template has them, one for each page."""
    return [{"look": "row stacks", "stacked": True, "cells": [stack for stack in chunk if stack]} for chunk in chunks]


def chunks(signers: tuple[Signer, ...], heights: list[Height], first: float, later: float) -> list[Chunk]:
    """Page by page, as many as fit: the left column is full, or the last page's two are even. `first`, `later`: the
    height that the first and each later page have for signers; a page takes two at least."""
    found, start = [], 0
    while start < len(signers):
        room = later if found else first
        half = deepest(heights[start:], room)
        found.append(chunk(signers[start : start + 2 * half], heights[start : start + 2 * half], half))
        start += 2 * half
    return found


def deepest(heights: list[Height], room: float) -> int:
    """How many rows fit; no more than are needed for two even columns."""
    half, needed = 1, -(-len(heights) // 2)
    while half < needed and tall(heights, half + 1) <= room:
        half += 1
    return half


def tall(heights: list[Height], half: int) -> float:
    left, right = heights[:half], heights[half : 2 * half]
    return sum(sum(row_height(left[at], *right[at : at + 1])) for at in range(len(left)))


def row_height(*cells: Height) -> Height:
    return Height(max(cell.above for cell in cells), max(cell.below for cell in cells))


def chunk(signers: tuple[Signer, ...], heights: list[Height], half: int) -> Chunk:
    level = [row_height(*heights[at::half]) for at in range(min(half, len(signers)))]
    return Chunk(*(stack(signers[part], heights[part], level) for part in (slice(half), slice(half, None))))


def stack(signers: tuple[Signer, ...], heights: list[Height], level: list[Height]) -> tuple[Placed, ...]:
    placed, owed = [], 0.0
    for signer, own, row in zip(signers, heights, level, strict=False):
        placed.append(Placed(signer, owed + row.above - own.above))
        owed = row.below - own.below
    return tuple(placed)


def heights(signers: tuple[Signer, ...], measured: Callable[[list[Signer]], list[Height]]) -> list[Height]:
    """One for each signer. `measured` lays out the few that it takes to know all: signers who need one line for the name
    and one for the title are alike."""
    shapes = [_shape(signer) for signer in signers]
    kinds = dict(zip(shapes, signers, strict=True))
    known = dict(zip(kinds, measured(list(kinds.values())), strict=True))
    return [known[shape] for shape in shapes]


def _shape(signer: Signer):
    lines = signer.name, signer.title
    short = all(lines) and all(fonts.width(line) <= COLUMN * SURE for line in lines)
    return bool(signer.image), None if short else lines

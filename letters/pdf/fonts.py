"""The four files the letter is set from, and the question whether they hold every character of it."""

import unicodedata
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "static" / "pdf" / "fonts"


@cache
def characters() -> frozenset[str]:
    """What can be printed in every style: the characters that all four files hold, and white space."""
    held = [_characters_of(file) for file in FOLDER.glob("*.ttf")]
    printable = {char for char in set.intersection(*held) if unicodedata.category(char) not in ("Cc", "Cf", "Co")}
    return frozenset(printable | set(" \n\r\t\N{NO-BREAK SPACE}\N{SOFT HYPHEN}"))


def _characters_of(file: Path) -> set[str]:
    with TTFont(file, lazy=True) as font:
        return {chr(code) for code in font.getBestCmap()}


@cache
def _advances() -> tuple[dict[str, int], int]:
    """The regular style's widths, without kerning, and how many of them make an em."""
    with TTFont(FOLDER / "LiberationSerif-Regular.ttf", lazy=True) as font:
        advances = font["hmtx"]
        return {chr(code): advances[name][0] for code, name in font.getBestCmap().items()}, font["head"].unitsPerEm


def width(line: str, size: float = 12) -> float:
    """About how long the line is, in points; a character that is not in the font counts as wide."""
    advances, em = _advances()
    return sum(advances.get(char, em) for char in line) * size / em


def first_missing(text: str) -> int | None:
    """Where the first character stands that cannot be printed."""
    if unprintable := set(text) - characters():
        return min(map(text.index, unprintable))
    return None


def named(char: str) -> str:
    """A character as staff can look it up: “→” (U+2192 RIGHTWARDS ARROW)."""
    shown = f"“{char}” " if char.isprintable() else ""
    return f"{shown}(U+{ord(char):04X} {unicodedata.name(char, 'unnamed')})"

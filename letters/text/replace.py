"""Puts other words into a letter's text, where they stand, under the marks that the old ones had."""

import re

from . import tree
from .characters import TextError, clean_line
from .html import canonical

_SPACE = r"(?:[^\S\n]+(?:\n[^\S\n]*)?|\n[^\S\n]*)"
_STRUCK = "\ufdd2"  # a code point that no text may use


def replaced(text: dict, old: str, new: str) -> dict:
    """The parts with the words `old` replaced by `new`; an empty `new` strikes them.

    White space counts as one space, except a blank line, and footnotes within the old words stay, after the new ones. TextError
    when the old words stand in the text not at all or several times.
    """
    wanted = _pattern(old)
    new = clean_line(new, field="The new words", max_length=2000)
    found = count(text, old)
    if found == 0:
        raise TextError(f"“{_short(old)}” is not in the text any more. Change the text by hand.")
    if found > 1:
        raise TextError(f"“{_short(old)}” stands {found} times in the text. Change it by hand, in the right place.")
    parts = {name: _in_lines(part, wanted, new) for name, part in text.items() if name != "body"}
    blocks = tree.read(text["body"])
    for leaf in tree.leaves(blocks):
        leaf.runs = _with_notes(_put(leaf.runs, wanted, new), wanted, new)
    return {**parts, "body": canonical(tree.write(blocks))}


def count(text: dict, words: str) -> int:
    """How often the words stand in the parts, notes included."""
    wanted = _pattern(words)
    blocks = tree.read(text["body"])
    runs = [leaf.runs for leaf in tree.leaves(blocks)] + [note.note for note in tree.notes_of(blocks)]
    pieces = [part for name, part in text.items() if name != "body"] + ["".join(run.text for run in line) for line in runs]
    return sum(len(wanted.findall(piece)) for piece in pieces)


def _pattern(words: str) -> re.Pattern:
    """The words with any white space between them, and not within longer words."""
    words = clean_line(" ".join(words.split()), field="The words to replace", max_length=2000)
    if not words:
        raise TextError("Say which words of the letter you would change.")
    spaced = _SPACE.join(re.escape(word) for word in words.split())
    before = r"(?<!\w)" if words[0].isalnum() else ""
    after = r"(?!\w)" if words[-1].isalnum() else ""
    return re.compile(before + spaced + after)


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= 80 else words[:77] + "…"


def _in_lines(part: str, wanted: re.Pattern, new: str) -> str:
    """The part with the match replaced; a line of which nothing is left goes, so that no block falls in two."""
    if not wanted.search(part):
        return part
    lines = wanted.sub(lambda _: new or _STRUCK, part, count=1).split("\n")
    kept = "\n".join(line for line in lines if line.strip() != _STRUCK).replace(_STRUCK, "")
    spaced = re.sub(r" {2,}", " ", re.sub(r"(?m) +([,.;:?!]|$)", r"\1", kept))
    return re.sub(r"\n{3,}", "\n\n", spaced).strip()


def _put(runs, wanted: re.Pattern, new: str) -> list:
    """The runs with the match replaced. Each character is taken with its marks; a footnote is one character without text."""
    pieces = [piece for run in runs for piece in ([run] if run.note else (run._replace(text=char) for char in run.text))]
    places = [place for place, piece in enumerate(pieces) if not piece.note]
    match = wanted.search("".join(pieces[place].text for place in places))
    if not match:
        return list(runs)
    start, end = places[match.start()], places[match.end() - 1] + 1
    if not new and start and pieces[start - 1].text == " " and (end == len(pieces) or pieces[end].text in (" ", ",", ".", ";")):
        start -= 1
    kept = [piece for piece in pieces[start:end] if piece.note]
    marks = pieces[places[match.start()]].marks
    return tree.tidy([*pieces[:start], *([tree.Run(new, marks)] if new else []), *kept, *pieces[end:]])


def _with_notes(runs, wanted: re.Pattern, new: str) -> list:
    return [run._replace(note=tuple(_put(run.note, wanted, new))) if run.note else run for run in runs]

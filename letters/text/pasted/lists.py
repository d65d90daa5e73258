"""List items in pasted text: read from the marks that word processors write before them, and gathered into lists."""

import re
from dataclasses import dataclass

from .. import tree

BULLET = "•"
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
_PLAIN = re.compile(r"\(?(\d{1,4})\s?[.):]?\)?")
_LEGAL = re.compile(r"(?:\d{1,3}\.){1,8}(\d{1,3})\.?")
_LETTERS = re.compile(r"\(?([a-z]{1,8}|[A-Z]{1,8})\s?[.)]\)?")
_FORMATS = re.compile(r"@list\s+(l\d{1,4}):level(\d)[^{}]{0,40}\{([^{}]{0,4000})\}")
_FORMAT = re.compile(r"mso-level-number-format:\s*([a-z-]{1,30})")
_PLACE = re.compile(r"(l\d{1,4})\s+level(\d)")
_STYLES = {"alpha-lower": "a", "alpha-upper": "A", "roman-lower": "i", "roman-upper": "I"}
_CSS_STYLES = {
    **{"lower-alpha": "a", "lower-latin": "a", "upper-alpha": "A", "upper-latin": "A", "lower-roman": "i", "upper-roman": "I"},
    **{"decimal": "1", "decimal-leading-zero": "1", "a": "a", "A": "A", "i": "i", "I": "I", "1": "1"},
    **dict.fromkeys(["disc", "circle", "square"], BULLET),
}


@dataclass
class Item:
    """The place of a paragraph in lists. `style`: 1, a, A, i, I or "•"; `number` 0: the next one; `more`: of the item above."""

    level: int
    style: str
    number: int = 0
    more: bool = False


def formats(markup: str) -> dict[tuple[str, str], str]:
    """{("l0", "1"): "roman-lower"} from the style sheet that Word puts before its text."""
    found = {}
    for name, level, rules in _FORMATS.findall(markup):
        kind = _FORMAT.search(rules)
        found[name, level] = kind.group(1) if kind else "decimal"
    return found


def css_style(word: str) -> str:
    """The style for a list-style-type or a type attribute, "" for none that is known."""
    return _CSS_STYLES.get(word, "")


def word_item(place: str, mark: str, known: dict[tuple[str, str], str], last: Item | None) -> Item | None:
    """The item of "l0 level2 lfo1" with a mark such as "iv."; None where the mark is more than a number ("Section 1.")."""
    found = _PLACE.search(place)
    if found is None:
        return None
    level, form = int(found.group(2)) - 1, known.get((found.group(1), found.group(2)), "")
    if not mark:
        return Item(level, BULLET if form in ("", "bullet") else _STYLES.get(form, "1"))
    style, number = _read(mark, form, last if last is not None and last.level == level else None)
    return Item(level, style, number) if style else None


def _read(mark: str, form: str, last: Item | None) -> tuple[str, int]:
    """(style, number) of a mark, ("", 0) for other words."""
    plain = _PLAIN.fullmatch(mark) or _LEGAL.fullmatch(mark)
    letters = _LETTERS.fullmatch(mark)
    if plain:
        return "1", int(plain.group(1))
    if letters:
        return _lettered(letters.group(1), form, last)
    return (BULLET, 0) if len(mark) <= 2 and (not mark.isalnum() or mark in "oOqvØ§") else ("", 0)


def _lettered(word: str, form: str, last: Item | None) -> tuple[str, int]:
    roman, letter = _roman(word.lower()), _letter(word.lower())
    goes_on = last is not None and last.style in "aA" and last.number + 1 == letter
    if roman and form.startswith("roman"):
        letter = 0
    elif letter and (form.startswith("alpha") or goes_on or word.lower() not in ("i", "v", "x")):
        roman = 0 if len(word) == 1 or form.startswith("alpha") or not roman else roman
    style = "i" if roman else "a" if letter else ""
    return (style.upper() if word.isupper() else style), roman or letter


def _letter(word: str) -> int:
    """1 for a, 26 for z, 27 for aa (as Word counts), 0 for others."""
    return ord(word[0]) - 96 + 26 * (len(word) - 1) if len(set(word)) == 1 else 0


def _roman(word: str) -> int:
    """The number of a Roman numeral in its one right form, 0 for anything else."""
    if not re.fullmatch(r"m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})", word):
        return 0
    values = [_ROMAN[letter] for letter in word]
    return sum(-here if here < after else here for here, after in zip(values, [*values[1:], 0], strict=True))


# --- gathering


def gathered(items: list[tuple[Item, list[tree.Run]]]) -> list[tree.Block]:
    """Items in a row as nested lists; one begins anew where the style or the numbers do not go on."""
    found: list[tree.Block] = []
    open_lists: list[tuple[int, tree.Block]] = []
    for item, runs in items:
        block = tree.Block("p", list(runs))
        if item.more and open_lists:
            open_lists = [pair for pair in open_lists if pair[0] <= item.level] or open_lists[:1]
            open_lists[-1][1].blocks[-1].blocks.append(block)
            continue
        outer = [pair for pair in open_lists if pair[0] <= item.level]
        same = outer[-1][1] if outer and (outer[-1][0] == item.level or len(outer) == tree.MAX_LIST_DEPTH) else None
        level = outer[-1][0] if same is not None else item.level
        open_lists = outer[:-1] if same is not None else outer
        if same is None or not _goes_on(same, item):
            same = _begun(item)
            (open_lists[-1][1].blocks[-1].blocks if open_lists else found).append(same)
        open_lists.append((level, same))
        same.blocks.append(tree.Block("li", blocks=[block]))
    return found


def _goes_on(listing: tree.Block, item: Item) -> bool:
    if listing.kind == "ul":
        return item.style == BULLET
    return item.style == listing.style and item.number in (0, listing.start + len(listing.blocks))


def _begun(item: Item) -> tree.Block:
    if item.style == BULLET:
        return tree.Block("ul")
    return tree.Block("ol", start=min(max(item.number, 1), tree.MAX_START), style=item.style)

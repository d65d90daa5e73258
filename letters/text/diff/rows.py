"""What became of each block of a part, and of each word in it."""

from dataclasses import replace
from itertools import accumulate, groupby, pairwise
from typing import NamedTuple

from . import alignment
from .units import Leaf, Token, is_number


class Item(NamedTuple):
    """A stretch of words. `kind` is

    - same: `new` as it was; `old` differs at most in the numbers of notes
    - changed: `old` was taken out and `new` put in
    - formatted: the same words with other marks
    - note: one footnote each, with what became of its words `inside`
    """

    kind: str
    old: tuple[Token, ...] = ()
    new: tuple[Token, ...] = ()
    inside: tuple["Item", ...] = ()


class Row(NamedTuple):
    """A block: in both texts, only in the old or only in the new. `reshaped` when it changed its kind or its list."""

    old: Leaf | None
    new: Leaf | None
    items: tuple[Item, ...]
    reshaped: bool = False
    moved: bool = False

    @property
    def leaf(self) -> Leaf:
        return self.new or self.old

    @property
    def is_changed(self) -> bool:
        return self.reshaped or not (self.old and self.new) or any(item.kind != "same" for item in self.items)


def compared(old: list, new: list, *, one_line: bool = False) -> list[Row]:
    """The rows in reading order; `one_line`: each side is one block, and they are the same line whatever it says."""
    old, new = _cut(old, new), _cut(new, old)
    pairs = alignment.blocks([leaf.words for leaf in old], [leaf.words for leaf in new])
    if one_line and old and new:
        pairs = [(0, 0)]
    rows, before = [], (-1, -1)
    for i, j in [*pairs, (len(old), len(new))]:
        gone, come = old[before[0] + 1 : i], new[before[1] + 1 : j]
        rows += [Row(leaf, None, _changed(leaf.tokens, ())) for leaf in gone]
        rows += [Row(None, leaf, _changed((), leaf.tokens)) for leaf in come]
        if (i, j) != (len(old), len(new)):
            follows = rows[-1] if rows and not gone and not come else None
            rows.append(Row(old[i], new[j], items(old[i].tokens, new[j].tokens), _reshaped(old[i], new[j], follows)))
        before = (i, j)
    return _with_moved(rows)


def _cut(leaves: list[Leaf], others: list[Leaf]) -> list[Leaf]:
    """The leaves, a paragraph that is two or more in the other text cut where it is parted there."""
    known = {leaf.words for leaf in others}
    whole = [n for n, leaf in enumerate(leaves) if leaf.words not in known]
    if len(whole) * len(others) > alignment.MAX_COMPARED:
        return leaves
    cut = {n: list(_pieces(leaves[n], _lengths(leaves[n], others))) for n in whole}
    return [piece for n, leaf in enumerate(leaves) for piece in cut.get(n, [leaf])]


def _lengths(leaf: Leaf, others: list[Leaf]) -> list[int]:
    """How many words each of the blocks holds that together are this one; [] when there are none such."""
    words, spaced = leaf.words, _spaced(leaf.tokens)
    for start in range(len(others)):
        lengths, done = [], 0
        for other in others[start:]:
            if other.shape != leaf.shape or not other.words or words[done : done + len(other.words)] != other.words:
                break
            lengths.append(len(other.words))
            done += len(other.words)
            if done == len(words):
                return lengths
            if done not in spaced:
                break
    return []


def _spaced(tokens) -> set[int]:
    """After how many words there is a space."""
    running = accumulate((not token.is_space for token in tokens), initial=0)
    return {words for words, token in zip(running, tokens, strict=False) if token.is_space}


def _pieces(leaf: Leaf, lengths: list[int]):
    solid = [n for n, token in enumerate(leaf.tokens) if not token.is_space]
    starts = [0, *accumulate(lengths)][:-1] or [0]
    for number, start in enumerate(starts):
        end = solid[starts[number + 1] - 1] + 1 if number + 1 < len(starts) else len(leaf.tokens)
        first = solid[start] if number else 0
        together = len(leaf.path) if number else leaf.together
        yield replace(leaf, tokens=leaf.tokens[first:end], together=together, continues=number > 0)


def _reshaped(old: Leaf, new: Leaf, follows: Row | None) -> bool:
    """Whether the block stands in other lists, quotations or as another kind; said once for all items of a list.

    Where both follow the same block, it also counts whether they stand together with it.
    """
    if old.continues != new.continues:
        return True
    if follows is None or not follows.old or not follows.new:
        return old.shape != new.shape
    if old.together != new.together:
        return True
    goes_on = min(old.together, new.together) > 0 and (follows.old.shape, follows.new.shape) == (old.shape, new.shape)
    return old.shape != new.shape and not goes_on


def _with_moved(rows: list[Row]) -> list[Row]:
    gone = {row.old.words for row in rows if not row.new and len(row.old.words) > 3}
    moved = gone & {row.new.words for row in rows if not row.old}
    return [row._replace(moved=row.leaf.words in moved and not (row.old and row.new)) for row in rows]


def items(old: tuple[Token, ...], new: tuple[Token, ...]) -> tuple[Item, ...]:
    """What became of the words of one block; spaces go with the words around them."""
    if old == new:
        return (Item("same", old, new),) if new else ()
    found, before = [], (-1, -1)
    for i, j in [*_anchors(old, new), (len(old), len(new))]:
        found += _gap(old[before[0] + 1 : i], new[before[1] + 1 : j])
        if (i, j) != (len(old), len(new)):
            found.append(_pair(old[i], new[j]))
        before = (i, j)
    return tuple(_joined(found))


def _anchors(old, new) -> alignment.Pairs:
    solid_old = [n for n, token in enumerate(old) if not token.is_space]
    solid_new = [n for n, token in enumerate(new) if not token.is_space]
    words_old, words_new = [old[n] for n in solid_old], [new[n] for n in solid_new]
    pairs = alignment.equals([token.key for token in words_old], [token.key for token in words_new])
    pairs = _readable(_with_notes(pairs, words_old, words_new), words_old, words_new)
    return [(solid_old[i], solid_new[j]) for i, j in pairs]


def _with_notes(pairs, old, new) -> alignment.Pairs:
    """Also the pairs of footnotes between them that say nearly the same."""
    notes_old, notes_new = ([n for n, token in enumerate(side) if token.number] for side in (old, new))
    if not notes_old or not notes_new:
        return pairs
    place_old, place_new = ({n: place for place, n in enumerate(side)} for side in (notes_old, notes_new))
    known = [(place_old[i], place_new[j]) for i, j in pairs if i in place_old and j in place_new]
    words_old, words_new = [_keys(old[n].note) for n in notes_old], [_keys(new[n].note) for n in notes_new]
    added = alignment.with_alike(known, words_old, words_new)
    return _in_order(pairs, [(notes_old[a], notes_new[b]) for a, b in added])


def _keys(found) -> tuple[str, ...]:
    return tuple(token.key for token in found if token.is_word)


def _in_order(pairs, more) -> alignment.Pairs:
    """All pairs, without those of `more` that cross one of `pairs`."""
    found, rest = [], iter(sorted(set(more) - set(pairs)))
    waiting = next(rest, None)
    for pair in [*pairs, (float("inf"), float("inf"))]:
        while waiting and waiting[0] < pair[0]:
            if waiting[1] < pair[1] and (not found or waiting[1] > found[-1][1]):
                found.append(waiting)
            waiting = next(rest, None)
        found.append(pair)
    return found[:-1]


def _readable(pairs, old, new) -> alignment.Pairs:
    """Without the odd word or comma that two rewritten stretches happen to share between them."""
    found, words = [], (_running_words(old), _running_words(new))
    stretches = [[(-1, -1)], *_stretches(pairs), [(len(old), len(new))]]
    last = (-1, -1)
    for stretch, ahead in pairwise(stretches[1:]):
        before, after = _between(last, stretch[0], words), _between(stretch[-1], ahead[0], words)
        is_inner = last != (stretch[0][0] - 1, stretch[0][1] - 1) and ahead[0] != (stretch[-1][0] + 1, stretch[-1][1] + 1)
        if not is_inner or not _is_stray([old[i] for i, _ in stretch], min(before, after)):
            found += stretch
            last = stretch[-1]
    return found


def _running_words(found) -> list[int]:
    return [0, *accumulate(token.is_word for token in found)]


def _between(start, end, words) -> int:
    """The words that lie between two pairs, on the side that has more of them."""
    return max(side[after] - side[before + 1] for side, before, after in zip(words, start, end, strict=True))


def _stretches(pairs):
    stretch = []
    for pair in pairs:
        if stretch and (stretch[-1][0] + 1, stretch[-1][1] + 1) != pair:
            yield stretch
            stretch = []
        stretch.append(pair)
    if stretch:
        yield stretch


def _is_stray(shared, between: int) -> bool:
    if any(token.number or is_number(token.key) for token in shared):
        return False
    return 3 * sum(token.is_word for token in shared) <= between


def _gap(old, new):
    start, end = alignment.same_ends([token.text or token.key for token in old], [token.text or token.key for token in new])
    yield from map(_pair, old[:start], new[:start])
    yield from _changed(old[start : len(old) - end], new[start : len(new) - end])
    yield from map(_pair, old[len(old) - end :], new[len(new) - end :])


def _changed(old, new) -> tuple[Item, ...]:
    return (Item("changed", tuple(old), tuple(new)),) if old or new else ()


def _pair(old: Token, new: Token) -> Item:
    if old.number and new.number:
        inside = items(old.note, new.note)
        changed = any(item.kind != "same" for item in inside)
        return Item("note" if changed else "same", (old,), (new,), inside if changed else ())
    if old.text != new.text:
        return Item("changed", (old,), (new,))
    # The marks of a space follow from those of its neighbours.
    return Item("same" if old.marks == new.marks or old.is_space else "formatted", (old,), (new,))


def _joined(found: list[Item]) -> list[Item]:
    """Neighbours that say the same as one item."""
    stretches = groupby(zip(_sayings(found), found, strict=True), key=lambda pair: pair[0])
    return [_one([item for _, item in stretch]) for _, stretch in stretches]


def _sayings(found: list[Item]) -> list[tuple]:
    """What each item says; a space between two formatted words says the same as they do."""
    sayings = [_saying(number, item) for number, item in enumerate(found)]
    for number in range(1, len(found) - 1):
        is_space = found[number].kind == "same" and found[number].new[0].is_space
        if is_space and found[number - 1].kind == "formatted" and sayings[number - 1] == sayings[number + 1]:
            sayings[number] = sayings[number - 1]
    return sayings


def _saying(number: int, item: Item) -> tuple:
    if item.kind == "same":
        return ("same",)
    return ("formatted", item.old[0].marks, item.new[0].marks) if item.kind == "formatted" else (number,)


def _one(stretch: list[Item]) -> Item:
    old = tuple(token for item in stretch for token in item.old)
    new = tuple(token for item in stretch for token in item.new)
    return stretch[0]._replace(old=old, new=new)

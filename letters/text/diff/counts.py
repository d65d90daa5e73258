"""How many words of a letter differ, and which: by this it is judged whether a change may be called clerical."""

from itertools import groupby

from . import units
from .rows import Item, Row


class Counts:
    """Filled part by part; see `Difference` for what each count means."""

    def __init__(self):
        self.words_in: list[str] = []
        self.words_out: list[str] = []
        self.changed_words = 0
        self.numbers_in: list[str] = []
        self.numbers_out: list[str] = []

    def add(self, rows: list[Row]) -> None:
        for in_both, stretch in groupby(rows, key=lambda row: bool(row.old and row.new)):
            stretch = list(stretch)
            if in_both:
                for row in stretch:
                    self._items(row.items)
                    self._list_numbers(row)
            else:
                old = [token for row in stretch if row.old for token in row.old.tokens]
                new = [token for row in stretch if row.new for token in row.new.tokens]
                self._replaced(units.spelled(old), units.spelled(new), units.new_targets(old, new))

    def _items(self, items: tuple[Item, ...]) -> None:
        """A link that changed its target counts once, however many stretches its words make."""
        counted = ([], [])
        for item in items:
            if item.kind == "note":
                self._items(item.inside)
            if item.kind in ("same", "note"):
                counted = counted if all(token.is_space for token in item.new) else ([], [])
                continue
            targets = units.new_targets(item.old, item.new)
            self._replaced(*_words(item), targets if targets != counted else ([], []))
            counted = targets

    def _replaced(self, words_out: list[str], words_in: list[str], targets) -> None:
        gone, come = [*words_out, *targets[0]], [*words_in, *targets[1]]
        self.words_out += gone
        self.words_in += come
        self.changed_words += max(len(gone), len(come))
        self.numbers_out += filter(units.is_number, words_out)
        self.numbers_in += filter(units.is_number, words_in)

    def _list_numbers(self, row: Row) -> None:
        """Where a list begins is printed as a number, though it is no word."""
        before, after = row.old.first_numbers, row.new.first_numbers
        if row.reshaped and len(before) == len(after):
            changed = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
            self.numbers_out += [old for old, _ in changed]
            self.numbers_in += [new for _, new in changed]


def _words(item: Item) -> tuple[list[str], list[str]]:
    """The words of a replaced stretch; none where only punctuation, spaces or the kind of apostrophe changed."""
    keys_out, keys_in = ([token.key for token in side if token.is_word or token.number] for side in (item.old, item.new))
    return ([], []) if keys_out == keys_in else (units.spelled(item.old), units.spelled(item.new))

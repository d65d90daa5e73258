"""Puts every note on the page of its call, and no page stands half empty for it.

WeasyPrint moves whole notes, at times to another page than their call's. Where it does, or leaves much of a page empty, a
page is made to begin before the line of the call; where that would waste too much of the page, or a note is longer than a
page, the note itself goes on over the page.
"""

from itertools import accumulate, zip_longest
from typing import NamedTuple

from letters.pdf.letter import RenderError
from letters.pdf.markup import Pins, printing

ROOMY = 0.28 * 648  # points left empty at which a note is parted rather than moved whole
GAP = 13.8  # points between two paragraphs
AROUND = 17  # points between the text and a page's first note
MOST_NOTES = 590  # points that a page has for notes, as in the style sheet
SIGNED = 100  # points for the closing and the first signers, who stand on the page of the last lines
MOST_FAILED = 3  # times that a note is parted earlier than before, to see whether that fills the page
MOST_TRIES = 40  # layouts of one text
CHUNK = 36  # lines of a note that a page takes at most, of those that began on an earlier page
FEW = 2  # lines that are never parted from the rest of a paragraph or of a note
HEADINGS = ("h2", "h3")


class Group(NamedTuple):
    """Calls at one word: its line, how many characters of the whole text stand before it, the numbers of the notes."""

    line: int
    start: int
    notes: list[int]


def stray_note(sheets, loose=frozenset()) -> int | None:
    """The number of the first note that does not begin on the page of its call."""
    strays = (call for sheet in sheets for call in sheet.called if call not in sheet.standing)
    return next((call for call in strays if call not in loose), None)


def better(sheets, pins: Pins) -> Pins | None:
    """Pins that mend the first fault there is; None where nothing is wrong or nothing can be done about it."""
    stray = stray_note(sheets, pins.loose)
    empty = [page for page, sheet in enumerate(sheets[:-1]) if sheet.free > ROOMY]
    if not stray and not empty:
        return None
    pages = Pages(sheets, pins)
    called = pages.page[pages.line_of(stray)] if stray else len(sheets)
    early = (pages.for_empty(page) for page in empty if page < called)
    mended = next(filter(None, early), None)
    return mended or (pages.for_stray(stray) or pages.let_go(stray) if stray else None)


def settled(lay_out, pins: Pins):
    """(document, sheets, pins): what `lay_out(pins)` gives once every fault is mended that can be, and the pins it took."""
    document, sheets = lay_out(pins)
    most = MOST_TRIES
    while most and (mended := better(sheets, pins)):
        pins, most = mended, most - 1
        document, sheets = lay_out(pins)
    if stray := stray_note(sheets, pins.loose):
        raise RenderError(f"Note {stray} does not fit on the page of its call. Shorten it, or split the paragraph that calls it.")
    return document, sheets, pins


class Pages:
    """A letter as laid out with some pins, and what would be better."""

    def __init__(self, sheets, pins: Pins):
        self.sheets, self.pins = sheets, pins
        self.lines = [line for sheet in sheets for line in sheet.lines]
        self.page = [number for number, sheet in enumerate(sheets) for _ in sheet.lines]
        # How many characters stand before each line, and at the end.
        self.before = [0, *accumulate(printing(line.text) for line in self.lines)]

    # --- a note on another page than its call

    def for_stray(self, note: int) -> Pins | None:
        at = self.line_of(note)
        page, cut = self.page[at], self.cut_before(at)
        if cut is not None and self.left_by(cut) <= ROOMY:
            return self.with_cut(self.before[cut])
        if pins := self.filled(page, at, self.lines[at].bottom, self.notes_of(page, at)):
            return pins
        return self.loosened(at, note) if cut is None else self.with_cut(self.before[cut])

    def line_of(self, note: int) -> int:
        return next(at for at, line in enumerate(self.lines) if any(number == note for number, _ in line.calls))

    def cut_before(self, at: int) -> int | None:
        """The line with which a page can begin so that line `at` is on it; None where one does already."""
        start, end = self.block(at)
        cut = min(at, max(end - FEW, start))
        cut = start if cut - start < FEW and self.page[start] == self.page[at] else cut
        while cut and cut == self.block(cut)[0] and self.lines[cut - 1].kind in HEADINGS:
            cut = self.block(cut - 1)[0]
        begins = not cut or self.page[cut - 1] != self.page[at]
        return None if self.before[cut] in self.pins.cuts or (begins and self.page[at]) else cut

    def block(self, at: int) -> tuple[int, int]:
        """The first line of the paragraph that line `at` is in, and the first after it."""
        start = end = at
        while start and self.lines[start - 1].block is self.lines[at].block:
            start -= 1
        while end < len(self.lines) and self.lines[end].block is self.lines[at].block:
            end += 1
        return start, end

    def left_by(self, cut: int) -> float:
        """How much of a page stands empty when the next begins with this line."""
        page = self.page[cut]
        before = self.lines[cut - 1].bottom if cut and self.page[cut - 1] == page else self.lines[cut].top
        return self.limit(page, cut) - before

    def limit(self, page: int, end: int) -> float:
        """Where the text of a page has to end when it has the notes called before line `end`."""
        return self.sheets[page].bottom - self.height_of(self.notes_of(page, end), page)

    def notes_of(self, page: int, end: int) -> list[int]:
        lines = (line for line, at in zip(self.lines[:end], self.page, strict=False) if at == page)
        return [number for line in lines for number, _ in line.calls]

    def height_of(self, notes: list[int], page: int) -> float:
        """Of a page's notes: these, and what goes on there from the page before."""
        going_on = [part.height for part in self.sheets[page].parts if part.number not in self.sheets[page].called]
        heights = going_on + [self.whole(note)[0] for note in notes]
        return sum(heights) + AROUND * bool(heights)

    def whole(self, note: int) -> tuple[float, list[tuple[str, float]]]:
        """The height of a note in points, wherever its parts stand, and its lines."""
        parts = [part for sheet in self.sheets for part in sheet.parts if part.number == note]
        return sum(part.height for part in parts), [line for part in parts for line in part.lines]

    def with_cut(self, count: int) -> Pins | None:
        if count in self.pins.cuts or not 0 <= count < self.before[-1]:
            return None
        pins = self.pins.copy()
        pins.cuts.add(count)
        return pins

    def without_cut(self, count: int) -> Pins:
        """A cut is tried again: what it was made for may be on another page by now."""
        pins = self.pins.copy()
        pins.cuts.discard(count)
        pins.dropped.add(count)
        return pins

    # --- a note that goes on over the page

    def filled(self, page: int, at: int, bottom: float, taken: list[int]) -> Pins | None:
        """A page that ends with line `at`, or where that line's notes do not fit, between two of its calls.

        bottom: of the line on that page, whether it stands there yet. taken: notes that the page has before the line's.
        """
        keep = self.keep_with(at)
        groups = self.groups(at, keep)
        for group, later in zip_longest(groups, groups[1:]):
            last = keep - 1 if later is None else group.line
            end = self.before[last + 1] if later is None or later.line > group.line else later.start
            lowest = bottom + sum(line.bottom - line.top for line in self.lines[at + 1 : last + 1])
            if end == self.before[-1]:
                lowest += SIGNED
            *whole, note = group.notes
            standing = self.height_of([*taken, *whole], page) or AROUND
            room = min(self.sheets[page].bottom - lowest, MOST_NOTES + AROUND) - standing
            if room < self.whole(note)[0]:
                head = self.head(note, room)
                if head is not None:
                    return self.parted(note, head, end)
                return self.with_cut(group.start) if group is not groups[0] else None
            taken = [*taken, *group.notes]
        return self.with_cut(self.before[keep])

    def keep_with(self, at: int) -> int:
        """The first line after `at` that may begin a page."""
        start, end = self.block(at)
        after = max(at + 1, start + FEW)
        return end if end - after < FEW else after

    def groups(self, first: int, end: int) -> list[Group]:
        """The calls of these lines, those at the same word together."""
        found = []
        for at in range(first, end):
            called = -1
            for note, so_far in self.lines[at].calls:
                start = self.before[at] + printing(so_far.rstrip().rpartition(" ")[0])
                if start < called:
                    found[-1].notes.append(note)
                else:
                    found.append(Group(at, start, [note]))
                called = self.before[at] + printing(so_far)
        return found

    def head(self, note: int, room: float) -> int | None:
        """How many of a note's lines stay in the room, FEW at least and FEW less than all."""
        lines = self.whole(note)[1]
        fitting = sum(height <= room for height in accumulate(height for _, height in lines))
        if note in self.pins.splits:
            now = next(at for at, size in enumerate(sizes(lines)) if size >= self.pins.splits[note][0])
            fitting = min(fitting, now - FEW * 2 ** self.pins.failed.get(note, 0))
        head = min(fitting, len(lines) - FEW)
        return head if head >= FEW else None

    def parted(self, note: int, head: int, end: int) -> Pins:
        """The note goes on over the page after its first lines, and the next page begins after so many characters."""
        pins, lines = self.pins.copy(), self.whole(note)[1]
        size = sizes(lines)
        pins.splits[note] = [size[start] for start in (head, *range(head + CHUNK, len(lines) - FEW, CHUNK))]
        if end < self.before[-1]:
            pins.cuts.add(end)
        return pins

    def loosened(self, at: int, note: int) -> Pins | None:
        """For a word that calls more notes than a page holds: all but the first ones may begin on the next page."""
        group = next(group for group in self.groups(at, at + 1) if note in group.notes)
        (
            *whole,
            note,
        ) = group.notes[: group.notes.index(note) + 1]
        pins = self.pins.copy()
        pins.loose.update(group.notes[len(whole) + 1 :] or [note])
        return pins if pins.loose != self.pins.loose else None

    def let_go(self, note: int) -> Pins:
        """Where nothing else is left, the note begins on the next page, rather than that nobody has the letter."""
        pins = self.pins.copy()
        pins.loose.add(note)
        return pins

    # --- a page that stands half empty

    def for_empty(self, page: int) -> Pins | None:
        """Where the next page's first lines were moved there for a note, they come back with the head of it."""
        first = next((at for at, number in enumerate(self.page) if number > page), None)
        if first is None:
            return None
        if page in self.page and self.before[first] in self.pins.cuts - self.pins.dropped:
            return self.without_cut(self.before[first])
        sheet, top = self.sheets[page], self.lines[first].top
        used = sheet.bottom - self.height_of(sheet.called, page) - sheet.free + GAP * (self.block(first)[0] == first)
        used += sum(GAP + other.height - other.free for other in self.sheets[page + 1 : self.page[first]])
        used += top - (sheet.bottom - sheet.height)
        for at in range(first, len(self.lines)):
            bottom = used + self.lines[at].bottom - top
            if self.page[at] > self.page[first] or bottom > sheet.bottom:
                return None
            if self.lines[at].calls:
                return self.brought_back(page, first, at, bottom)
        return None

    def brought_back(self, page: int, first: int, at: int, bottom: float) -> Pins | None:
        sheet, called = self.sheets[page], {number for number, _ in self.lines[at].calls}
        failed = {note: self.pins.failed.get(note, 0) + 1 for note in called & set(self.pins.splits)}
        if max(failed.values(), default=0) > MOST_FAILED:
            return self.made_whole(called)
        if any(self.pins.failed.get(note, 0) > MOST_FAILED for note in called):
            return None
        pins = self.filled(page, at, bottom, sheet.called)
        if pins:
            pins.cuts.discard(self.before[first])
            pins.failed |= failed
        return pins if pins != self.pins else None

    def made_whole(self, notes: set[int]) -> Pins:
        """It did not help to part these notes: other rules keep their lines together with what follows."""
        pins = self.pins.copy()
        pins.failed |= dict.fromkeys(notes, MOST_FAILED + 1)
        pins.splits = {note: at for note, at in pins.splits.items() if note not in notes}
        return pins


def sizes(lines) -> list[int]:
    """How many characters of a note stand before each of its lines."""
    return [0, *accumulate(printing(text) for text, _ in lines)]

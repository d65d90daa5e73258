"""Footnotes in extracted text: the regions of notes are found and taken out, and each note is put at its call."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass

from ..letter import is_closing, is_salutation
from .pages import Group
from .paragraphs import Paragraph, begins_small, is_complete, join_lines

_SMALL = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
# How a note begins, by the way its number is written.
_STYLES = {
    "bracket": re.compile(r"\s*\[(\d{1,3})\]\s*(.*)"),
    "small": re.compile(r"\s*([⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})\s*(.*)"),
    "bare": re.compile(r"\s*(\d{1,3})(?:\s+(.*)|([^\W\d_a-z].*)|$)"),
    "dotted": re.compile(r"\s*(\d{1,3})[.)]\s+(.*)"),
}
_NOTE_BEGINS = re.compile(r"[^\W\d_a-z]|[\"“'‘§¶(\[\d]|https?:|www\.|see\b|id\b|ibid|supra|infra|cf\b|e\.g")


@dataclass
class Note:
    number: int
    lines: list[str]
    page: int
    zone: int = 0
    text: str = ""


# --- finding the notes


def take_notes(groups: list[Group], paged: bool, doubts: list[str]) -> tuple[list[Group], list[Note]]:
    """(groups without notes, notes in order). `paged`: what stands below a note on its page belongs to it."""
    style, chain = _best_chain(groups, paged)
    if not chain:
        return groups, []
    return _Taker(groups, _STYLES[style], chain, paged, doubts).take()


def _note_start(style: str, lines: list[str], number: int) -> int | None:
    found = _STYLES[style].fullmatch(lines[number])
    if not found:
        return None
    rest = next((part for part in found.groups()[1:] if part), "")
    if not rest:
        rest = lines[number + 1].strip() if number + 1 < len(lines) else ""
    value = int(found.group(1).translate(_SMALL))
    empty = re.match(rf"{value + 1}\b", rest)
    return value if _NOTE_BEGINS.match(rest) and not empty else None


def _best_chain(groups: list[Group], paged: bool) -> tuple[str, list[tuple[int, int, int]]]:
    """(style, (group, line, number) of each note): 1, 2, 3 … in the one style with most calls above the notes."""
    calls = _first_calls(groups)
    best, best_score = ("", []), 0
    for style in _STYLES:
        found = [
            (g, n, number)
            for g, group in enumerate(groups)
            for n in range(len(group.lines))
            if (number := _note_start(style, group.lines, n)) is not None
        ]
        firsts = [position for position, (_, n, number) in enumerate(found) if number == 1 and (n == 0 or paged)]
        for first in reversed(firsts[-20:]):
            chain = _chain(groups, found[first:], calls[True] if paged else {})
            called = [calls[style == "dotted"].get(number, (len(groups), 0)) < (g, n) for g, n, number in chain]
            score = sum(called)
            if called[:1] == [True] and score * 2 >= len(chain) and score > best_score:
                best, best_score = (style, chain), score
    return best


def _chain(groups, found, calls):
    chain = []
    for g, n, number in found:
        if number != len(chain) + 1:
            continue
        if (
            n == 0
            or (chain and (chain[-1][0] == g or _is_rest_of_note(groups[chain[-1][0]].lines[-1], n)))
            or _is_called_above(groups, calls.get(number), g, n)
        ):
            chain.append((g, n, number))
    return chain


def _is_rest_of_note(last_line: str, n: int) -> bool:
    """Whether `n` lines above the next note go on with the last one, whose last line is given."""
    return n <= 12 and is_open(last_line)


def _is_called_above(groups, call: tuple[int, int] | None, g: int, n: int) -> bool:
    """A note with no blank above it, whose call stands above it on the same page."""
    return call is not None and call < (g, n) and groups[call[0]].page == groups[g].page


def is_open(line: str) -> bool:
    """A note's line after which the note must go on."""
    line = line.rstrip()
    token = line.rsplit(None, 1)[-1] if line else ""
    if "://" in token or token.startswith("www."):
        return token[-1] in "-_&=,?"
    return not line.endswith((".", "!", "?", ")", "]", "”", '"', "’"))


def _first_calls(groups) -> tuple[dict[int, tuple[int, int]], dict[int, tuple[int, int]]]:
    """Where each number first stands as a call: (any call, only calls that are hardly anything else)."""
    weak, strong = {}, {}
    for g, group in enumerate(groups):
        for n, line in enumerate(group.lines):
            for call in _calls_in(line):
                weak.setdefault(call.number, (g, n))
                if call.score > 3:
                    strong.setdefault(call.number, (g, n))
    return weak, strong


class _Taker:
    def __init__(self, groups, style, chain, paged, doubts):
        self.groups, self.style, self.paged, self.doubts = groups, style, paged, doubts
        self.starts = defaultdict(list)
        for g, n, number in chain:
            self.starts[g].append((n, number))
        self.body: list[Group] = []
        self.notes: list[Note] = []
        self.zone, self.in_region = 0, False

    def take(self) -> tuple[list[Group], list[Note]]:
        for g, group in enumerate(self.groups):
            if g in self.starts:
                self.region(g, group)
            elif self.goes_on_below(group) or self.goes_on_elsewhere(g, group):
                self.extend(group.lines)
            else:
                self.keep(group)
        for note in self.notes:
            note.text = join_lines(note.lines, self.doubts)
        return self.body, self.notes

    def keep(self, group: Group) -> None:
        if self.in_region:
            self.zone += 1
            self.in_region, group.joins = False, True
        group.zone = self.zone
        self.body.append(group)

    def region(self, g: int, group: Group) -> None:
        starts = self.starts[g]
        above = group.lines[: starts[0][0]]
        if above and self.notes and _is_rest_of_note(self.notes[-1].lines[-1], len(above)):
            self.extend(above)
        elif above:
            self.keep(Group(above, group.page, group.joins))
        self.in_region = True
        ends = [n for n, _ in starts[1:]] + [len(group.lines)]
        for (n, number), end in zip(starts, ends, strict=True):
            lines = group.lines[n:end]
            rest = [part for part in self.style.fullmatch(lines[0]).groups()[1:] if part]
            self.notes.append(Note(number, [*rest[:1], *lines[1:]], group.page, self.zone))
        self.part_body(g, group.page)

    def part_body(self, g: int, page: int) -> None:
        """Text that goes on right below the notes, with no blank and no page break to tell."""
        note = self.notes[-1]
        if self.paged or not self.body or is_complete(self.body[-1].lines[-1]) or self.text_goes_on(g):
            return
        for n in range(1, len(note.lines)):
            before = note.lines[n - 1]
            if re.match(r"[^\W\d_A-Z][\w,]* ", note.lines[n]) and note.lines[n][:1].islower() and not is_open(before):
                rest, note.lines = note.lines[n:], note.lines[:n]
                self.doubts.append(f"“{' '.join(rest)[:80].strip()}…” below note {note.number} was taken as text.")
                self.keep(Group(rest, page, True))
                return

    def extend(self, lines: list[str]) -> None:
        note = self.notes[-1]
        note.lines += lines
        self.in_region = True
        words = " ".join(" ".join(lines).split())[:60]
        self.doubts.append(
            f"Footnote {note.number} goes on after a break; “{words}” was joined to it. Check that it belongs there."
        )

    def text_goes_on(self, g: int) -> bool:
        """Whether the next page begins in mid-sentence."""
        return g + 1 < len(self.groups) and self.groups[g + 1].joins and begins_small(self.groups[g + 1].lines[0])

    def goes_on_below(self, group: Group) -> bool:
        """On a page that ends with notes, what follows them."""
        here = self.paged and self.in_region and self.notes[-1].page == group.page
        return here and not any(is_closing(line) or is_salutation(line) for line in group.lines)

    def goes_on_elsewhere(self, g: int, group: Group) -> bool:
        """A group on a later page that cannot be text: it stands in mid-sentence, or begins small after a full one."""
        if not self.notes or not self.body or not is_open(self.notes[-1].lines[-1]):
            return False
        if group.page == self.notes[-1].page or (self.in_region and not group.joins):
            return False
        if not is_complete(self.body[-1].lines[-1]):
            return not self.in_region and self.text_goes_on(g)
        return begins_small(group.lines[0])


# --- finding the calls


@dataclass
class _Call:
    """A marker in a text; `score` is how likely it is a call: up to 3 doubtful, 7 hardly anything else, 10 surely."""

    start: int
    end: int
    number: int
    score: int
    place: Paragraph | None = None
    zone: int = 0


_SMALL_CALL = re.compile(r"\s?([⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})|\s?\[(\d{1,3})\]")
_DIGITS = re.compile(r"(?<![\d$€£#/–—-])(\d{1,3})(?![\d%/]|[.,]\d|[A-Za-z]|-\w)")
_UNITS = re.compile(
    r"\s*(?:percent|per\b|%|million|billion|trillion|thousand|hundred|dozen|years?\b|months?\b|weeks?\b|days?\b|hours?\b"
    r"|minutes?\b|times\b|U\.?S\.?C|C\.?F\.?R|F\.\dd|Fed\.|Stat\.|cents|dollars|people|Members|[ap]\.?m\b|to \d|and \d|or \d)",
)
_NUMBERED = re.compile(
    r"(?:^|[\s(])(?:sections?|secs?\.|titles?|parts?|chapters?|articles?|phase|class|category|tier|level|type|grade|no\.|nos\."
    r"|numbers?|rules?|pages?|pp?\.|vol\.|volume|items?|questions?|appendix|exhibit|figures?|tables?|steps?|acts?|amendment"
    r"|jan\w*\.?|feb\w*\.?|march|april|may|june|july|aug\w*\.?|sept?\w*\.?|oct\w*\.?|nov\w*\.?|dec\w*\.?|at|least|most|than|about"
    r"|approximately|nearly|over|under|between|and|or|of|in|by|for|to|the|a|an|with|from|only|some|these|those|all|are|were|was|is"
    r"|has|have|had|on|into|until|since|after|before|top|first|last|next|past|every|each|another|just|exactly|up|H\.R\.|S\.|§|¶)$",
    re.I,
)
# "H.R.1", "No.7", "J.2": a number that belongs to its abbreviation.
_ABBREVIATED = re.compile(r"(?:^|[\s(])(?:[A-Za-z]|H\. ?R|[HS]\. ?(?:Con\. ?|J\. ?)?Res|Nos?|Secs?|Art|Ch|pp?|v|vol)\.$")


def _calls_in(text: str):
    for found in _SMALL_CALL.finditer(text):
        number = int((found.group(1) or found.group(2)).translate(_SMALL))
        yield _Call(found.start(), found.end(), number, 10)
    for found in _DIGITS.finditer(text):
        start, score = _score(text, found.start(), found.end())
        if score:
            yield _Call(start, found.end(), int(found.group()), score)


def _score(text: str, start: int, end: int) -> tuple[int, int]:
    """(where the marker begins, how likely digits are a call: 0 no, up to 3 doubtful, 7 hardly anything else)."""
    before, after = text[max(0, start - 40) : start], text[end : end + 20]
    if not before.strip() or not re.match(r"\s|[.,;:)\]–—”\"’?!]|$", after):
        return start, 0
    if before[-1].isspace():
        words = before.rstrip()
        number = words[-1] in "0123456789$" or after[:1] in (")", "]", ".") or _UNITS.match(after) or _NUMBERED.search(words)
        sure = words[-1] in ".!?”" and re.match(r"\s+[^\Wa-z]|\s*$", after)
        return start - (len(before) - len(words)), 0 if number else 3 if sure else 2
    if _ABBREVIATED.search(before):
        return start, 1
    if re.search(r"\d[.,]$", before):
        return start, 3 if re.match(r"\s+[^\Wa-z]|\s*$", after) else 1
    if before[-1] in '.,;:!?”"’)]':
        return start, 7
    return (start, 3) if re.search(r"[^\W\d_A-Z]{2}$", before) else (start, 0)


def place_notes(body: list[Paragraph], notes: list[Note], doubts: list[str]) -> None:
    """Puts each note into the paragraph of its call, in place of the marker."""
    calls = [call for paragraph in body for call in _calls_of(paragraph)]
    zones = {note.number: note.zone for note in notes}
    possible = [call for call in calls if call.number in zones and call.zone <= zones[call.number]]
    chosen = _chosen(possible, zones)
    clear = Counter((call.number, call.zone) for call in possible if call.score > 3)
    for note in notes:
        call = chosen.get(note.number)
        if call is None:
            doubts.append(f"No call was found for note {note.number}, which was left out: “{note.text}”.")
            continue
        if call.score <= 3 or clear[call.number, call.zone] > 1:
            doubts.append(f"“{_context(call)}”: the {note.number} was taken as the call of footnote {note.number}.")
        call.place.notes.append((call.start, call.end, note.text))
    orphans = [call for call in calls if call.number not in zones and call.score > 3]
    for call in orphans[:20]:
        doubts.append(f"“{_context(call)}”: the {call.number} looks like a call, but no note {call.number} was found.")


def _calls_of(paragraph: Paragraph):
    for call in _calls_in(paragraph.text):
        call.place, call.zone = paragraph, paragraph.zone_at(call.start)
        yield call


def _context(call: _Call) -> str:
    return " ".join(call.place.text[max(0, call.start - 40) : call.end + 25].split(" ")[1:-1] or [call.place.text[:80]])


def _chosen(calls: list[_Call], zones: dict[int, int]) -> dict[int, _Call]:
    """The likeliest calls whose numbers rise in reading order (the heaviest rising chain)."""
    best = [(0, None)] * (max(zones, default=0) + 2)  # a Fenwick tree: the best chain that ends at or below a number

    for call in calls:
        before, number = (0, None), call.number - 1
        while number > 0:
            before = max(before, best[number], key=lambda chain: chain[0])
            number &= number - 1
        chain = (before[0] + call.score + (3 if call.zone == zones[call.number] else 0), (call, before[1]))
        number = call.number
        while number < len(best):
            if chain[0] > best[number][0]:
                best[number] = chain
            number += number & -number
    chosen, (_, link) = {}, max(best, key=lambda chain: chain[0])
    while link:
        call, link = link
        chosen[call.number] = call
    return chosen

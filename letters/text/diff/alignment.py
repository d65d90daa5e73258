"""Which units of two texts belong together, in bounded time and memory: equal words, equal blocks, blocks that are alike."""

from bisect import bisect_left
from collections import Counter
from functools import wraps

# The exact search keeps one bit for each pair of units: 12 MB. Beyond it only units that occur once on both sides are matched.
MAX_CELLS = 100_000_000
MAX_ROUNDS = 3
# Beyond so many pairs of blocks, only blocks in the same place of two equally long rows are compared.
MAX_COMPARED = 40_000
ALIKE = 0.5

Pairs = list[tuple[int, int]]


def _either_way(align):
    """The same pairs whichever side is called the old one, so that a difference and its reverse have the same counts."""

    @wraps(align)
    def aligned_either_way(old, new) -> Pairs:
        return [(i, j) for j, i in align(new, old)] if old > new else align(old, new)

    return aligned_either_way


# --- equal units


@_either_way
def equals(old: list, new: list) -> Pairs:
    """Positions of equal units, rising on both sides, as many as there can be (in hostile input: many)."""
    return list(_equals(old, new, 0, 0, MAX_ROUNDS))


def _equals(old, new, i: int, j: int, rounds: int):
    start, end = same_ends(old, new)
    yield from ((i + n, j + n) for n in range(start))
    inner_old, inner_new = old[start : len(old) - end], new[start : len(new) - end]
    for a, b in _inner(inner_old, inner_new, rounds):
        yield i + start + a, j + start + b
    yield from ((i + len(old) - n, j + len(new) - n) for n in range(end, 0, -1))


def same_ends(old, new) -> tuple[int, int]:
    """How many units at the start and how many at the end are equal, none counted twice."""
    shorter = min(len(old), len(new))
    start = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    rest = shorter - start
    return start, next((n for n in range(rest) if old[-1 - n] != new[-1 - n]), rest)


def _inner(old, new, rounds: int):
    if len(old) * len(new) <= MAX_CELLS:
        return _longest_common(old, new) if old and new else []
    anchors = _anchors(old, new) if rounds else []
    found, before = [], (-1, -1)
    for end in [*anchors, (len(old), len(new))] if anchors else []:
        i, j = before[0] + 1, before[1] + 1
        found += [*_equals(old[i : end[0]], new[j : end[1]], i, j, rounds - 1), end]
        before = end
    return found[:-1]


def _longest_common(old, new) -> Pairs:
    """The longest common subsequence, a row of the table in one integer (Hyyrö 2004): a zero bit is where it grows."""
    places: dict = {}
    for position, unit in enumerate(new):
        places[unit] = places.get(unit, 0) | 1 << position
    full = (1 << len(new)) - 1
    row, rows = full, []
    for unit in old:
        hits = row & places.get(unit, 0)
        row = ((row + hits) | (row - hits)) & full
        rows.append(row)
    return _traced(rows, len(new))


def _traced(rows: list[int], width: int) -> Pairs:
    pairs, i, j = [], len(rows), width
    while i and j:
        if rows[i - 1] >> (j - 1) & 1:
            j -= 1
            continue
        i -= 1
        if i == 0 or rows[i - 1] >> (j - 1) & 1:
            j -= 1
            pairs.append((i, j))
    return pairs[::-1]


def _anchors(old, new) -> Pairs:
    """Units that occur once on either side, as many as keep their order."""
    once_old, once_new = Counter(old), Counter(new)
    place = {unit: position for position, unit in enumerate(new) if once_new[unit] == 1}
    return _rising([(i, place[unit]) for i, unit in enumerate(old) if once_old[unit] == 1 and unit in place])


def _rising(pairs: Pairs) -> Pairs:
    """The longest run of pairs that rise on the right as they do on the left."""
    lowest, chains, before = [], [], []
    for number, (_, j) in enumerate(pairs):
        length = bisect_left(lowest, j)
        lowest[length : length + 1], chains[length : length + 1] = [j], [number]
        before.append(chains[length - 1] if length else None)
    found, number = [], chains[-1] if chains else None
    while number is not None:
        found.append(pairs[number])
        number = before[number]
    return found[::-1]


# --- blocks, each the tuple of its words


@_either_way
def blocks(old: list[tuple], new: list[tuple]) -> Pairs:
    """Positions of blocks that are equal, and between those of blocks that are alike."""
    return with_alike(equals(old, new), old, new)


def with_alike(pairs: Pairs, old: list[tuple], new: list[tuple]) -> Pairs:
    """The pairs, and in each gap between them those of alike blocks."""
    found = []
    before = (-1, -1)
    for pair in [*pairs, (len(old), len(new))]:
        i, j = before[0] + 1, before[1] + 1
        if i < pair[0] and j < pair[1]:
            found += [(i + a, j + b) for a, b in alike(old[i : pair[0]], new[j : pair[1]])]
        found.append(pair)
        before = pair
    return found[:-1]


@_either_way
def alike(old: list[tuple], new: list[tuple]) -> Pairs:
    """Positions of blocks that share at least half of their words, in order, with as much in common as there can be."""
    counted_old, counted_new = [Counter(words) for words in old], [Counter(words) for words in new]
    if len(old) * len(new) > MAX_COMPARED:
        places = range(len(old)) if len(old) == len(new) else ()
        return [(n, n) for n in places if likeness(counted_old[n], counted_new[n]) >= ALIKE]
    return _best_pairs([[_worth(likeness(a, b)) for b in counted_new] for a in counted_old])


def _worth(share: float) -> float:
    return share if share >= ALIKE else 0.0


def likeness(old: Counter, new: Counter) -> float:
    """The share of words that both have, from 0 to 1."""
    few, many = sorted((old, new), key=len)
    shared = sum(min(number, many[word]) for word, number in few.items() if word in many)
    return 2 * shared / ((old.total() + new.total()) or 1)


def _best_pairs(worth: list[list[float]]) -> Pairs:
    """The pairs, rising on both sides, whose worth adds up to most."""
    height, width = len(worth), len(worth[0])
    best = [[0.0] * (width + 1) for _ in range(height + 1)]
    for i in range(height):
        for j in range(width):
            best[i + 1][j + 1] = max(best[i][j + 1], best[i + 1][j], best[i][j] + worth[i][j])
    pairs, i, j = [], height, width
    while i and j:
        if best[i][j] == best[i - 1][j]:
            i -= 1
        elif best[i][j] == best[i][j - 1]:
            j -= 1
        else:
            i, j = i - 1, j - 1
            pairs.append((i, j))
    return pairs[::-1]

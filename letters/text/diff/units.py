"""A part of a letter as what is compared: leaves, which are blocks that hold words, and in them tokens."""

import re
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, count
from typing import NamedTuple

from .. import tree
from ..numerals import marker
from ..tree import Block, Run

# Parts of lines: addressees are parted by a blank line, the others by each line's end.
BLANK_LINES, LINES = {"addressees"}, {"cc", "enclosures"}

# An address is one word; a number keeps its sign, currency, separators and unit; any other mark stands apart.
_TOKEN = re.compile(
    r"(?P<address>https?://[^\s<>]*[\w/])"
    r"|(?P<number>(?:(?<!\w)[-–−±])?[$€£¥]?\d(?:\d|[.,:/](?=\d))*\w*[%‰°¢]?)"
    "|(?P<word>\\w[\\w\u0300-\u036f]*(?:['’]\\w[\\w\u0300-\u036f]*)*)"
    r"|\s|(?P<mark>[^\w\s])(?P=mark)*",
)
_NUMBER_WORDS = set(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen"
    " nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion trillion dozen percent half"
    " halve quarter first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth"
    " fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth hundredth thousandth millionth billionth once"
    " twice thrice double triple".split()
)
# As in "Title IX"; a single X is more often a name, and DC and MD are places.
_ROMAN = re.compile(r"[IVX]{2,}|V")


class Token(NamedTuple):
    """A word, a mark of punctuation, a single space or line break, or a footnote.

    `key`: tokens with the same key are the same word. `marks`: one set for the whole token, or one for each character.
    A footnote has its tokens in `note` and a `number` from 1; its key holds its words, never its number.
    """

    text: str
    key: str
    marks: tuple[frozenset, ...] = (frozenset(),)
    note: tuple["Token", ...] = ()
    number: int = 0

    @property
    def is_space(self) -> bool:
        return self.text.isspace()

    @property
    def is_word(self) -> bool:
        return any(map(str.isalnum, self.text))


class Container(NamedTuple):
    """A list, an item or a quotation. `opening` is its tag.

    A numbered list begins at `number`, its markers are of `style`; an item of one has its `number`; all others have 0.
    """

    identity: int
    kind: str
    opening: str
    number: int = 0
    style: str = "1"


@dataclass(frozen=True)
class Leaf:
    """A block that holds words.

    `path`: what it stands in, outermost first; `together`: how much of that with the leaf before.
    `continues`: it was cut off from the leaf before, to be compared with a block of its own in the other text.
    """

    kind: str
    tokens: tuple[Token, ...]
    path: tuple[Container, ...] = ()
    together: int = 0
    continues: bool = False

    @cached_property
    def words(self) -> tuple[str, ...]:
        return tuple(token.key for token in self.tokens if not token.is_space)

    @cached_property
    def shape(self) -> tuple[str, ...]:
        return (*(container.opening for container in self.path), self.kind)

    @property
    def first_numbers(self) -> list[str]:
        """The marker at which each numbered list around it begins."""
        return [marker(container.number, container.style) for container in self.path if container.kind == "ol"]


def is_number(word: str) -> bool:
    """Whether it has a digit, spells a number, or is one in Roman figures."""
    if any(map(str.isnumeric, word)) or _ROMAN.fullmatch(word):
        return True
    lowered = word.lower()
    return lowered in _NUMBER_WORDS or lowered.removesuffix("s") in _NUMBER_WORDS


# --- reading


def read(name: str, text: str) -> list[Leaf]:
    """The leaves of the part of that name."""
    if name == "body":
        return _leaves(tree.read(text))
    if not text:
        return []
    blocks = text.split("\n\n") if name in BLANK_LINES else text.split("\n") if name in LINES else [text]
    return [Leaf("p", tuple(_words([Run(block)]))) for block in blocks]


def _leaves(blocks: list[Block]) -> list[Leaf]:
    identities, numbers, leaves = count(1), count(1), []
    before: tuple[Container, ...] = ()
    for block, path in _walk(blocks, (), identities):
        together = next((n for n, pair in enumerate(zip(before, path, strict=False)) if pair[0] != pair[1]), None)
        together = min(len(before), len(path)) if together is None else together
        leaves.append(Leaf(block.kind, tuple(tokens(block.runs, numbers)), path, together))
        before = path
    return leaves


def _walk(blocks: list[Block], path: tuple[Container, ...], identities):
    for place, block in enumerate(blocks):
        if block.runs:
            yield block, path
        else:
            yield from _walk(block.blocks, (*path, _container(block, place, path, next(identities))), identities)


def _container(block: Block, place: int, path: tuple[Container, ...], identity: int) -> Container:
    if block.kind == "ol":
        return Container(identity, "ol", _opening(block), block.start, block.style)
    if path and path[-1].kind == "ol":
        return Container(identity, "li", "<li>", path[-1].number + place, path[-1].style)
    return Container(identity, block.kind, _opening(block))


def _opening(block: Block) -> str:
    return tree.write([replace(block, runs=[], blocks=[Block("p", [Run("x")])])]).partition(">")[0] + ">"


def tokens(runs: list[Run], numbers) -> list[Token]:
    """The tokens of a leaf; `numbers` gives each footnote its number."""
    found, together = [], []
    for run in runs:
        if not run.note:
            together.append(run)
            continue
        found += _words(together)
        found.append(_note(tuple(_words(list(run.note))), next(numbers)))
        together = []
    return [*found, *_words(together)]


def _note(inside: tuple[Token, ...], number: int) -> Token:
    return Token("", "\0" + "".join(token.text for token in inside), note=inside, number=number)


def _words(runs: list[Run]):
    text = "".join(run.text for run in runs)
    marks = [run.marks for run in runs for _ in run.text]
    for found in _TOKEN.finditer(text):
        over = marks[found.start() : found.end()]
        yield Token(found.group(), found.group().replace("’", "'"), (over[0],) if _all_the_same(over) else tuple(over))


def _all_the_same(over: list) -> bool:
    return all(marks is over[0] or marks == over[0] for marks in over)


# --- questions


def flat(found) -> list[Token]:
    """The tokens, each footnote replaced by its own."""
    return list(chain.from_iterable(token.note if token.number else (token,) for token in found))


def spelled(found) -> list[str]:
    """The words as they stand in the text, those of footnotes among them."""
    return [token.text for token in flat(found) if token.is_word]


def targets(found) -> list[str]:
    """The addresses that links go to, each once."""
    marks = chain.from_iterable(chain.from_iterable(token.marks for token in flat(found)))
    return list(dict.fromkeys(mark.removeprefix("a ") for mark in marks if mark.startswith("a ")))


def new_targets(old, new) -> tuple[list[str], list[str]]:
    """The addresses that only the old tokens link to, and those that only the new ones do."""
    before, after = targets(old), targets(new)
    return [target for target in before if target not in after], [target for target in after if target not in before]

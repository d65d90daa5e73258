"""What differs between two texts of one letter: in words to read, in numbers to judge by.

Blocks are aligned first, then the words within blocks that belong together. What is shown is what is counted.
"""

from dataclasses import dataclass
from typing import NamedTuple

from . import marked, rows, units
from .counts import Counts

# A correction of more words than these is more than clerical, whatever the words are.
MAX_CLERICAL_WORDS = 10

LABELS = {
    "date_line": "Date",
    "addressees": "Addressees",
    "subject": "Re:",
    "salutation": "Salutation",
    "body": "Text",
    "closing": "Closing",
    "cc": "Copies",
    "enclosures": "Enclosures",
}
ONE_LINE = {"date_line", "subject", "salutation", "closing"}


class Part(NamedTuple):
    """One changed part of the letter: `html` is safe as it is, `text` the same for plain text."""

    name: str
    label: str
    html: str
    text: str


@dataclass(frozen=True)
class Difference:
    """`words_in` and `words_out` as they stand in the texts; a changed target of a link is one word, its address.

    `changed_words`: for each stretch that was replaced the longer of its two sides, added up.
    `numbers_in` and `numbers_out`: the numbers among the words, and the changed first numbers of lists.
    """

    parts: tuple[Part, ...] = ()
    words_in: tuple[str, ...] = ()
    words_out: tuple[str, ...] = ()
    changed_words: int = 0
    numbers_in: tuple[str, ...] = ()
    numbers_out: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.parts

    @property
    def changes_addressees(self) -> bool:
        return any(part.name == "addressees" for part in self.parts)

    @property
    def changes_numbers(self) -> bool:
        return bool(self.numbers_in or self.numbers_out)

    @property
    def why_not_clerical(self) -> str:
        """Why the change is more than a clerical correction, as one sentence, or nothing."""
        if self.changes_addressees:
            return "The addressees change, so this is more than a clerical correction."
        if self.changes_numbers:
            return f"A number changes ({self._numbers()}), so this is more than a clerical correction."
        if self.changed_words > MAX_CLERICAL_WORDS:
            return f"{self.changed_words:,} words change; a clerical correction changes at most {MAX_CLERICAL_WORDS}."
        return ""

    def _numbers(self) -> str:
        sides = [(self.numbers_out, "taken out"), (self.numbers_in, "put in")]
        return ", ".join(f"{_quoted(numbers)} {verb}" for numbers, verb in sides if numbers)

    @property
    def summary(self) -> str:
        """The difference in one line that begins in lower case or with a figure."""
        if self.is_empty:
            return "no difference"
        said = [_counted(len(self.words_in), len(self.words_out))]
        return "; ".join(said + ["addressees changed"] * self.changes_addressees)

    @property
    def as_text(self) -> str:
        """For terminals and records: each changed part under its label, "[-taken out-]" and "{+put in+}"."""
        return "\n\n".join(f"{part.label}\n{part.text}" for part in self.parts)


def _quoted(words, most: int = 3) -> str:
    more = [f"{len(words) - most:,} more"] if len(words) > most else []
    return " and ".join([", ".join(f"“{word}”" for word in words[:most]), *more])


def _counted(put_in: int, taken_out: int) -> str:
    sides = [(put_in, "put in"), (taken_out, "taken out")]
    counts = [(number, verb) for number, verb in sides if number]
    if not counts:
        return "no words changed, only punctuation or formatting"
    (first, verb), *rest = counts
    return ", ".join([f"{first:,} word{'s' * (first != 1)} {verb}", *(f"{number:,} {verb}" for number, verb in rest)])


def compare(old: dict, new: dict, *, whole: bool = False) -> Difference:
    """Both are the eight parts of a letter's text by name, the body canonical HTML; a part that is missing is empty.

    `whole` shows the unchanged paragraphs too. Nothing is shown exactly where the two texts are the same.
    """
    parts, counts = [], Counts()
    for name, label in LABELS.items():
        before, after = old.get(name, ""), new.get(name, "")
        if before == after:
            continue
        found = rows.compared(units.read(name, before), units.read(name, after), one_line=name in ONE_LINE)
        if any(row.is_changed for row in found):
            counts.add(found)
            parts.append(Part(name, label, *marked.part(name, found, whole)))
    return Difference(
        tuple(parts),
        tuple(counts.words_in),
        tuple(counts.words_out),
        counts.changed_words,
        tuple(counts.numbers_in),
        tuple(counts.numbers_out),
    )

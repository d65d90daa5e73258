"""A letter's text as HTML for the press: where it may break, where it must, and where a note goes on over the page.

Places in a text are counted in characters that print: white space, tags, notes and what is INVISIBLE do not count.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from itertools import count

from django.template import Context, Engine, Template

from letters.pdf import columns, fonts
from letters.pdf.letter import CALL, DOWN, NOTE, LetterData

MAY_BREAK, MUST_HOLD = "\N{ZERO WIDTH SPACE}", "\N{WORD JOINER}"
INVISIBLE = dict.fromkeys(map(ord, ("\N{SOFT HYPHEN}", MAY_BREAK, MUST_HOLD)))
CUT = '<span class="cut"></span>'
TOKEN = re.compile(rf"{CALL}.*?</span>|<[^>]*>|(&[^;]*;)|([^<&\s]+)|\s+", re.DOTALL)
START_OF_BLOCK = re.compile(
    r"(?:<(?:p|ul|ol|li|h2|h3|blockquote)(?: [^>]*)?>\s*)+"
    rf"(?:<(?:strong|em|u|sup|a)(?: [^>]*)?>|{CALL}(?:(?!</span>).)*</span>)*$",
    re.DOTALL,
)
URL = re.compile(r"<[^>]*>|((?i:https?://)|\b(?=www\.))([^\s</?#]*)([^\s<]*)")
NUMBERED = re.compile(r'<ol([^>]*) start="(\d+)"')


@dataclass
class Pins:
    """What was found out about a text's pages.

    cuts: where a page begins. splits: where a note goes on over the page, by its number. loose: notes that may begin on the
    page after their call's, because their word calls more than a page holds. dropped: cuts that were taken out once.
    failed: how often it did not help to part a note.
    """

    cuts: set[int] = field(default_factory=set)
    splits: dict[int, list[int]] = field(default_factory=dict)
    loose: set[int] = field(default_factory=set)
    dropped: set[int] = field(default_factory=set)
    failed: dict[int, int] = field(default_factory=dict)

    def copy(self) -> "Pins":
        return Pins(set(self.cuts), dict(self.splits), set(self.loose), set(self.dropped), dict(self.failed))


def printing(text: str) -> int:
    """How many characters of the text print."""
    return len("".join(text.split()).translate(INVISIBLE))


def source(data: LetterData, pins: Pins, sheets: list[columns.Chunk] | None = None) -> str:
    """The whole page. `sheets`: the signers of each page, where they go down the columns."""
    rows = columns.chunk_rows(sheets) if data.columns == DOWN and sheets is not None else columns.rows(data.signers)
    addressees = [data.addressees[at : at + 2] for at in range(0, len(data.addressees), 2)]
    context = {
        "letter": data,
        "pairs": addressees if len(data.addressees) > MOST_STACKED else [],
        "body": body(data.body, pins),
        "rows": rows,
    }
    return _template().render(Context(context))


MOST_STACKED = 4  # addressees under each other; more stand two by two


def body(text: str, pins: Pins) -> str:
    text = with_cuts(text, pins.cuts)
    numbers = count(1)
    text = NOTE.sub(lambda note: _note(note[1], next(numbers), pins), text)
    text = NUMBERED.sub(lambda ol: f'<ol{ol[1]} style="counter-reset: list-item {int(ol[2]) - 1}"', text)
    return URL.sub(lambda url: _breakable(*url.groups("")) if url[0][0] != "<" else url[0], text)


def _breakable(scheme: str, host: str, path: str) -> str:
    """An address that breaks after a mark of its path, and not right behind the scheme."""
    return scheme + MUST_HOLD * bool(scheme) + host + re.sub(r"(?:&amp;|[/?=._-])+(?=\w)", rf"\g<0>{MAY_BREAK}", path)


def _note(text: str, number: int, pins: Pins) -> str:
    start = f'<span class="fn loose" data-note="{number}">' if number in pins.loose else CALL
    goes_on = f'</span><span class="fn more" data-note="{number}">'
    for at in reversed(places(text, pins.splits.get(number, ()))):
        tags = _opened(text[:at])
        closed = "".join(f"</{tag[1:].split()[0].rstrip('>')}>" for tag in reversed(tags))
        text = text[:at] + closed + goes_on + "".join(tags) + text[at:]
    return f"{start}{text}</span>"


def _opened(markup: str) -> list[str]:
    """The tags that are open at its end."""
    tags = []
    for tag in re.findall(r"<[^>]*>", markup):
        if tag.startswith("</"):
            tags.pop()
        elif tag != "<br>":
            tags.append(tag)
    return tags


def with_cuts(text: str, cuts: Iterable[int]) -> str:
    for at in reversed(places(text, sorted(cuts))):
        block = START_OF_BLOCK.search(text, 0, at)
        if block:
            start = _with_headings(text, block.start())
            text = text[:start] + re.sub(r"^<\w+", r'\g<0> class="cut"', text[start:], count=1)
        else:
            text = text[:at] + CUT + text[at:]
    return text


def _with_headings(text: str, start: int) -> int:
    """The start of the headings that stand right before."""
    while text[:start].rstrip().endswith(("</h2>", "</h3>")):
        start = max(text.rfind("<h2", 0, start), text.rfind("<h3", 0, start))
    return start


def places(text: str, counts: Iterable[int]) -> list[int]:
    """Where in the markup the characters stand that have so many before them; `counts` rise."""
    found, wanted, seen = [], list(counts), 0
    for token in TOKEN.finditer(text):
        size = 1 if token[1] else printing(token[2] or "")
        while len(found) < len(wanted) and wanted[len(found)] < seen + size:
            found.append(token.start() + wanted[len(found)] - seen)
        seen += size
    return found


@cache
def _template() -> Template:
    return Engine(dirs=[fonts.ROOT / "templates" / "pdf"]).get_template("letter.html")

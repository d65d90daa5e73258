"""Letters at random, as `Letter.contents()` gives them: ordinary ones, and ones that look like something else."""

from hypothesis import assume
from hypothesis import strategies as st

from letters.text import tree
from letters.text.characters import REFUSED, TextError, clean_line, clean_text
from letters.text.html import canonical, text_sha256
from letters.text.tree import Block, Run

PLAIN = (
    "we ask you to keep boats afloat before winter; thirty-two of them, said Ann, sank in May. Why? (See 18 U.S.C. § 922.) "
    "García O’Brien Łukasz naïve “Chuy” on-time"
).split()
_ODD = (
    # combining marks, ligatures, letters that change their length in capitals, other scripts and directions, pictures
    'a\u0338b e\u0301 q\u0323\u0307 \u0301a \u0338 ﬁne ß İstanbul "Chuy" 𝔄𝔟 𠮷野家 日本語 한국어 ไทย हिन्दी '
    "שלום העربية בְּרֵאשִׁית 😀 ❤️ 👍🏽 "
    # what markup, lists and notes are made of
    "<b> &amp; & </w:t> ]]> {{x}} %1. [1] ¹ x² 1. 1 • · - → | _____ %20 =1+1 https://x.example/a_b?c=d&e=f#g a@b.example … —"
).split(" ")
ODD = [*_ODD, "§\u00a0922", "\u00a0", "a\u2009b", "«\u00a0x\u00a0»", "שלום עולם"]
LOOKS_LIKE_A_PART = [
    *("Sincerely,", "Respectfully,", "Onward,", "Dear Secretary Reed:", "Dear Colleague,", "To whom it may concern:"),
    *("May 8, 2025", "Re: Boats", "The Honorable Ann Lee", "Washington, DC 20515", "Congress of the United States"),
    *("cc: The Honorable Ann Lee", "Enclosures: Table", "P.S. One more thing.", "1. First", "a. First", "• A bullet"),
    *("Member of Congress", "Jane Roe, Member of Congress", "/s/ Ann Lee"),
]
LINKS = [
    *("https://a.example/", "http://b.example/c?d=e&f=(g)#h", "mailto:a@b.example", "https://a.example/'x'"),
    "https://ü.example/ä/%C3%A4?q=“x”",
]
STYLES = ["1", "1", "a", "A", "i", "I"]
NAMES = [
    *('Jesús "Chuy" García', "Ada Lovelock", "Sheila Cherfilus-McCormick", "Sanford D. Bishop, Jr.", "Nydia M. Velázquez"),
    *("Eleanor Holmes Norton", "Đặng Thị", "Ṣàngó O’Neil", "Member Congress", "Sincerely Yours", "Dear Lee"),
]
TITLES = [
    *("Member of Congress", "United States Senator", "Delegate", "Resident Commissioner", "Chief Executive"),
    *("Chair, Committee on Boats", "Member of Congress, and Co-Chair of the “Boats” Caucus"),
]
# An em space in a note comes back as a space: the reader of Word files takes it for a tab.
_CHARACTERS = st.characters(exclude_categories=("Cs", "Cc", "Cf", "Co", "Cn"), exclude_characters="\u2003\u2011\u2028\u2029")
_ANY = st.text(_CHARACTERS, min_size=1, max_size=6).filter(lambda text: not REFUSED.search(text))
_WORD = st.one_of(st.sampled_from(PLAIN), st.sampled_from(PLAIN), st.sampled_from(ODD), _ANY)
_PHRASE = st.lists(_WORD, min_size=1, max_size=4).map(" ".join)
_MARKS = st.one_of(
    st.just(frozenset()), st.just(frozenset()), st.frozensets(st.sampled_from(["strong", "em", "u", "sup"]), max_size=3)
)


def _spaced(text: str, before: str, after: str) -> str:
    return before + text + after


_TEXT = st.builds(_spaced, _PHRASE, st.sampled_from(["", " ", "\n"]), st.sampled_from(["", " ", " ", "\n", "\u00a0"]))


@st.composite
def runs(draw, notes: bool = True, most: int = 5) -> list[Run]:
    """Words under marks that overlap and links that go over several of them; notes, where they are wanted."""
    found = []
    for text in draw(st.lists(_TEXT, min_size=1, max_size=most)):
        marks = draw(_MARKS)
        # A link without a word in it is nothing to click; the reader of Word files takes it away.
        if text.strip() and draw(st.integers(0, 5)) == 0:
            marks |= {f"a {draw(st.sampled_from(LINKS))}"}
        found.append(Run(text, marks))
        if notes and draw(st.integers(0, 3)) == 0:
            found += [Run("", note=tuple(draw(runs(notes=False, most=3)))) for _ in range(draw(st.integers(1, 2)))]
    return found


def paragraphs(kind: str = "p"):
    special = st.sampled_from(LOOKS_LIKE_A_PART).map(lambda text: Block(kind, [Run(text)]))
    free = runs().map(lambda words: Block(kind, words))
    return st.one_of(free, free, free, special)


@st.composite
def lists(draw, depth: int = 1) -> Block:
    """Bullets or numbers that begin anywhere; items of several blocks, and items that begin with a list."""
    kind = draw(st.sampled_from(["ul", "ol"]))
    made = Block(kind)
    if kind == "ol":
        made.start, made.style = draw(st.sampled_from([1, 1, 2, 3, 27, 9999])), draw(st.sampled_from(STYLES))
    inner = st.one_of(paragraphs(), paragraphs(), lists(depth=depth + 1)) if depth < 6 else paragraphs()
    made.blocks = [Block("li", blocks=draw(st.lists(inner, min_size=1, max_size=3))) for _ in range(draw(st.integers(1, 3)))]
    return made


def quotes():
    inner = st.one_of(paragraphs(), paragraphs(), lists())
    return st.lists(inner, min_size=1, max_size=3).map(lambda blocks: Block("blockquote", blocks=blocks))


@st.composite
def bodies(draw, most: int = 7) -> str:
    """The canonical HTML of a body."""
    block = st.one_of(paragraphs(), paragraphs(), paragraphs("h2"), paragraphs("h3"), lists(), lists(), quotes())
    try:
        body = canonical(tree.write(draw(st.lists(block, min_size=1, max_size=most))))
    except TextError:
        assume(False)
    assume(body)
    return body


def _line(*usual: str):
    free = _PHRASE.map(lambda text: clean_line(text.replace("\n", " "), field="x", max_length=500))
    return st.one_of(st.sampled_from(usual), st.sampled_from(usual), free)


_ADDRESS_LINES = (
    "The Honorable Sam Reed",
    "Secretary",
    "Department of Boats",
    "Washington, DC 20001",
    "May 8, 2025",
    "Dear Ann:",
)
_ADDRESS = st.lists(_line(*_ADDRESS_LINES), min_size=1, max_size=5).map("\n".join)


def _lines(*usual: str):
    joined = st.lists(_line(*usual), max_size=3).map("\n".join)
    return joined.map(lambda text: clean_text(text, field="x", max_length=9999))


@st.composite
def texts(draw) -> dict[str, str]:
    """The eight parts of a letter's text."""
    addressees = "\n\n".join(draw(st.lists(_ADDRESS, max_size=4)))
    return {
        "date_line": draw(_line("May 8, 2025", "", "May __, 2025", "the day after")),
        "addressees": clean_text(addressees, field="x", max_length=9999),
        "subject": draw(_line("", "Boats", "Re: Boats", "H.R. 1")),
        "salutation": draw(_line("Dear Secretary Reed:", "", "To the Ferry Board", "Sincerely,")),
        "body": draw(bodies()),
        "closing": draw(_line("Sincerely,", "", "Onward,", "Dear Ann:")),
        "cc": draw(_lines("The Honorable Ann Lee", "cc: Bo", "Enclosures: none")),
        "enclosures": draw(_lines("Table of boats", "Enclosure: A", "cc: nobody")),
    }


def _signer(number: int, name: str, title: str) -> dict:
    at = "2025-05-08T12:00:00Z"
    return {"signature": number, "office": number, "bioguide": "", "name": name, "title": title, "state": "OH", "signed_at": at}


@st.composite
def contents(draw) -> dict:
    """A letter as `Letter.contents()` gives it."""
    text = draw(texts())
    people = draw(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(TITLES)), max_size=9))
    return {
        "letterhead": draw(st.lists(_line("Congress of the United States", "Washington, DC 20515"), max_size=3)),
        "revision": draw(st.integers(1, 9)),
        "text": text,
        "text_sha256": text_sha256(**text),
        "signers": [_signer(n, *person) for n, person in enumerate(people, 1)],
        "layout": {
            "columns": draw(st.sampled_from(["across", "down"])),
            "space": draw(st.sampled_from(["pen", "typed"])),
            "running_head": draw(st.booleans()),
        },
    }

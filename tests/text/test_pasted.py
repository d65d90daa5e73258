import re
import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from letters.text import TextError
from letters.text.html import canonical, plain
from letters.text.pasted import read_paste
from letters.text.plain import read_txt

from . import clipboards, extracted
from .clipboards import PROGRAMS

BODY = [
    (
        "p",
        [
            ("We write about ", "", ""),
            ("small harbours", "b", "River Board, Count (2025)."),
            (" & ", "", ""),
            ("ships", "bi", ""),
        ],
    ),
    ("quote", [("They shelter boats.", "", "")]),
    (
        "p",
        [
            ("We ask that you ", "", ""),
            ("count", "u", ""),
            (" the 12 harbours at ", "", ""),
            ("this page", "https://a.example/?b=1&c=2", ""),
        ],
    ),
    ("li", 0, "1", 1, [("Publish the plan", "", "")]),
    ("li", 1, "a", 1, [("to the mayors", "", "Title 9, Section 7.")]),
    ("li", 1, "a", 2, [("to us", "i", "")]),
    ("li", 0, "1", 2, [("Meet them", "", "")]),
    ("p", [("And then", "", "Id. at 3.")]),
    ("li", 0, "1", 3, [("Write to us", "", "")]),
    ("p", [("Boats need:", "", "")]),
    ("li", 0, "•", 0, [("harbours", "", "")]),
    ("li", 1, "•", 0, [("deep ones", "", "")]),
    ("li", 0, "i", 4, [("lights", "", "")]),
    ("li", 0, "i", 5, [("ropes", "", "")]),
    ("p", [("Thank you.", "", "")]),
]


def said(imported, *words):
    return [doubt for doubt in imported.doubts if all(word in doubt for word in words)]


def assert_is_the_letter(imported):
    text = imported.text
    assert text.date_line == "March 3, 2026"
    assert text.addressees == "The Honorable Sam Reed\nSecretary\nDepartment of Boats\nWashington, DC 20001"
    assert (text.salutation, text.closing, text.cc) == ("Dear Secretary Reed:", "Sincerely,", "The Clerk")
    assert imported.signers == [("Ada Lovelock", "Member of Congress")]


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_letter_comes_whole_from_each_clipboard(program):
    imported = read_paste(clipboards.plain(BODY), PROGRAMS[program](BODY))
    assert_is_the_letter(imported)
    assert imported.text.body == clipboards.canonical_html(BODY)
    assert imported.doubts == []
    assert read_paste("", PROGRAMS[program](BODY)) == imported


def test_a_letter_in_a_word_clipboard_may_hold_a_note_of_two_paragraphs():
    markup = clipboards.word(BODY).replace("River Board, Count (2025).<o:p></o:p></p>", "River Board.</p><p>Count.</p>")
    assert '<span class="fn">River Board.<br>Count.</span>' in read_paste("", markup).text.body


TEXTS = st.lists(st.sampled_from("boats harbours & <ships> 7 “lights” Núñez it's".split()), min_size=1, max_size=3).map(" ".join)
MARKS = st.sampled_from(["", "b", "i", "u", "bi", "https://a.example/?b=1&c=2"])
NOTES = st.sampled_from(["", "", "", "See the Count.", "Id. at 3 & 4."])
RUNS = st.lists(st.tuples(TEXTS, MARKS, NOTES), min_size=1, max_size=4).map(
    lambda runs: [("We ", "", ""), *((text + " ", marks, note) for text, marks, note in runs), ("end.", "", "")]
)
ITEMS = st.tuples(st.integers(0, 3), st.sampled_from("•••111aAiI"), RUNS)


@st.composite
def bodies(draw):
    """Bodies whose items nest and count as word processors let them: no level is skipped, each list counts on or begins anew."""
    body, last = [], {}
    for block in draw(st.lists(st.one_of(ITEMS, RUNS, RUNS.map(lambda runs: ("quote", runs))), min_size=1, max_size=8)):
        if isinstance(block, list):
            body.append(("p", block))
            last = {}
        elif block[0] == "quote":
            body.append(block)
            last = {}
        else:
            level = min(block[0], len(last))
            style, number = last.get(level, (block[1], draw(st.integers(0, 15))))
            last = {lower: last[lower] for lower in range(level)} | {level: (style, number + 1)}
            body.append(("li", level, style, 0 if style == "•" else number + 1, block[2]))
    return body


@given(bodies(), st.sampled_from(sorted(PROGRAMS)))
@settings(max_examples=150, deadline=None)
def test_any_letter_comes_whole_from_any_clipboard(body, program):
    imported = read_paste(clipboards.plain(body), PROGRAMS[program](body))
    assert_is_the_letter(imported)
    assert imported.text.body == clipboards.canonical_html(body)
    assert [doubt for doubt in imported.doubts if "missing" in doubt or "not in the plain text" in doubt] == []

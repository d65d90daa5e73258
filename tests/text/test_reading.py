"""A letter read by a child process: the same letter, the same sentences, and one more for what takes too much."""

import json
import logging
import sys

import pytest

from letters.limited import MEGABYTE, Children, Limits
from letters.text import TextError, Unsettled, read, reading
from letters.text.pasted.reader import read_paste
from letters.text.reading import read_limited, read_paste_limited

from .docx import LETTER, docx, paragraph, run, table

TEXT = (
    "June 3, 2026\n\nThe Honorable Ada Byron\nSecretary\n\nDear Secretary Byron:\n\nWe write about mills.\n\nSincerely,\n\n"
    "Grace Hopper\nMember of Congress\n"
)
CHANGE = '<w:ins w:id="7" w:author="Pat Roe" w:date="2026-01-01T00:00:00Z">%s</w:ins>'
CHANGED = docx(*LETTER[:3], paragraph("We ask ", CHANGE % run("new words")), *LETTER[4:])
linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits memory")


@pytest.mark.parametrize(
    ("name", "data", "changes"),
    [
        ("letter.docx", docx(*LETTER), ""),
        ("letter.txt", TEXT.encode(), ""),
        ("letter.docx", CHANGED, "accepted"),
        ("letter.docx", CHANGED, "rejected"),
        ("letter.docx", docx(*LETTER, table(*[["Łucja Bee\nMember of Congress", "C Dee\nUnited States Senator"]] * 60)), ""),
    ],
)
def test_a_letter_is_the_same_as_without_a_child(name, data, changes):
    assert read_limited(name, data, changes) == read(name, data, changes)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("letter.pdf", b"%PDF-1.7"),
        ("letter.docx", b"%PDF-1.7"),
        ("letter.docx", docx(*LETTER)[:300]),
        ("letter.txt", b""),
        ("letter.docx", docx(*LETTER[:3], paragraph("We \u202eask"), *LETTER[4:])),
    ],
)
def test_a_refusal_is_the_same_sentence(name, data):
    with pytest.raises(TextError) as here:
        read(name, data)
    with pytest.raises(TextError) as there:
        read_limited(name, data)
    assert str(there.value) == str(here.value)


def test_tracked_changes_come_as_lists():
    with pytest.raises(Unsettled) as here:
        read("letter.docx", CHANGED)
    with pytest.raises(Unsettled) as there:
        read_limited("letter.docx", CHANGED)
    assert (there.value.changes, there.value.comments) == (here.value.changes, here.value.comments)
    assert str(there.value) == str(here.value)


MARKUP = (
    "<p>June 3, 2026</p><p>The Honorable Ada Byron<br>Secretary</p><p>Dear Secretary Byron:</p>"
    "<p>We write about <b>mills</b> and <i>looms</i>.</p><p>Sincerely,</p><p>Grace Hopper<br>Member of Congress</p>"
)


@pytest.mark.parametrize(("text", "markup"), [(TEXT, ""), (TEXT, MARKUP), ("", MARKUP)])
def test_a_paste_is_the_same_as_without_a_child(text, markup):
    assert read_paste_limited(text, markup) == read_paste(text, markup)


def test_a_paste_that_is_refused_gets_the_same_sentence():
    with pytest.raises(TextError) as here:
        read_paste("Dear \u202eSir", "")
    with pytest.raises(TextError) as there:
        read_paste_limited("Dear \u202eSir", "")
    assert str(there.value) == str(here.value)


def test_a_paste_that_takes_too_long_gets_a_sentence(monkeypatch):
    work_is(monkeypatch, "sleep", Limits(1, 256 * MEGABYTE, MEGABYTE))
    with pytest.raises(TextError, match=r"^What was pasted takes too long to read\. Paste it without its formatting"):
        read_paste_limited(TEXT, MARKUP)


def work_is(monkeypatch, work, limits=reading.LIMITS, **habits):
    monkeypatch.setattr(reading, "_readers", Children(f"tests.limited_work:{work}", limits, **habits))


def test_a_letter_that_takes_too_long_gets_a_sentence(monkeypatch):
    work_is(monkeypatch, "sleep", Limits(1, 256 * MEGABYTE, MEGABYTE))
    with pytest.raises(TextError, match=r"^The file takes too long to read\. Copy the letter's text into a new Word document"):
        read_limited("letter.docx", b"")


@linux
def test_a_letter_that_takes_too_much_memory_gets_a_sentence(monkeypatch):
    work_is(monkeypatch, "eat")
    with pytest.raises(TextError, match=r"^The file takes too much memory to read\. Copy"):
        read_limited("letter.docx", b"")


def test_a_fault_of_the_reader_gets_a_sentence_and_a_line_in_the_log(monkeypatch, caplog):
    work_is(monkeypatch, "fail")
    with pytest.raises(TextError, match=r"^The file could not be read\. Copy"), caplog.at_level(logging.WARNING):
        read_limited("letter.docx", b"")
    assert "ValueError in limited_work.py" in caplog.text


def test_who_comes_when_all_readers_are_busy_is_asked_to_wait(monkeypatch):
    work_is(monkeypatch, "parrot", at_once=1)
    monkeypatch.setattr(reading, "PATIENCE", 0.1)
    assert reading._readers.free.acquire(timeout=1)
    with pytest.raises(TextError, match=r"Try again in a minute\."):
        read_limited("letter.docx", b"")


GOOD = json.loads(json.dumps(reading.answer({"name": "letter.txt", "changes": ""}, TEXT.encode())[0]))


@pytest.fixture(scope="module")
def parrots():
    """A reader that answers what it is given."""
    children = Children("tests.limited_work:parrot", reading.LIMITS, jobs=100)
    yield children
    children.end()


@pytest.fixture
def said(parrots, monkeypatch):
    monkeypatch.setattr(reading, "_readers", parrots)
    return lambda answer: read_limited("letter.docx", json.dumps(answer).encode())


def test_an_answer_as_it_should_be_is_taken(said):
    assert said(GOOD) == read("letter.txt", TEXT.encode())


@pytest.mark.parametrize(
    "answer",
    [
        None,
        {},
        {**GOOD, "text": "all of it"},
        {**GOOD, "text": {**GOOD["text"], "body": "<p>We</p><script>steal()</script>"}},
        {**GOOD, "text": {**GOOD["text"], "body": '<p onclick="steal()">We</p>'}},
        {**GOOD, "text": {**GOOD["text"], "closing": "Sincerely,\u202e"}},
        {**GOOD, "text": {**GOOD["text"], "closing": ["Sincerely,"]}},
        {**GOOD, "signers": [["Ada"]]},
        {**GOOD, "signers": {"Ada": 1}},
        {**GOOD, "doubts": "none"},
        {"changes": "many", "comments": []},
        {"changes": []},
        {"refused": 7},
    ],
)
def test_nothing_that_a_child_says_is_taken_on_trust(answer, said):
    with pytest.raises(TextError) as refusal:
        said(answer)
    assert "steal" not in str(refusal.value)

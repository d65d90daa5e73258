"""Notes that are long, many or full of addresses; and what else of a text must hold at the foot of a page."""

import random
import re
from importlib import import_module
from itertools import cycle, islice

import pytest

from letters.pdf.letter import NOTE, plain
from letters.pdf.markup import Pins, body, places, with_cuts
from letters.pdf.render import render
from tests.pdf import reading, sample
from tests.pdf.test_printed_layout import check_margins

rendering = import_module("letters.pdf.render")  # the package exports the function under the same name

pytestmark = reading.needs_pdftotext

WORDS = "gauge river water the of county flood warning hour and station that ice winter plan".split()
PATH = "2024/05/report-on_gauges.final-version?county=upper&year=2024"
URL = f"https://www.example.gov/{PATH}"
HALF_EMPTY = 0.4 * 648
FORMS = "<p>{0}</p>", "<blockquote><p>{0}</p></blockquote>", "<ul><li>{0}</li><li>x</li></ul>"


def prose(number: int, start: int = 0) -> str:
    return " ".join(islice(cycle(WORDS), start, start + number)).capitalize() + "."


def noted(*notes: str) -> str:
    return "".join(f'<span class="fn">{note}</span>' for note in notes)


def laid_out(text, signers=2):
    letter = sample.letter(signers, body=text)
    rendering._pins.clear()
    return letter, rendering.laid_out(letter)[1]


def check(letter, sheets):
    """Every note begins on the page of its call, nothing lies over anything, and all of the text is there in order."""
    assert [call for sheet in sheets for call in sheet.called] == list(range(1, letter.body.count("fn") + 1))
    assert all(call in sheet.standing for sheet in sheets for call in sheet.called)
    assert all(sheet.free > -1 for sheet in sheets)
    import_module("letters.pdf.checks").refuse_lost_text(letter, sheets)


def half_empty(sheets):
    return [number for number, sheet in enumerate(sheets[:-1], 1) if sheet.free > HALF_EMPTY]


def test_a_note_longer_than_a_page_goes_on_over_the_next():
    text = f"<p>{prose(60)}{noted(prose(1500))} {prose(60)}</p><p>{prose(200)}</p>"
    letter, sheets = laid_out(text)
    check(letter, sheets)
    assert half_empty(sheets) == []
    assert sum(bool(sheet.notes) for sheet in sheets) >= 2
    pdf = render(letter)
    check_margins(pdf)
    note = reading.squeezed(plain(NOTE.findall(text)[0]))
    first = next(page for page in reading.pages(pdf) if "1 Gauge river" in page or "\n1\nGauge river" in page)
    assert reading.squeezed(first).endswith(tuple(note[: at + 1] for at in range(400, len(note))))


def test_a_parted_note_keeps_its_marks():
    note = f"{prose(300)} <em>{prose(500)} <strong>{prose(500)}</strong></em> {prose(100)}"
    letter, sheets = laid_out(f"<p>{prose(60)}{noted(note)} {prose(60)}</p><p>{prose(200)}</p>")
    check(letter, sheets)
    (splits,) = [pins.splits for pins in rendering._pins.values()]
    assert splits[1]
    assert "</em></span>" in body(letter.body, Pins(splits=splits))


def test_a_long_note_leaves_no_page_half_empty():
    for filler in range(40, 300, 40):
        letter, sheets = laid_out(f"<p>{prose(filler)}</p><p>{prose(30)}{noted(prose(450))} {prose(100)}</p><p>{prose(200)}</p>")
        check(letter, sheets)
        assert half_empty(sheets) == [], filler


def test_notes_of_one_line_that_a_page_cannot_hold_are_parted_with_the_line():
    text = f"<p>{prose(30)}</p><p>One{noted(prose(500))} two{noted(prose(500))} three{noted(prose(400))} {prose(90)}</p>"
    letter, sheets = laid_out(text)
    check(letter, sheets)
    assert half_empty(sheets) == []


def test_notes_of_one_word_that_a_page_cannot_hold_follow_each_other():
    text = f"<p>{prose(30)}</p><p>{prose(30)}{noted(prose(800), prose(800))} {prose(90)}</p>"
    letter, sheets = laid_out(text)
    import_module("letters.pdf.checks").refuse_lost_text(letter, sheets)
    assert [number for sheet in sheets for number in sheet.standing] == [1, 2]
    assert all(sheet.free > -1 for sheet in sheets)
    assert render(letter)


def made_up(seed: int) -> str:
    """A text with up to 40 notes of up to 60 words, headings, lists and quotations."""
    chance = random.Random(seed)
    parts = []
    for _ in range(chance.randint(4, 12)):
        words = prose(chance.choice([12, 40, 90, 140]), chance.randrange(9)).split()
        for at in chance.sample(range(len(words)), chance.randint(0, 4)):
            words[at] += noted(prose(chance.choice([3, 10, 25, 60])))
        text, kind = " ".join(words), chance.random()
        heading = f"<h2>{prose(4)}</h2>" if kind < 0.15 else ""
        form = FORMS[2 if kind > 0.85 else 1 if kind > 0.78 else 0]
        parts.append(heading + form.format(text))
    return "".join(parts)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_no_text_has_a_note_off_its_page_or_a_half_empty_page_or_a_heading_at_a_foot(seed):
    letter, sheets = laid_out(made_up(seed), signers=seed % 5)
    check(letter, sheets)
    assert half_empty(sheets) == []
    assert not [sheet for sheet in sheets[:-1] if sheet.lines and sheet.lines[-1].kind in ("h2", "h3")]


def test_a_text_is_laid_out_few_times_and_later_states_once(monkeypatch):
    text = f"<p>{prose(60)}{noted(prose(1500))} {prose(60)}</p><p>{prose(200)}</p>"
    laid_out(text)
    calls, lay_out = [], rendering.lay_out
    monkeypatch.setattr(rendering, "lay_out", lambda *parts: calls.append(parts) or lay_out(*parts))
    rendering.laid_out(sample.letter(5, body=text))
    assert len(calls) == 1
    laid_out(text)
    assert len(calls) < 8


# --- addresses of the web


def test_an_address_is_read_back_as_it_is():
    link = f'<a href="{URL.replace("&", "&amp;")}">{URL.replace("&", "&amp;")}</a>'
    pdf = render(sample.letter(1, body=f"<p>See {link}{noted('At ' + link)} and more.</p>"))
    text = reading.text(pdf)
    assert reading.squeezed(text).count(URL) == 2
    assert not re.search("[\u200b\u2060\ufeff]", text)


@pytest.mark.parametrize("filler", range(0, 60, 6))
def test_an_address_breaks_after_its_marks_and_not_after_the_scheme(filler):
    text = f"<p>x{noted('i' * filler + ' ' + f'{URL}/{PATH}/{PATH}')}</p>"
    pdf = render(sample.letter(1, body=text))
    lines = [line for line in reading.text(pdf).split("\n") if "/" in line or "gauges" in line or "example" in line]
    assert f"{URL}/{PATH}/{PATH}" in reading.squeezed(reading.text(pdf))
    for line in lines:
        assert not line.endswith("//")
        assert line.endswith(tuple("/?=&._-")) or line.endswith("year=2024") or "://" not in line or line.endswith("i")


def test_other_words_with_slashes_are_left_alone():
    assert body("<p>and/or he_she</p>", Pins()) == "<p>and/or he_she</p>"


def test_where_a_character_stands_is_found_between_tags_notes_and_entities():
    text = '<p>ab <em>c&amp;d</em><span class="fn">note</span> e</p>'
    assert [text[at:][:3] for at in places(text, [0, 1, 2, 3, 4, 5])] == ["ab ", "b <", "c&a", "&am", "d</", "e</"]


def test_a_cut_stands_before_the_paragraph_and_its_heading_or_within_the_line():
    text = "<p>one two</p><h2>Head</h2><p><em>three</em> four</p>"
    assert with_cuts(text, [10]) == '<p>one two</p><h2 class="cut">Head</h2><p><em>three</em> four</p>'
    assert with_cuts(text, [3]) == text.replace("one ", 'one <span class="cut"></span>')


# --- lists


def test_numbered_lists_begin_where_they_say_and_count_as_they_say():
    text = '<ol start="3"><li>three</li><li>four</li></ol><ol type="a"><li>a<ol type="i" start="4"><li>iv</li></ol></li></ol>'
    text += '<ol type="A"><li>A</li></ol><ol type="I" start="9"><li>IX</li><li>X</li></ol><ol><li>one</li></ol>'
    pdf = render(sample.letter(1, body=text))
    marks = re.findall(r"^(\w+)\.$", reading.text(pdf), re.MULTILINE)
    assert marks == ["3", "4", "a", "iv", "A", "IX", "X", "1"]


def test_three_lists_deep_are_indented_and_in_order():
    text = "<ul><li>one<ul><li>two<ol><li><p>three</p><p>more</p></li></ol></li></ul></li></ul>"
    pdf = render(sample.letter(3, body=text))
    found = [word for word in reading.words(pdf) if word.text in ("one", "two", "three", "more")]
    assert [word.text for word in found] == ["one", "two", "three", "more"]
    assert [round((word.left - found[0].left) / 36) for word in found] == [0, 1, 2, 2]

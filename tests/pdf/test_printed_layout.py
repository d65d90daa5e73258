"""Where things stand on the paper, read back with pdftotext."""

import re
from dataclasses import replace
from importlib import import_module

import pytest

from letters.pdf.render import Signer, render
from tests.pdf import reading, sample

rendering = import_module("letters.pdf.render")  # the package exports the function under the same name
plain = import_module("letters.pdf.letter").plain

pytestmark = reading.needs_pdftotext

INCH = 72
LEFT, RIGHT, TOP, BOTTOM = INCH, 7.5 * INCH, INCH, 10 * INCH
CALLS = re.findall(r"(\S+)\[(\d)\]", sample.BODY)
LONG_NAMES = (
    Signer("Sheila Cherfilus-McCormick", "Member of Congress"),
    Signer("Marie Gluesenkamp Perez", "Member of Congress"),
    Signer("Mariannette J. Miller-Meeks, M.D.", "Member of Congress"),
    Signer("Pablo José Hernández Rivera", "Resident Commissioner of Puerto Rico"),
    Signer("Uifa’atali Amata Coleman Radewagen", "Delegate to the House of Representatives from American Samoa"),
    Signer("Jesús G. “Chuy” García", "Member of Congress"),
    Signer("Gregorio Kilili Camacho Sablan", "Delegate to the House of Representatives, Northern Mariana Islands"),
)


def in_text_area(word):
    return word.top >= TOP - 1 and word.bottom <= BOTTOM + 1


def after_closing(pdf):
    """The closing and the signers, without the notes, which are set smaller, and the bullets, which are painted last."""
    words = [word for word in reading.words(pdf) if in_text_area(word)]
    words = [word for word in words if word.bottom - word.top > 12 and word.text != "•"]
    return words[[word.text for word in words].index("Sincerely,") :]


def check_signers(pdf, signers):
    """Every signer once, in order, left then right, the title right under the name on the same page."""
    closing, *words = after_closing(pdf)
    assert [word.text for word in words] == [part for s in signers for part in f"{s.name} {s.title}".split()]
    places = []
    for signer in signers:
        name, words = words[: len(signer.name.split())], words[len(signer.name.split()) :]
        title, words = words[: len(signer.title.split())], words[len(signer.title.split()) :]
        assert {word.page for word in name + title} == {name[0].page}
        assert title[0].left == pytest.approx(name[0].left)
        assert 13 < title[0].top - name[-1].top < 14.5
        places.append(name[0])
    for left, right in zip(places[::2], places[1::2], strict=False):
        assert (left.page, left.top) == (right.page, right.top)
        assert left.left == LEFT
        assert right.left == LEFT + 3.25 * INCH
    assert all(place.left == LEFT for place in places[::2])
    if signers:
        assert closing.page == places[0].page


def check_notes(pdf):
    """Every note once, on the page of its call."""
    on_page = [reading.squeezed(page) for page in reading.pages(pdf)]
    for (before, number), note in zip(CALLS, sample.NOTES, strict=True):
        call, start = f"{before}{number}", number + reading.squeezed(plain(note))[:18]
        called = [page for page, text in enumerate(on_page) if call in text]
        noted = [page for page, text in enumerate(on_page) if start in text]
        assert called == noted
        assert len(noted) == 1


def check_margins(pdf):
    for word in reading.words(pdf):
        assert word.left >= LEFT - 1
        assert word.right <= RIGHT + 1
        assert in_text_area(word) or word.bottom < TOP or word.text.isdigit()


@pytest.mark.parametrize("number", [0, 1, 2, 14, 101, 535])
def test_all_signers_stand_in_order_each_over_the_title(number):
    letter = sample.letter(number)
    pdf = render(letter)
    check_signers(pdf, letter.signers)
    check_margins(pdf)
    check_notes(pdf)


def test_long_names_wrap_inside_their_column():
    signers = LONG_NAMES * 3
    pdf = render(sample.letter(signers=signers))
    check_signers(pdf, signers)
    check_margins(pdf)


def test_a_word_longer_than_the_line_is_broken_at_the_margin():
    long = "Donaudampfschiff" * 12
    letter = sample.letter(2, body=f'<p>{long}<span class="fn">https://example.org/{long}</span></p>')
    pdf = render(replace(letter, signers=(Signer(long, long), Signer("Ada", "Senator")), draft_mark=long))
    check_margins(pdf)
    assert reading.squeezed(reading.text(pdf)).count(long) == 5


def test_a_last_odd_signer_stands_left():
    words = after_closing(render(sample.letter(15)))
    assert words[-5].left == LEFT
    assert " ".join(word.text for word in words[-5:-3]) == sample.signers(15)[-1].name


def test_there_is_room_to_sign_above_each_name():
    words = after_closing(render(sample.letter(4)))
    closing, first, third = words[0], words[1], next(word for word in words if word.text == "Carmen")
    assert first.top - closing.bottom >= 36
    assert third.top - words[3].bottom >= 36


@pytest.mark.slow
def test_no_page_boundary_parts_a_note_from_its_call_or_the_closing_from_signers_and_text():
    rendering._pins.clear()
    for filler_words in range(0, 528, 12):
        letter = sample.letter(14, filler_words=filler_words)
        pdf = render(letter)
        check_signers(pdf, letter.signers)
        check_notes(pdf)
        check_margins(pdf)
        closing_page = reading.squeezed(reading.pages(pdf)[after_closing(pdf)[0].page])
        assert "lookforwardtoyouranswer." in closing_page
    assert rendering._pins, "the sweep no longer reaches a boundary that needs pins"


@pytest.mark.slow
def test_the_guard_is_what_keeps_notes_with_their_calls(monkeypatch):
    rendering._pins.clear()
    monkeypatch.setattr(rendering, "better", lambda sheets, pins: None)
    assert not all(notes_are_right(sample.letter(14, filler_words=k)) for k in range(0, 528, 12))


def notes_are_right(letter):
    try:
        check_notes(render(letter))
    except (AssertionError, rendering.RenderError):
        return False
    return True


def test_the_pins_found_with_few_signers_are_those_found_with_many():
    rendering._pins.clear()
    stray = next(k for k in range(0, 528, 12) if render(sample.letter(2, filler_words=k)) and rendering._pins)
    many = sample.letter(101, filler_words=stray)
    with_pins_at_hand = render(many)
    assert len(rendering._pins) == 1
    rendering._pins.clear()
    assert render(many) == with_pins_at_hand


def test_pages_are_numbered_after_the_first():
    feet = [word for word in reading.words(render(sample.letter(40))) if word.top > BOTTOM]
    assert [(word.page, word.text) for word in feet] == [(1, "2"), (2, "3"), (3, "4")]
    assert all((word.left + word.right) / 2 == pytest.approx(4.25 * INCH, abs=0.1) for word in feet)


def test_a_draft_says_so_on_every_page_and_moves_nothing():
    mark = "DRAFT – 13 signers – May 2, 2025, 6:01 pm EDT"
    draft, final = render(sample.letter(40, draft_mark=mark)), render(sample.letter(40))
    assert [page.count(mark) for page in reading.pages(draft)] == [1, 1, 1, 1]
    assert "DRAFT" not in reading.text(final)
    marks = [word for word in reading.words(draft) if word.bottom < TOP]
    assert {word.text for word in marks} == set(mark.split())
    assert [word for word in reading.words(draft) if word.bottom >= TOP] == reading.words(final)

"""The pages as pictures, as somebody who edits the letter sees them."""

from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from letters.pdf.child import preview, print_letter
from letters.pdf.render import RenderError
from tests.pdf import reading, sample

LETTER = sample.letter(40, draft_mark="DRAFT – 40 signers")


def picture(page):
    return Image.open(BytesIO(page.png)).convert("RGB")


@pytest.mark.parametrize("width", [200, 816])
def test_each_page_is_a_picture_as_wide_as_asked_for(width):
    pages, more = preview(LETTER, width)
    assert more == 0
    assert len(pages) == len(reading.pages(print_letter(LETTER)))
    assert {(page.width, round(page.height / width, 2)) for page in pages} == {(width, round(11 / 8.5, 2))}
    assert all(picture(page).size == (page.width, page.height) for page in pages)


def test_the_picture_shows_the_page():
    first, second, *_ = (picture(page) for page in preview(LETTER, 850).pages)
    margin = first.crop((0, 100, 90, 1000))
    assert margin.getcolors() == [(90 * 900, (255, 255, 255))]
    mark = first.crop((300, 40, 550, 90)).getcolors(100_000)
    assert any(red > 120 and green < 60 and blue < 60 for _, (red, green, blue) in mark), "the mark is not red"
    assert first.tobytes() != second.tobytes()


def test_a_page_without_colour_takes_few_bytes():
    (black, *_), (marked, *_) = (preview(letter, 816).pages for letter in (replace(LETTER, draft_mark=""), LETTER))
    assert Image.open(BytesIO(black.png)).mode == "L"
    assert len(black.png) < 0.6 * len(marked.png)


def test_of_a_long_letter_the_first_pages_are_shown_and_the_others_counted():
    pages, more = preview(LETTER, 200, most=1)
    assert (len(pages), len(pages) + more) == (1, len(reading.pages(print_letter(LETTER))))


def test_a_letter_that_cannot_be_printed_gets_its_sentence():
    with pytest.raises(RenderError, match="CHECK MARK"):
        preview(replace(LETTER, closing="✓"), 200)

"""Signers who go down the left column of each page before the right one; and the room to sign."""

import pytest

from letters.pdf import columns
from letters.pdf.columns import Height
from letters.pdf.render import Signer, render
from tests.pdf import pictures, reading, sample
from tests.pdf.test_printed_layout import INCH, LEFT, LONG_NAMES, after_closing, check_margins, check_notes

RIGHT = LEFT + 3.25 * INCH
MIXED = tuple(signer for pair in zip(LONG_NAMES, sample.signers(7), strict=True) for signer in pair)


def placed(pdf, signers):
    """The first word of each name, after it was seen that all signers are read in order, each over its title."""
    _, *words = after_closing(pdf)
    assert [word.text for word in words] == [part for s in signers for part in f"{s.name} {s.title}".split()]
    starts = []
    for signer in signers:
        size = len(f"{signer.name} {signer.title}".split())
        block, words = words[:size], words[size:]
        assert {word.page for word in block} == {block[0].page}
        assert block[len(signer.name.split())].left == pytest.approx(block[0].left)
        starts.append(block[0])
    return starts


def check_down(pdf, signers):
    """On every page the left column first, the right one beside it, level and no longer."""
    starts = placed(pdf, signers)
    pages = sorted({start.page for start in starts})
    for page in pages:
        here = [start for start in starts if start.page == page]
        left = [start for start in here if start.left == LEFT]
        right = [start for start in here if start.left != LEFT]
        assert here == left + right
        assert len(left) - len(right) in (0, 1)
        assert page == pages[-1] or len(left) == len(right)
        assert [start.top for start in left] == sorted(start.top for start in left)
        assert all(start.left == pytest.approx(RIGHT) for start in right)
        assert [start.top for start in right] == pytest.approx([start.top for start in left[: len(right)]], abs=0.1)
    assert after_closing(pdf)[0].page == pages[0]
    assert pages == list(range(pages[0], pages[0] + len(pages)))


@reading.needs_pdftotext
@pytest.mark.parametrize("number", [1, 2, 3, 14, 101])
def test_signers_go_down_page_by_page(number):
    letter = sample.letter(number, columns="down")
    pdf = render(letter)
    check_down(pdf, letter.signers)
    check_notes(pdf)
    check_margins(pdf)


@reading.needs_pdftotext
def test_as_many_signers_stand_on_a_page_as_across():
    def count(pdf):
        return [sum(word.page == page for word in after_closing(pdf)) for page in range(len(reading.pages(pdf)))]

    assert count(render(sample.letter(40, columns="down"))) == count(render(sample.letter(40)))


@reading.needs_pdftotext
@pytest.mark.parametrize("filler_words", [0, 130, 260])
@pytest.mark.parametrize("space", ["pen", "typed"])
def test_long_names_and_images_keep_the_columns_level(filler_words, space):
    signers = pictures.images(1, 4, 5, 9, 20)(MIXED * 2)
    pdf = render(sample.letter(signers=signers, columns="down", space=space, filler_words=filler_words))
    check_down(pdf, signers)
    check_margins(pdf)
    assert len(reading.images(pdf)) == 5


def test_nobody_signs_down():
    assert render(sample.letter(0, columns="down"))


@reading.needs_pdftotext
@pytest.mark.parametrize("order", ["across", "down"])
@pytest.mark.parametrize(("space", "room"), [("pen", 42), ("typed", 20)])
def test_there_is_room_to_sign_by_hand_or_none(order, space, room):
    signers = sample.signers(4)
    starts = placed(render(sample.letter(4, columns=order, space=space)), signers)
    tops = sorted({start.top for start in starts})
    assert tops[1] - tops[0] - 2 * 13.8 == pytest.approx(room, abs=1)


def test_chunks_are_full_then_even():
    signers = tuple(Signer(str(number), "x") for number in range(11))
    found = columns.chunks(signers, [Height(10, 10)] * 11, 45, 65)
    assert [(len(chunk.left), len(chunk.right)) for chunk in found] == [(2, 2), (3, 3), (1, 0)]
    assert [placed.signer.name for chunk in found for stack in chunk for placed in stack] == [str(n) for n in range(11)]


def test_a_page_takes_two_whatever_its_room():
    signers = tuple(Signer(str(number), "x") for number in range(4))
    assert [len(chunk.left) for chunk in columns.chunks(signers, [Height(10, 90)] * 4, 1, 1)] == [1, 1]

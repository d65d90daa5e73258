"""Signature images on paper: above their names, and for those who listen to the letter."""

import os
import subprocess
import sys
import time
from dataclasses import replace
from hashlib import sha256
from importlib import import_module
from io import BytesIO

import pytest
from pypdf import PdfReader

from letters.pdf import fonts
from letters.pdf.render import RenderError, Signer, render
from tests.pdf import pictures, reading, sample
from tests.pdf.test_printed_layout import INCH, LEFT, after_closing, check_margins, check_notes, check_signers

rendering = import_module("letters.pdf.render")  # the package exports the function under the same name

ELSEWHERE = """
import hashlib
import django
django.setup()
from letters.pdf.render import render
from tests.pdf import pictures, sample
print(hashlib.sha256(render(sample.letter(signers=pictures.images()(sample.signers(9))))).hexdigest())
"""
SHAPES = {"usual": (960, 220), "very wide": (960, 12), "very tall": (40, 220), "small": (60, 20), "as on file": (700, 160)}


def letter(number=14, *places, **changes):
    """The sample letter; images for the signers at these places, counted from 0, or for all."""
    return sample.letter(signers=pictures.images(*places)(sample.signers(number)), **changes)


def names(pdf, signers):
    """The first word of each signer's name, with its place."""
    _, *words = after_closing(pdf)
    starts = []
    for signer in signers:
        starts.append(words[0])
        words = words[len(f"{signer.name} {signer.title}".split()) :]
    return starts


def check_images(pdf, signers):
    """Each image right above its name, on the same page, in its bounds and shape; the names of a row level."""
    check_signers(pdf, signers)
    drawn = reading.images(pdf)
    pairs = [(signer, name) for signer, name in zip(signers, names(pdf, signers), strict=True) if signer.image]
    assert len(drawn) == len(pairs)
    for picture, (signer, name) in zip(drawn, pairs, strict=True):
        assert picture.page == name.page
        assert picture.left == pytest.approx(name.left, abs=0.1)
        assert 1 < name.top - picture.bottom < 6
        width, height = picture.right - picture.left, picture.bottom - picture.top
        assert width <= 2.4 * INCH + 0.1
        assert height <= 0.55 * INCH + 0.1
        columns, rows = int.from_bytes(signer.image[16:20]), int.from_bytes(signer.image[20:24])
        assert width / height == pytest.approx(columns / rows, rel=0.01)


@reading.needs_pdftotext
@pytest.mark.parametrize(
    ("number", "places"),
    [(1, []), (2, [1]), (2, []), (3, [2]), (14, [0, 1, 4, 7, 13]), (15, [3, 14]), (15, [13]), (101, [])],
)
@pytest.mark.parametrize("draft_mark", ["", "DRAFT · 14 signers"])
def test_each_image_stands_above_its_name(number, places, draft_mark):
    printed = letter(number, *places, draft_mark=draft_mark)
    pdf = render(printed)
    check_images(pdf, printed.signers)
    check_margins(pdf)
    check_notes(pdf)


@reading.needs_pdftotext
@pytest.mark.parametrize("size", SHAPES.values(), ids=SHAPES)
def test_every_shape_is_kept_within_bounds(size):
    signers = pictures.images(0, 3, size=size)(sample.signers(5))
    check_images(render(sample.letter(signers=signers)), signers)


@reading.needs_pdftotext
def test_who_has_no_image_signs_by_hand_in_as_much_room_as_ever():
    signers = letter(6, 2).signers
    starts = names(render(sample.letter(signers=signers)), signers)
    assert [start.left for start in starts[::2]] == [LEFT] * 3
    first, second, third = (start.top for start in starts[::2])
    line = 13.8
    assert second - first - 2 * line == pytest.approx(0.55 * INCH + 15, abs=1)
    assert third - second - 2 * line == pytest.approx(42, abs=1)


@reading.needs_pdftotext
def test_images_change_no_name_and_no_order():
    def read(pdf):
        return [word.text for word in after_closing(pdf)]

    plain = read(render(sample.letter(101)))
    assert read(render(letter(101))) == plain
    assert read(render(letter(101, 0, 5, 50, 100))) == plain


@reading.needs_pdftotext
def test_a_long_name_wraps_under_its_image_and_the_row_stays_level():
    long = Signer("Uifa’atali Amata Coleman Radewagen of the Islands in the Sea", "Delegate " * 9, pictures.signature(1))
    signers = (long, Signer("Ada", "Senator"), Signer("Bo", "Senator"), replace(long, image=pictures.signature(2)))
    check_images(render(sample.letter(signers=signers)), signers)


@pytest.mark.slow
@reading.needs_pdftotext
@pytest.mark.parametrize(("places", "first"), [((1,), 0), ((2, 3), 24)])
def test_no_page_boundary_parts_an_image_from_its_name_or_the_closing_from_signers_and_text(places, first):
    for filler_words in range(first, 528, 48):
        printed = letter(14, *places, filler_words=filler_words)
        pdf = render(printed)
        check_images(pdf, printed.signers)
        check_notes(pdf)
        closing_page = reading.squeezed(reading.pages(pdf)[after_closing(pdf)[0].page])
        assert "lookforwardtoyouranswer." in closing_page


def figures(pdf):
    """Every picture of the structure with what is said for it and what is read next to it."""

    def walk(element):
        kids = element.get("/K", [])
        for kid in map(lambda kid: kid.get_object(), kids if isinstance(kids, list) else [kids]):
            if isinstance(kid, dict) and "/S" in kid:
                if kid["/S"] == "/Figure":
                    found.append((kid["/Alt"], kid["/K"], [other.get_object()["/S"] for other in kids]))
                walk(kid)

    found = []
    walk(PdfReader(BytesIO(pdf)).trailer["/Root"]["/StructTreeRoot"])
    return found


def test_the_structure_says_whose_signature_an_image_is():
    signers = letter(14, 0, 5, 13).signers
    signers = (replace(signers[0], name='Jesús "Chuy" García <Ⅴ>'.replace("Ⅴ", "V")), *signers[1:])
    found = figures(render(sample.letter(signers=signers)))
    assert [alt for alt, _, _ in found] == [f"Signature of {signers[place].name}" for place in (0, 5, 13)]
    for _, marked, beside in found:
        assert len(marked) == 1  # the picture is marked content of this very element
        assert beside[0] == "/Figure"
        assert len(beside) > 1


def test_no_picture_asks_for_what_pdf_a_forbids():
    page = PdfReader(BytesIO(render(letter(2)))).pages[-1]
    things = (thing.get_object() for thing in page["/Resources"]["/XObject"].values())
    found = [thing for thing in things if thing["/Subtype"] == "/Image"]
    assert len(found) == 2
    assert all(part["/Interpolate"].value is False for picture in found for part in (picture, picture["/SMask"]))


def test_a_letter_without_images_has_no_picture():
    pdf = render(letter(14, 99))
    assert figures(pdf) == []
    assert reading.images(pdf) == []


def test_the_same_letter_gives_the_same_bytes_in_every_process():
    here = sha256(render(letter(9))).hexdigest()
    assert sha256(render(letter(9))).hexdigest() == here
    for seed in "1", "2":
        environment = os.environ | {"PYTHONHASHSEED": seed}
        there = subprocess.run(
            [sys.executable, "-c", ELSEWHERE], capture_output=True, env=environment, cwd=fonts.ROOT, check=True
        )
        assert there.stdout.decode().strip() == here


def test_another_image_gives_another_letter():
    one, other = letter(3, 2), sample.letter(signers=pictures.images(2, size=(959, 220))(sample.signers(3)))
    ids = [PdfReader(BytesIO(render(printed))).trailer["/ID"][0] for printed in (one, other, sample.letter(3))]
    assert len(set(ids)) == 3


def test_states_of_a_letter_share_what_was_learned_of_its_notes():
    long = sample.body().replace("43 U.S.C. § 31 (2022).", "A very long note. " * 500)
    rendering._pins.clear()
    for number in (2, 3, 9, 14):
        render(letter(number, body=long))
    assert len(rendering._pins) == 1
    render(sample.letter(2, body=long))
    assert len(rendering._pins) == 2


@reading.needs_pdftotext
def test_two_members_with_one_image_both_have_it():
    signers = tuple(replace(signer, image=pictures.signature(1)) for signer in sample.signers(3))
    pdf = render(sample.letter(signers=signers))
    check_images(pdf, signers)
    assert len({picture.text for picture in reading.images(pdf)}) == 1


@pytest.mark.parametrize("image", [b"no picture", b"<svg", pictures.signature(1)[:20]])
def test_an_image_that_cannot_be_printed_is_refused_by_name(image):
    signers = sample.signers(3)
    signers = (*signers[:2], replace(signers[2], image=image))
    with pytest.raises(RenderError, match=f"The signature image of {signers[2].name} cannot be printed"):
        render(sample.letter(signers=signers))


def test_an_image_cannot_be_printed_elsewhere_in_the_letter():
    printed = letter(3, 2)
    url = printed.signers[2].image_url
    with pytest.raises(RenderError, match="signature image"):
        render(replace(printed, body=f'{printed.body}<p><img alt="" src="{url}"></p>'))
    # The next letter does not find it: its words for the eye are printed instead, and noticed.
    with pytest.raises(RenderError, match="not printed whole"):
        render(replace(letter(3, 1), body=f'{printed.body}<p><img alt="x" src="{url}"></p>'))


@pytest.mark.slow
def test_the_time_for_many_images_is_linear():
    def seconds(number):
        printed = letter(number)
        started = time.process_time()
        render(printed)
        return time.process_time() - started

    seconds(20)
    assert seconds(100) < 3 * seconds(50)

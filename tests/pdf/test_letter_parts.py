"""The parts that few letters have: subject, copies, enclosures, running head, seal; and what a letter of old still prints."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from letters.pdf import RenderError, letter_data
from letters.pdf.letter import LetterData
from letters.pdf.render import render
from tests.pdf import pictures, reading, sample
from tests.pdf.test_printed_layout import BOTTOM, LEFT, TOP, check_margins
from tests.pdf.test_signature_images import figures

pytestmark = reading.needs_pdftotext

MARK = "DRAFT · 13 signers · Friday, May 2, 2025, 6:01 pm EDT"
HEAD = "Secretary Aldersgate et al."


def line_of(pdf, text):
    """The first word of the line that reads so."""
    words = reading.words(pdf)
    parts = text.split()
    starts = (at for at in range(len(words)) if [word.text for word in words[at : at + len(parts)]] == parts)
    return words[next(starts)]


def test_every_part_is_read_in_its_order():
    letter = sample.letter(2, subject="River gauges", cc=("Ann Lee", "Bo Ray"), enclosures=("Table 4", "Map of gauges"))
    text = reading.text(render(letter))
    parts = (
        "CONGRESS OF THE UNITED STATES",
        "May 2, 2025",
        "Reston, VA 20192",
        "Re: River gauges",
        "Dear Secretary",
        "We write about",
    )
    parts += "Sincerely,", "Björn Abernathy", "cc:\nAnn Lee\nBo Ray", "Enclosures:\nTable 4\nMap of gauges"
    places = [text.index(words) for words in parts]
    assert places == sorted(places)


def test_one_enclosure_is_called_so():
    assert "Enclosure:\nTable 4" in reading.text(render(sample.letter(1, enclosures=("Table 4",))))


def test_a_letter_without_them_has_no_word_of_them():
    text = reading.text(render(sample.letter(2)))
    assert not [word for word in ("Re:", "cc:", "Enclosure", "Page") if word in text]


def test_a_long_subject_goes_on_under_its_first_word():
    pdf = render(sample.letter(1, subject="water gauge " * 14))
    first, *others = [word for word in reading.words(pdf) if word.page == 0 and word.text in ("water", "gauge")][:28]
    assert line_of(pdf, "Re: water").left == LEFT
    below = [word for word in others if word.top > first.top + 5]
    assert min(word.left for word in below) == pytest.approx(first.left, abs=1)


@pytest.mark.parametrize("part", ["subject", "running_head", "cc", "enclosures"])
def test_a_character_that_the_font_lacks_is_refused_there_too(part):
    value = ("Table ✓",) if part in ("cc", "enclosures") else "Table ✓"
    with pytest.raises(RenderError, match="CHECK MARK"):
        render(sample.letter(1, **{part: value}))


def test_later_pages_have_the_running_head_and_no_number_at_their_foot():
    pdf = render(sample.letter(40, running_head=HEAD, draft_mark=MARK))
    pages = reading.pages(pdf)
    assert [page.count(HEAD) for page in pages] == [0, 1, 1, 1]
    assert [f"Page {number}" in page for number, page in enumerate(pages, 1)] == [False, True, True, True]
    assert [page.count("DRAFT") for page in pages] == [1, 1, 1, 1]
    assert line_of(pdf, HEAD).left == LEFT
    check_margins(pdf)
    assert all(TOP - 1 <= word.top < BOTTOM or word.bottom < TOP for word in reading.words(pdf))
    head = [word for word in reading.words(pdf) if word.page == 1 and word.bottom < TOP]
    mark = [word for word in head if word.text in MARK.split() and word.text not in ("2", "Page")]
    others = [word for word in head if word not in mark]
    assert max(word.right for word in others) < min(word.left for word in mark)


def test_the_running_head_moves_nothing():
    def body(pdf):
        return [word for word in reading.words(pdf) if TOP - 1 <= word.top < BOTTOM]

    assert body(render(sample.letter(40, running_head=HEAD))) == body(render(sample.letter(40)))


def test_the_seal_stands_over_the_letterhead_and_has_words():
    seal = pictures.signature(3, size=(300, 300))
    pdf = render(sample.letter(2, seal=seal, seal_alt="Seal of the office of Ada Abernathy"))
    assert [alt for alt, _, _ in figures(pdf)] == ["Seal of the office of Ada Abernathy"]
    (picture,) = reading.images(pdf)
    assert picture.page == 0
    assert (picture.left + picture.right) / 2 == pytest.approx(4.25 * 72, abs=1)
    assert picture.bottom <= line_of(pdf, "CONGRESS OF").top + 1
    assert picture.bottom - picture.top == pytest.approx(picture.right - picture.left, rel=0.02)


def test_a_seal_that_cannot_be_printed_is_refused():
    with pytest.raises(RenderError, match="seal of the letterhead cannot be printed"):
        render(sample.letter(2, seal=b"no picture"))


def test_each_part_makes_another_letter():
    seal = pictures.signature(1, size=(30, 30))
    changes = (
        {},
        {"subject": "a"},
        {"cc": ("a",)},
        {"enclosures": ("a",)},
        {"running_head": "a"},
        {"seal": seal},
        {"space": "typed"},
    )
    ids = [PdfReader(BytesIO(render(sample.letter(1, **change)))).trailer["/ID"][0] for change in changes]
    assert len(set(ids)) == len(changes)


def test_the_letterhead_is_read_as_plain_words():
    text = reading.text(render(sample.letter(1)))
    assert text.startswith("CONGRESS OF THE UNITED STATES\nHouse of Representatives\nWashington, D.C. 20515\n")


def test_more_than_four_addressees_stand_two_by_two_and_are_read_in_order():
    names = tuple((f"The Honorable Person {letter}", "Office") for letter in "ABCDE")
    pdf = render(sample.letter(1, addressees=names))
    found = [word for word in reading.words(pdf) if word.text in "ABCDE" and len(word.text) == 1][:5]
    assert "".join(word.text for word in found) == "ABCDE"
    assert found[0].top == found[1].top < found[2].top == found[3].top
    assert found[0].left < found[1].left


CONTENTS = {
    "letterhead": ["Congress of the United States"],
    "text": {
        "date_line": "May 2, 2025",
        "addressees": "The Honorable Ruth Aldersgate\nSecretary\n\nThe Honorable Samuel Okonjo\nAdministrator",
        "salutation": "Dear all:",
        "body": "<p>Text.</p>",
        "closing": "Sincerely,",
    },
    "signers": [{"name": "Ada Lee", "title": "Senator"}],
}


def test_a_manifest_of_old_prints_as_ever():
    assert letter_data(CONTENTS, images={}) == LetterData(
        letterhead=("Congress of the United States",),
        date_line="May 2, 2025",
        addressees=(("The Honorable Ruth Aldersgate", "Secretary"), ("The Honorable Samuel Okonjo", "Administrator")),
        salutation="Dear all:",
        body="<p>Text.</p>",
        closing="Sincerely,",
        signers=letter_data(CONTENTS, images={}).signers,
        pdf_title="Letter of May 2, 2025",
    )


def test_text_and_layout_decide_what_is_printed():
    text = CONTENTS["text"] | {"subject": "Gauges", "cc": "Ann\nBo", "enclosures": "Table"}
    layout = {"columns": "down", "space": "typed", "running_head": True, "seal_sha256": "ab"}
    data = letter_data(CONTENTS | {"text": text, "layout": layout}, images={"ab": b"png"})
    assert (data.subject, data.cc, data.enclosures) == ("Gauges", ("Ann", "Bo"), ("Table",))
    assert (data.columns, data.space, data.seal) == ("down", "typed", b"png")
    assert data.running_head == HEAD
    with pytest.raises(RenderError, match="seal that is not on file any more"):
        letter_data(CONTENTS | {"layout": layout}, images={})

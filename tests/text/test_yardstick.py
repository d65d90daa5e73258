import re
from io import BytesIO
from pathlib import Path

import mammoth
import pytest

from letters.text.addressees import running_head, salutation
from letters.text.extracted.reader import read_txt
from letters.text.html import footnotes
from letters.text.pasted.reader import read_paste
from letters.text.word.reader import read_docx

YARDSTICK = Path(__file__).parents[3] / "shared" / "letters" / "southbound-firearms-2025-05-08"
pytestmark = pytest.mark.skipif(not YARDSTICK.with_suffix(".txt").exists(), reason="the yardstick letter is not here")


@pytest.fixture(scope="module")
def from_word():
    return read_docx(YARDSTICK.with_suffix(".docx").read_bytes())


@pytest.fixture(scope="module")
def from_text():
    return read_txt(YARDSTICK.with_suffix(".txt").read_bytes())


def without_italics_and_lost_hyphens(body):
    """Italics are in the Word file alone; two hyphens at line ends were lost when the text was extracted."""
    body = re.sub("</?em>", "", body)
    return body.replace("organizations-b223", "organizationsb223").replace("sheinbaum-trudeau", "sheinbaumtrudeau")


def test_both_files_give_the_same_letter(from_word, from_text):
    for part in ("date_line", "addressees", "salutation", "closing"):
        assert getattr(from_word.text, part) == getattr(from_text.text, part)
    assert without_italics_and_lost_hyphens(from_word.text.body) == from_text.text.body
    assert from_word.signers == from_text.signers


def test_the_parts_are_those_of_the_letter(from_word):
    text = from_word.text
    assert text.date_line == "May 8, 2025"
    assert [block.split("\n")[0] for block in text.addressees.split("\n\n")] == [
        "The Honorable Kristi Noem",
        "The Honorable Marco Rubio",
        "The Honorable Pamela J. Bondi",
    ]
    assert text.salutation == "Dear Secretary Noem, Secretary Rubio, and Attorney General Bondi:"
    assert re.findall(r"</?(p|ul)>", text.body)[::2] == ["p"] * 5 + ["ul", "p", "p"]
    assert text.body.count("<li>") == 4
    assert text.closing == "Sincerely,"
    assert len(from_word.signers) == 14
    assert from_word.signers[:2] == [("Dan Goldman", "Member of Congress"), ("Ben Ray Luján", "United States Senator")]
    assert from_word.signers[-1] == ("Gabe Vasquez", "Member of Congress")
    assert from_word.doubts == []


def test_seven_notes_stand_at_their_calls(from_text):
    calls = re.findall(r"(\S+)<span class=\"fn\">(\S+)", from_text.text.body)
    assert calls == [
        ("States.", "Verza,"),
        ("Mexico.", "Alfonsi,"),
        ("year", "U.S."),
        ("U.S.", "Lopez,"),
        ("year.", "Wagner,"),
        ("years.", "18"),
        ("Mexico", "Boak,"),
    ]
    assert footnotes(from_text.text.body)[3].endswith("-authorities-seem-powerless-to-stop-it")


def test_what_the_text_cannot_tell_is_listed(from_text):
    doubts = "\n".join(from_text.doubts)
    assert len(re.findall("joined over a line break: check it against the original", doubts)) == 3
    assert "every single year 3 and" in doubts
    assert "of Mexico 7 – which" in doubts
    assert "Footnote 4 goes on" in doubts


def test_the_text_may_be_pasted(from_text):
    assert read_paste(YARDSTICK.with_suffix(".txt").read_text(encoding="utf-8")) == from_text


def test_its_formatted_text_may_be_pasted(from_word):
    markup = mammoth.convert_to_html(BytesIO(YARDSTICK.with_suffix(".docx").read_bytes()), ignore_empty_paragraphs=False).value
    assert read_paste("", markup) == from_word
    plain = YARDSTICK.with_suffix(".txt").read_text(encoding="utf-8")
    assert [doubt for doubt in read_paste(plain, markup).doubts if "sheinbaumtrudeau" not in doubt] == []


def test_its_salutation_is_the_one_suggested(from_word):
    assert salutation(from_word.text.addressees) == from_word.text.salutation
    assert running_head(from_word.text.addressees) == "Secretary Noem et al."

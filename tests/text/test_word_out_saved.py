"""The letter's Word file in another program: LibreOffice opens it, shows it right, and what it saves is still the letter."""

import shutil
import subprocess
from dataclasses import asdict

import pypdfium2
import pytest

from letters.text.html import canonical, footnotes
from letters.text.word.reader import read_docx
from letters.text.word.writer import write_docx

from .test_word_out import NESTED, contents, people

pytestmark = [pytest.mark.slow, pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")]
LETTERS = {
    "plain": contents(14),
    "down": contents(5, layout={"columns": "down", "space": "typed", "running_head": True}, enclosures="A table\nA map"),
    "lists": contents(1, body=canonical(NESTED + "<h2>Head</h2><p>Words in <strong><em>two</em></strong> <u>marks</u>.</p>")),
    "many": contents(101),
}


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """The folder with what LibreOffice made of each letter: a .docx and a .pdf."""
    folder = tmp_path_factory.mktemp("saved")
    for name, letter in LETTERS.items():
        (folder / f"{name}.docx").write_bytes(write_docx(letter))
    for kind in ("docx", "pdf"):
        command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", kind]
        files = [f"{folder}/{name}.docx" for name in LETTERS]
        subprocess.run([*command, "--outdir", f"{folder}/out", *files], check=True, capture_output=True, timeout=120)
    return folder / "out"


@pytest.mark.parametrize("name", LETTERS)
def test_what_was_saved_is_the_same_letter(saved, name):
    imported = read_docx((saved / f"{name}.docx").read_bytes())
    assert asdict(imported.text) == LETTERS[name]["text"]
    assert imported.signers == people(LETTERS[name])


def pages(file) -> list[str]:
    """The words of each page, white space aside."""
    with pypdfium2.PdfDocument(file) as document:
        return ["".join(page.get_textpage().get_text_range().split()) for page in document]


@pytest.mark.parametrize("name", ["plain", "many"])
def test_notes_stand_at_the_foot_of_pages(saved, name):
    """On the page of the call, or on the next where this program found no room for it."""
    printed = pages(saved / f"{name}.pdf")
    body = LETTERS[name]["text"]["body"]
    assert len(footnotes(body)) == 7
    for before, note in zip(body.split('<span class="fn">'), footnotes(body), strict=False):
        called = next(n for n, page in enumerate(printed) if "".join(before.split()[-2:]).split(">")[-1] in page)
        assert "".join(note.split("<")[0].split())[:30] in "".join(printed[called : called + 2])


def test_the_closing_stands_with_the_first_signers_and_some_text(saved):
    letter = LETTERS["many"]
    page = next(page for page in pages(saved / "many.pdf") if "Sincerely," in page)
    assert "answer.Sincerely," in page
    assert "".join(letter["signers"][0]["name"].split()) in page


def test_numbers_of_lists_are_shown(saved):
    words = "".join(pages(saved / "lists.pdf"))
    for shown in ("c.c", "i.i", "ii.ii", "d.d", "1.anew", "2.two", "1.inq", "•y"):
        assert shown in words

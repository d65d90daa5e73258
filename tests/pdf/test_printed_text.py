"""What the PDF says, about itself too, and that the same letter always gives the same bytes."""

import os
import subprocess
import sys
import threading
from dataclasses import replace
from hashlib import sha256
from importlib import import_module
from io import BytesIO

import pytest
from pypdf import PdfReader

from letters.pdf import fonts
from letters.pdf.render import Signer, render
from tests.pdf import reading, sample

rendering = import_module("letters.pdf.render")  # the package exports the function under the same name

ELSEWHERE = """
import hashlib
import django
django.setup()
from letters.pdf.render import render
from tests.pdf import sample
print(hashlib.sha256(render(sample.letter(14, filler_words=60))).hexdigest())
"""
FORKED = """
import hashlib, os, sys
import django
django.setup()
from letters.pdf.render import render
from tests.pdf import sample
render(sample.letter(2))
if child := os.fork():
    assert os.waitpid(child, 0)[1] == 0
print(hashlib.sha256(render(sample.letter(14))).hexdigest(), flush=True)
sys.exit()
"""


@pytest.fixture(scope="module")
def pdf():
    return render(sample.letter())


def test_title_and_language_are_set_and_nobody_is_named(pdf):
    reader = PdfReader(BytesIO(pdf))
    assert dict(reader.metadata) == {"/Title": "Letter on river gauges"}
    assert reader.trailer["/Root"]["/Lang"] == "en"
    spanish = PdfReader(BytesIO(render(sample.letter(language="es-PR", pdf_title="Carta"))))
    assert spanish.trailer["/Root"]["/Lang"] == "es-PR"


def test_it_is_tagged_and_claims_pdf_ua_1(pdf):
    root = PdfReader(BytesIO(pdf)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b'pdfuaid:part="1"' in root["/Metadata"].get_data()
    tags = list(structure(root["/StructTreeRoot"]))
    assert tags.count("/H1") == 1
    assert tags.count("/LI") == 4
    assert "/Table" not in tags


def structure(element):
    for child in element.get("/K", []) if isinstance(element.get("/K"), list) else [element.get("/K")]:
        child = child.get_object() if hasattr(child, "get_object") else child
        if isinstance(child, dict) and "/S" in child:
            yield child["/S"]
            yield from structure(child)


def test_without_a_letterhead_the_date_is_the_first_heading():
    root = PdfReader(BytesIO(render(sample.letter(2, letterhead=())))).trailer["/Root"]
    assert list(structure(root["/StructTreeRoot"])).count("/H1") == 1


@reading.needs_pdftotext
def test_every_character_of_a_name_is_read_back_from_one_font_for_each_style():
    names = "Łukasz Őrsi", "Şule Muñoz", "Núria O’Hara § Țepeș"
    letter = sample.letter(signers=tuple(Signer(name, "Member of Congress") for name in names))
    letter = replace(letter, body=letter.body + "<p><strong>Ł</strong> <em>ő</em> <strong><em>ş</em></strong></p>")
    pdf = render(letter)
    assert all(name in reading.text(pdf) for name in names)
    assert fonts_of(pdf) == [
        "Liberation-Serif",
        "Liberation-Serif-Bold",
        "Liberation-Serif-Bold-Italic",
        "Liberation-Serif-Italic",
    ]


def fonts_of(pdf):
    used = {}
    for page in PdfReader(BytesIO(pdf)).pages:
        used |= page["/Resources"]["/Font"]
    return sorted(font.get_object()["/BaseFont"].partition("+")[2] for font in used.values())


@reading.needs_pdftotext
def test_markup_in_a_name_is_printed_as_text():
    name = '<b onclick="x">Ann & {{ 7 }} <script>'
    assert name in reading.text(render(sample.letter(signers=(Signer(name, "Member of Congress"),))))


@reading.needs_pdftotext
def test_the_whole_html_subset_is_printed():
    body = (
        "<h2>Part</h2><h3>Sub</h3><p>one<br>two <u>three</u> H<sup>2</sup> &amp; &lt;five&gt;</p>"
        '<blockquote><p>quoted<span class="fn">A <em>note</em>.</span></p></blockquote>'
        '<ol><li>first<ul><li>inner</li></ul></li><li><p>second</p></li></ol><p><a href="https://example.org/">here</a></p>'
    )
    text = reading.squeezed(reading.text(render(sample.letter(2, body=body))))
    for words in ("PartSubonetwothreeH2&<five>quoted1first", "inner", "second", "here", "1Anote."):
        assert words in text


def test_the_font_files_are_the_full_ones_of_the_versions_note():
    noted = dict(reversed(line.split()) for line in (fonts.FOLDER / "VERSIONS").read_text().splitlines()[-4:])
    assert {file.name: sha256(file.read_bytes()).hexdigest() for file in fonts.FOLDER.glob("*.ttf")} == noted


def test_other_processes_give_the_same_bytes():
    here = sha256(render(sample.letter(14, filler_words=60))).hexdigest()
    for seed in "1", "2":
        environment = os.environ | {"PYTHONHASHSEED": seed}
        there = subprocess.run(
            [sys.executable, "-c", ELSEWHERE], capture_output=True, env=environment, cwd=fonts.ROOT, check=True
        )
        assert there.stdout.decode().strip() == here
        assert not there.stderr


def test_a_forked_child_prints_and_leaves_the_parent_able_to():
    answers = subprocess.run([sys.executable, "-c", FORKED], capture_output=True, cwd=fonts.ROOT, check=True)
    assert answers.stdout.decode().split() == [sha256(render(sample.letter(14))).hexdigest()] * 2


def test_threads_take_turns_and_get_their_own_letters():
    letters = [sample.letter(number) for number in (1, 2, 3, 4, 5, 6)]
    expected = [render(letter) for letter in letters]
    got = [b""] * len(letters)

    def work(place):
        got[place] = render(letters[place])

    threads = [threading.Thread(target=work, args=(place,)) for place in range(len(letters))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == expected


def test_the_draft_and_the_final_have_different_identifiers(pdf):
    draft = render(sample.letter(draft_mark="DRAFT"))
    first, second = (PdfReader(BytesIO(file)).trailer["/ID"][0] for file in (pdf, draft))
    assert first != second
    assert rendering.render(sample.letter()) == pdf

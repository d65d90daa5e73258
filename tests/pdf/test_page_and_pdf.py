"""The letter's page and its PDF hold the same words in the same order; pdftotext tells what the PDF holds."""

import re
from collections import Counter
from html import unescape
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from hypothesis import given, settings

from letters.models import Revision
from letters.pdf import letter_data, render
from letters.pdf.letter import flow, notes
from tests.text.random_letters import contents

from . import reading, sample

WITHOUT_NUMBERS = re.compile(r'<sup class="fn-call">.*?</sup>| <a href="#call-\d+"[^>]*>↩</a>')


def page(contents):
    """(the letter, its notes) as the page has them, without the numbers and arrows of the notes."""
    signers = [SimpleNamespace(name=line["name"], title=line["title"]) for line in contents["signers"]]
    shown = {"letterhead": contents["letterhead"], "revision": Revision(**contents["text"]), "signers": signers}
    html = WITHOUT_NUMBERS.sub("", render_to_string("letters/components/letter_text.html", shown))
    letter, _, below = html.partition('<section class="footnotes"')
    return words(letter), words(below.partition("</h2>")[2])


def words(html):
    return reading.squeezed(unescape(re.sub(r"<[^>]*>", "", html)))


def printed(contents):
    data = letter_data(contents, images={})
    return reading.squeezed("".join(text for _, text in flow(data))), reading.squeezed("".join(notes(data)))


@given(contents())
@settings(max_examples=60)
def test_a_page_reads_as_what_is_printed(contents):
    assert page(contents) == printed(contents)


@reading.needs_pdftotext
def test_pdftotext_finds_in_the_pdf_what_stands_on_the_page():
    text = {
        "date_line": "June 3, 2026",
        "addressees": "\n\n".join("\n".join(lines) for lines in sample.ADDRESSEES),
        "subject": "The gauges of the upper basin",
        "salutation": "Dear Secretary Aldersgate:",
        "body": sample.body(),
        "closing": "Sincerely,",
        "cc": "The Honorable Ada Byron",
        "enclosures": "Table of stations\nMap",
    }
    signers = [{"name": signer.name, "title": signer.title} for signer in sample.signers(15)]
    letter = {"letterhead": ["Congress of the United States"], "revision": 1, "text": text, "signers": signers}
    on_page = "".join(page(letter))
    pdf = reading.text(render(letter_data(letter, images={})))
    assert letters_of(pdf) == letters_of(on_page)
    found = reading.squeezed(pdf).casefold()
    for words in ("Re:Thegaugesoftheupperbasin", "cc:TheHonorableAdaByron", "Enclosures:TableofstationsMap"):
        assert words.casefold() in found
        assert words in on_page


def letters_of(text):
    """How often each letter stands there: no digits, which number notes and pages, and no bullets."""
    return Counter(char for char in text.casefold() if char.isalpha())


@pytest.mark.parametrize("missing", ["subject", "cc", "enclosures", "addressees", "salutation", "date_line"])
def test_what_a_letter_does_not_have_leaves_no_trace_on_its_page(missing):
    names = "date_line addressees subject salutation body closing cc enclosures".split()
    text = {**dict.fromkeys(names, "Some words"), "body": "<p>Text.</p>", missing: ""}
    letter = {"letterhead": ["Congress"], "revision": 1, "text": text, "signers": []}
    assert page(letter) == printed(letter)

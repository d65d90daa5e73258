"""What is not printed, and the sentence that says so."""

import subprocess
import sys
from dataclasses import replace
from importlib import import_module

import pytest

from letters.pdf import fonts
from letters.pdf.render import RenderError, Signer, render
from tests.pdf import sample

rendering = import_module("letters.pdf.render")  # the package exports the function under the same name

HOSTILE = (
    '<img src="file:///etc/hostname">',
    '<img src="http://127.0.0.1:9/x.png">',
    "<img src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/hostname'/></svg>\">",
    '<link rel="stylesheet" href="http://127.0.0.1:9/x.css">',
    '<link rel="attachment" href="file:///etc/hostname">',
    "<style>@import url(file:///etc/hostname); @font-face { font-family: x; src: url(http://127.0.0.1:9/) }</style>",
    '<p style="background: url(file:///etc/hostname); list-style-image: url(ftp://127.0.0.1:9/)">x</p>',
    '<object data="file:///etc/hostname"></object><embed src="file:///etc/hostname"><svg><use href="file:///etc/hostname"/></svg>',
    '<base href="file:///etc/"><img src="hostname">',
    '<img alt="" src="signature:0">',
)
SOURCE = rendering.source
WITHOUT_PANGO = """
import sys
class Missing:
    def find_spec(self, name, *rest):
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
sys.meta_path.insert(0, Missing())
import django
django.setup()
from letters.pdf.render import RenderError, render
from tests.pdf import sample
try:
    render(sample.letter(1))
except RenderError as error:
    print(error)
"""


@pytest.fixture
def nothing_opened(monkeypatch):
    """Names of files opened and hosts called while the test runs, whoever does it."""
    render(sample.letter(1))
    seen, armed = [], [True]
    sys.addaudithook(lambda event, args: armed and event in ("open", "socket.connect") and seen.append(args[0]))
    yield seen
    armed.clear()


@pytest.mark.parametrize("markup", HOSTILE)
def test_nothing_in_a_text_is_fetched(markup, nothing_opened):
    letter = sample.letter(2)
    try:
        pdf = render(replace(letter, body=letter.body + markup))
    except RenderError:
        pdf = b""
    assert nothing_opened == []
    assert b"/EmbeddedFile" not in pdf


def test_the_fetcher_refuses_our_own_files_too():
    from letters.pdf.press import Shelf

    for url in ("file:///etc/hostname", "https://example.org/", "data:,x", (fonts.FOLDER / "VERSIONS").as_uri()):
        with pytest.raises(ValueError, match="A letter fetches nothing"):
            Shelf()(url)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"salutation": "Dear 李:"}, "no “李” (U+674E CJK UNIFIED IDEOGRAPH-674E). It stands in the salutation, here: “Dear"),
        ({"closing": "Yours ✓,"}, "no “✓” (U+2713 CHECK MARK). It stands in the closing, here: “Yours ✓,”. Write"),
        ({"letterhead": ("Congress", "of 🗽")}, "no “🗽” (U+1F5FD STATUE OF LIBERTY). It stands in the letterhead"),
        ({"date_line": "May\v2"}, "no (U+000B unnamed). It stands in the date line"),
        ({"addressees": (("The Honorable", "Hon. \u202eeman"),)}, "no (U+202E RIGHT-TO-LEFT OVERRIDE). It stands in the address"),
        ({"body": "<p>Rivers rise &#x1F30A; at night.</p>"}, "It stands in the text, here: “Rivers rise 🌊 at night.”"),
        ({"body": '<p>x<span class="fn">a</span><span class="fn">b ☃</span></p>'}, "It stands in note 2, here: “b ☃”"),
        ({"signers": (Signer("Ann", "M.C."), Signer("Bo", "\ud800"))}, "no (U+D800 unnamed). It stands in the title of signer 2"),
        ({"draft_mark": "DRAFT ⚠"}, "It stands in the draft mark"),
    ],
)  # fmt: skip
def test_a_character_the_font_does_not_have_is_refused_by_name_and_place(change, sentence):
    with pytest.raises(RenderError) as refusal:
        render(sample.letter(1, **change))
    assert sentence in str(refusal.value)


@pytest.mark.parametrize("lost", ["Björn Abernathy", "journal.example.org/", "counties", "43 U.S.C."])
def test_text_lost_in_layout_is_refused(lost, monkeypatch):
    letter = sample.letter(salutation="Dear counties:")
    monkeypatch.setattr(rendering, "source", lambda *parts: SOURCE(*parts).replace(lost, ""))
    with pytest.raises(RenderError, match="was not printed whole: something is lost or out of order near"):
        render(letter)


def test_signers_out_of_order_are_refused(monkeypatch):
    turned = sample.letter(signers=sample.signers(14)[::-1])
    monkeypatch.setattr(rendering, "source", lambda data, *parts: SOURCE(turned, *parts))
    with pytest.raises(RenderError, match=r"out of order near “.*Sincerely, Ada"):
        render(sample.letter())


def test_a_machine_without_pango_is_told_what_to_install():
    said = subprocess.run([sys.executable, "-c", WITHOUT_PANGO], capture_output=True, cwd=fonts.ROOT, check=True)
    assert said.stdout.decode().strip() == rendering.PANGO_MISSING
    assert "apt-get install libpango-1.0-0" in rendering.PANGO_MISSING

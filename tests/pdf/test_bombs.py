"""However a letter is written, it ends in time with a PDF or a sentence; the others are set meanwhile. All: bench/bombs.py."""

import socket
import threading
import time
from contextlib import closing

import pytest

from letters.limited import Children
from letters.pdf import child
from letters.pdf.child import print_letter
from letters.pdf.render import RenderError, render
from letters.text import TextError
from letters.text.html import canonical
from tests.pdf import reading, sample
from tests.pdf.bombs import BODIES, CHANGES

SECONDS = 2
PRINTED = ("a long address", "markup as text", "templates as text", "style sheets as text", "a long subject")
REFUSED = {
    "emoji": "GRINNING FACE",
    "Arabic": "ARABIC LETTER MEEM",
    "Chinese": "CJK UNIFIED IDEOGRAPH",
    "lists two hundred deep": "nested more than",
    "quotations five hundred deep": "nested more than",
    "sixty thousand paragraphs": "the limit is 200,000",
    "joined by nothing": "invisible character",
}
# On a machine faster than ours some may be printed in time.
HARD = ("a word of 200,000 letters", "soft hyphens", "a list of five thousand", "535 signers with long names")


@pytest.fixture(scope="module")
def setters():
    """Children with much less time than usual, so that the tests end soon."""
    children = Children("letters.pdf.child:answer", child.LIMITS._replace(seconds=SECONDS), at_once=2, jobs=200)
    yield children
    children.end()


@pytest.fixture
def hurried(setters, monkeypatch):
    print_letter(sample.letter(1))  # the true ones are warm
    monkeypatch.setattr(child, "_setters", setters)
    return setters


def bomb(name):
    if name in CHANGES:
        return sample.letter(**{"number_of_signers": 2, **CHANGES[name]})
    return sample.letter(2, body=canonical(BODIES[name]))


@pytest.mark.parametrize("name", PRINTED)
def test_what_only_looks_dangerous_is_printed(name):
    assert print_letter(bomb(name)).startswith(b"%PDF")


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_printed_is_refused_at_once(name):
    with pytest.raises((TextError, RenderError), match=REFUSED[name]):
        print_letter(bomb(name))


@pytest.mark.parametrize("name", HARD)
def test_what_takes_too_long_ends_with_a_pdf_or_a_sentence(name, hurried):
    letter = bomb(name)
    start = time.monotonic()
    assert outcome(letter) in ("a PDF", child.TOO_LONG)
    assert time.monotonic() - start < SECONDS + 10
    assert len(hurried.living) <= 2


def outcome(letter):
    try:
        return "a PDF" if print_letter(letter).startswith(b"%PDF") else "nothing"
    except RenderError as refusal:
        return str(refusal)


def test_a_healthy_letter_is_set_while_a_bomb_takes_its_time(hurried):
    letter, bombed = bomb("a word of 200,000 letters"), []
    thread = threading.Thread(target=lambda: bombed.append(outcome(letter)))
    print_letter(sample.letter(1))
    thread.start()
    time.sleep(0.2)
    header, blob = child.packed(sample.letter(1))
    assert Children("letters.pdf.child:answer", child.LIMITS).ask({"do": "print", **header}, blob)[1].startswith(b"%PDF")
    thread.join()
    assert bombed[0] in ("a PDF", child.TOO_LONG)


@pytest.mark.parametrize("way", [render, print_letter])
def test_addresses_in_a_text_are_not_visited(way, tmp_path):
    (tmp_path / "canary").write_text("the canary sings")
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        web, file = f"http://127.0.0.1:{listener.getsockname()[1]}/x.css", (tmp_path / "canary").as_uri()
        tempting = "".join(
            f'<p><a href="{address}">x</a> {address} @import url({address}) &lt;link rel="attachment" href="{address}"&gt;</p>'
            for address in (web, file)
        )
        pdf = way(sample.letter(1, body=canonical(tempting)))
        listener.settimeout(0.2)
        with pytest.raises(TimeoutError):
            listener.accept()
    assert b"/EmbeddedFile" not in pdf
    assert "canary sings" not in reading.text(pdf)

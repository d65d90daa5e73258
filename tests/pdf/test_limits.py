"""Letters set by a child process: the same bytes and sentences, and what comes of a letter that takes too much."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from letters.limited import KEPT, MEGABYTE, Children, Limits
from letters.pdf import child, fonts
from letters.pdf.child import FAULT, packed, preview, print_letter, unpacked
from letters.pdf.render import RenderError, Signer, render
from tests.pdf import pictures, sample

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has it")
FULL = sample.letter(5, signers=pictures.images(0, 2, 3)(sample.signers(5)), draft_mark="DRAFT · 5 signers")

IN_THE_CHILD = """
import sys
from letters.pdf import child
from tests.pdf import sample
header, blob = child.packed(sample.letter(2))
answer, pdf = child.answer({"do": "print", **header}, blob)
from django.conf import settings
print(pdf[:5], settings.configured, [name for name in sys.modules if name.startswith("letters.models")])
"""

# Root is spared the limit on processes, so it becomes somebody else, once all is loaded that this one may not read.
AS_AN_ORDINARY_USER = """
import os
from letters import limited
from letters.pdf import archive, child, markup, press
from letters.pdf.render import render
from tests.pdf import sample
letter = sample.letter(2)
markup.source(letter, markup.Pins())
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(10001)
    os.setuid(10001)
limited.confine(child.LIMITS)
print(render(letter)[:5])
"""


def work_is(monkeypatch, work, seconds=20):
    limits = Limits(seconds, 300 * MEGABYTE, MEGABYTE)
    monkeypatch.setattr(child, "_setters", Children(f"tests.limited_work:{work}", limits))


@pytest.fixture
def setters(monkeypatch):
    """Children of this test's own, which are not warm yet."""
    children = Children("letters.pdf.child:answer", child.LIMITS, at_once=2, jobs=200)
    monkeypatch.setattr(child, "_setters", children)
    yield children
    children.end()


# --- the same


def test_a_letter_comes_through_whole():
    header, blob = packed(FULL)
    assert unpacked({"do": "print", **header}, blob) == FULL


def test_an_image_that_two_signers_share_goes_once():
    image = pictures.signature(1)
    letter = sample.letter(signers=(Signer("Ada", "M.C.", image), Signer("Bo", "M.C.", image)))
    assert packed(letter)[1] == image


def test_a_child_gives_the_same_bytes():
    assert print_letter(FULL) == render(FULL)


@pytest.mark.parametrize(
    "change",
    [{"salutation": "Dear 李:"}, {"body": f"<p>x<span class='fn'>{'A long note. ' * 20}</span></p>", "closing": "✓"}],
)
def test_a_refusal_is_the_same_sentence(change):
    letter = sample.letter(1, **change)
    with pytest.raises(RenderError) as here:
        render(letter)
    with pytest.raises(RenderError) as there:
        print_letter(letter)
    assert str(there.value) == str(here.value)


def test_a_child_knows_neither_settings_nor_database():
    bare = {name: os.environ[name] for name in KEPT if name in os.environ}
    done = subprocess.run([sys.executable, "-c", IN_THE_CHILD], cwd=fonts.ROOT, env=bare, capture_output=True, text=True)
    assert done.stdout.strip() == "b'%PDF-' False []", done.stderr


@linux
def test_a_letter_is_set_under_the_limits_of_an_ordinary_user():
    done = subprocess.run([sys.executable, "-c", AS_AN_ORDINARY_USER], cwd=fonts.ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "b'%PDF-'", done.stderr


# --- limits


@pytest.mark.parametrize(
    ("work", "seconds", "sentence"),
    [
        ("sleep", 1, "takes too long to set .* Shorten it, or divide its longest paragraphs"),
        ("spin", 1, "takes too long to set"),
        pytest.param("eat", 20, "takes too much memory to set", marks=linux),
        ("die", 20, "A fault in the program that sets letters"),
        ("fail", 20, "A fault in the program that sets letters"),
        ("nothing", 20, "A fault in the program that sets letters"),
    ],
)
def test_what_goes_wrong_in_a_child_gets_a_sentence_and_a_line_in_the_log(work, seconds, sentence, monkeypatch, caplog):
    work_is(monkeypatch, work, seconds)
    with caplog.at_level(logging.WARNING), pytest.raises(RenderError, match=sentence):
        print_letter(FULL)
    assert "a letter was not set" in caplog.text
    assert "Abernathy" not in caplog.text


@pytest.mark.parametrize("answer", [b"{}", b"[]", b'{"pages": [[1, 2]], "more": 0}', b'{"pages": [[1, 1, 3]], "more": 0}'])
def test_an_answer_that_is_none_gets_a_sentence(answer, monkeypatch):
    monkeypatch.setattr(child, "packed", lambda data: ({}, answer))
    work_is(monkeypatch, "parrot")
    for ask in (print_letter, lambda letter: preview(letter, 800)):
        with pytest.raises(RenderError, match=FAULT):
            ask(FULL)


def test_who_looks_at_pages_while_all_children_are_busy_is_asked_to_wait(setters, monkeypatch):
    monkeypatch.setattr(child, "READERS_PATIENCE", 0.1)
    assert setters.free.acquire(timeout=1)
    assert setters.free.acquire(timeout=1)
    with pytest.raises(RenderError, match=r"Try again in a minute\."):
        preview(FULL, 800)


# --- kept warm


@linux
def test_a_child_killed_in_the_middle_costs_the_letter_nothing(setters):
    letter = sample.letter(200)
    print_letter(sample.letter(1))
    (before,) = setters.living
    found = []
    thread = threading.Thread(target=lambda: found.append(print_letter(letter)))
    thread.start()
    time.sleep(0.2)
    assert not found
    os.kill(before.process.pid, signal.SIGKILL)
    thread.join()
    assert found == [render(letter)]
    assert before not in setters.living

"""Reads a PDF back with pdftotext: what a person sees, and where on the paper."""

import html
import re
import shutil
import subprocess
from typing import NamedTuple

import pytest

WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>')
needs_pdftotext = pytest.mark.skipif(
    not shutil.which("pdftotext"), reason="pdftotext reads the PDFs back; on Debian: apt-get install poppler-utils"
)


class Word(NamedTuple):
    """A word with its page, counted from 0, and its box in points from the upper left corner."""

    page: int
    left: float
    top: float
    right: float
    bottom: float
    text: str


def text(pdf: bytes) -> str:
    return _pdftotext(pdf, "-raw")


def pages(pdf: bytes) -> list[str]:
    return text(pdf).split("\f")[:-1]


def words(pdf: bytes) -> list[Word]:
    """Every word in the order of reading."""
    found = []
    for page, part in enumerate(_pdftotext(pdf, "-raw", "-bbox").split("<page ")[1:]):
        for *box, word in WORD.findall(part):
            found.append(Word(page, *map(float, box), html.unescape(word)))
    return found


def squeezed(string: str) -> str:
    return "".join(string.split())


def _pdftotext(pdf: bytes, *options: str) -> str:
    command = ["pdftotext", *options, "-", "-"]
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()

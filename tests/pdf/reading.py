"""Reads a PDF back with pdftotext and pypdf: what a person sees, and where on the paper."""

import html
import re
import shutil
import subprocess
from io import BytesIO
from typing import NamedTuple

import pytest
from pypdf import PdfReader
from pypdf.generic import ContentStream

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


def images(pdf: bytes) -> list[Word]:
    """Where pictures are drawn, in the order of painting; `text` is the name of each in the file."""
    found = []
    for number, page in enumerate(PdfReader(BytesIO(pdf)).pages):
        matrix, stack, height = (1, 0, 0, 1, 0, 0), [], float(page.mediabox.height)
        for operands, operator in ContentStream(page.get_contents(), page.pdf).operations:
            if operator == b"q":
                stack.append(matrix)
            elif operator == b"Q":
                matrix = stack.pop()
            elif operator == b"cm":
                matrix = times(tuple(map(float, operands)), matrix)
            elif operator == b"Do" and page["/Resources"]["/XObject"][operands[0]]["/Subtype"] == "/Image":
                (left, right), (low, high) = (
                    sorted((matrix[4], matrix[4] + matrix[0])),
                    sorted((matrix[5], matrix[5] + matrix[3])),
                )
                found.append(Word(number, left, height - high, right, height - low, operands[0]))
    return found


def times(one, other):
    """The PDF matrix that does the one and then the other."""
    a, b, c, d, e, f = one
    p, q, r, s, t, u = other
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u

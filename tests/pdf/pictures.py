"""Signature images to print: a hand's flourish of our own drawing."""

from dataclasses import replace
from functools import cache
from io import BytesIO
from math import cos, pi, sin

from PIL import Image, ImageDraw


@cache
def signature(number: int = 1, *, size: tuple[int, int] = (960, 220), paper=(0, 0, 0, 0)) -> bytes:
    """A PNG of a flourish that is another for every number and goes from edge to edge."""
    picture = Image.new("RGBA", size, paper)
    width, height = size[0] - 1, size[1] - 1
    bends = 2 + number % 7
    line = [
        (width * (1 - cos(pi * t)) / 2, height * (1 + sin(bends * 2 * pi * t + number)) / 2)
        for t in (step / 400 for step in range(401))
    ]
    pen = ImageDraw.Draw(picture)
    pen.line(line, fill="#10185a", width=max(2, min(size) // 30), joint="curve")
    return png(picture)


def images(*numbers: int, **look):
    """A change of signers: those at the places given, counted from 0, get an image each, or all."""

    def with_images(signers):
        return tuple(
            replace(signer, image=signature(place + 1, **look)) if place in numbers or not numbers else signer
            for place, signer in enumerate(signers)
        )

    return with_images


def png(picture, **options) -> bytes:
    out = BytesIO()
    picture.save(out, "PNG", **options)
    return out.getvalue()

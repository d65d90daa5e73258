"""Signature images to print: a hand's flourish of our own drawing."""

from functools import cache
from io import BytesIO
from math import cos, pi, sin

from PIL import Image, ImageDraw


@cache
def signature(number: int = 1, *, size: tuple[int, int] = (960, 220), paper=(0, 0, 0, 0)) -> bytes:
    """A PNG of a flourish that is another for every number and touches all four edges of the picture."""
    picture = Image.new("RGBA", size, paper)
    width, height = size[0] - 1, size[1] - 1
    bends = 2 + number % 7
    line = [
        (width * (1 - cos(pi * t)) / 2, height * (1 + sin(bends * 2 * pi * t + number)) / 2)
        for t in (step / 400 for step in range(401))
    ]
    pen = ImageDraw.Draw(picture)
    pen.line(line, fill="#10185a", width=max(2, min(size) // 30), joint="curve")
    pen.rectangle((0, 0, width, height), outline="#10185a") if number == 0 else None
    return png(picture)


def png(picture, **options) -> bytes:
    out = BytesIO()
    picture.save(out, "PNG", **options)
    return out.getvalue()

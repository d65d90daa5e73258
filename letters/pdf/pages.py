"""Pages of a PDF as pictures."""

import io
from typing import NamedTuple


class Picture(NamedTuple):
    """A page as PNG, and its size in pixels."""

    png: bytes
    width: int
    height: int


def pictures(pdf: bytes, width: int, most: int) -> tuple[list[Picture], int]:
    """The first pages, so many pixels wide, and how many more there are. PDFium knows no threads: one call at a time."""
    import pypdfium2  # by the child alone, not by everybody who takes its pictures

    document = pypdfium2.PdfDocument(pdf)
    try:
        return [picture(document[at], width) for at in range(min(most, len(document)))], max(0, len(document) - most)
    finally:
        document.close()


def picture(page, width: int) -> Picture:
    image = page.render(scale=width / page.get_width(), rev_byteorder=True).to_pil()
    out = io.BytesIO()
    (image if is_coloured(image) else image.convert("L")).save(out, "PNG", compress_level=3)
    return Picture(out.getvalue(), *image.size)


def is_coloured(image) -> bool:
    """Few pages are; the others take half the bytes without colour."""
    from PIL import ImageChops

    red, green, blue = image.split()
    return any(ImageChops.difference(red, other).getbbox() for other in (green, blue))

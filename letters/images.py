"""Signature images: what was uploaded is read, checked, and drawn anew, so that nothing but pixels comes in."""

import hashlib
import io
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

FILE_LIMIT = 512 * 1024  # bytes
WIDTH_LIMIT, HEIGHT_LIMIT = 2400, 1200  # pixels
KEPT_WIDTH, KEPT_HEIGHT = 1200, 400  # enough for print at the size at which it is shown


class ImageError(ValueError):
    """The file cannot be used; the sentence says what to do."""


@dataclass(frozen=True)
class SignaturePicture:
    png: bytes
    sha256: str
    width: int
    height: int


def read(data: bytes) -> SignaturePicture:
    """A clean PNG of the picture in the file, at most 1200 by 400 pixels, without any of its other contents.

    The same file gives the same bytes with the same Pillow. Raises ImageError.
    """
    if len(data) > FILE_LIMIT:
        raise ImageError(f"The file is larger than {FILE_LIMIT // 1024} KB. Save the signature as a smaller PNG.")
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
            unless_usable(picture)
            picture.load()
            clean = picture.convert("RGBA")
    except ImageError:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise ImageError("The file is not a PNG picture, or it is damaged. Save the signature as PNG and try again.") from error
    clean.thumbnail((KEPT_WIDTH, KEPT_HEIGHT))
    unless_blank(clean)
    out = io.BytesIO()
    Image.frombytes("RGBA", clean.size, clean.tobytes()).save(out, "PNG", optimize=True)
    png = out.getvalue()
    return SignaturePicture(png, hashlib.sha256(png).hexdigest(), *clean.size)


def unless_usable(picture):
    """Asked of the header alone, before any pixel is unpacked."""
    width, height = picture.size
    if width > WIDTH_LIMIT or height > HEIGHT_LIMIT:
        raise ImageError(f"The picture is {width} by {height} pixels. Make it {WIDTH_LIMIT} by {HEIGHT_LIMIT} at most.")
    if getattr(picture, "n_frames", 1) > 1:
        raise ImageError("The picture moves. Save one still picture as PNG.")
    if width < 40 or height < 10:
        raise ImageError("The picture is too small to print. Scan the signature at a larger size.")


def unless_blank(picture):
    """On white paper something must be seen."""
    paper = Image.new("RGBA", picture.size, "white")
    paper.alpha_composite(picture)
    low, high = paper.convert("L").getextrema()
    if high - low < 32:
        raise ImageError("Nothing can be seen in the picture. Use one with a dark signature on white or on nothing.")

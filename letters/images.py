"""Signature images and seals: what was uploaded is read, checked, and drawn anew, so that nothing but pixels comes in."""

import hashlib
import io
import struct
import zlib
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

FILE_LIMIT = 512 * 1024  # bytes
TOO_LARGE = f"The file is larger than {FILE_LIMIT // 1024} KB. Save the picture as a smaller PNG."
WIDTH_LIMIT, HEIGHT_LIMIT = 2400, 1200  # pixels
# Pixels that are kept at most, 400 for each inch: of the room above a name, 2.4 by 0.55 in, and of a seal, 0.9 in.
KEPT = {"signature": (960, 220), "seal": (360, 360)}
SMALLEST_WIDTH, SMALLEST_HEIGHT = 40, 10

SIGNATURE = b"\x89PNG\r\n\x1a\n"
PIXEL_CHUNKS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # for each kind of color: grays, RGB, palette, grays and RGB with alpha
# First column and row of each pass over an interlaced picture, and the steps to the next ones.
PASSES = (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)


class ImageError(ValueError):
    """The file cannot be used; the sentence says what to do."""


@dataclass(frozen=True)
class Picture:
    png: bytes
    sha256: str
    width: int
    height: int


def read(data: bytes, kind: str = "signature") -> Picture:
    """A clean PNG of the picture in the file, no larger than its kind is kept (KEPT), without any of its other contents.

    The same file gives the same bytes with the same Pillow, and so do those bytes. Raises ImageError.
    """
    if len(data) > FILE_LIMIT:
        raise ImageError(TOO_LARGE)
    try:
        clean = decoded(pixels_alone(data))
    except ImageError:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, struct.error) as error:
        raise ImageError("The file is not a PNG picture, or it is damaged. Save the picture as PNG and try again.") from error
    clean.thumbnail(KEPT[kind])
    unless_small(*clean.size)
    unless_blank(clean)
    clean = lightened(clean)
    out = io.BytesIO()
    Image.frombytes(clean.mode, clean.size, clean.tobytes()).save(out, "PNG", optimize=True)
    png = out.getvalue()
    return Picture(png, hashlib.sha256(png).hexdigest(), *clean.size)


def pixels_alone(data: bytes) -> bytes:
    """The PNG without texts, profiles and what follows its end: none of that gets to the decoder."""
    if not data.startswith(SIGNATURE):
        raise ValueError("not a PNG")
    kept, rows, at, kind = [SIGNATURE], [], len(SIGNATURE), b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", data, at)
        chunk = data[at : at + length + 12]
        if len(chunk) != length + 12 or chunk[-4:] != zlib.crc32(chunk[4:-4]).to_bytes(4):
            raise ValueError("a damaged chunk, or one that is cut off")
        if (kind == b"IHDR") != (len(kept) == 1):
            raise ValueError("one header, and first")
        if kind == b"IHDR":
            width, height, *form = struct.unpack(">II5B", chunk[8:-4])
            unless_large(width, height)
        if kind == b"acTL" and chunk[8:12] > b"\0\0\0\1":
            raise ImageError("The picture moves. Save one still picture as PNG.")
        if kind in PIXEL_CHUNKS:
            kept.append(chunk)
        if kind == b"IDAT":
            rows.append(chunk[8:-4])
        at += len(chunk)
    unless_short(b"".join(rows), width, height, *form)
    return b"".join(kept)


def unless_large(width: int, height: int):
    """Asked of the header alone, before any pixel is unpacked."""
    if width > WIDTH_LIMIT or height > HEIGHT_LIMIT:
        raise ImageError(f"The picture is {width} by {height} pixels. Make it {WIDTH_LIMIT} by {HEIGHT_LIMIT} at most.")
    unless_small(width, height)


def unless_short(packed: bytes, width, height, bits, color, packing, filtering, interlaced):
    """Pillow draws the rows that are there and leaves the others blank."""
    sizes = [
        (-(-(width - left) // across), -(-(height - top) // down))
        for left, top, across, down in (PASSES if interlaced else [(0, 0, 1, 1)])
    ]
    wanted = sum(rows * (1 + -(-columns * bits * CHANNELS.get(color, 0) // 8)) for columns, rows in sizes)
    unpacker, found = zlib.decompressobj(), 0
    try:
        while found < wanted and (piece := unpacker.decompress(packed, 2**20)):
            packed, found = unpacker.unconsumed_tail, found + len(piece)
    except zlib.error as error:
        raise ValueError("pixels that cannot be unpacked") from error
    if found < wanted:
        raise ValueError("pixels are missing")


def unless_small(width: int, height: int):
    if width < SMALLEST_WIDTH or height < SMALLEST_HEIGHT:
        raise ImageError("The picture is too small to print. Scan it at a larger size.")


def decoded(png: bytes) -> Image.Image:
    with Image.open(io.BytesIO(png), formats=["PNG"]) as picture:
        picture.load()
        if png[24] == 16:  # bits for each channel; Pillow halves those of colors, but neither grays nor what is clear
            picture = halved(picture)
        return picture.convert("RGBA")


def halved(picture: Image.Image) -> Image.Image:
    clear = picture.info.pop("transparency", None)
    if picture.mode == "I;16":
        picture = picture.point(lambda value: value * (1 / 256)).convert("L")
    if clear is not None:
        picture.info["transparency"] = tuple(part >> 8 for part in clear) if isinstance(clear, tuple) else clear >> 8
    return picture


def lightened(picture: Image.Image) -> Image.Image:
    """In sixteen tones, without channels that say nothing: the grain of a scan would weigh more than the letter."""
    picture = picture.point([tone & 0xF0 | tone >> 4 for tone in range(256)] * 4)
    red, green, blue, alpha = picture.split()
    gray, opaque = red.tobytes() == green.tobytes() == blue.tobytes(), alpha.getextrema() == (255, 255)
    if gray:
        return red if opaque else Image.merge("LA", (red, alpha))
    return picture.convert("RGB") if opaque else picture


def unless_blank(picture: Image.Image):
    """On white paper something must be seen."""
    paper = Image.new("RGBA", picture.size, "white")
    paper.alpha_composite(picture)
    low, high = paper.convert("L").getextrema()
    if high - low < 32:
        raise ImageError("Nothing can be seen in the picture. Use one that is dark on white or on nothing.")

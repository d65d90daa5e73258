"""Signature images as uploaded: what is let in, and that nothing but pixels is."""

import hashlib
import io
import random
import struct
import time
import tracemalloc
import zlib

import pytest
from PIL import Image, ImageDraw, PngImagePlugin

from letters import images
from tests.pdf import pictures
from tests.pdf.pictures import png

KEPT_WIDTH, KEPT_HEIGHT = images.KEPT["signature"]
DAMAGED = "The file is not a PNG picture, or it is damaged. Save the picture as PNG and try again."
TOO_SMALL = "The picture is too small to print. Scan it at a larger size."
MOVES = "The picture moves. Save one still picture as PNG."
BLANK = "Nothing can be seen in the picture. Use one that is dark on white or on nothing."
MEGABYTE = 2**20

GOOD = pictures.signature(1)
HEADER_END = len(images.SIGNATURE) + 25
ZEROS = zlib.compress(bytes(200 * MEGABYTE), 9)  # 200 KB


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def made(width, height, rows, *, bits=8, color=6, interlaced=0, before=b""):
    """A PNG by hand. `rows` are its bytes before they are packed, or packed already; `color` as in the format: 6 is RGBA."""
    header = chunk(b"IHDR", struct.pack(">II5B", width, height, bits, color, 0, 0, interlaced))
    packed = rows if rows.startswith(b"\x78") else zlib.compress(rows)
    return images.SIGNATURE + header + before + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def with_chunks(*chunks):
    """The good picture with more chunks right after its header."""
    return GOOD[:HEADER_END] + b"".join(chunks) + GOOD[HEADER_END:]


def drawn(mode, *, ink, paper, size=(300, 100)):
    """A stroke of 200 by 20 pixels in the middle."""
    picture = Image.new(mode, size, paper)
    ImageDraw.Draw(picture).rectangle((50, 40, 249, 59), fill=ink)
    return picture


def saved(picture, form):
    out = io.BytesIO()
    picture.save(out, form)
    return out.getvalue()


def moving():
    first, *others = (Image.new("RGB", (100, 50), color) for color in ("red", "blue", "green"))
    return png(first, save_all=True, append_images=others)


def seen(picture):
    """What a reader sees on white paper at the stroke and beside it, as grays."""
    with Image.open(io.BytesIO(picture.png)) as found:
        paper = Image.new("RGBA", found.size, "white")
        paper.alpha_composite(found.convert("RGBA"))
    gray = paper.convert("L")
    return gray.getpixel((150, 50)), gray.getpixel((10, 10))


REFUSED = {
    "nothing": (b"", DAMAGED),
    "text": (b"John Hancock", DAMAGED),
    "a page": (b"<!DOCTYPE html><html></html>", DAMAGED),
    "an SVG": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', DAMAGED),
    "a JPEG under another name": (saved(drawn("RGB", ink="navy", paper="white"), "JPEG"), DAMAGED),
    "a JPEG of four inks": (saved(drawn("CMYK", ink=(255, 255, 0, 0), paper=0), "JPEG"), DAMAGED),
    "a GIF": (saved(drawn("L", ink=0, paper=255), "GIF"), DAMAGED),
    "the first eight bytes": (images.SIGNATURE, DAMAGED),
    "no pixels": (GOOD[:HEADER_END] + chunk(b"IEND", b""), DAMAGED),
    "too few pixels": (made(300, 100, bytes(1201 * 50)), DAMAGED),
    "no header": (images.SIGNATURE + GOOD[HEADER_END:], DAMAGED),
    "two headers": (with_chunks(GOOD[len(images.SIGNATURE) : HEADER_END]), DAMAGED),
    "colors that are none": (made(300, 100, bytes(1201 * 100), color=5), DAMAGED),
    "a chunk longer than the file": (with_chunks(struct.pack(">I", 2**31) + b"tEXt"), DAMAGED),
    "a header of 100,000 pixels": (
        made(100_000, 100_000, bytes(1000)),
        "The picture is 100000 by 100000 pixels. Make it 2400 by 1200 at most.",
    ),
    "a header of the most pixels": (
        made(2**31 - 1, 2**31 - 1, bytes(1000)),
        "The picture is 2147483647 by 2147483647 pixels. Make it 2400 by 1200 at most.",
    ),
    "a header over which Pillow only warns": (
        made(10_000, 10_000, bytes(1000)),
        "The picture is 10000 by 10000 pixels. Make it 2400 by 1200 at most.",
    ),
    "a header without pixels": (made(0, 0, bytes(1000)), TOO_SMALL),
    "pixels packed small": (made(2400, 1200, ZEROS, bits=16), BLANK),
    "more pixels than announced": (made(300, 100, ZEROS), BLANK),
    "a moving picture": (moving(), MOVES),
    "one that says it moves for ever": (with_chunks(chunk(b"acTL", struct.pack(">II", 2**31 - 1, 0))), MOVES),
    "white": (png(Image.new("RGB", (300, 100), "white")), BLANK),
    "black": (png(Image.new("RGB", (300, 100), "black")), BLANK),
    "nearly white": (png(drawn("L", ink=240, paper=255)), BLANK),
    "clear": (png(Image.new("RGBA", (300, 100), (0, 0, 0, 0))), BLANK),
    "white on clear": (png(drawn("RGBA", ink="white", paper=(0, 0, 0, 0))), BLANK),
    "black, but clear": (png(drawn("RGBA", ink=(0, 0, 0, 0), paper=(255, 255, 255, 255))), BLANK),
    "narrow": (pictures.signature(1, size=(39, 100)), TOO_SMALL),
    "flat": (pictures.signature(1, size=(300, 9)), TOO_SMALL),
    "flat once it is scaled down": (pictures.signature(1, size=(2400, 20)), TOO_SMALL),
    "narrow once it is scaled down": (pictures.signature(1, size=(60, 1200)), TOO_SMALL),
    "600 KB": (
        png(Image.frombytes("RGB", (500, 400), random.Random(1).randbytes(600_000))),
        "The file is larger than 512 KB. Save the picture as a smaller PNG.",
    ),
}


@pytest.mark.parametrize(("data", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_used_is_refused_in_a_sentence(data, sentence):
    with pytest.raises(images.ImageError) as refusal:
        images.read(data)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "P"])
def test_a_picture_cut_off_anywhere_is_refused(mode):
    whole = png(drawn("RGB", ink="navy", paper="white").convert(mode))
    assert images.read(whole)
    for end in range(len(whole)):
        with pytest.raises(images.ImageError):
            images.read(whole[:end])


def test_half_a_picture_is_refused_where_letters_are_printed_too():
    from letters.pdf import press

    assert press.STYLE  # what it imports tells Pillow to be lenient
    with pytest.raises(images.ImageError):
        images.read(made(300, 100, bytes(1201 * 50)))


def test_a_byte_changed_on_the_way_is_found():
    for place in range(HEADER_END, len(GOOD)):
        changed = bytearray(GOOD)
        changed[place] ^= 1
        with pytest.raises(images.ImageError):
            images.read(bytes(changed))


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_wrong_inside_whole_chunks_is_refused_or_drawn(seed):
    """No other exception and no warning, which are errors here."""
    chance = random.Random(seed)
    modes = [png(drawn("RGB", ink="navy", paper="white").convert(mode)) for mode in ("1", "L", "LA", "P", "RGB", "RGBA")]
    answers = []
    for _ in range(400):
        parts = parted(chance.choice(modes))
        for _ in range(chance.randint(1, 3)):
            spoil(parts, chance)
        answers.append(answer(images.SIGNATURE + b"".join(chunk(kind, content) for kind, content in parts)))
    drawn_anew = [found for found in answers if isinstance(found, bytes)]
    assert 0 < len(drawn_anew) < len(answers)


def parted(data):
    parts, at = [], len(images.SIGNATURE)
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        parts.append((kind, data[at + 8 : at + 8 + length]))
        at += length + 12
    return parts


def spoil(parts, chance):
    place = chance.randrange(len(parts))
    kind, content = parts[place]
    at = chance.randrange(len(content) + 1)
    new = chance.choice([b"PLTE", b"tRNS", b"IHDR", b"IDAT", b"IEND", b"acTL", b"eXIf"])
    parts[place : place + 1] = chance.choice(
        [
            [(kind, content[:at])],
            [(kind, content[:at] + chance.randbytes(1) + content[at + 1 :])],
            [(kind, content), (kind, content)],
            [(new, chance.randbytes(chance.choice([0, 1, 2, 3, 6, 13, 256, 768]))), (kind, content)],
        ]
    )


ONCE = {
    "grays": drawn("L", ink=0, paper=255),
    "two tones": drawn("1", ink=0, paper=1),
    "colors": drawn("RGB", ink="black", paper="white"),
    "a palette": drawn("RGB", ink="black", paper="white").convert("P"),
    "ink on clear": drawn("RGBA", ink="black", paper=(0, 0, 0, 0)),
    "grays on clear": drawn("LA", ink=(0, 255), paper=(0, 0)),
    "16-bit grays": drawn("I;16", ink=0, paper=65535),
}


@pytest.mark.parametrize("picture", ONCE.values(), ids=ONCE)
def test_every_kind_of_png_looks_the_same(picture):
    found = images.read(png(picture))
    assert seen(found) == (0, 255)
    assert (found.width, found.height) == (300, 100)


def wide_rows(ink, paper):
    row = b"\0" + paper * 50 + ink * 200 + paper * 50
    return (b"\0" + paper * 300) * 40 + row * 20 + (b"\0" + paper * 300) * 40


DEEP = {
    "grays over half the range": (0, b"\x20\x00", b"\xff\xff", b""),
    "grays, white is clear": (0, b"\x20\x00", b"\xff\xff", chunk(b"tRNS", b"\xff\xff")),
    "colors": (2, b"\x20\x00" * 3, b"\xff\xff" * 3, b""),
    "colors, white is clear": (2, b"\x20\x00" * 3, b"\xff\xff" * 3, chunk(b"tRNS", b"\xff\xff" * 3)),
    "grays with alpha": (4, b"\x20\x00\xff\xff", b"\0\0\0\0", b""),
    "colors with alpha": (6, b"\x20\x00" * 3 + b"\xff\xff", b"\0\0" * 4, b""),
}


@pytest.mark.parametrize("size", [(40, 10), (41, 11), (47, 18), (300, 100)])
@pytest.mark.parametrize(("bits", "color"), [(1, 0), (2, 0), (4, 0), (8, 0), (8, 2), (16, 0), (16, 2)])
def test_an_interlaced_picture_needs_every_pass(size, bits, color):
    rows = b"".join(interlaced_rows(*size, bits * images.CHANNELS[color]))
    assert images.read(made(*size, rows, bits=bits, color=color, interlaced=1))
    with pytest.raises(images.ImageError, match="damaged"):
        images.read(made(*size, rows[:-1], bits=bits, color=color, interlaced=1))


def interlaced_rows(width, height, bits):
    """As the format says: of every 8 by 8 pixels, first one, then as many again, and so on. Every second row is dark."""
    for left, top, across, down in images.PASSES:
        columns = len(range(left, width, across))
        for number in range(top, height, down) if columns else ():
            yield b"\0" + (b"\xff" if number % 2 else b"\x11") * ((columns * bits + 7) // 8)


@pytest.mark.parametrize(("color", "ink", "paper", "before"), DEEP.values(), ids=DEEP)
def test_sixteen_bits_are_halved_not_cut_off(color, ink, paper, before):
    found = images.read(made(300, 100, wide_rows(ink, paper), bits=16, color=color, before=before))
    assert seen(found) == (0x22, 255)  # of sixteen tones


def test_a_palette_with_a_clear_color_stays_clear():
    picture = drawn("P", ink=1, paper=0)
    picture.putpalette([255, 0, 0, 0, 0, 0])
    found = images.read(png(picture, transparency=0))
    assert seen(found) == (0, 255)


def test_a_large_picture_is_scaled_to_what_print_needs_and_keeps_its_shape():
    assert images.read(pictures.signature(1, size=(2400, 1200))).height == KEPT_HEIGHT
    wide = images.read(pictures.signature(1, size=(2400, 300)))
    assert (wide.width, wide.height) == (KEPT_WIDTH, 120)


@pytest.mark.parametrize(("mode", "kept"), [("1", "L"), ("L", "L"), ("RGB", "RGB"), ("P", "RGB"), ("LA", "LA"), ("RGBA", "RGBA")])
def test_only_channels_that_say_something_are_kept(mode, kept):
    clear = (255, 0, 0, 0) if "A" in mode else "white"
    colored = "RGBA" if mode in ("RGB", "RGBA", "P") else "LA"
    picture = drawn("RGBA", ink="navy" if colored == "RGBA" else "black", paper=clear)
    picture = picture.convert("RGB" if mode in ("1", "L", "P") else colored).convert(mode)
    with Image.open(io.BytesIO(images.read(png(picture)).png)) as found:
        assert found.mode == kept


@pytest.mark.parametrize(("channels", "most"), [(1, 120), (4, 500)])
def test_the_grain_of_a_scan_weighs_little_and_can_be_read_again(channels, most):
    width, height = (KEPT_WIDTH, KEPT_HEIGHT) if channels == 1 else (520, 220)
    grain = random.Random(3).randbytes(width * height * channels)
    found = images.read(png(Image.frombytes("RGBA" if channels == 4 else "L", (width, height), grain)))
    assert (found.width, found.height) == (width, height)
    assert len(found.png) < most * 1024 * width / KEPT_WIDTH
    assert images.read(found.png) == found


def laden():
    """The good picture with all that a file can carry besides, a page after its end included."""
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "SECRET one")
    notes.add_text("Comment", "SECRET two", zip=True)
    notes.add_itxt("Title", "SECRET three", zip=False)
    exif = Image.Exif()
    exif[0x010E] = "SECRET four"
    with Image.open(io.BytesIO(GOOD)) as picture:
        data = png(picture, pnginfo=notes, exif=exif, icc_profile=b"SECRET five", dpi=(72, 72))
    return data + b"<html><script>SECRET six</script>"


def test_nothing_but_pixels_is_kept():
    data = laden()
    assert data.count(b"SECRET") >= 4
    found = images.read(data)
    assert b"SECRET" not in found.png
    assert [kind for kind, _ in parted(found.png)] == [b"IHDR", b"IDAT", b"IEND"]
    assert found == images.read(GOOD)
    assert found.png.endswith(chunk(b"IEND", b""))


@pytest.mark.parametrize("data", [GOOD, laden(), png(ONCE["16-bit grays"]), pictures.signature(2, size=(2400, 1200))])
def test_reading_our_own_file_gives_the_same_bytes(data):
    found = images.read(data)
    assert images.read(found.png) == found
    assert found.sha256 == hashlib.sha256(found.png).hexdigest()


HEAVY = {
    "200 MB of pixels for a large picture": made(2400, 1200, ZEROS, bits=16),
    "200 MB of pixels for a small picture": made(300, 100, ZEROS),
    "200 MB of packed text": with_chunks(chunk(b"zTXt", b"a\0\0" + ZEROS)),
    "200 MB of packed text in UTF-8": with_chunks(chunk(b"iTXt", b"a\0\1\0\0\0" + ZEROS)),
    "200 MB of color profile": with_chunks(chunk(b"iCCP", b"a\0\0" + ZEROS)),
    "200 packed texts of 1 MB": with_chunks(*[chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(MEGABYTE), 9))] * 200),
    "40,000 empty chunks": with_chunks(*[chunk(b"teXt", b"")] * 40_000),
    "40,000 empty palettes": with_chunks(*[chunk(b"tRNS", b"")] * 38_000),
    "noise": png(Image.frombytes("1", (2400, 1200), random.Random(2).randbytes(2400 * 1200 // 8))),
}


@pytest.mark.parametrize("data", HEAVY.values(), ids=HEAVY)
def test_no_file_takes_long_or_much_memory(data):
    assert len(data) <= images.FILE_LIMIT
    started = time.process_time()
    answer(data)
    assert time.process_time() - started < 1
    tracemalloc.start()
    try:
        answer(data)
        assert tracemalloc.get_traced_memory()[1] < 30 * MEGABYTE
    finally:
        tracemalloc.stop()


def answer(data):
    try:
        return images.read(data).png
    except images.ImageError as refusal:
        return str(refusal)

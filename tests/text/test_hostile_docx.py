import random
import resource
import struct
import time
import warnings
import zipfile
from contextlib import suppress
from copy import copy
from io import BytesIO

import pytest

from letters.text.characters import TextError
from letters.text.word.reader import read_docx

from .docx import LETTER, RELS, TYPES, R, call, docx, paragraph, part, parts, run, table, zipped

GOOD = docx(*LETTER)
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
CHANGE = '<w:%s w:id="7" w:author="Pat Roe" w:date="2026-01-01T00:00:00Z">%s</w:%s>'


def changed(tag, text="new words"):
    inner = run(text).replace("w:t>", "w:delText>").replace("<w:t ", "<w:delText ") if tag == "del" else run(text)
    return docx(*LETTER[:3], paragraph("We ask ", CHANGE % (tag, inner, tag)), *LETTER[4:])


def with_part(name, content):
    return zipped({**parts(*LETTER), name: content})


def document(text):
    return with_part("word/document.xml", text)


def relationship(kind, target, mode=' TargetMode="External"'):
    return docx(*LETTER, relationships=f'<Relationship Id="r9" Type="{R}/{kind}" Target="{target}"{mode}/>')


def encrypted():
    data = bytearray(GOOD)
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        position = data.find(magic)
        while position >= 0:
            data[position + offset] |= 1
            position = data.find(magic, position + 4)
    return bytes(data)


def lying_sizes():
    """Every part claims to be one byte long when unpacked."""
    data = bytearray(with_part("word/big.xml", b"<a>" + b" " * 4_000_000 + b"</a>"))
    position = data.find(b"PK\x01\x02")
    while position >= 0:
        data[position + 24 : position + 28] = struct.pack("<L", 1)
        position = data.find(b"PK\x01\x02", position + 4)
    return bytes(data)


def nested_tables(depth):
    return "<w:tbl><w:tr><w:tc>" * depth + paragraph("deep") + "</w:tc></w:tr></w:tbl>" * depth


XXE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
NESTED = "".join(f"<!ENTITY {b} '{('&' + a + ';') * 20}'>" for a, b in zip("abcdefg", "bcdefgh", strict=True))
LAUGHS = f"<!DOCTYPE x [<!ENTITY a 'ha'>{NESTED}]>"
BODY = parts(*LETTER)["word/document.xml"].removeprefix('<?xml version="1.0" encoding="UTF-8"?>')
COMMENTS = part("comments", f'<w:comment w:id="1" w:author="Pat Roe">{paragraph("Is this so?")}</w:comment>')

FIELD = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
END = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'


def stored(*body, **more):
    """Not packed, so that nothing but what is in it can be refused."""
    return zipped(parts(*body, **more), zipfile.ZIP_STORED)


def twice(name):
    packed = BytesIO(GOOD)
    with zipfile.ZipFile(packed, "a") as package, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        package.writestr(name, "<a/>")
    return packed.getvalue()


def overlapping():
    """A thousand parts that all point at the same packed bytes."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts(*LETTER).items():
            package.writestr(name, content)
        package.writestr("word/media/0.bin", b"\0" * 900_000)
        first = package.getinfo("word/media/0.bin")
        for number in range(1, 1000):
            entry = copy(first)
            entry.filename = entry.orig_filename = f"word/media/{number}.bin"
            package.filelist.append(entry)
            package.NameToInfo[entry.filename] = entry
    return packed.getvalue()


def hundred_thousand_parts():
    """The same directory entry over and over: small to store, long to read."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        package.writestr("a", b"")
        first = package.getinfo("a")
        package.filelist += [first] * 99_999
    return packed.getvalue()


BAD = {
    "empty": (lambda: b"", "The file is empty"),
    "no zip": (lambda: b"Dear Sir, this is text", "no Word file"),
    "pdf": (lambda: b"%PDF-1.7 x", "is a PDF"),
    "rtf": (lambda: b"{\\rtf1 x}", "Rich Text"),
    "old doc": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old .doc or is locked"),
    "too large": (lambda: GOOD + b"\0" * 11_000_000, "limit is 10 MB"),
    "zip without a letter": (lambda: zipped({"a.txt": "a"}), "no Word letter"),
    "sheet": (lambda: zipped({"[Content_Types].xml": TYPES, "xl/workbook.xml": "<workbook/>"}), "no Word letter"),
    "odt": (
        lambda: zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"}, zipfile.ZIP_STORED),
        "OpenDocument",
    ),
    "doctype": (lambda: document(XXE + BODY.replace("boats", "&e;")), "DOCTYPE"),
    "laughs": (lambda: document(LAUGHS + BODY.replace("boats", "&h;")), "DOCTYPE"),
    "doctype in utf-16": (lambda: document(('<?xml version="1.0" encoding="utf-16"?>' + XXE + BODY).encode("utf-16")), "DOCTYPE"),
    "doctype elsewhere": (lambda: with_part("customXml/item1.xml", XXE + "<a/>"), "DOCTYPE"),
    "doctype in relationships": (lambda: with_part("word/_rels/document.xml.rels", XXE + RELS % ""), "DOCTYPE"),
    "broken xml": (lambda: document(BODY[:-20]), "damaged"),
    "odd encoding": (lambda: document('<?xml version="1.0" encoding="utf-7"?>' + BODY), "damaged"),
    "insertion": (lambda: changed("ins"), "Pat Roe inserted “new words”"),
    "deletion": (lambda: changed("del"), "Pat Roe deleted “new words”"),
    "move": (lambda: changed("moveTo"), "Pat Roe moved here “new words”"),
    "change in a note": (
        lambda: docx(*LETTER[:3], paragraph("We", call(1)), notes=(paragraph(CHANGE % ("ins", run("cited"), "ins")),)),
        "Pat Roe inserted “cited”",
    ),
    "comment": (lambda: with_part("word/comments.xml", COMMENTS), "comment by Pat Roe: “Is this so\\?”"),
    "picture elsewhere": (
        lambda: relationship("image", "file:///etc/passwd"),
        "points to a picture outside itself .*Nothing is fetched",
    ),
    "picture on the web": (lambda: relationship("image", "https://evil.example/a.png"), "a picture outside itself"),
    "template on the web": (lambda: relationship("attachedTemplate", "https://evil.example/a.dotm"), "outside itself"),
    "object elsewhere": (lambda: relationship("oleObject", "file:///a.bin"), "outside itself"),
    "picture by a field": (
        lambda: docx(*LETTER, paragraph('<w:r><w:instrText> INCLUDEPICTURE "http://evil.example/a.png"</w:instrText></w:r>')),
        "field that loads",
    ),
    "macro": (lambda: with_part("word/vbaProject.bin", b"\xcc\x61"), "macros"),
    "macro type": (
        lambda: with_part("[Content_Types].xml", TYPES.replace("document.main", "document.macroEnabled.main")),
        "macros",
    ),
    "path out": (lambda: with_part("word/../../etc/cron.d/x.xml", "<a/>"), "names a part"),
    "absolute path": (lambda: with_part("/etc/passwd", "a"), "names a part"),
    "backslash": (lambda: with_part("word\\a.xml", "<a/>"), "names a part"),
    "many parts": (lambda: zipped({**parts(*LETTER), **{f"word/{n}.xml": "<a/>" for n in range(10_000)}}), "limit is 2,000"),
    "bomb": (lambda: with_part("word/media/a.png", b"\0" * 60_000_000), "unpacks to far more"),
    "bomb in parts": (
        lambda: zipped(
            {**parts(*LETTER), **{f"word/media/{n}.png": (random.Random(n).randbytes(2_000) * 40)[:80_000] for n in range(900)}}
        ),
        "unpacks to far more",
    ),
    "lying sizes": (lying_sizes, "damaged|unpacks to far more"),
    "encrypted": (encrypted, "encrypted"),
    "truncated": (lambda: GOOD[: len(GOOD) // 2], "damaged"),
    "flipped bytes": (lambda: GOOD[:60] + b"\xff" * 40 + GOOD[100:], "damaged|no Word"),
    "deep tables": (lambda: docx(*LETTER[:3], nested_tables(2000), *LETTER[4:]), "nested too deeply"),
    "deep runs": (lambda: docx(*LETTER[:3], "<w:smartTag>" * 5000 + "</w:smartTag>" * 5000), "nested too deeply"),
    "many pieces": (lambda: zipped(parts(*LETTER[:3], paragraph("x") * 30_000), zipfile.ZIP_STORED), "far more pieces"),
    "long text": (lambda: docx(*LETTER[:3], paragraph("x" * 201_000), *LETTER[4:]), "200,000"),
    "one note, many calls": (lambda: docx(paragraph("a", call(1) * 5000), notes=(paragraph("n" * 50_000),)), "one footnote"),
    "missing note": (lambda: docx(*LETTER[:3], paragraph("We", call(9)), *LETTER[4:]), "called in “We” is missing"),
    "note in a note": (
        lambda: docx(*LETTER[:3], paragraph("We", call(1)), notes=(paragraph("a", call(2)), paragraph("b"))),
        "footnote",
    ),
    "html": (lambda: b"<!DOCTYPE html><html><body>Dear Sir</body></html>", "no Word file"),
    "number zero": (lambda: document(BODY.replace("boats", "bo&#0;ats")), "damaged"),
    "control": (lambda: document(BODY.replace("boats", "bo\0ats")), "damaged"),
    "half a character": (lambda: document(BODY.replace("boats", "bo&#xD800;ats")), "damaged"),
    "same name twice": (lambda: twice("word/document.xml"), "names a part"),
    "a zip in a zip for a letter": (lambda: zipped({"letter.docx": GOOD}), "no Word letter"),
    "parts over one another": (overlapping, "damaged|unpacks to far more"),
    "hundred thousand parts": (hundred_thousand_parts, "limit is 2,000"),
    "million notes": (lambda: stored(*LETTER, notes=tuple("<w:p/>" for _ in range(100_000))), "far more pieces"),
    "fields in fields": (lambda: stored(paragraph(FIELD * 9_000, run("x") * 3_000, END * 9_000)), "fields within many"),
    "kinds of content": (lambda: stored("".join(f'<w:p xmlns:n{n}="u{n}"/>' for n in range(60_000))), "kinds of content"),
    "bidi override": (lambda: docx(*LETTER[:3], paragraph("We \u202eask"), *LETTER[4:]), r"U\+202E"),
    "bidi in a name": (lambda: docx(*LETTER[:5], paragraph("Ada\u202e Lovelock\nMember of Congress")), r"U\+202E"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_gets_its_sentence_soon(name):
    make, sentence = BAD[name]
    data = make()
    start, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(TextError, match=sentence):
        read_docx(data)
    assert time.process_time() - start < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 256 * 1024


def test_the_largest_letter_that_is_taken_ends_soon():
    start = time.process_time()
    words = [paragraph(" ".join(["word"] * 30)) for _ in range(1200)]
    items = table(*[["A Bee\nMember of Congress", "C Dee\nUnited States Senator"]] * 300)
    imported = read_docx(docx(*LETTER[:3], *words, *LETTER[4:5], items))
    assert len(imported.signers) == 600
    assert time.process_time() - start < 10


def listed():
    """Numbering of nine levels, and paragraphs that take turns on them."""
    text = "".join(f"%{n}." for n in range(1, 10))
    level = '<w:lvl w:ilvl="%d"><w:numFmt w:val="lowerRoman"/><w:lvlText w:val="%s"/></w:lvl>'
    kind = f'<w:abstractNum w:abstractNumId="1">{"".join(level % (n, text) for n in range(9))}</w:abstractNum>'
    start = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="%d"/></w:lvlOverride>'
    restart = f'<w:num w:numId="%d"><w:abstractNumId w:val="1"/>{start}</w:num>'
    lists = "".join(restart % (n, n) for n in range(3000))
    place = '<w:numPr><w:ilvl w:val="%d"/><w:numId w:val="%d"/></w:numPr>'
    items = "".join(paragraph("x", properties=place % (n % 9, n)) for n in range(3000))
    files = {**parts(*LETTER[:3], items, *LETTER[4:]), "word/numbering.xml": part("numbering", kind + lists)}
    return zipped(files, zipfile.ZIP_STORED)


def styles_in_a_row():
    chain = "".join(
        f'<w:style w:type="paragraph" w:styleId="s{n}"><w:basedOn w:val="s{(n + 1) % 15000}"/></w:style>' for n in range(15_000)
    )
    body = "".join(paragraph("x", properties=f'<w:pStyle w:val="s{n}"/>') for n in range(3000))
    return zipped({**parts(*LETTER[:3], body, *LETTER[4:]), "word/styles.xml": part("styles", chain)}, zipfile.ZIP_STORED)


CHOICE = (
    f'<w:r><mc:AlternateContent xmlns:mc="{MC}"><mc:Choice><w:t>x</w:t></mc:Choice><mc:Fallback/></mc:AlternateContent></w:r>'
)
BOXED = f"<w:r><w:pict><w:txbxContent>{paragraph('x')}</w:txbxContent></w:pict></w:r>"
LARGE = {
    "lists": listed,
    "styles in a circle": styles_in_a_row,
    "runs": lambda: stored(*LETTER[:3], paragraph(run("x", "<w:b/>") * 8000), *LETTER[4:]),
    "breaks": lambda: stored(*LETTER[:3], paragraph("<w:r>" + "<w:br/>" * 30_000 + "</w:r>"), *LETTER[4:]),
    "symbols": lambda: stored(paragraph("<w:r>" + '<w:sym w:font="Wingdings" w:char="F0FFFF"/>' * 60_000 + "</w:r>")),
    "notes": lambda: stored(paragraph(*map(call, range(1, 3001))), notes=("<w:p/>",) * 3000),
    "choices": lambda: stored(paragraph(f"<w:r>{CHOICE * 8000}</w:r>")),
    "boxes": lambda: stored(paragraph(BOXED * 3000)),
    "cells": lambda: stored("<w:tbl><w:tr>" + "<w:tc><w:p/></w:tc>" * 8_000 + "</w:tr></w:tbl>"),
    "one attribute": lambda: stored(paragraph("x", properties=f'<w:pStyle w:val="{"x" * 9_900_000}"/>')),
    "attributes": lambda: stored("<w:p " + " ".join(f'a{n}="x"' for n in range(200_000)) + "/>"),
    "field codes": lambda: stored(paragraph(FIELD.replace("separate", "begin") * 15_000)),
    "joined paragraphs": lambda: stored(paragraph("x", properties='<w:rPr><w:del w:author="A"/></w:rPr>') * 6000),
    "changes": lambda: stored(paragraph(*[CHANGE % ("ins", run("x"), "ins")] * 10_000)),
    "comments": lambda: with_part("word/comments.xml", part("comments", "<w:comment><w:p/></w:comment>" * 30_000)),
}


@pytest.mark.parametrize("name", LARGE)
def test_a_large_file_ends_within_its_time_and_memory(name):
    data = LARGE[name]()
    start, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with suppress(TextError):
        read_docx(data, "accepted")
    assert time.process_time() - start < 10
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 256 * 1024


def test_a_letter_that_holds_programs_and_frames_gives_words_alone():
    code = "<![CDATA[<script>alert(1)</script><iframe src=x>]]>"
    files = parts(*LETTER[:3], f"<w:p><w:r><w:t>{code}</w:t></w:r></w:p>", *LETTER[4:])
    files["word/afchunk.html"] = "<html><script>x</script></html>"
    assert read_docx(zipped(files)).text.body == "<p>&lt;script&gt;alert(1)&lt;/script&gt;&lt;iframe src=x&gt;</p>"


def test_tables_within_tables_are_read():
    imported = read_docx(docx(*LETTER[:3], nested_tables(12), *LETTER[4:]))
    assert "deep" in imported.text.body


def test_damaged_files_never_surprise():
    chance = random.Random(11)
    for _ in range(300):
        data = bytearray(GOOD)
        for _ in range(chance.randint(1, 8)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        with suppress(TextError):
            read_docx(bytes(data))

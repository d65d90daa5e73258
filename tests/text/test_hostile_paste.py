"""Hostile clipboards: read or refused, soon, and never more than the letter's HTML comes out."""

import time

import pytest

from letters.text import TextError
from letters.text.html import canonical
from letters.text.pasted.reader import read_paste

TEXT = "Dear Secretary Reed:\n\nWe ask for boats.\n\nSincerely,\n\nAda Lovelock\nMember of Congress\n"
ITEM = "<p style='mso-list:l0 level%d lfo1'><span style='mso-list:Ignore'>%d.</span>a</p>"
CALL = "<a href='#n{0}' name='c{0}'>{0}</a>"

HOSTILE = {
    "spans": "<span>" * 800_000,
    "spans with words": "<span>x" * 300_000,
    "deep and closed": "<b><i>" * 150 + "x" + "</i></b>" * 150,
    "divs": "<div>" * 500_000,
    "lists": "<ul><li>" * 100_000,
    "lists at the limit": "<ul><li>x" * 60,
    "quotes": "<blockquote><p>x" * 60,
    "tables": "<table><tr><td>" * 80_000,
    "nested tables": "<table><tr><td>x</td><td>" * 60,
    "paragraphs": "<p>" * 1_000_000,
    "short paragraphs": "<p>a" * 60_000,
    "breaks": "a<br>" * 60_000,
    "blank breaks": "<br>" * 500_000,
    "less-thans": "<" * 5_000_000,
    "ampersands": "&" * 150_000,
    "comments": "<!--" * 1_000_000,
    "conditions": "<![if x]>" * 400_000,
    "attributes": "<p " + "a=b " * 1_000_000 + ">x</p>",
    "an attribute": "<p style='" + "a:b;" * 1_200_000 + "'>x</p>",
    "styles": "<p style='mso-list:" + " " * 100_000 + "l0'>x</p>" * 20,
    "lists in the style sheet": "<style>" + "@list l0:level1 {" * 300_000 + "</style><p>x</p>",
    "five megabytes of style": "<style>" + "p {margin:0in} " * 330_000 + "</style><p>We ask for boats.</p>",
    "items": "".join(ITEM % (n % 9 + 1, n) for n in range(10_000)),
    "marks": "<p style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>" + "(" * 100_000 + "</span>a</p>",
    "calls": "<p>" + "<a href='#n'>1</a>" * 60_000 + "</p><div id=n>note</div>",
    "notes": "<p>"
    + "".join(CALL.format(n) for n in range(1, 1900))
    + "</p>"
    + "".join(f"<p id=n{n}>note" for n in range(1, 1900)),
    "one long note": "<p>" + "<a href='#n'>1</a>" * 1000 + "</p><div id=n>" + "word " * 10_000 + "</div>",
    "back links": "<a name=c></a>" + "<a href='#c'>1</a>" * 15_000,
    "links": "<a href='https://a.example/'>x</a>" * 9_000,
    "long links": "<a href='https://a.example/" + "x" * 100_000 + "'>x</a>" * 10,
    "watched links": "<a href='https://www.google.com/url?q=" + "%25" * 300_000 + "'>x</a>",
    "changes": "<ins>x" * 200,
    "many changes": "<ins>x</ins>" * 100_000,
    "struck": "<s>" * 200 + "x" * 150_000,
    "struck often": "<s>x</s>" * 15_000,
    "hidden": "<span style='display:none'>x</span>" * 15_000,
    "cells": "<table><tr>" + "<td>a" * 9_000 + "</table>",
    "rows": "<table>" + "<tr><td>a<td>b" * 5_000 + "</table>",
    "hard spaces": "<p>" + "&nbsp;" * 800_000 + "x</p>",
    "bullets": "<p>• a</p>" * 6_000,
    "mail headers": "<p>From: a</p>" * 8_000,
    "wrote": "<p>On a</p>" * 8_000,
    "fragments": "<!--StartFragment-->" * 200_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_markup_ends_soon(name):
    start = time.process_time()
    try:
        body = read_paste(TEXT, HOSTILE[name]).text.body
    except TextError:
        body = ""
    assert time.process_time() - start < 6
    assert canonical(body) == body


@pytest.mark.parametrize("markup", [HOSTILE["spans"], HOSTILE["deep and closed"], "<p>x" + " " * 8_000_000])
def test_markup_that_is_too_much_gives_way_to_the_plain_text(markup):
    imported = read_paste(TEXT, markup)
    assert imported.text.body == "<p>We ask for boats.</p>"
    assert "the plain text was taken" in imported.doubts[0]
    with pytest.raises(TextError, match="Paste it without formatting"):
        read_paste("", markup)


HOSTILE_TEXT = {
    "quotes": ">" * 190_000,
    "quoted lines": "> a\n" * 20_000,
    "headers": "From: a@b.c\n" * 6_000,
    "header and lines": "From: a@b.c\n" + "a\n" * 40_000,
    "separators": "-----Original Message-----\n" * 7_000,
    "wrote": "On \n" * 20_000,
    "on": "On " + "a" * 190_000,
    "stars": "*" * 190_000,
    "stars and words": "*a " * 60_000,
    "lines of stars": "_a\n" * 30_000,
    "flowed": "a \n" * 30_000,
    "dashes": "-- \n" * 20_000,
    "rules": "-" * 190_000,
    "hard spaces": "\u00a0" * 190_000 + "x",
    "long lines": (("word " * 40) + "\n") * 900,
}


@pytest.mark.parametrize("name", HOSTILE_TEXT)
def test_hostile_text_ends_soon(name):
    start = time.process_time()
    try:
        imported = read_paste(HOSTILE_TEXT[name])
    except TextError:
        imported = None
    assert time.process_time() - start < 4
    assert imported is None or len(imported.doubts) <= 201


@pytest.mark.parametrize("markup", ["", "<p>x</p>"])
def test_too_much_text_is_refused(markup):
    with pytest.raises(TextError, match="200,001 characters long; the limit is 200,000"):
        read_paste("a" * 200_001, markup)
    with pytest.raises(TextError, match="longer than 200,000 characters"):
        read_paste("", f"<p>{'a' * 200_001}</p>")


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\u202e", "\ufffe", "\ud800", "&#x202e;"])
def test_characters_that_nobody_sees_are_refused(character):
    with pytest.raises(TextError, match=r"U\+"):
        read_paste("", f"<p>Dear X:</p><p>We{character} ask.</p>")


# Markup that parsers read in different ways; what comes out has no tag but those of letters.
MUTATING = [
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<p>a<!--><img src=x onerror=alert(1)>--></p>",
    "<p>a<!--!> <img src=x onerror=alert(1)> --></p>",
    "<p>&lt;img src=x onerror=alert(1)&gt;</p>",
    "<p title='</p><script>alert(1)</script>'>a</p>",
    "<p><a href='java&#10;script:alert(1)'>a</a> <a href='&#1;javascript:alert(1)'>b</a> <a href=data:text/html,x>c</a></p>",
    "<p><a href='https://a.example/\"onclick=alert(1)//'>a</a></p>",
    "<textarea><p>a</textarea><img src=x onerror=alert(1)></p>",
    "<xmp><p>a</xmp><img src=x onerror=alert(1)></p>",
    "<span class=fn><p>a</p></span><iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<![CDATA[<img src=x onerror=alert(1)>]]><p>a</p>",
    "<?xml <img src=x onerror=alert(1)> ?><p>a</p>",
    "<p style='background:url(javascript:alert(1))' onmouseover=alert(1)>a</p>",
]


@pytest.mark.parametrize("markup", MUTATING)
def test_nothing_that_runs_comes_out(markup):
    try:
        body = read_paste("", f"<p>Dear X:</p>{markup}<p>Sincerely,</p>").text.body
    except TextError:
        return
    assert canonical(body) == body
    tags = body.replace("&lt;", "").lower().split("<")[1:]
    assert all(
        tag.split(">")[0].split()[0].strip("/") in ("p", "a", "br", "ul", "ol", "li", "span", "em", "strong") for tag in tags
    )
    assert not any("onerror" in tag.split(">")[0] or "javascript" in tag.split(">")[0] for tag in tags)

import hashlib
import json
import random
import time
import unicodedata
from contextlib import suppress

import pytest

from letters.text.html import (
    MAX_CHARACTERS,
    TextError,
    as_page,
    canonical,
    clean_line,
    clean_text,
    footnotes,
    in_lines,
    notes_as_page,
    plain,
    text_sha256,
    words,
)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("bare words", "<p>bare words</p>"),
        ("<b>a</b><i>b</i>", "<p><strong>a</strong><em>b</em></p>"),
        ("<p>a <em>b </em>c</p>", "<p>a <em>b</em> c</p>"),
        ("<p>a<em> b</em></p>", "<p>a <em>b</em></p>"),
        ("<p>a</p>\r\n\r\n<p>b</p>", "<p>a</p><p>b</p>"),
        ("<div>a</div><div>b</div>", "<p>a</p><p>b</p>"),
        ("<p style='color:red' class=x id=y onclick=z()>a</p>", "<p>a</p>"),
        ("<script>x()</script><style>p{}</style><p>a<!-- c --></p>", "<p>a</p>"),
        ("<img src=x onerror=y><svg><text>z</text></svg>a", "<p>a</p>"),
        ("<p><a></a><a href='https://a.example'></a>a</p>", "<p>a</p>"),
        ("<p><a href='javascript:x'>a</a> <a href='/b'>b</a></p>", "<p>a b</p>"),
        (
            "<p><a href=' HTTPS://a.example/?a=1&b=2 ' rel=x>a</a></p>",
            '<p><a href="https://a.example/?a=1&amp;b=2">a</a></p>',
        ),
        ("<p><a href='mailto:a@b.example'>a</a></p>", '<p><a href="mailto:a@b.example">a</a></p>'),
        ("<ul><li><p>a</p><ul><li>b</li></ul></li></ul>", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
        ("<ul><li>a</li><ul><li>b</li></ul></ul>", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
        ("<ol><li><p>a</p><p>b</p></li></ol>", "<ol><li><p>a</p><p>b</p></li></ol>"),
        ("<li>a</li><li>b</li>", "<ul><li>a</li><li>b</li></ul>"),
        ("<h1>a</h1><h3>b</h3>", "<h2>a</h2><h3>b</h3>"),
        ("<blockquote>a</blockquote>", "<blockquote><p>a</p></blockquote>"),
        ("<p>a<br> <br/>b<br></p>", "<p>a<br><br>b</p>"),
        ("<p> &nbsp; </p><p></p><ul><li></li></ul>", ""),
        ("<p>§&nbsp;5 so&shy;ft</p>", "<p>§\u00a05 soft</p>"),
        ('<p>e\u00ad\u0301 &lt; & "</p>', '<p>é &lt; &amp; "</p>'),
        ("<p>a<span class='fn x'>n <b>b</b></span> c</p>", '<p>a<span class="fn">n <strong>b</strong></span> c</p>'),
        ("<p>a<span class='x'>b</span><span class='fn'> </span></p>", "<p>ab</p>"),
        ("<p><em>a<span class=fn>n</span>b</em></p>", '<p><em>a</em><span class="fn">n</span><em>b</em></p>'),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "<p>a</p><p>b</p>"),
        ("<ol TYPE=i START=' 007 ' class=x reversed><li value=9>a</ol>", '<ol start="7" type="i"><li>a</li></ol>'),
        ("<ol start=1 type=1><li>a</ol>", "<ol><li>a</li></ol>"),
        ("<ol start=9999 type=A><li>a</ol>", '<ol start="9999" type="A"><li>a</li></ol>'),
        ("<ol><li>a<ol type=a><li>b</ol></ol>", '<ol><li>a<ol type="a"><li>b</li></ol></li></ol>'),
        ("<ul start=3 type=a><li>a</ul><p start=3>b</p>", "<ul><li>a</li></ul><p>b</p>"),
        ("<ol><li>a</ol><ol start=2><li>b</ol>", '<ol><li>a</li></ol><ol start="2"><li>b</li></ol>'),
        *[(f"<ol start='{start}'><li>a</ol>", "<ol><li>a</li></ol>") for start in ("0", "-2", "10000", "2.5", "x", "٣", "")],
        *[(f"<ol type='{style}'><li>a</ol>", "<ol><li>a</li></ol>") for style in ("disc", "aa", '" start="3', "><p>", "")],
    ],
)
def test_text_has_one_form(given, expected):
    assert canonical(given) == expected


def test_marks_are_written_in_one_order():
    assert canonical("<p><b><i>a</i></b></p>") == canonical("<p><em><strong>a</strong></em></p>")
    assert canonical("<p><i>a <b>b</b> c</i></p>") == "<p><em>a <strong>b</strong> c</em></p>"


@pytest.mark.parametrize(
    "character",
    [
        "\u202a",
        "\u202e",
        "\u2066",
        "\u2069",
        "\u200b",
        "\u2060",
        "\ufeff",
        "\x00",
        "\x0b",
        "\x1f",
        "\x7f",
        "\x85",
        "\ud800",
        "\r",
    ],
)
def test_refused_characters_are_named_with_the_words_around_them(character):
    with pytest.raises(TextError, match=f"U\\+{ord(character):04X} .*signed by the.*Senator from"):
        canonical(f"<p>It was signed by the{character} Senator from <b>Utah</b>.</p>")
    with pytest.raises(TextError, match=f"Name.*U\\+{ord(character):04X}|Name must be one line"):
        clean_line(f"A{character}B", field="Name", max_length=9)
    with pytest.raises(TextError, match=f"U\\+{ord(character):04X}"):
        clean_text(f"A{character}B", field="Reason", max_length=9)


@pytest.mark.parametrize("entity", ["&#x202E;", "&#8206;&#8238;", "&#x200b;", "&#11;"])
def test_refused_characters_are_found_behind_entities(entity):
    with pytest.raises(TextError, match=r"U\+"):
        canonical(f"<p>a{entity}b</p>")


def test_length_is_limited_and_both_numbers_are_said():
    assert canonical("x" * (MAX_CHARACTERS - 7))
    with pytest.raises(TextError, match=r"200,001 characters.*200,000"):
        canonical("x" * 200_001)
    with pytest.raises(TextError, match="limit is 200,000"):
        canonical("&" * 190_000)


@pytest.mark.parametrize(
    ("html", "sentence"),
    [
        ("<ul><li>" * 7 + "x", "levels deep"),
        ("<blockquote>" * 13 + "x", "levels deep"),
        ("<em>" * 13 + "x", "levels deep"),
        ("<div>" * 30_000, "levels deep"),
        ("<p>a<span class=fn>b<span class=fn>c</span></span>", "cannot hold another footnote"),
        ("<p>a<span class=fn>b<p>c</p></span>", "A footnote holds words only"),
        ("<p>a<span class='x fn'><ul><li>c</ul></span>", "A footnote holds words only"),
    ],
)
def test_what_cannot_be_kept_is_refused(html, sentence):
    with pytest.raises(TextError, match=sentence):
        canonical(html)


def test_lists_may_nest_six_deep():
    assert canonical("<ul><li>a" * 6).count("<ul>") == 6


PIECES = [
    "<p>",
    "</p>",
    "<b>",
    "</b>",
    "<em>",
    "</em>",
    "<u>",
    "</u>",
    "<sup>",
    "</sup>",
    "<br>",
    "<ul>",
    "</ul>",
    "<ol>",
    "</ol>",
    "<ol start=3>",
    "<ol type=a start=2>",
    "<ol type=I>",
    "<li>",
    "</li>",
    "<h2>",
    "</h2>",
    "<blockquote>",
    "</blockquote>",
    "<a href='http://x.example/?a&b'>",
    "<a href=mailto:a@b.c>",
    "<a>",
    "</a>",
    "<span class=fn>",
    "</span>",
    "<span>",
    "<div>",
    "</div>",
    "<table>",
    "<td>",
    "</table>",
    "<!--",
    "-->",
    "<",
    ">",
    "&",
    "&amp;",
    "&lt;p&gt;",
    "&nbsp;",
    "\u00a0",
    "\u00ad",
    " ",
    "  ",
    "\n",
    "\t",
    "a",
    "bc",
    "e",
    "\u0301",
    "\u0338",
    "é",
    "Å",
    "\u2028",
    "\u2003",
    '"',
    "'",
    "1",
    ".",
    "😀",
    "&#x338;",
    "&shy;",
]


def test_a_second_pass_changes_nothing():
    chance = random.Random(5)
    taken = 0
    for _ in range(4000):
        html = "".join(chance.choices(PIECES, k=chance.randint(1, 30)))
        try:
            once = canonical(html)
        except TextError:
            continue
        taken += 1
        assert canonical(once) == once, html
        assert unicodedata.is_normalized("NFC", once), html
        assert footnotes(html) == footnotes(once)
        assert plain(html) == plain(once)
    assert taken > 1500


HOSTILE = {
    "brackets": "<" * 200_000,
    "parentheses": "(" * 200_000,
    "bold": "<b>" * 60_000,
    "hidden end tags": "<div><!--</div>-->" * 11_000,
    "quoted end tags": '<div a=">" b="</div>">' * 9_000,
    "lists": "<ul><li>" * 20_000,
    "notes": "<span class=fn>" * 13_000,
    "classes": "<span " + "class=" * 30_000 + ">",
    "quoted classes": "<span " + "class='" * 28_000 + ">",
    "ampersands": "&" * 199_000,
    "comments": "<!--" * 50_000,
    "spaces": "x" + " " * 199_000 + "x",
    "breaks": "<p>" + "\n <br>" * 30_000,
    "items": "<li>x" * 33_000,
    "formatting": "<p><b><i><u>x</u></i></b>" * 7_000,
    "attributes": "<p " + "a=b " * 49_000 + ">",
    "distinct attributes": "<p " + "".join(f"a{n} " for n in range(25_000)) + ">",
    "quotes": '<p a="' * 30_000,
    "notes and spaces": "<span class=fn>n</span> " * 8_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_ends_soon(name):
    for function in (canonical, plain, as_page, notes_as_page, words, footnotes):
        start = time.process_time()
        with suppress(TextError):
            function(HOSTILE[name])
        assert time.process_time() - start < 10


def test_footnotes_plain_and_words():
    html = (
        "<h2>Head</h2><p>One<span class=fn>A <b>note</b></span> two.</p>"
        "<ul><li>x<ol><li>y</li></ol></li><li>z</li></ul><blockquote>q</blockquote><p>l<br>m</p>"
    )
    assert footnotes(html) == ["A <strong>note</strong>"]
    assert plain(html) == "Head\n\nOne[1] two.\n\n• x\n  1. y\n• z\n\n    q\n\nl\nm\n\n[1] A note"
    assert words(html) == 11
    assert plain("") == ""
    assert words("") == 0


def test_items_are_marked_as_their_list_says():
    html = "<ol start=9 type=i><li>x<ol type=A><li>y</li><li>z</li></ol></li><li>v</li></ol><p>p</p><ol start=3><li>w</li></ol>"
    assert plain(html) == "ix. x\n    A. y\n    B. z\nx. v\n\np\n\n3. w"


def test_lines_are_parted_after_a_numbered_list_begins():
    html = canonical("<ol start=3 type=a><li>x</li></ol><p>y</p>")
    assert in_lines(html) == '<ol start="3" type="a">\n<li>x</li>\n</ol>\n<p>y</p>'
    assert canonical(in_lines(html)) == html


def test_page_links_calls_and_notes_both_ways():
    text = "<p>One<span class=fn>N1</span> two<span class=fn>N2</span></p>"
    page = notes_as_page(text)
    assert as_page(text).startswith(
        '<p>One<sup class="fn-call"><a id="call-1" href="#note-1" role="doc-noteref" aria-label="Footnote 1">1</a></sup> two'
    )
    assert '<section class="footnotes" role="doc-endnotes" aria-labelledby="notes-title"><h2 id="notes-title">' in page
    assert (
        '<li id="note-2">N2 <a href="#call-2" role="doc-backlink" aria-label="Back to the text at footnote 2">↩</a></li>' in page
    )
    assert (as_page("<p>a</p>"), notes_as_page("<p>a</p>")) == ("<p>a</p>", "")


def test_hash_is_over_the_five_parts():
    parts = {"date_line": "May 8", "addressees": "A\nB", "salutation": "Dear é:", "body": "<p>x</p>", "closing": "S,"}
    data = json.dumps(dict(sorted(parts.items())), separators=(",", ":"), ensure_ascii=False).encode()
    assert text_sha256(**parts) == hashlib.sha256(data).hexdigest()
    for name in parts:
        assert text_sha256(**{**parts, name: parts[name] + " "}) != text_sha256(**parts)


def test_lines_are_tidied():
    assert clean_line("  Ben\t Ray  Luja\u0301n ", field="Name", max_length=13) == "Ben Ray Luján"
    assert clean_text(" a  b \r\n\r\n\r\n\r\n c\u2028d\n", field="To", max_length=99) == "a b\n\nc\nd"


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\u2028", "\x0b", "\x0c", "\x1c", "\x85"])
def test_a_line_with_a_break_is_refused(line_break):
    with pytest.raises(TextError, match="Subject must be one line"):
        clean_line(f"Hello{line_break}Bcc: all", field="Subject", max_length=99)


def test_a_long_line_is_refused_with_both_numbers():
    with pytest.raises(TextError, match=r"Title is 11 characters long; the limit is 10"):
        clean_line("x" * 11, field="Title", max_length=10)

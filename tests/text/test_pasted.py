import re
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from letters.text import TextError
from letters.text.html import as_page, canonical, notes_as_page
from letters.text.pasted.reader import read_paste

from . import clipboards
from .clipboards import PROGRAMS

BODY = [
    (
        "p",
        [
            ("We write about ", "", ""),
            ("small harbours", "b", "River Board, Count (2025)."),
            (" & ", "", ""),
            ("ships", "bi", ""),
        ],
    ),
    ("quote", [("They shelter boats.", "", "")]),
    (
        "p",
        [
            ("We ask that you ", "", ""),
            ("count", "u", ""),
            (" the 12 harbours at ", "", ""),
            ("this page", "https://a.example/?b=1&c=2", ""),
        ],
    ),
    ("li", 0, "1", 1, [("Publish the plan", "", "")]),
    ("li", 1, "a", 1, [("to the mayors", "", "Title 9, Section 7.")]),
    ("li", 1, "a", 2, [("to us", "i", "")]),
    ("li", 0, "1", 2, [("Meet them", "", "")]),
    ("p", [("And then", "", "Id. at 3.")]),
    ("li", 0, "1", 3, [("Write to us", "", "")]),
    ("p", [("Boats need:", "", "")]),
    ("li", 0, "•", 0, [("harbours", "", "")]),
    ("li", 1, "•", 0, [("deep ones", "", "")]),
    ("li", 0, "i", 4, [("lights", "", "")]),
    ("li", 0, "i", 5, [("ropes", "", "")]),
    ("p", [("Thank you.", "", "")]),
]


def said(imported, *words):
    return [doubt for doubt in imported.doubts if all(word in doubt for word in words)]


def assert_is_the_letter(imported):
    text = imported.text
    assert text.date_line == "March 3, 2026"
    assert text.addressees == "The Honorable Sam Reed\nSecretary\nDepartment of Boats\nWashington, DC 20001"
    assert (text.salutation, text.closing, text.cc) == ("Dear Secretary Reed:", "Sincerely,", "The Clerk")
    assert imported.signers == [("Ada Lovelock", "Member of Congress")]


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_letter_comes_whole_from_each_clipboard(program):
    imported = read_paste(clipboards.plain(BODY), PROGRAMS[program](BODY))
    assert_is_the_letter(imported)
    assert imported.text.body == clipboards.canonical_html(BODY)
    assert imported.doubts == []
    assert read_paste("", PROGRAMS[program](BODY)) == imported


def test_a_letter_in_a_word_clipboard_may_hold_a_note_of_two_paragraphs():
    markup = clipboards.word(BODY).replace("River Board, Count (2025).<o:p></o:p></p>", "River Board.</p><p>Count.</p>")
    assert '<span class="fn">River Board.<br>Count.</span>' in read_paste("", markup).text.body


TEXTS = st.lists(st.sampled_from("boats harbours & <ships> 7 “lights” Núñez it's".split()), min_size=1, max_size=3).map(" ".join)
MARKS = st.sampled_from(["", "b", "i", "u", "bi", "https://a.example/?b=1&c=2"])
NOTES = st.sampled_from(["", "", "", "See the Count.", "Id. at 3 & 4."])
RUNS = st.lists(st.tuples(TEXTS, MARKS, NOTES), min_size=1, max_size=4).map(
    lambda runs: [("We ", "", ""), *((text + " ", marks, note) for text, marks, note in runs), ("end.", "", "")]
)
ITEMS = st.tuples(st.integers(0, 3), st.sampled_from("•••111aAiI"), RUNS)


@st.composite
def bodies(draw):
    """Bodies whose items nest and count as word processors let them: no level is skipped, each list counts on or begins anew."""
    body, last = [], {}
    for block in draw(st.lists(st.one_of(ITEMS, RUNS, RUNS.map(lambda runs: ("quote", runs))), min_size=1, max_size=8)):
        if isinstance(block, list):
            body.append(("p", block))
            last = {}
        elif block[0] == "quote":
            body.append(block)
            last = {}
        else:
            level = min(block[0], len(last))
            style, number = last.get(level, (block[1], draw(st.integers(0, 15))))
            last = {lower: last[lower] for lower in range(level)} | {level: (style, number + 1)}
            body.append(("li", level, style, 0 if style == "•" else number + 1, block[2]))
    return body


@given(bodies(), st.sampled_from(sorted(PROGRAMS)))
@settings(max_examples=150)
def test_any_letter_comes_whole_from_any_clipboard(body, program):
    imported = read_paste(clipboards.plain(body), PROGRAMS[program](body))
    assert_is_the_letter(imported)
    assert imported.text.body == clipboards.canonical_html(body)
    assert [doubt for doubt in imported.doubts if "missing" in doubt or "not in the plain text" in doubt] == []


# --- single rules


def body_of(inner, text=""):
    return read_paste(text, f"<p>Dear Secretary Reed:</p>{inner}<p>Sincerely,</p><p>Ada Lovelock<br>Member of Congress</p>")


@pytest.mark.parametrize(
    ("inner", "body"),
    [
        ("<p><span style='font-weight:bold'>a</span> b</p>", "<p><strong>a</strong> b</p>"),
        ("<p><b style='font-weight:normal'>a</b> <strong>b</strong></p>", "<p>a <strong>b</strong></p>"),
        ("<p><span style='font-weight:600;font-style:oblique'>a</span></p>", "<p><strong><em>a</em></strong></p>"),
        ("<p><span style='mso-bidi-font-weight:bold;mso-bidi-font-style:italic'>a</span></p>", "<p>a</p>"),
        ("<p><span style='text-decoration:underline'>a</span> <u>b</u></p>", "<p><u>a</u> <u>b</u></p>"),
        ("<p>a<sup>th</sup> <span style='vertical-align:super'>b</span></p>", "<p>a<sup>th</sup> <sup>b</sup></p>"),
        ("<h1>a</h1><h2>b</h2><h4>c</h4><p class=MsoTitle>d</p>", "<h2>a</h2><h2>b</h2><h3>c</h3><h2>d</h2>"),
        ("<p class=MsoQuote>a</p><p class=MsoIntenseQuote>b</p>", "<blockquote><p>a</p><p>b</p></blockquote>"),
        ("<blockquote>a<p>b</p></blockquote>", "<blockquote><p>a</p><p>b</p></blockquote>"),
        ("<p>a<br>b</p>", "<p>a<br>b</p>"),
        ("<p>a<br><br>b<br>&nbsp;<br>c</p>", "<p>a</p><p>b</p><p>c</p>"),
        ("<div>a</div><div>b<div>c</div></div>", "<p>a</p><p>b</p><p>c</p>"),
        ("<p>a&nbsp;b &nbsp;c</p>", "<p>a b c</p>"),
        ("<p>a<o:p>&nbsp;</o:p></p><p><o:p>&nbsp;</o:p></p>", "<p>a</p>"),
        ("<p>a\nb\tc</p>", "<p>a b c</p>"),
        ("<pre>a\nb\n\nc</pre>", "<p>a<br>b</p><p>c</p>"),
        ("<p>a <!--[if supportFields]><span style='mso-element:field-begin'></span> PAGE <![endif]-->b</p>", "<p>a b</p>"),
        ("<!--[if gte vml 1]><v:shape>x</v:shape><![endif]--><p>a</p>", "<p>a</p>"),
        ("<p>&bull;&nbsp;&nbsp;&nbsp;a</p><p>• b</p>", "<ul><li>a</li><li>b</li></ul>"),
        (
            "<ul type=disc><li class=MsoNormal style='mso-list:l0 level1 lfo1'>a</li><ul><li>b</li></ul></ul>",
            "<ul><li>a<ul><li>b</li></ul></li></ul>",
        ),
        ("<ol type=a><li>a<li>b</ol>", '<ol type="a"><li>a</li><li>b</li></ol>'),
        ("<ol><li value=4>a</li><li>b</li></ol>", '<ol start="4"><li>a</li><li>b</li></ol>'),
        ("<ol><li><p>a</p><p>b</p></li></ol>", "<ol><li><p>a</p><p>b</p></li></ol>"),
        ("<ul><li style='list-style-type:none'><ul><li>a</li></ul></li></ul>", "<ul><li>a</li></ul>"),
        (
            "<ul><li data-aria-level=1 aria-level=1>a</li></ul><ul><li aria-level=2>b</li></ul><ul><li aria-level=1>c</li></ul>",
            "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>",
        ),
        ("<p>a <span class=fn>the <i>note</i></span></p>", '<p>a <span class="fn">the <em>note</em></span></p>'),
        ("<p>a <a href='#top'>b</a> <a name=x>c</a></p>", "<p>a b c</p>"),
        ("<table><tr><td><p>a</p><p>b</p></td></tr></table>", "<p>a</p><p>b</p>"),
        ("<table><tr><td><table><tr><td>a</td></tr></table></td><td>b</td></tr></table>", "<p>a</p><p>b</p>"),
        ("<script>x</script><style>y</style><p>a</p>", "<p>a</p>"),
    ],
)
def test_formatting_becomes_that_of_letters(inner, body):
    imported = body_of(inner)
    assert imported.text.body == body
    assert imported.doubts == NOTHING_ABOVE


NOTHING_ABOVE = ["No date line was found.", "No addressee was found."]


@pytest.mark.parametrize(
    ("inner", "body", "doubt"),
    [
        ("<p>a <img src=x></p>", "<p>a</p>", "A picture was left out."),
        ("<p>a <s>b</s></p>", "<p>a b</p>", "Words struck through were kept as plain text: “b”"),
        ("<p>a<sub>2</sub></p>", "<p>a2</p>", "The subscript “2” became plain text."),
        ("<p>a <span style='display:none'>b</span></p>", "<p>a</p>", "Hidden words were left out: “b”."),
        ("<p>a <span style='mso-hide:all'>b</span></p>", "<p>a</p>", "Hidden words were left out: “b”."),
        ("<p>a <a href='javascript:x'>b</a></p>", "<p>a b</p>", "The link to “javascript:x” was dropped; its words were kept."),
        ("<p>a <a href='file:///C:/x'>b</a></p>", "<p>a b</p>", "The link to “file:///C:/x” was dropped"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "<p>a | b</p>", "A table in the text was kept as lines"),
        ("<p>a\u200bb</p>", "<p>ab</p>", "Invisible characters (zero-width spaces, soft hyphens) were taken out: 1."),
        ("<p>a <math><mi>x</mi></math></p>", "<p>a</p>", "A formula was left out: “x”."),
        ("<p>a \uf0e0 b</p>", "<p>a b</p>", "A symbol without a public code was left out near “a  b”."),
        ("<p>a<sup><a href='#_ftn1' name='_ftnref1'>[1]</a></sup></p>", "<p>a<sup>[1]</sup></p>", "The call “[1]” has no note"),
        (
            "<p>a</p><div style='mso-element:footnote' id=ftn1><p>[1] the note</p></div>",
            "<p>a</p>",
            "No call was found for a note, which was left out: “[1] the note”.",
        ),
        (
            "<p>a <a style='mso-endnote-id:edn1' href='#_edn1' name='_ednref1'>[i]</a></p><div id=edn1><p><a href='#_ednref1' "
            "name='_edn1'>[i]</a> The note</p></div>",
            '<p>a <span class="fn">The note</span></p>',
            "Endnotes became footnotes.",
        ),
        (
            "<p style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>Section 1.<span>&nbsp; </span></span>a</p>",
            "<p>Section 1. a</p>",
            "The number “Section 1.” of a paragraph was kept as text.",
        ),
        (
            "<p style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>(b)<span>&nbsp; </span></span>a</p>",
            '<ol start="2" type="a"><li>a</li></ol>',
            "The number “(b)” in a list is written “b.” now.",
        ),
        (
            "<p><a href='https://x.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.example%2Fb&amp;data=1'>a</a></p>",
            '<p><a href="https://a.example/b">a</a></p>',
            "replaced by its own address: “https://a.example/b”",
        ),
    ],
)
def test_what_a_letter_cannot_hold_is_changed_and_said(inner, body, doubt):
    imported = body_of(inner)
    assert imported.text.body == body
    assert said(imported, doubt)


CHANGED = [
    ("<span class=msoIns><ins cite='mailto:Jane%20Doe' datetime='2026-01-01T10:00'>new</ins></span>", "Jane Doe inserted “new”"),
    ("<span class=msoDel><del cite='mailto:Jane' datetime='2026-01-01T10:00'>old</del></span>", "Jane deleted “old”"),
    ("<span class=msoIns>new</span>", "Somebody inserted “new”"),
    ("<ins cite='' datetime='2026-01-01'>new</ins>", "Somebody inserted “new”"),
    ("<a class=msocomanchor id='_anchor_1' href='#_msocom_1' name='_msoanchor_1'>[JD1]</a>", "comment “[JD1]”"),
    ("<span class=MsoCommentReference><span style='font-size:8.0pt'>&nbsp;</span></span>", "comment “”"),
    ("<div style='mso-element:comment-list'><div id='_com_1' class=msocomtxt>Right?</div></div>", "comment “Right?”"),
    ("<sup><a href='#cmnt1' id='cmnt_ref1'>[a]</a></sup>", "comment “[a]”"),
]


@pytest.mark.parametrize(("inner", "found"), CHANGED)
def test_tracked_changes_and_comments_stop_it_and_are_listed(inner, found):
    with pytest.raises(TextError, match="has tracked changes or comments") as refusal:
        body_of(f"<p>We ask {inner} now.</p>", text="We ask now.")
    assert found in str(refusal.value)


def test_the_two_copies_are_held_against_each_other():
    plain_text = "Dear Secretary Reed:\nWe ask for 5 boats.\nSincerely,\nAda Lovelock\nMember of Congress"
    assert body_of("<p>We ask for 5 boats.</p>", plain_text).doubts == NOTHING_ABOVE
    lost = body_of("<p>We ask boats.</p>", plain_text)
    assert said(lost, "Words of the plain text are missing", "“for 5”")
    added = body_of("<p>We ask for 5 boats and <span style='color:white'>money</span>.</p>", plain_text)
    assert said(added, "Words of the formatted text are not in the plain text", "“and money”")


def test_one_note_called_twice_stands_at_both_calls():
    call = "<a href='#n1' id='c1'>1</a>"
    imported = body_of(f"<p>a {call} b {call}</p><ol><li id=n1>The note <a href='#c1'>↩</a></li></ol>")
    assert imported.text.body.count('<span class="fn">The note</span>') == 2


@pytest.mark.parametrize("between", ["", "<!-- c -->", "<![if x]>", "<b></b>"])
def test_a_note_that_nothing_calls_is_said_with_all_its_words(between):
    found = body_of(f"<p>a</p><p style='mso-element:footnote'>{between}The tail of it.</p>")
    assert said(found, "No call was found for a note", "“The tail of it.”")


def test_a_note_in_a_note_is_refused():
    with pytest.raises(TextError, match="footnote"):
        body_of("<p>a <a href='#n1'>1</a></p><div id=n1>one <a href='#n2'>2</a></div><div id=n2>two</div>")


def test_what_the_editor_copies_comes_back_the_same():
    first = read_paste("", clipboards.word(BODY))
    parts = [first.text.date_line, first.text.addressees.replace("\n", "<br>"), first.text.salutation]
    again = [*(f"<p>{part}</p>" for part in parts), first.text.body, "<p>Sincerely,</p><p>Ada Lovelock<br>Member of Congress</p>"]
    second = read_paste("", "".join(again) + f"<p>cc: {first.text.cc}</p>")
    assert (second.text, second.signers, second.doubts) == (first.text, first.signers, [])


def test_the_page_of_a_letter_with_its_notes_below_comes_back_the_same():
    body = clipboards.canonical_html(BODY)
    assert body_of(as_page(body) + notes_as_page(body)).text.body == body


# --- any markup

NAMES = "p div span b i u em a ul ol li table tr td h1 blockquote br pre sup s o:p section font center".split()
ATTRIBUTES = [
    *(
        "",
        "",
        "",
        " style='font-weight:bold'",
        " style='mso-list:l0 level2 lfo1'",
        " class=MsoQuote",
        " href='#x' name='y'",
        " id=x",
    ),
    *(
        " href='https://a.example/'",
        " style='mso-element:footnote'",
        " style='white-space:pre'",
        " type=cite",
        " class=fn",
        " type=i",
    ),
]
TAGS = st.builds(lambda name, attributes: f"<{name}{attributes}>", st.sampled_from(NAMES), st.sampled_from(ATTRIBUTES))
PIECES = st.one_of(
    TAGS, st.sampled_from(NAMES).map("</{}>".format), st.sampled_from(["w", "w ", " ", "&nbsp;", "<!--", "-->", "<![if x]>", "•"])
)


@given(st.lists(PIECES, max_size=40))
@settings(max_examples=400)
def test_no_word_of_any_markup_vanishes(pieces):
    markup = "".join(
        piece.replace("w", f" word{number}x ") if piece in ("w", "w ") else piece for number, piece in enumerate(pieces)
    )
    with suppress(TextError):
        imported = read_paste("", markup)
        assert canonical(imported.text.body) == imported.text.body
        kept = "\n".join([*vars(imported.text).values(), *map(str, imported.signers), *imported.doubts])
        shown = re.sub(r"<!--.*?(?:-->|\Z)|<![^>]*>", "", markup, flags=re.S)
        assert [word for word in re.findall(r"word\d+x", shown) if word not in kept] == []

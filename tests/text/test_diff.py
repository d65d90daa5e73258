"""What is shown of the difference between two texts, what is counted, and what may not be called clerical."""

import re
import time

import pytest

from letters.text.diff import MAX_CLERICAL_WORDS, compare
from letters.text.html import canonical

NOTE = '<span class="fn">{}</span>'.format


def texts(old, new, **how):
    """The difference of two bodies; `how` as for `compare`."""
    return compare({"body": canonical(old)}, {"body": canonical(new)}, **how)


def shown(old, new, **how):
    return texts(old, new, **how).as_text.removeprefix("Text\n").split("\n")


def test_a_word_out_and_a_word_in_are_marked_for_the_eye_and_for_the_ear():
    (part,) = texts("<p>We ask you.</p>", "<p>We urge you.</p>").parts
    assert (part.name, part.label) == ("body", "Text")
    assert part.html == (
        '<div class="difference"><p>We '
        '<del><span class="usa-sr-only"> taken out: </span>ask<span class="usa-sr-only"> end of taken out </span></del>'
        '<ins><span class="usa-sr-only"> put in: </span>urge<span class="usa-sr-only"> end of put in </span></ins>'
        " you.</p></div>"
    )
    assert part.text == "We [-ask-]{+urge+} you."


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        pytest.param("<p>Act now.</p>", "<p>Act, now.</p>", ["Act{+,+} now."], id="a comma"),
        pytest.param("<p>a b c</p>", "<p>a c</p>", ["a [-b -]c"], id="a space goes with its word"),
        pytest.param("<p>a<br>b</p>", "<p>a b</p>", ["a[-[line break]-]{+[space]+}b"], id="a line that is joined"),
        pytest.param("<p>a b c</p>", "<p>a <b>b</b> c</p>", ["a b [now bold] c"], id="formatting alone"),
        pytest.param("<p>undone</p>", "<p>un<b>done</b></p>", ["undone [formatting changed]"], id="half a word"),
        pytest.param(
            '<p><a href="https://a.gov">the act</a></p>',
            '<p><a href="https://b.gov">the act</a></p>',
            ["the act [link now to https://b.gov, before to https://a.gov]"],
            id="a link's target",
        ),
        pytest.param(
            "<ul><li>Ships here</li><li>Boats there</li></ul>",
            "<ol><li>Ships here</li><li>Boats there</li></ol>",
            ["1. [now numbered list, before bulleted list] Ships here", "2. Boats there"],
            id="the kind of a list, said once",
        ),
        pytest.param(
            '<ol type="a"><li>Ships</li><li>Boats</li></ol>',
            '<ol type="a"><li>Ships</li><li>Rafts</li><li>Boats</li></ol>',
            ["a. Ships", "b. {+Rafts+}", "c. Boats"],
            id="an item",
        ),
        pytest.param(
            "<ul><li>Ships</li></ul><ul><li>Boats</li></ul>",
            "<ul><li>Ships</li><li>Boats</li></ul>",
            ["• Ships", "• [now in one with what stands above] Boats"],
            id="two lists made one",
        ),
        pytest.param("<h2>Aims</h2>", "<h3>Aims</h3>", ["[now smaller heading, before heading] Aims"], id="a heading"),
        pytest.param(
            "<p>One thought. Another one.</p>",
            "<p>One thought.</p><p>Another one.</p>",
            ["One thought.", "[now a paragraph of its own] Another one."],
            id="a paragraph that is parted",
        ),
        pytest.param(
            "<p>One thought.Another one.</p>",
            "<p>One thought.</p><p>Another one.</p>",
            ["One thought.[-Another one.-]", "{+Another one.+}"],
            id="a paragraph that is parted where no space was",
        ),
        pytest.param(
            "<p>This goes to the end.</p><p>First.</p><p>Second.</p>",
            "<p>First.</p><p>Second.</p><p>This goes to the end.</p>",
            ["[moved] [-This goes to the end.-]", "First.", "Second.", "[moved] {+This goes to the end.+}"],
            id="a paragraph that moved",
        ),
        pytest.param(
            "<p>Fish and boats in a northern bay.</p>",
            "<p>Nobody expected these funds to stop.</p>",
            ["[-Fish and boats in a northern bay.-]", "{+Nobody expected these funds to stop.+}"],
            id="a paragraph of other words",
        ),
        pytest.param(
            "<p>red green old blue black</p>",
            "<p>one two three, old, four five six</p>",
            ["[-red green old blue black-]", "{+one two three, old, four five six+}"],
            id="hardly a word in common",
        ),
    ],
)
def test_what_is_shown(old, new, lines):
    assert shown(old, new) == lines


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (f"Old{NOTE('See page 3.')} end", f"Old{NOTE('See page 4.')} end", "Old[note 1: See page [-3-]{+4+}.] end"),
        (f"Old{NOTE('See it.')} end", "Old end", "Old[-[note 1: See it.]-] end"),
        ("Old end", f"Old{NOTE('See it.')} end", "Old{+[note 1: See it.]+} end"),
        (f"Old{NOTE('See it.')} end", f"Old end{NOTE('See it.')}", "Old[-[note 1: See it.]-] end{+[note 1: See it.]+}"),
        (f"Old{NOTE('See it.')} end", f"Old{NOTE('<i>See</i> it.')} end", "Old[note 1: See [now italic] it.] end"),
        (f"Old{NOTE('See it.')} end", f"Old{NOTE('Other words.')} end", "Old[-[note 1: See it.]-]{+[note 1: Other words.]+} end"),
    ],
    ids=["a word", "removed", "added", "moved", "formatted", "another note"],
)
def test_a_note_is_shown_where_it_is_called(old, new, line):
    assert shown(f"<p>{old}</p>", f"<p>{new}</p>") == [line]


def test_a_note_whose_number_shifts_is_not_changed():
    old = f"<p>First. Second{NOTE('See it.')}.</p>"
    new = f"<p>First{NOTE('New words.')}. Second{NOTE('See it.')}.</p>"
    difference = texts(old, new)
    assert difference.as_text == "Text\nFirst{+[note 1: New words.]+}. Second[note 2]."
    assert difference.words_in == ("New", "words")
    assert not difference.changes_numbers


def test_paragraphs_far_from_a_change_are_counted_and_all_of_them_stand_in_the_whole_text():
    old = "".join(f"<p>{word} stays.</p>" for word in "abcdefgh")
    new = old.replace("e stays", "e goes")
    assert shown(old, new) == [
        "… 3 unchanged paragraphs …",
        "d stays.",
        "e [-stays-]{+goes+}.",
        "f stays.",
        "… 2 unchanged paragraphs …",
    ]
    assert len(shown(old, new, whole=True)) == 8
    assert '<p class="difference__gap">… 3 unchanged paragraphs …</p>' in texts(old, new).parts[0].html


def test_every_part_is_shown_in_the_order_of_the_letter():
    names = ["date_line", "addressees", "subject", "salutation", "body", "closing", "cc", "enclosures"]
    difference = compare({}, {name: "<p>x</p>" if name == "body" else "x" for name in reversed(names)})
    labels = ["Date", "Addressees", "Re:", "Salutation", "Text", "Closing", "Copies", "Enclosures"]
    assert [part.label for part in difference.parts] == labels
    assert difference.as_text == "\n\n".join(f"{label}\n{{+x+}}" for label in labels)
    assert difference.changed_words == 8


def test_a_line_is_compared_with_the_line_it_replaces_whatever_it_says():
    assert compare({"salutation": "Dear Ms. Ek:"}, {"salutation": "To the Director:"}).as_text == (
        "Salutation\n[-Dear Ms. Ek-]{+To the Director+}:"
    )


def test_blank_lines_of_a_list_of_copies_show():
    assert compare({"cc": "Ann\nBo"}, {"cc": "Ann\n\nBo"}).as_text == "Copies\nAnn\n{+[blank line]+}\nBo"


def test_nothing_is_shown_where_nothing_differs():
    text = {"body": f"<p>a{NOTE('b')}</p>", "cc": "x"}
    difference = compare(text, dict(text))
    assert difference.is_empty
    assert (difference.as_text, difference.summary, difference.why_not_clerical) == ("", "no difference", "")


def test_hostile_words_are_words():
    words = "<script>alert(1)</script> \"'&amp;</p></div><del>"
    difference = compare({"cc": "x", "subject": ""}, {"cc": words, "subject": words})
    for part in difference.parts:
        assert "<script" not in part.html
        assert set(re.findall(r"</?(\w+)", part.html)) == {"div", "p", "del", "ins", "span"} - (
            {"del"} if part.name != "cc" else set()
        )
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in part.html
        assert "&amp;amp;&lt;/p&gt;&lt;/div&gt;&lt;del&gt;" in part.html


def test_a_hostile_target_of_a_link_stays_in_its_attribute_and_in_its_words():
    (part,) = texts("<p>x</p>", "<p><a href='https://a.gov/?\"onclick=alert(1)<b>&amp;'>x</a></p>").parts
    assert "onclick" in part.html
    assert not re.search(r"<[^<>]*\"\s*onclick", part.html)
    assert set(re.findall(r"</?(\w+)", part.html)) == {"div", "p", "span", "a"}


# --- counts


@pytest.mark.parametrize(
    ("old", "new", "out", "into", "changed"),
    [
        ("We ask you.", "We urge you.", ("ask",), ("urge",), 1),
        ("We ask you now.", "We urge and beg you.", ("ask", "now"), ("urge", "and", "beg"), 4),
        ("Act now.", "Act, now!", (), (), 0),
        ("We don't.", "We don’t.", (), (), 0),
        ("a b c", "<b>a b</b> c", (), (), 0),
        ("a well-known man", "a well known man", (), (), 0),
        ('<a href="https://a.gov">the old act</a>', '<a href="https://b.gov">the new act</a>',
         ("https://a.gov", "old"), ("https://b.gov", "new"), 2),
        (f"It is so{NOTE('as we said')}.", f"It is so as we said{NOTE('')}.", ("as", "we", "said"), ("as", "we", "said"), 3),
    ],
)  # fmt: skip
def test_words_are_counted_with_punctuation_kept_apart(old, new, out, into, changed):
    difference = texts(f"<p>{old}</p>", f"<p>{new}</p>")
    assert not difference.is_empty
    assert (difference.words_out, difference.words_in, difference.changed_words) == (out, into, changed)


def test_a_moved_paragraph_goes_out_and_in():
    rest = "<p>Stay here.</p><p>And here.</p>"
    difference = texts(f"<p>This goes to the end.</p>{rest}", f"{rest}<p>This goes to the end.</p>")
    assert difference.words_out == difference.words_in == ("This", "goes", "to", "the", "end")
    assert difference.changed_words == 10


@pytest.mark.parametrize(
    ("old", "new", "summary"),
    [
        ({"closing": "a"}, {"closing": "a b"}, "1 word put in"),
        ({"closing": "a b c"}, {"closing": "a"}, "2 words taken out"),
        ({"closing": "a b c"}, {"closing": "a x"}, "1 word put in, 2 taken out"),
        ({"closing": "Yours"}, {"closing": "Yours,"}, "no words changed, only punctuation or formatting"),
        ({"addressees": "Ann"}, {"addressees": "Ann\n\nBo"}, "1 word put in; addressees changed"),
    ],
)
def test_the_difference_in_one_line(old, new, summary):
    assert compare(old, new).summary == summary


# --- what is more than clerical


@pytest.mark.parametrize(
    ("old", "new", "numbers"),
    [
        ("the 118th Congress", "the 119th Congress", ("118th", "119th")),
        ("$1.5 is due", "$1,5 is due", ("$1.5", "$1,5")),
        ("$5 is due", "5 is due", ("$5", "5")),
        ("cut by 5%", "cut by 5", ("5%", "5")),
        ("at -5 now", "at 5 now", ("-5", "5")),
        ("by half", "by all", ("half",)),
        ("two millions", "two ships", ("millions",)),
        ("Title IX", "Title XI", ("IX", "XI")),
        ("Title V", "Title A", ("V",)),
        ("½ of it", "¼ of it", ("½", "¼")),
        ("so", f"so{NOTE('in 2020')}", ("2020",)),
    ],
)
def test_a_number_that_changes_is_found(old, new, numbers):
    difference = texts(f"<p>{old}</p>", f"<p>{new}</p>")
    assert difference.numbers_out + difference.numbers_in == numbers
    assert difference.changes_numbers


def test_a_number_in_the_target_of_a_link_is_none_that_anybody_reads():
    assert not texts("<p>see here</p>", '<p><a href="https://a.gov/2">see</a> here</p>').changes_numbers


def test_a_number_next_to_which_words_change_is_none_that_changes():
    difference = compare(
        {"subject": "We ask for all of these 12 ships and boats"}, {"subject": "Send them some of our 12 old rafts"}
    )
    assert "12" not in difference.words_in
    assert not difference.changes_numbers


@pytest.mark.parametrize("name", ["date_line", "subject", "closing", "cc", "enclosures"])
def test_a_number_counts_in_every_part(name):
    assert compare({name: "May 3"}, {name: "May 4"}).changes_numbers


def test_another_first_number_of_a_list_is_a_number_that_changes():
    difference = texts("<ol><li>Ships</li></ol>", '<ol start="3"><li>Ships</li></ol>')
    assert (difference.numbers_out, difference.numbers_in, difference.changed_words) == (("1",), ("3",), 0)


def test_items_that_only_move_on_in_their_list_change_no_number():
    assert not texts(
        "<ol><li>Ships</li><li>Boats</li></ol>", "<ol><li>Rafts</li><li>Ships</li><li>Boats</li></ol>"
    ).changes_numbers


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ({"closing": "Yours"}, {"closing": "Yours truly,"}, ""),
        (
            {"addressees": "Ann 1"},
            {"addressees": "Ann 2"},
            "The addressees change, so this is more than a clerical correction.",
        ),
        ({"addressees": "Ann"}, {"addressees": "Ann,"}, "The addressees change, so this is more than a clerical correction."),
        (
            {"subject": "1 2 3 4 to"},
            {"subject": "9 to"},
            "A number changes (“1”, “2”, “3” and 1 more taken out, “9” put in), so this is more than a clerical correction.",
        ),
    ],
)
def test_why_a_change_is_not_clerical(old, new, why):
    assert compare(old, new).why_not_clerical == why


def test_as_many_words_as_are_clerical_and_one_more():
    words = " word" * MAX_CLERICAL_WORDS
    assert compare({"closing": "So"}, {"closing": f"So{words}"}).why_not_clerical == ""
    why = compare({"closing": "So"}, {"closing": f"So{words} more"}).why_not_clerical
    assert why == "11 words change; a clerical correction changes at most 10."


# --- hostile sizes


def paragraph(words):
    return f"<p>{' '.join(words)}</p>"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(
            paragraph(f"a{n}" for n in range(28_000)), paragraph(f"b{n}" for n in range(28_000)), id="no word in common"
        ),
        pytest.param(paragraph(["a", "b"] * 49_000), paragraph(["b", "a", "c"] * 32_000), id="the same words over and over"),
        pytest.param(
            paragraph(f"a{n}," for n in range(4_500)), paragraph(f"b{n}," for n in range(4_500)), id="only commas in common"
        ),
        pytest.param("<p>a</p><p>b</p>" * 10_000, "<p>b</p><p>c</p>" * 11_000, id="twenty thousand paragraphs"),
        pytest.param(
            "".join(paragraph(f"{n % 17}x{w % 13}" for w in range(150)) for n in range(190)),
            "".join(paragraph(f"{n % 19}x{w % 11}" for w in range(150)) for n in range(190)),
            id="paragraphs that are a little alike",
        ),
        pytest.param(f"<p>x{NOTE('a')}</p>" * 3_000, f"<p>x{NOTE('b')}</p>" * 3_000, id="many notes"),
    ],
)
def test_the_largest_texts_take_seconds(old, new):
    began = time.process_time()
    difference = compare({"body": old}, {"body": new})
    assert time.process_time() - began < 20
    assert difference.changed_words > 2_000

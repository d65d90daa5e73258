import pytest

from letters.text import TextError, Unsettled, read
from letters.text.word.reader import read_docx

from .docx import LETTER, RELS, call, docx, footnotes, paragraph, part, parts, run, table, zipped

TOP, BOTTOM = LETTER[:3], LETTER[4:]
FORMAT = '<w:%sChange w:author="A"><w:%s>%s</w:%s></w:%sChange>'
STYLE = '<w:pStyle w:val="%s"/>'
MARK = '<w:rPr><w:%s w:id="3" w:author="Bob"/></w:rPr>'


def change(tag, *runs, author="Ann"):
    inner = "".join(each if each.startswith("<") else run(each) for each in runs)
    if tag == "del":
        inner = inner.replace("<w:t ", "<w:delText ").replace("</w:t>", "</w:delText>")
    return f'<w:{tag} w:id="1" w:author="{author}" w:date="2026-01-01T00:00:00Z">{inner}</w:{tag}>'


def bodies(*body, **more):
    """The body (accepted, rejected)."""
    data = docx(*TOP, *body, *BOTTOM, **more)
    return read_docx(data, "accepted").text.body, read_docx(data, "rejected").text.body


@pytest.mark.parametrize(
    ("body", "accepted", "rejected"),
    [
        (paragraph("We ", change("ins", "now "), change("del", "never "), "ask."), "<p>We now ask.</p>", "<p>We never ask.</p>"),
        (
            paragraph("We ", change("moveFrom", "often "), "ask ", change("moveTo", "often.")),
            "<p>We ask often.</p>",
            "<p>We often ask</p>",
        ),
        (paragraph("We ", change("ins", change("del", "perhaps ")), "ask."), "<p>We ask.</p>", "<p>We ask.</p>"),
        (
            paragraph("We ask.", properties=MARK % "del") + paragraph(" And wait."),
            "<p>We ask. And wait.</p>",
            "<p>We ask.</p><p>And wait.</p>",
        ),
        (
            paragraph("We ask. ", properties=MARK % "ins") + paragraph("And wait."),
            "<p>We ask.</p><p>And wait.</p>",
            "<p>We ask. And wait.</p>",
        ),
        (
            paragraph("a ", properties=MARK % "del") * 3 + paragraph("b"),
            "<p>a a a b</p>",
            "<p>a</p><p>a</p><p>a</p><p>b</p>",
        ),
        (
            paragraph(change("del", "Gone."), properties=MARK % "del") + table(["x", "y"]),
            "<p>x | y</p>",
            "<p>Gone.</p><p>x | y</p>",
        ),
        (
            paragraph("We ask.")
            + table(["x", "y"], ["z", "v"]).replace("<w:tr>", '<w:tr><w:trPr><w:del w:author="A"/></w:trPr>', 1),
            "<p>We ask.</p><p>z | v</p>",
            "<p>We ask.</p><p>x | y</p><p>z | v</p>",
        ),
        (
            paragraph("We ask.") + table(["x", "y"]).replace("<w:tr>", '<w:tr><w:trPr><w:ins w:author="A"/></w:trPr>'),
            "<p>We ask.</p><p>x | y</p>",
            "<p>We ask.</p>",
        ),
        (
            table(["x", "y"]).replace("<w:tc>", '<w:tc><w:tcPr><w:cellDel w:author="A"/></w:tcPr>', 1),
            "<p>y</p>",
            "<p>x | y</p>",
        ),
        (
            paragraph(
                "We ", run("ask", '<w:b/><w:rPrChange w:author="A"><w:rPr><w:i/></w:rPr></w:rPrChange>'), change("ins", ".")
            ),
            "<p>We <strong>ask</strong>.</p>",
            "<p>We <em>ask</em></p>",
        ),
        (
            paragraph(
                "We ask",
                change("ins", "."),
                properties=STYLE % "Quote" + FORMAT % ("pPr", "pPr", STYLE % "Heading1", "pPr", "pPr"),
            ),
            "<blockquote><p>We ask.</p></blockquote>",
            "<h2>We ask</h2>",
        ),
    ],
)
def test_changes_are_resolved_one_way_for_all(body, accepted, rejected):
    assert bodies(body) == (accepted, rejected)


def test_changes_within_notes_and_of_notes_are_resolved():
    note = paragraph("See ", change("ins", "18 "), change("del", "page "), "U.S.C.")
    assert bodies(paragraph("We ask.", call(1)), notes=(note,)) == (
        '<p>We ask.<span class="fn">See 18 U.S.C.</span></p>',
        '<p>We ask.<span class="fn">See page U.S.C.</span></p>',
    )
    data = docx(
        *TOP, paragraph("We ask", change("del", ".", call(1)), change("ins", "!")), *BOTTOM, notes=(paragraph("Source."),)
    )
    taken = read_docx(data, "accepted")
    assert taken.text.body == "<p>We ask!</p>"
    assert taken.doubts == [
        "All 2 tracked changes were taken as accepted: Ann deleted “. (footnote: Source.)”; Ann inserted “!”.",
        "A footnote that is called nowhere was left out: “Source.”.",
    ]
    assert read_docx(data, "rejected").text.body == '<p>We ask.<span class="fn">Source.</span></p>'


def test_a_moved_note_is_one_note():
    body = paragraph("a", change("moveFrom", "b", call(1)), "c", change("moveTo", "b", call(2)))
    assert bodies(body, notes=(paragraph("N"), paragraph("N"))) == (
        '<p>acb<span class="fn">N</span></p>',
        '<p>ab<span class="fn">N</span>c</p>',
    )
    assert bodies(body.replace('w:id="2"', 'w:id="1"'), notes=(paragraph("N"),))[0] == '<p>acb<span class="fn">N</span></p>'


def unsettled():
    body = paragraph("We ", change("ins", "no", author="Ann"), change("ins", "w "), change("del", "later", author=""), "ask.")
    mark = paragraph("Please.", properties=MARK % "ins")
    files = parts(*TOP, body, mark, paragraph("Thanks.", call(1)), *BOTTOM)
    files["word/footnotes.xml"] = footnotes(paragraph("See ", change("del", "this")))
    comment = f'<w:comment w:id="1" w:author="Pat  Roe">{paragraph("Is this so?")}</w:comment>'
    files["word/comments.xml"] = part("comments", comment)
    return zipped(files)


CHANGES = [
    "Ann inserted “now”",
    "Somebody deleted “later”",
    "Bob inserted the paragraph break after “Please.”",
    "Ann deleted “this” in a footnote",
]


def test_without_a_choice_all_changes_and_comments_are_listed():
    with pytest.raises(Unsettled, match=r"Accept or reject each change .* Found: Ann inserted “now”; Somebody") as refused:
        read("letter.docx", unsettled())
    assert refused.value.changes == CHANGES
    assert refused.value.comments == ["Pat Roe: “Is this so?”"]
    assert isinstance(refused.value, TextError)


@pytest.mark.parametrize("choice", ["accepted", "rejected"])
def test_what_was_taken_is_said(choice):
    imported = read("letter.docx", unsettled(), choice)
    assert imported.doubts == [
        f"All 4 tracked changes were taken as {choice}: {'; '.join(CHANGES)}.",
        "The comment was left out: Pat Roe: “Is this so?”.",
    ]


def test_a_choice_that_does_not_exist_is_no_choice():
    with pytest.raises(ValueError, match="accept"):
        read_docx(docx(*LETTER), "accept")


def test_a_file_without_changes_is_the_same_whatever_the_choice():
    assert read_docx(docx(*LETTER)) == read_docx(docx(*LETTER), "accepted") == read_docx(docx(*LETTER), "rejected")


def test_comments_alone_stop_the_import_and_are_left_out_by_a_choice():
    files = parts(*TOP, paragraph("We ask.", '<w:r><w:commentReference w:id="1"/></w:r>'), *BOTTOM)
    files["word/comments.xml"] = part("comments", f'<w:comment w:id="1" w:author="P">{paragraph("Why?")}</w:comment>')
    files["word/_rels/comments.xml.rels"] = RELS % ""
    with pytest.raises(Unsettled) as refused:
        read_docx(zipped(files))
    assert (refused.value.changes, refused.value.comments) == ([], ["P: “Why?”"])
    imported = read_docx(zipped(files), "accepted")
    assert imported.text.body == "<p>We ask.</p>"
    assert imported.doubts == ["The comment was left out: P: “Why?”."]


def test_an_inserted_number_of_a_list_is_resolved():
    numbering = (
        '<w:abstractNum w:abstractNumId="4"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="4"/></w:num>'
    )
    item = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/><w:ins w:id="2" w:author="Ann"/></w:numPr>'
    files = parts(*TOP, paragraph("One", properties=item), *BOTTOM)
    data = zipped({**files, "word/numbering.xml": part("numbering", numbering)})
    assert read_docx(data, "accepted").text.body == "<ol><li>One</li></ol>"
    assert read_docx(data, "rejected").text.body == "<p>One</p>"

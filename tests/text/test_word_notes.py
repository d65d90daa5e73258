import pytest

from letters.text import TextError
from letters.text.html import footnotes
from letters.text.word.reader import read_docx

from .docx import LETTER, call, docx, paragraph, part, parts, run, table, zipped

TOP, BOTTOM = LETTER[:3], LETTER[4:]
OWN = '<w:r><w:footnoteReference w:id="%s" w:customMarkFollows="1"/>%s</w:r>'


def read(*body, **more):
    return read_docx(docx(*TOP, *body, *BOTTOM, **more))


def notes_of(*notes):
    body = paragraph("We ask.", *(call(number) for number in range(1, len(notes) + 1)))
    return footnotes(read(body, notes=notes).text.body)


def test_a_note_keeps_its_paragraphs_lists_and_tables_as_lines():
    assert notes_of(paragraph("One") + paragraph("two\nthree"), table(["a", "b"]), paragraph("")) == [
        "One<br>two<br>three",
        "a<br>b",
    ]


def test_a_table_in_a_note_is_said():
    imported = read(paragraph("We ask.", call(1)), notes=(table(["a", "b"]),))
    assert imported.doubts == ["A table in a footnote was kept as lines: “a b”."]


def test_the_number_and_its_space_before_a_note_go():
    assert notes_of(paragraph("<w:r><w:footnoteRef/></w:r>", " Source.")) == ["Source."]


@pytest.mark.parametrize("mark", ["<w:t>*</w:t>", '<w:sym w:font="Symbol" w:char="F02A"/>', "</w:r><w:r><w:t>*</w:t>"])
def test_a_typed_mark_becomes_a_number_and_is_said(mark):
    body = paragraph("We ask", OWN % (1, mark), run(" now."))
    imported = read(body, notes=(paragraph("* Source."),))
    assert imported.text.body.startswith('<p>We ask<span class="fn">')
    assert imported.text.body.endswith("Source.</span> now.</p>")
    assert imported.doubts[0].startswith("The footnote mark “")
    assert "*" not in imported.text.body or "sym" in mark


def test_long_words_after_a_call_are_no_mark():
    body = paragraph("We ask", OWN % (1, "<w:t> for many boats.</w:t>"))
    assert read(body, notes=(paragraph("N"),)).text.body == '<p>We ask<span class="fn">N</span> for many boats.</p>'


def test_raised_words_right_after_a_call_do_not_swallow_the_note():
    raised = run(",", '<w:vertAlign w:val="superscript"/>')
    body = read(paragraph("We ask", call(1), raised, call(2), "."), notes=(paragraph("One"), paragraph("Two"))).text.body
    assert body == '<p>We ask<span class="fn">One</span><sup>,</sup><span class="fn">Two</span>.</p>'


def test_endnotes_become_footnotes_in_the_order_of_their_calls():
    files = parts(
        *TOP, paragraph("a", '<w:r><w:endnoteReference w:id="1"/></w:r>', "b", call(1)), *BOTTOM, notes=(paragraph("F"),)
    )
    files["word/endnotes.xml"] = part("endnotes", f'<w:endnote w:id="1">{paragraph("E")}</w:endnote>')
    imported = read_docx(zipped(files))
    assert imported.text.body == '<p>a<span class="fn">E</span>b<span class="fn">F</span></p>'
    assert imported.doubts == ["Endnotes became footnotes."]


def test_notes_that_nothing_calls_and_words_in_the_line_above_notes_are_said():
    files = parts(*TOP, paragraph("a", call(1)), *BOTTOM, notes=(paragraph("One"), paragraph("Lost")))
    line = f'<w:footnote w:type="separator" w:id="-1">{paragraph("<w:r><w:separator/></w:r>")}</w:footnote>'
    line += f'<w:footnote w:type="continuationNotice" w:id="-2">{paragraph("goes on")}</w:footnote>'
    files["word/footnotes.xml"] = files["word/footnotes.xml"].replace('<w:footnote w:id="1">', f'{line}<w:footnote w:id="1">')
    imported = read_docx(zipped(files))
    assert imported.text.body == '<p>a<span class="fn">One</span></p>'
    assert imported.doubts == [
        "The line between text and notes was left out: “goes on”.",
        "A footnote that is called nowhere was left out: “Lost”.",
    ]


@pytest.mark.parametrize(
    "properties", ['<w:numFmt w:val="lowerRoman"/>', '<w:numStart w:val="5"/>', '<w:numRestart w:val="eachPage"/>']
)
def test_another_numbering_of_notes_is_said(properties):
    section = f"<w:sectPr><w:footnotePr>{properties}</w:footnotePr></w:sectPr>"
    imported = read(paragraph("a", call(1), properties=section), notes=(paragraph("One"),))
    assert [said for said in imported.doubts if said.startswith("Footnotes were numbered in another way")]


def test_a_note_in_a_note_is_refused():
    with pytest.raises(TextError, match="footnote"):
        read(paragraph("a", call(1)), notes=(paragraph("b", call(2)), paragraph("c")))

"""The letter as a Word file: it comes back as it went out, and the file is one that Word opens without repairs."""

import hashlib
import json
import subprocess
import sys
import zipfile
from dataclasses import asdict
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from hypothesis import HealthCheck, example, given, settings
from lxml import etree

from letters.text.html import canonical, footnotes
from letters.text.letter import Imported
from letters.text.word.reader import read_docx
from letters.text.word.writer import write_docx

from ..pdf import sample
from . import docx
from .random_letters import contents as random_contents

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
PARTS = {"document": "word/document.xml", "footnotes": "word/footnotes.xml", "numbering": "word/numbering.xml"}


def contents(number_of_signers: int = 14, *, layout=None, letterhead=None, **text) -> dict:
    letter = sample.letter(number_of_signers)
    parts = {
        "date_line": letter.date_line,
        "addressees": "\n\n".join("\n".join(lines) for lines in letter.addressees),
        "subject": "River gauges",
        "salutation": letter.salutation,
        "body": canonical(letter.body),
        "closing": letter.closing,
        "cc": "The Honorable Ann Lee\nThe Honorable Bo Ray, Ranking Member",
        "enclosures": "",
    }
    return {
        "letterhead": list(letter.letterhead) if letterhead is None else letterhead,
        "revision": 1,
        "text": parts | text,
        "signers": [{"name": signer.name, "title": signer.title} for signer in letter.signers],
        "layout": layout or {"columns": "across", "space": "pen", "running_head": False},
    }


def part(data: bytes, name: str):
    with zipfile.ZipFile(BytesIO(data)) as package:
        return etree.fromstring(package.read(PARTS.get(name, name)))


def parts(data: bytes):
    with zipfile.ZipFile(BytesIO(data)) as package:
        return {name: etree.fromstring(package.read(name)) for name in package.namelist()}


def people(letter: dict) -> list[tuple[str, str]]:
    return [(signer["name"], signer["title"]) for signer in letter["signers"]]


def assert_comes_back(letter: dict) -> None:
    imported = read_docx(write_docx(letter))
    assert asdict(imported.text) == letter["text"]
    assert imported.signers == people(letter)


# --- there and back


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(random_contents())
def test_any_letter_comes_back_as_it_went_out(letter):
    assert_comes_back(letter)


NESTED = (
    '<ol start="3" type="a"><li><p>c</p><p>more of c</p><ol type="i"><li>i</li><li>ii<ul><li>x</li></ul></li></ol><p>end of c</p>'
    '</li><li>d</li></ol><ol><li>anew</li></ol><ul><li>y</li></ul><ul><li>another list</li></ul><ol start="2"><li>two</li></ol>'
    "<blockquote><p>q</p><ol><li><p>in q</p><p>on</p></li></ol><p>q again</p></blockquote><blockquote><p>another</p></blockquote>"
    "<ul><li><ul><li>an item that begins with a list</li></ul></li></ul><p>after</p>"
)


@pytest.mark.parametrize(
    "body",
    [
        NESTED,
        "".join(f"<ul><li>{depth}" for depth in range(1, 7)) + "</li></ul>" * 6,
        "<p>Dear Secretary Reed:</p><p>Sincerely,</p><p>Jane Roe</p><p>Member of Congress</p><p>cc: Ann</p><p>May 8, 2025</p>",
        "<p>• typed</p><p>1. typed</p><h2>Head</h2><h3>Sub<br>head</h3><p>a<br><br>b\u00a0c\u2003d</p>",
        '<p><sup>2</sup><span class="fn">n</span><sup>x</sup><span class="fn">o<sup>3</sup></span></p>',
        '<p><a href="https://a.ex/?b=1&amp;c=%20">a <em>b</em></a><span class="fn"><a href="mailto:c@d.ex">e</a>.</span></p>',
        "<p>" + "".join(f'word{n}<span class="fn">note {n}</span> ' for n in range(40)) + "end</p>",
    ],
)
def test_what_is_seldom_comes_back(body):
    assert_comes_back(contents(body=canonical(body)))


@pytest.mark.parametrize("columns", ["across", "down"])
@pytest.mark.parametrize("number", [0, 1, 2, 14, 101, 535])
def test_signers_come_back_in_their_order(number, columns):
    assert_comes_back(contents(number, layout={"columns": columns, "space": "typed", "running_head": True}))


def test_a_letter_of_little_comes_back_without_a_doubt():
    little = {
        "date_line": "",
        "addressees": "",
        "subject": "",
        "salutation": "",
        "body": "<p>We ask.</p>",
        "closing": "",
        "cc": "",
    }
    letter = contents(1, letterhead=[], **little)
    assert_comes_back(letter)
    assert read_docx(write_docx(letter)).doubts == []
    assert read_docx(write_docx(contents())).doubts == []


def test_an_old_manifest_is_written():
    letter = contents(3)
    del letter["layout"]
    for name in ("subject", "cc", "enclosures"):
        del letter["text"][name]
    assert read_docx(write_docx(letter)).signers == people(letter)


YARDSTICK = Path(__file__).parents[3] / "shared" / "letters" / "southbound-firearms-2025-05-08.docx"


@pytest.mark.skipif(not YARDSTICK.exists(), reason="the yardstick letter is not here")
def test_the_yardstick_goes_out_and_comes_back():
    first = read_docx(YARDSTICK.read_bytes())
    signers = [{"name": name, "title": title} for name, title in first.signers]
    second = read_docx(
        write_docx({"letterhead": ["Congress of the United States"], "text": asdict(first.text), "signers": signers})
    )
    assert (second.text, second.signers, second.doubts) == (first.text, first.signers, [])
    assert len(footnotes(second.text.body)) == 7


# --- after work in Word


def edited(letter: dict, change) -> Imported:
    document = Document(BytesIO(write_docx(letter)))
    change(document)
    saved = BytesIO()
    document.save(saved)
    return read_docx(saved.getvalue())


def after(document, style: str):
    return next(paragraph for paragraph in reversed(document.paragraphs) if paragraph.style.name == style)


def test_words_that_were_changed_in_word_come_back_in_their_part():
    def change(document):
        after(document, "Letter Salutation").runs[0].text = "To all who keep boats"
        after(document, "Letter Closing").runs[0].text = "Onward and upward"
        after(document, "Body Text").insert_paragraph_before("Dear reader,", style="Body Text")

    text = edited(contents(), change).text
    assert (text.salutation, text.closing) == ("To all who keep boats", "Onward and upward")
    assert "<p>Dear reader,</p><p>We stand ready" in text.body


def test_a_paragraph_within_a_list_parts_it_and_the_count_goes_on():
    def change(document):
        second = [paragraph for paragraph in document.paragraphs if paragraph.style.name == "List Paragraph"][1]
        second.insert_paragraph_before("Between.", style="Body Text")

    letter = contents(body='<ol start="4" type="a"><li>d</li><li>e</li><li>f</li></ol>')
    assert edited(letter, change).text.body == (
        '<ol start="4" type="a"><li>d</li></ol><p>Between.</p><ol start="5" type="a"><li>e</li><li>f</li></ol>'
    )


def test_words_without_a_style_of_ours_are_kept_or_said():
    def change(document):
        after(document, "Letter Salutation").insert_paragraph_before("By hand", style="Normal")
        after(document, "Body Text").insert_paragraph_before("• typed", style="Normal")
        document.add_paragraph("cc: Somebody", style="Normal")
        document.add_paragraph("P.S. More.", style="Body Text")

    imported = edited(contents(1, cc=""), change)
    assert imported.text.body.startswith("<p>By hand</p>")
    assert "<ul><li>typed</li></ul><p>We stand ready" in imported.text.body
    assert imported.text.body.endswith("<p>P.S. More.</p>")
    said = " ".join(imported.doubts)
    assert "“By hand” stands above" in said
    assert "“P.S. More.” stands below the closing" in said
    assert "cc: Somebody" in said


def test_a_row_that_was_added_below_the_signers_is_read():
    def change(document):
        table = document.tables[0]
        cells = table.add_row().cells
        cells[0].paragraphs[0].text = "Jane Roe"
        cells[0].paragraphs[0].style = document.styles["Letter Signer Title"]
        cells[0].add_paragraph("Member of Congress", style="Letter Signer Title")

    letter = contents(2)
    assert edited(letter, change).signers == [*people(letter), ("Jane Roe", "Member of Congress")]


def test_a_footnote_at_the_salutation_is_said():
    def change(document):
        call = next(run for run in document.element.iter(f"{W}r") if run.find(f"{W}footnoteReference") is not None)
        after(document, "Letter Salutation")._p.append(call)

    assert any("A footnote outside the text was left out" in doubt for doubt in edited(contents(), change).doubts)


def in_style(name: str, *words: str) -> str:
    return docx.paragraph(*words, properties=f'<w:pStyle w:val="{name.replace(" ", "")}"/>')


PLAIN_AGAIN = "<blockquote><p>no list before</p></blockquote><p>no number</p>"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ((in_style("Quote List Continue", "no list before"), in_style("List Paragraph", "no number")), PLAIN_AGAIN),
        ((docx.table(["a", "b"]), docx.paragraph("c")), "<p>a | b</p><p>c</p>"),
    ],
)
def test_a_file_of_ours_that_was_bent_is_read(body, expected):
    names = ("Letter Date", "Letter Signer Title", "Quote List Continue", "List Paragraph")
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{name.replace(" ", "")}"><w:name w:val="{name}"/></w:style>' for name in names
    )
    nested = f"<w:tbl><w:tr><w:tc>{docx.table(['lost?'])}{in_style('Letter Signer Title', '')}</w:tc></w:tr></w:tbl>"
    files = docx.parts(in_style("Letter Date", "May 2, 2025"), *body, nested)
    imported = read_docx(docx.zipped(files | {"word/styles.xml": docx.part("styles", styles)}))
    text = imported.text
    assert text.date_line == "May 2, 2025"
    assert text.body == expected
    assert "“lost?” below the closing" in " ".join(imported.doubts)


def test_marks_of_the_reader_cannot_be_forged():
    def change(document):
        after(document, "Body Text").insert_paragraph_before("\ufdd299\ufdd3Forged", style="Normal")

    text = edited(contents(1), change).text
    assert "Forged</p><p>We stand ready" in text.body
    assert text.salutation == contents()["text"]["salutation"]


# --- the file itself


def test_the_same_contents_give_the_same_bytes_in_every_process():
    script = (
        "import sys, hashlib, json; from letters.text.word.writer import write_docx; "
        "print(hashlib.sha256(write_docx(json.load(sys.stdin))).hexdigest())"
    )
    letter = contents(14, body=canonical(NESTED))
    for seed in ("1", "2"):
        ran = subprocess.run(
            [sys.executable, "-c", script],
            input=json.dumps(letter),
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PATH": ""},
            cwd=Path(__file__).parents[2],
        )
        assert ran.stdout.strip() == hashlib.sha256(write_docx(letter)).hexdigest()


# The order in which the schema of Word's format wants the children that we write.
ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore widowControl numPr pBdr tabs spacing ind jc outlineLvl rPr",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike color spacing sz szCs highlight u vertAlign rtl cs lang",
    "tblPr": "tblStyle tblW jc tblInd tblBorders tblLayout tblCellMar tblLook tblCaption",
    "tbl": "tblPr tblGrid tr",
    "tc": "tcPr p",
    "trPr": "cantSplit",
    "lvl": "start numFmt lvlText lvlJc pPr",
    "abstractNum": "nsid multiLevelType tmpl lvl",
    "num": "abstractNumId lvlOverride",
    "numbering": "abstractNum num",
    "sectPr": "headerReference footerReference footnotePr pgSz pgMar cols titlePg",
    "style": "name basedOn next uiPriority semiHidden qFormat pPr rPr tblPr",
    "styles": "docDefaults latentStyles style",
    "settings": "zoom defaultTabStop characterSpacingControl footnotePr compat themeFontLang decimalSymbol listSeparator",
}


def assert_in_order(root) -> None:
    for element in root.iter():
        name = etree.QName(element).localname
        if name in ORDER and element.tag.startswith(W):
            places = [ORDER[name].split().index(etree.QName(child).localname) for child in element]
            assert places == sorted(places), etree.tostring(element)


def assert_whole(data: bytes) -> None:
    """Children in order, ids that occur once and lead somewhere, cells that end in a paragraph, styles that exist."""
    files = parts(data)
    document, notes, numbering = (files[PARTS[name]] for name in ("document", "footnotes", "numbering"))
    for root in files.values():
        assert_in_order(root)
    called = [call.get(f"{W}id") for call in document.iter(f"{W}footnoteReference")]
    assert ["-1", "0", *called] == [note.get(f"{W}id") for note in notes.iter(f"{W}footnote")]
    assert called == [str(n) for n in range(1, len(called) + 1)]
    lists = [num.get(f"{W}numId") for num in numbering.iter(f"{W}num")]
    assert len(set(lists)) == len(lists)
    assert {used.get(f"{W}val") for used in document.iter(f"{W}numId")} == set(lists)
    assert all(cell[-1].tag == f"{W}p" for cell in document.iter(f"{W}tc"))
    assert document[0][-2].tag == f"{W}p"
    styles = {style.get(f"{W}styleId") for style in files["word/styles.xml"].iter(f"{W}style")}
    for root in files.values():
        assert {used.get(f"{W}val") for used in root.iter(f"{W}pStyle", f"{W}rStyle", f"{W}tblStyle")} <= styles
    for name in ("document", "footnotes"):
        assert_links_lead(files, name)


def assert_links_lead(files: dict, name: str) -> None:
    related = files.get(f"word/_rels/{name}.xml.rels")
    ids = [] if related is None else [each.get("Id") for each in related]
    assert len(set(ids)) == len(ids)
    assert {link.get(f"{R}id") for link in files[PARTS[name]].iter(f"{W}hyperlink")} <= set(ids)


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(random_contents())
@example(contents(14, body=canonical(NESTED)))
def test_the_file_follows_the_schema(letter):
    assert_whole(write_docx(letter, draft_mark="DRAFT · 2 signers"))


def test_nothing_tells_who_made_the_file_or_when():
    data = write_docx(contents())
    with zipfile.ZipFile(BytesIO(data)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    core = part(data, "docProps/core.xml")
    assert [(etree.QName(each).localname, each.text) for each in core] == [
        ("title", "Letter of May 2, 2025"),
        ("language", "en-US"),
    ]
    assert b"python-docx" not in data


def test_an_address_that_no_file_may_hold_is_encoded():
    body = canonical('<p><a href="https://a.example/b c?d={e}|f#g#h">x</a></p>')
    data = write_docx(contents(body=body))
    links = [each.get("Target") for each in part(data, "word/_rels/document.xml.rels") if each.get("TargetMode") == "External"]
    assert links == ["https://a.example/b%20c?d=%7Be%7D%7Cf#g%23h"]


def test_the_page_is_that_of_the_printed_letter():
    document = Document(BytesIO(write_docx(contents())))
    section = document.sections[0]
    sides = (section.left_margin, section.right_margin, section.top_margin, section.bottom_margin)
    assert [side.inches for side in sides] == [1, 1, 1, 1]
    assert (section.page_width.inches, section.page_height.inches) == (8.5, 11)
    assert section.different_first_page_header_footer
    assert not section.first_page_footer.paragraphs[0].text
    assert "PAGE" in section.footer._element.xpath("string(.)")
    assert document.styles["footnote text"].font.size.pt == 10


def test_the_draft_mark_stands_on_every_page_and_the_running_head_on_later_ones():
    letter = contents(layout={"columns": "across", "space": "pen", "running_head": True})
    section = Document(BytesIO(write_docx(letter, draft_mark="DRAFT · 14 signers"))).sections[0]
    assert [paragraph.text for paragraph in section.first_page_header.paragraphs] == ["DRAFT · 14 signers"]
    assert [paragraph.text for paragraph in section.header.paragraphs] == [
        "Secretary Aldersgate et al.\tDRAFT · 14 signers\nPage 2"
    ]
    assert not section.footer.paragraphs[0].runs
    for header in (section.header, section.first_page_header):
        red = next(run for run in header.paragraphs[0].runs if "DRAFT" in run.text)
        assert str(red.style.font.color.rgb) == "8B0000"


def test_without_a_mark_and_a_running_head_the_number_stands_at_the_foot():
    section = Document(BytesIO(write_docx(contents()))).sections[0]
    assert not section.header.paragraphs[0].text
    assert section.footer.paragraphs[0].text == "2"


def test_headings_are_headings_for_those_who_hear_the_file():
    letter = contents(body=canonical("<h2>First</h2><p>a</p><h3>Second</h3><p>b</p>"))
    headings = {p.text: p.style.name for p in Document(BytesIO(write_docx(letter))).paragraphs if "eading" in p.style.name}
    assert headings == {"First": "Heading 2", "Second": "Heading 3"}
    top = Document(BytesIO(write_docx(letter))).paragraphs[0]
    assert (top.text, top.style.base_style.name) == ("Congress of the United States", "Heading 1")
    bare = part(write_docx(contents(letterhead=[])), "document")
    assert [level.getparent().getparent().xpath("string(.)") for level in bare.iter(f"{W}outlineLvl")] == ["May 2, 2025"]


def test_rows_of_signers_are_not_split_and_the_closing_stays_with_them():
    document = part(write_docx(contents(14)), "document")
    assert len(list(document.iter(f"{W}cantSplit"))) == len(list(document.iter(f"{W}tr"))) == 7
    last_of_text = document.xpath("//w:p[w:pPr/w:pStyle/@w:val='BodyText']", namespaces={"w": W[1:-1]})[-1]
    assert last_of_text.find(f"{W}pPr/{W}keepNext") is not None

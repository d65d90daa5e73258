import pytest

from letters.text.word.reader import read_docx

from .docx import LETTER, RELS, R, call, docx, paragraph, part, parts, run, table, zipped

TOP, BOTTOM = LETTER[:3], LETTER[4:]
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
V = "urn:schemas-microsoft-com:vml"
W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
M = "http://schemas.openxmlformats.org/officeDocument/2006/math"
LONG = "Boats are the sum of all the boats that ever were and will ever be upon the seas."


def style(name, more, kind="character", called="", based=""):
    based = f'<w:basedOn w:val="{based}"/>' if based else ""
    return f'<w:style w:type="{kind}" w:styleId="{name}"><w:name w:val="{called or name}"/>{based}{more}</w:style>'


STYLES = "".join(
    (
        style("Strong", "<w:rPr><w:b/></w:rPr>"),
        style("Emphasis", "<w:rPr><w:i/></w:rPr>"),
        style("Hyperlink", '<w:rPr><w:u w:val="single"/></w:rPr>'),
        style("Small", "<w:rPr><w:smallCaps/></w:rPr>"),
        style("Both", "<w:rPr><w:i/></w:rPr>", based="Strong"),
        style("Bold", "<w:rPr><w:b/></w:rPr>", "paragraph"),
        style("H", "<w:rPr><w:b/></w:rPr>", "paragraph", "heading 2"),
        style("Mine", "", "paragraph", "My heading", "H"),
        style("Level", '<w:pPr><w:outlineLvl w:val="3"/></w:pPr>', "paragraph"),
        style("Zitat", "<w:rPr><w:i/></w:rPr>", "paragraph", "Quote"),
        style("In", '<w:pPr><w:ind w:left="720"/></w:pPr>', "paragraph", "Indented"),
    )
)


def read(*body, **more):
    return read_docx(zipped({**parts(*TOP, *body, *BOTTOM, **more), "word/styles.xml": part("styles", STYLES)}))


def styled(text, name):
    return run(text, f'<w:rStyle w:val="{name}"/>')


def in_style(name, *runs):
    return paragraph(*runs, properties=f'<w:pStyle w:val="{name}"/>')


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (paragraph(styled("a", "Strong"), " ", styled("b", "Emphasis")), "<p><strong>a</strong> <em>b</em></p>"),
        (paragraph(styled("a", "Both")), "<p><strong><em>a</em></strong></p>"),
        (paragraph(run("a", '<w:rStyle w:val="Strong"/><w:b w:val="0"/>'), run("b", '<w:b w:val="false"/>')), "<p>ab</p>"),
        (paragraph(styled("a", "Hyperlink")), "<p>a</p>"),
        (in_style("Bold", "a ", styled("b", "Strong"), run(" c", '<w:b w:val="0"/>')), "<p><strong>a</strong> b c</p>"),
        (paragraph(run("a", '<w:u w:val="none"/>'), run("b", '<w:u w:val="wave"/>')), "<p>a<u>b</u></p>"),
        (paragraph("1", run("st", '<w:vertAlign w:val="superscript"/>')), "<p>1<sup>st</sup></p>"),
        (in_style("H", "a"), "<h2>a</h2>"),
        (in_style("Mine", "a"), "<h2>a</h2>"),
        (in_style("Level", "a"), "<h3>a</h3>"),
        (in_style("Title", "a") + in_style("Subtitle", "b") + in_style("Heading4", "c"), "<h2>a</h2><h3>b</h3><h3>c</h3>"),
        (in_style("Zitat", "a") + in_style("Zitat", "b"), "<blockquote><p>a</p><p>b</p></blockquote>"),
        (paragraph("a", "<w:r><w:tab/></w:r>", "b", "<w:r><w:cr/></w:r>", "c"), "<p>a b<br>c</p>"),
        (paragraph("a\nb\n\nc\n \n\nd"), "<p>a<br>b</p><p>c</p><p>d</p>"),
        (paragraph("“a” ‘b’ c’s — d…"), "<p>“a” ‘b’ c’s — d…</p>"),
        (paragraph("§\u00a05"), "<p>§\u00a05</p>"),
        (
            paragraph('<w:bookmarkStart w:id="1" w:name="x"/>', "a", '<w:bookmarkEnd w:id="1"/>', "<w:proofErr/>", "b"),
            "<p>ab</p>",
        ),
        (paragraph("<w:smartTag><w:smartTagPr/>", run("a"), "</w:smartTag>", "<w:bdo>", run("b"), "</w:bdo>"), "<p>ab</p>"),
        (
            f"<w:sdt><w:sdtPr/><w:sdtContent>{paragraph('a')}<w:sdt><w:sdtContent>{paragraph('b')}</w:sdtContent></w:sdt>"
            "</w:sdtContent></w:sdt>",
            "<p>a</p><p>b</p>",
        ),
        (
            table(["a"]).replace("<w:tr>", "<w:sdt><w:sdtContent><w:tr>").replace("</w:tr>", "</w:tr></w:sdtContent></w:sdt>"),
            "<p>a</p>",
        ),
        (paragraph('<u:thing xmlns:u="urn:u"><u:more>', run("a"), "</u:more></u:thing>"), "<p>a</p>"),
        (paragraph('<w:r><w:sym w:font="Wingdings" w:char="F04A"/></w:r>', "a"), "<p>☺a</p>"),
        (paragraph("\ufdd0a\ufdd1b\ufdd2"), "<p>ab</p>"),
    ],
)
def test_what_a_letter_knows_is_kept(body, expected):
    imported = read(body)
    assert imported.text.body == expected
    assert [said for said in imported.doubts if not said.startswith("A table")] == []


def drawing(inner, tag="drawing"):
    return f'<w:r><w:{tag} xmlns:a="{A}" xmlns:v="{V}">{inner}</w:{tag}></w:r>'


def box(text):
    inner = f"<w:txbxContent>{paragraph(text)}</w:txbxContent>"
    return (
        f'<w:r><mc:AlternateContent xmlns:mc="{MC}"><mc:Choice Requires="wps"><w:drawing>{inner}</w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict>{inner}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


STRUCK = "Words struck through were kept as plain text: “a”. Delete them if they should go."
CAPS = "is shown in capitals in Word; it came as it was typed."


@pytest.mark.parametrize(
    ("body", "expected", "doubt"),
    [
        (paragraph(run("house", "<w:caps/>")), "house", f"“house” {CAPS}"),
        (paragraph(run("HOUSE 2", "<w:caps/>")), "HOUSE 2", ""),
        (paragraph(styled("House", "Small")), "House", f"“House” {CAPS.replace('capitals', 'small capitals')}"),
        (paragraph(run("a", '<w:highlight w:val="yellow"/>')), "a", "The highlight of “a” was dropped."),
        (
            paragraph(run("a", "<w:dstrike/>")),
            "a",
            "Words struck through were kept as plain text: “a”. Delete them if they should go.",
        ),
        (paragraph("co", "<w:r><w:softHyphen/></w:r>", "op"), "coop", "Soft hyphens were taken out."),
        (paragraph("a", "<w:r><w:noBreakHyphen/></w:r>", "b"), "a-b", "Non-breaking hyphens became plain hyphens."),
        (
            paragraph("a", '<w:r><w:br w:type="page"/></w:r>', "b"),
            "a<br>b",
            "Page breaks were left out: the letter's pages are made anew.",
        ),
        (
            paragraph("a", properties="<w:sectPr/>") + "<w:p/><w:sectPr/>",
            "a",
            "Section breaks were left out: the letter has one kind of page.",
        ),
        (
            paragraph('<w:r><w:sym w:font="Marlett" w:char="F0FF"/></w:r>', "a"),
            "a",
            "A symbol without a public code was left out near “a”.",
        ),
        (
            paragraph(f'<m:oMath xmlns:m="{M}"><m:r><m:t>x=1</m:t></m:r></m:oMath>'),
            "x=1",
            "A formula became plain text: “x=1”. Check it.",
        ),
        (
            paragraph("a", drawing('<a:docPr descr="The seal"/><a:blip/>')),
            "a",
            "A picture (“The seal”) was left out.",
        ),
        (paragraph("a", drawing('<v:imagedata title="x"/>', "pict")), "a", "A picture (“x”) was left out."),
        (paragraph("a", drawing("<a:chart/>")), "a", "A drawing or chart was left out."),
        (paragraph("a", drawing("<a:t>Drawn</a:t>")), "a", "Words in a drawing were left out: “Drawn”."),
        (paragraph("a", drawing('<v:textpath string="DRAFT"/>', "pict")), "a", "Words in a drawing were left out: “DRAFT”."),
        (
            paragraph("a", drawing("<a:OLEObject/>", "object")),
            "a",
            "An embedded object (such as a sheet or a chart) was left out.",
        ),
        (paragraph("a") + '<w:altChunk r:id="r5"/>', "a", "A document inserted into the file was left out."),
        (paragraph("a", "<w:r><w:delText>b</w:delText></w:r>"), "a", "Words marked as deleted were left out: “b”."),
        (
            paragraph("<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>", run("Click here"), "</w:sdtContent></w:sdt>"),
            "Click here",
            "The placeholder “Click here” was taken as text. Replace it.",
        ),
        (
            paragraph(
                "a",
                f'<w:sdt><w:sdtPr><w14:checkbox xmlns:w14="{W14}"/></w:sdtPr><w:sdtContent>',
                run("☒"),
                "</w:sdtContent></w:sdt>",
            ),
            "a",
            "A check box (☒) was left out.",
        ),
        (
            paragraph(LONG, properties='<w:ind w:left="720"/>'),
            LONG,
            "An indented paragraph became a plain one: “Boats are the sum of all the boats that ever were and” "
            "(and 6 more words). Is it a quotation?",
        ),
        (
            in_style("In", LONG),
            LONG,
            "An indented paragraph became a plain one: “Boats are the sum of all the boats that ever were and” "
            "(and 6 more words). Is it a quotation?",
        ),
        (
            paragraph("Boats", properties='<w:jc w:val="center"/>'),
            "Boats",
            "A paragraph that was centred stands at the left margin now: “Boats”.",
        ),
        (
            paragraph("a", box("Boxed")),
            "a</p><p>Boxed",
            "The text box “Boxed” stands in the text now. Check that this is right.",
        ),
    ],
)
def test_what_it_does_not_know_is_said(body, expected, doubt):
    imported = read(body)
    assert imported.text.body == f"<p>{expected}</p>"
    assert imported.doubts == ([doubt] if doubt else [])


def test_the_place_of_date_closing_and_signers_is_not_said():
    closing = paragraph("Sincerely,", properties='<w:jc w:val="right"/><w:ind w:left="5000"/>')
    imported = read_docx(docx(*TOP, LETTER[3], closing, BOTTOM[1]))
    assert imported.text.closing == "Sincerely,"
    assert imported.doubts == []


def test_pictures_and_drawn_words_in_headers_are_said():
    files = parts(*LETTER)
    picture = drawing('<v:textpath string="DRAFT"/><v:imagedata/>', "pict")
    files["word/header1.xml"] = part("hdr", paragraph("Committee on Boats", picture))
    assert read_docx(zipped(files)).doubts == [
        "The page header “Committee on Boats DRAFT” was left out.",
        "A picture in the page header was left out.",
    ]


def test_a_second_wording_of_one_place_is_said():
    body = (
        f'<mc:AlternateContent xmlns:mc="{MC}"><mc:Choice Requires="x">{run("new")}</mc:Choice>'
        f"<mc:Fallback>{run('old')}</mc:Fallback></mc:AlternateContent>"
    )
    imported = read(paragraph(body))
    assert imported.text.body == "<p>new</p>"
    assert imported.doubts == ["Another wording of the same place was left out: “old”."]


def test_a_part_under_another_name_is_read():
    files = parts(*LETTER)
    files["word/text7.xml"] = files.pop("word/document.xml")
    files["word/_rels/text7.xml.rels"] = files.pop("word/_rels/document.xml.rels")
    files["_rels/.rels"] = files["_rels/.rels"].replace("document.xml", "text7.xml")
    assert read_docx(zipped(files)).text.body == "<p>We ask for boats.</p>"


def test_of_two_documents_the_one_that_word_opens_is_read():
    files = {"word/first.xml": parts(*LETTER[:3], paragraph("Not this."), *LETTER[4:])["word/document.xml"], **parts(*LETTER)}
    assert read_docx(zipped(files)).text.body == "<p>We ask for boats.</p>"


def test_notes_and_lists_may_have_other_names():
    files = parts(*TOP, paragraph("a", call(1)), *BOTTOM, notes=(paragraph("Note"),))
    files["notes/n.xml"] = files.pop("word/footnotes.xml")
    relation = f'<Relationship Id="r1" Type="{R}/footnotes" Target="../notes/n.xml"/>'
    files["word/_rels/document.xml.rels"] = RELS % relation
    assert read_docx(zipped(files)).text.body == '<p>a<span class="fn">Note</span></p>'

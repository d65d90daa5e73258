from pathlib import Path

import pytest

from letters.text.word.reader import read_docx

from .docx import LETTER, RELS, R, W, call, docx, paragraph, part, parts, run, table, zipped

TOP, BOTTOM = LETTER[:3], LETTER[4:]


def read(*body, **more):
    return read_docx(docx(*TOP, *body, *BOTTOM, **more))


def test_a_letter_is_split_into_its_parts():
    imported = read_docx(docx(*LETTER))
    assert imported.text.date_line == "March 3, 2026"
    assert imported.text.addressees == "The Honorable Sam Reed\nSecretary\nDepartment of Boats\nWashington, DC 20001"
    assert imported.text.salutation == "Dear Secretary Reed:"
    assert imported.text.body == "<p>We ask for boats.</p>"
    assert imported.text.closing == "Sincerely,"
    assert imported.signers == [("Ada Lovelock", "Member of Congress")]
    assert imported.doubts == []


def test_marks_and_notes_are_kept():
    body = paragraph("We ", run("ask", "<w:b/><w:i/>"), " for ", run("boats", '<w:u w:val="single"/>'), call(1), " now.", call(2))
    notes = (paragraph("First ", run("note", "<w:i/>")) + paragraph("goes on."), paragraph("Second & last."))
    assert read(body, notes=notes).text.body == (
        "<p>We <strong><em>ask</em></strong> for <u>boats</u>"
        '<span class="fn">First <em>note</em><br>goes on.</span> now.<span class="fn">Second &amp; last.</span></p>'
    )


def test_address_lines_may_be_paragraphs_of_their_own():
    blocks = ["The Honorable A Bee", "Secretary", "Washington, DC 20001", "", "The Honorable C Dee", "Director", "Reno, NV 89501"]
    for lines in (blocks, [line for line in blocks if line]):
        imported = read_docx(docx(*map(paragraph, lines), *LETTER[2:]))
        assert imported.text.addressees == "\n".join(blocks).replace("\n\n", "\n\n")
        assert imported.doubts == ["No date line was found."]


def test_typed_bullets_become_a_list():
    imported = read(paragraph("\uf0b7\tOne"), paragraph("•  Two"), paragraph("After \uf0e0 it."))
    assert imported.text.body == "<ul><li>One</li><li>Two</li></ul><p>After it.</p>"
    assert imported.doubts == ["A symbol without a public code was left out near “After  it.”."]


def test_lists_are_kept_with_their_letters():
    item = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    files = parts(*TOP, paragraph("One", properties=item), paragraph("Two", properties=item), *BOTTOM)
    numbering = (
        '<w:abstractNum w:abstractNumId="4"><w:lvl w:ilvl="0"><w:numFmt w:val="%s"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="4"/></w:num>'
    )
    for kind, begin, end in (
        ("bullet", "<ul>", "</ul>"),
        ("decimal", "<ol>", "</ol>"),
        ("lowerLetter", '<ol type="a">', "</ol>"),
    ):
        imported = read_docx(zipped({**files, "word/numbering.xml": part("numbering", numbering % kind)}))
        assert imported.text.body == f"{begin}<li>One</li><li>Two</li>{end}"
        assert imported.doubts == []


def in_columns(left, right):
    return f"<w:r><w:t>{left}</w:t><w:tab/><w:tab/><w:t>{right}</w:t><w:br/></w:r>"


@pytest.mark.parametrize(
    ("signers", "expected"),
    [
        (table(["A Bee\nMember of Congress", "C Dee\nUnited States Senator"], ["E Eff\nMember of Congress", ""]), "ACE"),
        (table(["A Bee", "C Dee"], ["Member of Congress", "United States Senator"]), "AC"),
        (paragraph("A Bee\nMember of Congress") + paragraph("C Dee\nUnited States Senator"), "AC"),
        (paragraph("A Bee") + paragraph("Member of Congress") + paragraph("C Dee") + paragraph("U.S. Senator"), "AC"),
        (paragraph("A Bee, Member of Congress") + paragraph("C Dee, Jr., United States Senator"), "AC"),
        (paragraph(in_columns("A Bee", "C Dee"), in_columns("Member of Congress", "U.S. Senator")), "AC"),
        (paragraph("\n\n/s/ A Bee\nChair\nCommittee on Boats"), "A"),
    ],
)
def test_signers_are_read_in_rows(signers, expected):
    found = read_docx(docx(*LETTER[:5], signers)).signers
    assert "".join(name[0] for name, _ in found) == expected
    assert all(title for _, title in found)


def test_a_closing_in_one_paragraph_with_its_signer_is_found():
    imported = read_docx(docx(*LETTER[:4], paragraph("Respectfully,\n\nAda Lovelock\nMember of Congress")))
    assert imported.text.closing == "Respectfully,"
    assert imported.signers == [("Ada Lovelock", "Member of Congress")]


def link(target, mode="External"):
    return f'<Relationship Id="r9" Type="{R}/hyperlink" Target="{target}" TargetMode="{mode}"/>'


def test_links_are_kept_or_dropped_and_said():
    body = paragraph("See ", f'<w:hyperlink r:id="r9">{run("this")}</w:hyperlink>', ".")
    kept = read(body, relationships=link("https://a.example/?b=1&amp;c=2"))
    assert kept.text.body == '<p>See <a href="https://a.example/?b=1&amp;c=2">this</a>.</p>'
    assert kept.doubts == []
    for target in ("javascript:alert(1)", "file:///etc/passwd", "data:text/html,x"):
        dropped = read(body, relationships=link(target))
        assert dropped.text.body == "<p>See this.</p>"
        assert dropped.doubts == [f"The link to “{target}” was dropped; its words were kept."]


BOX = (
    f'<w:p><w:r><w:pict xmlns:v="urn:schemas-microsoft-com:vml"><v:shape><v:textbox><w:txbxContent>{paragraph("Boxed words")}'
    "</w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"
)


@pytest.mark.parametrize(
    ("body", "doubt"),
    [
        (run("old", "<w:strike/>"), "Words struck through were kept as plain text: “old”"),
        (run("secret", "<w:vanish/>"), "Hidden words were taken as text: “secret”"),
        (run("2", '<w:vertAlign w:val="subscript"/>'), "The subscript “2” became plain text."),
        (run("a\u200bb"), "Invisible characters (zero-width spaces) were taken out: 1."),
        (
            '<w:r><w:rPr><w:b/><w:rPrChange w:id="1" w:author="A"><w:rPr/></w:rPrChange></w:rPr><w:t>x</w:t></w:r>',
            "Tracked changes of formatting",
        ),
    ],
)
def test_what_was_changed_is_said(body, doubt):
    assert [said for said in read(paragraph("We ask.", body)).doubts if said.startswith(doubt)]


def test_tables_and_text_boxes_in_the_text_are_said():
    imported = read(paragraph("We ask."), table(["Year", "Boats"], ["2025", "7"]), BOX)
    assert imported.text.body == "<p>We ask.</p><p>Year | Boats</p><p>2025 | 7</p><p>Boxed words</p>"
    assert imported.doubts == [
        "A table in the text was kept as lines, its cells parted by “|”: “Year Boats 2025 7”.",
        "The text box “Boxed words” stands in the text now. Check that this is right.",
    ]


def test_headers_and_letterhead_are_left_out_and_said():
    files = parts(paragraph("Congress of the United States\nWashington, DC 20515"), *LETTER)
    files["word/header1.xml"] = part("hdr", paragraph("House of Members"))
    files["word/footer1.xml"] = part("ftr", paragraph("3"))
    imported = read_docx(zipped(files))
    assert imported.text.addressees.startswith("The Honorable Sam Reed")
    assert imported.doubts == [
        "The page header “House of Members” was left out.",
        "“Congress of the United States / Washington, DC 20515” was taken as letterhead, not as an addressee, and left out.",
    ]


def test_a_template_on_a_disk_is_left_out_and_said():
    target = f'<Relationship Id="r1" Type="{R}/attachedTemplate" Target="file:///C:/Normal.dotm" TargetMode="External"/>'
    imported = read_docx(zipped({**parts(*LETTER), "word/_rels/settings.xml.rels": RELS % target}))
    assert imported.doubts == ["The file's link to a document template was left out."]


def test_a_picture_in_the_file_is_left_out_and_said():
    blip = '<w:drawing><a:blip xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" r:embed="r9"/></w:drawing>'
    image = f'<Relationship Id="r9" Type="{R}/image" Target="media/a.png"/>'
    files = parts(*TOP, paragraph("We ask.", f"<w:r>{blip}</w:r>"), *BOTTOM, relationships=image)
    imported = read_docx(zipped({**files, "word/media/a.png": b"\x89PNG"}))
    assert imported.text.body == "<p>We ask.</p>"
    assert imported.doubts == ["A picture was left out."]


@pytest.mark.parametrize("lacking", ["salutation", "closing"])
def test_what_is_missing_is_said_and_the_rest_is_given(lacking):
    number = 2 if lacking == "salutation" else 4
    imported = read_docx(docx(*LETTER[:number], *LETTER[number + 1 :]))
    assert imported.text.body == "<p>We ask for boats.</p>"
    assert imported.text.addressees.startswith("The Honorable Sam Reed")
    assert imported.signers == [("Ada Lovelock", "Member of Congress")]
    assert [doubt for doubt in imported.doubts if doubt.startswith(f"No {lacking}")]


def test_a_file_made_by_pandoc_is_read():
    imported = read_docx((Path(__file__).parent / "data" / "pandoc.docx").read_bytes())
    assert imported.text.addressees == "The Honorable Sam Reed\nSecretary\nDepartment of Boats\nWashington, DC 20001"
    assert imported.text.body == (
        '<p>We ask for <em>boats</em>.<span class="fn">First <strong>note</strong>.<br>Second paragraph of it.</span> See '
        '<a href="https://boats.example.gov/a?b=1&amp;c=2">the site</a> and H2O old.<span class="fn">Second, with '
        'https://x.example/y.</span></p><ol type="a"><li>one</li><li>two</li></ol><blockquote><p>Quoted.</p></blockquote>'
    )
    assert imported.signers == [("Jane Doe", "Member of Congress")]
    assert imported.doubts == [
        "The subscript “2” became plain text.",
        "Words struck through were kept as plain text: “old”. Delete them if they should go.",
    ]


def test_the_strict_format_is_read():
    strict = {"http://schemas.openxmlformats.org/wordprocessingml/2006/main": "http://purl.oclc.org/ooxml/wordprocessingml/main"}
    files = parts(*LETTER)
    files["word/document.xml"] = files["word/document.xml"].replace(W, strict[W])
    assert read_docx(zipped(files)).text.body == "<p>We ask for boats.</p>"


def test_a_letter_typed_as_one_paragraph_has_the_parts_that_its_blank_lines_show():
    whole = (
        "March 3, 2026\n\nThe Honorable Sam Reed\nSecretary\n\nThe Honorable Ada Byron\nDirector\n\nDear Friends:\n\n"
        "We ask for boats.\n\nAnd for oars.\n\nSincerely,\n\n\nBo Hill\nMember of Congress\n\nCy Moor\nMember of Congress"
    )
    imported = read_docx(docx(paragraph(whole)))
    assert imported.text.addressees == "The Honorable Sam Reed\nSecretary\n\nThe Honorable Ada Byron\nDirector"
    assert imported.text.body == "<p>We ask for boats.</p><p>And for oars.</p>"
    assert imported.signers == [("Bo Hill", "Member of Congress"), ("Cy Moor", "Member of Congress")]

import pytest

from letters.text.word.fields import target
from letters.text.word.reader import read_docx

from .docx import LETTER, R, call, docx, paragraph, run

TOP, BOTTOM = LETTER[:3], LETTER[4:]


def sign(kind):
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def code(text):
    return f"<w:r><w:instrText>{text.replace('&', '&amp;').replace('<', '&lt;')}</w:instrText></w:r>"


def field(instruction, *shown):
    inner = "".join(each if each.startswith("<") else run(each) for each in shown)
    return sign("begin") + code(instruction) + (sign("separate") + inner if shown else "") + sign("end")


def read(*body, **more):
    return read_docx(docx(*TOP, *body, *BOTTOM, **more))


@pytest.mark.parametrize(
    ("body", "expected", "doubts"),
    [
        (
            ("As of ", field(" DATE ", "May 8"), "."),
            "As of May 8.",
            ["The field DATE was taken as the words that it showed: “May 8”."],
        ),
        (("Page ", field("PAGE"), "."), "Page .", ["The field PAGE showed no words and was left out."]),
        (
            ("See ", f'<w:fldSimple w:instr=" REF x ">{run("part 2")}</w:fldSimple>', "."),
            "See part 2.",
            ["The field REF was taken as the words that it showed: “part 2”."],
        ),
        (("a ", field(" XE boats "), "b"), "a b", []),
        (("a ", field(" FORMDROPDOWN "), "b"), "a b", ["A check box or a list to choose from was left out."]),
        (
            ("See ", field(' HYPERLINK "https://a.example/?b=1&c=2" \\o "tip" ', "this"), "."),
            'See <a href="https://a.example/?b=1&amp;c=2">this</a>.',
            [],
        ),
        (
            ("See ", f"<w:fldSimple w:instr='HYPERLINK \"https://a.example\"'>{run('this', '<w:b/>')}</w:fldSimple>", "."),
            'See <a href="https://a.example"><strong>this</strong></a>.',
            [],
        ),
        (
            ("See ", field(' HYPERLINK \\l "there" ', "this"), "."),
            "See this.",
            ["A link to another place in the file was dropped; its words were kept: “this”."],
        ),
        (
            ("See ", field(" HYPERLINK javascript:x ", "this"), "."),
            "See this.",
            ["The link to “javascript:x” was dropped; its words were kept."],
        ),
        (
            ("See ", field(' HYPERLINK "https://a.example" ', "page ", field(" PAGEREF x ", "4"), " on"), "."),
            'See <a href="https://a.example">page 4 on</a>.',
            ["The field PAGEREF was taken as the words that it showed: “4”."],
        ),
        (
            (sign("begin"), code(" IF "), field(" PAGE ", "7"), code(" = 1 "), sign("separate"), "shown", sign("end")),
            "shown",
            [
                "Words within a field's code, which Word does not show, were left out: “7”.",
                "The field PAGE showed no words and was left out.",
                "The field IF was taken as the words that it showed: “shown”.",
            ],
        ),
        ((sign("begin"), code("PAGE"), "never closed"), "never closed", []),
        (("a", sign("end"), "b", sign("separate"), "c"), "abc", []),
        (
            (
                "<w:r><w:t>a</w:t><w:fldChar w:fldCharType='begin'/><w:instrText>HYPERLINK \"https://a.example\"</w:instrText>"
                "<w:fldChar w:fldCharType='separate'/><w:t>b</w:t><w:fldChar w:fldCharType='end'/><w:t>c</w:t></w:r>",
            ),
            'a<a href="https://a.example">b</a>c',
            [],
        ),
    ],
)
def test_fields_are_taken_as_the_words_they_show(body, expected, doubts):
    imported = read(paragraph(*body))
    assert imported.text.body == f"<p>{expected}</p>"
    assert [said.removesuffix(" They do not change any more.") for said in imported.doubts] == doubts


def test_a_field_may_go_on_over_paragraphs():
    body = paragraph(sign("begin"), code(' HYPERLINK "https://a.example" '), sign("separate"), "one") + paragraph(
        "two", sign("end")
    )
    assert read(body).text.body == '<p><a href="https://a.example">one</a></p><p><a href="https://a.example">two</a></p>'


@pytest.mark.parametrize(
    ("instruction", "expected"),
    [
        ('HYPERLINK "https://a.example"', "https://a.example"),
        ("hyperlink https://a.example \\h", "https://a.example"),
        ('HYPERLINK "https://a.example/x" \\l "part" \\o "y"', "https://a.example/x#part"),
        ('HYPERLINK \\l "part"', "#part"),
        ('HYPERLINK \\o "tip" "https://a.example"', "https://a.example"),
        ('HYPERLINK \\n "https://a.example"', "https://a.example"),
        ('HYPERLINK ""', ""),
        ("HYPERLINK", ""),
        ("PAGE", ""),
        ("HYPERLINKS x", ""),
    ],
)
def test_the_target_of_a_link_is_read_from_its_code(instruction, expected):
    assert target(instruction) == expected


def rel(target):
    return f'<Relationship Id="r9" Type="{R}/hyperlink" Target="{target}" TargetMode="External"/>'


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ('r:id="r9"', '<a href="https://a.example/x">this</a>'),
        ('r:id="r9" w:anchor="part"', '<a href="https://a.example/x#part">this</a>'),
        ('w:anchor="part"', "this"),
        ('r:id="none"', "this"),
        ("", "this"),
    ],
)
def test_links_by_relationship(attributes, expected):
    body = paragraph("See ", f"<w:hyperlink {attributes}>{run('this')}</w:hyperlink>", ".")
    assert read(body, relationships=rel("https://a.example/x")).text.body == f"<p>See {expected}.</p>"


def test_a_note_called_within_a_link_is_called_after_it():
    link = f'<w:hyperlink r:id="r9">{run("this")}{call(1)}{run(" report")}</w:hyperlink>'
    body = paragraph("See ", link, ".")
    assert read(body, relationships=rel("https://a.example"), notes=(paragraph("N"),)).text.body == (
        '<p>See <a href="https://a.example">this report</a><span class="fn">N</span>.</p>'
    )


def test_an_empty_link_goes():
    assert read(paragraph("a", '<w:hyperlink r:id="r9"/>', "b"), relationships=rel("https://a.example")).text.body == "<p>ab</p>"

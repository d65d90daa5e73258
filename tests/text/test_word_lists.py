import pytest

from letters.text.html import plain
from letters.text.word.reader import read_docx

from .docx import LETTER, call, paragraph, part, parts, table, zipped

TOP, BOTTOM = LETTER[:3], LETTER[4:]


def level(number, form, text=None, start=1, more=""):
    text = f"%{number + 1}." if text is None else text
    return (
        f'<w:lvl w:ilvl="{number}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}<w:lvlText w:val="{text}"/>'
        f'<w:pPr><w:ind w:left="{720 * (number + 1)}" w:hanging="360"/></w:pPr></w:lvl>'
    )


def definition(name, *levels, more=""):
    return f'<w:abstractNum w:abstractNumId="{name}">{more}{"".join(levels)}</w:abstractNum>'


def listing(name, kind, overrides=""):
    return f'<w:num w:numId="{name}"><w:abstractNumId w:val="{kind}"/>{overrides}</w:num>'


def restart(number, start=1):
    return f'<w:lvlOverride w:ilvl="{number}"><w:startOverride w:val="{start}"/></w:lvlOverride>'


OUTLINE = (level(0, "decimal"), level(1, "lowerLetter", "(%2)"), level(2, "lowerRoman"))
NUMBERING = (
    definition(1, *OUTLINE)
    + definition(2, level(0, "bullet", "\uf0b7"), level(1, "bullet", "o"))
    + definition(3, level(0, "upperRoman", start=4))
    + definition(4, level(0, "decimal"), level(1, "decimal", "%1.%2."))
    + definition(5, *(level(n, "decimal") for n in range(9)))
    + definition(6, level(0, "bullet", " "), level(1, "bullet", " "))
    + definition(7, more='<w:numStyleLink w:val="Outline"/>')
    + definition(8, level(0, "decimal"), level(1, "decimal", more='<w:lvlRestart w:val="0"/>'))
    + definition(9, level(0, "decimalZero"), level(1, "ordinal"))
    + definition(15, level(0, "bullet", "\uf020"))
    + listing(15, 15)
    + definition(10, level(0, "decimal", "Section %1:", more='<w:pStyle w:val="Section"/>'))
    + "".join(listing(number, number) for number in range(1, 11))
    + listing(11, 1)
    + listing(12, 1, restart(0))
    + listing(13, 1, restart(0, 7))
    + listing(14, 1, f'<w:lvlOverride w:ilvl="0">{level(0, "upperLetter")}</w:lvlOverride>')
)
STYLES = "".join(
    f'<w:style w:type="{kind}" w:styleId="{name}"><w:name w:val="My {name}"/>{more}</w:style>'
    for kind, name, more in (
        ("paragraph", "Item", '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'),
        ("paragraph", "Child", '<w:basedOn w:val="Item"/>'),
        ("paragraph", "Section", '<w:pPr><w:numPr><w:numId w:val="10"/></w:numPr></w:pPr>'),
        ("numbering", "Outline", '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'),
    )
)


def item(text, number=1, depth=0, more=""):
    properties = f'{more}<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>'
    return paragraph(text, properties=properties) if isinstance(text, str) else paragraph(*text, properties=properties)


def read(*body, **more):
    files = parts(*TOP, *body, *BOTTOM, **more)
    return read_docx(
        zipped({**files, "word/numbering.xml": part("numbering", NUMBERING), "word/styles.xml": part("styles", STYLES)})
    )


BULLETS = [
    ("a", 2, "ListBullet"),
    ("b", 2, "ListBullet2"),
    ("c", 2, "ListBullet3"),
    ("d", 2, "ListBullet2"),
    ("e", 2, "ListBullet"),
]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ((item("a"), item("b"), item("c", 2)), "<ol><li>a</li><li>b</li></ol><ul><li>c</li></ul>"),
        ((item("a", 2), item("b", 2, 1), item("c", 2)), "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
        (
            (item("a"), item("b", 1, 1), item("c", 1, 2), item("d", 1, 1), item("e"), item("f", 1, 1)),
            '<ol><li>a<ol type="a"><li>b<ol type="i"><li>c</li></ol></li><li>d</li></ol></li>'
            '<li>e<ol type="a"><li>f</li></ol></li></ol>',
        ),
        ((item("a"), paragraph("between"), item("b")), '<ol><li>a</li></ol><p>between</p><ol start="2"><li>b</li></ol>'),
        ((item("a"), item("b", 11)), "<ol><li>a</li><li>b</li></ol>"),
        ((item("a"), item("b", 12), item("c", 12)), "<ol><li>a</li></ol><ol><li>b</li><li>c</li></ol>"),
        ((item("a"), item("b", 13), item("c", 13)), '<ol><li>a</li></ol><ol start="7"><li>b</li><li>c</li></ol>'),
        ((item("a", 14), item("b", 14)), '<ol type="A"><li>a</li><li>b</li></ol>'),
        ((item("a", 3), item("b", 3)), '<ol start="4" type="I"><li>a</li><li>b</li></ol>'),
        ((item("a", 7), item("b", 7)), "<ol><li>a</li><li>b</li></ol>"),
        (
            (item("a", 8), item("b", 8, 1), item("c", 8), item("d", 8, 1)),
            '<ol><li>a<ol><li>b</li></ol></li><li>c<ol start="2"><li>d</li></ol></li></ol>',
        ),
        ((item("a", 0), paragraph("b")), "<p>a</p><p>b</p>"),
        ((item("a", 99),), "<p>a</p>"),
        ((item("a"), item(""), item("c")), '<ol><li>a</li></ol><ol start="3"><li>c</li></ol>'),
        (
            (paragraph("a", properties='<w:pStyle w:val="Item"/>'), paragraph("b", properties='<w:pStyle w:val="Child"/>')),
            "<ol><li>a</li><li>b</li></ol>",
        ),
        ((item("b", 1, 1), item("c")), '<ol type="a"><li>b</li></ol><ol><li>c</li></ol>'),
        ((item("a"), item("more", 6), item("b")), "<ol><li><p>a</p><p>more</p></li><li>b</li></ol>"),
        ((item("a"), item("more", 15), item("b")), "<ol><li><p>a</p><p>more</p></li><li>b</li></ol>"),
        (
            tuple(item(text, number, more=f'<w:pStyle w:val="{style}"/>') for text, number, style in BULLETS),
            "<ul><li>a<ul><li>b<ul><li>c</li></ul></li><li>d</li></ul></li><li>e</li></ul>",
        ),
        (
            (item("a"), paragraph("more", properties='<w:ind w:left="720"/>'), item("b")),
            "<ol><li><p>a</p><p>more</p></li><li>b</li></ol>",
        ),
        (
            (item("a"), paragraph("more", properties='<w:pStyle w:val="ListContinue"/>'), item("b")),
            "<ol><li><p>a</p><p>more</p></li><li>b</li></ol>",
        ),
        (
            (item("a", 5), *(item(str(n), 5, n) for n in range(1, 9)), item("z", 5)),
            "".join(f"<ol><li>{text}" for text in "a1234")
            + "<ol>"
            + "".join(f"<li>{n}</li>" for n in "5")
            + "</ol>"
            + "".join(f"<ol><li>{n}</li></ol>" for n in "678")
            + "</li></ol>" * 4
            + "</li><li>z</li></ol>",
        ),
    ],
)
def test_lists_are_as_word_shows_them(body, expected):
    assert read(*body).text.body == expected


@pytest.mark.parametrize(
    ("body", "doubt"),
    [
        (item("b", 1, 1), "The item “b” is marked “(a)” in Word and “a.” here."),
        (item("a", 4) + item("b", 4, 1), "The item “b” is marked “1.1.” in Word and “1.” here."),
        (item("a", 9), "The item “a” is marked “01.” in Word and “1.” here."),
        (item("b", 9, 1), "The item “b” is marked “ordinal 1.” in Word and “1.” here."),
        (
            item("a") + item("b", 1, 1) + item("c", 1, 1) + item("d", 1, 1),
            "The item “b” is marked “(a)” in Word and “a.” here, and so are 2 more of its list.",
        ),
        (paragraph("a", properties='<w:pStyle w:val="Section"/>'), "The item “a” is marked “Section 1:” in Word and “1.” here."),
        (
            item("Why", 3, more='<w:pStyle w:val="Heading1"/>'),
            "The number “IV.” of the heading “Why” is typed words now.",
        ),
    ],
)
def test_marks_that_a_list_here_does_not_have_are_said(body, doubt):
    assert read(body).doubts == [doubt]


def test_a_numbered_heading_keeps_its_number():
    heading = paragraph(
        "Why", properties='<w:pStyle w:val="Heading2"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr>'
    )
    assert read(heading).text.body == "<h2>IV. Why</h2>"


def test_items_in_cells_and_notes_have_their_marks_typed():
    body = read(
        paragraph("We ask.", call(1)),
        table(["x"]).replace("<w:tc>", "<w:tc>" + item("first") + item("second", 1, 1)),
        notes=(item("a", 12) + item("b", 12),),
    ).text.body
    assert body == '<p>We ask.<span class="fn">1. a<br>2. b</span></p><p>1. first | a. second | x</p>'


def test_a_footnote_in_an_item_stays_in_it():
    body = read(item(("a", call(1))), item("b"), notes=(paragraph("N"),)).text.body
    assert body == '<ol><li>a<span class="fn">N</span></li><li>b</li></ol>'


@pytest.mark.parametrize("left", [720, 4320])
def test_a_closing_below_a_list_is_no_part_of_it(left):
    closing = paragraph("Sincerely,", properties=f'<w:ind w:left="{left}"/>')
    signer = paragraph("Ada Lovelock\nMember of Congress", properties=f'<w:ind w:left="{left}"/>')
    files = parts(*TOP, item("a"), closing, signer)
    imported = read_docx(zipped({**files, "word/numbering.xml": part("numbering", NUMBERING)}))
    assert imported.text.body == "<ol><li>a</li></ol>"
    assert imported.text.closing == "Sincerely,"
    assert imported.signers == [("Ada Lovelock", "Member of Congress")]


def test_an_indented_paragraph_after_a_blank_line_is_no_part_of_an_item():
    body = read(item("a"), "<w:p/>", paragraph("b", properties='<w:ind w:left="720"/>')).text.body
    assert body == "<ol><li>a</li></ol><p>b</p>"


def test_a_list_that_begins_at_nothing_begins_at_one_and_says_so():
    numbering = definition(1, level(0, "decimal", start=0)) + listing(1, 1)
    files = parts(*TOP, item("a"), item("b"), *BOTTOM)
    imported = read_docx(zipped({**files, "word/numbering.xml": part("numbering", numbering)}))
    assert imported.text.body == "<ol><li>a</li><li>b</li></ol>"
    assert imported.doubts == ["The item “a” is marked “0.” in Word and “1.” here."]


def test_letters_after_z_are_said_where_word_counts_in_another_way():
    numbering = definition(1, level(0, "lowerLetter", start=26)) + listing(1, 1)
    files = parts(*TOP, item("y"), item("z"), item("zz"), *BOTTOM)
    imported = read_docx(zipped({**files, "word/numbering.xml": part("numbering", numbering)}))
    assert plain(imported.text.body) == "z. y\naa. z\nab. zz"
    assert imported.doubts == ["The item “zz” is marked “bb.” in Word and “ab.” here."]


def test_a_style_that_numbers_by_itself_in_a_circle_ends():
    numbering = definition(1, more='<w:numStyleLink w:val="Ring"/>') + listing(1, 1)
    ring = (
        '<w:style w:type="numbering" w:styleId="Ring"><w:basedOn w:val="Ring"/>'
        '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    files = {**parts(*TOP, item("a"), *BOTTOM), "word/styles.xml": part("styles", ring)}
    assert read_docx(zipped({**files, "word/numbering.xml": part("numbering", numbering)})).text.body == "<p>a</p>"

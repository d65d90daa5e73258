"""Letters written by several programs: each gives exactly this text."""

from pathlib import Path

import pytest

from letters.text import Unsettled, read

DATA = Path(__file__).parent / "data"


def taken(name, choice=""):
    imported = read(name, (DATA / name).read_bytes(), choice)
    assert imported.text.addressees == "The Honorable Sam Reed\nSecretary\nDepartment of Boats\nWashington, DC 20001"
    assert (imported.text.date_line, imported.text.salutation) == ("March 3, 2026", "Dear Secretary Reed:")
    assert (imported.text.closing, imported.signers) == ("Sincerely,", [("Ada Lovelock", "Member of Congress")])
    return imported.text.body, imported.doubts


HEAD = (
    '<p>We ask for <strong>more</strong> <em>boats</em>.<span class="fn">First <em>note</em>.<br>It goes on.</span> See '
    '<a href="https://boats.example.gov/a?b=1&amp;c=2">the report</a> of the 2<sup>nd</sup> of May.%s</p>'
)
REST = (
    '<ol><li>one<span class="fn">Second.</span><ol type="a"><li>one a</li><li>one b</li></ol></li><li>two</li></ol>'
    '<p>Between the lists.</p><ol start="3"><li>three</li></ol><p>A new list.</p><ol><li>again one</li></ol>'
    '<ol start="5"><li>five</li></ol><ol type="I"><li>Roman</li><li>Numerals</li></ol><ul><li>bullet</li></ul>'
    "<h2>A heading</h2><blockquote><p>Quoted words.</p></blockquote><p>Year | Boats</p><p>2025 | 7</p><p>A box.</p>"
    "<p>Boxed words</p>"
)
SAID = [
    "The page header “Committee on Boats” was left out.",
    "A picture (“The seal”) was left out.",
    "“May” is shown in small capitals in Word; it came as it was typed.",
    "A table in the text was kept as lines, its cells parted by “|”: “Year Boats 2025 7”.",
    "The text box “Boxed words” stands in the text now. Check that this is right.",
    "The item “one a” is marked “(a)” in Word and “a.” here, and so is 1 more of its list.",
]


def test_libreoffice():
    assert taken("libreoffice.docx") == (HEAD % "" + REST, SAID)


def changes_said(choice, *changes):
    return [
        f"All 2 tracked changes were taken as {choice}: {'; '.join(changes)}.",
        "The comment was left out: Pat Roe: “Is this so?”.",
    ]


@pytest.mark.parametrize(("choice", "edit"), [("accepted", " We ask now."), ("rejected", " We ask later.")])
def test_libreoffice_with_changes(choice, edit):
    said = changes_said(choice, "Bob Roe deleted “later”", "Ann Lee inserted “now”")
    assert taken("libreoffice-changes.docx", choice) == (HEAD % edit + REST, said + SAID)


@pytest.mark.parametrize(("choice", "word"), [("accepted", "now"), ("rejected", "later")])
def test_pandoc_with_changes(choice, word):
    body, doubts = taken("pandoc-changes.docx", choice)
    assert body == (
        f'<p>We {word} ask.<span class="fn">See <em>this</em>.<br>• in a list<br>And <a href="https://a.example/x">there</a>.</span>'
        ' Twice.</p><ol start="3"><li><p>three</p><p>goes on</p></li><li>four<ol type="a"><li>four a</li><li>four b<ol type="i">'
        "<li>deep</li></ol></li></ol></li></ol><p>After.</p><ol><li>one</li><li>two</li></ol><ul><li>bullet<ul><li>inner</li></ul>"
        "</li></ul>"
    )
    assert doubts == changes_said(choice, "Ann Lee inserted “now”", "Bob Roe deleted “later”")


@pytest.mark.parametrize(("choice", "word"), [("accepted", "now"), ("rejected", "later")])
def test_a_javascript_package_with_changes(choice, word):
    body, doubts = taken("docx-package.docx", choice)
    assert body == (
        f'<p>We ask {word} <strong>for boats</strong><span class="fn">A note.</span>. See <a href="https://a.example/x">this</a>.'
        " Done</p><ol><li>one<ol><li>one one</li></ol></li><li>two</li></ol><p>Between.</p><ol><li>again</li></ol>"
        '<ol start="3" type="i"><li>third</li></ol><ul><li>dot</li></ul><p>Small<span class="fn">Another.<br>Its second '
        "paragraph.</span><br>after</p><p>Year | Boats</p>"
    )
    assert doubts == [
        *changes_said(choice, "Ann Lee inserted “now”", "Bob Roe deleted “later”"),
        "The page header “Committee on Boats” was left out.",
        "The page footer “Page” was left out.",
        "Page breaks were left out: the letter's pages are made anew.",
        "“Small” is shown in small capitals in Word; it came as it was typed.",
        "Words struck through were kept as plain text: “after”. Delete them if they should go.",
        "A table in the text was kept as lines, its cells parted by “|”: “Year Boats”.",
        "The item “one one” is marked “1.1” in Word and “1.” here.",
        "The item “third” is marked “(iii)” in Word and “iii.” here.",
    ]


@pytest.mark.parametrize("name", ["libreoffice-changes.docx", "pandoc-changes.docx", "docx-package.docx"])
def test_changes_and_comments_of_all_programs_are_listed(name):
    with pytest.raises(Unsettled) as refused:
        taken(name)
    assert sorted(refused.value.changes) == ["Ann Lee inserted “now”", "Bob Roe deleted “later”"]
    assert refused.value.comments == ["Pat Roe: “Is this so?”"]

"""The text within the editor: every letter comes out as it went in; footnotes, lists and links by keyboard."""

import pytest
from hypothesis import given, settings

from letters.text import html
from tests import factories
from tests.text import random_letters
from tests.text.test_yardstick import YARDSTICK, read_docx

from .writing import Writer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

IN_SIGHT = """part => {
  const { top, bottom } = part.getBoundingClientRect()
  const [over, under] = ['.toolbar', '.editing__bar'].map(bar => document.querySelector(bar).getBoundingClientRect())
  return top >= over.bottom && bottom <= under.top
}"""
NOTED = '<p>One.<span class="fn">First.</span> Two.</p><p>Three.<span class="fn">See <em>Reed</em>.</span></p>'


@pytest.fixture
def writer(site):
    return Writer(site, factories.make_draft())


def test_every_text_comes_out_of_the_editor_as_it_went_in(writer):
    @settings(max_examples=40, deadline=None, derandomize=True, database=None)
    @given(random_letters.bodies())
    def check(body):
        assert writer.put(body) == body
        assert writer.counts == {"words": html.words(body), "notes": len(html.footnotes(body))}

    check()


def test_the_yardstick_letter_comes_out_as_it_went_in(writer):
    if not YARDSTICK.with_suffix(".docx").exists():
        pytest.skip("the yardstick letter is not here")
    body = read_docx(YARDSTICK.with_suffix(".docx").read_bytes()).text.body
    assert writer.put(body) == body
    assert writer.notes.count() == len(html.footnotes(body)) > 5


def test_a_footnote_is_put_in_written_and_left_by_keyboard(writer):
    writer.put("<p>We ask for a survey.</p>")
    writer.at_end()
    writer.press("ArrowLeft", "Control+Alt+f")
    writer.page.locator("[data-notes] [role=textbox]:focus").wait_for()
    assert writer.focused == "Footnote 1"
    writer.keyboard.type("See ")
    writer.press("Control+i")
    writer.keyboard.type("Reed")
    writer.press("Control+i")
    writer.keyboard.type(", page 4.")
    writer.press("Enter")
    writer.keyboard.type(" soon")
    assert writer.html == '<p>We ask for a survey<span class="fn">See <em>Reed</em>, page 4.</span> soon.</p>'


def test_footnotes_are_numbered_in_order_edited_deleted_and_brought_back(writer):
    writer.put(NOTED)
    assert writer.text.locator(".call").all_inner_texts() == ["1", "2"]
    writer.text.locator(".call").nth(1).click()
    assert writer.focused == "Footnote 2"
    writer.keyboard.type(" Again.")
    assert "See <em>Reed</em>. Again." in writer.html
    writer.press("ArrowUp")
    assert writer.focused == "Footnote 1"
    writer.press("Escape", "Backspace")
    assert writer.text.locator(".call--chosen").inner_text() == "1"
    assert "First." in writer.html
    writer.press("Backspace")
    assert writer.text.locator(".call").all_inner_texts() == ["1"]
    assert "First." not in writer.html
    assert writer.notes.all_inner_texts() == ["See Reed. Again."]
    writer.press("Control+z")
    assert writer.notes.all_inner_texts() == ["First.", "See Reed. Again."]
    writer.page.get_by_role("button", name="Delete footnote 2").click()
    assert writer.notes.all_inner_texts() == ["First."]
    writer.press("Control+z", "Control+z")
    assert writer.html == NOTED
    writer.press("Control+y")
    assert "See <em>Reed</em>. Again." in writer.html


def test_from_a_long_letter_s_notes_one_comes_back_to_the_call(writer):
    writer.put(NOTED + "<p>We ask.</p>" * 60)
    writer.text.locator(".call").nth(1).click()
    assert writer.focused == "Footnote 2"
    assert not writer.text.locator(".call").nth(1).evaluate(IN_SIGHT)
    writer.press("Escape")
    assert writer.text.locator(".call").nth(1).evaluate(IN_SIGHT)


def test_what_is_done_in_a_note_is_undone_from_the_note(writer):
    writer.put(NOTED)
    writer.notes.first.click()
    writer.press("End")
    writer.keyboard.type(" More.")
    assert "First. More." in writer.html
    writer.press("Control+z")
    assert writer.html == NOTED
    assert writer.focused == "Footnote 1"


def test_the_toolbar_acts_on_the_note_in_which_the_cursor_stands(writer):
    writer.put(NOTED)
    writer.notes.first.click()
    writer.press("Control+a", "Alt+F10")
    assert writer.focused == "Paragraph style"
    writer.press("ArrowDown", "ArrowRight", "Enter")
    assert writer.html == NOTED.replace("First.", "<strong>First.</strong>")
    assert writer.page.get_by_role("button", name="Bullets").get_attribute("aria-disabled") == "true"
    writer.press("Escape")
    assert writer.focused == "Footnote 1"


def test_lists_are_made_turned_nested_and_numbered(writer):
    writer.put("<p>one</p>")
    writer.at_end()
    writer.press("Control+Shift+8", "Enter")
    writer.keyboard.type("two")
    assert writer.html == "<ul><li>one</li><li>two</li></ul>"
    writer.press("Control+]")
    assert writer.html == "<ul><li>one<ul><li>two</li></ul></li></ul>"
    writer.press("Control+Shift+9")
    assert writer.html == '<ul><li>one<ol type="a"><li>two</li></ol></li></ul>'
    writer.press("Control+[", "Enter", "Enter")
    writer.keyboard.type("7. seven")
    assert writer.html == '<ul><li>one</li><li>two</li></ul><ol start="7"><li>seven</li></ol>'
    writer.press("Enter", "Enter")
    writer.keyboard.type("between")
    writer.press("Enter", "Control+Shift+7")
    writer.keyboard.type("eight")
    writer.page.get_by_role("button", name="Numbering…").click()
    writer.page.get_by_role("button", name="Go on from the list above").click()
    assert writer.html.endswith('<p>between</p><ol start="8"><li>eight</li></ol>')
    writer.keyboard.type("h")
    assert writer.html.endswith("eighth</li></ol>")


def test_all_paragraphs_become_a_list_or_a_quote_and_are_none_again(writer):
    writer.put("<h2>a</h2><p>b</p>")
    writer.text.focus()
    writer.press("Control+a", "Control+Shift+8")
    assert writer.html == "<ul><li>a</li><li>b</li></ul>"
    writer.press("Control+Shift+7")
    assert writer.html == "<ol><li>a</li><li>b</li></ol>"
    writer.press("Control+Shift+7")
    assert writer.html == "<p>a</p><p>b</p>"
    writer.press("Control+Alt+3")
    assert writer.html == "<blockquote><p>a</p><p>b</p></blockquote>"
    writer.press("Control+Alt+1")
    assert writer.html == "<h2>a</h2><h2>b</h2>"


def test_paragraph_styles_and_marks_by_keyboard(writer):
    writer.put("<p>one</p>")
    writer.at_end()
    for keys, made in {
        "Control+Alt+1": "<h2>one</h2>",
        "Control+Alt+2": "<h3>one</h3>",
        "Control+Alt+3": "<blockquote><p>one</p></blockquote>",
        "Control+Alt+0": "<p>one</p>",
    }.items():
        writer.press(keys)
        assert writer.html == made
    writer.press("Control+a", "Control+b", "Control+u")
    assert writer.html == "<p><strong><u>one</u></strong></p>"
    writer.press("Control+b", "Control+u", "ArrowRight", "Control+.")
    writer.keyboard.type("th")
    assert writer.html == "<p>one<sup>th</sup></p>"


def test_a_link_leads_to_the_web_or_to_a_mailbox_and_nowhere_else(writer):
    writer.put("<p>the report</p>")
    writer.text.focus()
    writer.press("Control+a", "Control+k")
    for wrong, sentence in {
        "": "Type the address",
        "javascript:alert(1)": "not to “javascript:”",
        "report": "begin it with https://",
        "a b.example": "no spaces",
    }.items():
        writer.page.get_by_label("Address", exact=True).fill(wrong)
        writer.press("Enter")
        assert sentence in writer.page.locator("#link-wrong").inner_text()
    writer.page.get_by_label("Address", exact=True).fill("weather.example/report?a=b&c=d")
    writer.press("Enter")
    assert writer.html == '<p><a href="https://weather.example/report?a=b&amp;c=d">the report</a></p>'
    writer.keyboard.press("Control+k")
    assert writer.page.get_by_label("Address", exact=True).input_value() == "https://weather.example/report?a=b&c=d"
    writer.page.get_by_label("Address", exact=True).fill("lead@mail.example")
    writer.press("Enter")
    assert writer.html == '<p><a href="mailto:lead@mail.example">the report</a></p>'
    writer.press("Control+k")
    writer.page.get_by_role("button", name="Remove the link").click()
    assert writer.html == "<p>the report</p>"
    assert writer.text.evaluate("text => text === document.activeElement")

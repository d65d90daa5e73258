"""A staffer edits a letter's text in Chromium: by keyboard, saved by itself, beside the pages as they will print."""

import pytest
from playwright.sync_api import expect

from letters.models import Letter
from letters.workflow import revising
from tests import factories

from .story import Story
from .writing import Writer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OVERLAPPING = """() => [...document.querySelectorAll('.editing__bar, .toolbar')].filter(
  bar => getComputedStyle(bar).position === 'sticky').map(bar => bar.className)"""


def tab_to(writer, part):
    for _ in range(60):
        writer.press("Tab")
        if part.evaluate("part => part === document.activeElement"):
            return
    raise AssertionError(f"Tab never reaches {part}")


def test_a_whole_edit_by_keyboard_alone(site):
    story = Story()
    writer = Writer(site, story.letter, story.lead)
    tab_to(writer, writer.text)
    writer.press("Control+Home")
    writer.keyboard.type("First of all. ")
    writer.press("Alt+F10")
    assert writer.focused == "Paragraph style"
    writer.press("ArrowRight", "ArrowRight")
    assert writer.focused == "Italic"
    writer.press("Enter", "Escape")
    writer.keyboard.type("Soon. ")
    writer.press("Alt+F10", "End")
    assert writer.focused == "Help"
    writer.press("Enter")
    writer.page.get_by_role("dialog", name="Help with the editor").wait_for()
    writer.press("Escape")
    writer.page.locator("#id_body:focus").wait_for()
    tab_to(writer, writer.notes.first)
    writer.press("Control+End")
    writer.keyboard.type(" And page 5.")
    writer.press("ArrowDown")
    assert writer.focused == "Footnote 2"
    tab_to(writer, writer.page.get_by_role("button", name="Review and publish"))
    writer.press("Enter")
    writer.page.wait_for_url("**/desk/publish/")
    assert writer.page.get_by_text("And page 5.").count()
    copy = revising.copy_of(story.letter)
    assert copy.saved_by == story.lead
    assert copy.body.startswith("<p>First of all. <em>Soon.</em> We write about")
    assert ", page 4. And page 5.</span>" in copy.body


def test_what_is_typed_is_saved_by_itself_and_is_there_again(site):
    letter = factories.make_letter()
    writer = Writer(site, letter)
    assert not writer.page.locator("[data-status][data-state]").count()
    writer.at_end()
    writer.keyboard.type(" We wait.")
    writer.visitor.fill("Closing", "Respectfully,")
    assert writer.page.locator("[data-counts]").inner_text() == "14 words, 0 notes"
    copy = writer.saved()
    assert writer.state.locator("span").inner_text().startswith("Saved ")
    assert copy.body.endswith("<p>Please answer by July. We wait.</p>")
    assert (copy.closing, copy.saved_by) == ("Respectfully,", letter.created_by)
    assert Letter.objects.get(pk=letter.pk).revision == letter.revision
    writer.page.reload()
    assert writer.text.inner_text().endswith("We wait.")
    assert writer.page.get_by_label("Closing").input_value() == "Respectfully,"


def test_the_text_of_a_draft_is_saved_and_published_by_one_button(site):
    draft = factories.make_draft()
    writer = Writer(site, draft)
    writer.at_end()
    writer.keyboard.type(" We wait.")
    writer.press("Control+s")
    assert writer.saved().body.endswith("We wait.</p>")
    writer.visitor.press("Save the text")
    writer.visitor.sees("The text is saved.")
    draft.refresh_from_db()
    assert (draft.revision.number, draft.revision.body) == (2, revising.copy_of(draft).body)


def test_only_unsaved_work_holds_the_page(site):
    letter = factories.make_letter()
    writer = Writer(site, letter)
    asked = []
    writer.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    writer.page.route("**/desk/text/save/", lambda route: route.abort())
    writer.at_end()
    writer.keyboard.type(" We wait.")
    expect(writer.state).to_contain_text("trying again. Your text stays on this page")
    writer.page.evaluate("location.href = '/'")
    writer.page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    writer.page.unroute("**/desk/text/save/")
    assert writer.saved().body.endswith("We wait.</p>")
    writer.page.goto("/")
    assert asked == ["beforeunload"]
    writer.visitor.complaints.clear()  # the failed request


def test_the_text_outlives_the_end_of_the_session(site):
    letter = factories.make_letter()
    writer = Writer(site, letter)
    cookies = writer.visitor.context.cookies()
    writer.visitor.context.clear_cookies()
    writer.at_end()
    writer.keyboard.type(" We wait.")
    link = writer.page.get_by_role("link", name="Sign in again in a new tab")
    link.wait_for()
    assert link.get_attribute("target") == "_blank"
    assert "you are signed out. Your text stays on this page" in writer.state.inner_text()
    writer.visitor.context.add_cookies(cookies)
    writer.page.evaluate("window.dispatchEvent(new Event('focus'))")
    assert writer.saved().body.endswith("We wait.</p>")


@pytest.mark.parametrize("choice", ["Load theirs", "Keep mine and save over it"])
def test_of_two_people_who_edit_at_once_nobody_is_overwritten_unasked(site, choice):
    letter = factories.make_letter()
    other = factories.make_staff(letter.lead, email="other@mail.house.gov")
    mine, theirs = Writer(site, letter), Writer(site, letter, other)
    theirs.at_end()
    theirs.keyboard.type(" Theirs.")
    theirs.press("Control+s")
    theirs.saved()
    mine.at_end()
    mine.keyboard.type(" Mine.")
    mine.press("Control+s")
    mine.page.get_by_text("other@mail.house.gov saved this text at").wait_for()
    assert mine.page.get_by_role("heading", name="Two people are editing this text").is_visible()
    mine.page.get_by_text("See what yours would change of theirs").click()
    assert "Mine" in mine.page.locator("[data-difference] ins").inner_text()
    assert "Theirs" in mine.page.locator("[data-difference] del").inner_text()
    if choice == "Load theirs":
        mine.visitor.check("editor-conflict")
    mine.visitor.press(choice)
    if choice == "Load theirs":
        assert mine.html.endswith("Theirs.</p>")
        mine.visitor.press("Bring my own text back")
    mine.page.locator("[data-status][data-state=saved]").wait_for()
    assert mine.saved().body.endswith("<p>Please answer by July. Mine.</p>")


def test_without_scripts_the_text_is_edited_as_it_is_stored(site):
    letter = factories.make_letter()
    other = factories.make_staff(letter.lead, email="other@mail.house.gov")
    writer = Writer(site, letter, java_script_enabled=False)
    field = writer.page.get_by_label("Text", exact=True)
    assert field.input_value() == "<p>We write about the state of the mills.</p>\n<p>Please answer by July.</p>"
    assert not writer.page.get_by_role("toolbar").count()
    field.fill("<p>Mine.</p>")
    text = {**letter.revision.text(), "body": "<p>Theirs.</p>"}
    revising.save_copy(letter, other, text=text, version=0, now=letter.opened_at)
    writer.visitor.press("Review and publish")
    writer.visitor.sees("other@mail.house.gov saved this text at")
    assert field.input_value() == "<p>Mine.</p>"
    writer.visitor.press("Review and publish")
    writer.visitor.sees("Review the changes")
    assert revising.copy_of(letter).body == "<p>Mine.</p>"


def test_the_salutation_follows_the_addressees_until_one_is_typed(site):
    letter = factories.make_letter()
    writer = Writer(site, letter)
    salutation = writer.page.get_by_label("Salutation")
    assert salutation.input_value() == "Dear Secretary Byron:"
    writer.visitor.fill("Addressees", "The Honorable Grace Hopper\nSecretary\nDepartment of Reckoning")
    expect(salutation).to_have_value("Dear Secretary Hopper:")
    salutation.fill("Dear Grace:")
    offer = writer.page.get_by_role("button", name="Use “Dear Secretary Hopper:”")
    assert offer.is_visible()
    offer.click()
    assert salutation.input_value() == "Dear Secretary Hopper:"
    assert not offer.is_visible()
    writer.press("Control+s")
    assert writer.saved().salutation == "Dear Secretary Hopper:"


def test_the_pages_follow_the_text(site):
    letter = factories.make_letter()
    writer = Writer(site, letter)
    pages = writer.page.locator("[data-pages] img")
    pages.first.wait_for()
    assert [page.get_attribute("alt") for page in pages.all()] == ["Page 1 of 1"]
    first = pages.first.get_attribute("src")
    writer.at_end()
    writer.keyboard.type(" We wait.")
    expect(pages.first).not_to_have_attribute("src", first)
    writer.put("".join(f"<p>{'We ask for an answer about the mills. ' * 12}</p>" for _ in range(12)))
    pages.nth(1).wait_for()
    writer.at_end()
    writer.keyboard.type("\N{BLACK CHESS KNIGHT}")
    writer.page.get_by_text("The letter’s font has no").or_(writer.page.get_by_text("The letter's font has no")).wait_for()
    assert pages.count() > 1
    writer.press("Backspace")
    writer.page.locator(".preview--old").wait_for(state="detached")
    writer.visitor.press("Hide the pages")
    assert not pages.first.is_visible()


def test_the_editor_is_fit_for_everybody_at_every_size(site):
    story = Story()
    writer = Writer(site, story.letter, story.lead)
    writer.page.locator("[data-pages] img").first.wait_for()
    writer.visitor.check("editor")
    for act, name in {"Link…": "editor-link", "Help": "editor-help"}.items():
        writer.text.focus()
        writer.page.get_by_role("button", name=act).click()
        writer.visitor.check(name)
        writer.press("Escape")
    writer.page.set_viewport_size({"width": 320, "height": 225})  # what is left of 1280 × 900 at 400 %
    assert writer.page.evaluate(OVERLAPPING) == []
    narrow = Writer(site, story.letter, story.lead, screen={"width": 320, "height": 640})
    narrow.page.set_viewport_size({"width": 320, "height": 640})
    narrow.page.reload()
    assert not narrow.page.locator("[data-pages]").is_visible()
    narrow.visitor.press("Show the pages")
    narrow.page.locator("[data-pages] img").first.wait_for()

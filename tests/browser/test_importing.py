"""A letter comes in from Word and from the clipboard, in Chromium: by keyboard, with and without scripts, on a phone."""

import pytest

from letters.models import ImportReport, Letter, Membership
from letters.workflow import revising
from tests import factories
from tests.text.docx import call, docx, paragraph, run, table

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ADDRESS = "The Honorable Sam Reed\nSecretary\nDepartment of Boats\nWashington, DC 20001"
SECOND = "The Honorable Ida Bell\nAdministrator\nHarbor Agency\nWashington, DC 20002"
BODY = [
    paragraph("We write about the harbors of the coast, and about the boats in them.", call(1)),
    paragraph("Their walls are ", run("eighty years old", "<w:b/>"), ", and the boats are older.", call(2)),
    paragraph("We ask you to answer by the end of the month."),
]
LETTER = docx(
    paragraph("March 3, 2026"),
    paragraph(ADDRESS),
    paragraph(SECOND),
    paragraph("Dear Secretary Reed and Administrator Bell:"),
    *BODY,
    paragraph(run("A symbol "), run("\uf0b7"), run(" and words.")),
    paragraph("Sincerely,"),
    table(["Rosa Whitfield\nMember of Congress", "Grace Hopper\nMember of Congress"], ["Hedy Unlisted\nUnited States Senator"]),
    notes=(paragraph("Harbor Report, page 4."), paragraph("https://harbors.example/report.pdf")),
)
TRACKED = docx(
    paragraph("Dear Secretary Reed:"),
    '<w:p><w:r><w:t xml:space="preserve">We ask for </w:t></w:r><w:ins w:author="Ann Aide"><w:r><w:t>many</w:t></w:r></w:ins>'
    '<w:del w:author="Ben Aide"><w:r><w:delText>few</w:delText></w:r></w:del>' + run(" boats.") + "</w:p>",
    paragraph("Sincerely,"),
)


@pytest.fixture
def lead(db):
    office = factories.make_office("Rosa", "Whitfield", state="NM", district=1)
    factories.make_office("Grace", "Hopper", state="TX", district=3)
    return factories.make_staff(office, Membership.Role.MANAGER, "lead@mail.house.gov")


def choose(visitor, data, name="Harbor_letter final.docx"):
    visitor.page.locator("input[type=file]").set_input_files({"name": name, "mimeType": WORD, "buffer": data})


def tab_to(visitor, name):
    for _ in range(60):
        visitor.page.keyboard.press("Tab")
        focused = "(document.activeElement.innerText || document.activeElement.name || '').trim()"
        if name in visitor.page.evaluate(focused):
            return
    raise AssertionError(f"Tab never reaches {name}")


def test_a_word_file_is_imported_read_and_checked_by_keyboard(site, lead):
    visitor = site.visitor(lead)
    visitor.open("/letters/new/")
    visitor.check("import-new")
    visitor.press("Import the file")
    visitor.sees("Word file: Choose the letter's file.")
    visitor.check("import-refused")
    choose(visitor, LETTER)
    tab_to(visitor, "Import the file")
    visitor.page.keyboard.press("Enter")
    visitor.sees("What was read")
    assert visitor.heading == "Harbor letter final"
    visitor.sees("Grace Hopper (TX-3)")
    visitor.check("import-report")
    report = ImportReport.objects.get()
    assert report.doubts
    assert not report.checked_at
    tab_to(visitor, "I have checked these points")
    visitor.page.keyboard.press("Enter")
    visitor.sees("It is noted that you have checked these points.")
    visitor.check("import-checked")
    report.refresh_from_db()
    assert report.checked_by == lead
    visitor.follow("Open the editor")
    visitor.page.wait_for_url("**/desk/text/")
    assert Letter.objects.get().revision.body.count('class="fn"') == 2


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_tracked_changes_are_read_and_taken_as_accepted(site, lead, scripts):
    visitor = site.visitor(lead, java_script_enabled=scripts)
    visitor.open("/letters/new/")
    choose(visitor, TRACKED)
    visitor.press("Import the file")
    visitor.sees("Nothing was imported")
    visitor.sees("Ben Aide")
    if scripts:
        visitor.check("import-unsettled")
    visitor.press("Take all changes as accepted")
    visitor.sees("All tracked changes accepted")
    assert Letter.objects.get().revision.body == "<p>We ask for many boats.</p>"


def put_on_clipboard(visitor, html, text):
    visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visitor.page.evaluate(
        """([html, text]) => navigator.clipboard.write([new ClipboardItem({
            'text/html': new Blob([html], {type: 'text/html'}), 'text/plain': new Blob([text], {type: 'text/plain'})})])""",
        [html, text],
    )


WORDS = "Dear Secretary Reed:\n\nWe ask for older boats.\n\nSincerely,"
MARKUP = "<p>Dear Secretary Reed:</p><p>We ask for <b>older</b> boats.</p><p>Sincerely,</p>"


def test_the_formatting_of_the_clipboard_comes_along_while_its_words_are_unchanged(site, lead):
    visitor = site.visitor(lead)
    visitor.open("/letters/new/paste/")
    visitor.check("paste-new")
    put_on_clipboard(visitor, MARKUP, WORDS)
    area = visitor.page.get_by_label("The letter's text")
    area.press("ControlOrMeta+v")
    visitor.sees("Formatting was taken along.")
    area.press("End")
    area.press_sequentially("!")
    visitor.sees("only the plain words are read, without formatting or footnotes.")
    area.press("Backspace")
    visitor.sees("Formatting was taken along.")
    visitor.press("Take the plain words only")
    visitor.sees("Only the plain words are read, without formatting.")
    visitor.check("paste-plain")
    visitor.press("Go back to what was pasted")
    visitor.sees("Formatting was taken along.")
    visitor.press("Read the text")
    visitor.sees("What was read")
    assert Letter.objects.get().revision.body == "<p>We ask for <strong>older</strong> boats.</p>"


def test_without_scripts_plain_words_are_pasted(site, lead):
    visitor = site.visitor(lead, java_script_enabled=False)
    visitor.open("/letters/new/paste/")
    visitor.press("Read the text")
    visitor.sees("The letter's text: Paste the letter's text.")
    visitor.fill("The letter's text", WORDS)
    visitor.press("Read the text")
    visitor.sees("What was read")
    assert Letter.objects.get().revision.body == "<p>We ask for older boats.</p>"


def test_a_file_replaces_the_text_in_the_works_after_a_warning(site, lead):
    letter = factories.make_letter(lead.memberships.get().office, lead)
    colleague = factories.make_staff(letter.lead, email="colleague@mail.house.gov")
    visitor = site.visitor(lead)
    visitor.open(f"/l/{letter.code}/desk/preview/")
    visitor.follow("Import a Word file")
    text = {**letter.revision.text(), "body": "<p>Theirs.</p>"}
    revising.save_copy(letter, colleague, text=text, version=0, now=letter.created_at)
    choose(visitor, LETTER)
    visitor.press("Import and replace the text")
    visitor.sees("nothing was replaced")
    visitor.sees("last saved by colleague@mail.house.gov")
    visitor.check("import-stale")
    visitor.press("Import and replace the text")
    visitor.sees("What was read")
    assert "harbors of the coast" in revising.copy_of(letter).body
    visitor.open(f"/l/{letter.code}/desk/preview/")
    visitor.sees("To check against the original")
    visitor.check("preview-with-report")


def test_a_form_that_is_being_read_says_so_and_is_sent_once(site, lead):
    visitor = site.visitor(lead)
    visitor.open("/letters/new/paste/")
    visitor.fill("The letter's text", WORDS)
    # What the form sends is held back, so that the page stays while it is looked at.
    visitor.page.evaluate("""() => { window.sent = 0; document.querySelector('form[data-reading]').addEventListener(
        'submit', event => { if (!event.defaultPrevented) window.sent += 1; event.preventDefault() }) }""")
    visitor.press("Read the text")
    visitor.page.get_by_role("button", name="Read the text").click(force=True)
    assert visitor.page.get_by_role("status").get_by_text("Reading …").count() == 1
    assert visitor.page.get_by_role("button", name="Read the text").get_attribute("aria-disabled") == "true"
    assert visitor.page.evaluate("window.sent") == 1

"""A text that changes while offices sign it, in Chromium: what each of them sees, and how it agrees anew."""

import pytest

from letters.models import Letter, Membership
from letters.workflow import revising
from tests import factories

from .writing import Writer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BODY = "<p>We write about the state of the mills.</p><p>Please answer by July.</p>"
HEARD = "nodes => nodes.map(node => node.textContent.replace(/\\s+/g, ' ').trim())"


@pytest.fixture
def lead():
    office = factories.make_office("Rosa", "Whitfield")
    return factories.make_staff(office, Membership.Role.MANAGER, "lead@mail.house.gov")


@pytest.fixture
def staff():
    return factories.make_staff(factories.make_office("Grace", "Hopper"), email="grace@mail.house.gov")


@pytest.fixture
def letter(lead, staff):
    offices = [person.memberships.get().office for person in (lead, staff)]
    return factories.make_letter(offices[0], lead, invited=offices[1:], body=BODY)


def again(letter):
    return Letter.objects.get(pk=letter.pk)


def printed(letter):
    return [signature.name for signature in letter.signatures.printed()]


def heard(visitor, tag):
    """What a screen reader says of each stretch that was taken out (del) or put in (ins)."""
    return visitor.page.locator(f".difference {tag}").evaluate_all(HEARD)


def publish(visitor, letter, body, *, note, correction=False):
    """Without scripts: the whole text in one field, then the review of what it changes."""
    visitor.open(f"/l/{letter.code}/desk/text/")
    visitor.page.locator("textarea[name=body]").fill(body)
    visitor.press("Review and publish")
    if correction:
        visitor.page.get_by_label("It only corrects typing").check()
    visitor.fill("What changed and why", note)
    visitor.press("Publish as text")


def tab_to(visitor, name):
    for _ in range(40):
        visitor.page.keyboard.press("Tab")
        if name in visitor.page.evaluate("document.activeElement.innerText || ''"):
            return
    raise AssertionError(f"Tab never reaches {name}")


def test_an_office_that_read_an_older_text_signs_nothing_and_then_what_it_has_read(site, letter, lead, staff):
    office = site.visitor(staff)
    other_tab = office.context.new_page()
    office.open(f"/l/{letter.code}/")
    other_tab.goto(f"/l/{letter.code}/")
    office.press("Sign on Grace Hopper")
    office.sees("Grace Hopper is signed on.")

    writer = Writer(site, letter, lead)
    writer.put(BODY.replace("mills", "mills and bakeries").replace("by July", "by June"))
    writer.saved()
    leading = writer.visitor
    leading.press("Review and publish")
    leading.sees("Review the changes, then publish")
    assert heard(leading, "ins") == ["put in: and bakeries end of put in", "put in: June end of put in"]
    assert heard(leading, "del") == ["taken out: July end of taken out"]
    leading.check("publish-signed")
    leading.fill("What changed and why", "The bakers asked for it.")
    leading.press("Publish as text 2")
    leading.sees("Every office that signed is asked to re-affirm.")
    assert printed(letter) == []

    other_tab.get_by_role("button", name="Sign on Grace Hopper").click()
    other_tab.get_by_text("The text was changed after you opened it").first.wait_for()
    other_tab.get_by_text("What changed since text 1").wait_for()
    assert printed(letter) == []
    other_tab.close()

    office.open(f"/l/{letter.code}/")
    office.sees("The bakers asked for it.")
    assert heard(office, "ins") == ["put in: and bakeries end of put in", "put in: June end of put in"]
    office.check("letter-with-difference")
    office.follow("Show the whole text with the changes in it")
    office.check("changes-whole")
    office.open(f"/l/{letter.code}/")
    tab_to(office, "Re-affirm for Grace Hopper")
    office.page.keyboard.press("Enter")
    office.sees("Grace Hopper is signed on.")
    assert printed(letter) == ["Grace Hopper"]
    assert letter.signatures.get().revision == again(letter).revision


def test_a_correction_leaves_the_name_and_shows_what_it_was_without_scripts_too(site, letter, lead, staff):
    factories.sign(letter, person=staff, office=staff.memberships.get().office)
    leading, office = site.visitor(lead, java_script_enabled=False), site.visitor(staff, java_script_enabled=False)
    publish(leading, letter, BODY.replace("mills", "millls"), note="A typing error.", correction=True)
    leading.sees("The signatures stand, and their offices are told what was corrected.")
    assert printed(letter) == ["Grace Hopper"]
    office.open(f"/l/{letter.code}/")
    office.sees("The signature stands.")
    office.follow("See what changed")
    assert office.heading == "What changed from text 1 to text 2"
    office.sees("Correction of typing")
    assert office.page.locator("ins").inner_text().split() == "put in: millls end of put in".split()

    publish(leading, letter, "<p>Quite another letter.</p>", note="Rewritten.")
    office.open(f"/l/{letter.code}/")
    office.press("Re-affirm for Grace Hopper")
    office.sees("Grace Hopper is signed on.")
    assert printed(letter) == ["Grace Hopper"]

    looking = site.visitor(lead)
    for name, page in {
        "texts": "desk/texts/",
        "changes": "changes/1/3/",
        "old-text": "texts/1/",
        "lock-texts": "desk/lock/",
    }.items():
        assert looking.open(f"/l/{letter.code}/{page}") == 200
        looking.check(name)


def test_an_office_proposes_words_and_the_lead_takes_them_in_and_publishes(site, letter, lead, staff):
    office, leading = site.visitor(staff), site.visitor(lead)
    office.open(f"/l/{letter.code}/")
    office.follow("Propose other words")
    office.fill("The words in the letter", "no such words")
    office.fill("The words you would have there", "the ruin of the mills")
    office.press("Send the proposal")
    office.sees("These words are not in the text.")
    office.check("propose-refused")
    office.fill("The words in the letter", "the state of the mills")
    office.press("Send the proposal")
    office.sees("Your words are with the lead's office.")
    office.check("letter-with-proposal")

    leading.open(f"/l/{letter.code}/desk/edits/")
    leading.check("edits")
    leading.follow("Answer")
    leading.sees("What it does to the text in the works")
    assert heard(leading, "del")[-1] == "taken out: state end of taken out"
    leading.check("answer-edit")
    leading.page.get_by_label("Take the words into the text in the works").check()
    leading.press("Answer")
    leading.sees("The words are in the text in the works.")
    assert "the ruin of the mills" in revising.copy_of(again(letter)).body
    leading.press("Review and publish")
    leading.press("Publish as text 2")
    leading.sees("Text 2 is published.")
    leading.open(f"/l/{letter.code}/desk/edits/")
    leading.check("edits-answered")
    office.open(f"/l/{letter.code}/")
    office.sees("Taken into the next text.")
    office.press("Sign on Grace Hopper")
    office.sees("Grace Hopper is signed on.")
    assert letter.signatures.get().revision.body.startswith("<p>We write about the ruin of the mills.")

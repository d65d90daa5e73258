"""The whole job in Chromium: from the link in a mail to the locked, exported PDF."""

import datetime
import hashlib
import re

import pytest
from django.utils import timezone

from letters import mailbox
from letters.models import Letter, Membership, Signature
from tests import factories

from .site import code_mailed_to

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def lead():
    office = factories.make_office("Rosa", "Whitfield")
    return factories.make_staff(office, Membership.Role.MANAGER, "lead@mail.house.gov")


@pytest.fixture
def staff():
    return factories.make_staff(factories.make_office("Grace", "Hopper"), email="grace@mail.house.gov")


def office_of(person):
    return person.memberships.get().office


def circulated(lead, *invited):
    return factories.make_letter(office_of(lead), lead, invited=[office_of(person) for person in invited])


def link_mailed_to(address):
    return next(mail.links[0] for mail in mailbox.messages() if mail.to == address and "/l/" in mail.text)


def day(days):
    return f"{timezone.localdate() + datetime.timedelta(days=days):%Y-%m-%d}"


def sunday(days):
    """The first Sunday at least so many days away, of which the pages warn."""
    today = timezone.localdate() + datetime.timedelta(days=days)
    return today + datetime.timedelta(days=6 - today.weekday())


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_from_the_mailed_link_to_the_receipt(site, lead, staff, scripts):
    letter = circulated(lead, staff)
    site.work()
    visitor = site.visitor(java_script_enabled=scripts)
    visitor.open(link_mailed_to(staff.email))
    assert visitor.heading == "Sign in"
    assert "state of the mills" not in visitor.page.content()
    visitor.fill("Email", staff.email)
    visitor.press("Send me a code")
    visitor.fill("Code", code_mailed_to(staff.email))
    visitor.press("Continue")
    visitor.sees("We write about the state of the mills.")
    visitor.press("Sign on Grace Hopper")
    visitor.sees("Grace Hopper is signed on.")
    site.work()
    if not scripts:
        visitor.page.reload()
    visitor.sees("The PDF is up to date: 1 signer.")
    assert letter.signatures.printed().get().signed_by == staff
    assert mailbox.messages()[0].subject.startswith("Receipt:")


def test_the_same_by_keyboard_alone(site, lead, staff):
    letter = circulated(lead, staff)
    site.work()
    visitor = site.visitor()
    keyboard = visitor.page.keyboard

    def tab_to(name):
        for _ in range(40):
            keyboard.press("Tab")
            if name in visitor.page.evaluate("(document.activeElement.innerText || document.activeElement.name || '').trim()"):
                return
        raise AssertionError(f"Tab never reaches {name}")

    visitor.open(link_mailed_to(staff.email))
    tab_to("email")
    keyboard.type(staff.email)
    keyboard.press("Enter")
    visitor.sees("We mailed a code to")
    tab_to("code")
    keyboard.type(code_mailed_to(staff.email))
    keyboard.press("Enter")
    visitor.sees("We write about the state of the mills.")
    tab_to("Sign on Grace Hopper")
    keyboard.press("Enter")
    visitor.sees("Grace Hopper is signed on.")
    assert letter.signatures.printed().count() == 1


def test_more_time_is_asked_for_and_granted_and_the_deadline_moved(site, lead, staff):
    letter = circulated(lead, staff)
    asking, leading = site.visitor(staff), site.visitor(lead)
    asking.open(f"/l/{letter.code}/")
    asking.follow("Ask for more time")
    asking.fill("We need until", day(1))
    asking.press("Ask for more time")
    asking.sees("Your office has that much time already.")
    asking.check("more-time-refused")
    asking.fill("We need until", sunday(8).isoformat())
    asking.fill("Reason", "The Member is traveling.")
    asking.press("Ask for more time")
    asking.sees("Your request is with the lead's office.")
    leading.open(f"/l/{letter.code}/desk/requests/")
    leading.sees("The Member is traveling.")
    leading.follow("Grant another time, or deny")
    leading.fill("A word to the office", "Gladly.")
    leading.press("Answer the request")
    leading.sees("is a Sunday.")
    leading.check("deadline-warned")
    leading.press("Answer the request all the same")
    leading.sees("The request is answered")
    leading.check("requests-answered")
    leading.open(f"/l/{letter.code}/desk/deadline/")
    leading.fill("New last day for every office", sunday(20).isoformat())
    leading.press("Move the deadline")
    leading.press("Move the deadline all the same")
    leading.sees("The deadline is moved")
    asking.page.reload()
    site.work()
    moved = sunday(20).strftime("%B %-d, %Y")
    asking.page.reload()
    asking.sees(moved)
    assert "More time granted" in " ".join(mail.subject for mail in mailbox.messages())


def test_a_letter_is_written_circulated_invited_to_changed_and_affirmed_again(site, lead, staff):
    leading, signing = site.visitor(lead), site.visitor(staff)
    leading.open("/")
    leading.follow("Start a letter")
    leading.follow("Write it here")
    leading.press("Open the editor")
    leading.sees("Please correct the following")
    leading.check("letter-new-refused")
    leading.fill("Working title", "Bridges")
    leading.fill("How the letter begins", "We write about bridges.")
    leading.press("Open the editor")
    leading.sees("The draft is saved.")
    leading.open(f"/l/{Letter.objects.get().code}/desk/")
    leading.follow("Circulate")
    leading.fill("Last day to sign", sunday(3).isoformat())
    leading.press("Circulate the letter")
    leading.press("Circulate the letter all the same")
    leading.sees("The letter is in circulation until")
    leading.page.get_by_label("Hopper, Grace").check()
    leading.press("Invite the offices chosen")
    leading.sees("1 office is invited.")
    site.work()
    signing.open(link_mailed_to(staff.email))
    signing.press("Sign on Grace Hopper")
    letter = Letter.objects.get()
    leading.open(f"/l/{letter.code}/desk/text/")
    leading.page.locator("#id_body").fill("We write about the old bridges.")
    leading.press("Review and publish")
    leading.fill("What changed", "Old bridges only.")
    leading.press("Publish as text 2")
    leading.sees("Every office that signed is asked to re-affirm.")
    site.work()
    assert mailbox.messages()[0].subject.startswith("Please re-affirm")
    signing.page.reload()
    signing.sees("Old bridges only.")
    signing.press("Re-affirm for Grace Hopper")
    signing.sees("Grace Hopper is signed on.")
    assert letter.signatures.printed().get().reaffirmed_by == staff


def test_a_new_person_joins_from_the_link_signs_and_is_confirmed_by_the_lead(site, lead, staff):
    letter = circulated(lead)
    new, leading = site.visitor(), site.visitor(lead)
    new.open(f"/l/{letter.code}/")
    new.follow("Make an account")
    new.fill("Email", "new@mail.house.gov")
    new.press("Continue")
    new.fill("Code", code_mailed_to("new@mail.house.gov"))
    new.press("Continue")
    new.page.get_by_label("Your Member's office").select_option(value=str(office_of(staff).pk))
    new.check("join-new")
    new.press("Ask for a place")
    new.press("Sign on Grace Hopper")
    new.sees("awaiting confirmation by the lead's office")
    signature = Signature.objects.get()
    assert not signature.is_printed
    leading.open(f"/l/{letter.code}/desk/")
    leading.follow("Confirm Grace Hopper")
    leading.press("Confirm the signature")
    leading.sees("How you checked: This field is required.")
    leading.page.get_by_label("Called the office back").check()
    leading.press("Confirm the signature")
    leading.sees("The signature is confirmed.")
    signature.refresh_from_db()
    assert signature.is_printed
    assert signature.confirmed_by == lead


def test_review_lock_and_export(site, lead, staff):
    letter = circulated(lead, staff)
    factories.sign(letter, office_of(staff), staff)
    site.work()
    admin = site.visitor(factories.make_person("clerk@cosign.example", admin=True))
    admin.open("/")
    admin.follow(letter.title)
    admin.sees("The PDF shows the letter as it stands.")
    admin.press("Lock the letter")
    admin.sees("Type why you lock all the same.")
    admin.check("lock-refused")
    admin.fill("Why you lock all the same: Leads the letter", "It signs by hand.")
    admin.fill("Why you lock all the same: 1 invited office", "The lead's own office signs by hand.")
    admin.fill("Why you lock all the same: The signers were not told", "They were all called.")
    admin.press("Lock the letter")
    admin.sees("The letter is locked. Its final PDF is being made.")
    site.work()
    admin.page.reload()
    with admin.page.expect_download() as download:
        admin.follow("Download the final PDF")
    data = download.value.path().read_bytes()
    letter.refresh_from_db()
    assert hashlib.sha256(data).hexdigest() == letter.final().sha256
    assert re.fullmatch(r"letter-\d{4}-\d\d-\d\d\.pdf", download.value.suggested_filename)
    late = site.visitor(factories.make_staff())
    late.open(f"/l/{letter.code}/")
    late.sees("nothing about it can change any more")
    assert late.page.get_by_role("button", name="Sign on").count() == 0

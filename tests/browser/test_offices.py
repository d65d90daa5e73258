"""A new office finds its way in, and a manager runs it: in Chromium, checked by axe."""

import io

import pytest
from PIL import Image, ImageDraw

from letters.models import Membership, Office
from letters.workflow import people
from tests import factories

from .story import Story

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def scan(path):
    """A signature as it comes from a scanner: dark on white."""
    picture = Image.new("L", (600, 160), "white")
    ImageDraw.Draw(picture).line([(20, 120), (140, 30), (220, 130), (400, 40), (580, 110)], fill="black", width=6)
    out = io.BytesIO()
    picture.save(out, "PNG")
    path.write_bytes(out.getvalue())
    return path


def test_an_office_whose_surname_is_shared_adds_itself_from_the_link(site):
    story = Story()
    able = [factories.make_office("Ruth", "Able", state=state, district=7) for state in ("OH", "ME")]
    person = factories.make_person("new@mail.house.gov")
    new = site.visitor(person)
    new.open(f"/l/{story.letter.code}/")
    new.page.get_by_label("Your Member's office").select_option(label="Able, Ruth · ME-7")
    new.press("Ask for a place")
    new.sees("Two sitting Members are called Able: Ruth Able (ME-7); Ruth Able (OH-7).")
    new.check("join-shared-surname")
    new.page.get_by_label("OH-7", exact=True).check()
    new.press("Ask for a place")
    new.sees("This is not the seat of the Member you chose.")
    assert not person.memberships.exists()
    new.page.get_by_label("ME-7", exact=True).check()
    new.press("Ask for a place")
    new.press("Sign on Ruth Able")
    new.sees("awaiting confirmation by the lead's office")
    assert person.memberships.get().office == able[1]
    lead = site.visitor(story.lead)
    lead.open(f"/l/{story.letter.code}/desk/")
    lead.sees("new@mail.house.gov (place not confirmed) for Ruth Able")
    lead.page.locator("tr", has_text="ME-7").get_by_role("link", name="Confirm").click()
    lead.sees("new@mail.house.gov")
    lead.check("confirm-signature")
    lead.page.get_by_label("Called the office back").check()
    lead.fill("Note", "Spoke to the scheduler.")
    lead.press("Confirm the signature")
    lead.sees("The signature is confirmed.")
    signature = story.letter.signatures.get(office=able[1])
    assert signature.is_printed
    assert signature.confirmed_how == "called back: Spoke to the scheduler."


def test_an_office_that_is_not_in_the_roster_is_entered_by_hand(site):
    story = Story()
    person = factories.make_person("new@mail.house.gov")
    new = site.visitor(person)
    new.open(f"/l/{story.letter.code}/")
    new.follow("Enter the office")
    new.fill("Member's first name", "Nell")
    new.fill("Member's last name", "Quarry")
    new.page.get_by_label("House", exact=True).check()
    new.page.get_by_label("State", exact=True).select_option("TX")
    new.fill("District", "1")
    new.press("Ask for a place")
    new.sees("The list has Ada Lovelace (TX-1).")
    new.check("enter-office")
    assert new.page.get_by_label("Member's first name").input_value() == "Nell"
    new.page.get_by_label("My Member is none of these").check()
    new.press("Ask for a place")
    new.sees("Nell Quarry")
    office = Office.objects.get(entered_by=person)
    assert not Office.objects.listed().filter(pk=office.pk).exists()
    admin = site.visitor(story.admin)
    admin.open("/")
    admin.sees("Claims to decide")
    admin.check("dashboard-claims")
    admin.follow("Nell Quarry")
    admin.check("office-entered")
    admin.follow("Confirm")
    admin.page.get_by_label("Known to us").check()
    admin.press("Confirm the place")
    admin.sees("has a place in the office now")
    assert Office.objects.listed().filter(pk=office.pk).exists()


def test_a_manager_runs_the_office(site, tmp_path):
    story = Story()
    office = story.offices[0]
    manager = factories.make_staff(office, Membership.Role.MANAGER, "chief@mail.house.gov")
    people.ask_to_join(factories.make_person("asker@mail.house.gov"), office, now=story.now)
    chief = site.visitor(manager)
    chief.open(f"/offices/{office.pk}/")
    chief.check("office-manager")
    chief.follow("Invite a person")
    chief.fill("Office address", "ｒecruit@mail.house.gov")
    chief.press("Send the invitation")
    chief.check("invite-refused")
    chief.fill("Office address", "recruit@mail.house.gov")
    chief.press("Send the invitation")
    chief.sees("The invitation is on its way.")
    for path, name in {
        "signers/": "office-signers",
        "signing-name/": "office-signing-name",
        "image/signature/": "office-image",
        f"people/{manager.memberships.get().pk}/end/": "office-leave",
        f"people/{story.staff[0].memberships.get().pk}/role/": "office-role",
        f"people/{story.staff[0].memberships.get().pk}/end/": "office-end",
    }.items():
        chief.open(f"/offices/{office.pk}/{path}")
        chief.check(name)
    chief.open(f"/offices/{office.pk}/signing-name/")
    chief.fill("Signing name", "Ada B. Lovelace")
    chief.press("Save")
    chief.sees("The next signature prints so.")
    chief.open(f"/offices/{office.pk}/image/signature/")
    chief.page.get_by_label("Picture").set_input_files(scan(tmp_path / "scan.png"))
    chief.press("Put it on file")
    chief.sees("The signature image is on file.")
    chief.follow("See or change the signature image")
    chief.check("office-image-on-file")
    assert chief.page.locator("img.signature-image").evaluate("image => image.naturalWidth") == 600
    recruit = site.visitor(factories.make_person("recruit@mail.house.gov"))
    recruit.open("/")
    recruit.check("dashboard-invited")
    recruit.follow("Read and accept")
    recruit.check("invitation")
    recruit.press("Accept the place")
    recruit.sees("You have a place in the office of Ada B. Lovelace (TX-1).")
    assert office.signature_image().width == 600


def test_a_yes_by_phone_is_entered_by_the_lead_and_confirmed_by_the_office(site):
    story = Story()
    office, staffer = story.offices[7], story.staff[7]
    lead = site.visitor(story.lead)
    lead.open(f"/l/{story.letter.code}/desk/enter-yes/")
    lead.check("enter-yes")
    lead.page.get_by_label("Office", exact=True).select_option(label="Dijkstra, Edsger · TX-8")
    lead.page.get_by_label("By phone").check()
    lead.fill("Who said it", "Nina, legislative director")
    lead.press("Enter the yes")
    lead.sees("It is printed once the office itself signs.")
    signature = story.letter.signatures.get(office=office)
    assert not signature.is_printed
    answering = site.visitor(staffer)
    answering.open(f"/l/{story.letter.code}/")
    answering.sees("The lead's office has noted your yes.")
    answering.check("letter-entered")
    answering.press("Sign on Edsger Dijkstra")
    answering.sees("is signed on")
    signature.refresh_from_db()
    assert signature.is_printed
    assert signature.confirmed_by == staffer

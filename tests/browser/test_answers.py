"""Where each office stands, in Chromium: that it has opened the letter, what it would sign on, and when the letter is locked."""

import pytest
from django.utils import timezone

from letters.models.answer import State, answers
from tests import factories

from .story import Story

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def state_of(letter, office):
    letter.refresh_from_db()
    return next(answer.state for answer in answers(letter) if answer.office == office)


def test_an_office_that_opens_the_letter_stands_opened_on_the_desk(site):
    staff = factories.make_staff(factories.make_office("Grace", "Hopper"))
    office = staff.memberships.get().office
    letter = factories.make_letter(invited=[office])
    visitor = site.visitor(staff)
    with visitor.page.expect_response(lambda response: response.url.endswith("/opened/")) as answer:
        visitor.open(f"/l/{letter.code}/")
    assert answer.value.status == 204
    visitor.sees("The lead's office sees that your office has opened the letter.")
    assert state_of(letter, office) == State.OPENED
    asked = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    visitor.open(f"/l/{letter.code}/")
    visitor.page.wait_for_load_state("networkidle")
    assert not [url for url in asked if url.endswith("/opened/")]
    leading = site.visitor(letter.created_by)
    leading.open(f"/l/{letter.code}/desk/?state=opened")
    leading.sees("Grace Hopper")


def test_without_scripts_nothing_is_noted_until_the_office_acts(site):
    staff = factories.make_staff(factories.make_office("Grace", "Hopper"))
    office = staff.memberships.get().office
    letter = factories.make_letter(invited=[office])
    visitor = site.visitor(staff, java_script_enabled=False)
    visitor.open(f"/l/{letter.code}/")
    visitor.sees("We write about the state of the mills.")
    assert state_of(letter, office) == State.INVITED
    visitor.follow("Decline")
    visitor.press("Decline")
    visitor.sees("Noted: Grace Hopper will not sign.")
    assert letter.invitees.get(office=office).opened_at is not None


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_condition_is_answered_and_the_lock_announced(site, scripts):
    story = Story()
    letter = story.letter
    leading = site.visitor(story.lead, java_script_enabled=scripts)
    leading.open(f"/l/{letter.code}/desk/")
    leading.follow("Would sign if …")
    leading.sees("the ridge is named")
    leading.follow("Answer the condition")
    leading.page.get_by_label("Yes, that is so now").check()
    leading.fill("A word to the office", "See page one.")
    leading.press("Answer")
    leading.sees("Mary Worthington-Featherstone is told.")
    asking = site.visitor(story.staff[3], java_script_enabled=scripts)
    asking.open(f"/l/{letter.code}/")
    asking.sees("See page one.")
    asking.press("Sign on Mary Worthington-Featherstone")
    asking.sees("is signed on")
    leading.open(f"/l/{letter.code}/desk/lock/")
    leading.follow("Announce the lock")
    leading.press("Tell the offices that signed")
    leading.sees("The offices that have signed are told")
    asking.open(f"/l/{letter.code}/")
    asking.sees("The letter will be locked on")
    letter.refresh_from_db()
    assert letter.lock_expected_at > timezone.now()


def test_the_new_pages_hold_at_a_desk_and_on_a_phone(site):
    story = Story()
    letter = story.letter
    invitee = letter.invitees.get(office=story.offices[3])
    leading = site.visitor(story.lead)
    for name, address in {
        "desk-offices": f"/l/{letter.code}/desk/?sort=state",
        "answer-condition": f"/l/{letter.code}/desk/conditions/{invitee.pk}/",
        "announce-lock": f"/l/{letter.code}/desk/lock/announce/",
    }.items():
        assert leading.open(address) == 200
        leading.check(name)

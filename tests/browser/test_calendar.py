"""A private calendar address is made, read and revoked: in Chromium, checked by axe."""

import pytest

from .story import Story

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_address_is_made_used_and_revoked(site):
    story = Story()
    visitor = site.visitor(story.staff[6])
    visitor.open("/account/email/")
    visitor.follow("Calendar")
    visitor.check("calendar-none")
    visitor.press("Make a private address")
    visitor.check("calendar-made")
    address = visitor.page.get_by_label("Your private calendar address").input_value()
    path = "/calendar/" + address.partition("/calendar/")[2]
    anybody = site.visitor()
    answer = anybody.page.request.get(site.url + path)
    assert answer.status == 200
    assert "BEGIN:VEVENT" in answer.text()
    visitor.follow("Calendar")
    visitor.check("calendar-standing")
    visitor.press("Revoke the address")
    visitor.sees("The address is revoked.")
    assert anybody.page.request.get(site.url + path).status == 404

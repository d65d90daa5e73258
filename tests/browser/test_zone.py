"""A deadline on the reader's own clock, in Chromium."""

import datetime

import pytest
from django.utils import timezone

from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOTE = ".own-zone"


def test_a_reader_elsewhere_is_told_what_the_own_clock_will_show(site):
    office = factories.make_office("Grace", "Hopper")
    letter = factories.make_letter(invited=[office])
    noon = datetime.datetime(timezone.localdate().year + 1, 7, 6, 16, 0, tzinfo=datetime.UTC)
    letter.deadline_at = noon
    letter.save()
    staff = factories.make_staff(office)
    for zone, note in {
        "America/New_York": [],
        "America/Detroit": [],  # another name, the same clock
        "America/Los_Angeles": [" (9:00 am your time, PDT)"],
        "Pacific/Guam": [f" (2:00 am your time, GMT+10, {noon + datetime.timedelta(days=1):%A}, July 7)"],
    }.items():
        visitor = site.visitor(staff, timezone_id=zone)
        visitor.open(f"/l/{letter.code}/")
        assert "12:00 pm EDT" in visitor.page.locator("time[data-deadline]").first.inner_text()
        assert visitor.page.locator(NOTE).all_text_contents() == note
    without = site.visitor(staff, timezone_id="America/Los_Angeles", java_script_enabled=False)
    without.open(f"/l/{letter.code}/")
    assert without.page.locator(NOTE).count() == 0

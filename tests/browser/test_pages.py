"""Every page, as each kind of person sees it: nothing that axe objects to, nothing off the side of a phone."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import factories

from .story import Story

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def look(visitor, pages, status=200):
    for name, path in pages.items():
        assert visitor.open(path) == status, path
        visitor.check(name)


def test_pages_before_signing_in(site):
    story = Story()
    site.work()
    pages = {
        "sign-in": f"/l/{story.letter.code}/",
        "sign-in-code": reverse("account_request_login_code"),
        "sign-up": reverse("account_signup"),
        "forgotten-password": reverse("account_reset_password"),
        "mailbox": "/mailbox/",
    }
    look(site.visitor(), pages)


def test_pages_of_the_lead(site):
    story = Story()
    site.work()
    asked = story.letter.deadline_requests.get()
    awaiting = story.letter.signatures.awaiting().get()
    desk, draft = f"/l/{story.letter.code}/desk", f"/l/{story.draft.code}/desk"
    pages = {
        "dashboard-lead": "/",
        "letter-lead": f"/l/{story.letter.code}/",
        "desk": f"{desk}/",
        "desk-preview": f"{desk}/preview/",
        "desk-text": f"{desk}/text/",
        "desk-invite": f"{desk}/invite/",
        "desk-arrange": f"{desk}/arrange/",
        "desk-co-lead": f"{desk}/co-lead/",
        "desk-requests": f"{desk}/requests/",
        "desk-decide": f"{desk}/requests/{asked.pk}/",
        "desk-deadline": f"{desk}/deadline/",
        "desk-reminders": f"{desk}/reminders/",
        "desk-confirm": f"{desk}/signatures/{awaiting.pk}/confirm/",
        "desk-refuse": f"{desk}/signatures/{awaiting.pk}/refuse/",
        "desk-history": f"{desk}/history/",
        "desk-notices": f"{desk}/notices/",
        "desk-lock-lead": f"{desk}/lock/",
        "desk-draft": f"{draft}/",
        "desk-circulate": f"{draft}/circulate/",
        "desk-link": f"{desk}/link/",
        "dear-colleague": f"{desk}/dear-colleague/?signers=yes",
        "letter-new": "/letters/new/",
        "office": f"/offices/{story.lead_office().pk}/",
        "office-lists": reverse("office-lists", args=[story.lead_office().pk]),
        "office-list": reverse("keep-list", args=[story.lead_office().pk]),
        "desk-mails": f"{desk}/mails/",
        "account": reverse("account_email"),
    }
    look(site.visitor(story.lead), pages)


def test_the_letter_as_each_office_sees_it(site):
    story = Story()
    changed = story.changed()
    site.work()
    signed, asked, declined, conditional, withdrawn, _, waiting, _ = story.staff
    link = f"/l/{story.letter.code}"
    own = f"office={waiting.memberships.get().office_id}"
    look(
        site.visitor(waiting),
        {
            "dashboard-office": "/",
            "letter-invited": f"{link}/",
            "decline": f"{link}/decline/?{own}",
            "condition": f"{link}/condition/?{own}",
            "more-time": f"{link}/more-time/?{own}",
        },
    )
    look(
        site.visitor(signed),
        {
            "letter-signed": f"{link}/",
            "withdraw": f"{link}/withdraw/?office={signed.memberships.get().office_id}",
            "letter-reaffirm": f"/l/{changed.code}/",
        },
    )
    for name, person in {"asked": asked, "declined": declined, "conditional": conditional, "withdrawn": withdrawn}.items():
        look(site.visitor(person), {f"letter-{name}": f"{link}/"})
    look(site.visitor(story.newcomer), {"letter-unconfirmed": f"{link}/", "offices-asking": "/offices/"})
    look(site.visitor(factories.make_person("nobody@mail.house.gov")), {"join": f"{link}/", "dashboard-nobody": "/"})


def test_pages_of_a_locked_letter_and_of_its_lock(site):
    story = Story()
    locked = story.locked()
    site.work()
    admin, signed = site.visitor(story.admin), site.visitor(story.staff[0])
    pages = {
        "dashboard-admin": "/",
        "lock-review": f"/l/{story.letter.code}/desk/lock/",
        "locked-desk": f"/l/{locked.code}/desk/",
        "locked-lock": f"/l/{locked.code}/desk/lock/",
    }
    look(admin, pages)
    look(admin, {"not-found": "/l/nothing-here/"}, status=404)
    look(signed, {"locked-letter": f"/l/{locked.code}/"})
    look(signed, {"forbidden": f"/l/{locked.code}/desk/"}, status=403)


def test_inviting_from_the_whole_congress(site):
    story = Story()
    states = "AL AZ CA CO FL GA IL MA MD MI MN NC NJ NM NV NY OH OR PA TN TX VA WA WI".split()
    for at in range(480):
        state, chamber = states[at % len(states)], "senate" if at < 2 * len(states) else "house"
        factories.make_office("Robin", f"Member-Representative {at}", state=state, chamber=chamber, district=at // len(states))
    lead = site.visitor(story.lead)
    look(lead, {"desk-invite-all": f"/l/{story.letter.code}/desk/invite/"})
    lead.page.locator("summary", has_text="States").click()
    lead.page.get_by_label("New Mexico", exact=True).check()
    lead.page.get_by_label("Chamber", exact=True).select_option("Senate")
    lead.press("Show these offices")
    names = lead.page.get_by_role("group", name="Offices", exact=True).get_by_role("checkbox")
    assert names.count() == 2
    names.first.check()
    lead.press("Invite the offices chosen")
    lead.sees("1 office is invited.")


@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize(("days", "box"), [(-9, "error-summary"), (200, "usa-alert--warning")], ids=["refuses", "warns"])
def test_on_a_phone_a_page_that_refuses_or_warns_begins_there(site, script, days, box):
    story = Story()
    lead = site.visitor(story.lead, java_script_enabled=script)
    lead.page.set_viewport_size({"width": 320, "height": 568})
    lead.open(f"/l/{story.letter.code}/desk/deadline/")
    lead.fill("New last day for every office", (timezone.localdate() + datetime.timedelta(days=days)).isoformat())
    lead.press("Move the deadline")
    lead.page.locator(f".{box}:focus").wait_for()
    assert 0 <= lead.page.locator(f".{box}").bounding_box()["y"] < 568

"""Every page, as each kind of person sees it: nothing that axe objects to, nothing off the side of a phone."""

import pytest

from tests import factories

from .story import Story

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def look(visitor, pages):
    for name, path in pages.items():
        visitor.open(path)
        visitor.check(name)


def test_pages_before_signing_in(site):
    story = Story()
    site.work()
    pages = {
        "sign-in": f"/l/{story.letter.code}/",
        "sign-in-code": "/accounts/login/code/",
        "sign-up": "/accounts/signup/",
        "forgotten-password": "/accounts/password/reset/",
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
        "desk-requests": f"{desk}/requests/",
        "desk-decide": f"{desk}/requests/{asked.pk}/",
        "desk-deadline": f"{desk}/deadline/",
        "desk-confirm": f"{desk}/signatures/{awaiting.pk}/confirm/",
        "desk-refuse": f"{desk}/signatures/{awaiting.pk}/refuse/",
        "desk-history": f"{desk}/history/",
        "desk-notices": f"{desk}/notices/",
        "desk-lock-lead": f"{desk}/lock/",
        "desk-draft": f"{draft}/",
        "desk-circulate": f"{draft}/circulate/",
        "letter-new": "/letters/new/",
        "office": f"/offices/{story.lead_office().pk}/",
        "account": "/accounts/email/",
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
    look(
        site.visitor(story.admin),
        {
            "dashboard-admin": "/",
            "lock-review": f"/l/{story.letter.code}/desk/lock/",
            "locked-desk": f"/l/{locked.code}/desk/",
            "locked-lock": f"/l/{locked.code}/desk/lock/",
            "not-found": "/l/nothing-here/",
        },
    )
    look(site.visitor(story.staff[0]), {"locked-letter": f"/l/{locked.code}/", "forbidden": f"/l/{locked.code}/desk/"})

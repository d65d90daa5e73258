"""A person chooses their mails, mutes a letter, and stops mails by the address in one: in Chromium, checked by axe."""

import pytest
from django.core import signing

from letters.mail import stopping

from .story import Story

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_mails_are_chosen_muted_and_stopped(site):
    story = Story()
    person = story.staff[6]
    visitor = site.visitor(person)
    visitor.open("/account/email/")
    visitor.follow("Your mail")
    visitor.check("mail-choices")
    visitor.page.get_by_label("Quiet from").fill("10 pm")
    visitor.page.get_by_label("Quiet until").fill("6 am")
    visitor.press("Save")
    visitor.sees("Your choices are saved.")
    visitor.open(f"/l/{story.letter.code}/")
    visitor.press("Mute the mails about this letter")
    visitor.check("letter-muted")
    visitor.open("/account/mail/")
    visitor.check("mail-choices-muted")
    visitor.press("Get its mails again")
    visitor.sees("Mails about that letter come again.")
    anybody = site.visitor()
    token = signing.dumps([person.pk, "reminder", story.letter.ref], salt=stopping.SALT)
    anybody.open(f"/mail/stop/{token}/")
    anybody.check("stop-mail")
    assert not person.muted_letters.exists()
    anybody.press("Stop these mails")
    anybody.check("mail-stopped")
    assert person.muted_letters.get().letter == story.letter

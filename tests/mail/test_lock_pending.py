"""What the mail about an announced lock says, to whom the lead shows the list and to whom not."""

import pytest
from django.utils import timezone

from letters import mail
from letters.workflow import drafting, locking, revising
from tests import factories
from tests.factories import DAY, HOUR
from tests.mail import occasions
from tests.workflow import lives

pytestmark = pytest.mark.django_db


def parts(notice):
    notice.refresh_from_db()
    message = mail.compose(notice, now=timezone.now())
    return message.subject, message.body, message.alternatives[0].content


def test_it_says_when_which_text_and_how_many_have_signed():
    notice = occasions.lock_pending()
    subject, *bodies = parts(notice)
    assert subject.startswith("The letter from the office of Grace Hopper will be locked on ")
    for body in bodies:
        assert notice.letter.revision.sha256 in body
        assert "Read the text and the list" in body
    assert "Signed so far: 2 Members" in bodies[0]


def test_it_counts_nobody_for_an_office_to_which_the_lead_does_not_show_the_list():
    notice = occasions.lock_pending()
    drafting.arrange(notice.letter, notice.letter.created_by, list_shown="lead", now=timezone.now())
    for body in parts(notice)[1:]:
        assert "Signed so far" not in body
        assert "the list" not in body


def test_an_office_that_has_to_re_affirm_is_told_so():
    notice = occasions.lock_pending()
    letter = lives.again(notice.letter)
    text = factories.text(body="<p>Quite another letter.</p>")
    revising.revise(letter, letter.created_by, text=text, base_sha256=letter.revision.sha256, now=timezone.now())
    for body in parts(notice)[1:]:
        assert "Unless your office re-affirms before the lock, the name is not on the letter." in body


def test_a_second_announcement_says_that_it_takes_the_place_of_the_first():
    first = occasions.lock_pending()
    now = timezone.now()
    type(first).objects.filter(pk=first.pk).update(sent_at=now)
    letter = lives.again(first.letter)
    locking.announce(letter, letter.created_by, lock_at=now + DAY + HOUR, now=now)
    again = type(first).objects.filter(kind=first.kind, office=first.office, address=first.address).latest("pk")
    subject, *bodies = parts(again)
    assert subject.startswith("New time: the letter from the office of ")
    assert all("This takes the place of what you were told before." in body for body in bodies)

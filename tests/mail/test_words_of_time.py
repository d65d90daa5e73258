"""What mails about deadlines say where the office has answered, its yes awaits confirmation, or time is up."""

import re

import pytest
from django.utils import timezone

from letters import mail
from letters.workflow import signing
from tests import factories
from tests.mail import occasions
from tests.workflow import lives

pytestmark = pytest.mark.django_db


def parts(notice, now=None):
    """Subject, text and HTML."""
    notice.refresh_from_db()
    message = mail.compose(notice, now=now or timezone.now())
    return message.subject, message.body, message.alternatives[0].content


def bodies(notice, now=None):
    return parts(notice, now)[1:]


@pytest.mark.parametrize(
    ("by_lead", "said"),
    [(True, " has entered a yes of "), (False, "Somebody whose place in your office is not confirmed has signed ")],
)
def test_a_reminder_of_a_yes_that_awaits_confirmation_offers_what_can_be_done_about_it(by_lead, said):
    notice = occasions.reminder()
    letter, office = notice.letter, notice.office
    if by_lead:
        signing.enter(letter, office, letter.created_by, how="by phone", said_by="Jo", now=timezone.now())
    else:
        factories.sign(letter, office, lives.asking_person(office))
    for part in bodies(notice):
        assert said in part
        assert "Sign on to confirm it. If it is wrong, withdraw it on the same page." in part
        assert "ask for more there" in part
        assert not re.search("not answered|decline", part)

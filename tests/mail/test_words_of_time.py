"""What mails about deadlines say where the office has answered, its yes awaits confirmation, or time is up."""

import re

import pytest
from django.utils import timezone

from letters import mail
from letters.models import Notice
from letters.times import deadline_in_words
from letters.workflow import deadlines, signing
from tests import factories
from tests.factories import DAY, HOUR
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


# --- late ---


def later(notice):
    """A moment after the office's deadline."""
    letter = lives.again(notice.letter)
    return letter.deadline_for(letter.invitee_for(notice.office)) + HOUR


@pytest.mark.parametrize("occasion", [occasions.invitation, occasions.co_lead_invitation])
def test_an_invitation_that_comes_late_says_until_when_the_time_was_and_asks_for_no_answer_by_then(occasion):
    notice = occasion()
    subject, *both = parts(notice)
    assert "please answer by" in subject
    assert all("Then sign your Member on" in body for body in both)
    subject, *both = parts(notice, later(notice))
    assert ": the time was until " in subject
    for body in both:
        assert "The time to sign it is up. You can ask for more" in body
        assert not re.search("please answer|sign your Member on|Deadline", body, re.IGNORECASE)


@pytest.mark.parametrize("decision", ["office", "all"])
def test_a_grant_that_comes_late_says_until_when_the_time_was(decision):
    notice = occasions.request_decided(decision)
    subject, *both = parts(notice, later(notice))
    assert subject.startswith("More time was granted until ")
    for body in both:
        assert "That time is up too; you can ask for more." in body
        assert not re.search("please answer|and answer|New deadline", body)


def test_an_announcement_that_comes_late_says_that_the_letter_can_be_locked_at_any_moment():
    notice = occasions.lock_pending()
    subject, *both = parts(notice, notice.letter.lock_expected_at)
    assert subject == "The letter from the office of Grace Hopper can be locked at any moment"
    for body in both:
        assert "Announced for" in body
        assert "ill be locked" not in body


# --- a request answered after the office has answered ---


def signs(notice):
    factories.sign(notice.letter, notice.office)


def declines(notice):
    signing.decline(notice.letter, notice.office, notice.office.people().first(), now=timezone.now())


@pytest.mark.parametrize("decision", ["office", "all", "denied"])
@pytest.mark.parametrize(("act", "said"), [(signs, "signed"), (declines, "declined")])
def test_who_has_answered_since_asking_is_not_asked_for_an_answer(decision, act, said):
    notice = occasions.request_decided(decision)
    assert "Read the letter and answer" in bodies(notice)[0]
    act(notice)
    subject, *both = parts(notice)
    assert "please answer" not in subject
    for body in both:
        assert f"Your office has {said} since it asked" in body
        assert "and answer" not in body


def test_who_asked_after_declining_is_asked_for_an_answer():
    letter, office, person, now = occasions.start()
    signing.decline(letter, office, person, now=now)
    asked = deadlines.request(letter, office, person, wanted_at=letter.deadline_at + DAY, now=now + HOUR / 2)
    deadlines.grant(asked, letter.created_by, new_at=asked.wanted_at, for_all=False, now=timezone.now())
    subject, *both = parts(occasions.the_last(Notice.Kind.REQUEST_DECIDED))
    assert subject.startswith("More time granted: please answer ")
    assert all("declined" not in body for body in both)


def test_a_denial_says_nothing_of_the_deadline_but_what_it_is_now():
    notice = occasions.request_decided("denied")
    letter = lives.again(notice.letter)
    deadlines.move(letter, letter.created_by, new_at=letter.deadline_at + DAY, now=timezone.now())
    now = timezone.now()
    for body in bodies(notice, now):
        assert deadline_in_words(lives.again(letter).deadline_at, letter.zone, now) in body
        assert "The deadline stays" not in body

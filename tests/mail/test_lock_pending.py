"""What the mail about an announced lock says, to whom the lead shows the list and to whom not."""

import pytest
from django.utils import timezone

from letters import mail
from letters.workflow import drafting, locking, revising
from tests import factories
from tests.factories import HOUR
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
    change_text(notice.letter)
    for body in parts(notice)[1:]:
        assert "Unless your office re-affirms before the lock, the name is not on the letter." in body


def change_text(letter):
    letter = lives.again(letter)
    text = factories.text(body="<p>Quite another letter.</p>")
    revising.revise(letter, letter.created_by, text=text, base_sha256=letter.revision.sha256, now=timezone.now())


def announced_again(first, lock_at):
    letter, now = lives.again(first.letter), timezone.now()
    locking.announce(letter, letter.created_by, lock_at=lock_at, now=now)
    return type(first).objects.get(kind=first.kind, office=first.office, address=first.address, created_at=now)


@pytest.mark.parametrize(
    ("later", "changed", "begins"),
    [(HOUR, False, "New time: the "), (0 * HOUR, True, "Changed text: the "), (HOUR, True, "New time: the ")],
)
def test_a_second_announcement_says_what_is_new_and_that_it_takes_the_place_of_the_first(later, changed, begins):
    first = occasions.lock_pending()
    type(first).objects.filter(pk=first.pk).update(sent_at=timezone.now())
    if changed:
        change_text(first.letter)
    again = announced_again(first, lives.again(first.letter).lock_expected_at + later)
    subject, *bodies = parts(again)
    assert subject.startswith(f"{begins}letter from the office of ")
    assert all("This takes the place of what you were told before." in body for body in bodies)


def test_a_time_that_the_reader_was_told_of_already_is_not_called_new():
    """The announcement between the two has not been sent."""
    first = occasions.lock_pending()
    type(first).objects.filter(pk=first.pk).update(sent_at=timezone.now())
    told = lives.again(first.letter).lock_expected_at
    announced_again(first, told + HOUR)
    assert parts(announced_again(first, told))[0].startswith("The letter from the office of ")

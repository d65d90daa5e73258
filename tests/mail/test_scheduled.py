"""The mail about a scheduled circulation says what became of it, and when."""

import pytest
from django.utils import timezone

from letters import mail
from letters.models import Notice
from letters.workflow import circulating, scheduling
from tests.factories import DAY, HOUR, make_draft, make_office
from tests.mail import occasions

pytestmark = pytest.mark.django_db


def mail_of(notice):
    message = mail.compose(notice, now=timezone.now())
    return message.subject, message.body, message.alternatives[0][0]


def test_in_time_it_says_to_how_many_offices_it_went():
    subject, body, html = mail_of(occasions.scheduled())
    assert subject == "Your sign-on letter went out as scheduled"
    assert "went out to 1 office." in body
    assert "went out to 1 office<" in html
    assert "Scheduled for: " in body
    assert "late" not in body + html


def test_offices_invited_later_are_not_counted():
    notice = occasions.scheduled()
    letter = Notice.objects.get(pk=notice.pk).letter
    circulating.invite(letter, [make_office(), make_office()], letter.created_by, now=letter.opened_at)
    assert "went out to 1 office." in mail_of(notice)[1]


def test_without_offices_on_the_list_it_says_what_to_do():
    now = timezone.now()
    draft = make_draft(now=now)
    times = {"circulate_at": now + HOUR, "deadline_at": now + 7 * DAY, "zone": "America/New_York"}
    scheduling.schedule(draft, draft.created_by, audience="any", list_shown="all", now=now, **times)
    scheduling.circulate_due(now + HOUR)
    body = mail_of(occasions.the_last(Notice.Kind.SCHEDULED))[1]
    assert "went out to 0 offices. No office was listed for it: invite offices at the desk, or share the link." in body


def test_late_it_says_so_with_both_times():
    subject, body, html = mail_of(occasions.scheduled(late=2 * DAY))
    assert subject == "Your sign-on letter went out late"
    assert "It is late because the program was not running." in body
    assert "It went out late because the program was not running." in html


def test_called_off_it_says_why():
    subject, body, html = mail_of(occasions.scheduled(late=8 * DAY))
    assert subject == "Your sign-on letter did not go out"
    for part in (body, html):
        assert "did not go out, because its deadline had passed before it could go out." in part
        assert "It is still a draft, and nothing is scheduled any more." in part

"""The envelope as a mail server gets it, and what its refusal of a recipient means for the address."""

import pytest
from django.utils import timezone

from letters import tasks
from letters.mail import envelope
from letters.models import Notice, Suppression
from tests.mail import occasions

pytestmark = pytest.mark.django_db


def delivered(occasion=occasions.invitation):
    """The occasion's notice, with every other one out of the way, after a run of the worker."""
    notice = occasion()
    Notice.objects.exclude(pk=notice.pk).update(dropped_at=timezone.now())
    tasks.deliver()
    notice.refresh_from_db()
    return notice


def test_the_server_is_told_the_address_of_the_notice_and_the_reader_who_writes(post_office, settings):
    settings.MAIL_BOUNCE_ADDRESS = "bounces@cosign.example"
    notice = delivered()
    [mail] = post_office.mails()
    assert mail.sender == envelope.sender(notice)
    assert mail.message.get_all("From") == [settings.DEFAULT_FROM_EMAIL]
    assert "bounces+" not in mail.raw.decode()


def test_without_one_the_envelope_is_as_it_was(post_office, settings):
    settings.DEFAULT_FROM_EMAIL = "cosign <cosign@cosign.example>"
    delivered()
    [mail] = post_office.mails()
    assert mail.sender == "cosign@cosign.example"


# What the server answers to RCPT → whether the address gets no more mail.
REFUSALS = {
    "550 5.1.1 Recipient address rejected": True,
    "550 5.1.10 RESOLVER.ADR.RecipientNotFound": True,
    "553 5.1.3 Bad address": True,
    "550 5.2.1 Mailbox disabled": True,
    "550 No such user here": True,
    "551 User unknown": True,
    "550 Mailbox unavailable": False,  # for whatever reason
    "550 5.7.1 Message refused by policy": False,
    "552 5.3.4 Message too big": False,
    "552 5.2.2 Mailbox full": False,
    "550 Blocked by our list": False,
    "554 5.7.1 Relay access denied": False,
    "521 Host does not accept mail": False,
    "554 No such user": False,
    "550 5.1.8 Sender address rejected: domain not found": False,
    "550 Sender unknown": False,
}


@pytest.mark.parametrize("reply", REFUSALS)
def test_a_recipient_refused_for_good_is_given_up_and_no_such_mailbox_stops_the_address(post_office, reply):
    post_office.script(rcpt=[reply])
    notice = delivered()
    assert (notice.state, notice.refused) == ("not sent", True)
    assert notice.dropped_because == f"the mail server refused the address ({reply[:3]})"
    assert Suppression.objects.standing().of(notice.address).exists() == REFUSALS[reply]


def test_a_recipient_put_off_is_tried_again_and_nothing_is_stopped(post_office):
    post_office.script(rcpt=["450 4.1.1 Greylisted: user unknown so far"])
    notice = delivered()
    assert (notice.state, notice.refused) == ("trying again", False)
    assert not Suppression.objects.exists()

"""What a commercial mail service reports to the webhook, as Postmark writes it."""

import base64
import importlib
import json

import pytest
from anymail.signals import tracking
from django.test import Client, RequestFactory
from django.urls import clear_url_caches, set_urlconf
from django.utils import timezone

import cosign.urls
from letters import mail
from letters.mail import envelope
from letters.models import Suppression
from letters.views import reports
from tests.mail import occasions

pytestmark = pytest.mark.django_db
SECRET = "cosign:a-long-random-password"
WEBHOOK = "/mail/reports/postmark/tracking/"
BOUNCE = {
    "RecordType": "Bounce",
    "MessageStream": "outbound",
    "ID": 4323372036854775807,
    "Type": "HardBounce",
    "TypeCode": 1,
    "Name": "Hard bounce",
    "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
    "Description": "The server was unable to deliver your message (ex: unknown user, mailbox not found).",
    "Details": "smtp;550 5.1.1 The email account that you tried to reach does not exist.",
    "From": "cosign@cosign.example",
    "BouncedAt": "2026-11-24T16:33:54.9070259Z",
    "Inactive": True,
    "CanActivate": True,
    "Subject": "A letter to sign",
}
COMPLAINT = {**BOUNCE, "RecordType": "SpamComplaint", "Type": "SpamComplaint", "Details": "", "Description": "Marked as spam."}
FULL = {**BOUNCE, "Type": "SoftBounce", "Details": "smtp;552 5.2.2 The mailbox is full."}
BLOCKED = {**BOUNCE, "Type": "Blocked", "Details": "smtp;550 5.7.1 Blocked."}
DELIVERED = {"RecordType": "Delivery", "DeliveredAt": "2026-11-24T16:33:54.9070259Z", "MessageID": BOUNCE["MessageID"]}
DELAYED = {**BOUNCE, "Type": "Transient", "Details": "smtp;451 4.4.1 Try again later."}
AWAY = {**BOUNCE, "Type": "AutoResponder"}


@pytest.fixture
def service(settings):
    """A site that mails by the service: its webhook is there, and its reports are heard."""
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {"POSTMARK_SERVER_TOKEN": "t", "WEBHOOK_SECRET": SECRET}
    importlib.reload(cosign.urls)
    clear_url_caches()
    tracking.connect(reports.take)
    yield
    tracking.disconnect(reports.take)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    importlib.reload(cosign.urls)
    clear_url_caches()
    set_urlconf(None)


@pytest.fixture
def notice():
    found = occasions.invitation()
    found.sent_at = timezone.now()
    found.save()
    return found


def report(event, notice, *, secret=SECRET, **more):
    metadata = {"notice": envelope.signed(notice)}
    body = {**event, "Email": notice.address, "Recipient": notice.address, "Metadata": metadata, **more}
    authorization = "Basic " + base64.b64encode(secret.encode()).decode()
    headers = {"Authorization": authorization}
    return Client().post(WEBHOOK, json.dumps(body), content_type="application/json", headers=headers)


TAKEN = {
    "bounce": (BOUNCE, True),
    "bounce without a status": ({**BOUNCE, "Details": "smtp;550 User unknown"}, True),
    "bounce without a word": ({**BOUNCE, "Details": ""}, True),
    "bounce for our own fault": ({**BOUNCE, "Details": "smtp;550 reverse DNS not found"}, False),
    "complaint": (COMPLAINT, True),
    "full": (FULL, False),
    "full without a status": ({**FULL, "Details": "smtp;552 mailbox is full"}, False),
    "full without a word": ({**FULL, "Details": ""}, False),
    "full for a while": ({**FULL, "Details": "smtp;452 too many"}, False),
    "unknown for a while": ({**FULL, "Details": "smtp;450 User unknown"}, False),
    "soft, and the server says more": ({**FULL, "Details": "smtp;550 5.1.1 User unknown"}, True),
    "blocked": (BLOCKED, False),
}


@pytest.mark.parametrize("case", TAKEN)
def test_what_came_back_is_noted(service, notice, case):
    event, gone = TAKEN[case]
    assert report(event, notice).status_code == 200
    notice.refresh_from_db()
    assert notice.bounced_at is not None
    assert notice.bounced_because == "its reader called it spam" or event["Details"][:30] in notice.bounced_because
    assert Suppression.objects.standing().of(notice.address).exists() == gone


@pytest.mark.parametrize("event", [BOUNCE, COMPLAINT], ids=["bounce", "complaint"])
def test_worse_news_of_the_same_mail_counts_after_a_soft_bounce(service, notice, event):
    report(FULL, notice)
    report(event, notice)
    assert Suppression.objects.standing().of(notice.address).exists()
    notice.refresh_from_db()
    assert "full" not in notice.bounced_because


def amazon(notice, kind):
    headers = [{"name": "X-Metadata", "value": json.dumps({"notice": envelope.signed(notice)})}]
    told = {"bounceType": kind, "bounceSubType": "General", "bouncedRecipients": [{"emailAddress": notice.address}]}
    return {"notificationType": "Bounce", "bounce": told, "mail": {"headers": headers}}, {}


def brevo(notice, event):
    ours = json.dumps({"notice": envelope.signed(notice)})
    return {"event": event, "email": notice.address, "reason": "It did not work", "X-Mailin-custom": ours}


def mailgun(notice, reason):
    told = {"event": "failed", "severity": "permanent", "reason": reason, "recipient": notice.address, "timestamp": 1.0}
    return {"event-data": {**told, "user-variables": {"notice": envelope.signed(notice)}}}


def mailjet(notice, error):
    ours = json.dumps({"notice": envelope.signed(notice)})
    return {"event": "bounce", "error": error, "hard_bounce": False, "email": notice.address, "time": 1, "Payload": ours}


def mandrill(notice, event):
    return {"event": event, "ts": 1, "msg": {"email": notice.address, "metadata": {"notice": envelope.signed(notice)}}}


def resend(notice, kind):
    headers = [{"name": "X-Metadata", "value": json.dumps({"notice": envelope.signed(notice)})}]
    told = {"type": kind, "message": "The recipient's email provider sent a bounce message."}
    data = {"to": [notice.address], "headers": headers, "bounce": told}
    return {"type": "email.bounced", "data": data}, RequestFactory().post("/")


def sendgrid(notice, kind):
    return {"event": "bounce", "type": kind, "email": notice.address, "timestamp": 1, "notice": envelope.signed(notice)}


def sparkpost(notice, bounce_class):
    told = {"type": "bounce", "bounce_class": bounce_class, "raw_rcpt_to": notice.address, "timestamp": "1"}
    told["rcpt_meta"] = {"notice": envelope.signed(notice)}
    return "message_event", told, {"msys": {"message_event": told}}


def unisender(notice, status):
    told = {"status": "hard_bounced", "email": notice.address, "event_time": "2026-11-24 16:33:54"}
    return {**told, "metadata": {"notice": envelope.signed(notice)}, "delivery_info": {"delivery_status": status}}


SERVICES = [
    ("amazon_ses.AmazonSESTrackingWebhookView", amazon, "Permanent", "Transient"),
    ("brevo.BrevoTrackingWebhookView", brevo, "hard_bounce", "soft_bounce"),
    ("mailgun.MailgunTrackingWebhookView", mailgun, "bounce", "generic"),
    ("mailjet.MailjetTrackingWebhookView", mailjet, "user unknown", "quota exceeded"),
    ("mandrill.MandrillCombinedWebhookView", mandrill, "hard_bounce", "soft_bounce"),
    ("resend.ResendTrackingWebhookView", resend, "Permanent", "Transient"),
    ("sendgrid.SendGridTrackingWebhookView", sendgrid, "bounce", "blocked"),
    ("sparkpost.SparkPostTrackingWebhookView", sparkpost, "10", "22"),
    ("unisender_go.UnisenderGoTrackingWebhookView", unisender, "err_user_unknown", "err_mailbox_full"),
]


def heard(view, told):
    """What anymail makes of a service's report."""
    module, _, name = view.partition(".")
    made = object.__new__(getattr(importlib.import_module(f"anymail.webhooks.{module}"), name))
    told = told if isinstance(told, tuple) else (told,)
    if module == "amazon_ses":
        return made.esp_to_anymail_events(*told)[0], made.esp_name
    return made.esp_to_anymail_event(*told), made.esp_name


@pytest.mark.parametrize(("view", "write", "for_good", "for_now"), SERVICES, ids=[row[0].partition(".")[0] for row in SERVICES])
def test_each_service_is_believed_that_an_address_is_gone_only_where_it_says_for_good(notice, view, write, for_good, for_now):
    for kind, gone in ((for_now, False), (for_good, True)):
        event, service = heard(view, write(notice, kind))
        reports.take(None, event, service)
        assert Suppression.objects.standing().of(notice.address).exists() == gone


@pytest.mark.parametrize("event", [DELIVERED, DELAYED, AWAY], ids=["delivered", "delayed", "away"])
def test_what_arrived_or_may_still_arrive_changes_nothing(service, notice, event):
    assert report(event, notice).status_code == 200
    notice.refresh_from_db()
    assert notice.bounced_at is None
    assert not Suppression.objects.exists()


FORGED = {
    "no mail of ours": {"Metadata": {}},
    "another code": {"Metadata": {"notice": "1-aaaaaaaaaaaaaaaaaaaa"}},
    "nonsense": {"Metadata": {"notice": ["x"]}},
    "another address": {"Email": "else@mail.house.gov"},
}


@pytest.mark.parametrize("case", FORGED)
def test_what_names_no_mail_of_ours_changes_nothing(service, notice, case):
    assert report(BOUNCE, notice, **FORGED[case]).status_code == 200
    notice.refresh_from_db()
    assert notice.bounced_at is None
    assert not Suppression.objects.exists()


def test_whoever_has_not_the_secret_is_not_heard(service, notice):
    assert report(BOUNCE, notice, secret="cosign:guess").status_code == 400
    notice.refresh_from_db()
    assert notice.bounced_at is None


def test_the_service_repeats_what_the_mail_says_of_itself_and_its_envelope_is_its_own(service, notice, settings):
    settings.MAIL_BOUNCE_ADDRESS = "bounces@cosign.example"
    message = mail.compose(notice, now=timezone.now())
    assert message.metadata == {"notice": envelope.signed(notice)}
    assert message.from_email == settings.DEFAULT_FROM_EMAIL


def test_only_the_service_in_use_has_a_webhook(service, notice):
    assert Client().post("/mail/reports/sendgrid/tracking/", "[]", content_type="application/json").status_code == 404
    assert Client().post("/mail/reports/postmark/inbound/", "{}", content_type="application/json").status_code == 404


def test_a_site_that_mails_by_a_server_has_no_webhook(notice):
    assert report(BOUNCE, notice).status_code in (302, 404)

"""What a commercial mail service reports to its webhook."""

import logging
import re

from anymail.signals import EventType
from django.utils import timezone

from letters.mail import bounces
from letters.mail.compose import one_line
from letters.mail.envelope import number_of
from letters.models import Notice
from letters.returned import REPLY_LINE, STATUS
from letters.workflow import bouncing

log = logging.getLogger(__name__)

COMPLAINED = "its reader called it spam"
# The mail itself was not taken: too large, against a rule, the mailbox full.
ABOUT_THE_MAIL = re.compile(r"5\.(2\.[23]|3\.4|6\.\d+|7\.\d+)|[24]\..*")
# Where each service says in its own report, and in which words, that the address takes no mail for good. Anymail has one word for
# that and for a mailbox that is full.
FOR_GOOD = {
    "Amazon SES": {"bounce.bounceType": ("Permanent",)},
    "Brevo": {"event": ("hard_bounce", "invalid_email")},
    "Mailgun": {"event-data.reason": ("bounce", "suppress-bounce")},
    "Mailjet": {"error": ("user unknown", "mailbox inactive", "invalid domain", "no mail host")},
    "Mailtrap": {"event": ("bounce",)},
    "Mandrill": {"event": ("hard_bounce",)},
    "Postmark": {"Type": ("HardBounce", "BadEmailAddress")},
    "Resend": {"data.bounce.type": ("Permanent",)},
    "SendGrid": {"type": ("bounce",), "reason": ("Bounced Address", "Invalid")},
    "SparkPost": {"msys.message_event.bounce_class": ("10", "30")},
    "Unisender Go": {"delivery_info.delivery_status": ("err_user_unknown", "err_user_inactive", "err_domain_inactive")},
}


def take(sender, event, esp_name, **kwargs):
    """A receiver of anymail's `tracking`: mail that came back, was refused or complained of. The rest is of no interest."""
    complained = event.event_type == EventType.COMPLAINED
    if not complained and event.event_type not in (EventType.BOUNCED, EventType.REJECTED):
        return
    token = str((event.metadata or {}).get("notice", ""))
    notice = Notice.objects.filter(pk=number_of(token)).first()
    if notice is None or (event.recipient or "").lower() not in ("", notice.address.lower()):
        log.warning("a report of %s names no mail of ours to that address", esp_name)
        return
    told = one_line(" ".join(filter(None, [event.mta_response, event.description, event.reject_reason])))
    because = COMPLAINED if complained else told
    bouncing.bounced(notice, because[:160], gone=complained or is_gone(event, esp_name), now=timezone.now())


def is_gone(event, service):
    """Whether the service, or the mail server that it quotes, says that there is no such mailbox."""
    quoted = one_line(event.mta_response or "")
    status, reply = STATUS.search(quoted), REPLY_LINE.search(quoted)
    if status and ABOUT_THE_MAIL.fullmatch(status[1]):
        return False
    if (status or reply) and bounces.is_gone(status[1] if status else "", quoted):
        return True
    return is_for_good(event.esp_event, service) and not (reply and bounces.is_another_reason(quoted))


def is_for_good(report, service):
    return any(field(report, path) in words for path, words in FOR_GOOD.get(service, {}).items())


def field(report, path):
    for name in path.split("."):
        report = report.get(name) if isinstance(report, dict) else None
    return report

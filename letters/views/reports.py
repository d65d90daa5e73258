"""What a commercial mail service reports to its webhook."""

import logging
import re

from anymail.signals import EventType, RejectReason
from django.utils import timezone

from letters.mail.compose import one_line
from letters.mail.envelope import number_of
from letters.models import Notice
from letters.returned import STATUS
from letters.workflow import bouncing

log = logging.getLogger(__name__)

COMPLAINED = "its reader called it spam"
# The mail itself was not taken: too large, against a rule, the mailbox full.
ABOUT_THE_MAIL = re.compile(r"5\.(2\.[23]|3\.4|6\.\d+|7\.\d+)|[24]\..*")
# The mail was not taken for what it is or for who sent it, or it is not known why; the address may well be good.
NOT_THE_ADDRESS = (RejectReason.TIMED_OUT, RejectReason.BLOCKED, RejectReason.OTHER, None)


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
    status = STATUS.search(told)
    gone = event.reject_reason not in NOT_THE_ADDRESS and not (status and ABOUT_THE_MAIL.fullmatch(status[1]))
    because = COMPLAINED if complained else told
    bouncing.bounced(notice, because[:160], gone=complained or gone, now=timezone.now())

"""What is made of mail that comes back. Whatever was not sent to the address of one of our envelopes is believed in nothing."""

import re
from typing import NamedTuple

from letters import returned
from letters.models import Notice

from .compose import one_line
from .envelope import number_of, tokens_in

# The mail itself was not taken: too large, against a rule, the mailbox full. The address may well be good.
ABOUT_THE_MAIL = re.compile(r"5\.(2\.[23]|3\.4|6\.\d+|7\.\d+)|[24]\..*")
NO_MAILBOX = re.compile(
    r"no such|unknown|unrouteable|(does|do)(n.t| not) exist|not found|invalid|not a valid|no mailbox|disabled|unavailable",
    re.IGNORECASE,
)
STATUS_AT_START = re.compile(r"\s*(\d\.\d{1,3}\.\d{1,3})\b")


class Verdict(NamedTuple):
    """What a message in the folder of returned mail is: `what` is one word for the count.

    For `failed` there is the notice, why in one line, and whether the address takes no mail at all (`gone`).
    """

    what: str
    notice: Notice | None = None
    why: str = ""
    gone: bool = False


def judge(raw):
    """What the message says about one of our mails. Raises letters.limited.Failed when it cannot be read."""
    found = returned.read(raw)
    tokens = tokens_in(found["sent_to"])
    numbers = {number_of(token) for token in tokens}
    if None in numbers:
        return Verdict("forged")
    notice = Notice.objects.filter(pk=numbers.pop()).first() if len(numbers) == 1 else None
    if notice is None:
        return Verdict("unsigned")
    if found["auto_reply"]:
        return Verdict("auto-reply")
    if not found["failed"]:
        return Verdict("no failure")
    for failure in found["failed"]:
        if not failure["addresses"] or notice.address.lower() in failure["addresses"]:
            why = one_line(failure["why"] or failure["status"])[:160]
            return Verdict("failed", notice, why, gone=not ABOUT_THE_MAIL.fullmatch(failure["status"]))
    return Verdict("other address")


def says_gone(code, answer):
    """Whether a mail server's refusal of a recipient (code, text) means that there is no such mailbox."""
    status = STATUS_AT_START.match(answer)
    if status:
        return status[1].startswith("5.1.") or status[1] == "5.2.1"
    return code in (550, 551, 552, 553) and bool(NO_MAILBOX.search(answer))

"""What is made of mail that comes back. Whatever was not sent to the address of one of our envelopes is believed in nothing."""

import re
from typing import NamedTuple

from letters import returned
from letters.models import Notice

from .compose import one_line
from .envelope import number_of, tokens_in

# No such mailbox or host, or one that is switched off. The codes 5.1.7 and 5.1.8 are about the sender.
NO_SUCH_ADDRESS = re.compile(r"5\.(1\.([1-6]|10)|2\.1)")
# Says no more than that it failed, so the server's words are read.
SAYS_LITTLE = re.compile(r"5\.(0\.0|1\.0|4\.4)|")
NO_MAILBOX = re.compile(
    r"no such|unknown|unrouteable|(does|do)(n.t| not) exist|not found|invalid|not a valid|no mailbox|disabled"
    r"|(?<!service )unavailable",
    re.IGNORECASE,
)
ANOTHER_REASON = re.compile(r"spam|virus|block|polic|sender|client|relay|content", re.IGNORECASE)
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
            return Verdict("failed", notice, why, gone=is_gone(failure["status"], failure["why"]))
    return Verdict("other address")


def says_gone(code, answer):
    """Whether a mail server's refusal of a recipient (code, text) means that there is no such mailbox."""
    status = STATUS_AT_START.match(answer)
    return is_gone(status[1], answer) if status else code in (550, 551, 552, 553) and is_gone("", answer)


def is_gone(status, words):
    """Whether the status (as `5.1.1`, or empty) and the words of a failure for good say that there is no such mailbox.

    In doubt it is there: mail can be refused for what it holds, and a server be away for days.
    """
    if NO_SUCH_ADDRESS.fullmatch(status):
        return True
    return bool(SAYS_LITTLE.fullmatch(status) and NO_MAILBOX.search(words)) and not ANOTHER_REASON.search(words)

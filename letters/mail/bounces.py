"""What is made of mail that comes back. Whatever was not sent to the address of one of our envelopes is believed in nothing."""

import re
from typing import NamedTuple

from letters import returned
from letters.models import Notice

from .compose import one_line
from .envelope import number_of, tokens_in

# No such mailbox or host. The codes 5.1.7 and 5.1.8 are about the sender.
NO_SUCH_ADDRESS = re.compile(r"5\.1\.([1-6]|10)")
SWITCHED_OFF = "5.2.1"  # or overrun, as some servers say
NO_ROUTE = "5.4.4"
# Says no more than that it failed, so the server's words are read.
SAYS_LITTLE = re.compile(r"5\.[01]\.0|")
RECIPIENT = r"\b(?:user|recipient|mailbox|account|address|addressee|local[ -]part)s?\b"
NO_SUCH = r"\b(?:unknown|(?:does|do)(?:n.t| not) exist|not found|\w+n.t found|not known|invalid|not (?:a )?valid|no such)\b"
NO_MAILBOX = re.compile(
    rf"{RECIPIENT}[^.;]{{0,60}}?{NO_SUCH}|(?:{NO_SUCH}|\bno|\bunroute?able) (?:(?:e-?mail|mail|local|active|valid) )*{RECIPIENT}"
    r"|\b(?:does|do)(?:n.t| not) have an? +(?:\w+ )?account\b",
    re.IGNORECASE,
)
NO_HOST = re.compile(r"\b(?:host|domain)\b[^.;]{0,30}\bnot found\b", re.IGNORECASE)
# About the mail, or about who sends it: the address may well be good.
ANOTHER_REASON = re.compile(
    r"spam|virus|block|polic|sender|client|relay|content|reputation|\blist(?:ed)?\b|allowed|signature|certificate|authent|verif"
    r"|credential|password|header|format|syntax|command|attachment|hostname"
    r"|\bdns|\bptr\b|\breverse|\b[he][eh]lo\b|\bdkim|\bspf\b|\bdmarc|\bips?\b|\bfrom\b|\benvelope|\breturn|\breply.to|\bmx\b|\brecords?\b"
    r"|quota|\bfull\b|\bsize\b|\bstorage|\brate\b|\blimit|too (?:many|much|quickly|fast|large)|temporar|\btry |\blater\b",
    re.IGNORECASE,
)
DOMAIN = re.compile(r"(?<!\bthis )(?<!\bour )\bdomain", re.IGNORECASE)  # mostly the sender's
NAMES = re.compile(r"\S*(?:@|://)\S*|<[^<>]{0,300}>|[\w-]+(?:\.[\w-]+)+")  # what an address or a host is called says nothing


class Verdict(NamedTuple):
    """What a message in the folder of returned mail is: `what` is one word for the count.

    For `failed` there is the notice, why in one line, and whether the address takes no mail at all (`gone`). What is not
    understood is set aside for a person to look at (`aside`).
    """

    what: str
    notice: Notice | None = None
    why: str = ""
    gone: bool = False
    aside: bool = False


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
    if not found["failed"] and not found["unclear"]:
        return Verdict("no failure")
    for failure in found["failed"]:
        if not failure["addresses"] or notice.address.lower() in failure["addresses"]:
            why = one_line(failure["why"] or failure["status"])[:160]
            return Verdict("failed", notice, why, gone=is_gone(failure["status"], failure["why"]))
    return Verdict("not understood", aside=True) if found["unclear"] else Verdict("other address")


def says_gone(code, answer):
    """Whether a mail server's refusal of a recipient (code, text) means that there is no such mailbox."""
    status = returned.STATUS.match(answer.lstrip())
    return is_gone(status[1], answer) if status else code in (550, 551, 552, 553) and is_gone("", answer)


def is_gone(status, words):
    """Whether the status (as `5.1.1`, or empty) and the words of a failure for good say that there is no such mailbox.

    In doubt it is there: mail can be refused for what it holds or for who sends it, and a server be away for days.
    """
    if NO_SUCH_ADDRESS.fullmatch(status):
        return True
    words = NAMES.sub(" ", words[:1000])
    if is_another_reason(words):
        return False
    if status == NO_ROUTE:
        return bool(NO_HOST.search(words))
    return status == SWITCHED_OFF or bool(SAYS_LITTLE.fullmatch(status) and NO_MAILBOX.search(words) and not DOMAIN.search(words))


def is_another_reason(words):
    """Whether the words of a failure speak of the mail or of who sends it."""
    return bool(ANOTHER_REASON.search(NAMES.sub(" ", words)))

"""Reads what mail servers send back: standard delivery reports (RFC 3464), and the plain letters of servers that write none.

Strangers write such mail, so it is read by a child process with limits, and only its beginning: what a report says stands
there, and the mail that comes back with it is none of our business.
"""

import email
import email.policy
import re

from flufl.bounce import all_failures

from letters.limited import MEGABYTE, Children, Limits

MOST_BYTES = 256 * 1024
MOST_REPORTS = 50
LIMITS = Limits(seconds=5, memory=256 * MEGABYTE, answer=MEGABYTE)
# Where the servers on the way, and ours at last, write to whom the report was sent.
DELIVERED_TO = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to", "to", "received")
STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
REPLY_LINE = re.compile(r"\b(5\d\d)[ -]\S")
STATUS_OF_QMAIL = re.compile(r"\(#[245]\.\d{1,3}\.\d{1,3}\)")
SERVERS = re.compile(r"mailer-daemon|postmaster|mail.?delivery|microsoftexchange", re.IGNORECASE)
XTEXT = re.compile(r"\+([0-9A-F]{2})")
FAILED = ("fail", "error")  # OpenSMTPD writes `error`

_readers = Children("letters.returned:answer", LIMITS, jobs=100)


def read(raw: bytes) -> dict:
    """What a mail server reports, in JSON types. Raises letters.limited.Failed where it cannot be read within LIMITS.

    sent_to: what its headers say about whom it was sent to, as text. auto_reply: whether a person's program answered.
    failed: for each failure for good its addresses (lower case; none where the report names none), status and reason.
    """
    found, _ = _readers.ask({}, raw[:MOST_BYTES])
    return found


def answer(question: dict, raw: bytes):
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    sent_to = " ".join(text(value) for name in DELIVERED_TO for value in message.get_all(name, []))[:20_000]
    reports = [block for part in message.walk() if part.get_content_type() == "message/delivery-status" for block in blocks(part)]
    auto_reply = not reports and is_auto_reply(message)
    failed = [failure(block) for block in reports if text(block.get("action")).lower().strip().startswith(FAILED)]
    if not reports and not auto_reply:
        failed = told_in_words(message, raw)
    return {"sent_to": sent_to, "auto_reply": auto_reply, "failed": failed[:MOST_REPORTS]}, b""


def text(value):
    """A header's value as text without NULs and breaks, whatever its bytes."""
    return re.sub(r"[\x00-\x1f\x7f\ud800-\udfff]+", " ", str(value or ""))


def blocks(part):
    """The groups of fields of a delivery report, those that name what was done with a recipient."""
    payload = part.get_payload()
    if isinstance(payload, str):
        payload = [email.message_from_string(group) for group in re.split(r"\n\s*\n", payload)]
    return [block for block in payload if block.get("action")]


def failure(block):
    """One recipient's failure. A status that says no more than `failed` gives way to the one in the server's own words."""
    diagnostic = text(block.get("diagnostic-code")).partition(";")[2].strip() or text(block.get("diagnostic-code")).strip()
    found = [*STATUS.findall(text(block.get("status"))), *STATUS.findall(diagnostic)]
    exact = [status for status in found if not status.endswith(".0.0")]
    reply = REPLY_LINE.match(diagnostic)
    status = (exact or found or (["5.0.0"] if reply else [""]))[0]
    names = [recipient(block.get("original-recipient"), xtext=True), recipient(block.get("final-recipient"))]
    return {"addresses": sorted(set(filter(None, names))), "status": status, "why": diagnostic[:300]}


def recipient(value, *, xtext=False):
    """`rfc822; Ada@House.gov` as `ada@house.gov`."""
    value = text(value)
    address = (value.partition(";")[2] or value).partition("(")[0].strip().strip("<>").strip()
    if xtext:
        address = XTEXT.sub(lambda found: chr(int(found[1], 16)), address)
    return address.lower() if "@" in address else ""


def is_auto_reply(message):
    """Exim marks its reports as replies too, so only what no server signed counts as a person's."""
    by_a_server = message.get("x-failed-recipients") or SERVERS.search(text(message.get("from")))
    replied = text(message.get("auto-submitted")).lower().strip().startswith("auto-replied")
    marks = any(message.get(name) for name in ("x-autoreply", "x-autorespond", "x-auto-response-suppress"))
    precedence = text(message.get("precedence")).lower().strip() == "auto_reply"
    return not by_a_server and (replied or marks or precedence)


def told_in_words(message, raw):
    """The failure that a server tells in a plain letter."""
    _, permanent = all_failures(message)
    addresses = sorted({address.decode("ascii", "replace").lower() for address in permanent if b"@" in address})
    if not addresses:
        return []
    lines = [text(line).strip() for line in raw.partition(b"\n\n")[2].decode("utf-8", "replace").splitlines()[:300]]
    why = next((line for line in lines if REPLY_LINE.search(line) or STATUS_OF_QMAIL.search(line)), "")
    return [{"addresses": addresses, "status": (STATUS.findall(why) or ["5.0.0"])[0], "why": why[:300]}]

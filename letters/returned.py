"""Reads what mail servers send back: standard delivery reports (RFC 3464), and the plain letters of servers that write none.

Strangers write such mail, so it is read by a child process with limits, and only its beginning: what a report says stands
there, and the mail that comes back with it is none of our business.
"""

import base64
import email
import email.policy
import html
import quopri
import re

from flufl.bounce import all_failures

from letters.limited import MEGABYTE, Children, Limits

MOST_BYTES = 256 * 1024
MOST_REPORTS = 50
LIMITS = Limits(seconds=5, memory=256 * MEGABYTE, answer=MEGABYTE)
# Where the servers on the way, and ours at last, write to whom the report was sent.
DELIVERED_TO = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to", "to", "received")
REPORTS = ("message/delivery-status", "message/global-delivery-status")
STATUS = re.compile(r"(?<![\w.])([245]\.\d{1,3}\.\d{1,3})(?!\.?\d)")  # and no part of an IP address
REPLY_LINE = re.compile(r"\b(5\d\d)[ -]\S")
STATUS_WITHOUT_REPLY = re.compile(r"#5\.\d{1,3}\.\d{1,3}\b")  # as qmail and Exchange write it
SERVERS = re.compile(r"mailer-daemon|postmaster|mail.?delivery|microsoftexchange", re.IGNORECASE)
XTEXT = re.compile(r"\+([0-9A-F]{2})")
FAILED = ("fail", "error")  # OpenSMTPD writes `error`
NOT_FAILED = ("delayed", "delivered", "relayed", "expanded")
DELAYED = re.compile(r"\bdelay|not yet been delivered|still undelivered|warning message only|will (keep|continue)", re.IGNORECASE)
ADDRESS = re.compile(r"[\w.+'=-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
COPY = re.compile(r"\n-{2,}[^\n]*(?:copy|original|below)|\n\s*original message headers", re.IGNORECASE)
LINE_ENDS = re.compile(r"<(?:br|/?(?:p|div|tr|td|li|h\d))\b[^<>]*>", re.IGNORECASE)
TAG = re.compile(r"<[^<>]*>")

_readers = Children("letters.returned:answer", LIMITS, jobs=100)


def read(raw: bytes) -> dict:
    """What a mail server reports, in JSON types. Raises letters.limited.Failed where it cannot be read within LIMITS.

    sent_to: what its headers say about whom it was sent to, as text. auto_reply: whether a person's program answered.
    failed: for each failure for good its addresses (lower case; none where the report names none), status and reason.
    unclear: whether a server wrote it in words of its own, of which not all may be understood.
    """
    found, _ = _readers.ask({}, raw[:MOST_BYTES])
    return found


def answer(question: dict, raw: bytes):
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    sent_to = " ".join(text(value) for name in DELIVERED_TO for value in message.get_all(name, []))[:20_000]
    reports = [block for part in message.walk() if part.get_content_type() in REPORTS for block in blocks(part)]
    auto_reply = not reports and is_auto_reply(message)
    failed = [failure(block) for block in reports if action(block).startswith(FAILED)]
    words = words_of(message)
    clear = all(action(block).startswith((*FAILED, *NOT_FAILED)) for block in reports) if reports else is_delayed(message, words)
    unclear = not auto_reply and not clear and from_a_server(message)
    if not reports and not auto_reply:
        failed = told_in_words(message, words, all_of_it=unclear)
    return {"sent_to": sent_to, "auto_reply": auto_reply, "failed": failed[:MOST_REPORTS], "unclear": unclear}, b""


def text(value):
    """A header's value as text without NULs and breaks, whatever its bytes."""
    return re.sub(r"[\x00-\x1f\x7f\ud800-\udfff]+", " ", str(value or ""))


def blocks(part):
    """The groups of fields of a delivery report, those that name what was done with a recipient."""
    payload = part.get_payload()
    written = payload.encode("utf-8", "surrogateescape") if isinstance(payload, str) else b"\n".join(map(bytes, payload))
    coding = text(part.get("content-transfer-encoding")).lower().strip()
    if coding == "base64":
        written = base64.b64decode(b"".join(written.split()) + b"==")
    elif coding == "quoted-printable":
        written = quopri.decodestring(written)
    groups = re.split(r"\n\s*\n", written.decode("utf-8", "replace"))
    return [block for block in map(email.message_from_string, groups) if block.get("action")]


def action(block):
    return text(block.get("action")).lower().strip()


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
    replied = text(message.get("auto-submitted")).lower().strip().startswith("auto-replied")
    marks = any(message.get(name) for name in ("x-autoreply", "x-autorespond", "x-auto-response-suppress"))
    precedence = text(message.get("precedence")).lower().strip() == "auto_reply"
    return not signed_by_a_server(message) and (replied or marks or precedence)


def signed_by_a_server(message):
    return bool(message.get("x-failed-recipients") or SERVERS.search(text(message.get("from"))))


def from_a_server(message):
    return signed_by_a_server(message) or text(message.get("return-path")).strip() == "<>"


def is_delayed(message, words):
    return bool(DELAYED.search(text(message.get("subject"))) or DELAYED.search(words))


def words_of(message):
    """The beginning of its text, of that in HTML where there is none without, up to the mail that came back with it."""
    for kind in ("text/plain", "text/html"):
        words = "\n".join(decoded(part) for part in own_parts(message) if part.get_content_type() == kind)[:50_000]
        if kind == "text/html":
            words = html.unescape(TAG.sub("", LINE_ENDS.sub("\n", " ".join(words.split()))))
        if words.strip():
            return COPY.split(words.replace("\r", ""), maxsplit=1)[0]
    return ""


def own_parts(message):
    """Its parts that hold no others; of a mail within it none."""
    if message.get_content_maintype() == "multipart" and message.is_multipart():
        return [own for part in message.get_payload() for own in own_parts(part)]
    return [message]


def decoded(part):
    return (part.get_payload(decode=True) or b"").decode("utf-8", "replace")


def told_in_words(message, words, *, all_of_it):
    """The failure that a server tells in a plain letter.

    Of letters of known shapes it is known of whom they speak. Any other is taken to speak of all whom it names (`all_of_it`), if
    it says that the failure is for good.
    """
    _, permanent = all_failures(message)
    addresses = {address.decode("ascii", "replace").lower() for address in permanent if b"@" in address}
    lines = [text(line).strip() for line in words.splitlines()[:300]]
    why = next((line for line in lines if REPLY_LINE.search(line) or STATUS_WITHOUT_REPLY.search(line)), "")
    if not addresses and all_of_it and why:
        addresses = {address.lower() for address in ADDRESS.findall(" ".join(lines))[:MOST_REPORTS]}
    if not addresses:
        return []
    return [{"addresses": sorted(addresses), "status": (STATUS.findall(why) or ["5.0.0"])[0], "why": why[:300]}]

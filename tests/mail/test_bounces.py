"""What mail servers report of mail that came back: believed where the address proves it, and nothing else is."""

import errno
import re
import time
from pathlib import Path

import pytest
from django.core import mail as django_mail
from django.utils import timezone

from letters import mail, tasks
from letters.mail import bounces, envelope
from letters.models import Notice, Suppression
from tests.mail import occasions, returned

pytestmark = pytest.mark.django_db
ADDRESS = "bounces@cosign.example"


@pytest.fixture(autouse=True)
def configured(settings):
    settings.MAIL_BOUNCE_ADDRESS = ADDRESS


@pytest.fixture
def notice():
    found = occasions.invitation()
    found.sent_at = timezone.now()
    found.save()
    return found


def forged(notice):
    number, _, code = envelope.signed(notice).partition("-")
    return f"bounces+{number}-{'b' if code[0] == 'a' else 'a'}{code[1:]}@cosign.example"


def of_another(notice):
    return envelope.sender(notice).replace(f"+{notice.pk}-", f"+{notice.pk + 1}-")


# --- the envelope ---


def test_the_envelope_names_the_notice_and_the_reader_sees_who_writes(notice, settings):
    message = mail.compose(notice, now=timezone.now())
    assert message.from_email == envelope.sender(notice)
    assert message.message()["From"] == settings.DEFAULT_FROM_EMAIL
    assert len(message.message().get_all("From")) == 1
    local, _, domain = message.from_email.partition("@")
    assert domain == "cosign.example"
    assert re.fullmatch(rf"bounces\+{notice.pk}-[a-z2-7]{{20}}", local)


def test_without_an_address_for_returned_mail_the_envelope_is_as_the_header(notice, settings):
    settings.MAIL_BOUNCE_ADDRESS = ""
    message = mail.compose(notice, now=timezone.now())
    assert message.from_email == message.message()["From"] == settings.DEFAULT_FROM_EMAIL


def test_the_longest_envelope_is_one_that_servers_take(settings):
    settings.MAIL_BOUNCE_ADDRESS = f"{'b' * envelope.MOST_LOCAL}@cosign.example"
    local = envelope.sender(Notice(pk=10**18 - 1)).partition("@")[0]
    assert len(local) == 64
    assert envelope.number_of(local.partition("+")[2]) == 10**18 - 1


def test_a_code_holds_with_the_key_it_was_made_with_and_with_no_other(notice, settings):
    token, old = envelope.signed(notice), settings.SECRET_KEY
    assert envelope.number_of(token) == envelope.number_of(token.upper()) == notice.pk
    settings.SECRET_KEY = "another key"
    assert envelope.number_of(token) is None
    settings.SECRET_KEY_FALLBACKS = [old]
    assert envelope.number_of(token) == notice.pk


@pytest.mark.parametrize("token", ["", "-", "1", "1-", "x-aaaaaaaaaaaaaaaaaaaa", "²-aaaaaaaaaaaaaaaaaaaa", "9" * 30 + "-a"])
def test_what_is_no_token_is_none(token):
    assert envelope.number_of(token) is None


# --- what is a failure ---

STANDARD = {
    "no such mailbox": ({}, True),
    "status only in the diagnostic": ({"status": "5.0.0", "diagnostic": "smtp; 550 5.1.1 No such user"}, True),
    "action with a comment": ({"action": "Failed (permanently)"}, True),
    "as OpenSMTPD says it": ({"action": "error"}, True),
    "original recipient": ({"final": "ada.primary@other.example", "original": "OWN"}, True),
    "no recipient named": ({"final": ""}, True),
    "mailbox full": ({"status": "5.2.2", "diagnostic": "smtp; 552 5.2.2 Mailbox full"}, False),
    "against a rule": ({"status": "5.7.1", "diagnostic": "smtp; 550 5.7.1 Message rejected"}, False),
    "too large": ({"status": "5.3.4", "diagnostic": "smtp; 552 5.3.4 too big"}, False),
    "given up after days": ({"status": "4.4.1", "diagnostic": "X-Postfix; connection timed out"}, False),
    "nothing but words": ({"status": "5.0.0", "diagnostic": "smtp; 550 User unknown"}, True),
    "it may be there": ({"status": "5.0.0", "diagnostic": "smtp; 550 Mailbox unavailable"}, False),
    "too many mails at once": (
        {"status": "5.2.1", "diagnostic": "smtp; 550-5.2.1 The user is receiving mail at a rate that 550-5.2.1 prevents more"},
        False,
    ),
    "switched off": ({"status": "5.2.1", "diagnostic": "smtp; 550 5.2.1 Mailbox disabled"}, True),
    "a server's own number": (
        {"status": "5.0.0", "diagnostic": "smtp; host mx.example[192.5.1.1] said: 550 Message blocked as spam"},
        False,
    ),
    "the number of our server": ({"status": "5.0.0", "diagnostic": "smtp; 550 Rejected, 5.1.1.9 is on a list"}, False),
    "no such domain": ({"status": "5.4.4", "diagnostic": "X-Postfix; Host or domain name not found"}, True),
    "taken for spam": ({"status": "5.0.0", "diagnostic": "smtp; 550 This message was classified as SPAM"}, False),
    "blocked": ({"status": "5.0.0", "diagnostic": "smtp; 554 Service unavailable; unknown host is blocked"}, False),
    "nobody knows why": ({"status": "5.0.0", "diagnostic": "smtp; 554 5.0.0 Service unavailable"}, False),
    "a server that was away for days": ({"status": "5.0.0", "diagnostic": "X-Exim; retry timeout exceeded"}, False),
    "too old": ({"status": "5.4.7", "diagnostic": "smtp; 550 Delivery time expired"}, False),
    "a loop": ({"status": "5.4.6", "diagnostic": "X-Postfix; mail forwarding loop"}, False),
    "our own address is unknown": ({"status": "5.1.8", "diagnostic": "smtp; 550 5.1.8 Sender's domain not found"}, False),
}


@pytest.mark.parametrize("case", STANDARD)
def test_a_failure_for_good_is_one_and_stops_the_address_where_it_is_about_the_address(notice, case):
    fields, gone = STANDARD[case]
    own = {name: notice.address if value == "OWN" else value for name, value in fields.items()}
    report = returned.standard(notice, **own)
    for shape in (report, report.replace(b"\n", b"\r\n"), returned.in_base64(report), returned.internationalized(report)):
        verdict = bounces.judge(shape)
        assert (verdict.what, verdict.notice, verdict.gone) == ("failed", notice, gone)


GONE = [
    "5.1.1 Whatever is said then",
    "5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
    "5.2.1 The email account that you tried to reach is inactive. https://support.example/?p=DisabledUser",
    "User unknown",
    "Unknown user",
    "No Such User Here",
    "No such user (ada) here",
    "Unrouteable address",
    "Mailbox does not exist!",
    "mailbox not found",
    "Invalid recipient <ada@mail.example>",
    "Recipient unknown",
    "Addressee unknown",
    "user ada.able@mail.example does not exist",
    "<ada@mail.policy.example>: Recipient address rejected: User unknown in virtual mailbox table",
    "Sorry, no mailbox here by that name. (#5.1.1)",
    "This user doesn't have a mail.example account (ada@mail.example) [0]",
    "not a valid mailbox",
]
NOT_GONE = [
    "",
    "5.7.25 reverse DNS for 203.0.113.5 not found: user unknown",
    "5.2.1 The user you are trying to contact is receiving mail too quickly",
    "5.2.2 No such user has room",
    "Rejected: reverse DNS for 203.0.113.5 not found",
    "Access denied - host 203.0.113.5 reverse DNS not found",
    "Cannot find your reverse hostname: unknown [203.0.113.5]",
    "5.1.1.9 is listed",
    "Invalid DKIM signature",
    "HELO name invalid",
    "EHLO argument: address not found",
    "Sorry, your domain does not exist in DNS",
    "Domain of sender address does not exist",
    "DMARC check failed: SPF record not found",
    "Mailbox unavailable",
    "Mailbox unavailable: quota exceeded",
    "mailbox for user is full; temporarily disabled",
    "Invalid From: address",
    "invalid return address",
    "Unknown host address 203.0.113.5",
    "recipient's server found an invalid header",
    "Verification failed for <bounces+1-x@cosign.example>: No Such User Here",
    "unauthenticated mail, not a valid user",
    "Address unknown: our policy",
    "no access to mailbox",
]


@pytest.mark.parametrize(("answers", "gone"), [(GONE, True), (NOT_GONE, False)], ids=["gone", "not gone"])
def test_a_refusal_stops_the_address_only_where_it_is_about_the_recipient(answers, gone):
    assert [answer for answer in answers if bounces.says_gone(550, answer) != gone] == []


def test_no_refusal_by_another_code_stops_the_address_without_a_status():
    assert not bounces.says_gone(554, "User unknown")
    assert bounces.says_gone(554, "5.1.1 User unknown")


IN_THEIR_OWN_WAY = [
    *(returned.exchange, returned.exim, returned.qmail),
    *(returned.exchange_in_html, returned.exchange_2003, returned.groupwise),
]


@pytest.mark.parametrize("make", IN_THEIR_OWN_WAY)
def test_servers_that_write_in_their_own_way_are_understood(notice, make):
    verdict = bounces.judge(make(notice))
    assert (verdict.what, verdict.notice, verdict.gone) == ("failed", notice, True)


@pytest.mark.parametrize(
    ("make", "words", "instead"),
    [
        (returned.exim, "550 5.1.1 The email account that you tried to reach does not exist", "retry timeout exceeded"),
        (returned.exim, "550 5.1.1 The email account that you tried to reach does not exist", "550 spam detected"),
        (returned.qmail, "no mailbox here by that name. (#5.1.1)", "this message has been in the queue too long."),
    ],
)
def test_in_a_plain_letter_too_only_a_mailbox_that_is_not_there_stops_the_address(notice, make, words, instead):
    verdict = bounces.judge(make(notice).replace(words.encode(), instead.encode()))
    assert (verdict.what, verdict.gone) == ("failed", False)


def test_the_reason_is_the_servers_own_in_one_line(notice):
    diagnostic = "smtp; 550 5.1.1 Nobody\n  here\u202e by that name"
    assert bounces.judge(returned.standard(notice, diagnostic=diagnostic)).why.startswith("550 5.1.1 Nobody here")
    assert len(bounces.judge(returned.standard(notice, diagnostic="smtp; 550 " + "no " * 500)).why) <= 160


# --- what is none ---

NO_FAILURE = {
    "delayed": (lambda notice: returned.standard(notice, action="delayed", status="4.4.1"), "no failure"),
    "delivered": (lambda notice: returned.standard(notice, action="delivered", status="2.0.0"), "no failure"),
    "relayed": (lambda notice: returned.standard(notice, action="relayed", status="2.0.0"), "no failure"),
    "out of office": (returned.out_of_office, "auto-reply"),
    "somebody else's address": (lambda notice: returned.standard(notice, final="list@other.example"), "other address"),
    "forged code": (lambda notice: returned.standard(notice, to=forged(notice)), "forged"),
    "code of another notice": (lambda notice: returned.standard(notice, to=of_another(notice)), "forged"),
    "no code": (lambda notice: returned.standard(notice, to=ADDRESS), "unsigned"),
    "another domain": (
        lambda notice: returned.standard(notice, to=f"bounces+{envelope.signed(notice)}@evil.example"),
        "unsigned",
    ),
    "code only in the mail that came back": (
        lambda notice: returned.standard(notice, to=ADDRESS).replace(b"A mail.", envelope.sender(notice).encode()),
        "unsigned",
    ),
    "an ordinary letter": (lambda notice: f"To: {envelope.sender(notice)}\n\nHello.\n".encode(), "no failure"),
    "a warning": (returned.sendmail_warning, "no failure"),
    "nothing": (lambda notice: b"", "unsigned"),
}


@pytest.mark.parametrize("case", NO_FAILURE)
def test_whatever_is_no_failure_of_ours_changes_nothing(notice, case, maildir):
    make, what = NO_FAILURE[case]
    before = Notice.objects.filter(pk=notice.pk).values().get()
    maildir.put(make(notice))
    assert tasks.take_bounces() == {what: 1}
    assert Notice.objects.filter(pk=notice.pk).values().get() == before
    assert not Suppression.objects.exists()
    assert maildir.left() == []


# --- the folder ---


class Folder:
    """A real maildir into which a delivery agent puts messages."""

    def __init__(self, root):
        self.root = root
        for name in ("cur", "new", "tmp"):
            (root / name).mkdir(parents=True)
        self.count = 0

    def put(self, raw):
        self.count += 1
        (self.root / "new" / f"{self.count:06}.M1.host").write_bytes(raw)

    def left(self):
        return sorted(path.name for path in (self.root / "new").iterdir())

    def marks(self):
        return sorted(path.name.partition(":2,")[2] for path in (self.root / "cur").iterdir())


@pytest.fixture
def maildir(tmp_path, settings):
    folder = Folder(tmp_path / "bounces")
    settings.BOUNCES = f"maildir:{folder.root}"
    return folder


def test_a_bounce_marks_the_notice_and_stops_the_address_once(notice, maildir):
    for _ in range(2):
        maildir.put(returned.standard(notice))
    assert tasks.take_bounces() == {"failed": 2}
    notice.refresh_from_db()
    assert notice.bounced_at is not None
    assert "User unknown" in notice.bounced_because
    assert Suppression.objects.get().address == notice.address.lower()
    first = notice.bounced_at
    maildir.put(returned.standard(notice, diagnostic="smtp; 550 5.1.1 Told again"))
    tasks.read_bounces()
    notice.refresh_from_db()
    assert (notice.bounced_at, "Told again" in notice.bounced_because) == (first, False)
    assert maildir.marks() == ["S", "S", "S"]
    assert tasks.take_bounces() == {}


def test_a_message_that_a_reader_of_mail_has_moved_and_not_read_is_read(notice, maildir):
    (maildir.root / "cur" / "7.M7.host:2,").write_bytes(returned.standard(notice))
    assert tasks.take_bounces() == {"failed": 1}
    assert maildir.marks() == ["S"]


LARGE = b"x" * 76 + b"\n"
PART = b"--b\nContent-Type: message/delivery-status\n\nAction: x\n"
HOSTILE = {
    "10 MB": lambda head: head + b"\n" + LARGE * 140_000,
    "one line of 10 MB": lambda head: head + b"\n" + b"<a@b " * 2_000_000,
    "1000 parts": lambda head: head + b'Content-Type: multipart/report; boundary="b"\n\n' + PART * 1000,
    "parts within parts": lambda head: (
        head + b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(3000))
    ),
    "messages within messages": lambda head: head + b"Content-Type: message/rfc822\n\n" * 3000,
    "wrong charset": lambda head: head + b"Content-Type: text/plain; charset=klingon-8\n\n\xff\xfe\x00 550 failed\n",
    "NULs": lambda head: head.replace(b"To:", b"To:\0") + b"Subject: \0\0\n\n" + b"\0" * 5000,
    "broken base64": lambda head: head + b"Content-Transfer-Encoding: base64\nContent-Type: text/plain\n\n====%%%\n",
    "no boundary": lambda head: head + b"Content-Type: multipart/report; report-type=delivery-status\n\n--\nAction: failed\n",
    "a header of 200 kB": lambda head: head + b"Received: " + b"for <a@b>; (" * 20_000 + b"\n\n",
    "bytes": lambda head: head + bytes(range(256)) * 500,
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_message_is_read_once_and_holds_up_no_other(notice, maildir, case):
    head = f"From: MAILER-DAEMON\nTo: {envelope.sender(notice)}\n".encode()
    maildir.put(HOSTILE[case](head))
    maildir.put(returned.standard(notice))
    begun = time.monotonic()
    counts = tasks.take_bounces()
    assert counts["failed"] == 1
    assert sum(counts.values()) == 2
    assert maildir.left() == []
    assert time.monotonic() - begun < 30
    assert tasks.take_bounces() == {}


def test_a_message_that_cannot_be_read_is_set_aside_for_a_person_to_look_at(maildir, caplog):
    maildir.put(HOSTILE["messages within messages"](b"To: ada@house.gov\n"))
    assert tasks.take_bounces() == {"set aside": 1}
    assert maildir.marks() == ["FS"]
    assert "a message was set aside" in caplog.text
    assert "ada@house.gov" not in caplog.text


UNCLEAR = {
    "words that nobody knows": returned.unheard_of,
    "another address in words": lambda notice: returned.exchange_2003(notice, "list@other.example"),
    "an action that is none": lambda notice: returned.standard(notice, action="misplaced"),
}


@pytest.mark.parametrize("case", UNCLEAR)
def test_what_a_server_writes_that_is_not_understood_is_set_aside_for_a_person_to_look_at(notice, maildir, case):
    maildir.put(UNCLEAR[case](notice))
    assert tasks.take_bounces() == {"not understood": 1}
    assert maildir.marks() == ["FS"]
    notice.refresh_from_db()
    assert notice.bounced_at is None


def test_a_file_that_cannot_be_read_holds_up_no_other_and_is_set_aside_the_second_time(notice, maildir, monkeypatch):
    maildir.put(b"damaged")
    maildir.put(returned.standard(notice))
    opened = Path.open

    def fail(path, *args, **named):
        if path.name.startswith("000001."):
            raise OSError(errno.EIO, "damaged")
        return opened(path, *args, **named)

    monkeypatch.setattr(Path, "open", fail)
    assert tasks.take_bounces() == {"unreadable for now": 1, "failed": 1}
    assert tasks.take_bounces() == {"set aside": 1}
    assert maildir.marks() == ["FS", "S"]
    assert tasks.take_bounces() == {}


def test_a_folder_that_is_not_there_costs_a_line_in_the_log(settings, tmp_path, caplog):
    settings.BOUNCES = f"maildir:{tmp_path}/nowhere"
    tasks.read_bounces()
    assert "its folder cannot be read" in caplog.text


# --- what follows from it ---


def test_nothing_is_sent_to_an_address_from_which_mail_came_back_but_codes_to_sign_in_are(notice, maildir, client):
    maildir.put(returned.standard(notice))
    tasks.take_bounces()
    Notice.objects.exclude(pk=notice.pk).update(dropped_at=timezone.now())
    again = Notice.objects.get(pk=notice.pk)
    again.pk, again.key, again.sent_at, again.bounced_at = None, "again", None, None
    again.address = notice.address.upper()
    again.save()
    tasks.deliver()
    again.refresh_from_db()
    assert again.dropped_because.startswith("mail to this address came back: 550 5.1.1")
    assert django_mail.outbox == []
    client.post("/account/login/code/", {"email": notice.address})
    assert [message.to for message in django_mail.outbox] == [[notice.address]]

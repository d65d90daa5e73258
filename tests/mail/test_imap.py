"""Returned mail in a folder of a real IMAP server: Dovecot, where it is installed."""

import getpass
import grp
import imaplib
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import NamedTuple

import pytest
from django.utils import timezone

from letters import tasks
from letters.mail import inbox
from tests.mail import occasions, returned

pytestmark = pytest.mark.django_db
DOVECOT = shutil.which("dovecot", path="/usr/sbin:/usr/bin:/usr/local/sbin")
needs_dovecot = pytest.mark.skipif(DOVECOT is None, reason="needs Dovecot")
CONFIGURATION = """
base_dir = {root}/run
state_dir = {root}/run
log_path = {root}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{root}/mail
first_valid_uid = 0
default_internal_user = {inner}
default_internal_group = {inner}
default_login_user = {login}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
passdb {{
  driver = static
  args = password=s3cret/+
}}
userdb {{
  driver = static
  args = uid={reader} gid={group} home={root}/mail allow_all_users=yes
}}
"""


@pytest.fixture
def notice(settings):
    settings.MAIL_BOUNCE_ADDRESS = "bounces@cosign.example"
    found = occasions.invitation()
    found.sent_at = timezone.now()
    found.save()
    return found


def users():
    """Who does what: the server parts its work among users where it can, and reads no mail as root."""
    if os.getuid():
        return {**dict.fromkeys(["inner", "login", "reader"], getpass.getuser()), "group": grp.getgrgid(os.getgid()).gr_name}
    return {"inner": "dovecot", "login": "dovenull", "reader": "dovenull", "group": "dovenull"}


class Server(NamedTuple):
    port: int
    root: Path


@pytest.fixture(scope="module")
def server():
    """Dovecot on a port of its own: the port, and the folder in which it keeps everything."""
    with tempfile.TemporaryDirectory() as name, socket.socket() as probe:
        root = Path(name)
        root.chmod(0o755)
        (root / "mail").mkdir()
        if not os.getuid():
            shutil.chown(root / "mail", users()["reader"], users()["group"])
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        configuration = root / "dovecot.conf"
        configuration.write_text(CONFIGURATION.format(root=root, port=port, **users()))
        process = subprocess.Popen([DOVECOT, "-F", "-c", configuration], stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
        try:
            logged_in(port, root, time.monotonic() + 20).logout()
            yield Server(port, root)
        finally:
            process.terminate()
            process.wait(20)


@pytest.fixture
def imap(server, settings):
    """A client of the server, with an empty folder `INBOX.Returned` beside the inbox."""
    client = logged_in(server.port)
    client.create("INBOX.Returned")
    settings.BOUNCES = f"imap://bounces:s3cret%2F%2B@127.0.0.1:{server.port}/INBOX.Returned"
    yield client
    client.select()
    client.delete("INBOX.Returned")
    client.logout()


def logged_in(port, root=None, until=0):
    while True:
        try:
            client = imaplib.IMAP4("127.0.0.1", port, timeout=10)
        except (OSError, imaplib.IMAP4.abort):
            assert time.monotonic() < until, root and (root / "log").read_text()
            time.sleep(0.1)
        else:
            client.login("bounces", "s3cret/+")
            return client


def flags(client):
    client.select('"INBOX.Returned"', readonly=True)
    _, found = client.fetch("1:*", "(FLAGS)")
    return [sorted(flag.decode() for flag in imaplib.ParseFlags(line) if flag != rb"\Recent") for line in found]


@needs_dovecot
def test_each_message_of_the_folder_is_read_once_and_stays(imap, notice):
    for raw in (returned.standard(notice), b"x" * 2_000_000, b"Content-Type: message/rfc822\n\n" * 3000):
        imap.append("INBOX.Returned", None, None, raw.replace(b"\n", b"\r\n"))
    assert tasks.take_bounces() == {"failed": 1, "unsigned": 1, "set aside": 1}
    notice.refresh_from_db()
    assert "User unknown" in notice.bounced_because
    assert flags(imap) == [["\\Seen"], ["\\Seen"], ["\\Flagged", "\\Seen"]]
    assert tasks.take_bounces() == {}


@pytest.fixture
def mails_of(server):
    """The files of the messages in the folder of returned mail, in the order in which they came."""

    def find():
        found = Path(server.root).glob("mail/.*Returned/*/*")
        return sorted((path for path in found if path.parent.name in ("new", "cur")), key=lambda path: path.name)

    return find


@needs_dovecot
def test_a_message_whose_file_cannot_be_read_holds_up_no_other_and_is_set_aside(imap, notice, mails_of, monkeypatch):
    monkeypatch.setattr(tasks, "_unreadable", set())
    imap.append("INBOX.Returned", None, None, b"damaged\r\n")
    imap.append("INBOX.Returned", None, None, returned.standard(notice).replace(b"\n", b"\r\n"))
    mails_of()[0].chmod(0)
    assert tasks.take_bounces() == {"unreadable for now": 1, "failed": 1}
    assert tasks.take_bounces() == {"set aside": 1}
    assert tasks.take_bounces() == {}
    notice.refresh_from_db()
    assert notice.bounced_at is not None


class Answers:
    """An IMAP server of one folder with messages 1 to n; what it answers to each FETCH is scripted, or the message itself."""

    def __init__(self, raw, fetches, count):
        self.raw, self.fetches, self.seen, self.count = raw, list(fetches), [], count
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            with client, client.makefile("rwb") as lines:
                lines.write(b"* OK ready\r\n")
                lines.flush()
                for line in lines:
                    answer = self.answer(*line.split(b" ", 1))
                    if answer is None:
                        break
                    lines.write(answer)
                    lines.flush()

    def answer(self, tag, command):
        command = command.strip().upper()
        before = b""
        if command.startswith(b"CAPABILITY"):
            before = b"* CAPABILITY IMAP4rev1\r\n"
        elif command.startswith(b"UID SEARCH"):
            left = [number for number in range(1, self.count + 1) if number not in self.seen]
            before = b"* SEARCH " + " ".join(map(str, left)).encode() + b"\r\n"
        elif command.startswith(b"UID FETCH"):
            if self.fetches and (answer := self.fetches.pop(0)) is not WHOLE:
                return answer and tag + b" " + answer + b"\r\n"
            before = b"* 1 FETCH (UID 1 BODY[]<0> {%d}\r\n" % len(self.raw) + self.raw + b")\r\n"
        elif command.startswith(b"UID STORE"):
            self.seen.append(int(command.split()[2]))
        return before + tag + b" OK done\r\n"


WHOLE, BREAK = "whole", None
NO = b"NO [SERVERBUG] Internal error occurred."
NOTHING = b"OK Fetch completed."


@pytest.fixture
def answering(notice, settings, monkeypatch):
    monkeypatch.setattr(tasks, "_unreadable", set())
    made = []

    def make(*fetches, count=1):
        made.append(Answers(returned.standard(notice), fetches, count))
        settings.BOUNCES = f"imap://u:p@127.0.0.1:{made[-1].port}/INBOX"
        return made[-1]

    yield make
    for server in made:
        server.socket.shutdown(socket.SHUT_RDWR)
        server.socket.close()
        server.thread.join(10)


@pytest.mark.parametrize("fault", [NO, NOTHING, BREAK], ids=["no", "nothing", "break"])
def test_a_message_that_the_server_does_not_hand_out_for_now_is_read_the_next_time(answering, notice, fault):
    answering(fault, WHOLE, fault, count=2)
    assert tasks.take_bounces() == {"unreadable for now": 1, "failed": 1}
    notice.refresh_from_db()
    assert notice.bounced_at is not None
    assert tasks.take_bounces() == {"set aside": 1}


def test_a_bounce_that_was_not_handed_out_at_first_is_not_lost(answering, notice):
    server = answering(NO)
    assert tasks.take_bounces() == {"unreadable for now": 1}
    assert server.seen == []
    assert tasks.take_bounces() == {"failed": 1}
    assert server.seen == [1]


def test_a_server_that_breaks_off_over_every_message_is_left_alone_after_a_few(answering, caplog):
    server = answering(*[BREAK] * 30, count=30)
    tasks.read_bounces()
    assert "its folder cannot be read" in caplog.text
    assert len(server.fetches) == 30 - inbox.MOST_BROKEN - 1
    assert server.seen == []


@needs_dovecot
@pytest.mark.parametrize(("old", "new"), [("s3cret", "wrong"), ("INBOX.Returned", "INBOX.Nowhere")])
def test_a_wrong_password_or_folder_costs_a_line_in_the_log_that_holds_no_secret(imap, settings, caplog, old, new):
    settings.BOUNCES = settings.BOUNCES.replace(old, new)
    tasks.read_bounces()
    assert "its folder cannot be read" in caplog.text
    assert "s3cret" not in caplog.text


def test_a_server_that_is_down_costs_a_line_in_the_log(settings, caplog):
    settings.BOUNCES = "imaps://bounces:s3cret@127.0.0.1:1/INBOX"
    tasks.read_bounces()
    assert "its folder cannot be read" in caplog.text


GOOD = {
    "maildir:/var/mail/bounces": inbox.Place("maildir", "/var/mail/bounces"),
    "imaps://b:p%40ss@mail.example": inbox.Place("imaps", "INBOX", "mail.example", None, "b", "p@ss"),
    "imaps://b%40x:p@mail.example:1993/INBOX/Returned": inbox.Place("imaps", "INBOX/Returned", "mail.example", 1993, "b@x", "p"),
    "imap://b:p@localhost/INBOX": inbox.Place("imap", "INBOX", "localhost", None, "b", "p"),
}
BAD = [
    *("maildir:relative", "maildir://host/path", "/var/mail", "imap://b:p@mail.example/INBOX", "imaps://mail.example/INBOX"),
    *("imaps://b@mail.example", "imaps://b:p@mail.example:x/INBOX", "imaps://b:p@mail.example/IN%0d%0aBOX", "pop3://b:p@x/y"),
]


@pytest.mark.parametrize("url", GOOD)
def test_a_folder_is_named_as_documented(url):
    assert inbox.place(url) == GOOD[url]


@pytest.mark.parametrize("url", BAD)
def test_what_names_no_folder_or_would_send_the_password_in_the_open_is_refused(url):
    with pytest.raises(ValueError, match=r"\w"):
        inbox.place(url)


def test_on_ones_own_machine_any_server_may_be_asked_without_tls():
    assert inbox.place("imap://b:p@mail.example/INBOX", local=True).host == "mail.example"

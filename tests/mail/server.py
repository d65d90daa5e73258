"""An SMTP server in a process of its own that fails as it is told to, and keeps the raw bytes of what it accepts.

`PostOffice` starts it and talks to it: one JSON object a line. Run as a program it is the server itself.
"""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path

from aiosmtpd.smtp import SMTP

# What takes the place of a reply in a script.
HANG_UP = "hang up"  # the connection breaks
SILENCE = "silence"  # no answer, and the connection stays
COMMANDS = ("connect", "mail", "rcpt", "begin", "data")  # `begin` is DATA, `data` the dot that ends the text


@dataclass(frozen=True)
class Mail:
    """One mail as it was received: the envelope and the bytes; `reply` is what the server answered to them."""

    sender: str
    recipients: tuple
    reply: str
    raw: bytes

    @property
    def message(self):
        return message_from_bytes(self.raw.replace(b"\r\n", b"\n"), policy=policy.default)

    @property
    def id(self):
        return self.message["Message-ID"]


class PostOffice:
    """The server as tests use it. It is on the same port whenever it is up."""

    def __init__(self, folder):
        self.folder, self.process = Path(folder), None
        self.folder.mkdir(parents=True, exist_ok=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.port}"

    def start(self, **script):
        """Come up, or go on as if just started."""
        if self.process:
            return self.script(**script)
        command = [sys.executable, "-m", "tests.mail.server", str(self.port), str(self.folder)]
        root = Path(__file__).resolve().parents[2]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root)
        assert self.process.stdout.readline() == "ready\n"
        return self.script(**script)

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process.stdin.close()
            self.process.stdout.close()
            self.process = None

    def script(self, **script):
        """Replies to come, in place of those left over; each is used once, and when none is left all goes well.

        By command a list of replies (`rcpt=["450 later"]`); `addresses`: address → the reply to each RCPT for it; `subjects`:
        beginning of a subject → the replies to the next mails like it; `greylist`: 450 to the first RCPT for each address;
        `slow`: seconds before each reply to a text.
        """
        self.process.stdin.write(json.dumps(script) + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "ready\n"

    def mails(self):
        """Every mail whose text came in full, whatever was answered, in the order of arrival."""
        return [read(path) for path in sorted(self.folder.glob("*.json"))]

    def messages(self):
        return [mail.message for mail in self.mails()]

    def commands(self, name):
        """How often a command was given so far, whatever came of it."""
        log = self.folder / "commands"
        return log.read_text().split().count(name) if log.exists() else 0

    def clear(self):
        for path in self.folder.iterdir():
            path.unlink()


def read(path):
    facts = json.loads(path.read_text())
    return Mail(facts["sender"], tuple(facts["recipients"]), facts["reply"], path.with_suffix(".eml").read_bytes())


# --- the server's own process ---


class Script:
    def __init__(self, folder):
        self.folder, self.known = folder, set()
        self.load({})

    def load(self, script):
        self.known.clear()
        self.replies = {command: list(script.get(command, ())) for command in COMMANDS}
        self.addresses, self.subjects = script.get("addresses", {}), script.get("subjects", {})
        self.greylist, self.slow = script.get("greylist", False), script.get("slow", 0)

    def next(self, command):
        with open(self.folder / "commands", "a") as log:
            log.write(f"{command}\n")
        return self.replies[command].pop(0) if self.replies[command] else ""

    def about(self, subject):
        """The reply to a text: one for its subject, or the next for any."""
        for beginning, replies in self.subjects.items():
            if replies and subject.startswith(beginning):
                return replies.pop(0)
        return self.next("data")

    def to(self, address):
        if reply := self.addresses.get(address):
            return reply
        if self.greylist and address not in self.known:
            self.known.add(address)
            return "450 4.7.1 Greylisted, come back later"
        return self.next("rcpt")


class Server(SMTP):
    """Asks the script before each step. What HANG_UP and SILENCE stand for is done to the connection itself."""

    def __init__(self, script):
        super().__init__(Handler(script), hostname="post.example", enable_SMTPUTF8=False, loop=asyncio.get_running_loop())
        self.script, self.mute = script, None

    def connection_made(self, transport):
        reply = self.script.next("connect")
        if reply == HANG_UP:
            self.mute = transport
            transport.abort()
        elif reply == SILENCE:
            self.mute = transport
        else:
            super().connection_made(transport)

    def connection_lost(self, error):
        if not self.mute:
            super().connection_lost(error)

    def data_received(self, data):
        if not self.mute:
            super().data_received(data)

    def eof_received(self):
        return None if self.mute else super().eof_received()

    async def smtp_DATA(self, arg):
        reply = self.script.next("begin")
        if reply:
            await self.push(await obey(self, reply))
            return
        await super().smtp_DATA(arg)


async def obey(server, reply):
    if reply == HANG_UP:
        server.transport.abort()
        return "421 never heard"
    if reply == SILENCE:
        await asyncio.sleep(3600)
    return reply


class Handler:
    def __init__(self, script):
        self.script = script

    async def handle_MAIL(self, server, session, envelope, address, options):
        reply = self.script.next("mail")
        if not reply:
            envelope.mail_from = address
        return await obey(server, reply or "250 OK")

    async def handle_RCPT(self, server, session, envelope, address, options):
        reply = self.script.to(address)
        if not reply:
            envelope.rcpt_tos.append(address)
        return await obey(server, reply or "250 OK")

    async def handle_DATA(self, server, session, envelope):
        reply = self.script.about(str(message_from_bytes(envelope.content, policy=policy.default)["Subject"]))
        keep(self.script.folder, envelope, reply or "250 OK")
        await asyncio.sleep(self.script.slow)
        return await obey(server, reply or "250 OK")


def keep(folder, envelope, reply):
    """Before the answer, as servers do. The list of mails shows it once both files are whole."""
    path = folder / f"{time.time_ns():020d}.eml"
    path.write_bytes(envelope.content)
    facts = {"sender": envelope.mail_from, "recipients": envelope.rcpt_tos, "reply": reply}
    path.with_suffix(".partial").write_text(json.dumps(facts))
    path.with_suffix(".partial").rename(path.with_suffix(".json"))


async def serve(port, folder):
    script = Script(folder)
    loop = asyncio.get_running_loop()
    await loop.create_server(lambda: Server(script), "127.0.0.1", port)
    lines = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    print("ready", flush=True)
    while line := await lines.readline():
        script.load(json.loads(line))
        print("ready", flush=True)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(BrokenPipeError):
        asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
    os._exit(0)  # clients may still be waiting for an answer

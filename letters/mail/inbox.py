"""The folder to which mail comes back: a maildir on this machine, or one on an IMAP server.

Each message is handed out until it is marked as read, or, where it could not be read, as flagged as well: those are for a
person to look at. Nothing is deleted.
"""

import imaplib
import re
import ssl
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from letters.returned import MOST_BYTES

TIMEOUT = 20  # seconds, for each answer of the server
MOST_AT_ONCE = 200
MOST_BROKEN = 5
NEARBY = ("localhost", "127.0.0.1", "::1")


class Unreadable(Exception):
    """One message cannot be fetched, for now or for good. The folder is still open."""


class Place(NamedTuple):
    """Where the folder is: a path, or a folder of an IMAP server."""

    scheme: str
    path: str
    host: str = ""
    port: int | None = None
    user: str = ""
    password: str = ""


def place(url, *, local=False):
    """`maildir:/path` or `imaps://user:password@host/folder` in parts. ValueError, with a sentence, for anything else."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError("its host or port cannot be read") from None
    if parts.scheme == "maildir" and parts.path.startswith("/") and not parts.netloc:
        return Place("maildir", parts.path)
    if parts.scheme not in ("imaps", "imap") or not (parts.hostname and parts.username and parts.password):
        raise ValueError("write maildir:/path or imaps://user:password@host/folder")
    if parts.scheme == "imap" and not local and parts.hostname not in NEARBY:
        raise ValueError("imap:// would send the password in the open; use imaps://")
    folder = unquote(parts.path.strip("/")) or "INBOX"
    if re.search(r"[\x00-\x1f\x7f]", unquote(url)):
        raise ValueError("it holds control characters")
    return Place(parts.scheme, folder, parts.hostname, port, unquote(parts.username), unquote(parts.password))


@contextmanager
def opened(where):
    """The folder, open. OSError or imaplib.IMAP4.error when it cannot be reached."""
    if where.scheme == "maildir":
        yield Maildir(where)
        return
    folder = Imap(where)
    try:
        yield folder
    finally:
        folder.close()


class Maildir:
    def __init__(self, where):
        self.root = Path(where.path)
        if not (self.root / "new").is_dir() or not (self.root / "cur").is_dir():
            raise FileNotFoundError("the folder is no maildir")

    def unread(self):
        """Names of messages that nobody has read, oldest first, at most MOST_AT_ONCE."""
        unmarked = [path for name in ("new", "cur") for path in (self.root / name).iterdir() if not set("SF") & set(flags(path))]
        found = [path for path in unmarked if path.is_file() and not path.is_symlink()]
        return sorted(found, key=lambda path: path.name)[:MOST_AT_ONCE]

    def beginning(self, path):
        """The first MOST_BYTES of the message; empty when it is gone. Raises Unreadable."""
        try:
            with suppress(FileNotFoundError), path.open("rb") as file:
                return file.read(MOST_BYTES)
        except OSError as error:
            raise Unreadable from error
        return b""

    def mark(self, path, *, aside=False):
        new = "".join(sorted({*flags(path), "S", *("F" if aside else "")}))
        with suppress(FileNotFoundError):
            path.rename(self.root / "cur" / f"{path.name.partition(':2,')[0]}:2,{new}")


def flags(path):
    return path.name.partition(":2,")[2]


class Imap:
    def __init__(self, where):
        self.where, self.broken = where, 0
        self.connect()

    def connect(self):
        where = self.where
        if where.scheme == "imaps":
            context = ssl.create_default_context()
            self.server = imaplib.IMAP4_SSL(where.host, where.port or 993, ssl_context=context, timeout=TIMEOUT)
        else:
            self.server = imaplib.IMAP4(where.host, where.port or 143, timeout=TIMEOUT)
        try:
            self.server.login(where.user, where.password)
            done, _ = self.server.select(f'"{where.path}"')
            if done != "OK":
                raise imaplib.IMAP4.error("the folder cannot be opened")
        except BaseException:
            self.close()
            raise

    def unread(self):
        _, found = self.server.uid("SEARCH", "UNSEEN", "UNFLAGGED", "UNDELETED")
        return (found[0] or b"").decode("ascii").split()[:MOST_AT_ONCE]

    def beginning(self, uid):
        try:
            done, found = self.server.uid("FETCH", uid, f"(BODY.PEEK[]<0.{MOST_BYTES}>)")
        except (OSError, imaplib.IMAP4.abort) as error:
            self.connect_again()
            raise Unreadable from error
        told = [part[1] for part in found if isinstance(part, tuple)]
        if done != "OK" or not told:
            raise Unreadable("the server does not hand it out")
        return told[0]

    def connect_again(self):
        """Some servers break off over a message that is damaged. One that does so over many is out of order itself."""
        self.close()
        self.broken += 1
        if self.broken > MOST_BROKEN:
            raise imaplib.IMAP4.abort("the connection breaks again and again")
        self.connect()

    def mark(self, uid, *, aside=False):
        try:
            self.server.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen \Flagged)" if aside else r"(\Seen)")
        except (OSError, imaplib.IMAP4.abort):
            self.connect_again()  # it is handed out again

    def close(self):
        try:
            self.server.logout()
        except (OSError, imaplib.IMAP4.error):
            with suppress(OSError):
                self.server.shutdown()

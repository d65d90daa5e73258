"""Mail in local mode: each message is one .eml file in `settings.MAILBOX_DIR`, and the /mailbox/ page lists them."""

import email
import email.policy
import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend

LINK = re.compile(r"https?://[^\s<>\"']+")


@dataclass(frozen=True)
class Message:
    to: str
    subject: str
    sent_at: datetime
    text: str

    @property
    def links(self):
        """The web addresses in the text, in order, each once, without the full stop that ends their sentence."""
        return list(dict.fromkeys(link.rstrip(".,;:!?)") for link in LINK.findall(self.text)))


class EmailBackend(BaseEmailBackend):
    def send_messages(self, email_messages):
        for message in email_messages:
            _store(message.message().as_bytes())
        return len(email_messages)


def messages(limit=200):
    """The newest `limit` messages, newest first: `to` and `subject` as text, `sent_at` an aware datetime in UTC,
    `text` the plain body, `links` a list of addresses. An empty list when nothing was mailed yet."""
    paths = sorted(_folder().glob("*.eml"), reverse=True)[:limit]
    return [_read(path) for path in paths]


def clear():
    for path in _folder().glob("*.eml"):
        path.unlink(missing_ok=True)


def _folder():
    return Path(settings.MAILBOX_DIR)


def _store(content):
    folder = _folder()
    # The messages hold sign-in codes.
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{time.time_ns():020d}-{uuid4().hex[:8]}.eml"
    partial = path.with_suffix(".partial")
    partial.write_bytes(content)
    partial.rename(path)


def _read(path):
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    body = message.get_body(preferencelist=("plain",))
    return Message(
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        sent_at=datetime.fromtimestamp(int(path.name.partition("-")[0]) / 1e9, UTC),
        text=body.get_content() if body else "",
    )

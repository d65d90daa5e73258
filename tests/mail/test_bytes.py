"""Every kind of mail byte by byte, as a real server received it, also with names that try to break out of their line."""

import datetime
import email.utils
import re
from contextlib import suppress
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.db import DatabaseError, models, transaction
from django.utils import timezone

from letters import mail, tasks
from letters.models import Notice, Office, User
from tests.mail.occasions import EVERY_KIND

from .test_faults import alone

pytestmark = pytest.mark.django_db
HEADERS = {"Subject", "From", "To", "Reply-To", "Date", "Message-ID", "Auto-Submitted", "Content-Type", "MIME-Version"}
HEADERS |= {"List-Unsubscribe", "List-Unsubscribe-Post"}
VOID = {"br", "hr", "img", "meta", "link", "input"}
LINK = re.compile(r"https?://[^\s\"'<>]+")
HOSTILE = (
    "Eve\r\nBcc: x@evil.example\r\n\r\n<script>alert(1)</script>\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\u202eTo: y@evil.example"
)


@pytest.fixture
def received(post_office):
    """Delivers one notice; gives the mail as the server has it."""

    def receive(notice):
        tasks.deliver()
        notice.refresh_from_db()
        assert notice.state == "sent", notice.last_error or notice.dropped_because
        [found] = post_office.mails()
        return found

    return receive


@pytest.fixture(params=EVERY_KIND, ids=str)
def notice(request):
    return alone(EVERY_KIND[request.param])


def header_lines(raw):
    return raw.partition(b"\r\n\r\n")[0].decode("ascii").split("\r\n")  # UnicodeDecodeError where one is not ASCII


def header_names(raw):
    return [line.partition(":")[0] for line in header_lines(raw) if not line.startswith((" ", "\t"))]


def check_bytes(found, notice):
    """What holds of every mail, whatever names are in it."""
    assert found.recipients == (notice.address,)
    assert found.sender == email.utils.parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    names = header_names(found.raw)
    assert len(names) == len(set(names))
    assert set(names) <= HEADERS
    for line in header_lines(found.raw):
        assert len(line) <= 78 or len(line.strip().split(" ")) <= 2, "a line that could have been folded"
        assert len(line) <= 998
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", found.raw), "a bare CR or LF"
    assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", found.raw), "a control character"
    assert max(map(len, found.raw.split(b"\r\n"))) <= 998
    assert found.message["To"] == notice.address
    assert found.message["Message-ID"] == notice.message_id
    assert re.fullmatch(r"<[0-9a-f]{40}@localhost>", notice.message_id)
    age = timezone.now() - email.utils.parsedate_to_datetime(found.message["Date"]).replace(tzinfo=datetime.UTC)
    assert -datetime.timedelta(seconds=2) < age < datetime.timedelta(minutes=2)
    assert "Reply-To" not in found.message or mail.is_address(found.message["Reply-To"])


def parts(found):
    """Text and HTML, decoded strictly; there is nothing else in the mail."""
    text, html = found.message.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    return [part.get_payload(decode=True).decode(part.get_content_charset()) for part in (text, html)]


class Page(HTMLParser):
    """Fails on a tag that is not closed, or closed out of turn. Collects the links, those that look like buttons apart."""

    def __init__(self, html):
        super().__init__()
        self.open, self.tags, self.links, self.buttons, self.loads = [], set(), set(), [], []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.tags.add(tag)
        self.loads += [value for name, value in attributes.items() if name in ("src", "background", "srcset")]
        self.loads += re.findall(r"url\(|@import|expression", attributes.get("style") or "")
        assert not [name for name in attributes if name.startswith("on")]
        if tag == "a":
            self.links.add(attributes["href"])
            if "inline-block" in attributes.get("style", ""):
                self.buttons.append(attributes["href"])
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def check_parts(text, html):
    page = Page(html)
    assert len(page.buttons) == 1
    assert page.loads == []
    assert page.tags.isdisjoint({"img", "script", "iframe", "form", "object", "link", "svg", "video", "style"})
    told = {link.rstrip(".,") for link in LINK.findall(text)}
    assert page.links == told - {settings.SITE_URL}, "text and HTML say the same links"
    assert {link.partition("?")[0] for link in page.links} == page.links, "no address carries anything about its reader"
    assert all(link.startswith(f"{settings.SITE_URL}/") for link in page.links)


def test_each_mail_is_right_byte_by_byte(notice, received):
    before = notice.message_id
    found = received(notice)
    check_bytes(found, notice)
    check_parts(*parts(found))
    assert Notice.objects.get(pk=notice.pk).message_id == before


ABOUT = ("request", "proposed_edit", "membership", "place_invitation", "invitee", "circular", "signature")
KEPT = {"zone", "key", "ref", "code", "status", "text_sha256", "username"}  # no words, but what the program goes by


def poison(row):
    """Puts hostile text into every field of words that the database lets be changed."""
    for field in row._meta.concrete_fields:
        words = isinstance(field, models.CharField | models.TextField) and not isinstance(field, models.EmailField)
        if words and not (field.unique or field.choices or field.name in KEPT) and getattr(row, field.name):
            with suppress(DatabaseError), transaction.atomic():
                type(row).objects.filter(pk=row.pk).update(**{field.name: HOSTILE[: field.max_length]})


def test_no_name_and_no_word_breaks_out_of_its_line(notice, received):
    Office.objects.update(name=HOSTILE[:200])
    User.objects.update(first_name=HOSTILE[:150], last_name=HOSTILE[-100:])
    for name in ABOUT:
        if row := getattr(notice, name):
            poison(row)
    notice = Notice.objects.get(pk=notice.pk)
    expected = set(mail.compose(notice, now=timezone.now()).message().keys())
    found = received(notice)
    check_bytes(found, notice)
    assert set(header_names(found.raw)) == expected
    text, html = parts(found)
    check_parts(text, html)
    for part in (text, html, str(found.message["Subject"])):
        assert not re.search("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029\u202e]", part)
        assert not re.search(r"^(Bcc|To):", part, re.MULTILINE), "what people wrote is set in, line by line"
    assert "<script" not in html

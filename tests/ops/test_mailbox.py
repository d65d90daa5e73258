from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from letters import mailbox


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.EMAIL_BACKEND = "letters.mailbox.EmailBackend"
    settings.MAILBOX_DIR = tmp_path / "mail"
    return settings.MAILBOX_DIR


def send(subject="Please sign", body="Open http://localhost:8000/l/abc/.", to=("ana@example.gov",)):
    return mail.send_mail(subject, body, "cosign@example.gov", list(to))


def test_an_unused_mailbox_is_empty():
    assert mailbox.messages() == []
    mailbox.clear()


def test_a_message_is_read_back_as_it_was_sent():
    before = datetime.now(UTC)
    assert send(subject="Łukasz’s letter", body="Straße: 42 %\n\nYours", to=["ana@example.gov", "bo@example.gov"]) == 1
    [message] = mailbox.messages()
    assert message.to == "ana@example.gov, bo@example.gov"
    assert message.subject == "Łukasz’s letter"
    assert message.text.rstrip("\n") == "Straße: 42 %\n\nYours"
    assert timedelta(0) <= message.sent_at - before < timedelta(seconds=10)


def test_links_are_listed_once_without_the_sentences_full_stop():
    send(body="See https://a.example/l/x/?n=1, or (https://a.example/l/x/?n=1) and http://b.example/.")
    assert mailbox.messages()[0].links == ["https://a.example/l/x/?n=1", "http://b.example/"]


def test_the_plain_part_of_a_message_in_html_is_shown():
    message = mail.EmailMultiAlternatives("Hello", "the plain part", "cosign@example.gov", ["ana@example.gov"])
    message.attach_alternative("<p>the HTML part</p>", "text/html")
    message.send()
    assert mailbox.messages()[0].text.strip() == "the plain part"


def test_the_newest_message_comes_first_and_the_list_is_bounded():
    for number in range(3):
        send(subject=f"number {number}")
    assert [message.subject for message in mailbox.messages(limit=2)] == ["number 2", "number 1"]


def test_a_message_half_written_is_not_shown(folder):
    send()
    (folder / "99999999999999999999-aaaa.partial").write_bytes(b"Subject: half")
    assert len(mailbox.messages()) == 1


def test_other_users_of_the_machine_cannot_read_the_mail(folder):
    send()
    assert folder.stat().st_mode & 0o077 == 0


def test_clear_removes_every_message():
    send()
    mailbox.clear()
    assert mailbox.messages() == []

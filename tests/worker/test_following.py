"""The PDF and the mail follow what was signed, whatever becomes of the messages."""

import random
import re
import socket
import subprocess
import sys
from contextlib import closing

import pytest
from celery import current_app

from letters import mailbox
from letters.models import Letter, Notice, Rendition
from tests import factories

from .process import environment, eventually, text_of

pytestmark = pytest.mark.worker

SIGN_OVER_HTTP = """
import sys, time
import django
django.setup()
from django.test import Client
from letters.models import Letter, User
letter, person = Letter.objects.select_related("revision").get(), User.objects.get(email=sys.argv[1])
client = Client()
client.force_login(person)
form = {"office": person.memberships.get().office_id, "text_sha256": letter.revision.sha256}
client.get("/healthz", HTTP_HOST="localhost")  # a running site has loaded its pages long ago
started = time.monotonic()
answer = client.post(f"/l/{letter.code}/sign/", form, HTTP_HOST="localhost")
print(answer.status_code, time.monotonic() - started)
"""


def standing(letter):
    """The letter's signers as the database has them, in printed order."""
    return [signature.name for signature in letter.signatures.printed().in_order(letter)]


def printed(letter):
    """Their names as the newest PDF has them, read column by column."""
    text = re.sub(r"\s+", " ", text_of(letter.latest_rendition().read()))
    return sorted(name for name in standing(letter) if name in text)


def is_current(letter):
    def ask():
        letter.refresh_from_db()
        return letter.pdf_is_current

    return ask


def test_after_a_signature_the_pdf_shows_the_name_and_the_signer_gets_a_receipt(worker):
    letter = factories.make_letter()
    signature = factories.sign(letter, factories.make_office("Grace", "Hopper"))
    eventually(is_current(letter))
    assert "Grace Hopper" in text_of(letter.latest_rendition().read())
    mail = eventually(mailbox.messages)[0]
    assert mail.to == signature.signed_by.email
    assert mail.subject.startswith("Receipt:")


def test_a_burst_of_signatures_is_rendered_few_times_and_the_last_pdf_has_them_all(worker):
    letter = factories.make_letter()
    eventually(is_current(letter))
    before = Rendition.objects.count()
    staff = [factories.make_staff() for _ in range(60)]
    for person in staff:
        factories.sign(letter, person.memberships.get().office, person)
    eventually(is_current(letter))
    latest = letter.latest_rendition()
    assert latest.state_no == letter.state_no
    assert latest.signers == 60
    assert printed(letter) == sorted(standing(letter))
    assert Rendition.objects.count() - before <= 20


def test_without_a_single_message_the_sweep_finds_what_is_due(new_worker, nothing_due, monkeypatch):
    monkeypatch.setattr(current_app, "send_task", lambda *args, **kwargs: None)
    letter = factories.make_letter()
    factories.sign(letter)
    worker = new_worker()
    worker.start()
    eventually(nothing_due, seconds=15)
    signature = factories.sign(letter)
    eventually(nothing_due, seconds=5)
    assert signature.name in text_of(Letter.objects.get().latest_rendition().read())


def test_messages_thrown_away_while_the_worker_is_down_are_not_missed(new_worker, nothing_due):
    letter = factories.make_letter()
    for _ in range(5):
        factories.sign(letter)
    assert current_app.control.purge() > 0
    new_worker().start()
    eventually(nothing_due, seconds=15)
    assert letter.latest_rendition().signers == 5
    assert Notice.objects.filter(kind=Notice.Kind.RECEIPT).exclude(sent_at=None).count() == 5


def test_messages_out_of_order_and_three_times_over_have_no_visible_effect(worker, nothing_due):
    letter, other = factories.make_letter(), factories.make_letter()
    factories.sign(letter)
    eventually(nothing_due)
    renditions, mails = list(Rendition.objects.order_by("pk").values()), mailbox.messages()
    messages = [("render", [letter.pk]), ("render", [other.pk]), ("render", [10**9]), ("deliver", []), ("sweep", [])] * 3
    random.Random(7).shuffle(messages)
    for name, args in messages:
        current_app.send_task(f"letters.tasks.{name}", args=args)
    factories.sign(letter)
    eventually(nothing_due)
    assert list(Rendition.objects.order_by("pk").values())[:-1] == renditions
    assert mailbox.messages()[1:] == mails


def test_with_redis_down_a_signature_succeeds_at_once_and_its_pdf_follows(new_worker, nothing_due):
    letter, person = factories.make_letter(), factories.make_staff()
    new_worker().start()
    eventually(nothing_due)
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        dead = f"redis://127.0.0.1:{probe.getsockname()[1]}/0"
    command = [sys.executable, "-c", SIGN_OVER_HTTP, person.email]
    shared = environment(REDIS_URL=dead, DJANGO_SETTINGS_MODULE="cosign.settings")
    done = subprocess.run(command, env=shared, capture_output=True, text=True, check=True, timeout=60)
    status, seconds = done.stdout.split()
    assert status == "302"
    assert float(seconds) < 3  # on a busy machine; waiting for the broker would take longer
    assert letter.signatures.printed().count() == 1
    eventually(nothing_due)
    assert letter.latest_rendition().signers == 1

"""The web server as a real process is killed, is down for a while, and comes back: the deadline moves by the time lost."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import closing, suppress

import pytest
from django.conf import settings
from django.utils import timezone

from letters import tasks
from letters.management.commands.runlocal import WEB
from letters.models import Event, Notice, Outage, Uptime
from letters.workflow import outages
from tests.factories import HOUR, make_letter, make_office, make_staff
from tests.worker.process import environment, eventually
from tests.workflow import lives

pytestmark = [pytest.mark.slow, pytest.mark.worker]
SECONDS_DOWN = 4


class WebServer:
    """As `manage.py runlocal` starts it, with a beat twice a second, on the database of the test."""

    def __init__(self, log):
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.log, self.process = log, None

    def start(self):
        shared = environment(COSIGN_HEARTBEAT_SECONDS="0.5", COSIGN_OUTAGE_MINUTES=str(2 / 60), WEB_CONCURRENCY="1")
        command = [sys.executable, *WEB.split(), "--bind", f"127.0.0.1:{self.port}"]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(command, env=shared, stdout=log, stderr=log, start_new_session=True)
        eventually(self.answers, 60)

    def answers(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as response:
                return response.status == 200
        except OSError:
            return False

    def kill(self):
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def web(transactional_db, tmp_path, monkeypatch):
    monkeypatch.setattr("celery.app.base.Celery.send_task", lambda *args, **options: None)
    server = WebServer(tmp_path / "web.log")
    yield server
    if server.process:
        server.kill()


def seen_since(instant):
    return lambda: Uptime.objects.filter(seen_at__gt=instant).exists()


def test_the_time_in_which_the_server_was_down_is_added_to_the_deadline(web, settings):
    settings.OUTAGE_AFTER = 2 * HOUR / 3600
    office = make_office()
    person = make_staff(office)
    letter = make_letter(invited=[office], deadline_in=2 * HOUR)
    web.start()
    eventually(seen_since(timezone.now()))
    assert Uptime.objects.count() == 1
    web.kill()
    died_at = timezone.now()
    time.sleep(SECONDS_DOWN)
    assert not Uptime.objects.filter(seen_at__gt=died_at).exists()
    web.start()
    eventually(seen_since(died_at))
    for _ in range(3):
        tasks.sweep()
    outage = Outage.objects.get()
    assert outage.began_at <= died_at
    assert (outage.ended_at - outage.began_at).total_seconds() >= SECONDS_DOWN
    assert lives.again(letter).deadline_at == letter.deadline_at + HOUR
    event = letter.events.get(kind=Event.Kind.OUTAGE)
    assert event.details["new"] == (letter.deadline_at + HOUR).isoformat()
    assert lives.told(Notice.Kind.OUTAGE) == sorted([person.email, letter.created_by.email])
    assert Notice.objects.waiting().filter(kind=Notice.Kind.OUTAGE).count() == 2


def test_a_server_that_is_stopped_and_started_at_once_costs_nothing(web):
    letter = make_letter(deadline_in=2 * HOUR)
    web.start()
    eventually(seen_since(timezone.now()))
    web.kill()
    web.start()
    eventually(seen_since(timezone.now()))
    outages.settle(timezone.now())
    assert not Outage.objects.exists()
    assert lives.again(letter).deadline_at == letter.deadline_at
    assert settings.OUTAGE_AFTER.total_seconds() == 600, "of the sweep; the server's own is shorter here"

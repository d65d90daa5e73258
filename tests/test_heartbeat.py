"""The thread beside each web process: it beats, it sees its clock jump, and no failure stops it."""

import datetime
import logging
import os
import socket
import subprocess
import sys
import time

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from letters import heartbeat
from letters.models import Uptime


@pytest.fixture
def heart(transactional_db):
    return heartbeat.Heart()


@pytest.fixture
def clock(monkeypatch):
    """The wall clock, as somebody sets it: seconds ahead of the true one."""
    true, ahead = time.time, [0]
    monkeypatch.setattr(heartbeat.time, "time", lambda: true() + ahead[0])

    def set_clock(seconds):
        ahead[0] += seconds

    return set_clock


def test_a_beat_is_written_and_its_connection_is_closed(heart):
    heart.try_to_beat()
    assert connection.connection is None
    assert timezone.now() - Uptime.objects.get().seen_at < datetime.timedelta(seconds=5)


@pytest.mark.parametrize(("seconds", "marked"), [(0, False), (100, False), (200, True), (-200, True), (86400, True)])
def test_a_clock_that_was_set_marks_the_stretch_that_begins(heart, clock, seconds, marked):
    clock(seconds)
    heart.try_to_beat()
    assert Uptime.objects.get().after_clock_change is marked


def test_a_jump_while_the_database_was_away_is_not_forgotten(heart, clock, monkeypatch):
    with monkeypatch.context() as away:
        away.setattr(heartbeat.outages, "beat", fails)
        clock(3600)
        heart.try_to_beat()
    heart.try_to_beat()
    assert Uptime.objects.get().after_clock_change is True
    Uptime.objects.all().delete()
    heart.try_to_beat()
    assert Uptime.objects.get().after_clock_change is False


def fails(now, *, after_clock_change):
    raise OperationalError("the database is locked")


def test_a_failure_is_logged_once_and_so_is_its_end(heart, monkeypatch, caplog):
    caplog.set_level(logging.INFO)
    with monkeypatch.context() as away:
        away.setattr(heartbeat.outages, "beat", fails)
        for _ in range(3):
            heart.try_to_beat()
    for _ in range(3):
        heart.try_to_beat()
    assert [record.getMessage() for record in caplog.records] == [
        "no heartbeat, so nobody can sign: OperationalError",
        "the heartbeat is back",
    ]


STARTED = """
import sys, threading
{first}
names = lambda: [thread.name for thread in threading.enumerate()]
print("heartbeat" in names())
"""


@pytest.mark.parametrize(
    ("first", "beats"),
    [
        ("import cosign.wsgi", True),
        ("import cosign.asgi", True),
        ("import django; django.setup(); import letters.heartbeat, letters.tasks, cosign.celery", False),
        ("from django.core.management import execute_from_command_line as run; run(['manage.py', 'check'])", False),
    ],
)
def test_only_the_web_applications_start_it(first, beats, tmp_path):
    """In a process of its own, on an empty folder: without tables each beat fails, which ends nothing."""
    environment = {**os.environ, "COSIGN_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "cosign.settings"}
    environment.pop("DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-c", STARTED.format(first=first)], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == str(beats)


def test_a_process_forked_later_starts_its_own_at_its_first_request(monkeypatch):
    started = []
    monkeypatch.setattr(heartbeat.threading.Thread, "start", lambda thread: started.append(thread.name))
    monkeypatch.setattr(heartbeat, "started_in", None)
    served = heartbeat.beside(lambda environ, start_response: [b"page"])
    assert [served({}, None), served({}, None)] == [[b"page"]] * 2
    assert started == ["heartbeat"]
    monkeypatch.setattr(heartbeat.os, "getpid", lambda: -1)
    served({}, None)
    assert started == ["heartbeat"] * 2


@pytest.mark.slow
@pytest.mark.django_db  # thus asked again in the run on PostgreSQL, where the driver is
def test_a_database_that_is_silent_is_given_up_and_tried_again(tmp_path):
    """A host that takes connections and says nothing must not keep the thread: the others may be served again long before."""
    pytest.importorskip("psycopg2")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgres://nobody@127.0.0.1:{silent.getsockname()[1]}/nothing"
        own = {"COSIGN_VAR": str(tmp_path), "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "cosign.settings"}
        beat = "import django; django.setup(); from letters import heartbeat; heartbeat.Heart().try_to_beat()"
        done = subprocess.run([sys.executable, "-c", beat], env=os.environ | own, capture_output=True, text=True, timeout=40)
    assert "no heartbeat, so nobody can sign: OperationalError" in done.stderr

import datetime
import threading

import pytest
from django.db import connections
from django.utils import timezone

from .server import PostOffice


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    """The tests deliver by hand: nothing is put on the broker."""
    monkeypatch.setattr("celery.app.base.Celery.send_task", lambda *args, **kwargs: None)


@pytest.fixture
def at_once(transactional_db):
    """Runs a function, which takes a barrier of all, in several threads; returns the exceptions that it raised there."""
    return run_at_once


def run_at_once(act, count):
    barrier, failures = threading.Barrier(count), []

    def run():
        try:
            act(barrier)
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return failures


class Clock:
    """What takes the place of `timezone.now`: the true time, and so much more."""

    def __init__(self):
        self.ahead = datetime.timedelta()

    def __call__(self):
        return datetime.datetime.now(datetime.UTC) + self.ahead


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(timezone, "now", clock)
    return clock


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    office = PostOffice(tmp_path_factory.mktemp("post"))
    yield office
    office.stop()


@pytest.fixture
def post_office(server, settings):
    """A mail server that fails as it is told to, in a process of its own; mail goes to it. None of an earlier test is in it."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_TIMEOUT = 1  # seconds; 20 in earnest
    server.clear()
    server.start()
    return server

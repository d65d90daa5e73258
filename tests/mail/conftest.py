import threading

import pytest
from django.db import connections


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

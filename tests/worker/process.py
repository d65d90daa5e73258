"""Real Celery workers and beats, in processes of their own, on the database, broker and folders of the running test."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

from django.conf import settings
from django.db import connection

WORKER = "-m celery -q -A cosign worker --beat --pool threads -c 2 --without-gossip --without-mingle --without-heartbeat"
BEAT = "-m celery -q -A cosign beat --pidfile= --loglevel warning"


def database_url():
    """The address of the test's own database, as another process opens it."""
    made = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{made['NAME']}"
    secret = f":{made['PASSWORD']}" if made["PASSWORD"] else ""
    return f"postgres://{made['USER']}{secret}@{made['HOST'] or '127.0.0.1'}:{made['PORT'] or 5432}/{made['NAME']}"


def environment(**changes):
    """The environment of a process that shares database, PDFs and broker with the test; it sweeps every second."""
    shared = {
        "DATABASE_URL": database_url(),
        "MEDIA_ROOT": settings.MEDIA_ROOT,
        "COSIGN_VAR": str(settings.VAR_DIR),
        "COSIGN_SWEEP_SECONDS": "1",
    }
    return {**os.environ, **shared, **changes}


class Worker:
    """A worker with beat, unless another command is given (arguments to Python)."""

    def __init__(self, log, command="", **changes):
        self.log, self.command, self.changes, self.process = log, command, changes, None

    def start(self):
        with open(self.log, "ab") as log:
            command = [sys.executable, *(self.command or WORKER).split()]
            shared = environment(**self.changes)
            self.process = subprocess.Popen(command, env=shared, stdout=log, stderr=log, start_new_session=True)

    def kill(self):
        """As a machine that loses power would: no handler runs."""
        self.end(signal.SIGKILL)

    def stop(self):
        self.end(signal.SIGTERM)

    def end(self, number):
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process = None


def eventually(condition, seconds=30):
    """Wait until `condition()` is true and return what it gave; AssertionError when it stays false."""
    give_up_at = time.monotonic() + seconds
    while time.monotonic() < give_up_at:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError(f"still not so after {seconds} s: {condition.__qualname__}")


def text_of(pdf):
    """What a reader of the PDF sees, laid out as on its pages."""
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True, timeout=60)
    return done.stdout.decode()

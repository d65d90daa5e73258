"""A worker's children that set letters: killed they are replaced, and they go when the worker goes, however it goes."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

import pytest

from tests import factories

from . import process
from .process import eventually

pytestmark = [
    pytest.mark.worker,
    pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a child at work ends its letter first"),
]


def running():
    """Process, parent and command of all that run."""
    listed = subprocess.run(["ps", "-wweo", "pid=,ppid=,stat=,args="], capture_output=True, text=True, check=True).stdout
    lines = (line.split(None, 3) for line in listed.splitlines())
    return {int(pid): (int(parent), args) for pid, parent, state, args in lines if state[0] != "Z"}


def setters(worker):
    """The processes that set letters for this worker or for one that it forked."""
    found, ours = running(), {worker.process.pid}
    for _ in range(3):
        ours |= {pid for pid, (parent, _) in found.items() if parent in ours}
    return {pid for pid in ours & set(found) if "letters.limited letters.pdf.child" in found[pid][1]}


def is_printed(letter):
    def ask():
        letter.refresh_from_db()
        return letter.pdf_is_current

    return ask


@pytest.mark.parametrize(
    ("pool", "last"), [("threads", signal.SIGKILL), ("prefork", signal.SIGTERM), ("prefork", signal.SIGKILL)]
)
def test_children_killed_in_the_middle_cost_nothing_and_none_outlives_its_worker(pool, last, new_worker, monkeypatch):
    monkeypatch.setattr(process, "WORKER", process.WORKER.replace("--pool threads", f"--pool {pool}"))
    worker = new_worker()
    worker.start()
    letter = factories.make_letter()
    for _ in range(3):
        factories.sign(letter)
        time.sleep(0.05)
        for pid in setters(worker):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        eventually(is_printed(letter))
    assert letter.latest_rendition().signers == 3
    assert letter.render_error == ""
    left = eventually(lambda: setters(worker))
    os.kill(worker.process.pid, last)
    worker.process.wait(timeout=20)
    eventually(lambda: not left & set(running()), seconds=10)

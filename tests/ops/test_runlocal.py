"""The local runner as a real process: it answers, it stops in time, and it leaves nothing behind."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import closing, suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SECONDS_TO_START = 60
pytestmark = [pytest.mark.slow, pytest.mark.worker]


@pytest.fixture
def runner(tmp_path):
    """Starts `manage.py runlocal` on a free port and an empty folder; kills what is left of it afterwards."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    away = ("DATABASE_URL", "REDIS_URL", "SITE_URL")
    environment = {name: value for name, value in os.environ.items() if name not in away}
    environment |= {"COSIGN_VAR": str(tmp_path), "PORT": str(port), "WEB_CONCURRENCY": "1"}
    with (tmp_path / "output").open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "runlocal"], cwd=ROOT, env=environment, stdout=output, stderr=output
        )
    process.port = port
    process.environment = environment
    process.output = lambda: (tmp_path / "output").read_text()
    yield process
    for pid in [*descendants(process.pid), process.pid]:
        kill(pid, signal.SIGKILL)
    process.wait()


def descendants(pid):
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [tuple(map(int, line.split())) for line in listed.splitlines()]
    found = [pid]
    for parent in found:
        found += [child for child, above in pairs if above == parent]
    return found[1:]


def lives(pid):
    """Whether the process still runs; one that has ended and waits to be reaped does not."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()
    return bool(state) and not state.startswith("Z")


def kill(pid, number):
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def get(port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as response:
        return response.status


def wait_until(condition, seconds):
    """True as soon as `condition` holds, False when it never did in so many seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


def is_up(runner):
    assert runner.poll() is None, runner.output()
    return "Ctrl-C stops it." in runner.output()


def test_it_answers_tells_who_can_sign_in_and_stops_soon_after_ctrl_c(runner):
    assert wait_until(lambda: is_up(runner), SECONDS_TO_START), runner.output()
    assert get(runner.port, "/healthz") == 200
    assert get(runner.port, "/readyz") == 200
    assert get(runner.port, "/mailbox/") == 200
    assert f"cosign is running at http://localhost:{runner.port}/" in runner.output()
    assert "@" in runner.output()
    children = descendants(runner.pid)
    assert len(children) >= 2

    runner.send_signal(signal.SIGINT)
    assert runner.wait(timeout=10) == 0, runner.output()
    assert [pid for pid in children if lives(pid)] == []


def test_when_a_child_dies_the_rest_is_stopped_and_it_says_which(runner):
    assert wait_until(lambda: is_up(runner), SECONDS_TO_START), runner.output()
    children = descendants(runner.pid)
    commands = {pid: Path(f"/proc/{pid}/cmdline") for pid in children}
    worker = next(pid for pid, path in commands.items() if b"celery" in path.read_bytes())
    kill(worker, signal.SIGKILL)
    assert runner.wait(timeout=10) == 1
    assert "The worker ended by itself" in runner.output()
    assert [pid for pid in children if lives(pid)] == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent was killed")
def test_when_it_is_killed_outright_its_children_end_too(runner):
    assert wait_until(lambda: is_up(runner), SECONDS_TO_START), runner.output()
    children = descendants(runner.pid)
    kill(runner.pid, signal.SIGKILL)
    assert wait_until(lambda: not [pid for pid in children if lives(pid)], 15)


def test_a_port_in_use_is_told_in_a_sentence_and_nothing_is_started(runner):
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        environment = {**runner.environment, "PORT": str(taken.getsockname()[1])}
        result = subprocess.run(
            [sys.executable, "manage.py", "runlocal"], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
        )
    assert result.returncode == 1
    assert "is in use. Stop what uses it, or choose another: PORT=8001 bin/run" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("port", ["http", "70000", "-1"])
def test_what_is_no_port_is_told_in_a_sentence(runner, port):
    environment = {**runner.environment, "PORT": port}
    result = subprocess.run(
        [sys.executable, "manage.py", "runlocal"], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )
    assert result.returncode == 1
    assert f"{port!r} is not a port" in result.stderr

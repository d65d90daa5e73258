"""With Redis down or mute, publishing fails within a second, and a worker comes back by itself when Redis does."""

import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
from contextlib import closing

import pytest

PUBLISH = """
import sys, time
import kombu.transport.redis
from cosign.celery import app
for line in sys.stdin:
    started = time.monotonic()
    try:
        app.send_task("letters.tasks.sweep", retry=False)
        outcome = "sent"
    except Exception as error:
        outcome = type(error).__name__
    print(outcome, time.monotonic() - started, flush=True)
"""


class Publisher:
    """A process with the real settings and REDIS_URL on `port`, as a web worker has them; it publishes when told."""

    def __init__(self, port):
        environment = {**os.environ, "REDIS_URL": f"redis://127.0.0.1:{port}/0"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", PUBLISH],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )

    def publish(self):
        """What became of one message ("sent" or the error's name), and the seconds it took."""
        self.process.stdin.write("look\n")
        outcome, seconds = self.process.stdout.readline().split()
        return outcome, float(seconds)

    def close(self):
        self.process.communicate(timeout=10)


def usual(outcomes):
    """The middle one of the times, so that one that a busy machine drew out does not count; a wrong setting draws out all."""
    return statistics.median(seconds for _, seconds in outcomes)


@pytest.fixture
def port():
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def redis(port):
    """Starts and stops a Redis of our own on `port`."""
    if not shutil.which("redis-server"):
        pytest.skip("redis-server is not installed")
    started = []

    def start():
        command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
        started.append(subprocess.Popen(command, stdout=subprocess.DEVNULL))
        for _ in range(100):
            with closing(socket.socket()) as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return started[-1]
            time.sleep(0.05)
        raise AssertionError("redis-server did not start")

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_publishing_to_a_port_that_refuses_fails_within_a_second(port):
    with closing(Publisher(port)) as publisher:
        outcomes = [publisher.publish() for _ in range(3)]
    assert [outcome for outcome, _ in outcomes] == ["OperationalError"] * 3
    assert usual(outcomes) < 1


def test_publishing_to_a_socket_that_never_answers_fails_within_a_second(port):
    with closing(socket.create_server(("127.0.0.1", port))), closing(Publisher(port)) as publisher:
        outcomes = [publisher.publish() for _ in range(3)]
    assert [outcome for outcome, _ in outcomes] == ["OperationalError"] * 3
    assert usual(outcomes) < 1


def test_publishing_when_not_even_the_connection_is_accepted_fails_within_a_second(port):
    with closing(socket.create_server(("127.0.0.1", port), backlog=0)), closing(Publisher(port)) as publisher:
        waiting = [socket.socket() for _ in range(4)]
        for full in waiting:
            full.setblocking(False)
            full.connect_ex(("127.0.0.1", port))
        outcomes = [publisher.publish() for _ in range(3)]
        for full in waiting:
            full.close()
    assert [outcome for outcome, _ in outcomes] == ["OperationalError"] * 3
    assert usual(outcomes) < 1


@pytest.mark.slow
def test_a_publisher_sends_again_once_redis_is_back(port, redis):
    server = redis()
    with closing(Publisher(port)) as publisher:
        assert publisher.publish()[0] == "sent"
        server.send_signal(signal.SIGSTOP)
        outcome, seconds = publisher.publish()
        assert outcome == "OperationalError"
        assert seconds < 1
        server.send_signal(signal.SIGCONT)
        assert publisher.publish()[0] == "sent"
        server.kill()
        server.wait()
        outcome, seconds = publisher.publish()
        assert outcome == "OperationalError"
        assert seconds < 1
        redis()
        assert publisher.publish()[0] == "sent"

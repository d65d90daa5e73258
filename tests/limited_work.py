"""What a child is asked to do in the tests of its limits."""

import json
import os
import re
import resource
import signal
import socket
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

WRONG = {
    "nonsense": b"\0\0\0\2\0\0\0\0[]",
    "no json": b"\0\0\0\2\0\0\0\0{'",
    "deep json": b"\0\1\0\0\0\0\0\0" + b"[" * 65536,
    "endless": b"\xff\xff\xff\xff\xff\xff\xff\xff",
    "half": b"\0\0\0\2",
}


def answer(question, blob):
    return globals()[question["do"]](question, blob)


def echo(question, blob):
    return {"heard": question, "by": os.getpid()}, blob


def parrot(question, blob):
    """Answers what it was given."""
    return json.loads(blob), b""


def sleep(question, blob):
    time.sleep(question.get("seconds", 50))
    return {}, b""


def spin(question, blob):
    """In C, without giving way to any other thread."""
    re.match("(a+)+$", "a" * 60 + "b")


def eat(question, blob):
    return {"bytes": len(bytearray(question.get("bytes", 500_000_000)))}, b""


def die(question, blob):
    """Once, when a file is named, which is there afterwards."""
    if (mark := question.get("mark")) and os.path.exists(mark):
        return {"alive": True}, b""
    if mark:
        os.close(os.open(mark, os.O_CREAT))
    os.kill(os.getpid(), question.get("signal", signal.SIGKILL))


def fail(question, blob):
    raise ValueError(f"about {question}")


def much(question, blob):
    return {}, bytes(question["bytes"])


def wrong(question, blob):
    """Writes bytes of its own to the pipe of answers, and ends."""
    pipes = [number for number in range(3, 10) if os.path.exists(f"/dev/fd/{number}")]
    for number in pipes:
        with suppress(OSError):
            os.write(number, WRONG[question["which"]])
    os._exit(0)


def chatter(question, blob):
    print("x" * 100_000, flush=True)
    os.write(1, b"y" * 100_000)
    os.write(2, b"z" * 100_000)
    return {}, sys.stdin.buffer.read()


def surroundings(question, blob):
    found = {"environment": dict(os.environ), "files": sorted(map(int, os.listdir("/dev/fd"))), "group": os.getpgrp()}
    found["limits"] = [resource.getrlimit(limit)[0] for limit in (resource.RLIMIT_CORE, resource.RLIMIT_NOFILE)]
    found["threads"] = threading.active_count()
    return found, b""


def call(question, blob):
    with suppress(OSError), socket.create_connection(("127.0.0.1", question["port"]), timeout=2):
        return {"connected": True}, b""
    return {"connected": False}, b""


def isolated(question, blob):
    """Whether the kernel gave the child a network of its own, and whether it can read its parent's environment."""
    found = {"own network": os.readlink("/proc/self/ns/net") != question["network"]}
    with suppress(OSError):
        found["parent"] = len(Path(f"/proc/{os.getppid()}/environ").read_bytes())
    return found, b""


def write(question, blob):
    with suppress(OSError), open(question["file"], "wb") as file:
        file.write(bytes(question["bytes"]))
        return {"written": True}, b""
    return {"written": False}, b""

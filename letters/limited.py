"""Work on what strangers wrote, done by child processes that get so much time and memory and no more.

A child is asked over pipes: a question and its answer are one frame each, a header of JSON types and a blob. Nothing that comes
back is run, and no more of it is read than the limit says; what it means, the asker checks. A child has no secrets in its
environment, opens few files, writes hardly any, starts as an ordinary user no process unless its libraries need threads, and has,
where the kernel lets it, no network and no look into its parent. It is killed with its group when its time is up, and never
outlives its parent.

Where a platform lacks one of the limits, the clock still holds.
"""

import atexit
import ctypes
import fcntl
import json
import os
import resource
import select
import signal
import struct
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import NamedTuple
from weakref import WeakSet

ROOT = Path(__file__).resolve().parent.parent
# All that a child inherits: where Python, its libraries and the caches of fonts are.
KEPT = (
    *("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "XDG_CACHE_HOME"),
    *("PYTHONPATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"),
)
LENGTHS = struct.Struct(">II")
PIECE = 1 << 16
MEGABYTE = 1024 * 1024
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
PR_SET_NO_NEW_PRIVS = 38

Answer = tuple[dict, bytes]
Work = Callable[[dict, bytes], Answer]


class Limits(NamedTuple):
    """seconds: for one question, by the clock and of the processor. memory: bytes of address space. answer: bytes.

    threads: whether it may start threads, and so processes too: the kernel does not tell them apart.
    """

    seconds: float
    memory: int
    answer: int
    threads: bool = False


class Failed(Exception):
    """There is no answer. What it says is for a log: it holds no word of the question."""


class TooLong(Failed):
    """The time was up."""


class TooLarge(Failed):
    """The memory was used up."""


class Busy(Failed):
    """All children were at work, for as long as the asker would wait."""


class Broken(Failed):
    """The work raised something, or the child died or answered nonsense."""


class Gone(Broken):
    """The child died without a word."""


class Children:
    """Up to `at_once` children for one kind of work, started when they are needed.

    work: `module:function` of a `Work`. A child is replaced after so many `jobs` (1: each question gets a child of its own)
    and when it has grown past `grown` bytes. After a fork the new process makes its own.
    """

    def __init__(self, work: str, limits: Limits, *, at_once=2, jobs=1, grown=sys.maxsize):
        self.work, self.limits = work, limits
        self.at_once, self.jobs, self.grown = at_once, jobs, grown
        self.begin()
        _all.add(self)

    def begin(self):
        self.free = threading.BoundedSemaphore(self.at_once)
        self.idle: list[Child] = []
        self.living: set[Child] = set()

    def ask(self, header: dict, blob: bytes = b"", *, patience: float = 10) -> Answer:
        """Wait `patience` seconds for a free child, then for its answer. Raises Failed.

        A child that was killed from outside is replaced, and the question asked once more.
        """
        question = packed(header, blob)
        if not self.free.acquire(timeout=patience):
            raise Busy(f"{self.at_once} at work")
        until = time.monotonic() + self.limits.seconds
        try:
            return self._asked(self._idle_child() or self._new_child(), question, until)
        except Gone:
            return self._asked(self._new_child(), question, until)
        finally:
            self.free.release()

    def _idle_child(self):
        with suppress(IndexError):
            return self.idle.pop()

    def _new_child(self):
        try:
            child = Child(self.work, self.limits)
        except OSError as error:
            raise Broken(f"no child could be started: {error.strerror}") from error
        self.living.add(child)
        return child

    def _asked(self, child, question, until):
        try:
            answer = child.ask(question, until)
        except BaseException:
            self._end(child)
            raise
        if child.jobs < self.jobs and child.size() < self.grown:
            self.idle.append(child)
        else:
            self._end(child)
        return answer

    def _end(self, child):
        child.end()
        self.living.discard(child)

    def end(self):
        """End all children. The next question starts new ones."""
        self.idle.clear()
        for child in list(self.living):
            self._end(child)

    def forget(self):
        """In a forked process: the parent's children are not ours, and our copies of its pipes would keep them alive."""
        for child in self.living:
            child.forget()
        self.begin()


class Child:
    """One process and the two pipes to it."""

    def __init__(self, work: str, limits: Limits):
        self.limits, self.jobs = limits, 0
        self.process = subprocess.Popen(
            [sys.executable, "-B", "-m", "letters.limited", work, json.dumps(limits)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env={name: os.environ[name] for name in KEPT if name in os.environ},
            bufsize=0,
            start_new_session=True,
        )
        self.pipes = self.process.stdin, self.process.stdout
        for pipe in self.pipes:
            os.set_blocking(pipe.fileno(), False)

    def ask(self, question: bytes, until: float) -> Answer:
        self.jobs += 1
        try:
            self.send(question, until)
            header, blob = self.receive(until)
        except (EOFError, BrokenPipeError, ConnectionResetError):
            raise self.verdict() from None
        if "failed" in header:
            why = str(header["failed"])[:500]
            raise TooLarge("out of memory") if why == "MemoryError" else Broken(why)
        return header.get("answer"), blob

    def send(self, data: bytes, until: float):
        left, to_child = memoryview(data), self.pipes[0].fileno()
        while left:
            wait_for(to_child, select.POLLOUT, until)
            left = left[os.write(to_child, left[:PIECE]) :]

    def receive(self, until: float) -> Answer:
        lengths = LENGTHS.unpack(self.read(LENGTHS.size, until))
        if sum(lengths) > self.limits.answer:
            raise Broken(f"an answer of {sum(lengths)} bytes")
        header, blob = (self.read(length, until) for length in lengths)
        try:
            header = json.loads(header)
        except (ValueError, RecursionError):
            header = None
        if not isinstance(header, dict):
            raise Broken("an answer that is none")
        return header, blob

    def read(self, length: int, until: float) -> bytes:
        found, from_child = bytearray(), self.pipes[1].fileno()
        while len(found) < length:
            wait_for(from_child, select.POLLIN, until)
            piece = os.read(from_child, min(PIECE, length - len(found)))
            if not piece:
                raise EOFError
            found += piece
        return bytes(found)

    def verdict(self) -> Failed:
        """Why the child is gone."""
        self.end()
        code = self.process.returncode
        if code == -signal.SIGXCPU:
            return TooLong("out of processor time")
        return Gone(f"ended by signal {-code}" if code < 0 else f"ended with {code}")

    def size(self) -> int:
        """Bytes of memory in use; 0 where the system does not say."""
        try:
            pages = Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        except OSError:
            return 0
        return int(pages) * resource.getpagesize()

    def end(self):
        for pipe in self.pipes:
            pipe.close()
        if self.process.returncode is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def forget(self):
        for pipe in self.pipes:
            pipe.close()
        self.process.returncode = 0  # so that nobody waits for another's child


def wait_for(pipe: int, event: int, until: float):
    poll = select.poll()
    poll.register(pipe, event)
    left = until - time.monotonic()
    if left <= 0 or not poll.poll(left * 1000):
        raise TooLong("out of time")


def packed(header: dict, blob: bytes) -> bytes:
    encoded = json.dumps(header).encode()
    return LENGTHS.pack(len(encoded), len(blob)) + encoded + blob


_all: WeakSet[Children] = WeakSet()


def _forget_parent():
    for children in list(_all):
        children.forget()


def _end_all():
    for children in list(_all):
        children.end()


os.register_at_fork(after_in_child=_forget_parent)
atexit.register(_end_all)


# --- in the child


def serve(work: str, limits: Limits):
    """Answer questions until the parent's end of the pipe is closed."""
    questions, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1):  # what a library prints is no part of an answer
        os.dup2(nothing, standard)
    confine(limits)
    module, _, name = work.partition(":")
    do = getattr(import_module(module), name)
    with open(questions, "rb") as questions, open(answers, "wb") as answers:
        while lengths := questions.read(LENGTHS.size):
            header, blob = (questions.read(length) for length in LENGTHS.unpack(lengths))
            with dying_with_parent(questions):
                allow_processor_time(limits.seconds)
                answer = answered(do, json.loads(header), blob)
            answers.write(answer)
            answers.flush()


def answered(do: Work, header: dict, blob: bytes) -> bytes:
    try:
        found, blob = do(header, blob)
        return packed({"answer": found}, blob)
    except MemoryError:
        return packed({"failed": "MemoryError"}, b"")
    except Exception as error:
        return packed({"failed": where(error)}, b"")


def where(error: Exception) -> str:
    """`KeyError in word.py:30 < reading.py:9`: without the message, which may quote a letter."""
    frames = traceback.extract_tb(error.__traceback__)[:-6:-1]
    return f"{type(error).__name__} in " + " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)


def confine(limits: Limits):
    """Before anything of the work is imported. What this platform does not know is left out."""
    for name, most in (
        ("RLIMIT_CORE", 0),
        ("RLIMIT_NOFILE", 64),
        ("RLIMIT_FSIZE", MEGABYTE),
        ("RLIMIT_AS", limits.memory),
    ):
        with suppress(AttributeError, ValueError, OSError):
            resource.setrlimit(getattr(resource, name), (most, most))
    with suppress(AttributeError, OSError):
        libc = ctypes.CDLL(None)
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)  # refused by some kernels and most containers
    if not limits.threads:
        with suppress(AttributeError, ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # meant for the parent, whose last work is still to be done
    for number in (signal.SIGIO, signal.SIGXCPU):
        signal.signal(number, signal.SIG_DFL)


def allow_processor_time(seconds: float):
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


@contextmanager
def dying_with_parent(questions):
    """A child at work does not read, so the kernel tells it that the parent's end of the pipe was closed: SIGIO ends it."""
    flags = fcntl.fcntl(questions, fcntl.F_GETFL)
    fcntl.fcntl(questions, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(questions, fcntl.F_SETFL, flags | os.O_ASYNC)
    poll = select.poll()
    poll.register(questions, 0)
    if poll.poll(0):  # closed already
        os._exit(0)
    try:
        yield
    finally:
        fcntl.fcntl(questions, fcntl.F_SETFL, flags)


if __name__ == "__main__":
    serve(sys.argv[1], Limits(*json.loads(sys.argv[2])))

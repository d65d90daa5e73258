"""What a child process may take, what comes of one that takes more, and that none is left behind."""

import gc
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from letters import limited
from letters.limited import MEGABYTE, Broken, Busy, Children, Failed, Limits, TooLarge, TooLong

WORK = "tests.limited_work:answer"
LIMITS = Limits(seconds=20, memory=200 * MEGABYTE, answer=MEGABYTE)
linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has it")

PARENT = """
import os, sys, threading, time
from letters.limited import MEGABYTE, Children, Limits
children = Children("tests.limited_work:answer", Limits(60, 200 * MEGABYTE, MEGABYTE), jobs=9)
answer, _ = children.ask({"do": "echo"})
print(answer["by"], flush=True)
"""
AT_WORK = """
threading.Thread(target=children.ask, args=({"do": sys.argv[1], "seconds": 50},), daemon=True).start()
time.sleep(50)
"""
FORKED = """
if os.fork():
    os.wait()
    print(children.ask({"do": "echo"})[0]["by"])
else:
    print(children.ask({"do": "echo"})[0]["by"], len(children.living), flush=True)
    children.end()
    os._exit(0)
"""


@pytest.fixture
def new_children():
    """Makes children that end with the test."""
    made = []

    def make(seconds=20, *, memory=LIMITS.memory, **habits):
        made.append(Children(WORK, Limits(seconds, memory, LIMITS.answer), **habits))
        return made[-1]

    yield make
    for children in made:
        children.end()


@pytest.fixture
def children(new_children):
    return new_children(at_once=1, jobs=100)


def pid(children):
    return children.ask({"do": "echo"})[0]["by"]


def lives(pid):
    """Not so a dead one that its new parent, the system's first process, has not buried yet."""
    shown = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)
    return shown.stdout.strip()[:1] not in ("", "Z")


def gone(pid, seconds=5):
    give_up_at = time.monotonic() + seconds
    while lives(pid) and time.monotonic() < give_up_at:
        time.sleep(0.02)
    return not lives(pid)


# --- questions and answers


def test_question_and_answer_carry_json_and_bytes(children):
    blob = bytes(range(256)) * 3000
    answer, back = children.ask({"do": "echo", "name": "Łukasz"}, blob)
    assert answer["heard"] == {"do": "echo", "name": "Łukasz"}
    assert back == blob


def test_what_the_work_prints_is_no_part_of_the_answer(children):
    assert children.ask({"do": "chatter"}) == ({}, b"")


@pytest.mark.parametrize("which", ["nonsense", "no json", "deep json", "endless", "half"])
def test_an_answer_that_is_none_is_refused(which, children):
    with pytest.raises(Broken):
        children.ask({"do": "wrong", "which": which})


def test_no_more_of_an_answer_is_read_than_the_limit_says(children):
    assert len(children.ask({"do": "much", "bytes": MEGABYTE - 100})[1]) == MEGABYTE - 100
    with pytest.raises(Broken, match="an answer of"):
        children.ask({"do": "much", "bytes": MEGABYTE})


def test_a_failure_says_where_but_not_what_the_letter_said(children):
    with pytest.raises(Broken, match=r"ValueError in limited_work\.py:\d+ < ") as failure:
        children.ask({"do": "fail", "secret": "embargoed words"})
    assert "embargoed" not in repr(failure.value)


# --- limits


@pytest.mark.parametrize("question", [{"do": "sleep", "seconds": 50}, {"do": "spin"}])
def test_a_child_that_takes_too_long_is_ended(question, new_children):
    children = new_children(seconds=1)
    start = time.monotonic()
    with pytest.raises(TooLong):
        children.ask(question)
    assert time.monotonic() - start < 10
    assert not children.living


@linux
def test_a_child_that_computes_too_long_ends_even_when_nobody_looks(new_children):
    children = new_children(seconds=1)
    child = children._new_child()
    child.send(limited.packed({"do": "spin"}, b""), time.monotonic() + 9)
    with pytest.raises(TooLong, match="processor"):
        child.ask(limited.packed({"do": "echo"}, b""), time.monotonic() + 20)


@linux
def test_a_child_that_takes_too_much_memory_is_ended(children):
    assert children.ask({"do": "eat", "bytes": 100 * MEGABYTE})[0] == {"bytes": 100 * MEGABYTE}
    with pytest.raises(TooLarge):
        children.ask({"do": "eat", "bytes": 300 * MEGABYTE})
    assert not children.living
    assert pid(children)


@linux
def test_a_child_has_no_secrets_no_files_of_the_parent_and_a_group_of_its_own(children, monkeypatch, tmp_path):
    monkeypatch.setenv("SECRET_KEY", "not for a child")
    monkeypatch.setenv("DATABASE_URL", "postgres://cosign:secret@db/cosign")
    with open(tmp_path / "open", "w") as file:
        os.set_inheritable(file.fileno(), True)
        found, _ = children.ask({"do": "surroundings"})
    assert set(found["environment"]) <= {*limited.KEPT, "LC_CTYPE"}
    assert len(found["files"]) <= 7  # the standard ones, /dev/null, two pipes, and the folder that is read for this
    assert found["group"] != os.getpgrp()
    assert found["limits"] == [0, 64]


@linux
def test_a_child_writes_no_large_file(children, tmp_path):
    question = {"do": "write", "file": str(tmp_path / "large"), "bytes": 2 * MEGABYTE}
    assert children.ask(question)[0] == {"written": False}


@linux
def test_where_the_kernel_allows_it_a_child_has_no_network_and_cannot_look_into_its_parent(children):
    found, _ = children.ask({"do": "isolated", "network": os.readlink("/proc/self/ns/net")})
    if not found["own network"]:
        pytest.skip("this kernel lets nobody part from the network")
    assert "parent" not in found
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        assert children.ask({"do": "call", "port": listener.getsockname()[1]})[0] == {"connected": False}


# --- keeping children


def test_a_child_is_kept_for_so_many_questions(new_children):
    children = new_children(at_once=1, jobs=2)
    asked = [pid(children) for _ in range(4)]
    assert asked[0] == asked[1] != asked[2] == asked[3]


def test_each_question_gets_a_child_of_its_own_unless_children_are_kept(new_children):
    children = new_children()
    first = pid(children)
    assert pid(children) != first
    assert not children.living


@linux
def test_a_child_that_has_grown_is_replaced(new_children):
    children = new_children(at_once=1, jobs=100, grown=MEGABYTE)
    assert pid(children) != pid(children)


def test_a_child_killed_while_idle_is_not_noticed(children):
    before = pid(children)
    os.kill(before, signal.SIGKILL)
    assert pid(children) != before


def test_a_child_killed_at_work_is_asked_once_more(children, tmp_path):
    assert children.ask({"do": "die", "mark": str(tmp_path / "mark")})[0] == {"alive": True}


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT])
def test_work_that_kills_every_child_is_given_up(number, children):
    with pytest.raises(Broken, match=f"signal {number:d}"):
        children.ask({"do": "die", "signal": number})
    assert not children.living


def test_what_is_meant_for_the_parent_does_not_end_a_child(children):
    before = pid(children)
    os.kill(before, signal.SIGTERM)
    assert pid(children) == before


def test_threads_have_so_many_children_and_wait_no_longer_than_they_would(new_children):
    children = new_children(at_once=2, jobs=100)
    said = []

    def ask():
        try:
            said.append(children.ask({"do": "sleep", "seconds": 1.5}, patience=0.2)[0])
        except Failed as failure:
            said.append(type(failure))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, said)) == sorted(map(str, [{}, {}, Busy]))
    assert len(children.living) == 2


# --- nothing is left behind


def test_an_ended_child_leaves_no_process_no_zombie_and_no_open_pipe(new_children):
    before = set(os.listdir("/dev/fd"))
    children = new_children(jobs=9)
    asked = pid(children)
    children.end()
    assert not lives(asked)
    with pytest.raises(ChildProcessError):
        os.waitpid(asked, os.WNOHANG)
    gc.collect()
    assert set(os.listdir("/dev/fd")) <= before


def parent(script, *arguments):
    command = [sys.executable, "-W", "error", "-c", script, *arguments]
    return subprocess.Popen(command, cwd=limited.ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_children_end_with_an_interpreter_that_ends():
    said, complaints = (process := parent(PARENT)).communicate(timeout=30)
    assert complaints == ""
    assert process.returncode == 0
    assert gone(int(said))


@linux
@pytest.mark.parametrize("work", ["", "sleep", "spin"])
def test_a_child_goes_with_a_parent_that_is_killed_outright(work):
    with parent(PARENT + (AT_WORK if work else "time.sleep(50)"), work) as process:
        child = int(process.stdout.readline())
        time.sleep(0.3)
        assert lives(child)
        process.kill()
        process.wait()
        assert gone(child), "a child outlives its parent"


@linux
def test_a_thread_that_ends_does_not_take_its_child_along(children):
    asked = []
    thread = threading.Thread(target=lambda: asked.append(pid(children)))
    thread.start()
    thread.join()
    time.sleep(0.1)
    assert pid(children) == asked[0]


def test_a_forked_process_makes_children_of_its_own_and_leaves_the_parents_alone():
    said, complaints = parent(PARENT + FORKED).communicate(timeout=30)
    first, (own, number), last = (line.split() for line in said.splitlines())
    assert complaints == ""
    assert number == "1"
    assert own != first[0]
    assert last == first


def test_nothing_is_said_when_python_is_not_found(new_children, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(Broken, match="no child could be started"):
        new_children().ask({"do": "echo"})


def test_work_that_does_not_exist_is_broken():
    with pytest.raises(Broken, match="ended with 1"):
        Children("tests.limited_work:nothing", LIMITS).ask({})


def test_the_room_stands_alone():
    names = subprocess.run(
        [sys.executable, "-c", "import letters.limited, sys; print([m for m in sys.modules if m.startswith('letters')])"],
        cwd=Path(limited.ROOT),
        capture_output=True,
        text=True,
        check=True,
    )
    assert names.stdout.strip() == "['letters', 'letters.limited']"

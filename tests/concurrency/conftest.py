import multiprocessing
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from . import acts, process

ROUNDS = int(os.environ.get("COSIGN_RACE_ROUNDS", "4"))
ACTORS = 12


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    """The actors are all there are: nobody renders or mails beside them."""
    monkeypatch.setattr("celery.app.base.Celery.send_task", lambda *args, **options: None)


def in_threads(names, case):
    barrier = threading.Barrier(len(names))
    with ThreadPoolExecutor(len(names)) as pool:
        tries = [pool.submit(acts.attempt, barrier.wait, name, case, actor) for actor, name in enumerate(names)]
        return [one.result() for one in tries]


@pytest.fixture(scope="module")
def pool(request, django_db_setup, django_db_blocker, tmp_path_factory):
    """As many processes as the module has actors: each task waits for all others, so each process takes one."""
    actors = request.module.ACTORS
    spawning = multiprocessing.get_context("spawn")
    media = str(tmp_path_factory.mktemp("media"))
    arguments = (spawning.Barrier(actors), str(connection.settings_dict["NAME"]), media)
    with spawning.Pool(actors, process.start, arguments) as started:
        yield started


@pytest.fixture(params=["threads", "processes"])
def at_once(request, transactional_db):
    """`at_once(names of acts, case)`: all are tried at the same moment; their outcomes."""
    if request.param == "threads":
        return in_threads
    processes = request.getfixturevalue("pool")

    def in_processes(names, case):
        return processes.starmap(process.attempt, [(name, case, actor) for actor, name in enumerate(names)], chunksize=1)

    return in_processes

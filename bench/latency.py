"""Seconds from the POST that signs to the fresh PDF, over HTTP, with a real web server and a real worker.

python bench/latency.py [--rounds 9] [--signers 14 100 535] [--postgres]

Everything runs on a temporary folder, with SQLite and messages in files; with --postgres on a database of its own and on Redis.
"""

import argparse
import http.client
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
DATABASE = f"cosign_latency_{os.getpid()}"
WEB = "-m gunicorn cosign.wsgi --worker-class gthread --workers 1 --threads 8 --no-control-socket --log-level warning"
WORKER = "-m celery -q -A cosign worker --beat --pool threads -c 2 --loglevel warning --without-gossip --without-mingle"
TOKEN = "t" * 32
PATIENCE = 60


def main():
    options = read_options()
    folder = tempfile.mkdtemp(prefix="cosign-latency-")
    os.environ.update(COSIGN_MODE="local", COSIGN_VAR=folder, SECRET_KEY="s" * 50, DJANGO_SETTINGS_MODULE="cosign.settings")
    for name in ("DATABASE_URL", "REDIS_URL", "MEDIA_ROOT"):
        os.environ.pop(name, None)
    try:
        with postgres() if options.postgres else closing(socket.socket()):
            measure(options)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def read_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--signers", type=int, nargs="+", default=[14, 100, 535])
    parser.add_argument("--postgres", action="store_true", help="PostgreSQL on 127.0.0.1:5432 and Redis on 127.0.0.1:6379")
    return parser.parse_args()


@contextmanager
def postgres():
    """A database of our own, gone afterwards, and a numbered database of Redis that is emptied before and after."""
    import psycopg2
    import redis

    user = os.environ.get("PGUSER", "root")
    server = psycopg2.connect(host="127.0.0.1", user=user, dbname="postgres")
    server.autocommit = True
    broker = redis.Redis(port=6379, db=13)
    server.cursor().execute(f"CREATE DATABASE {DATABASE}")
    broker.flushdb()
    os.environ.update(DATABASE_URL=f"postgres://{user}@127.0.0.1:5432/{DATABASE}", REDIS_URL="redis://127.0.0.1:6379/13")
    try:
        yield
    finally:
        broker.flushdb()
        server.cursor().execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")
        server.close()


def measure(options):
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # hundreds of invented people, made quickly
    call_command("migrate", verbosity=0)
    port = free_port()
    with running(f"{WEB} --bind 127.0.0.1:{port}"), running(WORKER):
        until(lambda: answers(port), "the web server answers")
        print(f"{'signers':>8} {'POST answered':>14} {'fresh PDF':>10} {'slowest':>8}   (seconds, medians of {options.rounds})")
        for count in options.signers:
            rounds = list(rounds_with(count, options.rounds, port))
            posts, pdfs = zip(*rounds, strict=True)
            print(f"{count:>8} {statistics.median(posts):>14.3f} {statistics.median(pdfs):>10.3f} {max(pdfs):>8.3f}", flush=True)


def rounds_with(count, rounds, port):
    """Pairs of seconds: until the POST was answered, until the PDF with `count` signers was in hand."""
    from django.test import Client
    from django.utils import timezone

    from letters.workflow import signing
    from tests import factories
    from tests.pdf import sample

    person = factories.make_staff()
    office = person.memberships.get().office
    letter = factories.make_letter(body=sample.body(), invited=[office])
    for _ in range(count - 1):
        factories.sign(letter)
    session = Client()
    session.force_login(person)
    visitor = Visitor(port, session.cookies["sessionid"].value)
    form = {"office": office.pk, "text_sha256": letter.revision.sha256}
    for _ in range(rounds + 1):
        until(lambda: is_current(letter), "the PDF is up to date")
        started = time.perf_counter()
        visitor.post(f"/l/{letter.code}/sign/", form)
        answered = time.perf_counter()
        until(lambda: is_current(letter), "the PDF is up to date")
        assert visitor.get(f"/l/{letter.code}/draft.pdf").startswith(b"%PDF")
        yield answered - started, time.perf_counter() - started
        assert letter.latest_rendition().signers == count
        signing.withdraw(letter, office, person, now=timezone.now())


def is_current(letter):
    letter.refresh_from_db()
    return letter.pdf_is_current


class Visitor:
    """A signed-in browser, as far as one form needs it."""

    def __init__(self, port, session):
        self.port = port
        self.headers = {"Cookie": f"sessionid={session}; csrftoken={TOKEN}"}

    def ask(self, method, path, body, expected, **headers):
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as connection:
            connection.request(method, path, body, {**self.headers, **headers})
            answer = connection.getresponse()
            data = answer.read()
        assert answer.status == expected, f"{method} {path}: {answer.status}"
        return data

    def get(self, path):
        return self.ask("GET", path, None, 200)

    def post(self, path, form):
        body = urlencode({"csrfmiddlewaretoken": TOKEN, **form})
        return self.ask("POST", path, body, 302, **{"Content-Type": "application/x-www-form-urlencoded"})


@contextmanager
def running(arguments):
    command = [sys.executable, "-W", "ignore", *arguments.split()]
    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=10)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def free_port():
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port):
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def until(condition, what):
    give_up_at = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > give_up_at:
            sys.exit(f"Given up: not after {PATIENCE} seconds that {what}.")
        time.sleep(0.004)


if __name__ == "__main__":
    main()

"""The whole of cosign on one machine, in one terminal: web server, worker with beat, and a mailbox in place of mail."""

import ctypes
import errno
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, suppress

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import BaseCommand, CommandError, call_command

from letters.management.commands.load_demo import PASSWORD, is_empty

PR_SET_PDEATHSIG = 1
libc = ctypes.CDLL(None)
SECONDS_TO_STOP = 4.5
SECONDS_TO_START = 30
WEB = (
    "-m gunicorn cosign.wsgi --worker-class gthread --workers 1 --threads 8 --no-control-socket "
    "--graceful-timeout 3 --log-level warning --logger-class cosign.logs.WebServer"
)
WORKER = (
    "-m celery -q -A cosign worker --beat --pool threads -c 2 --loglevel warning "
    "--without-gossip --without-mingle --without-heartbeat"
)


class Command(BaseCommand):
    help = "Migrates, loads the demo into an empty database, and runs the web server and one worker until Ctrl-C."

    def handle(self, **options):
        if not settings.LOCAL:
            raise CommandError("runlocal is for your own machine. Put COSIGN_MODE=local in .env, or run bin/setup.")
        port = os.environ.get("PORT", "8000")
        self.refuse_unless_free(port)
        try:
            self.prepare()
        except KeyboardInterrupt:
            raise CommandError("Stopped before it was ready.") from None
        self.stopping = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.stop)
        children = {"web server": start(f"{WEB} --bind 127.0.0.1:{port}"), "worker": start(WORKER)}
        try:
            self.watch(children, int(port))
        finally:
            stop_all(children.values())

    def refuse_unless_free(self, port):
        """Binds as the web server will, so that the reason comes in a sentence before anything else is started."""
        with closing(socket.socket()) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", int(port)))
            except (ValueError, OverflowError):
                raise CommandError(f"{port!r} is not a port. Give a number from 1024 to 65535.") from None
            except OSError as error:
                reason = "in use" if error.errno == errno.EADDRINUSE else f"not to be had ({error.strerror})"
                raise CommandError(f"Port {port} is {reason}. Stop what uses it, or choose another: PORT=8001 bin/run") from None

    def prepare(self):
        call_command("migrate", verbosity=0)
        if is_empty():
            self.stdout.write("The database is empty: loading the demo, which takes some seconds.")
            call_command("load_demo", stdout=self.stdout)

    def stop(self, *_):
        self.stopping = True

    def watch(self, children, port):
        announced = False
        started_at = time.monotonic()
        while not self.stopping:
            for name, child in children.items():
                if child.poll() is not None:
                    raise CommandError(f"The {name} ended by itself (exit code {child.returncode}); the rest was stopped.")
            if not announced and answers(port):
                announced = True
                self.announce(port)
            if not announced and time.monotonic() - started_at > SECONDS_TO_START:
                raise CommandError(f"The web server did not answer within {SECONDS_TO_START} seconds; all was stopped.")
            time.sleep(0.1)
        self.stdout.write("Stopping.")

    def announce(self, port):
        people = get_user_model().objects.filter(is_active=True).exclude(email="").order_by("pk")
        addresses = list(people.values_list("email", flat=True)[:8])
        password = f", or with the password: {PASSWORD}" if any(a.endswith("@demo.example") for a in addresses) else ""
        self.stdout.write(
            f"\ncosign is running at {settings.SITE_URL}/\n"
            f"These can sign in by a code that comes to the mailbox{password}\n"
            f"  {' '.join(addresses) or 'nobody yet: sign up on the page'}\n"
            f"The mailbox, with everything that is mailed: http://localhost:{port}/mailbox/\n"
            "Ctrl-C stops it."
        )
        self.stdout.flush()


def start(arguments):
    """A child in its own session, so that Ctrl-C in the terminal reaches only us, and we stop it in order."""
    return subprocess.Popen(
        [sys.executable, *arguments.split()],
        start_new_session=True,
        preexec_fn=die_with_parent if sys.platform == "linux" else None,
    )


def die_with_parent():
    """Even a runlocal that was killed outright leaves no server behind: Linux sends its children a SIGTERM."""
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def stop_all(children):
    """SIGTERM to each, then SIGKILL to the whole session of any that is still there."""
    for child in children:
        with suppress(ProcessLookupError):
            child.terminate()
    deadline = time.monotonic() + SECONDS_TO_STOP
    for child in children:
        with suppress(subprocess.TimeoutExpired):
            child.wait(max(0, deadline - time.monotonic()))
    for child in children:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def answers(port):
    with closing(socket.socket()) as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0

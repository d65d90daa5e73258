"""A thread beside each web process that notes every few seconds that signing is possible: see `letters.workflow.outages`.

Only the WSGI and ASGI applications start it: no test, command or worker does.
"""

import logging
import os
import threading
import time

from django.conf import settings
from django.db import connections
from django.utils import timezone

from letters.workflow import outages

log = logging.getLogger(__name__)

SECONDS_TO_WRITE = 3
JUMP = 120  # seconds
# Goes on while the machine sleeps, which is time in which nobody could sign; where there is no such clock, the next best.
STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
WAIT = {"sqlite": "PRAGMA busy_timeout = {0}", "postgresql": "SET statement_timeout = {0}"}

started_in = None
starting = threading.Lock()


def beside(application):
    """The WSGI application, with the heartbeat beside it: from now on, and in a process that is forked from this one, from its
    first request, since threads do not come along."""
    start()

    def served(environ, start_response):
        start()
        return application(environ, start_response)

    return served


def start():
    """Start the thread, once in each process."""
    global started_in
    if started_in != os.getpid():
        with starting:
            if started_in != os.getpid():
                started_in = os.getpid()
                threading.Thread(target=Heart().run, name="heartbeat", daemon=True).start()


class Heart:
    def __init__(self):
        self.failing = self.jumped = False
        self.ahead = ahead()

    def run(self):
        while True:
            self.try_to_beat()
            time.sleep(settings.HEARTBEAT_SECONDS)

    def try_to_beat(self):
        """A failure is logged once, until it is over: whatever it is, the process has to go on."""
        before, self.ahead = self.ahead, ahead()
        self.jumped = self.jumped or abs(self.ahead - before) > JUMP
        try:
            beat(self.jumped)
        except Exception as error:
            if not self.failing:
                log.warning("no heartbeat, so nobody can sign: %s", type(error).__name__)
            self.failing = True
        else:
            if self.failing:
                log.warning("the heartbeat is back")
            self.failing = self.jumped = False


def ahead():
    """Seconds by which the wall clock is ahead of one that nobody sets: it changes only where somebody sets the wall clock."""
    return time.time() - time.clock_gettime(STEADY)


def beat(jumped):
    """One small write on a connection of its own, which waits for no lock as long as a request would."""
    connection = connections["default"]
    try:
        with connection.cursor() as cursor:
            cursor.execute(WAIT[connection.vendor].format(SECONDS_TO_WRITE * 1000))
        outages.beat(timezone.now(), after_clock_change=jumped)
    finally:
        connection.close()

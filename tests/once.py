"""Rows that are made once for all tests of a module."""

from contextlib import contextmanager

from django.db import transaction
from django.test import override_settings


@contextmanager
def made_once(blocker, folder):
    """What is written to the database within stands until the module ends; what each test does to it is undone by the test.

    `blocker` is pytest-django's, `folder` a path for stored files. Nothing within commits, so no worker is called.
    """
    with blocker.unblock(), override_settings(MEDIA_ROOT=str(folder)), transaction.atomic():
        yield
        transaction.set_rollback(True)

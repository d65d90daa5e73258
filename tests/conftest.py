import os
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import TransactionTestCase
from hypothesis import settings as hypothesis

from letters.models import guards

# The same letters at random in every run; others with COSIGN_RANDOM=1.
hypothesis.register_profile("cosign", derandomize="COSIGN_RANDOM" not in os.environ, deadline=None, database=None)
hypothesis.load_profile("cosign")


def pytest_configure():
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick; nothing here is secret
    settings.WHITENOISE_AUTOREFRESH = True  # else every client looks at all static files first


def pytest_collection_modifyitems(items):
    """Tests that ask for no database are the same on every one: `.ci/run` leaves them out the second time."""
    for item in items:
        if not ({"db", "transactional_db", "live_server"} & set(item.fixturenames) or item.get_closest_marker("django_db")):
            item.add_marker("databaseless")


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    """Stored PDFs and mail of a test go to a folder of its own."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    settings.MAILBOX_DIR = tmp_path / "mail"


@pytest.fixture(autouse=True)
def counts(settings):
    """Sign-in attempts are counted in a part of the cache that no other test shares, and none is carried over."""
    own = uuid4().hex
    place = {} if "redis" in settings.CACHES["default"]["BACKEND"] else {"LOCATION": own}
    settings.CACHES = {"default": {**settings.CACHES["default"], **place, "KEY_PREFIX": own}}


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """A page that a closed browser had still asked for may hold a connection: PostgreSQL drops no database meanwhile."""
    yield
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )


@pytest.fixture(autouse=True, scope="session")
def tables_can_be_emptied():
    """Tests that commit empty the tables afterwards, which the triggers refuse: lift them for that moment."""
    empty = TransactionTestCase._fixture_teardown

    def lifted(self):
        guards.remove(connections["default"])
        empty(self)
        guards.install(connections["default"])

    TransactionTestCase._fixture_teardown = lifted
    yield
    TransactionTestCase._fixture_teardown = empty

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connections
from django.test import TransactionTestCase

from letters.models import guards


def pytest_configure():
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick; nothing here is secret


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    """Stored PDFs and mail of a test go to a folder of its own, and no count of sign-in attempts is carried over."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    settings.MAILBOX_DIR = tmp_path / "mail"
    cache.clear()


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

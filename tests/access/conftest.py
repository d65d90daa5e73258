import logging

import pytest
from django.db import transaction
from django.test import override_settings

from . import world as rooms


@pytest.fixture(scope="module")
def world(request, django_db_setup, django_db_blocker, tmp_path_factory):
    """Made once for all tests of a module; what they do is undone by each of them."""
    send = pytest.MonkeyPatch()
    logging.getLogger("django.request").setLevel("ERROR")
    send.setattr("celery.app.base.Celery.send_task", lambda *args, **options: None)
    media = str(tmp_path_factory.mktemp("media"))
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=media, PASSWORD_HASHERS=hashers), transaction.atomic():
        yield rooms.build()
        transaction.set_rollback(True)
    send.undo()


@pytest.fixture
def media():
    """The world's own folder stays in place of one for each test."""

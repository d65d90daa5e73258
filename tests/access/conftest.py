import logging

import pytest

from tests.once import made_once

from . import world as rooms


@pytest.fixture(scope="module")
def world(request, django_db_setup, django_db_blocker, tmp_path_factory):
    """Made once for all tests of a module; what they do is undone by each of them."""
    send = pytest.MonkeyPatch()
    logging.getLogger("django.request").setLevel("ERROR")
    send.setattr("celery.app.base.Celery.send_task", lambda *args, **options: None)
    with made_once(django_db_blocker, tmp_path_factory.mktemp("media")):
        yield rooms.build()
    send.undo()


@pytest.fixture
def media():
    """The world's own folder stays in place of one for each test."""

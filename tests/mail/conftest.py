import pytest


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    """The tests deliver by hand: nothing is put on the broker."""
    monkeypatch.setattr("celery.app.base.Celery.send_task", lambda *args, **kwargs: None)


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

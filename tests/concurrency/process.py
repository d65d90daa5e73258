"""A process that takes part in races: its own interpreter, its own connection to the database of the test run."""

state = {}


def start(barrier, database, media):
    """Runs once in each process, before anything of the product is imported."""
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    settings.MEDIA_ROOT = media
    django.setup()

    from celery.app.base import Celery

    Celery.send_task = lambda *args, **options: None
    state["barrier"] = barrier


def attempt(name, case, actor):
    from tests.concurrency import acts

    return acts.attempt(state["barrier"].wait, name, case, actor)

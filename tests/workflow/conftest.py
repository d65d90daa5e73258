import pytest

from letters.models import Letter


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    """Nothing is put on the broker; the names of the tasks that were asked for are kept."""
    asked = []
    monkeypatch.setattr(
        "celery.app.base.Celery.send_task", lambda app, name, args=(), **options: asked.append((name, list(args)))
    )
    return asked


@pytest.fixture
def state():
    """`state(letter)`: its numbers as stored now: state, events, stored PDF."""

    def read(letter):
        return Letter.objects.values_list("state_no", "event_no", "rendered_no").get(pk=letter.pk)

    return read

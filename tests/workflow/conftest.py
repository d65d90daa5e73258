import pytest

from letters.models import Letter, Membership
from tests.factories import make_office, make_person, make_staff


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


@pytest.fixture
def office():
    return make_office("Ada", "Able")


@pytest.fixture
def person(office):
    """Signs for it."""
    return make_staff(office)


@pytest.fixture
def manager(office):
    return make_staff(office, Membership.Role.MANAGER)


@pytest.fixture
def signer(office, manager):
    return make_staff(office)


@pytest.fixture
def admin():
    return make_person(admin=True)

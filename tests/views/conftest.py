from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_letter, make_office, make_person, make_staff
from tests.sessions import signed_in


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    """Nothing is put on the broker."""
    monkeypatch.setattr("celery.app.base.Celery.send_task", lambda *args, **options: None)


@pytest.fixture
def house(db, client_of):
    """A letter with its lead, an invited office, their people, and a browser for each of them."""
    office = make_office("Ada", "Able")
    letter = make_letter(invited=[office])
    person, admin = make_staff(office), make_person(admin=True)
    return SimpleNamespace(
        letter=letter,
        office=office,
        person=person,
        admin=admin,
        lead=client_of(letter.created_by),
        staff=client_of(person),
        locker=client_of(admin),
        sha=letter.revision.sha256,
    )


@pytest.fixture
def client_of():
    def make(person=None):
        return signed_in(person) if person else Client()

    return make


def path(name, letter=None, *more):
    return reverse(name, args=[*([letter.code] if letter else []), *more])


def said(response):
    """All sentences that the page shows: messages, and what stands beside forms."""
    context = response.context or {}
    sentences = [str(message) for message in context.get("messages") or []]
    form = context.get("form")
    if form is not None and form.is_bound:
        sentences += [error for errors in form.errors.values() for error in errors]
    return sentences


def sign(house, client=None, **fields):
    data = {"office": house.office.pk, "text_sha256": house.sha, **fields}
    return (client or house.staff).post(path("sign", house.letter), data)

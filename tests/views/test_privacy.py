"""Who sees what of a letter: its draft, its signers before the lock, its final. Every address and person: tests/access."""

import re
from pathlib import Path

import pytest
from django.db import OperationalError
from django.utils import timezone

from letters.workflow import drafting
from tests import factories
from tests.factories import make_draft, make_office, make_person, make_staff
from tests.workflow import lives

from .conftest import path, said, sign

pytestmark = pytest.mark.django_db
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')


def test_a_person_without_an_office_is_asked_for_one_whatever_the_code(house, client_of):
    client = client_of(make_person())
    pages = []
    for code in (house.letter.code, make_draft().code, "0" * 22):
        joining = client.get(f"/l/{code}/")
        assert joining.url == f"/l/{code}/join/"
        page = client.get(joining.url)
        pages.append((page.status_code, TOKEN.sub("", page.content.decode().replace(code, ""))))
    assert pages[0] == pages[1] == pages[2]


def test_a_draft_is_seen_by_its_lead_alone(client_of):
    letter = make_draft()
    assert client_of(letter.created_by).get(path("letter", letter)).status_code == 200
    assert client_of(make_staff()).get(path("letter", letter)).status_code == 404


# --- the list of signers ---


def test_a_list_for_the_lead_alone_is_hidden_from_everybody_else(house, client_of):
    signature = factories.sign(house.letter, make_office("Bo", "Bluethroat"))
    lives.publish(house.letter)
    drafting.arrange(house.letter, house.letter.created_by, list_shown="lead", now=timezone.now())
    for client in (house.staff, client_of(signature.signed_by)):
        for name in ("letter", "letter-state"):
            response = client.get(path(name, house.letter))
            own = client is not house.staff
            assert own or "Bluethroat" not in response.content.decode(), name
            assert response.context["signers"] is None
            assert (response.context["printed"], response.context["latest"]) == (None, None)
        assert client.get(path("letter-pdf", house.letter)).status_code == 403
    assert "Bluethroat" in house.lead.get(path("letter", house.letter)).content.decode()
    assert house.lead.get(path("letter-pdf", house.letter)).status_code == 200


def test_what_an_office_sees_does_not_tell_whether_another_has_signed(house):
    drafting.arrange(house.letter, house.letter.created_by, list_shown="lead", now=timezone.now())
    before = house.staff.get(path("letter-state", house.letter)).content
    factories.sign(house.letter)
    lives.publish(house.letter)
    assert house.staff.get(path("letter-state", house.letter)).content == before


@pytest.mark.parametrize(("list_shown", "invited", "uninvited"), [("invited", 200, 403), ("all", 200, 200), ("lead", 403, 403)])
def test_who_may_open_the_draft_pdf_is_who_may_see_the_list(house, client_of, list_shown, invited, uninvited):
    lives.publish(house.letter)
    drafting.arrange(house.letter, house.letter.created_by, list_shown=list_shown, now=timezone.now())
    assert house.staff.get(path("letter-pdf", house.letter)).status_code == invited
    assert client_of(make_staff()).get(path("letter-pdf", house.letter)).status_code == uninvited


# --- the final ---


def test_there_is_no_export_before_the_lock(house):
    lives.publish(house.letter)
    for client in (house.lead, house.locker):
        response = client.get(path("export-pdf", house.letter), follow=True)
        assert said(response) == ["There is no final PDF yet: it is made after the letter is locked. Try again in a moment."]
    assert house.staff.get(path("export-pdf", house.letter)).status_code == 403


def test_the_final_goes_to_the_lead_and_to_signers_alone(house, client_of):
    sign(house)
    lives.lock(house.letter)
    lives.publish(house.letter, b"%PDF final")
    for client in (house.lead, house.staff, house.locker):
        response = client.get(path("export-pdf", house.letter))
        assert (response.status_code, response.content) == (200, b"%PDF final")
        assert response["X-Content-SHA256"] == house.letter.final().sha256
        assert response["Content-Disposition"].startswith("attachment; ")
    assert client_of(make_staff()).get(path("export-pdf", house.letter)).status_code == 403


@pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda data: data + b"\n", lambda data: b"X" + data[1:]])
def test_a_damaged_final_is_not_served(house, damage):
    sign(house)
    lives.lock(house.letter)
    final = lives.publish(house.letter, b"%PDF final")
    with open(final.pdf.path, "rb") as file:
        data = file.read()
    Path(final.pdf.path).chmod(0o600)
    with open(final.pdf.path, "wb") as file:
        file.write(damage(data))
    response = house.lead.get(path("export-pdf", house.letter))
    assert response.status_code == 500
    assert b"PDF final" not in response.content
    assert "is not the one that was made, so it is not served" in response.content.decode()


def test_the_draft_is_never_served_as_the_final(house):
    sign(house)
    lives.publish(house.letter, b"%PDF draft")
    lives.lock(house.letter)
    assert house.lead.get(path("export-pdf", house.letter)).status_code == 302
    lives.publish(house.letter, b"%PDF final")
    assert house.lead.get(path("export-pdf", house.letter)).content == b"%PDF final"
    assert house.lead.get(path("letter-pdf", house.letter)).content == b"%PDF draft"


# --- lock ---


def test_only_those_who_may_lock_do(house):
    sign(house)
    lives.publish(house.letter)
    rows = lives.rows()
    data = {"head_hash": house.letter.head_hash, **{f"reason-{name}": "Called." for name in lives.AMBER}}
    assert house.lead.post(path("lock-review", house.letter), data).status_code == 403
    assert house.staff.post(path("lock-review", house.letter), data).status_code == 403
    assert lives.rows() == rows
    assert house.locker.post(path("lock-review", house.letter), data).status_code == 302
    assert lives.again(house.letter).is_locked


def test_after_the_lock_every_act_is_refused_with_the_sentence(house):
    sign(house)
    lives.lock(house.letter)
    lives.publish(house.letter)
    rows = lives.rows()
    office = {"office": house.office.pk}
    date = {"date": "2099-01-01", "time": "18:00"}
    arranged = {"list_shown": "all", "audience": "any", "columns": "across", "space": "pen"}
    tries = [
        (house.staff, "withdraw", {**office, "reason": ""}),
        (house.staff, "decline", {**office, "reason": ""}),
        (house.staff, "condition", {**office, "condition": "x"}),
        (house.staff, "request-deadline", {**office, **date}),
        (house.staff, "sign", {**office, "text_sha256": "0" * 64}),
        (house.lead, "desk-deadline", date),
        (house.lead, "desk-text", {"version": 0, **factories.text(body="<p>New.</p>")}),
        (house.lead, "desk-publish", {"version": 0}),
        (house.staff, "propose-edit", {**office, "old": "mills", "new": "looms", "text_sha256": "0" * 64}),
        (house.lead, "desk-invite", {"offices": [make_office().pk]}),
        (house.lead, "desk-arrange", {**arranged, "order": "seniority"}),
    ]
    rows = lives.rows()
    for client, name, data in tries:
        response = client.post(path(name, house.letter), data, follow=True)
        if name != "sign":  # the office has signed: it gets its signature again
            assert "The letter is locked. Nothing about it can change any more." in said(response), name
        assert lives.rows() == rows, name


# --- health ---


def test_the_health_pages_answer_everybody(client):
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ok"}


def test_not_ready_without_a_database(client, monkeypatch):
    def fail(*args):
        raise OperationalError("no route to host db.internal")

    monkeypatch.setattr("letters.views.health.MigrationExecutor", fail)
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (503, {"status": "the database does not answer"})


def test_the_local_mailbox_is_no_page_in_production(client, settings):
    settings.LOCAL = False
    assert client.get(path("mailbox")).status_code == 404

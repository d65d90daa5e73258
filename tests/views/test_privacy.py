"""Who sees what: strangers nothing, offices no more than the lead shows, and no page that a cache or a script could leak."""

import re
from pathlib import Path

import pytest
from django.db import OperationalError
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from letters import urls
from letters.workflow import deadlines, drafting
from tests import factories
from tests.factories import DAY, make_draft, make_letter, make_office, make_person, make_staff
from tests.workflow import lives

from .conftest import path, said, sign

pytestmark = pytest.mark.django_db
CANARIES = {
    "date_line": "Quintember 3",
    "addressees": "The Honorable Canary Yellowhammer",
    "salutation": "Dear Oriole:",
    "body": "<p>Nightjar and shrike.</p>",
    "closing": "Warblingly,",
}
WORDS = ["Quintember", "Yellowhammer", "Oriole", "Nightjar", "shrike", "Warblingly", "Kestrel", "Bluethroat"]
PUBLIC = {"healthz", "readyz", "mailbox"}
POST_ONLY = {"sign", "take-back", "render-again", "confirm-place", "end-place"}


@pytest.fixture
def secret():
    """A letter made of canary words: title, text, lead, signer."""
    lead = make_office("Ada", "Kestrel")
    letter = make_letter(lead, **CANARIES)
    type(letter).objects.filter(pk=letter.pk).update(title="Bluethroat")
    factories.sign(letter, make_office("Bo", "Bluethroat"))
    lives.publish(letter)
    return letter


def routes(letter):
    """Every page of ours, with the ids of the letter's rows where it takes some."""
    ids = {"pk": 1, "place": 1, "code": letter.code}
    for pattern in urls.urlpatterns:
        names = pattern.pattern.converters
        values = {name: ids[name] for name in names}
        yield pattern.name, reverse(pattern.name, kwargs={**pattern.default_args, **values})


def everything(response):
    """Body, headers, and all that led here."""
    steps = [str(response.headers), response.content.decode(errors="replace"), str(response.cookies)]
    return "\n".join([*steps, *(str(step) for step in getattr(response, "redirect_chain", []))])


def words_in(response):
    return [word for word in WORDS if word.casefold() in everything(response).casefold()]


def test_all_patterns_are_walked():
    assert all(isinstance(pattern, URLPattern) for pattern in urls.urlpatterns)
    assert get_resolver()


def test_a_stranger_is_sent_to_sign_in_and_reads_not_one_word(client, secret):
    for name, page in routes(secret):
        for send in (client.get, client.post):
            response = send(page, follow=True)
            assert words_in(response) == [], name
            if name not in PUBLIC:
                assert response.redirect_chain[0][0].startswith(reverse("account_login")), name
                assert response.status_code == 200


def test_a_stranger_changes_nothing(client, secret):
    rows = lives.rows()
    for _, page in routes(secret):
        client.post(page, {"office": secret.lead_id, "text_sha256": secret.revision.sha256})
    assert lives.rows() == rows


def test_a_person_without_any_office_reads_not_one_word(client_of, secret):
    client = client_of(make_person())
    pages = [(name, page) for name, page in routes(secret) if name not in PUBLIC and secret.code in page]
    for name, page in pages:
        if name != "office-join":
            response = client.get(page, follow=True)
            assert response.status_code in (200, 404, 405), name
            assert [word for word in words_in(response) if word not in ("Kestrel", "Bluethroat")] == [], name
    joining = client.get(path("letter", secret))
    assert joining.url == path("office-join", secret)
    assert client.get(path("office-join", type(secret)(code="nothing"))).status_code == 200, "an unknown code looks the same"


def test_an_office_that_is_not_invited_reads_no_letter_for_invited_offices(client_of, secret):
    drafting.arrange(secret, secret.created_by, audience="invited", now=timezone.now())
    client = client_of(make_staff())
    for name, page in routes(secret):
        if secret.code in page and name != "office-join" and name not in POST_ONLY:
            assert client.get(page).status_code == 404, name


def test_a_draft_is_seen_by_its_lead_alone(client_of):
    letter = make_draft()
    assert client_of(letter.created_by).get(path("letter", letter)).status_code == 200
    assert client_of(make_staff()).get(path("letter", letter)).status_code == 404


def test_the_lead_s_pages_are_closed_to_other_offices(house):
    asked = deadlines.request(
        house.letter, house.office, house.person, wanted_at=house.letter.deadline_at + DAY, now=timezone.now()
    )
    signature = factories.sign(house.letter)
    rows = lives.rows()
    for pattern in urls.urlpatterns:
        if "/desk/" in str(pattern.pattern):
            pk = asked.pk if pattern.name == "decide-request" else signature.pk
            more = [pk] if "pk" in pattern.pattern.converters else []
            for send in (house.staff.get, house.staff.post):
                allowed = [405] if pattern.name == "render-again" and send == house.staff.get else [403, 405]
                assert send(path(pattern.name, house.letter, *more)).status_code in allowed, pattern.name
    assert lives.rows() == rows


def test_reading_changes_nothing(house):
    deadlines.request(house.letter, house.office, house.person, wanted_at=house.letter.deadline_at + DAY, now=timezone.now())
    factories.sign(house.letter)
    lives.publish(house.letter)
    rows = lives.rows()
    for client in (house.lead, house.staff, house.locker):
        for name, page in routes(house.letter):
            response = client.get(page, {"office": house.office.pk})
            assert response.status_code in (200, 302, 403, 404, 405), name
            assert (response.status_code == 405) == (name in POST_ONLY), name
    assert lives.rows() == rows


def test_head_requests_change_nothing(house):
    rows = lives.rows()
    for _, page in routes(house.letter):
        house.staff.head(page)
    assert lives.rows() == rows


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


# --- headers ---


def test_no_page_is_kept_by_a_cache_or_a_search_engine(house, client):
    for one in (client, house.staff, house.lead):
        for name, page in routes(house.letter):
            response = one.get(page)
            assert "no-store" in response["Cache-Control"] or "no-cache" in response["Cache-Control"], name
            assert response["X-Robots-Tag"] == "noindex, nofollow"


def test_every_page_forbids_scripts_and_styles_of_others_and_inline_ones(house, client):
    for one in (client, house.lead):
        for name, page in routes(house.letter):
            policy = one.get(page)["Content-Security-Policy"]
            assert "default-src 'self'" in policy, name
            assert "unsafe" not in policy
            assert "frame-ancestors 'none'" in policy


INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style\b|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)


def test_no_page_needs_what_the_policy_forbids(house, client):
    factories.sign(house.letter)
    lives.publish(house.letter)
    for one in (client, house.lead, house.staff, house.locker):
        for name, page in routes(house.letter):
            response = one.get(page, follow=True)
            if response["Content-Type"].startswith("text/html"):
                assert INLINE.search(response.content.decode()) is None, name


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
    tries = [
        (house.staff, "withdraw", {**office, "reason": ""}),
        (house.staff, "decline", {**office, "reason": ""}),
        (house.staff, "condition", {**office, "condition": "x"}),
        (house.staff, "request-deadline", {**office, **date}),
        (house.staff, "sign", {**office, "text_sha256": "0" * 64}),
        (house.lead, "desk-deadline", date),
        (house.lead, "desk-text", {"base_sha256": house.sha, **factories.text(body="<p>New.</p>")}),
        (house.lead, "desk-invite", {"offices": [make_office().pk]}),
        (house.lead, "desk-arrange", {"order": "seniority", "list_shown": "all", "audience": "any"}),
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

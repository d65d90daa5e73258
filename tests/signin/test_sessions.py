"""How long somebody stays signed in, what keeps a session alive, and what is known of it."""

import time
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from letters.authentication import method_words, proved_recently
from letters.middleware import SEEN_AT, SIGNED_IN_AT
from letters.models import User
from tests.factories import make_letter, make_person
from tests.signin.acts import (
    add_authenticator_app,
    add_recovery_codes,
    app_code,
    is_signed_in,
    sign_in_by_code,
    sign_in_by_password,
)

pytestmark = pytest.mark.django_db
HOUR, DAY = 3600, 24 * 3600
HTMX = {"HX-Request": "true"}


@pytest.fixture
def letter():
    return make_letter()


@pytest.fixture
def client(letter):
    client = Client()
    sign_in_by_code(client, letter.created_by)
    client.get("/")
    return client


def shift(client, *, seen=0, signed_in=0):
    """As if the person had been seen, and had signed in, so many seconds earlier."""
    session = client.session
    session[SEEN_AT] -= seen
    session[SIGNED_IN_AT] -= signed_in
    session.save()


def sentences(response):
    return [str(message) for message in response.context["messages"]]


def next_of(url):
    return parse_qs(urlsplit(url).query)["next"][0]


def test_an_idle_session_ends_with_a_sentence_and_a_way_back(client):
    shift(client, seen=HOUR + 1)
    page = client.get("/offices/?x=1", follow=True)
    [(url, status)] = page.redirect_chain
    assert (urlsplit(url).path, status) == (reverse("account_login"), 302)
    assert next_of(url) == "/offices/?x=1"
    assert sentences(page)[-1].startswith("You were signed out, since nothing was done for a while.")
    assert not is_signed_in(client)


def test_a_busy_session_ends_after_a_day(client):
    shift(client, signed_in=DAY + 1)
    page = client.get("/offices/", follow=True)
    assert sentences(page)[-1].startswith("You were signed out, since a day has passed")
    assert not is_signed_in(client)


def test_a_session_in_use_goes_on(client):
    for _ in range(5):
        shift(client, seen=HOUR - 60, signed_in=HOUR - 60)
        assert client.get("/").status_code == 200
    assert is_signed_in(client)


def test_the_idle_time_is_a_setting(client, settings):
    settings.SESSION_IDLE_SECONDS = 120
    shift(client, seen=121)
    assert client.get("/").status_code == 302


def test_what_the_page_asks_for_by_itself_keeps_no_session_alive(client, letter):
    state = reverse("letter-state", args=[letter.code])
    shift(client, seen=HOUR - 100)
    assert client.get(state, headers=HTMX).status_code == 200
    shift(client, seen=101)
    assert client.get(state, headers=HTMX).status_code == 200
    assert "HX-Redirect" in client.get(state, headers=HTMX).headers
    assert not is_signed_in(client)


def test_a_form_of_an_ended_session_does_nothing_and_leads_back_to_its_page(client, letter):
    shift(client, seen=HOUR + 1)
    page = f"http://testserver/l/{letter.code}/?a=b"
    answer = client.post(f"/l/{letter.code}/desk/circulate/", {}, headers={"Referer": page})
    assert next_of(answer.url) == f"/l/{letter.code}/?a=b"


@pytest.mark.parametrize("page", ["https://evil.example/x", "", "javascript:alert(1)"])
def test_the_way_back_stays_on_the_site(client, page):
    shift(client, seen=HOUR + 1)
    assert next_of(client.post("/offices/join/", {}, headers={"Referer": page}).url) == "/"


def test_a_fragment_never_holds_the_sign_in_page(letter):
    page = f"http://testserver/l/{letter.code}/"
    answer = Client().get(reverse("letter-state", args=[letter.code]), headers={**HTMX, "HX-Current-URL": page})
    assert answer.status_code == 200
    assert answer.content == b""
    assert next_of(answer["HX-Redirect"]) == f"/l/{letter.code}/"


NOTHING_DONE = "You are not signed in any more, so nothing was done with what you sent."


def ended(client):
    Session.objects.all().delete()


def forgotten(client):
    del client.cookies["sessionid"]


def of_a_changed_password(client):
    User.objects.update(password="another")


@pytest.mark.parametrize("end", [ended, forgotten, of_a_changed_password])
def test_a_form_without_a_session_leads_back_to_its_page_and_says_that_nothing_was_done(client, letter, end):
    end(client)
    page = f"http://testserver/l/{letter.code}/?a=b"
    answer = client.post(reverse("sign", args=[letter.code]), {}, headers={"Referer": page}, follow=True)
    [(url, _)] = answer.redirect_chain
    assert next_of(url) == f"/l/{letter.code}/?a=b"
    assert sentences(answer) == [NOTHING_DONE]
    assert not letter.signatures.exists()


@pytest.mark.parametrize("method", ["get", "head"])
def test_who_only_opens_a_page_is_asked_to_sign_in_without_a_word(letter, method):
    stranger, path = Client(), reverse("letter", args=[letter.code])
    answer = getattr(stranger, method)(f"{path}?a=b")
    assert next_of(answer.url) == f"{path}?a=b"
    assert sentences(stranger.get(answer.url)) == []


def test_what_the_editor_sends_again_and_again_leaves_no_pile_of_sentences(letter):
    stranger = Client()
    save = reverse("desk-text-save", args=[letter.code])
    assert stranger.post(save, {}, headers={"Accept": "application/json"}).status_code == 302
    assert sentences(stranger.get(reverse("account_login"))) == []


@pytest.mark.parametrize(("name", "back"), [("sign", "letter"), ("use-address-again", "dashboard")])
def test_an_address_for_forms_only_shows_a_page_with_the_way_back(client, letter, name, back):
    answer = client.get(reverse(name, args=[letter.code] if name == "sign" else []))
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    way = reverse(back, args=[letter.code] if back == "letter" else [])
    assert f'<a class="usa-button" href="{way}">' in answer.content.decode()


def test_programs_get_no_page_where_an_address_does_not_take_their_method(client, letter):
    answer = client.get(reverse("desk-text-save", args=[letter.code]), headers={"Accept": "application/json"})
    assert (answer.status_code, answer["Allow"], answer.content) == (405, "POST", b"")


def test_pages_for_strangers_open_without_a_person():
    stranger = Client()
    for path in ("/healthz", reverse("account_login")):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert stranger.get(path, headers=HTMX).status_code == 200
        assert not [query for query in queries if "letters_user" in query["sql"] or "django_session" in query["sql"]]


def writes(queries):
    return [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]


def test_reading_writes_nothing_within_a_minute(client, letter):
    path = reverse("letter", args=[letter.code])
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    assert writes(queries) == []
    shift(client, seen=61)
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    assert len(writes(queries)) == 2  # the session, and the line in the person's list


def test_the_list_tells_when_a_session_was_last_seen(client):
    row = UserSession.objects.get()
    UserSession.objects.update(last_seen_at=row.created_at, ip="10.0.0.9")
    shift(client, seen=61)
    client.get("/", headers={"User-Agent": "Another browser"})
    seen = UserSession.objects.get()
    assert seen.last_seen_at > row.created_at
    assert (seen.ip, seen.user_agent) == ("127.0.0.1", "Another browser")


def test_another_session_that_is_ended_is_out_at_its_next_request(client, letter):
    other = Client()
    sign_in_by_code(other, letter.created_by)
    assert other.get("/").status_code == 200
    assert len(client.get(reverse("usersessions_list")).context["sessions"]) == 2
    client.post(reverse("usersessions_list"))
    assert other.get("/").url.startswith(reverse("account_login"))
    assert client.get("/").status_code == 200
    assert UserSession.objects.count() == Session.objects.filter(session_key=client.session.session_key).count() == 1


def test_somebody_who_signed_out_is_not_listed(client):
    client.post(reverse("account_logout"))
    assert not is_signed_in(client)
    assert UserSession.objects.purge_and_list(User.objects.get()) == []


# --- how somebody signed in ---


@pytest.fixture
def words(settings):
    """What the pages know of how the person of a browser signed in."""
    settings.ROOT_URLCONF = "tests.signin.probe"
    from tests.signin import probe

    def ask(client):
        probe.reached.clear()
        client.get("/probe/")
        return probe.reached[0][3]

    return ask


def test_a_mailed_code(words):
    client = Client()
    sign_in_by_code(client, make_person())
    assert words(client) == "mailed code"


def test_a_password(words):
    client = Client()
    sign_in_by_password(client, make_person())
    assert words(client) == "password"


def test_a_password_and_an_authenticator_app(words):
    person, client = make_person(), Client()
    secret = add_authenticator_app(person)
    sign_in_by_password(client, person)
    client.post(reverse("mfa_authenticate"), {"code": app_code(secret)})
    assert words(client) == "password and authenticator app"


def test_a_mailed_code_and_a_recovery_code(words):
    person, client = make_person(), Client()
    add_authenticator_app(person)
    [code, *_] = add_recovery_codes(person)
    sign_in_by_code(client, person)
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert words(client) == "mailed code and recovery code"


@pytest.mark.parametrize(
    ("proof", "expected"),
    [
        ({"method": "mfa", "type": "webauthn", "passwordless": True}, "passkey"),
        ({"method": "socialaccount", "provider": "agency"}, "agency account"),
    ],
)
def test_a_passkey_and_an_agency_account(words, proof, expected):
    client = Client()
    sign_in_by_code(client, make_person())
    session = client.session
    session["account_authentication_methods"] = [{"at": time.time(), **proof}]
    session.save()
    assert words(client) == expected


def test_the_proofs_of_one_person_say_nothing_of_another():
    client = Client()
    sign_in_by_code(client, make_person())
    session = client.session
    session["account_authentication_methods_user"] = str(make_person().pk)
    session.save()
    request = RequestFactory().get("/")
    request.session, request.user = client.session, User.objects.first()
    assert method_words(request) == ""
    assert not proved_recently(request)

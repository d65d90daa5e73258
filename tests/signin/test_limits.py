"""How often secrets may be tried: counted for all web processes together, and not by what a client says of its address."""

import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http import HTTPStatus
from pathlib import Path
from types import SimpleNamespace

import pytest
from allauth.account.adapter import get_adapter
from django.conf import settings as site_settings
from django.core import mail
from django.test import Client, RequestFactory
from django.urls import reverse

from cosign.checks import unsafe_combinations
from tests.factories import make_letter, make_person, make_staff
from tests.signin.acts import CODE, PASSWORD, is_signed_in, newest_code, sign_in_by_code, wrong
from tests.signin.browser import Browser

ROOT = Path(__file__).resolve().parents[2]
ATTEMPTS, THREADS, PROCESSES = 200, 24, 4
PEOPLE = ["victim", "other", *(f"honest{number}" for number in range(2, 8))]
MAKE_PEOPLE = f"""
from allauth.account.models import EmailAddress
from letters.models import User
for name in {PEOPLE}:
    email = name + "@mail.house.gov"
    user = User.objects.create_user(username=name, email=email, password="{PASSWORD}")
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
"""


def free_port():
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """gunicorn with several processes on an own database; the shared cache is Redis where there is one, else a table."""
    var, port = tmp_path_factory.mktemp("limits"), free_port()
    environment = {**os.environ, "COSIGN_VAR": str(var), "COSIGN_MODE": "local", "TRUSTED_PROXY_COUNT": "0"}
    environment["DATABASE_URL"] = f"sqlite:///{var / 'limits.sqlite3'}"
    environment["WEB_CONCURRENCY"] = str(PROCESSES)
    if not environment.get("REDIS_URL"):
        environment["CACHE_URL"] = "dbcache://counts"
    for command in (["migrate", "-v0"], ["createcachetable"], ["shell", "-v0", "-c", MAKE_PEOPLE]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True, timeout=120)
    gunicorn = "-m gunicorn tests.signin.counting:application --worker-class gthread --threads 4 --no-control-socket"
    arguments = f"{gunicorn} --log-level warning --workers {PROCESSES} --bind 127.0.0.1:{port}".split()
    server = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=environment)
    try:
        wait_for(port, server)
        yield SimpleNamespace(port=port, var=var)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def wait_for(port, server):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert server.poll() is None, "the web server ended"
        try:
            if Browser(port).get("/healthz")[0] == HTTPStatus.OK:
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the web server did not start")


def at_once(act):
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(act, range(ATTEMPTS)))


def forged(number):
    return f"203.0.{number // 250}.{number % 250 + 1}, 198.51.100.{number % 250 + 1}"


def compared(site, what):
    path = site.var / "counts" / what
    return path.stat().st_size if path.exists() else 0


def mails_to(site, address):
    return [text for path in sorted((site.var / "mail").glob("*.eml")) if f"To: {address}" in (text := path.read_text())]


def honest_person_signs_in(site, address):
    """By a mailed code, from another place; a person of their own for each place."""
    browser, email = Browser(site.port, address=address), f"honest{address[-1]}@mail.house.gov"
    browser.post("/account/login/code/", {"email": email})
    code = CODE.search(mails_to(site, email)[-1])[1]
    assert browser.post("/account/login/code/confirm/", {"code": code}) == (HTTPStatus.FOUND, "/")
    assert browser.get("/")[0] == HTTPStatus.OK


@pytest.mark.slow
def test_passwords_of_one_account(site):
    def attempt(number):
        data = {"login": "victim@mail.house.gov", "password": f"guess number {number}"}
        return Browser(site.port).post("/account/login/", data, forwarded_for=forged(number))

    before = compared(site, "passwords")
    answers = at_once(attempt)
    assert 1 <= compared(site, "passwords") - before <= 5
    assert {status for status, _ in answers} <= {HTTPStatus.OK, HTTPStatus.TOO_MANY_REQUESTS}
    browser = Browser(site.port, address="127.0.0.2")
    data = {"login": "other@mail.house.gov", "password": PASSWORD}
    assert browser.post("/account/login/", data) == (HTTPStatus.FOUND, "/")
    honest_person_signs_in(site, "127.0.0.2")


@pytest.mark.slow
def test_code_requests_for_one_address(site):
    def attempt(number):
        browser = Browser(site.port)
        return browser.post("/account/login/code/", {"email": "victim@mail.house.gov"}, forwarded_for=forged(number))

    at_once(attempt)
    assert 1 <= len(mails_to(site, "victim@mail.house.gov")) <= 3
    honest_person_signs_in(site, "127.0.0.3")


@pytest.mark.slow
def test_guesses_of_one_code_in_one_session(site):
    browser = Browser(site.port, address="127.0.0.4")
    browser.post("/account/login/code/", {"email": "other@mail.house.gov"})
    cookies = dict(browser.cookies)
    code = CODE.search(mails_to(site, "other@mail.house.gov")[-1])[1]

    def attempt(number):
        guesser = Browser(site.port, address="127.0.0.4")
        guesser.cookies = dict(cookies)
        return guesser.post("/account/login/code/confirm/", {"code": wrong(code)}, forwarded_for=forged(number))

    before = compared(site, "codes")
    answers = at_once(attempt)
    assert 1 <= compared(site, "codes") - before <= 3
    assert (HTTPStatus.FOUND, "/") not in answers
    status, _ = browser.post("/account/login/code/confirm/", {"code": code})
    assert browser.get("/")[0] == HTTPStatus.FOUND, f"the right code still works after {ATTEMPTS} guesses ({status})"
    honest_person_signs_in(site, "127.0.0.5")


@pytest.mark.slow
def test_code_requests_for_many_addresses_from_one_place(site):
    def attempt(number):
        browser = Browser(site.port, address="127.0.0.6")
        data = {"email": f"nobody{number}@mail.house.gov"}
        return browser.post("/account/login/code/", data, forwarded_for=forged(number))

    at_once(attempt)
    assert 1 <= len(mails_to(site, "nobody")) <= 60
    honest_person_signs_in(site, "127.0.0.7")


# --- in one process ---


@pytest.mark.parametrize(
    ("proxies", "forwarded_for", "address"),
    [
        (0, None, "10.1.1.1"),
        (0, "203.0.113.5", "10.1.1.1"),
        (0, "203.0.113.5, 198.51.100.7", "10.1.1.1"),
        (1, "203.0.113.5", "203.0.113.5"),
        (1, "6.6.6.6, 203.0.113.5", "203.0.113.5"),
        (2, "6.6.6.6, 203.0.113.5, 10.0.0.1", "203.0.113.5"),
    ],
)
def test_only_what_our_own_proxies_say_counts(settings, proxies, forwarded_for, address):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    headers = {"X-Forwarded-For": forwarded_for} if forwarded_for else {}
    assert get_adapter().get_client_ip(RequestFactory().get("/", REMOTE_ADDR="10.1.1.1", headers=headers)) == address


@pytest.mark.parametrize("cache", ["dummy.DummyCache", "locmem.LocMemCache", "filebased.FileBasedCache"])
def test_several_processes_do_not_start_with_a_cache_that_cannot_count(settings, cache):
    settings.CACHES = {"default": {**site_settings.CACHES["default"], "BACKEND": f"django.core.cache.backends.{cache}"}}
    settings.WEB_PROCESSES = 2
    assert {"cosign.E002", "cosign.E003"} & {error.id for error in unsafe_combinations(None)}


@pytest.mark.django_db
def test_the_third_wrong_code_is_the_last():
    person, client = make_person(), Client()
    client.post(reverse("account_request_login_code"), {"email": person.email})
    confirm, code = reverse("account_confirm_login_code"), newest_code()
    for _ in range(2):
        assert b"This is not the code." in client.post(confirm, {"code": wrong(code)}).content
    page = client.post(confirm, {"code": wrong(code)}, follow=True)
    assert b"That was tried too often." in page.content
    client.post(confirm, {"code": code})
    assert not is_signed_in(client)
    sign_in_by_code(client, person)
    assert is_signed_in(client)


@pytest.mark.django_db
def test_guesses_are_counted_beside_the_session():
    """As if every answer were computed from the session as it was before the first guess."""
    person, client = make_person(), Client()
    client.post(reverse("account_request_login_code"), {"email": person.email})
    confirm, code = reverse("account_confirm_login_code"), newest_code()
    before = dict(client.session.items())
    for _ in range(3):
        client.post(confirm, {"code": wrong(code)})
        session = client.session
        session.update(before)
        session.save()
    page = client.post(confirm, {"code": code})
    assert b"That was tried too often." in page.content
    assert not is_signed_in(client)


@pytest.mark.django_db
def test_an_address_gets_three_codes_a_minute():
    person = make_person()
    for _ in range(3):
        assert Client().post(reverse("account_request_login_code"), {"email": person.email}).status_code == HTTPStatus.FOUND
    page = Client().post(reverse("account_request_login_code"), {"email": person.email})
    assert b"That was tried too often." in page.content
    assert len(mail.outbox) == 3


@pytest.mark.django_db
def test_somebody_who_tries_many_letter_codes_is_stopped():
    letter, person = make_letter(), make_staff()
    client, other = Client(), Client()
    client.force_login(person)
    other.force_login(letter.created_by)
    tried = [client.get(f"/l/{number:032x}/").status_code for number in range(60)]
    assert set(tried) == {HTTPStatus.NOT_FOUND}
    answer = client.get(f"/l/{99:032x}/")
    assert answer.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert b"Too many tries" in answer.content
    assert other.get(f"/l/{letter.code}/").status_code == HTTPStatus.OK
    assert other.get(f"/l/{99:032x}/").status_code == HTTPStatus.NOT_FOUND

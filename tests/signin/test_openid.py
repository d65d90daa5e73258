"""Signing in with the agency's account, against a provider that is a process of its own."""

import json
import os
import subprocess
import sys
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.test import Client
from django.urls import reverse

from letters.models import User
from tests import factories
from tests.sessions import signed_in

from . import agency
from .acts import add_authenticator_app, is_signed_in, newest_code
from .provider import running

pytestmark = pytest.mark.django_db

ADDRESS = "grace@mail.house.gov"
LOGIN, BACK = reverse("openid_connect_login", args=["agency"]), reverse("openid_connect_callback", args=["agency"])


@pytest.fixture(scope="module")
def process():
    with running() as provider:
        yield provider


@pytest.fixture
def provider(process, settings, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    agency.set_up(settings, process.url)
    return process


def to_provider(client, **query):
    """The address of the provider's sign-in page, to which our button leads."""
    answer = client.post(LOGIN, query_params={"process": "login", **query})
    assert answer.status_code == 302, answer.content
    return answer["Location"]


def sign_in(client, provider, sub, **query):
    return client.get(provider.lets_in(to_provider(client, **query), sub), follow=True)


def text_of(answer):
    return answer.content.decode()


def test_somebody_new_with_a_verified_address_has_an_account(client, provider):
    provider.knows("1906", email="Grace@Mail.House.gov", email_verified=True, given_name="Grace", family_name="Hopper")
    answer = sign_in(client, provider, "1906")
    assert answer.redirect_chain[-1] == (reverse("dashboard"), 302)
    person = User.objects.get(email=ADDRESS)
    assert answer.context["user"] == person
    assert (person.first_name, person.last_name) == ("Grace", "Hopper")
    assert not person.has_usable_password()
    assert EmailAddress.objects.filter(user=person, email=ADDRESS, verified=True, primary=True).exists()
    assert person.socialaccount_set.get().uid == "1906"
    assert answer.context["user"].signed_in_with == "agency account"


def test_a_verified_address_signs_in_to_the_account_that_has_it(client, provider):
    person = factories.make_staff(email=ADDRESS)
    provider.knows("1907", email=ADDRESS, email_verified=True)
    answer = sign_in(client, provider, "1907")
    assert answer.context["user"] == person
    assert User.objects.count() == 1
    client.logout()
    provider.knows("1907", email="renamed@mail.house.gov", email_verified=True)
    assert sign_in(client, provider, "1907").context["user"] == person, "known by its subject from then on"


@pytest.mark.parametrize(
    "verified", [{"email_verified": False}, {"email_verified": "false"}, {"email_verified": "true"}, {}], ids=str
)
def test_an_unverified_address_does_not_get_into_the_account_that_has_it(client, provider, verified):
    person = factories.make_staff(email=ADDRESS)
    provider.knows(f"1908{verified}", email=ADDRESS, **verified)
    answer = sign_in(client, provider, f"1908{verified}")
    assert not is_signed_in(client)
    assert "Enter the code" in text_of(answer)
    assert User.objects.get() == person
    assert not SocialAccount.objects.exists()
    assert mail.outbox[-1].to == [ADDRESS]
    assert "code" not in mail.outbox[-1].subject


def test_an_unverified_new_address_needs_the_mailed_code_first(client, provider):
    provider.knows("1909", email="new@mail.house.gov", email_verified=False)
    answer = sign_in(client, provider, "1909")
    assert "Enter the code" in text_of(answer)
    assert not is_signed_in(client)
    code = newest_code("new@mail.house.gov")
    answer = client.post(reverse("account_email_verification_sent"), {"code": code}, follow=True)
    assert answer.context["user"].email == "new@mail.house.gov"


def test_without_an_address_one_is_asked_for(client, provider):
    provider.knows("1910", name="No Address")
    answer = sign_in(client, provider, "1910")
    assert "told us no address" in text_of(answer)
    answer = client.post(reverse("socialaccount_signup"), {"email": "asked@mail.house.gov"}, follow=True)
    assert "Enter the code" in text_of(answer)
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "address", ["\u212aelly@mail.house.gov", "\u017ftaff@mail.house.gov", "kelly@ma\u0131l.house.gov"], ids=ascii
)
def test_an_address_that_only_looks_like_another_is_refused(client, provider, address):
    for plain in ("kelly@mail.house.gov", "staff@mail.house.gov"):
        factories.make_person(plain)
    sub = ascii(address)
    provider.knows(sub, email=address, email_verified=True)
    answer = sign_in(client, provider, sub)
    assert not is_signed_in(client)
    assert "Your agency account cannot be used here." in text_of(answer)
    assert "Send me a code" in text_of(answer)
    assert (User.objects.count(), SocialAccount.objects.count()) == (2, 0)


def test_with_a_second_factor_the_agency_account_alone_does_not_do(client, provider):
    add_authenticator_app(factories.make_staff(email=ADDRESS))
    provider.knows("1911", email=ADDRESS, email_verified=True)
    assert "One more proof" in text_of(sign_in(client, provider, "1911"))
    assert not is_signed_in(client)


def test_an_account_that_is_switched_off_stays_out(client, provider):
    person = factories.make_staff(email=ADDRESS)
    User.objects.filter(pk=person.pk).update(is_active=False)
    provider.knows("1912", email=ADDRESS, email_verified=True)
    assert "switched off" in text_of(sign_in(client, provider, "1912"))
    assert not is_signed_in(client)


def test_it_leads_back_to_the_page_that_asked(client, provider):
    provider.knows("1913", email=ADDRESS, email_verified=True)
    factories.make_staff(email=ADDRESS)
    answer = sign_in(client, provider, "1913", next="/letters/new/")
    assert answer.redirect_chain[-1] == ("/letters/new/", 302)
    client.logout()
    elsewhere = sign_in(client, provider, "1913", next="https://evil.example/")
    assert elsewhere.redirect_chain[-1] == (reverse("dashboard"), 302)


def test_whoever_says_no_there_reads_that_nothing_was_done(client, provider):
    answer = client.get(provider.denies(to_provider(client)), follow=True)
    assert "You did not go on at the other page" in text_of(answer)
    assert "Back to sign in" in text_of(answer)
    assert not is_signed_in(client)


def test_a_code_that_another_browser_asked_for_is_worth_nothing(client, provider):
    """Its verifier stays in the session that asked (PKCE), and so does the state."""
    factories.make_staff(email=ADDRESS)
    provider.knows("1914", email=ADDRESS, email_verified=True)
    stolen = provider.lets_in(to_provider(Client()), "1914")
    own = parse_qs(urlsplit(to_provider(client)).query)["state"][0]
    code = parse_qs(urlsplit(stolen).query)["code"][0]
    for state in (own, "guessed"):
        answer = client.get(BACK, {"code": code, "state": state}, follow=True)
        assert "That did not work" in text_of(answer)
        assert answer.status_code == 401
        assert not is_signed_in(client)


def test_a_code_works_once(client, provider):
    provider.knows("1915", email=ADDRESS, email_verified=True)
    back = provider.lets_in(to_provider(client), "1915")
    client.get(back)
    assert is_signed_in(client)
    client.logout()
    assert "That did not work" in text_of(client.get(back, follow=True))
    assert not is_signed_in(client)


def test_the_request_is_bound_to_this_browser(client, provider):
    asked = parse_qs(urlsplit(to_provider(client)).query)
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert set(asked["scope"][0].split()) == {"openid", "profile", "email"}
    assert urlsplit(asked["redirect_uri"][0]).path == BACK


def test_opening_the_address_of_the_button_only_asks(client, provider):
    answer = client.get(LOGIN)
    assert answer.status_code == 200
    assert "Sign in with your agency account" in text_of(answer)


def test_an_agency_account_is_connected_and_disconnected(provider):
    person = factories.make_staff(email=ADDRESS)
    client = signed_in(person)
    provider.knows("1916", email="elsewhere@mail.house.gov", email_verified=True)
    assert "None is connected" in text_of(client.get(reverse("socialaccount_connections")))
    answer = sign_in(client, provider, "1916", process="connect")
    assert "Disconnect it" in text_of(answer)
    account = person.socialaccount_set.get()
    answer = client.post(reverse("socialaccount_connections"), {"account": account.pk}, follow=True)
    assert "The account is disconnected" in text_of(answer)
    assert not SocialAccount.objects.exists()
    subjects = [letter.subject for letter in mail.outbox if letter.to == [ADDRESS]]
    assert subjects == [
        "An agency account can now sign you in to cosign",
        "An agency account can no longer sign you in to cosign",
    ]


def test_where_no_provider_is_set_up_none_is_offered(client):
    assert "agency" not in text_of(client.get(reverse("account_login")))
    assert client.post(LOGIN).status_code == 404
    person = signed_in(factories.make_staff(email=ADDRESS))
    assert "Agency account" not in text_of(person.get(reverse("account_email")))


@pytest.mark.parametrize(
    ("environment", "origins"),
    [
        ({}, ["'self'"]),
        ({"OIDC_SERVER_URL": "https://id.agency.gov/realms/x"}, ["'self'", "https://id.agency.gov"]),
        (
            {"OIDC_SERVER_URL": "https://id.agency.gov/.well-known/y", "OIDC_LOGIN_ORIGIN": "https://login.agency.gov"},
            ["'self'", "https://id.agency.gov", "https://login.agency.gov"],
        ),
    ],
)
def test_a_browser_may_follow_the_button_to_the_provider_alone(environment, origins):
    show = "import json; from cosign.settings import CONTENT_SECURITY_POLICY as policy; print(json.dumps(policy['DIRECTIVES']))"
    shown = subprocess.run(
        [sys.executable, "-c", show], env={**os.environ, **environment}, capture_output=True, text=True, check=True
    ).stdout
    assert json.loads(shown)["form-action"] == origins

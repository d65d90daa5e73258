"""A password is long, or a shorter one has a second factor behind it; codes and mail that fail say so."""

import smtplib
import time
from threading import Event

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.test import Client
from django.urls import reverse

from letters.models import User
from tests.factories import make_person, make_staff
from tests.signin.acts import (
    PASSWORD,
    add_authenticator_app,
    add_passkey,
    app_code,
    is_signed_in,
    newest_code,
    sign_in_by_code,
    sign_in_by_password,
)

pytestmark = pytest.mark.django_db
SHORT = "plum-9-kite"


class DownBackend(BaseEmailBackend):
    def send_messages(self, messages):
        raise smtplib.SMTPServerDisconnected("the server is down")


class FaultyBackend(BaseEmailBackend):
    def send_messages(self, messages):
        raise LookupError("a fault")


class SilentBackend(BaseEmailBackend):
    release = Event()

    def send_messages(self, messages):
        self.release.wait(30)


@pytest.fixture
def person():
    return make_person()


def change(client, new, old=PASSWORD):
    data = {"oldpassword": old, "password1": new, "password2": new}
    return client.post(reverse("account_change_password"), data)


def errors(response):
    return " ".join(error for errors in response.context["form"].errors.values() for error in errors)


def signed_up(client, **data):
    return client.post(reverse("account_signup"), data)


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("fourteen chars", "has 14 characters and needs at least 15"),
        ("manchesterunited", "too common"),
        ("new.person@mail.house.gov", "too similar to the email"),
    ],
)
def test_a_new_account_needs_a_long_password_that_is_not_common(password, sentence):
    page = signed_up(Client(), email="new.person@mail.house.gov", password1=password)
    assert sentence in errors(page)
    assert page.context["form"]["email"].value() == "new.person@mail.house.gov"
    assert not User.objects.exists()


def test_an_account_needs_no_password():
    client = Client()
    signed_up(client, email="new@mail.house.gov")
    client.post(reverse("account_email_verification_sent"), {"code": newest_code()})
    assert is_signed_in(client)
    assert not User.objects.get().has_usable_password()


def test_eight_characters_do_with_a_second_factor(person):
    client = Client()
    sign_in_by_password(client, person)
    assert "needs at least 15" in errors(change(client, SHORT))
    add_passkey(person)
    secret = add_authenticator_app(person)
    client.post(reverse("mfa_reauthenticate"), {"code": app_code(secret)})
    assert "needs at least 8" in errors(change(client, "sevenup"))
    assert change(client, SHORT).status_code == 302
    person.refresh_from_db()
    assert person.check_password(SHORT)


def test_without_its_last_second_factor_an_account_keeps_no_short_password(person):
    secret = add_authenticator_app(person)
    client = Client()
    sign_in_by_password(client, person)
    client.post(reverse("mfa_authenticate"), {"code": app_code(secret)})
    change(client, SHORT)
    page = client.post(reverse("mfa_deactivate_totp"), follow=True)
    assert any("Your password was removed" in str(message) for message in page.context["messages"])
    person.refresh_from_db()
    assert not person.has_usable_password()
    assert is_signed_in(client)
    assert not is_signed_in_by_password(person)
    other = Client()
    sign_in_by_code(other, person)
    assert is_signed_in(other)


def is_signed_in_by_password(person):
    client = Client()
    sign_in_by_password(client, person, SHORT)
    return is_signed_in(client)


def test_one_second_factor_of_two_takes_no_password_with_it(person):
    secret = add_authenticator_app(person)
    add_passkey(person)
    client = Client()
    sign_in_by_password(client, person)
    client.post(reverse("mfa_authenticate"), {"code": app_code(secret)})
    client.post(reverse("mfa_deactivate_totp"))
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_the_rule_is_said_beside_the_field():
    assert "At least 15 characters, or 8 once your account has an authenticator app or a passkey" in (
        password_validators_help_text_html()
    )


# --- addresses on every way in ---

FOLDED = [
    "ſtaff@mail.house.gov",
    "\u212aelly@mail.house.gov",
    "ｈ@mail.house.gov",
    "staff@mail.hоuse.gov",
    "sta\u200bff@house.gov",
]
WAYS_IN = {
    "account_request_login_code": {"email": None},
    "account_login": {"login": None, "password": PASSWORD},
    "account_signup": {"email": None, "password1": PASSWORD},
    "account_signup_by_passkey": {"email": None},
    "account_reset_password": {"email": None},
}


@pytest.mark.parametrize("way", WAYS_IN)
@pytest.mark.parametrize("address", FOLDED, ids=ascii)
def test_a_look_alike_reaches_no_account(way, address):
    make_person("staff@mail.house.gov")
    make_person("kelly@mail.house.gov")
    client = Client()
    page = client.post(reverse(way), {key: value or address for key, value in WAYS_IN[way].items()})
    assert page.status_code == 200
    assert "again" in errors(page)
    assert mail.outbox == []
    assert not is_signed_in(client)
    assert User.objects.count() == 2


@pytest.mark.parametrize("address", FOLDED, ids=ascii)
def test_a_look_alike_becomes_nobodys_address(person, address):
    client = Client()
    sign_in_by_code(client, person)
    page = client.post(reverse("account_email"), {"action_add": "", "email": address})
    assert "again" in errors(page)
    assert EmailAddress.objects.count() == 1


def test_somebody_with_a_place_keeps_an_office_address(settings):
    settings.STAFF_DOMAINS = ["mail.house.gov", ".senate.gov"]
    staff, person = Client(), Client()
    sign_in_by_code(staff, make_staff())
    sign_in_by_code(person, make_person())
    home = {"action_add": "", "email": "jo@home.example"}
    assert "must be an office address (mail.house.gov, .senate.gov)" in errors(staff.post(reverse("account_email"), home))
    assert person.post(reverse("account_email"), home).status_code == 302
    assert mail.outbox[-1].to == ["jo@home.example"]


# --- mail that cannot be sent ---


@pytest.mark.parametrize("way", ["account_request_login_code", "account_reset_password", "account_signup"])
@pytest.mark.parametrize("known", [True, False])
def test_a_mail_server_that_is_down_is_told_in_a_sentence(settings, way, known):
    settings.EMAIL_BACKEND = f"{__name__}.DownBackend"
    email = make_person().email if known else "new@mail.house.gov"
    page = Client().post(f"{reverse(way)}?next=/offices/", {"email": email}, follow=True)
    assert page.redirect_chain == [(f"{reverse(way)}?next=%2Foffices%2F", 302)]
    assert [str(message) for message in page.context["messages"]] == [
        "The mail could not be sent just now, so no code is on its way. Try again in a few minutes."
    ]


def test_a_mail_server_that_never_answers_holds_nobody_up(settings, monkeypatch):
    settings.EMAIL_BACKEND = f"{__name__}.SilentBackend"
    monkeypatch.setattr("letters.accounts.MAIL_SECONDS", 0.2)
    began = time.monotonic()
    page = Client().post(reverse("account_request_login_code"), {"email": "new@mail.house.gov"})
    assert time.monotonic() - began < 5
    assert page.url == reverse("account_request_login_code")
    SilentBackend.release.set()


def test_a_fault_of_ours_in_a_mail_is_no_mail_that_is_down(settings):
    settings.EMAIL_BACKEND = f"{__name__}.FaultyBackend"
    with pytest.raises(LookupError, match="a fault"):
        Client().post(reverse("account_request_login_code"), {"email": "new@mail.house.gov"})


def test_what_is_done_stays_done_though_the_mail_that_tells_it_fails(settings, person):
    client = Client()
    sign_in_by_password(client, person)
    settings.EMAIL_BACKEND = f"{__name__}.DownBackend"
    page = client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": "another long passphrase", "password2": "another long passphrase"},
        follow=True,
    )
    said = [str(message) for message in page.context["messages"]]
    assert any("It is done, though" in sentence for sentence in said)
    assert not any("could not be sent just now" in sentence for sentence in said)
    person.refresh_from_db()
    assert person.check_password("another long passphrase")

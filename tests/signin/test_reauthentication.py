"""What matters asks for a fresh proof of identity, by every person's own means, and loses nothing that was typed."""

import time

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.factories import make_person
from tests.signin import probe
from tests.signin.acts import (
    add_authenticator_app,
    add_passkey,
    add_recovery_codes,
    age_proofs,
    app_code,
    newest_code,
    sign_in_by_code,
    sign_in_by_password,
    wrong,
)

pytestmark = pytest.mark.django_db
STALE = 15 * 60 + 1
BY_CODE, BY_PASSWORD, BY_APP = "/account/reauthenticate/code/", "/account/reauthenticate/", "/account/2fa/reauthenticate/"


@pytest.fixture(autouse=True)
def site(settings):
    settings.ROOT_URLCONF = "tests.signin.probe"
    probe.reached.clear()


@pytest.fixture
def person():
    """Signs in by mailed code only."""
    person = make_person()
    person.set_unusable_password()
    person.save()
    return person


@pytest.fixture
def stale(person):
    client = Client()
    sign_in_by_code(client, person)
    age_proofs(client, STALE)
    return client


def mail_code(client, back="/probe/"):
    client.post(BY_CODE, {"next": back, "action": "send"})
    return newest_code()


def test_signing_in_is_a_proof_for_fifteen_minutes(person):
    client = Client()
    sign_in_by_code(client, person)
    assert client.get("/probe/").content == b"done"
    age_proofs(client, 14 * 60)
    assert client.get("/probe/").content == b"done"
    age_proofs(client, 61)
    assert client.get("/probe/").url == f"{BY_CODE}?next=%2Fprobe%2F"
    assert len(probe.reached) == 2


def test_a_session_that_proves_nothing_is_asked(person):
    client = Client()
    client.force_login(person)
    assert client.get("/probe/").url.startswith(BY_CODE)
    assert probe.reached == []


def test_what_was_posted_goes_on_after_the_code(stale):
    assert stale.post("/probe/?q=1", {"said": "yes"}).url == f"{BY_CODE}?next=%2Fprobe%2F"
    assert probe.reached == []
    code = mail_code(stale)
    assert stale.post(BY_CODE, {"next": "/probe/", "code": code}).content == b"done"
    assert probe.reached == [("POST", "yes", "1", "mailed code")]
    assert stale.post("/probe/", {"said": "again"}).content == b"done"


def test_opening_the_page_mails_nothing(stale):
    mail.outbox.clear()
    assert b"Mail me a code" in stale.get(BY_CODE).content
    assert mail.outbox == []


def test_three_wrong_codes_void_the_code(stale):
    stale.post("/probe/", {"said": "yes"})
    code = mail_code(stale)
    for _ in range(2):
        assert b"This is not the code." in stale.post(BY_CODE, {"code": wrong(code)}).content
    assert stale.post(BY_CODE, {"code": wrong(code), "next": "/probe/"}).url == f"{BY_CODE}?next=%2Fprobe%2F"
    stale.post(BY_CODE, {"code": code, "next": "/probe/"})
    assert probe.reached == []


def test_an_old_code_is_void(stale):
    code = mail_code(stale)
    session = stale.session
    session["reauthentication_code"]["at"] = time.time() - 181
    session.save()
    mail.outbox.clear()
    stale.post(BY_CODE, {"code": code, "next": "/probe/"})
    assert stale.get("/probe/").status_code == 302
    assert probe.reached == []


def test_a_new_code_voids_the_one_before_and_mails_are_limited(stale):
    first = mail_code(stale)
    stale.post(BY_CODE, {"action": "resend"})
    second = newest_code()
    stale.post(BY_CODE, {"action": "resend"})
    third = newest_code()
    count = len(mail.outbox)
    page = stale.post(BY_CODE, {"action": "resend"}, follow=True)
    assert b"That was too often in a short time." in page.content
    assert len(mail.outbox) == count
    assert len({first, second, third}) == 3
    assert stale.post(BY_CODE, {"code": first}).status_code == 200
    assert stale.post(BY_CODE, {"code": third, "next": "/probe/"}).url == "/probe/"


def test_the_code_goes_to_the_confirmed_address(person, stale):
    EmailAddress.objects.create(user=person, email="later@mail.house.gov", verified=False, primary=False)
    mail_code(stale)
    assert mail.outbox[-1].to == [person.email]


def test_password_or_code_for_a_person_who_has_both():
    client = Client()
    sign_in_by_password(client, make_person())
    age_proofs(client, STALE)
    way = client.post("/probe/", {"said": "yes"}).url
    assert BY_PASSWORD.encode() in client.get(way).content
    page = client.get(f"{BY_PASSWORD}?next=/probe/")
    assert BY_CODE.encode() in page.content
    wrong_one = client.post(BY_PASSWORD, {"password": "wrong", "next": "/probe/"})
    assert b"This is not your password." in wrong_one.content
    assert probe.reached == []
    client.post(BY_PASSWORD, {"password": "correct horse battery staple", "next": "/probe/"})
    assert probe.reached == [("POST", "yes", None, "password")]


def test_with_a_second_factor_only_the_second_factor_proves(person):
    secret = add_authenticator_app(person)
    client = Client()
    sign_in_by_code(client, person)
    client.post(reverse("mfa_authenticate"), {"code": app_code(secret)})
    assert client.get("/probe/").content == b"done"
    age_proofs(client, STALE)
    assert client.post("/probe/", {"said": "yes"}).url == f"{BY_APP}?next=%2Fprobe%2F"
    assert client.get(f"{BY_CODE}?next=/probe/").url.startswith(BY_APP)
    assert client.post(BY_CODE, {"action": "send", "next": "/probe/"}).url.startswith(BY_APP)
    [code, *_] = add_recovery_codes(person)
    client.post(BY_APP, {"code": code, "next": "/probe/"})
    assert probe.reached[1:] == [("POST", "yes", None, "mailed code and recovery code")]


def test_a_second_factor_that_was_added_later_is_asked_for(person):
    client = Client()
    sign_in_by_code(client, person)
    add_passkey(person)
    assert client.get("/probe/").url.startswith(reverse("mfa_reauthenticate_webauthn"))
    assert probe.reached == []


def test_a_stranger_is_sent_to_sign_in_and_nothing_is_kept():
    client = Client()
    assert client.post("/probe/", {"said": "yes"}).url.startswith("/account/login/?next=")
    assert probe.reached == []


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("account_email", {"action_add": "", "email": "new@mail.house.gov"}),
        ("mfa_activate_totp", {"code": "000000"}),
        ("mfa_add_webauthn", {}),
        ("account_set_password", {"password1": "another long passphrase", "password2": "another long passphrase"}),
    ],
)
def test_account_changes_ask_even_of_people_who_only_have_mailed_codes(stale, name, data):
    mail.outbox.clear()
    assert stale.post(reverse(name), data).url.startswith(BY_CODE)
    assert mail.outbox == []


def test_an_old_proof_sets_no_password_and_keeps_none(person, stale):
    way = stale.get(reverse("account_set_password")).url
    assert way == f"{BY_CODE}?next=/account/password/set/"
    stale.post(reverse("account_set_password"), {"password1": "another long passphrase", "password2": "another long passphrase"})
    assert "another" not in str(dict(stale.session))
    code = mail_code(stale, "/account/password/set/")
    assert stale.post(BY_CODE, {"code": code, "next": "/account/password/set/"}).url == "/account/password/set/"
    assert stale.get("/account/password/set/").status_code == 200


def test_a_changed_address_is_confirmed_and_takes_the_place_of_the_old_one(person, stale):
    old = person.email
    stale.post(reverse("account_email"), {"action_add": "", "email": "New@mail.house.gov"})
    code = mail_code(stale, "/account/email/")
    after = stale.post(BY_CODE, {"code": code, "next": "/account/email/"})
    assert after.url == reverse("account_email_verification_sent")
    assert mail.outbox[-1].to == ["new@mail.house.gov"]
    person.refresh_from_db()
    assert person.email == old
    stale.post(after.url, {"code": newest_code()})
    person.refresh_from_db()
    assert person.email == "new@mail.house.gov"
    assert [(row.email, row.verified, row.primary) for row in person.emailaddress_set.all()] == [(person.email, True, True)]
    assert mail.outbox[-1].to == [old]

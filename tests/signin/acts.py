"""What people do to sign in, through the real pages."""

import re
import time

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core import mail
from django.urls import reverse

PASSWORD = "correct horse battery staple"
CODE = re.compile(r"^ {4}([A-Z0-9]+-[A-Z0-9]+)$", re.MULTILINE)


def newest_code(address=None):
    letters = [letter for letter in mail.outbox if address in (None, *letter.to)]
    return CODE.search(letters[-1].body)[1]


def wrong(code):
    return ("B" if code[0] != "B" else "C") + code[1:]


def sign_in_by_code(client, person, **more):
    client.post(reverse("account_request_login_code"), {"email": person.email})
    return client.post(reverse("account_confirm_login_code"), {"code": newest_code(person.email), **more})


def sign_in_by_password(client, person, password=PASSWORD):
    return client.post(reverse("account_login"), {"login": person.email, "password": password})


def add_authenticator_app(person):
    """Returns the secret from which `app_code` makes the codes that the app shows."""
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    return secret


def add_recovery_codes(person):
    return RecoveryCodes.activate(person).get_unused_codes()


def add_passkey(person):
    """A row as a passkey leaves it: enough for everything but a ceremony."""
    return Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data={"name": "Key", "credential": {}})


def app_code(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def age_proofs(client, seconds):
    """As if everything that the person of this browser has proved had been proved so much earlier."""
    session = client.session
    for proof in session[AUTHENTICATION_METHODS_SESSION_KEY]:
        proof["at"] -= seconds
    session.save()


def is_signed_in(client):
    return "_auth_user_id" in client.session

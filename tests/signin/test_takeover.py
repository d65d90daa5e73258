"""Nobody prepares an account for an address that is not theirs and waits inside for its owner."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse

from letters.models import User
from tests.factories import make_person

from . import acts, agency
from .acts import PASSWORD, is_signed_in

pytestmark = pytest.mark.django_db
ADDRESS = "ada@mail.house.gov"


def prepare(client, address=ADDRESS):
    """Sign up with somebody else's address: the code that is mailed there is never typed."""
    client.post(reverse("account_signup"), {"email": address, "password1": PASSWORD})
    return User.objects.get(email=address)


def test_a_password_set_before_the_owner_came_opens_nothing():
    person = prepare(Client())
    SocialAccount.objects.create(user=person, provider="agency", uid="intruder")
    acts.add_passkey(person)
    owner, intruder = Client(), Client()
    acts.sign_in_by_code(owner, person)
    assert is_signed_in(owner)
    acts.sign_in_by_password(intruder, person)
    assert not is_signed_in(intruder)
    assert not SocialAccount.objects.filter(user=person).exists()
    assert not Authenticator.objects.filter(user=person).exists()


def test_the_owner_keeps_what_was_set_at_an_honest_signup():
    client = Client()
    person = prepare(client)
    client.post(reverse("account_email_verification_sent"), {"code": acts.newest_code(ADDRESS)})
    assert is_signed_in(client)
    again = Client()
    acts.sign_in_by_password(again, person)
    assert is_signed_in(again)


def test_a_first_administrator_keeps_the_password_of_the_command(client):
    person = User.objects.create_superuser("root", ADDRESS, PASSWORD)
    acts.sign_in_by_password(client, person)
    client.post(reverse("account_email_verification_sent"), {"code": acts.newest_code(ADDRESS)})
    assert is_signed_in(client)
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_a_change_of_address_keeps_the_account_as_it_is(client):
    person = make_person()
    acts.sign_in_by_password(client, person)
    client.post(reverse("account_email"), {"action_add": "", "email": ADDRESS})
    client.post(reverse("account_email_verification_sent"), {"code": acts.newest_code(ADDRESS)})
    assert EmailAddress.objects.get(user=person).email == ADDRESS
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert is_signed_in(client)


def test_a_provider_that_is_down_gives_a_page_that_says_so(client, settings):
    agency.set_up(settings, "http://127.0.0.1:9")
    response = client.post("/account/oidc/agency/login/")
    assert response.status_code == 401
    assert "That did not work" in response.content.decode()

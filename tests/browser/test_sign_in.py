"""Passkeys, authenticator app, recovery codes and sessions in Chromium, under the content policy that people get."""

import time

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from tests import factories
from tests.signin import agency
from tests.signin.provider import running

from .authenticator import PasskeyDevice, code_in_app
from .site import code_mailed_to

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ADDRESS, PASSWORD = "ada@mail.house.gov", "correct horse battery staple"


def page_is(visitor, heading):
    visitor.page.get_by_role("heading", level=1, name=heading, exact=True).wait_for()


def sign_out(visitor):
    visitor.press("Sign out")
    page_is(visitor, "Sign in")


def give_code(visitor, code, label="Code"):
    visitor.fill(label, code)
    visitor.press("Continue")


def begin_with_mailed_code(visitor, address):
    visitor.open(reverse("account_login"))
    visitor.fill("Email", address)
    visitor.press("Send me a code")
    page_is(visitor, "Enter the code")
    give_code(visitor, code_mailed_to(address))


def begin_with_password(visitor, address):
    visitor.open(reverse("account_login"))
    visitor.page.get_by_text("Sign in with a password").click()
    form = visitor.page.get_by_role("group")
    form.get_by_label("Email").fill(address)
    form.get_by_label("Password").fill(PASSWORD)
    form.get_by_role("button", name="Sign in").click()


def test_an_account_made_with_a_passkey_signs_in_without_typing(site):
    visitor = site.visitor()
    device = PasskeyDevice(visitor)
    visitor.open(reverse("account_signup"))
    visitor.check("sign-up")
    visitor.follow("Make an account with a passkey")
    page_is(visitor, "Make an account with a passkey")
    visitor.check("passkey-sign-up")
    visitor.fill("Email", ADDRESS)
    visitor.press("Continue")
    give_code(visitor, code_mailed_to(ADDRESS))
    page_is(visitor, "Make your passkey")
    assert device.passkeys == []
    visitor.check("passkey-make")
    visitor.press("Make the passkey")
    visitor.page.wait_for_url(site.url + reverse("dashboard"))
    assert [key["rpId"] for key in device.passkeys] == ["localhost"]
    visitor.sees(ADDRESS)

    sign_out(visitor)
    visitor.check("sign-in-passkey")
    visitor.press("Sign in with a passkey")
    visitor.page.wait_for_url(site.url + reverse("dashboard"))
    visitor.sees(ADDRESS)

    visitor.open(reverse("mfa_index"))
    visitor.sees("You have no recovery codes.")
    visitor.check("second-factor-no-codes")
    visitor.follow("Make recovery codes")
    visitor.press("Make recovery codes")
    page_is(visitor, "Recovery codes")
    assert visitor.page.locator("#recovery-codes code").count() == 10


def test_signing_in_with_a_passkey_leads_back_to_the_letter(site):
    person = factories.make_staff(email=ADDRESS)
    letter = factories.make_letter(invited=[person.memberships.get().office])
    visitor = site.visitor(person)
    PasskeyDevice(visitor)
    add_passkey(visitor)
    sign_out(visitor)
    visitor.open(f"/l/{letter.code}/")
    page_is(visitor, "Sign in")
    visitor.press("Sign in with a passkey")
    visitor.page.wait_for_url(f"{site.url}/l/{letter.code}/")


def add_passkey(visitor):
    visitor.open(reverse("mfa_add_webauthn"))
    visitor.press("Add passkey")
    page_is(visitor, "Recovery codes")


def test_a_passkey_is_added_renamed_asked_for_and_removed(site):
    person = factories.make_person(ADDRESS)
    visitor = site.visitor(person)
    device = PasskeyDevice(visitor)
    visitor.open(reverse("mfa_index"))
    visitor.check("second-factor-none")
    visitor.follow("Add a passkey")
    page_is(visitor, "Add a passkey")
    visitor.check("passkey-add")
    visitor.fill("Name", "Work laptop")
    visitor.page.keyboard.press("Enter")
    page_is(visitor, "Recovery codes")
    visitor.check("recovery-codes-first")
    assert len(device.passkeys) == 1

    visitor.open(reverse("mfa_index"))
    visitor.check("second-factor-passkey")
    visitor.follow("See your passkeys")
    visitor.check("passkey-list")
    visitor.follow("Rename Work laptop")
    page_is(visitor, "Rename a passkey")
    visitor.check("passkey-rename")
    visitor.fill("Name", "")
    visitor.press("Save")
    visitor.sees("This field is required")
    visitor.check("passkey-rename-error")
    visitor.fill("Name", "Old laptop")
    visitor.press("Save")
    page_is(visitor, "Your passkeys")

    visitor.open(reverse("mfa_reauthenticate_webauthn"))
    visitor.check("reauthenticate-passkey")
    visitor.press("Use your passkey")
    visitor.page.wait_for_url(site.url + reverse("dashboard"))

    sign_out(visitor)
    begin_with_mailed_code(visitor, ADDRESS)
    page_is(visitor, "One more proof")
    visitor.check("one-more-proof-passkey")
    visitor.open("/")
    assert visitor.heading == "One more proof", "not signed in by the code alone"
    visitor.press("Use your passkey")
    visitor.page.wait_for_url(site.url + reverse("dashboard"))

    visitor.open(reverse("mfa_list_webauthn"))
    visitor.follow("Remove Old laptop")
    page_is(visitor, "Remove a passkey")
    visitor.check("passkey-remove")
    visitor.press("Remove passkey")
    visitor.sees("The passkey is removed.")
    visitor.check("passkey-list-none")
    assert not Authenticator.objects.filter(user=person).exists()


def test_a_passkey_that_is_not_given_is_told_in_words(site):
    person = factories.make_person(ADDRESS)
    visitor = site.visitor(person)
    device = PasskeyDevice(visitor)
    add_passkey(visitor)
    sign_out(visitor)
    device.let_go()
    visitor.press("Sign in with a passkey")
    visitor.page.get_by_role("alert").get_by_text("That did not work").wait_for()
    visitor.check("sign-in-passkey-refused")
    device.put_back()
    visitor.press("Sign in with a passkey")
    visitor.page.wait_for_url(site.url + reverse("dashboard"))


def test_without_scripts_the_page_says_so_and_offers_no_passkey(site):
    visitor = site.visitor(java_script_enabled=False)
    visitor.open(reverse("account_login"))
    assert visitor.page.locator("noscript p").inner_text() == "Passkeys need JavaScript, which is switched off in this browser."
    assert not visitor.page.get_by_role("button", name="Sign in with a passkey").is_visible()
    assert visitor.page.get_by_role("button", name="Send me a code").is_visible()


def test_an_authenticator_app_and_recovery_codes_stand_behind_the_password(site):
    person = factories.make_person(ADDRESS)
    visitor = site.visitor(person)
    visitor.open(reverse("mfa_index"))
    visitor.follow("Set up an app")
    page_is(visitor, "Set up an authenticator app")
    visitor.check("app-set-up")
    secret = visitor.page.locator("code.key").inner_text()
    give_code(visitor, "000000" if code_in_app(secret) != "000000" else "111111", "Authenticator code")
    visitor.sees("This is not the code")
    visitor.check("app-set-up-error")
    assert visitor.page.locator("code.key").inner_text() == secret
    give_code(visitor, code_in_app(secret), "Authenticator code")
    page_is(visitor, "Recovery codes")
    visitor.check("recovery-codes")
    codes = visitor.page.locator("#recovery-codes code").all_inner_texts()
    assert len(set(codes)) == 10
    with visitor.page.expect_download() as download:
        visitor.follow("Download the codes")
    text = download.value.path().read_text()
    assert [code for code in codes if code not in text] == []

    sign_out(visitor)
    begin_with_password(visitor, ADDRESS)
    page_is(visitor, "One more proof")
    visitor.check("one-more-proof-app")
    give_code(visitor, "wrong")
    visitor.sees("This is not the code")
    visitor.check("one-more-proof-app-error")
    give_code(visitor, code_in_app(secret, time.time() + 30))  # the one before has been used
    visitor.page.wait_for_url(site.url + reverse("dashboard"))

    sign_out(visitor)
    begin_with_password(visitor, ADDRESS)
    give_code(visitor, codes[0])
    visitor.page.wait_for_url(site.url + reverse("dashboard"))
    sign_out(visitor)
    begin_with_password(visitor, ADDRESS)
    give_code(visitor, codes[0])
    visitor.sees("This is not the code")
    give_code(visitor, codes[1])
    visitor.page.wait_for_url(site.url + reverse("dashboard"))

    pages = {
        "second-factor-app": "mfa_index",
        "recovery-codes-used": "mfa_view_recovery_codes",
        "recovery-codes-new": "mfa_generate_recovery_codes",
        "app-stop": "mfa_deactivate_totp",
    }
    for name, view in pages.items():
        visitor.open(reverse(view))
        visitor.check(name)
    visitor.press("Stop using the app")
    visitor.sees("Your authenticator app is no longer used.")
    assert not Authenticator.objects.filter(user=person).exists()


def test_with_app_and_passkey_either_will_do(site):
    person = factories.make_person(ADDRESS)
    visitor = site.visitor(person)
    PasskeyDevice(visitor)
    add_passkey(visitor)
    visitor.open(reverse("mfa_activate_totp"))
    secret = visitor.page.locator("code.key").inner_text()
    give_code(visitor, code_in_app(secret), "Authenticator code")
    visitor.sees("Your authenticator app is set up.")
    sign_out(visitor)
    begin_with_mailed_code(visitor, ADDRESS)
    page_is(visitor, "One more proof")
    visitor.check("one-more-proof-both")
    visitor.press("Use your passkey")
    visitor.page.wait_for_url(site.url + reverse("dashboard"))


def test_the_list_of_sessions_ends_the_others(site):
    person = factories.make_person(ADDRESS)
    here, there = site.visitor(person), site.visitor(person, user_agent="Mozilla/5.0 (iPhone; CPU iPhone OS 17) Safari/604.1")
    there.open("/")
    assert there.heading != "Sign in"
    here.open(reverse("usersessions_list"))
    names = here.page.locator(".cards h2").all_inner_texts()
    assert sorted(names) == ["Chrome on Linux this browser", "Safari on iPhone"]
    here.check("sessions")
    here.press("Sign out everywhere else")
    here.sees("You are signed out everywhere else.")
    assert here.page.locator(".cards h2").all_inner_texts() == ["Chrome on Linux this browser"]
    here.check("sessions-one")
    there.open("/")
    page_is(there, "Sign in")
    here.open("/")
    assert here.heading != "Sign in"


def test_the_other_pages_of_the_account(site):
    person = factories.make_person(ADDRESS)
    visitor = site.visitor(person)
    pages = ["account_email", "account_change_password", "account_reauthenticate", "reauthenticate_by_code", "account_logout"]
    for name in pages:
        assert visitor.open(reverse(name)) == 200
        visitor.check(name.replace("_", "-"))


@pytest.fixture
def provider(settings, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with running() as provider:
        agency.set_up(settings, provider.url)
        yield provider


def at_provider(visitor):
    """Press our button; the provider's own page asks for a style sheet from far away."""
    visitor.context.route("https://cdn.jsdelivr.net/**", lambda route: route.fulfill(body="", content_type="text/css"))
    visitor.open(reverse("account_login"))
    visitor.press("Sign in with your agency account")
    page_is(visitor, "Authorize Client")


def test_the_agency_account_signs_in_from_the_button(site, provider):
    provider.knows("ada", email=ADDRESS, email_verified=True, name="Ada Lovelace")
    visitor = site.visitor()
    visitor.open(reverse("account_login"))
    visitor.check("sign-in-agency")
    visitor.open(reverse("openid_connect_login", args=["agency"]))
    visitor.check("agency-ask")
    at_provider(visitor)
    visitor.page.get_by_placeholder("sub").fill("ada")
    visitor.press("Authorize")
    visitor.page.wait_for_url(site.url + reverse("dashboard"))
    visitor.sees(ADDRESS)
    visitor.open(reverse("account_email"))
    visitor.follow("Agency account")
    page_is(visitor, "Agency account")
    visitor.check("agency-account")
    assert not visitor.page.get_by_role("button", name="Disconnect it").is_visible()
    visitor.follow("set a password")
    page_is(visitor, "Set a password")
    visitor.check("set-password")


def test_pages_of_an_agency_account_that_does_not_sign_in(site, provider):
    visitor = site.visitor()
    at_provider(visitor)
    visitor.press("Deny")
    page_is(visitor, "You are not signed in")
    visitor.check("agency-cancelled")

    provider.knows("nobody", name="No Address")
    at_provider(visitor)
    visitor.page.get_by_placeholder("sub").fill("nobody")
    visitor.press("Authorize")
    page_is(visitor, "One thing is missing")
    visitor.check("agency-no-address")

    provider.knows("kelvin", email="\u212aelly@mail.house.gov", email_verified=True)
    at_provider(visitor)
    visitor.page.get_by_placeholder("sub").fill("kelvin")
    visitor.press("Authorize")
    page_is(visitor, "Sign in")
    visitor.sees("Your agency account cannot be used here.")
    visitor.check("agency-refused")

    assert visitor.open(reverse("openid_connect_callback", args=["agency"]) + "?state=guessed&code=guessed") == 401
    page_is(visitor, "That did not work")
    visitor.check("agency-error")
    assert [text for text in visitor.complaints if "status of 401" not in text] == []
    visitor.complaints.clear()


def test_the_account_pages_connect_the_agency_account(site, provider):
    provider.knows("ada-elsewhere", email="ada@agency.example", email_verified=True)
    visitor = site.visitor(factories.make_person(ADDRESS))
    visitor.open(reverse("socialaccount_connections"))
    visitor.check("agency-account-none")
    visitor.context.route("https://cdn.jsdelivr.net/**", lambda route: route.fulfill(body="", content_type="text/css"))
    visitor.press("Connect your agency account")
    visitor.press("Deny")
    page_is(visitor, "Nothing was connected")
    visitor.check("agency-connect-cancelled")
    visitor.follow("Back to your account")
    visitor.press("Connect your agency account")
    visitor.page.get_by_placeholder("sub").fill("ada-elsewhere")
    visitor.press("Authorize")
    visitor.press("Disconnect it")
    visitor.sees("The account is disconnected")

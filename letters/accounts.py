"""What this house changes in allauth: one spelling per address, fresh proofs, mail that fails with a sentence, passwords."""

import logging
import secrets
from functools import wraps
from threading import Thread

import requests
from allauth.account import forms as account_forms
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.fields import EmailField
from allauth.account.internal.flows.email_verification import consume_email_verification_rate_limit
from allauth.account.internal.flows.email_verification_by_code import EMAIL_VERIFICATION_CODE_SESSION_KEY
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from allauth.account.internal.flows.signup import send_unknown_account_mail
from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from allauth.account.utils import has_verified_email, passthrough_next_redirect_url
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from allauth.core.internal.httpkit import headed_redirect_response
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.forms import SignupForm as SocialSignupForm
from allauth.usersessions.internal.flows.sessions import end_other_sessions
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from letters.addresses import AddressError, clean_address, in_domains
from letters.authentication import SECOND_FACTORS, has_second_factor, proved_recently, within
from letters.models import User
from letters.text.characters import TextError, clean_line

logger = logging.getLogger(__name__)
MAIL_SECONDS = 5
RESENDS = 2  # as allauth allows, after the first mail
REAUTHENTICATION_CODE = "reauthentication_code"  # in the session

# The ways to prove anew who one is: those of a second factor, then the others.
WAYS = {
    "mfa_reauthenticate:webauthn": "Use your passkey",
    "mfa_reauthenticate": "Use your authenticator app or a recovery code",
    "code": "Have a code mailed to you",
    "reauthenticate": "Use your password",
}


def checked(address: str) -> str:
    """`clean_address` for forms."""
    try:
        return clean_address(address)
    except AddressError as error:
        raise forms.ValidationError(str(error), code="invalid") from error


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "This account is switched off. Ask the manager of your office to have it switched on.",
        "duplicate_email": "This is your address already.",
        "email_password_mismatch": "Address and password do not belong together. Check both, or have a code mailed to you.",
        "email_taken": "Another account has this address. Use another one.",
        "enter_current_password": "This is not your password. Type the one that you have now.",
        "incorrect_code": "This is not the code. Take it from the newest mail, and type it as it stands there.",
        "incorrect_password": "This is not your password. Try again, or choose another way.",
        "invalid_password_reset": "This link no longer works. Ask for a new one.",
        "rate_limited": "That was too often in a short time. Wait a minute, then try again.",
        "same_as_current": "This is the address that you have already. Type the new one.",
        "too_many_login_attempts": "That was tried too often. Wait a few minutes, then start again.",
    }

    tells_of_what_is_done = False

    def clean_email(self, email):
        return checked(email)

    def send_mail(self, template_prefix, email, context):
        """Within MAIL_SECONDS, or back to the page with a sentence: the same for addresses that are known and unknown."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as error:
            logger.warning("A mail about an account could not be sent: %s", type(error).__name__)
            if self.tells_of_what_is_done:
                messages.info(self.request, "It is done, though the mail that tells you so could not be sent.")
            else:
                raise ImmediateHttpResponse(self._mail_is_down()) from error

    def _mail_is_down(self):
        request = self.request
        messages.error(request, "The mail could not be sent just now, so no code is on its way. Try again in a few minutes.")
        return HttpResponseRedirect(passthrough_next_redirect_url(request, request.path, "next"))

    def render_mail(self, *args, **kwargs):
        message = super().render_mail(*args, **kwargs)
        send = message.send
        message.send = lambda: within_seconds(send, MAIL_SECONDS)
        return message

    def send_notification_mail(self, *args, **kwargs):
        """A mail that tells of what is done already: that it cannot be sent undoes nothing."""
        self.tells_of_what_is_done = True
        super().send_notification_mail(*args, **kwargs)
        self.tells_of_what_is_done = False

    def is_reauthentication_required(self, *, app, **kwargs):
        """Our own rule in place of allauth's, which waves people through who have neither password nor second factor."""
        if not proved_recently(context.request):
            if context.request.method != "POST":
                context.request.session.pop(STATE_SESSION_KEY, None)  # what was posted before was given up
            raise ReauthenticationRequired
        return False

    def get_reauthentication_methods(self, user):
        """Mailed code or password; of a person with a second factor, that one alone."""
        if not user.is_authenticated:
            return []
        code = {"id": "code", "url": reverse("reauthenticate_by_code")}
        ways = {way["id"]: {**way, "description": WAYS[way["id"]]} for way in [code, *super().get_reauthentication_methods(user)]}
        order = list(WAYS)[:2] if has_second_factor(user) else list(WAYS)[2:]
        if is_mfa_enabled(user, [Authenticator.Type.TOTP]):
            order = sorted(order, key="mfa_reauthenticate:webauthn".__eq__)
        return [ways[name] for name in order if name in ways]


def within_seconds(send, seconds):
    """Run it, or raise TimeoutError: the time limit of a mail connection is for each step and each address of the server."""
    failures = []

    def run():
        try:
            send()
        except Exception as error:  # it is raised again where somebody waits for it
            failures.append(error)

    thread = Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise TimeoutError(f"no answer from the mail server in {seconds} seconds")
    if failures:
        raise failures[0]


class SocialAdapter(DefaultSocialAccountAdapter):
    """The agency's identity provider is believed on an address only where it says that it has verified it."""

    def populate_user(self, request, sociallogin, data):
        for address in sociallogin.email_addresses:
            address.verified = address.verified is True  # and not the text "false"
        names = {field: tidy(data.get(field)) for field in ("first_name", "last_name", "name")}
        return super().populate_user(request, sociallogin, {"email": data.get("email"), **names})

    def pre_social_login(self, request, sociallogin):
        """The address as the provider spelt it, since allauth has lower-cased and so folded it by now."""
        try:
            for text in spelt(sociallogin.account.extra_data):
                clean_address(text)
        except AddressError as error:
            messages.error(
                request,
                "Your agency account cannot be used here. Its address is not in plain letters, so have a code mailed to you.",
            )
            raise ImmediateHttpResponse(headed_redirect_response("account_login")) from error

    def get_requests_session(self):
        session = super().get_requests_session()
        session.request = answered(session.request)
        return session


def answered(send):
    """A provider that is down or talks nonsense gives our page that says so."""

    @wraps(send)
    def asked(*args, **kwargs):
        try:
            answer = send(*args, **kwargs)
            answer.raise_for_status()
            answer.json()
        except requests.RequestException as error:
            logger.warning("The identity provider gave no usable answer: %s", type(error).__name__)
            page = render(context.request, "socialaccount/authentication_error.html", status=401)
            raise ImmediateHttpResponse(page) from error
        return answer

    return asked


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "This is not the code, or it was used already. Wait for the next one.",
    }


def spelt(told: dict) -> list[str]:
    """Every address in what an identity provider told of a person."""
    parts = [told, *(part for part in told.values() if isinstance(part, dict))]
    return [str(part["email"]) for part in parts if part.get("email")]


def tidy(name) -> str:
    try:
        return clean_line(str(name or ""), field="Name", max_length=150)
    except TextError:
        return ""


# --- forms ---
class AddressField(EmailField):
    """Checked as it was typed: lower-casing alone makes a k of the Kelvin sign."""

    def clean(self, value):
        if self.required or value:
            return checked(value or "")
        return ""


def look_again(address: str) -> None:
    """allauth looks among all people only for an address that it has not found confirmed: so that this shows nothing."""
    list(User.objects.filter(email=address))


class LoginForm(account_forms.LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"] = AddressField()
        self.order_fields(["login", "password"])

    def clean_login(self):
        address = super().clean_login()
        if EmailAddress.objects.filter(email=address, verified=True).exists():
            look_again(address)
        return address


class SignupForm(account_forms.SignupForm):
    email = AddressField()

    def save(self, request):
        with transaction.atomic():
            return super().save(request)

    def try_save(self, request):
        if self.account_already_exists:
            self._rehearse(request)
        return super().try_save(request)

    def _rehearse(self, request):
        """All the work of a new account, undone: an address that has one already must not answer sooner."""
        taken = self.cleaned_data["email"]
        self.cleaned_data["email"] = f"{secrets.token_hex(8)}@{taken.rpartition('@')[2]}"
        self.account_already_exists = False
        with transaction.atomic():
            person = self.save(request)
            has_verified_email(person)
            EmailAddress.objects.filter(user=person).select_related("user").first()
            transaction.set_rollback(True)
        self.account_already_exists = True
        self.cleaned_data["email"] = taken


class SocialSignup(SocialSignupForm):
    email = AddressField()


class RequestLoginCodeForm(account_forms.RequestLoginCodeForm):
    email = AddressField()

    def clean_email(self):
        address = super().clean_email()
        if self._user:
            look_again(address)
        return address


class ResetPasswordForm(account_forms.ResetPasswordForm):
    email = AddressField()

    def save(self, request, **kwargs):
        look_again(self.cleaned_data["email"])
        if not self.users:  # the work of making a link, for nobody
            account_forms.default_token_generator.make_token(User(pk=0))
        return super().save(request, **kwargs)


class ChangeEmailForm(account_forms.ChangeEmailForm):
    email = AddressField()


class AddEmailForm(account_forms.AddEmailForm):
    email = AddressField(label="New email address")

    def clean_email(self):
        address = super().clean_email()
        if not in_domains(address, settings.STAFF_DOMAINS) and self.user.memberships.live().exists():
            allowed = ", ".join(settings.STAFF_DOMAINS)
            raise forms.ValidationError(f"You have a place in an office, so your address must be an office address ({allowed}).")
        return address


class FreshProof:
    """For forms that allauth shows without asking for a fresh proof. What was posted is not kept: it is a password."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        request = context.request
        if request and not proved_recently(request):
            ways = AccountAdapter().get_reauthentication_methods(request.user)
            raise ImmediateHttpResponse(HttpResponseRedirect(f"{ways[0]['url']}?next={request.path}"))


class SetPasswordForm(FreshProof, account_forms.SetPasswordForm):
    pass


class ChangePasswordForm(FreshProof, account_forms.ChangePasswordForm):
    pass


class GuessedCode:
    """Compares no more than three guesses per mailed code, whoever sends them at once: a count in the session loses updates."""

    def clean_code(self):
        request = context.request
        if not within(request, "code_guess", "3/15m/key", key=f"{request.session.session_key}:{begun(request.session)}"):
            raise AccountAdapter().validation_error("too_many_login_attempts")
        return super().clean_code()


def begun(session) -> str:
    """When that began for which a code is typed, be it signing in, a new address or a fresh proof."""
    login = session.get(LOGIN_SESSION_KEY) or {}
    others = [session.get(key) or {} for key in (EMAIL_VERIFICATION_CODE_SESSION_KEY, REAUTHENTICATION_CODE)]
    return ":".join(str(time) for time in [login.get("initiated_at"), *(state.get("at") for state in others)])


class ConfirmLoginCodeForm(GuessedCode, account_forms.ConfirmLoginCodeForm):
    pass


class ConfirmEmailVerificationCodeForm(GuessedCode, account_forms.ConfirmEmailVerificationCodeForm):
    pass


def mailing_strangers_too(view):
    """For a page on which a code is typed: asked for a new code, allauth mails nobody where there is no account to sign in.

    That shows in the time that it takes, so the mail that says why there is no code goes out once more.
    """

    @wraps(view)
    def resend(request, *args, **kwargs):
        if request.POST.get("action") == "resend":
            mail_stranger(request)
        return view(request, *args, **kwargs)

    return resend


def mail_stranger(request):
    login = request.session.get(LOGIN_SESSION_KEY) or {}
    signing_in = login.get("state", {}).get("stages", {}).get("login_by_code", {}).get("data", {})
    verifying = request.session.get(EMAIL_VERIFICATION_CODE_SESSION_KEY) or {}
    state = verifying or signing_in
    if "user_id" in state or state.get("resend_count", RESENDS) >= RESENDS:
        return
    if verifying and consume_email_verification_rate_limit(request, state["email"], dry_run=True):
        AccountAdapter().send_account_already_exists_mail(state["email"])
    elif not verifying:
        send_unknown_account_mail(request, state["email"])


# --- what is kept in an account ---
@receiver(email_confirmed)
def begin_afresh(request, email_address, **kwargs):
    """What somebody else left in an account whose address was never confirmed goes when the owner of the address comes.

    Kept is what was proved in this very session: nobody but the owner can have proved both it and the address.
    """
    person, login = email_address.user, request.session.get(LOGIN_SESSION_KEY) or {}
    if request.user == person or login.get("signup"):
        return
    proved = {proof["method"] for proof in get_authentication_records(request, person)}
    Authenticator.objects.filter(user=person).delete()
    if "socialaccount" not in proved:
        person.socialaccount_set.all().delete()
    if not proved & {"password", "password_reset"} and person.has_usable_password():
        person.password = make_password(None)
        person.save(update_fields=["password"])
    end_other_sessions(request, person)


@receiver(authenticator_added)
def adding_is_a_proof(request, user, authenticator, **kwargs):
    """A second factor was used as it was added: it need not be shown again at once."""
    if authenticator.type in SECOND_FACTORS:
        record_authentication(request, user, method="mfa", type=authenticator.type)


# --- passwords ---
class LongEnough:
    """15 characters; 8 where a second factor stands behind the password."""

    ALONE, WITH_SECOND_FACTOR = 15, 8

    def validate(self, password, user=None):
        least = self.WITH_SECOND_FACTOR if user and user.pk and has_second_factor(user) else self.ALONE
        if len(password) < least:
            raise forms.ValidationError(
                f"The password has {len(password)} characters and needs at least {least}. A few unrelated words make a good one.",
                code="password_too_short",
            )

    def get_help_text(self):
        return (
            f"At least {self.ALONE} characters, or {self.WITH_SECOND_FACTOR} once your account has an authenticator app "
            "or a passkey. Common passwords are refused."
        )


def forget_short_password(user) -> bool:
    """Take the password away from somebody who has no second factor any more; whether there was one."""
    if has_second_factor(user) or not user.has_usable_password():
        return False
    user.password = make_password(None)
    user.save(update_fields=["password"])
    return True


@receiver(authenticator_removed)
def drop_password(request, user, **kwargs):
    """With the last second factor goes the password, which may have been a short one: nobody can tell from what is stored."""
    if not forget_short_password(user):
        return
    update_session_auth_hash(request, user)
    messages.warning(
        request,
        "Your password was removed with your last second factor, since an account without one needs a longer password. "
        "Sign in by mailed code, or set a new password.",
    )

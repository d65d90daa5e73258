"""Proving anew who one is by a mailed code; allauth has the same by password, authenticator app and passkey."""

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.code_verification import AbstractCodeVerificationProcess
from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.account.views import BaseReauthenticateView
from django.contrib import messages
from django.http import HttpResponseRedirect

from letters.accounts import REAUTHENTICATION_CODE, RESENDS, ConfirmLoginCodeForm
from letters.authentication import within


class MailedCode(AbstractCodeVerificationProcess):
    """The code that was mailed to somebody who is signed in, kept in the session."""

    def __init__(self, request, state):
        self.request = request
        super().__init__(
            max_attempts=app_settings.LOGIN_BY_CODE_MAX_ATTEMPTS,
            timeout=app_settings.LOGIN_BY_CODE_TIMEOUT,
            state=state,
            user=request.user,
        )

    @classmethod
    def begin(cls, request, address):
        return cls(request, cls.initial_state(request.user, email=address.email))

    @classmethod
    def pending(cls, request):
        state = request.session.get(REAUTHENTICATION_CODE)
        return cls(request, state).abort_if_invalid() if state else None

    @property
    def can_resend(self):
        return not self.is_resend_quota_reached(RESENDS)

    def send(self):
        code = get_adapter().generate_login_code()
        context = {"request": self.request, "code": code}
        get_adapter().send_mail("account/email/login_code", self.state["email"], context)
        self.state["code"] = code
        self.persist()

    def resend(self):
        self.record_resend()
        self.send()

    def persist(self):
        self.request.session[REAUTHENTICATION_CODE] = self.state

    def abort(self):
        self.request.session.pop(REAUTHENTICATION_CODE, None)


class ReauthenticateByCode(BaseReauthenticateView):
    """The mail goes out when it is asked for, never because the page was opened."""

    form_class = ConfirmLoginCodeForm
    template_name = "account/reauthenticate_by_code.html"

    def get(self, request):
        self.process = MailedCode.pending(request)
        return super().get(request)

    def post(self, request):
        self.process = MailedCode.pending(request)
        if self.process is None or request.POST.get("action") in ("send", "resend"):
            self.mail()
            return self.once_more()
        return super().post(request)

    def mail(self):
        address = EmailAddress.objects.get_verified(self.request.user)
        if address is None:
            messages.error(self.request, "Your account has no confirmed address to mail a code to. Choose another way.")
        elif not self.may_mail():
            messages.error(self.request, get_adapter().error_messages["rate_limited"])
        elif self.process is None:
            MailedCode.begin(self.request, address).send()
        else:
            self.process.resend()

    def may_mail(self):
        rested = self.process is None or self.process.can_resend
        return rested and within(self.request, "reauthentication_mail", "3/m/key", key=str(self.request.user.pk))

    def once_more(self):
        return HttpResponseRedirect(self.passthrough_next_url(self.request.path))

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "code": self.process.code if self.process else ""}

    def form_valid(self, form):
        email = self.process.state["email"]
        self.process.abort()
        record_authentication(self.request, self.request.user, method="code", email=email, reauthenticated=True)
        return super().form_valid(form)

    def form_invalid(self, form):
        if self.process.record_invalid_attempt():
            return super().form_invalid(form)
        messages.error(self.request, "That was the third wrong code, so it is void. Have a new one mailed to you.")
        return self.once_more()

    def get_context_data(self, **kwargs):
        process = self.process
        more = {"pending": process is not None, "can_resend": process is not None and process.can_resend}
        return {**super().get_context_data(**kwargs), **more, "recipient": process.state["email"] if process else ""}


reauthenticate_by_code = ReauthenticateByCode.as_view()

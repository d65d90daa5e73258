"""Letters are confidential until released: no cache keeps a page, no search engine lists one, no session lives for ever.

And no answer to a sign-in tells by its time who has an account.
"""

import time
from urllib.parse import urlsplit

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.middleware import LoginRequiredMiddleware, get_user
from django.http import HttpResponseRedirect
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django_htmx.http import HttpResponseClientRedirect

from letters.authentication import method_words

READS = ("GET", "HEAD")
SIGNED_IN_AT, SEEN_AT = "signed_in_at", "seen_at"
NOTED_EVERY = 60  # seconds; between two notes a page is read without a write


class Confidential:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
        return response


class EvenAnswers:
    """Whatever is posted to the sign-in pages is answered on full steps of a clock that starts with the request.

    What little more work an address takes that has an account is then not to be seen in the time of the answer. Stands before
    the middleware of sessions, whose writing is a part of that work.
    """

    STEP = 0.1  # seconds

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        began = time.monotonic()
        response = self.get_response(request)
        match = request.resolver_match
        if request.method == "POST" and match and match.route.startswith("account/"):
            time.sleep(-(time.monotonic() - began) % self.STEP)
        return response


class SessionLimits:
    """Ends a session that was idle for too long or is too old, and gives the person `signed_in_with`.

    Stands after the middleware of sign-in, messages and htmx, and before the one that asks for sign-in.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.user = SimpleLazyObject(lambda: person_of(request))
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if SESSION_KEY not in request.session:
            return None
        now = time.time()
        reason = over(request.session, now)
        if reason:
            logout(request)
            messages.info(request, reason)
            return to_sign_in(request) if getattr(view, "login_required", True) else None
        if not getattr(view, "asked_by_page", False):
            note(request, now)
        return None


class SignInRequired(LoginRequiredMiddleware):
    """Leads to sign-in, and from there back to the page on which the person was; says so where something was sent."""

    def handle_no_permission(self, request, view):
        if request.method not in READS and request.accepts("text/html"):  # the editor, which saves by itself, tells it too
            messages.info(request, "You are not signed in any more, so nothing was done with what you sent.")
        return to_sign_in(request)


class NotAllowedPage:
    """A page of ours where an address does not take a method, such as one to which only forms are sent."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code == 405 and not response.content and request.accepts("text/html"):
            response.content = render_to_string("405.html", {"code": request.resolver_match.kwargs.get("code")}, request)
        return response


def person_of(request):
    person = get_user(request)
    if person.is_authenticated:
        person.signed_in_with = method_words(request, person)
    return person


def over(session, now) -> str:
    """Why the session is over, in a sentence; empty while it goes on."""
    if now - session.get(SIGNED_IN_AT, now) >= settings.SESSION_COOKIE_AGE:
        return "You were signed out, since a day has passed since you signed in. Sign in to go on."
    if now - session.get(SEEN_AT, now) >= settings.SESSION_IDLE_SECONDS:
        return "You were signed out, since nothing was done for a while. Sign in to go on; what was not yet sent is not kept."
    return ""


def note(request, now):
    session = request.session
    session.setdefault(SIGNED_IN_AT, now)
    if now - session.get(SEEN_AT, 0) >= NOTED_EVERY:
        session[SEEN_AT] = now
        if request.user.is_authenticated:
            UserSession.objects.create_from_request(request)  # the person's list of sessions shows when and where


def to_sign_in(request):
    """Of a fragment, the whole page goes there: a sign-in page must not land inside it."""
    url = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': page_of(request)})}"
    return HttpResponseClientRedirect(url) if request.htmx else HttpResponseRedirect(url)


def page_of(request) -> str:
    """The page on which the person was: a form's or a fragment's own address is not one to come back to."""
    if request.method in READS and not request.htmx:
        return request.get_full_path()
    came_from = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure()):
        return resolve_url(settings.LOGIN_REDIRECT_URL)
    parts = urlsplit(came_from)
    return parts.path + (f"?{parts.query}" if parts.query else "")

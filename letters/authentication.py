"""How somebody proved who they are, how long ago, and what asks for it anew. allauth keeps the record, in the session."""

import time

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.httpkit import serialize_request
from allauth.core.internal.ratelimit import consume, respond_429
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import urlencode

SECOND_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
FIRST = {"code": "mailed code", "password": "password", "password_reset": "password", "socialaccount": "agency account"}
SECOND = {"totp": "authenticator app", "recovery_codes": "recovery code", "webauthn": "passkey"}


def method_words(request, person=None) -> str:
    """How the person of this session proved who they are: `mailed code`, `password and authenticator app`, `passkey` …

    The newest first proof and the newest second one count. Empty for a session that allauth did not begin. `person` is the
    one that is signed in, where asking for `request.user` would turn in a circle.
    """
    proofs = get_authentication_records(request, person or request.user)
    first = [FIRST[proof["method"]] for proof in proofs if proof["method"] in FIRST]
    second = [SECOND[proof["type"]] for proof in proofs if proof["method"] == "mfa" and proof.get("type") in SECOND]
    return " and ".join(first[-1:] + second[-1:])


def has_second_factor(person) -> bool:
    return is_mfa_enabled(person, SECOND_FACTORS)


def proved_recently(request) -> bool:
    """Whether the last proof is fresh; of a person with a second factor, whether one by that factor is. Signing in counts."""
    if not request.user.is_authenticated:
        return False
    oldest = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    proofs = get_authentication_records(request, request.user)
    fresh = [proof for proof in proofs if proof["at"] > oldest]
    if not has_second_factor(request.user):
        return bool(fresh)
    return any(proof["method"] == "mfa" for proof in fresh)


def reauthentication_needed(request) -> HttpResponse | None:
    """None when the proof is fresh, else the way to the page that asks for it. A POST is kept and goes on afterwards.

    Ask before anything else: what was posted runs from its beginning when it is resumed. Uploaded files are not kept.
    """
    if proved_recently(request):
        # The proof may have been made within this very request, which then goes on with what was posted before.
        request.user.signed_in_with = method_words(request)
        return None
    if not request.user.is_authenticated:
        return HttpResponseRedirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': request.get_full_path()})}")
    back = request.get_full_path()
    if request.method == "POST":
        request.session[STATE_SESSION_KEY] = {"request": serialize_request(request)}
        back = request.path  # by which the kept POST is found again; its query is kept with it
    else:
        request.session.pop(STATE_SESSION_KEY, None)  # what was posted here before was given up: it must not run now
    return HttpResponseRedirect(f"{way(request)}?{urlencode({'next': back})}")


def way(request) -> str:
    """Address of the page on which the person proves anew who they are."""
    return get_adapter().get_reauthentication_methods(request.user)[0]["url"]


def asked_by_page(view):
    """Marks a view that an open page asks for by itself, again and again: it does not keep a session alive."""
    view.asked_by_page = True
    return view


def within(request, action: str, rate: str, *, key: str) -> bool:
    """Count one act, of any process and from any address; False when `rate` (such as `3/15m/key`) is used up."""
    return bool(consume(request, app="letters", action=action, config={action: rate}, key=key, limit_get=True))


def count_unknown(request) -> None:
    """Count a letter code, or a calendar's secret, that leads nowhere; who tries many gets 429 instead of an answer.

    Counted for the person, and for the network address of somebody who is not signed in.
    """
    rate = "60/m/key" if request.user.is_authenticated else "60/m/ip"
    if not within(request, "unknown_letter", rate, key=str(request.user.pk)):
        raise ImmediateHttpResponse(respond_429(request))

"""Browsers that are signed in already, with the record of it that signing in by the pages leaves."""

import time
from unittest import mock

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY, record_authentication
from django.contrib.auth import SESSION_KEY, get_user_model
from django.core.cache import cache
from django.http import HttpRequest
from django.test import Client


def signed_in(person, *, method="code", at=None, **record):
    """A client whose person proved who they are just now, or at the given time (seconds since 1970)."""
    client = Client()
    client.force_login(person)
    prove(client, method=method, at=at, **record)
    return client


def prove(client, *, method="code", at=None, **record):
    request = HttpRequest()
    request.session = client.session
    request.session.pop(AUTHENTICATION_METHODS_SESSION_KEY, None)
    person = get_user_model().objects.get(pk=request.session[SESSION_KEY])
    with mock.patch("time.time", return_value=time.time() if at is None else at):
        record_authentication(request, person, method, **record)
    request.session.save()


def forget_counts():
    """Start counting anew what is limited, in this test's part of the cache alone: the tests beside it may share a Redis."""
    if hasattr(cache._cache, "get_client"):
        client = cache._cache.get_client()
        for key in client.scan_iter(f"{cache.key_prefix}:*"):
            client.delete(key)
    else:
        cache.clear()

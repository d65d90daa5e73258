"""Nobody learns from sign-in, sign-up or reset whether an address has an account: same answer, same page, same time.

Times are compared by the Mann–Whitney U test (normal approximation) over requests for a known and an unknown address in
turn. Noise alone fails it once in a hundred times, so a difference counts only when a second round, with fresh samples and
twice as many, finds it as well.
"""

import itertools
import math
import re
import time
from statistics import median

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test import Client
from django.urls import reverse

from tests.factories import make_person
from tests.sessions import forget_counts

SAMPLES, LEAST_P = [200, 400], 0.01
WARM_UP = 10
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')
WAYS = {
    "account_request_login_code": {"email": None},
    "account_login": {"login": None, "password": "not the right password"},
    "account_reset_password": {"email": None},
    "account_signup": {"email": None, "password1": "correct horse battery staple"},
}


class Hasher(PBKDF2PasswordHasher):
    """As in production, in fewer rounds: slow enough to stand out where only one side hashes."""

    iterations = 12_000


def p_value(first, second):
    """Two-sided p of the Mann–Whitney U test by its normal approximation; times are floats, so ties are rare."""
    ranked = sorted([(value, 0) for value in first] + [(value, 1) for value in second])
    ranks = sum(rank for rank, (_, side) in enumerate(ranked, start=1) if side == 0)
    n, m = len(first), len(second)
    u = ranks - n * (n + 1) / 2
    z = (u - n * m / 2) / math.sqrt(n * m * (n + m + 1) / 12)
    return math.erfc(abs(z) / math.sqrt(2))


@pytest.fixture(autouse=True)
def short_steps(monkeypatch):
    """The answers' steps are as in production in kind, and shorter, so that a thousand requests are soon done."""
    monkeypatch.setattr("letters.middleware.EvenAnswers.STEP", 0.04)


@pytest.fixture
def accounts(db, settings):
    settings.PASSWORD_HASHERS = [f"{__name__}.Hasher"]
    people = [make_person(f"known{number:04}@mail.house.gov") for number in range(4)]
    return [person.email for person in people]


def timed(way, email):
    forget_counts()
    client, data = Client(), {key: value or email for key, value in WAYS[way].items()}
    began = time.perf_counter()
    client.post(reverse(way), data)
    return time.perf_counter() - began


def unknown(number):
    return f"other{number:04}@mail.house.gov"


def measured(way, accounts, samples, numbers):
    """Seconds of so many requests for known and for unknown addresses, each time the other one first."""
    times = {"known": [], "unknown": []}
    for sample in range(-WARM_UP, samples):
        number = next(numbers)
        pair = {"known": accounts[number % len(accounts)], "unknown": unknown(number)}
        for side in list(pair) if number % 2 else reversed(pair):
            taken = timed(way, pair[side])
            if sample >= 0:
                times[side].append(taken)
    return times["known"], times["unknown"]


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_a_known_address_takes_no_other_time(way, accounts):
    numbers, found = itertools.count(), []
    for samples in SAMPLES:
        known, other = measured(way, accounts, samples, numbers)
        found.append(f"p = {p_value(known, other):.2g}, medians {median(known):.5f} and {median(other):.5f} s")
        if p_value(known, other) > LEAST_P:
            return
    pytest.fail(f"{way} answers a known address in another time: {'; '.join(found)}")


@pytest.mark.parametrize("way", WAYS)
def test_the_answer_and_the_page_are_the_same(way, accounts):
    pages = []
    for email in (accounts[0], unknown(0)):
        client = Client()
        data = {key: value or email for key, value in WAYS[way].items()}
        answer = client.post(reverse(way), data)
        after = client.get(answer.url, follow=True) if answer.status_code == 302 else answer
        page = TOKEN.sub("", after.content.decode()).replace(email, "EMAIL")
        pages.append((answer.status_code, answer.get("Location"), after.status_code, page))
        assert not [name for name in answer.cookies if name not in ("csrftoken", "sessionid", "messages")]
    assert pages[0] == pages[1]


@pytest.mark.parametrize("way", ["account_request_login_code", "account_signup"])
def test_so_are_a_wrong_code_and_a_new_one(way, accounts, mailoutbox):
    pages = []
    for email in (accounts[0], unknown(0)):
        client = Client()
        url = client.post(reverse(way), {"email": email}).url
        shown = [client.post(url, {"code": "WRNG-CODE"}), client.post(url, {"action": "resend"}, follow=True)]
        shown += [client.post(url, {"code": "WRNG-CODE"}, follow=True) for _ in range(2)]
        pages.append([TOKEN.sub("", page.content.decode()).replace(email, "EMAIL") for page in shown])
    assert pages[0] == pages[1]
    assert [letter.to for letter in mailoutbox] == [[accounts[0]]] * 2 + [[unknown(0)]] * 2


@pytest.mark.parametrize("way", ["account_request_login_code", "account_signup"])
def test_new_codes_are_mailed_as_often_for_both(way, accounts, mailoutbox):
    for email in (accounts[0], unknown(0)):
        client = Client()
        url = client.post(reverse(way), {"email": email}).url
        for _ in range(4):
            client.post(url, {"action": "resend"})
            forget_counts()
    assert [letter.to for letter in mailoutbox] == [[accounts[0]]] * 3 + [[unknown(0)]] * 3


def test_a_difference_is_found():
    """The measure itself: a shift of a tenth of the spread is found, and none where there is none."""
    first = [math.sin(number) for number in range(1000)]
    assert p_value(first, [value + 0.2 for value in first]) < LEAST_P
    assert p_value(first, [math.sin(number + 0.5) for number in range(1000)]) > 0.1

"""Unsafe settings refuse to start, with a sentence that says what to do; good ones start."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "COSIGN_MODE": "production",
    "SECRET_KEY": "".join(map(chr, range(48, 110))),
    "SITE_URL": "https://cosign.example.gov",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "WEB_CONCURRENCY": "2",
    "EMAIL_URL": "smtp://localhost:25",
}
NO_REDIS = {"REDIS_URL": ""}
BOUNCES = {"MAIL_BOUNCE_ADDRESS": "bounces@cosign.example.gov"}
SERVICE = {"EMAIL_BACKEND": "anymail.backends.postmark.EmailBackend"}
KEYS = '{"POSTMARK_SERVER_TOKEN": "t", "WEBHOOK_SECRET": "cosign:a-long-random-password"}'
# What is changed in a good production environment → a piece of the sentence that refuses it.
UNSAFE = {
    "debug": ({"DEBUG": "1"}, "DEBUG is on in production"),
    "dummy cache": ({**NO_REDIS, "CACHE_URL": "dummycache://"}, "The cache is a dummy"),
    "several processes, a cache each": ({**NO_REDIS, "WEB_CONCURRENCY": "3"}, "Several web processes share no cache"),
    "several processes by default": ({**NO_REDIS, "WEB_CONCURRENCY": None}, "Several web processes share no cache"),
    "atomic requests": ({"DATABASE_URL": "sqlite:///x.sqlite3?ATOMIC_REQUESTS=True"}, "ATOMIC_REQUESTS is on"),
    "atomic requests, small letters": ({"DATABASE_URL": "sqlite:///x.sqlite3?atomic_requests=1"}, "ATOMIC_REQUESTS is on"),
    "no secret key": ({"SECRET_KEY": ""}, "SECRET_KEY is not set"),
    "short secret key": ({"SECRET_KEY": "k" * 39}, "SECRET_KEY is shorter than 40 characters"),
    "no address": ({"SITE_URL": ""}, "SITE_URL is not set"),
    "address without TLS": ({"SITE_URL": "http://cosign.example.gov"}, "SITE_URL is not https"),
    "every host": ({"ALLOWED_HOSTS": "cosign.example.gov,*"}, "ALLOWED_HOSTS holds '*'"),
    "no mail domain": ({"COSIGN_STAFF_DOMAINS": "mail.house.gov,@senate.gov"}, "COSIGN_STAFF_DOMAINS must list mail domains"),
    "provider without client": ({"OIDC_SERVER_URL": "https://id.example.gov"}, "OIDC_SERVER_URL is set without OIDC_CLIENT_ID"),
    "provider without TLS": (
        {"OIDC_SERVER_URL": "http://id.example.gov", "OIDC_CLIENT_ID": "cosign"},
        "OIDC_SERVER_URL is not https",
    ),
    "no address for returned mail": ({"MAIL_BOUNCE_ADDRESS": "bounces"}, "MAIL_BOUNCE_ADDRESS is no address"),
    "address for returned mail with an ending": ({"MAIL_BOUNCE_ADDRESS": "b+x@cosign.example.gov"}, "MAIL_BOUNCE_ADDRESS is no"),
    "address for returned mail too long": ({"MAIL_BOUNCE_ADDRESS": f"{'b' * 25}@cosign.example.gov"}, "at most 24 characters"),
    "no folder": ({**BOUNCES, "COSIGN_BOUNCES": "/var/mail"}, "COSIGN_BOUNCES cannot be used: write maildir:/path"),
    "folder without TLS": ({**BOUNCES, "COSIGN_BOUNCES": "imap://b:p@mail.example.gov/INBOX"}, "send the password in the open"),
    "folder without an address": ({"COSIGN_BOUNCES": "maildir:/var/mail/bounces"}, "COSIGN_BOUNCES is set without MAIL_BOUNCE"),
    "mail service without a secret": ({**SERVICE, "ANYMAIL": "{}"}, "ANYMAIL has no WEBHOOK_SECRET"),
    "mail service with a short secret": ({**SERVICE, "ANYMAIL": '{"WEBHOOK_SECRET": "a:b"}'}, "ANYMAIL has no WEBHOOK_SECRET"),
    "unknown mode": ({"COSIGN_MODE": "staging"}, "COSIGN_MODE is 'staging'"),
}


@pytest.fixture
def check(tmp_path):
    """`manage.py check` in a process with a good production environment and these changes to it."""
    bare = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "VIRTUAL_ENV")}

    def run(changes, command=("check",)):
        environment = {**bare, **GOOD, "COSIGN_VAR": str(tmp_path), **changes}
        present = {name: value for name, value in environment.items() if value is not None}
        arguments = [sys.executable, "manage.py", *command]
        return subprocess.run(arguments, cwd=ROOT, env=present, capture_output=True, text=True, timeout=60)

    return run


@pytest.mark.parametrize("case", UNSAFE)
def test_an_unsafe_combination_refuses_to_start(check, case):
    changes, sentence = UNSAFE[case]
    result = check(changes)
    assert sentence in result.stderr
    assert result.returncode != 0


SAFE = {
    "with Redis": {},
    "one process without": {**NO_REDIS, "WEB_CONCURRENCY": "1"},
    "returned mail": {**BOUNCES, "COSIGN_BOUNCES": "imaps://bounces:p%40ss@mail.example.gov/INBOX"},
    "mail service": {**SERVICE, "ANYMAIL": KEYS},
}


@pytest.mark.parametrize("case", SAFE.values(), ids=SAFE)
def test_a_good_production_environment_starts(check, case):
    result = check(case)
    assert result.returncode == 0, result.stderr


def test_doors_that_stand_open_to_any_mail_domain_are_named(check):
    assert "COSIGN_STAFF_DOMAINS is empty" in check({}).stderr
    assert "COSIGN_STAFF_DOMAINS" not in check({"COSIGN_STAFF_DOMAINS": "mail.house.gov,.senate.gov"}).stderr


def test_production_passes_the_frameworks_own_deployment_checks(check):
    result = check({}, command=("check", "--deploy", "--fail-level", "WARNING"))
    assert result.returncode == 0, result.stderr


def test_local_mode_starts_without_a_site_address(check):
    assert check({"COSIGN_MODE": "local", "SITE_URL": None, **NO_REDIS, "WEB_CONCURRENCY": None}).returncode == 0


def test_the_local_runner_refuses_in_production(check):
    result = check({}, command=("runlocal",))
    assert "runlocal is for your own machine" in result.stderr
    assert result.returncode != 0

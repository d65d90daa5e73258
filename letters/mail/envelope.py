"""Whom a mail's envelope says it is from: an address of its own, to which whatever cannot be delivered comes back.

It names the notice and carries a code that only this program can make.
"""

import base64
import re

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

SALT = "letters.mail.envelope"
CODE_LENGTH = 20  # of 5 bits each
MOST_LOCAL = 24  # characters before the +, so that all before the @ stays within the 64 that servers take


def code_of(number, secret):
    digest = salted_hmac(SALT, str(number), secret=secret, algorithm="sha256").digest()
    return base64.b32encode(digest).decode()[:CODE_LENGTH].lower()


def signed(notice):
    """`123-kq…`: the notice's number and the code that proves that we gave it out. Holds lower-case letters and digits only."""
    return f"{notice.pk}-{code_of(notice.pk, settings.SECRET_KEY)}"


def sender(notice):
    """The address that the mail's envelope comes from; empty where none is set."""
    local, _, domain = settings.MAIL_BOUNCE_ADDRESS.rpartition("@")
    return f"{local}+{signed(notice)}@{domain}" if local else ""


def number_of(token):
    """The notice's number when the token is one of ours, made with the present key or an earlier one; else None."""
    number, _, code = token.lower().partition("-")
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        return None
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return int(number) if any([constant_time_compare(code, code_of(int(number), secret)) for secret in secrets]) else None


def tokens_in(headers):
    local, _, domain = settings.MAIL_BOUNCE_ADDRESS.rpartition("@")
    shape = rf"(?<![^\s<>,;:\"]){re.escape(local)}\+(\d{{1,18}}-[a-z0-9]{{1,40}})@{re.escape(domain)}(?![\w.-])"
    return set(re.findall(shape, headers, re.IGNORECASE))

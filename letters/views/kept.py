"""A file that waits for one more answer from the person who chose it, so that it need not be chosen again.

It lies in the cache, which may be written to a disk, so it lies there encrypted: the key is in the person's page and nowhere
else. One file for each person, for an hour at most, and gone as soon as it is taken.
"""

import base64
import binascii
import json
import os
from contextlib import suppress

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.cache import cache
from redis.exceptions import RedisError

SECONDS = 3600
NONCE = 12


def keep(person, name: str, data: bytes) -> str:
    """The key to give to the page; empty when the cache does not answer. Replaces what was kept for the person before."""
    key, nonce = AESGCM.generate_key(256), os.urandom(NONCE)
    sealed = nonce + AESGCM(key).encrypt(nonce, json.dumps(name).encode() + b"\n" + data, owner(person))
    try:
        cache.set(place(person), sealed, SECONDS)
    except RedisError:
        return ""
    return base64.urlsafe_b64encode(key).decode()


def take(person, key: str) -> tuple[str, bytes] | None:
    """(name, data) of what was kept for the person under this key; None when it is gone. It is kept no longer."""
    with suppress(RedisError, InvalidTag, binascii.Error, ValueError):
        sealed = cache.get(place(person)) or b""
        opened = AESGCM(base64.urlsafe_b64decode(key)).decrypt(sealed[:NONCE], sealed[NONCE:], owner(person))
        cache.delete(place(person))
        name, _, data = opened.partition(b"\n")
        return json.loads(name), data
    return None


def place(person) -> str:
    return f"file-kept-for-{person.pk}"


def owner(person) -> bytes:
    return str(person.pk).encode()

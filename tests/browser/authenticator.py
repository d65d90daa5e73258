"""What people prove themselves with: a device for passkeys in Chromium, and an authenticator app on a phone."""

import base64
import hashlib
import hmac
import time

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class PasskeyDevice:
    """Built into the visitor's computer; the owner's finger lies on it until `let_go`."""

    def __init__(self, visitor):
        self.wire = visitor.context.new_cdp_session(visitor.page)
        self.wire.send("WebAuthn.enable")
        self.number = self.wire.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]

    @property
    def passkeys(self):
        return self.wire.send("WebAuthn.getCredentials", {"authenticatorId": self.number})["credentials"]

    def let_go(self):
        self.wire.send("WebAuthn.setUserVerified", {"authenticatorId": self.number, "isUserVerified": False})

    def put_back(self):
        self.wire.send("WebAuthn.setUserVerified", {"authenticatorId": self.number, "isUserVerified": True})


def code_in_app(secret, at=None):
    """The six digits that an app shows for the secret (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, (int(at or time.time()) // 30).to_bytes(8), hashlib.sha1)
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4]) & 0x7FFFFFFF) % 1_000_000:06}"

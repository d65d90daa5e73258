"""The address at which one person stops one sort of mails without signing in (RFC 8058).

Its token is a credential for exactly that: it opens nothing, names nobody, and what it does can be undone on the person's
own page.
"""

from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings
from django.core import signing
from django.urls import reverse

from letters.models import Letter, Notice, User

SALT = "letters.mail.stopping"
LASTS = 365 * 24 * 3600  # seconds


@dataclass(frozen=True)
class Stop:
    """Whose mails stop: those about the letter, or, where there is none, those of the kind."""

    person: User
    kind: str
    letter: Letter | None


def address(notice):
    """The address in full; empty for mails that everybody gets, and for those to no person."""
    if notice.person_id is None or notice.kind not in Notice.MUTABLE:
        return ""
    what = [notice.person_id, notice.kind, notice.letter.ref if notice.letter else ""]
    return settings.SITE_URL + reverse("stop-mail", args=[signing.dumps(what, salt=SALT)])


def headers(notice, replies_to):
    """The List-Unsubscribe lines: a person's stops with one click; an office's contact asks the lead's staff by mail."""
    if link := address(notice):
        return {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    to_contact = notice.person_id is None and notice.kind in (Notice.Kind.INVITATION, *Notice.MUTABLE)
    if to_contact and replies_to:
        return {"List-Unsubscribe": f"<mailto:{quote(replies_to, safe='@')}?subject=Unsubscribe>"}
    return {}


def read(token):
    """The Stop that the token stands for; None for one that we did not make, that is too old, or of nobody who is active."""
    try:
        person, kind, ref = signing.loads(token, salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return None
    found = User.objects.filter(pk=person, is_active=True).first()
    letter = Letter.objects.filter(ref=ref).first() if ref else None
    return Stop(found, kind, letter) if found and (letter or not ref) else None

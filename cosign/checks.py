"""Start-up checks: combinations that would lose, leak or forge something refuse to start, with a sentence."""

from django.conf import settings
from django.core.checks import Error, Info, register

from letters.addresses import is_domain_entry
from letters.mail import envelope, inbox, is_address


@register()
def unsafe_combinations(app_configs, **kwargs):
    cache = settings.CACHES["default"]["BACKEND"]
    uncounted = cache.endswith(("LocMemCache", "FileBasedCache"))  # not shared, or shared without a lock
    rules = {
        "E001": (
            settings.DEBUG and not settings.LOCAL,
            "DEBUG is on in production: error pages would show the text of letters. Unset DEBUG.",
        ),
        "E002": (
            cache.endswith("DummyCache"),
            "The cache is a dummy, so sign-in attempts cannot be limited. Set REDIS_URL, or unset CACHE_URL.",
        ),
        "E003": (
            uncounted and settings.WEB_PROCESSES > 1,
            "Several web processes share no cache in which they can count sign-in attempts together. "
            "Set REDIS_URL, or WEB_CONCURRENCY=1.",
        ),
        "E004": (
            settings.DATABASES["default"].get("ATOMIC_REQUESTS", False),
            "ATOMIC_REQUESTS is on: every page view would take the write lock. Turn it off; each verb has its own transaction.",
        ),
        "E005": (
            not settings.SITE_URL,
            "SITE_URL is not set, so mails could not carry a link. Set it to the address people use, such as https://cosign.example.gov.",
        ),
        "E006": (
            not settings.LOCAL and settings.SITE_URL.startswith("http://"),
            "SITE_URL is not https: sign-in codes and letters would travel in the open. "
            "Use https, or COSIGN_MODE=local on your own machine.",
        ),
        "E007": (
            not settings.LOCAL and "*" in settings.ALLOWED_HOSTS,
            "ALLOWED_HOSTS holds '*', so a forged Host header would be believed. Name the hosts.",
        ),
        "E008": (
            not settings.LOCAL and len(settings.SECRET_KEY) < 40,
            "SECRET_KEY is shorter than 40 characters. Put a long random value in the environment.",
        ),
        "E009": (
            not all(map(is_domain_entry, settings.STAFF_DOMAINS)),
            "COSIGN_STAFF_DOMAINS must list mail domains in plain lower-case letters, such as mail.house.gov,.senate.gov.",
        ),
        "E010": (
            bool(settings.OIDC_SERVER_URL) and not settings.OIDC_CLIENT_ID,
            "OIDC_SERVER_URL is set without OIDC_CLIENT_ID, so nobody could sign in by it. Set both, or neither.",
        ),
        "E011": (
            not settings.LOCAL and settings.OIDC_SERVER_URL.startswith("http://"),
            "OIDC_SERVER_URL is not https: whoever listens could sign in as anybody. Use the provider's https address.",
        ),
        "E012": (
            bool(settings.MAIL_BOUNCE_ADDRESS) and not is_bounce_address(settings.MAIL_BOUNCE_ADDRESS),
            "MAIL_BOUNCE_ADDRESS is no address that can be given an ending. Write it as bounces@cosign.example.gov, without a "
            f"plus sign and with at most {envelope.MOST_LOCAL} characters before the @.",
        ),
        "E013": (
            bool(wrong := wrong_with_bounces()),
            f"COSIGN_BOUNCES cannot be used: {wrong}.",
        ),
        "E014": (
            bool(settings.BOUNCES) and not settings.MAIL_BOUNCE_ADDRESS,
            "COSIGN_BOUNCES is set without MAIL_BOUNCE_ADDRESS, so nothing would come back to it. Set both, or neither.",
        ),
        "E015": (
            by_service() and not strong_secret(settings.ANYMAIL.get("WEBHOOK_SECRET")),
            "ANYMAIL has no WEBHOOK_SECRET, so anybody could report that mail came back. Put one into it, user:password with a "
            "password of at least 20 characters, and give it to the mail service with the address of the webhook.",
        ),
    }
    return [Error(text, id=f"cosign.{number}") for number, (wrong, text) in rules.items() if wrong]


def is_bounce_address(address):
    local = address.rpartition("@")[0]
    return is_address(address) and address.isascii() and "+" not in local and len(local) <= envelope.MOST_LOCAL


def wrong_with_bounces():
    try:
        if settings.BOUNCES:
            inbox.place(settings.BOUNCES, local=settings.LOCAL)
    except ValueError as error:
        return str(error)
    return ""


def by_service():
    return settings.EMAIL_BACKEND.startswith("anymail.")


def strong_secret(secret):
    return isinstance(secret, str) and len(secret.partition(":")[2]) >= 20


@register()
def open_doors(app_configs, **kwargs):
    """What is safe for the signatures, and yet opens more than many would expect."""
    if settings.LOCAL or settings.STAFF_DOMAINS:
        return []
    text = (
        "COSIGN_STAFF_DOMAINS is empty: anybody with any address who has a letter's link can ask for a place in an office and "
        "read the letter, unless it is for invited offices only. Name the mail domains of staff."
    )
    return [Info(text, id="cosign.I001")]

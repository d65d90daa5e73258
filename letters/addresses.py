"""Mail addresses as identities: one spelling each, so that no look-alike is ever taken for somebody else's."""

import ipaddress
import re
import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

MAX_LENGTH = 254
DOMAIN = re.compile(r"(?=.{1,253}\Z)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+\Z")
_valid = EmailValidator(allowlist=[])


class AddressError(ValueError):
    """An address that cannot be taken; the message is a sentence for the user that says what to do."""


def clean_address(text: str) -> str:
    """The address in lower case. What is not plain ASCII is refused and never folded: `ſtaff@` must not become `staff@`."""
    text = text.strip(" \t\r\n")
    if not text:
        raise AddressError("Type an email address, like name@mail.house.gov.")
    if not text.isascii():
        raise AddressError(_foreign(text))
    if any(ord(sign) <= 32 or ord(sign) == 127 for sign in text):
        raise AddressError("The address holds a space or an unseen character. Type it again, without spaces.")
    if len(text) > MAX_LENGTH:
        raise AddressError(f"The address is longer than {MAX_LENGTH} characters. Check it for something pasted twice.")
    _refuse_shape(text)
    return text.lower()


def _refuse_shape(text: str) -> None:
    name, _at, domain = text.rpartition("@")
    if name.startswith('"'):
        raise AddressError("An address in quotation marks is not accepted. Use your office address.")
    if domain.startswith("[") or _is_number(domain):
        raise AddressError("The part after @ must be a name, like mail.house.gov, and not a number.")
    if domain.endswith("."):
        raise AddressError("The address ends with a dot. Take the dot away.")
    try:
        _valid(text)
    except ValidationError:
        raise AddressError("This is not an email address. Write it like name@mail.house.gov.") from None


def _is_number(domain: str) -> bool:
    try:
        ipaddress.ip_address(domain)
    except ValueError:
        return False
    return True


def _foreign(text: str) -> str:
    sign = next(sign for sign in text if not sign.isascii())
    if unicodedata.category(sign) in ("Cf", "Cc", "Zs", "Zl", "Zp"):
        return "The address holds a space or an unseen character. Type it again by hand instead of pasting it."
    return f"The address holds “{sign}”, which only looks like a plain letter, or is none. Type it again with plain letters."


def in_domains(address: str, domains) -> bool:
    """Whether a clean address is in one of the domains; `.senate.gov` takes all subdomains but not itself. None given: all."""
    domain = address.rpartition("@")[2]
    return not domains or any(
        domain.endswith(entry) and domain != entry[1:] if entry.startswith(".") else domain == entry for entry in domains
    )


def is_domain_entry(entry: str) -> bool:
    """Whether a line of the list of domains looks like one: lower case, ASCII, a leading dot at most."""
    return entry.isascii() and bool(DOMAIN.match(entry.removeprefix(".")))

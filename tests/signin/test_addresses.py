"""An address is taken in one plain spelling, or refused; nothing that looks like another is folded into it."""

import random

import pytest

from cosign.checks import unsafe_combinations
from letters.addresses import AddressError, clean_address, in_domains

TAKEN = {
    "jo@mail.house.gov": "jo@mail.house.gov",
    "Jo.Doe@Mail.House.GOV": "jo.doe@mail.house.gov",
    " jo@mail.house.gov\n": "jo@mail.house.gov",
    "jo+letters@mail.house.gov": "jo+letters@mail.house.gov",
    "jo+a+b@senate.gov": "jo+a+b@senate.gov",
    "o'neill@mail.house.gov": "o'neill@mail.house.gov",
    "jo_d-e@a-b.senate.gov": "jo_d-e@a-b.senate.gov",
    "x@mail.house.gov.evil.com": "x@mail.house.gov.evil.com",  # an address like any other, and in no domain of ours
    "x@xn--hoste-dta.gov": "x@xn--hoste-dta.gov",
    f"{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 57}.gov": f"{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 57}.gov",
}
REFUSED = [
    ("", "Type an email address"),
    ("   ", "Type an email address"),
    ("jo", "not an email address"),
    ("jo@", "not an email address"),
    ("@mail.house.gov", "not an email address"),
    ("jo@@mail.house.gov", "not an email address"),
    ("jo@mail@house.gov", "not an email address"),
    ("jo@localhost", "not an email address"),
    ("jo@house", "not an email address"),
    ("jo@-house.gov", "not an email address"),
    ("jo@mail..house.gov", "not an email address"),
    (".jo@mail.house.gov", "not an email address"),
    ("jo.@mail.house.gov", "not an email address"),
    ("jo<script>@mail.house.gov", "not an email address"),
    ("jo@mail.house.gov,al@mail.house.gov", "not an email address"),
    ("jo@mail.house.gov.", "ends with a dot"),
    ('"jo"@mail.house.gov', "quotation marks"),
    ('"jo doe"@mail.house.gov', "a space or an unseen character"),
    ("jo@[127.0.0.1]", "not a number"),
    ("jo@[::1]", "not a number"),
    ("jo@127.0.0.1", "not a number"),
    ("jo doe@mail.house.gov", "a space or an unseen character"),
    ("jo@mail.house.gov bcc:x@y.com", "a space or an unseen character"),
    ("jo\tdoe@mail.house.gov", "a space or an unseen character"),
    ("jo@mail.house.gov\nBcc: al@mail.house.gov", "a space or an unseen character"),
    ("jo\0@mail.house.gov", "a space or an unseen character"),
    ("jo\x7f@mail.house.gov", "a space or an unseen character"),
    ("jo\u200b@mail.house.gov", "a space or an unseen character"),
    ("\ufeffjo@mail.house.gov", "a space or an unseen character"),
    ("jo\u202e@mail.house.gov", "a space or an unseen character"),
    ("jo\u00ad@mail.house.gov", "a space or an unseen character"),
    ("\u00a0jo@mail.house.gov", "a space or an unseen character"),
    ("ſtaff@mail.house.gov", "“ſ”"),
    ("ﬁn@mail.house.gov", "“ﬁ”"),
    ("\u212aelly@mail.house.gov", "plain letters"),  # the Kelvin sign, which lower() makes a k
    ("ıan@mail.house.gov", "“ı”"),
    ("İan@mail.house.gov", "“İ”"),
    ("jo@mail.ｈouse.gov", "“ｈ”"),
    ("jo＠mail.house.gov", "“＠”"),
    ("jo@mail。house.gov", "“。”"),
    ("jo@mail.hоuse.gov", "“о”"),  # Cyrillic
    ("хjo@mail.house.gov", "“х”"),
    ("jö@mail.house.gov", "“ö”"),
    ("j\u0301o@mail.house.gov", "plain letters"),
    ("jo@maıl.house.gov", "“ı”"),
    (f"{'a' * 240}@mail.house.gov", "longer than 254"),
]
DOMAINS = ["mail.house.gov", ".senate.gov"]


@pytest.mark.parametrize("text", TAKEN, ids=ascii)
def test_plain_addresses_are_taken_in_lower_case(text):
    assert clean_address(text) == TAKEN[text]


@pytest.mark.parametrize(("text", "sentence"), REFUSED, ids=lambda value: ascii(value)[:40])
def test_everything_else_is_refused_with_a_sentence(text, sentence):
    with pytest.raises(AddressError) as refusal:
        clean_address(text)
    assert sentence in str(refusal.value)


def test_no_character_of_unicode_folds_into_a_plain_address():
    """Every sign outside ASCII, in either part."""
    for number in range(128, 0x110000):
        for text in (f"j{chr(number)}o@mail.house.gov", f"jo@ma{chr(number)}il.house.gov"):
            with pytest.raises(AddressError):
                clean_address(text)


def test_what_is_taken_is_its_own_only_spelling():
    """Random strings of the signs that matter: what comes out is ASCII, lower case, and comes out again unchanged."""
    rng = random.Random(20250131)
    signs = "aZ09.-+_@@'\"[]() \0\u200bſｈıK"
    taken = 0
    for _ in range(40_000):
        text = "".join(rng.choices(signs, k=rng.randint(1, 6))) + rng.choice(["@house.gov", "@ſenate.gov", ".gov", ""])
        try:
            address = clean_address(text)
        except AddressError:
            continue
        taken += 1
        assert address.isascii()
        assert address == text.strip(" \t\r\n").lower() == clean_address(address)
    assert taken > 100


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("jo@mail.house.gov", True),
        ("jo@house.gov", False),
        ("jo@x.mail.house.gov", False),
        ("jo@xmail.house.gov", False),
        ("x@mail.house.gov.evil.com", False),
        ("mail.house.gov@evil.com", False),
        ("jo@young.senate.gov", True),
        ("jo@a.b.senate.gov", True),
        ("jo@senate.gov", False),
        ("jo@evilsenate.gov", False),
        ("jo@young.senate.gov.evil.com", False),
    ],
)
def test_domains_match_whole_names(address, inside):
    assert in_domains(address, DOMAINS) is inside


def test_no_list_of_domains_lets_all_in():
    assert in_domains("jo@anywhere.example", [])


@pytest.mark.parametrize(
    "entry", ["@house.gov", "house", "*.house.gov", "House.gov", "höuse.gov", "..senate.gov", " a.gov", "a.gov."]
)
def test_a_wrong_entry_in_the_list_of_domains_does_not_start(settings, entry):
    settings.STAFF_DOMAINS = DOMAINS
    assert "cosign.E009" not in [error.id for error in unsafe_combinations(None)]
    settings.STAFF_DOMAINS = [*DOMAINS, entry]
    assert "cosign.E009" in [error.id for error in unsafe_combinations(None)]

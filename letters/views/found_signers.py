"""Names below an imported letter, and the offices they may be. Nobody is invited or put on the letter by it."""

import re
import unicodedata
from collections import defaultdict
from typing import NamedTuple

from letters.models import Office

SUFFIXES = {"jr", "sr", "ii", "iii", "iv", "v", "md", "phd", "esq"}
CHAMBERS = (("senate", re.compile(r"\bsenat", re.I)), ("house", re.compile(r"\b(?:congress|representative|delegate)", re.I)))
SEAT = re.compile(r"\b([A-Z]{2})-(\d{1,2})\b")


class Found(NamedTuple):
    """`offices`: one when it is clear who is meant, several when the name fits them all, none when it fits nobody."""

    name: str
    title: str
    offices: list

    @property
    def office(self):
        return self.offices[0] if len(self.offices) == 1 else None


def matched(signers) -> list[Found]:
    """Each (name, title) with the sitting offices that the name and the title fit."""
    exact, alike = defaultdict(list), defaultdict(list)
    for office in Office.objects.listed().in_order():
        first_and_last = named(f"{office.first_name} {office.last_name}")
        for words in {named(office.name), named(office.printed_name), first_and_last}:
            exact[words].append(office)
        alike[initial_and_surname(first_and_last)].append(office)
    return [Found(name, title, fitting(named(name), title, exact, alike)) for name, title in signers]


def fitting(words, title, exact, alike):
    """Chuck is taken for Charles where nobody else of that surname begins with the letter; a full name goes first."""
    return in_seat(title, exact.get(words, [])) or in_seat(title, alike.get(initial_and_surname(words), []))


def initial_and_surname(words):
    return (words[0][0], words[-1]) if len(words) > 1 else None


def in_seat(title, offices):
    """Of the offices those in the chamber and the seat that the title names, where it names one."""
    chamber = next((chamber for chamber, pattern in CHAMBERS if pattern.search(title)), None)
    seat = SEAT.search(title)
    return [
        office
        for office in offices
        if (chamber is None or office.chamber == chamber)
        and (seat is None or (office.state, office.district) == (seat[1], int(seat[2])))
    ]


def named(name) -> tuple[str, ...]:
    """The words of a name that tell people apart: no accents, nicknames in quotes, initials or suffixes."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    plain = re.sub('[“"(][^”")]*[”")]', " ", plain)
    words = [re.sub(r"[^\w-]", "", word) for word in re.sub(r"['’]", "", plain).replace(",", " ").split()]
    return tuple(word for word in words if len(word) > 1 and word not in SUFFIXES)

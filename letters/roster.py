"""The public roster of Congress → Office.

Format: the file `legislators-current` of github.com/unitedstates/congress-legislators (CC0 1.0), as YAML or JSON: a list of
Members, each with `id.bioguide`, `name` (`first`, `last`, where known `middle`, `suffix`, `official_full`) and `terms`, oldest
first, each with `type` (`rep` or `sen`), `start` (ISO date), `state`, `district` (`rep` only, 0 is at large) and `party`.
"""

import datetime
import json
import re
import unicodedata
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import yaml
from django.db import transaction

from letters.models import Office

SIZE_LIMIT = 20 * 1024 * 1024
DEPTH_LIMIT = 20
TIMEOUT = 30  # seconds without a byte
CHAMBERS = {"rep": Office.Chamber.HOUSE, "sen": Office.Chamber.SENATE}
BIOGUIDE = re.compile(r"[A-Z]\d{6}")
STATE = re.compile(r"[A-Z]{2}")


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """Leaves dates as they are written, so that a wrong one is found with its entry."""


Loader.add_constructor("tag:yaml.org,2002:timestamp", Loader.construct_yaml_str)


class RosterError(Exception):
    """The roster cannot be used; the sentence says which entry is wrong and why. Nothing was changed."""


@dataclass(frozen=True)
class Seat:
    """One entry of the roster: the fields of an Office that the roster owns."""

    bioguide: str
    chamber: str
    name: str
    first_name: str
    last_name: str
    state: str
    district: int | None
    party: str
    serving_since: datetime.date

    @property
    def key(self):
        return self.bioguide, self.chamber


@dataclass
class Summary:
    """What an import did, as labels of offices."""

    entries: int
    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


# --- reading ---


def read(source: str) -> bytes:
    """The bytes of a local file or of an https address (http to this machine); at most 20 MB. Raises RosterError."""
    try:
        with fetch(source) if "://" in source else Path(source).open("rb") as file:
            data = file.read(SIZE_LIMIT + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or error
        raise RosterError(f"{source} cannot be read: {reason}.") from error
    if len(data) > SIZE_LIMIT:
        raise RosterError(f"{source} is larger than {SIZE_LIMIT // 1024**2} MB, which no roster is.")
    return data


class SafeRedirects(HTTPRedirectHandler):
    def redirect_request(self, request, file, code, message, headers, address):
        refuse_unsafe(address)
        return super().redirect_request(request, file, code, message, headers, address)


def fetch(address):
    refuse_unsafe(address)
    return build_opener(SafeRedirects).open(Request(address), timeout=TIMEOUT)


def refuse_unsafe(address):
    url = urlsplit(address)
    here = url.hostname in ("localhost", "127.0.0.1", "::1")
    if url.scheme != "https" and not (url.scheme == "http" and here):
        raise URLError("only https addresses are read, so that nobody can change the roster on its way")


def parse(data: bytes) -> list[Seat]:
    """Every entry checked, each Member once. Raises RosterError for the first one that is wrong."""
    rows = load(data)
    if not isinstance(rows, list) or not rows:
        raise RosterError("The file is no roster: it must hold a list of Members, and at least one.")
    seats = {}
    for number, row in enumerate(rows, 1):
        try:
            seat = seat_of(row)
            if seat.bioguide in seats:
                raise ValueError(f"{seat.bioguide} is the id of {seats[seat.bioguide].name} too")
        except ValueError as error:
            raise RosterError(f"Entry {number} ({who(row)}) is wrong: {error}. Nothing was changed.") from error
        seats[seat.bioguide] = seat
    return list(seats.values())


def load(data):
    try:
        text = data.decode("utf-8-sig")
        if text.lstrip().startswith(("[", "{")):
            return json.loads(text)
        refuse_deep(text)
        return yaml.load(text, Loader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        problem = printable(" ".join(str(error).split()), 300)
        raise RosterError(f"The file is neither YAML nor JSON: {problem}. Nothing was changed.") from error


def refuse_deep(text):
    """libyaml itself recurses, and would end the process without a word."""
    depth = 0
    for event in yaml.parse(text, Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEPTH_LIMIT:
            raise ValueError(f"lists within lists, more than {DEPTH_LIMIT} deep")


# --- one entry ---


def who(row):
    """What a person needs to find the entry in the file, as far as it can be read."""
    ids, names = (row.get(part) if isinstance(row, dict) else None for part in ("id", "name"))
    found = [ids.get("bioguide")] if isinstance(ids, dict) else []
    found += [names.get("official_full") or names.get("last")] if isinstance(names, dict) else []
    return ", ".join(clean for word in found if word and (clean := printable(str(word)))) or "without id or name"


def printable(text, max_length=80):
    return "".join(c if c.isprintable() else "?" for c in text[:max_length])


def seat_of(row) -> Seat:
    """Raises ValueError with half a sentence."""
    if not isinstance(row, dict):
        raise ValueError("it is not a mapping")
    bioguide = text_in(part(row, "id", dict), "bioguide", 12)
    if not BIOGUIDE.fullmatch(bioguide):
        raise ValueError("its bioguide id is not a capital letter and six digits")
    names = part(row, "name", dict)
    terms = [term_of(term) for term in part(row, "terms", list)]
    if not terms:
        raise ValueError("it has no terms")
    chamber, _, last = terms[-1]
    return Seat(
        bioguide=bioguide,
        chamber=chamber,
        name=printed_name(names),
        first_name=text_in(names, "first", 100),
        last_name=text_in(names, "last", 100),
        state=state_in(last),
        district=district_in(last) if chamber == Office.Chamber.HOUSE else None,
        party=text_in(last, "party", 40, needed=False),
        serving_since=min(start for where, start, _ in terms if where == chamber),
    )


def part(row, key, kind):
    if key not in row:
        raise ValueError(f"it has no {key}")
    if not isinstance(row[key], kind):
        raise ValueError(f"its {key} is not a {'list' if kind is list else 'mapping'}")
    return row[key]


def term_of(term):
    """(chamber, start, the term as it stands in the file)"""
    if not isinstance(term, dict):
        raise ValueError("a term is not a mapping")
    kind, start = term.get("type"), term.get("start")
    if not isinstance(kind, str) or kind not in CHAMBERS:
        raise ValueError(f"the type of a term is {printable(repr(kind))}, not rep or sen")
    try:
        return CHAMBERS[kind], datetime.date.fromisoformat(start), term
    except (TypeError, ValueError):
        raise ValueError(f"{printable(repr(start))} is not the start of a term, which looks like 2025-01-03") from None


def text_in(row, key, max_length, *, needed=True):
    """One line of Unicode NFC without controls, as everything that is printed."""
    value = row.get(key)
    if value is None and not needed:
        return ""
    if value is None or value == "":
        raise ValueError(f"it has no {key}")
    if not isinstance(value, str):
        raise ValueError(f"its {key} is not text")
    if any(unicodedata.category(c)[0] == "C" or unicodedata.category(c) in ("Zl", "Zp") for c in value):
        raise ValueError(f"its {key} holds a control character or an invisible one")
    value = " ".join(unicodedata.normalize("NFC", value).split())
    if not value or len(value) > max_length:
        raise ValueError(f"its {key} is {'empty' if not value else f'longer than {max_length} characters'}")
    return value


def state_in(term):
    state = text_in(term, "state", 100)
    if not STATE.fullmatch(state):
        raise ValueError(f"its state is {state!r}, not two capital letters")
    return state


def district_in(term):
    district = term.get("district")
    if type(district) is not int or not 0 <= district < 100:
        raise ValueError("its district is not a whole number (0 is at large)")
    return district


def printed_name(names):
    """The official name with its nickname and suffix; built from its parts for a Member who has none yet."""
    if names.get("official_full"):
        return text_in(names, "official_full", 200)
    parts = (text_in(names, key, 100, needed=key in ("first", "last")) for key in ("first", "middle", "last"))
    name = " ".join(filter(None, parts))
    suffix = text_in(names, "suffix", 20, needed=False)
    if suffix.endswith("."):
        return f"{name}, {suffix}"
    return f"{name} {suffix}".rstrip()


# --- writing ---


@transaction.atomic
def update_offices(seats: list[Seat], *, today: datetime.date, allow_few: bool = False) -> Summary:
    """Make the offices what the roster says. An office with a bioguide id that is missing has left; one that is back has not.

    A Member who changes chamber gets a new office, and the old one has left. An office that a person entered before the roster
    knew the Member becomes the roster's, with its people and signatures. Raises RosterError when fewer than half of the
    sitting offices would remain, unless `allow_few`.
    """
    # no_key and in order: an invitation of many offices refers to them one by one, and must not meet this in a deadlock.
    roster_offices = Office.objects.select_for_update(no_key=True).exclude(bioguide="").order_by("pk")
    offices = {(office.bioguide, office.chamber): office for office in roster_offices}
    sitting = sum(1 for office in offices.values() if office.left_on is None)
    if not allow_few and len(seats) < sitting / 2:
        raise RosterError(
            f"The file has {len(seats)} entries, and {sitting} offices are sitting: more than half would leave. "
            "Check that the file is whole. If it is right, repeat with --allow-few."
        )
    summary = Summary(entries=len(seats))
    for seat in seats:
        update_office(offices.pop(seat.key, None) or entered_before(seat) or Office(), seat, summary)
    for office in offices.values():
        if office.left_on is None:
            office.left_on = today
            office.save(update_fields=["left_on"])
            summary.left.append(office.label)
    return summary


def entered_before(seat):
    """The one office without an id that has this Member's chamber, seat and names, or None."""
    place = {"chamber": seat.chamber, "state": seat.state, "district": seat.district}
    names = {"first_name__iexact": seat.first_name, "last_name__iexact": seat.last_name}
    found = list(Office.objects.select_for_update(no_key=True).sitting().filter(bioguide="", **place, **names)[:2])
    return found[0] if len(found) == 1 else None


def update_office(office, seat, summary):
    """Write the roster's fields where they differ; a signing name is the office's own and stays."""
    new = office.pk is None
    fields = asdict(seat) | {"left_on": None}
    changes = [name for name, value in fields.items() if getattr(office, name) != value]
    if not changes:
        return
    for name in changes:
        setattr(office, name, fields[name])
    office.save(update_fields=None if new else changes)
    words = ", ".join("back in office" if name == "left_on" else Office._meta.get_field(name).verbose_name for name in changes)
    summary.new.append(office.label) if new else summary.changed.append(f"{office.label}: {words}")

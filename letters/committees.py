"""The public lists of committees → OfficeList.

Format: the files `committees-current` and `committee-membership-current` of github.com/unitedstates/congress-legislators (CC0
1.0), as YAML or JSON. The first is a list of committees, each with `type` (`house`, `senate` or `joint`), `name`, `thomas_id`
(four letters) and, where it has any, `subcommittees`, each with `name` and `thomas_id` (two signs). The second maps each code,
that of a subcommittee with its own two signs appended, to a list of members with `bioguide` and `name`; members of a joint
committee have their `chamber`.
"""

import re
from dataclasses import dataclass, field

from django.db import transaction

from letters.models import Office, OfficeList
from letters.roster import BIOGUIDE, RosterError, load, part, printable, text_in

Chamber = Office.Chamber
CHAMBERS = {"house": [Chamber.HOUSE], "senate": [Chamber.SENATE], "joint": [Chamber.HOUSE, Chamber.SENATE]}
COMMITTEE = re.compile(r"[A-Z]{4}")
SUBCOMMITTEE = re.compile(r"[0-9A-Z]{2}")
# Far above what there is, so that a file made to be large is refused before it is walked through.
MOST_COMMITTEES, MOST_MEMBERS = 2_000, 1_000


@dataclass(frozen=True)
class Committee:
    """A committee or subcommittee: its code is that of an OfficeList."""

    code: str
    name: str
    chambers: tuple[str, ...]


@dataclass
class Summary:
    """What an import did: names of lists, and what the files say of Members and committees that are not known here."""

    committees: int
    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    unlisted: list[str] = field(default_factory=list)


# --- reading ---


def parse(data: bytes) -> list[Committee]:
    """Committees and subcommittees as the first file lists them. Raises RosterError for the first entry that is wrong."""
    rows = load(data)
    if isinstance(rows, dict):
        raise RosterError("The first file is no list of committees. Give the list of committees first, then who sits on them.")
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST_COMMITTEES:
        raise RosterError("The file is no list of committees: it must hold a list of committees, and at least one.")
    found = {}
    for number, row in enumerate(rows, 1):
        try:
            for committee in committees_of(row):
                if committee.code in found:
                    raise ValueError(f"{committee.code} is the code of {found[committee.code].name} too")
                found[committee.code] = committee
        except ValueError as error:
            raise RosterError(f"Committee {number} ({who(row)}) is wrong: {error}. Nothing was changed.") from error
    if len(found) > MOST_COMMITTEES:
        raise RosterError(f"The file holds more than {MOST_COMMITTEES:,} committees. Check that it is the right one.")
    return list(found.values())


def who(row):
    """What a person needs to find the entry in the file, as far as it can be read."""
    words = [row.get("thomas_id"), row.get("name")] if isinstance(row, dict) else []
    return ", ".join(filter(None, (printable(str(word)) for word in words if word))) or "without code or name"


def committees_of(row):
    """The committee of one entry, then its subcommittees. Raises ValueError with half a sentence."""
    if not isinstance(row, dict):
        raise ValueError("it is not a mapping")
    kind = row.get("type")
    if not isinstance(kind, str) or kind not in CHAMBERS:
        raise ValueError(f"its type is {printable(repr(kind))}, not house, senate or joint")
    code, name, chambers = code_in(row, COMMITTEE, "four capital letters"), text_in(row, "name", 200), tuple(CHAMBERS[kind])
    yield Committee(code, name, chambers)
    for sub in part(row, "subcommittees", list) if row.get("subcommittees") is not None else []:
        if not isinstance(sub, dict):
            raise ValueError("a subcommittee is not a mapping")
        own = code_in(sub, SUBCOMMITTEE, "two digits or capital letters")
        yield Committee(code + own, name_of(name, text_in(sub, "name", 200)), chambers)


def code_in(row, pattern, looks):
    code = text_in(row, "thomas_id", 10)
    if not pattern.fullmatch(code):
        raise ValueError(f"the thomas_id {code!r} is not {looks}")
    return code


def name_of(committee, own):
    """`House Committee on Agriculture: Subcommittee on Forestry`, within the 200 characters that a name has."""
    name = f"{committee}: {own if 'subcommittee' in own.casefold() else f'Subcommittee on {own}'}"
    return name if len(name) <= 200 else f"{name[:199]}…"


def parse_members(data: bytes) -> dict[str, list[dict]]:
    """Code → members, each a mapping of `name`, `bioguide` and `chamber`, any of them empty. Raises RosterError."""
    rows = load(data)
    if not isinstance(rows, dict) or not rows:
        raise RosterError("The second file does not say who sits on which committee. Nothing was changed.")
    found = {}
    for code, members in list(rows.items()):
        try:
            if not isinstance(members, list) or len(members) > MOST_MEMBERS:
                raise ValueError(f"it is no list of members, of at most {MOST_MEMBERS:,}")
            found[str(code)] = [member_of(row) for row in members]
        except ValueError as error:
            raise RosterError(f"The members of {printable(str(code))} are wrong: {error}. Nothing was changed.") from error
    return found


def member_of(row):
    if not isinstance(row, dict):
        raise ValueError("a member is not a mapping")
    member = {key: text_in(row, key, 200, needed=False) for key in ("name", "bioguide", "chamber")}
    if member["bioguide"] and not BIOGUIDE.fullmatch(member["bioguide"]):
        raise ValueError(f"the bioguide id {member['bioguide']!r} is not a capital letter and six digits")
    if member["chamber"] and member["chamber"] not in Chamber.values:
        raise ValueError(f"the chamber {member['chamber']!r} is not house or senate")
    return member


# --- writing ---


@transaction.atomic
def update_lists(committees: list[Committee], members: dict[str, list[dict]], *, now, allow_few: bool = False) -> Summary:
    """Make the committees' lists what the files say. A committee that is gone from them has no list any more.

    Members are the sitting offices of the roster. Raises RosterError when none of them is known here, or when fewer than half
    of the committees would remain, unless `allow_few`.
    """
    known = {row.code: row for row in OfficeList.objects.select_for_update().filter(keeper=None).order_by("pk")}
    if not allow_few and len(committees) < len(known) / 2:
        raise RosterError(
            f"The file has {len(committees)} committees, and {len(known)} are known: more than half would go. "
            "Check that the file is whole. If it is right, repeat with --allow-few."
        )
    summary = Summary(committees=len(committees))
    sitting = dict(roster_offices())
    wanted = {committee.code: offices_on(committee, members, sitting, summary) for committee in committees}
    if not any(wanted.values()):
        raise RosterError("None of the members is in the roster. Import the offices first (import_offices). Nothing was changed.")
    listed = {committee.code for committee in committees}
    summary.unlisted = [f"{printable(code)} ({len(rows)})" for code, rows in members.items() if code not in listed]
    gone = [row for code, row in known.items() if code not in listed]
    summary.gone = [row.name for row in gone]
    OfficeList.objects.filter(pk__in=[row.pk for row in gone]).delete()
    write(committees, known, wanted, summary, now)
    return summary


def roster_offices():
    """(bioguide id and chamber, the office's id) of each sitting office."""
    for pk, *key in Office.objects.sitting().exclude(bioguide="").values_list("pk", "bioguide", "chamber"):
        yield tuple(key), pk


def offices_on(committee, members, sitting, summary):
    """Ids of the sitting offices of the committee's members. Who is none of them is noted in the summary once."""
    found = set()
    for member in members.get(committee.code, []):
        chambers = [member["chamber"]] if member["chamber"] else committee.chambers
        ids = [sitting[key] for chamber in chambers if (key := (member["bioguide"], chamber)) in sitting]
        found.update(ids[:1])
        stranger = f"{member['name'] or 'without a name'} ({member['bioguide'] or 'no id'})"
        if not ids and stranger not in summary.strangers:
            summary.strangers.append(stranger)
    return found


def write(committees, known, wanted, summary, now):
    """Create and change lists and their places, a few statements for all of them."""
    Place = OfficeList.offices.through
    places = {}
    for pk, office in Place.objects.filter(officelist__keeper=None).values_list("officelist", "office"):
        places.setdefault(pk, set()).add(office)
    missing = [committee for committee in committees if committee.code not in known]
    made = [OfficeList(code=committee.code, name=committee.name, changed_at=now) for committee in missing]
    OfficeList.objects.bulk_create(made)
    summary.new = [committee.name for committee in missing]
    add, drop = [(row.pk, office) for row in made for office in sorted(wanted[row.code])], []
    for committee in committees:
        row = known.get(committee.code)
        if row is None:
            continue
        more, fewer = wanted[row.code] - places.get(row.pk, set()), places.get(row.pk, set()) - wanted[row.code]
        if not (more or fewer or row.name != committee.name):
            continue
        add += [(row.pk, office) for office in sorted(more)]
        drop += [(row.pk, office) for office in fewer]
        row.name, row.changed_at, row.changed_by = committee.name, now, None
        row.save()
        summary.changed.append(f"{committee.name}: {len(more)} more, {len(fewer)} fewer")
    Place.objects.bulk_create([Place(officelist_id=pk, office_id=office) for pk, office in add])
    for pk in {pk for pk, _ in drop}:
        Place.objects.filter(officelist=pk, office__in=[office for row, office in drop if row == pk]).delete()

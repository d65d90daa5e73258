"""What leaves the program about a letter."""

import csv
import io
import unicodedata

from letters.models import Membership
from letters.times import zone_name

BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes the file for one in the computer's own code page
# What a spreadsheet takes for a formula; `guarded` looks for them in their full width too.
FORMULA = tuple("=+-@")
COLUMNS = (
    *("Member", "Seat", "Chamber", "Party", "Answer", "Since", "Deadline"),
    *("Condition", "Lead's answer to it", "Reason given", "Addresses"),
)


def guarded(value) -> str:
    """The value as text that no spreadsheet runs: where it could begin a formula, after an apostrophe."""
    text = str(value)
    first = unicodedata.normalize("NFKC", text).lstrip()[:1]
    return f"'{text}" if first in FORMULA or text[:1] in ("\t", "\r", "\n") else text


def local_time(instant, letter) -> str:
    """`2026-11-24 13:05 EST` in the letter's zone; empty for no instant."""
    if instant is None:
        return ""
    local = instant.astimezone(letter.tzinfo)
    return f"{local:%Y-%m-%d %H:%M} {zone_name(local)}"


def answers_csv(letter, rows) -> str:
    """Where each office stands, as the CSV that spreadsheets read: with a byte order mark and CRLF.

    Each value is in quotation marks: some programs take a semicolon for the end of a value too.
    `rows` are Answers of the letter. The addresses are those of the people who answer for the office, or of its invitation; of
    an office that is only on a draft's list none is told.
    """
    addresses = addresses_of({row.office.pk for row in rows})
    target = io.StringIO()
    target.write(BYTE_ORDER_MARK)
    writer = csv.writer(target, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([guarded(value) for value in cells(letter, row, addresses.get(row.office.pk, []))])
    return target.getvalue()


def cells(letter, row, addresses):
    office, invitee = row.office, row.invitee
    answered = {None: "", True: "Yes", False: "No"}[invitee.condition_met] if invitee else ""
    said = invitee.condition_answer if invitee else ""
    reasons = {"declined": invitee and invitee.decline_reason, "withdrawn": row.withdrawn and row.withdrawn.ended_reason}
    return (
        *(office.printed_name, office.seat, office.get_chamber_display(), office.party, row.state.label),
        *(local_time(row.since, letter), local_time(row.deadline_at, letter)),
        *(invitee.condition if invitee else "", ": ".join(filter(None, [answered, said])), reasons.get(row.state) or ""),
        "; ".join(addresses or filter(None, [invitee and invitee.contact])) if row.state != "listed" else "",
    )


def addresses_of(offices) -> dict[int, list[str]]:
    places = Membership.objects.answering().filter(office__in=offices).exclude(person__email="")
    found = {}
    for office, address in places.order_by("person").values_list("office", "person__email"):
        found.setdefault(office, []).append(address)
    return found


def evidence(letter) -> dict:
    """All that `proof.check` needs, as JSON types: history, standing signatures as the tables have them, manifest."""
    standing = letter.signatures.standing().select_related("revision").order_by("pk")
    return {
        "letter": letter.ref,
        "head": letter.head_hash,
        "events": [{**event.record(), "hash": event.hash} for event in letter.events.order_by("seq")],
        "signatures": [
            {
                "signature": signature.pk,
                "office": signature.office_id,
                "name": signature.name,
                "title": signature.title,
                "state": signature.state,
                "text_sha256": signature.revision.sha256,
                "confirmed": signature.is_confirmed,
            }
            for signature in standing
        ],
        "manifest": letter.manifest,
    }

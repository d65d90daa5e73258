"""What an office decides about itself: how its Member signs, who may sign, its images; and offices beyond the roster."""

import json

from django.db import transaction

from letters import images, permissions
from letters.models import Office, OfficeEvent, OfficeImage
from letters.text.html import clean_line

from .refusal import Refused, unless_manages

Kind = OfficeEvent.Kind


def locked(office):
    """The office's row, locked until the transaction ends: every verb on an office's people or settings begins here."""
    # no_key: a signature that refers to the office need not wait, so it cannot meet these verbs in a deadlock.
    return Office.objects.select_for_update(no_key=True).get(pk=office.pk)


def note(office, kind, by, now, *, person=None, **data):
    """Append a line to the office's own history."""
    if by.signed_in_with:
        data["signed_in_with"] = by.signed_in_with
    facts = {name: value for name, value in data.items() if value != ""}
    OfficeEvent.objects.create(office=office, at=now, kind=kind, by=by, person=person, data=json.dumps(facts, sort_keys=True))


@transaction.atomic
def enter(person, *, chamber, first_name, last_name, state, district=None, now):
    """Enter an office that is not in the roster. Nobody can choose it from the list until a site admin accepts it.

    People who enter the same Member and seat mean the same office, also one of the roster, so that no name can come on a letter
    twice.
    """
    first_name = clean_line(first_name, field="First name", max_length=100)
    last_name = clean_line(last_name, field="Last name", max_length=100)
    seat = {"chamber": chamber, "state": state, "district": district if chamber == Office.Chamber.HOUSE else None}
    names = {"first_name": first_name, "last_name": last_name, "name": f"{first_name} {last_name}"}
    entered = of_that_name(names, Office.objects.sitting().filter(**seat).order_by("-bioguide", "pk"))
    if entered is None:
        entered = Office.objects.create(entered_at=now, entered_by=person, **seat, **names)
        note(entered, Kind.ENTERED, person, now)
    return entered


def of_that_name(names, among):
    """The first that has these names, however they are capitalized: databases fold ASCII letters alone."""
    wanted = [names[part].casefold() for part in ("first_name", "last_name")]
    return next((office for office in among if [office.first_name.casefold(), office.last_name.casefold()] == wanted), None)


@transaction.atomic
def accept(office, by, *, now):
    """Take an office that a person entered into the list from which everybody chooses."""
    office = locked(office)
    if not permissions.is_site_admin(by):
        raise Refused("Only a site admin accepts an office that is not in the roster.")
    if office.entered_at and not office.accepted_at:
        office.accepted_at, office.accepted_by = max(now, office.entered_at), by
        office.save(update_fields=["accepted_at", "accepted_by"])
        note(office, Kind.ACCEPTED, by, now)
    return office


@transaction.atomic
def sign_as(office, by, *, name="", title="", now):
    """Set how the Member signs from now on; empty is as in the roster. Names on letters signed before stay as they are."""
    office = locked(office)
    unless_manages(by, office)
    name, title = (
        clean_line(text, field=field, max_length=size)
        for text, field, size in ((name, "Signing name", 200), (title, "Title", 100))
    )
    if (name, title) != (office.signing_name, office.signing_title):
        note(office, Kind.SIGNING_NAME, by, now, old=f"{office.printed_name}, {office.title}", name=name, title=title)
        office.signing_name, office.signing_title = name, title
        office.save(update_fields=["signing_name", "signing_title"])


@transaction.atomic
def name_signers(office, places, by, *, only, now):
    """Say whether only named people sign for the office, and who they are: confirmed places of signers and managers."""
    office = locked(office)
    unless_manages(by, office)
    chosen = {place.pk for place in places}
    rows = list(office.memberships.answering().select_for_update(of=["self"]).order_by("pk"))
    if only and not any(row.pk in chosen for row in rows):
        raise Refused("Name at least one person who may sign, or let every signer and manager sign.")
    for row in rows:
        if row.named_signer != (row.pk in chosen):
            row.named_signer = row.pk in chosen
            row.save(update_fields=["named_signer"])
    office.named_signers_only = only
    office.save(update_fields=["named_signers_only"])
    note(office, Kind.SIGNERS, by, now, only=only, people=[row.person_id for row in rows if row.named_signer])


@transaction.atomic
def put_image(office, data, by, *, kind=OfficeImage.Kind.SIGNATURE, now):
    """Put an image on file in place of any other of its kind. `data` is an uploaded PNG. Letters keep the one they have."""
    office = locked(office)
    unless_manages(by, office)
    try:
        image = images.read(data, kind)
    except images.ImageError as error:
        raise Refused(str(error)) from None
    take_off(office, kind, by, now)
    facts = {"kind": kind, "png": image.png, "sha256": image.sha256, "width": image.width, "height": image.height}
    found = OfficeImage.objects.create(office=office, added_at=now, added_by=by, **facts)
    note(office, Kind.IMAGE, by, now, sha256=image.sha256, name=OfficeImage.Kind(kind).label)
    return found


@transaction.atomic
def remove_image(office, by, *, kind=OfficeImage.Kind.SIGNATURE, now):
    """Take the image of this kind off file. What was signed or set with it keeps it."""
    office = locked(office)
    unless_manages(by, office)
    if take_off(office, kind, by, now):
        note(office, Kind.IMAGE_REMOVED, by, now, name=OfficeImage.Kind(kind).label)


def take_off(office, kind, by, now):
    return office.images.filter(kind=kind, removed_at=None).update(removed_at=now, removed_by=by)

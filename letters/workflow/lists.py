"""The lists of offices that an office keeps for its letters: caucuses, delegations, friends of a bill."""

from django.db import transaction

from letters import permissions
from letters.models import OfficeList
from letters.text.html import clean_line

from .offices import locked
from .refusal import Refused


@transaction.atomic
def keep(office, person, *, name, offices, now):
    """Make a list of the office's own, under a name that none of its lists has."""
    office = locked(office)
    unless_keeps(person, office)
    name = free_name(office, name)
    kept = OfficeList.objects.create(keeper=office, name=name, changed_at=now, changed_by=person)
    kept.offices.set(offices)
    return kept


@transaction.atomic
def change(kept, person, *, name, offices, now):
    """Give the list another name and other offices, in full. Letters whose offices were chosen by it stay as they are."""
    office = locked(kept.keeper)
    unless_keeps(person, office)
    kept = still_kept(kept)
    kept.name = free_name(office, name, apart_from=kept)
    kept.changed_at, kept.changed_by = now, person
    kept.save()
    kept.offices.set(offices)
    return kept


@transaction.atomic
def remove(kept, person):
    """Forget the list. Letters whose offices were chosen by it stay as they are."""
    unless_keeps(person, locked(kept.keeper))
    still_kept(kept).delete()


def unless_keeps(person, office):
    if not permissions.may_keep_lists(person, office):
        raise Refused(f"Only signers and managers of the office of {office.label} keep its lists.")


def still_kept(kept):
    found = OfficeList.objects.filter(pk=kept.pk).first()
    if found is None:
        raise Refused(f"The list “{kept.name}” was removed meanwhile. Make a new one.")
    return found


def free_name(office, name, apart_from=None):
    name = clean_line(name, field="Name", max_length=200)
    same = office.lists.filter(name=name)
    if (same.exclude(pk=apart_from.pk) if apart_from else same).exists():
        raise Refused(f"The office keeps a list named “{name}” already. Give this one another name.")
    return name

"""Why a verb does not act, in sentences fit for the people who asked."""

from letters.models import Letter, Membership


class Refused(Exception):
    """A verb was refused. The message is a sentence for the person who asked; nothing was changed."""


class StaleText(Refused):
    """The text was changed after the person read it."""


LOCKED = "The letter is locked. Nothing about it can change any more."


def unless_open(letter):
    if letter.status == Letter.Status.DRAFT:
        raise Refused("The letter is still a draft. It has to be circulated first.")
    if letter.is_locked:
        raise Refused(LOCKED)


def if_locked(letter):
    if letter.is_locked:
        raise Refused(LOCKED)


def place_of(person, office, *, confirmed=True):
    """The person's place in the office with the right to sign, its row locked so that it cannot end meanwhile."""
    places = Membership.objects.select_for_update().live().signers().filter(person=person, office=office)
    place = (places.confirmed() if confirmed else places).first()
    if place is None or not person.is_active:
        raise Refused(f"You do not act for the office of {office.label}. Ask a manager of that office for a place.")
    return place

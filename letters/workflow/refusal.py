"""Why a verb does not act, in sentences fit for the people who asked."""

from letters import permissions
from letters.models import Letter, Membership
from letters.models.zone import zones


class Refused(Exception):
    """A verb was refused. The message is a sentence for the person who asked; nothing was changed.

    `beside` says what is wrong with each thing that was given to the verb, by its name, where the refusal is about such.
    """

    def __init__(self, sentence, beside=()):
        super().__init__(sentence)
        self.beside = beside if isinstance(beside, dict) else dict.fromkeys(beside, sentence)


class StaleText(Refused):
    """The text was changed after the person read it."""


class StaleCopy(Refused):
    """Somebody else saved the text in the works after the person began to edit it."""


LOCKED = "The letter is locked. Nothing about it can change any more."


def unless_open(letter):
    if letter.status == Letter.Status.DRAFT:
        raise Refused("The letter is still a draft. It has to be circulated first.")
    if letter.is_locked:
        raise Refused(LOCKED)


def if_locked(letter):
    if letter.is_locked:
        raise Refused(LOCKED)


def unless_zone(zone):
    if zone not in zones():
        raise Refused(f"There is no time zone named {zone}. Use a name such as America/New_York.")


def place_of(person, office, *, confirmed=True):
    """The person's place in the office with the right to sign, its row locked so that it cannot end meanwhile."""
    places = Membership.objects.select_for_update().live().signers().filter(person=person, office=office)
    place = (places.confirmed() if confirmed else places).first()
    if place is None or not person.is_active:
        raise Refused(f"You do not act for the office of {office.label}. Ask a manager of that office for a place.")
    place.person, place.office = person, office
    return place


def unless_named(place):
    """Where the office lets only named people sign, the person must be one of them."""
    office = type(place.office).objects.get(pk=place.office_id)  # as it is now that the place's row is locked
    if office.named_signers_only and not (place.is_confirmed and place.named_signer):
        named = office.memberships.answering().filter(named_signer=True).select_related("person").order_by("pk")
        names = ", ".join(str(row.person) for row in named)
        if not names:
            raise Refused(f"Nobody whom the office of {office.label} has named to sign is left. Ask a manager to name somebody.")
        raise Refused(f"The office of {office.label} lets only the people sign whom it has named: {names}. Ask one of them.")


def unless_manages(by, office):
    if not permissions.may_manage(by, office):
        raise Refused(f"Only a manager of the office of {office.label} or a site admin does this.")

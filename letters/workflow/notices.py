"""The mail queue: rows written with their cause, each at most once. `delivery` sends them, `reminders` plans its own."""

from collections import defaultdict

from letters.models import Membership, Notice

Kind = Notice.Kind


def tell(kind, people, *, now, about, letter=None, office=None, **refs):
    """Queue one mail to each person (a User) or address (a string). `about` names the cause, so that it is told once."""
    for person in people:
        address = person if isinstance(person, str) else person.email
        if address:
            yield Notice(
                kind=kind,
                key=Notice.make_key(kind, letter.pk if letter else "", office.pk if office else "", address, about),
                letter=letter,
                office=office,
                person=None if isinstance(person, str) else person,
                address=address,
                created_at=now,
                due_at=now,
                **refs,
            )


def queue(*batches):
    """Write the notices that do not exist yet."""
    rows = [notice for batch in batches for notice in batch]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)


def people_of(offices):
    """Office id → the people who answer for it; one query for all the offices."""
    places = Membership.objects.answering().filter(office__in=offices)
    people = defaultdict(list)
    for place in places.select_related("person").order_by("person"):
        people[place.office_id].append(place.person)
    return people


def readers(office, invitee=None, people=None):
    """Whom mail for an office goes to: its people, or the contact of its invitation while it has none.

    For many offices ask `people_of` once and give its answer as `people`.
    """
    found = list(office.people()) if people is None else people[office.pk]
    return found or ([invitee.contact] if invitee and invitee.contact else [])


def lead_people(letter):
    return list({person for people in people_of(letter.lead_offices()).values() for person in people})


def to_signers(kind, letter, signatures, *, now, about):
    """To the people of each office that signed, and to whoever signed for it."""
    signatures = list(signatures.select_related("office", "signed_by"))
    people = people_of({signature.office_id for signature in signatures})
    for signature in signatures:
        refs = {"letter": letter, "office": signature.office, "signature": signature}
        yield from tell(kind, {signature.signed_by, *readers(signature.office, None, people)}, now=now, about=about, **refs)


def invitation(letter, invitee, now, people=None):
    """The office's first mail about the letter."""
    told = {"letter": letter, "office": invitee.office, "now": now, "about": "invited"}
    return tell(Kind.INVITATION, readers(invitee.office, invitee, people), **told)

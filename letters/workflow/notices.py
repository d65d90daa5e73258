"""The mail queue: rows written with their cause, each at most once. `delivery` sends them, `reminders` plans its own."""

from collections import defaultdict

from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Lower

from letters.models import Membership, Notice, Suppression

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


def people_of(offices, *, now):
    """Office id → the people to whom the office's mail goes at `now`; one query for all the offices.

    Those are the people who answer for it; alternates while all others are away or their addresses come back; and everybody
    where nobody else is left, so that no office is left unreached.
    """
    places = Membership.objects.answering().filter(office__in=offices).select_related("person").order_by("person")
    address = {"address": Lower(OuterRef("person__email"))}
    places = places.annotate(
        away_until=F("person__mail_settings__away_until"), gone=Exists(Suppression.objects.standing().filter(**address))
    )
    ranks = defaultdict(lambda: ([], [], []))
    for place in places:
        reached = not place.gone and not (place.away_until and place.away_until > now)
        first, alternates, everybody = ranks[place.office_id]
        everybody.append(place.person)
        if reached:
            (alternates if place.alternate else first).append(place.person)
    people = defaultdict(list)
    people |= {office: first or alternates or everybody for office, (first, alternates, everybody) in ranks.items()}
    return people


def readers(office, invitee=None, people=None, *, now):
    """Whom mail for an office goes to at `now`: its people, or the contact of its invitation while it has none.

    For many offices ask `people_of` once and give its answer as `people`.
    """
    found = (people_of([office], now=now) if people is None else people)[office.pk]
    return found or ([invitee.contact] if invitee and invitee.contact else [])


def lead_people(letter, *, now):
    return list({person for people in people_of(letter.lead_offices(), now=now).values() for person in people})


def to_signers(kind, letter, signatures, *, now, about):
    """To the people of each office that signed, and to whoever signed for it; not to who only entered its yes at the lead's."""
    signatures = list(signatures.select_related("office", "signed_by"))
    people = people_of({signature.office_id for signature in signatures}, now=now)
    for signature in signatures:
        refs = {"letter": letter, "office": signature.office, "signature": signature}
        signer = [] if signature.is_entered else [signature.signed_by]
        told = {*signer, *readers(signature.office, None, people, now=now)}
        yield from tell(kind, told, now=now, about=about, **refs)


def invitation(letter, invitee, now, people=None):
    """The office's first mail about the letter."""
    told = {"letter": letter, "office": invitee.office, "now": now, "about": "invited"}
    return tell(Kind.INVITATION, readers(invitee.office, invitee, people, now=now), **told)

"""One line of history for every change, chained by hash."""

from letters.models import Event
from letters.models.event import CHAIN_START, canonical_json


def record(letter, kind, *, now, person=None, office=None, place=None, shown=False, **data):
    """Append an event to the letter, whose row the caller holds. `shown`: the PDF shows the change, so it is due anew.

    `place` is the person's place in the office for which they acted: it stands for person and office, and its role is kept.
    """
    if place is not None:
        person, office = place.person, place.office
        data["role"] = place.acts_as
    if person is not None and person.signed_in_with:
        data["signed_in_with"] = person.signed_in_with
    event = Event(
        letter=letter,
        seq=letter.event_no + 1,
        at=now,
        kind=kind,
        person=person,
        office=office,
        data=canonical_json(data),
        prev=letter.head_hash or CHAIN_START,
    )
    event.hash = event.computed_hash()
    event.save(force_insert=True)
    letter.event_no, letter.head_hash = event.seq, event.hash
    if shown:
        # A new state gets a fresh chance, however often the last one failed to render.
        letter.state_no += 1
        letter.render_attempts, letter.render_after, letter.render_error = 0, None, ""
    letter.save()
    return event

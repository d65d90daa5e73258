"""One line of history for every change, chained by hash."""

from letters.models import Event
from letters.models.event import CHAIN_START, canonical_json


def record(letter, kind, *, now, person, office=None, shown=False, **data):
    """Append an event to the letter, whose row the caller holds. `shown`: the PDF shows the change, so it is due anew."""
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

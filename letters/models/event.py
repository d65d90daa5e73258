"""The append-only, hash-chained history of a letter."""

import datetime
import hashlib
import json

from django.db import models

from .letter import Letter
from .office import Office, User

CHAIN_START = "0" * 64


def canonical_json(value) -> str:
    """One text for one value: sorted keys, no spaces, no escapes. Strings, integers, booleans, null, lists and objects only."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


class Event(models.Model):
    """One line of a letter's history. Nothing in it names a person: people are numbers, so they can be forgotten later."""

    class Kind(models.TextChoices):
        CREATED = "created", "made the letter"
        REVISED = "revised", "changed the text"
        CORRECTED = "corrected", "corrected the text"
        EDIT_PROPOSED = "edit-proposed", "proposed an edit"
        EDIT_DECIDED = "edit-decided", "answered a proposed edit"
        ARRANGED = "arranged", "changed how signers are ordered and shown"
        CIRCULATED = "circulated", "circulated the letter"
        LISTED = "listed", "chose whom to invite"
        SCHEDULED = "scheduled", "scheduled the circulation"
        INVITED = "invited", "invited"
        LINK_REPLACED = "link-replaced", "replaced the link"
        WROTE = "wrote", "wrote to the offices"
        REMINDERS = "reminders", "chose when to remind"
        SIGNED = "signed", "signed on"
        ENTERED = "entered", "entered the yes of"
        REAFFIRMED = "reaffirmed", "re-affirmed"
        ASKED_AGAIN = "asked-again", "asked early signers again"
        CONFIRMED = "confirmed", "confirmed the signature of"
        REFUSED = "refused", "did not confirm the signature of"
        WITHDREW = "withdrew", "withdrew"
        DECLINED = "declined", "declined"
        CONDITION = "condition", "would sign if"
        CONDITION_ANSWERED = "condition-answered", "answered the condition of"
        DEADLINE_ASKED = "deadline-asked", "asked for more time"
        DEADLINE_DECIDED = "deadline-decided", "answered a request for more time"
        DEADLINE_MOVED = "deadline-moved", "moved the deadline"
        OUTAGE = "outage", "had time added after an outage"
        LOCK_ANNOUNCED = "lock-announced", "announced the lock"
        LOCKED = "locked", "locked the letter"
        SEALED = "sealed", "stored the final PDF"

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=20, choices=Kind)
    person = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    office = models.ForeignKey(Office, models.PROTECT, null=True, related_name="+")
    data = models.TextField(default="{}", help_text="Canonical JSON.")
    prev = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["letter", "seq"]
        constraints = [models.UniqueConstraint(fields=["letter", "seq"], name="events_are_numbered")]

    def __str__(self):
        return f"event {self.seq} of {self.letter}"

    def record(self):
        """What is hashed, as JSON types. `at` is UTC with microseconds."""
        return {
            "letter": self.letter.ref,
            "seq": self.seq,
            "at": self.at.astimezone(datetime.UTC).isoformat(timespec="microseconds"),
            "kind": self.kind,
            "person": self.person_id,
            "office": self.office_id,
            "data": json.loads(self.data),
            "prev": self.prev,
        }

    def computed_hash(self):
        return hashlib.sha256(b"\0" + canonical_json(self.record()).encode()).hexdigest()

    @property
    def details(self):
        return json.loads(self.data)

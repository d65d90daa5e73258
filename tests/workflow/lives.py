"""Letters at later moments of their lives, brought there by the verbs, and pictures of all rows to compare."""

from contextlib import contextmanager

import pytest
from django.apps import apps
from django.utils import timezone

from letters.models import Letter, Notice
from letters.workflow import Refused, locking, people, rendering
from tests import factories

PDF = b"%PDF-1.7 a letter"
AMBER = ("reaffirm", "age", "awaiting", "requests", "conditions", "edits", "import", "copy", "time", "announced", "roster")
AMBER += ("doubles", "leads")
REASONS = dict.fromkeys(AMBER, "The office was called.")


def again(letter):
    return Letter.objects.get(pk=letter.pk)


def publish(letter, pdf=PDF, *, now=None):
    """Store the PDF that is due, as the worker does; the bytes are not looked at by any rule."""
    now = now or timezone.now()
    rendition = rendering.publish(rendering.claim(letter.pk, now=now), pdf, renderer="none", now=now)
    letter.refresh_from_db()
    return rendition


def lock(letter, person=None, *, now=None, reasons=REASONS):
    """Lock the letter as it stands now, its PDF made current first."""
    now = now or timezone.now()
    letter.refresh_from_db()
    if not letter.pdf_is_current:
        publish(letter, now=now)
    person = person or letter.created_by
    locked = locking.lock(letter, person, head_hash=letter.head_hash, reasons=reasons, now=now)
    letter.refresh_from_db()
    return locked


def locked_letter(*, signers=1, sealed=True, **fields):
    letter = factories.make_letter(**fields)
    for _ in range(signers):
        factories.sign(letter)
    lock(letter)
    if sealed:
        publish(letter)
    return letter


def asking_person(office, *, now=None):
    """A person with a confirmed address whose place in the office is only asked for."""
    person = factories.make_person()
    people.ask_to_join(person, office, now=now or timezone.now() - factories.DAY)
    return person


def place_of(person):
    """The person's only place."""
    return person.memberships.live().get()


def told(kind):
    """Addresses of all notices of this kind."""
    return sorted(Notice.objects.filter(kind=kind).values_list("address", flat=True))


def history(office):
    """The kinds of events of the office's own history."""
    return list(office.history.values_list("kind", flat=True))


def rows():
    """Every row of every table of the app, to be compared whole."""
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in apps.get_app_config("letters").get_models()}


@contextmanager
def refused(sentence):
    """What is tried inside is refused with this sentence, and every row is afterwards what it was."""
    before = rows()
    with pytest.raises(Refused) as refusal:
        yield
    assert str(refusal.value) == sentence
    assert rows() == before

"""Letters at later moments of their lives, brought there by the verbs, and pictures of all rows to compare."""

from django.apps import apps
from django.utils import timezone

from letters.models import Letter
from letters.workflow import locking, people, rendering
from tests import factories

PDF = b"%PDF-1.7 a letter"
AMBER = ("reaffirm", "awaiting", "requests", "time", "roster")
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


def rows():
    """Every row of every table of the app, to be compared whole."""
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in apps.get_app_config("letters").get_models()}

"""What a person chooses about their mail: kinds, letters, quiet hours, away. It belongs to the person, whose row is locked."""

from django.db import transaction

from letters.models import MailSettings, Membership, MutedLetter, Notice, OfficeEvent, User

from . import wake
from .offices import locked, note
from .refusal import Refused, unless_manages, unless_zone

MUTED = "the person has muted these mails"


def own(person):
    """The person's row, locked until the transaction ends, so that two choices follow one another."""
    return User.objects.select_for_update(no_key=True).get(pk=person.pk)


@transaction.atomic
def choose(person, *, muted=(), quiet_from=None, quiet_until=None, zone="America/New_York", away_until=None, now):
    """Put these choices in place of those before. Times are of day, on the clock of `zone`; `away_until` is an instant."""
    if not set(muted) <= set(Notice.MUTABLE):
        raise Refused("One of these kinds of mail is always sent. Choose from those shown.")
    if (quiet_from is None) != (quiet_until is None):
        missing = "quiet_from" if quiet_from is None else "quiet_until"
        raise Refused("Quiet hours need a beginning and an end. Give both, or neither.", [missing])
    if quiet_from is not None and quiet_from == quiet_until:
        raise Refused("Quiet hours cannot end when they begin. Choose another time for one of the two.", ["quiet_until"])
    unless_zone(zone)
    if away_until and away_until <= now:
        raise Refused("The day on which you are back has come already. Choose a later one, or leave it empty.", ["away_until"])
    kinds = " ".join(kind for kind in Notice.MUTABLE if kind in muted)
    hours = {"quiet_from": quiet_from, "quiet_until": quiet_until, "zone": zone}
    own(person)
    MailSettings.objects.update_or_create(person=person, defaults={"muted": kinds, "away_until": away_until, **hours})
    # What waits for the end of quiet hours as they were is due now: sending it asks for those that hold from now on.
    if Notice.objects.waiting().filter(person=person, due_at__gt=now).update(due_at=now):
        wake.after_commit(mail=True)


@transaction.atomic
def mute_kind(person, kind, *, now):
    """Send the person no more mails of this kind. Muting twice is muting once."""
    if kind not in Notice.MUTABLE:
        raise Refused("Mails of this kind are always sent.")
    own(person)
    settings, _ = MailSettings.objects.get_or_create(person=person)
    if kind not in settings.muted_kinds:
        settings.muted = " ".join([*settings.muted_kinds, kind])
        settings.save(update_fields=["muted"])


@transaction.atomic
def mute_letter(person, letter, *, now):
    """Send the person no more mail about the letter but what concerns a signature or an answer of their own."""
    own(person)
    MutedLetter.objects.get_or_create(person=person, letter=letter, defaults={"muted_at": now})


@transaction.atomic
def unmute_letter(person, letter, *, now):
    """Send mail about the letter again. What was not sent meanwhile stays unsent."""
    own(person)
    MutedLetter.objects.filter(person=person, letter=letter).delete()


@transaction.atomic
def choose_alternate(place, by, *, alternate, now):
    """Say whether the office's mail goes to this person always, or only while nobody else of the office can be reached."""
    office = locked(place.office)
    unless_manages(by, office)
    found = Membership.objects.select_for_update(of=["self"]).answering().filter(pk=place.pk).select_related("person").first()
    if found is None:
        raise Refused("Mail goes only to people who sign for the office and whose places are confirmed.")
    if found.alternate != alternate:
        found.alternate = alternate
        found.save(update_fields=["alternate"])
        how = "only while nobody else can be reached" if alternate else "always"
        note(office, OfficeEvent.Kind.ALTERNATE, by, now, person=found.person, how=how)
    return found


# --- asked when mail is planned and when it is sent ---


def reason_against(notice):
    """Why the person does not want this mail, or an empty string. What concerns their own signature is sent in any case."""
    if notice.person_id is None or notice.kind not in Notice.MUTABLE:
        return ""
    if notice.signature and notice.signature.signed_by_id == notice.person_id:
        return ""
    return MUTED if muted_by([notice.person], notice.kind, [notice.letter])(notice.person, notice.letter) else ""


def muted_by(people, kind, letters):
    """Whether a person has muted the kind or a letter, as a function of the two; two queries for all of them."""
    settings = MailSettings.objects.filter(person__in=people).exclude(muted="")
    by_kind = {row.person_id for row in settings if kind in row.muted_kinds}
    of_letters = MutedLetter.objects.filter(person__in=people, letter__in=[letter for letter in letters if letter])
    by_letter = set(of_letters.values_list("person", "letter"))
    return lambda person, letter: person.pk in by_kind or (letter is not None and (person.pk, letter.pk) in by_letter)

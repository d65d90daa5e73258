"""Review and lock. There is no unlock."""

import datetime
import hashlib
from collections import defaultdict
from dataclasses import dataclass

from django.db import transaction

from letters.models import Event, Letter, Notice, WorkingCopy
from letters.models.event import canonical_json
from letters.text.characters import TextError, clean_text

from . import notices, wake
from .deadlines import unless_far
from .history import record
from .refusal import Refused, unless_open

FRESH_FOR = datetime.timedelta(days=30)
NOTICE = datetime.timedelta(hours=1)  # the shortest between the announcement of a lock and the lock
TYPE_WHY = "Type why you lock all the same."
GREEN, AMBER, RED = "green", "amber", "red"


@dataclass(frozen=True)
class Check:
    """One line of the lock review. Amber asks for a typed reason, red bars the lock."""

    name: str
    level: str
    sentence: str


def review(letter, *, now):
    """The checks before a lock, in the order in which they are shown."""
    return [
        check_signers(letter),
        check_leads(letter),
        check_reaffirming(letter),
        check_age(letter, now),
        check_awaiting(letter),
        check_requests(letter),
        check_conditions(letter),
        check_edits(letter),
        check_import(letter),
        check_copy(letter),
        check_time(letter, now),
        check_announced(letter, now),
        check_roster(letter),
        check_doubles(letter),
        check_pdf(letter),
    ]


def asking(checks):
    """Those of the checks that ask for a reason."""
    return [check for check in checks if check.level == AMBER]


def check_signers(letter):
    count = letter.signatures.printed().count()
    if not count:
        return Check("signers", RED, "Nobody has signed. A letter without signers cannot be locked.")
    return Check("signers", GREEN, f"{count} {'Member has' if count == 1 else 'Members have'} signed.")


def check_leads(letter):
    signed = set(letter.signatures.printed().values_list("office", flat=True))
    names = [office.label for office in letter.lead_offices() if office.pk not in signed]
    if names:
        sentence = f"{'Leads' if len(names) == 1 else 'Lead'} the letter and will not be printed as a signer: {', '.join(names)}."
        return Check("leads", AMBER, sentence)
    return Check("leads", GREEN, "Whoever leads the letter has signed it.")


def check_reaffirming(letter):
    names = [signature.name for signature in letter.signatures.to_reaffirm().given()]
    if names:
        return Check("reaffirm", AMBER, f"Signed an earlier text and will not be printed: {', '.join(names)}.")
    return Check("reaffirm", GREEN, "Everyone whose signature is confirmed has signed this text.")


def check_age(letter, now):
    """Letters have gone out with names that were given months before, and had to be called back."""
    early = letter.signatures.printed().affirmed_before(now - FRESH_FOR)
    names = [signature.name for signature in early]
    if names:
        return Check("age", AMBER, f"Said yes more than {FRESH_FOR.days} days ago: {', '.join(names)}. You can ask them again.")
    return Check("age", GREEN, f"Everyone said yes within the last {FRESH_FOR.days} days.")


def check_awaiting(letter):
    names = [signature.name for signature in letter.signatures.awaiting()]
    if names:
        return Check("awaiting", AMBER, f"Await confirmation and will not be printed: {', '.join(names)}.")
    return Check("awaiting", GREEN, "No signature awaits confirmation.")


def check_requests(letter):
    names = [asked.office.label for asked in letter.deadline_requests.pending().select_related("office")]
    if names:
        return Check("requests", AMBER, f"Asked for more time and have no answer: {', '.join(names)}.")
    return Check("requests", GREEN, "No request for more time is waiting.")


def check_conditions(letter):
    conditional = letter.invitees.conditional().select_related("office").order_by("office__last_name", "pk")
    names = [invitee.office.label for invitee in conditional]
    if names:
        return Check("conditions", AMBER, f"Would sign on a condition and have not decided: {', '.join(names)}.")
    return Check("conditions", GREEN, "No office makes its signature depend on something that is open.")


def check_edits(letter):
    names = sorted({edit.office.label for edit in letter.proposed_edits.pending().select_related("office")})
    if names:
        return Check("edits", AMBER, f"Proposed other words and have no answer: {', '.join(names)}.")
    return Check("edits", GREEN, "No proposed edit is waiting.")


def check_import(letter):
    report = letter.import_reports.order_by("pk").last()  # an earlier one is of a text that it replaced
    count = len(report.doubts) if report and not report.checked_at else 0
    if count:
        points = "1 point that nobody has" if count == 1 else f"{count} points that nobody has"
        return Check("import", AMBER, f"When the text was imported, it had {points} marked as checked.")
    return Check("import", GREEN, "Nothing about the import of the text is left to check.")


def check_copy(letter):
    copy = WorkingCopy.objects.filter(letter=letter).first()
    if copy and copy.text() != letter.revision.text():
        return Check("copy", AMBER, "A changed text is in the works. It was not published, so it is not what is locked.")
    return Check("copy", GREEN, "No unpublished change of the text is in the works.")


def check_time(letter, now):
    waiting = letter.invitees.waiting().select_related("office")
    count = sum(1 for invitee in waiting if letter.deadline_for(invitee) > now)
    if count:
        offices = "1 invited office has" if count == 1 else f"{count} invited offices have"
        return Check("time", AMBER, f"{offices} not answered and still {'has' if count == 1 else 'have'} time.")
    return Check("time", GREEN, "No office that has not answered has time left.")


def check_announced(letter, now):
    """Whether the signers were told when the letter is locked, and of this text, and that moment has come."""
    if not letter.lock_announced_at:
        return Check("announced", AMBER, "The signers were not told that the letter will be locked.")
    if letter.lock_announced_text.substance != letter.revision.substance:
        return Check("announced", AMBER, "The text was changed after the lock was announced: the signers were told of another.")
    if now < letter.lock_expected_at:
        return Check("announced", AMBER, "The moment that the signers were told of has not come: they may still withdraw.")
    if missed := names_not_reached(letter):
        sentence = f"No mail about the lock has reached {', '.join(missed)}. The mails of the letter say why; or call the office."
        return Check("announced", AMBER, sentence)
    return Check("announced", GREEN, "The signers were told of the lock and of this text, and its moment has come.")


def names_not_reached(letter):
    """Names of the signatures of whose offices nobody got the newest announcement of the lock."""
    mails = letter.notices.filter(kind=Notice.Kind.LOCK_PENDING, created_at=letter.lock_announced_at)
    reached = mails.filter(sent_at__isnull=False, bounced_at=None)
    missed = letter.signatures.standing().filter(pk__in=mails.values("signature")).exclude(pk__in=reached.values("signature"))
    return [signature.name for signature in missed.order_by("pk")]


def check_roster(letter):
    left = [signature.name for signature in letter.signatures.printed().exclude(office__left_on=None)]
    if left:
        return Check("roster", AMBER, f"Has left office since signing: {', '.join(left)}.")
    return Check("roster", GREEN, "Every signer is in office.")


def check_doubles(letter):
    """One Member can stand here twice only by an office that was entered by hand beside the roster's."""
    same = defaultdict(list)
    for signature in letter.signatures.printed().select_related("office"):
        office = signature.office
        whole_seat = office.chamber == office.Chamber.HOUSE
        same[office.seat if whole_seat else (office.state, office.last_name.casefold())].append(signature)
    by_hand = [rows for rows in same.values() if len(rows) > 1 and any(not row.office.bioguide for row in rows)]
    doubles = [" and ".join(row.name for row in rows) for rows in by_hand]
    if doubles:
        return Check("doubles", AMBER, f"Signed for one seat, so perhaps one Member twice: {'; '.join(doubles)}.")
    return Check("doubles", GREEN, "No seat has signed twice.")


def check_pdf(letter):
    if letter.render_error:
        return Check("pdf", RED, f"The PDF could not be made: {letter.render_error}")
    if not letter.pdf_is_current:
        return Check("pdf", RED, "The PDF is being made anew. Wait a moment and open this page again.")
    return Check("pdf", GREEN, "The PDF shows the letter as it stands.")


@transaction.atomic
def announce(letter, person, *, lock_at, now):
    """Tell every office that has signed when the letter will be locked, with which text: their last chance to withdraw.

    Announcing again takes the place of what was said before, and is told again; the very same again adds nothing.
    """
    letter = Letter.objects.lock(letter)
    unless_open(letter)
    if lock_at < now + NOTICE:
        raise Refused("Give the signers at least an hour to read the text and the list. Choose a later time.", ["lock_at"])
    unless_far(lock_at, now)
    signatures = letter.signatures.standing().given()
    if not signatures.exists():
        raise Refused("Nobody has signed, so there is nobody to tell.")
    announced = letter.lock_announced_text
    if letter.lock_expected_at == lock_at and announced.substance == letter.revision.substance:
        return
    letter.lock_announced_at, letter.lock_announced_by = now, person
    letter.lock_expected_at, letter.lock_announced_text = lock_at, letter.revision
    text = {"revision": letter.revision.number, "text_sha256": letter.revision.sha256}
    offices = sorted(signatures.values_list("office", flat=True))
    record(letter, Event.Kind.LOCK_ANNOUNCED, now=now, person=person, lock_at=lock_at.isoformat(), offices=offices, **text)
    about = f"entry {letter.event_no}"
    notices.queue(notices.to_signers(Notice.Kind.LOCK_PENDING, letter, signatures, now=now, about=about))
    wake.after_commit(mail=True)


@transaction.atomic
def lock(letter, person, *, head_hash, reasons=None, now):
    """Lock the letter as it was reviewed, and write its manifest: the text and the signers in printed order.

    `head_hash` is the head of the history that was reviewed: Refused when anything happened since. `reasons` maps the name of
    each amber check to why it is locked all the same; a refusal tells the first that is missing, and has them all `beside` it.
    Locking twice with the same head gives the same letter.
    """
    reasons = {name: typed(name, reason) for name, reason in (reasons or {}).items() if reason}
    letter = Letter.objects.lock(letter)
    if letter.is_locked and was_locked_at(letter, head_hash):
        return letter
    unless_open(letter)
    if head_hash != letter.head_hash:
        raise Refused("Something changed after you opened the review. Look at it again, then lock.")
    checks = review(letter, now=now)
    barring = [check for check in checks if check.level == RED]
    missing = [check for check in asking(checks) if not reasons.get(check.name)]
    if barring:
        raise Refused(barring[0].sentence)
    if missing:
        raise Refused(f"{missing[0].sentence} {TYPE_WHY}", dict.fromkeys((check.name for check in missing), TYPE_WHY))
    accepted = {check.name: {"found": check.sentence, "reason": reasons[check.name]} for check in asking(checks)}
    manifest = {"format": 1, "letter": letter.ref, "reviewed": {"seq": letter.event_no, "hash": head_hash}, **letter.contents()}
    letter.manifest = canonical_json(manifest)
    letter.manifest_sha256 = hashlib.sha256(letter.manifest.encode()).hexdigest()
    letter.status = Letter.Status.LOCKED
    letter.locked_at, letter.locked_by = now, person
    # The row turns locked with this event; what is recorded later only follows from it.
    sha = {"manifest_sha256": letter.manifest_sha256, "accepted": accepted}
    record(letter, Event.Kind.LOCKED, now=now, person=person, shown=True, signers=len(manifest["signers"]), **sha)
    signatures = letter.signatures.printed()
    notices.queue(notices.to_signers(Notice.Kind.LOCKED, letter, signatures, now=now, about="locked"))
    wake.after_commit(letter, mail=True)
    return letter


def typed(name, reason):
    try:
        return clean_text(reason, field="A reason", max_length=1000).strip()
    except TextError as error:
        raise Refused(str(error), [name]) from error


def was_locked_at(letter, head_hash):
    return letter.events.filter(kind=Event.Kind.LOCKED, prev=head_hash).exists()

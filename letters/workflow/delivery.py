"""Sending: a notice is claimed by one worker at a time, checked again, handed over, and ends sent or dropped with a reason."""

import datetime
import secrets

from django.conf import settings
from django.db.models import F

from letters import permissions
from letters.models import Invitee, Membership, Notice, Suppression

from . import digests, mail_choices, reminders

Kind = Notice.Kind
# However slow the mail server is, no other worker takes the mail meanwhile: each step may take EMAIL_TIMEOUT, and connecting and
# signing in has fewer than fifteen, as has handing over, for which the claim begins anew. Mail whose worker died waits as long.
CLAIM = 15 * datetime.timedelta(seconds=settings.EMAIL_TIMEOUT)
# Mail to people as members of the office named, or of the lead's offices: whoever has left them gets none.
TO_THE_OFFICE = (
    *(Kind.INVITATION, Kind.REMINDER, Kind.DEADLINE_MOVED, Kind.REQUEST_DECIDED, Kind.OUTAGE, Kind.CIRCULAR),
    *(Kind.REAFFIRM, Kind.CORRECTED, Kind.ASKED_AGAIN, Kind.EDIT_DECIDED, Kind.CONDITION_ANSWERED, Kind.ENTERED),
    *(Kind.LOCK_PENDING, Kind.LOCKED, Kind.JOIN_REQUEST, Kind.PLACE_TAKEN),
)
TO_THE_LEAD = (
    *(Kind.AWAITING, Kind.REQUEST_RECEIVED, Kind.EDIT_PROPOSED, Kind.CONDITION_RECEIVED),
    *(Kind.SCHEDULED, Kind.DIGEST),
)
TELL_THE_DEADLINE = (Kind.DEADLINE_MOVED, Kind.REQUEST_DECIDED, Kind.OUTAGE)
INTERRUPTED = Notice.INTERRUPTED
SAME = "the same mail went to this address for another office"
CLOSED = "the letter is no longer open"
LEFT = "the Member has left office"
PASSED = "the deadline has passed"
GIVE_UP_AFTER = datetime.timedelta(hours=48)
A_MOMENT = datetime.timedelta(seconds=1)
TRIES = 10  # so many at least, however old: the worker may have been down for days


def claim(now):
    """The next due notice, held for this worker for a while; None when there is none."""
    while True:
        notice = Notice.objects.due(now).order_by("due_at", "pk").first()
        if notice is None:
            return None
        hold = {"token": secrets.token_hex(16), "claimed_until": now + CLAIM, "attempts": F("attempts") + 1}
        held = Notice.objects.due(now).filter(pk=notice.pk).update(**hold)
        if held:
            notice.refresh_from_db()
            return notice


def reason_to_drop(notice, now):
    """Why the notice must not be sent any more, or an empty string. Asked again just before sending."""
    if notice.started_at and notice.kind in Notice.AT_MOST_ONCE and not notice.last_error:
        return INTERRUPTED
    if notice.person and not notice.person.is_active:
        return "the person's account is closed"
    if notice.person and has_left(notice):
        return "the person has left the office"
    if stopped := Suppression.objects.of(notice.address).standing().first():
        return f"mail to this address came back: {stopped.because}"[:200].rstrip(". ")
    if reason := mail_choices.reason_against(notice):
        return reason
    against = REASONS_AGAINST.get(notice.kind)
    if against and (reason := against(notice, now)):
        return reason
    if any(row.sent_at for row in of_one_cause(notice)):
        return SAME
    return Notice.GIVEN_UP if notice.attempts > TRIES and now - notice.due_at > GIVE_UP_AFTER else ""


def not_before_others(notice, now):
    """Until when the notice waits for one that was queued before it and tells the same; None when there is none.

    Whether that one is sent only shows when it is settled: its office may answer, or its worker die. As none overtakes another,
    two workers never send both.
    """
    before = next((row for row in of_one_cause(notice) if row.pk < notice.pk and not row.dropped_at), None)
    return before and max(before.due_at, before.claimed_until or now, now + A_MOMENT)


def of_one_cause(notice):
    """The other notices to the same address that tell the same for another office, in the order in which they were queued.

    Whoever has places in several offices is told once of what concerns them all, unless their deadlines differ.
    """
    causes = {
        Kind.CIRCULAR: {"kind": Kind.CIRCULAR, "circular": notice.circular},
        Kind.OUTAGE: {"kind": Kind.OUTAGE, "outage": notice.outage},
        Kind.DEADLINE_MOVED: {"kind__in": (Kind.DEADLINE_MOVED, Kind.REQUEST_DECIDED), "created_at": notice.created_at},
    }
    if notice.kind not in causes or notice.again_of_id:
        return []
    rows = Notice.objects.filter(letter=notice.letter, address__iexact=notice.address, **causes[notice.kind])
    rows = list(rows.exclude(pk=notice.pk).select_related("office").order_by("pk"))
    if notice.kind == Kind.CIRCULAR:
        return rows
    return [row for row in rows if deadline_told(row, notice.letter) == deadline_told(notice, notice.letter)]


def deadline_told(notice, letter):
    """The deadline that the mail names: the letter's own for the lead's people, of an outage, and else the office's."""
    for_lead = notice.kind == Kind.OUTAGE and notice.office in letter.lead_offices()
    return letter.deadline_at if for_lead else letter.deadline_for(letter.invitee_for(notice.office))


def has_left(notice):
    signed = notice.signature and notice.signature.signed_by_id == notice.person_id  # perhaps with a place only asked for
    places = Membership.objects.live() if signed else Membership.objects.answering()
    places = places.filter(person=notice.person)
    if notice.kind in TO_THE_LEAD:
        return not places.filter(office__in=notice.letter.lead_offices()).exists()
    return notice.kind in TO_THE_OFFICE and not places.filter(office=notice.office).exists()


def against_invitation(notice, now):
    if not notice.letter.is_open:
        return CLOSED
    if notice.office.left_on:
        return LEFT
    waiting = Invitee.objects.waiting().filter(letter=notice.letter, office=notice.office)
    return "" if waiting.exists() else "the office has answered"


def against_moved_deadline(notice, now):
    same = {"letter": notice.letter, "office": notice.office, "address": notice.address}
    newer = Notice.objects.filter(pk__gt=notice.pk, kind__in=TELL_THE_DEADLINE, dropped_at=None, **same)
    if not all(mail_choices.reason_against(other) for other in newer.select_related("person", "letter")):
        return "a later mail tells the newest deadline"
    if reason := against_invitation(notice, now):
        return reason
    return PASSED if now > notice.letter.deadline_for(notice.letter.invitee_for(notice.office)) else ""


def against_reminder(notice, now):
    if reason := against_invitation(notice, now):
        return reason
    invitee = notice.letter.invitee_for(notice.office)
    if notice.letter.deadline_for(invitee) != notice.deadline_at:
        return reminders.MOVED
    if now >= notice.deadline_at:
        return PASSED
    steps = reminders.steps_of([notice.letter])[notice.letter_id]
    if notice.step not in steps:
        return reminders.NOT_CHOSEN
    if reminders.not_before(notice, now):
        return ""
    due = reminders.step_due(notice.deadline_at, invitee.invited_at, steps, now)
    return "" if due == notice.step else "a later reminder is due"


def against_reaffirming(notice, now):
    signature = notice.signature
    needed = signature.ended_at is None and signature.needs_reaffirming and notice.letter.is_open
    return "" if needed else "nothing to re-affirm any more"


def against_corrected(notice, now):
    if notice.signature.ended_at:
        return "the signature was taken off"
    if notice.signature.needs_reaffirming:
        return "the text was changed again, and the office is asked to re-affirm"
    return "the office has said yes to the newest text" if notice.signature.revision == notice.letter.revision else ""


def against_asking_again(notice, now):
    signature = notice.signature
    needed = signature.ended_at is None and signature.is_asked_again and notice.letter.is_open
    return "" if needed else "the office has answered, or the letter is no longer open"


def against_edit(notice, now):
    if not notice.letter.is_open:
        return CLOSED
    return "" if notice.proposed_edit.is_pending else "the proposal was answered or taken back already"


def against_awaiting(notice, now):
    if not notice.letter.is_open:
        return CLOSED
    decided = notice.signature.is_confirmed or notice.signature.ended_at
    return "the signature needs no confirmation any more" if decided else ""


def against_confirmed(notice, now):
    return "the signature was taken off" if notice.signature.ended_at else ""


def against_request(notice, now):
    if not notice.letter.is_open:
        return CLOSED
    return "" if notice.request.is_pending else "the request was answered or taken back already"


def against_decided(notice, now):
    if not notice.letter.is_open:
        return CLOSED
    return LEFT if notice.office.left_on else ""


def against_outage(notice, now):
    """The lead's people are told whether their own office has answered or not."""
    if notice.letter.is_open and notice.office in notice.letter.lead_offices():
        return ""
    return against_moved_deadline(notice, now)


def against_condition(notice, now):
    if not notice.letter.is_open:
        return CLOSED
    invitee = notice.invitee
    stands = invitee.condition and invitee.condition_at == notice.created_at and not invitee.condition_answered_at
    return "" if stands else "the condition was answered, changed or taken back already"


def against_answered_condition(notice, now):
    if not notice.letter.is_open:
        return CLOSED
    stands = notice.invitee.condition_answered_at == notice.created_at
    return "" if stands else "the office has decided meanwhile, or the lead has answered anew"


def against_pending_lock(notice, now):
    if notice.letter.is_locked:
        return "the letter is locked already"
    if notice.signature.ended_at:
        return "the signature was taken off"
    return "" if notice.letter.lock_announced_at == notice.created_at else "a later mail tells when the letter will be locked"


def against_circular(notice, now):
    """A Dear Colleague asks for a yes: it comes too late when time is up, and is not for those who have answered since."""
    letter = notice.letter
    invitee = letter.invitee_for(notice.office)
    if not letter.is_open or now > letter.deadline_for(invitee):
        return CLOSED
    if notice.office.left_on:
        return LEFT
    waiting = notice.circular.to_all or letter.invitees.waiting().filter(pk=invitee.pk).exists()
    return "" if waiting else "the office has answered"


def against_join_request(notice, now):
    place = notice.membership
    return "the request to join was answered already" if place.confirmed_at or place.ended_at else ""


def against_claim(notice, now):
    if not notice.person.has_perm("letters.change_membership"):
        return "the person no longer administers the site"
    return against_join_request(notice, now)


def against_place_invitation(notice, now):
    invitation = notice.place_invitation
    if invitation.accepted_at or invitation.ended_at:
        return "the invitation was used or taken back"
    if not permissions.may_manage(invitation.invited_by, invitation.office):
        return "who invited no longer runs the people of the office"
    return "the invitation has expired" if invitation.is_expired(now) else ""


REASONS_AGAINST = {
    Kind.INVITATION: against_invitation,
    Kind.DEADLINE_MOVED: against_moved_deadline,
    Kind.REMINDER: against_reminder,
    Kind.REAFFIRM: against_reaffirming,
    Kind.CORRECTED: against_corrected,
    Kind.ASKED_AGAIN: against_asking_again,
    Kind.EDIT_PROPOSED: against_edit,
    Kind.AWAITING: against_awaiting,
    Kind.CONFIRMED: against_confirmed,
    Kind.REQUEST_RECEIVED: against_request,
    Kind.REQUEST_DECIDED: against_decided,
    Kind.OUTAGE: against_outage,
    Kind.CONDITION_RECEIVED: against_condition,
    Kind.CONDITION_ANSWERED: against_answered_condition,
    Kind.LOCK_PENDING: against_pending_lock,
    Kind.CIRCULAR: against_circular,
    Kind.DIGEST: digests.reason_against,
    Kind.JOIN_REQUEST: against_join_request,
    Kind.CLAIM: against_claim,
    Kind.PLACE_INVITATION: against_place_invitation,
    Kind.ENTERED: against_awaiting,
}


def held(notice):
    return Notice.objects.waiting().filter(pk=notice.pk, token=notice.token)


def start(notice, now):
    """Note that the mail is handed over now, and hold it anew. False when another worker holds the notice meanwhile."""
    told = {"event_no": notice.letter.event_no} if notice.kind == Kind.DIGEST else {}
    return bool(held(notice).update(started_at=now, claimed_until=now + CLAIM, last_error="", **told))


def sent(notice, now):
    held(notice).update(sent_at=now, claimed_until=None)


def drop(notice, now, reason):
    held(notice).update(dropped_at=now, dropped_because=reason, claimed_until=None)


def interrupted(notice, now, error):
    """The connection broke after the mail was begun, so nobody knows whether it got through."""
    drop(notice, now, INTERRUPTED) if notice.kind in Notice.AT_MOST_ONCE else retry(notice, now, error)


def retry(notice, now, error):
    """Try again later: after one minute, then two, four and so on up to half an hour."""
    wait = datetime.timedelta(minutes=min(2 ** min(notice.attempts - 1, 5), 30))
    held(notice).update(claimed_until=now + wait, last_error=str(error)[:500])

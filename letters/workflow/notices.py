"""The mail queue: rows written with their cause, claimed by one worker at a time, checked again when they are sent."""

import datetime
import secrets
from collections import defaultdict

from django.db.models import F, Q

from letters import permissions
from letters.models import Invitee, Letter, Membership, Notice

Kind = Notice.Kind
CLAIM = datetime.timedelta(seconds=45)
# Mail to people as members of the office named, or of the lead's offices: whoever has left them gets none.
TO_THE_OFFICE = (Kind.INVITATION, Kind.REMINDER, Kind.DEADLINE_MOVED, Kind.REAFFIRM, Kind.LOCKED, Kind.JOIN_REQUEST)
TO_THE_OFFICE += (Kind.PLACE_TAKEN, Kind.ENTERED, Kind.CORRECTED, Kind.ASKED_AGAIN, Kind.EDIT_DECIDED)
TO_THE_LEAD = (Kind.AWAITING, Kind.REQUEST_RECEIVED, Kind.EDIT_PROPOSED)
INTERRUPTED = "interrupted while sending; it may have arrived"
CLOSED = "the letter is no longer open"
GIVE_UP_AFTER = datetime.timedelta(hours=48)
# Counted back from the office's own deadline, longest first.
STEPS = {
    "3d": datetime.timedelta(days=3),
    "1d": datetime.timedelta(days=1),
    "3h": datetime.timedelta(hours=3),
}


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


# --- reminders ---


def step_due(deadline_at, invited_at, now):
    """The newest step whose moment has come, unless the office was invited after it. None when no reminder is due."""
    passed = [(at, name) for name, before in STEPS.items() if (at := deadline_at - before) <= now < deadline_at]
    at, name = max(passed, default=(None, None))
    return name if name and invited_at <= at else None


def plan_reminders(now):
    """Queue what is due of the reminders: to every office that has not answered, the newest step only, each at most once."""
    horizon = now + max(STEPS.values())
    soon = Q(letter__deadline_at__range=(now, horizon)) | Q(deadline_at__range=(now, horizon))
    waiting = Invitee.objects.waiting().filter(soon, letter__status=Letter.Status.OPEN, office__left_on=None)
    waiting = list(waiting.select_related("letter", "office"))
    people = people_of({invitee.office_id for invitee in waiting})
    due = []
    for invitee in waiting:
        deadline_at = invitee.letter.deadline_for(invitee)
        step = step_due(deadline_at, invitee.invited_at, now)
        if step:
            about = f"{step} {deadline_at.isoformat()}"
            refs = {"letter": invitee.letter, "office": invitee.office, "deadline_at": deadline_at, "step": step}
            due += tell(Kind.REMINDER, readers(invitee.office, invitee, people), now=now, about=about, **refs)
    known = set(Notice.objects.filter(key__in=[notice.key for notice in due]).values_list("key", flat=True))
    queue([notice for notice in due if notice.key not in known])


# --- sending ---


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
    against = REASONS_AGAINST.get(notice.kind)
    if against and (reason := against(notice, now)):
        return reason
    return "given up after two days of trying" if now - notice.due_at > GIVE_UP_AFTER else ""


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
    waiting = Invitee.objects.waiting().filter(letter=notice.letter, office=notice.office)
    return "" if waiting.exists() else "the office has answered"


def against_moved_deadline(notice, now):
    same = {"kind": notice.kind, "letter": notice.letter, "office": notice.office, "address": notice.address}
    if Notice.objects.filter(pk__gt=notice.pk, **same).exists():
        return "a later mail tells the newest deadline"
    return against_invitation(notice, now)


def against_reminder(notice, now):
    if reason := against_invitation(notice, now):
        return reason
    invitee = notice.letter.invitee_for(notice.office)
    if notice.letter.deadline_for(invitee) != notice.deadline_at:
        return "the deadline was moved"
    if now >= notice.deadline_at:
        return "the deadline has passed"
    return "" if step_due(notice.deadline_at, invitee.invited_at, now) == notice.step else "a later reminder is due"


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


def against_request(notice, now):
    if not notice.letter.is_open:
        return CLOSED
    return "" if notice.request.is_pending else "the request was answered or taken back already"


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
    Kind.REQUEST_RECEIVED: against_request,
    Kind.JOIN_REQUEST: against_join_request,
    Kind.CLAIM: against_claim,
    Kind.PLACE_INVITATION: against_place_invitation,
    Kind.ENTERED: against_awaiting,
}


def held(notice):
    return Notice.objects.waiting().filter(pk=notice.pk, token=notice.token)


def start(notice, now):
    """Note that the mail is handed over now. False when another worker holds the notice meanwhile."""
    return bool(held(notice).update(started_at=now, last_error=""))


def sent(notice, now):
    held(notice).update(sent_at=now, claimed_until=None)


def drop(notice, now, reason):
    held(notice).update(dropped_at=now, dropped_because=reason, claimed_until=None)


def refused(notice, now, reason, *, final):
    """The mail server refused the address: for good, or for now."""
    drop(notice, now, reason) if final else retry(notice, now, reason)


def interrupted(notice, now, error):
    """The connection broke after the mail was begun, so nobody knows whether it got through."""
    drop(notice, now, INTERRUPTED) if notice.kind in Notice.AT_MOST_ONCE else retry(notice, now, error)


def retry(notice, now, error):
    """Try again later: after one minute, then two, four and so on up to half an hour."""
    wait = datetime.timedelta(minutes=min(2 ** min(notice.attempts - 1, 5), 30))
    held(notice).update(claimed_until=now + wait, last_error=str(error)[:500])

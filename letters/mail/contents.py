"""What the templates of each kind of notice say: one function a kind, over the notice and the moment."""

import datetime

from django.conf import settings
from django.urls import reverse

from letters.models import DeadlineRequest, Event, Notice
from letters.text import diff
from letters.times import day_in_words, deadline_in_words, instant_in_words, time_until

from . import digests

Kind = Notice.Kind
LATE = datetime.timedelta(minutes=10)  # a circulation later than that is called late


def link(name, *args):
    return settings.SITE_URL + reverse(name, args=args)


def lines(text):
    return [line for line in text.splitlines() if line.strip()]


def who(person):
    return f"{person} ({person.email})" if person.email and str(person) != person.email else str(person)


def about(notice, page="letter"):
    letter = notice.letter
    return {
        "lead": letter.lead.printed_name,
        "lead_office": letter.lead.label,
        "office": notice.office.label,
        "url": link(page, letter.code),
    }


def deadline(notice, now):
    """The deadline of the notice's office as it is now."""
    letter = notice.letter
    at = letter.deadline_for(letter.invitee_for(notice.office))
    return {"deadline": deadline_in_words(at, letter.zone, now), "day": day_in_words(at, letter.zone), "passed": now > at}


def signature(notice):
    return {"name": notice.signature.name, "title": notice.signature.title, "signed_by": who(notice.signature.signed_by)}


def text(revision):
    return {"text_number": str(revision.number), "text_sha256": revision.sha256}


def entry_of(notice, *kinds):
    """The entry of the letter's history that was written in the same moment as the notice, for the same act."""
    return notice.letter.events.filter(kind__in=kinds, at=notice.created_at, office=notice.office).latest("seq")


def entry(event):
    """The hash alone: the number would tell how many have acted, those too who declined."""
    return {
        "by": who(event.person),
        "at": instant_in_words(event.at, event.letter.zone),
        "entry_hash": event.hash,
    }


def invitation(notice, now):
    return {**about(notice), **deadline(notice, now)}


def reminder(notice, now):
    left = time_until(notice.deadline_at, now, notice.letter.zone).removeprefix("in ")
    awaiting = notice.letter.signatures.awaiting().filter(office=notice.office).first()
    facts = {"awaits": awaiting is not None, "entered": awaiting is not None and awaiting.is_entered}
    return {**about(notice), **deadline(notice, now), **facts, "left": left, "so_far": so_far(notice)}


def so_far(notice):
    """What the office has done about the letter without answering it; empty for nothing that is known."""
    letter, office = notice.letter, notice.office
    invitee = letter.invitee_for(office)
    if invitee is None:
        return ""
    done = []
    if invitee.opened_at:
        done.append(f"opened the letter on {instant_in_words(invitee.opened_at, letter.zone)}")
    if invitee.condition:
        done.append("said on what condition your Member would sign")
    if letter.deadline_requests.pending().filter(office=office).exists():
        done.append("asked for more time, which the lead’s office has not answered yet")
    return "; ".join(done)


def receipt(notice, now):
    """Proof of one act: the text is the one that was signed then, whatever became of it since."""
    event = entry_of(notice, Event.Kind.SIGNED, Event.Kind.REAFFIRMED)
    texts = notice.letter.revisions.filter(sha256=event.details["text_sha256"]).order_by("number")
    read = texts.filter(created_at__lte=event.at).last() or texts.first()  # clocks of two machines differ
    facts = {**about(notice), **signature(notice), **text(read), **entry(event)}
    first = notice.signature.is_entered and notice.signature.confirmed_at == event.at  # the office's own word at last
    return {**facts, "reaffirmed": event.kind == Event.Kind.REAFFIRMED and not first, "confirmed": event.details["confirmed"]}


def withdrawal(notice, now):
    event = entry_of(notice, Event.Kind.WITHDREW)
    return {**about(notice), **signature(notice), **text(notice.signature.revision), **entry(event)}


def changed_text(notice, now):
    given = notice.signature
    signed = {"signed_number": str(given.revision.number), "entered": given.is_entered and not given.is_confirmed}
    return {**about(notice), **signature(notice), **text(notice.letter.revision), **deadline(notice, now), **signed}


def corrected_text(notice, now):
    signed, current = notice.signature.revision, notice.letter.revision
    changes = {"signed_number": str(signed.number), "summary": diff.compare(signed.text(), current.text()).summary}
    url = link("letter-changes", notice.letter.code, signed.number, current.number)
    return {**about(notice), **signature(notice), **text(current), **changes, "url": url}


def still_yes(notice, now):
    affirmed = instant_in_words(notice.signature.affirmed_at, notice.letter.zone)
    return {**about(notice), **signature(notice), "affirmed": affirmed}


def edit_proposed(notice, now):
    return {**about(notice, "desk-edits"), "proposed_by": who(notice.proposed_edit.asked_by)}


def edit_decided(notice, now):
    edit = notice.proposed_edit
    return {**about(notice), **deadline(notice, now), "taken": edit.is_taken, "answer": lines(edit.answer)}


def signature_to_confirm(notice, now):
    return {**about(notice, "desk"), **signature(notice)}


def confirmation(notice, now):
    confirmed = {"by": who(notice.signature.confirmed_by), "how": lines(notice.signature.confirmed_how)}
    return {**about(notice), **signature(notice), **confirmed}


def refusal(notice, now):
    return {**about(notice), **signature(notice), "reason": lines(notice.signature.ended_reason)}


def entered_yes(notice, now):
    entered = {"by": who(notice.signature.signed_by), "how": lines(notice.signature.entered_how)}
    return {**about(notice), **signature(notice), **deadline(notice, now), **entered}


def condition_received(notice, now):
    url = link("answer-condition", notice.letter.code, notice.invitee.pk)
    return {**about(notice), **deadline(notice, now), "said_by": who(notice.invitee.condition_by), "url": url}


def condition_answered(notice, now):
    invitee = notice.invitee
    return {**about(notice), **deadline(notice, now), "met": invitee.condition_met, "answer": lines(invitee.condition_answer)}


def shows_signers(letter, office):
    """Whether the lead shows the people of the office who has signed."""
    invited = letter.invitees.filter(office=office).exclude(invited_at=None)
    return letter.list_shown == letter.ListShown.ALL or (letter.list_shown == letter.ListShown.INVITED and invited.exists())


def pending_lock(notice, now):
    """The text and the count as they are when it is sent: a correction or a signature may have come since."""
    letter = notice.letter
    told = announced_before(notice)
    facts = {
        "lock_at": deadline_in_words(letter.lock_expected_at, letter.zone, now),
        "day": day_in_words(letter.lock_expected_at, letter.zone),
        "has_come": now >= letter.lock_expected_at,
        "signers": letter.signatures.printed().count() if shows_signers(letter, notice.office) else None,
        "must_reaffirm": notice.signature.needs_reaffirming,
        "again": told is not None,
        "new_time": told and datetime.datetime.fromisoformat(told["lock_at"]) != letter.lock_expected_at,
        "new_text": told and told["text_sha256"] != letter.revision.sha256,
    }
    return {**about(notice), **signature(notice), **text(letter.revision), **facts}


def announced_before(notice):
    """What the history has of the newest earlier announcement of a lock that was sent to the same address; None without one."""
    same = {"kind": notice.kind, "office": notice.office, "address": notice.address}
    sent = notice.letter.notices.filter(sent_at__isnull=False, created_at__lt=notice.created_at, **same)
    told = notice.letter.events.filter(kind=Event.Kind.LOCK_ANNOUNCED, at__in=sent.values("created_at")).order_by("seq").last()
    return told and told.details


def request_received(notice, now):
    asked = notice.request
    wanted = {"asked_by": who(asked.asked_by), "wanted": instant_in_words(asked.wanted_at, notice.letter.zone)}
    return {**about(notice, "desk-requests"), **deadline(notice, now), **wanted, "reason": lines(asked.reason)}


def request_decided(notice, now):
    asked = notice.request
    decision = {"granted": asked.is_granted, "for_all": asked.decision == DeadlineRequest.Decision.ALL}
    since = {"answered": answered_since(asked), "answer": lines(asked.answer)}
    return {**about(notice), **deadline(notice, now), **decision, **since}


def answered_since(asked):
    """What the office has answered since it asked for more time: `signed`, `declined`, or nothing."""
    if asked.letter.signatures.standing().given().filter(office=asked.office).exists():
        return "signed"
    return "declined" if asked.letter.invitees.filter(office=asked.office, declined_at__gte=asked.asked_at).exists() else ""


def moved_deadline(notice, now):
    return {**about(notice), **deadline(notice, now)}


def outage(notice, now):
    """To the lead's people about the letter's deadline, to others about that of their office."""
    letter, found = notice.letter, notice.outage
    for_lead = notice.office in letter.lead_offices()
    [moved] = [event.details for event in letter.events.filter(kind=Event.Kind.OUTAGE) if event.details["outage"] == found.pk]
    span = {"began": instant_in_words(found.began_at, letter.zone), "ended": instant_in_words(found.ended_at, letter.zone)}
    facts = {"for_lead": for_lead, "moved": moved["new"] != moved["old"], "own": len(moved["offices"])}
    facts["only_own"] = notice.office_id in [row["office"] for row in moved["offices"]]
    at = {"deadline": deadline_in_words(letter.deadline_at, letter.zone, now)} if for_lead else {}
    return {**about(notice, "desk" if for_lead else "letter"), **deadline(notice, now), **at, **span, **facts}


def locked_letter(notice, now):
    letter = notice.letter
    facts = {"at": instant_in_words(letter.locked_at, letter.zone), "manifest_sha256": letter.manifest_sha256}
    return {**about(notice), **signature(notice), **text(letter.revision), **facts}


def join_request(notice, now):
    office = notice.office
    return {"office": office.label, "person": who(notice.membership.person), "url": link("office", office.pk)}


def join_decision(notice, now):
    place = notice.membership
    facts = {"joined": place.is_confirmed, "was_member": place.confirmed_at is not None}
    return {"office": notice.office.label, "role": place.get_role_display(), "url": link("dashboard"), **facts}


def claim(notice, now):
    office = notice.office
    beyond_roster = office.entered_at is not None and office.accepted_at is None
    return {**join_request(notice, now), "role": notice.membership.get_role_display(), "beyond_roster": beyond_roster}


def place_invitation(notice, now):
    invitation = notice.place_invitation
    place = {"office": notice.office.label, "role": invitation.get_role_display(), "address": invitation.address}
    return {**place, "by": who(invitation.invited_by), "url": link("place-invitation", invitation.pk)}


def place_taken(notice, now):
    place = {"role": notice.membership.get_role_display(), "address": notice.place_invitation.address}
    return {**join_request(notice, now), **place}


def scheduled(notice, now):
    """What became of a circulation at a time set before, as the history has it."""
    letter = notice.letter
    kinds = (Event.Kind.CIRCULATED, Event.Kind.SCHEDULED)
    told = letter.events.filter(kind__in=kinds, at=notice.created_at).latest("seq")
    invited = letter.events.filter(kind=Event.Kind.INVITED, at=notice.created_at, seq__gt=told.seq).first()
    planned = datetime.datetime.fromisoformat(told.details["planned_at"])
    facts = {"went_out": told.kind == Event.Kind.CIRCULATED, "reason": told.details.get("reason", "")}
    facts |= {"invited": len(invited.details["offices"]) if invited else 0, "planned": instant_in_words(planned, letter.zone)}
    if told.at - planned >= LATE:
        facts["went_out_at"] = instant_in_words(told.at, letter.zone)
    if facts["went_out"]:
        facts["deadline"] = deadline_in_words(letter.deadline_at, letter.zone, now)
    return {**about(notice, "desk"), **facts}


def circular(notice, now):
    """The lead's own words, line by line; a link in them that was replaced since is the new one."""
    written, letter = notice.circular, notice.letter
    body = written.body
    for code in letter.retired_links.values_list("code", flat=True):
        body = body.replace(code, letter.code)
    return {**about(notice), "title": written.subject, "written": body.splitlines()}


def digest(notice, now):
    letter = notice.letter
    who_leads = {"lead": letter.lead.printed_name, "lead_office": letter.lead.label, "url": link("desk", letter.code)}
    return {**who_leads, **digests.facts(notice, now)}


CONTENTS = {
    Kind.INVITATION: invitation,
    Kind.REMINDER: reminder,
    Kind.RECEIPT: receipt,
    Kind.WITHDRAWAL: withdrawal,
    Kind.REAFFIRM: changed_text,
    Kind.CORRECTED: corrected_text,
    Kind.ASKED_AGAIN: still_yes,
    Kind.EDIT_PROPOSED: edit_proposed,
    Kind.EDIT_DECIDED: edit_decided,
    Kind.AWAITING: signature_to_confirm,
    Kind.CONFIRMED: confirmation,
    Kind.REFUSED: refusal,
    Kind.REQUEST_RECEIVED: request_received,
    Kind.REQUEST_DECIDED: request_decided,
    Kind.DEADLINE_MOVED: moved_deadline,
    Kind.OUTAGE: outage,
    Kind.LOCKED: locked_letter,
    Kind.JOIN_REQUEST: join_request,
    Kind.JOIN_DECIDED: join_decision,
    Kind.CLAIM: claim,
    Kind.PLACE_INVITATION: place_invitation,
    Kind.PLACE_TAKEN: place_taken,
    Kind.ENTERED: entered_yes,
    Kind.SCHEDULED: scheduled,
    Kind.CIRCULAR: circular,
    Kind.CONDITION_RECEIVED: condition_received,
    Kind.CONDITION_ANSWERED: condition_answered,
    Kind.LOCK_PENDING: pending_lock,
    Kind.DIGEST: digest,
}

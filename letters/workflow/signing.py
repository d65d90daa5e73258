"""Sign on, withdraw, decline, say on what condition; confirm or refuse a signature that awaits confirmation."""

from django.db import transaction

from letters.models import Event, Invitee, Letter, Notice, Signature

from . import notices, opening, wake
from .history import record
from .refusal import Refused, StaleText, place_of, unless_named, unless_open

Kind = Event.Kind
OFFICE_SIGNED = "A person of the office signed instead."
STAYS = "The name stays on the letter. Somebody whose place in this office is confirmed says yes again; yours is not yet."
SIGNED_ANEW = "Signed anew for the changed text."


def unless_in_time(letter, invitee, now):
    if now > letter.deadline_for(invitee):
        raise Refused("The deadline for your office has passed. Ask for more time: a grant opens the letter again for you.")


def is_admitted(letter, invitee):
    """Whether the letter is for the office: for any, or for invited ones and it is invited."""
    invited = invitee is not None and (invitee.invited_at or invitee.co_lead)
    return letter.audience == Letter.Audience.ANY or bool(invited)


def unless_admitted(letter, invitee):
    if not is_admitted(letter, invitee):
        raise Refused("This letter is for invited offices only. Ask the lead's office for an invitation.")


@transaction.atomic
def sign(letter, office, person, *, text_sha256, authority="", now):
    """Sign the office's Member on to the text that was read, or re-affirm an earlier signature for it.

    Signing again returns the signature that stands. A person whose place in the office is not confirmed yet signs awaiting
    confirmation. A confirmed person who signs where the lead entered the office's yes confirms it. `authority` is an optional
    note of the Member's word. Raises StaleText when `text_sha256` is not that of the current text, Refused when it is not
    allowed.
    """
    letter = Letter.objects.lock(letter)
    unless_open(letter)
    place = place_of(person, office, confirmed=False)
    invitee = letter.invitee_for(office)
    signature = letter.signatures.standing().filter(office=office).select_related("letter__revision", "revision").first()
    adds_nothing = signature and (signature.is_confirmed or not (place.is_confirmed or signature.is_entered))
    if adds_nothing and not (signature.needs_reaffirming or signature.is_asked_again):
        return signature
    unless_named(place)
    if adds_nothing and not (place.is_confirmed or signature.needs_reaffirming):
        raise Refused(STAYS)
    if not (signature and signature.is_confirmed):  # an office that said yes in time may say it again
        unless_admitted(letter, invitee)
        unless_in_time(letter, invitee, now)
    if office.left_on:
        raise Refused(f"{office.printed_name} has left office and can no longer sign.")
    if text_sha256 != letter.revision.sha256:
        raise StaleText("The text was changed after you opened it, so nothing was signed. Read the new text and sign again.")
    if signature and (place.is_confirmed or not (signature.is_confirmed or signature.is_entered)):
        return affirm(letter, signature, place, authority, now)
    if signature:
        make_way(letter, signature, place, now)
    signature = Signature.objects.create(
        letter=letter,
        office=office,
        revision=letter.revision,
        **as_it_prints(office),
        signed_at=now,
        signed_by=person,
        signed_as=place.acts_as,
        signed_in_with=person.signed_in_with,
        authority=authority,
        image=office.signature_image() if place.is_confirmed else None,
        confirmed_at=now if place.is_confirmed else None,
        confirmed_by=person if place.is_confirmed else None,
    )
    if place.is_confirmed or invitee is None:  # else the office's own answer stands until the signature is confirmed
        answer(letter, office, invitee)
    if place.is_confirmed:
        opening.note(letter, office, now)
    record(
        letter,
        Kind.SIGNED,
        now=now,
        place=place,
        shown=signature.is_confirmed,
        signature=signature.pk,
        **as_it_prints(office),
        authority=authority,
        confirmed=signature.is_confirmed,
        text_sha256=text_sha256,
        **pictured(signature),
    )
    told = about(signature, letter, now)
    lead = [] if signature.is_confirmed else notices.lead_people(letter, now=now)
    to_confirm = notices.tell(Notice.Kind.AWAITING, lead, **told)
    notices.queue(notices.tell(Notice.Kind.RECEIPT, [person], **told), to_confirm)
    wake.after_commit(letter, mail=True)
    return signature


def as_it_prints(office):
    return {"name": office.printed_name, "title": office.title, "state": office.state}


def make_way(letter, signature, place, now):
    """End the signature for one by somebody whose place is not confirmed, which then awaits confirmation in its stead.

    What was confirmed must not be carried to a text that nobody confirmed has read.
    """
    if signature.is_entered and not signature.is_confirmed:
        how, kind, reason = Signature.Ended.REFUSED, Kind.REFUSED, OFFICE_SIGNED
    elif signature.signed_by == place.person and signature.rests_on_the_lead:
        how, kind, reason = Signature.Ended.WITHDRAWN, Kind.WITHDREW, SIGNED_ANEW
    else:
        raise Refused("Your place in this office is not confirmed yet, so somebody else of the office has to re-affirm.")
    end(signature, how, place.person, reason, now)
    record(letter, kind, now=now, place=place, shown=signature.is_confirmed, signature=signature.pk, reason=reason)


def affirm(letter, signature, place, authority, now):
    """Bind a standing signature to the current text; a confirmed person's act confirms it too."""
    now = max(now, signature.signed_at)  # the request that waited for the letter's row may be the older one
    signature.revision = letter.revision
    signature.reaffirmed_at, signature.reaffirmed_by = now, place.person
    if place.is_confirmed:
        signature.image = signature.office.signature_image()
        answer(letter, signature.office, letter.invitee_for(signature.office))
        opening.note(letter, signature.office, now)
    if place.is_confirmed and not signature.is_confirmed:
        signature.confirmed_at, signature.confirmed_by = now, place.person
        signature.confirmed_how = Signature.BY_THE_OFFICE
    signature.save()
    record(
        letter,
        Kind.REAFFIRMED,
        now=now,
        place=place,
        shown=True,
        signature=signature.pk,
        authority=authority,
        confirmed=signature.is_confirmed,
        text_sha256=letter.revision.sha256,
        **pictured(signature),
    )
    told = about(signature, letter, now, f" entry {letter.event_no}")
    notices.queue(notices.tell(Notice.Kind.RECEIPT, [place.person], **told))
    wake.after_commit(letter, mail=True)
    return signature


def pictured(signature):
    """The signature image that goes with the signature, for the history."""
    return {"image_sha256": signature.image.sha256} if signature.image else {}


def about(signature, letter, now, cause=""):
    """What a notice says it is about; `cause` tells one act on the signature from another of the same kind."""
    cause = f"{signature.pk}{cause}"
    return {"letter": letter, "office": signature.office, "signature": signature, "now": now, "about": cause}


NO_ANSWER = {
    **dict.fromkeys(("declined_at", "declined_by", "condition_at", "condition_by", "condition_met"), None),
    **dict.fromkeys(("condition_answered_at", "condition_answered_by"), None),
    **dict.fromkeys(("decline_reason", "condition", "condition_answer"), ""),
}


def answer(letter, office, invitee, **answer):
    """Put the office's answer on its row, in place of any earlier one; make the row for an office that came by the link."""
    if invitee is None:
        invitee = Invitee(letter=letter, office=office)
    for field, value in (NO_ANSWER | answer).items():
        setattr(invitee, field, value)
    invitee.save()
    return invitee


@transaction.atomic
def withdraw(letter, office, person, *, reason="", now):
    """Take the office's signature off again. Allowed until the lock, also after the deadline.

    Somebody whose place is not confirmed may take off what they gave themselves and nobody has confirmed.
    """
    letter = Letter.objects.lock(letter)
    unless_open(letter)
    signature = letter.signatures.standing().filter(office=office).first()
    own = signature is not None and signature.signed_by == person and not signature.is_confirmed
    place = place_of(person, office, confirmed=not own)
    if signature is None:
        raise Refused(f"{office.printed_name} has not signed this letter, so there is nothing to withdraw.")
    end(signature, Signature.Ended.WITHDRAWN, person, reason, now)
    record(letter, Kind.WITHDREW, now=now, place=place, shown=True, signature=signature.pk, reason=reason)
    told = about(signature, letter, now)
    notices.queue(notices.tell(Notice.Kind.WITHDRAWAL, {person, *notices.readers(office, now=now)}, **told))
    wake.after_commit(letter, mail=True)
    return signature


def end(signature, how, person, reason, now):
    now = max(now, signature.signed_at)  # as above
    signature.ended, signature.ended_at, signature.ended_by, signature.ended_reason = how, now, person, reason
    signature.save()


@transaction.atomic
def decline(letter, office, person, *, reason="", now):
    """Say quietly that the office will not sign. Signing later takes it back."""
    letter, invitee, place = answerable(letter, office, person)
    answer(letter, office, invitee, declined_at=now, declined_by=person, decline_reason=reason)
    opening.note(letter, office, now)
    record(letter, Kind.DECLINED, now=now, place=place, reason=reason)


@transaction.atomic
def would_sign_if(letter, office, person, *, condition, now):
    """Tell the lead on what condition the office would sign, in place of what it said before.

    Saying the same again while the lead has not answered adds nothing.
    """
    if not condition.strip():
        raise Refused("Say on what condition your office would sign.")
    letter, invitee, place = answerable(letter, office, person)
    if invitee and invitee.condition == condition and invitee.condition_met is None:
        return
    invitee = answer(letter, office, invitee, condition=condition, condition_at=now, condition_by=person)
    opening.note(letter, office, now)
    record(letter, Kind.CONDITION, now=now, place=place, condition=condition)
    told = {"letter": letter, "office": office, "invitee": invitee, "now": now, "about": f"entry {letter.event_no}"}
    notices.queue(notices.tell(Notice.Kind.CONDITION_RECEIVED, notices.lead_people(letter, now=now), **told))
    wake.after_commit(mail=True)


@transaction.atomic
def drop_condition(letter, office, person, *, now):
    """Take the office's condition back: it has then not answered. What the lead answered to it goes with it."""
    letter, invitee, place = answerable(letter, office, person)
    if invitee is None or not invitee.condition:
        raise Refused("Your office has set no condition, so there is none to take back.")
    answer(letter, office, invitee)
    record(letter, Kind.CONDITION, now=now, place=place, taken_back=True)


def answerable(letter, office, person):
    letter = Letter.objects.lock(letter)
    unless_open(letter)
    place = place_of(person, office)
    if letter.signatures.standing().filter(office=office).exists():
        raise Refused(f"{office.printed_name} has signed this letter. Withdraw the signature first.")
    invitee = letter.invitee_for(office)
    unless_admitted(letter, invitee)
    return letter, invitee, place


# --- a yes that the lead enters, for the office to confirm ---


@transaction.atomic
def enter(letter, office, person, *, how, said_by, contact="", now):
    """Enter a yes that the lead got by phone or on paper. It is printed once somebody of the office signs.

    `how` and `said_by` are words for the history; `contact` is the address that is told while the office has no people here.
    """
    if not (how.strip() and said_by.strip()):
        raise Refused("Say how you got the yes, and who said it.")
    letter = Letter.objects.lock(letter)
    unless_open(letter)
    if office.left_on:
        raise Refused(f"{office.printed_name} has left office and can no longer sign.")
    if letter.signatures.standing().filter(office=office).exists():
        raise Refused(f"{office.printed_name} stands on this letter already.")
    invitee = letter.invitee_for(office)
    if invitee and invitee.declined_at:
        raise Refused(f"{office.printed_name} has declined here. Ask the office to change its answer itself, by signing on.")
    unless_in_time(letter, invitee, now)
    known = invitee and invitee.invited_at
    invited = {} if known else {"invited_at": now, "invited_by": person}
    invitee = answer(letter, office, invitee, **invited, **({"contact": contact} if contact else {}))
    signature = Signature.objects.create(
        letter=letter,
        office=office,
        revision=letter.revision,
        **as_it_prints(office),
        signed_at=now,
        signed_by=person,
        signed_as="lead",
        signed_in_with=person.signed_in_with,
        entered_how=f"{how}, said by {said_by}",
    )
    facts = {"signature": signature.pk, "how": signature.entered_how, "confirmed": False, "text_sha256": letter.revision.sha256}
    facts |= {"role": signature.signed_as, **as_it_prints(office)}
    record(letter, Kind.ENTERED, now=now, person=person, office=office, **facts)
    notices.queue(notices.tell(Notice.Kind.ENTERED, notices.readers(office, invitee, now=now), **about(signature, letter, now)))
    wake.after_commit(mail=True)
    return signature


# --- signatures of people whose place is not confirmed ---


@transaction.atomic
def confirm(signature, person, *, how, now):
    """Vouch for a signature that awaits confirmation, and say how it was checked."""
    if not how.strip():
        raise Refused("Say how you checked that this is the Member's office, for instance: called back.")
    letter, signature = awaiting(signature)
    if signature.is_entered:
        raise Refused("You entered this yes for the office, so the office itself confirms it: by signing on.")
    if signature.signed_by == person:
        raise Refused("You gave this signature yourself. Somebody else of the lead's office has to vouch for it.")
    unless_disowned(signature)
    invitee = letter.invitee_for(signature.office)
    if invitee.declined_at:
        raise Refused(f"{signature.name} has declined here. Ask the office to change its answer itself, by signing on.")
    answer(letter, signature.office, invitee)
    signature.confirmed_at = max(now, signature.signed_at)
    signature.confirmed_by, signature.confirmed_how = person, how
    signature.save()
    facts = {"now": now, "person": person, "office": signature.office}
    record(letter, Kind.CONFIRMED, shown=True, signature=signature.pk, how=how, **facts)
    told = about(signature, letter, now)
    people = {signature.signed_by, *notices.readers(signature.office, now=now)}
    notices.queue(notices.tell(Notice.Kind.CONFIRMED, people, **told))
    wake.after_commit(letter, mail=True)


def unless_disowned(signature):
    """The office may have refused the person since, or have said who alone signs for it."""
    try:
        unless_named(place_of(signature.signed_by, signature.office, confirmed=False))
    except Refused:
        said = "The office does not let the person sign who gave this signature. Refuse it, and ask the office to sign itself."
        raise Refused(said) from None


@transaction.atomic
def refuse(signature, person, *, reason, now):
    """Refuse a signature that awaits confirmation; the person who gave it is told why. Takes back a yes the lead entered."""
    if not reason.strip():
        raise Refused("Say why the signature is not confirmed. The person who gave it is told.")
    letter, signature = awaiting(signature)
    end(signature, Signature.Ended.REFUSED, person, reason, now)
    record(letter, Kind.REFUSED, now=now, person=person, office=signature.office, signature=signature.pk, reason=reason)
    if not signature.is_entered:
        notices.queue(notices.tell(Notice.Kind.REFUSED, [signature.signed_by], **about(signature, letter, now)))
    wake.after_commit(mail=True)


def awaiting(signature):
    letter = Letter.objects.lock(signature.letter)
    unless_open(letter)
    found = letter.signatures.awaiting().filter(pk=signature.pk).select_related("office", "signed_by", "letter").first()
    if found is None:
        raise Refused("This signature does not await confirmation any more.")
    return letter, found

"""The lines of a history in plain English."""

import datetime

from django import template

from letters.models import DeadlineRequest, Event, ProposedEdit, Signature
from letters.times import instant_in_words, step_in_words

register = template.Library()
Kind = Event.Kind


def acting(details):
    """`signer, signed in by mailed code`: in what role somebody acted and how they had proved who they are, where it is known."""
    words = {"asking": "place not confirmed", "lead": "for the lead's office"}
    role, how = details.get("role", ""), details.get("signed_in_with", "")
    return ", ".join(filter(None, [words.get(role, role), f"signed in by {how}" if how else ""]))


@register.filter
def as_sentence(event):
    """One line of a letter's history: who did what, for whom, and why."""
    if event.kind in WHOLE_SENTENCES:
        return WHOLE_SENTENCES[event.kind](event)
    details, before = event.details, "" if event.kind in (Kind.CONDITION_ANSWERED, Kind.ENTERED) else "for "
    for_whom = f" {before}{event.office.label}" if event.office else ""
    if details.get("taken_back"):
        return f"{actor(event)} took back on what condition to sign{for_whom}."
    said = [details[name] for name in ("note", "reason", "condition", "how", "answer") if details.get(name)]
    if event.kind in MORE:
        said = MORE[event.kind](details, event.letter) + said
    if event.kind == Kind.ENTERED:
        said.append("the office has to confirm it")
    if details.get("authority"):
        said.append(Signature.Authority(details["authority"]).label)
    why = "; ".join(str(part).rstrip(". ") for part in said)
    return f"{actor(event)} {event.get_kind_display()}{for_whom}{': ' if why else ''}{why}."


@register.filter
def office_sentence(event):
    """One line of an office's own history."""
    details = event.details
    whom = "" if event.person in (None, event.by) else f" {event.person.email}"
    names = ("address", "role", "old", "new", "name", "title", "how", "reason")
    extra = "; ".join(str(details[name]) for name in names if details.get(name))
    if event.kind == event.Kind.SIGNERS:
        extra = "only named people" if details["only"] else "every signer and manager"
    return f"{event.by.email} {event.get_kind_display()}{whom}{': ' if extra else ''}{extra}."


def actor(event):
    who = event.person.email if event.person else "The program"
    how = acting(event.details)
    return f"{who}, {how}," if how else who


def at_in_words(iso, letter):
    return instant_in_words(datetime.datetime.fromisoformat(iso), letter.zone)


def offices(details):
    count = len(details["offices"])
    return "1 office" if count == 1 else f"{count} offices"


# --- entries with a sentence of their own ---


def scheduled(event):
    """A circulation planned, put off, taken back, or called off by the program."""
    details = event.details
    if details["circulate_at"]:
        instants = (datetime.datetime.fromisoformat(details[name]) for name in ("circulate_at", "deadline_at"))
        at, until = (instant_in_words(instant, details["zone"]) for instant in instants)
        return f"{actor(event)} scheduled the circulation: {at}, until {until}."
    if reason := details.get("reason"):
        return f"The program did not circulate the letter as it was scheduled: {reason}."
    return f"{actor(event)} took the scheduled circulation back."


def outage(event):
    details = event.details
    began, ended, old, new = (at_in_words(details[name], event.letter) for name in ("began_at", "ended_at", "old", "new"))
    own = len(details["offices"])
    moved = [f"the deadline moved from {old} to {new}"] if old != new else []
    moved += [f"that of {own} office{'s' if own > 1 else ''} with more time moved too"] if own else []
    return f"Nobody could sign from {began} to {ended}: {' and '.join(moved)}."


WHOLE_SENTENCES = {Kind.SCHEDULED: scheduled, Kind.OUTAGE: outage}


# --- what an entry says first, after who did what for whom: parts of a sentence ---


def invited(details, letter):
    return [f"{offices(details)}, at another address" if details.get("another_contact") else offices(details)]


def listed(details, letter):
    return [f"{offices(details)}{' taken off the list' if details.get('taken_off') else ''}"]


def circulated(details, letter):
    return ["as it was scheduled"] if "planned_at" in details else []


def link_replaced(details, letter):
    return ["only offices on the letter open it from now on"] if "audience" in details else []


def wrote(details, letter):
    to = "all invited offices" if details["to_all"] else "those that had not answered"
    return [f"a Dear Colleague to {offices(details)}, {to}"]


def lock_announced(details, letter):
    return [f"for {at_in_words(details['lock_at'], letter)}", f"text {details['revision']}"]


def deadline_decided(details, letter):
    until = f" until {at_in_words(details['granted_at'], letter)}" if details["granted_at"] else ""
    decided = f"{DeadlineRequest.Decision(details['decision']).label.lower()}{until}"
    return [decided, *(["with the same new deadline"] if details.get("settled") else [])]


def reminders(details, letter):
    before = ", ".join(map(step_in_words, details["steps"]))
    return [f"{before} before each deadline" if before else "never"]


MORE = {
    Kind.CONDITION_ANSWERED: lambda details, letter: ["yes, that is so now" if details["met"] else "no"],
    Kind.INVITED: invited,
    Kind.LISTED: listed,
    Kind.CIRCULATED: circulated,
    Kind.LINK_REPLACED: link_replaced,
    Kind.WROTE: wrote,
    Kind.LOCK_ANNOUNCED: lock_announced,
    Kind.SIGNED: lambda details, letter: [] if details["confirmed"] else ["awaiting confirmation"],
    Kind.REVISED: lambda details, letter: [f"text {details['revision']}"],
    Kind.CORRECTED: lambda details, letter: [f"text {details['revision']}"],
    Kind.EDIT_PROPOSED: lambda details, letter: [f"“{details['new']}” for “{details['old']}”"],
    Kind.EDIT_DECIDED: lambda details, letter: [ProposedEdit.Decision(details["decision"]).label],
    Kind.ASKED_AGAIN: lambda details, letter: [offices(details)],
    Kind.DEADLINE_ASKED: lambda details, letter: [f"until {at_in_words(details['wanted_at'], letter)}"],
    Kind.DEADLINE_MOVED: lambda details, letter: [
        f"from {at_in_words(details['old'], letter)} to {at_in_words(details['new'], letter)}"
    ],
    Kind.DEADLINE_DECIDED: deadline_decided,
    Kind.REMINDERS: reminders,
}

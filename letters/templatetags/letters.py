"""Times in words, and the letter's text as a page."""

import datetime

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from letters.models import DeadlineRequest, ProposedEdit, Signature
from letters.text import html
from letters.times import clock, deadline_in_words, instant_in_words, step_in_words, time_until

register = template.Library()


@register.filter
def in_words(instant, letter):
    """`Friday, May 2, 2026, 6:00 pm EDT` in the letter's zone; nothing for no instant."""
    return instant_in_words(instant, letter.zone) if instant else ""


@register.filter
def moment(instant, letter):
    """`Nov 22, 2026, 6:32 am EST` in the letter's zone, for tables and lists."""
    local = instant.astimezone(letter.tzinfo)
    return f"{local:%b} {local.day}, {local.year}, {clock(local)}"


@register.filter
def deadline(instant, letter):
    """A deadline in words and in the letter's zone, marked so that a browser elsewhere adds its own time (zone.js)."""
    return marked(instant, letter, instant_in_words(instant, letter.zone)) if instant else ""


@register.filter
def with_distance(instant, letter):
    """The same, and how far it is from now."""
    return marked(instant, letter, deadline_in_words(instant, letter.zone, timezone.now())) if instant else ""


def marked(instant, letter, words):
    local = instant.astimezone(letter.tzinfo).isoformat(timespec="minutes")
    return format_html('<time datetime="{}" data-deadline>{}</time>', local, words)


@register.filter
def as_page(body):
    """The body of a revision, which is canonical and therefore safe, its calls as links to the notes."""
    return mark_safe(html.as_page(body))


@register.filter
def notes_as_page(body):
    """The notes of a revision's body, each with the way back to its call."""
    return mark_safe(html.notes_as_page(body))


@register.filter
def distance(instant, letter):
    """`in 3 days`, days being those of the letter's zone."""
    return time_until(instant, timezone.now(), letter.zone) if instant else ""


def acting(details):
    """`signer, signed in by mailed code`: in what role somebody acted and how they had proved who they are, where it is known."""
    words = {"asking": "place not confirmed", "lead": "for the lead's office"}
    role, how = details.get("role", ""), details.get("signed_in_with", "")
    return ", ".join(filter(None, [words.get(role, role), f"signed in by {how}" if how else ""]))


@register.filter
def by_whom(signature):
    """`staff@mail.house.gov (signer) for Ada Able`, and whose yes it was where the lead entered it."""
    who = f"{signature.signed_by.email} ({acting({'role': signature.signed_as})}) for {signature.name}"
    authority = f", {signature.get_authority_display().lower()}" if signature.authority else ""
    return f"{who}, {signature.entered_how}" if signature.is_entered else f"{who}{authority}"


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


def schedule_sentence(event, who):
    """A circulation planned, put off, taken back, or called off by the program."""
    details = event.details
    if details["circulate_at"]:
        instants = (datetime.datetime.fromisoformat(details[name]) for name in ("circulate_at", "deadline_at"))
        at, until = (instant_in_words(instant, details["zone"]) for instant in instants)
        return f"{who} scheduled the circulation: {at}, until {until}."
    if reason := details.get("reason"):
        return f"The program did not circulate the letter as it was scheduled: {reason}."
    return f"{who} took the scheduled circulation back."


@register.filter
def step(name):
    """`3 days` for the reminder `3d`."""
    return step_in_words(name)


def outage_sentence(event):
    details = event.details
    began, ended, old, new = (at_in_words(details[name], event.letter) for name in ("began_at", "ended_at", "old", "new"))
    own = len(details["offices"])
    moved = [f"the deadline moved from {old} to {new}"] if old != new else []
    moved += [f"that of {own} office{'s' if own > 1 else ''} with more time moved too"] if own else []
    return f"Nobody could sign from {began} to {ended}: {' and '.join(moved)}."


def deadline_words(event):
    """What is said of an entry about a deadline, a request or reminders, besides who did it."""
    kinds, details, letter = event.Kind, event.details, event.letter
    if event.kind == kinds.DEADLINE_ASKED:
        return [f"until {at_in_words(details['wanted_at'], letter)}"]
    if event.kind == kinds.DEADLINE_MOVED:
        return [f"from {at_in_words(details['old'], letter)} to {at_in_words(details['new'], letter)}"]
    if event.kind == kinds.DEADLINE_DECIDED:
        until = f" until {at_in_words(details['granted_at'], letter)}" if details["granted_at"] else ""
        decided = f"{DeadlineRequest.Decision(details['decision']).label.lower()}{until}"
        return [decided, *(["with the same new deadline"] if details.get("settled") else [])]
    if event.kind == kinds.REMINDERS:
        before = ", ".join(map(step_in_words, details["steps"]))
        return [f"{before} before each deadline" if before else "never"]
    return []


def at_in_words(iso, letter):
    return instant_in_words(datetime.datetime.fromisoformat(iso), letter.zone)


@register.filter
def as_sentence(event):
    """One line of history in plain English: who did what, for whom, and why."""
    who = event.person.email if event.person else "The program"
    who += f", {acting(event.details)}," if acting(event.details) else ""
    for_whom = f" for {event.office.label}" if event.office else ""
    details = event.details
    extra = [details[name] for name in ("note", "reason", "condition", "how", "answer") if details.get(name)]
    if event.kind == event.Kind.OUTAGE:
        return outage_sentence(event)
    extra = [*deadline_words(event), *extra]
    if event.kind == event.Kind.INVITED:
        extra.append(f"{len(details['offices'])} offices")
    if event.kind == event.Kind.LISTED:
        extra.append(f"{len(details['offices'])} offices{' taken off the list' if details.get('taken_off') else ''}")
    if event.kind == event.Kind.SCHEDULED:
        return schedule_sentence(event, who)
    if event.kind == event.Kind.CIRCULATED and "planned_at" in details:
        extra.append("as it was scheduled")
    if event.kind == event.Kind.LINK_REPLACED and "audience" in details:
        extra.append("only invited offices open the letter from now on")
    if event.kind == event.Kind.WROTE:
        to = "all invited offices" if details["to_all"] else "those that had not answered"
        extra.append(f"a Dear Colleague to {len(details['offices'])} offices, {to}")
    if event.kind == event.Kind.CONDITION and details.get("taken_back"):
        return f"{who} took back on what condition to sign{for_whom}."
    if event.kind == event.Kind.CONDITION_ANSWERED:
        extra.insert(0, "yes, that is so now" if details["met"] else "no")
    if event.kind == event.Kind.LOCK_ANNOUNCED:
        lock_at = datetime.datetime.fromisoformat(details["lock_at"])
        extra += [f"for {instant_in_words(lock_at, event.letter.zone)}", f"text {details['revision']}"]
    if event.kind == event.Kind.SIGNED and not details["confirmed"]:
        extra.append("awaiting confirmation")
    if event.kind in (event.Kind.REVISED, event.Kind.CORRECTED):
        extra.insert(0, f"text {details['revision']}")
    if event.kind == event.Kind.EDIT_PROPOSED:
        extra.insert(0, f"“{details['new']}” for “{details['old']}”")
    if event.kind == event.Kind.EDIT_DECIDED:
        extra.insert(0, ProposedEdit.Decision(details["decision"]).label)
    if event.kind == event.Kind.ASKED_AGAIN:
        extra.append(f"{len(details['offices'])} offices")
    if event.kind == event.Kind.ENTERED:
        extra.append("the office has to confirm it")
    if details.get("authority"):
        extra.append(Signature.Authority(details["authority"]).label)
    why = "; ".join(str(part).rstrip(". ") for part in extra)
    return f"{who} {event.get_kind_display()}{for_whom}{': ' if why else ''}{why}."

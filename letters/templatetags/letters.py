"""Times in words, and the letter's text as a page."""

from django import template
from django.utils import timezone
from django.utils.safestring import mark_safe

from letters.models.letter import clock, deadline_in_words, instant_in_words, time_until
from letters.text import html

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
def with_distance(instant, letter):
    """The instant in the letter's zone and how far it is from now."""
    return deadline_in_words(instant, letter.zone, timezone.now()) if instant else ""


@register.filter
def as_page(body):
    """The body of a revision, which is canonical and therefore safe, with its notes as links that lead both ways."""
    return mark_safe(html.as_page(body))


@register.filter
def distance(instant):
    """`in 3 days`."""
    return time_until(instant, timezone.now()) if instant else ""


@register.filter
def as_sentence(event):
    """One line of history in plain English: who did what, for whom, and why."""
    who = event.person.email if event.person else "The program"
    for_whom = f" for {event.office.label}" if event.office else ""
    details = event.details
    extra = [details[name] for name in ("note", "reason", "condition", "how", "answer") if details.get(name)]
    if event.kind == event.Kind.INVITED:
        extra.append(f"{len(details['offices'])} offices")
    if event.kind == event.Kind.SIGNED and not details["confirmed"]:
        extra.append("awaiting confirmation")
    if event.kind == event.Kind.REVISED:
        extra.insert(0, f"text {details['revision']}")
    why = "; ".join(str(part).rstrip(". ") for part in extra)
    return f"{who} {event.get_kind_display()}{for_whom}{': ' if why else ''}{why}."

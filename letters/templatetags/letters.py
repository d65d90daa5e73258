"""Times in words, and the letter's text as a page."""

from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from letters.templatetags.history import acting
from letters.text import html
from letters.times import clock, deadline_in_words, instant_in_words, step_in_words, time_until

register = template.Library()


@register.filter
def in_words(instant, letter=None):
    """`Friday, May 2, 2026, 6:00 pm EDT` in the letter's zone, or the site's; nothing for no instant."""
    return instant_in_words(instant, zone_of(letter)) if instant else ""


@register.filter
def moment(instant, letter=None):
    """`Nov 22, 2026, 6:32 am EST` in the letter's zone, or the site's, for tables and lists."""
    local = instant.astimezone(ZoneInfo(zone_of(letter)))
    return f"{local:%b} {local.day}, {local.year}, {clock(local)}"


def zone_of(letter):
    return letter.zone if letter else settings.TIME_ZONE


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


@register.filter
def by_whom(signature):
    """`staff@mail.house.gov (signer) for Ada Able`, and whose yes it was where the lead entered it."""
    who = f"{signature.signed_by.email} ({acting({'role': signature.signed_as})}) for {signature.name}"
    authority = f", {signature.get_authority_display().lower()}" if signature.authority else ""
    return f"{who}, {signature.entered_how}" if signature.is_entered else f"{who}{authority}"


@register.filter
def step(name):
    """`3 days` for the reminder `3d`."""
    return step_in_words(name)

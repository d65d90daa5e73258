"""Times in words, and the letter's text as a page."""

from django import template
from django.utils import timezone
from django.utils.safestring import mark_safe

from letters.models.letter import deadline_in_words, instant_in_words
from letters.text import html

register = template.Library()


@register.filter
def in_words(instant, letter):
    """`Friday, May 2, 2026, 6:00 pm EDT` in the letter's zone; nothing for no instant."""
    return instant_in_words(instant, letter.zone) if instant else ""


@register.filter
def with_distance(instant, letter):
    """The instant in the letter's zone and how far it is from now."""
    return deadline_in_words(instant, letter.zone, timezone.now()) if instant else ""


@register.filter
def as_page(body):
    """The body of a revision, which is canonical and therefore safe, with its notes as links that lead both ways."""
    return mark_safe(html.as_page(body))

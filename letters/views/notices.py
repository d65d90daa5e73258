"""The mails of a letter, at the lead's desk."""

from django.views.decorators.http import require_GET

from .access import letter_to_watch
from .desk import page


@require_GET
def notices(request, code):
    letter = letter_to_watch(request, code)
    rows = letter.notices.select_related("office").order_by("-created_at", "-pk")[:500]
    return page(request, letter, "letters/desk/notices.html", notices=rows, tab="notices")

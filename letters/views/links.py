"""The link of a letter, at the lead's desk."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from letters.workflow import links

from .access import letter_to_run, letter_to_watch, trying
from .desk import page


@require_GET
def link(request, code):
    letter = letter_to_watch(request, code)
    earlier = letter.retired_links.select_related("retired_by").order_by("-retired_at", "-pk")
    return page(request, letter, "letters/desk/link.html", earlier=earlier)


@require_POST
def replace(request, code):
    return renew(request, code, links.replace, "The letter has a new link. The one before opens nothing any more.")


@require_POST
def revoke(request, code):
    done = "The link before opens nothing any more, and only offices that are on the letter open it."
    return renew(request, code, links.revoke, done)


def renew(request, code, verb, sentence):
    letter = letter_to_run(request, code)
    with trying(request) as done:
        letter = verb(letter, request.user, now=timezone.now())
    if done.ok:
        messages.success(request, sentence)
    return redirect("desk-link", code=letter.code)

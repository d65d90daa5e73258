"""The page on which the lead's people edit a letter's text: it saves itself every few seconds, and shows the pages beside it."""

import base64
import hashlib

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_POST

from letters.forms.text import CopyForm
from letters.models.office import DamagedImage
from letters.pdf import RenderError, child, letter_data
from letters.text import addressees, diff, html
from letters.times import clock
from letters.workflow import Refused, StaleCopy, rendering, revising
from letters.workflow.refusal import LOCKED

from .access import get_or_post, letter_to_run, status_of, trying, unless_unprintable
from .desk import page

WIDTHS = range(200, 1601)  # of a page's picture, in pixels
USUAL_WIDTH = 800


@get_or_post
def edit(request, code):
    """Without scripts a plain form; with them the editor takes the place of its largest field."""
    letter = letter_to_run(request, code)
    if letter.is_locked:
        messages.error(request, LOCKED)
        return redirect("desk-preview", code=code)
    form = CopyForm(request.POST or None, initial=beginning(letter))
    stale = None
    if request.method == "POST" and form.is_valid():
        with trying(request, form) as done:
            put_to_use(letter, request.user, form)
        if done.ok:
            return next_page(request, letter)
        if isinstance(done.refusal, StaleCopy):
            # What was typed stays; saving again replaces the text that it is compared with.
            stale = clash(letter, form)
            form.data = {**form.data.dict(), "version": stale["version"]}
    more = {
        "copy": revising.copy_of(letter),
        "suggestion": addressees.salutation(form["addressees"].value() or ""),
        "stale": stale,
    }
    return page(request, letter, "letters/desk/text.html", status=status_of(form), form=form, tab="text", **more)


def beginning(letter):
    copy = revising.copy_of(letter)
    return {**copy.text(), "body": html.in_lines(copy.body), "version": copy.version}


def put_to_use(letter, person, form):
    """A draft that was not circulated has nobody to ask, so its text is published at once."""
    now = timezone.now()
    copy = revising.save_copy(letter, person, text=form.text(), version=form.cleaned_data["version"], now=now)
    if letter.is_draft:
        unless_unprintable(*copy.text().values())
        revising.publish(letter, person, version=copy.version, now=now)


def next_page(request, letter):
    if not letter.is_draft:
        return redirect("desk-publish", code=letter.code)
    messages.success(request, "The text is saved.")
    return redirect("desk", code=letter.code)


@require_POST
def save(request, code):
    """Autosave into the working copy. 409 with the other text when somebody else saved one, 422 for what cannot be taken."""
    letter = letter_to_run(request, code)
    form = CopyForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"error": form.first_error()}, status=422)
    try:
        copy = revising.save_copy(
            letter, request.user, text=form.text(), version=form.cleaned_data["version"], now=timezone.now()
        )
    except StaleCopy as refusal:
        return JsonResponse({"error": str(refusal), **clash(letter, form)}, status=409)
    except Refused as refusal:
        return JsonResponse({"error": str(refusal)}, status=409)
    return JsonResponse({"version": copy.version, "salutation": addressees.salutation(copy.addressees)})


def clash(letter, form):
    """Who saved when, their text, and what the person's own would change of it, as JSON types."""
    theirs = revising.copy_of(letter)
    shown = diff.compare(theirs.text(), form.text())
    return {
        "who": said_of(theirs),
        "version": theirs.version,
        "theirs": theirs.text(),
        "difference": render_to_string("letters/components/difference.html", {"difference": shown}),
    }


def said_of(copy):
    if not copy.pk:
        return "The changes that you went on from were published or given up meanwhile."
    local = copy.saved_at.astimezone(copy.letter.tzinfo)
    return f"{copy.saved_by} saved this text at {clock(local)}."


# --- the pages as they will print


@require_POST
def preview(request, code):
    """The first pages of the text that is posted, as pictures; those whose digest stands under `have` without their bytes."""
    letter = letter_to_run(request, code)
    form = CopyForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"error": form.first_error()})
    contents = {**letter.contents(), "text": form.text()}
    try:
        data = letter_data(contents, images=rendering.images(letter, contents))
        shown = child.preview(data, width_in(request))
    except (RenderError, DamagedImage) as trouble:
        return JsonResponse({"error": str(trouble)})
    have = set(request.POST.getlist("have"))
    return JsonResponse({"pages": [described(*picture, have) for picture in shown.pages], "more": shown.more})


def width_in(request):
    asked = request.POST.get("width", "")
    width = int(asked) if asked.isdecimal() and len(asked) < 6 else USUAL_WIDTH
    return min(max(width, WIDTHS[0]), WIDTHS[-1])


def described(png, width, height, have):
    digest = hashlib.sha256(png).hexdigest()[:32]
    picture = {} if digest in have else {"png": base64.b64encode(png).decode()}
    return {"digest": digest, "width": width, "height": height, **picture}

"""The texts of a letter: what each changed, and how the next one is published."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from letters import permissions
from letters.forms import PublishForm
from letters.text import diff
from letters.workflow import StaleCopy, locking, revising

from .access import get_or_post, known_texts, letter_for, letter_to_run, letter_to_watch, status_of, trying, unless_unprintable
from .desk import page


@require_GET
def changes(request, code, old, new):
    """The difference between two texts, for everybody who may read the letter."""
    letter = letter_for(request, code)
    texts = list(known_texts(request.user, letter))
    old, new = request.GET.get("from", old), request.GET.get("to", new)
    named = {str(text.number): text for text in texts}
    if not {str(old), str(new)} <= named.keys():
        raise Http404
    before, after = named[str(old)], named[str(new)]
    between = [text for text in texts if before.number < text.number <= after.number]
    whole = "whole" in request.GET
    shown = {"difference": diff.compare(before.text(), after.text(), whole=whole), "whole": whole}
    more = {"letter": letter, "texts": texts, "before": before, "after": after, "between": between}
    return render(request, "letters/changes.html", {**more, **shown, "may_watch": permissions.may_watch(request.user, letter)})


@get_or_post
def publish(request, code):
    """What the working copy changes; then one button that makes it the letter's next text."""
    letter = letter_to_run(request, code)
    copy = revising.copy_of(letter)
    if not copy.is_changed and request.method == "GET":
        messages.info(request, "The text in the works is the text as it is published. There is nothing to publish.")
        return redirect("desk-text", code=code)
    signed = letter.signatures.carried().count()
    difference = diff.compare(letter.revision.text(), copy.text())
    start = {"version": copy.version}
    form = PublishForm(
        request.POST or None, initial=start, signed=signed, why_not_clerical=revising.why_not_clerical(letter, copy.text())
    )
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        with trying(request, form) as done:
            unless_unprintable(*copy.text().values())
            revision = revising.publish(letter, request.user, now=timezone.now(), **chosen)
        if done.ok:
            messages.success(request, said_of(revision, signed))
            return redirect("desk-preview", code=code)
        if isinstance(done.refusal, StaleCopy):
            form.data = {**form.data.dict(), "version": copy.version}
    awaiting = letter.signatures.carried().filter(confirmed_at=None).count()
    more = {"copy": copy, "difference": difference, "signed": signed, "awaiting": awaiting, "form": form, "tab": "text"}
    return page(request, letter, "letters/desk/publish.html", status=status_of(form), **more)


def said_of(revision, signed):
    if not signed:
        return f"Text {revision.number} is published."
    if revision.is_clerical:
        return f"Text {revision.number} is published. The signatures stand, and their offices are told what was corrected."
    return f"Text {revision.number} is published. Every office that signed is asked to re-affirm."


@require_POST
def discard(request, code):
    """Give the unpublished changes up."""
    letter = letter_to_run(request, code)
    version = request.POST.get("version", "")
    with trying(request) as done:
        number = int(version) if version.isdecimal() and len(version) < 10 else -1
        revising.discard_copy(letter, request.user, version=number, now=timezone.now())
    if done.ok:
        messages.success(request, "The changes are given up. The text is as it was published last.")
    return redirect("desk-text", code=code)


@require_GET
def texts(request, code):
    """Every published text: who, when, why, and what it changed."""
    letter = letter_to_watch(request, code)
    found = list(known_texts(request.user, letter))
    shown_from = letter.first_shown().number if letter.opened_at else None
    rows = [(text, before) for before, text in zip([None, *found], found, strict=False)]
    return page(request, letter, "letters/desk/texts.html", rows=rows[::-1], shown_from=shown_from, tab="text")


@require_GET
def old_text(request, code, number):
    """One published text as it was read."""
    letter = letter_for(request, code)
    text = get_object_or_404(known_texts(request.user, letter), number=number)
    return render(request, "letters/old_text.html", {"letter": letter, "revision": text, "letterhead": letter.letterhead()})


@require_POST
def ask_again(request, code):
    """Ask the offices that signed long ago whether their yes still stands."""
    letter = letter_to_run(request, code)
    now = timezone.now()
    with trying(request) as done:
        asked = revising.ask_again(letter, request.user, signed_before=now - locking.FRESH_FOR, now=now)
    if done.ok:
        messages.success(request, f"{len(asked)} {'office is' if len(asked) == 1 else 'offices are'} asked to say yes again.")
    return redirect("lock-review", code=code)

"""Other words that offices propose, and what the lead makes of them."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from letters.forms import AnswerEditForm, ProposeForm
from letters.text import diff, replace
from letters.text.html import TextError
from letters.workflow import edits, revising

from .access import get_or_post, letter_for, letter_to_run, letter_to_watch, my_offices, status_of, trying
from .desk import page
from .letter import act


@get_or_post
def propose(request, code):
    def verb(letter, office, form):
        edits.propose(letter, office, request.user, now=timezone.now(), **form.cleaned_data)

    return act(
        request,
        code,
        form_class=ProposeForm,
        template="letters/propose.html",
        verb=verb,
        done_message="Your words are with the lead's office. You get a mail when it answers.",
        start=lambda letter: {"initial": {"text_sha256": letter.revision.sha256}},
    )


@require_POST
def take_back(request, code, pk):
    letter = letter_for(request, code)
    edit = get_object_or_404(letter.proposed_edits.filter(office__in=my_offices(request)), pk=pk)
    with trying(request) as done:
        edits.take_back(edit, request.user, now=timezone.now())
    if done.ok:
        messages.success(request, "Your proposal is taken back.")
    return redirect("letter", code=code)


@require_GET
def proposed(request, code):
    """Every proposal, those that wait for an answer first."""
    letter = letter_to_watch(request, code)
    found = letter.proposed_edits.select_related("office", "asked_by", "revision", "decided_by").order_by("asked_at", "pk")
    pending = [(edit, shown(edit)) for edit in found.pending()]
    answered = found.exclude(decided_at=None).order_by("-decided_at")
    return page(request, letter, "letters/desk/edits.html", pending=pending, answered=answered, tab="text")


def shown(edit):
    """The old words and the new ones as a difference."""
    return diff.compare({"subject": edit.old}, {"subject": edit.new})  # as one line of plain words


@get_or_post
def answer(request, code, pk):
    letter = letter_to_run(request, code)
    edit = get_object_or_404(letter.proposed_edits.select_related("office", "asked_by", "letter", "revision"), pk=pk)
    form = AnswerEditForm(request.POST or None, initial={"decision": "take"})
    if request.method == "POST" and form.is_valid():
        with trying(request, form) as done:
            carry_out(form.cleaned_data, edit, request.user)
        if done.ok and form.cleaned_data["decision"] == "take":
            messages.success(request, "The words are in the text in the works. Publish it when it is ready.")
            return redirect("desk-text", code=code)
        if done.ok:
            messages.success(request, "The proposal is answered, and the office is told.")
            return redirect("desk-edits", code=code)
    more = {"edit": edit, "words": shown(edit), "effect": effect(letter, edit), "form": form, "tab": "text"}
    return page(request, letter, "letters/desk/answer_edit.html", status=status_of(form), **more)


def carry_out(chosen, edit, person):
    if chosen["decision"] == "refuse":
        edits.refuse(edit, person, answer=chosen["answer"], now=timezone.now())
    else:
        by_hand = chosen["decision"] == "by_hand"
        edits.take_in(edit, person, answer=chosen["answer"], by_hand=by_hand, now=timezone.now())


def effect(letter, edit):
    """The text in the works with the words taken in, compared with it as it is; or why that cannot be done."""
    text = revising.copy_of(letter).text()
    try:
        return {"difference": diff.compare(text, replace.replaced(text, edit.old, edit.new))}
    except TextError as error:
        return {"problem": str(error)}

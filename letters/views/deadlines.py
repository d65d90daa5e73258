"""The lead moves deadlines and answers requests for more time."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET

from letters.forms import DecisionForm, MoveForm, as_typed
from letters.models import Recess
from letters.times import instant_in_words
from letters.workflow import deadlines

from .access import get_or_post, letter_to_run, letter_to_watch, status_of, trying
from .desk import page


@require_GET
def requests(request, code):
    letter = letter_to_watch(request, code)
    asked = letter.deadline_requests.select_related("office", "asked_by", "decided_by").order_by("-asked_at")
    invitees = {invitee.office_id: invitee for invitee in letter.invitees.all()}
    rows = [(row, letter.deadline_for(invitees.get(row.office_id))) for row in asked.pending()]
    answered = asked.exclude(decided_at=None)
    return page(request, letter, "letters/desk/requests.html", pending=rows, answered=answered, tab="requests")


@get_or_post
def decide(request, code, pk):
    letter = letter_to_run(request, code)
    asked = get_object_or_404(letter.deadline_requests.select_related("office", "asked_by"), pk=pk)
    start = {"decision": "office", **as_typed(asked.wanted_at, letter.zone)}
    form = DecisionForm(request.POST or None, initial=start, zone=letter.zone)
    if request.method == "POST" and form.is_valid() and not warned(form, letter, asked):
        with trying(request, form) as done:
            carry_out(form, asked, request.user)
        if done.ok:
            messages.success(request, "The request is answered, and the offices concerned are told.")
            return redirect("desk-requests", code=code)
    current = letter.deadline_for(letter.invitee_for(asked.office))
    return page(request, letter, "letters/desk/decide.html", status=status_of(form), form=form, asked=asked, current=current)


def warned(form, letter, asked=None):
    """True where the page is to show warnings before the deadline is set. What the verb refuses anyway it is left to refuse.

    Recesses count for the chambers of the offices that the deadline is for; before any is invited, all do.
    """
    if not (letter.is_draft or letter.is_open):
        return False
    if asked and form.cleaned_data["decision"] == "office":
        chambers, after = {asked.office.chamber}, letter.deadline_for(letter.invitee_for(asked.office))
    else:
        invited = letter.invitees.exclude(invited_at=None).exclude(office=letter.lead)
        chambers, after = set(invited.values_list("office__chamber", flat=True)), letter.deadline_at
    return form.asks_again(now=timezone.now(), recesses=Recess.objects.of(chambers), after=after)


def carry_out(form, asked, person):
    decision, answer = form.cleaned_data["decision"], form.cleaned_data["answer"]
    if decision == "deny":
        deadlines.deny(asked, person, answer=answer, now=timezone.now())
    else:
        deadlines.grant(asked, person, new_at=form.moment, for_all=decision == "all", answer=answer, now=timezone.now())


@get_or_post
def move_deadline(request, code):
    letter = letter_to_run(request, code)
    form = MoveForm(request.POST or None, zone=letter.zone)
    if request.method == "POST" and form.is_valid() and not warned(form, letter):
        with trying(request, form) as done:
            deadlines.move(letter, request.user, new_at=form.moment, now=timezone.now())
        if done.ok:
            until = instant_in_words(form.moment, form.zone)
            messages.success(request, f"The deadline is moved to {until}, and the offices that have not answered are told.")
            return redirect("desk", code=code)
    return page(request, letter, "letters/desk/move_deadline.html", status=status_of(form), form=form)

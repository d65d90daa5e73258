"""The lead answers requests for more time, moves deadlines, and chooses when offices are reminded."""

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from letters.forms import DecisionForm, MoveForm, RemindersForm, as_typed
from letters.models import DeadlineRequest, Recess
from letters.times import instant_in_words, step_in_words
from letters.workflow import deadlines, reminders
from letters.workflow.effects import Effect, effect, outlook

from .access import get_or_post, letter_to_run, letter_to_watch, status_of, trying, undone
from .desk import page


@require_GET
def requests(request, code):
    """Every request, those that wait for an answer first, with what each grant of them would do."""
    letter = letter_to_watch(request, code)
    answered = letter.deadline_requests.exclude(decided_at=None).select_related("office", "decided_by").order_by("-decided_at")
    pending = waiting(letter, request.user, timezone.now()) if letter.is_open else []
    return page(request, letter, "letters/desk/requests.html", pending=pending, answered=answered, tab="requests")


@dataclass(frozen=True)
class Waiting:
    """A request that waits for an answer. `office` and `all`: what granting it as asked does, None where that cannot be done."""

    asked: DeadlineRequest
    current: object  # the office's deadline
    own: bool  # of the person who looks at it
    signed: bool
    passed: bool
    covered: bool  # the office has that much time meanwhile
    office: Effect | None
    all: Effect | None


def waiting(letter, person, now):
    """The office whose time is up first comes first."""
    known = outlook(letter, now=now)
    rows = []
    for asked in known.pending:
        current = known.deadline_of(asked.office_id)
        own, passed, covered = asked.asked_by_id == person.pk, asked.wanted_at <= now, current >= asked.wanted_at
        new_at = max(asked.wanted_at, current)
        able = not own and new_at > now
        rows.append(
            Waiting(
                asked=asked,
                current=current,
                own=own,
                signed=asked.office_id in known.signed,
                passed=passed,
                covered=covered,
                office=effect(known, new_at, asked=asked, for_all=False, person=person) if able else None,
                all=effect(known, new_at, asked=asked, for_all=True, person=person) if able and not covered else None,
            )
        )
    return sorted(rows, key=lambda row: (row.current, row.asked.asked_at))


@require_POST
def grant(request, code, pk):
    """Grant a request as it was asked, for its office or for every one."""
    letter = letter_to_run(request, code)
    asked = get_object_or_404(letter.deadline_requests.select_related("office"), pk=pk)
    for_all = request.POST.get("decision") == DeadlineRequest.Decision.ALL
    with trying(request) as done:
        new_at = max(asked.wanted_at, letter.deadline_for(letter.invitee_for(asked.office)))
        deadlines.grant(asked, request.user, new_at=new_at, for_all=for_all, now=timezone.now())
    if done.ok:
        whose = "every office" if for_all else asked.office.label
        until = instant_in_words(new_at, letter.zone)
        messages.success(request, f"Granted: {whose} has time until {until}. The offices concerned are told.")
    return redirect("desk-requests", code=code)


@get_or_post
def decide(request, code, pk):
    letter = letter_to_run(request, code)
    asked = get_object_or_404(letter.deadline_requests.select_related("office", "asked_by"), pk=pk)
    start = {"decision": "office", **as_typed(asked.wanted_at, letter.zone)}
    form = DecisionForm(request.POST or None, initial=start, zone=letter.zone)
    if request.method == "POST" and form.is_valid():
        only_asked = looked_at(request, form, letter, asked)
        with trying(request, form) as done, undone(only_asked):
            carry_out(form, asked, request.user)
        if done.ok and not only_asked:
            messages.success(request, "The request is answered, and the offices concerned are told.")
            return redirect("desk-requests", code=code)
    current = letter.deadline_for(letter.invitee_for(asked.office))
    more = {"asked": asked, "current": current, "effect": foreseen(request, form, letter, asked)}
    return page(request, letter, "letters/desk/decide.html", status=status_of(form), form=form, **more)


def looked_at(request, form, letter, asked=None):
    """True where the page comes again before anything is set: with warnings, or because it was asked what the deadline does."""
    return warned(form, letter, asked) or "look" in request.POST


def foreseen(request, form, letter, asked=None):
    """What the time in the form would do; None where there is none to be set."""
    decision = form.cleaned_data.get("decision", "all") if form.is_bound and form.is_valid() else "deny"
    if decision == "deny" or not letter.is_open or (asked and not asked.is_pending):
        return None
    known = outlook(letter, now=timezone.now())
    current = known.deadline_of(asked.office_id) if asked else letter.deadline_at
    if form.moment <= max(current, known.now):
        return None
    return effect(known, form.moment, asked=asked, for_all=decision == "all", person=request.user)


def warned(form, letter, asked=None):
    """True where the page is to show warnings before the deadline is set. What the verb refuses anyway it is left to refuse.

    Recesses count for the chambers of the offices that the deadline is for; before any is invited, all do.
    """
    if not (letter.is_draft or letter.is_open):
        return False
    if asked and form.cleaned_data["decision"] == "office":
        chambers, after = {asked.office.chamber}, letter.deadline_for(letter.invitee_for(asked.office))
    else:
        invited = letter.invitees.filter(Q(to_invite=True) | Q(invited_at__isnull=False)).exclude(office=letter.lead)
        chambers = set(invited.values_list("office__chamber", flat=True))
        after = letter.deadline_at if letter.is_open else None  # a draft's may be set anew, earlier too
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
    if request.method == "POST" and form.is_valid():
        only_asked = looked_at(request, form, letter)
        with trying(request, form) as done, undone(only_asked):
            deadlines.move(letter, request.user, new_at=form.moment, now=timezone.now())
        if done.ok and not only_asked:
            until = instant_in_words(form.moment, form.zone)
            messages.success(request, f"The deadline is moved to {until}, and the offices that have not answered are told.")
            return redirect("desk", code=code)
    more = {"form": form, "effect": foreseen(request, form, letter)}
    return page(request, letter, "letters/desk/move_deadline.html", status=status_of(form), **more)


@get_or_post
def choose_reminders(request, code):
    letter = letter_to_run(request, code)
    words = [(name, f"{step_in_words(name)} before") for name in reminders.STEPS]
    form = RemindersForm(request.POST or None, initial={"steps": letter.reminder_steps.split()}, steps=words)
    if request.method == "POST":
        form = RemindersForm(request.POST, steps=words)
        if form.is_valid():
            with trying(request, form) as done:
                reminders.choose(letter, request.user, form.cleaned_data["steps"], now=timezone.now())
            if done.ok:
                messages.success(request, "Saved. Below stands when offices are reminded now.")
                return redirect("desk-reminders", code=code)
    rows = reminders.to_come(letter, timezone.now()) if letter.is_open else []
    return page(request, letter, "letters/desk/reminders.html", status=status_of(form), form=form, to_come=rows, tab="requests")

"""The lead's desk: who has answered, requests, text, invitations, history, mail."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from letters import permissions
from letters.forms import (
    ArrangeForm,
    CoLeadForm,
)
from letters.models import Office
from letters.workflow import drafting, revising

from .access import get_or_post, letter_to_run, letter_to_watch, status_of, trying


def figures(letter):
    """The strip on top of every page of the desk. On a locked letter nothing waits for anybody."""
    waiting = {
        "requests": letter.deadline_requests.pending(),
        "awaiting": letter.signatures.awaiting(),
        "edits": letter.proposed_edits.pending(),
        "conditions": letter.invitees.conditional(),
    }
    return {
        "signed": letter.signatures.printed().count(),
        "asked": letter.invitees.exclude(invited_at=None).count(),
        **{name: 0 if letter.is_locked else rows.count() for name, rows in waiting.items()},
        "listed": letter.invitees.listed().count() if letter.is_draft else 0,
        "latest": letter.latest_rendition(),
    }


def page(request, letter, template, status=200, **more):
    shared = {
        "letter": letter,
        "figures": figures(letter),
        "now": timezone.now(),
        "may_run": permissions.may_run(request.user, letter),
        "may_lock": permissions.may_lock(request.user, letter),
    }
    return render(request, template, {**shared, **more}, status=status)


@require_GET
def preview(request, code):
    """The letter as a page and its PDF, for the lead."""
    letter = letter_to_watch(request, code)
    signers = letter.signatures.printed().in_order(letter)
    more = {"revision": letter.revision, "letterhead": letter.letterhead(), "signers": signers, "tab": "text"}
    more["copy"] = revising.copy_of(letter)
    more["report"] = letter.import_reports.select_related("checked_by").last()
    return page(request, letter, "letters/desk/preview.html", **more)


@get_or_post
def arrange(request, code):
    letter = letter_to_run(request, code)
    offices = Office.objects.filter(pk__in=letter.invitees.values("office")).in_order()
    pinned = letter.invitees.exclude(pin=None).order_by("pin").values_list("office", flat=True)
    fields = ("order", "list_shown", "audience", "columns", "space", "running_head", "signature_images")
    start = {**{field: getattr(letter, field) for field in fields}, "pins": list(pinned), "seal": letter.seal is not None}
    seal = letter.lead.seal() or letter.seal
    form = ArrangeForm(request.POST or None, initial=start, offices=offices, seal=seal)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        pins = {office.pk: place for place, office in enumerate(chosen.pop("pins"), start=1)}
        if seal:
            chosen["seal"] = seal if chosen["seal"] else None
        with trying(request, form) as done:
            drafting.arrange(letter, request.user, pins=pins, now=timezone.now(), **chosen)
        if done.ok:
            messages.success(request, "The order is saved.")
            return redirect("desk", code=code)
    return page(request, letter, "letters/desk/arrange.html", status=status_of(form), form=form)


@get_or_post
def co_lead(request, code):
    letter = letter_to_run(request, code)
    form = CoLeadForm(request.POST or None, letter=letter)
    if request.method == "POST" and form.is_valid():
        office = form.cleaned_data["office"]
        with trying(request, form) as done:
            drafting.add_co_lead(letter, office, request.user, now=timezone.now())
        if done.ok:
            messages.success(request, f"{office.printed_name} leads the letter with you.")
            return redirect("desk", code=code)
    return page(request, letter, "letters/desk/co_lead.html", status=status_of(form), form=form)


# --- records ---


@require_GET
def history(request, code):
    letter = letter_to_watch(request, code)
    events = letter.events.select_related("person", "office").order_by("-seq")
    return page(request, letter, "letters/desk/history.html", events=events, tab="history")


@require_POST
def render_again(request, code):
    """Ask for the PDF again after a failure."""
    letter = letter_to_run(request, code)
    drafting.render_again(letter)
    return HttpResponseRedirect(reverse("desk", args=[code]))

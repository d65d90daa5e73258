"""The lead's desk: who has answered, requests, text, invitations, history, mail."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from letters import permissions
from letters.forms import (
    ArrangeForm,
    CirculateForm,
    CoLeadForm,
    DecisionForm,
    EnterYesForm,
    HowForm,
    InviteForm,
    MoveForm,
    RefuseForm,
    as_typed,
)
from letters.models import Office, Recess
from letters.models.answer import answers
from letters.times import instant_in_words
from letters.workflow import circulating, deadlines, drafting, revising, signing

from .access import letter_to_run, letter_to_watch, status_of, trying

get_or_post = require_http_methods(["GET", "POST"])


def figures(letter):
    """The strip on top of every page of the desk."""
    return {
        "signed": letter.signatures.printed().count(),
        "asked": letter.invitees.exclude(invited_at=None).count(),
        "requests": letter.deadline_requests.pending().count(),
        "awaiting": letter.signatures.awaiting().count(),
        "edits": letter.proposed_edits.pending().count(),
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
def desk(request, code):
    letter = letter_to_watch(request, code)
    return page(request, letter, "letters/desk/offices.html", answers=answers(letter), tab="offices")


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
def circulate(request, code):
    letter = letter_to_run(request, code)
    start = {"audience": letter.audience, "list_shown": letter.list_shown, "zone": letter.zone}
    form = CirculateForm(request.POST or None, initial=start, zone=letter.zone)
    if request.method == "POST" and form.is_valid() and not warned(form, letter):
        now, chosen = timezone.now(), form.cleaned_data
        with trying(request, form) as done:
            circulating.circulate(
                letter,
                request.user,
                deadline_at=form.moment,
                zone=chosen["zone"],
                audience=chosen["audience"],
                list_shown=chosen["list_shown"],
                now=now,
            )
        if done.ok:
            until = instant_in_words(form.moment, form.zone)
            messages.success(request, f"The letter is in circulation until {until}. Invite offices now, or share its link.")
            return redirect("desk-invite", code=code)
    return page(request, letter, "letters/desk/circulate.html", status=status_of(form), form=form)


@get_or_post
def invite(request, code):
    letter = letter_to_run(request, code)
    invited = letter.invitees.exclude(invited_at=None).values("office")
    offices = Office.objects.listed().exclude(pk__in=invited).in_order()
    shown = {field: request.GET[field] for field in ("state", "chamber") if request.GET.get(field)}
    form = InviteForm(request.POST or None, offices=offices.filter(**shown))
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        with trying(request, form) as done:
            asked = circulating.invite(letter, chosen["offices"], request.user, contacts=chosen["by_office"], now=timezone.now())
        if done.ok:
            messages.success(request, f"{len(asked)} {'office is' if len(asked) == 1 else 'offices are'} invited.")
            return redirect("desk", code=code)
    choices = {"states": sorted({office.state for office in offices}), "chambers": Office.Chamber.choices, "shown": shown}
    return page(request, letter, "letters/desk/invite.html", status=status_of(form), form=form, **choices)


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


# --- deadlines ---


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


# --- signatures that await confirmation ---


@get_or_post
def enter_yes(request, code):
    """A yes by phone or on paper, for the office to confirm."""
    letter = letter_to_run(request, code)
    form = EnterYesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        words = {field: chosen[field] for field in ("how", "said_by", "contact")}
        with trying(request, form) as done:
            signing.enter(letter, chosen["office"], request.user, now=timezone.now(), **words)
        if done.ok:
            name = chosen["office"].printed_name
            messages.success(request, f"The yes of {name} is noted. It is printed once the office itself signs.")
            return redirect("desk", code=code)
    return page(request, letter, "letters/desk/enter_yes.html", status=status_of(form), form=form)


@get_or_post
def confirm_signature(request, code, pk):
    def verb(signature, form):
        signing.confirm(signature, request.user, how=form.cleaned_data["how"], now=timezone.now())

    return settle(request, code, pk, HowForm, "letters/desk/confirm_signature.html", verb, "The signature is confirmed.")


@get_or_post
def refuse_signature(request, code, pk):
    def verb(signature, form):
        signing.refuse(signature, request.user, reason=form.cleaned_data["reason"], now=timezone.now())

    return settle(request, code, pk, RefuseForm, "letters/desk/refuse_signature.html", verb, "The signature is not taken up.")


def settle(request, code, pk, form_class, template, verb, message):
    letter = letter_to_run(request, code)
    signature = get_object_or_404(letter.signatures.select_related("office", "signed_by", "letter"), pk=pk)
    form = form_class(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with trying(request, form) as done:
            verb(signature, form)
        if done.ok:
            messages.success(request, message)
            return redirect("desk", code=code)
    return page(request, letter, template, status=status_of(form), form=form, signature=signature)


# --- records ---


@require_GET
def history(request, code):
    letter = letter_to_watch(request, code)
    events = letter.events.select_related("person", "office").order_by("-seq")
    return page(request, letter, "letters/desk/history.html", events=events, tab="history")


@require_GET
def notices(request, code):
    letter = letter_to_watch(request, code)
    rows = letter.notices.select_related("office").order_by("-created_at", "-pk")[:500]
    return page(request, letter, "letters/desk/notices.html", notices=rows, tab="notices")


@require_POST
def render_again(request, code):
    """Ask for the PDF again after a failure."""
    letter = letter_to_run(request, code)
    drafting.render_again(letter)
    return HttpResponseRedirect(reverse("desk", args=[code]))

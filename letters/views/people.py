"""A person's way into an office: by asking, by entering one that is not in the roster, or by an invitation."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from letters import permissions
from letters.authentication import reauthentication_needed
from letters.forms import EnterOfficeForm, JoinForm
from letters.models import Membership, PlaceInvitation
from letters.workflow import offices, people

from .access import get_or_post, status_of, trying, unless_unprintable


@get_or_post
def join(request, code=None):
    """Ask for a place in an office: from a letter's link, which it then opens, or from the dashboard."""
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        office, role = form.cleaned_data["office"], form.cleaned_data["role"]
        with trying(request, form) as done:
            people.ask_to_join(request.user, office, role=role, now=timezone.now())
        if done.ok:
            return asked(request, office, code)
    return render(request, "letters/join.html", {"form": form, "code": code}, status=status_of(form))


@get_or_post
def enter(request, code=None):
    """Ask for a place in an office that is not in the list: its Member's name and seat are entered by hand."""
    form = EnterOfficeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        seat = {field: form.cleaned_data[field] for field in ("chamber", "first_name", "last_name", "state", "district")}
        with trying(request, form) as done:
            people.unless_confirmed(request.user)
            unless_unprintable(seat["first_name"], seat["last_name"])
            office = offices.enter(request.user, now=timezone.now(), **seat)
            people.ask_to_join(request.user, office, role=form.cleaned_data["role"], now=timezone.now())
        if done.ok:
            return asked(request, office, code)
    return render(request, "letters/enter_office.html", {"form": form, "code": code}, status=status_of(form))


def asked(request, office, code):
    messages.success(request, f"You have asked for a place in the office of {office.label}.")
    return redirect("letter", code=code) if code else redirect("dashboard")


@require_GET
def places(request):
    """The offices in which the person has a place; straight to the page of the only one."""
    found = Membership.objects.live().filter(person=request.user).select_related("office")
    invitations = PlaceInvitation.objects.usable(timezone.now()).to(request.user).select_related("office")
    if len(found) == 1 and found[0].is_confirmed and not invitations:
        return redirect("office", pk=found[0].office_id)
    return render(request, "letters/offices.html", {"places": found, "invitations": invitations})


# --- invitations ---


@get_or_post
def invitation(request, pk):
    """The invitation, for whoever has its address confirmed; taken by POST."""
    found = get_object_or_404(PlaceInvitation.objects.to(request.user).select_related("office", "invited_by"), pk=pk)
    if request.method == "POST":
        with trying(request) as done:
            people.accept_invitation(found, request.user, now=timezone.now())
        if done.ok:
            messages.success(request, f"You have a place in the office of {found.office.label}.")
            return redirect("dashboard")
        found.refresh_from_db()
    page = {"invitation": found, "usable": found.is_usable(timezone.now())}
    return render(request, "letters/invitation.html", page, status=409 if request.method == "POST" else 200)


@require_POST
def end_invitation(request, pk):
    """Turned down by the person to whom it was sent, or taken back by the office."""
    found = get_object_or_404(PlaceInvitation.objects.select_related("office"), pk=pk)
    mine = PlaceInvitation.objects.to(request.user).filter(pk=pk).exists()
    if not mine and not permissions.may_manage(request.user, found.office):
        raise Http404
    if not mine and (proof := reauthentication_needed(request)):
        return proof
    with trying(request) as done:
        people.turn_down(found, request.user, now=timezone.now())
    if done.ok:
        messages.success(request, "The invitation is ended." if mine else "The invitation is taken back.")
    return redirect("dashboard") if mine else redirect("office", pk=found.office_id)

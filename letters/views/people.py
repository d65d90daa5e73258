"""A person's way into an office, and the office's people."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from letters import permissions
from letters.forms import JoinForm
from letters.models import Membership, Office
from letters.workflow import people

from .access import trying


@require_http_methods(["GET", "POST"])
def join(request, code=None):
    """Ask for a place in an office: from a letter's link, which it then opens, or from the dashboard."""
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        office = form.cleaned_data["office"]
        with trying(request, form) as done:
            people.ask_to_join(request.user, office, now=timezone.now())
        if done.ok:
            messages.success(request, f"You have asked for a place in the office of {office.label}.")
            return redirect("letter", code=code) if code else redirect("dashboard")
    return render(request, "letters/join.html", {"form": form})


@require_GET
def offices(request):
    """The offices in which the person has a place; straight to the page of the only one."""
    places = Membership.objects.live().filter(person=request.user).select_related("office")
    if len(places) == 1 and places[0].is_confirmed:
        return redirect("office", pk=places[0].office_id)
    return render(request, "letters/offices.html", {"places": places})


@require_GET
def office(request, pk):
    found = get_object_or_404(Office, pk=pk)
    manages = permissions.may_manage(request.user, found)
    if not manages and not permissions.confirmed(request.user).filter(office=found).exists():
        raise Http404
    places = found.memberships.live().select_related("person", "confirmed_by")
    page = {"office": found, "manages": manages, "asking": places.asking(), "places": places.confirmed()}
    return render(request, "letters/office.html", page)


@require_POST
def decide_place(request, pk, place, decision):
    found = get_object_or_404(Membership.objects.live().select_related("office", "person"), pk=place, office=pk)
    if not permissions.may_manage(request.user, found.office):
        if not permissions.confirmed(request.user).filter(office=pk).exists():
            raise Http404
        raise PermissionDenied("Only a manager of the office decides this.")
    verb = people.confirm if decision == "confirm" else people.end
    with trying(request) as done:
        verb(found, request.user, now=timezone.now())
    if done.ok:
        messages.success(request, "Done. The person is told by mail.")
    return redirect("office", pk=pk)

"""The lists of offices that an office keeps for its letters."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from letters import permissions
from letters.forms import ListForm
from letters.models import Office
from letters.workflow import lists

from .access import get_or_post, status_of, trying
from .inviting import Choice
from .office import office_for


def office_to_list_for(request, pk):
    found = office_for(request, pk)
    if not permissions.may_keep_lists(request.user, found):
        raise PermissionDenied("Only signers and managers of the office keep its lists.")
    return found


@require_GET
def shown(request, pk):
    office = office_to_list_for(request, pk)
    rows = office.lists.select_related("changed_by").annotate(size=Count("offices"))
    return render(request, "letters/office/lists.html", {"office": office, "lists": rows})


@get_or_post
def keep(request, pk):
    office = office_to_list_for(request, pk)

    def verb(chosen):
        lists.keep(office, request.user, name=chosen["name"], offices=chosen["all"], now=timezone.now())

    return edit(request, office, verb, "The list is kept.", chosen=())


@get_or_post
def change(request, pk, kept):
    office = office_to_list_for(request, pk)
    row = get_object_or_404(office.lists, pk=kept)

    def verb(chosen):
        lists.change(row, request.user, name=chosen["name"], offices=chosen["all"], now=timezone.now())

    chosen = set(row.offices.values_list("pk", flat=True))
    return edit(request, office, verb, "The list is changed.", row=row, chosen=chosen, initial={"name": row.name})


def edit(request, office, verb, message, *, chosen, row=None, initial=None):
    """One page for a new list and for one that is changed. `chosen` are ids of the offices on it now."""
    form = ListForm(request.POST or None, initial=initial, offices=Office.objects.listed())
    if request.method == "POST" and form.is_valid():
        with trying(request, form) as done:
            verb(form.cleaned_data)
        if done.ok:
            messages.success(request, message)
            return redirect("office-lists", pk=office.pk)
    ticked = set(request.POST.getlist("offices")) if form.is_bound else set(map(str, chosen))
    offices = [Choice(found, str(found.pk) in ticked) for found in Office.objects.listed().in_order()]
    groups = [(word, [choice for choice in offices if choice.row.chamber == value]) for value, word in Office.Chamber.choices]
    shown = {"office": office, "form": form, "list": row, "on_it": [choice for choice in offices if choice.checked]}
    shown["groups"] = [(word, choices) for word, choices in groups if choices]
    return render(request, "letters/office/list_edit.html", shown, status=status_of(form))


@get_or_post
def remove(request, pk, kept):
    office = office_to_list_for(request, pk)
    row = get_object_or_404(office.lists, pk=kept)
    if request.method == "POST":
        with trying(request) as done:
            lists.remove(row, request.user)
        if done.ok:
            messages.success(request, f"The list “{row.name}” is removed. Offices that were invited by it stay invited.")
        return redirect("office-lists", pk=pk)
    return render(request, "letters/office/list_remove.html", {"office": office, "list": row})

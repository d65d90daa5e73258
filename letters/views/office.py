"""An office's own page, and what its managers decide there."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from letters import permissions
from letters.authentication import reauthentication_needed
from letters.forms import (
    ConfirmPlaceForm,
    ImageForm,
    InvitePersonForm,
    ReasonForm,
    RoleForm,
    SignersForm,
    SigningNameForm,
)
from letters.models import Office, OfficeImage, Signature
from letters.workflow import offices, people

from .access import get_or_post, status_of, trying, unless_unprintable


def office_for(request, pk):
    """The office, for people with a confirmed place in it and site admins; else 404."""
    found = get_object_or_404(Office, pk=pk)
    if not permissions.may_enter(request.user, found):
        raise Http404
    return found


def office_to_manage(request, pk):
    found = office_for(request, pk)
    if not permissions.may_manage(request.user, found):
        raise PermissionDenied("Only a manager of the office does this.")
    return found


def place_in(office, pk):
    return get_object_or_404(office.memberships.live().select_related("office", "person"), pk=pk)


@require_GET
def office(request, pk):
    found = office_for(request, pk)
    places = found.memberships.live().select_related("person", "confirmed_by").order_by("pk")
    signed = (
        Signature.objects.standing()
        .filter(office=found)
        .select_related("letter__lead", "letter__revision", "revision", "signed_by", "office")
    )
    page = {
        "office": found,
        "manages": permissions.may_manage(request.user, found),
        "keeps_lists": permissions.may_keep_lists(request.user, found),
        "asking": places.asking(),
        "places": places.confirmed(),
        "invitations": found.place_invitations.open().order_by("pk"),
        "now": timezone.now(),
        "images": [(kind, found.images.on_file(kind)) for kind in OfficeImage.Kind],
        "signed": signed.filter(letter__in=permissions.readable(request.user)).order_by("-signed_at")[:100],
        "history": found.history.select_related("by", "person").order_by("-pk")[:100],
    }
    return render(request, "letters/office.html", page)


def decide(request, found, form, template, verb, message, **page):
    """A page with one form for one of the office's decisions: shown by GET, done by POST, both after a fresh proof."""
    if proof := reauthentication_needed(request):
        return proof
    if request.method == "POST" and form.is_valid():
        with trying(request, form) as done:
            verb(form.cleaned_data)
        if done.ok:
            messages.success(request, message)
            return redirect("office", pk=found.pk)
    return render(request, template, {"office": found, "form": form, **page}, status=status_of(form))


@get_or_post
def invite(request, pk):
    found = office_to_manage(request, pk)

    def verb(chosen):
        people.invite(found, chosen["address"], chosen["role"], request.user, now=timezone.now())

    form = InvitePersonForm(request.POST or None)
    return decide(request, found, form, "letters/office/invite.html", verb, "The invitation is on its way.")


@get_or_post
def confirm_place(request, pk, place):
    found = office_to_manage(request, pk)
    asked = place_in(found, place)

    def verb(chosen):
        people.confirm(asked, request.user, role=chosen["role"], how=chosen["how"], now=timezone.now())

    form = ConfirmPlaceForm(request.POST or None, initial={"role": asked.role})
    message = f"{asked.person} has a place in the office now, and is told by mail."
    return decide(request, found, form, "letters/office/confirm.html", verb, message, place=asked)


@get_or_post
def change_role(request, pk, place):
    found = office_to_manage(request, pk)
    held = place_in(found, place)

    def verb(chosen):
        people.change_role(held, chosen["role"], request.user, now=timezone.now())

    form = RoleForm(request.POST or None, initial={"role": held.role})
    return decide(request, found, form, "letters/office/role.html", verb, f"{held.person} has the new role.", place=held)


@get_or_post
def end_place(request, pk, place):
    """Refuse or end somebody's place, or leave the office oneself."""
    found = get_object_or_404(Office, pk=pk)
    held = place_in(found, place)
    leaves = held.person == request.user  # or takes back what was asked for
    if not leaves:
        office_for(request, pk)
    if not leaves and not permissions.may_manage(request.user, found):
        raise PermissionDenied("Only a manager of the office does this.")

    def verb(chosen):
        people.end(held, request.user, reason=chosen["reason"], now=timezone.now())

    form = ReasonForm(request.POST or None)
    form.fields["reason"].help_text = "It stays in the office's history."
    if leaves and request.method == "POST" and form.is_valid():
        with trying(request, form) as done:
            verb(form.cleaned_data)
        if done.ok:
            messages.success(request, f"You have left the office of {found.label}.")
            return redirect("dashboard")
    message = f"{held.person} has no access any more, and is told by mail."
    return decide(request, found, form, "letters/office/end.html", verb, message, place=held, leaves=leaves)


@get_or_post
def signers(request, pk):
    found = office_to_manage(request, pk)
    rows = found.memberships.answering().select_related("person").order_by("pk")

    def verb(chosen):
        only = chosen["who"] == "named"
        offices.name_signers(found, chosen["people"], request.user, only=only, now=timezone.now())

    start = {"who": "named" if found.named_signers_only else "all", "people": rows.filter(named_signer=True)}
    form = SignersForm(request.POST or None, initial=start, places=rows)
    return decide(request, found, form, "letters/office/signers.html", verb, "It is settled who may sign.")


@get_or_post
def signing_name(request, pk):
    found = office_to_manage(request, pk)

    def verb(chosen):
        unless_unprintable(chosen["name"], chosen["title"])
        offices.sign_as(found, request.user, name=chosen["name"], title=chosen["title"], now=timezone.now())

    form = SigningNameForm(request.POST or None, initial={"name": found.signing_name, "title": found.signing_title})
    return decide(request, found, form, "letters/office/signing_name.html", verb, "The next signature prints so.")


def kind_of_image(kind):
    if kind not in OfficeImage.Kind.values:
        raise Http404
    return OfficeImage.Kind(kind)


@get_or_post
def put_image(request, pk, kind):
    kind = kind_of_image(kind)
    found = office_to_manage(request, pk)

    def verb(chosen):
        offices.put_image(found, chosen["file"].read(), request.user, kind=kind, now=timezone.now())

    form = ImageForm(request.POST or None, request.FILES or None)
    message = f"The {kind.label} is on file."
    return decide(request, found, form, "letters/office/image.html", verb, message, image=found.images.on_file(kind), kind=kind)


@require_POST
def remove_image(request, pk, kind):
    kind = kind_of_image(kind)
    found = office_to_manage(request, pk)
    if proof := reauthentication_needed(request):
        return proof
    with trying(request) as done:
        offices.remove_image(found, request.user, kind=kind, now=timezone.now())
    if done.ok:
        messages.success(request, f"The {kind.label} is off file. Letters that show it keep it.")
    return redirect("office", pk=pk)


@require_GET
def image(request, pk, kind):
    """The image that is on file, for the office's own people."""
    on_file = office_for(request, pk).images.on_file(kind_of_image(kind))
    if on_file is None:
        raise Http404
    return HttpResponse(on_file.bytes(), content_type="image/png")

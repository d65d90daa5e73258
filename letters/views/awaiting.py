"""Signatures that await confirmation, at the lead's desk."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from letters.forms import EnterYesForm, HowForm, RefuseForm
from letters.workflow import signing

from .access import get_or_post, letter_to_run, status_of, trying
from .desk import page


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

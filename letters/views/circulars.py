"""The "Dear Colleague" at the lead's desk: a ready text, to copy, to mail oneself, or to be sent to the invited offices."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone

from letters.forms import CircularForm
from letters.mail import dear_colleague
from letters.workflow import circulars

from .access import get_or_post, letter_to_run, status_of, trying
from .desk import page


@get_or_post
def write(request, code):
    """GET makes the text anew; POST shows what would go to whom, and sends it where that was confirmed."""
    letter = letter_to_run(request, code)
    sent = letter.circulars.select_related("sent_by").order_by("-sent_at", "-pk")
    if not letter.is_open:
        return page(request, letter, "letters/desk/dear_colleague.html", sent=sent)
    form = CircularForm(request.POST or None, initial=begin(request, letter))
    step = request.POST.get("step")
    if request.method == "POST" and form.is_valid() and step != "change":
        chosen = form.cleaned_data
        if step == "send":
            with trying(request, form) as done:
                told = circulars.send(letter, request.user, now=timezone.now(), **chosen)
            if done.ok:
                messages.success(request, f"Your mail is on its way to {circulars.counted(told)}.")
                return redirect("desk", code=code)
        else:
            told = circulars.recipients(letter, to_all=chosen["to_all"], now=timezone.now())
            if told:
                return page(request, letter, "letters/desk/dear_colleague_check.html", form=form, **facts(form, told))
            form.add_error(None, circulars.nobody(chosen["to_all"]))
    more = {"named": "signers" in request.GET, "sent": sent, **mail_program(form["subject"].value(), form["body"].value())}
    return page(request, letter, "letters/desk/dear_colleague.html", status=status_of(form), form=form, **more)


def begin(request, letter):
    signers = letter.signatures.printed().in_order(letter) if "signers" in request.GET else None
    subject, body = dear_colleague.ready(letter, signers=signers)
    return {"subject": subject, "body": body}


def facts(form, told):
    subject, body = form.cleaned_data["subject"], form.cleaned_data["body"]
    return {"subject": subject, "lines": body, "told": told, "counted": circulars.counted(told), **mail_program(subject, body)}


def mail_program(subject, body):
    """The address that opens these words in a mail program; none where some would cut them off."""
    mailto = dear_colleague.mailto(subject or "", body or "")
    too_long = len(mailto) > dear_colleague.LONGEST_MAILTO
    return {"mailto": None if too_long else mailto, "longest": dear_colleague.LONGEST_MAILTO}

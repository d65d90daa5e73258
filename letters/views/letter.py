"""The letter as its readers see it, and an office's own acts on it."""

import json

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from letters import permissions
from letters.authentication import asked_by_page
from letters.forms import ConditionForm, DeadlineRequestForm, ReasonForm
from letters.models import Membership, Signature
from letters.models.answer import answers
from letters.models.rendition import DamagedRendition
from letters.pdf import draft_mark
from letters.text import diff
from letters.text.word.writer import write_docx
from letters.workflow import deadlines, signing

from .access import as_known_to, get_or_post, known_texts, letter_for, my_office, my_offices, status_of, trying


@require_GET
def letter(request, code):
    """What the link opens. Somebody without a place in any office is asked for one first, whatever the code."""
    if not Membership.objects.live().filter(person=request.user).exists() and not permissions.may_oversee(request.user):
        return redirect("office-join", code=code)
    found = letter_for(request, code)
    return render(request, "letters/letter.html", context(request, found))


def context(request, letter, read=None):
    """`read` is the earlier text that the person had open, where it was changed meanwhile."""
    now = timezone.now()
    mine = as_known_to(request.user, answers(letter, list(my_offices(request))))
    since = read or next((answer.signature.revision for answer in mine if answer.text_has_changed), None)
    return {
        **moving(request, letter),
        "revision": letter.revision,
        "letterhead": letter.letterhead(),
        "mine": [(answer, answer.is_closed(now)) for answer in mine],
        "confirmed": set(permissions.confirmed(request.user).values_list("office", flat=True)),
        "may_watch": permissions.may_watch(request.user, letter),
        "openings": list(letter.invitees.invited_of(request.user).values_list("opened_at", flat=True)),
        "now": now,
        "authorities": Signature.Authority.choices,
        "proposals": letter.proposed_edits.filter(office__in=permissions.confirmed(request.user).values("office")).order_by("pk"),
        "muted": request.user.muted_letters.filter(letter=letter).first(),
        "since": since,
        "difference": diff.compare(since.text(), letter.revision.text()) if since else None,
    }


def moving(request, letter):
    """Signers and PDF, which every open page asks for again and again: no more than the fragment shows."""
    shown = permissions.may_see_signers(request.user, letter)
    signers = letter.signatures.printed().in_order(letter) if shown else None
    return {
        "letter": letter,
        "signers": signers,
        "printed": len(signers) if shown else None,
        "earlier": signers == [] and letter.signatures.to_reaffirm().given().exists(),
        "latest": letter.latest_rendition() if shown else None,
        "may_export": permissions.may_export(request.user, letter),
        "final": letter.final(),
    }


@asked_by_page
@require_GET
def state(request, code):
    """The part of the page that moves: signers and PDF. htmx asks for it every few seconds."""
    found = letter_for(request, code)
    return render(request, "letters/components/signers.html", moving(request, found))


@require_GET
def pdf(request, code):
    """The newest PDF of a letter in circulation, marked as a draft. The final comes from `export_pdf` alone."""
    found = letter_for(request, code)
    if not permissions.may_see_signers(request.user, found):
        raise PermissionDenied("The lead's office does not show the signers before the letter is locked, so its PDF neither.")
    rendition = found.renditions.filter(final=False).order_by("-state_no").first()
    if rendition is None:
        raise Http404("The PDF is being made. Try again in a moment.")
    return pdf_response(rendition, f"DRAFT-letter-text-{found.revision.number}-{rendition.signers}-signers.pdf", inline=True)


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_GET
def docx(request, code):
    """The letter as a Word file: as it stands, marked as a draft; after the lock as its manifest has it."""
    found = letter_for(request, code)
    may = permissions.may_export if found.is_locked else permissions.may_see_signers
    if not may(request.user, found):
        raise PermissionDenied("The Word file shows the signers, and the lead's office does not show them to your office.")
    contents = json.loads(found.manifest) if found.is_locked else found.contents()
    mark = "" if found.is_locked else draft_mark(contents, timezone.now(), found.zone)
    signers = len(contents["signers"])
    name = f"letter-{locked_on(found)}" if found.is_locked else f"DRAFT-letter-text-{contents['revision']}-{signers}-signers"
    response = HttpResponse(write_docx(contents, draft_mark=mark), content_type=WORD)
    response["Content-Disposition"] = f'attachment; filename="{name}.docx"'
    return response


def locked_on(letter):
    return f"{letter.locked_at.astimezone(letter.tzinfo):%Y-%m-%d}"


@require_GET
def export_pdf(request, code):
    """The final PDF, and nothing else: refused before the lock, and when the stored bytes are not those that were sealed."""
    found = letter_for(request, code)
    if not permissions.may_export(request.user, found):
        raise PermissionDenied("The final PDF is for the lead's office and the offices that signed.")
    final = found.final()
    if final is None:
        messages.error(request, "There is no final PDF yet: it is made after the letter is locked. Try again in a moment.")
        return redirect("letter", code=code)
    return pdf_response(final, f"letter-{locked_on(found)}.pdf", inline=False)


def pdf_response(rendition, name, *, inline):
    try:
        data = rendition.read()
    except DamagedRendition:
        return HttpResponse(
            "The stored PDF is not the one that was made, so it is not served. Tell the site's administrator.",
            status=500,
            content_type="text/plain; charset=utf-8",
        )
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'{"inline" if inline else "attachment"}; filename="{name}"'
    response["X-Content-SHA256"] = rendition.sha256
    return response


# --- the office's acts ---


@require_POST
def sign(request, code):
    found = letter_for(request, code)
    office = my_office(request, request.POST.get("office"))
    now = timezone.now()
    with trying(request) as done:
        read = {"text_sha256": request.POST.get("text_sha256", ""), "authority": authority_in(request)}
        signature = signing.sign(found, office, request.user, now=now, **read)
    if done.ok and signature.affirmed_at < now:
        messages.info(request, f"{office.printed_name} has signed already, so nothing was added.")
    elif done.ok and signature.is_confirmed:
        messages.success(request, f"{office.printed_name} is signed on. A receipt is on its way to you.")
    elif done.ok:
        messages.success(request, f"Signed for {office.printed_name}, awaiting confirmation by the lead's office.")
    if done.ok or not found.is_open:
        return redirect("letter", code=code)
    found = letter_for(request, code)
    earlier = known_texts(request.user, found).exclude(pk=found.revision_id)
    read = next((text for text in reversed(earlier) if text.sha256 == request.POST.get("text_sha256")), None)
    return render(request, "letters/letter.html", context(request, found, read), status=409)


def authority_in(request):
    """What the form says of the Member's word; anything else than the choices is nothing."""
    said = request.POST.get("authority", "")
    return said if said in Signature.Authority.values else ""


def act(request, code, *, form_class, template, verb, done_message, start=lambda letter: {}):
    """A page with one form for one of the person's offices: shown by GET, done by POST.

    `start` gives what the form takes besides what was posted.
    """
    found = letter_for(request, code)
    office = my_office(request, request.POST.get("office") or request.GET.get("office"))
    answer = as_known_to(request.user, answers(found, [office]))[0]
    form = form_class(request.POST or None, **start(found))
    if request.method == "POST" and form.is_valid():
        with trying(request, form) as done:
            verb(found, office, form)
        if done.ok:
            messages.success(request, done_message.format(name=office.printed_name))
            return redirect("letter", code=code)
    page = {"letter": found, "office": office, "answer": answer, "form": form}
    return render(request, template, page, status=status_of(form))


@get_or_post
def withdraw(request, code):
    def verb(letter, office, form):
        signing.withdraw(letter, office, request.user, reason=form.cleaned_data["reason"], now=timezone.now())

    message = "{name} is taken off the letter."
    return act(request, code, form_class=ReasonForm, template="letters/withdraw.html", verb=verb, done_message=message)


@get_or_post
def decline(request, code):
    def verb(letter, office, form):
        signing.decline(letter, office, request.user, reason=form.cleaned_data["reason"], now=timezone.now())

    message = "Noted: {name} will not sign. You can change your mind until the deadline."
    return act(request, code, form_class=ReasonForm, template="letters/decline.html", verb=verb, done_message=message)


@get_or_post
def condition(request, code):
    def verb(letter, office, form):
        signing.would_sign_if(letter, office, request.user, condition=form.cleaned_data["condition"], now=timezone.now())

    message = "The lead's office sees on what condition {name} would sign."
    return act(request, code, form_class=ConditionForm, template="letters/condition.html", verb=verb, done_message=message)


@get_or_post
def request_deadline(request, code):
    def verb(letter, office, form):
        wanted = {"wanted_at": form.moment, "reason": form.cleaned_data["reason"]}
        deadlines.request(letter, office, request.user, now=timezone.now(), **wanted)

    message = "Your request is with the lead's office. You get a mail when it is answered."
    return act(
        request,
        code,
        form_class=DeadlineRequestForm,
        template="letters/request_deadline.html",
        verb=verb,
        done_message=message,
        start=lambda letter: {"zone": letter.zone},
    )


@require_POST
def take_back(request, code, pk):
    found = letter_for(request, code)
    asked = get_object_or_404(found.deadline_requests.filter(office__in=my_offices(request)), pk=pk)
    with trying(request) as done:
        deadlines.take_back(asked, request.user, now=timezone.now())
    if done.ok:
        messages.success(request, "Your request for more time is taken back.")
    return redirect("letter", code=code)

"""A person's choices about their mail, and the address in a mail that stops it."""

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from letters.authentication import count_unknown
from letters.forms.mail_choices import AlternateForm, MailChoicesForm, typed
from letters.mail import stopping
from letters.models import Letter, MailSettings, Membership, Notice, Office
from letters.workflow import bouncing, mail_choices
from letters.workflow.notices import people_of

from .access import get_or_post, letter_for, status_of, trying
from .office import decide, office_to_manage, place_in

ONE_CLICK = ("List-Unsubscribe", "One-Click")  # what a mail program posts


@get_or_post
def my_mail(request):
    now = timezone.now()
    form = MailChoicesForm(request.POST or None, initial=choices_of(request.user, now))
    if request.method == "POST" and form.is_valid():
        with trying(request, form) as done:
            mail_choices.choose(request.user, **form.chosen(), now=now)
        if done.ok:
            messages.success(request, " ".join(["Your choices are saved.", *still_coming(request.user, now)]))
            return redirect("my-mail")
    rows = request.user.muted_letters.select_related("letter__lead").order_by("-muted_at", "-pk")
    readable = set(Letter.objects.visible_to(request.user).filter(pk__in=rows.values("letter")).values_list("pk", flat=True))
    stopped = bouncing.stopped_for(request.user)
    page = {"form": form, "stopped": stopped, "muted": [(row, row.letter_id in readable) for row in rows]}
    return render(request, "letters/mail_choices.html", page, status=status_of(form))


def still_coming(person, now):
    """A sentence for each office whose mail comes to the person although they are away, since nobody else there is reached."""
    if not MailSettings.objects.filter(person=person, away_until__gt=now).exists():
        return []
    places = Membership.objects.answering().filter(person=person)
    offices = Office.objects.filter(pk__in=places.values("office")).in_order()
    people = people_of(offices, now=now)
    coming = [office.label for office in offices if person in people[office.pk]]
    return [f"While you are away, mail for {label} still comes to you: nobody else there can be reached." for label in coming]


def choices_of(person, now):
    """The form as it stands; an absence that is over is not shown."""
    settings = MailSettings.objects.filter(person=person).first() or MailSettings(person=person)
    away = settings.away_until if settings.away_until and settings.away_until > now else None
    return {
        "wanted": [kind for kind in Notice.MUTABLE if kind not in settings.muted_kinds],
        "quiet_from": typed(settings.quiet_from),
        "quiet_until": typed(settings.quiet_until),
        "zone": settings.zone,
        "back_on": away and away.astimezone(ZoneInfo(settings.zone)).date(),
    }


@require_POST
def use_again(request):
    """The person's address gets mail again, which was stopped when mail came back from it."""
    if bouncing.lift(request.user.email, request.user, now=timezone.now()):
        messages.success(request, f"Mail goes to {request.user.email} again.")
    return redirect("my-mail")


@require_POST
def mute(request, code):
    letter = letter_for(request, code)
    mail_choices.mute_letter(request.user, letter, now=timezone.now())
    messages.success(request, "You get no more reminders and news about this letter. Receipts and answers to you still come.")
    return redirect("letter", code=code)


@require_POST
def unmute(request, pk):
    """One's own, also of a letter that one may no longer read. `back` tells from which page it was asked."""
    row = request.user.muted_letters.filter(pk=pk).select_related("letter").first()
    if row is None:
        raise Http404
    mail_choices.unmute_letter(request.user, row.letter, now=timezone.now())
    messages.success(request, "Mails about that letter come again.")
    readable = Letter.objects.visible_to(request.user).filter(pk=row.letter_id).exists()
    if request.POST.get("back") == "letter" and readable:
        return redirect("letter", code=row.letter.code)
    return redirect("my-mail")


@csrf_exempt  # a mail program has no cookie; only what it posts is an act
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request, token):
    """What a mail's own address stops, for whoever has it. GET asks; the button posts what a mail program would."""
    found = stopping.read(token)
    if found is None:
        count_unknown(request)
    done = found is not None and request.method == "POST" and request.POST.get(ONE_CLICK[0]) == ONE_CLICK[1]
    if done and found.letter:
        mail_choices.mute_letter(found.person, found.letter, now=timezone.now())
    elif done:
        mail_choices.mute_kind(found.person, found.kind, now=timezone.now())
    page = {"found": found, "done": done, "one_click": ONE_CLICK}
    response = render(request, "letters/stop_mail.html", page, status=200 if found else 404)
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


@get_or_post
def alternate(request, pk, place):
    found = office_to_manage(request, pk)
    held = place_in(found, place)

    def verb(chosen):
        mail_choices.choose_alternate(held, request.user, alternate=chosen["alternate"], now=timezone.now())

    form = AlternateForm(request.POST or None, initial={"alternate": "yes" if held.alternate else "no"})
    message = f"It is settled when the office's mail goes to {held.person}."
    return decide(request, found, form, "letters/office/alternate.html", verb, message, place=held)

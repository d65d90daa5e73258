"""The lead circulates a letter."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from letters.forms import CirculateForm, as_typed
from letters.times import deadline_in_words, instant_in_words
from letters.workflow import circulating, revising, scheduling

from .access import get_or_post, letter_to_run, status_of, trying
from .deadlines import warned
from .desk import page


@get_or_post
def circulate(request, code):
    """Circulate the draft now, or set the time at which it circulates by itself."""
    letter = letter_to_run(request, code)
    start = {"audience": letter.audience, "list_shown": letter.list_shown, "zone": letter.zone, **scheduled(letter)}
    form = CirculateForm(request.POST or None, initial=start, zone=letter.zone)
    if request.method == "POST" and form.is_valid() and not warned(form, letter):
        with trying(request, form) as done:
            set_out(form, letter, request.user)
        if done.ok:
            return went_out(request, form, letter)
    told = {"copy": revising.copy_of(letter), "listed": letter.invitees.listed().count()}
    return page(request, letter, "letters/desk/circulate.html", status=status_of(form), form=form, **told)


def scheduled(letter):
    """What the form begins with where a circulation is scheduled."""
    if letter.circulate_at is None:
        return {}
    goes_out = {f"circulate_{name}": value for name, value in as_typed(letter.circulate_at, letter.zone).items()}
    return {"when": "later", **goes_out, **as_typed(letter.deadline_at, letter.zone)}


def set_out(form, letter, person):
    chosen = {name: form.cleaned_data[name] for name in ("zone", "audience", "list_shown")}
    chosen |= {"deadline_at": form.moment, "now": timezone.now()}
    if form.goes_out_at:
        scheduling.schedule(letter, person, circulate_at=form.goes_out_at, **chosen)
    else:
        circulating.circulate(letter, person, **chosen)


def went_out(request, form, letter):
    until = instant_in_words(form.moment, form.zone)
    if form.goes_out_at:
        at = deadline_in_words(form.goes_out_at, form.zone, timezone.now())
        messages.success(request, f"The letter circulates by itself on {at}. Offices then have time until {until}.")
        return redirect("desk", code=letter.code)
    invited = letter.invitees.exclude(invited_at=None).exclude(office=letter.lead).count()
    if invited:
        sentence = f"{invited} {'office is' if invited == 1 else 'offices are'} invited."
        messages.success(request, f"The letter is in circulation until {until}. {sentence}")
        return redirect("desk", code=letter.code)
    messages.success(request, f"The letter is in circulation until {until}. Invite offices now, or share its link.")
    return redirect("desk-invite", code=letter.code)


@require_POST
def unschedule(request, code):
    letter = letter_to_run(request, code)
    with trying(request) as done:
        scheduling.unschedule(letter, request.user, now=timezone.now())
    if done.ok:
        messages.success(request, "The letter stays a draft until you circulate it.")
    return redirect("desk", code=code)

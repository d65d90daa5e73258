"""The lead circulates a letter and invites offices."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone

from letters.forms import CirculateForm, InviteForm
from letters.models import Office
from letters.times import instant_in_words
from letters.workflow import circulating

from .access import get_or_post, letter_to_run, status_of, trying
from .deadlines import warned
from .desk import page


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

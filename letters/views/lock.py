"""Announce the lock, review and lock."""

import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.utils import timezone

from letters import permissions
from letters.authentication import reauthentication_needed
from letters.forms import AnnounceForm, LockForm, as_typed
from letters.times import instant_in_words
from letters.workflow import locking

from .access import get_or_post, letter_to_watch, status_of, trying, undone
from .desk import page

DAY, HOUR = datetime.timedelta(days=1), datetime.timedelta(hours=1)
DRAFT = "The letter is still a draft. It has to be circulated first."


@get_or_post
def lock_review(request, code):
    """The checks, the text and the list, and one button. The lead sees the page; only a person who may lock has the button."""
    letter = letter_to_watch(request, code)
    if letter.is_draft:
        messages.error(request, DRAFT)
        return redirect("desk", code=code)
    checks = locking.review(letter, now=timezone.now())
    form = LockForm(request.POST if request.method == "POST" else None, checks=locking.asking(checks))
    if request.method == "POST":
        if not permissions.may_lock(request.user, letter):
            raise PermissionDenied("Only an administrator locks a letter. Ask one to open this page.")
        if proof := reauthentication_needed(request):
            return proof
        if form.is_valid():
            with trying(request, form) as done:
                head = request.POST.get("head_hash", "")
                locking.lock(letter, request.user, head_hash=head, reasons=form.cleaned_data, now=timezone.now())
            if done.ok:
                messages.success(request, "The letter is locked. Its final PDF is being made.")
                return redirect("desk", code=code)
    more = {
        "form": form,
        "checks": [(check, form[check.name] if check.name in form.fields else None) for check in checks],
        "barred": any(check.level == locking.RED for check in checks),
        "signers": letter.signatures.printed().in_order(letter),
        "revision": letter.revision,
        "texts": letter.revisions.filter(number__gte=letter.first_shown().number).order_by("number"),
        "may_announce": permissions.may_announce(request.user, letter),
        "tab": "lock",
    }
    return page(request, letter, "letters/desk/lock.html", status=status_of(form), **more)


@get_or_post
def announce(request, code):
    """Tell the signers when the letter will be locked.

    Unless another time is typed, to the full hour a day from now, or after the last deadline of those who have not answered.
    """
    letter = letter_to_watch(request, code)
    if not permissions.may_announce(request.user, letter):
        raise PermissionDenied("The lead's office or an administrator announces the lock.")
    if letter.is_draft:
        messages.error(request, DRAFT)
        return redirect("desk", code=code)
    now = timezone.now()
    deadlines = [letter.deadline_for(invitee) for invitee in letter.invitees.waiting()]
    start = (max([now + DAY, *deadlines]) + HOUR).replace(minute=0, second=0, microsecond=0)
    form = AnnounceForm(request.POST or None, initial=as_typed(start, letter.zone), zone=letter.zone)
    if request.method == "POST" and form.is_valid():
        only_asked = letter.is_open and form.asks_again(deadlines, now=now)
        with trying(request, form) as done, undone(only_asked):
            locking.announce(letter, request.user, lock_at=form.moment, now=now)
        if done.ok and not only_asked:
            when = instant_in_words(form.moment, letter.zone)
            messages.success(request, f"The offices that have signed are told that the letter will be locked on {when}.")
            return redirect("lock-review", code=code)
    signed = letter.signatures.standing().given().count()
    more = {"form": form, "signed": signed, "revision": letter.revision, "tab": "lock"}
    return page(request, letter, "letters/desk/announce_lock.html", status=status_of(form), **more)

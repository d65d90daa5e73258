"""What waits for the person's offices, and the letters they run."""

from django.shortcuts import render
from django.utils import timezone

from letters import permissions
from letters.models import Letter, Membership
from letters.models.answer import answers

from .access import my_offices


def dashboard(request):
    now = timezone.now()
    places = Membership.objects.live().filter(person=request.user).select_related("office")
    offices = list(my_offices(request))
    ours = Letter.objects.led_by(request.user).select_related("lead", "revision").order_by("-created_at")
    concerning = Letter.objects.visible_to(request.user).filter(invitees__office__in=offices).exclude(status=Letter.Status.DRAFT)
    rows = [
        answer
        for letter in concerning.select_related("lead", "revision").distinct().order_by("deadline_at")
        for answer in answers(letter, offices)
        if answer.invitee
    ]
    waiting = [row for row in rows if row.letter.is_open and not row.has_answered and not row.is_closed(now)]
    return render(
        request,
        "letters/dashboard.html",
        {
            "now": now,
            "places": places,
            "waiting": sorted(waiting, key=lambda row: row.deadline_at),
            "ours": [progress(letter, now) for letter in ours],
            "done": [row for row in rows if row not in waiting],
            "may_start": any(permissions.may_start(request.user, office) for office in offices),
            "to_lock": Letter.objects.open().order_by("deadline_at") if permissions.may_lock(request.user, None) else [],
        },
    )


def progress(letter, now):
    """The line of a letter on its lead's dashboard."""
    return {
        "letter": letter,
        "signed": letter.signatures.printed().count(),
        "asked": letter.invitees.exclude(invited_at=None).count(),
        "requests": letter.deadline_requests.pending().count(),
        "awaiting": letter.signatures.awaiting().count(),
        "closed": letter.is_closed(now),
    }

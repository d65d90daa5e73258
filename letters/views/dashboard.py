"""What waits for the person's offices, and the letters they run."""

from django.db.models import Count
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from letters import permissions
from letters.models import DeadlineRequest, Invitee, Letter, Membership, PlaceInvitation, Signature
from letters.models.answer import answers_on

from .access import as_known_to, my_offices


@require_safe
def dashboard(request):
    now = timezone.now()
    places = Membership.objects.live().filter(person=request.user).select_related("office")
    offices = list(my_offices(request))
    ours = Letter.objects.led_by(request.user).select_related("lead", "revision").order_by("-created_at")
    concerning = Letter.objects.visible_to(request.user).filter(invitees__office__in=offices).exclude(status=Letter.Status.DRAFT)
    concerning = list(concerning.select_related("lead", "revision").distinct().order_by("deadline_at"))
    rows = [answer for answer in as_known_to(request.user, answers_on(concerning, offices)) if answer.invitee]
    waiting = [row for row in rows if row.is_waited_for(now)]
    ours = progress(list(ours), now)
    return render(
        request,
        "letters/dashboard.html",
        {
            "now": now,
            "places": places,
            "waiting": sorted(waiting, key=lambda row: (not row.may_affirm, row.deadline_at)),
            "ours": ours,
            "asking": [row for row in ours if row["requests"]],
            "requests": sum(row["requests"] for row in ours),
            "done": [row for row in rows if row not in waiting],
            "invitations": PlaceInvitation.objects.usable(now).to(request.user).select_related("office"),
            "claims": claims(request.user),
            "every": Letter.objects.select_related("lead").order_by("-created_at") if permissions.may_audit(request.user) else [],
            "may_start": any(permissions.may_start(request.user, office) for office in offices),
            "to_lock": Letter.objects.open().order_by("deadline_at") if permissions.may_lock(request.user, None) else [],
        },
    )


def claims(person):
    """Places asked for in offices that nobody runs, for those who decide on them."""
    if not permissions.is_site_admin(person):
        return []
    return Membership.objects.claims().select_related("office", "person").order_by("asked_at")


def progress(letters, now):
    """The lines of letters on their lead's dashboard: how many stand on each, and what waits on those in circulation."""

    def counts(rows, of=letters):
        return dict(rows.filter(letter__in=of).values_list("letter").annotate(count=Count("pk")))

    running = [letter for letter in letters if letter.is_open]

    counted = {
        "signed": counts(Signature.objects.printed()),
        "asked": counts(Invitee.objects.exclude(invited_at=None)),
        "requests": counts(DeadlineRequest.objects.pending(), running),
        "awaiting": counts(Signature.objects.awaiting(), running),
        "conditions": counts(Invitee.objects.conditional().filter(condition_answered_at=None), running),
    }
    return [
        {"letter": letter, "closed": letter.is_closed(now), **{name: rows.get(letter.pk, 0) for name, rows in counted.items()}}
        for letter in letters
    ]

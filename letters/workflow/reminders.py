"""Reminders: counted back from each office's own deadline, to every office that has not answered."""

import datetime

from django.db.models import Q

from letters.models import Invitee, Letter, Notice

from .notices import people_of, queue, readers, tell

# Counted back from the office's own deadline, longest first.
STEPS = {
    "3d": datetime.timedelta(days=3),
    "1d": datetime.timedelta(days=1),
    "3h": datetime.timedelta(hours=3),
}


def step_due(deadline_at, invited_at, now):
    """The newest step whose moment has come, unless the office was invited after it. None when no reminder is due."""
    passed = [(at, name) for name, before in STEPS.items() if (at := deadline_at - before) <= now < deadline_at]
    at, name = max(passed, default=(None, None))
    return name if name and invited_at <= at else None


def plan(now):
    """Queue what is due of the reminders: to every office that has not answered, the newest step only, each at most once."""
    horizon = now + max(STEPS.values())
    soon = Q(letter__deadline_at__range=(now, horizon)) | Q(deadline_at__range=(now, horizon))
    waiting = Invitee.objects.waiting().filter(soon, letter__status=Letter.Status.OPEN, office__left_on=None)
    waiting = list(waiting.select_related("letter", "office"))
    people = people_of({invitee.office_id for invitee in waiting}, now=now)
    due = []
    for invitee in waiting:
        deadline_at = invitee.letter.deadline_for(invitee)
        step = step_due(deadline_at, invitee.invited_at, now)
        if step:
            about = f"{step} {deadline_at.isoformat()}"
            refs = {"letter": invitee.letter, "office": invitee.office, "deadline_at": deadline_at, "step": step}
            told = readers(invitee.office, invitee, people, now=now)
            due += tell(Notice.Kind.REMINDER, told, now=now, about=about, **refs)
    known = set(Notice.objects.filter(key__in=[notice.key for notice in due]).values_list("key", flat=True))
    queue([notice for notice in due if notice.key not in known])

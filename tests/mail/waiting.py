"""Mail that waits, and sending it by hand."""

from django.utils import timezone

from letters import tasks
from letters.models import Notice
from tests.factories import make_letter, make_office, make_staff


def offices(count):
    found = [make_office() for _ in range(count)]
    for office in found:
        make_staff(office)
    return found


def invitations(count):
    """Queues one invitation to each of several offices; returns them in the order in which they are sent."""
    make_letter(invited=offices(count))
    return Notice.objects.order_by("due_at", "pk")


def alone(occasion):
    """The occasion's notice, with every other one out of the way."""
    notice = occasion()
    Notice.objects.exclude(pk=notice.pk).update(dropped_at=timezone.now())
    return notice


def deliver(notice):
    tasks.deliver()
    notice.refresh_from_db()
    return notice


def ids(post_office):
    return [received.id for received in post_office.mails()]

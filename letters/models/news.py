"""What a digest tells the lead's people: what offices did since they were last told, and what waits for an answer."""

from django.db.models import Count, Q

from .event import Event
from .notice import Notice

# What offices do. What the lead's own people do among themselves is no news to them.
KINDS = (
    Event.Kind.SIGNED,
    Event.Kind.REAFFIRMED,
    Event.Kind.WITHDREW,
    Event.Kind.DECLINED,
    Event.Kind.CONDITION,
    Event.Kind.DEADLINE_ASKED,
    Event.Kind.EDIT_PROPOSED,
)
CONDITION_TAKEN_BACK = Q(kind=Event.Kind.CONDITION, data__contains='"taken_back":true')


def told():
    return Event.objects.filter(kind__in=KINDS).exclude(CONDITION_TAKEN_BACK)


def failed(since):
    """Mails that came back, or never got through, after the instant (or the expression) given."""
    lost = Q(refused=True) | Q(dropped_because__in=Notice.NOT_DELIVERED)
    return Notice.objects.filter(Q(bounced_at__gt=since) | (lost & Q(dropped_at__gt=since)))


def since(notice):
    """Until when the digest's address has been told: when the last one went to it, or the letter was opened."""
    digests = Notice.objects.filter(kind=Notice.Kind.DIGEST, letter=notice.letter, address=notice.address)
    last = digests.exclude(sent_at=None).exclude(pk=notice.pk).order_by("-started_at").first()
    return last.started_at if last else notice.letter.opened_at


def counts(notice):
    """Kind of event → how many offices, of acts by others than the reader since they were told; no kind without any."""
    events = told().filter(letter=notice.letter, at__gt=since(notice)).exclude(person=notice.person)
    return dict(events.order_by().values_list("kind").annotate(Count("office", distinct=True)))


def failures(notice):
    """How many mails about the letter did not arrive since the reader was told."""
    return failed(since(notice)).filter(letter=notice.letter).count()


def is_any(notice):
    return bool(counts(notice) or failures(notice))

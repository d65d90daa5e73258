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
    """Mails that came back, or never got through, after the instant (or expression) given; not digests: each would cause one."""
    lost = Q(refused=True) | Q(dropped_because__in=Notice.NOT_DELIVERED)
    found = Notice.objects.filter(Q(bounced_at__gt=since) | (lost & Q(dropped_at__gt=since)))
    return found.exclude(kind=Notice.Kind.DIGEST)


def since(notice):
    """Until when the digest's address has been told: when the last one went to it, or the letter was opened."""
    last = last_digest(notice)
    return last.started_at if last else notice.letter.opened_at


def last_digest(notice):
    digests = Notice.objects.filter(kind=Notice.Kind.DIGEST, letter=notice.letter, address=notice.address)
    return digests.exclude(sent_at=None).exclude(pk=notice.pk).order_by("-started_at").first()


def counts(notice):
    """Kind of event → how many offices, of acts by others than the reader since they were told; no kind without any.

    They are told apart by their numbers: the instant of an act is taken before it is done, which may be after a digest.
    """
    last = last_digest(notice)
    new = told().filter(letter=notice.letter, seq__gt=last.event_no if last else 0, seq__lte=notice.letter.event_no)
    events = new.exclude(person=notice.person)
    return dict(events.order_by().values_list("kind").annotate(Count("office", distinct=True)))


def failures(notice):
    """How many mails about the letter did not arrive since the reader was told."""
    return failed(since(notice)).filter(letter=notice.letter).count()


def is_any(notice):
    return bool(counts(notice) or failures(notice))

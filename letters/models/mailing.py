"""How the mail of one letter to each of its offices fares."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Exists, Max, OuterRef, Q
from django.db.models.functions import Lower

from .mail import Suppression
from .notice import Notice
from .office import Membership

Kind = Notice.Kind
# They name an office, but go to the lead's people, or to somebody whom the office does not know.
NOT_TO_THE_OFFICE = (Kind.AWAITING, Kind.REQUEST_RECEIVED, Kind.EDIT_PROPOSED, Kind.CONDITION_RECEIVED, Kind.REFUSED)


@dataclass(frozen=True)
class Mail:
    """`last` is the newest mail to the office (a Notice) or None; `on_its_way` and `failed` count, the sent ones aside."""

    last: Notice | None = None
    taken: int = 0
    on_its_way: int = 0
    failed: int = 0
    has_people: bool = False
    has_contact: bool = False

    @property
    def has_nobody(self):
        """Whether there is nobody to mail: neither people of the office here nor an address for it."""
        return not (self.has_people or self.has_contact)

    @property
    def reaches_nobody(self):
        return not (self.taken or self.on_its_way) and (self.failed > 0 or self.has_nobody)


def mail_to_offices(letter):
    """Office id → Mail, for every office on the letter; the same few queries however many they are."""
    notices = Notice.objects.filter(letter=letter).exclude(office=None).exclude(kind__in=NOT_TO_THE_OFFICE)
    stopped = Exists(Suppression.objects.standing().filter(address=Lower(OuterRef("address"))))
    came_to_nothing = Q(refused=True) | Q(dropped_because__in=Notice.NOT_DELIVERED) | (Q(dropped_at__isnull=False) & stopped)
    counts = notices.values("office").annotate(
        newest=Max("pk"),
        taken=Count("pk", filter=Q(sent_at__isnull=False, bounced_at=None)),
        on_its_way=Count("pk", filter=Q(sent_at=None, dropped_at=None)),
        failed=Count("pk", filter=Q(bounced_at__isnull=False) | came_to_nothing),
    )
    rows = {row.pop("office"): row for row in counts}
    newest = Notice.objects.in_bulk([row.pop("newest") for row in rows.values()])
    last = {notice.office_id: notice for notice in newest.values()}
    places = Membership.objects.answering().filter(office__in=letter.invitees.values("office"))
    peopled = set(places.values_list("office", flat=True))
    mails = defaultdict(lambda: Mail(has_people=True))  # the lead, for one, has no row and needs no mail
    for office, contact in letter.invitees.values_list("office", "contact"):
        told = {"has_people": office in peopled, "has_contact": bool(contact)}
        mails[office] = Mail(last.get(office), **told, **rows.get(office, {}))
    return mails

"""The digest for the people who run a letter: daily, hourly in the last day, and only when offices did something."""

import datetime
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import DateTimeField, Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Least

from letters.models import Invitee, Letter, Notice, news

from .mail_choices import muted_by
from .notices import people_of, queue, tell

Kind = Notice.Kind
DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)
MORNING = datetime.time(8)
NEVER = Value(datetime.datetime(9999, 1, 1, tzinfo=datetime.UTC), DateTimeField())


@dataclass(frozen=True)
class Slot:
    """The time for one digest: its name, by which it is sent once, and the instant at which it began."""

    name: str
    at: datetime.datetime


def slot_of(letter, now):
    """The slot in which `now` lies: an hour in the letter's last day, and the one after it; else from 8:00 to 8:00 there."""
    if letter.deadline_at - DAY <= now < letter.deadline_at + HOUR:
        at = now.astimezone(datetime.UTC).replace(minute=0, second=0, microsecond=0)
        return Slot(f"{at:%Y-%m-%dT%HZ}", at)
    today = now.astimezone(letter.tzinfo).date()
    days = (datetime.datetime.combine(today - days * DAY, MORNING, letter.tzinfo) for days in (0, 1))
    at = next(at for at in days if at <= now)
    return Slot(f"{at.date()}", at)


def plan(now):
    """Queue a digest for each of the lead's people where offices did something before this slot and nobody was told yet."""
    due = [(letter, slot) for letter in with_news(now) if letter.news_at <= (slot := slot_of(letter, now)).at]
    if not due:
        return
    letters = [letter for letter, _ in due]
    leads = defaultdict(list, {letter.pk: [letter.lead_id] for letter in letters})
    for letter, office in Invitee.objects.filter(letter__in=letters, co_lead=True).values_list("letter", "office"):
        leads[letter].append(office)
    people = people_of({office for offices in leads.values() for office in offices}, now=now)
    muted = muted_by({person for found in people.values() for person in found}, Kind.DIGEST, letters)
    told = []
    for letter, slot in due:
        readers = {person for office in leads[letter.pk] for person in people[office] if not muted(person, letter)}
        told += tell(Kind.DIGEST, readers, now=now, about=slot.name, letter=letter, event_no=letter.event_no)
    queue(told)


def with_news(now):
    """Open letters with the instant of the first news since the last digest as `news_at`; one query for all of them.

    Of the last digests to several people the one that told least counts. News again is what one told that broke off.
    """
    last = Notice.objects.filter(kind=Kind.DIGEST, letter=OuterRef("pk")).order_by("-created_at", "event_no")
    acts = news.told().filter(letter=OuterRef("pk"), seq__gt=OuterRef("told_no")).order_by("seq").values("at")[:1]
    mails = news.failed(OuterRef("told_at")).filter(letter=OuterRef("pk"))
    mails = mails.annotate(failed_at=Coalesce("bounced_at", "dropped_at")).order_by("failed_at").values("failed_at")[:1]
    broken = last.filter(created_at=OuterRef("told_at"), dropped_because=Notice.INTERRUPTED).values("dropped_at")[:1]
    found = still_running(Letter.objects.open(), now)
    found = found.annotate(told_at=Coalesce(Subquery(last.values("created_at")[:1]), "opened_at"))
    found = found.annotate(told_no=Coalesce(Subquery(last.values("event_no")[:1]), 0))
    firsts = {"act_at": acts, "mail_at": mails, "broken_at": broken}
    found = found.annotate(**{name: Coalesce(Subquery(rows), NEVER) for name, rows in firsts.items()})
    return found.annotate(news_at=Least(*firsts)).filter(news_at__lt=NEVER)


def still_running(letters, now):
    """Those that some office may still sign, or might until a day ago."""
    longer = Invitee.objects.filter(letter=OuterRef("pk"), deadline_at__gte=now - DAY)
    return letters.filter(Q(deadline_at__gte=now - DAY) | Exists(longer))


def reason_against(notice, now):
    """Why the digest must not be sent any more; its words are made when it is sent, so a later one tells all of it."""
    if not notice.letter.is_open:
        return "the letter is no longer open"
    if not still_running(Letter.objects.filter(pk=notice.letter_id), now).exists():
        return "the time for every office has been up for more than a day"
    later = {"kind": notice.kind, "letter": notice.letter, "address": notice.address, "pk__gt": notice.pk}
    if Notice.objects.filter(**later).exists():
        return "a later digest tells it"
    return "" if news.is_any(notice) else "nothing happened since the last digest"

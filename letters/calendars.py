"""Deadlines as iCalendar (RFC 5545): a file for one letter, and a feed for all that a person's offices have to answer or lead.

A calendar leaves the house as a mail does: it says who leads a letter, whose answer is awaited and where the letter is, never
its title, text, addressees or signers.
"""

import datetime
from collections import defaultdict

import icalendar
from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from letters.models import DeadlineRequest, Event, Letter, Office
from letters.models.answer import answers_on
from letters.text.characters import REFUSED
from letters.times import instant_in_words

# An event that takes no time is drawn as an hour after the deadline by some calendars, and a task is not shown by most. One
# that ends at the deadline is shown by all, and who reads only its beginning is early.
LASTS = datetime.timedelta(minutes=15)
ALARMS = (datetime.timedelta(days=1), datetime.timedelta(hours=3))  # before the deadline
ASK_AGAIN = datetime.timedelta(hours=1)


def feed(person):
    """The deadlines that wait for the person's offices, and those of the letters their offices lead, as bytes."""
    calendar = empty()
    calendar.add("x-wr-calname", "Sign-on letters")
    calendar.add("name", "Sign-on letters")
    calendar.add("x-published-ttl", icalendar.vDuration(ASK_AGAIN))
    calendar.add("refresh-interval", icalendar.vDuration(ASK_AGAIN), parameters={"VALUE": "DURATION"})
    return filled(calendar, waiting_for(person))


def file(answers):
    """One event for each of the answers (an office on a circulated letter), as bytes."""
    return filled(empty(), answers)


def waiting_for(person):
    """Answers on open letters: of offices the person has a confirmed place in that lead the letter or have yet to answer."""
    offices = list(Office.objects.of(person).in_order())
    concerning = Q(lead__in=offices) | Q(invitees__office__in=offices)
    letters = Letter.objects.visible_to(person).open().filter(concerning).select_related("lead").distinct()
    rows = answers_on(list(letters.order_by("deadline_at", "pk")), offices)
    return [row for row in rows if leads(row) or (row.invitee and not row.has_answered and row.office.left_on is None)]


def concerned(letter, answers):
    """Those of the answers of a person's offices that the letter waits for, or that lead it.

    Where none is on the letter yet, all are that may still come by its link.
    """
    if letter.is_draft:
        return []
    able = [row for row in answers if leads(row) or row.office.left_on is None]
    on_letter = [row for row in able if leads(row) or row.invitee]
    return on_letter or (able if letter.audience == Letter.Audience.ANY else [])


def leads(answer):
    return answer.office.pk == answer.letter.lead_id or bool(answer.invitee and answer.invitee.co_lead)


# --- iCalendar ---


def empty():
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//cosign//sign-on letters//EN")
    calendar.add("version", "2.0")
    return calendar


def filled(calendar, answers):
    moves = moves_of({answer.letter.pk for answer in answers})
    for answer in answers:
        own = moves[answer.letter.pk, answer.office.pk]
        calendar.add_component(event(answer, [*moves[answer.letter.pk, None], *own]))
    return calendar.to_ical()


def moves_of(letters):
    """When deadlines of the letters (ids) were moved, their links replaced, or offices made co-leads, who have the letter's own.

    Sets of instants by letter and office, by letter and None for all.

    They count the revisions of an event. The number of all events of a letter would tell how many have signed.
    """
    moves = defaultdict(set)  # requests that were answered together are one move
    moved = Event.objects.filter(letter__in=letters, kind__in=[Event.Kind.DEADLINE_MOVED, Event.Kind.LINK_REPLACED])
    for letter, at in moved.values_list("letter", "at"):
        moves[letter, None].add(at)
    co_leads = Event.objects.filter(letter__in=letters, kind=Event.Kind.ARRANGED).exclude(office=None)
    for letter, office, at in co_leads.values_list("letter", "office", "at"):
        moves[letter, office].add(at)
    for outage in Event.objects.filter(letter__in=letters, kind=Event.Kind.OUTAGE):
        details = outage.details
        for office in [*([None] if details["new"] != details["old"] else []), *(row["office"] for row in details["offices"])]:
            moves[outage.letter_id, office].add(outage.at)
    granted = DeadlineRequest.objects.filter(letter__in=letters, decision__in=DeadlineRequest.GRANTED)
    for letter, office, decision, at in granted.values_list("letter", "office", "decision", "decided_at"):
        moves[letter, None if decision == DeadlineRequest.Decision.ALL else office].add(at)
    return moves


def event(answer, moves):
    """One office's deadline. `moves` are the instants at which it was moved."""
    letter = answer.letter
    at = (letter.deadline_at if leads(answer) else answer.deadline_at).astimezone(datetime.UTC)
    changed_at = max([letter.opened_at, *moves, *([letter.locked_at] if letter.is_locked else [])])
    url = settings.SITE_URL + reverse("letter", args=[letter.code])
    found = icalendar.Event()
    found.add("uid", f"{letter.ref}-{answer.office.pk}@cosign")
    found.add("sequence", len(moves) + letter.is_locked)
    found.add("dtstamp", changed_at.astimezone(datetime.UTC))
    found.add("dtstart", at - LASTS)
    found.add("dtend", at)
    found.add("summary", summary(answer))
    found.add("description", f"{sentence(answer, at)}\n{url}")
    found.add("url", url)
    found.add("status", "CANCELLED" if letter.is_locked else "CONFIRMED")
    found.add("class", "PRIVATE")
    found.add("transp", "TRANSPARENT")
    for before in () if letter.is_locked or (answer.has_answered and not leads(answer)) else ALARMS:
        found.add_component(alarm(before, summary(answer)))
    return found


def alarm(before, words):
    """`before` is counted from the deadline, the trigger from the beginning of the event: not all programs know its end."""
    found = icalendar.Alarm()
    found.add("action", "DISPLAY")
    found.add("description", words)
    found.add("trigger", LASTS - before)
    return found


def summary(answer):
    what = "deadline" if leads(answer) else f"answer for {one_line(answer.office.printed_name)}"
    return f"Sign-on letter led by {one_line(answer.letter.lead.label)}: {what}"


def sentence(answer, at):
    letter = answer.letter
    if letter.is_locked:
        return "The letter is finished. No answer is awaited any more."
    when = instant_in_words(at, letter.zone)
    if leads(answer):
        return f"Offices sign until {when}."
    return f"The time of the office of {one_line(answer.office.printed_name)} ends on {when}."


def one_line(text):
    return " ".join(REFUSED.sub(" ", text).split())

"""Deadlines for calendar programs: a file for each letter, and a private feed that needs no sign-in."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST, require_safe

from letters import calendars
from letters.authentication import count_unknown, reauthentication_needed
from letters.models import CalendarFeed, Membership, Office
from letters.models.answer import answers
from letters.workflow import feeds

from .access import as_known_to, get_or_post, letter_for


@require_GET
def deadline(request, code):
    """The deadline of each of the person's offices that the letter concerns, or of the one that the query names."""
    letter = letter_for(request, code)
    places = Membership.objects.live().filter(person=request.user)
    offices = list(Office.objects.filter(pk__in=places.values("office")).in_order())
    rows = calendars.concerned(letter, as_known_to(request.user, answers(letter, offices)))
    if "office" in request.GET:
        rows = [row for row in rows if str(row.office.pk) == request.GET["office"]]
    if not rows:
        raise Http404
    return calendar_response(calendars.file(rows), 'attachment; filename="deadline.ics"')


@login_not_required
@require_safe
def feed(request, secret):
    """A person's deadlines, for whoever has the secret. A wrong one and a revoked one look alike."""
    found = CalendarFeed.objects.opened_by(secret)
    if found is None:
        count_unknown(request)
        raise Http404
    response = calendar_response(calendars.feed(found.person), 'inline; filename="deadlines.ics"')
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def calendar_response(data, disposition):
    response = HttpResponse(data, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = disposition
    return response


@get_or_post
def my_feed(request):
    """Whether the person has an address; POST makes one, in place of the one before, and shows it this one time."""
    address = ""
    if request.method == "POST":
        if proof := reauthentication_needed(request):
            return proof
        secret = feeds.make(request.user, now=timezone.now())
        address = settings.SITE_URL + reverse("calendar-feed", args=[secret])
    feed = request.user.calendar_feeds.standing().first()
    return render(request, "letters/calendar.html", {"feed": feed, "address": address})


@require_POST
def revoke(request):
    if proof := reauthentication_needed(request):
        return proof
    feeds.revoke(request.user, now=timezone.now())
    messages.success(request, "The address is revoked. Take the calendar out of your calendar program.")
    return redirect("my-calendar")

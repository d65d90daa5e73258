"""Fetching with the right to see, and trying a verb: the two things that every page does."""

from contextlib import contextmanager

from allauth.core.exceptions import ImmediateHttpResponse
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from letters import permissions
from letters.authentication import count_unknown
from letters.forms.fields import refuse, row_ids
from letters.models import Letter, Membership, Office, RetiredLink
from letters.pdf import fonts
from letters.text.html import TextError
from letters.workflow import Refused

get_or_post = require_http_methods(["GET", "POST"])


def letter_for(request, code):
    """The letter with this code when the person may see it, else 404: an unknown code and a forbidden one look alike.

    A code that the letter had in its link once is 410 for those who may know why: nothing else is done with it.
    """
    if not (code.isascii() and code.isalnum()):
        raise Http404
    visible = Letter.objects.visible_to(request.user).select_related("lead", "revision")
    found = visible.filter(code=code).first()
    if found is None:
        retired = RetiredLink.objects.told_to(request.user).filter(code=code).select_related("letter__lead").first()
        if retired:
            raise ImmediateHttpResponse(replaced(request, retired))
        count_unknown(request)
        raise Http404
    return found


# What forms send that nobody has typed.
NOT_TYPED = {"csrfmiddlewaretoken", "office", "text_sha256", "head_hash", "version", "all_the_same"}


def replaced(request, link):
    """The page that stands at an earlier link of a letter. The way to the letter is shown to those who need no link."""
    letter = link.letter
    shown = Letter.objects.open_without_link(request.user).filter(pk=letter.pk).exists()
    if request.accepts("application/json") and not request.accepts("text/html"):  # the editor saves by itself
        error = "The link of this letter was replaced. Copy what you typed, open the letter anew, and go on there."
        return JsonResponse({"error": error}, status=410)
    typed = [value for name in request.POST if name not in NOT_TYPED for value in request.POST.getlist(name) if value.strip()]
    page = {"letter": letter, "link": link, "shown": shown, "typed": typed, "acted": request.method == "POST"}
    response = render(request, "letters/link_replaced.html", page, status=410)
    if request.htmx:
        response["HX-Refresh"] = "true"  # the whole page tells it, not the fragment that was asked for
    return response


def letter_to_run(request, code):
    letter = letter_for(request, code)
    if not permissions.may_run(request.user, letter):
        raise PermissionDenied("Only the lead's office runs this letter.")
    return letter


def letter_to_watch(request, code):
    letter = letter_for(request, code)
    if not permissions.may_watch(request.user, letter):
        raise PermissionDenied("Only the lead's office sees this page.")
    return letter


def known_texts(person, letter):
    """The texts that the person may read, oldest first: to all but the lead's people, drafts were never shown."""
    texts = letter.revisions.select_related("created_by").order_by("number")
    if permissions.may_watch(person, letter):
        return texts
    return texts.filter(number__gte=letter.first_shown().number) if letter.opened_at else texts.none()


def my_offices(request):
    """Offices for which the person may answer, or has asked to: at most a few."""
    places = Membership.objects.live().signers().filter(person=request.user)
    return Office.objects.filter(pk__in=places.values("office")).in_order()


def my_office(request, pk):
    """One of the person's own offices, whatever the form says; any other is 404."""
    office = my_offices(request).filter(pk__in=row_ids([pk])).first()
    if office is None:
        raise Http404
    return office


def as_known_to(person, rows):
    """The offices' answers, without what is told in confidence where the person's place is only asked for."""
    confirmed = set(permissions.confirmed(person).values_list("office", flat=True))
    return [row if row.office.pk in confirmed else row.for_asking(person) for row in rows]


@contextmanager
def trying(request, form=None):
    """Run a verb; a refusal becomes a sentence on the form, or a message. `done.ok` tells which it was."""
    done = Outcome()
    try:
        yield done
        done.ok = True
    except (Refused, TextError) as refusal:
        done.refusal = refusal
        if form is None:
            messages.error(request, str(refusal))
        else:
            refuse(form, refusal)


@contextmanager
def undone(only_asked):
    """Run a verb; where it is `only_asked` what it would do, nothing is kept of it, and its refusal is known all the same."""
    with transaction.atomic():
        yield
        transaction.set_rollback(only_asked)


def status_of(form):
    """409 for a page that shows why a verb was refused, else 200."""
    return 409 if form.is_bound and (form.non_field_errors() or getattr(form, "refused", False)) else 200


def unless_unprintable(*texts):
    """A name that the letter's font does not hold would keep a letter from being printed, and so from being locked."""
    for text in texts:
        if (at := fonts.first_missing(text)) is not None:
            raise TextError(f"Letters cannot print {fonts.named(text[at])}. Write it another way.")


class Outcome:
    ok = False
    refusal = None

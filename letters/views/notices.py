"""The mails of a letter, at the lead's desk: what became of each, how it reads, and sending it again."""

from dataclasses import dataclass, fields
from urllib.parse import urlencode

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from letters.forms.contact import ContactForm
from letters.mail import showing
from letters.models import Invitee, Membership, Notice
from letters.workflow import bouncing

from .access import get_or_post, letter_to_run, letter_to_watch, status_of, trying
from .desk import page

ROWS = 100
Standing = Notice.Standing
# Mail that reached nobody.
FAILED = (Standing.RETURNED, Standing.REFUSED)
# The mail went to an office's contact, and the office has another one since.
HAS_ANOTHER_CONTACT = Exists(
    Invitee.objects.annotate(at=Lower("contact"))
    .filter(letter=OuterRef("letter"), office=OuterRef("office"))
    .exclude(at=Lower(OuterRef("address")))
)
# A mail is shown in a frame of its own: its styles are its own, and nothing in it runs, is fetched or leads anywhere.
IN_A_FRAME = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "base-uri": [NONE],
    "form-action": [NONE],
    "frame-ancestors": [SELF],
    "sandbox": True,
}


@dataclass(frozen=True)
class Shown:
    """Which mails are listed. What the address asks for and there is not is not asked for."""

    state: str
    kind: str
    words: str

    @classmethod
    def asked_for(cls, request):
        choices = {"state": Standing.values, "kind": Notice.Kind.values}
        given = {name: request.GET.get(name, "") for name in choices}
        words = " ".join(request.GET.get("words", "").replace("\0", " ").split())[:100]
        return cls(**{name: value if value in choices[name] else "" for name, value in given.items()}, words=words)

    def of_office(self, rows):
        """Those to the office or address that was searched for."""
        for word in self.words.split():
            named = ("office__name", "office__signing_name", "office__last_name", "office__state", "address")
            rows = rows.filter(Q(*((f"{name}__icontains", word) for name in named), _connector=Q.OR))
        return rows

    def query(self, **changes):
        chosen = {field.name: getattr(self, field.name) for field in fields(self)} | changes
        return urlencode({name: value for name, value in chosen.items() if value})


@require_GET
def notices(request, code):
    letter, now = letter_to_watch(request, code), timezone.now()
    shown = Shown.asked_for(request)
    rows = shown.of_office(letter.notices.with_standing(now).annotate(elsewhere=HAS_ANOTHER_CONTACT))
    counted = list(rows.values_list("standing", "kind").annotate(Count("pk")).order_by())
    states = totals((state, count) for state, kind, count in counted if shown.kind in ("", kind))
    kinds = totals((kind, count) for state, kind, count in counted if shown.state in ("", state))
    if shown.kind:
        rows = rows.filter(kind=shown.kind)
    lost = rows.filter(standing__in=FAILED).exclude(person=None, elsewhere=True).count()
    if shown.state:
        rows = rows.filter(standing=shown.state)
    listed = Paginator(rows.select_related("office", "person").order_by("-pk"), ROWS).get_page(request.GET.get("page"))
    return page(
        request,
        letter,
        "letters/desk/notices.html",
        listed=listed,
        rows=with_contacts(letter, listed),
        to_others=bouncing.in_place_of(listed, now=now),
        shown=shown,
        states=[(state, states.get(state, 0), shown.query(state=state)) for state in Standing if state in (*states, shown.state)],
        kinds=[(kind, kinds.get(kind, 0)) for kind in Notice.Kind if kind in (*kinds, shown.kind)],
        every_state=(sum(states.values()), shown.query(state="")),
        failed=0 if shown.state in FAILED else lost,
        query=shown.query(),
        tab="notices",
    )


def totals(counted):
    found = {}
    for name, count in counted:
        found[name] = found.get(name, 0) + count
    return found


def with_contacts(letter, rows):
    """Each notice with the invitee to whom the lead may give another contact, where mail to the present one was lost."""
    at_contact = [notice for notice in rows if notice.person_id is None and not notice.elsewhere]
    lost = [notice for notice in at_contact if notice.dropped_at or notice.bounced_at]
    offices = {notice.office_id for notice in lost} if letter.is_open else set()
    peopled = Membership.objects.answering().filter(office__in=offices).values("office")
    waiting = letter.invitees.waiting().filter(office__in=offices).exclude(office__in=peopled)
    invitees = {invitee.office_id: invitee for invitee in waiting}
    return [(notice, invitees.get(notice.office_id) if notice in lost else None) for notice in rows]


def notice_of(letter, pk):
    rows = letter.notices.with_standing(timezone.now()).select_related("office", "person", "letter__lead", "letter__revision")
    return get_object_or_404(rows, pk=pk)


@require_GET
def notice(request, code, pk):
    """One mail as it would read now."""
    letter = letter_to_watch(request, code)
    found = notice_of(letter, pk)
    mail = showing.shown(found, now=timezone.now())
    parts = mail and showing.parts(mail)
    return page(request, letter, "letters/desk/notice.html", notice=found, parts=parts, tab="notices")


@require_GET
@csp(IN_A_FRAME)
@xframe_options_sameorigin
def notice_html(request, code, pk):
    return html_of(showing.shown(notice_of(letter_to_watch(request, code), pk), now=timezone.now()))


def html_of(mail):
    if mail is None:
        raise Http404
    return HttpResponse(showing.parts(mail)["html"])


@require_POST
def send_again(request, code, pk):
    letter = letter_to_run(request, code)
    found = get_object_or_404(letter.notices.select_related("letter", "person", "office", "again_of"), pk=pk)
    with trying(request) as done:
        again = bouncing.send_again(found, request.user, now=timezone.now())
    if done.ok:
        messages.success(request, to_whom(found, [row.address for row in again]))
    return redirect("desk-notices", code=code)


def to_whom(notice, addresses):
    if addresses == [notice.address]:
        return f"The mail to {notice.address} is sent again."
    *others, last = addresses
    return f"The mail goes to {', '.join(others)}{' and ' if others else ''}{last} now."


@get_or_post
def contact(request, code, pk):
    """Another address for an office that has no people here."""
    letter = letter_to_run(request, code)
    invitee = get_object_or_404(letter.invitees.select_related("office", "letter"), pk=pk)
    form = ContactForm(request.POST or None, initial={"address": invitee.contact})
    if request.method == "POST" and form.is_valid():
        address = form.cleaned_data["address"]
        with trying(request, form) as done:
            bouncing.change_contact(invitee, address, request.user, now=timezone.now())
        if done.ok:
            messages.success(request, f"The invitation goes to {address} now.")
            return redirect("desk-notices", code=code)
    return page(request, letter, "letters/desk/contact.html", status=status_of(form), form=form, invitee=invitee, tab="notices")


# --- before anything is sent ---


@require_GET
def mails(request, code):
    """What the mails look like that this letter's offices get."""
    letter = letter_to_watch(request, code)
    found = showing.samples(letter, request.user, now=timezone.now())
    samples = [(kind, showing.parts(mail)) for kind, mail in found.items()]
    return page(request, letter, "letters/desk/mails.html", samples=samples, tab="notices")


@require_GET
@csp(IN_A_FRAME)
@xframe_options_sameorigin
def mail_html(request, code, mail):
    letter = letter_to_watch(request, code)
    if mail not in showing.OF_ANY_LETTER:
        raise Http404
    return html_of(showing.sample(mail, letter, request.user, now=timezone.now()))

"""Where each office stands, at the lead's desk; what the lead answers to a condition; what an office lets the lead know."""

from contextlib import suppress
from dataclasses import dataclass, fields
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from letters import exports, permissions
from letters.authentication import asked_by_page
from letters.forms import AnswerConditionForm
from letters.models import Office
from letters.models.answer import State, answers
from letters.workflow import Refused, conditions, opening, signing

from .access import get_or_post, letter_for, letter_to_run, letter_to_watch, my_office, my_offices, status_of, trying
from .desk import page

SORTS = {
    "name": ("Leads first, then by name", None),
    "state": ("By answer", lambda answer: list(State).index(answer.state)),
    "since": ("Newest answer first", lambda answer: -(answer.since.timestamp() if answer.since else 0)),
    "deadline": ("Earliest deadline first", lambda answer: answer.deadline_at.timestamp() if answer.deadline_at else 0),
    "seat": ("By state and district", lambda answer: (answer.office.state, answer.office.district or 0)),
}


@dataclass(frozen=True)
class Shown:
    """Which rows of the table are shown, and in what order. What the address asks for and there is not is not asked for."""

    state: str
    chamber: str
    party: str
    sort: str

    @classmethod
    def asked_for(cls, request, parties):
        choices = {"state": State.values, "chamber": Office.Chamber.values, "party": parties, "sort": SORTS}
        given = {field.name: request.GET.get(field.name, "") for field in fields(cls)}
        return cls(**{name: value if value in choices[name] else "" for name, value in given.items()})

    def of_offices(self, rows):
        """The rows of the offices asked for, whatever their answer."""
        chosen = (("chamber", self.chamber), ("party", self.party))
        return [row for row in rows if all(not value or getattr(row.office, name) == value for name, value in chosen)]

    def in_order(self, rows):
        rows = [row for row in rows if not self.state or row.state == self.state]
        _, key = SORTS[self.sort or "name"]
        return sorted(rows, key=key) if key else rows

    def query(self, **changes):
        """The address's query for these rows, with some of it changed."""
        chosen = {field.name: getattr(self, field.name) for field in fields(self)} | changes
        return urlencode({name: value for name, value in chosen.items() if value})


def table(request, letter):
    """The rows of the letter, those of the offices asked for, and what is shown of them."""
    rows = answers(letter)
    parties = sorted({row.office.party for row in rows if row.office.party})
    shown = Shown.asked_for(request, parties)
    return rows, shown, parties


@require_GET
def desk(request, code):
    letter = letter_to_watch(request, code)
    rows, shown, parties = table(request, letter)
    of_offices = shown.of_offices(rows)
    counted = [(state, sum(row.state == state for row in of_offices)) for state in State]
    return page(
        request,
        letter,
        "letters/desk/offices.html",
        rows=shown.in_order(of_offices),
        all_rows=rows,
        shown=shown,
        states=[(state, count, shown.query(state=state)) for state, count in counted if count or state == shown.state],
        every_state=(len(of_offices), shown.query(state="")),
        query=shown.query(),
        chambers=Office.Chamber.choices,
        parties=parties,
        sorts=[(value, label) for value, (label, _) in SORTS.items()],
        leads=permissions.leads(request.user, letter),
        own=set(my_offices(request).values_list("pk", flat=True)),
        tab="offices",
    )


@require_GET
def answers_csv(request, code):
    """The table as it is shown, for a spreadsheet."""
    letter = letter_to_watch(request, code)
    if not permissions.leads(request.user, letter):
        raise PermissionDenied("Only the lead's office takes out who has answered what.")
    rows, shown, _ = table(request, letter)
    text = exports.answers_csv(letter, shown.in_order(shown.of_offices(rows)))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    day = f"{timezone.now().astimezone(letter.tzinfo):%Y-%m-%d}"
    response["Content-Disposition"] = f'attachment; filename="offices-{day}.csv"'
    return response


@get_or_post
def answer_condition(request, code, pk):
    letter = letter_to_run(request, code)
    of_letter = letter.invitees.select_related("office", "letter", "condition_by", "condition_answered_by")
    invitee = get_object_or_404(of_letter, pk=pk)
    form = AnswerConditionForm(request.POST or None, initial={"condition": invitee.condition})
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        met = {"condition": chosen["condition"], "met": chosen["met"] == "yes", "answer": chosen["answer"]}
        with trying(request, form) as done:
            conditions.answer(invitee, request.user, now=timezone.now(), **met)
        if done.ok:
            messages.success(request, f"{invitee.office.printed_name} is told. It signs or declines by itself.")
            return redirect("desk", code=code)
        invitee = of_letter.get(pk=pk)
        form.data = {**form.data.dict(), "condition": invitee.condition}  # the one that is read on this page
    return page(request, letter, "letters/desk/answer_condition.html", status=status_of(form), form=form, invitee=invitee)


# --- what an office lets the lead know ---


@asked_by_page
@require_POST
def opened(request, code):
    """The letter's page says once that it is open. Nobody waits for an answer."""
    found = letter_for(request, code)
    with suppress(Refused):  # locked meanwhile: whether it was opened does not matter any more
        opening.opened(found, request.user, now=timezone.now())
    return HttpResponse(status=204)


@require_POST
def drop_condition(request, code):
    found = letter_for(request, code)
    office = my_office(request, request.POST.get("office"))
    with trying(request) as done:
        signing.drop_condition(found, office, request.user, now=timezone.now())
    if done.ok:
        messages.success(request, "Your condition is taken back. Your office has not answered now.")
    return redirect("letter", code=code)

"""Whom a letter goes to: the lead finds offices, chooses some, and invites them, or lists them while it is a draft."""

import string
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Count
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from letters import permissions
from letters.forms import FindForm, InviteForm
from letters.forms.fields import row_ids
from letters.models import Invitee, Membership, Office, OfficeList
from letters.models.office import STATES
from letters.workflow import circulating

from .access import get_or_post, letter_to_run, status_of, trying
from .desk import page

DIGITS = string.digits + string.ascii_lowercase
NAMED_AT_MOST = 10


@get_or_post
def invite(request, code):
    letter = letter_to_run(request, code)
    posted = request.method == "POST"
    finding = Finding.of(letter, request.POST if posted else request.GET)
    acts = posted and not finding.looks_on
    typed = {"contacts": request.POST.get("contacts", "")}
    form = InviteForm(request.POST if acts else None, initial=typed, offices=Office.objects.listed())
    if posted and not acts and not typed["contacts"]:
        return redirect(finding.address())
    if acts and form.is_valid():
        with trying(request, form) as done:
            asked = ask(letter, form.cleaned_data, request.user)
        if done.ok:
            messages.success(request, in_words(letter, asked, form.cleaned_data["by_office"]))
            return redirect("desk", code=code)
    keepers = [office for office in letter.lead_offices() if permissions.may_keep_lists(request.user, office)]
    more = {"form": form, "finding": finding, "keepers": keepers}
    return page(request, letter, "letters/desk/invite.html", status=status_of(form), **more)


def ask(letter, chosen, person):
    verb = circulating.list_offices if letter.is_draft else circulating.invite
    return verb(letter, chosen["offices"], person, contacts=chosen["by_office"], now=timezone.now())


def in_words(letter, offices, contacts):
    """How many were asked, who of them can get no mail, and which of the addresses given (by office) are not used."""
    count = len(offices)
    done = "on the list now, and invited when the letter is circulated" if letter.is_draft else "invited"
    sentence = f"{count} {'office is' if count == 1 else 'offices are'} {done}."
    sentences = [sentence]
    without = Invitee.objects.filter(letter=letter, office__in=offices, contact="").exclude(office__in=with_people())
    seats = sorted(invitee.office.seat for invitee in without.select_related("office"))
    if seats:
        sentences.append(f"{len(seats)} of them can be mailed nowhere yet and see the letter only by its link: {named(seats)}.")
    return " ".join([*sentences, *unused(offices, contacts)])


def unused(asked, contacts):
    """Sentences about addresses that get no mail."""
    peopled = set(with_people().filter(office__in=contacts).values_list("office", flat=True))
    before = contacts.keys() - {office.pk for office in asked}
    for offices, why in (
        (peopled - before, "that has people here, who get the mail instead"),
        (before, "that was asked before, and is not used"),
    ):
        if seats := sorted(office.seat for office in Office.objects.filter(pk__in=offices)):
            which = "1 of the addresses is" if len(seats) == 1 else f"{len(seats)} of the addresses are each"
            yield f"{which} of an office {why}: {named(seats)}."


def named(seats):
    return ", ".join(seats[:NAMED_AT_MOST]) + (", …" if len(seats) > NAMED_AT_MOST else "")


@require_POST
def unlist(request, code):
    """Take one office off the draft's list, or all of them."""
    letter = letter_to_run(request, code)
    listed = Office.objects.filter(pk__in=letter.invitees.listed().values("office"))
    if "all" not in request.POST:
        listed = listed.filter(pk__in=row_ids([request.POST.get("office")]))
    with trying(request) as done:
        count = circulating.unlist_offices(letter, listed, request.user, now=timezone.now())
    if done.ok and count:
        messages.success(request, f"{count} {'office is' if count == 1 else 'offices are'} off the list.")
    return redirect("desk", code=code)


# --- finding ---


def with_people():
    """Ids of offices whose people get its mail."""
    return Membership.objects.answering().values("office")


def lists_for(letter):
    """Committees and the lists of the lead's offices, each with its `size`."""
    return OfficeList.objects.for_use_by(letter.lead_offices()).select_related("keeper").annotate(size=Count("offices"))


@dataclass
class Choice:
    """One check box: an office or a list."""

    row: Office | OfficeList
    checked: bool
    nobody: bool = False  # has no people here

    @property
    def short(self):
        """A subcommittee's own name, below its committee's."""
        return self.row.name.partition(": ")[2] or self.row.name


class Finding:
    """What the page shows for a request: the offices that fit and can be asked, and those chosen before.

    `data` is what came by GET or POST: the fields of FindForm; `offices`, ids; `chosen`, ids in short (see `packed`). By POST a
    button named `show`, `all` (with the ids of those shown) or `none` asks to look on instead of acting.
    """

    def __init__(self, letter, data, offices, lists, taken):
        self.letter, self.data, self.lists, self.taken = letter, data, lists, taken
        self.form = FindForm(data, offices=offices, lists=lists)
        self.looks_on = bool({"show", "all", "none"} & set(data))
        self.chosen = self.chosen_in(data) & {office.pk for office in offices} - taken
        leads = {letter.lead_id, *letter.invitees.filter(co_lead=True).values_list("office", flat=True)}
        found = [office for office in self.form.found(self.places()) if office.pk not in leads]
        self.offered = [office for office in found if office.pk not in taken]
        self.left_out = len(found) - len(self.offered)
        shown = {office.pk for office in self.offered}
        self.elsewhere = [office for office in offices if office.pk in self.chosen - shown]
        self.people = set(with_people().values_list("office", flat=True))

    @classmethod
    def of(cls, letter, data):
        taken = set(letter.invitees.exclude(invited_at=None, to_invite=False).values_list("office", flat=True))
        return cls(letter, data, list(Office.objects.listed().in_order()), list(lists_for(letter)), taken)

    @staticmethod
    def chosen_in(data):
        if "none" in data:
            return set()
        return row_ids(data.getlist("offices")) | unpacked(data.get("chosen", "")) | unpacked(data.get("all", ""))

    def places(self):
        """List's id → ids of its offices, for the lists chosen."""
        rows = OfficeList.offices.through.objects.filter(officelist__in=[row.pk for row in self.lists if self.wants(row)])
        places = {}
        for pk, office in rows.values_list("officelist", "office"):
            places.setdefault(pk, set()).add(office)
        return places

    def wants(self, row):
        return str(row.pk) in self.data.getlist("list")

    def address(self):
        """The page's address with what is looked for and what is chosen so far."""
        asked = [(name, value) for name in self.form.fields for value in self.data.getlist(name) if value]
        asked += [("chosen", packed(self.chosen))] if self.chosen else []
        return f"{reverse('desk-invite', args=[self.letter.code])}{'?' if asked else ''}{urlencode(asked)}#found"

    # --- for the template ---

    @property
    def all_offered(self):
        return packed({office.pk for office in self.offered})

    @property
    def groups(self):
        """(chamber, choices) of the offices found."""
        for chamber in (Office.Chamber.SENATE, Office.Chamber.HOUSE):
            if choices := [self.choice(office) for office in self.offered if office.chamber == chamber]:
                yield chamber.label, choices

    @property
    def states(self):
        """(code, name, whether it is looked for) of each state."""
        wanted = self.data.getlist("state")
        return [(code, name, code in wanted) for code, name in STATES]

    @property
    def states_wanted(self):
        return ", ".join(name for _, name, wanted in self.states if wanted)

    @property
    def kept(self):
        return [self.choice(office) for office in self.elsewhere]

    def choice(self, office):
        return Choice(office, office.pk in self.chosen, office.pk not in self.people)

    @property
    def nobody(self):
        return sum(office.pk not in self.people for office in self.offered)

    @property
    def list_groups(self):
        """(heading, choices, how many are chosen) of the lists that each office keeps, then of the committees."""
        groups = {}
        for row in sorted(self.lists, key=lambda row: row.keeper is None):
            heading = f"Lists of {row.keeper.label}" if row.keeper else COMMITTEES.get(row.code[:1], "Other committees")
            groups.setdefault(heading, []).append(Choice(row, self.wants(row)))
        order = {heading: at for at, heading in enumerate(COMMITTEES.values())}
        for heading, choices in sorted(groups.items(), key=lambda group: order.get(group[0], -1)):
            yield heading, choices, sum(choice.checked for choice in choices)


COMMITTEES = {"H": "House committees", "S": "Senate committees", "J": "Joint committees"}


def packed(pks):
    """Ids in short, for an address that holds a whole Congress: the first, then how far it is to each next one, in base 36."""
    steps, last = [], 0
    for pk in sorted(pks):
        steps.append(base36(pk - last))
        last = pk
    return ".".join(steps)


def base36(number):
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = DIGITS[digit] + digits
    return digits


def unpacked(text):
    """The ids; none where the text is not of our making."""
    steps = text.split(".") if 0 < len(text) <= 10_000 else []
    if not all(0 < len(step) <= 10 and set(step) <= set(DIGITS) for step in steps):
        return set()
    pks, last = set(), 0
    for step in steps:
        last += int(step, 36)
        pks.add(last)
    return pks

"""Forms about whom to ask: offices found in the roster, chosen for a letter, or kept in a list."""

import re
import unicodedata

from django import forms

from letters.addresses import AddressError, clean_address
from letters.models import Office
from letters.models.office import STATES

from .fields import Line, Lines, Offices

STATE_NAMES = dict(STATES)
TITLE = re.compile(r"(the honorable|(rep|sen|del)(\.|\b)|representative|senator|delegate|congress(wo)?man)\s+", re.IGNORECASE)
TOLD_AT_MOST = 10


def plain(text):
    """Without case and accents, as people type names into a search."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


class FindForm(forms.Form):
    """Which offices to show: of any of the lists chosen, and of the chamber, party and states, with the words in their name.

    `offices` are the offices to find among, with `places`: list's id → ids of its offices.
    """

    q = Line(label="Name or seat", max_length=200, required=False)
    chamber = forms.ChoiceField(label="Chamber", choices=[("", "Both chambers"), *Office.Chamber.choices], required=False)
    party = forms.ChoiceField(label="Party", required=False)
    state = forms.MultipleChoiceField(label="States", choices=STATES, required=False, widget=forms.CheckboxSelectMultiple)
    list = forms.MultipleChoiceField(label="Committees and lists", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, data, *, offices, lists):
        super().__init__(data)
        self.offices = offices
        parties = sorted({office.party for office in offices if office.party})
        self.fields["party"].choices = [("", "All parties"), *((party, party) for party in parties)]
        self.fields["list"].choices = [(str(row.pk), row.name) for row in lists]

    def of_one_line(self):
        return [self[name] for name in ("q", "chamber", "party")]

    def found(self, places):
        """The offices that fit, in the order given. What could not be read in a field narrows nothing."""
        chosen = self.cleaned_data if self.is_valid() else {**dict.fromkeys(self.fields), **self.cleaned_data}
        listed = set().union(*(places.get(int(pk), ()) for pk in chosen["list"])) if chosen["list"] else None
        words = plain(chosen["q"] or "").split()
        return [
            office
            for office in self.offices
            if (listed is None or office.pk in listed)
            and chosen["chamber"] in ("", None, office.chamber)
            and chosen["party"] in ("", None, office.party)
            and (not chosen["state"] or office.state in chosen["state"])
            and (not words or has_words(office, words))
        ]


def has_words(office, words):
    text = plain(f"{office.printed_name} {office.name} {office.seat} {STATE_NAMES.get(office.state, '')}")
    return all(word in text for word in words)


class InviteForm(forms.Form):
    """Offices picked from the roster, with an address for those that have no people here yet."""

    offices = Offices(
        Office.objects.none(),
        label="Offices",
        error_messages={"required": "Choose at least one office.", "invalid_choice": "Choose from the offices shown."},
    )
    contacts = Lines(
        label="Addresses for offices without people here",
        required=False,
        max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One per line: last name or seat, a colon, the address. For instance: NY-10: scheduler@mail.house.gov",
    )

    def __init__(self, *args, offices, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["offices"].queryset = offices

    def clean(self):
        fields = super().clean()
        by_word = {}
        for office in fields.get("offices") or []:
            for word in {office.seat.casefold(), office.last_name.casefold()}:
                by_word.setdefault(word, []).append(office)
        fields["by_office"], problems = {}, []
        for line in filter(None, map(str.strip, fields.get("contacts", "").split("\n"))):
            try:
                office, address = read_contact(line, by_word)
                unless_another(office, address, fields["by_office"].setdefault(office.pk, address))
            except AddressError as error:
                problems.append(str(error))
        add_problems(self, "contacts", problems)
        return fields


def read_contact(line, by_word):
    """(office, address) of one line. Raises AddressError with a sentence."""
    who, colon, address = (part.strip() for part in line.rpartition(":"))
    if not colon:
        raise AddressError(f"“{line}” has no colon. Write the last name or seat, a colon, the address.")
    matches = by_word.get(who.casefold(), [])
    if len(matches) != 1:
        none = "is none of the offices chosen. Choose it above, or correct the name or seat."
        raise AddressError(f"“{who}” {'fits several of the offices chosen. Use the seat.' if matches else none}")
    try:
        return matches[0], clean_address(address)
    except AddressError as error:
        raise AddressError(f"“{line}”: {error}") from None


def unless_another(office, address, before):
    if address.lower() != before.lower():
        raise AddressError(f"{office.label} has two addresses: {before} and {address}. Keep one of them.")


def add_problems(form, field, problems):
    """Beside the field, the first of many; the rest is told when those are put right."""
    for problem in problems[:TOLD_AT_MOST]:
        form.add_error(field, problem)
    if len(problems) > TOLD_AT_MOST:
        form.add_error(field, f"And {len(problems) - TOLD_AT_MOST} more lines cannot be read.")


class ListForm(forms.Form):
    """A list of offices under a name: picked, or pasted as names."""

    name = Line(label="Name of the list", max_length=200, help_text="For instance: Great Lakes Caucus")
    names = Lines(
        label="Paste names or seats",
        required=False,
        max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="One per line, for instance: Ada Able, or NY-10. They are added to the offices chosen below.",
    )
    offices = Offices(
        Office.objects.none(),
        label="Offices",
        required=False,
        error_messages={"invalid_choice": "Choose from the offices shown."},
    )

    def __init__(self, *args, offices, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["offices"].queryset = self.listed = offices

    def clean(self):
        fields = super().clean()
        lines = list(dict.fromkeys(filter(None, map(str.strip, fields.get("names", "").split("\n")))))
        matches, problems, named = self.listed.named_each(lines, without_title), [], []
        for line in lines:
            named += matches[line] if len(matches[line]) == 1 else []
            if len(matches[line]) > 1:
                problems.append(f"“{line}” fits {'; '.join(office.label for office in matches[line])}. Give the seat instead.")
            elif not matches[line]:
                problems.append(f"“{line}” is no office here. Check the spelling, or give the seat, for instance NY-10.")
        add_problems(self, "names", problems)
        fields["all"] = list(dict.fromkeys([*(fields.get("offices") or []), *named]))
        if not fields["all"] and not {"offices", "names"} & self.errors.keys():
            self.add_error("offices", "Choose at least one office, or paste names.")
        return fields


def without_title(line):
    return TITLE.sub("", line, count=1) if TITLE.match(line) else line

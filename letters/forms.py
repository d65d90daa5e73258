"""Forms: from what people type to what verbs take, with a sentence beside each field that cannot be read."""

import datetime
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.core.validators import validate_email

from letters.models import Letter, Membership, Office, Revision
from letters.text import html
from letters.text.html import TextError

ZONES = [
    ("America/New_York", "Eastern (Washington)"),
    ("America/Chicago", "Central"),
    ("America/Denver", "Mountain"),
    ("America/Phoenix", "Arizona"),
    ("America/Los_Angeles", "Pacific"),
    ("America/Anchorage", "Alaska"),
    ("Pacific/Honolulu", "Hawaii"),
    ("America/Puerto_Rico", "Atlantic"),
    ("Pacific/Guam", "Guam"),
]


class TextField(forms.CharField):
    """Text as `read` cleans it; what it refuses is said beside the field."""

    def clean(self, value):
        value = super().clean(value)
        try:
            return self.read(value) if value else ""
        except TextError as error:
            raise forms.ValidationError(str(error)) from error


class Line(TextField):
    """One clean line of text."""

    def read(self, value):
        return html.clean_line(value, field=str(self.label), max_length=self.max_length)


class Lines(TextField):
    """Clean text over several lines."""

    widget = forms.Textarea

    def read(self, value):
        return html.clean_text(value, field=str(self.label), max_length=self.max_length)


class Body(TextField):
    """The letter's HTML subset; cleaned to its canonical form."""

    widget = forms.Textarea(attrs={"rows": 24, "class": "text-of-letter", "spellcheck": "true"})

    def read(self, value):
        return html.canonical(value)


def reason(label, *, required=False, help_text=""):
    return Lines(label=label, required=required, max_length=1000, help_text=help_text, widget=forms.Textarea(attrs={"rows": 3}))


def instant(date, time, zone):
    """The instant of a local date and time; ValidationError with the choices where clocks skip or repeat it."""
    local = datetime.datetime.combine(date, time, ZoneInfo(zone))
    back = local.astimezone(datetime.UTC).astimezone(ZoneInfo(zone))
    if back.replace(tzinfo=None) != local.replace(tzinfo=None):
        raise forms.ValidationError(
            f"Clocks go forward that night, so {time:%H:%M} does not exist. Choose an hour earlier or later."
        )
    if local.utcoffset() != local.replace(fold=1).utcoffset():
        raise forms.ValidationError(f"Clocks go back that night, so {time:%H:%M} comes twice. Choose an hour earlier or later.")
    return local


class MomentForm(forms.Form):
    """A date and a time on the clock of `zone`; `moment` is the instant once the form is valid."""

    moment = None
    date = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    time = forms.TimeField(widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), initial=datetime.time(18))

    def __init__(self, *args, zone="America/New_York", **kwargs):
        super().__init__(*args, **kwargs)
        self.zone = zone
        self.fields["time"].help_text = f"On the clock of {dict(ZONES).get(zone, zone)}. Close of business is 18:00."

    def clean_date(self):
        date = self.cleaned_data["date"]
        if date and not 2000 <= date.year < 2100:  # at the ends of the calendar an instant cannot be computed
            raise forms.ValidationError(f"The year {date.year} cannot be meant. Correct the date.")
        return date

    def clean(self):
        fields = super().clean()
        if fields.get("date") and fields.get("time"):
            try:
                self.moment = instant(fields["date"], fields["time"], fields.get("zone") or self.zone)
            except forms.ValidationError as error:
                self.add_error("time", error)
        return fields


class TextForm(forms.Form):
    """The five fields of a letter's text."""

    date_line = Line(label="Date", max_length=100, required=False, help_text="As it will print, for instance: June 3, 2026")
    addressees = Lines(
        label="Addressees",
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="One line per line, an empty line between addressees.",
    )
    salutation = Line(label="Salutation", max_length=1000, required=False, help_text="For instance: Dear Secretary Byron:")
    body = Body(
        label="Text",
        help_text="Paragraphs as &lt;p&gt;…&lt;/p&gt;, lists as &lt;ul&gt;&lt;li&gt;…, and a footnote where it is called as "
        "&lt;span class=&quot;fn&quot;&gt;…&lt;/span&gt;.",
    )
    closing = Line(label="Closing", max_length=200, initial="Sincerely,")

    def text(self):
        return {field: self.cleaned_data[field] for field in Revision.TEXT_FIELDS}


class NewLetterForm(TextForm):
    field_order = ["lead", "title"]
    lead = forms.ModelChoiceField(Office.objects.none(), label="Lead office", empty_label=None)
    title = Line(label="Working title", max_length=200, help_text="For your lists only. It is never printed or mailed.")

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        places = Membership.objects.confirmed().signers().filter(person=person)
        self.fields["lead"].queryset = Office.objects.sitting().filter(pk__in=places.values("office")).in_order()


class EditForm(TextForm):
    base_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    note = Line(label="What changed", max_length=500, required=False, help_text="One line for the offices that have signed.")


class CirculateForm(MomentForm):
    zone = forms.ChoiceField(label="Time zone", choices=ZONES)
    audience = forms.ChoiceField(label="Who may open it from the link", choices=Letter.Audience)
    list_shown = forms.ChoiceField(label="Who sees the signers before the lock", choices=Letter.ListShown)
    field_order = ["date", "time", "zone", "audience", "list_shown"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["date"].label, self.fields["time"].label = "Last day to sign", "Until"
        self.fields["time"].help_text = "Close of business is 18:00."

    def clean_zone(self):
        if self.cleaned_data["zone"] not in available_timezones():
            raise forms.ValidationError("This time zone is not known here. Choose another one.")
        return self.cleaned_data["zone"]


class ReasonForm(forms.Form):
    """An optional reason, said to the lead."""

    reason = reason("Reason", help_text="Only the lead's office sees it.")


class ConditionForm(forms.Form):
    condition = reason("We would sign if …", required=True, help_text="Only the lead's office sees it.")


class DeadlineRequestForm(MomentForm):
    reason = reason("Reason", help_text="Only the lead's office sees it.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["date"].label, self.fields["time"].label = "We need until", "Time"


class DecisionForm(MomentForm):
    decision = forms.ChoiceField(
        label="Answer",
        choices=[("office", "Grant it for this office"), ("all", "Grant it for every office"), ("deny", "Deny it")],
        widget=forms.RadioSelect,
    )
    answer = reason("A word to the office")
    field_order = ["decision", "date", "time", "answer"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["date"].label, self.fields["time"].label = "New deadline", "Time"
        self.fields["date"].help_text = "Not needed when you deny the request."
        self.fields["date"].required = self.fields["time"].required = False

    def clean(self):
        fields = super().clean()
        granted = fields.get("decision") in ("office", "all")
        if granted and not self.moment and not {"date", "time"} & self.errors.keys():
            self.add_error("date", "Give the date and the time of the new deadline.")
        return fields


class MoveForm(MomentForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["date"].label, self.fields["time"].label = "New last day for every office", "Until"


class Offices(forms.ModelMultipleChoiceField):
    """Any of the offices shown."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value):
        if any(len(str(pk)) > 18 for pk in value or []):  # more than a database's integers hold
            raise forms.ValidationError("Choose from the offices shown.")
        return super().clean(value)


class InviteForm(forms.Form):
    """Offices picked from the roster, with an address for those that have no people here yet."""

    offices = Offices(
        Office.objects.none(),
        label="Offices",
        error_messages={"required": "Choose at least one office."},
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
        chosen = list(fields.get("offices") or [])
        fields["by_office"] = {}
        for line in filter(None, map(str.strip, fields.get("contacts", "").split("\n"))):
            self.read_contact(line, chosen, fields["by_office"])
        return fields

    def read_contact(self, line, chosen, by_office):
        who, _, address = (part.strip() for part in line.rpartition(":"))
        matches = [office for office in chosen if who.casefold() in (office.seat.casefold(), office.last_name.casefold())]
        if len(matches) != 1:
            problem = "fits several of the offices chosen; use the seat" if matches else "is none of the offices chosen"
            self.add_error("contacts", f"“{who or line}” {problem}.")
            return
        try:
            validate_email(address)
        except forms.ValidationError:
            self.add_error("contacts", f"“{address}” is no e-mail address.")
            return
        by_office[matches[0].pk] = address


class ArrangeForm(forms.Form):
    order = forms.ChoiceField(label="Order of the signers", choices=Letter.Order, help_text="The leads always stand first.")
    list_shown = forms.ChoiceField(label="Who sees the signers before the lock", choices=Letter.ListShown)
    audience = forms.ChoiceField(label="Who may open it from the link", choices=Letter.Audience)
    pins = Offices(
        Office.objects.none(),
        label="Pinned right after the leads",
        required=False,
        help_text="Pinned names follow the leads in the order shown here.",
    )

    def __init__(self, *args, offices, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["pins"].queryset = offices


class ConfirmForm(forms.Form):
    how = Line(label="How you checked", max_length=200, help_text="For instance: called the office back, known to us, in person.")


class RefuseForm(forms.Form):
    reason = reason("Why not", required=True, help_text="The person who signed is told.")


class OfficeForm(forms.Form):
    """One of the sitting Members' offices, told apart by state and district."""

    office = forms.ModelChoiceField(
        Office.objects.none(),
        label="Your Member's office",
        empty_label="Choose an office",
        help_text="State and district are shown.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["office"].queryset = Office.objects.sitting().in_order()


class JoinForm(OfficeForm):
    """The office that a person works for."""


class CoLeadForm(OfficeForm):
    """An office that is to run the letter beside the lead's."""

    def __init__(self, *args, letter, **kwargs):
        super().__init__(*args, **kwargs)
        office = self.fields["office"]
        office.label = "The co-lead's office"
        office.queryset = office.queryset.exclude(pk__in=[lead.pk for lead in letter.lead_offices()])

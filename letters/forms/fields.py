"""The fields that several forms share: clean text, the version of a text, an instant on a zone's clock, several offices."""

import datetime
from zoneinfo import ZoneInfo

from django import forms

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

# More than any count of saves; a number beyond it is none that we gave out.
MOST_SAVES = 2**31 - 1


class Version(forms.IntegerField):
    """The version of the text in the works that the page began from, as a hidden field."""

    def __init__(self, out_of_date="This page is out of date. Open it anew, and try again."):
        problems = ["required", "invalid", "min_value", "max_value"]
        super().__init__(
            widget=forms.HiddenInput,
            min_value=0,
            max_value=MOST_SAVES,
            error_messages=dict.fromkeys(problems, out_of_date),
        )


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


class Offices(forms.ModelMultipleChoiceField):
    """Any of the offices shown."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value):
        if any(len(str(pk)) > 18 for pk in value or []):  # more than a database's integers hold
            raise forms.ValidationError("Choose from the offices shown.")
        return super().clean(value)

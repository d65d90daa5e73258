"""Which mails a person wants, and when."""

import datetime
from zoneinfo import ZoneInfo

from django import forms

from letters.models import Notice
from letters.times import minutes

from .moment import ZONES, read_time

Kind = Notice.Kind
WANTED = [
    (Kind.REMINDER, "Reminders before a deadline"),
    (Kind.DEADLINE_MOVED, "News that a deadline was moved"),
    (Kind.OUTAGE, "News that time was added after an outage"),
    (Kind.CIRCULAR, "What a lead’s office writes to all offices (Dear Colleague)"),
    (Kind.CORRECTED, "Corrections of typing in letters that colleagues signed"),
    (Kind.DIGEST, "The digest of letters that your office leads"),
]


class TimeOfDay(forms.CharField):
    """A time of day as people type it; None where nothing is typed."""

    widget = forms.TextInput(attrs={"autocomplete": "off"})

    def clean(self, value):
        value = super().clean(value)
        if not value:
            return None
        time, zone = read_time(value)
        if zone:
            raise forms.ValidationError("Write the time without a zone, and choose the zone below.")
        return time or datetime.time()


def typed(time):
    """The time of day as it is read again; 12:00 am could be either end of a day."""
    return "" if time is None else minutes(time) if time != datetime.time() else "00:00"


class MailChoicesForm(forms.Form):
    beside = {"away_until": "back_on"}
    wanted = forms.MultipleChoiceField(
        label="Mails you want",
        choices=WANTED,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Always sent: invitations, receipts, what needs your answer, and answers to what you asked.",
    )
    quiet_from = TimeOfDay(
        label="Quiet from",
        required=False,
        max_length=60,
        help_text="For instance 8 pm. Mail that can wait is then sent when the quiet hours end, unless a deadline is near.",
    )
    quiet_until = TimeOfDay(label="Quiet until", required=False, max_length=60, help_text="For instance 7 am, or 07:00.")
    zone = forms.ChoiceField(label="On the clock of", choices=ZONES)
    back_on = forms.DateField(
        label="You are away, and back on",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Until that day your office’s mail goes to the others in your office. Where nobody else there can be reached, "
        "it still comes to you. Your own receipts always do.",
    )

    def clean_back_on(self):
        date = self.cleaned_data["back_on"]
        if date and not 2000 <= date.year < 2100:  # at the ends of the calendar an instant cannot be computed
            raise forms.ValidationError(f"The year {date.year} cannot be meant. Correct the date.")
        return date

    def chosen(self):
        """What the verb takes: the kinds not wanted, and the instant at which the day begins on which the person is back."""
        fields = dict(self.cleaned_data)
        wanted, date = fields.pop("wanted"), fields.pop("back_on")
        zone = ZoneInfo(fields["zone"])
        away_until = date and datetime.datetime.combine(date, datetime.time(), zone).astimezone(datetime.UTC)
        return {"muted": [kind for kind in Notice.MUTABLE if kind not in wanted], "away_until": away_until, **fields}


class AlternateForm(forms.Form):
    """When the office's mail goes to one of its people."""

    alternate = forms.TypedChoiceField(
        label="The office’s mail goes to this person",
        choices=[("no", "Always"), ("yes", "Only while nobody else of the office can be reached")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        help_text="Receipts and answers to what somebody did or asked go to that person in any case.",
    )

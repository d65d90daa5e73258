"""The form of a "Dear Colleague"."""

from django import forms

from .fields import Line, Lines


class CircularForm(forms.Form):
    """What the lead writes to offices, and to which. `to_all` is true for every invited office."""

    subject = Line(label="Subject", max_length=200)
    body = Lines(label="Text", max_length=20_000, widget=forms.Textarea(attrs={"rows": 22}))
    to_all = forms.TypedChoiceField(
        label="Send to",
        choices=[("", "Invited offices that have not answered"), ("yes", "All invited offices")],
        coerce=lambda chosen: chosen == "yes",
        empty_value=False,
        required=False,
        widget=forms.RadioSelect,
        initial="",
    )

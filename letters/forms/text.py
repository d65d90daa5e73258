"""The form with which the text in the works is edited: every part of it, and the version that it goes on from."""

from django import forms

from .fields import Line, Lines
from .letter import TextForm

# More than any count of saves; a number beyond it is none that we gave out.
MOST_SAVES = 2**31 - 1
PARTS = ("date_line", "addressees", "subject", "salutation", "body", "closing", "cc", "enclosures")


class CopyForm(TextForm):
    """The text in the works. An empty text may be saved; it cannot be published."""

    subject = Line(label="Subject", max_length=500, required=False, help_text="What follows “Re:”. Most letters have none.")
    cc = Lines(
        label="Copies to",
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One line for each who gets a copy.",
    )
    enclosures = Lines(
        label="Enclosures",
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One line for each.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=MOST_SAVES)
    field_order = ["version", *PARTS]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["body"].required = self.fields["closing"].required = False
        self.fields["addressees"].widget.attrs["rows"] = 6

    def text(self):
        return {part: self.cleaned_data[part] for part in PARTS}

    def first_error(self):
        """What is wrong first, with the field it is about, as one sentence or more."""
        name, errors = next(iter(self.errors.items()))
        label = self.fields[name].label if name in self.fields else ""
        return errors[0] if not label or errors[0].startswith(label) else f"{label}: {errors[0]}"

    @property
    def has_rare_parts(self):
        """Whether a part is filled in, or wrong, that few letters have."""
        return any(self[part].value() or self[part].errors for part in ("subject", "cc", "enclosures"))

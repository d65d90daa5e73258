"""The fields that several forms share: clean text, the version of a text, several offices."""

from django import forms

from letters.text import html
from letters.text.html import TextError

# More than any count of saves; a number beyond it is none that we gave out.
MOST_SAVES = 2**31 - 1


def row_ids(values):
    """The numbers of rows among the texts that a request holds, as a set; what no database would take is left out."""
    return {int(value) for value in map(str, values) if value.isascii() and value.isdecimal() and len(value) < 18}


def refuse(form, refusal):
    """Say why a verb was refused: beside the fields that the refusal is about, else above the form.

    The form's `beside` names the field of each thing that verbs were given under another name.
    """
    fields = getattr(form, "beside", {})
    beside = {fields.get(name, name): sentence for name, sentence in getattr(refusal, "beside", {}).items()}
    form.add_error(None, beside if beside and beside.keys() <= form.fields.keys() else str(refusal))
    form.refused = True


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


class Offices(forms.ModelMultipleChoiceField):
    """Any of the offices shown."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value):
        if any(len(str(pk)) > 18 for pk in value or []):  # more than a database's integers hold
            raise forms.ValidationError("Choose from the offices shown.")
        return super().clean(value)

"""Forms by which a letter's text comes in: from a file, from a paste, or begun here."""

import re

from django import forms

from letters.models import ImportReport, Membership, Office
from letters.text.characters import REFUSED, TextError, clean_line
from letters.text.html import refuse_length
from letters.text.tree import escaped
from letters.text.word.package import MAX_FILE

from .fields import Line, TextField, Version

MEGABYTE = 1024 * 1024
# Bytes of formatting beside a pasted text. With 200,000 characters it stays below what a request may hold (see the settings).
MAX_MARKUP = 2_000_000


def clean_name(name: str) -> str:
    """A file's name as it may be shown: one line, no controls, at most 200 characters, its ending kept."""
    plain = " ".join(REFUSED.sub(" ", name).split())
    stem, dot, ending = plain.rpartition(".")
    short = f"{stem[:180]}…{dot}{ending[:10]}" if stem and len(plain) > 200 else plain[:200]
    return clean_line(short, field="The file's name", max_length=1000)[:200] or "file"


def paragraphs(text: str) -> str:
    """Plain text as HTML; a blank line begins a paragraph."""
    blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    return "".join(f"<p>{escaped(block)}</p>" for block in blocks if block.strip())


class StartForm(forms.Form):
    """What every letter begins with. The lead office is asked for only where there is a choice."""

    lead = forms.ModelChoiceField(Office.objects.none(), label="Lead office", empty_label=None)
    title = Line(label="Working title", max_length=200, required=False)
    title.help_text = "For your lists only. It is never printed or mailed."

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        places = Membership.objects.confirmed().signers().filter(person=person)
        lead = self.fields["lead"]
        lead.queryset = Office.objects.sitting().filter(pk__in=places.values("office")).in_order()
        if lead.queryset.count() == 1:
            lead.widget, lead.initial = forms.HiddenInput(), lead.queryset.get()


class ReplaceForm(forms.Form):
    """What comes into an existing letter replaces the text in the works of this version."""

    version = Version()


class FileForm(forms.Form):
    """A file; or, once it was read and left for an answer, the key to it and what to do with its tracked changes."""

    file = forms.FileField(
        label="Word file",
        widget=forms.FileInput(
            attrs={"accept": ".docx,.txt,application/vnd.openxmlformats-officedocument.wordprocessingml.document,text/plain"}
        ),
        help_text="A .docx or .txt file of at most 10 MB.",
        error_messages={
            "required": "Choose the letter's file.",
            "invalid": "Choose the letter's file.",
            "empty": "The file is empty. Choose the letter's file.",
        },
    )
    kept = forms.CharField(widget=forms.HiddenInput, required=False, max_length=100)
    changes = forms.ChoiceField(choices=[("", ""), *ImportReport.Changes.choices], widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].required = not self.data.get("kept")

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file and file.size > MAX_FILE:
            size = file.size / MEGABYTE
            raise forms.ValidationError(f"The file has {size:,.1f} MB; the limit is 10 MB. Take out pictures and save it again.")
        return file

    def ask_again(self):
        """For a file that was kept, and is gone."""
        self.fields["file"].required = True
        self.add_error("file", "The file was kept for an hour, and is gone. Choose it again.")


class Pasted(TextField):
    """A letter's text as it was pasted. Nothing is stripped or cut: what came is read, or refused with a sentence."""

    widget = forms.Textarea(attrs={"rows": 18, "spellcheck": "false", "autocomplete": "off"})

    def read(self, value):
        value = value.replace("\r\n", "\n")
        refuse_length(value)
        if not value.strip():
            raise TextError("There are no words in the text. Paste the letter's text.")
        return value


class PasteForm(forms.Form):
    """Text, and its formatting where the browser got hold of it."""

    text = Pasted(
        label="The letter's text",
        strip=False,
        help_text="The whole letter, from the date to the closing: at most 200,000 characters.",
        error_messages={"required": "Paste the letter's text."},
    )
    markup = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)

    def clean_markup(self):
        markup = self.cleaned_data["markup"]
        if len(markup.encode()) > MAX_MARKUP:
            self.add_error("text", "The formatting that came with the text is larger than 2 MB. Take the plain words only.")
            return ""
        return markup

    def pasted(self):
        return {name: self.cleaned_data[name] for name in ("text", "markup")}


class NewFromFileForm(StartForm, FileForm):
    field_order = ["lead", "file", "title"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["title"].help_text += " Empty: the file's name."


class NewFromPasteForm(StartForm, PasteForm):
    field_order = ["lead", "text", "title"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["title"].help_text += " Empty: the first words of the subject."


class FileIntoForm(ReplaceForm, FileForm):
    pass


class PasteIntoForm(ReplaceForm, PasteForm):
    pass


class WriteForm(StartForm):
    """The first words of a letter that is written here; the editor takes it from there."""

    words = Pasted(
        label="How the letter begins",
        help_text="A sentence is enough; everything else follows in the editor.",
        error_messages={"required": "Type at least one sentence of the letter."},
    )
    field_order = ["lead", "title", "words"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["title"].required = True
        self.fields["words"].widget.attrs = {"rows": 6, "class": "first-words"}

    def text(self):
        return {"body": paragraphs(self.cleaned_data["words"]), "closing": "Sincerely,"}

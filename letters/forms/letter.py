"""Forms about a letter: its text, its circulation, an office's acts, the lead's answers."""

from django import forms

from letters.models import Letter, Office, Revision
from letters.models.zone import zones
from letters.times import instant_in_words

from .fields import Body, Line, Lines, Offices, Version, reason
from .moment import ZONES, MomentForm, how_to_type, sensible
from .people import Address, OfficeForm

AUDIENCE_HELP = (
    "From any office, also people read it whose place there nobody has confirmed yet; of invited offices, only confirmed ones."
)


class TextForm(forms.Form):
    """The eight parts of a letter's text."""

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
    subject = Line(label="Re:", max_length=500, required=False, help_text="A line between addressees and salutation.")
    cc = Lines(
        label="Copies",
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Who gets a copy, one per line; printed after “cc:” below the signers.",
    )
    enclosures = Lines(
        label="Enclosures", max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text="One per line."
    )

    def text(self):
        return {field: self.cleaned_data[field] for field in Revision.TEXT_FIELDS}


class PublishForm(forms.Form):
    """How the text in the works becomes the letter's next one. `signed` signatures were given to the text before it."""

    version = Version()
    clerical = forms.TypedChoiceField(
        label="What kind of change is it?",
        choices=[
            ("", "It changes what the letter says. Each office that signed is asked to re-affirm; until then it is not printed."),
            ("yes", "It only corrects typing. The signatures stand; each office is sent the difference and may withdraw."),
        ],
        coerce=lambda chosen: chosen == "yes",
        empty_value=False,
        required=False,
        widget=forms.RadioSelect,
        initial="",
    )
    note = Line(
        label="What changed and why", max_length=500, required=False, help_text="One line for the offices that have signed."
    )

    def __init__(self, *args, signed, why_not_clerical, **kwargs):
        super().__init__(*args, **kwargs)
        if not signed:
            del self.fields["clerical"]
        elif why_not_clerical:
            self.fields["clerical"].choices = self.fields["clerical"].choices[:1]
            self.fields["clerical"].help_text = f"It cannot be called a correction of typing. {why_not_clerical}"


class ProposeForm(forms.Form):
    """Other words for a place in the letter."""

    text_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    old = Lines(
        label="The words in the letter",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Copy them from the letter, from one paragraph.",
    )
    new = Lines(
        label="The words you would have there",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Leave it empty to strike the old ones.",
    )
    reason = reason("Why", help_text="Only the lead's office sees it.")


class AnswerEditForm(forms.Form):
    decision = forms.ChoiceField(
        label="Answer",
        choices=[
            ("take", "Take the words into the text in the works"),
            ("by_hand", "Taken: I have changed the text myself"),
            ("refuse", "Leave the text as it is"),
        ],
        widget=forms.RadioSelect,
    )
    answer = reason("A word to the office", help_text="Needed when the text stays as it is.")


class CirculateForm(MomentForm):
    """How long offices can sign, and when the letter goes out: `goes_out_at` is None for now."""

    goes_out_at = None
    when = forms.ChoiceField(
        label="When it goes out",
        choices=[("now", "Now"), ("later", "At a date and time")],
        widget=forms.RadioSelect,
        initial="now",
        error_messages={"required": "Choose when the letter goes out."},
    )
    circulate_date = forms.DateField(
        label="Goes out on",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Give the date on which the letter goes out."},
    )
    circulate_time = forms.CharField(
        label="At", initial="9:00 am", max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    zone = forms.ChoiceField(label="Time zone", choices=ZONES)
    audience = forms.ChoiceField(label="Who may open it from the link", choices=Letter.Audience, help_text=AUDIENCE_HELP)
    list_shown = forms.ChoiceField(label="Before the lock, the signers are shown", choices=Letter.ListShown)
    field_order = ["when", "circulate_date", "circulate_time", "date", "time", "zone", "audience", "list_shown"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["date"].label, self.fields["time"].label = "Last day to sign", "Until"
        on_the_clock = how_to_type("On the clock of the time zone chosen below.")
        self.fields["time"].help_text = self.fields["circulate_time"].help_text = on_the_clock
        if self.is_bound and self.data.get("when") != "later":
            self.fields["circulate_date"].required = self.fields["circulate_time"].required = False

    def clean_circulate_date(self):
        return sensible(self.cleaned_data["circulate_date"])

    def clean(self):
        fields = super().clean()
        date = fields.get("circulate_date")
        if fields.get("when") == "later":
            self.goes_out_at = self.read_moment("circulate_date", "circulate_time")
        elif fields.get("when") and date and date != self.initial.get("circulate_date"):  # a forgotten choice sends no letter
            self.add_error("when", "You chose “Now” and gave a date on which the letter goes out. Choose one, or empty the date.")
        return fields

    @property
    def all_the_same(self):
        return "Schedule it all the same" if self.goes_out_at else "Circulate the letter all the same"

    def asks_again(self, **about):
        return super().asks_again(begins=self.goes_out_at, **about)

    def clean_zone(self):
        if self.cleaned_data["zone"] not in zones():
            raise forms.ValidationError("This time zone is not known here. Choose another one.")
        return self.cleaned_data["zone"]


class ReasonForm(forms.Form):
    """An optional reason, said to the lead."""

    reason = reason("Reason", help_text="Only the lead's office sees it.")


class ConditionForm(forms.Form):
    condition = reason("We would sign if …", required=True, help_text="Only the lead's office sees it.")


class AnswerConditionForm(forms.Form):
    """The lead's answer to an office's condition, which is sent along as it was read."""

    condition = Lines(max_length=1000, widget=forms.HiddenInput)
    met = forms.ChoiceField(
        label="Answer",
        choices=[("yes", "Yes, that is so now"), ("no", "No")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose yes or no."},
    )
    answer = reason("A word to the office", help_text="Needed when the answer is no. It is mailed to the office.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["condition"].error_messages["required"] = "The office has set no condition any more."


class AnnounceForm(MomentForm):
    """When the letter will be locked, as the signers are told."""

    all_the_same = "Announce it all the same"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["date"].label, self.fields["time"].label = "It will be locked on", "At"

    def asks_again(self, deadlines, *, now):
        """True where offices have time beyond the lock, and nobody has said yet to announce it all the same.

        `deadlines` are those of the offices that have not answered.
        """
        cut = [at for at in deadlines if at > max(self.moment, now)]
        if not cut:
            return False
        offices = "1 office has" if len(cut) == 1 else f"{len(cut)} offices have"
        until = instant_in_words(max(cut), self.zone)
        return self.warn([f"{offices} not answered and {'has' if len(cut) == 1 else 'have'} time until {until}."], now)


class LockForm(forms.Form):
    """Why a letter is locked in spite of what was found: a field for each of the lock's checks that asks for a reason.

    What is typed is as it came: the verb reads it.
    """

    def __init__(self, *args, checks, **kwargs):
        super().__init__(*args, prefix="reason", **kwargs)
        for check in checks:
            label, typed = check.sentence.removesuffix("."), forms.TextInput(attrs={"maxlength": 1000})
            self.fields[check.name] = forms.Field(label=label, required=False, widget=typed)


class ArrangeForm(forms.Form):
    order = forms.ChoiceField(label="Order of the signers", choices=Letter.Order, help_text="The leads always stand first.")
    list_shown = forms.ChoiceField(label="Before the lock, the signers are shown", choices=Letter.ListShown)
    audience = forms.ChoiceField(label="Who may open it from the link", choices=Letter.Audience, help_text=AUDIENCE_HELP)
    columns = forms.ChoiceField(label="How the columns of signers are read", choices=Letter.Columns)
    space = forms.ChoiceField(label="How the names are printed", choices=Letter.Space)
    running_head = forms.BooleanField(
        label="Begin each further page with the addressee's name and the page number", required=False
    )
    seal = forms.BooleanField(label="Print the lead's seal above the letterhead", required=False)
    signature_images = forms.BooleanField(
        label="Print signature images above the names, where an office has put one on file",
        required=False,
    )
    pins = Offices(
        Office.objects.none(),
        label="Pinned right after the leads",
        required=False,
        help_text="Pinned names follow the leads in the order shown here.",
    )

    def __init__(self, *args, offices, seal, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["pins"].queryset = offices
        if not seal:
            del self.fields["seal"]


class RefuseForm(forms.Form):
    reason = reason("Why not", required=True, help_text="The person who signed is told.")


class CoLeadForm(OfficeForm):
    """An office that is to run the letter beside the lead's."""

    def __init__(self, *args, letter, **kwargs):
        super().__init__(*args, **kwargs)
        office = self.fields["office"]
        office.label = "The co-lead's office"
        office.queryset = office.queryset.exclude(pk__in=[lead.pk for lead in letter.lead_offices()])


class EnterYesForm(OfficeForm):
    """A yes that the lead got otherwise than here."""

    how = forms.ChoiceField(
        label="How they said yes",
        choices=[("by phone", "By phone"), ("on paper", "On paper"), ("by mail", "By mail"), ("in person", "In person")],
        widget=forms.RadioSelect,
    )
    said_by = Line(label="Who said it", max_length=200, help_text="Name and position, as the office's people will read it.")
    contact = Address(
        label="Address of the office",
        max_length=254,
        required=False,
        help_text="Where the request to confirm goes while the office has no people here.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["office"].label = "Office"

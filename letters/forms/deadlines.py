"""Forms about time: asking for more, deciding on it, moving a deadline, choosing when to remind."""

from django import forms

from .fields import reason
from .moment import MomentForm


class DeadlineRequestForm(MomentForm):
    reason = reason("Reason", help_text="Only the lead's office sees it.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["date"].label, self.fields["time"].label = "We need until", "Time"


class DecisionForm(MomentForm):
    all_the_same = "Answer the request all the same"
    decision = forms.ChoiceField(
        label="Answer",
        choices=[("office", "Grant it for this office"), ("all", "Grant it for every office"), ("deny", "Deny it")],
        widget=forms.RadioSelect,
    )
    answer = reason("A word to the office", help_text="Needed when you deny the request: say why. It is mailed to the office.")
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
        if fields.get("decision") == "deny" and "answer" in fields and not fields["answer"]:
            self.add_error("answer", "Say why the request is denied. The office is told.")
        return fields

    @property
    def denies(self):
        return self.is_valid() and self.cleaned_data["decision"] == "deny"

    def asks_again(self, **about):
        return self.cleaned_data["decision"] != "deny" and super().asks_again(**about)


class MoveForm(MomentForm):
    all_the_same = "Move the deadline all the same"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["date"].label, self.fields["time"].label = "New last day for every office", "Until"


class RemindersForm(forms.Form):
    """`steps` are pairs of a name and words."""

    steps = forms.MultipleChoiceField(
        label="Remind offices that have not answered",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Counted back from each office's own deadline. Choose none, and nobody is reminded.",
        error_messages={"invalid_choice": "There is no such reminder. Choose among those on the page."},
    )

    def __init__(self, *args, steps, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["steps"].choices = steps

"""Forms about offices and their people."""

from django import forms
from django.contrib.humanize.templatetags.humanize import apnumber

from letters import images
from letters.addresses import AddressError, clean_address
from letters.models import Membership, Office
from letters.models.office import STATES

from .fields import Line, row_ids

Role = Membership.Role
HOW = [("called back", "Called the office back"), ("known to us", "Known to us"), ("in person", "Met in person")]


class Address(forms.CharField):
    """An e-mail address, exact and ASCII."""

    widget = forms.EmailInput(attrs={"autocomplete": "off"})

    def clean(self, value):
        value = super().clean(value)
        try:
            return clean_address(value) if value else ""
        except AddressError as error:
            raise forms.ValidationError(str(error)) from error


class Sitting(forms.ModelChoiceField):
    """One of the listed offices, found by last name and told apart by the seat."""

    def label_from_instance(self, office):
        return f"{office.last_name}, {office.first_name or office.printed_name} · {office.seat}"

    def to_python(self, value):
        if len(str(value)) > 18:  # more than a database's integers hold
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().to_python(value)


class OfficeForm(forms.Form):
    """One of the sitting Members' offices. Where another Member shares the surname, the seat is asked for as well."""

    office = Sitting(
        Office.objects.none(),
        label="Your Member's office",
        empty_label="Choose an office",
        help_text="By last name; state and district are shown.",
        error_messages={"invalid_choice": "Choose one of the offices in the list."},
    )
    seat = forms.ChoiceField(label="State and district of the Member", widget=forms.RadioSelect)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["office"].queryset = Office.objects.listed().in_order()
        self.namesakes = self.of_that_name()
        if self.namesakes:
            seats = sorted({office.seat for office in self.namesakes})
            self.fields["seat"].choices = [(seat, seat) for seat in seats]
            self.fields["seat"].error_messages["required"] = self.which()
        else:
            del self.fields["seat"]

    def of_that_name(self):
        """The chosen office and those of other sitting Members of the same surname; empty when there are none."""
        chosen = str(self.data.get(self.add_prefix("office"), "")) if self.is_bound else ""
        office = Office.objects.listed().filter(pk__in=row_ids([chosen])).first()
        others = list(office.namesakes()) if office else []
        return [office, *others] if others else []

    def clean(self):
        fields = super().clean()
        office = fields.get("office")
        if office and self.namesakes and "seat" not in self.errors and fields.get("seat") != office.seat:
            self.add_error("seat", f"This is not the seat of the Member you chose. {self.which()}")
        return fields

    def which(self):
        chosen, *_ = self.namesakes
        names = "; ".join(office.label for office in self.namesakes)
        return (
            f"{apnumber(len(self.namesakes)).capitalize()} sitting Members are called {chosen.last_name}: {names}. "
            f"You chose {chosen.printed_name}. Which state and district?"
        )


class JoinForm(OfficeForm):
    """The office that a person works for, and what for."""

    role = forms.ChoiceField(
        label="What you do there",
        choices=[
            (Role.SIGNER, "I sign the Member on to letters"),
            (Role.VIEWER, "I only read letters"),
            (Role.MANAGER, "I run the office's people, and sign"),
        ],
        initial=Role.SIGNER,
        widget=forms.RadioSelect,
    )


class EnterOfficeForm(forms.Form):
    """An office that is not in the list."""

    first_name = Line(label="Member's first name", max_length=100)
    last_name = Line(label="Member's last name", max_length=100)
    chamber = forms.ChoiceField(label="Chamber", choices=Office.Chamber, widget=forms.RadioSelect)
    state = forms.ChoiceField(label="State", choices=[("", "Choose a state"), *STATES])
    district = forms.IntegerField(
        label="District", required=False, min_value=0, max_value=99, help_text="House only; 0 is at large."
    )
    role = JoinForm.base_fields["role"]
    not_listed = forms.BooleanField(label="My Member is none of these", required=False)

    def clean(self):
        fields = super().clean()
        house = fields.get("chamber") == Office.Chamber.HOUSE
        if house and fields.get("district") is None and "district" not in self.errors:
            self.add_error("district", "Give the district; 0 is at large.")
        if not house:
            fields["district"] = None
        self.offer_listed(fields)
        return fields

    def offer_listed(self, fields):
        """Offices in the list that may be the one meant have to be turned down first."""
        if self.errors or fields.get("not_listed"):
            return
        near = Office.objects.listed().filter(state=fields["state"], chamber=fields["chamber"]).in_order()
        seat = [office for office in near if fields["district"] is not None and office.district == fields["district"]]
        name = [office for office in near if office.last_name.casefold() == fields["last_name"].casefold()]
        found = list(dict.fromkeys([*seat, *name]))
        if found:
            self.add_error(
                "not_listed",
                f"The list has {'; '.join(office.label for office in found)}. If that is your Member, go back and choose it "
                "there. If not, say so here.",
            )

    @property
    def asks_whether_listed(self):
        return "not_listed" in self.errors or bool(self.is_bound and self.data.get("not_listed"))


class RoleForm(forms.Form):
    role = forms.ChoiceField(label="Role", choices=Role, initial=Role.SIGNER, widget=forms.RadioSelect)


class InvitePersonForm(RoleForm):
    address = Address(label="Office address", max_length=254, help_text="Only whoever has this address can take the place.")
    field_order = ["address", "role"]


class HowForm(forms.Form):
    """How it was checked who somebody is: one of the ways, and a note. `how` is both in words once the form is valid."""

    how = forms.ChoiceField(label="How you checked", choices=HOW, widget=forms.RadioSelect)
    note = Line(label="Note", max_length=100, required=False, help_text="For instance whom you spoke to.")

    def clean(self):
        fields = super().clean()
        if fields.get("how") and fields.get("note"):
            fields["how"] = f"{fields['how']}: {fields['note']}"
        return fields


class ConfirmPlaceForm(RoleForm, HowForm):
    field_order = ["role", "how", "note"]


class People(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, place):
        return f"{place.person} ({place.role})"


class SignersForm(forms.Form):
    who = forms.ChoiceField(
        label="Who may sign for the Member",
        choices=[("all", "Every signer and manager of the office"), ("named", "Only the people named here")],
        widget=forms.RadioSelect,
    )
    people = People(Membership.objects.none(), label="Named people", required=False)

    def __init__(self, *args, places, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = places

    def clean(self):
        fields = super().clean()
        if fields.get("who") == "named" and not fields.get("people") and "people" not in self.errors:
            self.add_error("people", "Name at least one person who may sign.")
        return fields


class SigningNameForm(forms.Form):
    name = Line(label="Signing name", max_length=200, required=False, help_text="Empty: as in the roster.")
    title = Line(label="Title under the name", max_length=100, required=False, help_text="Empty: the usual one of the chamber.")


class ImageForm(forms.Form):
    file = forms.FileField(
        label="Picture",
        widget=forms.FileInput(attrs={"accept": "image/png"}),
        help_text=f"A PNG of at most {images.FILE_LIMIT // 1024} KB, dark on white or on nothing.",
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > images.FILE_LIMIT:  # before it is read into memory
            raise forms.ValidationError(images.TOO_LARGE)
        return file

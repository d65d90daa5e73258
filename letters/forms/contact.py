"""Where an office without people here is mailed."""

from django import forms

from .people import Address


class ContactForm(forms.Form):
    address = Address(
        label="Mail address of the office",
        help_text="The invitation goes there at once, and all later mail about this letter.",
        max_length=254,
    )

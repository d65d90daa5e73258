"""The form with which the text in the works is edited: its parts, and the version that it goes on from."""

from django.core.exceptions import NON_FIELD_ERRORS

from .fields import Version
from .letter import TextForm


class CopyForm(TextForm):
    """The text in the works. An empty one may be saved; it cannot be published."""

    version = Version("This page is out of date. Copy what you typed, and open the editor anew.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["body"].required = self.fields["closing"].required = False
        self.fields["addressees"].widget.attrs["rows"] = 6

    def first_error(self):
        """What is wrong first, with the field that it is about."""
        name, errors = next(iter(self.errors.items()))
        label = "" if name in ("version", NON_FIELD_ERRORS) else self.fields[name].label.removesuffix(":")
        return errors[0] if errors[0].startswith(label) else f"{label}: {errors[0]}"

    @property
    def has_rare_parts(self):
        """Whether a part is filled in, or wrong, that few letters have."""
        return any(self[part].value() or self[part].errors for part in ("subject", "cc", "enclosures"))

"""The PDFs of a letter."""

import hashlib

from django.db import models
from django.db.models import Q

from .letter import Letter


class DamagedRendition(Exception):
    """The stored bytes are gone or are not those that were rendered."""


def path_of(rendition, filename):
    return f"letters/{rendition.letter_id}/{rendition.state_no}-{rendition.sha256[:16]}.pdf"


class Rendition(models.Model):
    """One PDF of a letter at one state. The `final` one is rendered from the manifest after the lock."""

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="renditions")
    state_no = models.PositiveIntegerField()
    final = models.BooleanField(default=False)
    signers = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(help_text="Bytes.")
    renderer = models.CharField(max_length=60)
    rendered_at = models.DateTimeField()
    pdf = models.FileField(upload_to=path_of, max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["letter", "state_no"], name="one_rendition_per_state"),
            models.UniqueConstraint(fields=["letter"], condition=Q(final=True), name="one_final_per_letter"),
        ]

    def __str__(self):
        return f"PDF {self.state_no} of {self.letter}"

    def read(self):
        """The PDF's bytes, proven to be those rendered; raises DamagedRendition when they are not."""
        try:
            with self.pdf.open("rb") as file:
                data = file.read()
        except OSError as error:
            raise DamagedRendition(f"{self} cannot be read from storage.") from error
        if hashlib.sha256(data).hexdigest() != self.sha256:
            raise DamagedRendition(f"{self} in storage is not the file that was rendered.")
        return data

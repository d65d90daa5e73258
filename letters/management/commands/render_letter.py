"""Write a letter's PDF as it stands."""

from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from letters.models import Letter
from letters.models.office import DamagedImage
from letters.models.rendition import DamagedRendition
from letters.pdf import RenderError, draft_mark, letter_data
from letters.pdf.child import print_letter
from letters.workflow import rendering


class Command(BaseCommand):
    help = "Writes the PDF of a letter as it stands now: marked as a draft before the lock, the stored final after it."

    def add_arguments(self, parser):
        parser.add_argument("code")
        parser.add_argument("file")

    def handle(self, code, file, **options):
        letter = Letter.objects.known_by(code).select_related("lead", "revision").first()
        if letter is None:
            raise CommandError(f"There is no letter with the code {code}.")
        try:
            data = pdf_of(letter)
            with open(file, "wb") as target:
                target.write(data)
        except (RenderError, DamagedImage, DamagedRendition, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{file}: {len(data):,} bytes")


def pdf_of(letter):
    if letter.is_locked:
        final = letter.final()
        if final is None:
            raise CommandError(
                "The letter is locked, but its final PDF is not made yet. A worker makes it; try again in a moment."
            )
        return final.read()
    contents = letter.contents()
    mark = draft_mark(contents, timezone.now(), letter.zone)
    return print_letter(letter_data(contents, images=rendering.images(letter, contents), draft_mark=mark))

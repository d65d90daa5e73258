"""Make a letter from a Word document or from text that was copied out of a PDF."""

import datetime
import pathlib

from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from letters.forms import instant
from letters.models import ImportReport, Office
from letters.text import TextError, Unsettled
from letters.text.reading import read_limited
from letters.workflow import Refused, circulating, drafting


class Command(BaseCommand):
    help = (
        "Makes a draft from a .docx or .txt file and lists what was doubtful in it. With --deadline it is circulated too. "
        "Signers found in the file are listed, never signed."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=pathlib.Path)
        parser.add_argument(
            "--lead", required=True, metavar="OFFICE", help="bioguide ID, seat (NY-10, NM Senate) or Member's name"
        )
        parser.add_argument("--co-lead", action="append", default=[], metavar="OFFICE", help="may be given several times")
        parser.add_argument(
            "--changes", choices=["accepted", "rejected"], default="", help="take tracked changes so, and drop comments"
        )
        parser.add_argument("--title", help="working title for lists; the file's name when left out")
        parser.add_argument("--deadline", metavar="'YYYY-MM-DD HH:MM'", help="circulate until then")
        parser.add_argument("--zone", default="America/New_York", help="time zone of the deadline")

    def handle(self, file, changes, lead, co_lead, title, deadline, zone, **options):
        came_from = {"source": source(file), "name": file.name[:200], "changes": changes}
        try:
            imported = read_limited(file.name, file.read_bytes(), changes)
            letter = self.make(imported, title or file.stem, lead, co_lead, deadline and moment(deadline, zone), zone, came_from)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        except Unsettled as unsettled:
            self.list("In the file, and not settled:", [*unsettled.changes, *unsettled.comments])
            raise CommandError(f"{unsettled} Or say --changes accepted, or --changes rejected.") from unsettled
        except (TextError, Refused) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.report(imported)
        self.stdout.write(f"code: {letter.code}")

    @transaction.atomic
    def make(self, imported, title, lead, co_leads, deadline_at, zone, came_from):
        now = timezone.now()
        letter = drafting.create_from(office(lead), None, title=title, imported=imported, now=now, **came_from)
        for name in co_leads:
            drafting.add_co_lead(letter, office(name), None, now=now)
        if deadline_at:
            circulating.circulate(letter, None, deadline_at=deadline_at, zone=zone, now=now)
        return letter

    def report(self, imported):
        if imported.doubts:
            self.list("To check against the original:", imported.doubts)
        if imported.signers:
            names = [f"{name}, {title}" if title else name for name, title in imported.signers]
            self.list(f"Signers found in the file, not signed ({len(names)}):", names)

    def list(self, heading, lines):
        self.stdout.write(heading)
        for line in lines:
            self.stdout.write(f"  - {line}")


def source(file):
    return ImportReport.Source.WORD if file.suffix.lower() == ".docx" else ImportReport.Source.FILE


def office(name):
    found = list(Office.objects.named(name))
    if len(found) == 1:
        return found[0]
    if found:
        seats = ", ".join(office.label for office in found)
        raise CommandError(f"“{name}” fits several offices: {seats}. Give the seat or the bioguide ID.")
    raise CommandError(f"There is no office “{name}”. Give a bioguide ID, a seat such as NY-10, or the Member's name.")


def moment(text, zone):
    try:
        local = datetime.datetime.strptime(text, "%Y-%m-%d %H:%M")
        return instant(local.date(), local.time(), zone)
    except (ValueError, KeyError):
        raise CommandError(f"“{text}” in the zone {zone} is no deadline. Write it as 2026-12-01 18:00.") from None
    except ValidationError as error:
        raise CommandError(error.message) from error

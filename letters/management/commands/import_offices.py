from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from letters import roster

NAMED_AT_MOST = 20


class Command(BaseCommand):
    help = "Brings the offices up to date from the public roster of Congress (congress-legislators, YAML or JSON)."

    def add_arguments(self, parser):
        parser.add_argument("source", metavar="FILE_OR_URL")
        parser.add_argument(
            "--allow-few", action="store_true", help="accept a roster in which more than half of the offices are missing"
        )

    def handle(self, source, allow_few, **options):
        try:
            seats = roster.parse(roster.read(source))
            summary = roster.update_offices(seats, today=timezone.localdate(), allow_few=allow_few)
        except roster.RosterError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Read {summary.entries} entries.")
        for words, labels in (("new", summary.new), ("changed", summary.changed), ("left office", summary.left)):
            named = f": {'; '.join(labels)}" if 0 < len(labels) <= NAMED_AT_MOST else ""
            self.stdout.write(f"{len(labels)} {words}{named}")

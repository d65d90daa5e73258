from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from letters import committees, roster

NAMED_AT_MOST = 20


class Command(BaseCommand):
    help = (
        "Brings the lists of committees up to date from the public files of Congress (congress-legislators: committees-current "
        "and committee-membership-current, YAML or JSON)."
    )

    def add_arguments(self, parser):
        parser.add_argument("committees", metavar="COMMITTEES_FILE_OR_URL")
        parser.add_argument("members", metavar="MEMBERSHIP_FILE_OR_URL")
        parser.add_argument(
            "--allow-few", action="store_true", help="accept files in which more than half of the committees are missing"
        )

    def handle(self, committees, members, allow_few, **options):
        try:
            summary = update(committees, members, allow_few)
        except roster.RosterError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Read {summary.committees} committees and subcommittees.")
        told = (
            ("new", summary.new),
            ("changed", summary.changed),
            ("gone", summary.gone),
            ("members not in the roster", summary.strangers),
            ("with members but not in the list of committees", summary.unlisted),
        )
        for words, names in told:
            named = f": {'; '.join(names)}" if 0 < len(names) <= NAMED_AT_MOST else ""
            self.stdout.write(f"{len(names)} {words}{named}")


def update(listed, members, allow_few):
    rows = committees.parse(roster.read(listed)), committees.parse_members(roster.read(members))
    return committees.update_lists(*rows, now=timezone.now(), allow_few=allow_few)

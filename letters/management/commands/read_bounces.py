import imaplib

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from letters import tasks


class Command(BaseCommand):
    help = "Read the mail that came back, as the workers do each minute, and say what it was."

    def handle(self, **options):
        if not settings.BOUNCES:
            raise CommandError("COSIGN_BOUNCES is not set. Set it to maildir:/path or imaps://user:password@host/folder.")
        try:
            counts = tasks.take_bounces()
        except (OSError, imaplib.IMAP4.error) as error:
            raise CommandError(f"The folder of returned mail cannot be read: {error}") from None
        for what, count in sorted(counts.items()):
            self.stdout.write(f"{count} {what}")
        if not counts:
            self.stdout.write("Nothing came back.")

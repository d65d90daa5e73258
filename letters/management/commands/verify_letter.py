"""Check a letter's history, manifest and final PDF against each other."""

import json

from django.core.management import BaseCommand, CommandError

from letters import proof
from letters.exports import evidence
from letters.models import Letter
from letters.models.rendition import DamagedRendition


class Command(BaseCommand):
    help = (
        "Checks history, signatures, manifest and final PDF of a letter against each other; exits 1 with the first thing wrong."
    )

    def add_arguments(self, parser):
        parser.add_argument("code")
        parser.add_argument(
            "--evidence", dest="target", metavar="FILE", help="also write the evidence, for proof.py, to this file"
        )

    def handle(self, code, target=None, **options):
        letter = Letter.objects.known_by(code).first()
        if letter is None:
            raise CommandError(f"There is no letter with the code {code}.")
        bundle = evidence(letter)
        if target:
            with open(target, "w", encoding="utf-8") as file:
                json.dump(bundle, file, ensure_ascii=False, indent=1)
        try:
            final = letter.final()
            proof.check(bundle, final.read() if final else None)
        except (proof.Broken, DamagedRendition) as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"In order: {letter.event_no} events, {len(bundle['signatures'])} standing signatures.")

"""Takes a picture of each kind of mail, as a mail program shows it: `python docs/make_mail_pictures.py [FOLDER]`.

Needs Chromium. The mails come from the occasions of the tests, in a database of their own that is thrown away; names, times and
links are the same at every run, so that a picture changes only where its mail does.
"""

import datetime
import os
import random
import shutil
import sys
import tempfile
from itertools import count
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path(__file__).parent / "pictures" / "mails"
WIDTH, PHONE = 640, 320  # pixels
ON_A_PHONE = "reminder"
NOON = datetime.datetime(2026, 6, 3, 16, 0, tzinfo=datetime.UTC)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]


def set_up(scratch):
    """Django on an empty database and a broker in the scratch folder."""
    sys.path.insert(0, str(ROOT))
    os.environ |= {
        **{"DJANGO_SETTINGS_MODULE": "cosign.settings", "COSIGN_MODE": "local", "COSIGN_VAR": str(scratch)},
        **{"DATABASE_URL": f"sqlite:///{scratch}/mails.sqlite3", "SECRET_KEY": "for-these-pictures-only-" + "x" * 40},
        **{"SITE_URL": "https://cosign.example.gov", "REDIS_URL": "", "MEDIA_ROOT": f"{scratch}/media", "EMAIL_URL": ""},
    }
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


class Clock:
    """Noon on a day in June, and a second later each time it is asked."""

    def __init__(self):
        self.seconds = count()

    def __call__(self):
        return NOON + datetime.timedelta(seconds=next(self.seconds))


def same():
    """What the codes in links are made of, the same at every run."""
    chance = random.Random(1)
    return {"token_hex": lambda size: chance.randbytes(size).hex(), "choice": chance.choice}


def mails():
    """(kind, HTML) of each kind of mail."""
    from django.db import transaction
    from django.utils import timezone

    from letters import mail
    from tests import factories
    from tests.mail.occasions import EVERY_KIND

    for kind, occasion in EVERY_KIND.items():
        with mock.patch.object(timezone, "now", Clock()), mock.patch.multiple("secrets", **same()), transaction.atomic():
            factories.numbers = count(1)
            message = mail.compose(occasion(), now=timezone.now(), shown=True)
            transaction.set_rollback(True)
        yield str(kind), message.alternatives[0][0]


def take(page, html, width, path):
    from PIL import Image

    page.set_viewport_size({"width": width, "height": 200})
    page.set_content(html)
    page.screenshot(path=path, full_page=True)
    with Image.open(path) as image:
        few = image.convert("RGB").quantize(64, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


def main():
    from playwright.sync_api import sync_playwright

    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        set_up(Path(scratch))
        shown = list(mails())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_context(java_script_enabled=False, offline=True).new_page()
        for kind, html in shown:
            take(page, html, WIDTH, folder / f"{kind}.png")
            if kind == ON_A_PHONE:
                take(page, html, PHONE, folder / f"{kind}-on-a-phone.png")
        browser.close()


if __name__ == "__main__":
    main()

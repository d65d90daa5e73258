"""Poke the workers after the commit. Losing a poke costs seconds: what is due is in the database, and the sweep looks too."""

from celery import current_app
from django.db import transaction


def after_commit(letter=None, mail=False):
    """Ask for the letter's PDF to be brought up to date, for waiting mail to be sent, or both."""
    messages = []
    if letter is not None:
        messages.append(("letters.tasks.render", [letter.pk]))
    if mail:
        messages.append(("letters.tasks.deliver", []))

    def poke():
        for name, args in messages:
            current_app.send_task(name, args=args, retry=False)

    # robust: with the broker down the act stands, and the first failure spares the wait for a second.
    transaction.on_commit(poke, robust=True)

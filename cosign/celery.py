"""The Celery application. Messages only say "look": everything that is due is a row in the database."""

import os
from pathlib import Path

from celery import Celery
from celery.signals import after_task_publish
from django.conf import settings
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cosign.settings")

TRANSPORT_ALIASES["filesystem"] = "cosign.broker:Transport"
app = Celery("cosign")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@after_task_publish.connect
def leave_a_sign_of_life(**kwargs):
    if settings.BEAT_FILE:
        Path(settings.BEAT_FILE).touch()

from django.apps import AppConfig
from django.conf import settings


class CosignConfig(AppConfig):
    name = "cosign"
    label = "cosign_site"

    def ready(self):
        from letters import accounts  # noqa: F401  listens for addresses that are confirmed and second factors that come and go

        from . import checks  # noqa: F401  registers the start-up checks

        if settings.EMAIL_BACKEND.startswith("anymail."):
            from anymail.signals import tracking

            from letters.views import reports

            tracking.connect(reports.take)

from django.apps import AppConfig


class CosignConfig(AppConfig):
    name = "cosign"
    label = "cosign_site"

    def ready(self):
        from letters import accounts  # noqa: F401  listens for addresses that are confirmed and second factors that come and go

        from . import checks  # noqa: F401  registers the start-up checks

from django.apps import AppConfig


class CosignConfig(AppConfig):
    name = "cosign"
    label = "cosign_site"

    def ready(self):
        from . import checks  # noqa: F401  registers the start-up checks

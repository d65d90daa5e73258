from django.apps import AppConfig
from django.db.models.signals import post_migrate


class LettersConfig(AppConfig):
    name = "letters"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from .models import groups, guards

        # SQLite rebuilds a table to alter it, and its triggers go with the old one.
        post_migrate.connect(guards.reinstall, sender=self)
        post_migrate.connect(groups.make, sender=self)

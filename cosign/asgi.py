import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cosign.settings")
application = get_asgi_application()

from letters import heartbeat  # noqa: E402  needs the applications loaded

heartbeat.start()

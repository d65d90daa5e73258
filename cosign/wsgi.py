import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cosign.settings")
application = get_wsgi_application()

from letters import heartbeat  # noqa: E402  needs the applications loaded

application = heartbeat.beside(application)

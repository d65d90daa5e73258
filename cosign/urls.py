from importlib import import_module

from allauth.account.views import confirm_login_code, email_verification_sent
from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from letters.accounts import mailing_strangers_too

urlpatterns = [
    path("admin/", admin.site.urls),
    path("account/login/code/confirm/", mailing_strangers_too(confirm_login_code)),
    path("account/confirm-email/", mailing_strangers_too(email_verification_sent)),
    path("account/", include("allauth.urls")),
    path("", include("letters.urls")),
]


def reports_of(backend):
    """Where the mail service of the backend reports what came back; nothing for a mail server of one's own."""
    if not backend.startswith("anymail.backends."):
        return []
    webhooks, service = import_module("anymail.urls").urlpatterns, backend.split(".")[2]
    ours = [webhook for webhook in webhooks if str(webhook.pattern) in (f"{service}/tracking/", f"{service}/")]
    return [path("mail/reports/", include((ours, "anymail")))]


urlpatterns += reports_of(settings.EMAIL_BACKEND)

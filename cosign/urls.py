from allauth.account.views import confirm_login_code, email_verification_sent
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

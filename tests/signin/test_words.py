"""Every page and mail of the sign-in library that somebody can meet here is in our words."""

from pathlib import Path

import allauth
import pytest
from django.conf import settings

THEIRS, OURS = Path(allauth.__file__).parent / "templates", settings.BASE_DIR / "templates"

# What no setting of ours shows, and what only names the layout to use.
NOT_SHOWN = {
    "account": [
        "base_*.html",
        "confirm_*phone*.html",
        "confirm_password_reset_code.html",
        "email/email_confirm_*",
        "email/email_confirmation_signup_*",  # the same as without `signup`
        "email/password_reset_code_*",
        "email_confirm.html",
        "messages/phone_*",
        "messages/email_verification_*",
        "phone_change.html",
        "snippets/warn_no_email.html",
    ],
    "mfa": ["base_*.html", "trust.html"],
    "socialaccount": ["base_*.html", "login_redirect.html", "snippets/*"],
    "usersessions": ["base_*.html"],
}


@pytest.mark.parametrize("app", NOT_SHOWN)
def test_every_page_and_mail_is_ours(app):
    theirs = {path.relative_to(THEIRS / app) for path in (THEIRS / app).rglob("*.*")}
    shown = {path for path in theirs if not any(path.match(pattern) for pattern in NOT_SHOWN[app])}
    assert len(shown) > 1 or app == "usersessions"
    assert sorted(str(path) for path in shown if not (OURS / app / path).exists()) == []

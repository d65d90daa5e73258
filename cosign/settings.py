"""All settings, read from the environment (and from a `.env` file beside manage.py, where there is one).

COSIGN_MODE is `production` unless it says `local`. Local mode is for one person on one machine: SQLite, a folder as the
message broker, mail written to files. Every default below is the safe one for production; `cosign.checks` refuses to start
on combinations that would lose or leak a signature.
"""

import datetime
import sys
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

MODE = env.str("COSIGN_MODE", "production")
if MODE not in ("local", "production"):
    raise ImproperlyConfigured(f"COSIGN_MODE is {MODE!r}. Set it to 'production', or to 'local' on your own machine.")
LOCAL = MODE == "local"
# Everything that local mode writes lies under this folder.
VAR_DIR = Path(env.str("COSIGN_VAR", str(BASE_DIR / "var")))

SECRET_KEY = env.str("SECRET_KEY", "")
# Earlier keys: what was signed with one of them still holds.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set. In production put a long random value in the environment; "
        "on your own machine run bin/setup, which writes one to .env."
    )
DEBUG = env.bool("DEBUG", False)
SITE_URL = env.str("SITE_URL", f"http://localhost:{env.str('PORT', '8000')}" if LOCAL else "").rstrip("/")
_host = SITE_URL.partition("://")[2].partition("/")[0].rpartition(":")
SITE_HOST = (_host[0] or _host[2]).strip("[]")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[SITE_HOST] if SITE_HOST else [])
if LOCAL:
    ALLOWED_HOSTS += ["localhost", "127.0.0.1", "[::1]"]
# How many processes answer requests; the start-up check compares it with the kind of cache.
WEB_PROCESSES = env.int("WEB_CONCURRENCY", 1 if LOCAL else 2)

# --- applications ---
INSTALLED_APPS = [
    "letters",
    "cosign.apps.CosignConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "django_htmx",
    "csp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "letters.middleware.Confidential",
    "letters.middleware.EvenAnswers",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "letters.middleware.SessionLimits",
    "letters.middleware.SignInRequired",
    "letters.middleware.NotAllowedPage",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "cosign.urls"
WSGI_APPLICATION = "cosign.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cosign.context.site",
            ]
        },
    }
]

# --- database ---
DATABASES = {"default": env.db("DATABASE_URL", f"sqlite:///{VAR_DIR / 'cosign.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # FULL: an acknowledged signature survives a power cut. recursive_triggers: INSERT OR REPLACE meets the triggers too.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA recursive_triggers=ON;",
    }
    # The tests' database is a file as well: threads and processes meet the locks that they meet in earnest.
    DATABASES["default"]["TEST"] = {"NAME": VAR_DIR / "test.sqlite3"}
else:
    DATABASES["default"].setdefault("CONN_MAX_AGE", 60)
    DATABASES["default"].setdefault("CONN_HEALTH_CHECKS", True)
    # A host that falls silent holds a request, or the heartbeat, for no longer than this (seconds).
    patience = {"connect_timeout": 10, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
    DATABASES["default"]["OPTIONS"] = {**patience, **DATABASES["default"].get("OPTIONS", {})}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MEDIA_ROOT = env.str("MEDIA_ROOT", str(VAR_DIR / "media"))

# --- cache, sessions ---
REDIS_URL = env.str("REDIS_URL", "")
# A Redis that is down or never answers must not hold a request for longer than this.
REDIS_TIMEOUTS = {"socket_connect_timeout": 0.4, "socket_timeout": 0.4}
if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "OPTIONS": REDIS_TIMEOUTS,
        }
    }
else:
    CACHES = {"default": env.cache("CACHE_URL", "locmemcache://")}
SESSION_COOKIE_AGE = 24 * 3600  # since signing in, however busy
SESSION_IDLE_SECONDS = 60 * env.int("COSIGN_IDLE_MINUTES", 60)
SESSION_COOKIE_HTTPONLY = True

# --- Celery ---
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_PUBLISH_RETRY = False  # the database is the queue: a message that cannot be sent is found by the next sweep
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker for ever
CELERY_BEAT_SCHEDULER = "cosign.beat:Scheduler"  # no state file: what is due is in the database
CELERY_TIMEZONE = "UTC"
SWEEP_SECONDS = env.float("COSIGN_SWEEP_SECONDS", 10.0)
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "letters.tasks.sweep", "schedule": SWEEP_SECONDS, "options": {"expires": SWEEP_SECONDS}},
}
# How often each web process notes that signing is possible, and how long a lack of that is an outage, which gives time back.
HEARTBEAT_SECONDS = env.float("COSIGN_HEARTBEAT_SECONDS", 20.0)
OUTAGE_AFTER = datetime.timedelta(minutes=env.float("COSIGN_OUTAGE_MINUTES", 10.0))
# Where it is set, this file is touched at each message that was sent: its age is the health of beat.
BEAT_FILE = env.str("BEAT_FILE", "")
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 600,
        **REDIS_TIMEOUTS,
        "max_retries": 0,  # for publishing only: a worker asks again until the broker is back
    }
else:
    _broker = VAR_DIR / "broker"
    CELERY_BROKER_URL = "filesystem://localhost"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_broker / "queue"),
        "data_folder_out": str(_broker / "queue"),
        "control_folder": str(_broker / "control"),
        "polling_interval": 0.1,
    }
    for _folder in ("queue", "control"):
        (_broker / _folder).mkdir(parents=True, exist_ok=True)

# --- mail ---
# In local mode mail is written to this folder, and the /mailbox/ page shows it.
MAILBOX_DIR = VAR_DIR / "mail"
EMAIL_BACKEND = env.str("EMAIL_BACKEND", "")
if EMAIL_BACKEND:
    # A commercial mail service by its own interface: `anymail.backends.postmark.EmailBackend`, and its keys as JSON.
    ANYMAIL = env.json("ANYMAIL", {})
    if EMAIL_BACKEND.startswith("anymail."):
        INSTALLED_APPS.append("anymail")
elif LOCAL and not env.str("EMAIL_URL", ""):
    EMAIL_BACKEND = "letters.mailbox.EmailBackend"
else:
    vars().update(env.email_url("EMAIL_URL", "smtp://localhost:25"))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", f"cosign <cosign@{SITE_HOST or 'localhost'}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Where mail that cannot be delivered comes back to, `bounces@cosign.example.gov`, and the folder in which it is found then:
# `maildir:/path`, or `imaps://user:password@host/folder`.
MAIL_BOUNCE_ADDRESS = env.str("MAIL_BOUNCE_ADDRESS", "")
BOUNCES = env.str("COSIGN_BOUNCES", "")
if BOUNCES:
    CELERY_BEAT_SCHEDULE["read-bounces"] = {"task": "letters.tasks.read_bounces", "schedule": 60.0, "options": {"expires": 60.0}}

# --- signing in ---
AUTH_USER_MODEL = "letters.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "letters.accounts.LongEnough"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboard"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "letters.accounts.AccountAdapter"
ACCOUNT_FORMS = {
    "add_email": "letters.accounts.AddEmailForm",
    "change_email": "letters.accounts.ChangeEmailForm",
    "change_password": "letters.accounts.ChangePasswordForm",
    "confirm_email_verification_code": "letters.accounts.ConfirmEmailVerificationCodeForm",
    "confirm_login_code": "letters.accounts.ConfirmLoginCodeForm",
    "login": "letters.accounts.LoginForm",
    "request_login_code": "letters.accounts.RequestLoginCodeForm",
    "reset_password": "letters.accounts.ResetPasswordForm",
    "set_password": "letters.accounts.SetPasswordForm",
    "signup": "letters.accounts.SignupForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
# A code that did not come is sent again. Changing the address midway is not offered: that the page has no account to change
# would show, so one starts over instead.
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_CHANGE_EMAIL = True  # one address per account
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_EMAIL_NOTIFICATIONS = True
USERSESSIONS_TRACK_ACTIVITY = True  # shown in the list; written by SessionLimits, once a minute at most
ACCOUNT_DEFAULT_HTTP_PROTOCOL = SITE_URL.partition("://")[0] or "https"
# A whole agency can sit behind one network address, so its limits are wider than the library's. What an account's or a mail
# address's own limit (`key`) refuses does not count for the network's (`ip`): so the order.
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "login_failed": "5/5m/key,60/m/ip",
    "signup": "60/m/ip",
    "request_login_code": "3/m/key,60/m/ip",
    "confirm_email": "3/m/key",
    "reset_password": "3/m/key,60/m/ip",
}
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = LOCAL
MFA_TOTP_ISSUER = "cosign"
MFA_TOTP_TOLERANCE = 1  # a code that was read in the last second of its half minute still counts
MFA_ADAPTER = "letters.accounts.SecondFactorAdapter"
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}
# Mail domains of staff; a leading dot takes every subdomain. Empty: any domain.
STAFF_DOMAINS = env.list("COSIGN_STAFF_DOMAINS", default=[])
# The agency's own identity provider, when there is one.
OIDC_SERVER_URL = env.str("OIDC_SERVER_URL", "")
OIDC_CLIENT_ID = env.str("OIDC_CLIENT_ID", "")
# Where its sign-in page is, if that is on another host than OIDC_SERVER_URL: a browser lets our button lead nowhere else.
OIDC_LOGIN_ORIGIN = env.str("OIDC_LOGIN_ORIGIN", "")
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_ADAPTER = "letters.accounts.SocialAdapter"
SOCIALACCOUNT_FORMS = {"signup": "letters.accounts.SocialSignup"}
# A verified address that has an account signs that account in; any other goes through a mailed code.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "agency",
                "name": env.str("OIDC_NAME", "your agency account"),
                "client_id": OIDC_CLIENT_ID,
                "secret": env.str("OIDC_CLIENT_SECRET", ""),
                "settings": {"server_url": OIDC_SERVER_URL},
            }
        ]
        if OIDC_SERVER_URL
        else [],
    }
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)

# --- language, time, static files ---
LANGUAGE_CODE = "en-us"
USE_TZ = True
TIME_ZONE = "America/New_York"
# Close of business: what COB means in a deadline, in the zone of the letter.
try:
    COB = datetime.time.fromisoformat(env.str("COSIGN_COB", "") or "18:00")
except ValueError as error:
    raise ImproperlyConfigured("COSIGN_COB is not a time of day. Write it as 18:00.") from error
STATIC_URL = "static/"
STATIC_ROOT = env.str("STATIC_ROOT", str(VAR_DIR / "static" if LOCAL else BASE_DIR / "staticfiles"))
if LOCAL:
    Path(STATIC_ROOT).mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = LOCAL
_storage = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
    if LOCAL
    else "whitenoise.storage.CompressedManifestStaticFilesStorage"
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _storage},
}
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_HANDLERS = ["letters.uploads.InMemory"]  # at most 10 MB, never on a disk
# Holds 200,000 pasted characters and 2 MB of formatting beside them.
DATA_UPLOAD_MAX_MEMORY_SIZE = 3 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# --- security ---
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF, *sorted({"/".join(url.split("/")[:3]) for url in (OIDC_SERVER_URL, OIDC_LOGIN_ORIGIN) if url})],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
if SITE_URL.startswith("https://"):
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # probed from beside the web server, without TLS
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 365 * 24 * 3600)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    CSRF_TRUSTED_ORIGINS = [SITE_URL]
    if env.bool("BEHIND_TLS_PROXY", False):
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- logging: never a letter's text, a name or an address ---
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "cosign.logs.Line", "format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "stream": sys.stderr, "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {"weasyprint": {"level": "ERROR"}, "fontTools": {"level": "ERROR"}},
}

"""Loaded by pytest before the settings: the suite runs in local mode, on whatever DATABASE_URL and REDIS_URL say."""

import os
import tempfile

os.environ.setdefault("COSIGN_MODE", "local")
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 40)
os.environ.setdefault("COSIGN_VAR", tempfile.mkdtemp(prefix="cosign-tests-"))
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the Playwright driver runs an event loop in the test's thread

"""Loaded by pytest before the settings: the suite runs in local mode, on whatever DATABASE_URL and REDIS_URL say."""

import os
import tempfile

os.environ.setdefault("COSIGN_MODE", "local")
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 40)
os.environ.setdefault("COSIGN_VAR", tempfile.mkdtemp(prefix="cosign-tests-"))
if process := os.environ.get("PYTEST_XDIST_WORKER"):
    # A broker and a folder for each of several test processes: no Celery worker takes another's messages.
    os.environ["COSIGN_VAR"] = os.path.join(os.environ["COSIGN_VAR"], process)
    os.makedirs(os.environ["COSIGN_VAR"], exist_ok=True)
    if url := os.environ.get("REDIS_URL"):
        server, _, number = url.rpartition("/")
        os.environ["REDIS_URL"] = f"{server}/{int(number) + int(process.removeprefix('gw'))}"
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the Playwright driver runs an event loop in the test's thread

import shutil

import pytest
from playwright.sync_api import sync_playwright

from .site import Site

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def chromium():
    if not CHROMIUM:
        pytest.skip("Chromium is not installed, so the pages are not looked at in a browser (Debian: apt install chromium)")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def site(chromium, live_server, settings):
    """The whole site in Chromium: mail goes to the local mailbox, and its links lead to the live server."""
    settings.SITE_URL = live_server.url
    settings.EMAIL_BACKEND = "letters.mailbox.EmailBackend"
    site = Site(chromium, live_server.url)
    yield site
    site.close()

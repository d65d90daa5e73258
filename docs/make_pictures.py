"""Takes the pictures of the documentation from a freshly started demo: `bin/run`, then `python docs/make_pictures.py`.

Needs Chromium and poppler-utils. The last pictures change the demo: a proposed edit is taken into the text.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

SITE = sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8000"
PICTURES = Path(__file__).parent / "pictures"
PASSWORD = "quiet lantern maple harbor"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]


def signed_in(browser, name, width=1280, height=900):
    page = browser.new_context(viewport={"width": width, "height": height}).new_page()
    page.goto(f"{SITE}/account/login/")
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    form = page.locator("form:has(input[name=password])")
    form.locator("input[name=login]").fill(f"{name}@demo.example")
    form.locator("input[name=password]").fill(PASSWORD)
    form.locator("input[name=password]").press("Enter")
    page.wait_for_url(f"{SITE}/")
    return page


def take(page, path, name, *, whole=False):
    page.goto(f"{SITE}{path}")
    page.screenshot(path=PICTURES / f"{name}.png", full_page=whole)


def take_editor(page, path):
    """The editor from its toolbar down, and the pages that it has fetched."""
    page.goto(f"{SITE}{path}")
    page.locator(".preview img").first.evaluate("image => image.decode()")
    page.locator(".toolbar").evaluate("toolbar => window.scrollTo(0, toolbar.getBoundingClientRect().top + window.scrollY - 16)")
    page.screenshot(path=PICTURES / "editor.png")


def take_edits(page, path):
    """A proposed edit, and after it was taken in, the page on which the changed text is published."""
    take(page, path, "edits")
    page.get_by_role("link", name="Answer").first.click()
    page.get_by_role("button", name="Answer").click()
    page.get_by_role("button", name="Review and publish").click()
    page.wait_for_url("**/publish/")
    page.screenshot(path=PICTURES / "publish.png", full_page=True)


def pages_of(page, path, name):
    """The PDF at the path, a picture for each of its pages."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "letter.pdf"
        file.write_bytes(page.request.get(f"{SITE}{path}").body())
        subprocess.run(["pdftoppm", "-r", "80", "-png", file, PICTURES / name], check=True)


def make_small(picture):
    """256 colours are enough for a page, and take a third of the bytes."""
    with Image.open(picture) as image:
        few = image.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    few.save(picture, optimize=True)


def main():
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        lead = signed_in(browser, "lead")
        take(lead, "/", "dashboard")
        desk = lead.locator("a[href$='/desk/']").first.get_attribute("href")
        letter = desk.removesuffix("desk/")
        take(lead, desk, "desk")
        take(lead, f"{desk}history/", "history")
        take_editor(signed_in(browser, "lead", 1440, 900), f"{desk}text/")
        take(lead, f"{letter}changes/1/2/", "changes")
        pages_of(lead, f"{letter}draft.pdf", "draft")
        take(signed_in(browser, "invited"), letter, "letter")
        take(signed_in(browser, "invited", 320, 640), letter, "letter-on-a-phone")
        take(signed_in(browser, "admin"), f"{desk}lock/", "lock", whole=True)
        manager = signed_in(browser, "desrosiers")
        manager.goto(f"{SITE}/offices/")
        take(manager, manager.url.removeprefix(SITE), "office", whole=True)
        owner = signed_in(browser, "castaneda")
        final = owner.locator("a[href$='/desk/']").first.get_attribute("href").removesuffix("desk/")
        pages_of(owner, f"{final}final.pdf", "final")
        drafter = signed_in(browser, "drafter")
        draft = drafter.locator("a[href$='/desk/']").first.get_attribute("href")
        take(drafter, f"{draft}preview/", "import")
        take_edits(lead, f"{desk}edits/")
        browser.close()
    for picture in PICTURES.glob("*.png"):
        make_small(picture)


if __name__ == "__main__":
    main()

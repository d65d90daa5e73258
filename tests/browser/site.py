"""People at their browsers, and the worker that prints and mails for them."""

import os
import re
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from letters import mailbox, tasks
from letters.models import Letter
from tests.sessions import signed_in

WIDTHS = (1280, 320)
SECONDS = 15
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Where it is set, a picture of each page that is checked goes to this folder.
PICTURES = os.environ.get("COSIGN_PICTURES", "")


class Site:
    def __init__(self, chromium, url):
        self.chromium, self.url, self.visitors = chromium, url, []

    def visitor(self, person=None, **options):
        """A browser of its own; with a person it is signed in already."""
        context = self.chromium.new_context(viewport={"width": 1280, "height": 900}, base_url=self.url, **options)
        if person:
            client = signed_in(person)
            context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": self.url}])
        self.visitors.append(Visitor(context))
        return self.visitors[-1]

    def work(self):
        """Do what the worker would: plan, print, mail."""
        for pk in Letter.objects.render_due(timezone.now()).values_list("pk", flat=True):
            tasks.render(pk)
        tasks.deliver()

    def close(self):
        for visitor in self.visitors:
            visitor.context.close()
        complaints = [text for visitor in self.visitors for text in visitor.complaints]
        assert complaints == []


class Visitor:
    """One browser. `complaints` collects what it wrote to its console as an error: refused by the policy, or a script's."""

    def __init__(self, context):
        self.context, self.page, self.complaints = context, context.new_page(), []
        self.page.set_default_timeout(SECONDS * 1000)
        self.page.on("console", lambda message: message.type == "error" and self.complain(message.text))
        self.page.on("pageerror", lambda error: self.complain(str(error)))

    def complain(self, text):
        # A refusal answers 409 by design, and Chromium writes that down.
        if "status of 409" not in text and "status of 404" not in text and "status of 403" not in text:
            self.complaints.append(text)

    def open(self, path):
        """Go there; returns the status of the answer."""
        return self.page.goto(path).status

    def press(self, name, role="button"):
        self.page.get_by_role(role, name=name, exact=False).first.click()

    def follow(self, name):
        self.press(name, role="link")

    def fill(self, label, value):
        self.page.get_by_label(label, exact=False).first.fill(value)

    @property
    def heading(self):
        return self.page.get_by_role("heading", level=1).inner_text()

    def sees(self, text):
        self.page.get_by_text(text).first.wait_for()

    def check(self, name):
        """No violation that axe knows and nothing off the side, at a desk's width and at a phone's."""
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            if PICTURES:
                self.page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)
            assert self.page.evaluate(SIDEWAYS) == 0, f"{name} runs off the side at {width} px"
            found = Axe().run(self.page)
            assert found.violations_count == 0, f"{name} at {width} px: {found.generate_report()}"
        self.page.set_viewport_size({"width": WIDTHS[0], "height": 900})


def code_mailed_to(address):
    """The newest sign-in code in the local mailbox."""
    texts = [mail.text for mail in mailbox.messages() if mail.to == address]
    found = re.search(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", texts[0], re.M)
    return found.group(1)

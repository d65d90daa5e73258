"""Somebody at the page on which a letter's text is edited."""

from letters.models import Letter
from letters.text.html import canonical
from letters.workflow import revising

PASTE = """([html, plain]) => {
  const data = new DataTransfer()
  if (html) data.setData('text/html', html)
  data.setData('text/plain', plain)
  document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
}"""
PUT = "html => { const { editor } = document.querySelector('form[data-save]'); editor.replace(html); return editor.html() }"
MOVING = ("ArrowLeft", "ArrowRight", "Home", "End")
FOCUSED = "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent.trim()"


class Writer:
    def __init__(self, site, letter, person=None, **options):
        self.letter, self.visitor = letter, site.visitor(person or letter.created_by, **options)
        self.page, self.keyboard = self.visitor.page, self.visitor.page.keyboard
        self.visitor.open(f"/l/{letter.code}/desk/text/")
        self.text = self.page.locator("#id_body")
        self.notes = self.page.locator("[data-notes] [role=textbox]")
        self.state = self.page.locator("[data-status]")

    def put(self, html):
        """Set the whole text; returns it as the editor gives it."""
        return self.page.evaluate(PUT, html)

    @property
    def html(self):
        """The text in its one form."""
        return canonical(self.page.evaluate("document.querySelector('form[data-save]').editor.html()"))

    @property
    def counts(self):
        return self.page.evaluate("document.querySelector('form[data-save]').editor.counts()")

    def at_end(self):
        self.text.focus()
        self.press("Control+End")

    def paste(self, html, plain=""):
        self.page.evaluate(PASTE, [html, plain])

    def press(self, *keys):
        for key in keys:
            self.keyboard.press(key)
            if key.removeprefix("Control+") in MOVING:
                self.page.wait_for_timeout(100)  # the browser tells of a moved cursor a moment later

    @property
    def focused(self):
        return self.page.evaluate(FOCUSED)

    def told(self):
        """What the page said last about a paste."""
        self.page.locator("[data-notice]").wait_for()
        return self.page.locator("[data-notice] p").inner_text()

    def saved(self):
        """Wait until all is saved; returns the working copy as it is stored."""
        self.page.locator("[data-status][data-state=saved]").wait_for()
        return revising.copy_of(Letter.objects.get(pk=self.letter.pk))

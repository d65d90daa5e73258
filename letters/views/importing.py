"""The pages by which a letter's text comes in: as a Word file, as a paste, or begun here; and what the import has to say."""

from typing import NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from letters import permissions
from letters.forms.importing import (
    FileIntoForm,
    NewFromFileForm,
    NewFromPasteForm,
    PasteIntoForm,
    WriteForm,
    clean_name,
)
from letters.models import ImportReport
from letters.text import TextError, Unsettled, html, tree
from letters.text.letter import Imported
from letters.text.reading import read_limited, read_paste_limited
from letters.workflow import Refused, StaleCopy, drafting, revising

from . import kept
from .access import get_or_post, letter_to_run, letter_to_watch, my_offices, status_of, trying
from .desk import page
from .found_signers import matched

Source = ImportReport.Source


class Came(NamedTuple):
    """What was read, and where it came from, as an ImportReport names it."""

    imported: Imported
    source: str
    name: str = ""
    changes: str = ""

    @property
    def origin(self):
        return {"source": self.source, "name": self.name, "changes": self.changes}


# --- a new letter


@get_or_post
def start(request):
    """Three ways to begin a letter; the first, a Word file, is on the page itself."""
    unless_may_start(request)
    form = NewFromFileForm(request.POST or None, request.FILES or None, person=request.user)
    return from_file(request, form, new_page(request, form, "start"), lambda came: begin(request, form, came))


@get_or_post
def start_from_paste(request):
    unless_may_start(request)
    form = NewFromPasteForm(request.POST or None, person=request.user)
    return from_paste(request, form, new_page(request, form, "start_paste"), lambda came: begin(request, form, came))


@get_or_post
def write(request):
    """A letter that is written here: made of its first words, and gone on with in the editor."""
    unless_may_start(request)
    form = WriteForm(request.POST or None, person=request.user)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        with trying(request, form) as done:
            letter = drafting.create(chosen["lead"], request.user, title=chosen["title"], text=form.text(), now=timezone.now())
        if done.ok:
            messages.success(request, "The draft is saved. Go on writing here.")
            return redirect("desk-text", code=letter.code)
    return new_page(request, form, "write")()


def unless_may_start(request):
    if not any(permissions.may_start(request.user, office) for office in my_offices(request)):
        raise PermissionDenied("You need a confirmed place in an office, as a signer or a manager, to start a letter.")


def new_page(request, form, template):
    def shown(**more):
        return render(request, f"letters/importing/{template}.html", {"form": form, **more}, status=status_of(form))

    return shown


def begin(request, form, came):
    chosen = form.cleaned_data
    title = chosen["title"] or title_of(came)
    return drafting.create_from(
        chosen["lead"], request.user, title=title, imported=came.imported, now=timezone.now(), **came.origin
    )


def title_of(came):
    """A working title from the file's name, else from the first words of the subject or of the text."""
    stem, dot, _ = came.name.rpartition(".")
    name = " ".join((stem if dot else came.name).replace("_", " ").split())
    text = came.imported.text
    return name or first((text.subject or html.plain(text.body)).split())


def first(words, most=60):
    """As many of the words as fit into so many characters, and at least a part of the first."""
    taken = words[0][:most]
    for word in words[1:]:
        if len(taken) + 1 + len(word) > most:
            return f"{taken} …"
        taken = f"{taken} {word}"
    return taken


# --- into a letter that is there already


@get_or_post
def file_into(request, code):
    letter = letter_to_run(request, code)
    form = FileIntoForm(request.POST or None, request.FILES or None, initial=version_of(letter))
    return from_file(request, form, into_page(request, letter, form, "file"), lambda came: replace(request, letter, form, came))


@get_or_post
def paste_into(request, code):
    letter = letter_to_run(request, code)
    form = PasteIntoForm(request.POST or None, initial=version_of(letter))
    return from_paste(request, form, into_page(request, letter, form, "paste"), lambda came: replace(request, letter, form, came))


def version_of(letter):
    return {"version": revising.copy_of(letter).version}


def into_page(request, letter, form, template):
    def shown(stale=False, **more):
        if stale:
            form.data = {**plain_data(form), **version_of(letter)}
        more = {"copy": revising.copy_of(letter), "tab": "text", "form": form, **more}
        return page(request, letter, f"letters/importing/{template}.html", status=status_of(form), **more)

    return shown


def plain_data(form):
    return dict(form.data.items())


def replace(request, letter, form, came):
    """The text that came in is the one in the works now. A draft has nobody to ask, so there it is published at once."""
    now = timezone.now()
    version = form.cleaned_data["version"]
    copy = revising.take_import(letter, request.user, came.imported, version=version, now=now, **came.origin)
    if letter.is_draft:
        revising.publish(letter, request.user, version=copy.version, now=now)
    return letter


# --- reading, and what may come of it: `shown` makes the page, `take` puts to use what was read and returns the letter


def from_file(request, form, shown, take):
    file = None

    def again(**more):
        if file and more:
            more |= {"kept": keep(request, form, file), "file_name": file[0]}
        return shown(**more)

    if request.method != "POST" or not form.is_valid():
        return shown()
    file = chosen_file(request, form)
    if file is None:
        form.ask_again()
        return shown()
    return taken(request, form, "file", lambda: read_file(*file, form.cleaned_data["changes"]), again, take)


def from_paste(request, form, shown, take):
    if request.method != "POST" or not form.is_valid():
        return shown()
    return taken(request, form, "text", lambda: read_paste(**form.pasted()), shown, take)


def taken(request, form, field, read, shown, take):
    try:
        letter = take(read())
    except Unsettled as found:
        form.add_error(None, "The file has tracked changes or comments, so nothing was imported.")
        return shown(unsettled=found)
    except StaleCopy:
        form.add_error(None, STALE)
        return shown(stale=True)
    except TextError as error:
        form.add_error(field, str(error))
        return shown()
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return shown()
    return redirect("import-report", letter.code, letter.import_reports.filter(imported_by=request.user).latest("pk").pk)


STALE = (
    "Somebody saved the text after you opened this page, so nothing was replaced. Look at their text first; if yours is to "
    "stand in its place, send this page again."
)


def chosen_file(request, form):
    """(name, bytes) of the file on the form, or of the one that is kept for this person."""
    file = form.cleaned_data["file"]
    return (clean_name(file.name), file.read()) if file else kept.take(request.user, form.cleaned_data["kept"])


def keep(request, form, file):
    """Keep the file for the person's next answer; the form that is shown holds the key."""
    key = kept.keep(request.user, *file)
    form.data = {**plain_data(form), "kept": key}
    return key


def read_file(name, data, changes):
    imported = unless_empty(read_limited(name, data, changes), "file")
    return Came(imported, Source.WORD if name.lower().endswith(".docx") else Source.FILE, name, changes)


def read_paste(text, markup):
    return Came(unless_empty(read_paste_limited(text, markup), "text"), Source.PASTE)


def unless_empty(imported, where):
    if not imported.text.body:
        raise TextError(f"No text of a letter was found in the {where}. Look whether it is the right one.")
    return imported


# --- what the import has to say


@require_GET
def report(request, code, pk):
    letter = letter_to_watch(request, code)
    found = get_object_or_404(letter.import_reports.select_related("imported_by", "checked_by"), pk=pk)
    came_in = text_that_came(letter, found)
    more = {
        "report": found,
        "signers": matched(found.signers),
        "facts": facts(came_in or revising.copy_of(letter).text()),
        "is_as_it_came": came_in is not None,
    }
    return page(request, letter, "letters/importing/report.html", tab="text", **more)


def text_that_came(letter, report):
    """The text as it came in, or None when it was edited since and no published text is the same."""
    published = letter.revisions.filter(created_at=report.imported_at).first()
    if published:
        return published.text()
    copy = revising.copy_of(letter)
    return copy.text() if copy.saved_at == report.imported_at else None


def facts(text):
    """(what, how it was read) for each part of the text; an empty part is said to be missing where a letter needs it."""
    body = tree.read(text["body"])
    addressees = [block.split("\n")[0] for block in text["addressees"].split("\n\n") if block]
    notes = len(html.footnotes(text["body"]))
    rare = [("Copies", text["cc"]), ("Enclosures", text["enclosures"])]
    return [
        ("Date", text["date_line"]),
        ("To", "; ".join(addressees)),
        *([("Re", text["subject"])] if text["subject"] else []),
        ("Salutation", text["salutation"]),
        ("Text", f"{counted(len(list(tree.leaves(body))), 'paragraph')}, {counted(html.words(text['body']), 'word')}"),
        ("Footnotes", f"{notes}" if notes else "none"),
        ("Closing", text["closing"]),
        *[(name, value.replace("\n", "; ")) for name, value in rare if value],
    ]


def counted(number, word):
    return f"{number:,} {word}{'' if number == 1 else 's'}"


@require_POST
def check(request, code, pk):
    """Note that somebody went through what the import listed."""
    letter = letter_to_run(request, code)
    found = get_object_or_404(letter.import_reports, pk=pk)
    with trying(request) as done:
        revising.check_import(found, request.user, now=timezone.now())
    if done.ok:
        messages.success(request, "It is noted that you have checked these points.")
    return redirect("import-report", code, pk)

"""Letters by command: what is printed, what is made, what is refused."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from letters.models import Letter, Signature

from .factories import DAY, make_office
from .text.docx import docx, paragraph, run

pytestmark = pytest.mark.django_db

LETTER = """June 3, 2026

The Honorable Ada Byron
Secretary
Department of Reckoning
Washington, D.C. 20500

Dear Secretary Byron:

We write about the state of the mills, of which there are too few.1 Please answer by
the end of July.

1 Office of Mills (2025). Annual count. https://mills.example.gov/annual-count-of-all-the-
mills

Sincerely,

Grace Hopper
Member of Congress
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "mills.txt"
    path.write_text(LETTER, encoding="utf-8")
    return path


@pytest.fixture
def lead():
    return make_office("Grace", "Hopper", state="NY", district=10, bioguide="H000001")


def imported(capsys, *arguments):
    call_command("import_letter", *map(str, arguments))
    return capsys.readouterr().out.splitlines()


def test_the_code_stands_on_a_line_of_its_own(file, lead, capsys):
    lines = imported(capsys, file, "--lead", "NY-10")
    assert lines[-1] == f"code: {Letter.objects.get().code}"


def test_doubts_and_signers_are_listed_and_nobody_is_signed(file, lead, capsys):
    lines = imported(capsys, file, "--lead", "NY-10")
    assert "  - Grace Hopper, Member of Congress" in lines
    assert any("annual-count-of-all-the-mills" in line for line in lines)
    assert not Signature.objects.exists()


def test_the_text_has_its_parts(file, lead, capsys):
    imported(capsys, file, "--lead", "NY-10")
    text = Letter.objects.get().revision
    assert text.date_line == "June 3, 2026"
    assert text.address_blocks == [["The Honorable Ada Byron", "Secretary", "Department of Reckoning", "Washington, D.C. 20500"]]
    assert text.salutation == "Dear Secretary Byron:"
    assert text.body.count('<span class="fn">') == 1
    assert text.closing == "Sincerely,"


@pytest.mark.parametrize("name", ["H000001", "h000001", "NY-10", "Grace Hopper", "hopper"])
def test_the_lead_is_meant_by_id_seat_or_name(name, file, lead, capsys):
    imported(capsys, file, "--lead", name)
    assert Letter.objects.get().lead == lead


def test_with_a_deadline_it_is_circulated(file, lead, capsys):
    senator = make_office("Barbara", "Liskov", chamber="senate", state="CA")
    day = timezone.localdate() + 30 * DAY
    until = datetime.datetime.combine(day, datetime.time(18), ZoneInfo("America/New_York"))
    imported(capsys, file, "--lead", "NY-10", "--co-lead", "CA Senate", "--deadline", f"{until:%Y-%m-%d %H:%M}")
    letter = Letter.objects.get()
    assert letter.is_open
    assert letter.deadline_at == until
    assert letter.lead_offices() == [lead, senator]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--lead", "TX-99"], "There is no office “TX-99”"),
        (["--lead", "twin"], "“twin” fits several offices"),
        (["--lead", "NY-10", "--deadline", "tomorrow"], "is no deadline"),
        (["--lead", "NY-10", "--deadline", "2099-12-01 18:00", "--zone", "Mars/Olympus"], "is no deadline"),
        (["--lead", "NY-10", "--deadline", "2020-01-01 18:00"], "has passed already"),
        (["--lead", "NY-10", "--deadline", "2099-12-01 18:00"], "more than a year away"),
        (["--lead", "NY-10", "--co-lead", "nobody"], "There is no office “nobody”"),
    ],
)
def test_what_cannot_be_done_says_why_and_leaves_nothing(arguments, sentence, file, lead):
    make_office("One", "Twin", state="OR"), make_office("Other", "Twin", state="WA")
    with pytest.raises(CommandError, match=sentence):
        call_command("import_letter", str(file), *arguments)
    assert not Letter.objects.exists()


@pytest.mark.parametrize("name", ["letter.doc", "letter.pdf", "letter.docx"])
def test_a_file_that_is_no_letter_is_refused(name, lead, tmp_path):
    path = tmp_path / name
    path.write_bytes(b"not a letter at all")
    with pytest.raises(CommandError, match=r"\.docx"):
        call_command("import_letter", str(path), "--lead", "NY-10")
    assert not Letter.objects.exists()


def test_a_missing_file_is_said(lead, tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_letter", str(tmp_path / "none.docx"), "--lead", "NY-10")


def test_the_lead_finds_on_the_desk_what_the_import_was_unsure_of(file, lead, capsys):
    imported(capsys, file, "--lead", "NY-10")
    report = Letter.objects.get().import_reports.get()
    assert (report.source, report.name, report.imported_by) == ("file", "mills.txt", None)
    assert report.signers == [["Grace Hopper", "Member of Congress"]]


CHANGED = paragraph(run("We write of looms"), f'<w:ins w:author="Ann">{run(" and mills")}</w:ins>', run("."))


@pytest.mark.parametrize(("changes", "text"), [("accepted", "We write of looms and mills."), ("rejected", "We write of looms.")])
def test_tracked_changes_are_listed_and_taken_only_when_told_how(tmp_path, lead, capsys, changes, text):
    path = tmp_path / "looms.docx"
    path.write_bytes(docx(CHANGED))
    with pytest.raises(CommandError, match="--changes accepted, or --changes rejected"):
        call_command("import_letter", str(path), "--lead", "NY-10")
    assert "Ann inserted “and mills”" in capsys.readouterr().out
    assert not Letter.objects.exists()
    imported(capsys, path, "--lead", "NY-10", "--changes", changes)
    assert text in Letter.objects.get().revision.body
    assert Letter.objects.get().import_reports.get().changes == changes

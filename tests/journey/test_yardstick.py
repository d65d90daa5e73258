"""A real joint letter goes the whole way: imported, circulated, signed by its fourteen offices, locked, exported, proven."""

import datetime
import hashlib
import html
import io
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from letters.models import Letter, Office
from tests import factories
from tests.deadlines import typed
from tests.pdf.reading import needs_pdftotext, pages, squeezed, text
from tests.sessions import prove
from tests.worker.process import eventually

SHARED = Path(__file__).resolve().parents[3] / "shared"
ROSTER = SHARED / "data" / "legislators-current.yaml"
LETTER = SHARED / "letters" / "southbound-firearms-2025-05-08.docx"
HOUSE, SENATE = "Member of Congress", "United States Senator"
# As printed, in the order of the letter; the seat tells which office of the roster it is.
SIGNERS = [
    ("Dan Goldman", "NY-10", HOUSE),
    ("Ben Ray Luján", "NM Senate", SENATE),
    ("Robert J. Menendez", "NJ-8", HOUSE),
    ("Michael F. Bennet", "CO Senate", SENATE),
    ("Eric Swalwell", "CA-14", HOUSE),
    ("J. Luis Correa", "CA-46", HOUSE),
    ("Seth Magaziner", "RI-2", HOUSE),
    ("Martin Heinrich", "NM Senate", SENATE),
    ("Catherine Cortez Masto", "NV Senate", SENATE),
    ("Debbie Wasserman Schultz", "FL-25", HOUSE),
    ("Jill Tokuda", "HI-2", HOUSE),
    ("Timothy M. Kennedy", "NY-26", HOUSE),
    ("Nellie Pou", "NJ-9", HOUSE),
    ("Gabe Vasquez", "NM-2", HOUSE),
]
NOT_IN_THE_ROSTER = "Eric Swalwell"
NOTES = re.compile(r'(?P<before>.*?)<span class="fn">(?P<note>.*?)</span>', re.S)

pytestmark = [
    pytest.mark.worker,
    pytest.mark.slow,
    needs_pdftotext,
    pytest.mark.skipif(not (ROSTER.exists() and LETTER.exists()), reason="the yardstick letter and the roster are not here"),
]


def office_of(name, seat):
    """The office in the roster, told how its Member signs; made by hand for the Member who has left."""
    last = name.rpartition(" ")[2]
    if name == NOT_IN_THE_ROSTER:
        return factories.make_office("Eric", "Swalwell", state="CA", district=14, bioguide="")
    [office] = [office for office in Office.objects.filter(last_name__endswith=last) if office.seat == seat]
    if office.printed_name != name:
        office.signing_name = name
        office.save()
    return office


class Staffer:
    """One person of the office at the web pages."""

    def __init__(self, office, code):
        self.office, self.code = office, code
        self.person = factories.make_staff(office)
        self.client = Client()
        self.client.force_login(self.person)
        prove(self.client)

    def get(self, page=""):
        return self.client.get(f"/l/{self.code}/{page}").content.decode()

    def post(self, page, **form):
        answer = self.client.post(f"/l/{self.code}/{page}", form, follow=True)
        return html.unescape(answer.content.decode())

    def sign(self):
        sha256 = re.search(r'name="text_sha256" value="(\w+)"', self.get()).group(1)
        return self.post("sign/", office=self.office.pk, text_sha256=sha256)


def imported():
    """The letter's code, printed by the command that takes it in and circulates it."""
    call_command("import_offices", str(ROSTER), stdout=io.StringIO())
    said = io.StringIO()
    deadline = f"{timezone.now() + datetime.timedelta(days=2):%Y-%m-%d} 18:00"
    call_command(
        "import_letter", str(LETTER), "--lead", "NY-10", "--co-lead", "Ben Ray Luján", "--deadline", deadline, stdout=said
    )
    return re.search(r"code: (\S+)", said.getvalue()).group(1)


def lock(letter, admin):
    client = Client()
    client.force_login(admin)
    prove(client)
    review = f"/l/{letter.code}/desk/lock/"
    head = re.search(r'name="head_hash" value="(\w+)"', client.get(review).content.decode()).group(1)
    return client.post(review, {"head_hash": head, "reason-announced": "All were called."}, follow=True).content.decode()


def test_the_yardstick_letter_from_import_to_proof(worker, nothing_due):
    letter = Letter.objects.get(code=imported())
    offices = [office_of(name, seat) for name, seat, _ in SIGNERS]
    staff = [Staffer(office, letter.code) for office in offices]
    lead, last = staff[0], staff[-1]
    invited = [office.pk for office in offices[2:]]
    assert "12 offices are invited." in lead.post("desk/invite/", offices=invited)

    for name, staffer in zip([name for name, _, _ in SIGNERS[:-1]], staff, strict=False):
        assert f"{name} is signed on." in staffer.sign()
    give_more_time(letter, lead, last)
    assert "Gabe Vasquez is signed on." in last.sign()
    eventually(nothing_due)

    assert "The letter is locked." in lock(letter, factories.make_person(admin=True))
    eventually(lambda: letter.final())
    assert "The letter is locked. Nothing about it can change any more." in fifteenth(letter)
    eventually(nothing_due)
    check_final(letter, lead.client.get(f"/l/{letter.code}/final.pdf").content)
    said = io.StringIO()
    call_command("verify_letter", letter.code, stdout=said)
    assert "14 standing signatures" in said.getvalue()


def give_more_time(letter, lead, asking):
    day = timezone.localdate() + datetime.timedelta(days=5)
    wanted = typed(datetime.datetime.combine(day, datetime.time(12), letter.tzinfo))
    asking.post("more-time/", office=asking.office.pk, reason="Travel.", **wanted)
    asked = letter.deadline_requests.pending().get()
    answer = lead.post(f"desk/requests/{asked.pk}/", decision="office", answer="Granted.", **wanted)
    assert "The request is answered" in answer
    letter.refresh_from_db()
    assert letter.deadline_for(letter.invitee_for(asking.office)).astimezone(letter.tzinfo).date() == day
    assert letter.deadline_for(letter.invitee_for(lead.office)) == letter.deadline_at


def fifteenth(letter):
    """What an office that comes after the lock is told."""
    late = Staffer(Office.objects.named("VT Senate")[0], letter.code)
    answer = late.post("sign/", office=late.office.pk, text_sha256=letter.revision.sha256)
    assert letter.signatures.standing().count() == 14
    return answer


def check_final(letter, pdf):
    assert hashlib.sha256(pdf).hexdigest() == letter.final().sha256
    after = text(pdf).rpartition("Sincerely,")[2]
    lines = [line.strip() for line in re.split(r"[\n\f]", after) if line.strip() and not line.strip().isdecimal()]
    assert lines == [line for name, _, title in SIGNERS for line in (name, title)]
    notes = [match.groupdict() for match in NOTES.finditer(letter.revision.body)]
    assert len(notes) == 7
    sheets = [squeezed(page) for page in pages(pdf)]
    for number, found in enumerate(notes, start=1):
        call = plain(found["before"])[-14:] + str(number)
        note = f"{number}{plain(found['note'])}"[:24]
        assert page_of(call, sheets) == page_of(note, sheets), f"note {number}"


def plain(fragment):
    return squeezed(html.unescape(re.sub(r"<[^>]+>", "", fragment)))


def page_of(words, sheets):
    [page] = [number for number, sheet in enumerate(sheets) if words in sheet]
    return page

"""No word of a letter where it has no business: with strangers, in other offices' pages, in logs, mails, caches and headers."""

import logging
import pickle
import re
import zipfile
from io import BytesIO
from unittest import mock

import pytest
from django.core.cache import cache
from django.utils import timezone
from pypdf import PdfReader

from letters import tasks
from letters.mail import compose
from letters.models import Letter, Notice
from letters.views.letter import WORD
from letters.workflow import drafting
from tests.factories import make_staff, sign, text
from tests.sessions import forget_counts, signed_in
from tests.workflow import lives

from . import canaries, matrix
from .canaries import everything, found
from .cells import ELSE, address, nobody_s_browser, tried
from .matrix import ROLES

pytestmark = pytest.mark.django_db
ROWS = list(matrix.rows(matrix.TABLE))
ADDRESSES = list(dict.fromkeys(matrix.addresses()))


@pytest.fixture
def secret(db, monkeypatch):
    monkeypatch.setattr("celery.app.base.Celery.send_task", lambda *args, **options: None)
    forget_counts()
    return canaries.build()


def of(secret, path):
    """The address, about the letter's own rows as far as it names any."""
    letter = secret.letter
    requests, awaiting = letter.deadline_requests.earliest("pk"), letter.signatures.awaiting().earliest("pk")
    edits, report = "edits/" in path or "propose/" in path, letter.import_reports.get()
    pk = secret.edit.pk if edits else report.pk if "imports/" in path else requests.pk
    pk = awaiting.pk if "signatures" in path else pk if "l/<code>" in path else secret.signer.pk
    place = secret.signer.memberships.earliest("pk").pk
    return address(path, {**ELSE, "code": letter.code, "pk": pk, "place": place, "object_id": letter.pk, "id": secret.lead.pk})


# --- strangers ---


def test_there_are_twenty_words_and_those_whom_they_concern_read_every_one(secret):
    client = signed_in(secret.lead_person)
    desk = ["desk/", "desk/preview/", "desk/requests/", "desk/history/", "desk/notices/", "desk/text/", "desk/edits/", "texts/1/"]
    desk.append(f"desk/imports/{secret.letter.import_reports.get().pk}/")
    pages = "".join(client.get(f"/l/{secret.letter.code}/{page}").content.decode() for page in ["", *desk])
    pages += signed_in(secret.signer_person).get(f"/offices/{secret.signer.pk}/").content.decode()
    assert len(set(canaries.WORDS)) >= 20
    assert set(canaries.WORDS) - set(found(pages)) == set()


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_signed_in_reads_not_one_word_at_any_address(secret, method):
    for path in ADDRESSES:
        forget_counts()
        response = getattr(nobody_s_browser(), method)(of(secret, path), follow=True)
        assert found(everything(response)) == [], path
        assert b"og:" not in response.content
        assert b"twitter:" not in response.content


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_person_without_an_office_reads_no_more_than_the_public_names_of_members(secret, method):
    client = signed_in(secret.stranger)
    public = [canaries.LEAD, canaries.SIGNER, canaries.PRINTED, "Firecrest"]
    for path in ADDRESSES:
        forget_counts()
        if not path.startswith("mailbox/"):
            words = found(everything(getattr(client, method)(of(secret, path), follow=True)))
            assert [word for word in words if word not in public] == [], path


# --- other offices ---


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_office_that_reads_the_letter_finds_nothing_of_the_desk_and_nothing_that_others_propose(secret, method):
    """The list of signers is shown to it, as the worst case."""
    drafting.arrange(secret.letter, secret.lead_person, list_shown="all", now=timezone.now())
    for person in (secret.signer_person, make_staff(), lives.asking_person(secret.reader_s)):
        client = signed_in(person)
        for path in ADDRESSES:
            forget_counts()
            response = getattr(client, method)(of(secret, path), follow=True)
            said = everything(response) + unpacked(response)
            if not path.startswith("mailbox/"):
                assert found(said, [*canaries.OF_THE_DESK, *canaries.PROPOSED, "Wryneck"]) == [], path


def unpacked(response):
    """What a Word file holds."""
    if response.get("Content-Type") != WORD or not response.content:
        return ""
    with zipfile.ZipFile(BytesIO(response.content)) as file:
        return "".join(name + file.read(name).decode(errors="replace") for name in file.namelist())


def test_the_word_file_tells_no_more_than_it_prints(secret):
    response = signed_in(secret.lead_person).get(f"/l/{secret.letter.code}/letter.docx")
    said = unpacked(response)
    assert "nightjar" in said
    prints = [word for word in canaries.OF_THE_TEXT if word not in (canaries.TITLE, canaries.NOTE)]
    assert set(found(said + str(response.headers))) - {*prints, *canaries.OF_SIGNERS} == set()
    assert found(str(response.headers)) == []


def test_the_title_of_no_page_tells_of_the_text_or_of_a_proposal(secret):
    """A title stands in the history of a browser and on a screen that is shared."""
    titles = []
    for person in (secret.lead_person, secret.reader):
        client = signed_in(person)
        for path in ADDRESSES:
            forget_counts()
            response = client.get(of(secret, path))
            if response["Content-Type"].startswith("text/html"):
                titles += re.findall("<title>(.*?)</title>", response.content.decode(), re.DOTALL)
    assert len(titles) > 60
    assert set(found(" ".join(titles), [*canaries.OF_THE_TEXT, *canaries.OF_THE_DESK, *canaries.PROPOSED])) == set()


TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"|X-CSRFToken&quot;: &quot;\w+|nonce="[^"]*"')
SEEN_BY_OFFICES = ["", "state/", "draft.pdf", "final.pdf", "desk/", "desk/history/", "desk/notices/", "desk/lock/", "decline/"]
SEEN_BY_OFFICES += ["letter.docx", "changes/2/3/", "texts/2/", "propose/"]


def seen(client, letter, office, now):
    """All that people of the office can look at, to the byte, and the mails to them."""
    pages = ["/", "/offices/", f"/offices/{office.pk}/", *(f"/l/{letter.code}/{page}" for page in SEEN_BY_OFFICES)]
    with mock.patch("django.utils.timezone.now", return_value=now):
        answers = {page: client.get(page, {"office": office.pk}) for page in pages}
        notices = Notice.objects.filter(person__in=office.people()).order_by("pk")
        mails = [compose(notice, now=now).message().as_string() for notice in notices]
    boundary = re.compile(r"={15}\d+==|^Date: .*$", re.MULTILINE)  # and the moment at which the mail is made
    pages = {page: (one.status_code, TOKEN.sub("", one.content.decode(errors="replace"))) for page, one in answers.items()}
    return pages, [boundary.sub("", mail) for mail in mails]


@pytest.mark.parametrize(("list_shown", "invited"), [("lead", True), ("lead", False), ("invited", False)])
def test_what_an_office_sees_is_the_same_to_the_byte_before_and_after_another_signs(secret, list_shown, invited):
    letter = secret.letter
    drafting.arrange(letter, secret.lead_person, list_shown=list_shown, now=timezone.now())
    reader = secret.reader if invited else make_staff()
    office, client, now = reader.memberships.get().office, signed_in(reader), timezone.now()
    seen(client, letter, office, now)
    before = seen(client, letter, office, now)
    assert before[0][f"/l/{letter.code}/"][0] == 200
    sign(letter)
    lives.publish(letter)
    assert seen(client, letter, office, now) == before


def test_the_comparison_tells_when_the_list_is_shown(secret):
    drafting.arrange(secret.letter, secret.lead_person, list_shown="invited", now=timezone.now())
    client, now = signed_in(secret.reader), timezone.now()
    seen(client, secret.letter, secret.reader_s, now)
    pages, _ = seen(client, secret.letter, secret.reader_s, now)
    sign(secret.letter)
    at = f"/l/{secret.letter.code}/"
    assert {page for page, answer in seen(client, secret.letter, secret.reader_s, now)[0].items() if answer != pages[page]} == {
        at,
        f"{at}state/",
        f"{at}letter.docx",
    }


# --- logs, mails, caches, files ---


OF_TEXTS = (
    "letter.docx",
    "changes/1/3/?whole",
    "changes/2/3/",
    "texts/1/",
    "desk/texts/",
    "desk/publish/",
    "desk/edits/",
    "propose/",
)


def a_letter_s_life(secret, monkeypatch):
    """Pages read, signed, changed, refused, broken off by a failure, rendered, mailed and locked."""
    letter, lead, reader = secret.letter, signed_in(secret.lead_person), signed_in(secret.reader)
    locker = signed_in(lives.factories.make_person(admin=True))
    at = f"/l/{letter.code}/"
    for page in ("", "state/", "desk/", "desk/text/", "desk/preview/", "desk/lock/", "draft.pdf", "desk/nothing/", *OF_TEXTS):
        for client in (lead, reader, nobody_s_browser()):
            client.get(at + page)
    office = {"office": secret.reader_s.pk}
    reader.post(f"{at}sign/", {**office, "text_sha256": "0" * 64})
    reader.post(f"{at}sign/", {**office, "text_sha256": letter.revision.sha256})
    reader.post(f"{at}decline/", {**office, "reason": "Pochard \u202e"})
    version = letter.working_copy.version
    edit = {"version": version, **text(**canaries.TEXT)}
    for form in ({**edit, "version": version + 7}, {**edit, "body": "<p>shrike \u202e</p>"}, {**edit, "closing": "a\u202eb"}):
        for page in ("", "save/", "preview/"):
            assert lead.post(f"{at}desk/text/{page}", form).status_code in (200, 409, 422)
    assert lead.post(f"{at}desk/text/save/", edit).json()["version"] == version + 1
    lead.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr("letters.workflow.revising.record", fail)
        failed = lead.post(f"{at}desk/publish/", {"version": version + 1, "note": canaries.NOTE})
    assert failed.status_code == 500
    assert found(everything(failed)) == []
    tasks.render(letter.pk)
    tasks.deliver()
    letter.refresh_from_db()
    reasons = {f"reason-{name}": "Redwing was called." for name in lives.AMBER}
    assert locker.post(f"{at}desk/lock/", {"head_hash": letter.head_hash, **reasons}).status_code == 302
    tasks.render(letter.pk)
    return [client.get(f"{at}{name}") for client in (lead, reader) for name in ("draft.pdf", "final.pdf")]


def fail(letter, *args, **facts):
    raise RuntimeError("The disk is full.")


def test_no_log_tells_of_a_letter_or_its_signers_even_in_full_detail(secret, monkeypatch, caplog):
    caplog.set_level(logging.DEBUG)
    a_letter_s_life(secret, monkeypatch)
    assert "The disk is full." in caplog.text
    assert found(caplog.text) == []


def breaks_a_rule(letter, *args, **facts):
    """What a fault in the program would do: the database refuses it, and PostgreSQL shows the whole row with its refusal."""
    Letter.objects.filter(pk=letter.pk).update(rendered_no=letter.state_no + 1)


def test_no_log_shows_the_row_that_the_database_refused(secret, monkeypatch, caplog):
    caplog.set_level(logging.DEBUG)
    lead = signed_in(secret.lead_person)
    lead.raise_request_exception = False
    at = f"/l/{secret.letter.code}/desk/"
    version = secret.letter.working_copy.version
    assert lead.post(f"{at}text/save/", {"version": version, **text(**canaries.TEXT)}).json()["version"] == version + 1
    monkeypatch.setattr("letters.workflow.revising.record", breaks_a_rule)
    assert lead.post(f"{at}publish/", {"version": version + 1, "note": canaries.NOTE}).status_code == 500
    ours = [handler for handler in logging.getLogger().handlers if type(handler) is logging.StreamHandler]
    handled = "".join(handler.format(record) for record in caplog.records for handler in ours)
    assert "pdf_not_newer_than_letter" in handled
    assert found(handled) == []


def cached():
    """Everything in the cache: in this process's memory or in Redis."""
    if hasattr(cache._cache, "items"):
        return [(key, pickle.loads(value)) for key, value in cache._cache.items()]
    client = cache._cache.get_client()
    return [(key, client.get(key)) for key in client.scan_iter(f"{cache.key_prefix}:*")]


def test_no_cache_holds_a_word_and_no_pdf_tells_more_than_it_prints(secret, monkeypatch):
    pdfs = a_letter_s_life(secret, monkeypatch)
    assert found(str(cached())) == []
    read = [pdf for pdf in pdfs if pdf["Content-Type"] == "application/pdf"]
    assert len(read) == 4
    for pdf in read:
        assert found(str(pdf.headers)) == []
        reader = PdfReader(BytesIO(pdf.content))
        xmp = reader.trailer["/Root"].get("/Metadata")
        said = f"{reader.metadata} {xmp.get_object().get_data().decode() if xmp else ''}"
        assert [word for word in found(said) if word != "Quintember"] == []  # its date is its title, as it prints


OF_NO_MAIL = [*canaries.OF_THE_TEXT, *canaries.OF_THE_DESK, *canaries.PROPOSED]


def test_no_mail_names_the_text_and_no_subject_a_signer_or_a_reason(secret):
    own = {canaries.LEAD: "leads", canaries.PRINTED: "signs", "Firecrest": "confirms"}
    composed = [(notice, compose(notice, now=timezone.now())) for notice in Notice.objects.filter(letter=secret.letter)]
    assert len({notice.kind for notice, _ in composed}) > 5
    for notice, mail in composed:
        assert found(mail.message().as_string() + mail.body, [word for word in OF_NO_MAIL if word != canaries.NOTE]) == []
        assert [word for word in found(str(mail.subject)) if word not in own] == [], notice.kind
        others = [word for word in found(str(mail.subject)) if word in own and word != canaries.LEAD]
        assert not others or notice.office.last_name in (canaries.SIGNER, "Firecrest"), notice.kind


# --- headers ---

# The HTML of a mail as its reader's program shows it: shut in, with the styles that mails carry.
MAILS_IN_A_FRAME = ("l/<code>/desk/notices/<pk>/html/", "l/<code>/desk/mails/<mail>/html/")
PAGES = [row for row in ROWS if not row[0].startswith("admin/") and row[0] not in MAILS_IN_A_FRAME]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0] or "/")
def test_every_answer_keeps_caches_searches_frames_and_foreign_scripts_away(world, row):
    path = matrix.expanded(row[0])[0]
    for role in "xsa":
        for method in ("get", "post"):
            response, _ = tried(method, path, world, role)
            assert "no-store" in response["Cache-Control"], (method, role)
            assert response["X-Robots-Tag"] == "noindex, nofollow"
            assert response["Referrer-Policy"] in ("same-origin", "no-referrer")
            assert response["X-Content-Type-Options"] == "nosniff"
            assert found(str(response.headers)) == []
            framed = path in MAILS_IN_A_FRAME and response.status_code == 200
            assert response["X-Frame-Options"] == ("SAMEORIGIN" if framed else "DENY")
            policy = response["Content-Security-Policy"]
            if framed:
                assert ("sandbox" in policy, "script" in policy) == (True, False)
                assert "default-src 'none'" in policy
                assert "frame-ancestors 'self'" in policy
            else:
                assert "unsafe" not in policy
                assert "default-src 'self'" in policy
                assert "frame-ancestors 'none'" in policy


INLINE = re.compile(r"<script(?![^>]*\b(?:src=|type=.application/json))|<style\b|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row[0] or "/")
def test_no_page_needs_what_the_policy_forbids(world, row):
    for role in "xsla":
        for method in ("get", "post"):
            response, _ = tried(method, row[0], world, role)
            if response["Content-Type"].startswith("text/html"):
                assert INLINE.search(response.content.decode()) is None, (method, role)


def test_the_files_are_among_what_was_looked_at(world):
    kinds = {path: tried("get", path, world, "s")[0]["Content-Type"] for path in FILES}
    assert kinds == FILES
    assert ROLES


FILES = {
    "l/<code>/draft.pdf": "application/pdf",
    "l/<code>/final.pdf": "application/pdf",
    "l/<code>/letter.docx": WORD,
    "offices/<pk>/image/<kind>.png": "image/png",
}

"""A letter's text comes in through the pages: from a file, from a paste, into a letter that is there; and what is refused."""

import logging
import pickle

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from letters.forms.importing import MAX_MARKUP, clean_name
from letters.models import ImportReport, Letter
from letters.text.letter import Imported, LetterText
from letters.workflow import people, revising
from tests.factories import make_draft, make_letter, make_office, make_staff
from tests.text.docx import LETTER, docx, paragraph, parts, zipped
from tests.workflow import lives

from .conftest import path, said, sign

pytestmark = pytest.mark.django_db
PASTED = "March 3, 2026\n\nDear Secretary Reed:\n\nWe ask for pasted boats.\n\nSincerely,\n\nAda Lovelock\nMember of Congress"
CHANGED = paragraph("We ask for ") + (
    '<w:p><w:ins w:author="Ann Aide"><w:r><w:t>many heronry </w:t></w:r></w:ins>'
    '<w:del w:author="Ann Aide"><w:r><w:delText>few </w:delText></w:r></w:del><w:r><w:t>boats.</w:t></w:r></w:p>'
)
TRACKED = docx(*LETTER[:3], CHANGED, *LETTER[4:])


@pytest.fixture
def lead(db, client_of):
    """A signer of one office, at a browser."""
    person = make_staff(make_office("Ada", "Lovelock"))
    client = client_of(person)
    client.person, client.office = person, person.memberships.get().office
    return client


def a_file(data=None, name="Boats_for_all.docx"):
    return SimpleUploadedFile(name, docx(*LETTER) if data is None else data)


def start(client, file=None, **fields):
    return client.post(path("letter-new"), {"lead": client.office.pk, "file": file or a_file(), **fields})


def start_by_paste(client, text=PASTED, **fields):
    return client.post(path("letter-paste"), {"lead": client.office.pk, "text": text, **fields})


def page(client, response):
    """The page that the answer leads to."""
    assert response.status_code == 302, said(response)
    return client.get(response.url).content.decode()


def unchanged(rows):
    return lives.rows() == rows


# --- a new letter


def test_a_word_file_becomes_a_draft_and_its_report_is_shown(lead):
    shown = page(lead, start(lead))
    letter = Letter.objects.get()
    assert letter.is_draft
    assert letter.revision.body == "<p>We ask for boats.</p>"
    assert letter.revision.addressees.startswith("The Honorable Sam Reed\n")
    report = letter.import_reports.get()
    assert (report.source, report.name, report.changes, report.imported_by) == ("word", "Boats_for_all.docx", "", lead.person)
    for words in ("March 3, 2026", "The Honorable Sam Reed", "Dear Secretary Reed:", "1 paragraph, 4 words", "Sincerely,"):
        assert words in shown
    assert "Nothing to check" in shown
    assert "I have checked these points" not in shown


@pytest.mark.parametrize(
    ("name", "typed", "title"),
    [
        ("Boats_for_all v2.docx", "", "Boats for all v2"),
        ("Boats.docx", "Harbors", "Harbors"),
        (".docx", "", "We ask for boats."),
    ],
)
def test_the_working_title_is_what_was_typed_or_the_file_s_name(lead, name, typed, title):
    assert start(lead, a_file(name=name), title=typed).status_code == 302
    assert Letter.objects.get().title == title


def test_a_paste_takes_its_working_title_from_the_first_words(lead):
    subject = "Re: " + "The state of the harbors and the boats in them, " * 3
    assert start_by_paste(lead, PASTED.replace("Dear", f"{subject}\n\nDear")).status_code == 302
    assert Letter.objects.get().title.startswith("The state of the harbors and the boats in them, The state")
    assert len(Letter.objects.get().title) <= 62


def test_the_lead_office_is_asked_for_only_where_there_is_a_choice(lead, client_of):
    assert "Lead office" not in lead.get(path("letter-new")).content.decode()
    other = make_staff(make_office("Bo", "Second"))
    both = make_staff(other.memberships.get().office)
    people.give_place(both, lead.office, "signer", both, now=timezone.now())
    shown = client_of(both).get(path("letter-new")).content.decode()
    assert "Lead office" in shown
    assert "Ada Lovelock" in shown


def test_a_text_file_comes_in_as_one(lead):
    page(lead, start(lead, a_file(PASTED.encode(), "boats.txt")))
    assert ImportReport.objects.get().source == "file"
    assert Letter.objects.get().revision.body == "<p>We ask for pasted boats.</p>"


def test_a_letter_that_is_written_here_begins_with_its_first_words(lead):
    data = {"lead": lead.office.pk, "title": "Boats", "words": "We write <about> boats.\r\n\r\nAnd oars."}
    response = lead.post(path("letter-write"), data)
    letter = Letter.objects.get()
    assert response.url == path("desk-text", letter)
    assert letter.revision.body == "<p>We write &lt;about&gt; boats.</p><p>And oars.</p>"
    assert not letter.import_reports.exists()


# --- files that are refused

MACRO = zipped({**parts(*LETTER), "word/vbaProject.bin": b"x"})
REFUSED = {
    "empty": (b"", "a.docx", "The file is empty."),
    "of another kind": (b"%PDF-1.7", "a.pdf", "neither a .docx nor a .txt"),
    "without an ending": (b"words", "letter", "neither a .docx nor a .txt"),
    "a PDF in disguise": (b"%PDF-1.7", "a.docx", "The file is a PDF."),
    "damaged": (docx(*LETTER)[:300], "a.docx", "The file is damaged"),
    "old or locked": (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "a.docx", "locked with a password"),
    "with macros": (MACRO, "a.docx", "macros"),
    "huge": (b"a" * (10 * 1024 * 1024 + 200_000), "a.docx", "The file has 10.2 MB; the limit is 10 MB."),
    "without a text": (docx(paragraph("March 3, 2026")), "a.docx", "No text of a letter was found"),
    "with too many addressees": (docx(LETTER[0], *[LETTER[1]] * 80, *LETTER[2:]), "a.docx", "the limit is 5,000"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_file_that_cannot_be_taken_gets_a_sentence_beside_it(lead, kind):
    data, name, sentence = REFUSED[kind]
    rows = lives.rows()
    response = start(lead, a_file(data, name), title="Harbors")
    assert response.status_code == 200
    assert any(sentence in error for error in response.context["form"].errors["file"]), response.context["form"].errors
    assert 'value="Harbors"' in response.content.decode(), "what was typed is kept"
    assert unchanged(rows)


def test_a_form_without_a_file_asks_for_one(lead):
    response = lead.post(path("letter-new"), {"lead": lead.office.pk, "title": "Boats"})
    assert response.context["form"].errors["file"] == ["Choose the letter's file."]
    response = lead.post(path("letter-new"), {"lead": lead.office.pk, "file": "no file at all"})
    assert response.context["form"].errors["file"] == ["Choose the letter's file."]


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("Boats\u202excod.docx", "Boats xcod.docx"),
        ("a\x07b\r\nSet-Cookie: x.docx", "a b Set-Cookie: x.docx"),
        ("a" * 300 + ".docx", "a" * 180 + "….docx"),
        ("e\u0301.txt", "\u00e9.txt"),
        ("\u202e", "file"),
        ("a" * 300, "a" * 200),
    ],
    ids=ascii,
)
def test_a_file_s_name_is_shown_clean(name, clean):
    assert clean_name(name) == clean


def test_neither_words_nor_the_file_s_name_reach_headers_messages_or_logs(lead, caplog):
    caplog.set_level(logging.DEBUG)
    response = start(lead, a_file(docx(*LETTER[:3], paragraph("We saw a heronry."), *LETTER[4:]), "bittern\u202e.docx"))
    refused = start(lead, a_file(b"heronry", "bittern.docx"))
    told = [str(header) for answer in (response, refused) for header in answer.headers.items()]
    told += [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]
    assert not [line for line in told if "heronry" in line or "bittern" in line]


# --- tracked changes and comments


def test_tracked_changes_stop_the_import_and_are_listed(lead):
    rows = lives.rows()
    response = start(lead, a_file(TRACKED), title="Harbors")
    shown = response.content.decode()
    assert response.status_code == 409
    assert "Nothing was imported" in shown
    for words in ("Ann Aide", "many heronry", "few", "Take all changes as accepted"):
        assert words in shown
    assert unchanged(rows)


def answer_of(response, changes):
    """What the page of tracked changes sends when one of its buttons is pressed."""
    form = response.context["form"]
    hidden = {name: form[name].value() or "" for name in form.fields if name not in ("file", "changes")}
    return {**hidden, "changes": changes}


@pytest.mark.parametrize(("changes", "body"), [("accepted", "many heronry boats."), ("rejected", "few boats.")])
def test_they_may_be_settled_all_at_once_without_choosing_the_file_again(lead, changes, body):
    first = start(lead, a_file(TRACKED), title="Harbors")
    shown = page(lead, lead.post(path("letter-new"), answer_of(first, changes)))
    letter = Letter.objects.get()
    assert letter.title == "Harbors"
    assert body in letter.revision.body
    report = letter.import_reports.get()
    assert (report.changes, report.name) == (changes, "Boats_for_all.docx")
    assert f"All tracked changes {changes}" in shown


def test_the_file_lies_encrypted_meanwhile_and_is_gone_after_use(lead):
    first = start(lead, a_file(TRACKED))
    lying = pickle.dumps(cache.get(f"file-kept-for-{lead.person.pk}"))
    assert len(lying) > len(TRACKED)
    assert b"Boats_for_all" not in lying
    assert b"word/document.xml" in TRACKED
    assert b"word/document.xml" not in lying
    answer = answer_of(first, "accepted")
    assert lead.post(path("letter-new"), answer).status_code == 302
    assert cache.get(f"file-kept-for-{lead.person.pk}") is None
    again = lead.post(path("letter-new"), answer)
    assert again.context["form"].errors["file"] == ["The file was kept for an hour, and is gone. Choose it again."]
    assert Letter.objects.count() == 1


def test_a_kept_file_opens_with_its_own_key_for_its_own_person_only(lead, client_of):
    answer = answer_of(start(lead, a_file(TRACKED)), "accepted")
    colleague = client_of(make_staff(lead.office))
    rows = lives.rows()
    wrong = [(lead, key) for key in ("x", "A" * 43 + "=", "\u00e9", "=", "A" * 100)]
    for client, key in [*wrong, (colleague, answer["kept"])]:
        response = client.post(path("letter-new"), {**answer, "kept": key})
        assert "file" in response.context["form"].errors, key
    assert unchanged(rows)
    assert lead.post(path("letter-new"), answer).status_code == 302, "a wrong key does not take it away"


def test_where_nothing_can_be_kept_the_file_is_asked_for_beside_the_choice(lead, settings):
    nowhere = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1"}
    settings.CACHES = {"default": nowhere}
    first = start(lead, a_file(TRACKED))
    shown = first.content.decode()
    assert first.status_code == 409
    assert 'type="file"' in shown
    assert "kept for an hour" not in shown
    answer = {**answer_of(first, "accepted"), "file": a_file(TRACKED)}
    assert lead.post(path("letter-new"), answer).status_code == 302


def test_a_choice_that_is_none_is_not_taken(lead):
    first = start(lead, a_file(TRACKED))
    assert said(lead.post(path("letter-new"), answer_of(first, "whatever")))
    assert not Letter.objects.exists()


# --- into a letter that is there already


def into(client, letter, file=None, **fields):
    version = revising.copy_of(letter).version
    return client.post(path("desk-import", letter), {"version": version, "file": file or a_file(), **fields})


def saved_by_somebody(letter, body="<p>Theirs.</p>"):
    other = make_staff(letter.lead)
    text = {**letter.revision.text(), "body": body}
    return revising.save_copy(letter, other, text=text, version=revising.copy_of(letter).version, now=timezone.now())


def test_a_draft_s_text_is_replaced_and_the_one_before_is_kept(lead):
    letter = make_draft(lead.office, lead.person)
    page(lead, into(lead, letter))
    letter.refresh_from_db()
    assert letter.revision.number == 2
    assert letter.revision.body == "<p>We ask for boats.</p>"


def test_in_circulation_only_the_text_in_the_works_is_replaced(lead):
    letter = make_letter(lead.office, lead.person)
    before = letter.revision
    assert "stays as it is until you publish" in lead.get(path("desk-import", letter)).content.decode()
    shown = page(lead, into(lead, letter))
    letter.refresh_from_db()
    assert letter.revision == before
    assert revising.copy_of(letter).body == "<p>We ask for boats.</p>"
    assert "What was read" in shown


@pytest.mark.parametrize("name", ["desk-import", "desk-paste"])
def test_who_saved_what_would_be_replaced_is_said_before(lead, name):
    letter = make_letter(lead.office, lead.person)
    assert "not published yet" not in lead.get(path(name, letter)).content.decode()
    copy = saved_by_somebody(letter)
    shown = lead.get(path(name, letter)).content.decode()
    assert f"last saved by {copy.saved_by}" in shown


def test_what_somebody_saved_meanwhile_is_not_replaced_unseen(lead):
    letter = make_letter(lead.office, lead.person)
    saved_by_somebody(letter)
    response = lead.post(path("desk-import", letter), {"version": 0, "file": a_file()})
    assert response.status_code == 409
    assert any("nothing was replaced" in sentence for sentence in said(response))
    assert revising.copy_of(letter).body == "<p>Theirs.</p>"
    assert "Boats_for_all.docx" in response.content.decode(), "the file is kept"
    again = lead.post(path("desk-import", letter), answer_of(response, ""))
    assert again.status_code == 302
    assert revising.copy_of(letter).body == "<p>We ask for boats.</p>"


def test_a_paste_over_somebody_s_text_is_kept_and_may_be_sent_again(lead):
    letter = make_letter(lead.office, lead.person)
    saved_by_somebody(letter)
    response = lead.post(path("desk-paste", letter), {"version": 0, "text": PASTED})
    assert response.status_code == 409
    assert "We ask for pasted boats." in response.content.decode()
    assert revising.copy_of(letter).body == "<p>Theirs.</p>"
    version = response.context["form"]["version"].value()
    assert lead.post(path("desk-paste", letter), {"version": version, "text": PASTED}).status_code == 302
    assert revising.copy_of(letter).body == "<p>We ask for pasted boats.</p>"


@pytest.mark.parametrize("version", ["", "-1", "one", "9" * 30])
def test_a_version_that_is_none_replaces_nothing(lead, version):
    letter = make_draft(lead.office, lead.person)
    rows = lives.rows()
    assert said(lead.post(path("desk-import", letter), {"version": version, "file": a_file()}))
    assert unchanged(rows)


def test_nothing_comes_into_a_locked_letter(house):
    sign(house)
    house.letter.refresh_from_db()
    lives.lock(house.letter)
    rows = lives.rows()
    sentence = "The letter is locked. Nothing about it can change any more."
    for name, data in (("desk-import", {"file": a_file()}), ("desk-paste", {"text": PASTED})):
        assert sentence in house.lead.get(path(name, house.letter)).content.decode()
        response = house.lead.post(path(name, house.letter), {"version": 0, **data})
        assert (response.status_code, said(response)) == (409, [sentence])
    assert unchanged(rows)


def test_tracked_changes_stop_an_import_into_a_letter_too(lead):
    letter = make_draft(lead.office, lead.person)
    first = into(lead, letter, a_file(TRACKED))
    assert first.status_code == 409
    assert "many heronry" in first.content.decode()
    assert lead.post(path("desk-import", letter), answer_of(first, "rejected")).status_code == 302
    letter.refresh_from_db()
    assert "few boats." in letter.revision.body


# --- the report


def reported(letter, *doubts, signers=()):
    came = Imported(LetterText("", "", "", "<p>x</p>", ""), list(signers), list(doubts))
    return revising.report(letter, letter.created_by, came, source="word", name="boats.docx", now=timezone.now())


def test_each_doubt_is_shown_until_somebody_has_checked_them(lead):
    letter = make_draft(lead.office, lead.person)
    report = reported(letter, "No date line was found.", "A picture was left out.")
    address = path("import-report", letter, report.pk)
    for shown in (lead.get(address).content.decode(), lead.get(path("desk-preview", letter)).content.decode()):
        assert "To check against the original: 2 points" in shown
        assert "A picture was left out." in shown
    checked = lead.post(path("check-import", letter, report.pk), follow=True).content.decode()
    report.refresh_from_db()
    assert report.checked_by == lead.person
    assert f"{lead.person} went through these points" in checked
    assert "A picture was left out." in checked, "the report stays"
    after = lead.get(path("desk-preview", letter)).content.decode()
    assert "To check against" not in after
    assert address in after


def test_points_of_texts_that_were_replaced_need_no_check(lead):
    letter = make_draft(lead.office, lead.person)
    older, newer = reported(letter, "Old."), reported(letter, "New.")
    lead.post(path("check-import", letter, newer.pk))
    older.refresh_from_db()
    assert older.checked_by == lead.person


def test_many_doubts_of_one_kind_stand_together(lead):
    letter = make_draft(lead.office, lead.person)
    doubts = [f"The link to “page {number}” was dropped; its words were kept." for number in range(6)]
    report = reported(letter, "No date line was found.", *doubts)
    shown = lead.get(path("import-report", letter, report.pk)).content.decode()
    assert "And 5 like it." in shown
    assert all(doubt in shown for doubt in doubts)


def test_facts_of_a_text_that_was_edited_since_are_not_called_what_was_read(lead):
    letter = make_letter(lead.office, lead.person)
    address = into(lead, letter).url
    assert "What was read" in lead.get(address).content.decode()
    saved_by_somebody(letter)
    shown = lead.get(address).content.decode()
    assert "What was read" not in shown
    assert "The text in the works, as it is now" in shown


def test_signers_are_offered_with_the_offices_they_may_be(lead):
    make_office("Grace", "Hopper", state="TX", district=3)
    letter = make_draft(lead.office, lead.person)
    signers = [("Ada Lovelock", "Member of Congress"), ("Grace B. Hopper", "Member of Congress"), ("No Body", "Mayor")]
    shown = lead.get(path("import-report", letter, reported(letter, signers=signers).pk)).content.decode()
    assert "Grace Hopper (TX-3)" in shown
    assert "leads the letter" in shown
    assert "Not in the roster" in shown
    assert not letter.signatures.exists()
    assert letter.invitees.count() == 1


# --- pastes


def test_the_formatting_of_a_paste_is_read_with_it(lead):
    markup = "<p>March 3, 2026</p><p>Dear Secretary Reed:</p><p>We ask for <b>pasted</b> boats.</p><p>Sincerely,</p>"
    page(lead, start_by_paste(lead, markup=markup))
    assert Letter.objects.get().revision.body == "<p>We ask for <strong>pasted</strong> boats.</p>"
    assert ImportReport.objects.get().source == "paste"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"text": ""}, "Paste the letter's text."),
        ({"text": " \r\n "}, "There are no words in the text."),
        ({"text": "a" * 200_001}, "200,000"),
        ({"text": "Dear Sam:\u202e\n\nBoats."}, ""),
        ({"text": "a\x00b"}, ""),
        ({"text": "March 3, 2026"}, "No text of a letter was found in the text."),
        ({"text": "Boats.", "markup": "a" * (MAX_MARKUP + 1)}, "larger than 2 MB"),
    ],
    ids=["none", "blank", "long", "override", "null", "date only", "markup"],
)
def test_a_paste_that_cannot_be_taken_gets_a_sentence_and_is_kept(lead, fields, sentence):
    rows = lives.rows()
    response = start_by_paste(lead, title="Harbors", **fields)
    assert response.status_code == 200
    assert any(sentence in error for error in response.context["form"].errors["text"])
    assert response.context["form"]["text"].value() == fields["text"]
    assert response.context["form"]["title"].value() == "Harbors"
    assert unchanged(rows)


def test_the_longest_paste_fits_into_a_request(lead):
    text = "\U0001d504" * 200_000
    response = start_by_paste(lead, text, markup="a" * MAX_MARKUP)
    assert response.status_code in (200, 302), "a sentence or a letter, and not a request that is too large"

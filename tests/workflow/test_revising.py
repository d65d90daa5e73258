"""The working copy, and the texts that are published from it: which signatures stand afterwards, and who is told."""

import pytest
from django.utils import timezone

from letters.models import Letter, Notice, WorkingCopy
from letters.text.html import TextError
from letters.text.letter import Imported, LetterText
from letters.workflow import Refused, StaleCopy, edits, revising, signing
from tests import factories
from tests.factories import DAY, HOUR, make_draft, make_letter, make_office, make_staff, text
from tests.workflow import lives

pytestmark = pytest.mark.django_db

BODY = "<p>We write about the state of the mills.</p><p>Please answer by July.</p>"


def revise(letter, *, clerical=False, now=None, **changes):
    letter.refresh_from_db()
    facts = {"text": text(**changes), "base_sha256": letter.revision.sha256, "clerical": clerical}
    revising.revise(letter, letter.created_by, now=now or timezone.now(), **facts)
    letter.refresh_from_db()
    return letter.revision


def printed(letter):
    return [signature.office_id for signature in letter.signatures.printed()]


@pytest.fixture
def signed():
    letter = make_letter()
    return factories.sign(letter)


def test_a_correction_keeps_the_signature_and_tells_its_office(signed):
    letter = signed.letter
    read = signed.revision_id
    revision = revise(letter, clerical=True, body=BODY.replace("mills", "millls"))
    assert revision.is_clerical
    assert printed(letter) == [signed.office_id]
    assert lives.told(Notice.Kind.CORRECTED) == [signed.signed_by.email]
    assert lives.told(Notice.Kind.REAFFIRM) == []
    signed.refresh_from_db()
    assert signed.revision_id == read
    event = letter.events.last()
    assert (event.kind, event.details["revision"]) == ("corrected", 2)


def test_a_change_of_substance_takes_the_name_off_until_the_office_says_yes_again(signed):
    letter = signed.letter
    assert not revise(letter, body=BODY.replace("mills", "millls")).is_clerical
    assert printed(letter) == []
    assert lives.told(Notice.Kind.CORRECTED) == []
    assert lives.told(Notice.Kind.REAFFIRM) == [signed.signed_by.email]
    factories.sign(letter, signed.office, signed.signed_by)
    assert printed(letter) == [signed.office_id]


def test_a_correction_brings_nobody_back_who_has_to_reaffirm(signed):
    letter = signed.letter
    revise(letter, body="<p>Quite another letter about the weather.</p>")
    second = factories.sign(letter)
    revise(letter, clerical=True, body="<p>Quite another letter about the weather!</p>")
    assert printed(letter) == [second.office_id]
    assert lives.told(Notice.Kind.CORRECTED) == [second.signed_by.email]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"addressees": "The Honorable Ada Lovelace\nSecretary"}, "addressee"),
        ({"body": BODY.replace("July", "July 4")}, "number"),
        ({"body": BODY.replace("the mills", "eleven mills")}, "number"),
        ({"date_line": "June 4, 2026"}, "number"),
        ({"body": BODY.replace("mills", "a b c d e f g h i j k l")}, "words"),
    ],
    ids=["addressees", "number", "number in words", "date", "many words"],
)
def test_what_is_more_than_a_correction_is_not_called_one(signed, changes, why):
    rows = lives.rows()
    with pytest.raises(Refused, match=why) as refused:
        revise(signed.letter, clerical=True, **changes)
    assert str(refused.value).endswith("So each office has to re-affirm: publish it as a change of substance.")
    assert lives.rows() == rows


def test_many_small_corrections_do_not_add_up_to_another_letter(signed):
    letter = signed.letter
    revise(letter, clerical=True, body=BODY.replace("We write about the state", "They spoke of a condition"))
    with pytest.raises(Refused, match="words"):
        revise(letter, clerical=True, body="<p>They spoke of a condition in our towns.</p><p>Nobody will listen to us now.</p>")


def test_a_draft_knows_no_corrections():
    letter = make_draft()
    assert not revise(letter, clerical=True, body=BODY + "<p>More.</p>").is_clerical


def test_an_office_that_signed_in_time_reaffirms_after_the_deadline():
    now = timezone.now()
    letter = make_letter(deadline_in=HOUR)
    signature = factories.sign(letter)
    late = now + 2 * DAY
    revise(letter, now=late, body="<p>Another text.</p>")
    factories.sign(letter, signature.office, signature.signed_by, now=late)
    assert printed(letter) == [signature.office_id]
    with pytest.raises(Refused, match="deadline for your office has passed"):
        factories.sign(letter, make_office(), now=late)


def test_a_text_that_goes_back_to_an_earlier_one_is_asked_for_anew(signed):
    letter = signed.letter
    revise(letter, body="<p>Another text.</p>")
    revise(letter, body=BODY)
    assert printed(letter) == []


def test_withdrawing_after_a_correction_takes_the_name_off(signed):
    letter = signed.letter
    revise(letter, clerical=True, body=BODY.replace("mills", "millls"))
    signing.withdraw(letter, signed.office, signed.signed_by, now=timezone.now())
    assert printed(letter) == []


# --- the working copy ---


def save(letter, person=None, *, version, **changes):
    return revising.save_copy(letter, person or letter.created_by, text=text(**changes), version=version, now=timezone.now())


def test_the_working_copy_is_nobody_elses_business_until_it_is_published(signed):
    letter = signed.letter
    before = lives.again(letter)
    copy = save(letter, version=0, body="<p>In the works.</p>")
    after = lives.again(letter)
    assert copy.version == 1
    assert (after.revision, after.state_no, after.head_hash) == (before.revision, before.state_no, before.head_hash)
    revision = revising.publish(letter, letter.created_by, version=1, note="Shorter.", now=timezone.now())
    assert (revision.number, revision.body, revision.note) == (2, "<p>In the works.</p>", "Shorter.")


def test_saving_the_same_text_again_writes_nothing():
    letter = make_letter()
    save(letter, version=0)
    assert not WorkingCopy.objects.exists()
    save(letter, version=0, body="<p>New.</p>")
    rows = lives.rows()
    assert save(letter, version=1, body="<p>New.</p>").version == 1
    assert lives.rows() == rows


def test_two_people_who_edit_do_not_overwrite_each_other():
    letter = make_letter()
    other = make_staff(letter.lead)
    save(letter, version=0, body="<p>Mine.</p>")
    rows = lives.rows()
    for version in (0, 2):
        with pytest.raises(StaleCopy, match=f"^{letter.created_by} saved the text while you were editing"):
            save(letter, other, version=version, body="<p>Theirs.</p>")
    with pytest.raises(StaleCopy):
        revising.publish(letter, other, version=0, now=timezone.now())
    with pytest.raises(StaleCopy):
        revising.discard_copy(letter, other, version=0, now=timezone.now())
    assert lives.rows() == rows


def test_a_page_of_the_editor_from_before_the_publication_does_not_fit_any_more():
    letter = make_letter()
    save(letter, version=0, body="<p>One.</p>")
    revising.publish(letter, letter.created_by, version=1, now=timezone.now())
    with pytest.raises(StaleCopy):
        save(letter, version=1, body="<p>One more.</p>")
    copy = save(letter, version=2, body="<p>Two.</p>")
    assert (copy.version, copy.base.number) == (3, 2)


def test_giving_the_changes_up_goes_back_to_the_published_text():
    letter = make_letter()
    save(letter, version=0, body="<p>One.</p>")
    revising.discard_copy(letter, letter.created_by, version=1, now=timezone.now())
    copy = revising.copy_of(lives.again(letter))
    assert (copy.version, copy.is_changed) == (2, False)


@pytest.mark.parametrize("act", ["save", "publish", "discard", "import", "ask again"])
def test_a_locked_letter_has_no_text_in_the_works(act):
    letter = lives.locked_letter()
    now, lead = timezone.now(), letter.created_by
    imported = Imported(LetterText(**text(body="<p>X.</p>")), [], [])
    acts = {
        "save": lambda: save(letter, version=0, body="<p>X.</p>"),
        "publish": lambda: revising.publish(letter, lead, version=0, now=now),
        "discard": lambda: revising.discard_copy(letter, lead, version=0, now=now),
        "import": lambda: revising.take_import(letter, lead, imported, version=0, source="word", now=now),
        "ask again": lambda: revising.ask_again(letter, lead, signed_before=now, now=now),
    }
    with lives.refused("The letter is locked. Nothing about it can change any more."):
        acts[act]()


def test_text_that_cannot_be_taken_leaves_the_copy_as_it_was():
    letter = make_letter()
    save(letter, version=0, body="<p>One.</p>")
    rows = lives.rows()
    with pytest.raises(TextError, match=r"U\+202E"):
        save(letter, version=1, closing="Sincerely\u202e")
    assert lives.rows() == rows


# --- imports ---


def test_an_import_is_the_text_in_the_works_and_keeps_what_it_said():
    letter = make_letter()
    imported = Imported(LetterText(**text(body="<p>From Word.</p>")), [("Ada Able", "Member of Congress")], ["A picture went."])
    came_from = {"source": "word", "name": "letter.docx", "changes": "accepted"}
    copy = revising.take_import(letter, letter.created_by, imported, version=0, now=timezone.now(), **came_from)
    assert copy.body == "<p>From Word.</p>"
    report = letter.import_reports.get()
    assert (report.doubts, report.signers) == (["A picture went."], [["Ada Able", "Member of Congress"]])
    assert (report.name, report.changes, report.checked_at) == ("letter.docx", "accepted", None)
    now = timezone.now()
    revising.check_import(report, letter.created_by, now=now)
    revising.check_import(report, make_staff(letter.lead), now=now + HOUR)
    report.refresh_from_db()
    assert (report.checked_at, report.checked_by) == (now, letter.created_by)


# --- signatures that grew old ---


def test_early_signers_are_asked_again_and_stay_on_the_letter():
    now = timezone.now()
    letter = make_letter(now=now - 50 * DAY, deadline_in=60 * DAY)
    early = factories.sign(letter, now=now - 40 * DAY)
    late = factories.sign(letter, now=now - 10 * DAY)
    asked = revising.ask_again(letter, letter.created_by, signed_before=now - 30 * DAY, now=now)
    assert asked == [early]
    assert lives.told(Notice.Kind.ASKED_AGAIN) == [early.signed_by.email]
    assert set(printed(letter)) == {early.office_id, late.office_id}
    factories.sign(letter, early.office, early.signed_by, now=now)
    early.refresh_from_db()
    assert early.reaffirmed_at == now
    rows = lives.rows()
    factories.sign(letter, early.office, early.signed_by, now=now + HOUR)
    assert lives.rows() == rows
    with lives.refused("Nobody signed that long ago, so there is nobody to ask again."):
        revising.ask_again(letter, letter.created_by, signed_before=now - 30 * DAY, now=now)


def test_nobody_is_asked_again_about_a_draft():
    letter = make_draft()
    with lives.refused("The letter is still a draft. It has to be circulated first."):
        revising.ask_again(letter, letter.created_by, signed_before=timezone.now(), now=timezone.now())


def test_words_taken_in_meanwhile_make_an_open_editor_stale():
    letter = make_letter()
    person = make_staff()
    words = {"old": "July", "new": "August", "text_sha256": letter.revision.sha256}
    edit = edits.propose(letter, person.memberships.get().office, person, now=timezone.now(), **words)
    edits.take_in(edit, letter.created_by, now=timezone.now())
    with pytest.raises(StaleCopy):
        save(letter, version=0, body="<p>Mine.</p>")
    assert "August" in Letter.objects.get().working_copy.body


def test_a_yes_that_the_lead_entered_is_told_of_no_correction():
    letter, office = make_letter(), make_office()
    person = make_staff(office)
    signing.enter(letter, office, letter.created_by, how="by phone", said_by="Jane Doe", now=timezone.now())
    revise(letter, clerical=True, body=BODY.replace("mills", "millls"))
    assert lives.told(Notice.Kind.CORRECTED) == []
    factories.sign(letter, office, person)
    assert printed(letter) == [office.pk]

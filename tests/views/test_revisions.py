"""Through the pages: what changed, publishing after a look at it, re-affirming, and words that an office would have otherwise."""

import pytest
from django.urls import reverse
from django.utils import timezone

from letters.models import Letter, ProposedEdit
from letters.workflow import circulating, edits, revising
from tests import factories
from tests.factories import DAY, make_draft, make_letter, make_office, make_staff, text
from tests.workflow import lives

pytestmark = pytest.mark.django_db
OLD, NEW = "<p>We write about the state of the mills.</p>", "<p>We write about the state of the millls and bakeries.</p>"


def url(name, letter, *more):
    return reverse(name, args=[letter.code, *more])


def page_of(response, status=200):
    assert response.status_code == status
    return " ".join(response.content.decode().split())


@pytest.fixture
def letter():
    return make_letter(body=OLD)


@pytest.fixture
def lead(client_of, letter):
    return client_of(letter.created_by)


@pytest.fixture
def signed(letter):
    return factories.sign(letter)


def put(letter, **changes):
    """Save the text in the works."""
    letter = lives.again(letter)
    version = revising.copy_of(letter).version
    return revising.save_copy(letter, letter.created_by, text=text(**changes), version=version, now=timezone.now())


def publish(letter, *, clerical=False, **changes):
    copy = put(letter, **changes)
    return revising.publish(letter, letter.created_by, version=copy.version, clerical=clerical, now=timezone.now())


# --- publishing ---


def test_the_lead_sees_what_changes_before_it_is_published(letter, lead, signed):
    copy = put(letter, body=NEW)
    shown = page_of(lead.get(url("desk-publish", letter)))
    assert "<ins>" in shown
    assert "1 signature</strong> was given" in shown
    assert lives.again(letter).revision.number == 1
    response = lead.post(url("desk-publish", letter), {"version": copy.version, "clerical": "", "note": "Bakeries."})
    assert response.url == url("desk-preview", letter)
    revision = lives.again(letter).revision
    assert (revision.number, revision.note, revision.is_clerical) == (2, "Bakeries.", False)


def test_a_correction_keeps_the_signature(letter, lead, signed):
    copy = put(letter, body=OLD.replace("mills", "millls"))
    lead.post(url("desk-publish", letter), {"version": copy.version, "clerical": "yes"})
    assert lives.again(letter).revision.is_clerical
    assert list(letter.signatures.printed()) == [signed]


def test_what_is_no_correction_cannot_be_chosen_as_one(letter, lead, signed):
    copy = put(letter, body=OLD.replace("the mills", "nine mills"))
    shown = page_of(lead.get(url("desk-publish", letter)))
    assert "It cannot be called a correction of typing." in shown
    assert "It only corrects typing" not in shown
    response = lead.post(url("desk-publish", letter), {"version": copy.version, "clerical": "yes"})
    assert "Select a valid choice" in page_of(response)
    assert lives.again(letter).revision.number == 1


def test_without_signatures_nobody_is_asked_what_kind_of_change_it_is(letter, lead):
    put(letter, body=NEW)
    assert "What kind of change" not in page_of(lead.get(url("desk-publish", letter)))


def test_what_somebody_else_saved_meanwhile_is_shown_before_it_is_published(letter, lead, signed):
    copy = put(letter, body=NEW)
    put(letter, body=NEW.replace("bakeries", "breweries"))
    response = lead.post(url("desk-publish", letter), {"version": copy.version, "clerical": ""})
    shown = page_of(response, 409)
    assert "saved the text while you were editing" in shown
    assert "breweries" in shown
    assert f'name="version" value="{copy.version + 1}"' in shown
    assert lives.again(letter).revision.number == 1


def test_with_nothing_to_publish_the_editor_opens(letter, lead):
    assert lead.get(url("desk-publish", letter)).url == url("desk-text", letter)


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 40])
def test_a_version_that_is_none_publishes_and_discards_nothing(letter, lead, version):
    put(letter, body=NEW)
    assert lead.post(url("desk-publish", letter), {"version": version}).status_code in (200, 409)
    lead.post(url("desk-discard", letter), {"version": version})
    assert revising.copy_of(lives.again(letter)).is_changed
    assert lives.again(letter).revision.number == 1


def test_changes_are_given_up_by_post(letter, lead):
    copy = put(letter, body=NEW)
    assert lead.post(url("desk-discard", letter), {"version": copy.version}).url == url("desk-text", letter)
    assert not revising.copy_of(lives.again(letter)).is_changed


# --- reading what changed ---


def test_an_office_reads_what_changed_since_it_signed_and_reaffirms_with_one_post(letter, client_of, signed):
    staff = client_of(signed.signed_by)
    publish(letter, body=NEW)
    shown = page_of(staff.get(url("letter", letter)))
    assert "What changed since text 1" in shown
    assert "Re-affirm for" in shown
    sha256 = lives.again(letter).revision.sha256
    staff.post(url("sign", letter), {"office": signed.office_id, "text_sha256": sha256})
    assert list(letter.signatures.printed()) == [signed]
    assert "What changed since" not in page_of(staff.get(url("letter", letter)))


def test_whoever_signs_a_text_that_was_changed_meanwhile_sees_the_difference_and_signs_nothing(letter, client_of):
    office = make_office()
    staff = client_of(make_staff(office))
    read = letter.revision.sha256
    publish(letter, body=NEW)
    shown = page_of(staff.post(url("sign", letter), {"office": office.pk, "text_sha256": read}), 409)
    assert "The text was changed after you opened it" in shown
    assert "What changed since text 1" in shown
    assert "<ins>" in shown
    assert not letter.signatures.exists()
    assert lives.again(letter).revision.sha256 in shown


def test_an_office_is_told_of_a_correction_and_finds_what_it_was(letter, client_of, signed):
    staff = client_of(signed.signed_by)
    publish(letter, clerical=True, body=OLD.replace("mills", "millls"))
    assert url("letter-changes", letter, 1, 2) in page_of(staff.get(url("letter", letter)))
    shown = page_of(staff.get(url("letter-changes", letter, 1, 2)))
    assert "Correction of typing" in shown
    assert "<del>" in shown


def test_drafts_from_before_the_circulation_are_the_leads_alone(client_of):
    draft = make_draft(body="<p>A canary in the draft.</p>")
    publish(draft, body=OLD)
    circulating.circulate(draft, draft.created_by, deadline_at=timezone.now() + DAY, now=timezone.now())
    publish(draft, body=NEW)
    reader, lead = client_of(make_staff()), client_of(draft.created_by)
    assert lead.get(url("letter-changes", draft, 1, 3)).status_code == 200
    assert reader.get(url("letter-changes", draft, 2, 3)).status_code == 200
    for name, numbers in (("letter-changes", (1, 2)), ("letter-changes", (1, 3)), ("letter-old-text", (1,))):
        assert reader.get(url(name, draft, *numbers)).status_code == 404
    assert reader.get(url("letter-changes", draft, 2, 3), {"from": "1"}).status_code == 404


def test_the_text_in_the_works_is_shown_to_nobody_but_the_lead(letter, client_of, lead):
    put(letter, body="<p>A canary in the works.</p>")
    reader = client_of(make_staff())
    for name, numbers in (("letter", ()), ("letter-old-text", (1,)), ("letter-changes", (1, 1)), ("letter-docx", ())):
        assert b"canary" not in reader.get(url(name, letter, *numbers)).content
    assert "canary" in page_of(lead.get(url("desk-publish", letter)))


@pytest.mark.parametrize("query", [{"from": "x"}, {"to": "99"}, {"from": "9" * 60}, {"to": "-1"}, {"from": "１"}])
def test_texts_that_do_not_exist_are_not_compared(letter, lead, query):
    assert lead.get(url("letter-changes", letter, 1, 1), query).status_code == 404


def test_every_text_is_listed_with_its_kind(letter, lead, signed):
    publish(letter, clerical=True, body=OLD.replace("mills", "millls"))
    publish(letter, body=NEW)
    shown = page_of(lead.get(url("desk-texts", letter)))
    assert shown.index("Text 3") < shown.index("Text 2") < shown.index("Text 1")
    for word in ("Change of substance", "Correction of typing", "First text"):
        assert word in shown


def test_the_lock_review_shows_how_the_text_came_to_be_what_it_is(letter, lead, signed):
    publish(letter, clerical=True, body=OLD.replace("mills", "millls"))
    shown = page_of(lead.get(url("lock-review", letter)))
    assert "How the text came to be what it is" in shown
    assert url("letter-changes", letter, 1, 2) in shown


def test_pages_of_texts_ask_the_database_as_often_for_three_as_for_one(letter, lead, signed, django_assert_max_num_queries):
    def queries(name, *numbers):
        with django_assert_max_num_queries(60) as counted:
            assert lead.get(url(name, letter, *numbers)).status_code == 200
        return len(counted)

    publish(letter, clerical=True, body=OLD.replace("mills", "millls"))
    queries("desk-texts")  # the first page of a session writes it down
    before = [queries("desk-texts"), queries("letter-changes", 1, 2), queries("lock-review")]
    publish(letter, clerical=True, body=OLD.replace("mills", "milllls"))
    publish(letter, clerical=True, body=OLD)
    assert [queries("desk-texts"), queries("letter-changes", 1, 2), queries("lock-review")] == before


# --- asking again ---


def test_early_signers_are_asked_again_from_the_review_and_say_yes_with_one_post(client_of):
    now = timezone.now()
    letter = make_letter(now=now - 40 * DAY, deadline_in=60 * DAY)
    early = factories.sign(letter, now=now - 35 * DAY)
    lead, staff = client_of(letter.created_by), client_of(early.signed_by)
    assert "Ask them again" in page_of(lead.get(url("lock-review", letter)))
    assert lead.post(url("ask-again", letter)).url == url("lock-review", letter)
    assert "Yes, it still stands" in page_of(staff.get(url("letter", letter)))
    staff.post(url("sign", letter), {"office": early.office_id, "text_sha256": letter.revision.sha256})
    early.refresh_from_db()
    assert early.reaffirmed_by == early.signed_by
    assert "Yes, it still stands" not in page_of(staff.get(url("letter", letter)))
    assert "Ask them again" not in page_of(lead.get(url("lock-review", letter)))


# --- proposals ---


@pytest.fixture
def proposing(letter):
    return make_staff(make_office("Ada", "Able"))


def propose(letter, person, old="mills", new="windmills"):
    office = person.memberships.get().office
    words = {"old": old, "new": new, "text_sha256": letter.revision.sha256}
    return edits.propose(letter, office, person, now=timezone.now(), **words)


def test_an_office_proposes_words_and_the_lead_takes_them_in(letter, client_of, lead, proposing):
    staff, office = client_of(proposing), proposing.memberships.get().office
    assert url("propose-edit", letter) in page_of(staff.get(url("letter", letter)))
    words = {"old": "the state\nof  the mills", "new": "the ruin of the mills", "reason": "They stand still."}
    form = {"office": office.pk, "text_sha256": letter.revision.sha256, **words}
    assert staff.post(url("propose-edit", letter), form).url == url("letter", letter)
    edit = ProposedEdit.objects.get()
    assert "The lead&#x27;s office has not answered yet." in page_of(staff.get(url("letter", letter))).replace("'", "&#x27;")
    shown = page_of(lead.get(url("desk-edits", letter)))
    assert "They stand still." in shown
    assert "What it does to the text in the works" in page_of(lead.get(url("answer-edit", letter, edit.pk)))
    assert lead.post(url("answer-edit", letter, edit.pk), {"decision": "take"}).url == url("desk-text", letter)
    assert "the ruin of the mills" in revising.copy_of(lives.again(letter)).body
    assert "Taken into the next text." in page_of(staff.get(url("letter", letter)))


def test_words_that_are_not_there_come_back_with_all_that_was_typed(letter, client_of, proposing):
    staff, office = client_of(proposing), proposing.memberships.get().office
    form = {"office": office.pk, "text_sha256": letter.revision.sha256, "old": "no such words", "new": "others", "reason": "Why."}
    shown = page_of(staff.post(url("propose-edit", letter), form), 409)
    assert "These words are not in the text." in shown
    for typed in ("no such words", "others", "Why."):
        assert typed in shown


def test_the_lead_leaves_the_words_with_a_reason_and_not_without(letter, lead, proposing):
    edit = propose(letter, proposing)
    assert "Say why the words stay." in page_of(lead.post(url("answer-edit", letter, edit.pk), {"decision": "refuse"}), 409)
    lead.post(url("answer-edit", letter, edit.pk), {"decision": "refuse", "answer": "Agreed so."})
    edit.refresh_from_db()
    assert (edit.decision, edit.answer) == ("answered", "Agreed so.")


def test_words_without_one_place_are_said_before_the_answer(letter, lead, proposing):
    edit = propose(letter, proposing)
    put(letter, body="<p>Mills, mills and mills.</p>")
    shown = page_of(lead.get(url("answer-edit", letter, edit.pk)))
    assert "stands 2 times in the text" in shown
    assert "by hand" in page_of(lead.post(url("answer-edit", letter, edit.pk), {"decision": "take"}), 409)


def test_an_office_takes_back_its_own_proposal_and_no_other(letter, client_of, proposing):
    edit = propose(letter, proposing)
    assert client_of(make_staff()).post(url("take-back-edit", letter, edit.pk)).status_code == 404
    client_of(proposing).post(url("take-back-edit", letter, edit.pk))
    edit.refresh_from_db()
    assert edit.decision == "taken_back"


def test_offices_do_not_see_what_others_propose(letter, client_of, proposing):
    propose(letter, proposing, new="A canary")
    other = client_of(make_staff())
    assert b"canary" not in other.get(url("letter", letter)).content
    assert other.get(url("desk-edits", letter)).status_code == 403


def test_a_proposal_on_another_letter_is_not_answered_here(letter, lead, proposing):
    elsewhere = make_letter(body=OLD)
    edit = propose(elsewhere, proposing)
    assert lead.get(url("answer-edit", letter, edit.pk)).status_code == 404


# --- Word out ---


def test_the_word_file_has_what_the_pdf_has_and_only_who_may_see_the_signers_gets_it(letter, client_of, signed):
    Letter.objects.filter(pk=letter.pk).update(list_shown="lead")
    lead, other = client_of(letter.created_by), client_of(make_staff())
    response = lead.get(url("letter-docx", letter))
    assert response["Content-Disposition"] == 'attachment; filename="DRAFT-letter-text-1-1-signers.docx"'
    assert response.content.startswith(b"PK")
    assert other.get(url("letter-docx", letter)).status_code == 403


def test_the_word_file_of_a_locked_letter_is_made_from_what_was_locked(client_of):
    letter = lives.locked_letter()
    lead, signer = client_of(letter.created_by), client_of(letter.signatures.get().signed_by)
    first = lead.get(url("letter-docx", letter))
    assert first["Content-Disposition"].startswith('attachment; filename="letter-20')
    assert signer.get(url("letter-docx", letter)).content == first.content
    assert client_of(make_staff()).get(url("letter-docx", letter)).status_code == 403


def test_signing_again_from_an_old_page_says_that_nothing_was_added(letter, client_of, signed):
    staff = client_of(signed.signed_by)
    form = {"office": signed.office_id, "text_sha256": letter.revision.sha256}
    assert "has signed already, so nothing was added" in page_of(staff.post(url("sign", letter), form, follow=True))


def test_a_text_that_cannot_be_printed_is_not_published(letter, lead):
    copy = put(letter, body="<p>We write of mills 😀.</p>")
    shown = page_of(lead.post(url("desk-publish", letter), {"version": copy.version}), 409)
    assert "Letters cannot print “😀” (U+1F600 GRINNING FACE)." in shown
    assert lives.again(letter).revision.number == 1

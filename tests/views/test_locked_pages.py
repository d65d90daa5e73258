"""The desk's forms, opened for a letter that was locked meanwhile: they say so, and keep what was typed."""

import pytest
from django.urls import reverse
from django.utils import timezone

from letters.models.answer import State
from letters.workflow import deadlines, edits, signing
from tests import factories
from tests.factories import DAY, make_office
from tests.workflow import lives
from tests.workflow.test_signing import revise

from .conftest import path
from .test_dashboard import words

FORMS = ["desk-circulate", "desk-invite", "desk-deadline", "desk-reminders", "desk-arrange", "desk-co-lead"]
FORMS += ["announce-lock", "enter-yes"]
SENTENCE = "The letter is locked. Nothing about it can change any more."


@pytest.fixture
def locked(house):
    factories.sign(house.letter)
    lives.lock(house.letter)
    return house


@pytest.mark.parametrize("name", FORMS)
def test_a_locked_letter_s_page_has_no_form(locked, name):
    content = locked.lead.get(path(name, locked.letter)).content.decode()
    assert SENTENCE in content
    assert 'class="form' not in content


def test_what_was_typed_before_the_lock_is_still_there(locked):
    typed = {"date": "2031-05-02", "time": "17:00", "answer": "A week more."}
    response = locked.lead.post(path("desk-deadline", locked.letter), typed)
    assert response.status_code == 409
    assert "2031-05-02" in response.content.decode()


# --- what waited when it was locked ---


@pytest.fixture
def unanswered(house):
    """Locked while an office waited for more time, one for the answer to its words, one to be confirmed, one to re-affirm."""
    letter, now = house.letter, timezone.now()
    house.late, house.unsure = make_office("Bo", "Baker"), make_office("Cy", "Clement")
    factories.sign(letter, house.late)
    revise(letter)
    factories.sign(letter, house.unsure, lives.asking_person(house.unsure))
    words = {"old": "Sincerely,", "new": "Regards,", "text_sha256": lives.again(letter).revision.sha256}
    edits.propose(letter, house.office, house.person, now=now, **words)
    signing.would_sign_if(letter, house.office, house.person, condition="You name the mill.", now=now)
    deadlines.request(letter, house.office, house.person, wanted_at=letter.deadline_at + DAY, now=now)
    factories.sign(letter, letter.lead, letter.created_by)
    lives.lock(letter)
    return house


def desk(house, name="desk"):
    return house.lead.get(path(name, house.letter))


def test_nothing_is_counted_as_waiting_or_offered_once_locked(unanswered):
    page = desk(unanswered)
    figures = page.context["figures"]
    assert [figures[name] for name in ("requests", "awaiting", "edits", "conditions")] == [0, 0, 0, 0]
    shown = words(page)
    for sentence in ("to confirm", "waiting", "would sign if", "Requests (1)", "Text (1)"):
        assert sentence not in shown
    assert "Answer proposed edits" not in words(desk(unanswered, "desk-preview"))
    assert "Not answered before the lock" in words(desk(unanswered, "desk-edits"))


def test_a_signature_that_was_left_off_is_not_on_the_letter(unanswered):
    page = desk(unanswered)
    left_off = [row for row in page.context["rows"] if row.state == State.LEFT_OFF]
    assert {row.office for row in left_off} == {unanswered.late, unanswered.unsure}
    assert {row.since for row in left_off} == {unanswered.letter.locked_at}
    assert "For text 1, not for the one that was locked." in words(page)
    assert "Not confirmed before the lock." in words(page)
    assert "Needs to re-affirm" not in words(page)
    assert "Awaiting confirmation" not in words(page)


def test_the_office_reads_on_its_pages_that_its_name_was_left_off(unanswered, client_of):
    staff = client_of(unanswered.late.people().get())
    for url in (path("letter", unanswered.letter), reverse("office", args=[unanswered.late.pk])):
        assert "Not on the letter" in words(staff.get(url))
    lead = client_of(unanswered.letter.created_by)
    assert "Not on the letter" not in words(lead.get(reverse("office", args=[unanswered.letter.lead_id])))

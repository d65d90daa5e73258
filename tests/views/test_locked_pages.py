"""The desk's forms, opened for a letter that was locked meanwhile: they say so, and keep what was typed."""

import pytest

from tests import factories
from tests.workflow import lives

from .conftest import path

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

"""The editor's page, its autosave and its preview, as they answer."""

import base64

import pytest

from letters.models import WorkingCopy
from letters.workflow import revising
from tests import factories
from tests.sessions import signed_in
from tests.workflow import lives

from .conftest import path

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter():
    return factories.make_letter()


@pytest.fixture
def lead(letter):
    return signed_in(letter.created_by)


def typed(version=0, **changes):
    return {"version": version, **factories.text(**changes)}


def saved(client, letter, version=0, **changes):
    return client.post(path("desk-text-save", letter), typed(version, **changes))


def test_each_save_gives_the_next_version_and_the_salutation_that_fits(letter, lead):
    first = saved(lead, letter, addressees="The Honorable Grace Hopper\nSecretary")
    assert (first.status_code, first.json()) == (200, {"version": 1, "salutation": "Dear Secretary Hopper:"})
    assert saved(lead, letter, 1, body="<p>Mine.</p>").json()["version"] == 2
    assert saved(lead, letter, 2, body="<p>Mine.</p>").json()["version"] == 2
    copy = revising.copy_of(letter)
    assert (copy.body, copy.saved_by) == ("<p>Mine.</p>", letter.created_by)


def test_an_empty_text_may_be_saved(letter, lead):
    assert saved(lead, letter, body="", closing="").status_code == 200
    assert revising.copy_of(letter).body == ""


def test_of_two_who_save_the_second_is_told_who_was_first_and_what_differs(letter, lead):
    other = signed_in(factories.make_staff(letter.lead, email="other@mail.house.gov"))
    saved(other, letter, body="<p>Theirs.</p>")
    rows = lives.rows()
    answer = saved(lead, letter, body="<p>Mine.</p>")
    told = answer.json()
    assert answer.status_code == 409
    assert told["who"].startswith("other@mail.house.gov saved this text at ")
    assert (told["version"], told["theirs"]["body"]) == (1, "<p>Theirs.</p>")
    assert "Theirs" in told["difference"]
    assert "Mine" in told["difference"]
    assert lives.rows() == rows
    assert saved(lead, letter, told["version"], body="<p>Mine.</p>").json()["version"] == 2


def test_a_version_that_never_was_is_nobody_s(letter, lead):
    answer = saved(lead, letter, 7)
    assert answer.status_code == 409
    assert answer.json()["who"] == "The changes that you went on from were published or given up meanwhile."


def test_a_copy_that_was_published_meanwhile_is_no_longer_gone_on_from(letter, lead):
    saved(lead, letter, body="<p>New.</p>")
    revising.publish(letter, letter.created_by, version=1, now=letter.opened_at)
    assert saved(lead, letter, 1, body="<p>Newer.</p>").status_code == 409
    assert saved(lead, letter, 2, body="<p>Newer.</p>").json()["version"] == 3


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"body": "<p>a\u202eb</p>"}, "Text: The text holds the invisible character U+202E"),
        ({"closing": "a\nb"}, "Closing must be one line"),
        ({"subject": "x" * 501}, "Re: "),
        ({"version": ""}, "This page is out of date. Copy what you typed, and open the editor anew."),
        ({"version": "-1"}, "This page is out of date."),
        ({"version": "9" * 30}, "This page is out of date."),
        ({"version": "one"}, "This page is out of date."),
    ],
)
def test_what_cannot_be_saved_is_said_in_a_sentence(letter, lead, changes, sentence):
    answer = lead.post(path("desk-text-save", letter), {**typed(), **changes})
    assert answer.status_code == 422
    assert answer.json()["error"].startswith(sentence)
    assert not WorkingCopy.objects.exists()


def test_a_locked_letter_is_neither_edited_nor_saved(letter, lead):
    factories.sign(letter)
    lives.lock(letter)
    answer = saved(lead, letter)
    assert answer.status_code == 409
    assert answer.json()["error"] == "The letter is locked. Nothing about it can change any more."
    assert lead.get(path("desk-text", letter)).url == path("desk-preview", letter)


def test_the_text_of_a_draft_is_published_at_once_and_that_of_an_open_letter_after_a_look():
    draft = factories.make_draft()
    client = signed_in(draft.created_by)
    assert "Save the text" in client.get(path("desk-text", draft)).content.decode()
    assert client.post(path("desk-text", draft), typed(body="<p>New.</p>")).url == path("desk", draft)
    draft.refresh_from_db()
    assert (draft.revision.number, draft.revision.body) == (2, "<p>New.</p>")
    letter = factories.make_letter()
    client = signed_in(letter.created_by)
    assert "Review and publish" in client.get(path("desk-text", letter)).content.decode()
    assert client.post(path("desk-text", letter), typed(body="<p>New.</p>")).url == path("desk-publish", letter)
    letter.refresh_from_db()
    assert letter.revision.number == 1


def test_a_draft_without_text_keeps_what_else_was_typed(letter):
    draft = factories.make_draft()
    client = signed_in(draft.created_by)
    answer = client.post(path("desk-text", draft), typed(body="", closing="Onward,"))
    assert answer.status_code == 409
    assert "The letter has no text." in answer.content.decode()
    assert "Onward," in answer.content.decode()


def test_the_preview_is_the_pages_of_what_was_posted_and_stores_nothing(letter, lead):
    rows = lives.rows()
    answer = lead.post(path("desk-text-preview", letter), {**typed(body="<p>Seen by nobody.</p>"), "width": "400"})
    assert answer["Cache-Control"] == "no-store"
    [page] = answer.json()["pages"]
    assert (page["width"], round(page["height"] / page["width"], 2)) == (400, 1.29)
    assert base64.b64decode(page["png"]).startswith(b"\x89PNG")
    again = lead.post(
        path("desk-text-preview", letter), {**typed(body="<p>Seen by nobody.</p>"), "width": "400", "have": page["digest"]}
    )
    assert again.json()["pages"] == [{key: page[key] for key in ("digest", "width", "height")}]
    assert lives.rows() == rows


def test_a_text_that_cannot_be_set_is_answered_with_the_sentence(letter, lead):
    answer = lead.post(path("desk-text-preview", letter), typed(body="<p>The knight \N{BLACK CHESS KNIGHT}.</p>"))
    assert "font has no" in answer.json()["error"]
    answer = lead.post(path("desk-text-preview", letter), typed(body="<p>a\u202eb</p>"))
    assert "invisible character" in answer.json()["error"]


@pytest.mark.parametrize("width", ["", "x", "0", "99999999999", "-5", "²"])
def test_a_width_that_makes_no_sense_is_not_followed(letter, lead, width):
    [page] = lead.post(path("desk-text-preview", letter), {**typed(), "width": width}).json()["pages"]
    assert 200 <= page["width"] <= 1600

"""The desk's page of the link, and what a person meets at an earlier one."""

import pytest
from django.utils import timezone

from letters.workflow import circulating, deadlines, drafting, links
from tests import factories
from tests.factories import DAY, make_draft, make_office, make_person, make_staff
from tests.sessions import signed_in
from tests.workflow import lives
from tests.workflow.lives import again

from .conftest import path, said

pytestmark = pytest.mark.django_db


def replaced(letter, verb=links.replace):
    """A picture of the letter with its code from before."""
    old = again(letter)
    verb(letter, letter.created_by, now=timezone.now())
    return old


def test_the_lead_replaces_the_link_and_sees_the_earlier_one(house):
    old = house.letter.code
    response = house.lead.post(path("replace-link", house.letter), follow=True)
    new = again(house.letter)
    assert said(response) == ["The letter has a new link. The one before opens nothing any more."]
    shown = response.content.decode()
    assert path("letter", new) in shown
    assert f"/l/{old[:6]}…" in shown
    assert old not in shown


def test_switched_off_it_is_for_invited_offices_only(house):
    house.lead.post(path("revoke-link", house.letter))
    assert again(house.letter).audience == "invited"


def test_a_second_click_on_the_old_page_replaces_nothing(house):
    house.lead.post(path("replace-link", house.letter))
    response = house.lead.post(path("replace-link", house.letter))
    assert response.status_code == 410
    assert again(house.letter).retired_links.count() == 1


def test_the_page_says_who_can_open_it(house):
    words = {
        make_draft(house.letter.lead, house.letter.created_by): "Until the letter is circulated",
        house.letter: "Anybody who is signed in and has a place in an office",
    }
    for letter, said_ in words.items():
        assert said_ in house.lead.get(path("desk-link", letter)).content.decode()
    links.revoke(house.letter, house.letter.created_by, now=timezone.now())
    assert (
        "People of the offices that are on the letter" in house.lead.get(path("desk-link", again(house.letter))).content.decode()
    )


def test_of_a_locked_letter_the_link_is_shown_and_not_replaced(house):
    factories.sign(house.letter, house.office, house.person)
    lives.lock(house.letter)
    shown = house.lead.get(path("desk-link", house.letter)).content.decode()
    assert path("replace-link", house.letter) not in shown
    response = house.lead.post(path("replace-link", house.letter), follow=True)
    assert said(response) == ["The letter is locked. Nothing about it can change any more."]


def test_nothing_that_was_sent_to_the_old_link_is_done_and_nothing_typed_is_lost(house):
    old = replaced(house.letter)
    rows = lives.rows()
    fields = {"office": house.office.pk, "condition": "You name the <mill> & the river."}
    response = house.staff.post(path("condition", old), fields)
    assert response.status_code == 410
    shown = response.content.decode()
    assert "Nothing was done with what you sent." in shown
    assert "You name the &lt;mill&gt; &amp; the river." in shown
    assert f">{house.office.pk}<" not in shown
    assert lives.rows() == rows


def test_a_signature_on_the_old_page_is_not_lost_in_silence(house):
    old = replaced(house.letter)
    response = house.staff.post(path("sign", old), {"office": house.office.pk, "text_sha256": house.sha})
    assert response.status_code == 410
    assert path("letter", again(house.letter)) in response.content.decode()
    assert not house.letter.signatures.exists()


def test_an_open_page_goes_to_the_sentence_as_a_whole(house):
    old = replaced(house.letter)
    response = house.staff.get(path("letter-state", old), headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Refresh"]) == (410, "true")


def test_the_editor_is_told_why_it_could_not_save(house):
    old = replaced(house.letter)
    response = house.lead.post(path("desk-text-save", old), {"body": "<p>Mine.</p>"}, headers={"Accept": "application/json"})
    assert response.status_code == 410
    assert "Copy what you typed" in response.json()["error"]


def test_signing_in_on_the_way_to_an_old_link_leads_to_the_sentence(house, client_of):
    old = replaced(house.letter)
    away = client_of()
    there = away.get(path("letter", old))
    unknown = client_of().get(path("letter", old).replace(old.code, "0" * 22))
    assert there.url == unknown.url.replace("0" * 22, old.code)
    assert signed_in(house.person).get(path("letter", old)).status_code == 410


def test_a_person_who_came_by_the_link_alone_is_sent_to_the_lead(house, client_of):
    stranger = client_of(make_staff())
    assert stranger.get(path("letter", house.letter)).status_code == 200
    old = replaced(house.letter)
    shown = stranger.get(path("letter", old)).content.decode()
    assert f"Ask the office of {house.letter.lead.printed_name} for the new one." in shown
    assert again(house.letter).code not in shown
    assert stranger.get(path("letter", again(house.letter))).status_code == 200


def test_where_only_invited_offices_could_read_others_are_not_told_that_there_was_a_letter(house, client_of):
    stranger, asking = client_of(make_staff()), client_of(lives.asking_person(make_office()))
    switched_off = replaced(house.letter, links.revoke)
    for_invited_alone = replaced(house.letter)
    for reader in (stranger, asking):
        shown = reader.get(path("letter", switched_off))
        assert shown.status_code == 410  # by that one they read the letter before
        assert f"ask the office of {house.letter.lead.printed_name} to invite yours" in shown.content.decode()
        assert reader.get(path("letter", for_invited_alone)).status_code == 404
    assert house.staff.get(path("letter", for_invited_alone)).status_code == 410
    drafting.arrange(house.letter, house.letter.created_by, audience="any", now=timezone.now())
    assert "for the new one" in stranger.get(path("letter", for_invited_alone)).content.decode()


def test_an_office_that_acted_by_the_link_keeps_the_letter_when_it_is_switched_off(house, client_of):
    person = make_staff()
    office, letter = person.memberships.get().office, again(house.letter)
    deadlines.request(letter, office, person, wanted_at=letter.deadline_at + DAY, now=timezone.now())
    old = replaced(house.letter, links.revoke)
    assert path("letter", again(house.letter)) in client_of(person).get(path("letter", old)).content.decode()


def test_many_guesses_are_stopped_and_an_old_link_is_no_guess(house, client_of):
    old = replaced(house.letter)
    for _ in range(70):
        assert house.staff.get(path("letter-state", old)).status_code == 410
    nobody = client_of(make_person())
    assert [nobody.get(path("letter-state", old)).status_code for _ in range(70)][-1] == 429


def test_a_draft_circulated_with_a_replaced_link_is_found_by_the_new_one(client_of):
    draft = make_draft()
    old = replaced(draft)
    circulating.circulate(draft, draft.created_by, deadline_at=timezone.now() + DAY, now=timezone.now())
    lead = client_of(draft.created_by)
    assert lead.get(path("desk", again(draft))).status_code == 200
    assert lead.get(path("desk", old)).status_code == 410

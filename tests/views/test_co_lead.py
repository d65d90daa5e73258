"""A letter gets a co-lead on the desk."""

import pytest
from django.urls import reverse

from tests.factories import make_draft, make_letter, make_office, make_staff
from tests.sessions import prove

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(client):
    office = make_office()
    person = make_staff(office)
    client.force_login(person)
    prove(client)
    return office


@pytest.fixture
def senator():
    office = make_office("Barbara", "Liskov", chamber="senate", state="CA")
    make_staff(office)
    return office


def add(client, letter, office):
    return client.post(reverse("desk-co-lead", args=[letter.code]), {"office": office.pk})


def test_a_co_lead_stands_after_the_lead_and_makes_the_letter_joint(client, lead, senator):
    letter = make_draft(lead, lead.people().get())
    assert add(client, letter, senator).status_code == 302
    assert letter.lead_offices() == [lead, senator]
    assert letter.letterhead()[0] == "Congress of the United States"
    assert not letter.notices.exists()  # a draft is nobody's business yet


def test_the_co_leads_people_are_told_of_a_letter_in_circulation(client, lead, senator):
    letter = make_letter(lead, lead.people().get())
    add(client, letter, senator)
    assert list(letter.notices.values_list("kind", "person")) == [("invitation", senator.people().get().pk)]


def test_a_lead_is_not_offered_again(client, lead, senator):
    letter = make_draft(lead, lead.people().get())
    add(client, letter, senator)
    for office in (lead, senator):
        response = add(client, letter, office)
        assert response.status_code == 200
        assert "Choose one of the offices in the list." in response.content.decode()


def test_only_the_leads_people_add_one(client, lead, senator):
    letter = make_letter(invited=[lead])
    assert add(client, letter, senator).status_code == 403
    assert letter.lead_offices() == [letter.lead]


def test_a_locked_letter_says_no(client, lead, senator):
    from tests.workflow import lives

    letter = lives.locked_letter()
    client.force_login(letter.created_by)
    prove(client)
    response = add(client, letter, senator)
    assert response.status_code == 409
    assert "The letter is locked" in response.content.decode()

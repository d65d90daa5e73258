"""A page that is not for this person says why."""

import pytest
from django.urls import reverse

from tests.factories import make_letter, make_office, make_staff
from tests.sessions import signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("letter-pdf", "does not show the signers"), ("desk", "Only the lead"), ("export-pdf", "The final PDF is for")],
)
def test_the_reason_is_on_the_page(client, name, sentence):
    office = make_office()
    person = make_staff(office)
    letter = make_letter()
    type(letter).objects.filter(pk=letter.pk).update(list_shown="lead")
    client.force_login(person)
    response = client.get(reverse(name, args=[letter.code]))
    assert response.status_code == 403
    assert sentence in response.content.decode()


@pytest.mark.parametrize("name", ["invite-person", "office-signers", "signing-name", "put-image seal"])
def test_who_does_not_manage_an_office_is_told_who_does(name):
    office, (name, *kind) = make_office(), name.split()
    response = signed_in(make_staff(office)).get(reverse(name, args=[office.pk, *kind]))
    assert response.status_code == 403
    assert "Only a manager of the office does this." in response.content.decode()


def test_the_lead_is_told_who_locks():
    letter = make_letter()
    response = signed_in(letter.created_by).post(reverse("lock-review", args=[letter.code]))
    assert response.status_code == 403
    assert "Only an administrator locks a letter." in response.content.decode()

"""A page that is not for this person says why."""

import pytest
from django.urls import reverse

from tests.factories import make_letter, make_office, make_staff

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

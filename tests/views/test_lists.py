"""The pages on which an office keeps lists of offices."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from letters.models import Membership, OfficeList
from letters.workflow import lists
from tests.factories import make_office, make_staff
from tests.workflow import lives

from .conftest import said

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper():
    return make_office("Ada", "Able", state="NY", district=1)


@pytest.fixture
def client(keeper, client_of):
    return client_of(make_staff(keeper))


def at(name, keeper, *more):
    return reverse(name, args=[keeper.pk, *(row.pk for row in more)])


def on(row):
    return {office.last_name for office in row.offices.all()}


def test_a_list_is_made_of_offices_picked_and_of_names_pasted_each_once(client, keeper):
    baker, cole = make_office("Bo", "Baker", state="NM", district=2), make_office("Cy", "Cole", chamber="senate", state="TX")
    make_office("Di", "Dune", state="VT")
    pasted = "Bo Baker\r\n\r\nTX Senate\nRep. Di Dune\nThe Honorable Ada Able\nBo Baker (NM-2)\nBaker"
    response = client.post(
        at("keep-list", keeper), {"name": " Mill  caucus", "offices": [baker.pk], "names": pasted}, follow=True
    )
    assert said(response) == ["The list is kept."]
    row = OfficeList.objects.get()
    assert (row.name, row.keeper) == ("Mill caucus", keeper)
    assert on(row) == {"Baker", "Cole", "Dune", "Able"}
    assert cole in row.offices.all()
    assert "Mill caucus" in response.content.decode()


def test_names_that_are_unknown_or_fit_several_are_told_and_nothing_typed_is_lost(client, keeper):
    make_office("Bo", "Baker", state="NM", district=2)
    make_office("Cy", "Baker", state="TX", district=3)
    left = make_office("Di", "Dune", left_on=timezone.localdate())
    rows = lives.rows()
    data = {"name": "Mill caucus", "offices": [keeper.pk], "names": f"Baker\nNobody Here\n{left.name}\nTX-3"}
    response = client.post(at("keep-list", keeper), data)
    assert said(response) == [
        "“Baker” fits Bo Baker (NM-2); Cy Baker (TX-3). Give the seat instead.",
        "“Nobody Here” is no office here. Check the spelling, or give the seat, for instance NY-10.",
        "“Di Dune” is no office here. Check the spelling, or give the seat, for instance NY-10.",
    ]
    html = response.content.decode()
    assert "Nobody Here\nDi Dune" in html.replace("\r", "")
    assert f'value="{keeper.pk}" checked' in html
    assert 'value="Mill caucus"' in html
    assert lives.rows() == rows


@pytest.mark.parametrize(
    "data",
    [
        {"name": "Mill caucus"},
        {"name": "", "names": "NY-1"},
        {"name": "x" * 201, "names": "NY-1"},
        {"name": "Mill\u202e", "names": "NY-1"},
        {"name": "Mill caucus", "offices": ["9" * 30]},
        {"name": "Mill caucus", "offices": ["\x00"]},
        {"name": "Mill caucus", "offices": ["0"]},
        {"name": "Mill caucus", "names": "NY-1\x00"},
        {"name": "Mill caucus", "names": "x" * 40_001},
    ],
    ids=lambda data: f"{data}"[:50],
)
def test_what_cannot_be_a_list_is_refused_beside_its_field(client, keeper, data):
    rows = lives.rows()
    response = client.post(at("keep-list", keeper), data)
    assert response.status_code == 200
    assert said(response)
    assert lives.rows() == rows


def test_a_list_is_changed_and_removed(client, keeper):
    baker, cole = make_office("Bo", "Baker"), make_office("Cy", "Cole")
    row = lists.keep(keeper, keeper.people().get(), name="Mill caucus", offices=[baker], now=timezone.now())
    html = client.get(at("change-list", keeper, row)).content.decode()
    assert 'value="Mill caucus"' in html
    assert f'value="{baker.pk}" checked' in html
    assert f'value="{cole.pk}" checked' not in html
    client.post(at("change-list", keeper, row), {"name": "Mills", "offices": [cole.pk]})
    row.refresh_from_db()
    assert (row.name, on(row)) == ("Mills", {"Cole"})
    assert "Remove “Mills”?" in client.get(at("remove-list", keeper, row)).content.decode()
    assert OfficeList.objects.exists()
    response = client.post(at("remove-list", keeper, row), follow=True)
    assert said(response) == ["The list “Mills” is removed. Offices that were invited by it stay invited."]
    assert not OfficeList.objects.exists()


def test_a_name_that_is_taken_is_said_on_the_form(client, keeper):
    lists.keep(keeper, keeper.people().get(), name="Mill caucus", offices=[], now=timezone.now())
    response = client.post(at("keep-list", keeper), {"name": "Mill caucus", "names": "NY-1"})
    assert response.status_code == 409
    assert said(response) == ["The office keeps a list named “Mill caucus” already. Give this one another name."]
    assert OfficeList.objects.count() == 1


def test_the_office_s_page_leads_to_its_lists_for_those_who_keep_them(client, keeper, client_of):
    link = at("office-lists", keeper)
    assert link in client.get(reverse("office", args=[keeper.pk])).content.decode()
    viewer = client_of(make_staff(keeper, Membership.Role.VIEWER))
    assert link not in viewer.get(reverse("office", args=[keeper.pk])).content.decode()


def test_a_committee_is_no_list_of_an_office(client, keeper):
    committee = OfficeList.objects.create(code="HXSK", name="House Committee on Skies", changed_at=timezone.now())
    assert client.get(at("change-list", keeper, committee)).status_code == 404
    assert client.post(at("remove-list", keeper, committee)).status_code == 404
    assert "House Committee on Skies" not in client.get(at("office-lists", keeper)).content.decode()


@pytest.mark.parametrize("name", ["office-lists", "change-list", "keep-list"])
def test_more_lists_and_offices_take_no_more_queries(client, keeper, name):
    person = keeper.people().get()
    row = lists.keep(keeper, person, name="First", offices=[keeper], now=timezone.now())

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(at(name, keeper, *([row] if name == "change-list" else []))).status_code == 200
        return len(captured)

    queries()
    one = queries()
    offices = [make_office() for _ in range(5)]
    for number in range(2):
        lists.keep(keeper, make_staff(keeper), name=f"List {number}", offices=offices, now=timezone.now())
    row.offices.set(offices)
    assert queries() == one

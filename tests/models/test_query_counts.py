"""Pages ask the database as often for three rows as for one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from letters.models import Letter
from letters.workflow import circulars, circulating, deadlines, links, reminders
from tests import factories
from tests.factories import HOUR, make_letter, make_office, make_person, make_staff
from tests.sessions import prove
from tests.workflow import lives

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead():
    return make_office(last="Lead")


@pytest.fixture
def person(client, lead):
    person = make_staff(lead)
    client.force_login(person)
    prove(client)
    return person


def queries(client, path):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = client.get(path)
    assert response.status_code == 200
    return len(captured)


def busy(letter):
    """One more signer, one more office that asks for time, one that declined to come, one signature to confirm."""
    factories.sign(letter)
    asking = make_staff()
    office = asking.memberships.get().office
    deadlines.request(letter, office, asking, wanted_at=letter.deadline_at + HOUR, now=timezone.now())
    circulating.invite(letter, [make_office()], letter.created_by, now=timezone.now())
    unsure = make_office()
    factories.sign(letter, unsure, lives.asking_person(unsure))


PAGES = ["letter", "letter-state", "desk", "desk-preview", "desk-requests", "desk-reminders"]
PAGES += ["desk-history", "desk-notices", "lock-review"]


@pytest.mark.parametrize("page", [*PAGES, "desk-arrange", "desk-co-lead"])
def test_a_letters_page_costs_the_same_with_more_answers(client, lead, person, page):
    letter = make_letter(lead, person)
    path = reverse(page, args=[letter.code])
    client.get(path)
    busy(letter)
    one = queries(client, path)
    busy(letter)
    busy(letter)
    assert queries(client, path) == one


@pytest.mark.parametrize("page", ["desk-link", "dear-colleague", "desk-history"])
def test_the_desk_costs_the_same_with_more_links_and_mails_to_offices(client, lead, person, page):
    letter = make_letter(lead, person, invited=[make_staff().memberships.get().office])

    def another(number):
        now = timezone.now() + number * HOUR
        links.replace(letter, person, now=now)
        circulars.send(letter, person, subject="Join", body=f"Please join {number}.", to_all=False, now=now)
        return reverse(page, args=[Letter.objects.get(pk=letter.pk).code])

    client.get(another(0))
    one = queries(client, another(1))
    another(2)
    assert queries(client, another(3)) == one


def test_the_dashboard_costs_the_same_with_more_letters(client, lead, person):
    def another_letter():
        busy(make_letter(lead, person))
        busy(make_letter(invited=[lead]))
        factories.sign(make_letter(invited=[lead]), lead, person)

    client.get(reverse("dashboard"))
    another_letter()
    one = queries(client, reverse("dashboard"))
    another_letter()
    another_letter()
    assert queries(client, reverse("dashboard")) == one


def test_the_offices_people_cost_the_same_with_more_of_them(client, lead, person):
    path = reverse("office", args=[lead.pk])
    client.get(path)
    make_staff(lead)
    lives.asking_person(lead)
    one = queries(client, path)
    for _ in range(2):
        make_staff(lead)
        lives.asking_person(lead)
    assert queries(client, path) == one


def test_the_dashboard_of_those_who_lock_costs_the_same_with_more_letters(client):
    client.force_login(make_person(admin=True))
    prove(client)
    client.get(reverse("dashboard"))
    make_letter()
    one = queries(client, reverse("dashboard"))
    make_letter()
    make_letter()
    assert queries(client, reverse("dashboard")) == one


def test_reminders_to_many_offices_cost_as_much_as_to_one():
    def cost(offices):
        letter = make_letter(invited=offices, deadline_in=HOUR, now=timezone.now() - factories.DAY)
        Letter.objects.filter(pk=letter.pk).update(deadline_at=timezone.now() + HOUR)
        with CaptureQueriesContext(connection) as captured:
            reminders.plan(timezone.now())
        assert letter.notices.filter(kind="reminder").count() == len(offices) + 1  # the lead has not signed either
        Letter.objects.filter(pk=letter.pk).update(deadline_at=timezone.now() + 9 * factories.DAY)
        return len(captured)

    def staffed():
        return make_staff().memberships.get().office

    assert cost([staffed()]) == cost([staffed(), staffed(), staffed()])

"""Calendar files and private feeds through the pages: who gets one, what a secret opens, and when it opens nothing."""

import datetime
import logging
import re
import time

import icalendar
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from letters.models import CalendarFeed
from letters.models.feed import hashed
from letters.workflow import circulating, deadlines, feeds, people
from tests.factories import DAY, make_draft, make_letter, make_office, make_person
from tests.factories import sign as sign_letter
from tests.sessions import prove
from tests.workflow import lives

from .conftest import path, said

pytestmark = pytest.mark.django_db
MINE = "/account/calendar/"
SECRET = re.compile(r"/calendar/([0-9a-f]{40})\.ics")


@pytest.fixture
def secret(house):
    return feeds.make(house.person, now=timezone.now())


def fetch(secret, client=None):
    return (client or Client()).get(f"/calendar/{secret}.ics")


def events(response):
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    return icalendar.Calendar.from_ical(response.content).events


# --- the file of one letter ---


def test_people_of_an_invited_office_get_the_deadline_as_a_file(house):
    response = house.staff.get(path("deadline-file", house.letter))
    (found,) = events(response)
    assert found["DTEND"].dt == house.letter.deadline_at.replace(microsecond=0)
    assert response["Content-Disposition"] == 'attachment; filename="deadline.ics"'
    assert response["Cache-Control"] == "no-store"


def test_each_office_gets_its_own_deadline_and_the_lead_the_letters(house):
    asked = deadlines.request(
        house.letter, house.office, house.person, wanted_at=house.letter.deadline_at + DAY, now=timezone.now()
    )
    deadlines.grant(asked, house.letter.created_by, new_at=asked.wanted_at, for_all=False, now=timezone.now())
    url = path("deadline-file", house.letter)
    (own,), (leads,) = (events(client.get(url)) for client in (house.staff, house.lead))
    assert own["DTEND"].dt - leads["DTEND"].dt == DAY


def test_somebody_without_a_place_in_an_office_gets_no_file(house, client_of):
    url = path("deadline-file", house.letter)
    assert client_of(make_person()).get(url).status_code == 404
    assert house.locker.get(url).status_code == 404
    assert Client().get(url).url.startswith("/account/login/")


def test_the_file_of_a_draft_is_not_found(house, client_of):
    letter = make_letter()
    draft = make_draft(letter.lead, letter.created_by)
    assert client_of(letter.created_by).get(path("deadline-file", draft)).status_code == 404


def test_the_query_names_one_of_the_persons_own_offices(house):
    second = make_office()
    people.give_place(house.person, second, "viewer", house.admin, now=timezone.now())
    circulating.invite(house.letter, [second], house.letter.created_by, now=timezone.now())
    url = path("deadline-file", house.letter)
    assert len(events(house.staff.get(url))) == 2
    assert len(events(house.staff.get(url, {"office": second.pk}))) == 1
    for other in (house.letter.lead_id, "", "x", "²", "9" * 40):
        assert house.staff.get(url, {"office": other}).status_code == 404, other


def test_somebody_whose_place_is_only_asked_for_learns_no_answer_from_the_file(house, client_of):
    asking = client_of(lives.asking_person(house.office))
    before = asking.get(path("deadline-file", house.letter)).content
    sign_letter(house.letter, house.office, house.person)
    assert asking.get(path("deadline-file", house.letter)).content == before
    assert b"VALARM" in before


def test_the_pages_offer_the_file_while_time_runs(house):
    link = path("deadline-file", house.letter)
    assert f'href="{link}?office={house.office.pk}"' in house.staff.get(path("letter", house.letter)).content.decode()
    assert f'href="{link}"' in house.lead.get(path("desk", house.letter)).content.decode()
    sign_letter(house.letter)
    lives.lock(house.letter)
    assert link not in house.staff.get(path("letter", house.letter)).content.decode()
    assert link not in house.lead.get(path("desk", house.letter)).content.decode()


# --- the address ---


def made(client):
    page = client.post(MINE).content.decode()
    return SECRET.search(page)[1]


def test_an_address_is_shown_once_and_only_its_hash_is_kept(house):
    page = house.staff.post(MINE)
    secret = SECRET.search(page.content.decode())[1]
    assert f"{settings.SITE_URL}/calendar/{secret}.ics" in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    feed = house.person.calendar_feeds.get()
    assert feed.secret_sha256 == hashed(secret)
    assert secret not in str(CalendarFeed.objects.values())
    assert not SECRET.search(house.staff.get(MINE).content.decode())
    assert len(events(fetch(secret))) == 1


def test_the_session_keeps_no_secret(house):
    secret = made(house.staff)
    assert secret not in str(dict(house.staff.session))


def test_a_new_address_ends_the_one_before(house):
    first, second = made(house.staff), made(house.staff)
    assert first != second
    assert fetch(first).status_code == 404
    assert fetch(second).status_code == 200
    assert house.person.calendar_feeds.standing().count() == 1


def test_a_revoked_address_is_as_unknown_as_any(house, secret):
    response = house.staff.post(reverse("revoke-calendar"), follow=True)
    assert said(response) == ["The address is revoked. Take the calendar out of your calendar program."]
    revoked, unknown = fetch(secret), fetch("0" * 40)
    assert (revoked.status_code, revoked.content) == (404, unknown.content)
    assert revoked.headers == unknown.headers


def test_revoking_where_there_is_nothing_is_no_error(house):
    assert house.staff.post(reverse("revoke-calendar")).status_code == 302


@pytest.mark.parametrize("url", [MINE, f"{MINE}revoke/"])
def test_addresses_are_made_and_revoked_after_a_fresh_proof_only(house, secret, url):
    prove(house.staff, at=time.time() - 1800)
    response = house.staff.post(url)
    assert response.url.startswith("/account/reauthenticate/")
    assert house.person.calendar_feeds.get().secret_sha256 == hashed(secret)
    assert fetch(secret).status_code == 200


def test_after_the_fresh_proof_the_address_is_made_and_shown(house):
    prove(house.staff, at=time.time() - 1800)
    assert not SECRET.search(house.staff.post(MINE).content.decode())
    page = house.staff.post(
        f"/account/reauthenticate/?next={MINE}", {"password": "correct horse battery staple"}, follow=True
    ).content.decode()
    assert len(events(fetch(SECRET.search(page)[1]))) == 1


def test_looking_at_the_page_makes_and_changes_nothing(house, secret):
    before = lives.rows()
    house.staff.get(MINE)
    assert lives.rows() == before


# --- the feed ---


def test_the_feed_needs_no_sign_in_and_is_kept_by_nobody(house, secret):
    response = fetch(secret)
    assert len(events(response)) == 1
    assert response["Cache-Control"] == "private, no-store"
    assert "noindex" in response["X-Robots-Tag"]
    assert response["Referrer-Policy"] == "no-referrer"
    assert not response.cookies
    assert Client().head(f"/calendar/{secret}.ics").status_code == 200


def test_fetching_a_feed_writes_nothing(house, secret):
    with CaptureQueriesContext(connection) as captured:
        fetch(secret)
    assert {query["sql"].split()[0] for query in captured} == {"SELECT"}


def test_the_feed_is_of_its_person_whoever_is_signed_in(house, secret):
    assert fetch(secret, house.locker).content == fetch(secret).content


def test_the_feed_of_somebody_who_is_no_longer_active_is_not_found(house, secret):
    house.person.is_active = False
    house.person.save()
    assert fetch(secret).status_code == 404


def test_the_feed_of_somebody_who_left_the_office_is_empty(house, secret):
    people.end(house.person.memberships.get(), house.admin, now=timezone.now())
    assert events(fetch(secret)) == []


HOSTILE = [
    "x",
    "A" * 40,
    "0" * 39,
    "0" * 41,
    "0" * 100_000,
    "０" * 40,
    "é",
    "%00" * 40,
    "%ff%fe",
    "..%2f..%2fetc%2fpasswd",
    "a/b",
    "0" * 40 + "%0a",
    "' OR 1=1 --",
    ".ics",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12])
def test_whatever_is_no_secret_is_not_found(house, secret, text):
    assert Client().get(f"/calendar/{text}.ics").status_code == 404
    assert fetch(f"{secret}{text}").status_code == 404


def test_the_secret_in_capitals_or_its_hash_open_nothing(house, secret):
    assert fetch(secret.upper()).status_code == 404
    assert fetch(hashed(secret)).status_code == 404


def test_who_tries_many_secrets_is_told_to_wait_and_nobody_else(house, secret):
    guesser = Client(REMOTE_ADDR="203.0.113.9")
    answers = {fetch(f"{number:040}", guesser).status_code for number in range(61)}
    assert answers == {404, 429}
    assert fetch("0" * 40).status_code == 404
    assert fetch(secret, guesser).status_code == 200


def test_no_log_line_holds_a_secret(house, secret, caplog, monkeypatch):
    said = logging.getLogger("django.request")
    for name, value in {"disabled": False, "propagate": True}.items():  # whatever another test left of it
        monkeypatch.setattr(said, name, value)
    handler = next(handler for handler in logging.getLogger().handlers if "cosign" in type(handler.formatter).__module__)
    feeds.revoke(house.person, now=timezone.now())
    with caplog.at_level(logging.DEBUG, logger=said.name):
        assert fetch(secret).status_code == 404
    lines = [handler.format(record) for record in caplog.records if "Not Found" in record.getMessage()]
    assert lines
    assert all("Not Found: /calendar/[secret]" in line and secret not in line for line in lines)


def test_a_deadline_that_moves_moves_in_the_feed(house, secret):
    (before,) = events(fetch(secret))
    deadlines.move(house.letter, house.letter.created_by, new_at=house.letter.deadline_at + DAY, now=timezone.now())
    (after,) = events(fetch(secret))
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] == before["SEQUENCE"] + 1
    assert after["DTSTART"].dt - before["DTSTART"].dt == datetime.timedelta(days=1)

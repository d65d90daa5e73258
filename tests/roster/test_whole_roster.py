"""The whole roster of Congress, where a copy of it lies beside the project."""

import time
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from letters.models import Notice, Office
from tests.factories import make_letter, make_staff
from tests.sessions import signed_in

ROSTER = Path(__file__).resolve().parents[3] / "shared" / "data" / "legislators-current.yaml"
pytestmark = [pytest.mark.django_db, pytest.mark.skipif(not ROSTER.exists(), reason="no copy of the roster here")]


def test_the_whole_roster_is_read_within_ten_seconds_and_once(capsys):
    started = time.perf_counter()
    call_command("import_offices", str(ROSTER))
    taken = time.perf_counter() - started
    assert capsys.readouterr().out.splitlines() == ["Read 537 entries.", "537 new", "0 changed", "0 left office"]
    print(f"537 entries in {taken:.1f} s")
    assert taken < 10
    before = list(Office.objects.order_by("pk").values())
    call_command("import_offices", str(ROSTER))
    assert "0 new\n0 changed\n0 left office" in capsys.readouterr().out
    assert list(Office.objects.order_by("pk").values()) == before


def test_names_seats_and_seniority_are_those_of_the_roster():
    call_command("import_offices", str(ROSTER), verbosity=0)
    assert Office.objects.filter(chamber="senate").count() == 100
    assert Office.objects.filter(chamber="senate").exclude(district=None).count() == 0
    offices = {office.bioguide: office for office in Office.objects.all()}
    assert offices["C000127"].label == "Maria Cantwell (WA Senate)"
    assert str(offices["C000127"].serving_since) == "2001-01-03"
    assert offices["B000490"].name == "Sanford D. Bishop, Jr."
    assert offices["L000570"].name == "Ben Ray Luján"
    assert offices["B001323"].label == "Nicholas J. Begich III (AK at large)"


def test_a_lead_finds_and_invites_among_all_offices_with_few_queries():
    call_command("import_offices", str(ROSTER), verbosity=0)
    office = Office.objects.get(bioguide="C000127")
    letter = make_letter(office, make_staff(office))
    client = signed_in(letter.created_by)
    page = reverse("desk-invite", args=[letter.code])
    client.get(page)
    started = time.perf_counter()
    with CaptureQueriesContext(connection) as captured:
        found = client.get(page).context["finding"].offered
    taken = time.perf_counter() - started
    print(f"the page of {len(found)} offices in {taken:.2f} s, {len(captured)} queries")
    assert len(found) == 536
    assert (len(captured) < 30, taken < 5) == (True, True)
    data = {
        "offices": [office.pk for office in found],
        "contacts": "\n".join(f"{office.seat}: office{office.pk}@mail.house.gov" for office in found if office.district),
    }
    with CaptureQueriesContext(connection) as captured:
        response = client.post(page, data)
    assert response.status_code == 302
    assert len(captured) < 80
    assert letter.invitees.exclude(invited_at=None).count() == 537
    assert Notice.objects.filter(kind="invitation").count() == sum(bool(office.district) for office in found)

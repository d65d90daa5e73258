"""The whole roster of Congress, where a copy of it lies beside the project."""

import time
from pathlib import Path

import pytest
from django.core.management import call_command

from letters.models import Office

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

"""Beat goes on in time although the clock was set back."""

import datetime

import pytest
from celery import Celery
from django.utils.module_loading import import_string

NOON = datetime.datetime(2026, 11, 24, 12, tzinfo=datetime.UTC)
SECOND = datetime.timedelta(seconds=1)


@pytest.fixture
def beat(settings, monkeypatch):
    """A scheduler as the settings name it, with two entries, and a function that ticks so many seconds after noon."""
    app = Celery("clock", broker="memory://", timezone="UTC", set_as_current=False)
    now, ran = [NOON], []
    monkeypatch.setattr(app, "now", lambda: now[0])
    app.conf.beat_schedule = {name: {"task": name, "schedule": every} for name, every in (("sweep", 10.0), ("bounces", 60.0))}
    scheduler = import_string(settings.CELERY_BEAT_SCHEDULER.replace(":", "."))(app)
    monkeypatch.setattr(scheduler, "apply_entry", lambda entry, producer=None: ran.append(entry.name))

    def run(after, seconds):
        ran.clear()
        for second in range(seconds):
            now[0] = NOON + after + second * SECOND
            while scheduler.tick() == 0:
                pass
        return {name: ran.count(name) for name in ("sweep", "bounces")}

    return run


def test_while_the_clock_goes_on_each_entry_runs_as_often_as_it_should(beat):
    assert beat(datetime.timedelta(), 121) == {"sweep": 12, "bounces": 2}


@pytest.mark.parametrize("jump", [-1, 1], ids=["back", "ahead"])
def test_after_the_clock_was_set_by_a_day_each_entry_runs_as_often_as_it_should(beat, jump):
    beat(datetime.timedelta(), 30)
    counted = beat(datetime.timedelta(days=jump), 121)
    assert counted["sweep"] in (12, 13)
    assert counted["bounces"] in (2, 3)

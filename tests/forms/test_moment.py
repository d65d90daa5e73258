"""Deadlines as people type them: what is read, what is asked again, and that what is shown is what was meant."""

import datetime
from zoneinfo import ZoneInfo, available_timezones

import pytest
from django.core.exceptions import ValidationError
from hypothesis import example, given, settings
from hypothesis import strategies as st

from letters.forms import DeadlineRequestForm, MoveForm, as_typed, instant
from letters.forms.moment import names_on, read_time
from letters.times import instant_in_words

UTC = datetime.UTC
NEW_YORK = "America/New_York"
DAY = datetime.date(2026, 6, 3)
NIGHT = datetime.date(2026, 11, 1)  # clocks go back in New York
SPRING = datetime.date(2026, 3, 8)


def at(date, typed, zone=NEW_YORK):
    time, name = read_time(typed, names_on(date, zone))
    return instant(date, time, zone, name)


def words(date, typed, zone=NEW_YORK):
    return instant_in_words(at(date, typed, zone), zone)


@pytest.mark.parametrize(
    ("typed", "clock"),
    [
        *[(typed, "6:00 pm") for typed in ("COB", "cob", "C.O.B.", " close  of business ", "Close", "EOD", "End of day")],
        *[(typed, "6:00 pm") for typed in ("6 pm", "6pm", "6 PM", "6 p.m.", "6:00 p.m.", "6:00pm", "06:00 PM", "6p", "6 p. m.")],
        *[(typed, "6:00 pm") for typed in ("18:00", "1800", "18", "18.00", "18:00:00", "1800 hours", "18h", "６ ｐｍ")],
        *[
            (typed, "6:00 pm")
            for typed in ("6 pm EDT", "6:00 p.m. (EDT)", "6pm, ET", "COB ET", "18:00 Eastern", "close of business EDT")
        ],
        *[(typed, "6:00 pm") for typed in ("6 pm Eastern Time", "6pm E.T.", "6 p.m. E.D.T.")],
        *[(typed, "12:00 pm") for typed in ("noon", "Noon", "12 noon", "12 pm", "12:00", "12:00 p.m.", "1200", "noon ET")],
        *[(typed, "12:00 pm") for typed in ("12:00 noon", "12:00 p.m. (noon)", "12noon", "12 midday", "1200 noon, EDT")],
        *[(typed, "5:30 pm") for typed in ("5:30PM", "5:30 pm", "530 pm", "0530 pm", "17:30", "1730", "5.30 pm")],
        *[(typed, "6:00 am") for typed in ("6 am", "6 a.m.", "06:00", "0600", "6:00 A.M.")],
        *[(typed, "12:00 am") for typed in ("00:00", "0000", "0:00")],
        *[(typed, "12:30 am") for typed in ("12:30 am", "00:30", "0030")],
        *[(typed, "11:59 pm") for typed in ("11:59 pm", "23:59", "2359")],
        *[(typed, "10:00 am") for typed in ("10:00", "10 am", "1000")],
    ],
)
def test_a_time_is_read_as_people_type_it(typed, clock):
    assert words(DAY, typed).startswith(f"Wednesday, June 3, 2026, {clock} EDT")


MIDNIGHTS = ["midnight", "Midnight", "12 midnight", "24:00", "2400", "midnight ET", "midnight EDT"]
MIDNIGHTS += ["12:00 midnight", "12:00 Midnight (ET)", "12 a.m. midnight", "12:00 am (midnight)", "24:00 EDT", "1200 midnight"]


@pytest.mark.parametrize("typed", MIDNIGHTS)
def test_midnight_is_the_end_of_the_day_and_says_so(typed):
    assert words(DAY, typed) == "Thursday, June 4, 2026, 12:00 am EDT (midnight at the end of Wednesday)"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("6", "6 can be morning or evening. Write 6 am or 6 pm."),
        ("5:30", "5:30 can be morning or evening. Write 5:30 am or 5:30 pm."),
        ("530", "5:30 can be morning or evening. Write 5:30 am or 5:30 pm."),
        ("12", "12 can be either end of the day or noon. Write noon, midnight or 00:00."),
        ("12 am", "12 am is where a day begins. Write midnight for the end of that day, or 00:00 for its beginning."),
        ("12:00 a.m.", "12 am is where a day begins. Write midnight for the end of that day, or 00:00 for its beginning."),
        ("25:00", "No clock shows 25:00. Write it as 6 pm, 18:00, noon, COB or midnight."),
        ("6:75 pm", "No clock shows 6:75 pm. Write it as 6 pm, 18:00, noon, COB or midnight."),
        ("18:00 pm", "No clock shows 18:00 pm. Write it as 6 pm, 18:00, noon, COB or midnight."),
        ("soon", "“soon” is not a time that can be read here. Write it as 6 pm, 18:00, noon, COB or midnight."),
        ("6 pm Monday at 9", "“6 pm Monday at 9” is not a time that can be read here."),
        ("6\u202epm", "This is not a time that can be read here."),
        *[
            (typed, f"“{typed}” is not a time that can be read here. Write it as 6 pm, 18:00, noon, COB or midnight.")
            for typed in ("COB today", "midnight tonight", "noon sharp", "6:00 in", "6 pm tbd", "11:59 midnight", "6 pm UTC+25")
        ],
        ("６pm PT", "At that time the clocks of Eastern (Washington) do not say PT. Write 9:00 pm EDT."),
        ("6 pm EST", "At that time the clocks of Eastern (Washington) do not say EST. Write 6:00 pm EDT."),
        ("COB CT", "At that time the clocks of Eastern (Washington) do not say CT. Write 7:00 pm EDT."),
        ("22:00 Z", "At that time the clocks of Eastern (Washington) do not say Z. Write 6:00 pm EDT."),
        ("18:00 -0700", "At that time the clocks of Eastern (Washington) do not say -0700. Write 9:00 pm EDT."),
        ("9 pm PT", "At that time the clocks of Eastern (Washington) do not say PT. Write midnight."),
        ("10 pm PT", "At that time the clocks of Eastern (Washington) do not say PT. Write 1:00 am EDT and June 4 as the date."),
        ("midnight EST", "At that time the clocks of Eastern (Washington) do not say EST. Write midnight."),
        (
            "midnight PDT",
            "At that time the clocks of Eastern (Washington) do not say PDT. Write 3:00 am EDT and June 4 as the date.",
        ),
    ],
)
def test_what_could_mean_two_times_or_none_is_asked_again(typed, sentence):
    with pytest.raises(ValidationError) as refusal:
        at(DAY, typed)
    assert refusal.value.message.startswith(sentence)


@pytest.mark.parametrize(
    ("date", "typed", "zone", "advice"),
    [
        (DAY, "6 pm EDT", "America/Phoenix", "3:00 pm MST"),
        (DAY, "6 pm PT", "Pacific/Guam", "11:00 am ChST and June 4 as the date"),
        (NIGHT, "12:30 am CT", NEW_YORK, "1:30 am EDT"),
        (NIGHT, "6 pm EDT", NEW_YORK, "6:00 pm EST"),
        (SPRING, "1:30 am CT", NEW_YORK, "3:30 am EDT"),
        (datetime.date(2026, 10, 25), "6 pm WEST", "Europe/Lisbon", "6:00 pm WET"),
        (datetime.date(2026, 10, 25), "0:30 UTC", "Europe/Lisbon", "1:30 am WEST"),
        (datetime.date(2026, 12, 31), "11 pm PST", NEW_YORK, "2:00 am EST and January 1 as the date"),
    ],
)
def test_a_time_on_the_clocks_of_another_zone_is_answered_with_the_one_here_which_is_read(date, typed, zone, advice):
    with pytest.raises(ValidationError) as refusal:
        at(date, typed, zone)
    assert refusal.value.message.endswith(f" Write {advice}.")
    time, _, other_day = advice.partition(" and ")
    assert at(date + datetime.timedelta(days=bool(other_day)), time, zone)


def test_where_the_midnight_that_begins_a_day_comes_twice_the_choices_are_read():
    """In Havana clocks go back from one o'clock to midnight."""
    with pytest.raises(ValidationError) as refusal:
        at(NIGHT, "00:00", "America/Havana")
    assert refusal.value.message.endswith("00:00 comes twice. Write which one you mean: 00:00 CDT or 00:00 CST.")
    assert at(NIGHT, "00:00 CST", "America/Havana") - at(NIGHT, "00:00 CDT", "America/Havana") == datetime.timedelta(hours=1)


CHANGES = [
    (SPRING, "1:59 am", "2026-03-08T06:59Z"),
    (SPRING, "3 am", "2026-03-08T07:00Z"),
    (SPRING, "midnight", "2026-03-09T04:00Z"),
    (SPRING, "00:00", "2026-03-08T05:00Z"),
    (NIGHT, "12:59 am", "2026-11-01T04:59Z"),
    (NIGHT, "1:30 am EDT", "2026-11-01T05:30Z"),
    (NIGHT, "1:30 am EST", "2026-11-01T06:30Z"),
    (NIGHT, "2 am", "2026-11-01T07:00Z"),
    (NIGHT, "midnight", "2026-11-02T05:00Z"),
    (datetime.date(2026, 12, 31), "midnight", "2027-01-01T05:00Z"),
    (datetime.date(2026, 12, 31), "11:59 pm", "2027-01-01T04:59Z"),
    (datetime.date(2028, 2, 29), "cob", "2028-02-29T23:00Z"),
    (datetime.date(2028, 2, 28), "midnight", "2028-02-29T05:00Z"),
    (datetime.date(2027, 2, 28), "midnight", "2027-03-01T05:00Z"),
]


@pytest.mark.parametrize(("date", "typed", "utc"), CHANGES, ids=lambda value: str(value))
def test_the_instant_is_right_where_clocks_and_calendars_turn(date, typed, utc):
    assert at(date, typed) == datetime.datetime.fromisoformat(utc)


@pytest.mark.parametrize(
    ("date", "typed", "zone", "sentence"),
    [
        (
            SPRING,
            "2:30 am",
            NEW_YORK,
            "Clocks go forward that night, so 2:30 am does not exist: after 1:59 am EST comes 3:00 am EDT.",
        ),
        (
            NIGHT,
            "1:30 am",
            NEW_YORK,
            "Clocks go back that night, so 1:30 am comes twice. Write which one you mean: 1:30 am EDT or 1:30 am EST.",
        ),
        (NIGHT, "1:30 am ET", NEW_YORK, "Clocks go back that night, so 1:30 am comes twice."),
        (
            datetime.date(2026, 4, 5),
            "1:45 am",
            "Australia/Lord_Howe",
            "Clocks go back that night, so 1:45 am comes twice. Write which one you mean: 1:45 am UTC+11 or 1:45 am UTC+1030.",
        ),
    ],
)
def test_a_time_that_clocks_skip_or_repeat_is_refused_with_the_choices(date, typed, zone, sentence):
    with pytest.raises(ValidationError) as refusal:
        at(date, typed, zone)
    assert refusal.value.message.startswith(sentence)


def test_the_day_ends_also_where_its_midnight_is_skipped():
    """In Cairo clocks went from 11:59 pm on Thursday to 1:00 am on Friday."""
    assert at(datetime.date(2024, 4, 25), "midnight", "Africa/Cairo") == datetime.datetime(2024, 4, 25, 22, tzinfo=UTC)


def test_close_of_business_is_what_the_environment_says(settings):
    settings.COB = datetime.time(17, 30)
    assert words(DAY, "COB").startswith("Wednesday, June 3, 2026, 5:30 pm EDT")
    form = MoveForm()
    assert form["time"].value() == "5:30 pm"
    assert "COB or EOD (5:30 pm)" in form.fields["time"].help_text


def test_what_was_typed_stays_when_it_is_refused():
    form = DeadlineRequestForm({"date": "2026-06-03", "time": "tomorrow, say 5:30ish"})
    assert not form.is_valid()
    assert 'value="tomorrow, say 5:30ish"' in str(form["time"])
    assert 'value="2026-06-03"' in str(form["date"])


# Every fifth of the larger zones, and those whose clocks do odd things: half hours, midnights, numbers for names, a year's start.
ODD = ["Australia/Lord_Howe", "Africa/Cairo", "America/Havana", "Atlantic/Azores", "America/Sao_Paulo", "Africa/Casablanca"]
ODD += [
    "Pacific/Chatham",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Antarctica/Troll",
    "Europe/Dublin",
    "America/Asuncion",
    "Asia/Beirut",
]
PLACES = sorted(zone for zone in available_timezones() if zone.startswith(("America/", "Europe/", "Pacific/", "Asia/")))
FIFTY = sorted({NEW_YORK, *ODD, *PLACES[:: len(PLACES) // 36]})
MINUTES = st.datetimes(datetime.datetime(2000, 1, 3), datetime.datetime(2099, 12, 30)).map(
    lambda when: when.replace(second=0, microsecond=0, tzinfo=UTC)
)


def test_there_are_fifty_zones():
    assert len(FIFTY) >= 50


def turns(zone):
    """Minutes around each change of the zone's clocks in some years."""
    hour = datetime.timedelta(hours=1)
    for year in (2000, 2011, 2026):
        start = datetime.datetime(year, 1, 1, tzinfo=UTC)
        hours = [start + hour * count for count in range(366 * 24)]
        offsets = [when.astimezone(ZoneInfo(zone)).utcoffset() for when in hours]
        for before, when, one, two in zip(hours, hours[1:], offsets, offsets[1:], strict=False):
            if one != two:
                yield from (before + datetime.timedelta(minutes=15) * step for step in range(-8, 13))
                yield when + datetime.timedelta(hours=3)


@pytest.mark.parametrize("zone", FIFTY)
def test_around_every_change_of_clocks_the_words_for_an_instant_are_read_as_that_instant(zone):
    for when in turns(zone):
        fields = as_typed(when, zone)
        read = at(fields["date"], fields["time"], zone)
        assert (read, instant_in_words(read, zone)) == (when, instant_in_words(when, zone)), fields


@settings(max_examples=300)
@given(MINUTES, st.sampled_from(FIFTY))
def test_the_words_for_an_instant_are_read_as_that_instant(when, zone):
    fields = as_typed(when, zone)
    assert at(fields["date"], fields["time"], zone) == when


@settings(max_examples=300)
@given(st.dates(datetime.date(2000, 1, 1), datetime.date(2099, 12, 31)), st.times(), st.sampled_from(FIFTY))
def test_what_is_accepted_shows_on_the_same_clock(date, time, zone):
    try:
        read = at(date, f"{time:%H:%M}", zone)
    except ValidationError:
        return
    assert read.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == datetime.datetime.combine(
        date, time.replace(second=0, microsecond=0)
    )


ALMOST = st.text(alphabet="0123456789:. apmAPMcobnight+-EDST()\u202e\x00\ud800６ⅫＡ", max_size=70)


@settings(max_examples=500)
@given(ALMOST | st.text(max_size=80), st.text(max_size=20) | st.just("2026-11-01"), st.sampled_from(FIFTY))
@example("1:30 am +", "2026-11-01", NEW_YORK)
@example("99999999999999", "2026-11-01", NEW_YORK)
@example("١٨:٠٠", "2026-11-01", NEW_YORK)
@example("6 pm utc+99:99", "2026-11-01", NEW_YORK)
def test_whatever_is_typed_is_an_instant_or_a_sentence(typed, date, zone):
    form = MoveForm({"date": date, "time": typed}, zone=zone)
    assert form.is_valid() == (form.moment is not None)
    assert form.is_valid() or any(form.errors.values())

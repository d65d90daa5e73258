"""Deadlines as people type them: a date, and a time such as `COB`, `noon` or `6 pm`, on the clock of a named zone."""

import datetime
import re
import unicodedata
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings

from letters import working_days
from letters.times import clock, deadline_in_words, minutes, zone_name

ZONES = [
    ("America/New_York", "Eastern (Washington)"),
    ("America/Chicago", "Central"),
    ("America/Denver", "Mountain"),
    ("America/Phoenix", "Arizona"),
    ("America/Los_Angeles", "Pacific"),
    ("America/Anchorage", "Alaska"),
    ("Pacific/Honolulu", "Hawaii"),
    ("America/Puerto_Rico", "Atlantic"),
    ("Pacific/Guam", "Guam"),
]
# What people write for a zone in every season.
ALL_YEAR = {
    **dict.fromkeys(["ET", "EASTERN"], "America/New_York"),
    **dict.fromkeys(["CT", "CENTRAL"], "America/Chicago"),
    **dict.fromkeys(["MT", "MOUNTAIN"], "America/Denver"),
    **dict.fromkeys(["PT", "PACIFIC"], "America/Los_Angeles"),
    "ARIZONA": "America/Phoenix",
    "ALASKA": "America/Anchorage",
    "HAWAII": "Pacific/Honolulu",
    "ATLANTIC": "America/Puerto_Rico",
    "GUAM": "Pacific/Guam",
}
# A zone that is named by the wrong season is meant all the same: who writes 6 pm EST in June means the clocks of Washington.
KNOWN = {
    **ALL_YEAR,
    **dict.fromkeys(["EST", "EDT"], "America/New_York"),
    **dict.fromkeys(["CST", "CDT"], "America/Chicago"),
    **dict.fromkeys(["MST", "MDT"], "America/Denver"),
    **dict.fromkeys(["PST", "PDT"], "America/Los_Angeles"),
    **dict.fromkeys(["AKST", "AKDT"], "America/Anchorage"),
    "HST": "Pacific/Honolulu",
    "AST": "America/Puerto_Rico",
    "CHST": "Pacific/Guam",
    **dict.fromkeys(["UTC", "GMT", "Z"], "UTC"),
}
CLOSE = {"cob", "c.o.b.", "close", "close of business", "eod", "e.o.d.", "end of day", "end of business"}
NOON = re.compile(r"(?:12(?:[:.]?00)?(?: ?p\.? ?m?\.?)? ?)?(?:noon|midday)")
END_OF_DAY = re.compile(r"(?:12(?:[:.]?00)?(?: ?a\.? ?m?\.?)? ?)?midnight|24:?00")
CLOCK = re.compile(r"([0-9]{1,2})(?:[:.]?([0-9]{2}))?(?::00)?(?: ?([ap])\.? ?m?\.?| ?(?:h|hrs?|hours))?")
OFFSET = re.compile(r"(?:UTC)?([+-])(1[0-4]|0?[0-9])(?::?([0-5][0-9]))?")
HOW = "Write it as 6 pm, 18:00, noon, COB or midnight."
DAY = datetime.timedelta(days=1)


def read_time(text, own_names=()):
    """The time of day typed, None for the midnight that ends the day, and the zone's name typed after it or "".

    A zone's name is one that is known, an offset from UTC, or one of `own_names`.

    ValidationError, saying how to write it, for anything else.
    """
    typed = " ".join(unicodedata.normalize("NFKC", text).split())
    words = " ".join(typed.casefold().translate(str.maketrans("(),;", "    ")).split())
    if is_time(words):
        return read_words(words), ""
    before, _, zone = words.removesuffix(" time").rpartition(" ")
    name = (zone if OFFSET.match(zone.upper()) else zone.replace(".", "")).upper()
    if is_time(before) and (name in KNOWN or name in own_names or OFFSET.fullmatch(name)):
        return read_words(before), name
    quoted = f"“{typed}”" if typed.isprintable() else "This"
    raise forms.ValidationError(f"{quoted} is not a time that can be read here. {HOW}")


def is_time(words):
    return words in CLOSE or any(pattern.fullmatch(words) for pattern in (NOON, END_OF_DAY, CLOCK))


def read_words(words):
    if END_OF_DAY.fullmatch(words):
        return None
    if words in CLOSE:
        return settings.COB
    return datetime.time(12) if NOON.fullmatch(words) else read_digits(*CLOCK.fullmatch(words).groups())


def read_digits(hour, minute, half):
    """A time from digits; `half` is a, p or None. What could be morning or evening is asked again."""
    hours, mins = int(hour), int(minute or 0)
    said = f"{hours}:{minute}" if minute else str(hours)
    if mins > 59 or hours > 23 or (half and not 1 <= hours <= 12):
        raise forms.ValidationError(f"No clock shows {said}{f' {half}m' if half else ''}. {HOW}")
    if half == "a" and hours == 12 and not mins:
        raise forms.ValidationError(
            "12 am is where a day begins. Write midnight for the end of that day, or 00:00 for its beginning."
        )
    if not half and not minute and hours in (0, 12):
        raise forms.ValidationError(f"{said} can be either end of the day or noon. Write noon, midnight or 00:00.")
    if not half and hours < 13 and (not minute or (len(hour) == 1 and hours)):
        raise forms.ValidationError(f"{said} can be morning or evening. Write {said} am or {said} pm.")
    return datetime.time(hours % 12 + 12 * (half == "p") if half else hours, mins)


def instant(date, time, zone, name=""):
    """The instant, in UTC, of a local date and time; None is the midnight that ends the date. `name` is a zone's, such as EDT.

    In UTC because a time that comes twice is equal to none of another zone's, not even to itself as the database gives it back.

    ValidationError with the choices where clocks skip the time, or repeat it and no name tells which is meant.
    """
    if time is None:
        # Where clocks skip that midnight, the day ends when they do.
        ends = datetime.datetime.combine(date + DAY, datetime.time(), ZoneInfo(zone)).astimezone(datetime.UTC)
        readings = [ends.astimezone(ZoneInfo(zone))]
        return the_one_named(name, readings, zone) or refuse_zone(name, date, time, zone)
    readings = [datetime.datetime.combine(date, time.replace(fold=fold), ZoneInfo(zone)) for fold in (0, 1)]
    first, second = (reading.utcoffset() for reading in readings)
    if first < second:
        last, then = around_gap(*readings)
        raise forms.ValidationError(
            f"Clocks go forward that night, so {minutes(time)} does not exist: after {clock(last)} comes {clock(then)}. "
            f"Write one of these two, or another time."
        )
    readings = readings[:1] if first == second else readings
    return the_one_named(name, readings, zone) or refuse_zone(name, date, time, zone)


def around_gap(earlier, later):
    """The last minute before clocks go forward and the first one after, from the two readings of a time between them."""
    zone, then = earlier.tzinfo, later.astimezone(datetime.UTC)
    while then.astimezone(zone).utcoffset() != later.utcoffset():
        then += datetime.timedelta(minutes=1)
    return (then - datetime.timedelta(minutes=1)).astimezone(zone), then.astimezone(zone)


def the_one_named(name, readings, zone):
    """The instant of the reading that a zone's name fits; None where it fits none. Two are refused with the choices."""
    names = names_apart(readings)
    fitting = [reading for reading, own in zip(readings, names, strict=True) if name in (own, own.removeprefix("UTC"))]
    if not fitting and (not name or ALL_YEAR.get(name) == zone):
        fitting = readings
    if len(fitting) > 1:
        time = on_the_clock(readings[0])
        choices = " or ".join(f"{time} {own}" for own in names)
        raise forms.ValidationError(f"Clocks go back that night, so {time} comes twice. Write which one you mean: {choices}.")
    return fitting[0].astimezone(datetime.UTC) if fitting else None


def refuse_zone(name, date, time, zone):
    """Say what the time on the clocks of another zone is on those of `zone`."""
    midnight = time is None
    there = datetime.datetime.combine(date + DAY * midnight, time or datetime.time(), zone_named(name, zone))
    write = as_typed(there, zone, named=True)
    on = "" if write["date"] == date else f" and {write['date']:%B} {write['date'].day} as the date"
    clocks = dict(ZONES).get(zone, zone)
    raise forms.ValidationError(f"At that time the clocks of {clocks} do not say {name}. Write {write['time']}{on}.")


def zone_named(name, zone):
    """The clocks that a name stands for: an offset, a zone that is known, or else `zone`, whose name at another hour it is."""
    if offset := OFFSET.fullmatch(name):
        sign, hours, mins = offset.groups()
        east = datetime.timedelta(hours=int(hours), minutes=int(mins or 0))
        return datetime.timezone(-east if sign == "-" else east)
    return ZoneInfo(KNOWN.get(name, zone))


def names_apart(readings):
    """A name for each reading of a time; where a zone keeps its abbreviation, the offsets tell them apart."""
    names = [zone_name(reading).upper() for reading in readings]
    return names if len(set(names)) == len(names) else [f"UTC{reading:%z}" for reading in readings]


def names_on(date, zone):
    """The names that the clocks of a zone have for it at the beginning and at the end of a day."""
    day = datetime.datetime.combine(date, datetime.time(), ZoneInfo(zone))
    return {zone_name(day).upper(), zone_name((day + DAY).replace(fold=1)).upper()}


def on_the_clock(local):
    """`6:00 pm`; the midnight that begins a day is 00:00, as 12:00 am could be either end of it."""
    return f"{local:%H:%M}" if local.hour == local.minute == 0 else minutes(local)


def as_typed(moment, zone, *, named=False):
    """The date and the time, in words, that are read as this instant (to the minute).

    A time that comes twice has its zone's name, and with `named` every time but midnight has.
    """
    local = moment.astimezone(ZoneInfo(zone)).replace(second=0, microsecond=0)
    if local.hour == local.minute == 0 and instant(local.date() - DAY, None, zone) == local.astimezone(datetime.UTC):
        return {"date": local.date() - DAY, "time": "midnight"}
    readings = [local.replace(fold=0), local.replace(fold=1)]
    twice = readings[0].utcoffset() != readings[1].utcoffset()
    name = names_apart(readings)[local.fold] if twice else zone_name(local) if named else ""
    return {"date": local.date(), "time": f"{on_the_clock(local)} {name}".strip()}


def how_to_type(whose):
    close = minutes(settings.COB)
    return f"{whose} For instance 6 pm, 18:00, noon, COB or EOD ({close}), or midnight for the end of that day."


def sensible(date):
    if date and not 2000 <= date.year < 2100:  # at the ends of the calendar an instant cannot be computed
        raise forms.ValidationError(f"The year {date.year} cannot be meant. Correct the date.")
    return date


class MomentForm(forms.Form):
    """A date and a time on the clock of `zone`; `moment` is the instant once the form is valid.

    `warnings` are filled by `asks_again`. The button that goes on in spite of them says `all_the_same`, and sends under that name
    the instant that they were about.
    """

    beside = dict.fromkeys(("wanted_at", "new_at", "lock_at"), "date")
    all_the_same = "Set it all the same"
    moment = None
    in_words = ""
    warnings = ()
    date = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    time = forms.CharField(max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args, zone="America/New_York", **kwargs):
        super().__init__(*args, **kwargs)
        self.zone = zone
        self.fields["time"].initial = minutes(settings.COB)
        self.fields["time"].help_text = how_to_type(f"On the clock of {dict(ZONES).get(zone, zone)}.")

    def clean_date(self):
        return sensible(self.cleaned_data["date"])

    def clean(self):
        fields = super().clean()
        self.zone = fields.get("zone") or self.zone
        self.moment = self.read_moment("date", "time")
        return fields

    def read_moment(self, date, time):
        """The instant that the two fields mean. None where one is empty or cannot be read, which is said beside it."""
        fields = self.cleaned_data
        if fields.get(date) and fields.get(time):
            try:
                words, name = read_time(fields[time], names_on(fields[date], self.zone))
                return instant(fields[date], words, self.zone, name)
            except forms.ValidationError as error:
                self.add_error(time, error)
        return None

    @property
    def key(self):
        return f"{self.moment.astimezone(datetime.UTC):%Y-%m-%dT%H:%MZ}"

    def asks_again(self, *, now, recesses=(), after=None, begins=None):
        """True where offices may miss the deadline and nobody has said yet to set it all the same.

        What is not later than `after` is for the verb to refuse. `begins` is when offices get the letter, if that is not now.
        """
        if self.moment is None or (after and self.moment <= after):
            return False
        return self.warn(working_days.warnings(self.moment, self.zone, begins or now, recesses, close=settings.COB), now)

    def warn(self, sentences, now):
        """True where there is something to warn of, and nobody has said yet to go on in spite of it."""
        if self.data.get("all_the_same") == self.key:
            return False
        self.warnings, self.in_words = sentences, deadline_in_words(self.moment, self.zone, now)
        return bool(sentences)

"""Time in which nobody could sign: what counts as an outage, and which deadlines it moves by how much. All times are given."""

import datetime

import pytest

from letters import mail
from letters.models import Event, Letter, Notice, Outage, Uptime
from letters.workflow import deadlines, drafting, outages, reminders, scheduling, signing
from tests.factories import DAY, HOUR, make_draft, make_letter, make_office, sign
from tests.workflow import lives

pytestmark = pytest.mark.django_db
MINUTE = HOUR / 60
SECOND = MINUTE / 60
DEADLINE = datetime.datetime(2027, 3, 14, 22, tzinfo=datetime.UTC)  # the evening of the day on which clocks went forward


@pytest.fixture
def letter(office, person):
    return make_letter(invited=[office], now=DEADLINE - 7 * DAY)


def down(began_at, ended_at):
    """The last beat of one process and the first of the next."""
    outages.beat(began_at)
    outages.beat(ended_at)


def after(outage_began, lasted, deadline=DEADLINE):
    """The outage began so long before the deadline, and was settled a minute after its end."""
    began_at = deadline - outage_began
    down(began_at, began_at + lasted)
    outages.settle(began_at + lasted + MINUTE)


def added(letter):
    return lives.again(letter).deadline_at - DEADLINE


def spans():
    return list(Outage.objects.values_list("began_at", "ended_at"))


# --- what is an outage ---


def test_beats_make_one_stretch_longer():
    for seconds in range(0, 3600, 20):
        outages.beat(DEADLINE + seconds * SECOND)
    stretch = Uptime.objects.get()
    assert (stretch.began_at, stretch.seen_at) == (DEADLINE, DEADLINE + 3580 * SECOND)
    outages.settle(DEADLINE + HOUR)
    assert spans() == []


@pytest.mark.parametrize(("gap", "found"), [(10 * MINUTE, 0), (10 * MINUTE + SECOND, 1), (2 * HOUR, 1)])
def test_a_gap_of_more_than_ten_minutes_is_an_outage(gap, found):
    down(DEADLINE, DEADLINE + gap)
    outages.settle(DEADLINE + 3 * HOUR)
    assert spans() == [(DEADLINE, DEADLINE + gap)] * found


def test_the_ten_minutes_are_a_setting(settings):
    settings.OUTAGE_AFTER = SECOND
    down(DEADLINE, DEADLINE + 2 * SECOND)
    outages.settle(DEADLINE + MINUTE)
    assert len(spans()) == 1


def test_one_process_of_two_that_goes_on_means_no_outage():
    """Of two stretches, one ended within the other."""
    Uptime.objects.create(began_at=DEADLINE, seen_at=DEADLINE + HOUR)
    Uptime.objects.create(began_at=DEADLINE + MINUTE, seen_at=DEADLINE + 3 * HOUR)
    Uptime.objects.create(began_at=DEADLINE + 2 * HOUR, seen_at=DEADLINE + 2 * HOUR)
    Uptime.objects.create(began_at=DEADLINE + 4 * HOUR, seen_at=DEADLINE + 5 * HOUR)
    outages.settle(DEADLINE + 5 * HOUR)
    assert spans() == [(DEADLINE + 3 * HOUR, DEADLINE + 4 * HOUR)]


def test_a_process_whose_clock_is_behind_makes_no_stretch_of_its_own():
    for seconds in range(0, 1200, 20):
        outages.beat(DEADLINE + seconds * SECOND)
        outages.beat(DEADLINE + (seconds - 90) * SECOND)
    assert Uptime.objects.get().seen_at == DEADLINE + 1180 * SECOND


@pytest.mark.parametrize("jump", [DAY, -DAY])
def test_a_clock_that_is_set_makes_no_outage(jump):
    outages.beat(DEADLINE)
    outages.beat(DEADLINE + jump, after_clock_change=True)
    outages.beat(DEADLINE + jump + MINUTE)
    outages.settle(DEADLINE + 2 * DAY)
    assert spans() == []
    assert Uptime.objects.count() == 2


@pytest.mark.parametrize("jump", [DAY, -DAY])
def test_what_follows_a_stretch_after_a_clock_change_counts_again(jump):
    outages.beat(DEADLINE)
    outages.beat(DEADLINE + jump, after_clock_change=True)
    outages.beat(DEADLINE + jump + HOUR)
    outages.settle(DEADLINE + 2 * DAY)
    assert spans() == [(DEADLINE + jump, DEADLINE + jump + HOUR)]


def test_the_first_beat_ever_ends_no_outage():
    outages.beat(DEADLINE)
    outages.settle(DEADLINE + MINUTE)
    assert spans() == []


def test_a_process_whose_clock_is_far_ahead_makes_no_outage_of_its_start(letter):
    """The other goes on beating behind it, and the sweep looks while it does."""
    for seconds in range(0, 1800, 20):
        now = DEADLINE - 4 * HOUR + seconds * SECOND
        outages.beat(now)
        if seconds >= 600:
            outages.beat(now + 15 * MINUTE)
        outages.settle(now + SECOND)
    assert (spans(), added(letter)) == ([], 0 * HOUR)


def test_a_gap_is_one_outage_though_a_process_with_a_slow_clock_shortens_it_afterwards(letter):
    down(DEADLINE - 4 * HOUR, DEADLINE - 2 * HOUR)
    outages.settle(DEADLINE - 2 * HOUR + SECOND)
    Uptime.objects.filter(seen_at=DEADLINE - 4 * HOUR).update(seen_at=DEADLINE - 3 * HOUR)
    outages.settle(DEADLINE - 2 * HOUR + MINUTE)
    assert (len(spans()), added(letter)) == (1, 2 * HOUR)


# --- how much time it gives ---


@pytest.mark.parametrize(
    ("before", "lasted", "gives"),
    [
        (3 * HOUR, HOUR, HOUR),
        (3 * HOUR, HOUR + SECOND, 2 * HOUR),
        (3 * HOUR, 11 * MINUTE, HOUR),
        (HOUR, 3 * HOUR, 3 * HOUR),  # past the deadline: the last hour is given again, after it ended
        (5 * MINUTE, 3 * HOUR, 0 * HOUR),  # it took five minutes of the day before
        (-MINUTE, 3 * HOUR, 0 * HOUR),
        (26 * HOUR, 3 * HOUR, HOUR),  # an hour of it lies on the day before the deadline
        (26 * HOUR, 2 * HOUR + 10 * MINUTE, 0 * HOUR),
        (26 * HOUR, 2 * HOUR + 11 * MINUTE, HOUR),
        (3 * DAY, DAY, 0 * HOUR),
        (3 * DAY, 4 * DAY, 2 * DAY),  # the whole day before and the day since
    ],
)
def test_the_time_lost_of_the_day_before_the_deadline_is_added_in_whole_hours(letter, before, lasted, gives):
    after(before, lasted)
    assert added(letter) == gives
    assert letter.events.filter(kind=Event.Kind.OUTAGE).count() == bool(gives)


def test_the_history_says_what_moved_and_everyone_concerned_is_told_once(letter, office, person):
    answered, contactless = make_office(), make_office()
    sign(letter, answered, now=DEADLINE - DAY)
    after(3 * HOUR, 2 * HOUR)
    event = letter.events.get(kind=Event.Kind.OUTAGE)
    outage = Outage.objects.get()
    assert (event.person, event.office, event.details["outage"]) == (None, None, outage.pk)
    assert (event.details["old"], event.details["new"]) == (DEADLINE.isoformat(), (DEADLINE + 2 * HOUR).isoformat())
    assert outage.settled_at is not None
    assert lives.told(Notice.Kind.OUTAGE) == sorted([person.email, letter.created_by.email])
    assert not contactless.notices.exists()


def test_settling_again_changes_nothing(letter):
    after(3 * HOUR, 2 * HOUR)
    rows = lives.rows()
    outages.settle(DEADLINE)
    assert lives.rows() == rows
    Outage.objects.update(settled_at=None)  # as after a worker that died before it noted the end
    outages.settle(DEADLINE)
    Outage.objects.update(settled_at=rows["Outage"][0]["settled_at"])
    assert lives.rows() == rows


def test_what_was_settled_when_the_worker_died_is_not_settled_twice(letter, monkeypatch):
    letters = [letter, make_letter(now=DEADLINE - 7 * DAY), make_letter(now=DEADLINE - 7 * DAY)]
    begun = []

    def dies(letter, outage, *, now, true=outages.add_time):
        begun.append(letter)
        if len(begun) == 2:
            raise SystemExit
        true(letter, outage, now=now)

    with monkeypatch.context() as patched:
        patched.setattr(outages, "add_time", dies)
        with pytest.raises(SystemExit):
            after(3 * HOUR, 2 * HOUR)
    assert sorted(added(letter) for letter in letters) == [0 * HOUR, 0 * HOUR, 2 * HOUR]
    outages.settle(DEADLINE)
    assert [added(letter) for letter in letters] == [2 * HOUR] * 3


def test_a_letter_that_cannot_be_settled_keeps_no_other_waiting_and_is_tried_again(letter, monkeypatch, caplog):
    other = make_letter(now=DEADLINE - 7 * DAY)

    def fails(this, outage, *, now, true=outages.add_time):
        if this == letter:
            raise ZeroDivisionError
        true(this, outage, now=now)

    with monkeypatch.context() as patched:
        patched.setattr(outages, "add_time", fails)
        after(3 * HOUR, 2 * HOUR)
    assert [added(letter), added(other)] == [0 * HOUR, 2 * HOUR]
    assert f"letter {letter.pk}: the time of outage" in caplog.text
    outages.settle(DEADLINE - HOUR + 2 * MINUTE)
    assert [added(letter), added(other)] == [2 * HOUR, 2 * HOUR]


def test_two_outages_of_one_evening_add_up(letter):
    down(DEADLINE - 6 * HOUR, DEADLINE - 5 * HOUR)
    outages.beat(DEADLINE - 5 * HOUR + MINUTE)
    down(DEADLINE - 3 * HOUR, DEADLINE - HOUR)
    outages.settle(DEADLINE)
    # from the second beat of the morning on nothing was heard for two hours less a minute, and then for two more
    assert len(spans()) == 3
    assert added(letter) == (1 + 2 + 2) * HOUR
    assert letter.events.filter(kind=Event.Kind.OUTAGE).count() == 3


@pytest.mark.parametrize(
    ("began", "ended", "settled", "gives"),
    [
        (-2 * HOUR, -HOUR, -HOUR, HOUR),
        (-2 * HOUR, -HOUR, 10 * MINUTE, HOUR),
        (-2 * HOUR, -HOUR, 10 * MINUTE + SECOND, 2 * HOUR),
        (-2 * HOUR, -HOUR, 90 * MINUTE, 3 * HOUR),  # one as it was lost, and as good as two in which the window was shut
        (-HOUR, HOUR, HOUR + MINUTE, 2 * HOUR),
        (-HOUR, HOUR, 3 * HOUR, 4 * HOUR),
        (-3 * DAY, -2 * DAY, 3 * HOUR, 0 * HOUR),  # it took nothing of the last day
    ],
)
def test_time_in_which_the_window_was_shut_before_the_worker_came_back_is_added_too(letter, began, ended, settled, gives):
    down(DEADLINE + began, DEADLINE + ended)
    outages.settle(DEADLINE + settled)
    assert added(letter) == gives


def test_who_was_shut_out_by_an_own_deadline_gets_that_time_too(letter, office, person):
    granted(letter, office, person, DEADLINE + 2.5 * HOUR, DEADLINE - 2 * DAY)
    down(DEADLINE - 2 * HOUR, DEADLINE - HOUR)
    outages.settle(DEADLINE + 4 * HOUR)
    assert (added(letter), own(letter, office)) == (5 * HOUR, DEADLINE + 5.5 * HOUR)


def test_neither_a_draft_nor_a_locked_letter_moves(letter):
    draft = make_draft()
    drafting.arrange(draft, draft.created_by, order="alphabetical", now=DEADLINE - 2 * DAY)
    sign(letter, now=DEADLINE - DAY)
    Letter.objects.filter(pk=draft.pk).update(deadline_at=DEADLINE)
    lives.lock(letter, now=DEADLINE - HOUR / 2)
    rows = lives.rows()
    after(3 * HOUR, 2 * HOUR)
    kept = {name: found for name, found in lives.rows().items() if name not in ("Outage", "Uptime")}
    assert kept == {name: rows[name] for name in kept}
    assert spans() != []


@pytest.mark.parametrize(("into_it", "gives"), [(-HOUR, 2 * HOUR), (HOUR, HOUR), (2 * HOUR + SECOND, 0 * HOUR)])
def test_a_letter_loses_no_time_before_it_is_circulated(into_it, gives):
    """The worker was down for longer than the web server, so the letter is in circulation when the outage is settled."""
    down(DEADLINE - 6 * HOUR, DEADLINE - 4 * HOUR)
    opened_at = DEADLINE - 6 * HOUR + into_it
    letter = make_letter(now=opened_at, deadline_in=DEADLINE - opened_at)
    outages.settle(DEADLINE - HOUR)
    assert added(letter) == gives
    assert lives.told(Notice.Kind.OUTAGE) == [letter.created_by.email] * bool(gives)


def test_a_letter_that_was_to_circulate_meanwhile_lost_the_time_since_then():
    draft = make_draft(now=DEADLINE - DAY)
    chosen = {"deadline_at": DEADLINE, "zone": "America/New_York", "audience": "any", "list_shown": "lead"}
    scheduling.schedule(draft, draft.created_by, circulate_at=DEADLINE - 6 * HOUR, now=DEADLINE - DAY, **chosen)
    down(DEADLINE - 8 * HOUR, DEADLINE - 3 * HOUR)
    scheduling.circulate_due(DEADLINE - 3 * HOUR)
    outages.settle(DEADLINE - 3 * HOUR)
    assert added(draft) == 3 * HOUR


# --- offices with time of their own ---


def granted(letter, office, person, new_at, now):
    asked = deadlines.request(letter, office, person, wanted_at=new_at, now=now)
    deadlines.grant(asked, letter.created_by, new_at=new_at, for_all=False, now=now)


def own(letter, office):
    return lives.again(letter).invitee_for(office).deadline_at


def test_an_own_deadline_moves_where_the_outage_was_near_it_and_the_others_stay(letter, office, person):
    granted(letter, office, person, DEADLINE + 3 * DAY, DEADLINE - 2 * DAY)
    Notice.objects.all().delete()
    after(3 * HOUR, 2 * HOUR, deadline=DEADLINE + 3 * DAY)
    assert (own(letter, office), added(letter)) == (DEADLINE + 3 * DAY + 2 * HOUR, 0 * HOUR)
    assert lives.told(Notice.Kind.OUTAGE) == sorted([letter.created_by.email, person.email])
    for_lead = Notice.objects.get(kind=Notice.Kind.OUTAGE, person=letter.created_by)
    said = mail.compose(for_lead, now=DEADLINE).body
    assert "The time was added to the deadlines of 1 office with time of their own." in said
    assert "Deadline of the letter: Sunday, March 14, 2027, 6:00 pm EDT" in said


def test_an_own_deadline_just_after_the_common_one_keeps_its_distance(letter, office, person):
    granted(letter, office, person, DEADLINE + HOUR, DEADLINE - 2 * DAY)
    after(3 * HOUR, 2 * HOUR)
    assert (added(letter), own(letter, office)) == (2 * HOUR, DEADLINE + 3 * HOUR)


def test_an_own_deadline_that_the_common_one_has_overtaken_stays(letter, office, person):
    granted(letter, office, person, DEADLINE + HOUR, DEADLINE - 2 * DAY)
    deadlines.move(letter, letter.created_by, new_at=DEADLINE + 2 * HOUR, now=DEADLINE - 2 * DAY)
    after(HOUR, HOUR)
    assert added(letter) == 3 * HOUR
    assert own(letter, office) == DEADLINE + HOUR


# --- deadlines that people have moved since ---


@pytest.mark.parametrize(("given", "stands"), [(HOUR, 2 * HOUR), (2 * HOUR, 2 * HOUR), (5 * HOUR, 5 * HOUR), (3 * DAY, 3 * DAY)])
def test_time_that_the_lead_gave_since_counts_towards_it(letter, given, stands):
    """The outage took two hours. The lead moved the deadline before it was settled."""
    down(DEADLINE - 3 * HOUR, DEADLINE - HOUR)
    deadlines.move(letter, letter.created_by, new_at=DEADLINE + given, now=DEADLINE - HOUR + MINUTE)
    outages.settle(DEADLINE - HOUR + 2 * MINUTE)
    assert added(letter) == stands


def test_a_grant_since_counts_for_its_office(letter, office, person):
    down(DEADLINE - 3 * HOUR, DEADLINE - HOUR)
    granted(letter, office, person, DEADLINE + 4 * HOUR, DEADLINE - HOUR + MINUTE)
    outages.settle(DEADLINE - HOUR + 2 * MINUTE)
    assert (added(letter), own(letter, office)) == (2 * HOUR, DEADLINE + 4 * HOUR)


def test_a_deadline_moved_before_the_outage_counts_as_it_stands(letter):
    deadlines.move(letter, letter.created_by, new_at=DEADLINE + 3 * HOUR, now=DEADLINE - 4 * HOUR)
    after(3 * HOUR, 2 * HOUR)
    assert added(letter) == 5 * HOUR


def test_an_own_deadline_that_the_lead_has_overtaken_since_gets_its_time_too(letter, office, person):
    granted(letter, office, person, DEADLINE + HOUR, DEADLINE - 2 * DAY)
    down(DEADLINE - 3 * HOUR, DEADLINE - HOUR)
    deadlines.move(letter, letter.created_by, new_at=DEADLINE + 2 * HOUR, now=DEADLINE - HOUR + MINUTE)
    outages.settle(DEADLINE - HOUR + 2 * MINUTE)
    assert (added(letter), own(letter, office)) == (2 * HOUR, DEADLINE + 3 * HOUR)


def test_of_two_outages_that_were_settled_late_none_is_lost_by_a_move_since(letter):
    down(DEADLINE - 8 * HOUR, DEADLINE - 6 * HOUR)
    Uptime.objects.create(began_at=DEADLINE - 6 * HOUR, seen_at=DEADLINE - 4 * HOUR)
    outages.beat(DEADLINE - 3 * HOUR)
    deadlines.move(letter, letter.created_by, new_at=DEADLINE + HOUR, now=DEADLINE - 2 * HOUR)
    outages.settle(DEADLINE - HOUR)
    assert spans() == [
        (DEADLINE - 8 * HOUR, DEADLINE - 6 * HOUR), (DEADLINE - 4 * HOUR, DEADLINE - 3 * HOUR)
    ]  # fmt: skip
    assert added(letter) == 3 * HOUR


# --- what follows ---


def test_reminders_count_from_the_new_deadline(letter, office, person):
    reminders.plan(DEADLINE - 3 * HOUR)
    assert letter.notices.filter(kind=Notice.Kind.REMINDER, office=office, dropped_at=None).get().deadline_at == DEADLINE
    after(3 * HOUR - SECOND, HOUR)
    waiting = letter.notices.filter(kind=Notice.Kind.REMINDER, office=office)
    assert waiting.get(deadline_at=DEADLINE).dropped_because == reminders.MOVED
    assert waiting.get(dropped_at=None).deadline_at == DEADLINE + HOUR


def test_an_office_may_sign_in_the_time_that_was_added(letter, office, person):
    after(HOUR, 3 * HOUR)
    signed = sign(letter, office, person, now=DEADLINE + 2 * HOUR + 59 * MINUTE)
    assert signed.signed_at > DEADLINE


def test_who_declined_is_not_told(letter, office, person):
    signing.decline(letter, office, person, now=DEADLINE - DAY)
    after(3 * HOUR, HOUR)
    assert lives.told(Notice.Kind.OUTAGE) == [letter.created_by.email]

"""The lead chooses how long before each deadline offices are reminded."""

import pytest
from django.utils import timezone

from letters.models import Event, Letter, Notice
from letters.workflow import circulating, deadlines, delivery, reminders
from tests.factories import DAY, HOUR, make_draft, make_letter, make_office, make_staff, sign
from tests.workflow import lives

pytestmark = pytest.mark.django_db
SECOND = HOUR / 3600


@pytest.fixture
def office():
    return make_staff().memberships.get().office


@pytest.fixture
def letter(office):
    return make_letter(invited=[office], deadline_in=10 * DAY)


def choose(letter, *steps, now=None):
    reminders.choose(letter, letter.created_by, steps, now=now or timezone.now())


def steps_of(office):
    return list(Notice.objects.filter(kind=Notice.Kind.REMINDER, office=office).order_by("pk").values_list("step", flat=True))


def test_the_choice_is_kept_and_stands_in_the_history(letter):
    choose(letter, "1h", "7d")
    assert lives.again(letter).reminder_steps == "7d 1h"
    event = letter.events.latest("seq")
    assert (event.kind, event.person) == (Event.Kind.REMINDERS, letter.created_by)
    assert event.details == {"steps": ["7d", "1h"], "added": ["7d", "1h"]}


def test_the_same_choice_again_is_no_event(letter):
    rows = lives.rows()
    choose(letter, "3h", "3d", "1d")
    assert lives.rows() == rows


@pytest.mark.parametrize(("chosen", "sent"), [((), []), (("7d", "1h"), ["7d", "1h"]), (reminders.STEPS, list(reminders.STEPS))])
def test_only_the_chosen_steps_come(letter, office, chosen, sent):
    choose(letter, *chosen)
    for before in reminders.STEPS.values():
        reminders.plan(letter.deadline_at - before)
    assert steps_of(office) == sent


def test_a_reminder_that_waits_is_not_sent_once_its_step_is_given_up(letter, office):
    now = letter.deadline_at - DAY
    reminders.plan(now)
    choose(letter, "3h", now=now)
    dropped = Notice.objects.get(kind=Notice.Kind.REMINDER, office=office)
    assert (dropped.dropped_at, dropped.dropped_because) == (now, reminders.NOT_CHOSEN)


def test_one_that_was_planned_beside_the_choice_is_stopped_when_it_is_sent(letter, office):
    now = letter.deadline_at - DAY
    choose(letter, "3h", now=now)
    Letter.objects.filter(pk=letter.pk).update(reminder_steps="1d")  # as the planner had read it just before
    reminders.plan(now)
    Letter.objects.filter(pk=letter.pk).update(reminder_steps="3h")
    late = Notice.objects.get(kind=Notice.Kind.REMINDER, office=office)
    assert delivery.reason_to_drop(late, now) == reminders.NOT_CHOSEN


def test_a_step_chosen_after_its_moment_is_not_made_up_for(letter, office):
    now = letter.deadline_at - 2 * DAY
    choose(letter, "7d", "1h", now=now)
    reminders.plan(now)
    assert steps_of(office) == []
    reminders.plan(letter.deadline_at - HOUR)
    assert steps_of(office) == ["1h"]


def test_a_step_chosen_late_hides_no_earlier_one_that_is_still_to_be_sent(letter, office):
    choose(letter, "3d")
    now = letter.deadline_at - DAY + SECOND
    choose(letter, "3d", "1d", now=now)
    reminders.plan(now)
    waiting = Notice.objects.get(kind=Notice.Kind.REMINDER, office=office)
    assert waiting.step == "3d"
    assert delivery.reason_to_drop(waiting, now) == ""


def test_a_draft_s_choice_holds_when_it_circulates():
    draft, office = make_draft(), make_staff().memberships.get().office
    choose(draft, "7d")
    now = timezone.now()
    circulating.circulate(draft, draft.created_by, deadline_at=now + 10 * DAY, now=now)
    circulating.invite(draft, [office], draft.created_by, now=now)
    reminders.plan(now + 3 * DAY)
    assert steps_of(office) == ["7d"]


def test_what_is_to_come_is_told_for_each_deadline(letter, office):
    own, late = make_staff(), make_office()
    place = own.memberships.get().office
    circulating.invite(letter, [place], letter.created_by, now=timezone.now())
    sign(letter)
    asked = deadlines.request(letter, place, own, wanted_at=letter.deadline_at + DAY, now=timezone.now())
    deadlines.grant(asked, letter.created_by, new_at=asked.wanted_at, for_all=False, now=timezone.now())
    circulating.invite(letter, [late], letter.created_by, now=letter.deadline_at - 2 * DAY)
    choose(letter, "3d", "1d")
    common, other = letter.deadline_at, letter.deadline_at + DAY
    expected = [  # the lead's office and the first one have not answered; the last was invited after the first moment
        reminders.ToCome(common - 3 * DAY, "3d", common, 2),
        reminders.ToCome(other - 3 * DAY, "3d", other, 1),
        reminders.ToCome(common - DAY, "1d", common, 3),
        reminders.ToCome(other - DAY, "1d", other, 1),
    ]
    letter = lives.again(letter)
    assert reminders.to_come(letter, timezone.now()) == expected
    assert reminders.to_come(letter, common - DAY) == expected[3:]

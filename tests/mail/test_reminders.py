"""Which reminders are queued: three days, one day and three hours before each office's own deadline, once each."""

import pytest
from django.utils import timezone

from letters.models import Letter, Notice, Office
from letters.workflow import circulating, deadlines, delivery, reminders, signing
from tests.factories import DAY, HOUR, make_letter, make_office, make_staff, sign

STEPS = {"3d": 3 * DAY, "1d": DAY, "3h": 3 * HOUR}
MINUTE = HOUR / 60


def queued(**wanted):
    return Notice.objects.filter(kind=Notice.Kind.REMINDER, **wanted).order_by("pk")


def steps_of(office):
    return list(queued(office=office).values_list("step", flat=True))


@pytest.fixture
def office(db):
    office = make_office()
    make_staff(office)
    return office


@pytest.fixture
def letter(office):
    return make_letter(invited=[office], deadline_in=10 * DAY)


def plan(letter, left):
    """Run the plan when so much time is left before the letter's deadline."""
    reminders.plan(letter.deadline_at - left)


def test_each_reminder_is_queued_once_however_often_the_plan_runs(letter, office):
    for run in range(100):
        plan(letter, 4 * DAY - run * HOUR)
    assert steps_of(office) == ["3d", "1d", "3h"]


@pytest.mark.parametrize(("step", "before"), STEPS.items())
def test_a_step_comes_due_at_its_moment_and_not_before(letter, office, step, before):
    plan(letter, before + MINUTE)
    assert step not in steps_of(office)
    plan(letter, before)
    assert steps_of(office)[-1] == step


def test_the_deadline_that_counts_is_the_office_s_own(letter, office):
    other = make_office()
    make_staff(other)
    circulating.invite(letter, [other], letter.created_by, now=timezone.now())
    asked = deadlines.request(letter, other, other.people().get(), wanted_at=letter.deadline_at + 10 * DAY, now=timezone.now())
    deadlines.grant(asked, letter.created_by, new_at=asked.wanted_at, for_all=False, now=timezone.now())
    plan(letter, DAY)
    assert (steps_of(office), steps_of(other)) == (["1d"], [])
    plan(letter, -9 * DAY)
    assert (steps_of(office), steps_of(other)) == (["1d"], ["1d"])
    assert queued(office=other).get().deadline_at == asked.wanted_at


def test_after_an_outage_only_the_newest_step_is_queued(letter, office):
    plan(letter, 2 * HOUR)
    assert steps_of(office) == ["3h"]


def test_an_office_invited_after_a_step_gets_only_the_later_ones(letter):
    late = make_office()
    make_staff(late)
    circulating.invite(letter, [late], letter.created_by, now=letter.deadline_at - 2 * DAY)
    plan(letter, 2 * DAY - MINUTE)
    assert steps_of(late) == []
    plan(letter, DAY)
    assert steps_of(late) == ["1d"]


@pytest.mark.parametrize(("step", "before"), STEPS.items())
def test_a_step_that_comes_soon_after_the_invitation_is_skipped_and_nowhere_to_come(letter, step, before):
    """Soon is less than a quarter of the step: six hours for that of a day."""
    early, late = make_office(), make_office()
    for office, more in ((early, before / 4), (late, before / 4 - MINUTE)):
        make_staff(office)
        circulating.invite(letter, [office], letter.created_by, now=letter.deadline_at - before - more)
    to_come = {row.step: row.offices for row in reminders.to_come(letter, letter.deadline_at - before - MINUTE)}
    assert (to_come[step], to_come["3h"]) == ((3, 4) if step != "3h" else (3, 3))
    plan(letter, before)
    assert (step in steps_of(early), step in steps_of(late)) == (True, False)


def test_a_reminder_is_not_sent_soon_after_the_invitation_either(letter, office):
    plan(letter, DAY)
    [queued_one] = queued(office=office)
    assert delivery.reason_to_drop(queued_one, letter.deadline_at - DAY) == ""
    letter.invitees.filter(office=office).update(invited_at=letter.deadline_at - DAY - MINUTE)
    assert delivery.reason_to_drop(queued_one, letter.deadline_at - DAY)


def test_whoever_changes_their_address_is_not_reminded_again(letter, office):
    person = office.people().get()
    plan(letter, DAY)
    person.email = "new@mail.house.gov"
    person.save()
    plan(letter, DAY - MINUTE)
    assert steps_of(office) == ["1d"]
    plan(letter, 3 * HOUR)
    assert list(queued(office=office).values_list("step", "address"))[1:] == [("3h", "new@mail.house.gov")]


def test_a_reminder_that_was_stopped_before_it_was_begun_comes_to_the_new_address(letter, office):
    person = office.people().get()
    plan(letter, DAY)
    queued().update(dropped_at=letter.deadline_at, dropped_because="mail to this address came back")
    person.email = "new@mail.house.gov"
    person.save()
    plan(letter, DAY - MINUTE)
    assert queued(office=office).last().address == "new@mail.house.gov"


def test_after_the_deadline_nobody_is_reminded(letter, office):
    plan(letter, -MINUTE)
    assert steps_of(office) == []


def test_a_deadline_that_moves_away_and_back_reminds_once(letter, office):
    plan(letter, 3 * DAY)
    Letter.objects.filter(pk=letter.pk).update(deadline_at=letter.deadline_at + 5 * DAY)
    plan(letter, 3 * DAY - MINUTE)
    Letter.objects.filter(pk=letter.pk).update(deadline_at=letter.deadline_at)
    plan(letter, 3 * DAY - 2 * MINUTE)
    assert steps_of(office) == ["3d"]


def test_an_own_deadline_that_the_letter_s_catches_up_with_reminds_once(letter, office):
    new, person = letter.deadline_at + 10 * DAY, office.people().get()
    asked = deadlines.request(letter, office, person, wanted_at=new, now=timezone.now())
    deadlines.grant(asked, letter.created_by, new_at=new, for_all=False, now=timezone.now())
    reminders.plan(new - 3 * DAY)
    deadlines.move(letter, letter.created_by, new_at=new, now=new - 3 * DAY)
    reminders.plan(new - 2 * DAY)
    assert steps_of(office) == ["3d"]


def test_a_deadline_moved_later_is_counted_down_to_anew(letter, office):
    plan(letter, 3 * DAY)
    new = letter.deadline_at + 10 * DAY
    deadlines.move(letter, letter.created_by, new_at=new, now=letter.deadline_at - 2 * DAY)
    reminders.plan(new - 3 * DAY)
    assert list(queued(office=office).values_list("step", "deadline_at")) == [("3d", letter.deadline_at), ("3d", new)]


def declines(letter, office):
    signing.decline(letter, office, office.people().get(), now=timezone.now())


def leaves_congress(letter, office):
    Office.objects.filter(pk=office.pk).update(left_on=timezone.now().date())


@pytest.mark.parametrize("answer", [sign, declines, leaves_congress])
def test_an_office_that_has_answered_or_left_is_not_reminded(letter, office, answer):
    answer(letter, office)
    plan(letter, DAY)
    assert steps_of(office) == []


def test_an_office_that_withdrew_may_still_answer_and_is_reminded(letter, office):
    sign(letter, office)
    signing.withdraw(letter, office, office.people().get(), now=timezone.now())
    plan(letter, DAY)
    assert steps_of(office) == ["1d"]


def test_every_person_of_the_office_is_reminded_or_its_contact_while_it_has_none(letter, office):
    second = make_staff(office)
    empty = make_office()
    circulating.invite(letter, [empty], letter.created_by, contacts={empty.pk: "office@example.gov"}, now=timezone.now())
    plan(letter, DAY)
    first = office.people().first()
    assert {row.address for row in queued(office=office)} == {first.email, second.email}
    assert [row.address for row in queued(office=empty)] == ["office@example.gov"]


@pytest.mark.django_db(transaction=True)
def test_planning_in_five_places_at_once_queues_each_reminder_once(at_once):
    offices = [make_office() for _ in range(10)]
    for office in offices:
        make_staff(office)
    letter = make_letter(invited=offices, deadline_in=10 * DAY)

    def planner(barrier):
        for before in STEPS.values():
            barrier.wait(20)
            plan(letter, before)

    assert at_once(planner, 5) == []
    assert [steps_of(office) for office in offices] == [["3d", "1d", "3h"]] * 10

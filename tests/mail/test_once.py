"""One person of several offices: told once of one thing, and told of it even where it concerns one of the offices no more."""

import pytest
from django.utils import timezone

from letters import tasks
from letters.models import Notice, Outage
from letters.workflow import bouncing, circulars, circulating, deadlines, delivery, mail_choices, outages, signing
from tests.factories import DAY, HOUR, make_letter, make_office, make_staff

pytestmark = pytest.mark.django_db
SAME = "the same mail went to this address for another office"


class Two:
    """A letter that two offices of one person are invited to sign; the mail about its circulation is sent."""

    def __init__(self):
        self.now = timezone.now()
        self.first, self.second = make_office(), make_office()
        self.person = make_staff(self.first)
        place(self.person, self.second)
        self.letter = make_letter(invited=[self.first, self.second], now=self.now - HOUR, deadline_in=20 * HOUR)
        tasks.deliver()

    def writes(self):
        circulars.send(self.letter, self.letter.created_by, subject="Join", body="Please.", to_all=False, now=self.now)

    def moves(self):
        deadlines.move(self.letter, self.letter.created_by, new_at=self.letter.deadline_at + DAY, now=self.now)

    def is_down(self):
        outage = Outage.objects.create(began_at=self.now - HOUR / 2, ended_at=self.now)
        outages.add_time(self.letter, outage, now=self.now)

    def alone(self, act, kind, mailoutbox):
        """Do it, and leave nothing else to be sent."""
        act(self)
        Notice.objects.waiting().exclude(kind=kind, person=self.person).delete()
        mailoutbox.clear()

    def queued(self, kind):
        """The notices to the person, in the order in which they were queued."""
        rows = Notice.objects.filter(kind=kind, person=self.person, letter=self.letter).order_by("pk")
        return list(rows.select_related("office", "letter"))

    def ends(self, kind):
        """(office, why it was dropped; empty where it was sent) of each notice to the person."""
        assert not Notice.objects.waiting().filter(kind=kind).exists()
        return [(row.office, row.dropped_because) for row in self.queued(kind)]


def place(person, office):
    place = person.memberships.first()
    place.pk, place.office = None, office
    place.save(force_insert=True)


@pytest.fixture
def two():
    return Two()


CAUSES = [(Two.writes, "circular"), (Two.moves, "deadline-moved"), (Two.is_down, "outage")]
each_cause = pytest.mark.parametrize(("act", "kind"), CAUSES, ids=[kind for _, kind in CAUSES])


@each_cause
def test_they_are_told_once(two, mailoutbox, act, kind):
    two.alone(act, kind, mailoutbox)
    tasks.deliver()
    assert len(mailoutbox) == 1
    assert two.ends(kind) == [(two.first, ""), (two.second, SAME)]


@each_cause
def test_where_the_first_office_answers_meanwhile_they_are_told_for_the_second(two, mailoutbox, act, kind):
    two.alone(act, kind, mailoutbox)
    signing.decline(two.letter, two.first, two.person, now=two.now)
    tasks.deliver()
    assert len(mailoutbox) == 1
    assert two.ends(kind) == [(two.first, "the office has answered"), (two.second, "")]


@each_cause
def test_where_they_leave_the_first_office_they_are_told_for_the_second(two, act, kind):
    act(two)
    two.person.memberships.filter(office=two.first).update(ended_at=timezone.now(), ended_by=two.person)
    tasks.deliver()
    assert two.ends(kind) == [(two.first, "the person has left the office"), (two.second, "")]


@each_cause
def test_what_quiet_hours_hold_is_one_mail_in_the_morning_whatever_became_of_the_first_office(two, monkeypatch, act, kind):
    at = [(two.now + hours * HOUR).time().replace(microsecond=0) for hours in (-1, 8)]
    mail_choices.choose(two.person, quiet_from=at[0], quiet_until=at[1], zone="UTC", now=two.now)
    act(two)
    tasks.deliver()
    assert {row.state for row in two.queued(kind)} == {"queued"}
    signing.decline(two.letter, two.first, two.person, now=two.now)
    monkeypatch.setattr(timezone, "now", lambda: two.now + 9 * HOUR)
    tasks.deliver()
    assert two.ends(kind) == [(two.first, "the office has answered"), (two.second, "")]


@each_cause
def test_two_workers_at_once_send_one(two, mailoutbox, monkeypatch, act, kind):
    """Each claims one of the two, and both ask before either has sent."""
    two.alone(act, kind, mailoutbox)
    first, second = delivery.claim(timezone.now()), delivery.claim(timezone.now())
    assert [first.office, second.office] == [two.first, two.second]
    to_send = tasks.prepare(first)
    assert tasks.prepare(second) is None  # it waits for the first
    tasks.post(first, to_send)
    assert len(mailoutbox) == 1
    monkeypatch.setattr(timezone, "now", lambda: two.now + 2 * delivery.CLAIM)
    tasks.deliver()
    assert len(mailoutbox) == 1
    assert two.ends(kind) == [(two.first, ""), (two.second, SAME)]


@each_cause
@pytest.mark.parametrize("answered", [False, True])
def test_a_worker_that_dies_with_the_first_keeps_nobody_from_being_told(two, mailoutbox, monkeypatch, act, kind, answered):
    two.alone(act, kind, mailoutbox)
    tasks.prepare(delivery.claim(timezone.now()))
    tasks.deliver()
    assert not mailoutbox
    if answered:
        signing.decline(two.letter, two.first, two.person, now=two.now)
    for claims in (0.5, 2, 4):
        monkeypatch.setattr(timezone, "now", lambda claims=claims: two.now + claims * delivery.CLAIM)
        tasks.deliver()
    assert len(mailoutbox) == 1
    ends = [(two.first, "the office has answered"), (two.second, "")] if answered else [(two.first, ""), (two.second, SAME)]
    assert two.ends(kind) == ends


def test_it_waits_no_longer_than_the_one_before_it_which_is_tried_again(two, monkeypatch):
    two.writes()
    first, second = two.queued("circular")
    Notice.objects.filter(pk=first.pk).update(claimed_until=two.now + HOUR / 6, last_error="451 later", attempts=3)
    tasks.deliver()
    second.refresh_from_db()
    assert (second.due_at, second.attempts, second.claimed_until) == (two.now + HOUR / 6, 0, None)


def test_offices_whose_deadlines_differ_are_told_each(two):
    """The person reads of each office's own time."""
    two.letter.invitees.filter(office=two.second).update(deadline_at=two.letter.deadline_at + HOUR)
    two.is_down()
    tasks.deliver()
    assert two.ends("outage") == [(two.first, ""), (two.second, "")]


def test_whoever_runs_the_letter_too_is_told_once_unless_their_office_has_another_deadline():
    two, now = Two(), timezone.now()
    lead = two.letter.created_by
    third, fourth = make_office(), make_office()
    for office in (third, fourth):
        place(lead, office)
        circulating.invite(two.letter, [office], lead, now=now)
    two.letter.invitees.filter(office=fourth).update(deadline_at=two.letter.deadline_at + HOUR)
    two.person = lead
    two.is_down()
    tasks.deliver()
    assert two.ends("outage") == [(two.letter.lead, ""), (third, SAME), (fourth, "")]


def ask_for_more_time(two):
    wanted_at = two.letter.deadline_at + DAY
    return deadlines.request(two.letter, two.first, two.person, wanted_at=wanted_at, now=two.now)


def test_the_answer_to_a_request_tells_the_asker_s_other_offices_of_the_new_deadline_as_well(two):
    asked = ask_for_more_time(two)
    deadlines.grant(asked, two.letter.created_by, new_at=asked.wanted_at, for_all=True, now=two.now)
    tasks.deliver()
    assert two.ends("request-decided") == [(two.first, "")]
    assert two.ends("deadline-moved") == [(two.second, SAME)]


def test_and_not_where_it_does_not_reach_the_asker(two):
    asked = ask_for_more_time(two)
    deadlines.grant(asked, two.letter.created_by, new_at=asked.wanted_at, for_all=True, now=two.now)
    two.person.memberships.filter(office=two.first).update(ended_at=timezone.now(), ended_by=two.person)
    tasks.deliver()
    assert two.ends("request-decided") == [(two.first, "the person has left the office")]
    assert two.ends("deadline-moved") == [(two.second, "")]


def test_another_cause_is_told_anew(two):
    two.writes()
    tasks.deliver()
    two.now += 2 * HOUR
    two.writes()
    tasks.deliver()
    assert two.ends("circular") == [(two.first, ""), (two.second, SAME)] * 2


def test_the_lead_may_send_it_for_the_other_office_by_hand(two):
    two.writes()
    tasks.deliver()
    second = two.queued("circular")[1]
    bouncing.send_again(second, two.letter.created_by, now=timezone.now())
    tasks.deliver()
    assert two.ends("circular") == [(two.first, ""), (two.second, SAME), (two.second, "")]

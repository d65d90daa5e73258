"""Whom a letter is sent to: chosen on the draft, invited when it is circulated, each office once."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from letters.models import Invitee, Letter, Notice
from letters.models.answer import State, answers
from letters.workflow import circulating, deadlines, drafting
from tests.factories import DAY, make_draft, make_letter, make_office, make_staff
from tests.workflow import lives

pytestmark = pytest.mark.django_db
OPEN_ALREADY = "This letter is in circulation already. Invite offices instead."


def circulate(letter, **more):
    circulating.circulate(letter, letter.created_by, deadline_at=timezone.now() + 7 * DAY, now=timezone.now(), **more)
    letter.refresh_from_db()


def choose(letter, *offices, **more):
    return circulating.list_offices(letter, offices, letter.created_by, now=timezone.now(), **more)


def state_of(letter, office):
    (answer,) = answers(letter, [office])
    return answer.state


def kinds(letter):
    return list(letter.events.order_by("seq").values_list("kind", flat=True))


def test_offices_chosen_on_the_draft_are_told_nothing_before_it_is_circulated():
    letter, office = make_draft(), make_office()
    staff = make_staff(office)
    assert choose(letter, office) == [office]
    invitee = letter.invitee_for(office)
    assert (invitee.to_invite, invitee.invited_at, invitee.invited_by) == (True, None, None)
    assert state_of(letter, office) == State.LISTED
    assert not Notice.objects.exists()
    assert not Letter.objects.visible_to(staff).exists()
    assert letter.events.latest("seq").details == {"offices": [office.pk]}


def test_offices_chosen_on_the_draft_are_invited_with_its_circulation_once_each():
    letter, office, empty = make_draft(), make_office(), make_office()
    staff = make_staff(office)
    choose(letter, office, empty, contacts={empty.pk: "empty@mail.house.gov"})
    circulate(letter, audience="invited")
    assert lives.told(Notice.Kind.INVITATION) == sorted([staff.email, "empty@mail.house.gov"])
    for invitee in letter.invitees.filter(office__in=[office, empty]):
        assert (invitee.to_invite, invitee.invited_by, invitee.invited_at is None) == (False, letter.created_by, False)
    assert kinds(letter)[-2:] == ["circulated", "invited"]
    assert sorted(letter.events.latest("seq").details["offices"]) == [office.pk, empty.pk]
    assert Letter.objects.visible_to(staff).get() == letter
    assert circulating.invite(letter, [office, empty], letter.created_by, now=timezone.now()) == []
    assert Notice.objects.count() == 2


def test_a_co_lead_that_was_chosen_as_well_is_told_once():
    letter, office = make_draft(), make_office()
    staff = make_staff(office)
    choose(letter, office)
    drafting.add_co_lead(letter, office, letter.created_by, now=timezone.now())
    assert choose(letter, office) == []
    circulate(letter)
    assert lives.told(Notice.Kind.INVITATION) == [staff.email]
    assert letter.invitee_for(office).to_invite is False
    assert "invited" not in kinds(letter)


def test_choosing_an_office_twice_or_the_lead_changes_nothing():
    letter, office = make_draft(), make_office()
    choose(letter, office, office)
    rows = lives.rows()
    assert choose(letter, office, letter.lead) == []
    assert lives.rows() == rows


def test_an_office_that_was_taken_off_the_list_leaves_no_row_that_would_let_it_see_the_letter():
    letter, office, kept = make_draft(), make_office(), make_office()
    staff = make_staff(office)
    choose(letter, office, kept)
    now = timezone.now()
    assert circulating.unlist_offices(letter, [office], letter.created_by, now=now) == 1
    assert circulating.unlist_offices(letter, [office], letter.created_by, now=now) == 0
    assert letter.events.latest("seq").details == {"offices": [office.pk], "taken_off": True}
    circulate(letter, audience="invited")
    assert not Letter.objects.visible_to(staff).exists()
    assert set(letter.invitees.values_list("office", flat=True)) == {letter.lead_id, kept.pk}


def test_a_co_lead_is_not_taken_off_with_the_list():
    letter, office = make_draft(), make_office()
    choose(letter, office)
    drafting.add_co_lead(letter, office, letter.created_by, now=timezone.now())
    assert circulating.unlist_offices(letter, [office, letter.lead], letter.created_by, now=timezone.now()) == 0
    assert letter.invitee_for(office).co_lead


def test_a_member_who_has_left_meanwhile_is_neither_invited_nor_let_in():
    letter, office = make_draft(), make_office()
    staff = make_staff(office)
    choose(letter, office)
    office.left_on = datetime.date(2026, 11, 1)
    office.save()
    circulate(letter, audience="invited")
    assert letter.invitee_for(office) is None
    assert not Letter.objects.visible_to(staff).exists()
    assert not Notice.objects.exists()
    assert choose(make_draft(), office) == []


@pytest.mark.parametrize("make", [make_letter, lives.locked_letter])
def test_only_a_draft_has_a_list(make):
    letter, office = make(), make_office()
    with lives.refused(OPEN_ALREADY):
        choose(letter, office)
    with lives.refused(OPEN_ALREADY):
        circulating.unlist_offices(letter, [office], letter.created_by, now=timezone.now())


def test_an_office_that_came_by_the_link_keeps_its_answer_when_it_is_invited():
    letter, office = make_letter(), make_office()
    Invitee.objects.create(letter=letter, office=office, condition="Less ink.", contact="phoned@mail.house.gov")
    assert circulating.invite(letter, [office], letter.created_by, now=timezone.now()) == [office]
    invitee = letter.invitee_for(office)
    assert (invitee.condition, invitee.contact) == ("Less ink.", "phoned@mail.house.gov")
    assert lives.told(Notice.Kind.INVITATION) == ["phoned@mail.house.gov"]


@pytest.mark.parametrize("verb", [circulating.invite, circulating.list_offices])
def test_many_offices_take_as_many_queries_as_few(verb):
    def queries(count):
        letter = make_letter() if verb is circulating.invite else make_draft()
        offices = [make_office() for _ in range(count)]
        with CaptureQueriesContext(connection) as captured:
            verb(letter, offices, letter.created_by, now=timezone.now())
        return len(captured)

    assert queries(1) == queries(12)


def test_circulating_a_long_list_takes_as_many_queries_as_a_short_one():
    def queries(count):
        letter = make_draft()
        choose(letter, *[make_office() for _ in range(count)])
        with CaptureQueriesContext(connection) as captured:
            circulate(letter)
        return len(captured)

    assert queries(1) == queries(12)


def test_after_the_deadline_an_office_with_time_of_its_own_is_invited_all_the_same():
    letter, staff = make_letter(), make_staff()
    office, now = staff.memberships.get().office, letter.deadline_at + DAY
    asked = deadlines.request(letter, office, staff, wanted_at=now + DAY, now=now)
    deadlines.grant(asked, letter.created_by, new_at=now + DAY, for_all=False, now=now)
    assert circulating.invite(letter, [office], letter.created_by, now=now) == [office]
    assert circulating.invite(letter, [office], letter.created_by, now=now + 2 * DAY) == [], "nobody is told twice"

"""An invited office whose Member has left can sign no more: nobody waits for it, and nobody writes to it of more time."""

import pytest
from django.utils import timezone

from letters.models import Notice
from letters.workflow import bouncing, circulating, deadlines, effects, locking, outages, signing
from tests.factories import DAY, HOUR, make_letter, make_office, make_staff, sign
from tests.workflow import lives

pytestmark = pytest.mark.django_db
Kind = Notice.Kind


@pytest.fixture
def letter(office, person):
    letter = make_letter(invited=[office])
    sign(letter, letter.lead)
    return letter


def leaves(office):
    office.left_on = timezone.now().date()
    office.save()


def test_a_moved_deadline_concerns_the_others_alone(letter, office):
    other = make_staff()
    circulating.invite(letter, [other.memberships.get().office], letter.created_by, now=timezone.now())
    leaves(office)
    new_at = letter.deadline_at + DAY
    found = effects.effect(effects.outlook(letter, now=timezone.now()), new_at, person=letter.created_by)
    assert ([row.office.people().get() for row in found.moved], found.told) == ([other], 1)
    deadlines.move(letter, letter.created_by, new_at=new_at, now=timezone.now())
    assert lives.told(Kind.DEADLINE_MOVED) == [other.email]


def test_a_request_that_is_settled_with_the_move_is_told_to_nobody(letter, office, person):
    deadlines.request(letter, office, person, wanted_at=letter.deadline_at + HOUR, now=timezone.now())
    leaves(office)
    deadlines.move(letter, letter.created_by, new_at=letter.deadline_at + DAY, now=timezone.now())
    assert not letter.deadline_requests.pending().exists()
    assert lives.told(Kind.REQUEST_DECIDED) == []


def test_it_is_granted_no_time(letter, office, person):
    asked = deadlines.request(letter, office, person, wanted_at=letter.deadline_at + HOUR, now=timezone.now())
    leaves(office)
    with lives.refused("Ada Able has left office and can no longer sign."):
        deadlines.grant(asked, letter.created_by, new_at=asked.wanted_at, for_all=False, now=timezone.now())


def test_time_added_after_an_outage_is_told_to_the_lead_alone(letter, office):
    leaves(office)
    outages.beat(letter.deadline_at - 3 * HOUR)
    outages.beat(letter.deadline_at - HOUR)
    outages.settle(letter.deadline_at - HOUR)
    assert lives.told(Kind.OUTAGE) == [letter.created_by.email]


def test_the_lock_does_not_wait_for_it(letter, office):
    def check():
        return next(check for check in locking.review(letter, now=timezone.now()) if check.name == "time")

    assert check().level == locking.AMBER
    leaves(office)
    assert check().level == locking.GREEN


def test_its_contact_is_not_changed_any_more(letter):
    empty = make_office("Bo", "Baker")
    circulating.invite(letter, [empty], letter.created_by, contacts={empty.pk: "old@mail.house.gov"}, now=timezone.now())
    leaves(empty)
    with lives.refused("Bo Baker has left office and can no longer sign."):
        invitee = letter.invitee_for(empty)
        bouncing.change_contact(invitee, "new@mail.house.gov", letter.created_by, now=timezone.now())


def test_a_yes_that_was_entered_before_is_waited_for_no_more(letter, office):
    signing.enter(letter, office, letter.created_by, how="by phone", said_by="Jo", now=timezone.now())
    assert letter.invitees.waiting().filter(office=office).exists()
    leaves(office)
    assert not letter.invitees.waiting().filter(office=office).exists()

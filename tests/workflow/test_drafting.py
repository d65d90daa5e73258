"""Drafts, texts, the order of signers, circulation and invitations; people's places in offices."""

import pytest
from django.utils import timezone

from letters.models import Event, Letter, Membership, Notice
from letters.models.event import CHAIN_START
from letters.text import html
from letters.workflow import circulating, drafting, people, revising
from tests import factories
from tests.factories import DAY, make_draft, make_letter, make_office, make_person, make_staff
from tests.workflow import lives

pytestmark = pytest.mark.django_db
Kind = Event.Kind
Role = Membership.Role


def last_event(letter):
    return letter.events.order_by("-seq").first()


def told(kind, **about):
    return sorted(Notice.objects.filter(kind=kind, **about).values_list("address", flat=True))


def revise(letter, base=None, **changes):
    base = base or lives.again(letter).revision.sha256
    return revising.revise(letter, letter.created_by, text=factories.text(**changes), base_sha256=base, now=timezone.now())


def test_a_new_letter_is_a_draft_with_its_first_text(state):
    letter = make_draft()
    assert (letter.status, letter.revision.number) == (Letter.Status.DRAFT, 1)
    assert letter.revision.sha256 == html.text_sha256(**letter.revision.text())
    assert letter.invitee_for(letter.lead).invited_at, "the lead is on its own letter"
    [event] = letter.events.all()
    assert (event.kind, event.seq, event.prev, event.hash) == (Kind.CREATED, 1, CHAIN_START, letter.head_hash)
    assert state(letter) == (1, 1, 0)


def test_codes_are_long_and_never_the_same():
    codes = {make_draft().code for _ in range(20)}
    assert len(codes) == 20
    assert {len(code) for code in codes} == {22}


def test_a_changed_text_is_a_new_numbered_one_and_the_old_is_kept(state):
    letter = make_draft()
    revision = revise(letter, body="<p>New.</p>")
    assert (revision.number, lives.again(letter).revision) == (2, revision)
    assert letter.revisions.get(number=1).body != revision.body
    assert (last_event(letter).kind, last_event(letter).details["text_sha256"]) == (Kind.REVISED, revision.sha256)
    assert state(letter) == (2, 2, 0)


def test_the_same_text_saved_again_writes_nothing():
    letter = make_draft()
    rows = lives.rows()
    assert revise(letter) == letter.revision
    assert lives.rows() == rows


def test_a_text_that_only_looks_different_is_the_same():
    letter = make_draft(body="<p>One  two</p>")
    rows = lives.rows()
    revise(letter, body="<P>One two</P>\n<p></p>")
    assert lives.rows() == rows


def test_text_is_kept_clean_and_composed():
    letter = make_draft(body='<p onclick="x()">Cafe\u0301<script>alert(1)</script></p>', closing="  Yours,  ")
    assert letter.revision.closing == "Yours,"
    assert "onclick" not in letter.revision.body
    assert "script" not in letter.revision.body
    assert "Café" in letter.revision.body


def test_every_standing_signer_is_asked_to_sign_the_new_text():
    letter = make_letter()
    signature = factories.sign(letter)
    revise(letter, body="<p>New.</p>")
    assert told(Notice.Kind.REAFFIRM) == [signature.signed_by.email]


def test_arranging_is_written_once_and_only_when_it_changes(state):
    letter = make_letter()
    before = state(letter)
    drafting.arrange(letter, letter.created_by, order=Letter.Order.SENIORITY, now=timezone.now())
    assert lives.again(letter).order == Letter.Order.SENIORITY
    assert (last_event(letter).kind, last_event(letter).details) == (Kind.ARRANGED, {"order": "seniority"})
    assert state(letter) == (before[0] + 1, before[1] + 1, before[2])
    rows = lives.rows()
    drafting.arrange(letter, letter.created_by, order=Letter.Order.SENIORITY, pins={}, now=timezone.now())
    assert lives.rows() == rows


def test_who_may_see_the_list_does_not_touch_the_pdf(state):
    letter = make_letter()
    before = state(letter)
    drafting.arrange(letter, letter.created_by, list_shown="lead", audience="invited", now=timezone.now())
    letter = lives.again(letter)
    assert (letter.list_shown, letter.audience) == ("lead", "invited")
    assert state(letter) == (before[0], before[1] + 1, before[2])


def test_a_co_lead_runs_the_letter_and_changes_the_letterhead():
    letter, senator = make_letter(), make_office(chamber="senate")
    house = letter.letterhead()
    drafting.add_co_lead(letter, senator, letter.created_by, now=timezone.now())
    letter = lives.again(letter)
    assert letter.lead_offices() == [letter.lead, senator]
    assert letter.letterhead() != house
    rows = lives.rows()
    drafting.add_co_lead(letter, senator, letter.created_by, now=timezone.now())
    drafting.add_co_lead(letter, letter.lead, letter.created_by, now=timezone.now())
    assert lives.rows() == rows


# --- circulation ---


def test_circulating_opens_the_letter():
    letter, now = make_draft(), timezone.now()
    circulating.circulate(
        letter, letter.created_by, deadline_at=now + DAY, zone="America/Denver", list_shown="all", audience="invited", now=now
    )
    letter = lives.again(letter)
    assert (letter.status, letter.opened_at, letter.opened_by) == (Letter.Status.OPEN, now, letter.created_by)
    assert (letter.deadline_at, letter.zone, letter.audience, letter.list_shown) == (
        now + DAY,
        "America/Denver",
        "invited",
        "all",
    )
    assert last_event(letter).kind == Kind.CIRCULATED


def test_offices_are_invited_once_and_those_without_people_at_their_contact():
    letter, staff, empty, gone = make_letter(), make_staff(), make_office(), make_office(left_on="2026-01-03")
    offices = [staff.memberships.get().office, empty, gone]
    contacts = {empty.pk: "scheduler@mail.house.gov", offices[0].pk: "unused@mail.house.gov"}
    invited = circulating.invite(letter, offices, letter.created_by, contacts=contacts, now=timezone.now())
    assert invited == offices[:2]
    assert told(Notice.Kind.INVITATION) == sorted([staff.email, "scheduler@mail.house.gov"])
    assert last_event(letter).details == {"offices": [office.pk for office in invited]}
    rows = lives.rows()
    assert circulating.invite(letter, offices, letter.created_by, now=timezone.now()) == []
    assert lives.rows() == rows


def test_an_office_that_came_by_the_link_can_still_be_invited():
    letter = make_letter()
    signature = factories.sign(letter)
    assert circulating.invite(letter, [signature.office], letter.created_by, now=timezone.now()) == [signature.office]


# --- places in offices ---


def test_asking_for_a_place_tells_the_managers_once():
    office, person = make_office(), make_person()
    manager = make_staff(office, Role.MANAGER)
    make_staff(office)
    place = people.ask_to_join(person, office, now=timezone.now())
    assert (place.role, place.is_confirmed) == (Role.SIGNER, False)
    assert told(Notice.Kind.JOIN_REQUEST) == [manager.email]
    rows = lives.rows()
    assert people.ask_to_join(person, office, now=timezone.now()) == place
    assert lives.rows() == rows


def test_a_confirmed_place_counts_and_the_person_is_told():
    office = make_office()
    person, manager = lives.asking_person(office), make_staff(office, Role.MANAGER)
    place = people.confirm(person.memberships.get(), manager, now=timezone.now())
    place.refresh_from_db()
    assert (place.is_confirmed, place.confirmed_by) == (True, manager)
    assert told(Notice.Kind.JOIN_DECIDED) == [person.email]
    rows = lives.rows()
    people.confirm(place, manager, now=timezone.now())
    assert lives.rows() == rows


def test_an_ended_place_is_kept_and_another_can_be_given():
    office = make_office()
    person = make_staff(office)
    people.end(person.memberships.get(), person, now=timezone.now())
    assert not Membership.objects.confirmed().filter(person=person).exists()
    people.give_place(person, office, Role.VIEWER, person, now=timezone.now())
    assert person.memberships.count() == 2

"""Twelve actors at once on the people of one office, in threads and in processes: see test_races."""

from dataclasses import replace

import pytest
from django.utils import timezone

from letters.models import Membership, Office, OfficeEvent, PlaceInvitation, Signature
from letters.workflow import people
from tests import factories
from tests.factories import make_office, make_person, make_staff

from .acts import Case
from .conftest import ACTORS, ROUNDS
from .test_races import accepted, errors, sentences

pytestmark = pytest.mark.slow
USED = "This invitation was used or taken back already. Ask the office for a new one."
Role = Membership.Role
Kind = OfficeEvent.Kind


def new_case(person, office):
    """All actors are requests of one person about one office, whose manager is the lead of the case."""
    letter = factories.make_letter()
    return Case(
        letter=letter.pk,
        lead=make_staff(office, Role.MANAGER).pk,
        offices=[office.pk] * ACTORS,
        people=[person.pk] * ACTORS,
        text_sha256=letter.revision.sha256,
        head_hash=letter.head_hash,
        deadline_at=letter.deadline_at,
    )


def no_place(office):
    return f"You do not act for the office of {office.label}. Ask a manager of that office for a place."


def test_one_invitation_taken_many_times_is_one_place(at_once):
    for _ in range(ROUNDS):
        office, person = make_office(), make_person()
        invited = people.invite(office, person.email, Role.SIGNER, make_staff(office, Role.MANAGER), now=timezone.now())
        found = at_once(["accept"] * ACTORS, replace(new_case(person, office), invitation=invited.pk))
        assert errors(found) == []
        assert len(accepted(found, "accept")) == 1
        assert sentences(found, "accept") == {USED}
        assert office.memberships.filter(person=person).count() == 1
        assert office.history.filter(kind=Kind.JOINED).count() == 1
        invited.refresh_from_db()
        assert invited.accepted_by == person


def test_one_address_invited_many_times_has_one_open_invitation(at_once):
    for _ in range(ROUNDS):
        office = make_office()
        found = at_once(["offer"] * ACTORS, new_case(make_person(), office))
        assert errors(found) == []
        assert len(accepted(found, "offer")) == ACTORS
        assert office.place_invitations.count() == ACTORS
        assert office.place_invitations.open().count() == 1
        ends = office.history.filter(kind=Kind.INVITATION_ENDED).count()
        assert ends == PlaceInvitation.objects.filter(office=office).exclude(ended_at=None).count() == ACTORS - 1


def test_one_person_who_asks_many_times_has_one_place(at_once):
    for _ in range(ROUNDS):
        office, person = make_office(), make_person()
        found = at_once(["ask"] * ACTORS, new_case(person, office))
        assert errors(found) == []
        assert len(accepted(found, "ask")) == ACTORS
        assert office.memberships.filter(person=person).count() == 1
        assert office.history.filter(kind=Kind.ASKED).count() == 1


def test_nobody_signs_after_the_end_of_their_place(at_once):
    """Every signature is given before the end of the place or refused: none comes after it."""
    for _ in range(ROUNDS):
        office = make_office()
        person = make_staff(office)
        case = new_case(person, office)
        letters = [factories.make_letter() for _ in range(ACTORS)]
        half = ACTORS // 2
        names = ["sign_another"] * half + ["end_place"] + ["sign_another"] * (ACTORS - half - 1)
        found = at_once(names, replace(case, letters=[letter.pk for letter in letters]))
        assert errors(found) == []
        [ended] = accepted(found, "end_place")
        assert sentences(found, "sign") <= {no_place(office)}
        given = Signature.objects.filter(signed_by=person).count()
        assert ended.seen == given == len(accepted(found, "sign"))
        assert Office.objects.of(person).count() == 0

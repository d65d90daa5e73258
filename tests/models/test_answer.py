"""Where an office stands, in one word, and how its mail fares."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from letters.models import Letter, Notice, Suppression
from letters.models.answer import State, answers
from letters.workflow import circulating, deadlines, opening, revising, signing
from tests import factories
from tests.factories import DAY, HOUR, make_draft, make_letter, make_office, make_staff
from tests.workflow import lives

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return make_office("Ada", "Able")


@pytest.fixture
def person(office):
    return make_staff(office)


@pytest.fixture
def letter(office, person):
    return make_letter(invited=[office])


def answer_of(letter, office):
    return next(answer for answer in answers(lives.again(letter)) if answer.office == office)


def mail_to(letter, office):
    return letter.notices.filter(office=office)


def test_an_invited_office_whose_mail_waits_or_was_taken_is_invited(letter, office):
    assert (answer_of(letter, office).state, answer_of(letter, office).since) == (
        State.INVITED,
        letter.invitees.get(office=office).invited_at,
    )
    mail_to(letter, office).update(sent_at=timezone.now())
    assert answer_of(letter, office).state == State.INVITED


FAILURES = {
    "refused": {"dropped_at": timezone.now(), "refused": True, "dropped_because": "the mail server refused the address (550)"},
    "came back": {"sent_at": timezone.now(), "bounced_at": timezone.now()},
    "no address": {"dropped_at": timezone.now(), "dropped_because": Notice.NOT_AN_ADDRESS},
    "given up": {"dropped_at": timezone.now(), "dropped_because": Notice.GIVEN_UP},
}


@pytest.mark.parametrize("failure", FAILURES)
def test_mail_that_nobody_took_has_failed(letter, office, failure):
    mail_to(letter, office).update(**FAILURES[failure])
    found = answer_of(letter, office)
    assert (found.state, found.mail.failed, found.mail.has_nobody) == (State.FAILED, 1, False)


def test_mail_that_was_dropped_since_nothing_is_sent_to_the_address_has_failed(letter, office, person):
    mail_to(letter, office).update(dropped_at=timezone.now(), dropped_because="the address is suppressed")
    assert answer_of(letter, office).state == State.INVITED
    stop = Suppression.objects.create(address=person.email.lower(), began_at=timezone.now(), because="It came back.")
    assert answer_of(letter, office).state == State.FAILED
    stop.lifted_at = timezone.now()
    stop.save()
    assert answer_of(letter, office).state == State.INVITED


def test_one_mail_that_was_taken_or_is_on_its_way_is_enough(letter, office):
    colleague = make_staff(office)
    mail_to(letter, office).update(**FAILURES["refused"])
    reminder = Notice.objects.create(
        kind="reminder",
        key="one",
        letter=letter,
        office=office,
        address=colleague.email,
        created_at=timezone.now(),
        due_at=timezone.now(),
    )
    assert answer_of(letter, office).state == State.INVITED
    Notice.objects.filter(pk=reminder.pk).update(sent_at=timezone.now())
    assert answer_of(letter, office).state == State.INVITED
    Notice.objects.filter(pk=reminder.pk).update(bounced_at=timezone.now())
    assert answer_of(letter, office).state == State.FAILED


def test_mail_to_the_lead_about_the_office_is_no_mail_to_the_office(letter, office):
    stranger = lives.asking_person(office)
    unsure = factories.sign(letter, office, stranger)
    signing.refuse(unsure, letter.created_by, reason="Unknown.", now=timezone.now())
    mail_to(letter, office).filter(kind__in=["awaiting", "refused"]).update(sent_at=timezone.now())
    mail_to(letter, office).filter(kind__in=["invitation", "receipt"]).update(**FAILURES["refused"])
    assert answer_of(letter, office).state == State.FAILED


def test_an_office_without_people_and_address_has_nobody_to_mail():
    office, reached = make_office(), make_office()
    letter = make_letter(invited=[office])
    circulating.invite(letter, [reached], letter.created_by, contacts={reached.pk: "a@mail.house.gov"}, now=timezone.now())
    found = answer_of(letter, office)
    assert (found.state, found.mail.has_nobody, found.mail.last) == (State.FAILED, True, None)
    assert answer_of(letter, reached).state == State.INVITED


def test_an_office_that_opened_or_answered_needs_no_mail(letter, office, person):
    mail_to(letter, office).update(**FAILURES["came back"])
    now = timezone.now()
    opening.opened(letter, person, now=now)
    assert (answer_of(letter, office).state, answer_of(letter, office).since) == (State.OPENED, now)
    signing.decline(letter, office, person, now=now + HOUR)
    assert (answer_of(letter, office).state, answer_of(letter, office).since) == (State.DECLINED, now + HOUR)


def test_each_state_says_since_when(letter, office, person):
    now = timezone.now()
    signing.would_sign_if(letter, office, person, condition="x", now=now)
    assert answer_of(letter, office).since == now
    deadlines.request(letter, office, person, wanted_at=letter.deadline_at + DAY, now=now + HOUR)
    assert (answer_of(letter, office).state, answer_of(letter, office).since) == (State.ASKED, now + HOUR)
    factories.sign(letter, office, person, now=now + 2 * HOUR)
    assert answer_of(letter, office).since == now + 2 * HOUR
    base, later = lives.again(letter).revision.sha256, now + 3 * HOUR
    revising.revise(letter, letter.created_by, text=factories.text(body="<p>New.</p>"), base_sha256=base, now=later)
    assert (answer_of(letter, office).state, answer_of(letter, office).since) == (State.REAFFIRM, later)
    signing.withdraw(letter, office, person, now=later + HOUR)
    assert (answer_of(letter, office).state, answer_of(letter, office).since) == (State.WITHDRAWN, later + HOUR)


def test_what_was_said_last_counts(letter, office, person):
    now = timezone.now()
    deadlines.request(letter, office, person, wanted_at=letter.deadline_at + DAY, now=now)
    signing.decline(letter, office, person, now=now + HOUR)
    assert answer_of(letter, office).state == State.DECLINED
    signing.would_sign_if(letter, office, person, condition="x", now=now + 2 * HOUR)
    assert answer_of(letter, office).state == State.CONDITIONAL


def test_came_by_the_link_is_not_opened(letter):
    newcomer = make_office()
    person = make_staff(newcomer)
    asked = deadlines.request(letter, newcomer, person, wanted_at=letter.deadline_at + DAY, now=timezone.now())
    deadlines.take_back(asked, person, now=timezone.now())
    assert answer_of(letter, newcomer).state == State.CAME
    assert State.CAME.value != State.OPENED.value


def test_a_listed_office_of_a_draft_is_listed(office):
    draft = make_draft()
    circulating.list_offices(draft, [office], draft.created_by, now=timezone.now())
    assert answer_of(draft, office).state == State.LISTED


@pytest.mark.parametrize("opened", [True, False])
def test_who_said_nothing_before_the_lock_did_not_answer(letter, office, person, opened):
    if opened:
        opening.opened(letter, person, now=timezone.now())
    factories.sign(letter)
    lives.lock(letter)
    assert answer_of(letter, office).state == State.SILENT
    assert answer_of(letter, office).state.label == "Did not answer"


def test_the_answers_of_many_offices_cost_as_many_queries_as_those_of_one():
    def cost(count):
        letter = make_letter(invited=[make_staff().memberships.get().office for _ in range(count)])
        letter = Letter.objects.select_related("lead", "revision").get(pk=letter.pk)
        with CaptureQueriesContext(connection) as captured:
            rows = answers(letter)
            assert {row.state for row in rows} == {State.INVITED}
            assert [row.since for row in rows]
        assert len(rows) == count + 1
        return len(captured)

    assert cost(1) == cost(5)

"""Sign, withdraw, decline, confirm: what is written when they succeed."""

import datetime

import pytest
from django.utils import timezone

from letters.models import Event, Notice
from letters.models.answer import State, answers
from letters.workflow import Refused, deadlines, revising, signing
from tests import factories
from tests.factories import DAY, HOUR, make_letter, make_office
from tests.workflow import lives

pytestmark = pytest.mark.django_db
Kind = Event.Kind


@pytest.fixture
def letter(office):
    return make_letter(invited=[office])


@pytest.fixture
def asking(office):
    return lives.asking_person(office)


def last_event(letter):
    return letter.events.order_by("-seq").first()


def notices(letter, kind):
    return sorted(letter.notices.filter(kind=kind).values_list("address", flat=True))


def revise(letter, body="<p>New.</p>"):
    letter.refresh_from_db()
    base = letter.revision.sha256
    revising.revise(letter, letter.created_by, text=factories.text(body=body), base_sha256=base, now=timezone.now())
    letter.refresh_from_db()


def state_of(letter, office):
    return answers(lives.again(letter), [office])[0].state


# --- sign ---


def test_signing_writes_signature_event_and_receipt(letter, office, person, state, django_capture_on_commit_callbacks, no_worker):
    before, now = state(letter), timezone.now()
    with django_capture_on_commit_callbacks(execute=True):
        signature = factories.sign(letter, office, person, now=now)
    signature.refresh_from_db()
    assert (signature.name, signature.title, signature.state) == ("Ada Able", "Member of Congress", "NY")
    assert (signature.signed_by, signature.signed_at, signature.signed_as) == (person, now, "signer")
    assert (signature.confirmed_by, signature.confirmed_at) == (person, now)
    assert signature.revision == letter.revision
    event = last_event(letter)
    assert (event.kind, event.person, event.office, event.at) == (Kind.SIGNED, person, office, now)
    assert event.details["text_sha256"] == letter.revision.sha256
    assert event.details["signature"] == signature.pk
    assert state(letter) == (before[0] + 1, before[1] + 1, before[2])
    assert notices(letter, Notice.Kind.RECEIPT) == [person.email]
    assert no_worker == [("letters.tasks.render", [letter.pk]), ("letters.tasks.deliver", [])]
    assert state_of(letter, office) == State.SIGNED


def test_signing_again_returns_the_first_signature_and_writes_nothing(letter, office, person):
    first = factories.sign(letter, office, person)
    rows = lives.rows()
    again = factories.sign(letter, office, make_staff_like(person, office))
    assert again == first
    assert lives.rows() == rows


def make_staff_like(person, office):
    """The same person, as another request of theirs would have it."""
    return type(person).objects.get(pk=person.pk)


def test_signing_again_after_the_deadline_or_from_a_stale_page_is_no_error(letter, office, person):
    first = factories.sign(letter, office, person)
    late = letter.deadline_at + DAY
    assert signing.sign(letter, office, person, text_sha256="0" * 64, now=late) == first


def test_fifty_times_signed_and_withdrawn_leaves_one_standing(letter, office, person):
    for _ in range(50):
        factories.sign(letter, office, person)
        signing.withdraw(letter, office, person, now=timezone.now())
    factories.sign(letter, office, person)
    assert letter.signatures.count() == 51
    assert letter.signatures.standing().count() == 1
    assert letter.signatures.printed().count() == 1
    kinds = list(letter.events.filter(office=office).order_by("seq").values_list("kind", flat=True))
    assert kinds == [Kind.SIGNED, Kind.WITHDREW] * 50 + [Kind.SIGNED]
    assert len(notices(letter, Notice.Kind.RECEIPT)) == 51
    assert state_of(letter, office) == State.SIGNED


def test_an_office_that_came_by_the_link_gets_a_row_of_its_own(letter):
    office = make_office()
    factories.sign(letter, office)
    invitee = letter.invitee_for(office)
    assert (invitee.invited_at, invitee.declined_at) == (None, None)


def test_the_deadline_itself_is_in_time_and_a_microsecond_later_is_not(letter, office, person):
    moment = datetime.timedelta(microseconds=1)
    with pytest.raises(Refused, match="deadline"):
        factories.sign(letter, office, person, now=letter.deadline_at + moment)
    assert factories.sign(letter, office, person, now=letter.deadline_at).signed_at == letter.deadline_at
    other = make_office()
    assert factories.sign(letter, other, now=letter.deadline_at - moment)


def test_an_office_with_more_time_signs_after_the_letters_deadline(letter, office, person):
    new_at = letter.deadline_at + DAY
    asked = deadlines.request(letter, office, person, wanted_at=new_at, now=timezone.now())
    deadlines.grant(asked, letter.created_by, new_at=new_at, for_all=False, now=timezone.now())
    with pytest.raises(Refused, match="deadline"):
        factories.sign(letter, make_office(), now=new_at)
    assert factories.sign(letter, office, person, now=new_at)
    with pytest.raises(Refused, match="deadline"):
        factories.sign(letter, make_office(), now=new_at + DAY)


def test_signing_takes_an_earlier_no_back(letter, office, person):
    signing.decline(letter, office, person, reason="Too long.", now=timezone.now())
    signing.would_sign_if(letter, office, person, condition="It is shorter.", now=timezone.now())
    factories.sign(letter, office, person)
    invitee = letter.invitee_for(office)
    assert (invitee.declined_at, invitee.declined_by, invitee.decline_reason, invitee.condition) == (None, None, "", "")


def test_a_changed_text_has_to_be_signed_again(letter, office, person, state):
    first = factories.sign(letter, office, person)
    revise(letter)
    assert state_of(letter, office) == State.REAFFIRM
    assert letter.signatures.printed().count() == 0
    assert notices(letter, Notice.Kind.REAFFIRM) == [person.email]
    before = state(letter)
    again = factories.sign(letter, office, person)
    again.refresh_from_db()
    assert (again.pk, again.signed_at, again.revision) == (first.pk, first.signed_at, letter.revision)
    assert again.reaffirmed_by == person
    assert last_event(letter).kind == Kind.REAFFIRMED
    assert state(letter) == (before[0] + 1, before[1] + 1, before[2])
    assert len(notices(letter, Notice.Kind.RECEIPT)) == 2
    assert state_of(letter, office) == State.SIGNED


def test_a_signature_for_the_text_as_it_was_is_not_counted_when_the_text_comes_back(letter, office, person):
    """The same words in a later text are another text: who signed has to look again."""
    body = letter.revision.body
    factories.sign(letter, office, person)
    revise(letter)
    revise(letter, body=body)
    assert letter.revision.number == 3
    assert state_of(letter, office) == State.REAFFIRM


# --- awaiting confirmation ---


def test_a_person_who_only_asked_for_a_place_signs_awaiting_confirmation(letter, office, asking, state):
    before = state(letter)
    signature = factories.sign(letter, office, asking)
    assert (signature.confirmed_at, signature.signed_as) == (None, "asking")
    assert state(letter) == (before[0], before[1] + 1, before[2]), "the PDF does not show it, so it is not due anew"
    assert notices(letter, Notice.Kind.AWAITING) == [letter.created_by.email]
    assert state_of(letter, office) == State.UNCONFIRMED
    assert letter.contents()["signers"] == []


def test_the_lead_confirms_and_the_signer_is_told(letter, office, asking, state):
    signature = factories.sign(letter, office, asking)
    before = state(letter)
    signing.confirm(signature, letter.created_by, how="Called back.", now=timezone.now())
    signature.refresh_from_db()
    assert (signature.confirmed_by, signature.confirmed_how) == (letter.created_by, "Called back.")
    assert last_event(letter).kind == Kind.CONFIRMED
    assert state(letter) == (before[0] + 1, before[1] + 1, before[2])
    assert notices(letter, Notice.Kind.CONFIRMED) == [asking.email]
    assert state_of(letter, office) == State.SIGNED


def test_the_lead_refuses_and_another_signature_can_be_given(letter, office, asking, person):
    signature = factories.sign(letter, office, asking)
    signing.refuse(signature, letter.created_by, reason="Nobody there knows the person.", now=timezone.now())
    signature.refresh_from_db()
    assert (signature.ended, signature.ended_reason) == ("refused", "Nobody there knows the person.")
    assert last_event(letter).kind == Kind.REFUSED
    assert notices(letter, Notice.Kind.REFUSED) == [asking.email]
    assert factories.sign(letter, office, person).is_confirmed


def test_a_confirmed_colleague_who_signs_confirms(letter, office, asking, person):
    signature = factories.sign(letter, office, asking)
    again = factories.sign(letter, office, person)
    assert again.pk == signature.pk
    assert (again.confirmed_by, again.signed_by) == (person, asking)
    assert letter.signatures.printed().count() == 1


def test_reaffirming_while_awaiting_does_not_confirm(letter, office, asking):
    factories.sign(letter, office, asking)
    revise(letter)
    signature = factories.sign(letter, office, asking)
    assert (signature.revision, signature.confirmed_at) == (letter.revision, None)
    assert state_of(letter, office) == State.UNCONFIRMED


# --- withdraw, decline, condition ---


def test_withdrawing_ends_the_signature_also_after_the_deadline(letter, office, person, state):
    signature = factories.sign(letter, office, person)
    before, late = state(letter), letter.deadline_at + DAY
    signing.withdraw(letter, office, person, reason="We reconsidered.", now=late)
    signature.refresh_from_db()
    assert (signature.ended, signature.ended_at, signature.ended_by) == ("withdrawn", late, person)
    assert (last_event(letter).kind, last_event(letter).details["reason"]) == (Kind.WITHDREW, "We reconsidered.")
    assert state(letter) == (before[0] + 1, before[1] + 1, before[2])
    assert notices(letter, Notice.Kind.WITHDRAWAL) == [person.email]
    assert state_of(letter, office) == State.WITHDRAWN


def test_a_withdrawal_that_was_asked_before_a_signature_it_waited_for_still_ends_it(letter, office, person):
    """A request takes its time when it comes in, then waits for the letter's row: the other may be a moment younger."""
    now = timezone.now()
    signature = factories.sign(letter, office, person, now=now)
    signing.withdraw(letter, office, person, now=now - datetime.timedelta(milliseconds=5))
    signature.refresh_from_db()
    assert signature.ended_at == signature.signed_at


def test_a_confirmed_colleague_whose_request_is_a_moment_older_confirms(letter, office, person, asking):
    now = timezone.now()
    factories.sign(letter, office, asking, now=now)
    again = factories.sign(letter, office, person, now=now - datetime.timedelta(milliseconds=5))
    assert again.is_confirmed


def test_declining_keeps_the_reason_and_does_not_touch_the_pdf(letter, office, person, state):
    before, now = state(letter), timezone.now()
    signing.decline(letter, office, person, reason="Not ours.", now=now)
    invitee = letter.invitee_for(office)
    assert (invitee.declined_at, invitee.declined_by, invitee.decline_reason) == (now, person, "Not ours.")
    assert last_event(letter).kind == Kind.DECLINED
    assert state(letter) == (before[0], before[1] + 1, before[2])
    assert state_of(letter, office) == State.DECLINED


def test_a_condition_takes_the_place_of_a_no(letter, office, person):
    signing.decline(letter, office, person, now=timezone.now())
    signing.would_sign_if(letter, office, person, condition="You name the mill.", now=timezone.now())
    invitee = letter.invitee_for(office)
    assert (invitee.declined_at, invitee.condition) == (None, "You name the mill.")
    assert last_event(letter).kind == Kind.CONDITION
    assert state_of(letter, office) == State.CONDITIONAL


def test_a_request_for_time_is_shown_until_it_is_answered(letter, office, person):
    deadlines.request(letter, office, person, wanted_at=letter.deadline_at + HOUR, now=timezone.now())
    assert state_of(letter, office) == State.ASKED


def test_whose_place_is_not_confirmed_does_not_affirm_a_confirmed_signature_for_a_new_text():
    letter, staffer = factories.make_letter(), factories.make_staff()
    office = staffer.memberships.get().office
    signature = factories.sign(letter, office, staffer)
    asking = lives.asking_person(office)
    revise(letter)
    with pytest.raises(Refused, match="Your place in this office is not confirmed yet"):
        factories.sign(letter, office, asking)
    signature.refresh_from_db()
    assert signature.revision.number == 1
    assert not letter.signatures.printed().exists()


def test_whose_place_is_not_confirmed_signs_a_new_text_anew_and_awaits_confirmation_again():
    letter, office = factories.make_letter(), factories.make_office()
    asking = lives.asking_person(office)
    first = factories.sign(letter, office, asking)
    signing.confirm(first, letter.created_by, how="called back", now=timezone.now())
    revise(letter)
    second = factories.sign(letter, office, asking)
    first.refresh_from_db()
    assert (first.ended, first.ended_reason) == ("withdrawn", "Signed anew for the changed text.")
    assert not second.is_confirmed
    assert second.revision == letter.revision
    assert not letter.signatures.printed().exists()


def test_whose_place_is_not_confirmed_takes_back_only_what_they_gave_and_nobody_confirmed():
    letter, office = factories.make_letter(), factories.make_office()
    asking, other = lives.asking_person(office), lives.asking_person(office)
    signature = factories.sign(letter, office, asking)
    with pytest.raises(Refused, match="You do not act for the office"):
        signing.withdraw(letter, office, other, now=timezone.now())
    signing.withdraw(letter, office, asking, now=timezone.now())
    signature.refresh_from_db()
    assert signature.ended == "withdrawn"
    signature = factories.sign(letter, office, asking)
    signing.confirm(signature, letter.created_by, how="called back", now=timezone.now())
    with pytest.raises(Refused, match="You do not act for the office"):
        signing.withdraw(letter, office, asking, now=timezone.now())

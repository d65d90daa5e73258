"""“Would sign if …”: said by the office, answered by the lead, tracked to a yes or a no; and that a letter was opened."""

import pytest
from django.utils import timezone

from letters.models import Event, Notice
from letters.models.answer import State, answers
from letters.workflow import conditions, deadlines, edits, opening, people, signing
from tests import factories
from tests.factories import DAY, HOUR, make_draft, make_letter, make_office, make_person, make_staff
from tests.workflow import lives

pytestmark = pytest.mark.django_db
CONDITION = "You name the mill.\nAnd the river."
GONE = "The office has taken its condition back, or has decided."


@pytest.fixture
def letter(office):
    return make_letter(invited=[office])


@pytest.fixture
def said(letter, office, signer):
    """The office's row after it said on what condition it would sign, an hour ago."""
    signing.would_sign_if(letter, office, signer, condition=CONDITION, now=timezone.now() - HOUR)
    return row(letter, office)


def row(letter, office):
    return letter.invitees.get(office=office)


def answer(invitee, *, met=True, words="", condition=CONDITION, now=None):
    lead, now = invitee.letter.created_by, now or timezone.now()
    conditions.answer(invitee, lead, condition=condition, met=met, answer=words, now=now)
    return row(invitee.letter, invitee.office)


def state_of(letter, office):
    (answer,) = answers(lives.again(letter), [office])
    return answer.state


def cleared(invitee):
    return (invitee.condition, invitee.condition_at, invitee.condition_by, invitee.condition_met, invitee.condition_answer) == (
        "", None, None, None, ""
    )  # fmt: skip


def test_a_condition_names_who_said_it_and_when_and_the_lead_is_told_at_once(letter, office, signer, said):
    assert (said.condition, said.condition_by, said.condition_met) == (CONDITION, signer, None)
    assert state_of(letter, office) == State.CONDITIONAL
    notice = Notice.objects.get(kind=Notice.Kind.CONDITION_RECEIVED)
    assert (notice.person, notice.invitee, notice.created_at) == (letter.created_by, said, said.condition_at)


def test_the_same_condition_again_adds_nothing(letter, office, signer, said):
    before = lives.rows()
    signing.would_sign_if(letter, office, signer, condition=CONDITION, now=timezone.now())
    assert lives.rows() == before


def test_the_lead_s_yes_is_told_to_the_office_and_signs_nothing(letter, office, signer, manager, said):
    found = answer(said, words="Page two names both.")
    assert (found.condition_met, found.condition_answer, found.condition_answered_by) == (
        True, "Page two names both.", letter.created_by
    )  # fmt: skip
    assert state_of(letter, office) == State.CONDITIONAL
    assert not letter.signatures.exists()
    assert lives.told(Notice.Kind.CONDITION_ANSWERED) == sorted([signer.email, manager.email])
    event = letter.events.get(kind=Event.Kind.CONDITION_ANSWERED)
    assert (event.office, event.person, event.details["met"]) == (office, letter.created_by, True)


def test_the_lead_may_answer_anew_and_the_same_again_adds_nothing(said):
    answer(said, met=False, words="The mill is closed.")
    before = lives.rows()
    answer(said, met=False, words="The mill is closed.")
    assert lives.rows() == before
    found = answer(said, met=True)
    assert (found.condition_met, found.condition_answer) == (True, "")
    assert Notice.objects.filter(kind=Notice.Kind.CONDITION_ANSWERED).count() == 4  # two people, told twice


def test_a_changed_condition_loses_the_answer_and_is_told_anew(letter, office, signer, said):
    answer(said)
    signing.would_sign_if(letter, office, signer, condition="You name the river.", now=timezone.now())
    found = row(letter, office)
    assert (found.condition, found.condition_met, found.condition_answered_at) == ("You name the river.", None, None)
    assert Notice.objects.filter(kind=Notice.Kind.CONDITION_RECEIVED).count() == 2


@pytest.mark.parametrize("answered", [True, False])
def test_signing_declining_and_taking_it_back_clear_the_condition_and_its_answer(letter, office, signer, said, answered):
    for act in ("sign", "decline", "drop"):
        signing.would_sign_if(letter, office, signer, condition=CONDITION, now=timezone.now())
        if answered:
            answer(row(letter, office))
        if act == "sign":
            factories.sign(letter, office, signer)
        elif act == "decline":
            signing.decline(letter, office, signer, reason="No.", now=timezone.now())
        else:
            signing.drop_condition(letter, office, signer, now=timezone.now())
        assert cleared(row(letter, office)), act
        if act == "sign":
            signing.withdraw(letter, office, signer, now=timezone.now())


def test_an_office_may_change_its_mind_after_it_declined_and_the_history_tells_it(letter, office, signer):
    signing.decline(letter, office, signer, reason="Not for us.", now=timezone.now())
    signing.would_sign_if(letter, office, signer, condition=CONDITION, now=timezone.now())
    assert state_of(letter, office) == State.CONDITIONAL
    signing.decline(letter, office, signer, now=timezone.now())
    factories.sign(letter, office, signer)
    assert state_of(letter, office) == State.SIGNED
    kinds = list(letter.events.filter(office=office).order_by("seq").values_list("kind", flat=True))
    assert kinds == ["declined", "condition", "declined", "signed"]


def test_who_said_it_and_has_left_the_office_gets_no_answer(letter, office, signer, manager, said):
    people.end(lives.place_of(signer), manager, now=timezone.now())
    answer(said)
    assert signer.email in lives.told(Notice.Kind.CONDITION_ANSWERED)  # dropped when it would be sent
    assert manager.email in lives.told(Notice.Kind.CONDITION_ANSWERED)


def refusal(act, sentence):
    with lives.refused(sentence):
        act()


def test_what_is_refused_about_a_condition_changes_nothing(letter, office, signer, said):
    now = timezone.now()
    refusal(lambda: answer(said, met=False, words=" \n"), "Say why not. The office is told.")
    refusal(lambda: answer(said, condition="You name the bakery."), conditions.CHANGED)
    stranger = make_person()
    no_place = "You do not act for the office of Ada Able (NY-10). Ask a manager of that office for a place."
    refusal(lambda: signing.drop_condition(letter, office, stranger, now=now), no_place)
    draft = make_draft()
    sentence = "The letter is still a draft. It has to be circulated first."
    refusal(lambda: signing.drop_condition(draft, office, signer, now=now), sentence)
    signing.drop_condition(letter, office, signer, now=now)
    none = "Your office has set no condition, so there is none to take back."
    refusal(lambda: signing.drop_condition(letter, office, signer, now=now), none)
    refusal(lambda: answer(said), GONE)
    factories.sign(letter, office, signer)
    signed = "Ada Able has signed this letter. Withdraw the signature first."
    refusal(lambda: signing.drop_condition(letter, office, signer, now=now), signed)
    refusal(lambda: answer(said), GONE)
    lives.lock(letter)
    locked = "The letter is locked. Nothing about it can change any more."
    refusal(lambda: answer(said), locked)
    refusal(lambda: signing.drop_condition(letter, office, signer, now=now), locked)


# --- opened ---


def test_the_first_opening_by_a_confirmed_person_of_the_office_is_noted_and_no_event(letter, office, signer, state):
    first, before = timezone.now(), state(letter)
    opening.opened(letter, signer, now=first)
    opening.opened(letter, signer, now=first + HOUR)
    assert row(letter, office).opened_at == first
    assert state_of(letter, office) == State.OPENED
    assert state(letter) == before


def test_a_viewer_opens_it_for_the_office_and_who_only_asked_for_a_place_does_not(letter, office, signer):
    opening.opened(letter, lives.asking_person(office), now=timezone.now())
    opening.opened(letter, make_staff(), now=timezone.now())
    assert row(letter, office).opened_at is None
    opening.opened(letter, make_staff(office, "viewer"), now=timezone.now())
    assert row(letter, office).opened_at is not None


def test_an_office_that_came_by_the_link_is_not_taken_for_an_invited_one(letter):
    office = make_office()
    person = make_staff(office)
    signing.decline(letter, office, person, now=timezone.now())
    letter.invitees.filter(office=office).update(opened_at=None)
    opening.opened(letter, person, now=timezone.now())
    assert row(letter, office).opened_at is None


@pytest.mark.parametrize("act", ["sign", "decline", "condition", "request", "propose"])
def test_every_act_of_the_office_says_that_it_has_opened_the_letter(letter, office, signer, act):
    now = timezone.now()
    if act == "sign":
        factories.sign(letter, office, signer, now=now)
    elif act == "decline":
        signing.decline(letter, office, signer, now=now)
    elif act == "condition":
        signing.would_sign_if(letter, office, signer, condition="x", now=now)
    elif act == "request":
        deadlines.request(letter, office, signer, wanted_at=letter.deadline_at + DAY, now=now)
    else:
        edits.propose(letter, office, signer, old="July", new="May", text_sha256=letter.revision.sha256, now=now)
    assert row(letter, office).opened_at == now


def test_what_the_lead_does_about_the_office_does_not(letter, office):
    signing.enter(letter, office, letter.created_by, how="by phone", said_by="Jane Doe", now=timezone.now())
    newcomer = make_office()
    unsure = factories.sign(letter, newcomer, lives.asking_person(newcomer))
    signing.confirm(unsure, letter.created_by, how="Called back.", now=timezone.now())
    assert not letter.invitees.exclude(opened_at=None).exists()


@pytest.mark.parametrize("make", [make_draft, lives.locked_letter])
def test_a_letter_that_is_not_in_circulation_is_not_opened(make):
    letter = make()
    sentence = {"draft": "The letter is still a draft. It has to be circulated first."}.get(
        letter.status, "The letter is locked. Nothing about it can change any more."
    )
    refusal(lambda: opening.opened(letter, letter.created_by, now=timezone.now()), sentence)

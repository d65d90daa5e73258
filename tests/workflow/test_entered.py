"""A yes that the lead got by phone or on paper: entered for the office, printed once the office itself signs on."""

import datetime

import pytest
from django.utils import timezone

from letters.models import Event, Notice, Signature
from letters.models.answer import State, answers
from letters.workflow import Refused, StaleText, deadlines, drafting, people, signing
from tests import factories
from tests.factories import DAY, HOUR, make_draft, make_letter, make_office, make_person, make_staff
from tests.workflow import lives
from tests.workflow.lives import told
from tests.workflow.test_signing import revise

pytestmark = pytest.mark.django_db
Kind = Event.Kind
SAID = {"how": "by phone", "said_by": "Jane Doe, chief of staff"}
DRAFT = "The letter is still a draft. It has to be circulated first."
LOCKED = "The letter is locked. Nothing about it can change any more."
STANDS = "Ada Able stands on this letter already."
SAY_HOW = "Say how you got the yes, and who said it."
BY_SIGNING_ON = "You entered this yes for the office, so the office itself confirms it: by signing on."
OVER = "This signature does not await confirmation any more."
NO_PLACE = "You do not act for the office of Ada Able (NY-10). Ask a manager of that office for a place."
MICROSECOND = datetime.timedelta(microseconds=1)


@pytest.fixture
def letter(office):
    return make_letter(invited=[office])


@pytest.fixture
def lead(letter):
    return letter.created_by


@pytest.fixture
def entered(letter, office, signer):
    return enter(letter, office)


def enter(letter, office, person=None, *, now=None, **changes):
    return signing.enter(letter, office, person or letter.created_by, now=now or timezone.now(), **{**SAID, **changes})


def state_of(letter, office):
    return answers(lives.again(letter), [office])[0].state


def printed(letter):
    return [signer["name"] for signer in lives.again(letter).contents()["signers"]]


# --- entered ---


def test_an_entered_yes_keeps_who_said_it_and_who_entered_it(letter, lead, office):
    lead.signed_in_with, now = "a passkey", timezone.now()
    signature = enter(letter, office, now=now)
    signature.refresh_from_db()
    assert (signature.name, signature.title, signature.state) == ("Ada Able", "Member of Congress", "NY")
    assert (signature.signed_by, signature.signed_at, signature.signed_as) == (lead, now, "lead")
    assert (signature.entered_how, signature.signed_in_with) == ("by phone, said by Jane Doe, chief of staff", "a passkey")
    assert (signature.confirmed_at, signature.confirmed_by, signature.image, signature.authority) == (None, None, None, "")
    event = lives.again(letter).events.last()
    assert (event.kind, event.person, event.office, event.at) == (Kind.ENTERED, lead, office, now)
    assert event.details == {
        **{"signature": signature.pk, "how": signature.entered_how, "confirmed": False, "role": "lead"},
        **{"name": "Ada Able", "title": "Member of Congress", "state": "NY"},
        **{"text_sha256": letter.revision.sha256, "signed_in_with": "a passkey"},
    }


def test_an_entered_yes_is_neither_printed_nor_counted_nor_makes_a_pdf(letter, office, state):
    before = state(letter)
    enter(letter, office)
    assert printed(letter) == []
    assert letter.signatures.printed().count() == 0
    assert state(letter) == (before[0], before[1] + 1, before[2])
    assert state_of(letter, office) == State.UNCONFIRMED


def test_a_letter_with_nothing_but_an_entered_yes_is_not_locked(letter, entered):
    with pytest.raises(Refused, match="Nobody has signed"):
        lives.lock(letter)
    assert not lives.again(letter).is_locked


def test_the_lock_leaves_an_unconfirmed_yes_out_and_says_so(letter, entered):
    factories.sign(letter)
    with pytest.raises(Refused, match=r"Await confirmation and will not be printed: Ada Able"):
        lives.lock(letter, reasons={**lives.REASONS, "awaiting": ""})
    lives.lock(letter)
    assert "Ada Able" not in letter.manifest


def test_the_people_of_the_office_are_told_and_nobody_else(letter, office, manager, signer, entered):
    assert told(Notice.Kind.ENTERED) == sorted([manager.email, signer.email])
    assert told(Notice.Kind.AWAITING) == told(Notice.Kind.RECEIPT) == []


def test_an_office_without_people_is_told_at_its_contact(letter):
    office = make_office()
    enter(letter, office, contact="front@mail.house.gov")
    assert told(Notice.Kind.ENTERED) == ["front@mail.house.gov"]
    assert letter.invitee_for(office).contact == "front@mail.house.gov"


def test_an_office_whose_yes_is_entered_is_invited_from_then_on(letter, lead):
    """So that it may come and confirm, also where the letter is for invited offices only."""
    drafting.arrange(letter, lead, audience="invited", now=timezone.now())
    office, now = make_office(), timezone.now()
    enter(letter, office, now=now)
    assert (letter.invitee_for(office).invited_at, letter.invitee_for(office).invited_by) == (now, lead)
    assert factories.sign(letter, office).is_confirmed


def test_an_entered_yes_takes_an_earlier_condition_back(letter, office, signer):
    signing.would_sign_if(letter, office, signer, condition="It is shorter.", now=timezone.now())
    enter(letter, office)
    assert letter.invitee_for(office).condition == ""


# --- confirmed by the office ---


def test_the_office_confirms_it_by_signing_on(letter, office, signer, entered, state):
    before, now = state(letter), timezone.now()
    signature = factories.sign(letter, office, signer, now=now)
    signature.refresh_from_db()
    assert (signature.pk, signature.confirmed_by, signature.confirmed_at) == (entered.pk, signer, now)
    assert (signature.signed_by, signature.signed_as) == (letter.created_by, "lead"), "who entered it stays"
    assert printed(letter) == ["Ada Able"]
    assert state(letter) == (before[0] + 1, before[1] + 1, before[2])
    assert state_of(letter, office) == State.SIGNED
    event = lives.again(letter).events.last()
    assert (event.kind, event.person, event.details["role"]) == (Kind.REAFFIRMED, signer, "signer")
    assert event.details["confirmed"] is True
    assert told(Notice.Kind.RECEIPT) == [signer.email]


def test_the_office_confirms_the_text_that_it_reads_and_no_older_one(letter, office, signer, entered):
    old = letter.revision.sha256
    revise(letter)
    with pytest.raises(StaleText):
        signing.sign(letter, office, signer, text_sha256=old, now=timezone.now())
    entered.refresh_from_db()
    assert not entered.is_confirmed
    assert factories.sign(letter, office, signer).revision == letter.revision
    assert printed(letter) == ["Ada Able"]


def test_the_office_confirms_in_its_time_alone(letter, office, signer, entered):
    with pytest.raises(Refused, match="deadline for your office has passed"):
        factories.sign(letter, office, signer, now=letter.deadline_at + MICROSECOND)
    assert factories.sign(letter, office, signer, now=letter.deadline_at).is_confirmed


def test_the_lead_does_not_confirm_it_for_the_office(letter, lead, entered):
    for person in (lead, make_staff(letter.lead), make_person(admin=True)):
        with lives.refused(BY_SIGNING_ON):
            signing.confirm(entered, person, how="They called again.", now=timezone.now())


def test_the_lead_does_not_sign_on_for_the_office(letter, lead, office, entered):
    with lives.refused(NO_PLACE):
        factories.sign(letter, office, lead)


def test_a_place_that_the_lead_only_asks_for_confirms_nothing(letter, lead, office, manager, entered):
    """Whoever of the lead's people asks for a place there takes the yes upon themselves, and cannot vouch for it."""
    people.ask_to_join(lead, office, now=timezone.now())
    signature = factories.sign(letter, office, lead)
    assert not signature.is_confirmed
    with lives.refused("You gave this signature yourself. Somebody else of the lead's office has to vouch for it."):
        signing.confirm(signature, lead, how="I know myself.", now=timezone.now())
    assert printed(letter) == []


def test_an_unconfirmed_person_of_the_office_who_signs_takes_its_place(letter, office, manager, entered):
    asking = lives.asking_person(office)
    signature = factories.sign(letter, office, asking)
    entered.refresh_from_db()
    assert (entered.ended, entered.ended_by) == (Signature.Ended.REFUSED, asking)
    assert (signature.signed_by, signature.signed_as, signature.is_confirmed) == (asking, "asking", False)
    assert not signature.is_entered
    assert letter.signatures.standing().get() == signature
    kinds = [event.kind for event in lives.again(letter).events.order_by("seq")][-2:]
    assert kinds == [Kind.REFUSED, Kind.SIGNED]
    assert told(Notice.Kind.AWAITING) == [letter.created_by.email]
    signing.confirm(signature, letter.created_by, how="Called back.", now=timezone.now())
    assert printed(letter) == ["Ada Able"]


def test_who_entered_a_yes_has_not_signed_and_is_told_nothing_that_is_for_the_office(letter, office, manager, signer, entered):
    people_of_office = sorted([manager.email, signer.email])
    revise(letter)
    assert told(Notice.Kind.REAFFIRM) == people_of_office
    factories.sign(letter, office, signer)
    lives.lock(letter)
    assert told(Notice.Kind.LOCKED) == people_of_office


# --- taken off again ---


def test_the_lead_takes_it_back_and_nobody_is_mailed(letter, lead, entered, state):
    before = state(letter)
    signing.refuse(entered, lead, reason="Wrong Member.", now=timezone.now())
    entered.refresh_from_db()
    assert (entered.ended, entered.ended_by, entered.ended_reason) == (Signature.Ended.REFUSED, lead, "Wrong Member.")
    assert state(letter) == (before[0], before[1] + 1, before[2])
    assert told(Notice.Kind.REFUSED) == []
    assert enter(letter, entered.office).pk != entered.pk


def test_the_office_withdraws_a_yes_that_it_never_gave(letter, office, signer, entered):
    signing.withdraw(letter, office, signer, reason="We never said so.", now=letter.deadline_at + DAY)
    entered.refresh_from_db()
    assert (entered.ended, entered.ended_by) == (Signature.Ended.WITHDRAWN, signer)
    assert state_of(letter, office) == State.WITHDRAWN
    assert told(Notice.Kind.WITHDRAWAL) == sorted(person.email for person in office.people())


def test_a_yes_that_the_office_confirmed_is_not_taken_back_by_the_lead(letter, lead, office, signer, entered):
    factories.sign(letter, office, signer)
    for verb in (
        lambda: signing.refuse(entered, lead, reason="Wrong Member.", now=timezone.now()),
        lambda: signing.confirm(entered, lead, how="Called back.", now=timezone.now()),
    ):
        with lives.refused(OVER):
            verb()


# --- refused ---


@pytest.mark.parametrize("said", [{"how": " "}, {"said_by": "\n"}, {"how": "", "said_by": ""}], ids=str)
def test_how_and_by_whom_has_to_be_said(letter, office, said):
    with lives.refused(SAY_HOW):
        enter(letter, office, **said)


def test_a_draft_and_a_locked_letter_take_no_yes(letter, office, signer):
    draft = make_draft(letter.lead, letter.created_by)
    with lives.refused(DRAFT):
        enter(draft, office)
    signature = factories.sign(letter)
    other = enter(letter, office)
    lives.lock(letter)
    for act in (
        lambda: enter(letter, signature.office),
        lambda: factories.sign(letter, office, signer),
        lambda: signing.withdraw(letter, office, signer, now=timezone.now()),
        lambda: signing.refuse(other, letter.created_by, reason="Wrong Member.", now=timezone.now()),
        lambda: signing.confirm(other, letter.created_by, how="Called.", now=timezone.now()),
    ):
        with lives.refused(LOCKED):
            act()


def test_an_office_stands_on_a_letter_once(letter, office, signer, entered):
    with lives.refused(STANDS):
        enter(letter, office)
    factories.sign(letter, office, signer)
    with lives.refused(STANDS):
        enter(letter, office)


def test_a_member_who_left_gives_no_yes(letter, office):
    office.left_on = timezone.now().date()
    office.save()
    with lives.refused("Ada Able has left office and can no longer sign."):
        enter(letter, office)


def test_a_yes_is_entered_until_the_deadline_of_the_office(letter, office):
    passed = "The deadline for your office has passed. Ask for more time: a grant opens the letter again for you."
    with lives.refused(passed):
        enter(letter, office, now=letter.deadline_at + MICROSECOND)
    assert enter(letter, office, now=letter.deadline_at)


# --- who acted as what, and how they had signed in ---


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (lambda letter, office, person: factories.sign(letter, office, person), Kind.SIGNED),
        (lambda letter, office, person: signing.decline(letter, office, person, now=timezone.now()), Kind.DECLINED),
        (
            lambda letter, office, person: signing.would_sign_if(letter, office, person, condition="x", now=timezone.now()),
            Kind.CONDITION,
        ),
        (lambda letter, office, person: ask(letter, office, person), Kind.DEADLINE_ASKED),
    ],
    ids=["sign", "decline", "condition", "request"],
)
@pytest.mark.parametrize("role", ["signer", "manager"])
def test_each_answer_keeps_the_role_and_how_the_person_had_signed_in(letter, office, manager, act, kind, role):
    person = make_staff(office, role)
    person.signed_in_with = "an agency account, with a second factor"
    act(letter, office, person)
    event = lives.again(letter).events.last()
    assert (event.kind, event.person, event.details["role"]) == (kind, person, role)
    assert event.details["signed_in_with"] == "an agency account, with a second factor"


def ask(letter, office, person):
    return deadlines.request(letter, office, person, wanted_at=letter.deadline_at + HOUR, now=timezone.now())


def test_signature_withdrawal_and_reaffirmation_keep_each_their_own_act(letter, office, signer):
    signer.signed_in_with = "a passkey"
    signature = factories.sign(letter, office, signer)
    assert (signature.signed_as, signature.signed_in_with) == ("signer", "a passkey")
    revise(letter)
    signer.signed_in_with = "a mailed code"
    factories.sign(letter, office, signer)
    people.change_role(lives.place_of(signer), "manager", make_person(admin=True), now=timezone.now())
    signer.signed_in_with = ""
    signing.withdraw(letter, office, signer, now=timezone.now())
    signature.refresh_from_db()
    assert (signature.signed_as, signature.signed_in_with) == ("signer", "a passkey")
    kept = [event.details for event in letter.events.filter(office=office, kind__in=("signed", "reaffirmed", "withdrew"))]
    assert [(facts["role"], facts.get("signed_in_with")) for facts in kept] == [
        ("signer", "a passkey"),
        ("signer", "a mailed code"),
        ("manager", None),
    ]


@pytest.mark.parametrize("authority", ["", *Signature.Authority.values])
def test_the_members_word_is_kept_with_the_signature_and_in_the_history(letter, office, signer, authority):
    read = {"text_sha256": letter.revision.sha256, "now": timezone.now()}
    signature = signing.sign(letter, office, signer, authority=authority, **read)
    signature.refresh_from_db()
    assert signature.authority == authority
    assert lives.again(letter).events.last().details["authority"] == authority
    revise(letter)
    factories.sign(letter, office, signer)
    signature.refresh_from_db()
    assert signature.authority == authority, "it is that of the first signature"


def test_the_members_word_is_kept_where_the_office_confirms_and_reaffirms(letter, office, signer, entered):
    for authority in ("standing", "letter"):
        read = {"text_sha256": lives.again(letter).revision.sha256, "now": timezone.now()}
        signing.sign(letter, office, signer, authority=authority, **read)
        assert lives.again(letter).events.last().details["authority"] == authority
        revise(letter, body=f"<p>After {authority}.</p>")


def test_a_request_taken_back_keeps_the_role(letter, office, signer):
    deadlines.take_back(ask(letter, office, signer), signer, now=timezone.now())
    event = lives.again(letter).events.last()
    assert (event.kind, event.details["role"]) == (Kind.DEADLINE_DECIDED, "signer")


def test_an_office_whose_yes_was_entered_is_still_reminded_and_still_waits():
    now = timezone.now()
    letter = factories.make_letter(now=now, deadline_in=factories.DAY)
    staffer = factories.make_staff()
    office = staffer.memberships.get().office
    signing.enter(letter, office, letter.created_by, how="by phone", said_by="Nina", now=now)
    assert letter.invitees.waiting().filter(office=office).exists()
    answer = answers(letter, [office])[0]
    assert not answer.has_answered
    factories.sign(letter, office, staffer)
    assert not letter.invitees.waiting().filter(office=office).exists()
    assert answers(letter, [office])[0].has_answered


def test_a_yes_is_not_entered_over_a_decline():
    letter, staffer = factories.make_letter(), factories.make_staff()
    office = staffer.memberships.get().office
    signing.decline(letter, office, staffer, now=timezone.now())
    with lives.refused(f"{office.printed_name} has declined here. Ask the office to change its answer itself, by signing on."):
        signing.enter(letter, office, letter.created_by, how="by phone", said_by="Nina", now=timezone.now())


def test_an_office_that_has_not_confirmed_its_yes_in_time_may_ask_for_more(letter, office, signer, entered):
    now = letter.deadline_at + HOUR
    asked = deadlines.request(letter, office, signer, wanted_at=now + DAY, now=now)
    deadlines.grant(asked, letter.created_by, new_at=now + DAY, for_all=False, now=now)
    assert factories.sign(letter, office, signer, now=now).is_confirmed


def test_an_office_whose_yes_is_entered_is_told_that_its_request_was_settled(letter, office, signer, entered):
    deadlines.request(letter, office, signer, wanted_at=letter.deadline_at + HOUR, now=timezone.now())
    deadlines.move(letter, letter.created_by, new_at=letter.deadline_at + DAY, now=timezone.now())
    assert signer.email in told(Notice.Kind.REQUEST_DECIDED)
    assert told(Notice.Kind.DEADLINE_MOVED) == [letter.created_by.email]

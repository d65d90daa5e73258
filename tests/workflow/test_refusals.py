"""Each verb, each reason to refuse it: the sentence is said, and every row is afterwards what it was."""

import datetime

import pytest
from django.utils import timezone

from letters.models import Letter, Membership, Revision
from letters.text.html import TextError
from letters.workflow import (
    Refused,
    StaleText,
    circulating,
    deadlines,
    drafting,
    locking,
    people,
    reminders,
    revising,
    scheduling,
    signing,
)
from tests import factories
from tests.factories import DAY, HOUR, make_draft, make_letter, make_office, make_person, make_staff
from tests.workflow import lives

pytestmark = pytest.mark.django_db

LOCKED = "The letter is locked. Nothing about it can change any more."
DRAFT = "The letter is still a draft. It has to be circulated first."
NO_PLACE = "You do not act for the office of Ada Able (NY-10). Ask a manager of that office for a place."
PASSED = "The deadline for your office has passed. Ask for more time: a grant opens the letter again for you."
INVITED_ONLY = "This letter is for invited offices only. Ask the lead's office for an invitation."
OWN_REQUEST = "You made this request yourself. Somebody else of the lead's office has to answer it."
TOO_FAR = "That is more than a year away. Check the date, and choose an earlier one."
SIGNED = "Ada Able has signed this letter. Withdraw the signature first."
MICROSECOND = datetime.timedelta(microseconds=1)


class Case:
    """An open letter, an office with a signer, and the acts that the tables are about."""

    def __init__(self):
        self.now = timezone.now()
        self.office = make_office("Ada", "Able")
        self.person = make_staff(self.office)
        self.letter = make_letter(invited=[self.office])
        self.lead = self.letter.created_by

    # --- what may have happened before ---

    def nothing(self):
        pass

    def draft(self):
        self.letter = make_draft(self.letter.lead, self.lead)

    def locked(self):
        factories.sign(self.letter)
        lives.lock(self.letter)

    def signed(self):
        self.signature = factories.sign(self.letter, self.office, self.person)

    def signed_and_locked(self):
        self.signed()
        lives.lock(self.letter)

    def signed_unconfirmed(self):
        self.person.memberships.update(confirmed_at=None, confirmed_by=None)
        self.signed()

    def signed_unconfirmed_and_locked(self):
        self.signed_unconfirmed()
        self.locked()

    def confirmed(self):
        self.signed_unconfirmed()
        signing.confirm(self.signature, self.lead, how="Called back.", now=self.now + HOUR)

    def withdrawn(self):
        self.signed_unconfirmed()
        self.person.memberships.update(confirmed_at=self.now, confirmed_by=self.person)
        signing.withdraw(self.letter, self.office, self.person, now=self.now + HOUR)

    def stranger(self):
        self.person = make_person()

    def viewer(self):
        self.person.memberships.update(role=Membership.Role.VIEWER)

    def asking(self):
        self.person.memberships.update(confirmed_at=None, confirmed_by=None)

    def place_ended(self):
        people.end(self.person.memberships.get(), self.person, now=self.now)

    def closed_account(self):
        self.person.is_active = False
        self.person.save()

    def closed(self):
        self.now = self.letter.deadline_at + MICROSECOND

    def closed_to_another(self):
        self.closed()
        self.office = make_office()

    def uninvited(self):
        drafting.arrange(self.letter, self.lead, audience="invited", now=self.now)
        self.office = make_office("Ada", "Able")
        self.person = make_staff(self.office)

    def left_office(self):
        self.office.left_on = self.now.date()
        self.office.save()

    def revised(self):
        self.read = lives.again(self.letter).revision.sha256
        base = self.read
        revising.revise(self.letter, self.lead, text=factories.text(body="<p>New.</p>"), base_sha256=base, now=self.now)

    def asked(self):
        wanted = self.letter.deadline_at + DAY
        self.asked_for = deadlines.request(self.letter, self.office, self.person, wanted_at=wanted, now=self.now)

    def denied(self):
        self.asked()
        deadlines.deny(self.asked_for, self.lead, answer="No.", now=self.now + HOUR)

    def granted(self):
        self.asked()
        new_at = self.letter.deadline_at + DAY
        deadlines.grant(self.asked_for, self.lead, new_at=new_at, for_all=False, now=self.now + HOUR)

    def asked_by_the_lead(self):
        people.give_place(self.lead, self.office, Membership.Role.SIGNER, self.lead, now=self.now)
        self.person = self.lead
        self.asked()

    def asked_and_locked(self):
        self.asked()
        self.locked()

    def current(self):
        self.signed()
        lives.publish(self.letter)

    def failing_pdf(self):
        self.signed()
        Letter.objects.filter(pk=self.letter.pk).update(render_error="a note does not fit")

    def unfinished(self):
        self.current()
        self.asked()


def sign(case):
    sha256 = getattr(case, "read", None) or lives.again(case.letter).revision.sha256
    signing.sign(case.letter, case.office, case.person, text_sha256=sha256, now=case.now)


def withdraw(case):
    signing.withdraw(case.letter, case.office, case.person, now=case.now + HOUR)


def decline(case):
    signing.decline(case.letter, case.office, case.person, now=case.now)


def would_sign_if(case, condition="You name the mill."):
    signing.would_sign_if(case.letter, case.office, case.person, condition=condition, now=case.now)


def confirm(case, how="Called back."):
    signing.confirm(case.signature, case.lead, how=how, now=case.now + HOUR)


def refuse(case, reason="Nobody there knows the person."):
    signing.refuse(case.signature, case.lead, reason=reason, now=case.now + HOUR)


def request(case, later=DAY):
    wanted = case.letter.deadline_at + later
    deadlines.request(case.letter, case.office, case.person, wanted_at=wanted, now=case.now)


def take_back(case):
    deadlines.take_back(case.asked_for, case.person, now=case.now + HOUR)


def deny(case, answer="No."):
    deadlines.deny(case.asked_for, case.lead, answer=answer, now=case.now + HOUR)


def grant(case, later=DAY, for_all=False):
    new_at = case.letter.deadline_at + later
    deadlines.grant(case.asked_for, case.lead, new_at=new_at, for_all=for_all, now=case.now + HOUR)


def move(case, later=DAY):
    deadline_at = case.letter.deadline_at or case.now
    deadlines.move(case.letter, case.lead, new_at=deadline_at + later, now=case.now)


def choose_reminders(case, steps=("7d",)):
    reminders.choose(case.letter, case.lead, steps, now=case.now)


def revise(case, **changes):
    base = getattr(case, "read", None) or lives.again(case.letter).revision.sha256
    text = factories.text(**{"body": "<p>Newer.</p>", **changes})
    revising.revise(case.letter, case.lead, text=text, base_sha256=base, now=case.now)


def arrange(case):
    drafting.arrange(case.letter, case.lead, order=Letter.Order.SENIORITY, pins={case.office.pk: 1}, now=case.now)


def add_co_lead(case):
    drafting.add_co_lead(case.letter, case.office, case.lead, now=case.now)


def schedule(case, until):
    how = {"zone": "America/New_York", "audience": "any", "list_shown": "lead"}
    at = {"circulate_at": case.now + DAY, "deadline_at": case.now + until}
    scheduling.schedule(case.letter, case.lead, now=case.now, **at, **how)


def announce(case, later):
    locking.announce(case.letter, case.lead, lock_at=case.now + later, now=case.now)


def circulate(case, later=DAY, zone="America/New_York"):
    circulating.circulate(case.letter, case.lead, deadline_at=case.now + later, zone=zone, now=case.now)


def invite(case):
    circulating.invite(case.letter, [case.office], case.lead, now=case.now)


def lock(case, head=None, reasons=None):
    head = head or lives.again(case.letter).head_hash
    locking.lock(case.letter, case.lead, head_hash=head, reasons=reasons, now=case.now + HOUR)


def created(case, **changes):
    drafting.create(case.office, case.person, title=changes.pop("title", "Mills"), text=factories.text(**changes), now=case.now)


def joins(case):
    people.ask_to_join(case.person, case.office, now=case.now)


def unverified(case):
    case.person.emailaddress_set.update(verified=False)


def given_place(case):
    people.give_place(case.person, case.office, Membership.Role.SIGNER, case.lead, now=case.now)


def ended_twice(case):
    people.end(case.person.memberships.get(), case.person, now=case.now)


def confirmed_after_end(case):
    people.confirm(case.person.memberships.get(), case.person, now=case.now)


def having(verb, **arguments):
    def act(case):
        verb(case, **arguments)

    act.__name__ = f"{verb.__name__}({', '.join(f'{key}={value!r}'[:40] for key, value in arguments.items())})"
    return act


AGO = -8 * DAY
REFUSALS = [
    (Case.draft, sign, DRAFT),
    (Case.signed_and_locked, withdraw, LOCKED),
    (Case.locked, sign, LOCKED),
    (Case.stranger, sign, NO_PLACE),
    (Case.viewer, sign, NO_PLACE),
    (Case.place_ended, sign, NO_PLACE),
    (Case.closed_account, sign, NO_PLACE),
    (Case.closed, sign, PASSED),
    (Case.uninvited, sign, INVITED_ONLY),
    (Case.left_office, sign, "Ada Able has left office and can no longer sign."),
    (Case.revised, sign, "The text was changed after you opened it, so nothing was signed. Read the new text and sign again."),
    (Case.draft, withdraw, DRAFT),
    (Case.nothing, withdraw, "Ada Able has not signed this letter, so there is nothing to withdraw."),
    (Case.withdrawn, withdraw, "Ada Able has not signed this letter, so there is nothing to withdraw."),
    (Case.stranger, withdraw, NO_PLACE),
    (Case.draft, decline, DRAFT),
    (Case.locked, decline, LOCKED),
    (Case.asking, decline, NO_PLACE),
    (Case.signed, decline, SIGNED),
    (Case.uninvited, decline, INVITED_ONLY),
    (Case.draft, would_sign_if, DRAFT),
    (Case.locked, would_sign_if, LOCKED),
    (Case.viewer, would_sign_if, NO_PLACE),
    (Case.signed, would_sign_if, SIGNED),
    (Case.uninvited, would_sign_if, INVITED_ONLY),
    (Case.nothing, having(would_sign_if, condition=" \n"), "Say on what condition your office would sign."),
    (Case.signed, confirm, "This signature does not await confirmation any more."),
    (Case.confirmed, confirm, "This signature does not await confirmation any more."),
    (Case.withdrawn, confirm, "This signature does not await confirmation any more."),
    (Case.signed_unconfirmed_and_locked, confirm, LOCKED),
    (
        Case.signed_unconfirmed,
        having(confirm, how=" "),
        "Say how you checked that this is the Member's office, for instance: called back.",
    ),
    (Case.confirmed, refuse, "This signature does not await confirmation any more."),
    (Case.signed_unconfirmed_and_locked, refuse, LOCKED),
    (
        Case.signed_unconfirmed,
        having(refuse, reason=" "),
        "Say why the signature is not confirmed. The person who gave it is told.",
    ),
    (Case.locked, request, LOCKED),
    (Case.asking, request, NO_PLACE),
    (Case.uninvited, request, INVITED_ONLY),
    (Case.signed, request, "Ada Able has signed this letter and needs no more time."),
    (Case.asked, request, "Your office has already asked for more time. The lead's office has not answered yet."),
    (Case.nothing, having(request, later=AGO), "The time you ask for has passed already. Choose a later one."),
    (
        Case.nothing,
        having(request, later=0 * DAY),
        "Your office has that much time already. Choose a time after its deadline.",
    ),
    (
        Case.granted,
        having(request, later=DAY),
        "Your office has that much time already. Choose a time after its deadline.",
    ),
    (Case.denied, take_back, "This request was answered already: denied."),
    (Case.asked_and_locked, take_back, LOCKED),
    (Case.denied, deny, "This request was answered already: denied."),
    (Case.asked_and_locked, deny, LOCKED),
    (Case.granted, deny, "This request was answered already: granted for that office."),
    (Case.asked, having(deny, answer=" \n"), "Say why the request is denied. The office is told."),
    (Case.asked_by_the_lead, deny, OWN_REQUEST),
    (Case.asked_by_the_lead, grant, OWN_REQUEST),
    (Case.nothing, having(request, later=366 * DAY), TOO_FAR),
    (Case.asked, having(grant, later=366 * DAY), TOO_FAR),
    (Case.nothing, having(move, later=366 * DAY), TOO_FAR),
    (Case.locked, choose_reminders, LOCKED),
    (Case.nothing, having(choose_reminders, steps=("2d",)), "There is no such reminder. Choose among those on the page."),
    (Case.denied, grant, "This request was answered already: denied."),
    (Case.asked_and_locked, grant, LOCKED),
    (Case.asked, having(grant, later=AGO), "The new deadline has passed already. Choose a later one."),
    (
        Case.asked,
        having(grant, later=0 * DAY),
        "A deadline can only be moved later: nobody's time is shortened. Choose a later one.",
    ),
    (
        Case.asked,
        having(grant, later=-MICROSECOND, for_all=True),
        "A deadline can only be moved later: nobody's time is shortened. Choose a later one.",
    ),
    (Case.draft, move, DRAFT),
    (Case.locked, move, LOCKED),
    (Case.nothing, having(move, later=AGO), "The new deadline has passed already. Choose a later one."),
    (
        Case.nothing,
        having(move, later=0 * DAY),
        "A deadline can only be moved later: nobody's time is shortened. Choose a later one.",
    ),
    (Case.locked, revise, LOCKED),
    (
        Case.revised,
        revise,
        "Somebody else changed the text while you were editing. Yours is kept below: compare, then save again.",
    ),
    (Case.nothing, having(revise, body=" "), "The letter has no text. Type or paste it into the field named Text."),
    (Case.locked, arrange, LOCKED),
    (Case.locked, add_co_lead, LOCKED),
    (Case.nothing, circulate, "This letter is in circulation already."),
    (Case.locked, circulate, "This letter is in circulation already."),
    (Case.draft, having(circulate, later=0 * DAY), "The deadline has passed already. Choose a time in the future."),
    (Case.draft, having(circulate, later=400 * DAY), TOO_FAR),
    (Case.draft, having(schedule, until=400 * DAY), TOO_FAR),
    (Case.signed, having(announce, later=400 * DAY), TOO_FAR),
    (
        Case.draft,
        having(circulate, zone="Europe/Atlantis"),
        "There is no time zone named Europe/Atlantis. Use a name such as America/New_York.",
    ),
    (Case.draft, invite, DRAFT),
    (Case.locked, invite, LOCKED),
    (
        Case.closed_to_another,
        invite,
        "The deadline has passed, so offices that are invited now could not sign. Move the deadline first, then invite them.",
    ),
    (Case.draft, lock, DRAFT),
    (Case.locked, lock, LOCKED),
    (Case.nothing, lock, "Nobody has signed. A letter without signers cannot be locked."),
    (Case.signed_unconfirmed, lock, "Nobody has signed. A letter without signers cannot be locked."),
    (Case.failing_pdf, having(lock, reasons=lives.REASONS), "The PDF could not be made: a note does not fit"),
    (
        Case.signed,
        having(lock, reasons=lives.REASONS),
        "The PDF is being made anew. Wait a moment and open this page again.",
    ),
    (
        Case.current,
        having(lock, head="0" * 64),
        "Something changed after you opened the review. Look at it again, then lock.",
    ),
    (
        Case.current,
        having(lock, reasons={"leads": "On leave."}),
        "1 invited office has not answered and still has time. Type why you lock all the same.",
    ),
    (
        Case.current,
        having(lock, reasons={"leads": "On leave.", "time": " "}),
        "1 invited office has not answered and still has time. Type why you lock all the same.",
    ),
    (Case.left_office, joins, "Ada Able has left office. Choose another office."),
    (unverified, joins, "Confirm your e-mail address first. We sent you a code when you signed up."),
    (Case.place_ended, ended_twice, "This place in the office has ended already."),
    (Case.place_ended, confirmed_after_end, "This place in the office has ended already."),
]


@pytest.mark.parametrize(
    ("before", "verb", "sentence"), REFUSALS, ids=[f"{before.__name__}-{verb.__name__}" for before, verb, _ in REFUSALS]
)
def test_a_refusal_says_why_and_changes_nothing(before, verb, sentence):
    case = Case()
    before(case)
    rows = lives.rows()
    with pytest.raises(Refused) as refused:
        verb(case)
    assert str(refused.value) == sentence
    assert lives.rows() == rows


@pytest.mark.parametrize("verb", [sign, revise])
def test_a_stale_text_is_told_apart_from_other_refusals(verb):
    case = Case()
    case.revised()
    with pytest.raises(StaleText):
        verb(case)


def test_a_second_place_in_one_office_is_refused():
    case = Case()
    rows = lives.rows()
    with pytest.raises(Refused, match=r"has a place in the office of Ada Able \(NY-10\) already\.$"):
        given_place(case)
    assert lives.rows() == rows


BAD_TEXT = [
    ({"body": "<p>" + "a" * 200_001 + "</p>"}, "200,000"),
    ({"closing": "Sincerely,\u202eyours"}, "U\\+202E"),
    ({"date_line": "June\x003"}, "U\\+0000"),
    ({"addressees": "A\u2066B"}, "U\\+2066"),
    ({"salutation": "Dear\nall"}, "one line"),
    ({"body": "<p>zero\u200bwidth</p>"}, "U\\+200B"),
    ({"closing": "x" * 201}, "201 characters long; the limit is 200"),
]


@pytest.mark.parametrize(("changes", "sentence"), BAD_TEXT, ids=[next(iter(change)) for change, _ in BAD_TEXT])
@pytest.mark.parametrize("verb", [created, revise])
def test_text_that_cannot_be_taken_changes_nothing(verb, changes, sentence):
    case = Case()
    rows = lives.rows()
    with pytest.raises(TextError, match=sentence):
        verb(case, **changes)
    assert lives.rows() == rows


def test_a_title_with_a_bidi_override_makes_no_letter():
    case = Case()
    rows = lives.rows()
    with pytest.raises(TextError, match=r"U\+202E"):
        created(case, title="Mills\u202e")
    assert lives.rows() == rows


def test_the_table_knows_every_field_of_a_text():
    assert set(factories.TEXT) == set(Revision.TEXT_FIELDS)

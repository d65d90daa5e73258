"""The announced lock: every office that signed is told when and of which text, and what the review makes of it."""

import datetime

import pytest
from django.utils import timezone

from letters.models import Event, Notice
from letters.workflow import locking, revising, signing
from tests import factories
from tests.factories import DAY, HOUR, make_draft, make_letter, make_office, make_staff
from tests.workflow import lives

pytestmark = pytest.mark.django_db
MINUTE = datetime.timedelta(minutes=1)
TOO_SOON = "Give the signers at least an hour to read the text and the list. Choose a later time."
NOBODY = "Nobody has signed, so there is nobody to tell."


@pytest.fixture
def letter():
    letter = make_letter()
    factories.sign(letter)
    factories.sign(letter)
    return lives.again(letter)


def announce(letter, *, ahead=DAY, now=None, sent=True):
    now = now or timezone.now()
    locking.announce(letter, letter.created_by, lock_at=now + ahead, now=now)
    if sent:
        Notice.objects.filter(kind=Notice.Kind.LOCK_PENDING, sent_at=None).update(sent_at=now)
    return lives.again(letter)


def check(letter, now=None):
    checks = locking.review(lives.again(letter), now=now or timezone.now())
    return next(check for check in checks if check.name == "announced")


def test_the_announcement_is_on_the_letter_in_its_history_and_told_to_every_signed_office(letter, state):
    now, (state_no, event_no, _) = timezone.now(), state(letter)
    signature = letter.signatures.first()
    colleague = make_staff(signature.office)
    silent = make_office()
    make_staff(silent)
    found = announce(letter, now=now)
    assert (found.lock_announced_at, found.lock_expected_at) == (now, now + DAY)
    assert (found.lock_announced_by, found.lock_announced_text) == (letter.created_by, letter.revision)
    assert state(letter)[:2] == (state_no, event_no + 1)
    event = letter.events.get(kind=Event.Kind.LOCK_ANNOUNCED)
    assert event.details["lock_at"] == (now + DAY).isoformat()
    assert event.details["text_sha256"] == letter.revision.sha256
    signers = [row.signed_by.email for row in letter.signatures.all()]
    assert lives.told(Notice.Kind.LOCK_PENDING) == sorted([*signers, colleague.email])


def test_an_office_that_must_re_affirm_is_told_too_and_one_that_awaits_confirmation_is_not(letter):
    text = factories.text(body="<p>New.</p>")
    revising.revise(letter, letter.created_by, text=text, base_sha256=letter.revision.sha256, now=timezone.now())
    unsure = make_office()
    factories.sign(letter, unsure, lives.asking_person(unsure))
    announce(letter)
    told = set(Notice.objects.filter(kind=Notice.Kind.LOCK_PENDING).values_list("office", flat=True))
    assert told == {row.office_id for row in letter.signatures.exclude(office=unsure)}


def test_announcing_again_takes_the_place_of_the_first_and_is_told_again_the_same_again_is_not(letter):
    now = timezone.now()
    announce(letter, now=now)
    before = lives.rows()
    locking.announce(letter, letter.created_by, lock_at=now + DAY, now=now + MINUTE)
    assert lives.rows() == before
    found = announce(letter, ahead=2 * DAY, now=now + MINUTE)
    assert found.lock_expected_at == now + MINUTE + 2 * DAY
    assert Notice.objects.filter(kind=Notice.Kind.LOCK_PENDING).count() == 4


def test_the_same_moment_is_told_again_when_the_text_has_changed(letter):
    now = timezone.now()
    announce(letter, now=now)
    text = factories.text(body="<p>New.</p>")
    revising.revise(letter, letter.created_by, text=text, base_sha256=letter.revision.sha256, now=now)
    locking.announce(letter, letter.created_by, lock_at=now + DAY, now=now + MINUTE)
    assert lives.again(letter).lock_announced_text.number == 2
    assert Notice.objects.filter(kind=Notice.Kind.LOCK_PENDING).count() == 4


def test_an_hour_is_the_least(letter):
    now = timezone.now()
    with lives.refused(TOO_SOON):
        announce(letter, ahead=HOUR - MINUTE, now=now)
    assert announce(letter, ahead=HOUR, now=now).lock_expected_at == now + HOUR


def test_an_announcement_is_refused_where_there_is_nobody_to_tell_or_nothing_to_lock(letter):
    draft = make_draft()
    with lives.refused("The letter is still a draft. It has to be circulated first."):
        announce(draft)
    unsigned = make_letter()
    unsure = make_office()
    factories.sign(unsigned, unsure, lives.asking_person(unsure))
    with lives.refused(NOBODY):
        announce(unsigned)
    lives.lock(letter)
    with lives.refused("The letter is locked. Nothing about it can change any more."):
        announce(letter)


def test_the_review_is_amber_until_the_moment_of_which_the_signers_were_told_has_come(letter):
    assert (check(letter).level, check(letter).sentence) == ("amber", "The signers were not told that the letter will be locked.")
    now = timezone.now()
    announce(letter, now=now)
    early = check(letter, now + DAY - MINUTE)
    assert (early.level, early.sentence) == (
        "amber", "The moment that the signers were told of has not come: they may still withdraw."
    )  # fmt: skip
    assert check(letter, now + DAY).level == "green"


def test_the_review_names_the_offices_whose_people_no_mail_about_the_lock_has_reached(letter):
    """The mail server was down all the while, or the mail came back: nobody may say that these were told."""
    now = timezone.now()
    first, second = letter.signatures.order_by("pk")
    make_staff(first.office)
    announce(letter, now=now, sent=False)
    mails = Notice.objects.filter(kind=Notice.Kind.LOCK_PENDING)
    mails.filter(address=first.signed_by.email).update(sent_at=now)  # one person of the office is enough
    found = check(letter, now + DAY)
    assert (found.level, found.sentence) == (
        "amber",
        f"No mail about the lock has reached {second.name}. The mails of the letter say why; or call the office.",
    )
    mails.filter(office=second.office).update(sent_at=now, bounced_at=now)
    assert check(letter, now + DAY).sentence == found.sentence
    signing.withdraw(letter, second.office, second.signed_by, now=now)
    assert check(letter, now + DAY).level == "green"


def test_a_correction_of_typing_leaves_the_announcement_good_and_a_new_text_does_not(letter):
    now = timezone.now()
    announce(letter, now=now)
    base = letter.revision.sha256
    corrected = factories.text(body="<p>We write about the state of the mill.</p><p>Please answer by July.</p>")
    revising.revise(letter, letter.created_by, text=corrected, base_sha256=base, clerical=True, now=now)
    assert check(letter, now + DAY).level == "green"
    base = lives.again(letter).revision.sha256
    revising.revise(letter, letter.created_by, text=factories.text(body="<p>New.</p>"), base_sha256=base, now=now)
    found = check(letter, now + DAY)
    assert (found.level, found.sentence) == (
        "amber", "The text was changed after the lock was announced: the signers were told of another."
    )  # fmt: skip


def test_an_office_that_signs_or_withdraws_afterwards_changes_nothing_about_it(letter):
    now = timezone.now()
    announce(letter, now=now)
    late = factories.sign(letter)
    signing.withdraw(letter, late.office, late.signed_by, now=timezone.now())
    assert check(letter, now + DAY).level == "green"
    assert not Notice.objects.filter(kind=Notice.Kind.LOCK_PENDING, office=late.office).exists()


def test_a_lock_before_its_moment_keeps_the_typed_reason_in_the_history(letter):
    announce(letter)
    lives.lock(letter)
    accepted = letter.events.get(kind=Event.Kind.LOCKED).details["accepted"]
    assert accepted["announced"]["reason"] == lives.REASONS["announced"]

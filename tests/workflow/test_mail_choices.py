"""What people choose about their mail: what is refused, what is then not sent, and to whom an office's mail goes."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from letters import tasks
from letters.models import MailSettings, Membership, MutedLetter, Notice, Suppression
from letters.workflow import delivery, mail_choices, notices, people, reminders, signing
from tests import factories
from tests.factories import DAY, make_office, make_person, make_staff
from tests.mail import occasions
from tests.workflow import lives

pytestmark = pytest.mark.django_db
Kind = Notice.Kind
EIGHT, SEVEN = datetime.time(20), datetime.time(7)
NEVER_MUTED = {
    *(Kind.INVITATION, Kind.RECEIPT, Kind.WITHDRAWAL, Kind.CONFIRMED, Kind.REFUSED, Kind.REAFFIRM, Kind.ASKED_AGAIN),
    *(Kind.LOCKED, Kind.LOCK_PENDING, Kind.REQUEST_DECIDED, Kind.REQUEST_RECEIVED, Kind.AWAITING, Kind.ENTERED),
    *(Kind.JOIN_REQUEST, Kind.JOIN_DECIDED, Kind.CLAIM, Kind.PLACE_INVITATION, Kind.PLACE_TAKEN),
    *(Kind.EDIT_PROPOSED, Kind.EDIT_DECIDED, Kind.CONDITION_RECEIVED, Kind.CONDITION_ANSWERED, Kind.SCHEDULED),
}


def test_every_kind_of_mail_is_either_muted_at_will_or_never():
    assert NEVER_MUTED | set(Notice.MUTABLE) == set(Kind)
    assert not NEVER_MUTED & set(Notice.MUTABLE)


# --- refusals ---


def choose(**choices):
    return lambda person, now: mail_choices.choose(person, **choices, now=now)


ALWAYS = "One of these kinds of mail is always sent. Choose from those shown."
SAME = "Quiet hours cannot end when they begin. Choose another time for one of the two."
REFUSALS = [
    (choose(muted=["receipt"]), ALWAYS),
    (choose(muted=["reminder", "invitation"]), ALWAYS),
    (choose(muted=["no such kind"]), ALWAYS),
    (choose(quiet_from=EIGHT), "Quiet hours need a beginning and an end. Give both, or neither."),
    (choose(quiet_until=SEVEN), "Quiet hours need a beginning and an end. Give both, or neither."),
    (
        choose(quiet_from=SEVEN, quiet_until=SEVEN),
        SAME,
    ),
    (choose(zone="Mars/Olympus"), "There is no time zone named Mars/Olympus. Use a name such as America/New_York."),
    (
        lambda person, now: mail_choices.choose(person, away_until=now, now=now),
        "The day on which you are back has come already. Choose a later one, or leave it empty.",
    ),
    (lambda person, now: mail_choices.mute_kind(person, "receipt", now=now), "Mails of this kind are always sent."),
]


@pytest.mark.parametrize(("act", "sentence"), REFUSALS)
def test_a_choice_that_cannot_be_is_refused_and_changes_nothing(act, sentence):
    person = make_person()
    with lives.refused(sentence):
        act(person, timezone.now())


def test_choices_take_the_place_of_those_before():
    person, now = make_person(), timezone.now()
    mail_choices.choose(person, muted=["digest", "reminder"], quiet_from=EIGHT, quiet_until=SEVEN, away_until=now + DAY, now=now)
    settings = MailSettings.objects.get(person=person)
    assert (settings.muted_kinds, settings.quiet_from, settings.away_until) == (["reminder", "digest"], EIGHT, now + DAY)
    mail_choices.choose(person, zone="America/Chicago", now=now)
    settings.refresh_from_db()
    assert (settings.muted_kinds, settings.quiet_from, settings.away_until, settings.zone) == ([], None, None, "America/Chicago")


def test_muting_twice_is_muting_once_and_is_taken_back():
    notice = occasions.reminder()
    for _ in range(2):
        mail_choices.mute_kind(notice.person, "reminder", now=timezone.now())
        mail_choices.mute_letter(notice.person, notice.letter, now=timezone.now())
    assert MailSettings.objects.get().muted == "reminder"
    assert MutedLetter.objects.count() == 1
    for _ in range(2):
        mail_choices.unmute_letter(notice.person, notice.letter, now=timezone.now())
    assert MutedLetter.objects.count() == 0


# --- what is then not sent ---


@pytest.mark.parametrize("occasion", occasions.EVERY_KIND.values(), ids=lambda occasion: occasion.__name__)
@pytest.mark.parametrize("how", ["kind", "letter"])
def test_what_is_muted_is_dropped_when_it_is_sent_and_nothing_else(occasion, how):
    notice = occasion()
    person = notice.person or make_person()
    if how == "letter" and notice.letter:
        mail_choices.mute_letter(person, notice.letter, now=timezone.now())
    if how == "kind":
        MailSettings.objects.create(person=person, muted=f"{notice.kind} other")
    muted = notice.kind in Notice.MUTABLE and notice.signature is None
    assert delivery.reason_to_drop(notice, timezone.now()) == (mail_choices.MUTED if muted else "")


def test_who_signed_is_told_of_a_correction_in_any_case_and_a_colleague_who_muted_is_not():
    notice = occasions.corrected()
    colleague = make_staff(notice.office)
    mail_choices.mute_kind(notice.person, "corrected", now=timezone.now())
    mail_choices.mute_kind(colleague, "corrected", now=timezone.now())
    assert notice.signature.signed_by == notice.person
    assert mail_choices.reason_against(notice) == ""
    notice.person = colleague
    assert mail_choices.reason_against(notice) == mail_choices.MUTED


def test_one_who_muted_leaves_the_others_their_mail():
    notice = occasions.reminder()
    other = make_staff(notice.office)
    mail_choices.mute_letter(notice.person, notice.letter, now=timezone.now())
    reminders.plan(timezone.now())
    tasks.deliver()
    told = {row.person: row for row in Notice.objects.filter(kind=Kind.REMINDER, office=notice.office)}
    assert {person: row.state for person, row in told.items()} == {notice.person: "not sent", other: "sent"}
    assert told[notice.person].dropped_because == "the person has muted these mails"


def test_a_letter_muted_leaves_the_other_letters():
    notice = occasions.reminder()
    other = factories.make_letter(invited=[notice.office])
    mail_choices.mute_letter(notice.person, other, now=timezone.now())
    assert delivery.reason_to_drop(notice, timezone.now()) == ""


# --- to whom an office's mail goes ---


def office_of(words):
    """An office whose people are described each by a word, and they by that word: `first`, `alternate`, `-away`, `-gone`."""
    office, found = make_office(), {}
    for word in words.split():
        found[word] = make_staff(office)
        place = found[word].memberships.get()
        place.alternate = word.startswith("alternate")
        place.save()
        if "away" in word:
            mail_choices.choose(found[word], away_until=timezone.now() + DAY, now=timezone.now())
        if "gone" in word:
            Suppression.objects.create(address=found[word].email.lower(), began_at=timezone.now(), because="Came back.")
    return office, found


TO_WHOM = [
    ("first", "first"),
    ("first first2", "first first2"),
    ("first alternate", "first"),
    ("first-away first2 alternate", "first2"),
    ("first-away alternate", "alternate"),
    ("first-gone alternate alternate2", "alternate alternate2"),
    ("first-away first-gone alternate alternate-away", "alternate"),
    ("alternate", "alternate"),
    ("alternate alternate-away", "alternate"),
    ("first-away", "first-away"),
    ("first-gone", "first-gone"),
    ("first-away first-gone alternate-away alternate-gone", "first-away first-gone alternate-away alternate-gone"),
    ("", ""),
]


@pytest.mark.parametrize(("words", "expected"), TO_WHOM)
def test_mail_of_an_office_goes_to_whom_it_can_reach_and_to_everybody_rather_than_nobody(words, expected):
    office, found = office_of(words)
    assert notices.readers(office, now=timezone.now()) == [found[word] for word in expected.split()]


def test_whoever_is_back_gets_the_office_s_mail_again():
    office, found = office_of("first-away alternate")
    assert notices.readers(office, now=timezone.now() + DAY) == [found["first-away"]]


def test_an_address_whose_suppression_was_lifted_counts_again():
    office, found = office_of("first-gone alternate")
    Suppression.objects.update(lifted_at=timezone.now())
    assert notices.readers(office, now=timezone.now()) == [found["first-gone"]]


def test_a_receipt_goes_to_the_person_who_signed_although_away_or_an_alternate():
    office, found = office_of("first alternate-away")
    letter = factories.make_letter(invited=[office])
    factories.sign(letter, office, found["alternate-away"])
    assert [row.person for row in Notice.objects.filter(kind=Kind.RECEIPT)] == [found["alternate-away"]]
    signing.withdraw(letter, office, found["alternate-away"], now=timezone.now())
    assert {row.person for row in Notice.objects.filter(kind=Kind.WITHDRAWAL)} == set(found.values())


def test_whom_mail_goes_to_is_one_question_for_all_offices():
    offices = [office_of("first-away alternate first-gone")[0] for _ in range(3)]
    for some in (offices[:1], offices):
        with CaptureQueriesContext(connection) as captured:
            found = notices.people_of(some, now=timezone.now())
        assert len(captured) == 1
        assert [len(found[office.pk]) for office in some] == [1] * len(some)


# --- alternates ---


def test_a_manager_makes_an_alternate_and_the_office_s_history_says_so():
    office = make_office()
    manager, person = make_staff(office, Membership.Role.MANAGER), make_staff(office)
    for alternate in (True, True, False):
        mail_choices.choose_alternate(person.memberships.get(), manager, alternate=alternate, now=timezone.now())
        assert person.memberships.get().alternate == alternate
    told = office.history.filter(kind="alternate").order_by("pk")
    assert [event.details["how"] for event in told] == ["only while nobody else can be reached", "always"]


def test_only_a_manager_makes_an_alternate_and_only_of_somebody_whom_mail_goes_to():
    office = make_office("Ada", "Able")
    manager, person = make_staff(office, Membership.Role.MANAGER), make_staff(office)
    place = person.memberships.get()
    with lives.refused("Only a manager of the office of Ada Able (NY-10) or a site admin does this."):
        mail_choices.choose_alternate(place, person, alternate=True, now=timezone.now())
    people.change_role(place, Membership.Role.VIEWER, manager, now=timezone.now())
    with lives.refused("Mail goes only to people who sign for the office and whose places are confirmed."):
        mail_choices.choose_alternate(place, manager, alternate=True, now=timezone.now())

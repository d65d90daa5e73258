"""What follows from mail that came back, and what the lead may do about it."""

import datetime

import pytest
from django.utils import timezone

from letters import mail
from letters.models import Event, Notice, Suppression
from letters.workflow import Refused, bouncing, circulating, delivery, drafting
from tests import factories
from tests.factories import HOUR, make_letter, make_office, make_person, make_staff
from tests.mail import occasions
from tests.mail.occasions import EVERY_KIND
from tests.workflow import lives

pytestmark = pytest.mark.django_db
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def letter(office, now):
    """Invites an office with one person and one that is mailed at an address."""
    make_staff(office, email="ada@able.house.gov")
    found = make_letter(now=now - HOUR, invited=[office])
    return found


def sent(letter, office, now):
    notice = letter.notices.get(kind=Notice.Kind.INVITATION, office=office)
    Notice.objects.filter(pk=notice.pk).update(sent_at=now - HOUR, started_at=now - HOUR, attempts=1)
    notice.refresh_from_db()
    return notice


def to_contact(letter, now, address="front.desk@able.house.gov"):
    """An office without people, invited at an address; the row of the office on the letter."""
    office = make_office("Cy", "Alone")
    circulating.invite(letter, [office], letter.created_by, contacts={office.pk: address}, now=now - HOUR)
    return letter.invitees.get(office=office)


def refusal(act, *args, **named):
    before = lives.rows()
    with pytest.raises(Refused) as refused:
        act(*args, **named)
    assert lives.rows() == before
    return str(refused.value)


# --- came back ---


def test_coming_back_is_noted_once_and_the_address_gets_no_more(letter, office, now):
    notice = sent(letter, office, now)
    Notice.objects.filter(pk=notice.pk).update(address="Ada@Able.House.Gov")
    assert bouncing.bounced(notice, "550 nobody", now=now)
    assert not bouncing.bounced(notice, "550 nobody at all", now=now + HOUR)
    notice.refresh_from_db()
    assert (notice.bounced_at, notice.bounced_because) == (now, "550 nobody")
    stopped = Suppression.objects.get()
    assert (stopped.address, stopped.because, stopped.notice, stopped.lifted_at) == (
        "ada@able.house.gov",
        "550 nobody",
        notice,
        None,
    )


def test_what_is_about_the_mail_alone_stops_no_address(letter, office, now):
    notice = sent(letter, office, now)
    bouncing.bounced(notice, "552 mailbox full", gone=False, now=now)
    notice.refresh_from_db()
    assert notice.bounced_at == now
    assert not Suppression.objects.exists()


def test_what_stops_the_address_counts_also_after_a_milder_report_and_is_the_reason_that_is_kept(letter, office, now):
    notice = sent(letter, office, now)
    assert bouncing.bounced(notice, "552 mailbox full", gone=False, now=now)
    assert bouncing.bounced(notice, "550 nobody", now=now + HOUR)
    assert not bouncing.bounced(notice, "552 mailbox full", gone=False, now=now + 2 * HOUR)
    notice.refresh_from_db()
    assert (notice.bounced_at, notice.bounced_because) == (now, "550 nobody")
    assert Suppression.objects.standing().get().because == "550 nobody"


def test_what_is_told_twice_does_not_stop_an_address_anew_that_was_taken_into_use_again(letter, office, now):
    notice = sent(letter, office, now)
    bouncing.bounced(notice, "550 nobody", now=now)
    assert bouncing.lift(notice.address, notice.person, now=now + MINUTE)
    assert not bouncing.bounced(notice, "550 nobody", now=now + HOUR)
    assert not Suppression.objects.standing().exists()


def test_a_mail_that_was_never_noted_as_sent_stops_the_address_and_stays_as_it_is(letter, office, now):
    notice = letter.notices.get(office=office)
    bouncing.bounced(notice, "550 nobody", now=now)
    notice.refresh_from_db()
    assert notice.bounced_at is None
    assert delivery.reason_to_drop(notice, now) == "mail to this address came back: 550 nobody"


def test_what_is_told_late_of_an_older_mail_does_not_stop_an_address_anew(letter, office, now):
    notice = sent(letter, office, now)
    person = notice.person
    other = factories.make_letter(now=now - HOUR, invited=[office])
    older = sent(other, office, now)
    bouncing.bounced(notice, "550 nobody", now=now)
    assert bouncing.lift(person.email, person, now=now + MINUTE)
    bouncing.bounced(older, "550 nobody", now=now + HOUR)
    assert not Suppression.objects.standing().exists()


def test_only_the_person_or_a_site_admin_takes_an_address_into_use_again(letter, office, now):
    notice = sent(letter, office, now)
    bouncing.bounced(notice, "550 nobody", now=now)
    words = "Only the person whose address it is, or a site admin, lets mail be sent to it again."
    assert refusal(bouncing.lift, notice.address, letter.created_by, now=now) == words
    admin = make_person(admin=True)
    assert bouncing.lift(notice.address.upper(), admin, now=now)
    assert not bouncing.lift(notice.address, admin, now=now + HOUR)
    stopped = Suppression.objects.get()
    assert (stopped.lifted_at, stopped.lifted_by) == (now, admin)
    assert delivery.reason_to_drop(notice, now) == ""


# --- sent again ---


def test_a_mail_is_sent_again_as_a_row_of_its_own_about_the_same(letter, office, now):
    notice = sent(letter, office, now)
    [again] = bouncing.send_again(notice, letter.created_by, now=now)
    assert (again.again_of, again.due_at, again.sent_at, again.attempts) == (notice, now, None, 0)
    assert {field: getattr(again, field) for field in bouncing.ABOUT} == {
        field: getattr(notice, field) for field in bouncing.ABOUT
    }
    assert again.key != notice.key
    assert letter.events.count() == letter.events.exclude(at=now).count()
    Notice.objects.filter(pk=again.pk).update(sent_at=now)
    [third] = bouncing.send_again(again, letter.created_by, now=now + 11 * MINUTE)
    assert third.again_of == notice
    assert len({notice.key, again.key, third.key}) == 3


def test_it_goes_to_the_persons_new_address(letter, office, now):
    notice = sent(letter, office, now)
    notice.person.email = "ada.able@able.house.gov"
    notice.person.save()
    [again] = bouncing.send_again(notice, letter.created_by, now=now)
    assert again.address == "ada.able@able.house.gov"


@pytest.mark.parametrize("kind", EVERY_KIND, ids=str)
def test_each_kind_is_composed_again_as_it_was(kind, now):
    notice = EVERY_KIND[kind]()
    if notice.letter is None or kind == Notice.Kind.DIGEST:
        return
    Notice.objects.filter(pk=notice.pk, sent_at=None, dropped_at=None).update(started_at=now, sent_at=now)
    notice = Notice.objects.get(pk=notice.pk)
    first = mail.compose(notice, now=now, shown=True)
    [again] = bouncing.send_again(notice, notice.letter.created_by, now=now)
    again = mail.compose(again, now=now, shown=True)
    assert (again.subject, again.body) == (first.subject, first.body)


def test_a_digest_is_not_sent_twice(now):
    notice = occasions.digest()
    Notice.objects.filter(pk=notice.pk).update(started_at=now, sent_at=now)
    words = "A digest is not sent twice. The next one tells all that is new."
    assert refusal(bouncing.send_again, notice, notice.letter.created_by, now=now) == words


def test_a_mail_that_waits_is_not_queued_twice(letter, office, now):
    notice = letter.notices.get(office=office)
    assert refusal(bouncing.send_again, notice, letter.created_by, now=now) == "This mail is waiting to be sent already."
    bouncing.send_again(sent(letter, office, now), letter.created_by, now=now)
    assert refusal(bouncing.send_again, notice, letter.created_by, now=now) == "This mail is waiting to be sent already."


def test_not_more_than_once_in_ten_minutes(letter, office, now):
    notice = sent(letter, office, now)
    [again] = bouncing.send_again(notice, letter.created_by, now=now)
    Notice.objects.filter(pk=again.pk).update(sent_at=now)
    words = "This mail was sent again less than ten minutes ago. Give it time to arrive."
    assert refusal(bouncing.send_again, notice, letter.created_by, now=now + 9 * MINUTE) == words
    assert bouncing.send_again(notice, letter.created_by, now=now + 10 * MINUTE)


def test_not_when_its_reason_is_gone(letter, office, now):
    notice = sent(letter, office, now)
    factories.sign(letter, office, now=now)
    words = "The mail is not sent again: the office has answered."
    assert refusal(bouncing.send_again, notice, letter.created_by, now=now) == words


def test_not_to_an_address_from_which_mail_came_back_and_what_helps_is_said(letter, office, now):
    notice = sent(letter, office, now)
    bouncing.bounced(notice, "550 nobody.", now=now)
    words = (
        "The mail is not sent again: mail to this address came back: 550 nobody. The person can take the address into use "
        "again after signing in; a site admin can as well."
    )
    assert refusal(bouncing.send_again, notice, letter.created_by, now=now) == words
    alone = to_contact(letter, now)
    lost = sent(letter, alone.office, now)
    bouncing.bounced(lost, "550 nobody.", now=now)
    assert refusal(bouncing.send_again, lost, letter.created_by, now=now).endswith(" Enter another contact for the office.")


def test_a_reminder_is_sent_again_only_while_it_is_the_newest_step(now):
    notice = occasions.reminder()
    Notice.objects.filter(pk=notice.pk).update(sent_at=now)
    [again] = bouncing.send_again(notice, notice.letter.created_by, now=now)
    assert again.step == notice.step
    later = notice.deadline_at - HOUR
    Notice.objects.filter(again_of=notice).update(sent_at=now)
    words = "The mail is not sent again: a later reminder is due."
    assert refusal(bouncing.send_again, notice, notice.letter.created_by, now=later) == words


# --- another contact ---


def test_another_contact_is_invited_at_once_and_the_history_names_no_address(letter, now):
    invitee = to_contact(letter, now)
    lost = sent(letter, invitee.office, now)
    bouncing.bounced(lost, "550 nobody", now=now)
    bouncing.change_contact(invitee, "chief@alone.house.gov", letter.created_by, now=now)
    invitee.refresh_from_db()
    assert invitee.contact == "chief@alone.house.gov"
    queued = letter.notices.waiting().get(office=invitee.office)
    assert (queued.kind, queued.address, delivery.reason_to_drop(queued, now)) == ("invitation", "chief@alone.house.gov", "")
    event = letter.events.latest("seq")
    assert (event.kind, event.details["offices"]) == (Event.Kind.INVITED, [invitee.office_id])
    assert "alone.house.gov" not in event.data
    words = "The office has another contact by now. Send the mail to that one again."
    assert refusal(bouncing.send_again, lost, letter.created_by, now=now) == words


def test_instead_of_the_contact_of_an_office_that_has_people_by_now_they_are_mailed(letter, now):
    invitee = to_contact(letter, now)
    first = sent(letter, invitee.office, now)
    people = [make_staff(invitee.office) for _ in range(2)]
    again = bouncing.send_again(first, letter.created_by, now=now + HOUR)
    assert [(row.kind, row.person, row.address, row.again_of) for row in again] == [
        ("invitation", person, person.email, first) for person in people
    ]
    Notice.objects.filter(again_of=first).update(sent_at=now + HOUR)
    words = "The office has people here by now, and they have got this mail. Send it again to one of them."
    assert refusal(bouncing.send_again, first, letter.created_by, now=now + 2 * HOUR) == words
    [once_more] = bouncing.send_again(again[0], letter.created_by, now=now + 2 * HOUR)
    assert once_more.person == people[0]


def test_where_the_contact_was_another_and_there_are_people_they_are_mailed(letter, now):
    invitee = to_contact(letter, now)
    first = sent(letter, invitee.office, now)
    bouncing.change_contact(invitee, "chief@alone.house.gov", letter.created_by, now=now)
    person = make_staff(invitee.office)
    assert [row.person for row in bouncing.send_again(first, letter.created_by, now=now)] == [person]


def test_a_mail_that_came_back_from_a_person_goes_to_the_office_s_alternate(letter, office, now):
    notice = sent(letter, office, now)
    alternate = make_staff(office)
    alternate.memberships.update(alternate=True)
    bouncing.bounced(notice, "550 nobody", now=now)
    assert [row.person for row in bouncing.send_again(notice, letter.created_by, now=now)] == [alternate]
    assert alternate.email in lives.told(Notice.Kind.INVITATION)


def test_or_to_whoever_joined_since_and_to_nobody_who_has_got_it(office, now):
    ada, bo = make_staff(office), make_staff(office)
    letter = make_letter(now=now - HOUR, invited=[office])
    Notice.objects.filter(kind="invitation").update(sent_at=now - HOUR)
    notice = letter.notices.get(kind="invitation", person=ada)
    bouncing.bounced(notice, "550 nobody", now=now)
    words = (
        "The mail is not sent again: mail to this address came back: 550 nobody. The office’s other people have got this mail. "
        "The person can take the address into use again after signing in; a site admin can as well."
    )
    assert refusal(bouncing.send_again, notice, letter.created_by, now=now) == words
    newcomer = make_staff(office)
    assert [row.person for row in bouncing.send_again(notice, letter.created_by, now=now)] == [newcomer]
    assert letter.notices.filter(person=bo).count() == 1


def test_a_reminder_goes_to_the_alternate_at_its_own_step(now):
    notice = occasions.reminder()
    alternate = make_staff(notice.office)
    alternate.memberships.update(alternate=True)
    Notice.objects.filter(pk=notice.pk).update(sent_at=now)
    bouncing.bounced(Notice.objects.get(pk=notice.pk), "550 nobody", now=now)
    [again] = bouncing.send_again(notice, notice.letter.created_by, now=now)
    assert (again.person, again.step, again.deadline_at) == (alternate, notice.step, notice.deadline_at)


def test_a_receipt_is_for_whoever_acted_and_for_nobody_else(now):
    notice = occasions.receipt()
    make_staff(notice.office)
    Notice.objects.filter(pk=notice.pk).update(sent_at=now)
    bouncing.bounced(Notice.objects.get(pk=notice.pk), "550 nobody", now=now)
    assert "came back" in refusal(bouncing.send_again, notice, notice.letter.created_by, now=now)


def test_an_earlier_contact_can_be_taken_up_again(letter, now):
    invitee = to_contact(letter, now)
    bouncing.change_contact(invitee, "chief@alone.house.gov", letter.created_by, now=now)
    bouncing.change_contact(invitee, "front.desk@able.house.gov", letter.created_by, now=now + MINUTE)
    assert letter.notices.filter(office=invitee.office, address="front.desk@able.house.gov").count() == 2


def test_going_to_and_fro_between_contacts_floods_no_mailbox(letter, now):
    invitee, act = to_contact(letter, now), bouncing.change_contact
    to_and_fro = ("chief@alone.house.gov", "front.desk@able.house.gov") * 2
    for minutes, address in enumerate(to_and_fro):
        act(invitee, address, letter.created_by, now=now + minutes * MINUTE)
    words = "The invitation went to that address twice in the last ten minutes. Give it time to arrive."
    assert refusal(act, invitee, "chief@alone.house.gov", letter.created_by, now=now + 5 * MINUTE) == words
    act(invitee, "chief@alone.house.gov", letter.created_by, now=now + 11 * MINUTE)


def test_another_contact_is_refused_with_a_sentence(letter, office, now):
    act = bouncing.change_contact
    with_people = letter.invitees.get(office=office)
    words = "The office of Ada Able (NY-10) has people here, and its mail goes to them. Send it to them again."
    assert refusal(act, with_people, "x@y.house.gov", letter.created_by, now=now) == words
    invitee = to_contact(letter, now)
    words = "That is the office's contact already. Send the mail again instead."
    assert refusal(act, invitee, "Front.Desk@able.house.gov", letter.created_by, now=now) == words
    gone = sent(letter, office, now)
    bouncing.bounced(gone, "550 nobody", now=now)
    words = "Mail to that address came back. Enter another one."
    assert refusal(act, invitee, gone.address, letter.created_by, now=now) == words
    co_lead = make_office("Bo", "Unasked")
    drafting.add_co_lead(letter, co_lead, letter.created_by, now=now)
    unasked = letter.invitees.get(office=co_lead)
    if unasked.invited_at is None:
        words = "The office of Bo Unasked (NY-10) is not invited yet."
        assert refusal(act, unasked, "x@y.house.gov", letter.created_by, now=now) == words
    factories.sign(letter)
    lives.lock(letter)
    words = "The letter is locked. Nothing about it can change any more."
    assert refusal(act, invitee, "x@y.house.gov", letter.created_by, now=now) == words

"""A notice that has lost its reason between the act that queued it and the moment of sending ends dropped, with that reason."""

import datetime

import pytest
from django.utils import timezone

from letters import tasks
from letters.models import Letter, Membership, Notice, User
from letters.workflow import conditions, deadlines, delivery, drafting, edits, locking, people, rendering, revising, signing
from tests import factories
from tests.factories import DAY, HOUR, make_person, make_staff
from tests.mail import occasions
from tests.workflow import lives

pytestmark = pytest.mark.django_db


def acting(office):
    return office.people().first()


def signs(notice):
    factories.sign(notice.letter, notice.office)


def declines(notice):
    signing.decline(notice.letter, notice.office, acting(notice.office), now=timezone.now())


def withdraws(notice):
    signing.withdraw(notice.letter, notice.office, acting(notice.office), now=timezone.now())


def locks(notice):
    now, letter = timezone.now(), notice.letter
    rendering.publish(rendering.claim(letter.pk, now=now), b"%PDF", renderer="none", now=now)
    letter.refresh_from_db()
    locking.lock(letter, letter.created_by, head_hash=letter.head_hash, reasons=lives.REASONS, now=now)


def moves(notice):
    letter = Letter.objects.get(pk=notice.letter_id)
    deadlines.move(letter, letter.created_by, new_at=letter.deadline_at + DAY, now=timezone.now())


def passes(notice):
    ago = timezone.now() - HOUR
    Letter.objects.filter(pk=notice.letter_id).update(deadline_at=ago)
    Notice.objects.filter(pk=notice.pk).update(deadline_at=ago)


def member_leaves(notice):
    notice.office.left_on = timezone.now().date()
    notice.office.save()


def comes_closer(notice):
    soon = timezone.now() + 23 * HOUR
    Letter.objects.filter(pk=notice.letter_id).update(deadline_at=soon)
    Notice.objects.filter(pk=notice.pk).update(deadline_at=soon)


def leaves(notice):
    make_staff(notice.office, Membership.Role.MANAGER)  # the last manager of an office with people stays
    for place in Membership.objects.live().filter(person=notice.person):
        people.end(place, notice.person, now=timezone.now())


def closes_account(notice):
    User.objects.filter(pk=notice.person_id).update(is_active=False)


def confirms(notice):
    signing.confirm(notice.signature, notice.letter.created_by, how="Called back.", now=timezone.now())


def refuses(notice):
    signing.refuse(notice.signature, notice.letter.created_by, reason="Unknown.", now=timezone.now())


def decides(notice):
    deadlines.deny(notice.request, notice.letter.created_by, answer="No.", now=timezone.now())


def answers_condition(notice):
    invitee, lead = notice.invitee, notice.letter.created_by
    words = {"condition": invitee.condition, "met": False, "answer": "We talked about it."}
    conditions.answer(invitee, lead, now=timezone.now(), **words)


def changes_condition(notice):
    now = timezone.now()
    signing.would_sign_if(notice.letter, notice.office, acting(notice.office), condition="The river is named.", now=now)


def announces_anew(notice):
    now = timezone.now()
    locking.announce(notice.letter, notice.letter.created_by, lock_at=now + 2 * DAY, now=now)


def revises(notice):
    letter = Letter.objects.get(pk=notice.letter_id)
    changed = {"text": factories.text(body="<p>Quite another letter.</p>"), "base_sha256": letter.revision.sha256}
    revising.revise(letter, letter.created_by, now=timezone.now(), **changed)


def revises_and_is_signed(notice):
    revises(notice)
    signs(notice)


def takes_in(notice):
    edits.take_in(notice.proposed_edit, notice.letter.created_by, now=timezone.now())


def takes_words_back(notice):
    edits.take_back(notice.proposed_edit, notice.proposed_edit.asked_by, now=timezone.now())


def takes_back(notice):
    deadlines.take_back(notice.request, notice.request.asked_by, now=timezone.now())


def confirms_place(notice):
    people.confirm(notice.membership, notice.person, now=timezone.now())


def ends_place(notice):
    people.end(notice.membership, notice.person, now=timezone.now())


def administers_no_more(notice):
    User.objects.filter(pk=notice.person_id).update(is_superuser=False)


def is_accepted(notice):
    invited = notice.place_invitation
    people.accept_invitation(invited, make_person(invited.address), now=timezone.now())


def is_taken_back(notice):
    people.turn_down(notice.place_invitation, notice.place_invitation.invited_by, now=timezone.now())


def is_sent_again(notice):
    invited = notice.place_invitation
    people.invite(notice.office, invited.address, invited.role, invited.invited_by, now=timezone.now())


def inviter_leaves(notice):
    invited = notice.place_invitation
    make_staff(notice.office, Membership.Role.MANAGER)
    people.end(invited.invited_by.memberships.get(), invited.invited_by, now=timezone.now())


def expires(notice):
    """The mail is about an invitation of seven days ago; its row cannot be made older, so it is another one."""
    invited = notice.place_invitation
    ago = timezone.now() - people.INVITATION_LASTS
    old = people.invite(notice.office, "earlier@mail.house.gov", invited.role, invited.invited_by, now=ago)
    Notice.objects.filter(place_invitation=old).delete()
    Notice.objects.filter(pk=notice.pk).update(place_invitation=old)


def grows_old(notice):
    Notice.objects.filter(pk=notice.pk).update(due_at=timezone.now() - datetime.timedelta(hours=49), attempts=90)


CASES = [
    (occasions.reminder, signs, "the office has answered"),
    (occasions.reminder, declines, "the office has answered"),
    (occasions.reminder, locks, "the letter is no longer open"),
    (occasions.reminder, moves, "the deadline was moved"),
    (occasions.reminder, passes, "the deadline has passed"),
    (occasions.reminder, comes_closer, "a later reminder is due"),
    (occasions.reminder, member_leaves, "the Member has left office"),
    (occasions.reminder, leaves, "the person has left the office"),
    (occasions.reminder, closes_account, "the person's account is closed"),
    (occasions.invitation, signs, "the office has answered"),
    (occasions.invitation, declines, "the office has answered"),
    (occasions.invitation, locks, "the letter is no longer open"),
    (occasions.invitation, member_leaves, "the Member has left office"),
    (occasions.invitation, leaves, "the person has left the office"),
    (occasions.invitation, grows_old, "given up after two days of trying"),
    (occasions.deadline_moved, signs, "the office has answered"),
    (occasions.deadline_moved, locks, "the letter is no longer open"),
    (occasions.deadline_moved, moves, "a later mail tells the newest deadline"),
    (occasions.deadline_moved, passes, "the deadline has passed"),
    (occasions.deadline_moved, member_leaves, "the Member has left office"),
    (occasions.outage_of_an_office, passes, "the deadline has passed"),
    (occasions.outage_of_an_office, member_leaves, "the Member has left office"),
    (occasions.request_decided, member_leaves, "the Member has left office"),
    (occasions.reaffirm, signs, "nothing to re-affirm any more"),
    (occasions.reaffirm, withdraws, "nothing to re-affirm any more"),
    (occasions.awaiting, confirms, "the signature needs no confirmation any more"),
    (occasions.awaiting, refuses, "the signature needs no confirmation any more"),
    (occasions.awaiting, locks, "the letter is no longer open"),
    (occasions.awaiting, leaves, "the person has left the office"),
    (occasions.confirmed, withdraws, "the signature was taken off"),
    (occasions.request_received, decides, "the request was answered or taken back already"),
    (occasions.request_received, takes_back, "the request was answered or taken back already"),
    (occasions.request_received, locks, "the letter is no longer open"),
    (occasions.request_received, leaves, "the person has left the office"),
    (occasions.corrected, withdraws, "the signature was taken off"),
    (occasions.corrected, revises, "the text was changed again, and the office is asked to re-affirm"),
    (occasions.corrected, revises_and_is_signed, "the office has said yes to the newest text"),
    (occasions.corrected, leaves, "the person has left the office"),
    (occasions.asked_again, signs, "the office has answered, or the letter is no longer open"),
    (occasions.asked_again, withdraws, "the office has answered, or the letter is no longer open"),
    (occasions.asked_again, locks, "the office has answered, or the letter is no longer open"),
    (occasions.asked_again, leaves, "the person has left the office"),
    (occasions.edit_proposed, takes_in, "the proposal was answered or taken back already"),
    (occasions.edit_proposed, takes_words_back, "the proposal was answered or taken back already"),
    (occasions.edit_proposed, locks, "the letter is no longer open"),
    (occasions.edit_proposed, leaves, "the person has left the office"),
    (occasions.edit_decided, leaves, "the person has left the office"),
    (occasions.locked, leaves, "the person has left the office"),
    (occasions.condition_received, answers_condition, "the condition was answered, changed or taken back already"),
    (occasions.condition_received, changes_condition, "the condition was answered, changed or taken back already"),
    (occasions.condition_received, signs, "the condition was answered, changed or taken back already"),
    (occasions.condition_received, locks, "the letter is no longer open"),
    (occasions.condition_received, leaves, "the person has left the office"),
    (occasions.condition_answered, signs, "the office has decided meanwhile, or the lead has answered anew"),
    (occasions.condition_answered, declines, "the office has decided meanwhile, or the lead has answered anew"),
    (occasions.condition_answered, answers_condition, "the office has decided meanwhile, or the lead has answered anew"),
    (occasions.condition_answered, locks, "the letter is no longer open"),
    (occasions.condition_answered, leaves, "the person has left the office"),
    (occasions.lock_pending, locks, "the letter is locked already"),
    (occasions.lock_pending, withdraws, "the signature was taken off"),
    (occasions.lock_pending, announces_anew, "a later mail tells when the letter will be locked"),
    (occasions.lock_pending, leaves, "the person has left the office"),
    (occasions.circular, signs, "the office has answered"),
    (occasions.circular, declines, "the office has answered"),
    (occasions.circular, passes, "the letter is no longer open"),
    (occasions.circular, member_leaves, "the Member has left office"),
    (occasions.circular, leaves, "the person has left the office"),
    (occasions.scheduled, leaves, "the person has left the office"),
    (occasions.scheduled, closes_account, "the person's account is closed"),
    (occasions.join_request, confirms_place, "the request to join was answered already"),
    (occasions.join_request, ends_place, "the request to join was answered already"),
    (occasions.join_request, leaves, "the person has left the office"),
    (occasions.claim, confirms_place, "the request to join was answered already"),
    (occasions.claim, ends_place, "the request to join was answered already"),
    (occasions.claim, administers_no_more, "the person no longer administers the site"),
    (occasions.claim, closes_account, "the person's account is closed"),
    (occasions.place_invitation, is_accepted, "the invitation was used or taken back"),
    (occasions.place_invitation, is_taken_back, "the invitation was used or taken back"),
    (occasions.place_invitation, is_sent_again, "the invitation was used or taken back"),
    (occasions.place_invitation, inviter_leaves, "the invitation was used or taken back"),
    (occasions.place_invitation, expires, "the invitation has expired"),
    (occasions.place_taken, leaves, "the person has left the office"),
    (occasions.entered, signs, "the signature needs no confirmation any more"),
    (occasions.entered, withdraws, "the signature needs no confirmation any more"),
    (occasions.entered, refuses, "the signature needs no confirmation any more"),
    (occasions.entered, locks, "the letter is no longer open"),
    (occasions.entered, leaves, "the person has left the office"),
]


@pytest.mark.parametrize(("occasion", "act", "reason"), CASES, ids=lambda value: getattr(value, "__name__", ""))
def test_a_notice_without_reason_is_dropped_and_not_mailed(occasion, act, reason, mailoutbox):
    notice = occasion()
    act(notice)
    tasks.deliver()
    notice.refresh_from_db()
    assert (notice.dropped_because, notice.sent_at) == (reason, None)
    assert notice.dropped_at is not None
    assert notice.message_id not in [message.extra_headers["Message-ID"] for message in mailoutbox]


@pytest.mark.parametrize("occasion", occasions.EVERY_KIND.values(), ids=lambda occasion: occasion.__name__)
def test_a_notice_with_its_reason_is_mailed_once(occasion, mailoutbox):
    notice = occasion()
    tasks.deliver()
    tasks.deliver()
    notice.refresh_from_db()
    assert (notice.state, notice.attempts) == ("sent", 1)
    assert [message.extra_headers["Message-ID"] for message in mailoutbox].count(notice.message_id) == 1


def test_a_receipt_is_sent_also_after_the_lock_and_to_a_person_who_has_left(mailoutbox):
    notice = occasions.receipt()
    locks(notice)
    leaves(notice)
    tasks.deliver()
    notice.refresh_from_db()
    assert notice.state == "sent"


def test_only_the_newest_of_two_new_deadlines_is_mailed(mailoutbox):
    notice = occasions.deadline_moved()
    moves(notice)
    tasks.deliver()
    told = Notice.objects.filter(kind=Notice.Kind.DEADLINE_MOVED, office=notice.office).order_by("pk")
    assert [row.state for row in told] == ["not sent", "sent"]


def test_nothing_is_dropped_unless_something_happened():
    notice = occasions.reaffirm()
    assert delivery.reason_to_drop(notice, timezone.now()) == ""
    drafting.arrange(notice.letter, notice.letter.created_by, order="alphabetical", now=timezone.now())
    assert delivery.reason_to_drop(notice, timezone.now()) == ""


@pytest.mark.parametrize("occasion", [occasions.invitation, occasions.request_decided, occasions.outage])
def test_what_is_still_worth_knowing_after_the_deadline_is_mailed(occasion):
    """The office reads that it can ask for more time; the lead, that time was added."""
    notice = occasion()
    passes(notice)
    assert delivery.reason_to_drop(notice, timezone.now()) == ""

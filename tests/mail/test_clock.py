"""The clock goes a day ahead and is set right again: what was written meanwhile holds up nothing, and nothing comes twice."""

import datetime

import pytest
from django.utils import timezone

from letters import tasks
from letters.models import Letter, MailSettings, Notice
from letters.workflow import delivery, reminders, rendering
from tests import factories
from tests.factories import DAY, HOUR, make_letter, make_office, make_staff

from .test_faults import accepted, alone, deliver, ids, occasions

pytestmark = pytest.mark.django_db
MINUTE = HOUR / 60


@pytest.fixture(params=[DAY, 3 * HOUR], ids=["a-day", "three-hours"])
def ahead(request, clock):
    clock.ahead += request.param
    return request.param


def test_what_a_killed_worker_held_by_a_clock_that_was_ahead_is_sent_at_once_when_it_is_right_again(post_office, clock, ahead):
    notice = alone(occasions.receipt)
    assert delivery.claim(timezone.now()) == notice
    clock.ahead = MINUTE
    assert deliver(notice).state == "sent"
    assert ids(post_office) == [notice.message_id]


def test_a_try_put_off_by_a_clock_that_was_ahead_is_made_at_once_when_it_is_right_again(post_office, clock, ahead):
    post_office.script(rcpt=["450 later"])
    notice = deliver(alone(occasions.receipt))
    assert notice.state == "trying again"
    clock.ahead = MINUTE
    assert deliver(notice).state == "sent"
    assert accepted(post_office) == [notice.message_id]


def test_the_longest_wait_between_two_tries_is_kept_by_a_right_clock(post_office, clock):
    notice = alone(occasions.receipt)
    Notice.objects.filter(pk=notice.pk).update(attempts=20)
    post_office.script(rcpt=["450 later"])
    deliver(notice)
    for _ in range(29):
        clock.ahead += MINUTE
        assert delivery.claim(timezone.now()) is None
    clock.ahead += 2 * MINUTE
    assert deliver(notice).state == "sent"


def test_a_receipt_queued_by_a_clock_that_was_ahead_is_sent_at_once_when_it_is_right_again(post_office, clock, ahead):
    letter = make_letter(now=timezone.now() - 2 * DAY)
    factories.sign(letter, now=timezone.now())
    clock.ahead = MINUTE
    notice = Notice.objects.get(kind=Notice.Kind.RECEIPT)
    assert deliver(notice).state == "sent"
    assert f"hash\n    {letter.events.last().hash}" in post_office.messages()[-1].get_body(("plain",)).get_content()


def test_a_receipt_tells_of_its_act_though_the_clock_went_back_before_the_next_one(post_office, clock):
    """The history then has entries that are later by number and earlier by time."""
    clock.ahead = DAY
    letter, office = make_letter(), make_office()
    factories.sign(letter, office, now=timezone.now())
    first = Notice.objects.get(kind=Notice.Kind.RECEIPT)
    clock.ahead = MINUTE
    other = factories.sign(letter, now=timezone.now())
    second = Notice.objects.filter(kind=Notice.Kind.RECEIPT).latest("pk")
    tasks.deliver()
    texts = {message["Message-ID"]: message.get_body(("plain",)).get_content() for message in post_office.messages()}
    events = list(letter.events.filter(kind="signed"))
    assert [event.office for event in events] == [office, other.office]
    for notice, event in ((first, events[0]), (second, events[1])):
        assert f"History: the newest entry at that moment, hash\n    {event.hash}" in texts[notice.message_id]


def test_mail_held_for_quiet_hours_stays_held(post_office, clock):
    notice = alone(occasions.invitation)
    now = timezone.now()
    hours = {"quiet_from": (now - HOUR).time(), "quiet_until": (now + HOUR).time(), "zone": "UTC"}
    MailSettings.objects.create(person=notice.person, **hours)
    for _ in range(2):
        assert deliver(notice).state == "queued"
    assert round((notice.due_at - now) / MINUTE) == 60
    assert ids(post_office) == []
    clock.ahead = HOUR + MINUTE
    assert deliver(notice).state == "sent"


@pytest.fixture
def reminded(clock):
    """A person of an office that is to be asked three days before its deadline, in two days; nothing was mailed yet."""
    office = make_office()
    person = make_staff(office)
    letter = make_letter(invited=[office], deadline_in=5 * DAY)
    Notice.objects.update(dropped_at=timezone.now())
    return letter, person


def of(person):
    return Notice.objects.filter(kind=Notice.Kind.REMINDER, person=person).order_by("pk")


def steps_told(post_office, person):
    told = [message["Subject"] for message in post_office.messages() if message["To"] == person.email]
    return [subject.removeprefix("Reminder: ").partition(" left")[0] for subject in told]


def test_a_reminder_planned_too_early_and_not_sent_yet_waits_for_its_moment(post_office, clock, reminded):
    letter, person = reminded
    clock.ahead = 2 * DAY + HOUR
    reminders.plan(timezone.now())
    clock.ahead = HOUR
    tasks.deliver()
    assert [notice.state for notice in of(person)] == ["queued"]
    assert of(person).get().due_at == letter.deadline_at - 3 * DAY
    clock.ahead = 2 * DAY + HOUR
    tasks.deliver()
    assert steps_told(post_office, person) == ["3 days"]


@pytest.mark.parametrize("days", [1, -1])
def test_no_reminder_comes_twice_when_the_clock_jumps_there_and_back(post_office, clock, reminded, days):
    _, person = reminded
    for hour in range(0, 5 * 24, 3):
        for jump in (0 * DAY, days * DAY, 0 * DAY):
            clock.ahead = hour * HOUR + jump
            tasks.sweep()
            tasks.deliver()
    steps = list(of(person).values_list("step", flat=True))
    assert steps == ["3d", "1d", "3h"]
    assert len(steps_told(post_office, person)) == 3
    assert len(set(ids(post_office))) == len(ids(post_office))


def test_a_clock_past_the_deadline_closes_nothing_for_good(clock, reminded):
    letter, person = reminded
    clock.ahead = 6 * DAY
    with pytest.raises(factories.signing.Refused, match="deadline"):
        factories.sign(letter, person.memberships.get().office, person, now=timezone.now())
    tasks.sweep()
    clock.ahead = MINUTE
    assert factories.sign(letter, person.memberships.get().office, person, now=timezone.now()).pk
    assert Letter.objects.get().status == Letter.Status.OPEN


def test_a_pdf_claimed_by_a_clock_that_was_ahead_is_due_again_when_it_is_right(clock, ahead):
    letter = make_letter()
    late = rendering.claim(letter.pk, now=timezone.now())
    clock.ahead = datetime.timedelta()
    job = rendering.claim(letter.pk, now=timezone.now())
    assert job is not None
    assert rendering.publish(late, b"%PDF", renderer="none", now=timezone.now()) is None, "whoever held it holds it no more"
    assert rendering.claim(letter.pk, now=timezone.now()) is None, "one at a time"

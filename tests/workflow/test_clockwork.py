"""A letter's life by the clock at random: what is asked, granted, moved and lost to outages, and the mail that comes of it."""

import datetime
from random import Random

import pytest
from django.utils import timezone

from letters import tasks
from letters.models import Membership, Notice, Uptime
from letters.workflow import Refused, circulating, deadlines, mail_choices, outages, people, reminders, signing
from tests.factories import DAY, HOUR, make_letter, make_office, make_person, make_staff, sign
from tests.workflow import lives

pytestmark = pytest.mark.django_db
MINUTE = HOUR / 60
BEGIN = datetime.datetime(2026, 10, 30, 15, 20, tzinfo=datetime.UTC)  # clocks go back within the two days after it
TIMES = [20 * MINUTE, 50 * MINUTE, 2 * HOUR, 7 * HOUR, DAY]


class Life:
    """Of three invited offices the first has an alternate, the second quiet hours, and the last nobody but a contact."""

    def __init__(self, seed):
        self.random, self.now, self.acts = Random(seed), BEGIN, []
        self.offices = [make_office() for _ in range(3)]
        self.people = [make_staff(self.offices[0]), make_staff(self.offices[1])]
        alternate = make_person()
        place = people.give_place(alternate, self.offices[0], Membership.Role.SIGNER, alternate, now=BEGIN - DAY)
        Membership.objects.filter(pk=place.pk).update(alternate=True)
        hours = {"quiet_from": datetime.time(21), "quiet_until": datetime.time(self.random.choice([8, 20]))}
        mail_choices.choose(self.people[1], zone="America/New_York", now=BEGIN, **hours)
        self.letter = make_letter(now=BEGIN, deadline_in=self.random.choice([DAY, 2 * DAY]))
        contact = {self.offices[2].pk: "scheduler@mail.house.gov"}
        circulating.invite(self.letter, self.offices, self.letter.created_by, contacts=contact, now=BEGIN)
        self.lead = make_staff(self.letter.lead)
        self.stood = {}
        outages.beat(BEGIN)

    def live(self, acts):
        for _ in range(acts):
            self.now += MINUTE / 60
            act = self.random.choice(
                [self.wait] * 6
                + [self.be_down, self.sign, self.say_no, self.choose_steps, self.go_away]
                + [self.ask, self.ask, self.grant, self.grant, self.move]
            )
            self.acts.append(f"{self.now}: {act.__name__}")
            act()
            self.check()

    def end(self):
        """Whatever waits is sent or dropped when it is due, and nothing is put off for ever."""
        for _ in range(20):
            waiting = Notice.objects.waiting().order_by("due_at").first()
            if waiting:
                self.now = max(self.now, waiting.due_at)
                self.work()
        self.check()
        assert not Notice.objects.waiting().exists()

    def try_to(self, verb, *args, **facts):
        """What is refused changes nothing."""
        try:
            verb(*args, now=self.now, **facts)
        except Refused:
            self.acts.append("refused")

    # --- people ---

    def somebody(self):
        number = self.random.randrange(2)
        return self.letter, self.offices[number], self.people[number]

    def sign(self):
        self.try_to(sign, *self.somebody())

    def say_no(self):
        self.try_to(self.random.choice([signing.withdraw, signing.decline]), *self.somebody())

    def ask(self):
        who = self.somebody()
        self.try_to(deadlines.request, *who, wanted_at=max(self.now, self.deadline_of(who[1])) + self.random.choice(TIMES))

    def grant(self):
        asked = self.letter.deadline_requests.pending().first()
        if asked:
            new_at = asked.wanted_at + self.random.choice([-HOUR, 0 * HOUR, 5 * HOUR])
            self.try_to(deadlines.grant, asked, self.lead, new_at=new_at, for_all=self.random.random() < 0.5)

    def move(self):
        new_at = max(self.now, lives.again(self.letter).deadline_at) + self.random.choice(TIMES)
        self.try_to(deadlines.move, self.letter, self.lead, new_at=new_at)

    def choose_steps(self):
        self.try_to(reminders.choose, self.letter, self.lead, self.random.sample(list(reminders.STEPS), 3))

    def go_away(self):
        mail_choices.choose(self.people[0], away_until=self.now + self.random.choice(TIMES), now=self.now)

    # --- time ---

    def wait(self):
        """The worker looks every two hours meanwhile, or at the end alone."""
        end, swept = self.now + self.random.choice(TIMES), self.random.random() < 0.7
        while swept and self.now + 2 * HOUR < end:
            self.now += 2 * HOUR
            self.work()
        self.now = end
        self.work()

    def be_down(self):
        Uptime.objects.update(seen_at=self.now)
        self.now += self.random.choice([9 * MINUTE, 12 * MINUTE, 3 * HOUR, DAY])
        outages.beat(self.now)
        self.work()

    def work(self):
        """What the sweep and the delivery do at this moment; nothing is sent that ought not to be."""
        Uptime.objects.filter(pk=Uptime.objects.latest("pk").pk).update(seen_at=self.now)
        before = set(Notice.objects.exclude(sent_at=None).values_list("pk", flat=True))
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(timezone, "now", lambda: self.now)
            for plan in tasks.BY_THE_CLOCK:
                plan(self.now)
            tasks.deliver()
        letter = lives.again(self.letter)
        waiting = set(letter.invitees.waiting().values_list("office", flat=True))
        sent = Notice.objects.exclude(pk__in=before).exclude(sent_at=None)
        for notice in sent.filter(kind=Notice.Kind.REMINDER).select_related("office"):
            assert notice.office_id in waiting
            assert notice.step in letter.reminder_steps.split()
            assert self.now < notice.deadline_at == self.deadline_of(notice.office)
        for invitee in letter.invitees.waiting().select_related("office"):
            self.is_reminded(letter, invitee)

    def is_reminded(self, letter, invitee):
        """Each reader was reminded at the newest step whose moment has come, or will be in time, after quiet hours."""
        deadline_at = letter.deadline_for(invitee)
        step = reminders.step_due(deadline_at, invitee.invited_at, reminders.steps_of([letter])[letter.pk], self.now)
        for reader in reminders.readers(invitee.office, invitee, now=self.now) if step else ():
            address = getattr(reader, "email", reader)
            found = letter.notices.get(
                kind=Notice.Kind.REMINDER, office=invitee.office, address=address, step=step, deadline_at=deadline_at
            )
            answered = found.dropped_because == "the office has answered"  # and has changed its mind since
            assert found.sent_at or answered or (not found.dropped_at and self.now < found.due_at < deadline_at)

    def deadline_of(self, office):
        letter = lives.again(self.letter)
        return letter.deadline_for(letter.invitee_for(office))

    def check(self):
        for office in self.offices:
            stands = self.deadline_of(office)
            assert stands >= self.stood.get(office.pk, stands), "somebody's time was shortened"
            self.stood[office.pk] = stands
        sent = Notice.objects.filter(kind=Notice.Kind.REMINDER).exclude(sent_at=None)
        reminded = list(sent.values_list("office", "address", "step", "deadline_at"))
        assert len(reminded) == len(set(reminded)), "somebody was reminded twice of one moment"
        told = Notice.objects.filter(kind__in=(Notice.Kind.DEADLINE_MOVED, Notice.Kind.OUTAGE))
        mails = list(told.values_list("address", "created_at", "outage"))
        assert len(mails) == len(set(mails)), "somebody was told twice of one new deadline"


@pytest.mark.parametrize("seed", range(8))
def test_a_life_by_the_clock(seed, no_worker):
    life = Life(seed)
    try:
        life.live(25)
        life.end()
    except AssertionError:
        print(*life.acts, sep="\n")
        raise

"""A letter in circulation with an office in every state, a draft and a locked letter."""

import datetime

from django.utils import timezone

from letters import tasks
from letters.models import Membership
from letters.workflow import circulating, deadlines, drafting, locking, people, revising, signing
from tests import factories

BODY = (
    '<p>We write about the radar coverage of the valley.<span class="fn">See https://weather.example/reports/'
    "coverage-of-the-valley-by-radar-and-by-gauge-2026.pdf, page 4.</span> It has gaps.</p>"
    "<h2>What we ask</h2><ul><li>A survey of the <strong>northern</strong> ridge.</li><li>Its results by fall.</li></ul>"
    '<p>Thank you for your attention.<span class="fn">Senate Report 118–42.</span></p>'
)
NAMES = (
    "Ada Lovelace",
    "Grace Hopper",
    "José Alvarez",
    "Mary Worthington-Featherstone",
    "Alan Kay",
    "Ken Ito",
    "Bo Li",
    "Edsger Dijkstra",
)


def office(name, **fields):
    first, _, last = name.partition(" ")
    return factories.make_office(first, last, **fields)


class Story:
    def __init__(self):
        self.now = timezone.now()
        self.lead = factories.make_staff(office("Rosa Whitfield"), Membership.Role.MANAGER, "lead@mail.house.gov")
        self.admin = factories.make_person("clerk@cosign.example", admin=True)
        self.offices = [office(name, state="TX", district=at + 1) for at, name in enumerate(NAMES)]
        self.staff = [factories.make_staff(found) for found in self.offices]
        self.letter = self.circulated("Radar coverage of the valley", body=BODY)
        self.answer()
        self.draft = self.made("Trails in the national forests")

    def lead_office(self):
        return self.lead.memberships.get().office

    def made(self, title, **changes):
        return drafting.create(self.lead_office(), self.lead, title=title, text=factories.text(**changes), now=self.now)

    def circulated(self, title, **changes):
        letter = self.made(title, **changes)
        drafting.add_co_lead(letter, office("Ben Marlowe", chamber="senate", state="NM"), self.lead, now=self.now)
        circulating.circulate(letter, self.lead, deadline_at=self.now + datetime.timedelta(days=3), now=self.now)
        circulating.invite(letter, self.offices, self.lead, now=self.now)
        return letter

    def sign(self, at):
        return factories.sign(self.letter, self.offices[at], self.staff[at])

    def answer(self):
        """One office in each state, in the order of NAMES; the last two have not answered and signed an earlier text."""
        letter, now = self.letter, self.now
        self.sign(0)
        deadlines.request(
            letter, self.offices[1], self.staff[1], wanted_at=now + datetime.timedelta(days=5), reason="Travel.", now=now
        )
        signing.decline(letter, self.offices[2], self.staff[2], reason="Not on this subject.", now=now)
        signing.would_sign_if(letter, self.offices[3], self.staff[3], condition="the ridge is named", now=now)
        self.sign(4)
        signing.withdraw(letter, self.offices[4], self.staff[4], reason="Signed by mistake.", now=timezone.now())
        self.newcomer = factories.make_person("newcomer@mail.house.gov")
        people.ask_to_join(self.newcomer, self.offices[5], now=now)
        factories.sign(letter, self.offices[5], self.newcomer)

    def changed(self):
        """Another letter, whose text was changed after one office signed it."""
        letter = self.circulated("Gauges on the river")
        factories.sign(letter, self.offices[0], self.staff[0])
        letter.refresh_from_db()
        text = factories.text(body="<p>We write about the gauges.</p>")
        revising.revise(letter, self.lead, text=text, base_sha256=letter.revision.sha256, note="Shorter.", now=timezone.now())
        return letter

    def locked(self):
        letter = self.circulated("Clinics in the hills")
        factories.sign(letter, self.offices[0], self.staff[0])
        tasks.render(letter.pk)
        letter.refresh_from_db()
        reasons = dict.fromkeys(("leads", "time", "announced"), "All who wanted to sign have said so.")
        locking.lock(letter, self.admin, head_hash=letter.head_hash, reasons=reasons, now=timezone.now())
        tasks.render(letter.pk)
        letter.refresh_from_db()
        return letter

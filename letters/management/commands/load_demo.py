"""A small Congress that does not exist, with a letter in circulation, a draft and a locked letter."""

import datetime
import time
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from letters import committees, roster, tasks
from letters.models import ImportReport, Letter, Membership, Office, User
from letters.text.letter import Imported, LetterText
from letters.workflow import Refused, circulating, deadlines, drafting, edits, lists, locking, people, revising, signing

DATA = Path(__file__).resolve().parents[2] / "demo"
PASSWORD = "quiet lantern maple harbor"
ZONE = ZoneInfo("America/New_York")
SECONDS_FOR_A_PDF = 60

# Hours ago, whose staff, and what they do with the radar letter. All of it within two days: older mail is no longer sent.
RADAR = (
    (44, "lead", "sign", {}),
    (43, "colead", "sign", {}),
    (41, "marlowe", "sign", {}),
    (38, "brandvold", "sign", {}),
    (31, "adeyemi", "sign", {}),
    (28, "ashby", "decline", {"reason": "The Member does not sign letters on a program under review in committee."}),
    (26, "fairweather", "sign", {}),
    (22, "lindqvist", "sign", {}),
    (20, "tanabe", "sign", {}),
    (18, "castaneda", "sign", {}),
    (16, "kertesz", "would_sign_if", {"condition": "the list in the first request also covers the ridge counties."}),
    (12, "quist", "decline", {}),
    (9, "sandoval", "sign", {}),
    (7, "robichaux", "sign", {}),
    (6, "tanabe", "withdraw", {"reason": "The Member would like to read the survey first."}),
    (4, "naone", "sign", {}),
    (3, "newcomer", "sign", {}),
)
# As the first text has it, as it is corrected after eight offices have signed, and what an office would have otherwise.
TYPED, CORRECTED, CORRECTED_HOURS = "can not warn", "cannot warn", 21
PROPOSED = {
    "old": "within one hundred and twenty days",
    "new": "within ninety days",
    "reason": "The appropriations bill is marked up in the fourth month.",
}
IN_THE_WORD_FILE = [
    "The page header “Draft, not for circulation” was left out.",
    "A picture was left out.",
    "The highlight of “which trails will be opened again this year” was dropped.",
]
NOT_INVITED_TO_RADAR = ("drafter", "robichaux")
HOSPITALS = (
    (40, "castaneda", "sign", {}),
    (39, "sandoval", "sign", {}),
    (33, "marlowe", "sign", {}),
    (29, "ashby", "decline", {}),
    (23, "halloran", "sign", {}),
    (15, "fairweather", "sign", {}),
    (6, "naone", "sign", {}),
)


class Command(BaseCommand):
    help = "Loads invented Members, people and letters into an empty database, and prints who can sign in. Local mode only."

    def handle(self, **options):
        if not settings.LOCAL:
            raise CommandError("The demo's password is no secret, so it is loaded in local mode only (COSIGN_MODE=local).")
        if not is_empty():
            raise CommandError(
                "The database is not empty, and the demo would mix with what is there. "
                "Give it a database of its own: put COSIGN_VAR=some-empty-folder in .env, or set DATABASE_URL."
            )
        with transaction.atomic():
            story = Story(timezone.now())
            letters = [story.radar(), story.trails(), story.hospitals()]
        self.print_people(story, letters)
        try:
            finish(letters[-1], story.people["admin"])
        except Refused as refusal:
            raise CommandError(f"The demo is loaded, but its last letter could not be locked: {refusal}") from refusal

    def print_people(self, story, letters):
        rows = [(person.email, seat_of(story.offices.get(name)), story.tries[name]) for name, person in story.people.items()]
        widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
        self.stdout.write(f"The demo is loaded. Everyone signs in with the password: {PASSWORD}\n")
        for email, office, what in rows:
            self.stdout.write(f"  {email:{widths[0]}}  {office:{widths[1]}}  {what}")
        self.stdout.write("The letters:")
        for letter in letters:
            self.stdout.write(f"  {settings.SITE_URL}/l/{letter.code}/  {letter.title}")


def is_empty():
    return not Office.objects.exists() and not Letter.objects.exists()


def seat_of(office):
    return office.label if office else "no office"


def read(name):
    return yaml.safe_load((DATA / name).read_text(encoding="utf-8"))


def finish(letter, admin):
    """Lock the letter as its PDF shows it, and make the final PDF."""
    render(letter)
    reasons = {"announced": "All signers were called."}
    locking.lock(letter, admin, head_hash=letter.head_hash, reasons=reasons, now=timezone.now())
    render(letter)


def render(letter):
    """Make the PDF, or wait for the worker that is at it already."""
    give_up_at = time.monotonic() + SECONDS_FOR_A_PDF
    while time.monotonic() < give_up_at:
        tasks.render(letter.pk)
        letter.refresh_from_db()
        if letter.pdf_is_current or letter.render_error:
            return
        time.sleep(0.2)


class Story:
    """What has happened up to `now`, told by the verbs. Moments are hours before it."""

    def __init__(self, now):
        self.now = now
        self.password = make_password(PASSWORD)  # once: it takes half a second
        self.texts = read("letters.yaml")
        roster.update_offices(roster.parse(roster.read(str(DATA / "members.yaml"))), today=timezone.localdate(now))
        listed, members = (roster.read(str(DATA / name)) for name in ("committees.yaml", "committee-members.yaml"))
        committees.update_lists(committees.parse(listed), committees.parse_members(members), now=self.ago(30 * 24))
        self.people, self.offices, self.tries = {}, {}, {}
        for row in read("people.yaml"):
            self.arrive(**row)

    def ago(self, hours):
        return self.now - datetime.timedelta(hours=hours)

    def arrive(self, address, name, office=None, role=None, claims=None, group=None, **rest):
        first, _, last = name.partition(" ")
        email = f"{address}@demo.example"
        names = {"first_name": first, "last_name": last}
        person = User.objects.create(username=email, email=email, password=self.password, date_joined=self.ago(30 * 24), **names)
        EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
        person.signed_in_with = "mailed code"
        self.people[address], self.tries[address] = person, rest["try"]
        if address == "admin":
            person.is_staff = person.is_superuser = True
            person.save()
        if group:
            person.groups.add(Group.objects.get(name=group))
        if claims:
            self.offices[address] = Office.objects.get(bioguide=claims)
            people.ask_to_join(person, self.offices[address], role=Membership.Role.MANAGER, now=self.ago(5))
        if office:
            self.offices[address] = Office.objects.get(bioguide=office)
            people.give_place(person, self.offices[address], role, self.people["admin"], now=self.ago(29 * 24))

    def caucus(self):
        """A list that the drafter's office keeps, and its draft's list of those to invite."""
        office, person = self.offices["drafter"], self.people["drafter"]
        kept = [self.offices[name] for name in ("marlowe", "tanabe", "sandoval", "adeyemi", "naone")]
        lists.keep(office, person, name="Trail riders", offices=kept, now=self.ago(6 * 24))
        return kept

    def radar(self):
        letter = self.draft("radar", "lead", hours=46, typed=True)
        drafting.add_co_lead(letter, self.offices["colead"], self.people["lead"], now=self.ago(45.8))
        due_at = at_five(self.now + datetime.timedelta(days=3))
        not_invited = {self.offices[name].pk for name in NOT_INVITED_TO_RADAR}
        self.circulate(letter, Office.objects.exclude(pk__in=not_invited), due_at, hours=45)
        self.tell(
            *self.answers(letter, RADAR),
            (CORRECTED_HOURS, lambda now: self.correct(letter, "lead", now=now)),
            (15, lambda now: self.propose(letter, "kertesz", now=now)),
            (3.2, lambda now: self.join("newcomer", of="desrosiers", now=now)),
            (2.5, lambda now: self.invite("recruit", by="desrosiers", now=now)),
            (2, lambda now: self.ask_for_time(letter, "waiting", until=due_at + datetime.timedelta(days=2), now=now)),
            (1.5, lambda now: self.enter(letter, "halloran", by="lead", now=now)),
        )
        return letter

    def trails(self):
        letter = self.draft("trails", "drafter", hours=5)
        imported = Imported(LetterText(**letter.revision.text()), [], IN_THE_WORD_FILE)
        came_from = {"source": ImportReport.Source.WORD, "name": "trails.docx"}
        revising.report(letter, self.people["drafter"], imported, now=self.ago(5), **came_from)
        circulating.list_offices(letter, self.caucus(), self.people["drafter"], now=self.ago(4))
        return letter

    def hospitals(self):
        letter = self.draft("hospitals", "castaneda", hours=43)
        drafting.add_co_lead(letter, self.offices["sandoval"], self.people["castaneda"], now=self.ago(42.9))
        drafting.arrange(letter, self.people["castaneda"], order=Letter.Order.ALPHABETICAL, now=self.ago(42.8))
        asked = [self.offices[name] for _, name, _, _ in HOSPITALS]
        self.circulate(letter, asked, self.ago(4).replace(minute=0, second=0, microsecond=0), hours=42)
        self.tell(*self.answers(letter, HOSPITALS))
        return letter

    def correct(self, letter, by, *, now):
        letter.refresh_from_db()
        text, base = letter.revision.text(), letter.revision.sha256
        text["body"] = text["body"].replace(TYPED, CORRECTED)
        how = {"clerical": True, "note": "A typing error in the third paragraph.", "now": now}
        revising.revise(letter, self.people[by], text=text, base_sha256=base, **how)

    def draft(self, name, by, *, hours, typed=False):
        text = {"closing": "Sincerely,", **self.texts[name]}
        if typed:
            text["body"] = text["body"].replace(CORRECTED, TYPED)
        day = timezone.localdate(self.now, ZONE)
        text["date_line"] = f"{day:%B} {day.day}, {day.year}"
        return drafting.create(self.offices[by], self.people[by], title=text.pop("title"), text=text, now=self.ago(hours))

    def circulate(self, letter, offices, deadline_at, *, hours):
        circulating.circulate(letter, letter.created_by, deadline_at=deadline_at, zone=ZONE.key, now=self.ago(hours))
        contacts = {office.pk: f"scheduler-{office.bioguide.lower()}@demo.example" for office in offices}
        circulating.invite(letter, offices, letter.created_by, contacts=contacts, now=self.ago(hours))

    def propose(self, letter, name, *, now):
        letter.refresh_from_db()
        edits.propose(letter, self.offices[name], self.people[name], text_sha256=letter.revision.sha256, now=now, **PROPOSED)

    def join(self, name, *, of, now):
        self.offices[name] = self.offices[of]
        people.ask_to_join(self.people[name], self.offices[of], now=now)

    def invite(self, name, *, by, now):
        people.invite(self.offices[by], self.people[name].email, Membership.Role.SIGNER, self.people[by], now=now)

    def ask_for_time(self, letter, name, *, until, now):
        reason = "The Member is traveling with the committee until the weekend."
        deadlines.request(letter, self.offices[name], self.people[name], wanted_at=until, reason=reason, now=now)

    def enter(self, letter, name, *, by, now):
        said = {"how": "by phone", "said_by": "Brigid Shea, chief of staff"}
        signing.enter(letter, self.offices[name], self.people[by], now=now, **said)

    def answers(self, letter, rows):
        """What `tell` takes, of rows like those of RADAR."""

        def act(name, verb, words, now):
            letter.refresh_from_db()
            if verb == "sign":
                words = {"text_sha256": letter.revision.sha256}
            getattr(signing, verb)(letter, self.offices[name], self.people[name], now=now, **words)

        return [(hours, partial(act, name, verb, words)) for hours, name, verb, words in rows]

    def tell(self, *acts):
        """Do the acts in the order of their times. Each is so many hours ago, and a function of that moment."""
        for hours, act in sorted(acts, key=lambda row: -row[0]):
            act(self.ago(hours))


def at_five(moment):
    return moment.astimezone(ZONE).replace(hour=17, minute=0, second=0, microsecond=0)

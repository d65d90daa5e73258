"""Everything that routes are about: letters for either audience, offices, their people, and what belongs to another office."""

from types import SimpleNamespace

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import Permission
from django.core.signing import dumps
from django.utils import timezone

from letters.mail.stopping import SALT
from letters.models import Letter, Membership, Recess, Suppression
from letters.text.letter import Imported, LetterText
from letters.workflow import (
    circulating,
    deadlines,
    drafting,
    edits,
    feeds,
    links,
    lists,
    mail_choices,
    offices,
    people,
    revising,
    scheduling,
    signing,
)
from tests.factories import DAY, make_draft, make_office, make_person, make_staff, text
from tests.pdf import pictures
from tests.sessions import signed_in
from tests.workflow import lives

Role = Membership.Role
AUDIENCES = ("any", "invited")


def build():
    """The rows of the world, and for each letter of the table's head a person and the cookie of their session."""
    world = SimpleNamespace()
    Recess.objects.create(name="August", first_day="2026-08-03", last_day="2026-09-04")
    world.lead, world.co_lead = make_office("Ada", "Leading"), make_office("Bo", "Coleading", chamber="senate", state="CA")
    world.ours, world.other = make_office("Cy", "Invited"), make_office("Di", "Uninvited")
    world.foreign = make_office("Ed", "Foreign")
    world.people = {
        "n": make_person(),
        "o": make_staff(world.other),
        "v": make_staff(world.ours, Role.VIEWER),
        "s": make_staff(world.ours),
        "m": make_staff(world.ours, Role.MANAGER),
        "l": make_staff(world.lead),
        "c": make_staff(world.co_lead),
        "a": make_person(admin=True),
        "r": make_person(),
    }
    world.people["r"].user_permissions.add(Permission.objects.get(codename="audit_letter"))
    world.offices = {"o": world.other, "l": world.lead, "c": world.co_lead}
    world.boss = make_staff(world.foreign, Role.MANAGER)
    Authenticator.objects.create(user=world.boss, type=Authenticator.Type.TOTP, data={})
    SocialAccount.objects.create(user=world.boss, provider="agency", uid="1")
    stopped = {"address": world.people["v"].email, "began_at": timezone.now(), "because": "550 5.1.1 No such user"}
    Suppression.objects.create(**stopped)
    world.newcomer = make_office("Flo", "Newcomer", state="VT")
    furnish(world, world.ours, world.people["m"], "ours")
    furnish(world, world.foreign, world.boss, "foreign")
    world.offers = {role: offer(world.foreign, person.email, world.boss) for role, person in world.people.items()}
    world.circulated = {audience: circulated(world, audience) for audience in AUDIENCES}
    world.elsewhere = elsewhere(world)
    world.revoked_secret, world.secret = (feeds.make(world.people["s"], now=timezone.now()) for _ in range(2))
    mail_choices.mute_letter(world.people["s"], world.circulated["any"].locked, now=timezone.now())
    world.muted = world.people["s"].muted_letters.get()
    world.stop_token = dumps([world.people["s"].pk, "reminder", world.circulated["any"].letter.ref], salt=SALT)
    world.cookies = {role: signed_in(person).cookies["sessionid"].value for role, person in world.people.items()}
    return world


def furnish(world, office, manager, name):
    """What a manager decides on: a colleague's place, a place asked for, an invitation, a signature image, a list."""
    colleague, asking = make_staff(office), lives.asking_person(office)
    setattr(world, f"{name}_colleague", colleague.memberships.get())
    setattr(world, f"{name}_asking", asking.memberships.get())
    setattr(world, f"{name}_offer", offer(office, f"new@{name}.house.gov", manager))
    offices.put_image(office, pictures.signature(), manager, now=timezone.now())
    kept = lists.keep(office, manager, name=f"Friends of {name}", offices=[office], now=timezone.now())
    setattr(world, f"{name}_list", kept)


def offer(office, address, manager):
    return people.invite(office, address, Role.SIGNER, manager, now=timezone.now())


def letter_of(lead, person, audience, *, invited, co_lead=None, days_ago=0):
    then = timezone.now() - days_ago * DAY
    letter = make_draft(lead, person, body="<p>We write about nothing yet.</p>", now=then)
    publish(letter, body="<p>We write of the mills.</p><p>Please answer by July.</p>", now=then)
    if co_lead:
        drafting.add_co_lead(letter, co_lead, person, now=timezone.now())
    circulating.circulate(letter, person, deadline_at=timezone.now() + 7 * DAY, audience=audience, now=then)
    circulating.invite(letter, invited, person, now=timezone.now())
    letter.refresh_from_db()
    return letter


def save(letter, *, now=None, **changes):
    """Save the text in the works; the copy."""
    letter = lives.again(letter)
    version = revising.copy_of(letter).version
    return revising.save_copy(letter, letter.created_by, text=text(**changes), version=version, now=now or timezone.now())


def publish(letter, *, clerical=False, now=None, **changes):
    copy, now = save(letter, now=now, **changes), now or timezone.now()
    revising.publish(copy.letter, letter.created_by, version=copy.version, clerical=clerical, now=now)


def signature(letter, office, person, *, days_ago=0):
    letter.refresh_from_db()
    return signing.sign(letter, office, person, text_sha256=letter.revision.sha256, now=timezone.now() - days_ago * DAY)


def propose(letter, office, person):
    sha256 = lives.again(letter).revision.sha256
    return edits.propose(letter, office, person, old="July", new="August", text_sha256=sha256, now=timezone.now())


def proposed_by_another(letter):
    office = make_office()
    person = make_staff(office)
    circulating.invite(letter, [office], letter.created_by, now=timezone.now())
    return propose(letter, office, person)


def request(letter, office, person):
    return deadlines.request(letter, office, person, wanted_at=letter.deadline_at + DAY, now=timezone.now())


def report(letter):
    """What was said when a text came into the letter, not checked yet."""
    came = Imported(LetterText("", "", "", "<p>Looms.</p>", ""), [], ["No date line was found."])
    return revising.report(letter, letter.created_by, came, source="paste", now=timezone.now())


def awaiting(letter):
    office = make_office()
    person = lives.asking_person(office)
    if letter.audience == "invited":
        circulating.invite(letter, [office], letter.created_by, now=timezone.now())
    return signature(letter, office, person)


def circulated(world, audience):
    """A letter of the lead and the co-lead in circulation, signed by the co-lead long ago and corrected since, with a request,
    proposals and a signature to confirm, and a changed text in the works; one that is a draft; and one that is locked and that
    our office has signed. Of the texts of each, the first is from before the circulation."""
    lead, starts = world.lead, world.people["l"]
    letter = letter_of(lead, starts, audience, invited=[world.ours], co_lead=world.co_lead, days_ago=41)
    signature(letter, world.co_lead, world.people["c"], days_ago=40)
    publish(letter, clerical=True, body="<p>We write about the mills.</p><p>Please answer by July.</p>")
    edit, edit_of_others = propose(letter, world.ours, world.people["s"]), proposed_by_another(letter)
    signing.would_sign_if(letter, world.ours, world.people["s"], condition="The mill is named.", now=timezone.now())
    conditional = letter.invitees.get(office=world.ours)
    save(letter, body="<p>We write about the mills and bakeries.</p><p>Please answer by July.</p>")
    asked, unconfirmed = request(letter, world.ours, world.people["s"]), awaiting(letter)
    lives.publish(letter)
    Letter.objects.filter(pk=letter.pk).update(render_attempts=2)
    letter.refresh_from_db()
    locked = letter_of(lead, starts, audience, invited=[world.ours], co_lead=world.co_lead)
    signature(locked, world.ours, world.people["s"])
    lives.lock(locked)
    lives.publish(locked)
    draft = make_draft(lead, starts)
    drafting.add_co_lead(draft, world.co_lead, starts, now=timezone.now())
    circulating.list_offices(draft, [world.ours], starts, now=timezone.now())
    goes_out = {"circulate_at": timezone.now() + DAY, "deadline_at": timezone.now() + 9 * DAY, "zone": draft.zone}
    scheduling.schedule(draft, starts, audience=audience, list_shown="all", now=timezone.now(), **goes_out)
    mail = letter.notices.filter(kind="invitation", office=world.ours).earliest("pk")
    letter.notices.filter(pk=mail.pk).update(sent_at=timezone.now(), started_at=timezone.now())
    alone = make_office("Gil", "Alone")
    circulating.invite(letter, [alone], starts, contacts={alone.pk: "gil@mail.house.gov"}, now=timezone.now())
    contact = letter.invitees.get(office=alone)
    retired = {}
    for name, row in (("letter", letter), ("draft", draft)):
        retired[name] = row.code
        links.replace(row, starts, now=timezone.now())
        row.refresh_from_db()
    rows = {"request": asked, "awaiting": unconfirmed, "report": report(letter), "edit": edit, "edit_of_others": edit_of_others}
    rows |= {"conditional": conditional, "mail": mail, "contact": contact}
    return SimpleNamespace(letter=letter, draft=draft, locked=locked, retired=retired, **rows)


def elsewhere(world):
    """A letter for invited offices only, none of which anybody of the table has a place in."""
    letter = letter_of(world.foreign, world.boss, "invited", invited=[])
    asked, edit = request(letter, world.foreign, world.boss), propose(letter, world.foreign, world.boss)
    return SimpleNamespace(letter=letter, request=asked, awaiting=awaiting(letter), report=report(letter), edit=edit)

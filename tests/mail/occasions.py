"""For each kind of notice an occasion on which the verbs queue one, on a letter full of words that no mail may carry."""

from django.utils import timezone

from letters.models import Membership, Notice
from letters.workflow import (
    circulars,
    circulating,
    conditions,
    deadlines,
    digests,
    drafting,
    edits,
    locking,
    offices,
    outages,
    people,
    reminders,
    rendering,
    revising,
    scheduling,
    signing,
)
from tests import factories
from tests.factories import DAY, HOUR, make_letter, make_office, make_person, make_staff
from tests.workflow import lives

Kind = Notice.Kind
CANARIES = ("Kestrel", "Wombat", "Ocelot", "Pelican", "Marmot")
TEXT = {
    "addressees": "The Honorable Kestrel Addressee\nSecretary\nWashington, D.C.",
    "salutation": "Dear Secretary Wombat:",
    "body": "<p>We write about the ocelot and Ocelot alone.</p>",
    "closing": "Pelican regards,",
}


def start():
    """An open letter of yesterday, the invited office and its signer; another office has signed already, an hour ago."""
    now = timezone.now() - HOUR
    lead, office, other = (make_office(*words.split(" ", 1)) for words in ("Grace Hopper", "Ada Byron", "Marmot Signer"))
    lead_person, person = make_staff(lead), make_staff(office)
    make_staff(other)
    asked_at, until = now - 20 * HOUR, now + 3 * DAY + HOUR
    letter = make_letter(lead, lead_person, now=asked_at, deadline_in=until - asked_at, invited=[office, other], **TEXT)
    letter.title = "Kestrel title"
    letter.save()
    factories.sign(letter, other, now=now)
    letter.refresh_from_db()
    return letter, office, person, now


def the_last(kind):
    return Notice.objects.filter(kind=kind).latest("pk")


def invitation():
    start()
    return Notice.objects.filter(kind=Kind.INVITATION).earliest("pk")


def reminder():
    start()
    reminders.plan(timezone.now())
    return Notice.objects.filter(kind=Kind.REMINDER, office__last_name__startswith="Byron").get()


def receipt():
    letter, office, person, now = start()
    factories.sign(letter, office, person, now=now)
    return the_last(Kind.RECEIPT)


def withdrawal():
    letter, office, person, now = start()
    factories.sign(letter, office, person, now=now)
    signing.withdraw(letter, office, person, reason="Ocelot", now=now)
    return the_last(Kind.WITHDRAWAL)


def reaffirm():
    letter, office, person, now = start()
    factories.sign(letter, office, person, now=now)
    changed = factories.text(**{**TEXT, "body": "<p>Of the ocelot we write no more: Ocelot.</p>"})
    revising.revise(
        letter,
        letter.created_by,
        text=changed,
        base_sha256=letter.revision.sha256,
        note="The Ocelot is gone.",
        now=timezone.now(),
    )
    return Notice.objects.filter(kind=Kind.REAFFIRM, office=office).get()


def corrected():
    letter, office, person, now = start()
    factories.sign(letter, office, person, now=now)
    changed = factories.text(**{**TEXT, "body": "<p>We write about the ocelots and Ocelot alone.</p>"})
    sha256 = letter.revision.sha256
    correct = {"base_sha256": sha256, "clerical": True, "note": "The Ocelot was misspelled."}
    revising.revise(letter, letter.created_by, text=changed, now=timezone.now(), **correct)
    return Notice.objects.filter(kind=Kind.CORRECTED, office=office).get()


def asked_again():
    letter, office, person, now = start()
    factories.sign(letter, office, person, now=now)
    revising.ask_again(letter, letter.created_by, signed_before=now + HOUR / 2, now=timezone.now())
    return Notice.objects.filter(kind=Kind.ASKED_AGAIN, office=office).get()


def edit_proposed():
    letter, office, person, now = start()
    words = {"old": "the ocelot", "new": "a marmot", "reason": "An Ocelot is no Pelican."}
    edits.propose(letter, office, person, text_sha256=letter.revision.sha256, now=now, **words)
    return the_last(Kind.EDIT_PROPOSED)


def edit_decided(decision="taken"):
    edit = edit_proposed().proposed_edit
    lead = edit.letter.created_by
    if decision == "taken":
        edits.take_in(edit, lead, answer="With pleasure.", now=timezone.now())
    else:
        edits.refuse(edit, lead, answer="Sorry: that was agreed & <settled>.", now=timezone.now())
    return the_last(Kind.EDIT_DECIDED)


def awaiting():
    letter, office, _, now = start()
    stranger = make_person()
    people.ask_to_join(stranger, office, now=now)
    factories.sign(letter, office, stranger, now=now)
    return the_last(Kind.AWAITING)


def confirmed():
    found = awaiting()
    signing.confirm(found.signature, found.letter.created_by, how="Called back at the number in the roster.", now=timezone.now())
    return the_last(Kind.CONFIRMED)


def refused():
    found = awaiting()
    signing.refuse(found.signature, found.letter.created_by, reason="The office does not know <you>.", now=timezone.now())
    return the_last(Kind.REFUSED)


def request_received():
    letter, office, person, now = start()
    reason = "The Member is abroad.\nBack on Friday & <Saturday>."
    deadlines.request(letter, office, person, wanted_at=letter.deadline_at + 2 * DAY, reason=reason, now=now)
    return the_last(Kind.REQUEST_RECEIVED)


def request_decided(decision="office"):
    asked = request_received().request
    lead = asked.letter.created_by
    if decision == "denied":
        deadlines.deny(asked, lead, answer="Sorry: it goes out tomorrow.", now=timezone.now())
    else:
        grant = {"new_at": asked.wanted_at, "for_all": decision == "all", "answer": "With pleasure."}
        deadlines.grant(asked, lead, **grant, now=timezone.now())
    return the_last(Kind.REQUEST_DECIDED)


def deadline_moved():
    letter, _, _, now = start()
    deadlines.move(letter, letter.created_by, new_at=letter.deadline_at + 4 * DAY, now=now)
    return the_last(Kind.DEADLINE_MOVED)


def outage(*, own=False):
    """The lead's mail; `own`: only an office with more time of its own was so near its deadline."""
    letter, office, person, now = start()
    ended_at = letter.deadline_at - HOUR
    if own:
        asked = deadlines.request(letter, office, person, wanted_at=letter.deadline_at + 2 * DAY, now=now)
        colleague = make_staff(letter.lead)
        deadlines.grant(asked, colleague, new_at=asked.wanted_at, for_all=False, now=now)
        ended_at = asked.wanted_at - HOUR
    for seen_at in (ended_at - 3 * HOUR, ended_at):
        outages.beat(seen_at)
    outages.settle(ended_at)
    return Notice.objects.get(kind=Kind.OUTAGE, person=letter.created_by)


def outage_of_an_office():
    return Notice.objects.get(kind=Kind.OUTAGE, office__last_name__startswith="Byron", outage=outage().outage)


def locked():
    letter, office, person, now = start()
    factories.sign(letter, office, person, now=now)
    job = rendering.claim(letter.pk, now=now)
    rendering.publish(job, b"%PDF", renderer="none", now=now)
    letter.refresh_from_db()
    locking.lock(letter, letter.created_by, head_hash=letter.head_hash, reasons=lives.REASONS, now=timezone.now())
    return Notice.objects.filter(kind=Kind.LOCKED, office=office).get()


def condition_received():
    letter, office, person, now = start()
    signing.would_sign_if(letter, office, person, condition="The Ocelot is struck & <named>.", now=now)
    return the_last(Kind.CONDITION_RECEIVED)


def condition_answered(*, met=True):
    invitee = condition_received().invitee
    lead, words = invitee.letter.created_by, "With pleasure." if met else "Sorry: that was agreed & <settled>."
    conditions.answer(invitee, lead, condition=invitee.condition, met=met, answer=words, now=timezone.now())
    return the_last(Kind.CONDITION_ANSWERED)


def lock_pending():
    letter, office, person, now = start()
    factories.sign(letter, office, person, now=now)
    locking.announce(letter, letter.created_by, lock_at=now + DAY, now=now)
    return Notice.objects.filter(kind=Kind.LOCK_PENDING, office=office).get()


def join_request():
    _, office, _, now = start()
    make_staff(office, Membership.Role.MANAGER)
    people.ask_to_join(make_person(), office, now=now)
    return the_last(Kind.JOIN_REQUEST)


def join_decided(decision="joined"):
    _, office, _, now = start()
    manager = make_staff(office, Membership.Role.MANAGER)
    place = people.ask_to_join(make_person(), office, now=now)
    if decision != "refused":
        people.confirm(place, manager, now=now)
    if decision != "joined":
        people.end(place, manager, now=timezone.now())
    return the_last(Kind.JOIN_DECIDED)


def claim(*, entered=False):
    admin = make_person(admin=True)
    _, office, _, now = start()
    claimant = make_person()
    if entered:
        seat = {"chamber": "house", "state": "NY", "district": 12}
        office = offices.enter(claimant, first_name="Emily", last_name="Du Chatelet", now=now, **seat)
    people.ask_to_join(claimant, office, role=Membership.Role.MANAGER, now=now)
    return Notice.objects.get(kind=Kind.CLAIM, person=admin)


def place_invitation():
    _, office, _, now = start()
    manager = make_staff(office, Membership.Role.MANAGER)
    people.invite(office, "newcomer@mail.house.gov", Membership.Role.SIGNER, manager, now=now)
    return the_last(Kind.PLACE_INVITATION)


def place_taken():
    invited = place_invitation().place_invitation
    people.accept_invitation(invited, make_person(invited.address), now=timezone.now())
    return the_last(Kind.PLACE_TAKEN)


def entered():
    letter, office, _, now = start()
    signing.enter(letter, office, letter.created_by, how="by phone", said_by="Jane Doe, chief of staff", now=now)
    return the_last(Kind.ENTERED)


def digest():
    """Due on the next morning, for what an office did today."""
    letter, office, person, _ = start()
    now = timezone.now()
    factories.sign(letter, office, person, now=now)
    digests.plan(now + DAY)
    Notice.objects.filter(kind=Kind.DIGEST).update(created_at=now, due_at=now)
    return the_last(Kind.DIGEST)


def scheduled(late=HOUR * 0):
    """A draft whose time to circulate has come; it goes out late after an outage, or not at all after its deadline."""
    now = timezone.now() - 9 * DAY
    draft, office = factories.make_draft(make_office("Grace", "Hopper"), now=now, **TEXT), make_staff().memberships.get().office
    circulating.list_offices(draft, [office], draft.created_by, now=now)
    times = {"circulate_at": now + HOUR, "deadline_at": now + 7 * DAY, "zone": "America/New_York"}
    scheduling.schedule(draft, draft.created_by, audience="any", list_shown="all", now=now, **times)
    scheduling.circulate_due(now + HOUR + late)
    Notice.objects.filter(kind=Kind.SCHEDULED).update(due_at=timezone.now())
    return the_last(Kind.SCHEDULED)


def circular():
    letter, _, _, now = start()
    words = {"subject": "Please join us", "body": "Dear Colleague:\n\nPlease join us.\n<Soon> & gladly."}
    circulars.send(letter, letter.created_by, to_all=False, now=now, **words)
    return the_last(Kind.CIRCULAR)


def co_lead_invitation():
    now = timezone.now()
    draft = factories.make_draft(now=now, **TEXT)
    co_lead = make_staff()
    office = co_lead.memberships.get().office
    drafting.add_co_lead(draft, office, draft.created_by, now=now)
    circulating.circulate(draft, draft.created_by, deadline_at=now + 7 * DAY, now=now)
    return the_last(Kind.INVITATION)


EVERY_KIND = {
    Kind.INVITATION: invitation,
    Kind.REMINDER: reminder,
    Kind.RECEIPT: receipt,
    Kind.WITHDRAWAL: withdrawal,
    Kind.REAFFIRM: reaffirm,
    Kind.CORRECTED: corrected,
    Kind.ASKED_AGAIN: asked_again,
    Kind.EDIT_PROPOSED: edit_proposed,
    Kind.EDIT_DECIDED: edit_decided,
    Kind.AWAITING: awaiting,
    Kind.CONFIRMED: confirmed,
    Kind.REFUSED: refused,
    Kind.REQUEST_RECEIVED: request_received,
    Kind.REQUEST_DECIDED: request_decided,
    Kind.DEADLINE_MOVED: deadline_moved,
    Kind.OUTAGE: outage_of_an_office,
    Kind.LOCKED: locked,
    Kind.CONDITION_RECEIVED: condition_received,
    Kind.CONDITION_ANSWERED: condition_answered,
    Kind.LOCK_PENDING: lock_pending,
    Kind.JOIN_REQUEST: join_request,
    Kind.JOIN_DECIDED: join_decided,
    Kind.CLAIM: claim,
    Kind.PLACE_INVITATION: place_invitation,
    Kind.PLACE_TAKEN: place_taken,
    Kind.ENTERED: entered,
    Kind.SCHEDULED: scheduled,
    Kind.CIRCULAR: circular,
    Kind.DIGEST: digest,
}

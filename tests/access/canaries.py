"""A letter made of words that stand nowhere else, so that one of them anywhere else is a leak."""

import re
from types import SimpleNamespace

from django.utils import timezone

from letters.models import Letter, Membership
from letters.text.letter import Imported, LetterText
from letters.workflow import circulating, deadlines, edits, offices, revising, signing
from tests.factories import DAY, make_draft, make_office, make_person, make_staff, text
from tests.workflow import lives

TITLE, NOTE = "Bluethroat", "Dunnock"
TEXT = {
    "date_line": "Quintember 3",
    "addressees": "The Honorable Canary Yellowhammer\nSecretary of Waxwings",
    "salutation": "Dear Secretary Oriole:",
    "body": "<p>We write of the <em>nightjar</em> and the <strong>shrike</strong>.</p>",
    "closing": "Warblingly,",
}
OF_THE_TEXT = ["Quintember", "Yellowhammer", "Waxwings", "Oriole", "nightjar", "shrike", "Warblingly", TITLE, NOTE, "Bittern"]
LEAD, SIGNER, PRINTED, RANK = "Kestrel", "Goshawk", "Wigeon", "Whimbrel"
OF_SIGNERS = [SIGNER, PRINTED, RANK, "Firecrest"]
# What the lead's people alone see: a draft that was never shown, the text in the works, what an import said.
OF_THE_DESK = ["Brambling", "Bullfinch", "Dotterel", "Smew", "Phalarope"]
PROPOSED = ["Avocet", "Corncrake"]
REASONS = ["Pochard", "Garganey", "Spoonbill", "Wheatear", "Fieldfare", "Redwing", "Wryneck"]
WORDS = [*OF_THE_TEXT, LEAD, *OF_SIGNERS, *OF_THE_DESK, *PROPOSED, *REASONS]
RANDOM = re.compile(r"[A-Za-z0-9]{22,}")  # tokens and codes, in which a short word can stand by chance


def build():
    """The letter in circulation, with every kind of answer to it; and the people of its lead and of two offices."""
    ends_at = timezone.now() + 7 * DAY
    lead, signer = make_office("Ada", LEAD), make_office("Bo", SIGNER)
    manager = make_staff(signer, Membership.Role.MANAGER)
    offices.sign_as(signer, manager, name=f"Bo {PRINTED}", title=RANK, now=timezone.now())
    letter = make_draft(lead, make_staff(lead), **{**TEXT, "body": "<p>We write of the brambling.</p>"})
    change(letter, **TEXT)
    Letter.objects.filter(pk=letter.pk).update(title=TITLE)
    circulating.circulate(letter, letter.created_by, deadline_at=ends_at, now=timezone.now())
    answering = [make_staff() for _ in range(5)]
    asked = [person.memberships.get().office for person in answering]
    circulating.invite(letter, [signer, *asked], letter.created_by, now=timezone.now())
    signing.decline(letter, asked[0], answering[0], reason="Pochard.", now=timezone.now())
    signing.would_sign_if(letter, asked[1], answering[1], condition="Garganey.", now=timezone.now())
    wanted = {"wanted_at": ends_at + DAY, "reason": "Spoonbill."}
    request = deadlines.request(letter, asked[2], answering[2], now=timezone.now(), **wanted)
    deadlines.deny(request, letter.created_by, answer="Wheatear.", now=timezone.now())
    sha = again(letter).revision.sha256
    signing.sign(letter, asked[3], answering[3], text_sha256=sha, now=timezone.now())
    signing.withdraw(letter, asked[3], answering[3], reason="Fieldfare.", now=timezone.now())
    entered = make_office("Di", "Firecrest")
    signing.enter(letter, entered, letter.created_by, how="by phone", said_by="Ed Redwing", now=timezone.now())
    newer = {**TEXT, "body": TEXT["body"] + "<p>And of the bittern.</p>"}
    revising.revise(letter, letter.created_by, text=text(**newer), base_sha256=sha, note=f"{NOTE} added.", now=timezone.now())
    signing.sign(letter, signer, manager, text_sha256=again(letter).revision.sha256, now=timezone.now())
    lives.publish(letter)
    proposal = {"old": "We write of", "new": "We write of the avocet and", "reason": "Corncrake."}
    edit = edits.propose(
        letter, asked[4], answering[4], text_sha256=again(letter).revision.sha256, now=timezone.now(), **proposal
    )
    edits.refuse(edit, letter.created_by, answer="Wryneck.", now=timezone.now())
    came = Imported(LetterText(**text(**newer)), [("Bo Smew", "Member of Congress")], ["The picture “Phalarope” is left out."])
    came_from = {"version": 0, "source": "word", "name": "Dotterel.docx"}
    revising.take_import(letter, letter.created_by, came, now=timezone.now(), **came_from)
    save(letter, **{**newer, "body": newer["body"] + "<p>And of the bullfinch.</p>"})
    people = {"lead_person": letter.created_by, "signer_person": manager, "reader": answering[4], "stranger": make_person()}
    return SimpleNamespace(letter=again(letter), lead=lead, signer=signer, reader_s=asked[4], edit=edit, **people)


def change(letter, **changes):
    """Give the draft its next text."""
    base = {"base_sha256": again(letter).revision.sha256, "now": timezone.now()}
    revising.revise(letter, letter.created_by, text=text(**changes), **base)


def save(letter, **changes):
    """Save a text in the works."""
    version = revising.copy_of(again(letter)).version
    revising.save_copy(letter, letter.created_by, text=text(**changes), version=version, now=timezone.now())


def again(letter):
    return Letter.objects.select_related("revision").get(pk=letter.pk)


def everything(response):
    """Body, headers, cookies, and all that led here."""
    steps = [str(response.headers), response.content.decode(errors="replace"), str(response.cookies)]
    whole = "\n".join([*steps, *(str(step) for step in getattr(response, "redirect_chain", []))])
    return RANDOM.sub("", whole)


def found(text, words=WORDS):
    return [word for word in words if word.casefold() in text.casefold()]

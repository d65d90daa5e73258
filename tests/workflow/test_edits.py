"""Other words that an office proposes: taken into the text in the works, left, taken back; and every reason to refuse one."""

import pytest
from django.utils import timezone

from letters.models import Notice, ProposedEdit
from letters.text.html import TextError
from letters.workflow import StaleText, delivery, edits, people, revising
from tests import factories
from tests.factories import DAY, make_draft, make_letter, make_office, make_staff
from tests.workflow import lives

pytestmark = pytest.mark.django_db
Decision = ProposedEdit.Decision
NOT_THERE = (
    "These words are not in the text. Copy them from the letter, from one paragraph at a time, without the numbers of its notes."
)
LOCKED = "The letter is locked. Nothing about it can change any more."


class Scene:
    def __init__(self, **text):
        self.office = make_office("Ada", "Able")
        self.person = make_staff(self.office)
        self.letter = make_letter(invited=[self.office], **text)
        self.lead = self.letter.created_by

    def propose(self, old="July", new="August", *, now=None, person=None, **more):
        facts = {"text_sha256": lives.again(self.letter).revision.sha256, **more}
        now = now or timezone.now()
        return edits.propose(self.letter, self.office, person or self.person, old=old, new=new, now=now, **facts)


@pytest.fixture
def scene():
    return Scene()


def decided(edit):
    edit.refresh_from_db()
    return edit.decision, edit.answer


def test_words_that_are_taken_in_stand_in_the_text_in_the_works_and_nowhere_else(scene):
    edit = scene.propose(reason="The recess.")
    assert lives.told(Notice.Kind.EDIT_PROPOSED) == [scene.lead.email]
    before = lives.again(scene.letter).revision
    edits.take_in(edit, scene.lead, answer="Thank you.", now=timezone.now())
    assert decided(edit) == (Decision.TAKEN, "Thank you.")
    assert lives.again(scene.letter).revision == before
    copy = revising.copy_of(lives.again(scene.letter))
    assert copy.body == before.body.replace("July", "August")
    assert lives.told(Notice.Kind.EDIT_DECIDED) == [scene.person.email]
    assert [event.kind for event in scene.letter.events.all()][-2:] == ["edit-proposed", "edit-decided"]


def test_words_are_taken_in_beside_other_unpublished_changes(scene):
    text = factories.text(closing="With respect,")
    revising.save_copy(scene.letter, scene.lead, text=text, version=0, now=timezone.now())
    edits.take_in(scene.propose(), scene.lead, now=timezone.now())
    copy = revising.copy_of(lives.again(scene.letter))
    assert (copy.closing, "August" in copy.body, copy.version) == ("With respect,", True, 2)


def test_the_lead_may_have_changed_the_text_already(scene):
    edit = scene.propose()
    edits.take_in(edit, scene.lead, by_hand=True, now=timezone.now())
    assert decided(edit) == (Decision.TAKEN, "")
    assert not revising.copy_of(lives.again(scene.letter)).is_changed


def test_the_lead_may_leave_the_words_and_says_why(scene):
    edit = scene.propose()
    with lives.refused("Say why the words stay. The office is told."):
        edits.refuse(edit, scene.lead, answer=" ", now=timezone.now())
    edits.refuse(edit, scene.lead, answer="July was agreed.", now=timezone.now())
    assert decided(edit) == (Decision.ANSWERED, "July was agreed.")
    assert lives.told(Notice.Kind.EDIT_DECIDED) == [scene.person.email]


def test_the_office_may_take_a_proposal_back(scene):
    edit = scene.propose()
    edits.take_back(edit, scene.person, now=timezone.now())
    assert decided(edit) == (Decision.TAKEN_BACK, "")
    assert lives.told(Notice.Kind.EDIT_DECIDED) == []


@pytest.mark.parametrize("first", ["take_in", "refuse", "take_back"])
@pytest.mark.parametrize("second", ["take_in", "refuse", "take_back"])
def test_a_proposal_is_decided_once(scene, first, second):
    acts = {
        "take_in": lambda edit: edits.take_in(edit, scene.lead, now=timezone.now()),
        "refuse": lambda edit: edits.refuse(edit, scene.lead, answer="No.", now=timezone.now()),
        "take_back": lambda edit: edits.take_back(edit, scene.person, now=timezone.now()),
    }
    edit = scene.propose()
    acts[first](edit)
    words = {"take_in": "taken into the next text", "refuse": "not taken", "take_back": "taken back by the office"}
    with lives.refused(f"This proposal was answered already: {words[first]}."):
        acts[second](edit)


@pytest.mark.parametrize("act", ["take_in", "refuse", "take_back", "propose"])
def test_nothing_is_proposed_or_answered_after_the_lock(scene, act):
    edit = scene.propose()
    factories.sign(scene.letter)
    lives.lock(scene.letter)
    acts = {
        "take_in": lambda: edits.take_in(edit, scene.lead, now=timezone.now()),
        "refuse": lambda: edits.refuse(edit, scene.lead, answer="No.", now=timezone.now()),
        "take_back": lambda: edits.take_back(edit, scene.person, now=timezone.now()),
        "propose": scene.propose,
    }
    with lives.refused(LOCKED):
        acts[act]()


def test_nothing_is_proposed_for_a_draft(scene):
    scene.letter = make_draft()
    with lives.refused("The letter is still a draft. It has to be circulated first."):
        scene.propose()


def test_an_office_that_has_signed_proposes_nothing(scene):
    factories.sign(scene.letter, scene.office, scene.person)
    with lives.refused("Ada Able has signed this letter. Withdraw the signature first."):
        scene.propose()


def test_an_office_whose_time_is_up_proposes_nothing(scene):
    said = "The deadline for your office has passed. Ask for more time: a grant opens the letter again for you."
    with lives.refused(said):
        scene.propose(now=timezone.now() + 8 * DAY)


def test_nobody_proposes_for_an_office_of_others(scene):
    said = "You do not act for the office of Ada Able (NY-10). Ask a manager of that office for a place."
    for person in (make_staff(), lives.asking_person(scene.office)):
        with lives.refused(said):
            scene.propose(person=person)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("July", " July ", "The new words are the old ones. Say what should stand there instead."),
        ("September", "May", NOT_THERE),
        ("Jul", "May", NOT_THERE),
    ],
)
def test_words_that_change_nothing_or_are_not_there_are_refused(scene, old, new, said):
    with lives.refused(said):
        scene.propose(old, new)


def test_a_proposal_is_for_the_text_as_it_is(scene):
    rows = lives.rows()
    with pytest.raises(StaleText):
        scene.propose(text_sha256="0" * 64)
    assert lives.rows() == rows


def test_an_office_cannot_flood_the_lead(scene):
    for _ in range(edits.MOST_PENDING):
        scene.propose()
    with lives.refused("Your office has 20 proposals waiting. Wait for an answer, or write to the lead's office."):
        scene.propose()


@pytest.mark.parametrize("body", ["<p>By July or in July.</p>", "<p>Nothing of the kind.</p>"], ids=["twice", "gone"])
def test_words_that_have_no_one_place_any_more_are_taken_in_by_hand_alone(scene, body):
    edit = scene.propose()
    revising.save_copy(scene.letter, scene.lead, text=factories.text(body=body), version=0, now=timezone.now())
    rows = lives.rows()
    with pytest.raises(TextError, match="by hand"):
        edits.take_in(edit, scene.lead, now=timezone.now())
    assert lives.rows() == rows


def test_who_has_left_is_not_told(scene):
    edit = scene.propose()
    people.end(scene.person.memberships.get(), scene.person, now=timezone.now())
    edits.refuse(edit, scene.lead, answer="No.", now=timezone.now())
    notice = Notice.objects.get(kind=Notice.Kind.EDIT_DECIDED)
    assert delivery.reason_to_drop(notice, timezone.now()) == "the person has left the office"


def test_changes_that_hold_promised_words_are_not_given_up(scene):
    edits.take_in(scene.propose(), scene.lead, now=timezone.now())
    said = "You have told Ada Able (NY-10) that their words are taken in. Publish the text, or change it in the editor."
    with lives.refused(said):
        revising.discard_copy(scene.letter, scene.lead, version=1, now=timezone.now())
    text = factories.text(body="<p>Without them.</p>")
    revising.save_copy(scene.letter, scene.lead, text=text, version=1, now=timezone.now())
    revising.discard_copy(scene.letter, scene.lead, version=2, now=timezone.now())

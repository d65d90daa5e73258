"""The ready "Dear Colleague": what it says of the letter, and how it is sent from the desk."""

from urllib.parse import unquote

import pytest
from django.utils import timezone

from letters.mail import dear_colleague
from letters.models import Circular, Notice
from letters.times import instant_in_words
from letters.workflow import drafting, revising
from tests import factories
from tests.factories import make_draft, make_letter, make_office, make_staff
from tests.workflow import lives
from tests.workflow.lives import again

from .conftest import path, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(house):
    return path("dear-colleague", house.letter)


def ready(client, page, **query):
    form = client.get(page, query).context["form"]
    return form["subject"].value(), form["body"].value()


def test_the_ready_text_is_made_of_what_is_known(house, page, settings):
    letter = again(house.letter)
    letter.created_by.first_name, letter.created_by.last_name = "Gus", "Aide"
    letter.created_by.save()
    text = factories.text(subject="The state of the mills")
    revising.revise(letter, letter.created_by, text=text, base_sha256=letter.revision.sha256, now=timezone.now())
    subject, body = ready(house.lead, page)
    lead = letter.lead.printed_name
    assert subject.startswith(f"Dear Colleague: sign a letter led by {lead} by ")
    assert f"Please join {lead} in signing a letter to The Honorable Ada Byron on “The state of the mills”." in body
    assert f"The deadline to sign is {instant_in_words(letter.deadline_at, letter.zone)}." in body
    assert f"{settings.SITE_URL}{path('letter', letter)}\n" in body
    assert f"Gus Aide ({letter.created_by.email}), office of {lead}" in body
    assert "Mills" not in body.replace("The state of the mills", ""), "the working title is nobody's concern"


def test_signers_are_named_only_where_the_lead_wants_it_and_in_printed_order(house, page):
    drafting.arrange(house.letter, house.letter.created_by, order="alphabetical", now=timezone.now())
    late, early = make_office("Zoe", "Abbot"), make_office("Al", "Zimmer", chamber="senate", state="NM")
    for office in (early, late):
        factories.sign(house.letter, office)
    asking = make_office("Un", "Confirmed")
    factories.sign(house.letter, asking, lives.asking_person(asking))
    assert "Zimmer" not in ready(house.lead, page)[1]
    body = ready(house.lead, page, signers="yes")[1]
    assert "Signed so far:\nZoe Abbot (NY-10)\nAl Zimmer (NM Senate)\n" in body
    assert "Confirmed" not in body


def test_co_leads_are_named(house, page):
    co_lead = make_office("Bo", "Colead")
    drafting.add_co_lead(house.letter, co_lead, house.letter.created_by, now=timezone.now())
    assert f"Please join {house.letter.lead.printed_name} and Bo Colead in signing" in ready(house.lead, page)[1]


@pytest.mark.parametrize(("names", "words"), [("A", "A"), ("AB", "A and B"), ("ABC", "A, B, and C")])
def test_names_are_joined_as_people_join_them(names, words):
    assert dear_colleague.joined(list(names)) == words


def test_the_page_says_that_the_words_leave_the_house(house, page):
    assert "What stands here leaves the house by mail" in house.lead.get(page).content.decode()


WORDS = {"subject": "Please join", "body": "Dear Colleague:\n\nPlease <join> us.", "to_all": ""}


def test_before_it_is_sent_the_page_says_to_how_many_and_what_was_changed_stays(house, page):
    rows = lives.rows()
    response = house.lead.post(page, {**WORDS, "step": "check"})
    shown = response.content.decode()
    assert "Send this to 1 office (1 person)?" in shown
    assert "Please &lt;join&gt; us." in shown
    assert house.office.label in shown
    changed = house.lead.post(page, {**WORDS, "step": "change"}).context["form"]
    assert changed["body"].value() == WORDS["body"]
    assert lives.rows() == rows


def test_it_is_sent_once_confirmed(house, page):
    response = house.lead.post(page, {**WORDS, "step": "send"}, follow=True)
    assert said(response) == ["Your mail is on its way to 1 office (1 person)."]
    assert Circular.objects.get().subject == "Please join"
    assert lives.told(Notice.Kind.CIRCULAR) == [house.person.email]
    shown = house.lead.get(page).content.decode()
    assert "Sent before" in shown
    again_ = house.lead.post(page, {**WORDS, "step": "send"})
    assert again_.status_code == 409
    assert any("sent the same text less than an hour ago" in sentence for sentence in said(again_))
    assert "Please &lt;join&gt; us." in again_.content.decode()


@pytest.mark.parametrize("step", ["check", "send"])
@pytest.mark.parametrize(
    ("fields", "sentence"),
    [({"subject": ""}, "This field is required."), ({"body": "a\x07b"}, "U+0007"), ({"subject": "a\u202eb"}, "U+202E")],
)
def test_what_cannot_be_sent_stays_with_a_sentence(house, page, step, fields, sentence):
    response = house.lead.post(page, {**WORDS, **fields, "step": step})
    assert any(sentence in said_ for said_ in said(response))
    assert not Circular.objects.exists()


def test_where_nobody_is_left_to_ask_the_page_says_so(client_of):
    letter = make_letter()
    response = client_of(letter.created_by).post(path("dear-colleague", letter), {**WORDS, "step": "check"})
    assert "No invited office that can still sign has left the letter unanswered." in said(response)
    assert response.status_code == 409


def test_the_mail_program_gets_the_same_words(house, page):
    context = house.lead.get(page).context
    subject, body = ready(house.lead, page)
    told, _, written = context["mailto"].removeprefix("mailto:?subject=").partition("&body=")
    assert (unquote(told), unquote(written)) == (subject, body.replace("\n", "\r\n"))
    assert "&" not in written


def test_a_text_too_long_for_mail_programs_is_said_to_be_and_stands_on_the_page_once(house, page):
    content = house.lead.post(page, {**WORDS, "body": "long " * 1000, "step": "change"}).content.decode()
    assert 'id="too-long">' in content
    assert "mailto:" not in content
    assert content.count("long long long") < 400


def test_what_was_sent_is_shown_when_the_letter_is_locked_too(house, page):
    house.lead.post(page, {**WORDS, "step": "send"})
    factories.sign(house.letter, make_office())
    lives.lock(house.letter)
    content = house.lead.get(page).content.decode()
    assert "The letter is locked." in content
    assert WORDS["subject"] in content


def test_a_draft_and_a_locked_letter_have_none(client_of):
    draft, locked = make_draft(), lives.locked_letter()
    for letter, words in ((draft, "still a draft"), (locked, "The letter is locked.")):
        client = client_of(letter.created_by)
        assert words in client.get(path("dear-colleague", letter)).content.decode()
        client.post(path("dear-colleague", letter), {**WORDS, "step": "send"})
    assert not Circular.objects.exists()


def test_only_those_who_run_the_letter_write(house, page, client_of):
    viewer = make_staff(house.letter.lead, "viewer")
    assert client_of(viewer).get(page).status_code == 403
    assert house.locker.get(page).status_code == 403

"""The table of offices on the desk and its CSV, the answer to a condition, the beacon of an open letter, the announced lock."""

import csv
import datetime
import io
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from letters.exports import COLUMNS, guarded
from letters.forms import instant
from letters.forms.moment import read_time
from letters.models import Invitee, Letter
from letters.times import instant_in_words
from letters.workflow import circulating, locking, signing
from tests import factories
from tests.deadlines import typed
from tests.factories import DAY, HOUR, make_letter, make_office, make_staff
from tests.sessions import signed_in
from tests.views.conftest import path, said, sign
from tests.workflow import lives

pytestmark = pytest.mark.django_db


def rows_of(response):
    return [row.office.last_name for row in response.context["rows"]]


@pytest.fixture
def senate(house):
    """A senator invited besides, who has declined."""
    office = make_office("Bo", "Baker", chamber="senate", state="VT", party="Independent")
    circulating.invite(house.letter, [office], house.letter.created_by, now=timezone.now())
    signing.decline(house.letter, office, make_staff(office), reason="Not for us.", now=timezone.now())
    return office


def desk(house, query=""):
    response = house.lead.get(path("desk", house.letter) + query)
    assert response.status_code == 200
    return response


# --- the table ---


def test_the_table_shows_each_office_with_its_answer_and_what_to_do(house, senate):
    page = desk(house).content.decode()
    assert rows_of(desk(house)) == [house.letter.lead.last_name, "Able", "Baker"]
    assert "Declined" in page
    assert "Not for us." in page
    invited = make_staff()
    circulating.invite(house.letter, [invited.memberships.get().office], house.letter.created_by, now=timezone.now())
    assert "Invitation: queued" in desk(house).content.decode()
    assert "Wait, or call" in page


def test_an_office_that_nobody_can_mail_is_given_another_address_from_the_table(house):
    nobody = make_office("Cy", "Clement")
    circulating.invite(house.letter, [nobody], house.letter.created_by, now=timezone.now())
    invitee = house.letter.invitees.get(office=nobody)
    assert path("desk-contact", house.letter, invitee.pk) in desk(house).content.decode()
    make_staff(nobody)
    assert path("desk-contact", house.letter, invitee.pk) not in desk(house).content.decode()


def test_the_states_are_links_with_counts_that_keep_the_rest_of_the_filter(house, senate):
    response = desk(house, "?chamber=senate&sort=since")
    assert [(state.value, count) for state, count, _ in response.context["states"]] == [("declined", 1)]
    assert 'href="?state=declined&amp;chamber=senate&amp;sort=since#offices"' in response.content.decode()
    assert rows_of(response) == ["Baker"]


def test_the_table_filters_by_state_chamber_and_party(house, senate):
    assert rows_of(desk(house, "?state=declined")) == ["Baker"]
    assert rows_of(desk(house, "?chamber=house")) == [house.letter.lead.last_name, "Able"]
    assert rows_of(desk(house, "?party=Independent")) == ["Baker"]
    empty = desk(house, "?state=declined&chamber=house")
    assert rows_of(empty) == []
    assert "No office stands like this." in empty.content.decode()


@pytest.mark.parametrize("name", ["state", "chamber", "party", "sort"])
@pytest.mark.parametrize("value", ["nothing", "<script>", "%00", "declined%27--", "a" * 3000])
def test_what_the_address_asks_for_and_there_is_not_is_not_asked_for(house, senate, name, value):
    response = desk(house, f"?{name}={value}")
    assert len(rows_of(response)) == 3
    assert b"<script>" not in response.content.split(b"<main")[1]


@pytest.mark.parametrize(("sort", "first"), [("state", "Able"), ("since", "Baker"), ("seat", "Able"), ("", "Member")])
def test_the_table_is_put_in_another_order(house, senate, sort, first):
    signing.would_sign_if(house.letter, house.office, house.person, condition="x", now=timezone.now() - HOUR)
    found = rows_of(desk(house, f"?sort={sort}"))
    assert len(found) == 3
    if sort == "seat":
        assert found[-1] == "Baker"  # Vermont after New York
    else:
        assert found[0].startswith(first)


def test_the_deadline_order_puts_the_office_with_more_time_last(house):
    Invitee.objects.filter(letter=house.letter, office=house.office).update(deadline_at=house.letter.deadline_at + DAY)
    response = desk(house, "?sort=deadline")
    assert rows_of(response)[-1] == "Able"
    assert '<span class="quiet">own</span>' in response.content.decode()


def test_a_locked_desk_says_who_did_not_answer(house):
    sign(house)
    lives.lock(house.letter)
    page = desk(house).content.decode()
    assert "Did not answer" in page  # the lead itself
    assert ">Invited<" not in page


# --- the CSV ---


def csv_of(client, letter, query=""):
    response = client.get(path("answers-csv", letter) + query)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(r'attachment; filename="offices-\d{4}-\d\d-\d\d\.csv"', response["Content-Disposition"])
    assert response.content.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in response.content
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))


def test_the_csv_has_the_rows_of_the_table_as_filtered(house, senate):
    rows = csv_of(house.lead, house.letter)
    assert [row["Seat"] for row in rows] == ["NY-10", "NY-10", "VT Senate"]
    assert list(rows[0]) == list(COLUMNS)
    (row,) = csv_of(house.lead, house.letter, "?state=declined")
    declined_at = house.letter.invitees.get(office=senate).declined_at.astimezone(house.letter.tzinfo)
    assert row["Member"] == "Bo Baker"
    assert (row["Chamber"], row["Party"], row["Answer"]) == ("Senate", "Independent", "Declined")
    assert row["Since"].startswith(f"{declined_at:%Y-%m-%d %H:%M} E")
    assert row["Reason given"] == "Not for us."
    assert row["Addresses"] == senate.people().get().email


def test_the_csv_tells_the_condition_and_what_the_lead_answered(house):
    signing.would_sign_if(house.letter, house.office, house.person, condition='You say "mill",\nand when.', now=timezone.now())
    house.lead.post(answer_path(house), answered(house, met="no", answer="It is\tclosed."))
    (row,) = csv_of(house.lead, house.letter, "?state=conditional")
    assert row["Condition"] == 'You say "mill",\nand when.'
    assert row["Lead's answer to it"].startswith("No: It is")


def test_the_csv_is_for_the_lead_s_people(house, client_of):
    assert house.staff.get(path("answers-csv", house.letter)).status_code == 403
    assert house.locker.get(path("answers-csv", house.letter)).status_code == 403
    assert Client().get(path("answers-csv", house.letter)).status_code == 302
    assert "Download this table" in desk(house).content.decode()
    assert "Download this table" not in house.locker.get(path("desk", house.letter)).content.decode()


HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@x",
    "\tx",
    "\rx",
    "\n=x",
    "\N{FULLWIDTH EQUALS SIGN}1",
    "\N{FULLWIDTH COMMERCIAL AT}x",
    " =1",
    "\u3000=1",
]
HOSTILE += ["\N{FULLWIDTH HYPHEN-MINUS}1", "\N{FULLWIDTH PLUS SIGN}1", "\N{SMALL PLUS SIGN}1"]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_begins_a_formula(text):
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "NY-10", "a=b", "José", "5 pm", "'x"])
def test_other_cells_stay_as_they_are(text):
    assert guarded(text) == text


def test_a_list_that_nobody_was_told_of_gives_nobodys_address_away(house):
    draft = factories.make_draft(house.letter.lead, house.letter.created_by)
    circulating.list_offices(draft, [house.office], house.letter.created_by, now=timezone.now())
    text = house.lead.get(path("answers-csv", draft)).content.decode("utf-8-sig")
    assert "Able" in text
    assert house.person.email not in text


def test_a_semicolon_ends_no_value_in_programs_that_take_it_for_a_comma(house):
    signing.decline(house.letter, house.office, house.person, reason="No;=WEBSERVICE(A1)", now=timezone.now())
    text = house.lead.get(path("answers-csv", house.letter)).content.decode("utf-8-sig")
    read = csv.reader(io.StringIO(text.replace('","', '";"'), newline=""), delimiter=";")
    assert {len(row) for row in read} == {len(COLUMNS)}
    assert '"No;=WEBSERVICE(A1)"' in text


def test_hostile_words_of_an_office_come_back_whole_and_guarded(house):
    signing.decline(
        house.letter, house.office, house.person, reason='=HYPERLINK("https://evil.example";"x"),"', now=timezone.now()
    )
    (row,) = csv_of(house.lead, house.letter, "?state=declined")
    assert row["Reason given"] == '\'=HYPERLINK("https://evil.example";"x"),"'


# --- conditions ---


def answer_path(house):
    return path("answer-condition", house.letter, house.letter.invitees.get(office=house.office).pk)


def answered(house, **fields):
    return {"condition": house.letter.invitees.get(office=house.office).condition, "met": "yes", "answer": "", **fields}


@pytest.fixture
def conditional(house):
    signing.would_sign_if(house.letter, house.office, house.person, condition="You name the mill.\nAnd when.", now=timezone.now())
    return house


def test_the_desk_counts_conditions_and_leads_to_the_answer(conditional):
    page = desk(conditional).content.decode()
    assert "<dt>would sign if …</dt><dd>1</dd>" in page
    assert answer_path(conditional) in page
    signing.drop_condition(conditional.letter, conditional.office, conditional.person, now=timezone.now())
    assert "<dt>would sign if …</dt>" not in desk(conditional).content.decode()


def test_the_lead_answers_and_the_office_reads_it(conditional):
    page = conditional.lead.get(answer_path(conditional)).content.decode()
    assert "You name the mill.<br>And when." in page
    response = conditional.lead.post(answer_path(conditional), answered(conditional, answer="See page two."), follow=True)
    assert said(response) == ["Ada Able is told. It signs or declines by itself."]
    page = conditional.staff.get(path("letter", conditional.letter)).content.decode()
    assert "The lead's office answers: yes, that is so now." in page
    assert "See page two." in page
    assert "Sign on Ada Able" in page


def test_a_no_without_words_is_refused_and_what_was_chosen_stays(conditional):
    response = conditional.lead.post(answer_path(conditional), answered(conditional, met="no"))
    assert (response.status_code, said(response)) == (409, ["Say why not. The office is told."])
    assert response.context["form"]["met"].value() == "no"


def test_an_answer_to_a_condition_that_was_changed_meanwhile_is_refused_and_the_new_one_shown(conditional):
    stale = answered(conditional, answer="See page two.")
    signing.would_sign_if(conditional.letter, conditional.office, conditional.person, condition="Strike it.", now=timezone.now())
    response = conditional.lead.post(answer_path(conditional), stale)
    assert response.status_code == 409
    assert said(response) == [
        "The office has said something else since you opened this page. Read what it says now, then answer."
    ]
    form = response.context["form"]
    assert (form["condition"].value(), form["answer"].value()) == ("Strike it.", "See page two.")
    assert "Strike it." in response.content.decode()
    assert conditional.letter.invitees.get(office=conditional.office).condition_met is None


def test_a_condition_that_is_gone_has_a_page_that_says_so(conditional):
    signing.decline(conditional.letter, conditional.office, conditional.person, now=timezone.now())
    response = conditional.lead.get(answer_path(conditional))
    assert "The office has set no condition, or has taken it back or decided since." in response.content.decode()
    response = conditional.lead.post(answer_path(conditional), {"condition": "You name the mill.\r\nAnd when.", "met": "yes"})
    assert (response.status_code, said(response)) == (409, ["The office has taken its condition back, or has decided."])


def test_the_office_takes_its_condition_back_on_its_page(conditional):
    assert "Take the condition back" in conditional.staff.get(path("letter", conditional.letter)).content.decode()
    response = conditional.staff.post(path("drop-condition", conditional.letter), {"office": conditional.office.pk}, follow=True)
    assert said(response) == ["Your condition is taken back. Your office has not answered now."]
    assert "Take the condition back" not in response.content.decode()
    history = conditional.lead.get(path("desk-history", conditional.letter)).content.decode()
    assert "took back on what condition to sign for Ada Able (NY-10)." in history


# --- the beacon ---


def opened_at(house):
    return house.letter.invitees.get(office=house.office).opened_at


def test_reading_the_page_writes_nothing_and_its_beacon_notes_it_once(house):
    before = lives.rows()
    page = house.staff.get(path("letter", house.letter)).content.decode()
    assert lives.rows() == before
    assert f'hx-post="{path("letter-opened", house.letter)}"' in page
    assert "The lead's office sees that your office has opened the letter." in page
    response = house.staff.post(path("letter-opened", house.letter))
    assert (response.status_code, response.content) == (204, b"")
    first = opened_at(house)
    assert first is not None
    house.staff.post(path("letter-opened", house.letter))
    assert opened_at(house) == first
    page = house.staff.get(path("letter", house.letter)).content.decode()
    assert "hx-post" not in page
    assert "The lead's office sees that your office has opened the letter." in page


def test_the_beacon_needs_the_token_of_the_page(house):
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = house.staff.cookies
    page = browser.get(path("letter", house.letter)).content.decode()
    token = re.search(r'hx-headers=\'\{"X-CSRFToken": "(\w+)"\}\'', page).group(1)
    assert browser.post(path("letter-opened", house.letter)).status_code == 403
    assert opened_at(house) is None
    assert browser.post(path("letter-opened", house.letter), headers={"X-CSRFToken": token}).status_code == 204
    assert opened_at(house) is not None


def test_who_reads_for_no_invited_office_sends_no_beacon(house, client_of):
    for person in (make_staff(), lives.asking_person(house.office), house.admin):
        page = client_of(person).get(path("letter", house.letter)).content.decode()
        assert "letter/opened" not in page
        assert "hx-post" not in page
        assert "sees that your office has opened" not in page
        assert client_of(person).post(path("letter-opened", house.letter)).status_code == 204
    assert opened_at(house) is None


def test_a_locked_letter_is_read_without_a_beacon(house):
    sign(house)
    lives.lock(house.letter)
    before = lives.rows()
    assert "hx-post" not in house.staff.get(path("letter", house.letter)).content.decode()
    assert house.staff.post(path("letter-opened", house.letter)).status_code == 204
    assert lives.rows() == before


# --- the lock review ---

TYPE_WHY = "Type why you lock all the same."


def lock(house, **reasons):
    house.letter.refresh_from_db()
    data = {"head_hash": house.letter.head_hash, **{f"reason-{name}": reason for name, reason in reasons.items()}}
    return house.locker.post(path("lock-review", house.letter), data)


def test_the_lock_names_every_missing_reason_beside_its_field_and_keeps_those_that_were_typed(house):
    factories.sign(house.letter)
    lives.publish(house.letter)
    before = lives.rows()
    response = lock(house, time="They were called.", leads="")
    shown = response.content.decode()
    assert response.status_code == 409
    assert response.context["form"].errors == {name: [TYPE_WHY] for name in ("leads", "announced")}
    assert "<title>Error: Lock review" in shown
    for name in ("leads", "announced"):
        assert f'<a href="#id_reason-{name}">' in shown
        [field] = re.findall(rf'<input[^>]* name="reason-{name}"[^>]*>', shown)
        assert f'aria-invalid="true" aria-describedby="id_reason-{name}_error"' in field
    assert re.search(r'<input[^>]* name="reason-time" value="They were called."', shown)
    assert lives.rows() == before
    assert lock(house, time="Called.", leads="By hand.", announced="Called.").status_code == 302


def test_a_review_that_is_out_of_date_says_so_before_it_asks_for_reasons(house):
    factories.sign(house.letter)
    lives.publish(house.letter)
    response = house.locker.post(path("lock-review", house.letter), {"head_hash": "0" * 64})
    assert response.context["form"].errors == {
        "__all__": ["Something changed after you opened the review. Look at it again, then lock."]
    }
    assert "Something changed after you opened the review." in response.content.decode()


# --- the announced lock ---


def announcing(house, ahead=2 * DAY):
    return typed(timezone.now() + ahead, house.letter.zone)


def test_the_lead_announces_the_lock_and_everybody_reads_of_it(house):
    sign(house)
    page = house.lead.get(path("announce-lock", house.letter))
    assert "1 office that has signed gets a mail" in page.content.decode()
    response = house.lead.post(path("announce-lock", house.letter), announcing(house), follow=True)
    (sentence,) = said(response)
    assert sentence.startswith("The offices that have signed are told that the letter will be locked on ")
    for client in (house.staff, house.lead):
        assert "The letter will be locked on" in client.get(path("letter", house.letter)).content.decode()
    assert "The letter will be locked on" in desk(house).content.decode()
    assert "they may still withdraw" in house.lead.get(path("lock-review", house.letter)).content.decode()
    history = house.lead.get(path("desk-history", house.letter)).content.decode()
    assert re.search(r"announced the lock: for \w+day, .*; text 1\.", history)


def test_once_its_moment_has_come_the_pages_say_that_it_can_happen(house):
    sign(house)
    now = timezone.now()
    locking.announce(house.letter, house.letter.created_by, lock_at=now + HOUR, now=now)
    ago = datetime.timedelta(hours=3)
    Letter.objects.filter(pk=house.letter.pk).update(lock_announced_at=now - ago, lock_expected_at=now - ago + HOUR)
    assert "it can happen at any moment" in house.staff.get(path("letter", house.letter)).content.decode()


def test_an_administrator_announces_too_and_nobody_else(house, client_of):
    sign(house)
    auditor = factories.staff_with("audit_letter")
    for client in (house.staff, client_of(auditor)):
        assert client.post(path("announce-lock", house.letter), announcing(house)).status_code == 403
    assert house.locker.post(path("announce-lock", house.letter), announcing(house)).status_code == 302


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"date": "", "time": "18:00"}, "This field is required."),
        ({"date": "2030-01-01", "time": "soon"}, "“soon” is not a time that can be read here."),
        ({"date": "2020-01-01", "time": "18:00"}, "Give the signers at least an hour"),
    ],
)
def test_a_moment_that_cannot_be_is_answered_with_a_sentence_and_stays_typed(house, fields, sentence):
    sign(house)
    response = house.lead.post(path("announce-lock", house.letter), fields)
    assert any(sentence in found for found in said(response))
    assert response.context["form"]["time"].value() == fields["time"]
    assert Letter.objects.get(pk=house.letter.pk).lock_announced_at is None


def test_a_lock_before_the_deadline_of_an_office_that_has_not_answered_is_announced_only_when_it_is_said_again(house, client_of):
    sign(house)
    other = make_office("Bo", "Baker")
    circulating.invite(house.letter, [other], house.letter.created_by, now=timezone.now())
    url, early = path("announce-lock", house.letter), announcing(house)
    before = lives.rows()
    response = house.lead.post(url, {"date": early["date"], "time": early["time"]})
    until = instant_in_words(house.letter.deadline_at, house.letter.zone)
    assert response.context["form"].warnings == [f"2 offices have not answered and have time until {until}."]
    assert ">Announce it all the same</button>" in response.content.decode()
    assert lives.rows() == before
    assert house.lead.post(url, early).status_code == 302
    hint = "has not signed: sign before then, although the deadline is later."
    assert f"Bo Baker {hint}" in client_of(make_staff(other)).get(path("letter", house.letter)).content.decode()
    assert hint not in house.staff.get(path("letter", house.letter)).content.decode()


def test_a_lock_after_every_deadline_is_announced_at_once_and_is_what_the_form_begins_with(house):
    sign(house)
    page = house.lead.get(path("announce-lock", house.letter))
    begins = page.context["form"].initial
    at = instant(begins["date"], read_time(begins["time"])[0], house.letter.zone)
    assert datetime.timedelta(0) < at - house.letter.deadline_at <= HOUR
    assert house.lead.post(path("announce-lock", house.letter), begins).status_code == 302
    signing_lead = house.letter.created_by
    factories.sign(house.letter, house.letter.lead, signing_lead)
    begins = house.lead.get(path("announce-lock", house.letter)).context["form"].initial
    at = instant(begins["date"], read_time(begins["time"])[0], house.letter.zone)
    assert DAY < at - timezone.now() <= DAY + HOUR


def test_a_draft_is_not_announced(house):
    draft = factories.make_draft(house.letter.lead, house.letter.created_by)
    response = house.lead.post(path("announce-lock", draft), announcing(house), follow=True)
    assert "The letter is still a draft. It has to be circulated first." in said(response)


# --- in how many queries ---


def test_the_desk_costs_as_many_queries_for_many_offices_as_for_one():
    def cost(count):
        letter = make_letter(invited=[make_staff().memberships.get().office for _ in range(count)])
        client = signed_in(letter.created_by)
        client.get(path("desk", letter))
        found = []
        for name in ("desk", "answers-csv"):
            with CaptureQueriesContext(connection) as captured:
                assert client.get(path(name, letter)).status_code == 200
            found.append(len(captured))
        return found

    assert cost(1) == cost(3)

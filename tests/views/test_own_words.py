"""What the pages say to whom: a lead reads nothing that is meant for the offices, and each page leads to the next."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from letters.workflow import bouncing, circulating, deadlines, scheduling, signing
from tests import factories
from tests.deadlines import typed
from tests.factories import DAY, HOUR, make_draft, make_office
from tests.workflow.test_signing import revise

from .conftest import path, said

pytestmark = pytest.mark.django_db


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def drafted(client_of):
    draft = make_draft()
    return client_of(draft.created_by), draft


# --- the lead's own office ---


def test_the_lead_is_not_told_that_the_lead_sees_it(house):
    assert "sees that your office has opened" not in house.lead.get(path("letter", house.letter)).content.decode()
    house.lead.post(path("letter-opened", house.letter))
    assert house.letter.invitees.get(office=house.letter.lead).opened_at is None


def test_the_desk_leads_the_lead_to_its_own_signature(house):
    sign_it = f"{path('letter', house.letter)}?office={house.letter.lead_id}"
    page = house.lead.get(path("desk", house.letter))
    assert f'<a href="{sign_it}">Sign on' in page.content.decode()
    assert words(page).count("Wait, or call") == 1, "for the office that was invited"


def test_the_desk_leads_the_lead_to_re_affirm_its_own_signature(house):
    for office in (house.letter.lead, house.office):
        factories.sign(house.letter, office)
    revise(house.letter)
    page = house.lead.get(path("desk", house.letter))
    assert f'<a href="{path("letter", house.letter)}?office={house.letter.lead_id}">Re-affirm' in page.content.decode()
    assert words(page).count("The office was asked to re-affirm.") == 1, "that of the office that was invited"


def test_whom_the_lead_finds_does_not_count_the_lead(house, drafted):
    client, draft = drafted
    for browser, letter in ((client, draft), (house.lead, house.letter)):
        finding = browser.get(path("desk-invite", letter), {"q": letter.lead.last_name}).context["finding"]
        assert letter.lead not in finding.offered
        assert finding.left_out == 0


# --- the dashboard ---


def test_the_dashboard_says_when_a_draft_goes_out(drafted):
    client, draft = drafted
    assert "Circulates" not in words(client.get(reverse("dashboard")))
    chosen = {"zone": "America/Chicago", "audience": "any", "list_shown": "all"}
    now = timezone.now()
    scheduling.schedule(draft, draft.created_by, circulate_at=now + DAY, deadline_at=now + 9 * DAY, now=now, **chosen)
    assert re.search(r"Draft Circulates \w+day, .* C[SD]T, in 1 day", words(client.get(reverse("dashboard"))))


def test_the_dashboard_counts_conditions_that_wait_for_an_answer(house):
    signing.would_sign_if(house.letter, house.office, house.person, condition="You name the mill.", now=timezone.now())
    assert "1 condition to answer." in words(house.lead.get(reverse("dashboard")))
    url = path("answer-condition", house.letter, house.letter.invitees.get(office=house.office).pk)
    house.lead.post(url, {"condition": "You name the mill.", "met": "yes", "answer": ""})
    assert "to answer." not in words(house.lead.get(reverse("dashboard")))


# --- a draft ---


def test_a_draft_counts_whom_it_will_invite_and_leads_to_its_reminders(drafted):
    client, draft = drafted
    circulating.list_offices(draft, [make_office("Ada", "Able")], draft.created_by, now=timezone.now())
    page = client.get(path("desk-requests", draft)).content.decode()
    assert "<dt>to be invited</dt><dd>1</dd>" in page
    assert "<dt>asked</dt>" not in page
    assert path("desk-reminders", draft) in page


def test_a_draft_has_no_lock_tab_and_its_lead_leads_it(drafted):
    client, draft = drafted
    page = client.get(path("desk", draft))
    assert [row.state.label for row in page.context["rows"]] == ["Leads the letter"]
    assert [state.label for state, _, _ in page.context["states"]] == ["Leads the letter"]
    assert path("lock-review", draft) not in page.content.decode()


def test_a_letter_in_circulation_has_a_lock_tab(house):
    assert path("lock-review", house.letter) in house.lead.get(path("desk", house.letter)).content.decode()


# --- mail that was lost, and another contact since ---


@pytest.fixture
def repaired(house):
    """An office's first contact was refused, and it has another one."""
    now, alone = timezone.now(), make_office("Cy", "Alone")
    circulating.invite(house.letter, [alone], house.letter.created_by, contacts={alone.pk: "a@alone.house.gov"}, now=now)
    lost = house.letter.notices.filter(office=alone)
    lost.update(dropped_at=now, refused=True, dropped_because="the mail server refused the address (550)")
    house.lost, house.invitee = lost.get(), house.letter.invitees.get(office=alone)
    bouncing.change_contact(house.invitee, "b@alone.house.gov", house.letter.created_by, now=now)
    return house


def test_what_was_repaired_alarms_nobody_and_is_offered_no_repair(repaired):
    page = repaired.lead.get(path("desk-notices", repaired.letter))
    assert "reached nobody" not in words(page)
    assert "Refused" in words(page)
    assert path("desk-contact", repaired.letter, repaired.invitee.pk) not in page.content.decode()
    assert path("send-again", repaired.letter, repaired.lost.pk) not in page.content.decode()


# --- sentences that say what to do ---


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("Able a@b.gov", "“Able a@b.gov” has no colon. Write the last name or seat, a colon, the address."),
        ("Nobody: a@mail.house.gov", "“Nobody” is none of the offices chosen. Choose it above, or correct the name or seat."),
        ("Able: nonsense", "“Able: nonsense”: This is not an email address. Write it like name@mail.house.gov."),
    ],
)
def test_a_wrong_line_is_named_with_what_to_write(house, line, sentence):
    able = make_office("Anna", "Able", state="NY", district=3)
    response = house.lead.post(path("desk-invite", house.letter), {"offices": [able.pk], "contacts": line})
    assert said(response) == [sentence]
    assert line in response.content.decode()


def test_an_answer_to_a_condition_is_yes_or_no(house):
    signing.would_sign_if(house.letter, house.office, house.person, condition="You name the mill.", now=timezone.now())
    url = path("answer-condition", house.letter, house.letter.invitees.get(office=house.office).pk)
    assert said(house.lead.post(url, {"condition": "You name the mill.", "answer": "See page two."})) == ["Choose yes or no."]


def test_the_history_tells_whose_yes_was_entered(house):
    signing.enter(house.letter, house.office, house.letter.created_by, how="by phone", said_by="Bo", now=timezone.now())
    page = words(house.lead.get(path("desk-history", house.letter)))
    assert f"entered the yes of {house.office.label}: by phone, said by Bo; the office has to confirm it." in page


def test_the_history_tells_whose_condition_was_answered(house):
    signing.would_sign_if(house.letter, house.office, house.person, condition="You name the mill.", now=timezone.now())
    url = path("answer-condition", house.letter, house.letter.invitees.get(office=house.office).pk)
    house.lead.post(url, {"condition": "You name the mill.", "met": "yes", "answer": ""})
    assert f"answered the condition of {house.office.label}: yes" in words(house.lead.get(path("desk-history", house.letter)))


@pytest.mark.parametrize("kind", ["invite", "circulate"])
def test_before_the_letter_goes_out_its_mails_and_lists_are_one_step_away(drafted, kind):
    client, draft = drafted
    page = client.get(path(f"desk-{kind}", draft)).content.decode()
    there = path("desk-mails", draft) if kind == "circulate" else reverse("office-lists", args=[draft.lead_id])
    assert there in page


def test_a_request_is_another_one_only_beside_the_one_that_is_answered(house):
    wanted = house.letter.deadline_at + DAY
    now = timezone.now()
    deadlines.request(house.letter, house.office, house.person, wanted_at=wanted, reason="", now=now)
    data = {**typed(wanted + HOUR, house.letter.zone), "look": "yes"}
    assert "1 request asks for no more than that" in words(house.lead.post(path("desk-deadline", house.letter), data))

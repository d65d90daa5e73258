"""What must not be taken, sent through the pages: a sentence comes back and nothing is changed."""

import datetime

import pytest
from django.utils import timezone

from letters.workflow import deadlines, revising
from tests import factories
from tests.factories import DAY, make_draft, make_letter, make_office, make_staff
from tests.workflow import lives

from .conftest import path, said, sign

pytestmark = pytest.mark.django_db
FAR = [("9999-12-31", "23:59"), ("0001-01-01", "00:00"), ("9999-12-31", "00:00")]


def unchanged(rows):
    return lives.rows() == rows


# --- links and ids ---


@pytest.mark.parametrize("code", ["nothing", "0" * 22, "%00", "%F0%9F%98%80", "a" * 500, "%E2%80%AE", "..%2F..", "'%20OR%201=1"])
def test_an_unknown_link_and_a_forbidden_one_look_alike(house, code):
    forbidden = make_draft()
    unknown = house.staff.get(f"/l/{code}/")
    assert unknown.status_code == house.staff.get(path("letter", forbidden)).status_code == 404
    assert forbidden.title not in unknown.content.decode()
    assert house.staff.post(f"/l/{code}/sign/", {"office": house.office.pk}).status_code == 404


ACTS = ["sign", "withdraw", "decline", "condition", "request-deadline"]
FORGED = ["", "abc", "-1", "0", "9" * 30, "1 OR 1=1", "1.0", "²", "\x00", "None"]


@pytest.mark.parametrize("name", ACTS)
def test_a_forged_office_id_is_not_found(house, name):
    rows = lives.rows()
    data = {"text_sha256": house.sha, "reason": "x", "condition": "x", "date": "2099-01-01", "time": "18:00"}
    for forged in [*FORGED, house.letter.lead_id]:
        assert house.staff.post(path(name, house.letter), {"office": forged, **data}).status_code == 404, forged
    assert house.staff.post(path(name, house.letter), data).status_code == 404
    assert unchanged(rows)


def test_another_letters_request_or_signature_is_not_found_under_this_one(house):
    other = make_letter()
    person = make_staff()
    office = person.memberships.get().office
    asked = deadlines.request(other, office, person, wanted_at=other.deadline_at + DAY, now=timezone.now())
    signature = factories.sign(other)
    rows = lives.rows()
    assert house.lead.post(path("decide-request", house.letter, asked.pk), {"decision": "deny"}).status_code == 404
    assert house.lead.post(path("confirm-signature", house.letter, signature.pk), {"how": "x"}).status_code == 404
    assert house.lead.post(path("refuse-signature", house.letter, signature.pk), {"reason": "x"}).status_code == 404
    assert house.staff.post(path("take-back", house.letter, asked.pk)).status_code == 404
    assert unchanged(rows)


# --- stale and repeated forms ---


def test_a_stale_form_signs_nothing_and_says_so(house):
    revising.revise(
        house.letter, house.letter.created_by, text=factories.text(body="<p>New.</p>"), base_sha256=house.sha, now=timezone.now()
    )
    rows = lives.rows()
    response = sign(house)
    assert response.status_code == 409
    assert "The text was changed after you opened it, so nothing was signed." in response.content.decode()
    assert "New." in response.content.decode(), "the page shows the text as it is now"
    assert unchanged(rows)


@pytest.mark.parametrize("sha", ["", "0" * 64, "x" * 65, "\x00", None], ids=repr)
def test_a_form_without_the_hash_that_was_read_signs_nothing(house, sha):
    rows = lives.rows()
    data = {"office": house.office.pk, **({} if sha is None else {"text_sha256": sha})}
    assert house.staff.post(path("sign", house.letter), data).status_code == 409
    assert unchanged(rows)


def test_a_double_click_signs_once(house):
    assert sign(house).status_code == 302
    rows = lives.rows()
    assert sign(house).status_code == 302
    assert unchanged(rows)
    assert house.letter.signatures.count() == 1


def test_a_text_saved_over_a_newer_one_is_kept_for_comparing(house):
    form = {"version": 0, **factories.text(body="<p>Mine.</p>")}
    assert house.lead.post(path("desk-text", house.letter), {**form, "body": "<p>Theirs.</p>"}).status_code == 302
    rows = lives.rows()
    response = house.lead.post(path("desk-text", house.letter), form)
    assert response.status_code == 409
    assert any("saved the text while you were editing" in sentence for sentence in said(response))
    assert "Mine." in response.content.decode()
    assert unchanged(rows)


def test_what_is_more_in_a_form_is_not_looked_at(house):
    other = make_office()
    sign(
        house,
        name="Somebody Else",
        title="King",
        letter=str(other.pk),
        signed_at="2020-01-01",
        signed_by=str(house.admin.pk),
        confirmed_at="",
        state_no="0",
    )
    signature = house.letter.signatures.get()
    assert (signature.name, signature.title, signature.office, signature.signed_by) == (
        "Ada Able",
        "Member of Congress",
        house.office,
        house.person,
    )
    assert signature.signed_at > timezone.now() - datetime.timedelta(minutes=1)


# --- deadlines ---


def circulated(client, letter, date, time="18:00"):
    readers = {"audience": "any", "list_shown": "invited"}
    data = {"when": "now", "date": date, "time": time, "zone": "America/New_York", **readers}
    return client.post(path("desk-circulate", letter), data)


def test_a_deadline_in_the_past_does_not_circulate(client_of):
    letter = make_draft()
    client = client_of(letter.created_by)
    rows = lives.rows()
    response = circulated(client, letter, "2020-01-01")
    assert said(response) == ["The deadline has passed already. Choose a time in the future."]
    assert unchanged(rows)


@pytest.mark.parametrize(("date", "time"), FAR)
def test_a_date_at_the_end_of_all_calendars_gets_a_sentence(house, client_of, date, time):
    letter = make_draft()
    drafter = client_of(letter.created_by)
    rows = lives.rows()
    for client, name, target, more in (
        (drafter, "desk-circulate", letter, {"when": "now", "zone": "America/New_York", "audience": "any"}),
        (house.lead, "desk-deadline", house.letter, {}),
        (house.staff, "request-deadline", house.letter, {"office": house.office.pk}),
    ):
        data = {"date": date, "time": time, "list_shown": "invited", **more}
        response = client.post(path(name, target), data)
        assert response.status_code in (200, 409), name
        assert said(response), name
    assert unchanged(rows)


BAD_TIMES = [("", ""), ("tomorrow", "noon"), ("2027-02-30", "18:00"), ("2099-01-01", "25:00"), ("2099-01-01\x00", "18:00")]


@pytest.mark.parametrize(("date", "time"), BAD_TIMES, ids=repr)
def test_a_date_that_is_none_gets_a_sentence(house, date, time):
    rows = lives.rows()
    response = house.staff.post(path("request-deadline", house.letter), {"office": house.office.pk, "date": date, "time": time})
    assert said(response)
    assert unchanged(rows)


@pytest.mark.parametrize(("time", "sentence"), [("02:30", "forward"), ("01:30", "back")])
def test_an_hour_that_clocks_skip_or_repeat_is_asked_again(house, time, sentence):
    date = "2099-03-08" if sentence == "forward" else "2099-11-01"
    rows = lives.rows()
    response = house.lead.post(path("desk-deadline", house.letter), {"date": date, "time": time})
    assert any(f"Clocks go {sentence}" in said_there for said_there in said(response))
    assert unchanged(rows)


def test_moving_a_deadline_earlier_is_refused(house):
    rows = lives.rows()
    tomorrow = timezone.now() + DAY
    response = house.lead.post(path("desk-deadline", house.letter), {"date": tomorrow.date().isoformat(), "time": "00:00"})
    assert said(response) == ["A deadline can only be moved later: nobody's time is shortened. Choose a later one."]
    assert unchanged(rows)


# --- text ---

CONTROLS = ["a\u202eb", "a\u2066b", "a\x07b", "a\u200bb", "a\x00b", "\ufeffab"]


@pytest.mark.parametrize("text", CONTROLS, ids=ascii)
def test_controls_and_bidi_overrides_are_refused_in_every_field(house, text):
    rows = lives.rows()
    date = {"date": "2099-01-01", "time": "18:00"}
    office = {"office": house.office.pk}
    tries = [
        (house.staff, "decline", {**office, "reason": text}),
        (house.staff, "withdraw", {**office, "reason": text}),
        (house.staff, "condition", {**office, "condition": text}),
        (house.staff, "request-deadline", {**office, **date, "reason": text}),
        (house.lead, "desk-publish", {"version": 0, "note": text}),
        *[(house.lead, "desk-text", {"version": 0, **factories.text(**{field: text})}) for field in factories.TEXT],
    ]
    for client, name, data in tries:
        response = client.post(path(name, house.letter), data)
        assert response.status_code in (200, 409), (name, data)
        assert said(response), (name, data)
    data = {"lead": house.letter.lead_id, "title": text, "words": "We write."}
    assert said(house.lead.post(path("letter-write"), data))
    assert unchanged(rows)


@pytest.mark.parametrize("text", ["a\u202eb", "a\x00b"], ids=ascii)
def test_controls_are_refused_in_the_reasons_of_a_lock(house, text):
    factories.sign(house.letter)
    lives.publish(house.letter)
    rows = lives.rows()
    reasons = {f"reason-{name}": text for name in lives.AMBER}
    response = house.locker.post(path("lock-review", house.letter), {"head_hash": house.letter.head_hash, **reasons})
    assert response.status_code == 409
    assert any("invisible character" in sentence for sentence in said(response))
    assert unchanged(rows)


def test_a_text_over_the_limit_is_refused(house):
    rows = lives.rows()
    body = f"<p>{'a' * 200_001}</p>"
    response = house.lead.post(path("desk-text", house.letter), {"version": 0, **factories.text(body=body)})
    assert any("200,000" in sentence for sentence in said(response))
    data = {"lead": house.letter.lead_id, "title": "Long", "words": "a" * 200_001}
    response = house.lead.post(path("letter-write"), data)
    assert any("200,000" in sentence for sentence in said(response))
    assert unchanged(rows)


def test_a_reason_over_the_limit_is_refused(house):
    rows = lives.rows()
    response = house.staff.post(path("decline", house.letter), {"office": house.office.pk, "reason": "a" * 1001})
    assert any("1000" in sentence or "1,000" in sentence for sentence in said(response))
    assert unchanged(rows)


def test_a_letter_for_an_office_that_is_not_ones_own_is_refused(house):
    rows = lives.rows()
    data = {"lead": house.office.pk, "title": "Mills", "words": "We write."}
    assert said(house.lead.post(path("letter-write"), data))
    assert unchanged(rows)


@pytest.mark.parametrize(
    "contacts", ["nobody: a@mail.house.gov", "Able", "Able: not an address", "Able: a@b@c", "\x00: a@b.gov"], ids=repr
)
def test_an_address_that_fits_no_chosen_office_is_refused(house, contacts):
    office = make_office("Bo", "Able")
    rows = lives.rows()
    response = house.lead.post(path("desk-invite", house.letter), {"offices": [office.pk], "contacts": contacts})
    assert said(response)
    assert unchanged(rows)


@pytest.mark.parametrize("offices", [[], ["abc"], ["999999999"], ["9" * 30], ["\x00"]], ids=repr)
def test_offices_that_are_none_are_not_invited(house, offices):
    rows = lives.rows()
    response = house.lead.post(path("desk-invite", house.letter), {"offices": offices, "contacts": ""})
    assert said(response)
    assert unchanged(rows)


# --- what a draft has not ---


def test_the_lock_page_of_a_draft_says_that_it_is_a_draft(house, client_of):
    letter = make_draft()
    clients = [client_of(letter.created_by), house.locker]
    rows = lives.rows()
    for client in clients:
        for send in (client.get, client.post):
            response = send(path("lock-review", letter), follow=True)
            assert said(response) == ["The letter is still a draft. It has to be circulated first."]
    assert unchanged(rows)

"""The page of a person's mail, and the address in a mail that stops it: who does what with it, and what it tells."""

import email
import email.policy
import re
import time
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from letters import mail
from letters.mail import stopping
from letters.models import MailSettings, Membership, Notice
from letters.workflow import mail_choices, people
from tests.factories import DAY, make_letter, make_person, make_staff
from tests.mail import occasions
from tests.sessions import prove
from tests.workflow import lives

from .conftest import path, said

pytestmark = pytest.mark.django_db
MINE = "/account/mail/"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
CHOICES = {
    "wanted": ["reminder", "deadline-moved", "circular", "corrected", "outage"],
    "quiet_from": "8 pm",
    "quiet_until": "07:00",
    "zone": "America/Chicago",
    "back_on": "",
}


def settings_of(person):
    return MailSettings.objects.get(person=person)


# --- the page ---


def test_choices_are_saved_and_shown_as_they_were_typed_or_can_be_typed_again(house):
    response = house.staff.post(MINE, CHOICES, follow=True)
    assert said(response) == ["Your choices are saved."]
    found = settings_of(house.person)
    assert (found.muted, found.zone, str(found.quiet_from), str(found.quiet_until)) == (
        "digest", "America/Chicago", "20:00:00", "07:00:00",
    )  # fmt: skip
    form = response.context["form"]
    assert (form["quiet_from"].value(), form["quiet_until"].value()) == ("8:00 pm", "7:00 am")
    assert house.staff.post(MINE, {**CHOICES, "quiet_from": form["quiet_from"].value()}).status_code == 302


def test_midnight_can_be_typed_and_read_again(house):
    house.staff.post(MINE, {**CHOICES, "quiet_from": "22:00", "quiet_until": "midnight"})
    form = house.staff.get(MINE).context["form"]
    assert form["quiet_until"].value() == "00:00"
    assert house.staff.post(MINE, {**CHOICES, "quiet_until": "00:00"}).status_code == 302


def test_the_day_on_which_one_is_back_begins_at_midnight_of_the_zone(house):
    day = (timezone.now() + 9 * DAY).date()
    house.staff.post(MINE, {**CHOICES, "back_on": day.isoformat()})
    local = settings_of(house.person).away_until.astimezone(ZoneInfo("America/Chicago"))
    assert (local.date(), local.hour) == (day, 0)
    assert house.staff.get(MINE).context["form"]["back_on"].value() == day


STILL = "While you are away, mail for Ada Able (NY-10) still comes to you: nobody else there can be reached."


def test_who_is_away_and_alone_in_the_office_is_told_that_its_mail_still_comes(house):
    away = {**CHOICES, "back_on": (timezone.now() + 9 * DAY).date().isoformat()}
    assert said(house.staff.post(MINE, away, follow=True)) == [f"Your choices are saved. {STILL}"]
    colleague = make_staff(house.office)
    assert said(house.staff.post(MINE, away, follow=True)) == ["Your choices are saved."]
    MailSettings.objects.create(person=colleague, away_until=timezone.now() + DAY)
    assert said(house.staff.post(MINE, away, follow=True)) == [f"Your choices are saved. {STILL}"]
    assert said(house.staff.post(MINE, CHOICES, follow=True)) == ["Your choices are saved."]


BAD = [
    ({"quiet_from": "8"}, "8 can be morning or evening. Write 8 am or 8 pm."),
    ({"quiet_from": "8 pm EST"}, "Write the time without a zone, and choose the zone below."),
    ({"quiet_from": ""}, "Quiet hours need a beginning and an end. Give both, or neither."),
    ({"quiet_until": "8 pm"}, "Quiet hours cannot end when they begin. Choose another time for one of the two."),
    ({"back_on": "2020-01-01"}, "The day on which you are back has come already. Choose a later one, or leave it empty."),
    ({"back_on": "9999-12-31"}, "The year 9999 cannot be meant. Correct the date."),
    ({"wanted": ["receipt"]}, "Select a valid choice. receipt is not one of the available choices."),
]


@pytest.mark.parametrize(("fields", "sentence"), BAD)
def test_what_cannot_be_is_said_and_what_was_typed_stays(house, fields, sentence):
    response = house.staff.post(MINE, {**CHOICES, **fields})
    assert response.context["form"].errors == {name: [sentence] for name in fields}
    assert not MailSettings.objects.exists()
    for name, value in fields.items():
        assert response.context["form"][name].value() == value


def test_looking_at_the_page_changes_nothing(house):
    mail_choices.mute_letter(house.person, house.letter, now=timezone.now())
    before = lives.rows()
    assert house.staff.get(MINE).status_code == 200
    assert lives.rows() == before


# --- one letter ---


def test_a_letter_is_muted_on_its_page_listed_and_taken_back(house):
    page = house.staff.get(path("letter", house.letter)).content.decode()
    assert "Mute the mails about this letter" in page
    house.staff.post(path("mute-letter", house.letter))
    assert "Get its mails again" in house.staff.get(path("letter", house.letter)).content.decode()
    assert house.letter.title in house.staff.get(MINE).content.decode()
    row = house.person.muted_letters.get()
    response = house.staff.post(f"/account/mail/muted/{row.pk}/end/", follow=True)
    assert said(response) == ["Mails about that letter come again."]
    assert response.redirect_chain == [(MINE, 302)]
    assert not house.person.muted_letters.exists()


def test_who_takes_it_back_on_the_letters_page_stays_there(house):
    mail_choices.mute_letter(house.person, house.letter, now=timezone.now())
    page = house.staff.get(path("letter", house.letter)).content.decode()
    (form,) = re.findall(r'<form method="post" action="/account/mail/muted/.*?</form>', page)
    back = {"back": re.search('name="back" value="(.*?)"', form).group(1)}
    response = house.staff.post(re.search('action="(.*?)"', form).group(1), back)
    assert response.url == path("letter", house.letter)
    assert not house.person.muted_letters.exists()


def test_a_letter_that_one_can_no_longer_read_is_listed_without_its_title(house):
    house.letter.audience = "invited"
    house.letter.save()
    mail_choices.mute_letter(house.person, house.letter, now=timezone.now())
    people.end(house.person.memberships.get(), house.admin, now=timezone.now())
    page = house.staff.get(MINE).content.decode()
    assert "A letter that you can no longer open" in page
    assert house.letter.title not in page
    assert house.letter.code not in page
    row = house.person.muted_letters.get()
    assert house.staff.post(f"/account/mail/muted/{row.pk}/end/", {"back": "letter"}).url == MINE


def test_nobody_ends_what_another_muted(house):
    mail_choices.mute_letter(house.person, house.letter, now=timezone.now())
    row = house.person.muted_letters.get()
    assert house.lead.post(f"/account/mail/muted/{row.pk}/end/").status_code == 404
    assert house.person.muted_letters.exists()


# --- the headers ---


def wire(notice):
    raw = mail.compose(notice, now=timezone.now()).message().as_bytes()
    return raw, email.message_from_bytes(raw, policy=email.policy.default)


@pytest.mark.parametrize("occasion", occasions.EVERY_KIND.values(), ids=lambda occasion: occasion.__name__)
def test_what_can_be_muted_can_be_stopped_by_one_click_and_nothing_else(occasion):
    notice = occasion()
    raw, message = wire(notice)
    mutable = notice.person is not None and notice.kind in Notice.MUTABLE
    assert (b"\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\n" in raw) == mutable
    assert ("/mail/stop/" in message.get_body(("plain",)).get_content()) == mutable
    assert (">Stop these mails</a>" in message.get_body(("html",)).get_content()) == mutable
    if mutable:
        token = re.fullmatch(rf"<{re.escape(settings.SITE_URL)}/mail/stop/([^/>]+)/>", message["List-Unsubscribe"].strip())[1]
        found = stopping.read(token)
        assert (found.person, found.kind, found.letter) == (notice.person, notice.kind, notice.letter)


def test_a_contact_who_has_no_account_asks_the_lead_by_mail():
    notice = occasions.invitation()
    notice.person = None
    raw, message = wire(notice)
    lead = notice.letter.created_by.email
    assert message["List-Unsubscribe"] == f"<mailto:{lead}?subject=Unsubscribe>"
    assert b"List-Unsubscribe-Post" not in raw
    assert b"/mail/stop/" not in raw


def test_whoever_is_shown_a_mail_of_another_gets_no_address_that_stops_it():
    notice = occasions.reminder()
    message = mail.compose(notice, now=timezone.now(), shown=True)
    assert "/mail/stop/" not in message.body + message.alternatives[0][0]
    assert "List-Unsubscribe" not in message.extra_headers


# --- the address ---


@pytest.fixture
def notice():
    return occasions.reminder()


def stop_url(notice):
    return stopping.address(notice).removeprefix(settings.SITE_URL)


def fetched(url, method="get", data=None, **extra):
    """By a mail program: no cookie, and whatever Django checks of forms is checked."""
    return getattr(Client(enforce_csrf_checks=True), method)(url, data, **extra)


def test_one_click_stops_the_mails_of_that_letter_for_that_person_alone(notice):
    other = make_staff(notice.office)
    body = "List-Unsubscribe=One-Click"
    response = fetched(stop_url(notice), "post", body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 200
    assert not response.cookies
    assert [row.letter for row in notice.person.muted_letters.all()] == [notice.letter]
    assert not other.muted_letters.exists()
    assert mail_choices.reason_against(notice) == "the person has muted these mails"


def test_the_form_data_of_a_mail_program_that_sends_it_in_parts_is_read_too(notice):
    assert fetched(stop_url(notice), "post", ONE_CLICK).status_code == 200
    assert notice.person.muted_letters.exists()


def test_the_button_of_the_page_sends_what_a_mail_program_does(notice):
    page = fetched(stop_url(notice)).content.decode()
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]+)">', page))
    assert fields == ONE_CLICK
    answer = fetched(stop_url(notice), "post", fields).content.decode()
    assert "These mails are stopped" in answer


def test_opening_the_address_stops_nothing_however_often(notice):
    before = lives.rows()
    for method in ("get", "head", "get"):
        assert fetched(stop_url(notice), method).status_code == 200
    for data in ({}, {"List-Unsubscribe": "No"}, {"list-unsubscribe": "One-Click"}):
        assert fetched(stop_url(notice), "post", data).status_code == 200
    assert lives.rows() == before


def test_stopping_twice_is_stopping_once(notice):
    for _ in range(2):
        assert fetched(stop_url(notice), "post", ONE_CLICK).status_code == 200
    assert notice.person.muted_letters.count() == 1


def test_a_mail_about_no_letter_stops_its_kind(notice):
    token = signing.dumps([notice.person.pk, "outage", ""], salt=stopping.SALT)
    assert fetched(f"/mail/stop/{token}/", "post", ONE_CLICK).status_code == 200
    assert settings_of(notice.person).muted == "outage"
    assert not notice.person.muted_letters.exists()


def test_the_page_says_nothing_about_the_letter_or_the_person(notice):
    for response in (fetched(stop_url(notice)), fetched(stop_url(notice), "post", ONE_CLICK)):
        page = response.content.decode()
        for word in (*occasions.CANARIES, "Hopper", "Byron", notice.letter.code, notice.letter.ref, notice.person.email):
            assert word not in page
        assert response["Cache-Control"] == "private, no-store"
        assert response["Referrer-Policy"] == "no-referrer"
        assert "noindex" in response["X-Robots-Tag"]


def forged(notice):
    good = stop_url(notice).removeprefix("/mail/stop/").removesuffix("/")
    value, _, rest = good.partition(":")
    other = [make_person().pk, "reminder", notice.letter.ref]
    return [
        "x",
        good[:-1],
        f"{good}x",
        good.swapcase(),
        f"{signing.dumps(other).partition(':')[0]}:{rest}",
        signing.dumps(other),
        signing.dumps(other, salt="another"),
        signing.dumps([10**9, "reminder", notice.letter.ref], salt=stopping.SALT),
        signing.dumps([notice.person.pk, "reminder", "no such letter"], salt=stopping.SALT),
        "%00",
        "é:é:é",
        value,
        "a" * 10_000,
    ]


def test_whatever_we_did_not_make_stops_nothing_and_looks_alike(notice):
    tokens, before, answers = forged(notice), lives.rows(), set()
    for token in tokens:
        for method in ("get", "post"):
            response = fetched(f"/mail/stop/{token}/", method, ONE_CLICK if method == "post" else None)
            answers.add((response.status_code, response.content))
    assert len(answers) == 1
    assert answers.pop()[0] == 404
    assert lives.rows() == before


def test_an_address_of_more_than_a_year_ago_stops_nothing(notice, monkeypatch):
    url = stop_url(notice)
    now = time.time()
    monkeypatch.setattr("django.core.signing.time.time", lambda: now + stopping.LASTS + 60)
    assert fetched(url, "post", ONE_CLICK).status_code == 404
    assert not notice.person.muted_letters.exists()


def test_the_address_of_somebody_who_is_no_longer_active_stops_nothing(notice):
    notice.person.is_active = False
    notice.person.save()
    assert fetched(stop_url(notice), "post", ONE_CLICK).status_code == 404


def test_the_token_opens_no_other_page(notice, client_of):
    token = stop_url(notice).removeprefix("/mail/stop/")
    browser = Client()
    browser.get(f"/mail/stop/{token}")
    browser.post(f"/mail/stop/{token}", ONE_CLICK)
    assert browser.get(path("letter", notice.letter)).url.startswith("/account/login/")
    assert browser.get(MINE).url.startswith("/account/login/")


def test_who_tries_many_tokens_is_told_to_wait(notice):
    guesser = Client(REMOTE_ADDR="203.0.113.9")
    answers = {guesser.get(f"/mail/stop/{number}/").status_code for number in range(61)}
    assert answers == {404, 429}


# --- alternates, on the office's page ---


def test_a_manager_makes_an_alternate_on_the_office_s_page(house, client_of):
    manager = make_staff(house.office, Membership.Role.MANAGER)
    client = client_of(manager)
    prove(client)
    place = house.person.memberships.get()
    url = path("choose-alternate", None, house.office.pk, place.pk)
    assert url in client.get(path("office", None, house.office.pk)).content.decode()
    assert client.get(url).status_code == 200
    assert client.post(url, {"alternate": "yes"}).status_code == 302
    place.refresh_from_db()
    assert place.alternate
    page = client.get(path("office", None, house.office.pk)).content.decode()
    assert '<span class="state">alternate</span>' in page
    assert "chose when mail goes to" in page


def test_a_held_mail_is_seen_on_the_lead_s_page(notice, client_of):
    Notice.objects.filter(pk=notice.pk).update(due_at=timezone.now() + DAY)
    page = client_of(notice.letter.created_by).get(path("desk-notices", notice.letter)).content.decode()
    assert re.search(r">Held</span>\s+until ", page)


def test_the_page_of_one_s_mail_costs_the_same_for_more_letters(house):
    def cost():
        with CaptureQueriesContext(connection) as captured:
            house.staff.get(MINE)
        return len(captured)

    house.staff.get(MINE)
    mail_choices.mute_letter(house.person, house.letter, now=timezone.now())
    one = cost()
    for _ in range(2):
        mail_choices.mute_letter(house.person, make_letter(invited=[house.office]), now=timezone.now())
    assert cost() == one

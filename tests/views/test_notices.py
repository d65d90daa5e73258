"""The lead sees what became of each mail, how it reads, and sends it again."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from letters.mail import stopping
from letters.models import Notice
from letters.workflow import bouncing, circulating, notices
from tests.factories import HOUR, make_draft, make_letter, make_office, make_staff
from tests.mail import occasions
from tests.mail.occasions import EVERY_KIND

from .conftest import path, said

pytestmark = pytest.mark.django_db
MINUTE = datetime.timedelta(minutes=1)
NOBODY = "550 5.1.1 no such user"


def row(house, **fields):
    """The invitation of the house's office, with these fields."""
    invitee = house.letter.invitees.get(office=house.office)
    notices.queue(notices.invitation(house.letter, invitee, timezone.now()))
    rows = house.letter.notices.filter(kind="invitation", person=house.person)
    rows.update(**fields)
    return rows.get()


def listed(house, query=""):
    response = house.lead.get(path("desk-notices", house.letter) + query)
    assert response.status_code == 200
    return response.content.decode()


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.fixture
def now():
    return timezone.now()


STATES = {
    "queued": ({}, "Queued since"),
    "held": ({"due_at": 2 * HOUR}, "Held until"),
    "sending": ({"claimed_until": MINUTE}, "Being sent"),
    "retrying": ({"claimed_until": MINUTE, "last_error": "451 come back later"}, "451 come back later"),
    "sent": ({"sent_at": -MINUTE}, "Sent"),
    "dropped": ({"dropped_at": -MINUTE, "dropped_because": "the office has answered"}, "The office has answered"),
    "refused": ({"dropped_at": -MINUTE, "refused": True, "dropped_because": "the mail server refused"}, "Refused"),
    "returned": ({"sent_at": -HOUR, "bounced_at": -MINUTE, "bounced_because": NOBODY}, f"The mail server said: {NOBODY}"),
}


@pytest.mark.parametrize("state", STATES)
def test_each_state_is_said_in_words_and_can_be_filtered_for(house, now, state):
    fields, told = STATES[state]
    at = {name: now + value if isinstance(value, datetime.timedelta) else value for name, value in fields.items()}
    notice = row(house, **at)
    other = next(name for name in STATES if name != state)
    assert told in words(listed(house, f"?state={state}"))
    assert notice.address in listed(house, f"?state={state}&kind=invitation")
    assert notice.address not in listed(house, f"?state={other}")
    assert notice.address not in listed(house, "?kind=locked")
    assert Notice.objects.with_standing(timezone.now()).get(pk=notice.pk).standing == state


def test_mail_is_found_by_office_and_by_address(house):
    notice = row(house)
    other = make_office("Zoe", "Zebra")
    circulating.invite(
        house.letter, [other], house.letter.created_by, contacts={other.pk: "z@zebra.house.gov"}, now=timezone.now()
    )
    assert notice.address not in listed(house, "?words=zebra")
    assert "z@zebra.house.gov" in listed(house, "?words=zebra")
    assert notice.address in listed(house, f"?words={notice.address.upper()}")
    for odd in ("?words=%00%27%25_", "?state=nonsense&kind=x&page=-3", "?page=9999999999999999999999", "?page=x"):
        listed(house, odd)


def test_hundreds_of_mails_are_listed_in_pages_at_the_same_cost(house):
    def queries(query=""):
        with CaptureQueriesContext(connection) as captured:
            listed(house, query)
        return len(captured)

    queries()  # what is fetched once
    before = queries()
    first = row(house)
    Notice.objects.bulk_create(
        Notice(kind="invitation", key=f"{number}", letter=house.letter, office=house.office, address=f"p{number}@able.house.gov",
               created_at=first.created_at, due_at=first.due_at, dropped_at=first.due_at, dropped_because="refused")
        for number in range(250)
    )  # fmt: skip
    assert queries() - before <= 3  # offices that may have another contact, their people, addresses that are stopped
    assert queries() == queries("?page=2")
    assert "p249@able.house.gov" in listed(house)
    assert "p249@able.house.gov" not in listed(house, "?page=2")
    assert "Page 3 of 3" in listed(house, "?page=3&kind=invitation")


def test_what_reached_nobody_is_said_on_top(house, now):
    assert "reached nobody" not in words(listed(house))
    row(house, sent_at=now - HOUR, bounced_at=now, bounced_because=NOBODY)
    assert "1 mail reached nobody: it came back or was refused." in words(listed(house))


# --- sending again ---


def test_the_lead_sends_a_mail_again_and_a_second_press_does_nothing(house, now):
    notice = row(house, sent_at=now - HOUR, started_at=now - HOUR)
    assert f'action="{path("send-again", house.letter, notice.pk)}"' in listed(house)
    for sentence in (f"The mail to {notice.address} is sent again.", "This mail is waiting to be sent already."):
        response = house.lead.post(path("send-again", house.letter, notice.pk), follow=True)
        assert said(response) == [sentence]
    assert Notice.objects.filter(again_of=notice).count() == 1
    assert "once more" in words(listed(house))


def test_why_a_mail_is_not_sent_again_is_said(house, now):
    notice = row(house, sent_at=now - HOUR)
    bouncing.bounced(notice, NOBODY, now=now)
    response = house.lead.post(path("send-again", house.letter, notice.pk), follow=True)
    assert "mail to this address came back: 550 5.1.1 no such user" in said(response)[0]


def test_a_mail_that_came_back_is_sent_to_the_office_s_other_people_and_it_is_said_to_whom(house, now):
    notice = row(house, sent_at=now - HOUR)
    bouncing.bounced(notice, NOBODY, now=now)
    assert "Send to the office’s people" not in words(listed(house))
    people = [make_staff(house.office, email=f"{name}@able.house.gov") for name in ("bo", "cy")]
    assert "Send to the office’s people" in words(listed(house))
    response = house.lead.post(path("send-again", house.letter, notice.pk), follow=True)
    assert said(response) == ["The mail goes to bo@able.house.gov and cy@able.house.gov now."]
    assert list(Notice.objects.filter(again_of=notice).values_list("person", flat=True)) == [person.pk for person in people]


def test_of_an_office_that_has_people_by_now_they_are_sent_the_mail_to_its_contact(house, now):
    alone = make_office("Cy", "Alone")
    circulating.invite(house.letter, [alone], house.letter.created_by, contacts={alone.pk: "a@alone.house.gov"}, now=now)
    house.letter.notices.filter(office=alone).update(sent_at=now)
    make_staff(alone, email="bo@alone.house.gov")
    house.letter.invitees.filter(office=alone).update(contact="b@alone.house.gov")
    assert "The office has another contact since." not in words(listed(house))
    notice = house.letter.notices.get(office=alone)
    response = house.lead.post(path("send-again", house.letter, notice.pk), follow=True)
    assert said(response) == ["The mail goes to bo@alone.house.gov now."]


def test_a_mail_of_another_letter_is_not_found(house):
    elsewhere = make_letter(invited=[house.office]).notices.earliest("pk")
    for name in ("desk-notice", "desk-notice-html"):
        assert house.lead.get(path(name, house.letter, elsewhere.pk)).status_code == 404
    assert house.lead.post(path("send-again", house.letter, elsewhere.pk)).status_code == 404


def test_another_contact_is_entered_where_mail_to_the_first_was_lost(house, now):
    alone = make_office("Cy", "Alone")
    circulating.invite(house.letter, [alone], house.letter.created_by, contacts={alone.pk: "a@alone.house.gov"}, now=now)
    invitee = house.letter.invitees.get(office=alone)
    url = path("desk-contact", house.letter, invitee.pk)
    assert url not in listed(house)
    house.letter.notices.filter(office=alone).update(dropped_at=now, refused=True, dropped_because="refused (550)")
    assert url in listed(house)
    for typed, sentence in (
        ("", "This field is required."),
        ("nonsense", None),
        ("a@alone.house.gov", "the office's contact already"),
    ):
        response = house.lead.post(url, {"address": typed})
        assert not house.letter.notices.waiting().filter(office=alone).exists()
        assert sentence is None or sentence in " ".join(said(response))
        assert f'value="{typed}"' in response.content.decode() or not typed
    response = house.lead.post(url, {"address": "b@alone.house.gov"}, follow=True)
    assert said(response) == ["The invitation goes to b@alone.house.gov now."]
    assert house.letter.notices.waiting().get(office=alone).address == "b@alone.house.gov"


# --- how a mail reads ---


@pytest.mark.parametrize("kind", EVERY_KIND, ids=str)
def test_the_lead_sees_each_kind_of_mail_without_what_is_for_its_reader_alone(client_of, kind, settings):
    settings.MAIL_BOUNCE_ADDRESS = "bounces@cosign.example"
    notice = EVERY_KIND[kind]()
    if notice.letter is None:
        return
    lead = client_of(notice.letter.created_by)
    response = lead.get(path("desk-notice", notice.letter, notice.pk))
    shown = response.content.decode()
    html = lead.get(path("desk-notice-html", notice.letter, notice.pk))
    assert (response.status_code, html.status_code) == (200, 200)
    assert "can no longer be written" not in shown
    for secret in ("/mail/stop/", "bounces+", "List-Unsubscribe", notice.key[:40]):
        assert secret not in shown + html.content.decode()
    if stopping.address(notice):
        assert "Stop these mails" in html.content.decode()


def test_a_mail_is_framed_so_that_nothing_in_it_runs_or_is_fetched(house):
    notice = row(house)
    page = house.lead.get(path("desk-notice", house.letter, notice.pk))
    framed = house.lead.get(path("desk-notice-html", house.letter, notice.pk))
    assert re.search(r'<iframe[^>]* sandbox=""', page.content.decode())
    policy = dict(part.strip().partition(" ")[::2] for part in framed["Content-Security-Policy"].split(";"))
    assert policy == {
        "default-src": "'none'",
        "style-src": "'unsafe-inline'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'self'",
        "sandbox": "",
    }
    assert framed["X-Frame-Options"] == "SAMEORIGIN"
    assert page["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]


def test_a_mail_whose_cause_was_undone_is_said_to_be_unwritable(house, client_of):
    notice = occasions.lock_pending()
    letter = notice.letter
    type(letter).objects.filter(pk=letter.pk).update(
        lock_announced_at=None, lock_announced_by=None, lock_expected_at=None, lock_announced_text=None
    )
    lead = client_of(letter.created_by)
    assert "can no longer be written" in lead.get(path("desk-notice", letter, notice.pk)).content.decode()
    assert lead.get(path("desk-notice-html", letter, notice.pk)).status_code == 404


def test_before_anything_is_sent_the_lead_sees_what_the_mails_look_like(client_of):
    person = make_staff()
    draft = make_draft(person.memberships.get().office, person)
    lead = client_of(person)
    shown = words(lead.get(path("desk-mails", draft)).content.decode())
    for kind in ("Invitation", "Reminder", "Deadline moved", "Text changed: please re-affirm", "Is it still a yes?"):
        assert f"{kind} Subject" in shown
    assert "Letter locked Subject" not in shown
    assert "with a deadline in a week" in shown
    assert lead.get(path("desk-mail-html", draft, "reminder")).status_code == 200
    for none in ("locked", "receipt", "nonsense"):
        assert lead.get(path("desk-mail-html", draft, none)).status_code == 404
    assert not Notice.objects.exists()


# --- an address of one's own ---


def test_the_person_sees_that_their_address_gets_no_mail_and_takes_it_into_use_again(house, now):
    mine = path("my-mail")
    assert "Nothing is sent to" not in words(house.staff.get(mine).content.decode())
    bouncing.bounced(row(house, sent_at=now - HOUR), NOBODY, now=now)
    shown = words(house.staff.get(mine).content.decode())
    assert f"Nothing is sent to {house.person.email}" in shown
    assert NOBODY in shown
    assert said(house.staff.post(path("use-address-again"), follow=True)) == [f"Mail goes to {house.person.email} again."]
    assert "Nothing is sent to" not in words(house.staff.get(mine).content.decode())


def test_a_reminder_says_how_long_before_the_deadline_and_each_button_what_it_sends_to_whom(house, now):
    other = make_office("Bo", "Baker")
    circulating.invite(house.letter, [other], house.letter.created_by, now=now)
    for step, office in (("3d", house.office), ("1d", house.office), ("1d", other)):
        told = {"letter": house.letter, "office": office, "now": now, "about": step, "step": step}
        notices.queue(notices.tell(Notice.Kind.REMINDER, [house.person], **told))
    house.letter.notices.filter(kind="reminder").update(sent_at=now)
    page = listed(house, "?kind=reminder")
    assert "Reminder, 3 days before" in words(page)
    assert "(3d)" not in page
    buttons = [words(button) for button in re.findall(r"<button[^>]*again[^>]*>.*?</button>", page)]
    assert len(set(buttons)) == len(buttons) == 3
    to = f"to {house.person.email} for {house.office.label}"
    assert any(button.startswith(f"Send again : Reminder, 3 days before, {to}, of ") for button in buttons)

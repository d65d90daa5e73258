"""A "Dear Colleague": who gets it, what is refused, and that nobody gets one that does not concern them any more."""

import json

import pytest
from django.utils import timezone

from letters import mail
from letters.exports import evidence
from letters.models import Circular, Event, Notice
from letters.proof import check
from letters.templatetags.history import as_sentence
from letters.text.html import TextError
from letters.workflow import circulars, circulating, deadlines, delivery, drafting, links, signing
from tests import factories
from tests.factories import DAY, HOUR, make_letter, make_office, make_staff
from tests.workflow import lives
from tests.workflow.lives import again, refused

pytestmark = pytest.mark.django_db
MINUTE = HOUR / 60
BODY = "Dear Colleague:\n\nPlease join us.\nThe mills need it."


@pytest.fixture
def asked():
    """(office, person) of each invited office: one that has signed, one that has declined, one that has not answered."""
    return [(office, make_staff(office)) for office in (make_office() for _ in range(3))]


@pytest.fixture
def letter(asked):
    signed, declined, _ = asked
    letter = make_letter(invited=[office for office, _ in asked])
    factories.sign(letter, *signed)
    signing.decline(letter, *declined, now=timezone.now())
    return again(letter)


def send(letter, *, subject="Please join", body=BODY, to_all=False, now=None):
    return circulars.send(letter, letter.created_by, subject=subject, body=body, to_all=to_all, now=now or timezone.now())


def addresses(*asked):
    return sorted(person.email for _, person in asked)


def test_it_goes_to_those_that_have_not_answered(letter, asked):
    send(letter)
    assert lives.told(Notice.Kind.CIRCULAR) == addresses(asked[2])


def test_or_to_all_invited_offices_and_never_to_the_leads(letter, asked):
    co_lead = make_staff()
    drafting.add_co_lead(letter, co_lead.memberships.get().office, letter.created_by, now=timezone.now())
    send(letter, to_all=True)
    assert lives.told(Notice.Kind.CIRCULAR) == addresses(*asked)


def test_an_office_without_people_gets_it_at_its_contact(letter, asked):
    empty, unreached = make_office(), make_office()
    circulating.invite(letter, [empty, unreached], letter.created_by, contacts={empty.pk: "c@x.house.gov"}, now=timezone.now())
    told = send(letter)
    assert unreached not in [invitee.office for invitee, _ in told]
    assert lives.told(Notice.Kind.CIRCULAR) == sorted([*addresses(asked[2]), "c@x.house.gov"])


def test_a_person_of_two_offices_is_counted_once(letter, asked):
    other = make_office()
    place = make_staff(other).memberships.get()
    type(place).objects.create(
        person=asked[2][1],
        office=other,
        asked_at=timezone.now() - DAY,
        confirmed_at=timezone.now(),
        confirmed_by=letter.created_by,
    )
    circulating.invite(letter, [other], letter.created_by, now=timezone.now())
    assert circulars.counted(send(letter)) == "2 offices (2 people)"


def test_offices_that_left_get_none(letter, asked):
    office = asked[2][0]
    office.left_on = timezone.now().date()
    office.save()
    with refused(circulars.nobody(False)):
        send(letter)


def test_the_words_are_kept_as_they_were_sent_and_the_history_has_their_hash(letter):
    send(letter, subject=" Please  join ", body=BODY.replace("\n", "\r\n"))
    circular = Circular.objects.get()
    assert (circular.subject, circular.body, circular.sent_by) == ("Please join", BODY, letter.created_by)
    event = letter.events.get(kind=Event.Kind.WROTE)
    assert "mills" not in json.dumps(event.details)
    said = "wrote to the offices: a Dear Colleague to 1 office, those that had not answered."
    assert as_sentence(event) == f"{letter.created_by.email} {said}"
    check(evidence(again(letter)))


def test_the_same_words_are_refused_for_an_hour(letter):
    now = timezone.now()
    send(letter, now=now)
    for to_all in (False, True):
        with refused(f"{letter.created_by} sent the same text less than an hour ago. Change it, or wait."):
            send(letter, subject="Another subject", to_all=to_all, now=now + HOUR - MINUTE)
    send(letter, body=BODY + " Soon.", now=now + MINUTE)
    send(letter, now=now + HOUR)
    assert Circular.objects.count() == 3


def test_offices_are_not_written_to_again_and_again(letter):
    now = timezone.now()
    for number in range(circulars.MOST):
        send(letter, body=f"{BODY} {number}", now=now + number * MINUTE)
    with refused("3 mails were sent to the offices within the last hour. Wait before you write to them again."):
        send(letter, body="Once more", now=now + HOUR - MINUTE)
    send(letter, body="Once more", now=now + HOUR)


@pytest.mark.parametrize("words", [{"subject": " "}, {"body": " \n "}])
def test_nothing_empty_is_sent(letter, words):
    with refused("Write a subject and a text."):
        send(letter, **words)


@pytest.mark.parametrize(
    "words",
    [
        {"subject": "Join\nBcc: x@evil.example"},
        {"subject": "Join\u202e"},
        {"body": "Join\x00us"},
        {"body": "a\u2066b"},
        {"body": "x" * 20_001},
    ],
)
def test_what_a_mail_cannot_hold_is_refused(letter, words):
    rows = lives.rows()
    with pytest.raises(TextError):
        send(letter, **words)
    assert lives.rows() == rows


def test_only_a_letter_in_circulation_is_written_about(letter):
    draft = factories.make_draft()
    with refused("The letter is still a draft. It has to be circulated first."):
        send(draft)
    lives.lock(letter)
    with refused("The letter is locked. Nothing about it can change any more."):
        send(letter)


def test_nobody_whose_time_is_up_is_asked(letter, asked):
    late = letter.deadline_at + MINUTE
    for to_all in (False, True):
        with refused(circulars.nobody(to_all)):
            send(letter, to_all=to_all, now=late)
    request = deadlines.request(letter, *asked[2], wanted_at=letter.deadline_at + DAY, now=timezone.now())
    deadlines.grant(request, letter.created_by, new_at=letter.deadline_at + DAY, for_all=False, now=timezone.now())
    send(letter, to_all=True, now=late)
    assert lives.told(Notice.Kind.CIRCULAR) == addresses(asked[2])


def dropped(now=None):
    return {delivery.reason_to_drop(notice, now or timezone.now()) for notice in Notice.objects.filter(kind="circular")}


def test_who_answers_meanwhile_gets_none_unless_it_was_for_all(letter, asked):
    send(letter)
    assert dropped() == {""}
    factories.sign(letter, *asked[2])
    assert dropped() == {"the office has answered"}
    Notice.objects.filter(kind=Notice.Kind.CIRCULAR).delete()
    send(letter, body="For all.", to_all=True)
    assert dropped() == {""}


def test_none_is_sent_once_time_is_up_or_the_letter_is_locked(letter):
    send(letter, to_all=True)
    assert dropped(letter.deadline_at + MINUTE) == {delivery.CLOSED}
    lives.lock(letter)
    assert dropped() == {delivery.CLOSED}


def test_who_has_left_the_office_gets_none(letter, asked):
    send(letter)
    asked[2][1].memberships.update(ended_at=timezone.now(), ended_by=letter.created_by)
    assert dropped() == {"the person has left the office"}


def composed():
    message = mail.compose(Notice.objects.get(kind=Notice.Kind.CIRCULAR), now=timezone.now())
    return message, message.alternatives[0][0]


def test_the_mail_is_the_lead_s_own_words_and_an_answer_reaches_whoever_sent_it(letter):
    colleague = make_staff(letter.lead)
    circulars.send(letter, colleague, subject="Join <us>", body=f"{BODY}\n<b>& so on", to_all=False, now=timezone.now())
    message, html = composed()
    assert message.subject == "Join <us>"
    assert message.body.startswith(f"{BODY}\n<b>& so on\n")
    assert "&lt;b&gt;&amp; so on" in html
    assert message.reply_to == [colleague.email]


def test_a_link_that_was_replaced_since_is_the_new_one_in_the_mail(letter):
    old = letter.code
    send(letter, body=f"Open https://cosign.example/l/{old}/ today.")
    links.replace(letter, letter.created_by, now=timezone.now())
    message, html = composed()
    assert old not in message.body + html
    assert f"https://cosign.example/l/{again(letter).code}/ today." in message.body

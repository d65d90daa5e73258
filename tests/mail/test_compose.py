import email
import email.policy
import re

import pytest
from django.utils import timezone

from letters import mail
from letters.mail import contents
from letters.models import Letter, Notice, Office, Signature, User
from letters.times import deadline_in_words, instant_in_words
from letters.workflow import circulating, people, signing
from tests import factories
from tests.factories import DAY
from tests.mail import occasions
from tests.mail.occasions import CANARIES, EVERY_KIND

pytestmark = pytest.mark.django_db
HOSTILE = "Ada Byron\r\nBcc: x@evil.example\u2028Subject: hi\x0b\x0c\x1c\x1d\x1e\x85\u2029\u202eBeware <b>&amp;"
OTHER_BREAKS = re.compile("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029\u202e]")


def compose(notice, now=None):
    """The mail as it goes over the wire, read back."""
    raw = mail.compose(notice, now=now or timezone.now()).message().as_bytes()
    return email.message_from_bytes(raw, policy=email.policy.default)


def text_of(message):
    return message.get_body(("plain",)).get_content()


def html_of(message):
    return message.get_body(("html",)).get_content()


def test_there_is_an_occasion_and_a_mail_for_every_kind():
    assert set(contents.CONTENTS) == set(EVERY_KIND) == set(Notice.Kind)


@pytest.fixture(params=EVERY_KIND, ids=str)
def notice(request):
    return EVERY_KIND[request.param]()


def test_each_mail_is_addressed_headed_and_linked_as_agreed(notice, settings):
    message = compose(notice)
    assert message.get_all("To") == [notice.address]
    assert message["Message-ID"] == notice.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["From"] == settings.DEFAULT_FROM_EMAIL
    assert set(message.keys()) <= {
        "Subject", "From", "To", "Reply-To", "Date", "Message-ID", "Auto-Submitted", "Content-Type", "MIME-Version",
        "List-Unsubscribe", "List-Unsubscribe-Post",
    }  # fmt: skip
    assert message.get_content_type() == "multipart/alternative"
    for part in (text_of(message), html_of(message)):
        links = set(re.findall(r"https?://[^\s\"<]+", part)) - {settings.SITE_URL}
        links -= {address for address in links if "/mail/stop/" in address}
        assert len(links) == 1
        assert links.pop().startswith(settings.SITE_URL + "/")


def test_no_mail_carries_the_title_the_text_the_addressees_or_another_signer(notice):
    message = compose(notice)
    for part in (message["Subject"], text_of(message), html_of(message)):
        assert [word for word in CANARIES if word.lower() in part.lower()] == []


def test_no_subject_names_the_office_that_answers(notice):
    if notice.kind not in (Notice.Kind.JOIN_DECIDED, Notice.Kind.PLACE_INVITATION):
        assert "Byron" not in compose(notice)["Subject"]


def test_no_template_leaves_a_gap_or_a_tag(notice):
    message = compose(notice)
    for part in (text_of(message), html_of(message)):
        assert not re.search(r"\{[{%]|\n\s*\n\s*\n|\bNone\b", part)
    assert "<img" not in html_of(message)
    assert "style>" not in html_of(message)


@pytest.mark.parametrize("kind", EVERY_KIND, ids=str)
def test_hostile_names_make_no_line_no_header_and_no_markup(kind):
    notice = EVERY_KIND[kind]()
    Office.objects.update(name=HOSTILE)
    User.objects.filter(email__contains="staff").update(first_name=HOSTILE[:100])
    notice.refresh_from_db()
    raw = mail.compose(notice, now=timezone.now()).message().as_bytes()
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert message.get_all("To") == [notice.address]
    assert message.get_all("Bcc") is None
    assert len(message.get_all("Subject")) == 1
    assert not OTHER_BREAKS.search(message["Subject"])
    for part in (text_of(message), html_of(message)):
        assert not OTHER_BREAKS.search(part)
        assert not re.search(r"^\s*(Bcc|Subject):", part, re.MULTILINE)
    assert "<b>" not in html_of(message)


@pytest.mark.parametrize("address", ["staff@mail.house.gov\r\nBcc: x@evil.example", "staff@mail.house.gov, x@evil.example"])
def test_an_answer_goes_to_the_lead_only_where_its_address_is_one(address):
    notice = occasions.invitation()
    lead = notice.letter.created_by
    assert compose(notice)["Reply-To"] == lead.email
    User.objects.filter(pk=lead.pk).update(email=address)
    assert compose(Notice.objects.get(pk=notice.pk))["Reply-To"] is None


def test_an_answer_about_a_request_reaches_the_person_who_asked():
    notice = occasions.request_received()
    assert compose(notice)["Reply-To"] == notice.request.asked_by.email


def leaves(person):
    person.memberships.update(ended_at=timezone.now(), ended_by=person)


@pytest.mark.parametrize("occasion", [occasions.invitation, occasions.circular, occasions.entered, occasions.locked])
def test_no_answer_goes_to_somebody_who_has_left_the_leads_office(occasion):
    notice = occasion()
    letter = notice.letter
    alternate, colleague, viewer = (factories.make_staff(letter.lead) for _ in range(3))
    alternate.memberships.update(alternate=True)
    viewer.memberships.update(role="viewer")
    leaves(letter.created_by)
    assert compose(notice)["Reply-To"] == colleague.email
    leaves(colleague)
    assert compose(notice)["Reply-To"] == alternate.email
    leaves(alternate)
    message = compose(notice)
    assert message["Reply-To"] is None
    assert "A reply reaches" not in text_of(message) + html_of(message)


def test_whoever_opened_the_letter_answers_once_its_maker_has_left():
    person = factories.make_staff()
    draft = factories.make_draft(person.memberships.get().office, person)
    factories.make_staff(draft.lead)
    opener, office = factories.make_staff(draft.lead), factories.make_office()
    now = timezone.now()
    circulating.circulate(draft, opener, deadline_at=now + DAY, now=now)
    circulating.invite(draft, [office], opener, contacts={office.pk: "desk@able.house.gov"}, now=now)
    leaves(person)
    message = compose(occasions.the_last(Notice.Kind.INVITATION))
    assert message["Reply-To"] == opener.email
    assert message["List-Unsubscribe"] == f"<mailto:{opener.email}?subject=Unsubscribe>"
    leaves(opener)
    assert compose(occasions.the_last(Notice.Kind.INVITATION))["Reply-To"] == draft.lead.people().first().email


ASKED = [occasions.request_received, occasions.edit_proposed, occasions.condition_received]


@pytest.mark.parametrize("occasion", ASKED)
def test_an_answer_to_an_office_reaches_its_people_once_whoever_asked_has_left(occasion):
    notice = occasion()
    leaves(notice.office.people().get())
    assert compose(notice)["Reply-To"] is None
    colleague = factories.make_staff(notice.office)
    assert compose(notice)["Reply-To"] == colleague.email


@pytest.mark.parametrize("occasion", [occasions.awaiting, occasions.join_request, occasions.claim, occasions.place_taken])
def test_no_answer_goes_to_a_person_whom_the_reader_has_to_check(occasion):
    """Whoever gave themselves out for somebody would vouch for themselves."""
    message = compose(occasion())
    assert message["Reply-To"] is None
    assert "A reply reaches" not in text_of(message) + html_of(message)


def test_a_claim_says_who_asks_for_which_office_as_what():
    notice = occasions.claim()
    told = text_of(compose(notice))
    person = notice.membership.person.email
    assert f"{person} asks for a place in the office of {notice.office.label}. The office has no manager yet" in told
    assert "Asks to be: Manager (also runs the office's people)" in told
    assert f"/offices/{notice.office.pk}/\n" in told
    assert "not in the roster" not in told


def test_a_claim_of_an_office_beyond_the_roster_says_that_confirming_accepts_it():
    message = compose(occasions.claim(entered=True))
    for part in (text_of(message), html_of(message)):
        assert "This office is not in the roster: somebody entered it by hand." in part


def test_an_invitation_to_an_office_says_which_as_what_by_whom_and_for_how_long():
    notice = occasions.place_invitation()
    message, by = compose(notice), notice.place_invitation.invited_by.email
    told = text_of(message)
    assert message["Subject"] == f"You are invited to the office of {notice.office.label}"
    assert f"{by} invites you to a place in the office of {notice.office.label}" in told
    assert "Your role: Signer (signs the Member on)\n" in told
    assert "Works for: newcomer@mail.house.gov\nWorks: once, for 7 days\n" in told
    assert f"/invitations/{notice.place_invitation_id}/\n" in told
    assert message["Reply-To"] == by
    assert people.INVITATION_LASTS == 7 * DAY


def test_the_managers_are_told_who_joined_from_what_address_as_what():
    notice = occasions.place_taken()
    User.objects.filter(pk=notice.membership.person_id).update(first_name="Sophie", last_name="Germain")
    notice.refresh_from_db()
    told = text_of(compose(notice))
    joined = "Sophie Germain (newcomer@mail.house.gov) has accepted the invitation"
    assert f"{joined} to the office of {notice.office.label}." in told
    assert "Role: Signer (signs the Member on)\nInvited at: newcomer@mail.house.gov\n" in told
    assert f"/offices/{notice.office.pk}/\n" in told


def test_an_entered_yes_names_who_entered_it_and_who_said_it():
    notice = occasions.entered()
    message, lead = compose(notice), notice.letter.created_by
    assert message["Reply-To"] == lead.email
    assert message["Subject"].startswith("Please confirm: the office of Grace Hopper")
    for part in (text_of(message), html_of(message)):
        assert "by phone, said by Jane Doe, chief of staff" in part
        assert "Until then nothing is printed." in part
        assert "withdraw it on the same page" in part
        assert lead.email in part
    assert f"Would print as: {notice.office.printed_name}, Member of Congress\n" in text_of(message)


def test_an_entered_yes_of_an_office_without_people_goes_to_its_contact():
    letter, *_, now = occasions.start()
    empty = factories.make_office()
    told = {"how": "on paper", "said_by": "Jane Doe", "contact": "front@mail.house.gov"}
    signing.enter(letter, empty, letter.created_by, now=now, **told)
    message = compose(occasions.the_last(Notice.Kind.ENTERED))
    assert message["To"] == "front@mail.house.gov"
    assert "ask for one on the same page" in text_of(message)


def test_a_receipt_for_confirming_an_entered_yes_says_that_the_member_signed():
    notice = occasions.entered()
    factories.sign(notice.letter, notice.office)
    message = compose(occasions.the_last(Notice.Kind.RECEIPT))
    assert message["Subject"].startswith("Receipt: signed on")
    assert "has signed the letter" in text_of(message)


def test_an_invitation_says_who_asks_whom_and_until_when():
    notice = occasions.invitation()
    letter = notice.letter
    letter.deadline_at = letter.deadline_at.replace(year=2031, month=5, day=2, hour=22, minute=0, second=0)
    Letter.objects.filter(pk=letter.pk).update(deadline_at=letter.deadline_at)
    message = compose(notice, now=letter.deadline_at - 3 * DAY)
    assert message["Subject"] == f"Sign-on letter from the office of {letter.lead.printed_name}: please answer by May 2"
    assert f"The office of {letter.lead.label} asks {notice.office.label} to sign on" in text_of(message)
    assert "Deadline: Friday, May 2, 2031, 6:00 pm EDT, in 3 days" in text_of(message)
    assert f"/l/{letter.code}/\n" in text_of(message)


def test_a_reminder_begins_with_the_time_left():
    notice = occasions.reminder()
    for left, words in ((3 * DAY, "3 days"), (DAY, "1 day"), (DAY / 8, "3 hours"), (DAY / 24, "1 hour")):
        message = compose(notice, now=notice.deadline_at - left)
        assert message["Subject"].startswith(f"Reminder: {words} left to answer the sign-on letter from the office of ")
        assert text_of(message).startswith(f"REMINDER: {words} left.")


@pytest.mark.parametrize(("own", "added_to"), [(False, "the deadline of"), (True, "your office's deadline on")])
def test_the_mail_about_an_outage_says_whose_deadline_was_moved(own, added_to):
    occasions.outage(own=own)
    notice = Notice.objects.get(kind=Notice.Kind.OUTAGE, office__last_name__startswith="Byron")
    message = compose(notice)
    for part in (text_of(message), html_of(message).replace("’", "'")):
        assert f"The time was added to {added_to} the letter from the office of " in part


def test_a_receipt_proves_what_was_signed_even_when_the_letter_went_on():
    notice = occasions.receipt()
    letter, event = notice.letter, notice.letter.events.last()
    first_text = letter.revision
    signed = compose(notice)
    occasions.revising.revise(
        letter,
        letter.created_by,
        text=occasions.factories.text(body="<p>New.</p>"),
        base_sha256=first_text.sha256,
        now=timezone.now(),
    )
    letter.refresh_from_db()
    notice.refresh_from_db()
    assert letter.head_hash != event.hash
    assert text_of(compose(notice)) == text_of(signed)
    told = text_of(signed)
    assert f"Signed for: {notice.office.label}" in told
    assert f"Prints as: {notice.office.printed_name}, Member of Congress" in told
    assert f"Text: number 1, SHA-256\n    {first_text.sha256}\n" in told
    assert f"History: the newest entry at that moment, hash\n    {event.hash}\n" in told
    assert "choose Withdraw" in told
    for proof in (first_text.sha256, event.hash, "Number 1, SHA-256", "The newest entry at that moment, hash"):
        assert proof in html_of(signed)


@pytest.mark.parametrize("occasion", [occasions.receipt, occasions.withdrawal])
def test_no_receipt_tells_how_many_have_acted(occasion):
    """The number of an entry would: others' declines count in it too."""
    notice = occasion()
    seq = notice.letter.events.filter(at=notice.created_at, office=notice.office).last().seq
    said = contents.CONTENTS[notice.kind](notice, timezone.now())
    assert seq not in said.values()
    assert str(seq) not in {value for name, value in said.items() if name != "text_number"}
    assert not re.search(r"(entry|event) \d", text_of(compose(notice)) + html_of(compose(notice)), re.IGNORECASE)


def test_a_receipt_names_its_text_though_the_clock_that_published_it_was_ahead():
    letter, office, person, now = occasions.start()
    ahead = {"text": factories.text(body="<p>New.</p>"), "base_sha256": letter.revision.sha256, "now": now + DAY}
    occasions.revising.revise(letter, letter.created_by, **ahead)
    factories.sign(letter, office, person, now=now)
    assert "Text: number 2, SHA-256" in text_of(compose(occasions.the_last(Notice.Kind.RECEIPT)))


def test_a_re_affirmed_signature_gets_a_receipt_of_its_own():
    notice = occasions.reaffirm()
    occasions.factories.sign(notice.letter, notice.office)
    newest = occasions.the_last(Notice.Kind.RECEIPT)
    message = compose(newest)
    assert message["Subject"].startswith("Receipt: signature re-affirmed")
    assert "Text: number 2, SHA-256" in text_of(message)


def test_a_correction_says_how_much_it_is_and_where_every_word_of_it_stands():
    notice = occasions.corrected()
    message = compose(notice)
    assert message["Subject"].endswith("nothing to do if you agree")
    for part in (text_of(message), html_of(message)):
        assert "1 word" in part
        assert f"/l/{notice.letter.code}/changes/1/2/" in part
        assert "withdraw the signature" in part


def test_an_office_that_never_signed_is_not_told_that_it_did_when_the_text_changes():
    letter, office, person, now = occasions.start()
    occasions.signing.enter(letter, office, letter.created_by, how="by phone", said_by="Bo", now=now)
    changed = {"text": factories.text(body="<p>New.</p>"), "base_sha256": letter.revision.sha256, "now": timezone.now()}
    occasions.revising.revise(letter, letter.created_by, **changed)
    notice = Notice.objects.get(kind=Notice.Kind.REAFFIRM, office=office, person=person)
    assert compose(notice)["Subject"].startswith("Please confirm: the text of the letter")
    for part in (text_of(compose(notice)), html_of(compose(notice))):
        assert "signed" not in part
        assert "re-affirm" not in part
        assert "Read the new text and sign on" in part
    factories.sign(letter, office, person)
    notice.refresh_from_db()
    assert compose(notice)["Subject"].startswith("Please re-affirm")


def test_whoever_is_asked_again_reads_when_they_said_yes_and_that_the_name_stays():
    notice = occasions.asked_again()
    affirmed = instant_in_words(notice.signature.signed_at, notice.letter.zone)
    for part in (text_of(compose(notice)), html_of(compose(notice))):
        assert affirmed in part
        assert "Without an answer the name stays on the letter." in part


def test_a_proposal_says_who_made_it_and_an_answer_reaches_them():
    notice = occasions.edit_proposed()
    message, by = compose(notice), notice.proposed_edit.asked_by.email
    assert message["Reply-To"] == by
    for part in (text_of(message), html_of(message)):
        assert by in part
        assert f"/l/{notice.letter.code}/desk/edits/" in part


@pytest.mark.parametrize(
    ("decision", "subject", "answer"),
    [
        ("taken", "Your words are taken in", "With pleasure."),
        ("answered", "Your words are not taken in", "Sorry: that was agreed & <settled>."),
    ],
)
def test_the_answer_to_a_proposal_is_the_leads_word_and_no_word_of_the_proposal(decision, subject, answer):
    message = compose(occasions.edit_decided(decision))
    assert message["Subject"].startswith(subject)
    assert f"Answer:\n    {answer}\n" in text_of(message)
    assert "&amp; &lt;settled&gt;" in html_of(message) or decision == "taken"
    for part in (text_of(message), html_of(message)):
        assert [word for word in CANARIES if word.lower() in part.lower()] == []


def test_a_receipt_says_when_the_signature_awaits_confirmation():
    occasions.awaiting()
    assert "awaits confirmation" in text_of(compose(occasions.the_last(Notice.Kind.RECEIPT)))
    assert "awaits confirmation" not in text_of(compose(occasions.receipt()))


@pytest.mark.parametrize(
    ("decision", "subject", "sentence"),
    [
        ("office", "More time granted", "has granted more time to your office."),
        ("all", "More time granted", "has granted more time, to your office and to every other."),
        ("denied", "No more time", "has denied your office more time."),
    ],
)
def test_the_answer_to_a_request_says_what_was_decided(decision, subject, sentence):
    notice = occasions.request_decided(decision)
    message = compose(notice)
    assert message["Subject"].startswith(subject)
    assert sentence in text_of(message)
    assert sentence in re.sub("</?strong>", "", html_of(message))
    assert notice.request.answer in text_of(message)
    until = notice.request.granted_at or notice.letter.deadline_at
    assert deadline_in_words(until, notice.letter.zone, timezone.now()) in text_of(message)


@pytest.mark.parametrize(
    ("decision", "subject"),
    [("joined", "You have a place"), ("refused", "Not confirmed: your place"), ("ended", "Your place")],
)
def test_the_answer_to_a_join_request_says_what_was_decided(decision, subject):
    message = compose(occasions.join_decided(decision))
    assert message["Subject"].startswith(subject)


def test_a_co_lead_is_asked_to_sign_like_every_office():
    assert compose(occasions.co_lead_invitation())["Subject"].startswith("Sign-on letter from the office of ")


def test_what_a_person_wrote_is_set_apart_line_by_line_and_escaped():
    message = compose(occasions.request_received())
    assert "Reason:\n    The Member is abroad.\n    Back on Friday & <Saturday>.\n" in text_of(message)
    assert "The Member is abroad.<br>Back on Friday &amp; &lt;Saturday&gt;.</blockquote>" in html_of(message)


def test_links_use_the_fixed_address_of_the_site(settings):
    settings.SITE_URL = "https://sign.example.gov"
    settings.SITE_HOST = "sign.example.gov"
    message = compose(occasions.invitation())
    assert "https://sign.example.gov/l/" in text_of(message)
    assert message["Message-ID"].endswith("@sign.example.gov>")


def test_a_signer_printed_under_another_name_is_told_so():
    notice = occasions.receipt()
    assert Signature.objects.get(pk=notice.signature_id).name in text_of(compose(notice))

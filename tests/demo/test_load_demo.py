import datetime
import hashlib
import re

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from letters import roster
from letters.management.commands import load_demo
from letters.models import Invitee, Letter, Membership, Notice, Office, PlaceInvitation, User
from letters.text import html
from letters.workflow import delivery
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    """The demo without its PDFs."""
    return load_demo.Story(timezone.now())


def test_the_members_are_invented_and_differ_in_all_that_can_go_wrong(story):
    seats = roster.parse(roster.read(str(load_demo.DATA / "members.yaml")))
    names = {office.name for office in Office.objects.all()}
    assert len(seats) == len(names) == 24
    assert {office.chamber for office in Office.objects.all()} == {"house", "senate"}
    assert {"Everett J. Marlowe, Jr.", "Constance Marlowe", "Henrietta “Hettie” Brandvold", "Kalani Nāone"} <= names
    assert {"Augustus P. Fairweather III", "Thaddeus Okonkwo, Sr."} <= names


def test_everyone_signs_in_with_the_password_that_is_printed(client, story):
    for name in ("admin", "lead", "colead", "invited", "visitor"):
        email = f"{name}@demo.example"
        client.logout()
        client.post("/account/login/", {"login": email, "password": load_demo.PASSWORD})
        assert client.session["_auth_user_id"] == str(User.objects.get(email=email).pk)


def test_the_radar_letter_has_the_parts_of_a_real_one(story):
    text = story.radar().revision
    assert len(text.address_blocks) == 3
    assert len(html.footnotes(text.body)) == 7
    assert len(re.findall("<(?:p|ul)>", text.body)) == 8
    assert text.body.count("<li>") == 4


def test_the_radar_letter_is_open_with_every_kind_of_answer(story):
    letter = story.radar()
    letter.refresh_from_db()
    assert letter.is_open
    assert not letter.is_closed(story.now)
    assert abs(letter.deadline_at - story.now - datetime.timedelta(days=3)) < datetime.timedelta(days=1)
    printed = letter.signatures.printed()
    assert printed.count() == 11
    assert {signature.title for signature in printed} == {"Member of Congress", "United States Senator"}
    assert [signature.name for signature in printed.in_order(letter)][:2] == ["Rosalind Achterberg", "Tomás Villaseñor"]
    assert letter.signatures.awaiting().get(entered_how="").office == story.offices["newcomer"]
    assert letter.signatures.awaiting().exclude(entered_how="").get().office == story.offices["halloran"]
    assert letter.signatures.get(ended="withdrawn").office == story.offices["tanabe"]
    assert letter.deadline_requests.pending().get().office == story.offices["waiting"]
    assert letter.invitees.exclude(declined_at=None).count() == 2
    assert letter.invitees.exclude(condition="").get().office == story.offices["kertesz"]
    assert letter.invitees.get(invited_at=None).office == story.offices["robichaux"]
    assert Invitee.objects.waiting().filter(letter=letter).count() >= 4
    assert (letter.revision.number, letter.revision.is_clerical) == (2, True)
    assert letter.proposed_edits.pending().get().office == story.offices["kertesz"]


def test_every_history_and_every_list_of_mails_is_in_the_order_of_its_times(story):
    letters = [story.radar(), story.trails(), story.hospitals()]
    histories = [letter.events.order_by("seq").values_list("at", flat=True) for letter in letters]
    histories += [office.history.order_by("pk").values_list("at", flat=True) for office in Office.objects.all()]
    histories += [letter.notices.order_by("pk").values_list("created_at", flat=True) for letter in letters]
    for times in map(list, histories):
        assert times == sorted(times)


def test_no_mail_of_the_demo_is_too_old_to_be_sent_and_none_is_told_twice(story):
    story.radar(), story.hospitals()
    waiting = Notice.objects.all()
    assert {notice.letter.title for notice in waiting if notice.letter} == {
        "Gaps in low-altitude weather radar",
        "Broadband for rural hospitals",
    }
    assert {delivery.reason_to_drop(notice, story.now) for notice in waiting} == {"", "the office has answered"}
    told = [(notice.kind, notice.address, notice.letter_id, notice.signature_id) for notice in waiting]
    assert len(told) == len(set(told))


def test_the_command_leaves_an_open_letter_a_draft_and_a_locked_one_with_its_final_pdf(capsys):
    call_command("load_demo")
    assert list(Letter.objects.order_by("pk").values_list("status", flat=True)) == ["open", "draft", "locked"]
    locked = Letter.objects.get(status="locked")
    final = locked.final()
    assert hashlib.sha256(final.read()).hexdigest() == final.sha256
    assert final.signers == locked.signatures.printed().count() == 6
    assert locked.pdf_is_current
    assert locked.locked_by.has_perm("letters.lock_letter")
    out = capsys.readouterr().out
    assert load_demo.PASSWORD in out
    assert all(user.email in out for user in User.objects.all())
    assert all(f"/l/{letter.code}/" in out for letter in Letter.objects.all())


def test_people_who_are_not_staff_have_no_rights_but_their_places(story):
    assert [user.email for user in User.objects.filter(is_superuser=True)] == ["admin@demo.example"]
    without = [story.people[name].pk for name in ("admin", "visitor", "recruit", "auditor")]
    assert not Membership.objects.filter(person__in=without).exists()


def test_there_is_a_claim_an_invitation_and_an_auditor(story):
    story.radar()
    assert Membership.objects.claims().get().person == story.people["claimant"]
    assert PlaceInvitation.objects.to(story.people["recruit"]).usable(story.now).get().office == story.offices["desrosiers"]
    assert story.people["auditor"].has_perm("letters.audit_letter")


def test_the_demo_is_not_loaded_outside_local_mode(settings):
    settings.LOCAL = False
    with pytest.raises(CommandError, match="local mode only"):
        call_command("load_demo")
    assert not User.objects.exists()


def test_the_demo_does_not_mix_with_what_is_there():
    factories.make_office()
    with pytest.raises(CommandError, match="The database is not empty"):
        call_command("load_demo")
    assert (Office.objects.count(), User.objects.count()) == (1, 0)


def test_a_demo_that_fails_half_way_leaves_nothing_behind(monkeypatch):
    def fails(self):
        raise KeyboardInterrupt

    monkeypatch.setattr(load_demo.Story, "trails", fails)
    with pytest.raises(KeyboardInterrupt):
        call_command("load_demo")
    assert not Office.objects.exists()
    assert not User.objects.exists()

"""A letter's link can be replaced: the old one opens nothing any more, and the history, the proof and the mails go on."""

import json

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from letters import calendars, mail
from letters.exports import evidence
from letters.models import Event, Letter, Notice, RetiredLink
from letters.models.answer import answers
from letters.proof import check
from letters.templatetags.history import as_sentence
from letters.workflow import links
from tests import factories
from tests.factories import HOUR, make_letter, make_office, make_staff
from tests.workflow import lives
from tests.workflow.lives import again, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter():
    office = make_office()
    make_staff(office)
    return make_letter(invited=[office])


def replaced(letter, verb=links.replace):
    old = again(letter).code
    verb(letter, letter.created_by, now=timezone.now())
    return old


def test_a_new_code_stands_in_the_link_and_the_old_one_is_kept_as_retired(letter):
    old = replaced(letter)
    new = again(letter)
    assert new.code != old
    assert len(new.code) == 22
    retired = RetiredLink.objects.get()
    assert (retired.letter, retired.code, retired.retired_by) == (letter, old, letter.created_by)


def test_the_letter_keeps_its_name_in_history(letter):
    ref = again(letter).ref
    replaced(letter)
    assert again(letter).ref == ref
    check(evidence(again(letter)))


def test_switched_off_only_invited_offices_open_it(letter):
    replaced(letter, links.revoke)
    assert again(letter).audience == Letter.Audience.INVITED
    stranger = make_staff()
    assert letter not in Letter.objects.visible_to(stranger)
    assert letter in Letter.objects.visible_to(letter.created_by)


def test_the_history_tells_no_code(letter):
    codes = [replaced(letter), replaced(letter, links.revoke), again(letter).code]
    events = letter.events.filter(kind=Event.Kind.LINK_REPLACED).order_by("seq")
    assert [json.loads(event.data) for event in events] == [{}, {"audience": "invited"}]
    assert not [code for code in codes if code in json.dumps(evidence(again(letter)))]
    said = [as_sentence(event).removeprefix(letter.created_by.email) for event in events]
    assert said == [" replaced the link.", " replaced the link: only offices on the letter open it from now on."]


@pytest.mark.parametrize("verb", [links.replace, links.revoke])
def test_a_locked_letter_keeps_its_link(verb):
    locked = lives.locked_letter()
    with refused("The letter is locked. Nothing about it can change any more."):
        verb(locked, locked.created_by, now=timezone.now())


def test_a_letter_whose_link_was_replaced_is_proven_after_the_lock_by_any_of_its_codes(letter, capsys):
    codes = [replaced(letter)]
    factories.sign(letter)
    codes.append(replaced(letter, links.revoke))
    lives.lock(letter)
    lives.publish(letter)
    for code in (*codes, again(letter).code, letter.ref):
        call_command("verify_letter", code)
        assert capsys.readouterr().out.startswith("In order: ")


def test_the_pdf_of_an_earlier_code_is_that_of_the_letter(letter, tmp_path):
    old = replaced(letter)
    call_command("render_letter", old, str(tmp_path / "letter.pdf"))
    assert (tmp_path / "letter.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("kind", [Notice.Kind.INVITATION, Notice.Kind.REQUEST_RECEIVED])
def test_mail_that_waits_is_sent_with_the_new_link(kind):
    from tests.mail import occasions

    notice = occasions.EVERY_KIND[kind]()
    old = replaced(notice.letter)
    message = mail.compose(Notice.objects.get(pk=notice.pk), now=timezone.now())
    whole = message.body + message.alternatives[0][0]
    assert old not in whole
    assert again(notice.letter).code in whole


def test_a_calendar_is_told_of_the_new_link(letter):
    office = letter.invitees.exclude(office=letter.lead).get().office
    before = calendars.file(answers(again(letter), [office])).decode()
    old = replaced(letter)
    after = calendars.file(answers(again(letter), [office])).decode().replace("\r\n ", "")
    assert old in before.replace("\r\n ", "")
    assert old not in after
    assert again(letter).code in after
    assert "SEQUENCE:0" in before
    assert "SEQUENCE:1" in after


def test_an_old_code_never_comes_back(letter):
    old = replaced(letter)
    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.filter(pk=letter.pk).update(code=old)


def test_a_code_in_use_is_not_retired(letter):
    with pytest.raises(IntegrityError), transaction.atomic():
        RetiredLink.objects.create(
            letter=letter, code=again(letter).code, retired_at=timezone.now() + HOUR, retired_by=letter.created_by
        )

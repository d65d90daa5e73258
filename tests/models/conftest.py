from types import SimpleNamespace

import pytest
from django.db import connection, models
from django.utils import timezone

from letters.models import Circular, Membership, OfficeList, guards
from letters.text.letter import Imported, LetterText
from letters.workflow import deadlines, edits, feeds, links, lists, locking, offices, people, revising, signing
from tests import factories
from tests.factories import HOUR
from tests.once import made_once
from tests.pdf.pictures import signature
from tests.workflow import lives

Role = Membership.Role


@pytest.fixture(scope="module")
def rows_of_scene(django_db_setup, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("media")
    with made_once(django_db_blocker, folder):
        yield folder, make_scene()


@pytest.fixture
def scene(rows_of_scene, db, settings):
    settings.MEDIA_ROOT, rows = rows_of_scene
    return rows


def make_scene():
    """Ids of rows of every kind: an open letter with two texts, a working copy, an import, an ended and a standing signature,
    a pending and a decided request, a pending and a decided proposal, an earlier link, a mail to many offices and a PDF; a
    locked letter with a pending request, a pending proposal and its final; a draft; an office that is on no letter; and what
    an office decides about itself: see `life_of_an_office`."""
    opened = factories.make_letter()
    draft = factories.make_draft()
    old_text = opened.revision_id
    factories.sign(opened)
    ended = factories.sign(opened)
    signing.withdraw(opened, ended.office, ended.signed_by, now=timezone.now())
    revising.revise(
        opened, opened.created_by, text=factories.text(body="<p>New.</p>"), base_sha256=opened.revision.sha256, now=timezone.now()
    )
    standing = factories.sign(opened)
    pending, decided = ask(opened), ask(opened)
    deadlines.deny(decided, opened.created_by, answer="No.", now=timezone.now())
    edit, decided_edit = propose(opened), propose(opened)
    edits.refuse(decided_edit, opened.created_by, answer="No.", now=timezone.now())
    imported = Imported(LetterText(**factories.text(body="<p>Imported.</p>")), [], ["A doubt."])
    copy = revising.take_import(opened, opened.created_by, imported, version=0, source="word", now=timezone.now())
    lives.publish(opened)
    links.replace(opened, opened.created_by, now=timezone.now())
    words = {"subject": "Please join", "body": "Please join us.", "sent_at": timezone.now(), "sent_by": opened.created_by}
    circular = Circular.objects.create(letter=opened, **words)
    locked = factories.make_letter()
    signer = factories.sign(locked)
    waiting, locked_edit = ask(locked), propose(locked)
    locking.announce(locked, locked.created_by, lock_at=timezone.now() + factories.DAY, now=timezone.now())
    lives.lock(locked)
    lives.publish(locked)
    opened.refresh_from_db()
    return SimpleNamespace(
        open=opened.pk,
        text=opened.revision_id,
        old_text=old_text,
        signature=standing.pk,
        ended=ended.pk,
        pending=pending.pk,
        decided=decided.pk,
        edit=edit.pk,
        decided_edit=decided_edit.pk,
        copy=copy.pk,
        imported=opened.import_reports.get().pk,
        locked=locked.pk,
        locked_edit=locked_edit.pk,
        lead=locked.lead_id,
        locked_text=locked.revision_id,
        locked_signature=signer.pk,
        locked_request=waiting.pk,
        draft=draft.pk,
        retired=opened.retired_links.get().pk,
        circular=circular.pk,
        office=factories.make_office(bioguide="").pk,
        seat=factories.make_office().pk,
        person=opened.created_by_id,
        **life_of_an_office(),
        **addresses_of_a_calendar(),
        **lists_of_offices(),
    )


def lists_of_offices():
    """Ids of the list of a committee and of one that an office keeps."""
    committee = OfficeList.objects.create(code="HXSK01", name="House Committee on Skies", changed_at=timezone.now())
    person = factories.make_staff()
    kept = lists.keep(person.memberships.get().office, person, name="Friends", offices=[], now=timezone.now())
    return {"committee": committee.pk, "kept_list": kept.pk}


def addresses_of_a_calendar():
    """Ids of a standing private address of one person and of a revoked one of another."""
    holders = factories.make_person(), factories.make_person()
    for person in holders:
        feeds.make(person, now=timezone.now())
    feeds.revoke(holders[1], now=timezone.now())
    return dict(zip(("feed", "ended_feed"), (person.calendar_feeds.get().pk for person in holders), strict=True))


def life_of_an_office():
    """Ids of a standing and an ended place, an open, a taken and an ended invitation, an image on file and a removed one, all of
    one office; and of an office that was entered by hand and not accepted yet."""
    now = timezone.now()
    office = factories.make_office()
    manager = factories.make_staff(office, Role.MANAGER)
    invitations = [
        people.invite(office, f"{name}@mail.house.gov", Role.SIGNER, manager, now=now) for name in ("open", "taken", "ended")
    ]
    newcomer = factories.make_person(invitations[1].address)
    place = people.accept_invitation(invitations[1], newcomer, now=now)
    people.turn_down(invitations[2], manager, now=now)
    gone = factories.make_staff(office).memberships.get()
    people.end(gone, manager, now=now)
    removed, kept = (offices.put_image(office, signature(number), manager, now=now) for number in (1, 2))
    seat = {"chamber": "house", "first_name": "Emily", "last_name": "Entered", "state": "NY", "district": 12}
    return {
        "place": place.pk,
        "ended_place": gone.pk,
        **dict(zip(("invitation", "taken_invitation", "ended_invitation"), (row.pk for row in invitations), strict=True)),
        "image": kept.pk,
        "removed_image": removed.pk,
        "entered": offices.enter(newcomer, now=now, **seat).pk,
    }


def ask(letter):
    person = factories.make_staff()
    office = person.memberships.get().office
    return deadlines.request(letter, office, person, wanted_at=letter.deadline_at + HOUR, now=timezone.now())


def propose(letter):
    person = factories.make_staff()
    letter.refresh_from_db()
    words = {"old": letter.revision.body[3:6], "new": "They", "text_sha256": letter.revision.sha256}
    return edits.propose(letter, person.memberships.get().office, person, now=timezone.now(), **words)


def run(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.rowcount


def lift_guards():
    connection.check_constraints()  # PostgreSQL alters no table while a foreign key of it is still to be checked
    guards.remove(connection)


def copy(model, where, **changes):
    """SQL that inserts the row found again, under a new id and with the columns given set to these SQL expressions."""
    columns = [field.column for field in model._meta.concrete_fields if not field.primary_key]
    values = [str(changes.get(column, f'"{column}"')) for column in columns]
    names = ", ".join(f'"{column}"' for column in columns)
    table = model._meta.db_table
    return f"INSERT INTO {table} ({names}) SELECT {', '.join(values)} FROM {table} WHERE {where}"


def another(field):
    """An SQL expression for another value of the column than the one it has."""
    column = f'"{field.column}"'
    if isinstance(field, models.BooleanField):
        return f"NOT {column}"
    if isinstance(field, models.DateTimeField):
        return f"CASE WHEN {column} = '2020-01-01 00:00:00' THEN '2020-01-02 00:00:00' ELSE '2020-01-01 00:00:00' END" + (
            "::timestamptz" if connection.vendor == "postgresql" else ""
        )
    if isinstance(field, models.CharField | models.TextField | models.FileField):
        return f"substr('~' || {column}, 1, {field.max_length or 1000})"
    return f"coalesce({column}, 0) + 1"

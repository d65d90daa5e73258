"""Each trigger, alone, against raw SQL; and what all of them together leave of a locked letter: nothing to change."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from letters.models import (
    CalendarFeed,
    Circular,
    DeadlineRequest,
    Event,
    Invitee,
    Letter,
    Membership,
    OfficeEvent,
    OfficeImage,
    PlaceInvitation,
    ProposedEdit,
    Rendition,
    RetiredLink,
    Revision,
    Signature,
    WorkingCopy,
    guards,
)
from tests.workflow import lives

from .conftest import another, copy, lift_guards, run

OTHER_TIME = "'2020-01-01 00:00:00'"
SIGNATURE_CHANGES = {
    "letter_id": "{locked}",
    "office_id": "{office}",
    "name": "'Somebody Else'",
    "title": "'King'",
    "state": "'ZZ'",
    "signed_at": OTHER_TIME,
    "signed_by_id": "signed_by_id + 1",
    "signed_as": "'manager of all'",
    "signed_in_with": "'a nod'",
    "authority": "'letter'",
    "entered_how": "'on paper, said by nobody'",
}
PLACE_CHANGES = {"person_id": "person_id + 1", "office_id": "{office}", "asked_at": OTHER_TIME}
INVITATION_CHANGES = {
    "office_id": "{office}",
    "address": "'other@mail.house.gov'",
    "role": "'manager'",
    "invited_at": OTHER_TIME,
    "invited_by_id": "invited_by_id + 1",
    "expires_at": "'2099-01-01 00:00:00'",
}
IMAGE_CHANGES = {
    "office_id": "{office}",
    "kind": "'seal'",
    "png": "(SELECT png FROM letters_officeimage WHERE id = {removed_image})",
    "sha256": "'x'",
    "width": "width + 1",
    "height": "height + 1",
    "added_at": OTHER_TIME,
    "added_by_id": "added_by_id + 1",
}
LINK_CHANGES = {
    "letter_id": "{draft}",
    "code": "'x'",
    "retired_at": OTHER_TIME,
    "retired_by_id": "retired_by_id + 1",
    "for_any": "NOT for_any",
}
CIRCULAR_CHANGES = {
    "letter_id": "{draft}",
    "subject": "'Never written'",
    "body": "'Never written'",
    "to_all": "NOT to_all",
    "sent_at": OTHER_TIME,
    "sent_by_id": "sent_by_id + 1",
}
FEED_CHANGES = {"person_id": "person_id + 1", "secret_sha256": "'x'", "made_at": OTHER_TIME}
EDIT_CHANGES = {
    "letter_id": "{draft}",
    "office_id": "{office}",
    "revision_id": "{old_text}",
    "old": "'Other words'",
    "new": "'Still others'",
    "reason": "'No reason'",
    "asked_at": OTHER_TIME,
    "asked_by_id": "asked_by_id + 1",
}
REQUEST_CHANGES = {
    "letter_id": "{draft}",
    "office_id": "{office}",
    "wanted_at": OTHER_TIME,
    "reason": "'No reason'",
    "asked_at": OTHER_TIME,
    "asked_by_id": "asked_by_id + 1",
}
LOCKED_CHANGES = {
    **dict.fromkeys(["ref", "code", "title", "zone", "manifest", "manifest_sha256"], "'x'"),
    "audience": "'invited'",
    "list_shown": "'all'",
    "order": "'seniority'",
    "columns": "'down'",
    "space": "'typed'",
    "running_head": "NOT running_head",
    "seal_id": "{image}",
    "asked_again_at": OTHER_TIME,
    **dict.fromkeys(["created_at", "deadline_at", "opened_at", "lock_announced_at", "locked_at"], OTHER_TIME),
    **dict.fromkeys(["lead_id"], "{office}"),
    **dict.fromkeys(["created_by_id", "opened_by_id", "lock_announced_by_id", "locked_by_id"], "{person}"),
    "lock_expected_at": "'2099-01-01 00:00:00'",
    **dict.fromkeys(["revision_id", "lock_announced_text_id"], "{text}"),
    "reminder_steps": "'7d'",
    "state_no": "state_no + 1",
    "signature_images": "NOT signature_images",
}


# What a constraint alone keeps as it is.
EMPTY_SINCE_CIRCULATION = {"circulate_at", "circulate_by_id"}


def each(table, row, changes):
    return [f'UPDATE letters_{table} SET "{column}" = {value} WHERE id = {row}' for column, value in changes.items()]


# rule → statements, each of which it alone has to refuse; {names} are ids of the scene
CASES = {
    "event_kept": ["UPDATE letters_event SET kind = 'declined' WHERE letter_id = {open}"],
    "event_stays": ["DELETE FROM letters_event WHERE letter_id = {open}"],
    "revision_kept": ["UPDATE letters_revision SET body = '<p>We never said that.</p>' WHERE id = {text}"],
    "revision_stays": ["DELETE FROM letters_revision WHERE id = {old_text}"],
    "revision_open": [copy(Revision, "id = {locked_text}", number="99")],
    "revision_clerical": [
        copy(Revision, "id = {text}", number="98", substance="1"),
        copy(Revision, "id = {text}", number="98", substance="97"),
    ],
    "copy_open": [copy(WorkingCopy, "id = {copy}", letter_id="{locked}")],
    "copy_kept": ["UPDATE letters_workingcopy SET letter_id = {locked} WHERE id = {copy}"],
    "edit_new": [
        copy(ProposedEdit, "id = {locked_edit}", office_id="{office}"),
        copy(ProposedEdit, "id = {edit}", letter_id="{draft}"),
    ],
    "edit_open": ["UPDATE letters_proposededit SET answer = 'No.' WHERE id = {locked_edit}"],
    "edit_kept": each("proposededit", "{edit}", EDIT_CHANGES),
    "edit_once": ["UPDATE letters_proposededit SET answer = 'On second thoughts.' WHERE id = {decided_edit}"],
    "edit_stays": ["DELETE FROM letters_proposededit WHERE id = {decided_edit}"],
    "signature_new": [
        copy(Signature, "id = {locked_signature}", office_id="{office}"),
        copy(Signature, "id = {signature}", office_id="{office}", revision_id="{old_text}"),
        copy(Signature, "id = {signature}", office_id="{office}", letter_id="{draft}"),
    ],
    "signature_open": ["UPDATE letters_signature SET confirmed_how = 'called' WHERE id = {locked_signature}"],
    "signature_bound": [
        "UPDATE letters_signature SET revision_id = {old_text} WHERE id = {signature}",
        "UPDATE letters_signature SET revision_id = {locked_text} WHERE id = {signature}",
    ],
    "signature_kept": [
        *each("signature", "{signature}", SIGNATURE_CHANGES),
        "UPDATE letters_signature SET ended_at = NULL, ended_by_id = NULL, ended = '' WHERE id = {ended}",
        "UPDATE letters_signature SET ended_reason = 'Another' WHERE id = {ended}",
    ],
    "signature_image": [
        "UPDATE letters_signature SET image_id = {image} WHERE id = {signature}",
        "UPDATE letters_signature SET image_id = {image}, confirmed_how = 'called' WHERE id = {signature}",
    ],
    "signature_stays": ["DELETE FROM letters_signature WHERE id = {ended}"],
    "invitee_new": [copy(Invitee, "letter_id = {locked} AND office_id = {lead}", office_id="{office}")],
    "invitee_open": ["UPDATE letters_invitee SET pin = 1 WHERE letter_id = {locked}"],
    "invitee_kept": [
        "UPDATE letters_invitee SET letter_id = {draft} WHERE letter_id = {locked}",
        "UPDATE letters_invitee SET office_id = {office} WHERE letter_id = {draft}",
    ],
    "invitee_stays": [
        "DELETE FROM letters_invitee WHERE letter_id = {open}",
        "DELETE FROM letters_invitee WHERE letter_id = {draft}",
    ],
    "request_new": [copy(DeadlineRequest, "id = {locked_request}", office_id="{office}")],
    "request_open": ["UPDATE letters_deadlinerequest SET answer = 'No.' WHERE id = {locked_request}"],
    "request_kept": [
        *each("deadlinerequest", "{pending}", REQUEST_CHANGES),
        "UPDATE letters_deadlinerequest SET letter_id = {open} WHERE id = {locked_request}",
    ],
    "request_once": ["UPDATE letters_deadlinerequest SET answer = 'On second thoughts.' WHERE id = {decided}"],
    "request_stays": ["DELETE FROM letters_deadlinerequest WHERE id = {decided}"],
    "rendition_kept": ["UPDATE letters_rendition SET sha256 = 'x' WHERE letter_id = {locked}"],
    "rendition_stays": ["DELETE FROM letters_rendition WHERE letter_id = {locked}"],
    "rendition_final": [
        copy(Rendition, "letter_id = {open}", state_no="99", final="NOT final"),
        copy(Rendition, "letter_id = {locked} AND NOT final", state_no="99"),
    ],
    "image_kept": [
        *each("officeimage", "{image}", IMAGE_CHANGES),
        f"UPDATE letters_officeimage SET removed_at = {OTHER_TIME} WHERE id = {{removed_image}}",
        "UPDATE letters_officeimage SET removed_by_id = removed_by_id + 1 WHERE id = {removed_image}",
    ],
    "image_stays": ["DELETE FROM letters_officeimage WHERE id = {removed_image}"],
    "place_kept": [
        *each("membership", "{place}", PLACE_CHANGES),
        "UPDATE letters_membership SET ended_at = NULL, ended_by_id = NULL WHERE id = {ended_place}",
        "UPDATE letters_membership SET role = 'manager' WHERE id = {ended_place}",
    ],
    "place_stays": ["DELETE FROM letters_membership WHERE id = {ended_place}"],
    "place_invitation_once": [
        *each("placeinvitation", "{invitation}", INVITATION_CHANGES),
        "UPDATE letters_placeinvitation SET accepted_at = NULL, accepted_by_id = NULL WHERE id = {taken_invitation}",
        "UPDATE letters_placeinvitation SET accepted_by_id = accepted_by_id + 1 WHERE id = {taken_invitation}",
        "UPDATE letters_placeinvitation SET ended_at = NULL, ended_by_id = NULL WHERE id = {ended_invitation}",
        "UPDATE letters_placeinvitation SET ended_at = NULL, ended_by_id = NULL, accepted_at = invited_at,"
        " accepted_by_id = invited_by_id WHERE id = {ended_invitation}",
    ],
    "place_invitation_stays": ["DELETE FROM letters_placeinvitation WHERE id = {invitation}"],
    "office_event_kept": ["UPDATE letters_officeevent SET kind = 'left'", "UPDATE letters_officeevent SET data = '{{}}'"],
    "office_event_stays": ["DELETE FROM letters_officeevent WHERE kind = 'invited'"],
    "feed_kept": [
        *each("calendarfeed", "{feed}", FEED_CHANGES),
        "UPDATE letters_calendarfeed SET ended_at = NULL WHERE id = {ended_feed}",
        f"UPDATE letters_calendarfeed SET ended_at = {OTHER_TIME} WHERE id = {{ended_feed}}",
    ],
    "feed_stays": ["DELETE FROM letters_calendarfeed WHERE id = {ended_feed}"],
    "retired_link_kept": each("retiredlink", "{retired}", LINK_CHANGES),
    "retired_link_stays": ["DELETE FROM letters_retiredlink WHERE id = {retired}"],
    "retired_link_in_use": [
        copy(RetiredLink, "id = {retired}", code="(SELECT code FROM letters_letter WHERE id = {open})"),
        copy(RetiredLink, "id = {retired}", code="(SELECT code FROM letters_letter WHERE id = {draft})"),
    ],
    "letter_link": [
        "UPDATE letters_letter SET code = (SELECT code FROM letters_retiredlink WHERE id = {retired}) WHERE id = {open}",
        "UPDATE letters_letter SET code = (SELECT code FROM letters_retiredlink WHERE id = {retired}) WHERE id = {draft}",
    ],
    "circular_kept": each("circular", "{circular}", CIRCULAR_CHANGES),
    "circular_stays": ["DELETE FROM letters_circular WHERE id = {circular}"],
    "letter_stays": ["DELETE FROM letters_letter WHERE id = {draft}"],
    "letter_locked": [
        *each("letter", "{locked}", LOCKED_CHANGES),
        "UPDATE letters_letter SET status = 'open', locked_at = NULL, locked_by_id = NULL, manifest = '', manifest_sha256 = ''"
        " WHERE id = {locked}",
    ],
    "letter_forward": [
        "UPDATE letters_letter SET status = 'draft', opened_at = NULL WHERE id = {open}",
        "UPDATE letters_letter SET status = 'locked', opened_at = created_at, deadline_at = created_at, locked_at = created_at,"
        " locked_by_id = created_by_id, manifest = 'x', manifest_sha256 = 'x' WHERE id = {draft}",
        "UPDATE letters_letter SET state_no = state_no - 1, rendered_no = rendered_no - 1 WHERE id = {open}",
        "UPDATE letters_letter SET rendered_no = rendered_no - 1 WHERE id = {open}",
        "UPDATE letters_letter SET event_no = event_no - 1 WHERE id = {open}",
        "UPDATE letters_letter SET ref = 'chosen' WHERE id = {open}",
    ],
}
OF_A_LETTER = [DeadlineRequest, Event, Invitee, Letter, ProposedEdit, Rendition, Revision, Signature]
KEPT = [*OF_A_LETTER, CalendarFeed, Circular, Membership, OfficeEvent, PlaceInvitation, OfficeImage, RetiredLink]


def test_each_rule_has_a_case():
    assert {name for name, *_ in guards.RULES} == CASES.keys()


def test_each_field_that_a_rule_keeps_is_tried():
    assert SIGNATURE_CHANGES.keys() == set(guards.SIGNATURE_FIELDS_FIXED)
    assert REQUEST_CHANGES.keys() == set(guards.REQUEST_FIELDS_FIXED)
    assert INVITATION_CHANGES.keys() == set(guards.INVITATION_FIELDS_FIXED)
    assert LOCKED_CHANGES.keys() | EMPTY_SINCE_CIRCULATION == set(guards.LETTER_FIELDS_FIXED_BY_LOCK)


def test_every_table_with_history_is_kept():
    assert {model._meta.db_table for model in KEPT} == set(guards.TRUNCATE_TABLES)


def only(rule):
    lift_guards()
    make = guards.sqlite_sql if connection.vendor == "sqlite" else guards.postgresql_sql
    with connection.cursor() as cursor:
        cursor.execute(make(*rule))


def passes(statement):
    """Whether the statement changes a row; what it changed is rolled back."""
    with transaction.atomic():
        changed = run(statement)
        transaction.set_rollback(True)
    return changed > 0


@pytest.mark.parametrize("rule", guards.RULES, ids=lambda rule: rule[0])
def test_each_rule_alone_refuses(scene, rule):
    statements = [statement.format(**vars(scene)) for statement in CASES[rule[0]]]
    only(rule)
    for statement in statements:
        with pytest.raises(IntegrityError, match=rule[-1]), transaction.atomic():
            run(statement)
    lift_guards()
    assert [statement for statement in statements if not passes(statement)] == [], "refused by something else than the rule"


def installed():
    names = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if connection.vendor == "postgresql":
        names = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgname <> 'guard_truncate'"
    with connection.cursor() as cursor:
        cursor.execute(names)
        return sorted(name for (name,) in cursor.fetchall())


def test_all_rules_are_in_force(db):
    assert installed() == sorted(f"guard_{name}" for name, *_ in guards.RULES)


def replacing(model, row):
    """SQL that puts a row in the place of an existing one, in each database's own way."""
    table = model._meta.db_table
    if connection.vendor == "sqlite":
        return f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} WHERE id = {row.pk}"
    return f"MERGE INTO {table} t USING (SELECT {row.pk} AS pk) s ON t.id = s.pk WHEN MATCHED THEN DELETE"


@pytest.mark.parametrize("model", KEPT, ids=lambda model: model.__name__)
def test_no_row_with_history_is_replaced(scene, model):
    before = lives.rows()
    with pytest.raises(IntegrityError, match=r"append-only|deleted|needs an open letter|stays so"), transaction.atomic():
        run(replacing(model, model.objects.order_by("pk").first()))
    assert lives.rows() == before


@pytest.mark.parametrize("model", KEPT, ids=lambda model: model.__name__)
def test_no_table_with_history_is_truncated(scene, model):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    connection.check_constraints()
    with pytest.raises(IntegrityError, match="never deleted"), transaction.atomic():
        run(f"TRUNCATE {model._meta.db_table} CASCADE")


# --- a locked letter ---

# What the worker and the later verbs still write: the PDF's bookkeeping, the history's head, the status (forward only).
STILL_WRITTEN = {
    *("id", "status", "rendered_no", "rendering_token", "rendering_until", "render_after", "render_attempts", "render_error"),
    *("event_no", "head_hash"),
}


def test_each_field_of_a_letter_is_fixed_by_the_lock_or_still_written():
    fields = {field.column for field in Letter._meta.concrete_fields}
    assert fields - STILL_WRITTEN == set(guards.LETTER_FIELDS_FIXED_BY_LOCK)
    assert fields > STILL_WRITTEN


def is_refused(statement):
    try:
        with transaction.atomic():
            run(statement)
    except IntegrityError:
        return True
    return False


@pytest.mark.parametrize("model", OF_A_LETTER, ids=lambda model: model.__name__)
def test_raw_sql_changes_no_column_of_a_locked_letter(locked, model):
    where = f"id = {locked.pk}" if model is Letter else f"letter_id = {locked.pk}"
    columns = {field.column: another(field) for field in model._meta.concrete_fields if not field.primary_key}
    columns = {column: value for column, value in columns.items() if model is not Letter or column not in STILL_WRITTEN}
    updates = [f'UPDATE {model._meta.db_table} SET "{column}" = {value} WHERE {where}' for column, value in columns.items()]
    assert len(updates) > 7
    assert [update for update in updates if not is_refused(update)] == []


@pytest.mark.parametrize("status", ["draft", "open"])
def test_a_locked_letter_is_not_reopened(locked, status):
    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.filter(pk=locked.pk).update(status=status, locked_at=None, locked_by=None, manifest="", manifest_sha256="")


def test_a_superseded_letter_stays_superseded(locked):
    Letter.objects.filter(pk=locked.pk).update(status="superseded")
    for status in ("locked", "withdrawn", "open", "draft"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Letter.objects.filter(pk=locked.pk).update(status=status)


def saves_title(letter):
    letter.title = "Another"
    letter.save()


def saves_signer(letter):
    signature = letter.signatures.first()
    signature.name = "Somebody Else"
    signature.save()


def adds_signer(letter):
    signature = letter.signatures.first()
    signature.pk, signature.office_id = None, letter.lead_id
    signature.save()


def ends_signature(letter):
    letter.signatures.update(ended="withdrawn", ended_at=timezone.now(), ended_by=letter.created_by)


BY_ORM = [
    saves_title,
    saves_signer,
    adds_signer,
    ends_signature,
    lambda letter: letter.signatures.all()._raw_delete("default"),
    lambda letter: letter.events.all()._raw_delete("default"),
    lambda letter: letter.renditions.all()._raw_delete("default"),
    lambda letter: letter.invitees.update(pin=1),
    lambda letter: letter.revisions.update(body="<p>Other.</p>"),
    lambda letter: letter.events.update(person=None),
    lambda letter: letter.renditions.update(sha256="0" * 64),
    lambda letter: letter.invitees.create(office=letter.signatures.first().office),
    lambda letter: letter.renditions.create(
        state_no=99, final=False, signers=1, sha256="x", size=1, renderer="x", rendered_at=timezone.now(), pdf="x"
    ),
]


@pytest.mark.parametrize("act", BY_ORM)
def test_the_orm_changes_nothing_of_a_locked_letter(locked, act):
    before = lives.rows()
    with pytest.raises(IntegrityError), transaction.atomic():
        act(locked)
    assert lives.rows() == before


@pytest.fixture
def locked(scene):
    return Letter.objects.get(pk=scene.locked)

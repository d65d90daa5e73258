"""Each constraint of the models, broken by raw SQL with the triggers out of the way."""

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from letters.models import (
    CalendarFeed,
    DeadlineRequest,
    Event,
    Invitee,
    Membership,
    Office,
    OfficeImage,
    OfficeList,
    PlaceInvitation,
    ProposedEdit,
    Rendition,
    Revision,
    Signature,
)

from .conftest import copy, lift_guards, run

EARLY = "'2020-01-01 00:00:00'"
MAIL = "(muted, quiet_from, quiet_until, zone, person_id)"
STOPPED = "(address, began_at, because, lifted_at, lifted_by_id)"
RECESS = "(chamber, name, first_day, last_day)"

# constraint → statements, each of which it alone has to refuse; {names} are ids of the scene
CASES = {
    "one_office_per_member_and_chamber": [copy(Office, "id = {seat}")],
    "office_is_in_a_chamber": ["UPDATE letters_office SET chamber = 'lords' WHERE id = {seat}"],
    "office_entered_by_someone": [
        f"UPDATE letters_office SET entered_at = {EARLY} WHERE id = {{seat}}",
        "UPDATE letters_office SET entered_by_id = {person} WHERE id = {seat}",
        "UPDATE letters_office SET entered_at = NULL WHERE id = {entered}",
        "UPDATE letters_office SET entered_by_id = NULL WHERE id = {entered}",
    ],
    "office_accepted_by_someone": [
        "UPDATE letters_office SET accepted_at = entered_at WHERE id = {entered}",
        "UPDATE letters_office SET accepted_by_id = entered_by_id WHERE id = {entered}",
        f"UPDATE letters_office SET accepted_at = {EARLY}, accepted_by_id = entered_by_id WHERE id = {{entered}}",
        f"UPDATE letters_office SET accepted_at = {EARLY}, accepted_by_id = {{person}} WHERE id = {{seat}}",
    ],
    "one_calendar_feed_per_person": [copy(CalendarFeed, "id = {feed}", secret_sha256="'x'")],
    "address_suppressed_once": [
        f"INSERT INTO letters_suppression {STOPPED} VALUES ('a@b.gov', {EARLY}, '', NULL, NULL), "
        f"('a@b.gov', {EARLY}, '', NULL, NULL)"
    ],
    "suppression_lifted_at_a_time": [
        f"INSERT INTO letters_suppression {STOPPED} VALUES ('a@b.gov', {EARLY}, '', NULL, {{person}})"
    ],
    "only_sent_mail_comes_back": [
        f"UPDATE letters_notice SET bounced_at = {EARLY} WHERE letter_id = {{open}} AND sent_at IS NULL"
    ],
    "refused_mail_is_dropped": [
        "UPDATE letters_notice SET refused = NOT refused WHERE letter_id = {open} AND dropped_at IS NULL"
    ],
    "uptime_ends_after_it_begins": [
        f"INSERT INTO letters_uptime (began_at, seen_at, after_clock_change) VALUES ('2021-01-01 00:00:00', {EARLY}, FALSE)"
    ],
    "outage_ends_after_it_begins": [f"INSERT INTO letters_outage (began_at, ended_at) VALUES ({EARLY}, {EARLY})"],
    "quiet_hours_begin_and_end": [
        f"INSERT INTO letters_mailsettings {MAIL} VALUES ('', '20:00', NULL, 'UTC', {{person}})",
        f"INSERT INTO letters_mailsettings {MAIL} VALUES ('', NULL, '07:00', 'UTC', {{person}})",
        f"INSERT INTO letters_mailsettings {MAIL} VALUES ('', '07:00', '07:00', 'UTC', {{person}})",
    ],
    "letter_muted_once_by_a_person": [
        f"INSERT INTO letters_mutedletter (muted_at, letter_id, person_id) VALUES ({EARLY}, {{open}}, {{person}}), "
        f"({EARLY}, {{open}}, {{person}})"
    ],
    "recess_ends_after_it_begins": [f"INSERT INTO letters_recess {RECESS} VALUES ('', 'x', '2026-02-02', '2026-02-01')"],
    "recess_of_a_chamber": [f"INSERT INTO letters_recess {RECESS} VALUES ('lords', 'x', '2026-02-01', '2026-02-02')"],
    "one_image_of_a_kind_on_file": [copy(OfficeImage, "id = {image}")],
    "image_removed_by_someone": [
        "UPDATE letters_officeimage SET removed_at = added_at WHERE id = {image}",
        "UPDATE letters_officeimage SET removed_by_id = added_by_id WHERE id = {image}",
        "UPDATE letters_officeimage SET removed_at = NULL WHERE id = {removed_image}",
        "UPDATE letters_officeimage SET removed_by_id = NULL WHERE id = {removed_image}",
    ],
    "one_place_per_person_and_office": [copy(Membership, "person_id = {person}")],
    "place_confirmed_by_someone": [
        "UPDATE letters_membership SET confirmed_by_id = NULL WHERE person_id = {person}",
        "UPDATE letters_membership SET confirmed_at = NULL WHERE person_id = {person}",
        f"UPDATE letters_membership SET confirmed_at = {EARLY} WHERE person_id = {{person}}",
    ],
    "place_ended_by_someone": [
        "UPDATE letters_membership SET ended_at = asked_at WHERE person_id = {person}",
        "UPDATE letters_membership SET ended_by_id = person_id WHERE person_id = {person}",
        f"UPDATE letters_membership SET ended_at = {EARLY}, ended_by_id = person_id WHERE person_id = {{person}}",
    ],
    "one_open_invitation_per_office_and_address": [copy(PlaceInvitation, "id = {invitation}")],
    "place_invitation_expires": ["UPDATE letters_placeinvitation SET expires_at = invited_at WHERE id = {invitation}"],
    "place_invitation_accepted_in_time": [
        "UPDATE letters_placeinvitation SET accepted_at = invited_at WHERE id = {invitation}",
        "UPDATE letters_placeinvitation SET accepted_by_id = invited_by_id WHERE id = {invitation}",
        "UPDATE letters_placeinvitation SET accepted_at = '2099-01-01 00:00:00' WHERE id = {taken_invitation}",
        "UPDATE letters_placeinvitation SET ended_at = accepted_at, ended_by_id = accepted_by_id WHERE id = {taken_invitation}",
    ],
    "place_invitation_ended_by_someone": [
        "UPDATE letters_placeinvitation SET ended_at = invited_at WHERE id = {invitation}",
        "UPDATE letters_placeinvitation SET ended_by_id = invited_by_id WHERE id = {invitation}",
        "UPDATE letters_placeinvitation SET ended_at = NULL WHERE id = {ended_invitation}",
        "UPDATE letters_placeinvitation SET ended_by_id = NULL WHERE id = {ended_invitation}",
    ],
    "substance_is_no_later_text": [
        copy(Revision, "id = {text}", number="98", substance="99"),
        copy(Revision, "id = {text}", number="98", substance="0"),
    ],
    "revision_has_text": [copy(Revision, "id = {text}", number="98", body="''")],
    "import_checked_by_someone": [
        "UPDATE letters_importreport SET checked_at = imported_at WHERE id = {imported}",
        "UPDATE letters_importreport SET checked_by_id = imported_by_id WHERE id = {imported}",
    ],
    "edit_decided_by_someone": [
        "UPDATE letters_proposededit SET decided_at = asked_at WHERE id = {edit}",
        "UPDATE letters_proposededit SET decided_by_id = asked_by_id WHERE id = {edit}",
        "UPDATE letters_proposededit SET decision = 'taken' WHERE id = {edit}",
        "UPDATE letters_proposededit SET decision = '' WHERE id = {decided_edit}",
        f"UPDATE letters_proposededit SET decided_at = {EARLY} WHERE id = {{decided_edit}}",
    ],
    "edit_changes_something": [copy(ProposedEdit, "id = {edit}", old="'same'", new="'same'")],
    "circulated_letter_has_opening": [
        "UPDATE letters_letter SET opened_at = NULL WHERE id = {open}",
        "UPDATE letters_letter SET opened_at = created_at WHERE id = {draft}",
    ],
    "circulated_letter_has_deadline_and_text": [
        "UPDATE letters_letter SET deadline_at = NULL WHERE id = {open}",
        "UPDATE letters_letter SET revision_id = NULL WHERE id = {open}",
    ],
    "announced_lock_is_whole": [
        "UPDATE letters_letter SET lock_announced_at = created_at WHERE id = {open}",
        "UPDATE letters_letter SET lock_announced_by_id = {person} WHERE id = {open}",
        "UPDATE letters_letter SET lock_expected_at = '2099-01-01 00:00:00' WHERE id = {open}",
        "UPDATE letters_letter SET lock_announced_text_id = revision_id WHERE id = {open}",
        "UPDATE letters_letter SET lock_announced_at = created_at, lock_expected_at = created_at,"
        " lock_announced_by_id = {person}, lock_announced_text_id = revision_id WHERE id = {open}",
    ],
    "condition_answered_by_someone": [
        "UPDATE letters_invitee SET condition = 'x', condition_met = true WHERE letter_id = {open}",
        f"UPDATE letters_invitee SET condition = 'x', condition_answered_at = {EARLY} WHERE letter_id = {{open}}",
        "UPDATE letters_invitee SET condition = 'x', condition_answer = 'no' WHERE letter_id = {open}",
        f"UPDATE letters_invitee SET condition = '', condition_met = true, condition_answered_at = {EARLY},"
        " condition_answered_by_id = {person} WHERE letter_id = {open}",
    ],
    "scheduled_letter_is_a_draft_with_a_later_deadline": [
        "UPDATE letters_letter SET circulate_at = created_at, circulate_by_id = {person} WHERE id = {open}",
        "UPDATE letters_letter SET circulate_at = created_at, circulate_by_id = {person} WHERE id = {locked}",
        "UPDATE letters_letter SET circulate_at = created_at, deadline_at = '2099-01-01 00:00:00' WHERE id = {draft}",
        "UPDATE letters_letter SET circulate_by_id = {person} WHERE id = {draft}",
        "UPDATE letters_letter SET circulate_at = created_at, circulate_by_id = {person}, deadline_at = created_at"
        " WHERE id = {draft}",
    ],
    "locked_letter_has_manifest": [
        "UPDATE letters_letter SET manifest = '' WHERE id = {locked}",
        "UPDATE letters_letter SET manifest_sha256 = '' WHERE id = {locked}",
        "UPDATE letters_letter SET locked_by_id = NULL WHERE id = {locked}",
        "UPDATE letters_letter SET locked_at = NULL WHERE id = {locked}",
        "UPDATE letters_letter SET status = 'locked' WHERE id = {open}",
        "UPDATE letters_letter SET manifest = 'made up' WHERE id = {open}",
        "UPDATE letters_letter SET status = 'unheard-of' WHERE id = {open}",
    ],
    "pdf_not_newer_than_letter": ["UPDATE letters_letter SET rendered_no = state_no + 1 WHERE id = {open}"],
    "revisions_are_numbered": [copy(Revision, "id = {text}")],
    "one_list_per_committee": [copy(OfficeList, "id = {committee}")],
    "one_list_per_keeper_and_name": [copy(OfficeList, "id = {kept_list}")],
    "list_of_a_committee_or_an_office": [
        "UPDATE letters_officelist SET code = '' WHERE id = {committee}",
        "UPDATE letters_officelist SET keeper_id = {office} WHERE id = {committee}",
        "UPDATE letters_officelist SET code = 'HXSK' WHERE id = {kept_list}",
        "UPDATE letters_officelist SET keeper_id = NULL WHERE id = {kept_list}",
    ],
    "one_invitee_per_office_and_letter": [copy(Invitee, "letter_id = {open}")],
    "declined_by_someone": [
        "UPDATE letters_invitee SET declined_at = invited_at WHERE letter_id = {draft}",
        "UPDATE letters_invitee SET declined_by_id = invited_by_id WHERE letter_id = {draft}",
    ],
    "one_signature_per_office_and_letter": [copy(Signature, "id = {signature}")],
    "signature_confirmed_by_someone": [
        "UPDATE letters_signature SET confirmed_by_id = NULL WHERE id = {signature}",
        "UPDATE letters_signature SET confirmed_at = NULL WHERE id = {signature}",
        f"UPDATE letters_signature SET confirmed_at = {EARLY} WHERE id = {{signature}}",
    ],
    "signature_reaffirmed_by_someone": [
        "UPDATE letters_signature SET reaffirmed_at = signed_at WHERE id = {signature}",
        "UPDATE letters_signature SET reaffirmed_by_id = signed_by_id WHERE id = {signature}",
        f"UPDATE letters_signature SET reaffirmed_at = {EARLY}, reaffirmed_by_id = signed_by_id WHERE id = {{signature}}",
    ],
    "signature_ended_by_someone": [
        "UPDATE letters_signature SET ended_at = signed_at WHERE id = {signature}",
        "UPDATE letters_signature SET ended = 'withdrawn' WHERE id = {signature}",
        "UPDATE letters_signature SET ended_by_id = NULL WHERE id = {ended}",
        "UPDATE letters_signature SET ended = '' WHERE id = {ended}",
        "UPDATE letters_signature SET ended_at = NULL WHERE id = {ended}",
        f"UPDATE letters_signature SET ended_at = {EARLY} WHERE id = {{ended}}",
    ],
    "one_pending_request_per_office_and_letter": [copy(DeadlineRequest, "id = {pending}")],
    "request_decided_by_someone": [
        "UPDATE letters_deadlinerequest SET decided_at = asked_at WHERE id = {pending}",
        "UPDATE letters_deadlinerequest SET decision = 'denied' WHERE id = {pending}",
        "UPDATE letters_deadlinerequest SET decided_by_id = NULL WHERE id = {decided}",
        "UPDATE letters_deadlinerequest SET decided_at = NULL WHERE id = {decided}",
        f"UPDATE letters_deadlinerequest SET decided_at = {EARLY} WHERE id = {{decided}}",
    ],
    "granted_request_has_new_deadline": [
        "UPDATE letters_deadlinerequest SET decision = 'office' WHERE id = {decided}",
        "UPDATE letters_deadlinerequest SET granted_at = wanted_at WHERE id = {decided}",
    ],
    "one_rendition_per_state": [copy(Rendition, "letter_id = {open}")],
    "one_final_per_letter": [copy(Rendition, "letter_id = {locked} AND final", state_no="99")],
    "notice_sent_or_dropped": ["UPDATE letters_notice SET sent_at = due_at, dropped_at = due_at"],
    "events_are_numbered": [copy(Event, "letter_id = {open} AND seq = 1")],
}
CONSTRAINTS = [constraint for model in apps.get_app_config("letters").get_models() for constraint in model._meta.constraints]


def said_by(constraint, error):
    """Both databases name a check; SQLite names the columns of a unique index instead of the index."""
    if connection.vendor == "sqlite" and isinstance(constraint, models.UniqueConstraint):
        return all(f".{field}" in str(error) for field in constraint.fields)
    return constraint.name in str(error)


def test_each_constraint_has_a_case():
    assert {constraint.name for constraint in CONSTRAINTS} == CASES.keys()


@pytest.mark.parametrize("constraint", CONSTRAINTS, ids=lambda constraint: constraint.name)
def test_the_database_refuses_what_a_constraint_forbids(scene, constraint):
    lift_guards()
    for statement in CASES[constraint.name]:
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            run(statement.format(**vars(scene)))
        assert said_by(constraint, refused.value), f"{statement}\n{refused.value}"


def test_what_has_ended_may_come_again(scene):
    """The unique constraints on standing rows do not count ended ones."""
    lift_guards()
    assert run(copy(Signature, "id = {ended}").format(**vars(scene))) == 1
    assert run(copy(DeadlineRequest, "id = {decided}").format(**vars(scene))) == 1
    assert run(copy(Membership, "id = {ended_place}").format(**vars(scene))) == 1
    assert run(copy(PlaceInvitation, "id = {taken_invitation}").format(**vars(scene))) == 1
    assert run(copy(PlaceInvitation, "id = {ended_invitation}").format(**vars(scene))) == 1
    assert run(copy(CalendarFeed, "id = {ended_feed}", secret_sha256="'x'").format(**vars(scene))) == 1
    assert run(copy(OfficeImage, "id = {removed_image}").format(**vars(scene))) == 1
    assert run(copy(Office, "id = {office}").format(**vars(scene))) == 1  # of Members that are in no roster

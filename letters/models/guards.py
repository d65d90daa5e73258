"""Triggers: what must never be false even for a shell, the admin or raw SQL. One rule, written once, for both databases.

A rule is a table, an event, a condition over OLD, NEW and `letter` (the row of the letter concerned), and the sentence of the
refusal. `reinstall` runs after every migrate; `remove` is for tests that empty the tables between runs.
"""

from django.db import connections

FINISHED = "('locked', 'withdrawn', 'superseded')"

# What a locked letter may still change: its PDF's bookkeeping, its history's head, and its status, forward only.
LETTER_FIELDS_FIXED_BY_LOCK = (
    "ref code title lead_id created_at created_by_id deadline_at zone audience list_shown order columns space running_head "
    "seal_id signature_images revision_id asked_again_at circulate_at circulate_by_id reminder_steps "
    "lock_announced_at lock_announced_by_id lock_expected_at lock_announced_text_id "
    "state_no opened_at opened_by_id locked_at locked_by_id manifest manifest_sha256"
).split()
SIGNATURE_FIELDS_FIXED = (
    "letter_id office_id name title state signed_at signed_by_id signed_as signed_in_with authority entered_how"
).split()
INVITATION_FIELDS_FIXED = "office_id address role invited_at invited_by_id expires_at".split()
EDIT_FIELDS_FIXED = "letter_id office_id revision_id old new reason asked_at asked_by_id".split()
IMAGE_FIELDS_FIXED = "office_id kind png sha256 width height added_at added_by_id".split()
REQUEST_FIELDS_FIXED = "letter_id office_id wanted_at reason asked_at asked_by_id".split()


def changed(*fields):
    return "(" + " OR ".join(f'NEW."{field}" IS DISTINCT FROM OLD."{field}"' for field in fields) + ")"


# (name, table, operation, column that leads to the letter or None, condition, sentence)
RULES = [
    ("event_kept", "letters_event", "UPDATE", None, "1=1", "history is append-only"),
    ("event_stays", "letters_event", "DELETE", None, "1=1", "history is append-only"),
    ("revision_kept", "letters_revision", "UPDATE", None, "1=1", "a text is never changed, only followed by another"),
    ("revision_stays", "letters_revision", "DELETE", None, "1=1", "a text is never deleted"),
    (
        "revision_open",
        "letters_revision",
        "INSERT",
        "letter_id",
        f"letter.status IN {FINISHED}",
        "the letter is locked",
    ),
    (
        "revision_clerical",
        "letters_revision",
        "INSERT",
        "letter_id",
        "NEW.substance <> NEW.number AND NEW.substance IS DISTINCT FROM"
        " (SELECT substance FROM letters_revision WHERE id = letter.revision_id)",
        "a clerical text keeps the substance of the one before it",
    ),
    ("copy_open", "letters_workingcopy", "INSERT", "letter_id", f"letter.status IN {FINISHED}", "the letter is locked"),
    ("copy_kept", "letters_workingcopy", "UPDATE", "letter_id", f"letter.status IN {FINISHED}", "the letter is locked"),
    ("edit_new", "letters_proposededit", "INSERT", "letter_id", "letter.status <> 'open'", "the letter is not open"),
    ("edit_open", "letters_proposededit", "UPDATE", "letter_id", "letter.status <> 'open'", "the letter is not open"),
    (
        "edit_kept",
        "letters_proposededit",
        "UPDATE",
        None,
        changed(*EDIT_FIELDS_FIXED),
        "a proposal keeps what was proposed, by whom and when",
    ),
    ("edit_once", "letters_proposededit", "UPDATE", None, "OLD.decided_at IS NOT NULL", "an answer is final"),
    ("edit_stays", "letters_proposededit", "DELETE", None, "1=1", "a proposal is never deleted"),
    (
        "signature_new",
        "letters_signature",
        "INSERT",
        "letter_id",
        "letter.status <> 'open' OR letter.revision_id IS DISTINCT FROM NEW.revision_id",
        "a signature needs an open letter and its current text",
    ),
    (
        "signature_open",
        "letters_signature",
        "UPDATE",
        "letter_id",
        "letter.status <> 'open'",
        "signatures change only while the letter is open",
    ),
    (
        "signature_bound",
        "letters_signature",
        "UPDATE",
        "letter_id",
        "NEW.revision_id <> OLD.revision_id AND letter.revision_id IS DISTINCT FROM NEW.revision_id",
        "a signature can only be re-affirmed for the current text",
    ),
    (
        "signature_kept",
        "letters_signature",
        "UPDATE",
        None,
        f"{changed(*SIGNATURE_FIELDS_FIXED)} OR OLD.ended_at IS NOT NULL",
        "a signature keeps what was signed, by whom and when",
    ),
    (
        "signature_image",
        "letters_signature",
        "UPDATE",
        None,
        f"{changed('image_id')} AND NOT {changed('reaffirmed_at')}",
        "a signature keeps its image until the office re-affirms",
    ),
    ("signature_stays", "letters_signature", "DELETE", None, "1=1", "a signature is never deleted"),
    ("invitee_new", "letters_invitee", "INSERT", "letter_id", f"letter.status IN {FINISHED}", "the letter is locked"),
    ("invitee_open", "letters_invitee", "UPDATE", "letter_id", f"letter.status IN {FINISHED}", "the letter is locked"),
    (
        "invitee_kept",
        "letters_invitee",
        "UPDATE",
        None,
        changed("letter_id", "office_id"),
        "an answer stays with its office and letter",
    ),
    (
        "invitee_stays",
        "letters_invitee",
        "DELETE",
        None,
        "OLD.invited_at IS NOT NULL OR OLD.co_lead"
        " OR EXISTS (SELECT 1 FROM letters_letter WHERE id = OLD.letter_id AND status <> 'draft')",
        "an office on a letter is never deleted",
    ),
    (
        "request_new",
        "letters_deadlinerequest",
        "INSERT",
        "letter_id",
        "letter.status <> 'open'",
        "the letter is not open",
    ),
    (
        "request_open",
        "letters_deadlinerequest",
        "UPDATE",
        "letter_id",
        "letter.status <> 'open'",
        "the letter is not open",
    ),
    (
        "request_kept",
        "letters_deadlinerequest",
        "UPDATE",
        None,
        changed(*REQUEST_FIELDS_FIXED),
        "a request keeps what was asked, by whom and when",
    ),
    ("request_once", "letters_deadlinerequest", "UPDATE", None, "OLD.decided_at IS NOT NULL", "a decision is final"),
    ("request_stays", "letters_deadlinerequest", "DELETE", None, "1=1", "a request is never deleted"),
    ("rendition_kept", "letters_rendition", "UPDATE", None, "1=1", "a PDF is never changed, only followed by another"),
    ("rendition_stays", "letters_rendition", "DELETE", None, "1=1", "a PDF is never deleted"),
    (
        "rendition_final",
        "letters_rendition",
        "INSERT",
        "letter_id",
        f"(NEW.final AND letter.status NOT IN {FINISHED}) OR (letter.status IN {FINISHED} AND NOT NEW.final)",
        "the final PDF is that of a locked letter, and the only one after the lock",
    ),
    (
        "image_kept",
        "letters_officeimage",
        "UPDATE",
        None,
        f"{changed(*IMAGE_FIELDS_FIXED)} OR OLD.removed_at IS NOT NULL",
        "an image on file is never changed, only removed",
    ),
    ("image_stays", "letters_officeimage", "DELETE", None, "1=1", "an image on file is never deleted"),
    (
        "place_kept",
        "letters_membership",
        "UPDATE",
        None,
        f"{changed('person_id', 'office_id', 'asked_at')} OR OLD.ended_at IS NOT NULL",
        "a place stays with its person and office, and an ended one is never changed",
    ),
    ("place_stays", "letters_membership", "DELETE", None, "1=1", "a place is ended, never deleted"),
    (
        "place_invitation_once",
        "letters_placeinvitation",
        "UPDATE",
        None,
        f"{changed(*INVITATION_FIELDS_FIXED)} OR OLD.accepted_at IS NOT NULL OR OLD.ended_at IS NOT NULL",
        "an invitation is used once",
    ),
    ("place_invitation_stays", "letters_placeinvitation", "DELETE", None, "1=1", "an invitation is never deleted"),
    ("office_event_kept", "letters_officeevent", "UPDATE", None, "1=1", "history is append-only"),
    ("office_event_stays", "letters_officeevent", "DELETE", None, "1=1", "history is append-only"),
    (
        "feed_kept",
        "letters_calendarfeed",
        "UPDATE",
        None,
        f"{changed('person_id', 'secret_sha256', 'made_at')} OR OLD.ended_at IS NOT NULL",
        "an address keeps its person and secret, and a revoked one never opens anything again",
    ),
    ("feed_stays", "letters_calendarfeed", "DELETE", None, "1=1", "an address is revoked, never deleted"),
    ("retired_link_kept", "letters_retiredlink", "UPDATE", None, "1=1", "a link that was replaced stays so"),
    ("retired_link_stays", "letters_retiredlink", "DELETE", None, "1=1", "a link that was replaced stays so"),
    (
        "retired_link_in_use",
        "letters_retiredlink",
        "INSERT",
        None,
        "EXISTS (SELECT 1 FROM letters_letter WHERE code = NEW.code)",
        "a link in use is not a retired one",
    ),
    (
        "letter_link",
        "letters_letter",
        "UPDATE",
        None,
        "NEW.code <> OLD.code AND EXISTS (SELECT 1 FROM letters_retiredlink WHERE code = NEW.code)",
        "a link that was replaced is never used again",
    ),
    ("circular_kept", "letters_circular", "UPDATE", None, "1=1", "what was sent is never changed"),
    ("circular_stays", "letters_circular", "DELETE", None, "1=1", "what was sent is never deleted"),
    ("letter_stays", "letters_letter", "DELETE", None, "1=1", "a letter is never deleted"),
    (
        "letter_locked",
        "letters_letter",
        "UPDATE",
        None,
        f"OLD.status IN {FINISHED} AND ({changed(*LETTER_FIELDS_FIXED_BY_LOCK)} OR NEW.status IN ('draft', 'open')"
        " OR (OLD.status <> 'locked' AND NEW.status <> OLD.status))",
        "the letter is locked",
    ),
    (
        "letter_forward",
        "letters_letter",
        "UPDATE",
        None,
        "(OLD.status = 'open' AND NEW.status = 'draft') OR (OLD.status = 'draft' AND NEW.status NOT IN ('draft', 'open'))"
        " OR NEW.state_no < OLD.state_no OR NEW.event_no < OLD.event_no OR NEW.rendered_no < OLD.rendered_no"
        " OR NEW.ref <> OLD.ref",
        "a letter only moves forward",
    ),
]


def sqlite_sql(name, table, operation, via, condition, sentence):
    condition = condition.replace("IS DISTINCT FROM", "IS NOT")
    if via:
        condition = f'EXISTS (SELECT 1 FROM letters_letter letter WHERE letter.id = NEW."{via}" AND ({condition}))'
    return (
        f"CREATE TRIGGER guard_{name} BEFORE {operation} ON {table} FOR EACH ROW WHEN {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
    )


def postgresql_sql(name, table, operation, via, condition, sentence):
    # FOR SHARE waits for a verb that holds the letter's row, so raw SQL cannot slip in beside a lock.
    fetch = f'SELECT * INTO letter FROM letters_letter WHERE id = NEW."{via}" FOR SHARE;' if via else ""
    result = "OLD" if operation == "DELETE" else "NEW"
    return (
        f"CREATE FUNCTION guard_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE letter letters_letter%ROWTYPE; "
        f"BEGIN {fetch} IF {condition} THEN RAISE EXCEPTION '{sentence}' USING ERRCODE = 'integrity_constraint_violation'; "
        f"END IF; RETURN {result}; END $$; "
        f"CREATE TRIGGER guard_{name} BEFORE {operation} ON {table} FOR EACH ROW EXECUTE FUNCTION guard_{name}()"
    )


TRUNCATE_TABLES = sorted({table for _, table, operation, *_ in RULES if operation == "DELETE"})


def truncate_sql():
    function = (
        "CREATE FUNCTION guard_truncate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION "
        "'rows with history are never deleted' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    triggers = [
        f"CREATE TRIGGER guard_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION guard_truncate()"
        for table in TRUNCATE_TABLES
    ]
    return [function, *triggers]


def install(connection):
    """Put every trigger in place, anew where it stands already. All tables of the app must exist."""
    remove(connection)
    with connection.cursor() as cursor:
        for rule in RULES:
            cursor.execute(sqlite_sql(*rule) if connection.vendor == "sqlite" else postgresql_sql(*rule))
        if connection.vendor == "postgresql":
            for statement in truncate_sql():
                cursor.execute(statement)


def remove(connection):
    with connection.cursor() as cursor:
        for name, *_ in RULES:
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS guard_{name}")
            else:
                cursor.execute(f"DROP FUNCTION IF EXISTS guard_{name}() CASCADE")
        if connection.vendor == "postgresql":
            cursor.execute("DROP FUNCTION IF EXISTS guard_truncate() CASCADE")


def install_where_complete(connection):
    """Do nothing while some of the tables do not exist yet: the end of the migration installs them all."""
    if {table for _, table, *_ in RULES} <= set(connection.introspection.table_names()):
        install(connection)


def reinstall(sender, using="default", **kwargs):
    install_where_complete(connections[using])

"""A letter's evidence is proven whole, and no single change of it is."""

import copy
import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from letters import proof
from letters.exports import evidence
from letters.models import Event, Letter, guards
from letters.workflow import (
    circulars,
    circulating,
    conditions,
    deadlines,
    drafting,
    edits,
    links,
    locking,
    outages,
    reminders,
    revising,
    scheduling,
    signing,
)
from tests import factories
from tests.factories import DAY, HOUR, make_draft, make_office, make_staff
from tests.once import made_once
from tests.workflow import lives

pytestmark = pytest.mark.django_db
SCRIPT = Path(proof.__file__)


def whole_life():
    """A locked and sealed letter in whose history every kind of event stands."""
    letter = make_draft()
    lead, offices = letter.created_by, [make_office() for _ in range(8)]
    first, unsure, unknown, shy, careful, slow, phoned, written = offices
    people = {office.pk: make_staff(office) for office in offices}
    times = {"circulate_at": timezone.now() + DAY, "deadline_at": timezone.now() + 2 * DAY, "zone": letter.zone}
    scheduling.schedule(letter, lead, audience="any", list_shown="all", now=timezone.now(), **times)
    circulating.list_offices(letter, offices[:2], lead, now=timezone.now())
    circulating.unlist_offices(letter, offices[:1], lead, now=timezone.now())
    circulating.circulate(letter, lead, deadline_at=timezone.now() + DAY, now=timezone.now())
    circulating.invite(letter, offices, lead, now=timezone.now())
    circulars.send(letter, lead, subject="Please join", body="Please join us.", to_all=False, now=timezone.now())
    links.replace(letter, lead, now=timezone.now())
    factories.sign(letter, first)
    revising.revise(
        letter, lead, text=factories.text(body="<p>New.</p>"), base_sha256=lives.again(letter).revision.sha256, now=timezone.now()
    )
    factories.sign(letter, first)
    people[unsure.pk].memberships.update(confirmed_at=None, confirmed_by=None)
    people[unknown.pk].memberships.update(confirmed_at=None, confirmed_by=None)
    signing.confirm(factories.sign(letter, unsure, people[unsure.pk]), lead, how="Called back.", now=timezone.now())
    signing.refuse(factories.sign(letter, unknown, people[unknown.pk]), lead, reason="Unknown.", now=timezone.now())
    factories.sign(letter, shy)
    signing.withdraw(letter, shy, people[shy.pk], now=timezone.now())
    signing.decline(letter, shy, people[shy.pk], now=timezone.now())
    signing.would_sign_if(letter, careful, people[careful.pk], condition="Less ink.", now=timezone.now())
    careful_row = letter.invitees.get(office=careful)
    conditions.answer(careful_row, lead, condition="Less ink.", met=False, answer="It is black.", now=timezone.now())
    for office, how in ((phoned, "by phone"), (written, "on paper")):
        signing.enter(letter, office, lead, how=how, said_by="Jane Doe, chief of staff", now=timezone.now())
    factories.sign(letter, phoned, people[phoned.pk])
    for decide in (edits.take_in, edits.refuse):
        words = {"old": "New", "new": "Old", "text_sha256": lives.again(letter).revision.sha256}
        edit = edits.propose(letter, careful, people[careful.pk], now=timezone.now(), **words)
        decide(edit, lead, answer="We talked about it.", now=timezone.now())
    letter.refresh_from_db()
    text, base = factories.text(body="<p>New!</p>"), letter.revision.sha256
    revising.revise(letter, lead, text=text, base_sha256=base, clerical=True, now=timezone.now())
    revising.ask_again(letter, lead, signed_before=timezone.now(), now=timezone.now())
    factories.sign(letter, first, people[first.pk])
    letter.refresh_from_db()
    asked = deadlines.request(letter, slow, people[slow.pk], wanted_at=letter.deadline_at + DAY, now=timezone.now())
    deadlines.grant(asked, lead, new_at=letter.deadline_at + DAY, for_all=True, now=timezone.now())
    letter.refresh_from_db()
    deadlines.move(letter, lead, new_at=letter.deadline_at + DAY, now=timezone.now())
    reminders.choose(letter, lead, ["1d"], now=timezone.now())
    an_outage(letter)
    drafting.arrange(letter, lead, order=Letter.Order.ALPHABETICAL, now=timezone.now())
    locking.announce(letter, lead, lock_at=timezone.now() + DAY, now=timezone.now())
    lives.lock(letter)
    lives.publish(letter)
    return letter


def an_outage(letter):
    """Three hours without signing, which ended an hour before the letter's deadline."""
    letter.refresh_from_db()
    ended_at = letter.deadline_at - HOUR
    for seen_at in (ended_at - 3 * HOUR, ended_at):
        outages.beat(seen_at)
    outages.settle(ended_at)


@pytest.fixture(scope="module")
def life(django_db_setup, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("media")
    with made_once(django_db_blocker, folder):
        letter = whole_life()
        yield folder, letter.pk, json.dumps(evidence(letter))


@pytest.fixture
def letter(life, db, settings):
    settings.MEDIA_ROOT, pk, _ = life
    return Letter.objects.get(pk=pk)


@pytest.fixture
def bundle(life):
    return json.loads(life[-1])


def verdict(bundle, final=lives.PDF):
    """The sentence of what is wrong, or an empty string."""
    try:
        proof.check(bundle, final)
    except proof.Broken as problem:
        return str(problem)
    return ""


def test_the_life_has_every_kind_of_event(letter):
    assert set(letter.events.values_list("kind", flat=True)) == set(Event.Kind.values)


def test_a_whole_life_is_proven(letter, bundle, capsys):
    assert verdict(bundle) == ""
    call_command("verify_letter", letter.code)
    assert capsys.readouterr().out == f"In order: {letter.event_no} events, 4 standing signatures.\n"


def test_a_letter_is_proven_at_every_earlier_moment():
    letter = make_draft()
    assert verdict(evidence(letter), None) == ""
    circulating.circulate(letter, letter.created_by, deadline_at=timezone.now() + DAY, now=timezone.now())
    factories.sign(letter)
    letter.refresh_from_db()
    assert verdict(evidence(letter), None) == ""
    lives.lock(letter)
    assert verdict(evidence(letter), None) == ""


# --- one thing changed in the evidence ---


def places(value, path=()):
    """The path to every leaf of a JSON value."""
    if isinstance(value, dict | list) and value:
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*path, key))
    else:
        yield path


def other(value):
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        return ("1" if value[:1] == "0" else "0") + value[1:]
    return 1


def changed(bundle, path):
    bundle = copy.deepcopy(bundle)
    *way, last = path
    inner = bundle
    for key in way:
        inner = inner[key]
    inner[last] = other(inner[last])
    return bundle


def test_every_single_value_changed_is_found(bundle):
    kinds = {path: verdict(changed(bundle, path)) for path in places(bundle)}
    assert len(kinds) > 200
    assert [path for path, sentence in kinds.items() if not sentence.endswith(".")] == []


def test_every_single_field_taken_away_is_found(bundle):
    """Whatever is missing gives a sentence, not a crash."""
    for path in [path for path in places(bundle) if path[0] in ("events", "signatures")]:
        broken = copy.deepcopy(bundle)
        inner = broken
        for key in path[:-1]:
            inner = inner[key]
        del inner[path[-1]]
        assert verdict(broken).endswith("."), path


def test_every_event_removed_is_found(bundle):
    for number in range(len(bundle["events"])):
        broken = copy.deepcopy(bundle)
        del broken["events"][number]
        assert verdict(broken).endswith("."), number


def test_neighbouring_events_swapped_are_found(bundle):
    for number in range(len(bundle["events"]) - 1):
        broken = copy.deepcopy(bundle)
        events = broken["events"]
        events[number], events[number + 1] = events[number + 1], events[number]
        assert verdict(broken).endswith("."), number


def rehashed(bundle):
    """The forger knows the rules: numbers, chain and head are made good again."""
    previous = proof.CHAIN_START
    for seq, event in enumerate(bundle["events"], start=1):
        event.update(seq=seq, prev=previous)
        del event["hash"]
        event["hash"] = previous = proof.sha256(b"\0" + proof.canonical(event).encode())
    bundle["head"] = previous
    return bundle


def test_a_history_forged_with_good_hashes_does_not_fit_the_lock(bundle):
    for number, event in enumerate(bundle["events"]):
        if event["kind"] in ("signed", "entered", "reaffirmed", "withdrew", "refused", "confirmed", "revised"):
            broken = copy.deepcopy(bundle)
            del broken["events"][number]
            assert verdict(rehashed(broken)).endswith("."), event["kind"]


def test_a_signature_taken_away_or_added_is_found(bundle):
    fewer, more = copy.deepcopy(bundle), copy.deepcopy(bundle)
    del fewer["signatures"][0]
    more["signatures"].append({**more["signatures"][0], "signature": 999_999, "name": "Nobody"})
    assert "is not what the history says" in verdict(fewer)
    assert verdict(more) == "The signature of Nobody (number 999999) is not what the history says."


def test_a_manifest_written_anew_is_found(bundle):
    manifest = json.loads(bundle["manifest"])
    manifest["signers"].pop()
    assert verdict({**bundle, "manifest": proof.canonical(manifest)}).startswith("The manifest was altered")
    assert verdict({**bundle, "manifest": ""}).endswith(".")
    assert verdict({**bundle, "manifest": "{"}).endswith(".")


def test_another_final_or_none_is_found(bundle):
    assert verdict(bundle, lives.PDF + b" ") == "The final PDF is not the one whose hash was stored when it was made."
    assert verdict(bundle, None) == "The final PDF is missing."


def test_events_after_the_lock_that_change_signers_are_found(bundle):
    """A forger who appends to the history with good hashes."""
    signed = next(event for event in bundle["events"] if event["kind"] == "signed")
    broken = copy.deepcopy(bundle)
    late = copy.deepcopy(signed)
    late["data"].update(signature=999_999, name="Nobody")
    broken["events"].append(late)
    row = {"signature": 999_999, "office": late["office"], "name": "Nobody", "confirmed": late["data"]["confirmed"]}
    row.update({key: late["data"][key] for key in ("title", "state", "text_sha256")})
    broken["signatures"].append(row)
    assert verdict(rehashed(broken)).endswith(".")


# --- the same in the database, with its triggers out of the way ---


FORGERIES = {
    "kind": "UPDATE letters_event SET kind = 'declined' WHERE seq = 3",
    "time": "UPDATE letters_event SET at = '2020-01-01 00:00:00' WHERE seq = 3",
    "person": "UPDATE letters_event SET person_id = NULL WHERE seq = 3",
    "office": "UPDATE letters_event SET office_id = NULL WHERE kind = 'signed'",
    "data": "UPDATE letters_event SET data = '{}' WHERE seq = 3",
    "hash": "UPDATE letters_event SET hash = prev WHERE seq = 3",
    "last event gone": "DELETE FROM letters_event WHERE kind = 'sealed'",
    "first event gone": "DELETE FROM letters_event WHERE seq = 1",
    "signer renamed": "UPDATE letters_signature SET name = 'Nobody' WHERE ended_at IS NULL",
    "title": "UPDATE letters_signature SET title = 'King' WHERE ended_at IS NULL",
    "signer back": "UPDATE letters_signature SET ended = '', ended_at = NULL, ended_by_id = NULL WHERE ended = 'withdrawn'",
    "yes of the lead passed off as the office's": "UPDATE letters_signature SET confirmed_at = signed_at,"
    " confirmed_by_id = signed_by_id WHERE entered_how <> '' AND confirmed_at IS NULL",
    "text bound to": "UPDATE letters_signature SET revision_id = (SELECT min(id) FROM letters_revision) WHERE ended_at IS NULL",
    "manifest": "UPDATE letters_letter SET manifest = replace(manifest, 'New!', 'Old!')",
    "signers in manifest": "UPDATE letters_letter SET manifest = replace(manifest, 'Ada', 'Eve')",
    "head": "UPDATE letters_letter SET head_hash = manifest_sha256",
    "final's hash": "UPDATE letters_rendition SET sha256 = (SELECT manifest_sha256 FROM letters_letter) WHERE final",
    "final": "DELETE FROM letters_rendition WHERE final",
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_the_command_finds_what_was_forged_in_the_database(letter, forgery):
    connection.check_constraints()
    guards.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(FORGERIES[forgery])
        assert cursor.rowcount > 0
    with pytest.raises(CommandError, match=r"\.$") as found:
        call_command("verify_letter", letter.code)
    assert found.value.returncode == 1


def test_the_command_finds_a_swapped_final(letter):
    path = Path(letter.final().pdf.path)
    path.chmod(0o600)
    path.write_bytes(lives.PDF + b" and one more name")
    with pytest.raises(CommandError, match="in storage is not the file that was rendered"):
        call_command("verify_letter", letter.code)
    path.write_bytes(lives.PDF)


def test_the_command_knows_no_letter_of_another_code():
    with pytest.raises(CommandError, match="There is no letter with the code nothing"):
        call_command("verify_letter", "nothing")


# --- as a script, with nothing but Python ---


def run_script(*arguments):
    command = [sys.executable, "-I", str(SCRIPT), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def files(letter, tmp_path):
    call_command("verify_letter", letter.code, target=str(tmp_path / "evidence.json"))
    (tmp_path / "final.pdf").write_bytes(letter.final().read())
    return tmp_path


def test_the_script_proves_the_evidence_of_the_command(files, letter):
    done = run_script(files / "evidence.json", files / "final.pdf")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"Proven: {letter.event_no} events, 4 signatures.\n", "")


def test_the_script_says_what_is_wrong(files):
    (files / "final.pdf").write_bytes(b"%PDF of somebody else")
    done = run_script(files / "evidence.json", files / "final.pdf")
    assert done.returncode == 1
    assert done.stdout == "NOT PROVEN: The final PDF is not the one whose hash was stored when it was made.\n"


@pytest.mark.parametrize(
    "evidence_file", [b"", b"{}", b"[]", b"\xff\xfe", b'{"letter": 1}', b'{"events": 3, "letter": 1, "head": 2}']
)
def test_the_script_says_so_when_the_evidence_cannot_be_read(tmp_path, evidence_file):
    (tmp_path / "evidence.json").write_bytes(evidence_file)
    done = run_script(tmp_path / "evidence.json")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("NOT PROVEN: ")


def test_the_script_finds_the_entry_of_a_receipt_by_its_hash(files, letter):
    event = letter.events.filter(kind="signed").first()
    done = run_script(files / "evidence.json", files / "final.pdf", event.hash.upper())
    assert done.returncode == 0
    assert done.stdout.splitlines()[1:] == [
        f"Entry {event.seq} has that hash: signed, office {event.office_id}, {event.record()['at']}."
    ]


def test_the_script_says_so_when_no_entry_has_the_hash_of_a_receipt(files):
    done = run_script(files / "evidence.json", files / "final.pdf", "0" * 64)
    assert done.returncode == 1
    assert done.stdout == f"NOT PROVEN: No entry of the history has the hash {'0' * 64}.\n"


def test_the_script_says_so_when_a_file_is_missing(tmp_path):
    done = run_script(tmp_path / "nothing.json")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("NOT PROVEN: ")


def test_the_script_says_how_it_is_called():
    done = run_script()
    assert done.returncode == 2
    assert "EVIDENCE.json" in done.stdout + done.stderr

"""Checks a letter's evidence with nothing but Python: `python proof.py EVIDENCE.json [FINAL.pdf] [HASH …]`.

The evidence is a JSON object: `letter` (its code), `events` (the history, each with its `hash`), `head` (the hash of the last),
`signatures` (those that stand, as the database has them), `manifest` (canonical JSON text, empty before the lock). Everything is
recomputed: each event's hash, the chain, who stands signed after all events, the manifest, and the final's SHA-256. HASH
is that of an entry of the history as a receipt has it, which is then found.
"""

import hashlib
import json
import re
import sys

HASH = re.compile(r"[0-9a-fA-F]{64}")
CHAIN_START = "0" * 64
TEXT_FIELDS = ("date_line", "addressees", "salutation", "body", "closing")
RARE_TEXT_FIELDS = ("subject", "cc", "enclosures")  # counted only where there are any


class Broken(Exception):
    """The first thing found wrong, in a sentence."""


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def check(evidence, final=None):
    """Raise Broken with the first thing that is wrong. `final` is the bytes of the final PDF, or None when there is none yet."""
    try:
        check_all(evidence, final)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as fault:
        raise Broken(f"The evidence is not in its form: {type(fault).__name__} at {fault}.") from fault


def check_all(evidence, final):
    events = evidence["events"]
    check_chain(evidence["letter"], events, evidence["head"])
    story = Story()
    for event in events:
        if event["kind"] == "locked":
            check_manifest(evidence["manifest"], event, story)
        story.tell(event)
    check_signatures(evidence["signatures"], story)
    if bool(evidence["manifest"]) != story.locked:
        raise Broken("There is a manifest but no lock in the history, or a lock but no manifest.")
    check_final(story, final)


def check_chain(letter, events, head):
    previous = CHAIN_START
    for seq, event in enumerate(events, start=1):
        if event["seq"] != seq:
            raise Broken(f"Event {seq} is missing: the next one found is number {event['seq']}.")
        if event["letter"] != letter or event["prev"] != previous:
            raise Broken(f"Event {seq} does not follow the event before it.")
        hashed = {key: value for key, value in event.items() if key != "hash"}
        if sha256(b"\0" + canonical(hashed).encode()) != event["hash"]:
            raise Broken(f"Event {seq} was altered: its content does not give its hash.")
        previous = event["hash"]
    if previous != head:
        raise Broken(f"The letter names another last event than event {len(events)}, the last one found.")


class Story:
    """What the history says: who stands signed, to which text, and what was locked and sealed."""

    def __init__(self):
        self.text = None
        self.signatures = {}
        self.given = set()  # the signatures that were given to the text, or to one that it only corrects
        self.locked = False
        self.sealed = None

    def tell(self, event):
        kind, data = event["kind"], event["data"]
        if self.locked and (kind != "sealed" or self.sealed):
            raise Broken(f"Event {event['seq']} changes a letter that is locked.")
        if kind in ("created", "revised"):
            self.text, self.given = data["text_sha256"], set()
        elif kind == "corrected":
            self.text = data["text_sha256"]
        elif kind in ("signed", "entered"):
            names = {key: data[key] for key in ("name", "title", "state")}
            facts = {"office": event["office"], "text_sha256": data["text_sha256"], "confirmed": data["confirmed"]}
            self.signatures[data["signature"]] = {**names, **facts}
            self.give(data)
        elif kind == "reaffirmed":
            self.signatures[data["signature"]].update(text_sha256=data["text_sha256"], confirmed=data["confirmed"])
            self.give(data)
        elif kind == "confirmed":
            self.signatures[data["signature"]]["confirmed"] = True
        elif kind in ("withdrew", "refused"):
            del self.signatures[data["signature"]]
        elif kind == "locked":
            self.locked = True
        elif kind == "sealed":
            self.sealed = data["sha256"]

    def give(self, data):
        if data["text_sha256"] != self.text:
            raise Broken(f"Signature {data['signature']} was given to a text that was not the letter's at that moment.")
        self.given.add(data["signature"])

    def printed(self):
        return {
            number: {key: signature[key] for key in ("office", "name", "title", "state")}
            for number, signature in self.signatures.items()
            if signature["confirmed"] and number in self.given
        }


def check_signatures(rows, story):
    found = {row["signature"]: {key: value for key, value in row.items() if key != "signature"} for row in rows}
    for number in sorted(found.keys() | story.signatures.keys()):
        if found.get(number) != story.signatures.get(number):
            name = (found.get(number) or story.signatures[number])["name"]
            raise Broken(f"The signature of {name} (number {number}) is not what the history says.")


def check_manifest(manifest, event, story):
    if sha256(manifest.encode()) != event["data"]["manifest_sha256"]:
        raise Broken("The manifest was altered: it does not give the hash in the event of the lock.")
    content = json.loads(manifest)
    if content["reviewed"]["hash"] != event["prev"]:
        raise Broken("The manifest was made for another state of the letter than the one that was locked.")
    rare = [field for field in RARE_TEXT_FIELDS if content["text"].get(field)]
    text = {field: content["text"][field] for field in (*TEXT_FIELDS, *rare)}
    if not sha256(canonical(text).encode()) == content["text_sha256"] == story.text:
        raise Broken("The text in the manifest is not the one that was signed.")
    signers = {row["signature"]: {key: row[key] for key in ("office", "name", "title", "state")} for row in content["signers"]}
    if signers != story.printed() or len(signers) != len(content["signers"]):
        raise Broken("The signers in the manifest are not those who had signed when the letter was locked.")


def check_final(story, final):
    if (story.sealed is None) != (final is None):
        raise Broken("The final PDF is missing." if final is None else "There is a final PDF that the history does not know.")
    if final is not None and sha256(final) != story.sealed:
        raise Broken("The final PDF is not the one whose hash was stored when it was made.")


def read(path):
    with open(path, "rb") as file:
        return file.read()


def entry_of(evidence, wanted):
    """The event with the hash of a receipt."""
    for event in evidence["events"]:
        if event["hash"] == wanted:
            return event
    raise Broken(f"No entry of the history has the hash {wanted}.")


def main(arguments):
    hashes = [argument.lower() for argument in arguments if HASH.fullmatch(argument)]
    files = [argument for argument in arguments if not HASH.fullmatch(argument)]
    if not 1 <= len(files) <= 2:
        print("Usage: python proof.py EVIDENCE.json [FINAL.pdf] [HASH …]", file=sys.stderr)
        return 2
    try:
        bundle = json.loads(read(files[0]))
        check(bundle, read(files[1]) if files[1:] else None)
        entries = [entry_of(bundle, wanted) for wanted in hashes]
    except (Broken, OSError, ValueError, RecursionError) as problem:
        print(f"NOT PROVEN: {problem}")
        return 1
    print(f"Proven: {len(bundle['events'])} events, {len(bundle['signatures'])} signatures.")
    for event in entries:
        print(f"Entry {event['seq']} has that hash: {event['kind']}, office {event['office']}, {event['at']}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

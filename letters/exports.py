"""What leaves the program about a letter."""


def evidence(letter) -> dict:
    """All that `proof.check` needs, as JSON types: history, standing signatures as the tables have them, manifest."""
    standing = letter.signatures.standing().select_related("revision").order_by("pk")
    return {
        "letter": letter.ref,
        "head": letter.head_hash,
        "events": [{**event.record(), "hash": event.hash} for event in letter.events.order_by("seq")],
        "signatures": [
            {
                "signature": signature.pk,
                "office": signature.office_id,
                "name": signature.name,
                "title": signature.title,
                "state": signature.state,
                "text_sha256": signature.revision.sha256,
                "confirmed": signature.is_confirmed,
            }
            for signature in standing
        ],
        "manifest": letter.manifest,
    }

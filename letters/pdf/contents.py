"""From a letter's contents, as JSON types, to what the renderer prints."""

import datetime

from letters.text.addressees import running_head
from letters.times import instant_in_words

from .letter import ACROSS, PEN, LetterData, RenderError, Signer


def letter_data(contents: dict, *, images: dict[str, bytes], draft_mark: str = "") -> LetterData:
    """`contents` is `Letter.contents()` or the manifest of a locked letter; `images` are the PNGs it names, by their SHA-256.

    Manifests of old have no layout, and no subject, copies or enclosures. Raises RenderError when an image is missing.
    """
    text, layout = contents["text"], contents.get("layout", {})
    return LetterData(
        letterhead=tuple(contents["letterhead"]),
        date_line=text["date_line"],
        addressees=tuple(tuple(block.split("\n")) for block in text["addressees"].split("\n\n") if block),
        subject=text.get("subject", ""),
        salutation=text["salutation"],
        body=text["body"],
        closing=text["closing"],
        signers=tuple(signer(line, images) for line in contents["signers"]),
        cc=lines(text.get("cc", "")),
        enclosures=lines(text.get("enclosures", "")),
        columns=layout.get("columns", ACROSS),
        space=layout.get("space", PEN),
        running_head=running_head(text["addressees"]) if layout.get("running_head") else "",
        seal=seal(layout, images),
        seal_alt=f"Seal of the office of {layout['seal_of']}" if layout.get("seal_of") else "",
        draft_mark=draft_mark,
        pdf_title=f"Letter of {text['date_line']}" if text["date_line"] else "Letter",
    )


def lines(text: str) -> tuple[str, ...]:
    return tuple(line for line in text.split("\n") if line)


def seal(layout: dict, images: dict[str, bytes]) -> bytes | None:
    wanted = layout.get("seal_sha256")
    if wanted and wanted not in images:
        raise RenderError(
            "The letterhead shows a seal that is not on file any more. Whoever runs the site restores it from a backup."
        )
    return images[wanted] if wanted else None


def signer(line: dict, images: dict[str, bytes]) -> Signer:
    wanted = line.get("image_sha256")
    if wanted and wanted not in images:
        raise RenderError(
            f"The letter shows the signature image of {line['name']}, which is not on file any more. "
            "Whoever runs the site restores it from a backup."
        )
    return Signer(line["name"], line["title"], images[wanted] if wanted else None)


def draft_mark(contents: dict, at: datetime.datetime, zone: str) -> str:
    """`DRAFT · 13 signers · Friday, May 2, 2025, 6:01 pm EDT`."""
    count = len(contents["signers"])
    return f"DRAFT · {count} {'signer' if count == 1 else 'signers'} · {instant_in_words(at, zone)}"

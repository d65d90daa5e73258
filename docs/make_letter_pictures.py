"""Sets letters of every kind and puts their pages on contact sheets: `python docs/make_letter_pictures.py [FOLDER]`.

Needs poppler-utils. Look at the sheets after a change of the printed letter's style.
"""

import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import django
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cosign.settings")
os.environ.setdefault("COSIGN_MODE", "local")
os.environ.setdefault("SECRET_KEY", "for-these-pictures-only-" + "x" * 40)
django.setup()

from letters.pdf.letter import LetterData  # noqa: E402
from letters.pdf.render import render  # noqa: E402
from tests.pdf import pictures, sample  # noqa: E402

FOLDER = Path(__file__).parent / "pictures" / "pages"
DPI, ACROSS, MOST_PAGES, GAP = 60, 4, 8, 6
JOINT = ("Congress of the United States", "Washington, D.C. 20515")
HEAD = "Secretary Aldersgate et al."
MARK = "DRAFT · 14 signers · May 2, 2025, 6:01 pm EDT"
COPIES = ("The Honorable Tomás Ibáñez, Chair, Subcommittee on Water", "The Honorable Wilhelmina Oduya, Ranking Member")
ENCLOSURES = ("Gauges closed or at risk, by state", "Letter of the county engineers, March 3, 2025")
LONG = sample.body().replace("43 U.S.C. § 31 (2022).", "43 U.S.C. § 31 (2022). " + "The record was read aloud. " * 130)


def letters() -> dict[str, LetterData]:
    return {
        "no-signers": sample.letter(0),
        "one-signer": sample.letter(1),
        "two-signers": sample.letter(2, letterhead=JOINT),
        "fourteen": sample.letter(14, letterhead=JOINT),
        "fourteen-down": sample.letter(14, columns="down", running_head=HEAD, draft_mark=MARK),
        "fourteen-typed": sample.letter(14, space="typed", letterhead=("United States Senate", "Washington, D.C. 20510")),
        "everything": everything(),
        "long-note": sample.letter(14, body=LONG),
        "eight-addressees": sample.letter(3, addressees=(sample.ADDRESSEES * 3)[:8]),
        "101": sample.letter(101),
        "101-down": sample.letter(101, columns="down"),
        "535": sample.letter(535, space="typed"),
    }  # fmt: skip


def everything() -> LetterData:
    letter = sample.letter(
        14,
        letterhead=JOINT,
        subject="River gauges that have fallen silent, and a plan that says which of them come first, who keeps them, and when",
        cc=COPIES,
        enclosures=ENCLOSURES,
        running_head=HEAD,
        seal=pictures.signature(6, size=(300, 300)),
    )
    return replace(letter, signers=pictures.images(0, 1, 4, 7)(letter.signers))


def sheet(pages: list[Path]) -> Image.Image:
    """The first pages and the last one, side by side, in sixteen greys and colors."""
    shown = pages if len(pages) <= MOST_PAGES else [*pages[: MOST_PAGES - 1], pages[-1]]
    images = [Image.open(page).convert("RGB") for page in shown]
    width, height = images[0].width + GAP, images[0].height + GAP
    across = min(ACROSS, len(images))
    whole = Image.new("RGB", (across * width + GAP, -(-len(images) // across) * height + GAP), "#8a8a8a")
    for place, image in enumerate(images):
        whole.paste(image, (GAP + place % across * width, GAP + place // across * height))
    return whole.quantize(16)


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name, letter in letters().items():
        with tempfile.TemporaryDirectory() as scratch:
            file = Path(scratch) / "letter.pdf"
            file.write_bytes(render(letter))
            subprocess.run(["pdftoppm", "-r", str(DPI), "-png", file, Path(scratch) / "page"], check=True)
            sheet(sorted(Path(scratch).glob("page*.png"))).save(folder / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()

"""The page about the mails names every kind, with what is true of it and a picture."""

import re
from pathlib import Path

import pytest

from letters.models import Notice

DOCS = Path(__file__).resolve().parents[2] / "docs"
ROW = re.compile(r"^\| \[(.+)\]\((.+)\) \| .+ \| .+ \| (yes|no) \|$", re.MULTILINE)
ROWS = {
    Path(picture).stem: (name, muted) for name, picture, muted in ROW.findall((DOCS / "mails.md").read_text(encoding="utf-8"))
}


def test_each_kind_has_its_row():
    assert set(ROWS) == set(Notice.Kind)


@pytest.mark.parametrize("kind", Notice.Kind, ids=str)
def test_a_row_is_true_and_has_its_picture(kind):
    assert ROWS[kind] == (kind.label, "yes" if kind in Notice.MUTABLE else "no")
    assert (DOCS / "pictures" / "mails" / f"{kind}.png").exists()

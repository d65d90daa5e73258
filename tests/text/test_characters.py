"""What nobody sees does not get into a letter; what the letter's font lacks and means the same is written plainly."""

import pytest

from letters.text.characters import TextError, clean_line, clean_text
from letters.text.html import canonical

UNSEEN = [0x061C, 0x180E, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x202E, 0x2060, 0x2062, 0x2066, 0x206F, 0xFEFF, 0xFFF9, 0xE0041]


@pytest.mark.parametrize("code", UNSEEN, ids=hex)
def test_an_unseen_character_is_refused_by_its_code_point(code):
    for read in (canonical, lambda text: clean_line(text, field="Title", max_length=99)):
        with pytest.raises(TextError, match=f"U\\+{code:04X}"):
            read(f"the mi{chr(code)}lls")


def test_hyphens_of_word_are_written_plainly():
    assert canonical("<p>a well\u2011known\u00ad fact</p>") == "<p>a well-known fact</p>"
    assert clean_line("Sandoval\u2011We\u00adiss", field="Name", max_length=99) == "Sandoval-Weiss"
    assert clean_text("a\u2011b\nc", field="Reason", max_length=99) == "a-b\nc"

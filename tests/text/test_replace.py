"""Words replaced where they stand: marks and notes stay, and no other place is touched."""

import pytest

from letters.text.characters import TextError
from letters.text.html import canonical
from letters.text.replace import count, replaced

NOTE = '<span class="fn">See <em>Mills</em> 12.</span>'
TEXT = {
    "date_line": "June 3, 2026",
    "addressees": "The Honorable Ada Byron\nSecretary",
    "subject": "",
    "salutation": "Dear Secretary Byron:",
    "closing": "Sincerely,",
    "cc": "",
    "enclosures": "",
}


def text(body):
    return {**TEXT, "body": canonical(body)}


@pytest.mark.parametrize(
    ("body", "old", "new", "after"),
    [
        ("<p>We ask for mills.</p>", "mills", "windmills", "<p>We ask for windmills.</p>"),
        ("<p>We ask for mills now.</p>", "for mills", "", "<p>We ask now.</p>"),
        ("<p>We ask, for mills.</p>", "for mills", "", "<p>We ask,.</p>"),
        ("<p>We <strong>ask for</strong> mills.</p>", "ask", "plead", "<p>We <strong>plead for</strong> mills.</p>"),
        ("<p>We <em>ask</em> for mills.</p>", "ask for", "want", "<p>We <em>want</em> mills.</p>"),
        (f"<p>We ask{NOTE} for mills.</p>", "ask for", "want", f"<p>We want{NOTE} mills.</p>"),
        (f"<p>We ask.{NOTE}</p>", "See Mills", "Cf. Mills", '<p>We ask.<span class="fn">Cf. Mills 12.</span></p>'),
        ("<ul><li>one mill</li><li>two towns</li></ul>", "two  towns", "a city", "<ul><li>one mill</li><li>a city</li></ul>"),
        (
            "<p>Look <a href='https://x.example/'>here</a>.</p>",
            "here",
            "there",
            '<p>Look <a href="https://x.example/">there</a>.</p>',
        ),
        ("<p>one<br>two</p>", "one two", "three", "<p>three</p>"),
        ("<p>a &lt;b&gt; c</p>", "<b>", "<i>", "<p>a &lt;i&gt; c</p>"),
    ],
)
def test_the_words_are_replaced_in_their_place(body, old, new, after):
    assert replaced(text(body), old, new) == text(after)


def test_every_part_of_the_letter_can_be_meant():
    assert replaced(text("<p>We ask.</p>"), "Ada Byron Secretary", "Ada Lovelace") == {
        **text("<p>We ask.</p>"),
        "addressees": "The Honorable Ada Lovelace",
    }
    assert replaced(text("<p>We ask.</p>"), "Sincerely,", "Regards,")["closing"] == "Regards,"


@pytest.mark.parametrize(
    ("old", "said"), [("ask", "stands 2 times"), ("beg", "is not in the text any more"), (" ", "Say which words")]
)
def test_words_without_one_place_are_refused(old, said):
    with pytest.raises(TextError, match=said):
        replaced(text("<p>We ask and ask.</p>"), old, "x")


def test_words_within_longer_words_are_not_meant():
    assert count(text("<p>Millstone, mill, mill.</p>"), "mill") == 2


TWO = "The Honorable Ada Byron\nChair\nMill Board\n\nThe Honorable Bo Reed\nDirector"


@pytest.mark.parametrize(
    ("old", "after"),
    [
        ("Chair", "The Honorable Ada Byron\nMill Board\n\nThe Honorable Bo Reed\nDirector"),
        ("Byron Chair", "The Honorable Ada\nMill Board\n\nThe Honorable Bo Reed\nDirector"),
        ("Mill Board", "The Honorable Ada Byron\nChair\n\nThe Honorable Bo Reed\nDirector"),
        ("The Honorable Ada Byron Chair Mill Board", "The Honorable Bo Reed\nDirector"),
        ("The Honorable Bo Reed Director", "The Honorable Ada Byron\nChair\nMill Board"),
    ],
)
def test_a_line_that_is_struck_leaves_no_blank_that_would_part_an_address(old, after):
    addressed = {**text("<p>We ask.</p>"), "addressees": TWO}
    assert replaced(addressed, old, "") == {**addressed, "addressees": after}


def test_no_words_reach_from_one_addressee_into_the_next():
    with pytest.raises(TextError, match="not in the text"):
        replaced({**text("<p>We ask.</p>"), "addressees": TWO}, "Mill Board The Honorable Bo Reed", "Dr. Reed")

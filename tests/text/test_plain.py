import random
import re
import time
from contextlib import suppress

import pytest

from letters.text.characters import TextError
from letters.text.extracted.reader import read_txt
from letters.text.html import canonical, footnotes

from . import extracted


def called(body):
    """(word before the call, first word of the note) of each footnote."""
    return re.findall(r"(\S+)<span class=\"fn\">([^\s<]+)", body)


def said(imported, *words):
    return [doubt for doubt in imported.doubts if all(word in doubt for word in words)]


def test_a_letter_over_three_pages_is_rebuilt():
    imported = read_txt(extracted.PAGED)
    text = imported.text
    assert text.date_line == "March 3, 2026"
    assert text.addressees == "The Honorable Jane Q. Example\nAdministrator\nOffice of River Crossings\nWashington, DC 20500"
    assert (text.salutation, text.closing) == ("Dear Administrator Example,", "Respectfully,")
    assert re.findall("<(p|ol|li)>", text.body) == ["p", "p", "ol", "li", "li", "li", "p", "p"]
    assert called(text.body) == [("region.", "River"), ("banks.", "See"), ("one.", "Title"), ("it.", "Id.")]
    assert "We are troubled that the plan has been put off" in text.body
    assert "In 2024 5 percent of all sailings were cancelled, at a cost of $3 billion" in text.body
    assert imported.signers == [
        ("Ada Lovelock", "Member of Congress"),
        ("Ben Ortiz-Núñez", "United States Senator"),
        ("Carla M. Dove, Jr.", "Member of Congress"),
    ]


def test_notes_over_page_breaks_are_joined_and_said():
    imported = read_txt(extracted.PAGED)
    notes = footnotes(imported.text.body)
    assert notes[0].endswith("https://rivers.example.gov/counts/2025/annual-count-of-passengers.pdf.")
    assert "how the survey was checked against the books" in notes[1]
    assert notes[2].endswith("without notice in the Federal Register. See also the letter of May 2, 2025.")
    assert said(imported, "Footnote 2 goes on after a break")
    assert said(imported, "Footnote 3 goes on after a break")
    assert said(imported, "annual-count-of-passengers.pdf", "joined over a line break")


def test_running_heads_and_letterhead_are_left_out_and_said():
    imported = read_txt(extracted.PAGED)
    assert said(imported, "running heads", "“The Honorable Jane Q. Example”", "“Page 2”", "“Page 3”")
    assert said(imported, "“Congress of the United States / Washington, DC 20515” was taken as letterhead")


def test_what_ends_several_pages_is_no_running_foot_when_it_is_a_note_or_a_title():
    imported = read_txt(extracted.SAME_ENDS)
    assert footnotes(imported.text.body) == ["Minutes of the Board, page 7.", "Id. at 9.", "Minutes of May.", "Id. at 14."]
    assert [title for _, title in imported.signers] == ["Member of Congress"] * 6
    assert not said(imported, "running heads")


def test_addresses_and_paragraphs_without_blanks_are_parted():
    imported = read_txt(extracted.TIGHT)
    assert [block.split("\n")[0] for block in imported.text.addressees.split("\n\n")] == [
        "The Honorable Sam Reed",
        "The Honorable Lee Park",
    ]
    assert imported.text.salutation == "Dear Chairman Reed and Ranking Member Park:"
    assert imported.text.subject == "Funding for small harbours"
    assert imported.text.body == (
        "<p>We write in support of small harbours. They shelter boats and feed towns.</p>"
        "<p>They also need inter-agency help, and we therefore ask you to fund them.</p>"
    )
    assert imported.signers == [
        ("Jane Doe", "Member of Congress"),
        ("John Q. Public, Jr.", "Member of Congress"),
        ("Mary Roe", "United States Senator"),
    ]
    assert said(imported, "inter-agency", "hyphen")
    assert imported.text.cc == "The Honorable Nobody\nThe Clerk"


def test_pages_that_show_only_as_a_space_are_joined():
    imported = read_txt(extracted.SPACED_PAGES)
    assert called(imported.text.body) == [("them.", "Bureau"), ("sound", "Id."), ("Risk.”", "Bureau"), ("answer.", "Letter")]
    assert "Of 600 bridges, 3 are sound" in imported.text.body
    assert "Yet the bureau has done nothing since. The governors of 11 States" in imported.text.body
    assert imported.text.body.endswith(
        "<ul><li>Count them again.</li><li>Mend the worst:<ul><li>first those over water;</li><li>then the rest.</li></ul></li>"
        "<li>Tell us.</li></ul>"
    )
    assert said(imported, "3 are sound 2 and", "the 2 was taken as the call of footnote 2")
    assert said(imported, "bridges_at_risk.html", "joined over a line break")


def test_what_is_missing_is_said_and_the_rest_is_given():
    imported = read_txt(extracted.UNDATED)
    assert imported.text.body == "<p>We ask for boats.</p>"
    assert imported.signers == [("Kay Bee", "United States Senator")]
    assert (imported.text.date_line, imported.text.closing) == ("", "")
    assert said(imported, "No date line")
    assert said(imported, "No closing")
    loose = read_txt("Some words of a letter to nobody.\n\nAnd some more of them.\n")
    assert loose.text.body == "<p>Some words of a letter to nobody.</p><p>And some more of them.</p>"
    for missing in ("No salutation", "No addressee", "No closing", "No signers", "No date line"):
        assert said(loose, missing)


def test_endnotes_in_brackets_and_digits_that_are_no_calls():
    imported = read_txt(extracted.ENDNOTES)
    assert imported.text.body == (
        '<p>Lights<span class="fn">First.</span> and more lights.<span class="fn">Second, on two lines.</span> '
        "In 2023,3 we said so; H.R.4 says more. See H.R. 5.5</p><ol><li>A list item</li><li>Another item</li></ol>"
    )
    assert imported.signers == [("A. Dee", "Member of Congress")]


def test_paragraphs_without_blanks_end_at_short_lines():
    imported = read_txt(extracted.NO_BLANKS)
    assert imported.text.body.count("<p>") == 3
    assert footnotes(imported.text.body) == ["Northern Road Committee, Minutes (2025)."]
    assert said(imported, "We ask you to light", "the line above it is short")


def letter(body, after="Sincerely,\n\nA. Dee\nMember of Congress\n"):
    return f"May 1, 2026\n\nThe Honorable Lee Park\nWashington, DC 20001\n\nDear Secretary Park:\n\n{body}\n\n{after}"


def test_notes_and_calls_without_each_other_are_said():
    imported = read_txt(letter("Lights.1 More lights.\n\n1 First note.\n2 Second note."))
    assert footnotes(imported.text.body) == ["First note."]
    assert said(imported, "No call was found for note 2", "“Second note.”")
    imported = read_txt(letter("Lights.1 More lights.2 Enough."))
    assert said(imported, "the 1 looks like a call, but no note 1")
    assert said(imported, "the 2 looks like a call, but no note 2")


@pytest.mark.parametrize(
    ("sentence", "calls"),
    [
        ("We saw 1 percent of it, and more.1 So it is.", ["more."]),
        ("In Section 1 of the law, and in May 1 of that year, it “stands.”1 So it is.", ["“stands.”"]),
        ("It cost $1 billion or 1.5 million a year1 and more.", ["year"]),
        ("It was said in 2024.1 Then no more.", ["2024."]),
        ("It was said¹ and no more of 1 thing.", ["said"]),
        ("It was said [1] and no more.", ["said"]),
        ("The end of it all. 1", ["all."]),
        ("It is so (and more)1; that is all.", ["(and more)"]),
    ],
)
def test_digits_are_told_from_calls(sentence, calls):
    imported = read_txt(letter(f"{sentence}\n\n1 The note."))
    assert re.findall(r"([^\s(]+|\(and more\))<span class=\"fn\">The note\.</span>", imported.text.body) == calls


COLUMNS = """Sincerely,

Ada Dee               Ben Eff
Member of Congress    U.S. Senator
Cyd Gee               Dan Haw
Member of Congress    Member of Congress
"""
TEXT_IN_COLUMNS = """We ask for one thing     and for another here
which is long            and which is short too
and so on                and so forth.
"""


def test_two_columns_are_read_in_rows_and_said():
    assert [name for name, _ in read_txt(letter("We ask.", COLUMNS)).signers] == ["Ada Dee", "Ben Eff", "Cyd Gee", "Dan Haw"]
    glued = read_txt(letter("We ask.", "Sincerely,\n\nAda Dee Ben Eff\nMember of Congress Member of Congress\n"))
    assert said(glued, "two columns ran together")
    assert said(read_txt(letter(TEXT_IN_COLUMNS)), "two columns")


def test_a_long_salutation_may_take_two_lines():
    long = "Dear Secretary Park, Secretary Reed, Attorney General Roe, and\nAdministrator Vale:"
    imported = read_txt(letter("We ask.").replace("Dear Secretary Park:", long))
    assert imported.text.salutation == long.replace("\n", " ")
    assert imported.text.body == "<p>We ask.</p>"


def test_joined_letters_and_invisible_ones_are_mended_and_said():
    imported = read_txt(letter("The o\ufb03ce will \u200bfind it."))
    assert imported.text.body == "<p>The office will find it.</p>"
    assert said(imported, "Joined letters")
    assert said(imported, "Invisible characters")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is empty"),
        (b" \n\f\n", "is empty"),
        ("Dear é".encode("latin-1"), "not UTF-8 text \\(byte 6"),
        ("Dear".encode("utf-16"), "not UTF-8"),
        (b"%PDF-1.7", "is a PDF or Word"),
        (b"PK\x03\x04", "is a PDF or Word"),
        (b"a" * 200_001, "200,001 characters long; the limit is 200,000"),
        (b"Dear\x00 Sir", r"U\+0000"),
        ("Dear \u202eSir".encode(), r"U\+202E"),
    ],
)
def test_bad_files_get_a_sentence(data, sentence):
    with pytest.raises(TextError, match=sentence):
        read_txt(data)


def test_line_ends_and_byte_order_mark_make_no_difference():
    text = letter("We ask for lights,\nand for lamps.")
    plain = read_txt(text)
    assert read_txt(("\ufeff" + text.replace("\n", "\r\n")).encode()) == plain
    assert read_txt(text.replace("\n", "\r").encode()) == plain


HOSTILE = {
    "parentheses": "(" * 190_000,
    "brackets": "<" * 40_000,
    "ones": "1 " * 95_000,
    "calls": letter("word.1 " * 25_000 + "\n\n1 Note."),
    "notes": letter("\n\n".join(f"Word.{n}\n\n{n} Note." for n in range(1, 900))),
    "first notes": letter("Word.1\n\n" + "1 Note.\n\n" * 20_000),
    "lines": "a\n" * 95_000,
    "pages": "1\n\f" * 60_000,
    "addresses": letter("https://a.example/-\n" * 9_000),
    "hyphens": letter("a-\n" * 60_000),
    "spaces": letter("x" + " " * 190_000 + "x"),
    "spaces in lines": letter(("x" + " " * 1000 + "\n") * 180),
    "dear": "Dear " * 39_000 + ":",
    "dear lines": "Dear " + "x" * 60 + "\n",
    "closings": letter("Sincerely,\n\n" * 15_000),
    "signers": letter("We ask.", "Sincerely,\n\n" + "A Bee   C Dee\n" * 13_000),
    "names": letter("We ask.", "Sincerely,\n\n" + "A " * 90_000),
    "commas": letter("We ask.", "Sincerely,\n\n" + "A Bee, " * 25_000),
    "titles": letter("We ask.", "Sincerely,\n\nA Bee\n" + "Senator\n" * 20_000),
    "bullets": letter("• a\n" * 45_000),
    "digits": "1" * 190_000,
    "small digits": letter("¹" * 190_000),
    "quotes": letter("”" * 190_000 + "1"),
    "dots": letter("." * 190_000),
    "page words": "Page 1 of 1\n" * 15_000,
    "above": "The Honorable X\n" * 12_000 + "\nDear X:\n",
    "copies": letter("We ask.", "Sincerely,\n\nA Dee\nSenator\n\n" + "cc: A\n\nEnclosure\n\n" * 7_000),
    "copy": letter("We ask.", "Sincerely,\n\ncc:" + " " * 190_000 + "x"),
    "subjects": "Re: it\n" * 25_000 + "\nDear X:\n" + "Re: it\n\n" * 5_000,
    "symbols": "a\uf0b7" * 90_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_ends_soon(name):
    start = time.process_time()
    try:
        imported = read_txt(HOSTILE[name])
    except TextError:
        imported = None
    assert time.process_time() - start < 4
    assert imported is None or len(imported.doubts) <= 201


LINES = """
\f
May 1, 2026
Dear X:
Sincerely,
1
2
1 A note.
2 Other
3 See it
1. One
2. Two
[1] A
¹ A
• a
o b
- c
– d
lower case
Upper case.
Word.1 More.
word 2 and
it.[1]
it¹
over-
https://a.example/-
b/c.html
Page 2
The Honorable A Bee
Reno, NV 89501
A Bee   C Dee
Member of Congress
A Bee, Senator
Re: it
cc: B
____
 one space
      indented
\uf0b7
\uf0b7 x
Via email
(1) a
\u2003
—

""".split("\n")


def test_a_list_that_goes_on_keeps_its_numbers():
    imported = read_txt(letter("We ask:\n\n1. One\n2. Two\n\nAnd then:\n\n3. Three\n4. Four\n\n7. Seven"))
    assert imported.text.body == (
        "<p>We ask:</p><ol><li>One</li><li>Two</li></ol><p>And then:</p><p>3. Three</p><p>4. Four</p><p>7. Seven</p>"
    )
    imported = read_txt(letter("We ask:\n\n1. One\n2. Two\n\nAnd then:\n\n3. Three\n4. Four"))
    assert imported.text.body.endswith('<p>And then:</p><ol start="3"><li>Three</li><li>Four</li></ol>')


def test_no_order_of_lines_is_a_surprise():
    chance = random.Random(3)
    for _ in range(3000):
        text = "\n".join(chance.choices(LINES, k=chance.randint(1, 25)))
        with suppress(TextError):
            imported = read_txt(text)
            assert canonical(imported.text.body) == imported.text.body

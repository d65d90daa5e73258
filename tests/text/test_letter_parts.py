"""The rare parts of a letter: what stands at its edges is kept in a field of its own, or said."""

import random
import re

import pytest

from letters.text.extracted.reader import read_txt
from letters.text.word.reader import read_docx

from .docx import docx, paragraph, table

SIGNERS = [("Ada Lovelock", "Member of Congress")]


def from_word(above=(), inside=(), below=()):
    blocks = ("March 3, 2026", *above, "The Honorable Sam Reed\nSecretary\nWashington, DC 20001", "Dear Secretary Reed:", *inside)
    return read_docx(docx(*map(paragraph, (*blocks, "We ask.", "Sincerely,", "Ada Lovelock\nMember of Congress", *below))))


def from_text(above=(), inside=(), below=()):
    blocks = ("March 3, 2026", *above, "The Honorable Sam Reed\nSecretary\nWashington, DC 20001", "Dear Secretary Reed:", *inside)
    return read_txt("\n\n".join((*blocks, "We ask.", "Sincerely,", "Ada Lovelock\nMember of Congress", *below)))


READERS = pytest.mark.parametrize("read", [from_word, from_text])


@READERS
@pytest.mark.parametrize("head", ["Re: ", "RE: ", "Subject: ", "SUBJECT: ", "In re: ", "Re : ", "Regarding: "])
def test_the_subject_is_taken_above_and_below_the_salutation(read, head):
    for place in ("above", "inside"):
        imported = read(**{place: [f"{head}Docket No. 7, Small Harbours"]})
        assert imported.text.subject == "Docket No. 7, Small Harbours"
        assert (imported.text.body, imported.text.addressees[:23]) == ("<p>We ask.</p>", "The Honorable Sam Reed\n")
        assert imported.doubts == []


@READERS
def test_two_subjects_become_one_and_are_said(read):
    imported = read(above=["Re: Harbours"], inside=["Re: Boats"])
    assert imported.text.subject == "Harbours; Boats"
    assert imported.doubts == ["The letter has 2 lines with “Re:”; they were put into one subject."]


@READERS
def test_a_subject_over_two_lines_is_one_line(read):
    assert read(above=["Re: Docket No. 7,\nSmall Harbours"]).text.subject == "Docket No. 7, Small Harbours"


def test_a_short_subject_right_below_the_salutation_is_parted_from_the_text():
    imported = read_txt(
        "Dear Secretary Reed:\nRe: Small harbours\nWe ask for boats.\n\nSincerely,\nAda Lovelock\nMember of Congress"
    )
    assert (imported.text.subject, imported.text.body) == ("Small harbours", "<p>We ask for boats.</p>")


def test_an_address_right_below_the_subject_is_no_part_of_it():
    imported = read_txt(
        "May 1, 2026\nRe: Boats\nThe Honorable Sam Reed\nSecretary\n\nDear Secretary Reed:\n\nWe ask.\n\nSincerely,"
    )
    assert imported.text.subject == "Boats"
    assert imported.text.addressees == "The Honorable Sam Reed\nSecretary"


@READERS
def test_a_sentence_that_begins_with_the_word_is_text(read):
    assert read(inside=["Re-opening the harbour helps."]).text.body == "<p>Re-opening the harbour helps.</p><p>We ask.</p>"
    long = "Re: " + "word " * 70
    assert read(inside=[long]).text.body.startswith("<p>Re: word")


@READERS
@pytest.mark.parametrize(
    ("below", "cc", "enclosures"),
    [
        (["cc: The Clerk"], "The Clerk", ""),
        (["cc The Clerk"], "The Clerk", ""),
        (["CC:\nThe Clerk\nThe Parliamentarian"], "The Clerk\nThe Parliamentarian", ""),
        (["cc:", "The Clerk", "The Honorable Lee Park, Chair"], "The Clerk\nThe Honorable Lee Park, Chair", ""),
        (["Copy to: The Clerk"], "The Clerk", ""),
        (["cc: The Clerk\ncc: Lee Park, Director"], "The Clerk\nLee Park, Director", ""),
        (["Enclosures: Map of harbours\nList of boats"], "", "Map of harbours\nList of boats"),
        (["Enclosures\nMap of harbours\nList of boats"], "", "Map of harbours\nList of boats"),
        (["Enclosures (2)"], "", "(2)"),
        (["Encl.: Map"], "", "Map"),
        (["Encl. Map"], "", "Map"),
        (["Attachment: Map"], "", "Map"),
        (["Attachment 1: Map\nAttachment 2: List"], "", "Attachment 1: Map\nAttachment 2: List"),
        (["Enclosure: Map", "cc: The Clerk"], "The Clerk", "Map"),
        (["cc: The Clerk", "Enclosure: Map"], "The Clerk", "Map"),
    ],
)
def test_copies_and_enclosures_are_taken_from_below_the_signers(read, below, cc, enclosures):
    imported = read(below=below)
    assert (imported.text.cc, imported.text.enclosures) == (cc, enclosures)
    assert (imported.signers, imported.doubts) == (SIGNERS, [])


@READERS
def test_an_enclosure_that_nobody_names_is_kept_and_said(read):
    imported = read(below=["Enclosure"])
    assert imported.text.enclosures == "Enclosure"
    assert imported.doubts == ["The letter says “Enclosure” and not what is enclosed. Say it, or take it out."]


@READERS
def test_signers_after_the_copies_are_signers(read):
    imported = read(below=["Enclosure: Map", "Ben Ortiz\nUnited States Senator", "Cy Dove\nMember of Congress"])
    assert imported.text.enclosures == "Map"
    assert [name for name, _ in imported.signers] == ["Ada Lovelock", "Ben Ortiz", "Cy Dove"]


def test_copies_in_a_table_are_taken():
    imported = read_docx(
        docx(paragraph("Dear X:"), paragraph("We ask."), paragraph("Sincerely,"), table(["cc:", "The Clerk\nLee Park"]))
    )
    assert imported.text.cc == "The Clerk\nLee Park"


@READERS
@pytest.mark.parametrize(
    "stray",
    ["P.S. Do write back.", "bcc: Somebody Else", "1234567", "Cosigners: many", "It is a long sentence that nobody signs with."],
)
def test_what_is_none_of_them_is_said(read, stray):
    imported = read(below=[stray])
    assert any(stray in doubt for doubt in imported.doubts)
    assert stray.split(":")[-1].strip() not in imported.text.cc + imported.text.enclosures


EDGES = [
    *("Ada Lovelock", "Member of Congress", "cc: w{}", "Enclosure: w{}", "Enclosure", "w{}", "P.S. w{}", "bcc: w{}", "W{} Doe"),
    *(
        "The Honorable W{} Doe",
        "Re: w{}",
        "Copy to: w{}",
        "w{}, Director",
        "Attachment {}: w{}",
        "Signatures: w{}",
        "w{}    w{}",
        "",
    ),
]


def test_no_word_at_the_edges_vanishes():
    chance = random.Random(5)
    for _ in range(400):
        lines = [chance.choice(EDGES).replace("{}", str(n)) for n in range(chance.randint(1, 9))]
        imported = read_txt("Dear Secretary Reed:\n\nWe ask.\n\nSincerely,\n\n" + "\n".join(lines))
        kept = "\n".join([*vars(imported.text).values(), *map(str, imported.signers), *imported.doubts])
        assert [word for word in re.findall(r"\bw\d+", "\n".join(lines), re.I) if not re.search(rf"{word}\b", kept)] == []

"""Letters out of mails: pasted as plain text, and as the mail program shows them."""

import re
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from letters.text import TextError
from letters.text.extracted.reader import read_txt
from letters.text.html import canonical
from letters.text.pasted.reader import read_paste

from . import extracted

LETTER = """\
March 3, 2026

The Honorable Sam Reed
Secretary
Department of Boats
Washington, DC 20001

Dear Secretary Reed:

Ferries carry four million people a year across the two rivers of our
region, and nobody has counted them since the towns were asked to pay for
the count themselves.

We ask that you count them again, and that you tell the towns on both
banks what you find.

Sincerely,

Ada Lovelock
Member of Congress
"""
BODY = (
    "<p>Ferries carry four million people a year across the two rivers of our region, and nobody has counted them since the "
    "towns were asked to pay for the count themselves.</p><p>We ask that you count them again, and that you tell the towns on "
    "both banks what you find.</p>"
)


def said(imported, *words):
    return [doubt for doubt in imported.doubts if all(word in doubt for word in words)]


def assert_is_the_letter(imported):
    text = imported.text
    assert (text.date_line, text.salutation, text.closing) == ("March 3, 2026", "Dear Secretary Reed:", "Sincerely,")
    assert text.addressees == "The Honorable Sam Reed\nSecretary\nDepartment of Boats\nWashington, DC 20001"
    assert text.body == BODY
    assert imported.signers == [("Ada Lovelock", "Member of Congress")]


def quoted(text, mark="> "):
    return "\n".join((mark + line).rstrip() for line in text.split("\n"))


OUTLOOK = "From: Doe, Jane <jane@house.example>\nSent: Monday, March 2, 2026 9:15 AM\nTo: Roe, Mary\nSubject: FW: Boats letter\n"
HEADERS = {
    "Outlook": ("-----Original Message-----\n" + OUTLOOK + "\n", ""),
    "Outlook's rule": ("________________________________\n" + OUTLOOK + "\n", ""),
    "no rule": (OUTLOOK + "\n", ""),
    "many in To": (OUTLOOK.replace("Roe, Mary", "Roe, Mary;\n Poe, Ann;\n Moe, Lee") + "\n", ""),
    "Gmail's forward": (
        "---------- Forwarded message ---------\nFrom: Jane Doe <jane@house.example>\nDate: Mon, Mar 2, 2026 at 9:15 AM\n"
        "Subject: Boats letter\nTo: Mary Roe <mary@house.example>\n\n\n",
        "",
    ),
    "Apple's forward": (
        "Begin forwarded message:\n\nFrom: Jane Doe <jane@house.example>\nSubject: Boats letter\nDate: March 2, 2026\n\n",
        "",
    ),
    "starred": ("*From:* Jane Doe <jane@house.example>\n*Sent:* Monday\n*To:* Mary Roe\n*Subject:* Boats\n\n", ""),
    "wrote": ("On Mon, Mar 2, 2026 at 9:15 AM Jane Doe <jane@house.example> wrote:\n\n", "> "),
    "wrote on two lines": ("On Mon, Mar 2, 2026 at 9:15 AM Jane Doe\n<jane@house.example> wrote:\n\n", "> "),
    "quoted": ("", "> "),
    "quoted twice": ("", "> > "),
    "quoted close": ("", ">>"),
    "quoted at every depth": ("On Monday, Jane Doe wrote:\n", "> > > "),
}


@pytest.mark.parametrize("kind", HEADERS)
def test_a_letter_is_taken_out_of_a_mail(kind):
    head, mark = HEADERS[kind]
    letter = quoted(LETTER, mark) if mark else LETTER
    for above in ("", "Mary, here is the letter. Will your boss join?\nJane\n\n"):
        imported = read_paste(above + head + letter)
        assert_is_the_letter(imported)
        assert bool(said(imported, "Mail headers were left out")) == bool(head)
        if above:
            assert said(imported, "left out", "Mary, here is the letter. Will your boss join? Jane")


def test_older_mails_below_the_letter_are_left_out_and_said():
    imported = read_paste(f"{LETTER}\n-----Original Message-----\n{OUTLOOK}\nCould you send me the letter?\nThanks,\nMary\n")
    assert_is_the_letter(imported)
    assert said(imported, "Another message in the mail was left out", "Could you send me the letter? Thanks, Mary")
    assert said(imported, "Mail headers were left out", "Sent: Monday, March 2, 2026")


def test_the_mails_signature_is_left_out_and_said():
    imported = read_paste(f"{LETTER}\n-- \nJane Doe | Legislative Assistant\nOffice of Somebody\n")
    assert_is_the_letter(imported)
    assert said(imported, "The mail's signature was left out", "Jane Doe | Legislative Assistant Office of Somebody")


def test_remarks_between_quoted_lines_are_left_out_and_said():
    imported = read_paste(quoted(LETTER).replace("> We ask", "[JD] is this right?\n> We ask"))
    assert_is_the_letter(imported)
    assert said(imported, "not quoted as the letter is", "[JD] is this right?")


def test_quoted_lines_in_a_letter_are_text_and_said():
    imported = read_paste(LETTER.replace("We ask", "> As you said, boats float.\n\nWe ask"))
    assert "<p>As you said, boats float.</p><p>We ask" in imported.text.body
    assert said(imported, "“>”", "As you said, boats float.")


def test_flowed_lines_are_joined():
    letter = LETTER.replace("of our\n", "of our \n").replace("to pay for\n", "to pay for \n").replace("on both\n", "on both \n")
    assert_is_the_letter(read_paste(letter))
    tight = letter.replace("themselves.\n\nWe", "themselves.\nWe")
    assert_is_the_letter(read_paste(tight))


def test_lines_that_no_program_broke_are_paragraphs():
    lines = (
        LETTER.replace("of our\n", "of our ").replace("to pay for\n", "to pay for ").replace("on both\n", "on both ").split("\n")
    )
    assert_is_the_letter(read_paste("\n".join(lines)))
    assert_is_the_letter(read_paste("\n".join(line for line in lines if line)))
    assert_is_the_letter(read_paste("\r\n".join(line for line in lines if line)))
    assert_is_the_letter(
        read_paste("\n".join(line + " " * (line.endswith(".") or line == "Secretary") for line in lines if line))
    )


def test_stars_are_kept_and_said():
    imported = read_paste(LETTER.replace("count them again", "*count* them _now_"))
    assert "*count* them _now_" in imported.text.body
    assert said(imported, "“*count*” may stand for bold")
    assert said(imported, "“_now_” may stand for bold")
    assert not said(read_paste(LETTER.replace("count them", "see a_file_name and 2 * 3 * 4")), "may stand")


def test_hard_spaces_and_tabs_are_spaces():
    assert_is_the_letter(read_paste(LETTER.replace("four million", "four\u00a0million").replace(" people", "\tpeople")))


@pytest.mark.parametrize("name", ["PAGED", "TIGHT", "SPACED_PAGES", "UNDATED", "ENDNOTES", "NO_BLANKS"])
def test_text_from_a_pdf_is_read_as_from_a_file(name):
    assert read_paste(getattr(extracted, name)) == read_txt(getattr(extracted, name))


def test_a_memos_lines_are_no_mail_headers():
    memo = "TO: Members\nFROM: The Chair\n" + LETTER
    assert not said(read_paste(memo), "Mail headers")


OUTLOOK_HTML = """<html><body lang="EN-US"><div class="WordSection1"><p class="MsoNormal">Here it is.<o:p></o:p></p>
<div><div
style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in"><p class="MsoNormal"><b>From:</b> Doe, Jane
&lt;jane@house.example&gt;<br><b>Sent:</b> Monday, March 2, 2026 9:15 AM<br><b>To:</b> Roe, Mary<br>
<b>Subject:</b> FW: Boats<o:p></o:p></p>
</div></div>{}</div></body></html>"""
GMAIL_HTML = """<div dir="ltr">Here it is.<br><br><div class="gmail_quote">
<div dir="ltr" class="gmail_attr">On Mon, Mar 2, 2026 at 9:15 AM Jane
Doe &lt;<a href="mailto:jane@house.example">jane@house.example</a>&gt; wrote:<br></div><blockquote class="gmail_quote"
style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex">{}</blockquote></div></div>"""
APPLE_HTML = """<html><head></head><body>Here it is.<br><div><br><blockquote type="cite"><div>On Mar 2, 2026, at 9:15 AM, Jane Doe
&lt;jane@house.example&gt; wrote:</div><br class="Apple-interchange-newline"><div>{}</div></blockquote></div></body></html>"""


def as_divs(text):
    """A line each in its div, as mail editors write it, with whole paragraphs."""
    paragraphs = text.replace("of our\n", "of our ").replace("to pay for\n", "to pay for ").replace("on both\n", "on both ")
    return "".join(f"<div>{line or '<br>'}</div>" for line in paragraphs.split("\n"))


@pytest.mark.parametrize("mail", [OUTLOOK_HTML, GMAIL_HTML, APPLE_HTML], ids=["Outlook", "Gmail", "Apple"])
@pytest.mark.parametrize("shape", ["divs", "breaks"])
def test_a_letter_is_taken_out_of_a_formatted_mail(mail, shape):
    inner = as_divs(LETTER)
    if shape == "breaks":
        inner = inner.replace("<div><br></div>", "<br>").replace("<div>", "").replace("</div>", "<br>")
    imported = read_paste("", mail.format(inner))
    assert_is_the_letter(imported)
    assert said(imported, "Another message in the mail was left out", "Here it is.")
    assert said(imported, "Mail headers were left out", "Jane")


def test_a_mail_shown_line_by_line_is_read_from_its_plain_text():
    for shown in (
        "<br>".join(LETTER.split("\n")),
        "".join(f"<p class=MsoPlainText>{line or '&nbsp;'}</p>" for line in LETTER.split("\n")),
    ):
        assert_is_the_letter(read_paste(LETTER, f"<html><body><div>{shown}</div></body></html>"))
    assert_is_the_letter(read_paste(LETTER, f'<pre class="moz-quote-pre" wrap="">{LETTER}</pre>'))


@pytest.mark.parametrize("text", ["", " \n", "\u00a0"])
def test_nothing_pasted_is_said(text):
    with pytest.raises(TextError, match="Copy the whole letter"):
        read_paste(text)


def test_headers_alone_are_no_letter():
    with pytest.raises(TextError, match="only a mail's headers"):
        read_paste(OUTLOOK)


LINES = [
    *(
        "Dear X:",
        "Sincerely,",
        "-- ",
        "--",
        "-----Original Message-----",
        "On Monday Jane wrote:",
        "From: a@b.c",
        "Sent: now",
        "To: b",
    ),
    *(
        "Subject: it",
        "word{} ",
        "word{}",
        "> word{}",
        "> > word{}",
        ">",
        "",
        "",
        "*word{}*",
        "A Bee",
        "Member of Congress",
        "cc: word{}",
    ),
    *(
        "Re: word{}",
        "1. word{}",
        "• word{}",
        "A long line with word{} that goes on well beyond what is short, and so on ",
        "____________",
    ),
]


@given(st.lists(st.sampled_from(LINES), min_size=1, max_size=25))
@settings(max_examples=300)
def test_no_word_of_a_mail_vanishes(lines):
    lines = [line.replace("{}", f"{number}x") for number, line in enumerate(lines)]
    pasted = "\n".join(lines)
    with suppress(TextError):  # where nothing but headers was pasted, it is refused and stays as it was typed
        imported = read_paste(pasted)
        assert canonical(imported.text.body) == imported.text.body
        kept = "\n".join([*vars(imported.text).values(), *map(str, imported.signers), *imported.doubts])
        assert [word for word in re.findall(r"word\d+x", pasted) if word not in kept] == []

"""Letters that an editor can make and that are hard to set. Their bodies go through `canonical` first, as all do."""

from letters.pdf.render import Signer
from tests.pdf import pictures, sample

WORDS = "word " * 40


def note(words):
    return f'<span class="fn">{words}</span>'


def paragraph(words):
    return f"<p>{words}</p>"


def nested(depth, tag="ul"):
    return f"<{tag}><li>x" * depth + f"</li></{tag}>" * depth


BODIES = {
    "lists six deep, a thousand times": nested(6) * 1000,
    "a list of five thousand": f"<ol>{'<li>item</li>' * 5000}</ol>",
    "a list of twenty thousand": f"<ol>{'<li>i</li>' * 20_000}</ol>",
    "lists two hundred deep": nested(200),
    "quotations five hundred deep": "<blockquote>" * 500 + "<p>x</p>" + "</blockquote>" * 500,
    "three hundred notes in a paragraph": paragraph("".join(f"x{note(f'Note {n}, which says something.')}" for n in range(300))),
    "three hundred notes at a word": paragraph(note("n") * 300),
    "a thousand notes": paragraph(f"We say{note('See it.')}") * 1000,
    "a note longer than a page": paragraph(f"We{note(WORDS * 60)}"),
    "a note of forty pages": paragraph(f"We{note('word ' * 38_000)}"),
    "twenty long notes": paragraph(f"We say{note(WORDS * 12)}") * 20,
    "a word of 200,000 letters": paragraph("x" * 199_000),
    "a word of 150,000 letters in a note": paragraph(f"a{note('y' * 150_000)}"),
    "twenty thousand paragraphs": paragraph("x") * 20_000,
    "sixty thousand paragraphs": paragraph("x") * 60_000,
    "a paragraph of eighty pages": paragraph("word " * 39_000),
    "twenty thousand lines": paragraph("x" + "<br>x" * 20_000),
    "thirty thousand empty lines": paragraph("x" + "<br>" * 30_000),
    "fifty marks on each letter": paragraph(("e" + "\u0301" * 50 + " ") * 3500),
    "150,000 marks on a letter": paragraph("e" + "\u0301" * 150_000),
    "all of it a link": paragraph(f'<a href="https://example.org/">{"word " * 30_000}</a>'),
    "ten thousand links": paragraph('<a href="https://example.org/">x</a> ' * 10_000),
    "a long address": paragraph(f'<a href="https://example.org/{"a" * 150_000}">x</a>'),
    "all of it bold": paragraph(f"<strong><em><u>{'word ' * 30_000}</u></em></strong>"),
    "bold and slanted by turns": paragraph("<strong>a</strong><em>b</em>" * 3500),
    "raised letters": paragraph("<sup>a</sup>b" * 7000),
    "from right to left": paragraph("שלום עולם " * 10_000),
    "Arabic": paragraph("مرحبا " * 10_000),
    "Thai": paragraph("สวัสดี" * 5000),
    "Chinese": paragraph("漢字" * 5000),
    "emoji": paragraph("\U0001f600" * 50_000),
    "joined by nothing": paragraph("a\u200d" * 90_000),
    "soft hyphens": paragraph("a\u00ad" * 90_000),
    "spaces that do not break": paragraph("a\u00a0" * 90_000),
    "slashes": paragraph("/" * 190_000),
    "hyphens": paragraph("a-" * 95_000),
    "ten thousand headings": "<h2>H</h2>" * 10_000,
    "a heading of sixty pages": f"<h2>{'word ' * 30_000}</h2>",
    "five thousand quotations": "<blockquote><p>x</p></blockquote>" * 5000,
    "markup as text": paragraph("&lt;script&gt;alert(1)&lt;/script&gt;&lt;style&gt;@import url(x)&lt;/style&gt;&lt;svg&gt;")
    * 500,
    "templates as text": paragraph('{% include "x" %}{{ letter.signers }}{% debug %}') * 500,
    "style sheets as text": paragraph("} * { background: url(http://127.0.0.1:9/) } @page { size: 1px }") * 500,
}
CHANGES = {
    "addressees of thirty pages": {"addressees": (("A", "B"),) * 2500},
    "an addressee of two thousand lines": {"addressees": (tuple(f"line {number}" for number in range(2000)),)},
    "a long salutation": {"salutation": f"Dear {'Secretary ' * 900}:"},
    "a closing of one word": {"closing": "S" * 10_000},
    "five thousand copies": {"cc": tuple(f"c{number}" for number in range(5000))},
    "a long subject": {"subject": "word " * 2000},
    "a long running head": {"running_head": "word " * 500},
    "a long mark": {"draft_mark": "DRAFT " * 500},
    "535 signers with images": {"signers": pictures.images(*range(8))(sample.signers(8)) * 67},
    "535 signers with long names": {"signers": (Signer("N" * 300, "T" * 300),) * 535},
    "two thousand signers": {"signers": sample.signers(500) * 4},
    "a letterhead of fifty long lines": {"letterhead": ("X" * 5000,) * 50},
}

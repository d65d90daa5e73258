"""What a screen reader is told: the tags of the printed letter, and the text in the order in which they say it."""

from collections import Counter

import pytest

from letters.pdf.render import render
from tests.pdf import pictures, sample
from tests.pdf.reading import squeezed
from tests.pdf.tagging import Tagged, marks

LISTS = (
    "<p>We ask for:</p><ul><li>one</li><li>two<ol><li>first</li><li>second <em>of</em> them</li></ol></li>"
    "<li><p>three</p><p>and more</p></li></ul><blockquote><p>Said <strong>so</strong>.</p></blockquote>"
    "<h2>Next</h2><p>A line<br>and another<br>and a third</p><ol>" + "<li>item</li>" * 60 + "</ol>"
)
LONG_LINK = "https://example.org/" + "a-very-long-address/" * 12
LETTERS = {
    "none signed": sample.letter(0),
    "two and a mark": sample.letter(2, draft_mark="DRAFT – 2 signers"),
    "fourteen with images": sample.letter(signers=pictures.images(0, 3)(sample.signers(14))),
    "hundred": sample.letter(101),
    "lists": sample.letter(2, body=LISTS),
    "no letterhead": sample.letter(2, letterhead=()),
    "no notes": sample.letter(2, body="<p>Short.</p>"),
    **{f"boundary at {words}": sample.letter(14, filler_words=words) for words in (60, 180, 300)},
}
GROUPS = {"Document", "Part", "Div", "NonStruct", "BlockQuote", "L", "LI"}


@pytest.fixture(scope="module")
def opened():
    """Letters by their names, rendered once and opened for their tags."""
    found = {}

    def letter(name):
        if name not in found:
            found[name] = Tagged(render(LETTERS[name]))
        return found[name]

    return letter


@pytest.fixture(params=LETTERS)
def tagged(request, opened):
    return opened(request.param)


def test_every_piece_of_text_is_tagged_once_and_everything_else_is_decoration(tagged):
    in_tree = Counter(tagged.top.pieces())
    assert set(in_tree.values()) <= {1}
    painted = {
        (number, mark) for number, page in enumerate(tagged.pdf.pages) for _, name, mark in marks(page) if name != "Artifact"
    }
    assert None not in {mark for _, mark in painted}
    assert painted == set(in_tree)


def test_every_tag_is_found_from_its_content_and_from_its_annotation(tagged):
    parents = tagged.parents()
    owners = {piece: tag.element.objgen for tag in tagged.top.all() for piece in tag.content}
    found = {
        (page, mark): parent.objgen
        for page in range(len(tagged.pages))
        for mark, parent in enumerate(parents[page])
        if parent is not None
    }
    assert found == owners
    links = {int(link.StructParent): tag.element.objgen for tag in tagged.top.all() for link in tag.annotations}
    assert {number: parents[number].objgen for number in parents if number >= len(tagged.pages)} == links
    assert [int(page.obj.StructParents) for page in tagged.pdf.pages] == list(range(len(tagged.pages)))


def test_text_stands_in_paragraphs_headings_items_and_notes(tagged):
    for tag in tagged.top.all():
        if tag.content and tag.name != "Figure":
            assert {"P", "H1", "H2", "H3", "Lbl", "LBody", "Note"} & {tag.name, *tag.within}
        assert tag.name in GROUPS or tag.kids or tag.content, f"an empty {tag.name}"
        assert not (tag.name == "P" and "P" in tag.within)


def test_there_is_one_first_heading_and_it_comes_first(tagged):
    (heading,) = tagged.top.named("H1")
    assert heading.pieces()[0] == next(piece for piece in tagged.top.pieces() if piece in tagged.texts)


def test_page_numbers_and_the_draft_mark_are_not_said(tagged):
    said = tagged.said(tagged.top)
    assert "DRAFT" not in said
    for page in tagged.pdf.pages[1:]:
        assert ("TJ", "Artifact", None) in set(marks(page))


def without_notes(tagged):
    within = {piece for note in tagged.top.named("Note") for piece in note.pieces()}
    labels = {piece for label in tagged.top.named("Lbl") for piece in label.pieces()}
    calls = {piece for call in tagged.top.named("Reference") for piece in call.pieces()}
    return "".join(tagged.texts.get(piece, "") for piece in tagged.top.pieces() if piece not in within | labels | calls)


@pytest.mark.parametrize("name", ["two and a mark", "hundred", "boundary at 60", "boundary at 300"])
def test_the_letter_is_said_in_the_order_in_which_it_is_printed(name, opened):
    letter, tagged = LETTERS[name], opened(name)
    wanted = [*letter.letterhead, letter.date_line, *(line for lines in letter.addressees for line in lines), letter.salutation]
    said = squeezed(without_notes(tagged)).lower()
    places = [said.index(squeezed(line).lower()) for line in wanted]
    assert places == sorted(places)
    ends = [letter.closing, *(text for signer in letter.signers for text in (signer.name, signer.title))]
    assert said.endswith(squeezed("".join(ends)).lower())


def test_each_note_is_a_note_with_its_number_and_its_call(tagged):
    notes, calls = tagged.top.named("Note"), tagged.top.named("Reference")
    numbers = [str(number) for number in range(1, len(notes) + 1)]
    assert [squeezed(tagged.said(call)) for call in calls] == numbers
    assert [squeezed(tagged.said(note.kids[0])) for note in notes] == numbers
    assert all(note.kids[0].name == "Lbl" for note in notes)
    identifiers = [str(note.element.ID) for note in notes]
    assert len(set(identifiers)) == len(notes)
    if tagged.said(tagged.top).count("river"):
        assert len(notes) == len(sample.NOTES)


def test_a_note_that_goes_on_over_the_page_is_a_note_on_both():
    body = sample.body().replace("43 U.S.C. § 31 (2022).", "A very long note that goes on and on. " * 250)
    tagged = Tagged(render(sample.letter(2, body=body)))
    notes = tagged.top.named("Note")
    assert len(notes) > len(sample.NOTES)
    assert len({str(note.element.ID) for note in notes}) == len(notes)
    assert squeezed("".join(tagged.said(note) for note in notes)).count("Averylongnote") == 250


def test_each_item_is_its_label_and_one_body_and_an_inner_list_lies_within_one(opened):
    tagged = opened("lists")
    items = tagged.top.named("LI")
    assert [[kid.name for kid in item.kids] for item in items] == [["Lbl", "LBody"]] * len(items)
    assert all({kid.name for kid in numbered.kids} == {"LI"} for numbered in tagged.top.named("L"))
    (inner,) = [tag for tag in tagged.top.named("L") if "L" in tag.within]
    assert inner.within[-1] == "LBody"
    kinds = [str(numbered.element.A.ListNumbering) for numbered in tagged.top.named("L")]
    assert kinds[:3] == ["/Disc", "/Decimal", "/Decimal"]


def test_a_link_over_several_lines_is_one_link():
    tagged = Tagged(render(sample.letter(1, body=f'<p>See <a href="{LONG_LINK}">{LONG_LINK}</a> and more.</p>')))
    (link,) = tagged.top.named("Link")
    assert len(link.annotations) > 2
    assert {str(annotation.A.URI) for annotation in link.annotations} == {LONG_LINK}
    assert squeezed(tagged.said(link)).startswith("https://example.org/a-very-long-address/")
    assert squeezed(tagged.said(link)).endswith("address/")


def test_a_signature_image_is_a_figure_that_says_whose_it_is_and_where_it_stands(opened):
    tagged = opened("fourteen with images")
    figures = tagged.top.named("Figure")
    signers = [signer.name for signer in LETTERS["fourteen with images"].signers if signer.image]
    assert [str(figure.element.Alt) for figure in figures] == [f"Signature of {name}" for name in signers]
    for figure in figures:
        left, bottom, right, top = (float(number) for number in figure.element.A.BBox)
        assert (round(right - left, 1), round(top - bottom, 1)) == (172.8, 39.6)
        assert 72 <= bottom < top <= 720

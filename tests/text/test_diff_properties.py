"""Rules that hold for the difference between any two texts of a letter."""

import re
from html import unescape
from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st

from letters.text import tree
from letters.text.diff import LABELS, compare
from letters.text.html import canonical

PARTED = {"p", "br", "li"}
NOT_WORDS = {"usa-sr-only", "difference__remark", "difference__sign", "difference__call"}


class Side(HTMLParser):
    """The words of a difference without its `dropped` elements and without what is said about the words."""

    def __init__(self, dropped):
        super().__init__()
        self.dropped, self.opened, self.found = dropped, [], []

    def handle_starttag(self, tag, attributes):
        if tag in PARTED and not any(self.opened):
            self.found.append(" ")
        if tag != "br":
            self.opened.append(tag == self.dropped or not NOT_WORDS.isdisjoint((dict(attributes).get("class") or "").split()))

    def handle_endtag(self, tag):
        self.opened.pop()

    def handle_data(self, data):
        if not any(self.opened):
            self.found.append(data)


def without(dropped, html):
    side = Side(dropped)
    side.feed(html)
    side.close()
    assert not side.opened
    return "".join(side.found).split()


def words_of(name, text):
    """The words of a part in reading order, notes where they are called."""
    if name != "body":
        return text.split()
    html = re.sub(r"<(?:p|br|li|h2|h3)>", " ", tree.write(tree.read(text)))
    return unescape(re.sub(r"<[^<>]*>", "", html)).split()


WORD = st.sampled_from(
    "we ask the Secretary to act, on 12 of «don’t» don't 5% $3 H.R.1 a&b &lt;ins&gt; <b>bold</b> <i>it</i> <u>un</u>der"
    " half<br>line x<sup>2</sup> --- , . ḿ \u0338 a\xa0b <b>a<i>b</i></b>".split(" ")
)
LINK = st.builds('<a href="https://example.gov/{}">{}</a>'.format, st.sampled_from(["a", "b", "7"]), WORD)
WORDS = st.lists(st.one_of(WORD, WORD, WORD, LINK), max_size=8).map(" ".join)
NOTE = st.builds('{}<span class="fn">{}</span>{}'.format, WORDS, WORDS, st.sampled_from(["", ".", " so"]))
INLINE = st.one_of(WORDS, WORDS, NOTE, st.builds("{}{}".format, NOTE, NOTE))
ITEMS = st.recursive(
    st.builds("<li>{}</li>".format, INLINE),
    lambda items: st.one_of(
        st.builds("{}{}".format, items, items),
        st.builds("<li>{}<ul>{}</ul></li>".format, INLINE, items),
        st.builds("<li><p>{}</p><p>{}</p></li>".format, INLINE, INLINE),
    ),
    max_leaves=4,
)
LIST = st.builds(
    "<{0}>{1}</{2}>".format,
    st.shared(st.sampled_from(["ul", "ol", 'ol start="3"', 'ol type="a"']), key="list"),
    ITEMS,
    st.shared(st.sampled_from(["ul", "ol", 'ol start="3"', 'ol type="a"']), key="list").map(lambda tag: tag.split()[0]),
)
BLOCK = st.one_of(
    st.builds("<p>{}</p>".format, INLINE),
    st.builds("<{0}>{1}</{0}>".format, st.sampled_from(["p", "h2", "h3", "blockquote"]), INLINE),
    st.builds("<blockquote><p>{}</p><p>{}</p></blockquote>".format, INLINE, INLINE),
    LIST,
)
LINES = st.lists(st.sampled_from(["Ann Lee", "Chair, 5", "<b> & co", "", "Wash., DC 20500"]), max_size=5).map("\n".join)


@st.composite
def bodies(draw):
    return canonical("".join(draw(st.lists(BLOCK, max_size=6))))


@st.composite
def edited(draw):
    """Two bodies, the second made from the first's blocks and others."""
    blocks = draw(st.lists(BLOCK, min_size=1, max_size=5))
    changed = [draw(st.one_of(st.just(block), st.just(block), st.just(""), BLOCK)) for block in blocks]
    if draw(st.booleans()):
        changed = draw(st.permutations(changed))
    return canonical("".join(blocks)), canonical("".join(changed))


BODY_PAIRS = st.one_of(edited(), st.tuples(bodies(), bodies()))
ONE_LINE = {"date_line", "subject", "salutation", "closing"}


@st.composite
def whole_texts(draw):
    text = {name: draw(LINES) for name in LABELS} | {"body": draw(bodies())}
    return text | {name: text[name].replace("\n", " ") for name in ONE_LINE}


def both_sides_are_there(old, new):
    parts = {part.name: part for part in compare(old, new, whole=True).parts}
    assert set(parts) == {name for name in LABELS if old[name] != new[name]}
    for name, part in parts.items():
        assert without("ins", part.html) == words_of(name, old[name])
        assert without("del", part.html) == words_of(name, new[name])


@given(BODY_PAIRS)
@settings(max_examples=40)
def test_without_what_was_put_in_the_old_body_stands_and_without_what_was_taken_out_the_new_one(pair):
    old, new = (dict.fromkeys(LABELS, "") | {"body": body} for body in pair)
    both_sides_are_there(old, new)


@given(whole_texts(), whole_texts())
@settings(max_examples=30)
def test_both_texts_stand_in_the_difference_of_all_parts(old, new):
    both_sides_are_there(old, new)


@given(BODY_PAIRS)
@settings(max_examples=80)
def test_a_difference_is_shown_exactly_where_the_html_differs(pair):
    old, new = pair
    difference = compare({"body": old}, {"body": new})
    assert difference.is_empty == (old == new)
    shown = "".join(part.html for part in difference.parts)
    assert bool(re.search("<ins>|<del>|difference__remark", shown)) == (old != new)
    assert bool(re.search(r"\{\+|\[-|\[(?:now|no longer|link now|formatting)", difference.as_text)) == (old != new)


@given(BODY_PAIRS)
@settings(max_examples=30)
def test_the_way_back_has_the_same_counts(pair):
    old, new = ({"body": body} for body in pair)
    there, back = compare(old, new), compare(new, old)
    assert (there.words_in, there.words_out, there.changed_words) == (back.words_out, back.words_in, back.changed_words)
    assert (there.numbers_in, there.numbers_out) == (back.numbers_out, back.numbers_in)


@given(BODY_PAIRS)
@settings(max_examples=40)
def test_no_more_words_change_than_go_in_and_out_and_no_fewer_than_either(pair):
    difference = compare(*({"body": body} for body in pair))
    into, out = len(difference.words_in), len(difference.words_out)
    assert max(into, out) <= difference.changed_words <= into + out

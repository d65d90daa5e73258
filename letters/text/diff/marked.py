"""Rows of a difference to read: as HTML that is safe as it is, and as plain text."""

from html import escape
from itertools import groupby
from typing import NamedTuple

from .. import tree
from ..numerals import marker
from ..tree import Run
from . import units
from .rows import Item, Row
from .units import Container, Leaf, Token

ONE_OF = {"addressees": "addressee", "cc": "line", "enclosures": "line"}
MARK_WORDS = {"strong": "bold", "em": "italic", "u": "underlined", "sup": "superscript"}
SHAPE_WORDS = {"ul": "bulleted list", "blockquote": "quotation", "p": "paragraph"}
SHAPE_WORDS |= {"h2": "heading", "h3": "smaller heading"}
SPACES = {" ": ("␣", "space"), "\n": ("↵", "line break"), "\u00a0": ("⍽", "non-breaking space")}
CHANGES = {"del": ("taken out", "[-", "-]"), "ins": ("put in", "{+", "+}")}


class Gap(NamedTuple):
    """So many unchanged rows that are not shown."""

    rows: int


def part(name: str, rows: list[Row], whole: bool) -> tuple[str, str]:
    """The part as HTML and as text: all of it, or the changed blocks with their neighbours."""
    shown = rows if whole else list(_shown(rows))
    noun = ONE_OF.get(name, "paragraph")
    return f'<div class="difference">{_html(shown, noun, whole)}</div>', _text(shown, noun, whole)


def _shown(rows: list[Row]):
    changed = [False, *(row.is_changed for row in rows), False]
    near = [any(changed[n : n + 3]) for n in range(len(rows))]
    for is_near, stretch in groupby(zip(near, rows, strict=True), key=lambda pair: pair[0]):
        if is_near:
            yield from (row for _, row in stretch)
        else:
            yield Gap(sum(1 for _ in stretch))


def _gap_words(gap: Gap, noun: str) -> str:
    return f"… {gap.rows:,} unchanged {noun}{'s' * (gap.rows != 1)} …"


# --- what is said in words


def _remark(row: Row) -> str:
    """What is said of a block as a whole."""
    if row.moved:
        return "[moved]"
    if not row.reshaped:
        return ""
    if row.old.continues != row.new.continues:
        return "[now a paragraph of its own]" if row.old.continues else "[now in one with the paragraph above]"
    before, after = _shape_words(row.old), _shape_words(row.new)
    if before != after:
        return f"[now {after}, before {before}]"
    joined = row.new.together > row.old.together
    return "[now in one with what stands above]" if joined else "[now apart from what stands above]"


def _shape_words(leaf: Leaf) -> str:
    """As "paragraph", "heading", "numbered list from 3", "bulleted list in a quotation"."""
    around = [_container_words(container) for container in leaf.path if container.kind != "li"]
    kinds = around if leaf.kind == "p" and around else [*around, SHAPE_WORDS[leaf.kind]]
    return " in a ".join(reversed(kinds))


def _container_words(container: Container) -> str:
    if container.kind != "ol":
        return SHAPE_WORDS[container.kind]
    first = [marker(number, container.style) for number in (1, 2, 3)]
    words = "numbered list" if container.style == "1" else f"list numbered {', '.join(first)}"
    return words + (f" from {marker(container.number, container.style)}" if container.number != 1 else "")


def _format_words(item: Item) -> str:
    """As "[now bold]", "[link now to https://…, before to https://…]"."""
    old, new = item.old[0].marks, item.new[0].marks
    (gone, come), said = units.new_targets(item.old, item.new), []
    if len(old) > 1 or len(new) > 1:
        said.append("formatting changed")
    else:
        said += [f"now {word}" for mark, word in MARK_WORDS.items() if mark in new[0] - old[0]]
        said += [f"no longer {word}" for mark, word in MARK_WORDS.items() if mark in old[0] - new[0]]
    return "[" + "; ".join([*said, *_target_words(gone, come)]) + "]"


def _target_words(gone: list[str], come: list[str]) -> list[str]:
    if gone and come:
        return [f"link now to {' and '.join(come)}, before to {' and '.join(gone)}"]
    return [f"now a link to {target}" for target in come] + [f"no longer a link to {target}" for target in gone]


def _link_words(targets: list[str]) -> str:
    return "".join(f" [link to {target}]" for target in targets)


def _space_words(tokens) -> str:
    return ", ".join(SPACES.get(token.text, ("", "space"))[1] for token in tokens)


# --- HTML


def _html(shown, noun: str, whole: bool) -> str:
    found, opened = [], ()
    places = _places(shown)
    for row in shown:
        path = () if isinstance(row, Gap) else _path(row, places)
        found.append(_from_to(opened, path))
        opened = path
        found.append(_gap_html(row, noun) if isinstance(row, Gap) else _row_html(row, whole))
    return "".join([*found, _from_to(opened, ())])


def _gap_html(gap: Gap, noun: str) -> str:
    return f'<p class="difference__gap">{_gap_words(gap, noun)}</p>'


def _places(shown) -> dict[int, Container]:
    """For each container of the old text, by identity, the one of the new text that holds the same words."""
    pairs = [(row.old.path, row.new.path) for row in shown if not isinstance(row, Gap) and row.old and row.new]
    return {
        old.identity: new
        for olds, news in pairs
        for old, new in zip(olds, news, strict=False)
        if [container.kind for container in olds] == [container.kind for container in news]
    }


def _path(row: Row, places: dict[int, Container]) -> tuple[Container, ...]:
    """What the row is shown in. What was taken out of a list that is still there is shown in that list."""
    if row.new:
        return row.new.path
    return tuple(places.get(container.identity, container._replace(identity=-container.identity)) for container in row.old.path)


def _from_to(opened: tuple[Container, ...], path: tuple[Container, ...]) -> str:
    """The tags that close what is open and open what is not yet."""
    same = 0
    while same < min(len(opened), len(path)) and opened[same].identity == path[same].identity:
        same += 1
    closing = [f"</{container.kind}>" for container in reversed(opened[same:])]
    opening = [
        f'<li value="{container.number}">' if container.kind == "li" and container.number else container.opening
        for container in path[same:]
    ]
    return "".join([*closing, *opening])


def _row_html(row: Row, whole: bool) -> str:
    kind = "" if row.leaf.kind == "p" else ' class="difference__heading"'
    words = "".join(_item_html(item, whole) for item in row.items) or _blank_html(row)
    return f"<p{kind}>{_remark_html(_remark(row), after=' ')}{words}</p>"


def _blank_html(row: Row) -> str:
    return (
        _remark_html("[blank line]")
        if row.new and row.old
        else _change_html("ins" if row.new else "del", _remark_html("[blank line]"))
    )


def _remark_html(remark: str, *, before: str = "", after: str = "") -> str:
    return f'<span class="difference__remark">{before}{escape(remark)}{after}</span>' if remark else ""


def _item_html(item: Item, whole: bool) -> str:
    if item.kind == "same":
        return _tokens_html(item.new, whole)
    if item.kind == "note":
        return _note_html(item.new[0].number, "".join(_item_html(inner, whole) for inner in item.inside))
    if item.kind == "formatted":
        remark = _remark_html(_format_words(item), before=" ")
        return f'<span class="difference__format">{_tokens_html(item.new, whole)}</span>{remark}'
    gone, come = units.new_targets(item.old, item.new)
    return _side_html("del", item.old, gone) + _side_html("ins", item.new, come)


def _side_html(tag: str, tokens: tuple[Token, ...], targets: list[str]) -> str:
    if not tokens:
        return ""
    if all(token.is_space for token in tokens):
        return _change_html(tag, _spaces_html(tokens, breaks=tag == "ins"))
    links = _remark_html(_link_words(targets).strip(), before=" ")
    return _change_html(tag, _tokens_html(tokens, whole=True) + links)


def _change_html(tag: str, inner: str) -> str:
    words = CHANGES[tag][0]
    return f'<{tag}><span class="usa-sr-only"> {words}: </span>{inner}<span class="usa-sr-only"> end of {words} </span></{tag}>'


def _spaces_html(tokens, *, breaks: bool) -> str:
    """Spaces alone would not be seen or heard, so a sign stands for each; a line that goes on now is shown going on."""
    signs = "".join(SPACES.get(token.text, ("␣", ""))[0] for token in tokens)
    spaces = "".join(token.text.replace("\n", "<br>" if breaks else " ") for token in tokens)
    return (
        f'<span class="usa-sr-only">{_space_words(tokens)}</span>'
        f'<span class="difference__sign" aria-hidden="true">{signs}</span>{spaces}'
    )


def _tokens_html(tokens, whole: bool) -> str:
    found = []
    for is_note, stretch in groupby(tokens, key=lambda token: token.number > 0):
        if is_note:
            found += [_call_html(token, whole) for token in stretch]
        else:
            found.append(tree.write_runs(_runs(stretch)))
    return "".join(found)


def _call_html(note: Token, whole: bool) -> str:
    if whole:
        return _note_html(note.number, tree.write_runs(_runs(note.note)))
    return f'<sup class="difference__call">[note {note.number}]</sup>'


def _note_html(number: int, inner: str) -> str:
    call = f'<span class="difference__call">[note {number}: </span>'
    return f'<span class="difference__note">{call}{inner}<span class="difference__call">]</span></span>'


def _runs(tokens) -> list[Run]:
    stretches = groupby(_pieces(tokens), key=lambda piece: piece[1])
    return [Run("".join(text for text, _ in stretch), marks) for marks, stretch in stretches]


def _pieces(tokens):
    for token in tokens:
        if len(token.marks) == 1:
            yield token.text, token.marks[0]
        else:
            yield from zip(token.text, token.marks, strict=True)


# --- plain text


def _text(shown, noun: str, whole: bool) -> str:
    return "\n".join(_gap_words(row, noun) if isinstance(row, Gap) else _row_text(row, whole) for row in shown)


def _row_text(row: Row, whole: bool) -> str:
    words = "".join(_item_text(item, whole) for item in row.items) or _blank_text(row)
    remark = _remark(row)
    return _bullet(row.leaf) + (f"{remark} " if remark else "") + words


def _bullet(leaf: Leaf) -> str:
    indent = "  " * (len([container for container in leaf.path if container.kind != "li"]) - 1)
    if not leaf.path or leaf.path[-1].kind != "li":
        return "    " * len(leaf.path)
    if leaf.together == len(leaf.path):
        return indent + "  "
    item = leaf.path[-1]
    return f"{indent}{marker(item.number, item.style)}. " if item.number else f"{indent}• "


def _blank_text(row: Row) -> str:
    return "[blank line]" if row.old and row.new else _change_text("ins" if row.new else "del", "[blank line]")


def _change_text(tag: str, inner: str) -> str:
    _, before, after = CHANGES[tag]
    return f"{before}{inner}{after}" if inner else ""


def _item_text(item: Item, whole: bool) -> str:
    if item.kind == "same":
        return _tokens_text(item.new, whole)
    if item.kind == "note":
        return f"[note {item.new[0].number}: {''.join(_item_text(inner, whole) for inner in item.inside)}]"
    if item.kind == "formatted":
        return f"{_tokens_text(item.new, whole)} {_format_words(item)}"
    gone, come = units.new_targets(item.old, item.new)
    return _side_text("del", item.old, gone) + _side_text("ins", item.new, come)


def _side_text(tag: str, tokens: tuple[Token, ...], targets: list[str]) -> str:
    if tokens and all(token.is_space for token in tokens):
        return _change_text(tag, f"[{_space_words(tokens)}]")
    return _change_text(tag, _tokens_text(tokens, whole=True) + _link_words(targets))


def _tokens_text(tokens, whole: bool) -> str:
    return "".join(_call_text(token, whole) if token.number else token.text for token in tokens)


def _call_text(note: Token, whole: bool) -> str:
    return f"[note {note.number}: {_tokens_text(note.note, whole)}]" if whole else f"[note {note.number}]"

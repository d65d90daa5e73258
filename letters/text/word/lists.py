"""List items told from other paragraphs: marked in the XML, gathered into lists when they come back as blocks."""

import re

from .. import tree
from .numbers import BLANK, BULLET, Item

# Two code points that no text may use; an item's paragraph begins with its place between them.
BEGIN, END = "\ufdd0", "\ufdd1"
_MARK = re.compile(f"{BEGIN}([0-9]);([1aAiI{BULLET}]?);(-?[0-9]+);([^{END}]*){END} ?")


def mark(item: Item) -> str:
    return f"{BEGIN}{item.level};{item.style};{item.number};{item.mark}{END}"


def typed(html: str) -> str:
    """Items where there can be no list (cells, notes) as words, their marks typed before them."""
    return _MARK.sub(lambda found: f"{found.group(4)} " if found.group(4) else "", html)


def gathered(blocks: list[tree.Block]) -> list[tree.Block]:
    """The blocks with marked paragraphs as lists; a list begins anew where style or count do not go on."""
    gathering = _Gathering()
    for block in blocks:
        gathering.take(block)
    return gathering.blocks


class _Gathering:
    def __init__(self):
        self.blocks: list[tree.Block] = []
        self.open: list[tuple[int, tree.Block]] = []  # (level, list), the outermost first

    def take(self, block: tree.Block) -> None:
        found = _MARK.match(block.runs[0].text) if block.runs else None
        if found is None:
            self.open = []
            self.blocks.append(block)
            return
        block.runs = tree.tidy([block.runs[0]._replace(text=block.runs[0].text[found.end() :]), *block.runs[1:]])
        if tree.readable(block.runs):
            self.put(block, int(found.group(1)), found.group(2), int(found.group(3)))

    def put(self, block: tree.Block, level: int, style: str, number: int) -> None:
        outer = [pair for pair in self.open if pair[0] <= level]
        if style == BLANK:
            self.open = outer
            (outer[-1][1].blocks[-1].blocks if outer else self.blocks).append(block)
            return
        if len(outer) == tree.MAX_LIST_DEPTH:
            level = outer[-1][0]
        same = outer[-1][1] if outer and outer[-1][0] == level else None
        self.open = outer[:-1] if same is not None else outer
        listing = same if same is not None and _goes_on(same, style, number) else self.begin(style, number)
        self.open.append((level, listing))
        listing.blocks.append(tree.Block("li", blocks=[block]))

    def begin(self, style: str, number: int) -> tree.Block:
        listing = tree.Block("ul") if style == BULLET else tree.Block("ol", start=number, style=style)
        (self.open[-1][1].blocks[-1].blocks if self.open else self.blocks).append(listing)
        return listing


def _goes_on(listing: tree.Block, style: str, number: int) -> bool:
    if listing.kind == "ul":
        return style == BULLET
    return style == listing.style and number == listing.start + len(listing.blocks)

"""Lines within a paragraph's runs, and the marks that were typed where a list or a symbol was meant."""

import re

# A wide gap that parts columns of signers: unlike a tab it goes through the readers of HTML as it is.
TAB = "\u2003"
TYPED_BULLET = re.compile(f"[\uf000-\uf0ff•▪▫◦●○■□‣⁃∙❖➢➤✓✔★♦◆·][ {TAB}\u00a0]+")
_SYMBOL = re.compile("[\ue000-\uf8ff]")


def lines_of(runs) -> list[str]:
    """The words of each line, notes left out; one empty line where there are none."""
    return "".join("" if run.note else run.text for run in runs).split("\n")


def by_line(runs):
    """The runs of each line."""
    line = []
    for run in runs:
        first, *others = [run] if run.note else [run._replace(text=text) for text in run.text.split("\n")]
        line.append(first)
        for other in others:
            yield line
            line = [other]
    yield line


def without_symbols(runs, doubts: list[str]):
    """The runs without symbols that have no public code; the same list where there are none."""
    if not any(_SYMBOL.search(run.text) for run in runs):
        return runs
    words = _SYMBOL.sub("", "".join(run.text for run in runs))[:60].strip()
    doubts.append(f"A symbol without a public code was left out near “{words}”.")
    return [run._replace(text=_SYMBOL.sub("", run.text)) for run in runs]

"""How long a warm render takes beside WeasyPrint alone on the same letter, and whether memory stays flat.

python bench/render.py [--rounds 9] [--signers 14 100 535]
"""

import argparse
import multiprocessing
import random
import statistics
import sys
import time
from html import escape
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from letters.pdf.render import LetterData, render
from tests.pdf import sample


def bare(data: LetterData) -> bytes:
    """WeasyPrint as fast as it goes: our style sheet, fonts and fetcher, no guard, no ids, no checks, no template."""
    from weasyprint import HTML

    press = bare_press()
    page = HTML(string=bare_source(data), url_fetcher=press.fetcher)
    document = page.render(stylesheets=[press.style], font_config=press.fonts)
    return document.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=b"bare")


def bare_press():
    from letters.pdf.render import _press

    return _press()


def bare_source(data: LetterData) -> str:
    first, *rest = map(escape, data.letterhead)
    addresses = "".join(f"<address>{'<br>'.join(map(escape, lines))}</address>" for lines in data.addressees)
    cells = [f"<div><b>{escape(signer.name)}</b>{escape(signer.title)}</div>" for signer in data.signers]
    rows = "".join(f'<div class="row">{"".join(cells[at : at + 2])}</div>' for at in range(0, len(cells), 2))
    return (
        f"<!DOCTYPE html><html lang=en><meta charset=utf-8><title>{escape(data.pdf_title)}</title>"
        f"<header><h1>{first}</h1>{''.join(f'<div>{line}</div>' for line in rest)}</header><p>{data.date_line}</p>"
        f"{addresses}<p>{data.salutation}</p><main>{data.body}</main>"
        f'<p class="closing">{data.closing}</p><div class="signers">{rows}</div></html>'
    )


def compare(letter: LetterData, rounds: int) -> tuple[float, float]:
    """Median seconds of ours and of the bare render, in rounds of shuffled order."""
    taken = {render: [], bare: []}
    for function in taken:
        function(letter)
    for _ in range(rounds):
        for function in random.sample(list(taken), 2):
            start = time.perf_counter()
            function(letter)
            taken[function].append(time.perf_counter() - start)
    return statistics.median(taken[render]), statistics.median(taken[bare])


def resident_megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def memory(marks: tuple[int, ...] = (1, 50, 200)) -> None:
    """Resident memory after so many renders, every one of a letter with another signer."""
    names = count(1)
    for done in range(1, marks[-1] + 1):
        first, *rest = sample.signers(14)
        render(sample.letter(signers=(type(first)(f"Ada {next(names)}", first.title), *rest)))
        if done in marks:
            print(f"{done:>8} renders {resident_megabytes():8.1f} MB", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--signers", type=int, nargs="+", default=[14, 100, 535])
    options = parser.parse_args()
    print(f"{'signers':>8} {'ours':>10} {'bare':>10} {'ratio':>7}")
    for number in options.signers:
        ours, alone = compare(sample.letter(number), options.rounds)
        print(f"{number:>8} {ours * 1e3:>7.0f} ms {alone * 1e3:>7.0f} ms {ours / alone:>7.3f}", flush=True)
    print()
    if sys.platform == "linux":
        # A process of its own: what the comparison above has used must not count.
        process = multiprocessing.get_context("spawn").Process(target=memory)
        process.start()
        process.join()


if __name__ == "__main__":
    main()

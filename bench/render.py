"""How long a warm render takes beside WeasyPrint alone on the same letter, and whether memory stays flat.

python bench/render.py [--rounds 9] [--processes 3] [--signers 14 100 535] [--letter FILE.docx]
"""

import argparse
import gc
import multiprocessing
import os
import random
import statistics
import sys
import time
from dataclasses import replace
from html import escape
from importlib import import_module
from itertools import chain, count
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cosign.settings")
os.environ.setdefault("COSIGN_MODE", "local")
os.environ.setdefault("SECRET_KEY", "for-this-bench-only-" + "x" * 40)
django.setup()

rendering = import_module("letters.pdf.render")
sample = import_module("tests.pdf.sample")


def bare(data) -> bytes:
    """WeasyPrint as fast as it goes: our style sheet, fonts and fetcher, no guard, no checks, no template."""
    from weasyprint import HTML

    press = rendering._press()
    page = HTML(string=bare_source(data), url_fetcher=press.fetcher)
    document = page.render(stylesheets=[press.style], font_config=press.fonts)
    return document.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=b"bare")


def bare_source(data) -> str:
    rest = "".join(f"<div>{escape(line)}</div>" for line in data.letterhead[1:])
    addresses = "".join(f"<address>{'<br>'.join(map(escape, lines))}</address>" for lines in data.addressees)
    cells = [f"<div><b>{escape(signer.name)}</b>{escape(signer.title)}</div>" for signer in data.signers]
    rows = "".join(f'<div class="row">{"".join(cells[at : at + 2])}</div>' for at in range(0, len(cells), 2))
    return (
        f"<!DOCTYPE html><html lang=en><meta charset=utf-8><title>{escape(data.pdf_title)}</title>"
        f"<header><h1>{escape(data.letterhead[0])}</h1>{rest}</header><p>{data.date_line}</p>"
        f"{addresses}<p>{data.salutation}</p><main>{data.body}</main>"
        f'<p class="closing">{data.closing}</p><div class="signers">{rows}</div></html>'
    )


def letter_of(number: int, file: Path | None):
    """Our sample letter, or the text of a Word or text file, with so many signers."""
    letter = sample.letter(number)
    if not file:
        return letter
    text = import_module("letters.text").read(file.name, file.read_bytes()).text
    addressees = tuple(tuple(block.split("\n")) for block in text.addressees.split("\n\n"))
    parts = {part: getattr(text, part) for part in ("date_line", "salutation", "body", "closing")}
    return replace(letter, addressees=addressees, **parts)


def compare(number: int, file: Path | None, rounds: int) -> list[tuple[float, float]]:
    """Seconds of our and of the bare render with so many signers, warm, in rounds of shuffled order."""
    letter, ways = letter_of(number, file), (rendering.render, bare)
    for way in ways:
        way(letter)
    return [tuple(measured(ways, letter)[way] for way in ways) for _ in range(rounds)]


def measured(ways, letter) -> dict:
    seconds = {}
    for way in random.sample(ways, len(ways)):
        # WeasyPrint leaves rings of boxes behind. When they are swept up is chance, and would decide the ratio.
        gc.collect()
        gc.disable()
        start = time.perf_counter()
        way(letter)
        seconds[way] = time.perf_counter() - start
        gc.enable()
    return seconds


def row(number: int, rounds: list[tuple[float, float]]) -> str:
    """Medians, their ratio, and the ratio of the 20th percentiles, which a busy machine disturbs less."""
    ways = list(zip(*rounds, strict=True))
    ours, alone = map(statistics.median, ways)
    quick = [statistics.quantiles(way, n=5)[0] for way in ways]
    return f"{number:>8} {ours * 1e3:>7.0f} ms {alone * 1e3:>7.0f} ms {ours / alone:>8.3f} {quick[0] / quick[1]:>8.3f}"


def resident_megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def memory(marks: tuple[int, ...] = (1, 50, 200)) -> list[tuple[int, float]]:
    """Resident memory after so many renders, every one of a letter with another first signer."""
    found = []
    names = count(1)
    for done in range(1, marks[-1] + 1):
        first, *rest = sample.signers(14)
        rendering.render(sample.letter(signers=(type(first)(f"Ada {next(names)}", first.title), *rest)))
        if done in marks:
            found.append((done, resident_megabytes()))
    return found


def in_a_fresh_process(function, *arguments):
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(function, arguments)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9, help="of one render each way, in each process")
    parser.add_argument("--processes", type=int, default=3, help="one after the other: each has a bias of its own")
    parser.add_argument("--signers", type=int, nargs="+", default=[14, 100, 535])
    parser.add_argument("--letter", type=Path, metavar="FILE", help="a .docx or .txt instead of our sample letter")
    options = parser.parse_args()
    print(f"{'signers':>8} {'ours':>10} {'bare':>10} {'ratio':>8} {'of p20':>8}")
    for number in options.signers:
        runs = [in_a_fresh_process(compare, number, options.letter, options.rounds) for _ in range(options.processes)]
        print(row(number, list(chain(*runs))), flush=True)
    print()
    if sys.platform == "linux":
        for renders, megabytes in in_a_fresh_process(memory):
            print(f"{renders:>8} renders {megabytes:8.1f} MB")


if __name__ == "__main__":
    main()

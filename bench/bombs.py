"""What becomes of each letter that is hard to set: seconds, megabytes of the child afterwards, the PDF or the sentence.

python bench/bombs.py [NAME …]
"""

import argparse
import os
import sys
import time
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cosign.settings")

child = import_module("letters.pdf.child")
bombs = import_module("tests.pdf.bombs")
sample = import_module("tests.pdf.sample")
canonical = import_module("letters.text.html").canonical
TextError = import_module("letters.text").TextError


def outcome(name: str) -> str:
    try:
        if name in bombs.CHANGES:
            letter = sample.letter(**{"number_of_signers": 2, **bombs.CHANGES[name]})
        else:
            letter = sample.letter(2, body=canonical(bombs.BODIES[name]))
        return f"{len(child.print_letter(letter)) / 1000:,.0f} kB"
    except (TextError, child.RenderError) as refusal:
        return str(refusal)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="all of tests/pdf/bombs.py when left out")
    for name in parser.parse_args().names or [*bombs.BODIES, *bombs.CHANGES]:
        start = time.perf_counter()
        became = outcome(name)
        seconds, size = time.perf_counter() - start, max((one.size() for one in child._setters.living), default=0)
        print(f"{seconds:>6.1f} s {size / 1e6:>5.0f} MB  {name}: {became[:100]}", flush=True)


if __name__ == "__main__":
    main()

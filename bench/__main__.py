"""`make bench`, or `python3 dev.py bench [SUBJECT ...] [--size 1M] [--times 3] [--write]`: measure and print one table per subject.

`--size` bounds how many events are used (20M without it); `--write` puts the tables into docs/explanation/performance.md.
"""

import argparse
import sys
from pathlib import Path
from typing import Final

from bench.measuring import ROOT, Scale
from bench.registry import SUBJECTS, subject
from bench.rows import table

PAGE: Final = ROOT / "docs/explanation/performance.md"
SIZES: Final = {"k": 1_000, "M": 1_000_000}


def main(arguments: list[str]) -> int:
    """Measure what is asked for; answers the exit code."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("subjects", nargs="*", metavar="SUBJECT", help=", ".join(SUBJECTS))
    parser.add_argument("--size", type=size, default=20_000_000, help="events at the most, as 200k or 20M")
    parser.add_argument("--times", type=int, default=5, help="runs of each, whose median counts")
    parser.add_argument("--write", action="store_true", help="put the tables into the page of figures")
    asked = parser.parse_args(arguments)
    try:
        chosen = [(name, subject(name)) for name in asked.subjects or SUBJECTS]
    except ValueError as refused:
        parser.error(str(refused))
    for name, measured in chosen:
        print(f"\n{measured.TITLE}\n", flush=True)
        text = table(measured.rows(Scale(asked.size, asked.times)))
        print(text, flush=True)
        if asked.write:
            write(PAGE, name, text)
    return 0


def size(text: str) -> int:
    """A number of events, as 200k or 20M. Raises ValueError."""
    return int(float(text.rstrip("kM")) * SIZES.get(text[-1:], 1))


def write(page: Path, name: str, text: str) -> None:
    """Replace what stands between the subject's marks in the page. Raises ValueError when they are not there."""
    begin, end = f"<!-- bench: {name} -->\n", f"<!-- /bench: {name} -->"
    head, opened, rest = page.read_text().partition(begin)
    _, closed, tail = rest.partition(end)
    if not opened or not closed:
        raise ValueError(f"{page.name} has no place for {name}: add {begin.strip()} and {end}")
    page.write_text(f"{head}{begin}\n{text}\n{end}{tail}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

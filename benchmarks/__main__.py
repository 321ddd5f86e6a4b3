"""`python -m benchmarks NAME [--json]`: measure, and print each figure against its goal.

A missed goal is a finding, not an error: the exit status stays 0. A NAME is one of the lists below.
"""

import argparse
import importlib
import importlib.util
import json
import os
import sys
from pathlib import Path

from benchmarks.pairs import Figure

BENCHMARKS: dict[str, tuple[str, ...]] = {
    "main": (
        "benchmarks.engine",
        "benchmarks.web",
        "benchmarks.tables",
        "benchmarks.pages",
        "benchmarks.champion",
        "benchmarks.trending",
    ),
    "engine": ("benchmarks.engine",),
    "web": ("benchmarks.web",),
    "tables": ("benchmarks.tables",),
    "pages": ("benchmarks.pages",),
    "trending": ("benchmarks.trending",),
    "champion": ("benchmarks.champion",),
    "data": ("benchmarks.data",),
}
#: What the measured processes import, all run by this Python.
NEEDED = ("django", "daphne", "torch", "pyarrow")
ENVIRONMENT = Path(__file__).resolve().parent.parent / ".venv-bench"


def main() -> int:
    """Run the modules of one NAME; each gives its figures through `measure()`."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", choices=sorted(BENCHMARKS))
    parser.add_argument("--json", action="store_true", help="print one JSON list on stdout")
    arguments = parser.parse_args()
    absent = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if absent:
        return again_elsewhere(absent)
    figures: list[Figure] = []
    for module in BENCHMARKS[arguments.name]:
        print(f"measuring {module} …", file=sys.stderr, flush=True)
        found = importlib.import_module(module).measure()
        for figure in found:
            print(line_of(figure), file=sys.stderr if arguments.json else sys.stdout, flush=True)
        figures += found
    if arguments.json:
        print(json.dumps([figure.as_json() for figure in figures], indent=1))
    return 0


def again_elsewhere(absent: list[str]) -> int:
    """Replace this process by the same command in the environment that ``make setup-bench`` makes.

    Returns 2, with the way out on stderr, when that is where we are or when there is none.
    """
    python = ENVIRONMENT / "bin" / "python"
    if python.exists() and Path(sys.prefix) != ENVIRONMENT:
        os.execv(python, [str(python), "-m", "benchmarks", *sys.argv[1:]])
    print(f"{', '.join(absent)} cannot be imported. Run: make setup-bench", file=sys.stderr)
    return 2


def line_of(figure: Figure) -> str:
    """One readable line: value, reference, ratio with both ends of its interval, goal."""
    verdict = "holds" if figure.holds else "MISSED"
    ends = f"[{figure.low:.3f} … {figure.high:.3f}]"
    if figure.ratio is None:
        return (
            f"{figure.name}: {figure.value:.1f} {figure.unit} {ends}, goal {figure.goal}: {verdict}"
        )
    return (
        f"{figure.name}: {figure.value:.1f} {figure.unit}, reference {figure.reference:.1f}, "
        f"ratio {figure.ratio:.3f} {ends}, goal {figure.goal}: {verdict}"
    )


if __name__ == "__main__":
    sys.exit(main())

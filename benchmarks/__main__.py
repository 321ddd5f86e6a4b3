"""`python -m benchmarks NAME [--json]`: measure, and print each figure against its goal.

A missed goal is a finding, not an error: the exit status stays 0. A NAME is one of the lists below.
"""

import argparse
import importlib
import json
import sys

from benchmarks.pairs import Figure

BENCHMARKS: dict[str, tuple[str, ...]] = {
    "main": ("benchmarks.engine", "benchmarks.web", "benchmarks.tables"),
    "engine": ("benchmarks.engine",),
    "web": ("benchmarks.web",),
    "tables": ("benchmarks.tables",),
}


def main() -> int:
    """Run the modules of one NAME; each gives its figures through `measure()`."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", choices=sorted(BENCHMARKS))
    parser.add_argument("--json", action="store_true", help="print one JSON list on stdout")
    arguments = parser.parse_args()
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

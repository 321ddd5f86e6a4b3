"""Whether the data page stays quick while a project, and the number of projects, grows.

All sides are the same code, each a really started server with a database of its own: a project of
1,000 rows among 10 tables, one of 1,000,000 rows among 10, and one of 1,000 among 3,000.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.pages import p95_of
from benchmarks.pairs import Figure, Ratio, ratio_of_pairs
from benchmarks.web import OURS, ROOT, environment, serving

ROWS, MANY_ROWS = 1_000, 1_000_000
TABLES, MANY_TABLES = 10, 3_000
PAIRS = 9
REQUESTS = 20
#: The views that are timed: newest rows, the middle, filtered and sorted, and the middle of that.
VIEWS = ("first", "deep", "filtered", "filtered_deep")


def measure() -> list[Figure]:
    """All figures, in about two and a half minutes."""
    return [*datapage_growth(), *many_tables()]


def datapage_growth(rows: int = MANY_ROWS) -> list[Figure]:
    """The page's p95 at a million rows against a thousand: the worst view, and each view."""
    with tempfile.TemporaryDirectory(prefix="cc-data-pages-") as folder:
        small, large = Path(folder) / "small", Path(folder) / "large"
        few, many = prepare(small, TABLES, ROWS), prepare(large, TABLES, rows)
        with serving(large, OURS) as ours, serving(small, OURS) as theirs:
            ratios = {view: compared(ours, many[view], theirs, few[view]) for view in VIEWS}
    worst = max(ratios.values(), key=lambda ratio: ratio.ratio)
    return [
        worst.figure("datapage_growth", "ms", "<= 1.3"),
        *(ratio.figure(f"datapage_growth_{v}", "ms", "<= 1.3") for v, ratio in ratios.items()),
    ]


def many_tables(tables: int = MANY_TABLES) -> list[Figure]:
    """The page's p95 in a database of 3,000 projects' tables against 10, connections kept."""
    with tempfile.TemporaryDirectory(prefix="cc-data-tables-") as folder:
        small, large = Path(folder) / "small", Path(folder) / "large"
        few, many = prepare(small, TABLES, ROWS), prepare(large, tables, ROWS)
        with serving(large, OURS) as ours, serving(small, OURS) as theirs:
            ratio = compared(ours, many["filtered"], theirs, few["filtered"])
    return [ratio.figure("many_tables", "ms", "<= 1.5")]


def compared(ours: int, our_path: str, theirs: int, their_path: str) -> Ratio:
    """p95 of the two pages in turn."""
    return ratio_of_pairs(
        lambda: p95_of(ours, our_path, REQUESTS),
        lambda: p95_of(theirs, their_path, REQUESTS),
        PAIRS,
    )


def prepare(folder: Path, tables: int, rows: int) -> dict[str, str]:
    """Fill a site; the addresses of its pages by name."""
    folder.mkdir()
    said = subprocess.run(
        [sys.executable, "-m", "benchmarks.data_pages_site", str(tables), str(rows)],
        cwd=ROOT,
        env=environment(folder),
        check=True,
        stdout=subprocess.PIPE,
    ).stdout
    found: dict[str, str] = json.loads(said)
    return found


if __name__ == "__main__":
    for figure in measure():
        print(json.dumps(figure.as_json()))

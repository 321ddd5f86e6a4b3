"""Whether pages stay quick while the site grows: home and a project's page, large against small.

Both sides are the same code, each a really started server with a database of its own: one of ten
projects, the largest of 1,000 rows, and one of 1,000 projects, the largest of 1,000,000 rows.
"""

import http.client
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.pairs import Figure, ratio_of_pairs
from benchmarks.web import OURS, ROOT, environment, serving

SMALL = (10, 1_000)
LARGE = (1_000, 1_000_000)
REQUESTS = 40
PAIRS = 11
SHARE = 0.95


def measure() -> list[Figure]:
    """Both figures, in about two minutes, most of which fill the large site."""
    with tempfile.TemporaryDirectory(prefix="cc-pages-") as folder:
        small = Path(folder) / "small"
        large = Path(folder) / "large"
        small_paths = prepare(small, *SMALL)
        large_paths = prepare(large, *LARGE)
        with serving(large, OURS) as ours, serving(small, OURS) as theirs:
            return [
                ratio_of_pairs(
                    lambda at=large_paths[page]: p95_of(ours, at),  # type: ignore[misc]
                    lambda at=small_paths[page]: p95_of(theirs, at),  # type: ignore[misc]
                    PAIRS,
                ).figure(f"{page}_p95_ms_ratio", "ms", "<= 1.3")
                for page in ("home", "project")
            ]


def prepare(folder: Path, projects: int, rows: int) -> dict[str, str]:
    """Fill a site of so many projects, the largest of so many rows; its pages by name."""
    folder.mkdir()
    said = subprocess.run(
        [sys.executable, "-m", "benchmarks.pages_site", str(projects), str(rows)],
        cwd=ROOT,
        env=environment(folder),
        check=True,
        stdout=subprocess.PIPE,
    ).stdout
    found: dict[str, str] = json.loads(said)
    return found


def p95_of(port: int, path: str, requests: int = REQUESTS) -> float:
    """How long one reader waits for a page, complete with its body: 95th percentile, in ms."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    waits = []
    try:
        for _ in range(requests):
            started = time.perf_counter()
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            waits.append((time.perf_counter() - started) * 1000)
            if answer.status != 200:
                raise RuntimeError(f"{path} answered {answer.status}.")
    finally:
        connection.close()
    return sorted(waits)[int(SHARE * len(waits))]

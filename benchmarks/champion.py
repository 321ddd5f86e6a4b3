"""What people pay for it that projects train by themselves: ``champion_share``.

Many projects grow all the time, so that the living champion of one or another always waits for
the only training worker of a really started site, and people's runs come at random, mostly while
it is busy with one: that is the worst that champions can do to people. The figure is the time for
which people's jobs waited while a champion's job held the worker, divided by the whole time of
people's jobs, from the wish to the end:

    sum over people's jobs of (seconds waiting while the worker holds a champion's job)
    / sum over people's jobs of (seconds waiting + seconds running)

Both sums are of samples of the table of jobs, 50 a second. The interval is a bootstrap over jobs.
"""

import json
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.pairs import Figure, reaches
from benchmarks.web import ROOT, environment, expect, process, tell

GOAL = "<= 0.1"
#: How many runs people start: each waits and trains for a few seconds.
RUNS = 9
RESAMPLES = 2_000
START_WITHIN = 30.0


def measure() -> list[Figure]:
    """The figure, in less than a minute.

    Raises:
        RuntimeError: the site did not start, or no champion was in anybody's way.
    """
    with tempfile.TemporaryDirectory(prefix="cc-champion-") as name:
        folder = Path(name)
        with process(folder, "benchmarks.champion_site", str(RUNS)) as driver:
            expect(driver, "ready")
            with site(folder):
                tell(driver, "go")
                assert driver.stdout is not None
                found: dict[str, Any] = json.loads(driver.stdout.readline())
    if not any(delayed for delayed, _whole in found["jobs"]):
        raise RuntimeError(f"No champion was in anybody's way, so nothing was measured: {found}.")
    print(f"champion_share: {found}", file=sys.stderr)
    return [figure_of([(delayed, whole) for delayed, whole in found["jobs"]])]


def figure_of(jobs: list[tuple[float, float]]) -> Figure:
    """The share over all jobs, (seconds delayed, seconds in all) each, with its interval."""
    value = share_of(jobs)
    draw = random.Random(1)
    shares = sorted(share_of(draw.choices(jobs, k=len(jobs))) for _ in range(RESAMPLES))
    low, high = shares[int(0.025 * RESAMPLES)], shares[int(0.975 * RESAMPLES)]
    holds = reaches(GOAL, low, high)
    return Figure("champion_share", value, "share", None, None, GOAL, holds, low, high)


def share_of(jobs: list[tuple[float, float]]) -> float:
    """Delayed seconds by all seconds."""
    return sum(delayed for delayed, _ in jobs) / sum(whole for _, whole in jobs)


@contextmanager
def site(folder: Path) -> Iterator[None]:
    """``manage.py up`` on a free port, with its one training worker.

    Raises:
        RuntimeError: it did not start in time.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "manage.py", "up", "--no-seed", "--port", str(port)]
    up = subprocess.Popen(command, cwd=ROOT, env=environment(folder), stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + START_WITHIN
        while not _answers(port):
            if time.monotonic() > deadline or up.poll() is not None:
                raise RuntimeError("The site did not start.")
            time.sleep(0.1)
        yield
    finally:
        up.terminate()
        try:
            up.wait(30)
        except subprocess.TimeoutExpired:
            up.kill()
            up.wait()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0

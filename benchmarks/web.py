"""Web figures on the real site: posted datapoints a second, and how soon windows see them.

Every side is a really started Daphne with the same settings (``synchronous=FULL``) and a database
of its own; the load comes from other processes over loopback.
"""

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.pairs import Figure, ratio_of_pairs, value_figure

ROOT = Path(__file__).resolve().parent.parent
PEOPLE = 600
CLIENTS = 16
TURN_SECONDS = 2.0
PAIRS = 11
SOCKETS = 200
ROUNDS = 9
ROUND_SECONDS = 2.5
EVENTS_A_SECOND = 10.0
OURS = "crowdcontrolled.asgi:application"
STOCK = "benchmarks.references.stock_asgi:application"


def measure() -> list[Figure]:
    """All web figures, in about two and a half minutes."""
    with tempfile.TemporaryDirectory(prefix="cc-web-") as folder:
        made = Path(folder) / "made"
        site = prepare(made)
        stock = Path(folder) / "stock"
        shutil.copytree(made, stock)
        return [post_vs_stock(made, stock), *to_sockets(made, site)]


def prepare(folder: Path) -> dict[str, Any]:
    """Make a site's databases in that folder, and ``site.json`` beside them."""
    folder.mkdir()
    said = subprocess.run(
        [sys.executable, "-m", "benchmarks.web_site", str(PEOPLE)],
        cwd=ROOT,
        env=environment(folder),
        check=True,
        stdout=subprocess.PIPE,
    ).stdout
    (folder / "site.json").write_bytes(said)
    found: dict[str, Any] = json.loads(said)
    return found


def environment(folder: Path) -> dict[str, str]:
    """Of every process of one site: as in production, but for the made-up key."""
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return {
        **kept,
        "VAR": str(folder),
        "DJANGO_SETTINGS_MODULE": "crowdcontrolled.settings",
        "DEBUG": "false",
        "SECRET_KEY": "only for the benchmark",
        "ALLOWED_HOSTS": "127.0.0.1",
        "SQLITE_SYNCHRONOUS": "FULL",
        "LOG_LEVEL": "WARNING",
    }


@contextmanager
def process(folder: Path, *arguments: str) -> "Iterator[subprocess.Popen[str]]":
    """A Python process of that site with pipes, which is gone afterwards."""
    started = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env=environment(folder),
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        yield started
    finally:
        started.kill()
        started.communicate()


@contextmanager
def serving(folder: Path, application: str) -> Iterator[int]:
    """A Daphne that serves the site; gives its port.

    Raises:
        RuntimeError: it did not start within a minute.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    # Without its log of requests, which nobody would read out of the pipe.
    arguments = ("daphne", "-v", "0", "-b", "127.0.0.1", "-p", str(port), application)
    with process(folder, *arguments) as server:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and server.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    yield port
                    return
            time.sleep(0.1)
        raise RuntimeError(f"{application} did not start.")


def post(folder: Path, port: int, seconds: float, clients: int, rate: float) -> float:
    """Have people post; the datapoints that were added in a second."""
    numbers = [str(number) for number in (seconds, clients, rate)]
    said = subprocess.run(
        [sys.executable, "-m", "benchmarks.web_posts", str(port), folder / "site.json", *numbers],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
    ).stdout
    found = json.loads(said)
    return float(found["added"] / found["seconds"])


def post_vs_stock(made: Path, stock: Path) -> Figure:
    """Contributions through the form, with session and CSRF check, against Django's handler."""
    with serving(made, OURS) as ours, serving(stock, STOCK) as theirs:
        ratio = ratio_of_pairs(
            lambda: post(made, ours, TURN_SECONDS, CLIENTS, 0),
            lambda: post(stock, theirs, TURN_SECONDS, CLIENTS, 0),
            PAIRS,
        )
    return ratio.figure("post_vs_stock", "POSTs/s", ">= 1.5")


def to_sockets(folder: Path, site: dict[str, Any]) -> list[Figure]:
    """From writing an event to receiving it in each of 200 windows: by a POST, by a worker."""
    with ExitStack() as stack:
        port = stack.enter_context(serving(folder, OURS))
        arguments = (str(port), str(folder / "site.json"), str(SOCKETS))
        windows = stack.enter_context(process(folder, "benchmarks.web_windows", *arguments))
        expect(windows, "ready")
        worker = stack.enter_context(process(folder, "benchmarks.web_worker", site["topic"]))
        expect(worker, "ready")
        by_post, by_worker = [], []
        for _ in range(ROUNDS):
            post(folder, port, ROUND_SECONDS, 2, EVENTS_A_SECOND)
            by_post.append(late(folder, site["topic"], windows))
            tell(worker, f"{ROUND_SECONDS} {EVENTS_A_SECOND}")
            expect(worker, "done")
            by_worker.append(late(folder, site["topic"], windows))
    return [
        value_figure("commit_to_socket_p95_ms", by_post, "ms", "<= 500"),
        value_figure("worker_to_socket_p95_ms", by_worker, "ms", "<= 500"),
    ]


def late(folder: Path, topic: str, windows: "subprocess.Popen[str]") -> float:
    """How late the windows were: the 95th percentile over events and windows, in milliseconds.

    Counted from when the event was written, a little before its commit.

    Raises:
        RuntimeError: an event did not reach every window exactly once.
    """
    time.sleep(1.0)
    tell(windows, "tell")
    assert windows.stdout is not None
    came: dict[int, list[float]] = dict(json.loads(windows.stdout.readline()))
    written = written_at(folder, topic)
    wrong = {seq: len(times) for seq, times in came.items() if len(times) != SOCKETS}
    if wrong or not came:
        raise RuntimeError(f"Events did not come once to each of {SOCKETS} windows: {wrong}.")
    waits = sorted(each - written[seq] for seq, times in came.items() for each in times)
    return waits[int(0.95 * len(waits))] * 1000


def written_at(folder: Path, topic: str) -> dict[int, float]:
    """Event number → when it was written, in seconds since the epoch."""
    connection = sqlite3.connect(folder / "site.sqlite3")
    try:
        rows = connection.execute("SELECT seq, created FROM live_event WHERE topic = ?", (topic,))
        return {
            seq: datetime.fromisoformat(created).replace(tzinfo=UTC).timestamp()
            for seq, created in rows
        }
    finally:
        connection.close()


def tell(started: "subprocess.Popen[str]", line: str) -> None:
    """Write one line to a process."""
    assert started.stdin is not None
    started.stdin.write(f"{line}\n")
    started.stdin.flush()


def expect(started: "subprocess.Popen[str]", word: str) -> None:
    """Wait for that word.

    Raises:
        RuntimeError: the process said something else, or ended.
    """
    assert started.stdout is not None
    said = started.stdout.readline().strip()
    if said != word:
        raise RuntimeError(f"A process was to say {word!r} and said {said!r}.")

"""Kill what runs under a real ``up``, one after the other, while people post rows and train.

``up`` is never touched. Afterwards every acknowledged row is there exactly once, every run has
ended well or with a reason, newly queued runs end within three minutes, and nothing is left behind.
"""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from crowdcontrolled.supervisor import linux
from tests.long.session import Answer, NoAnswer, Session
from tests.supervisor.running import ROOT, RunningSite, living, wait_for

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(sys.platform != "linux", reason="The supervisor's guarantees need Linux."),
]
#: Seconds between a kill and the end of a run that is queued after it.
ALLOWED = 180
#: Below the limit of 60 a minute for each person.
POST_EVERY = 1.3


class KillSite(RunningSite):
    """The site of this test, read from outside through its database."""

    made: dict[str, Any]

    def prepare(self) -> None:
        command = [sys.executable, "-m", "tests.long.kill_world"]
        run = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert run.returncode == 0, run.stderr
        self.made = json.loads(run.stdout.splitlines()[-1])

    def rows(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        path = Path(self.environment["VAR"]) / "site.sqlite3"
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=20)) as database:
            return database.execute(query, parameters).fetchall()

    def worker(self, slot: str) -> int:
        query = "SELECT worker FROM jobs_workerbeat WHERE slot = ? ORDER BY at DESC LIMIT 1"
        return int(self.rows(query, slot)[0][0].rpartition(":")[2])

    def run_state(self, run: int) -> str:
        return str(self.rows("SELECT state FROM training_run WHERE id = ?", run)[0][0])

    def busy_worker(self, run: int) -> int:
        """The worker that has the run in its hands; 0 when none has."""
        query = "SELECT worker FROM jobs_job WHERE key = ? AND state = 'running'"
        found = self.rows(query, f"run:{run}")
        return int(found[0][0].rpartition(":")[2]) if found else 0


class Person:
    """Somebody with a session in a browser."""

    def __init__(self, site: KillSite, link: str) -> None:
        self.slug = site.made["slug"]
        self.session = Session(f"http://localhost:{site.port}")
        assert self.session.get(link).status == 200
        assert self.session.post(link, {}).status == 302

    def train(self) -> int:
        """Start a run, as often as needed until the site takes it; one key, so one run."""
        settings = {
            "architecture": "dense",
            "epochs": "200",
            "layer_units": "32",
            "layer_activation": "relu",
            "idempotency_key": uuid.uuid4().hex,
        }
        answer = insist(lambda: self.session.post(f"/p/{self.slug}/train/", settings))
        assert answer.status == 302, answer.text
        return int(answer.location.strip("/").rpartition("/")[2])


class Contributor(threading.Thread):
    """Posts one row after the other; a post without an answer is repeated with its key.

    So is every tenth that has its answer: a kill need not hit a post on its way.
    """

    def __init__(
        self, person: Person, columns: list[str], first: int, stop: threading.Event
    ) -> None:
        super().__init__(daemon=True)
        self.person, self.columns, self.number, self.stopped = person, columns, first, stop
        self.acknowledged: list[int] = []
        self.repeated = 0
        self.problem = ""

    def run(self) -> None:
        try:
            while not self.stopped.wait(POST_EVERY):
                self.number += 1
                self._add(self.number)
        except Exception as problem:
            self.problem = repr(problem)

    def _add(self, number: int) -> None:
        half = "high" if number % 100 > 50 else "low"
        values = dict(zip(self.columns, (str(number), half), strict=True))
        data = {**values, "agree": "on", "idempotency_key": uuid.uuid4().hex}
        tries = 0

        def post() -> Answer:
            nonlocal tries
            tries += 1
            return self.person.session.post(f"/p/{self.person.slug}/contribute/", data)

        answer = insist(post)
        assert answer.status == 302, answer.text
        if number % 10 == 0:
            assert insist(post).status == 302
        self.repeated += tries > 1
        self.acknowledged.append(number)


def insist(act: Callable[[], Answer]) -> Answer:
    """Repeat until there is an answer."""
    until = time.monotonic() + ALLOWED
    while True:
        try:
            return act()
        except NoAnswer:
            assert time.monotonic() < until, "The web did not come back."
            time.sleep(0.2)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[KillSite]:
    running = KillSite(tmp_path, "crowdcontrolled.settings", "--no-seed")
    try:
        running.wait_until_ready(120)
        running.prepare()
        yield running
    finally:
        running.stop()


def wait_for_end(site: KillSite, run: int) -> None:
    wait_for(f"run {run} ends", lambda: site.run_state(run) in ("done", "failed"), ALLOWED)


def kill_web(site: KillSite, _person: Person) -> None:
    os.kill(site.leader("web"), signal.SIGKILL)


def kill_cluster_parent(site: KillSite, person: Person) -> None:
    run = person.train()
    wait_for("it is trained", lambda: site.busy_worker(run), ALLOWED)
    os.kill(site.leader("training"), signal.SIGKILL)


def kill_idle_worker(site: KillSite, _person: Person) -> None:
    idle = "SELECT 1 FROM jobs_job WHERE slot = 'training' AND state IN ('queued', 'running')"
    wait_for("nothing is trained", lambda: not site.rows(idle), ALLOWED)
    time.sleep(0.5)
    os.kill(site.worker("training"), signal.SIGKILL)


def kill_busy_worker(site: KillSite, person: Person) -> None:
    run = person.train()
    os.kill(wait_for("it is trained", lambda: site.busy_worker(run), ALLOWED), signal.SIGKILL)


def kill_training(site: KillSite, person: Person) -> None:
    run = person.train()
    worker = wait_for("it is trained", lambda: site.busy_worker(run), ALLOWED)
    os.kill(wait_for("the engine", lambda: site.below(worker), 30)[0], signal.SIGKILL)


KILLS = (kill_web, kill_cluster_parent, kill_idle_worker, kill_busy_worker, kill_training)


def test_nothing_is_lost_doubled_stuck_or_left_behind(site: KillSite) -> None:
    people = [Person(site, link) for link in site.made["links"]]
    stop = threading.Event()
    columns = site.made["columns"]
    contributors = [
        Contributor(person, columns, 100_000 * number, stop)
        for number, person in enumerate((Person(site, link) for link in links_again(site)), 1)
    ]
    for contributor in contributors:
        contributor.start()
    seen: set[int] = set()
    took: dict[str, float] = {}
    for number, kill in enumerate(KILLS):
        seen |= site.everything()
        kill(site, people[number % len(people)])
        began = time.monotonic()
        wait_for_end(site, people[(number + 1) % len(people)].train())
        took[kill.__name__] = time.monotonic() - began
    stop.set()
    for contributor in contributors:
        contributor.join(timeout=ALLOWED)
        assert contributor.problem == ""

    print("seconds from the kill to the end of a new run:", took)
    check_rows(site, contributors)
    check_runs(site)
    seen |= site.everything()
    assert site.stop() < 30
    check_leftovers(site, seen)


def links_again(site: KillSite) -> list[str]:
    """A link signs in once only; the contributors' windows need links of their own."""
    links: list[str] = site.made["more_links"]
    return links


def check_rows(site: KillSite, contributors: list[Contributor]) -> None:
    number = site.made["columns"][0]
    table = f"p_{site.made['project']}"
    there = Counter(
        int(value) for (value,) in site.rows(f'SELECT "{number}" FROM "{table}"') if value > 0
    )
    acknowledged = [row for contributor in contributors for row in contributor.acknowledged]
    assert len(acknowledged) > 100
    assert sum(contributor.repeated for contributor in contributors) > 0
    assert there == Counter(acknowledged)
    arrivals = [at for (at,) in site.rows(f'SELECT arrival FROM "{table}" ORDER BY arrival')]
    assert arrivals == list(range(len(arrivals)))


def check_runs(site: KillSite) -> None:
    unfinished = "SELECT 1 FROM training_run WHERE state NOT IN ('done', 'failed')"
    wait_for("all runs end", lambda: not site.rows(unfinished), ALLOWED)
    runs = site.rows("SELECT state, reason FROM training_run ORDER BY id")
    # The project's own training comes beside them, as soon as there are rows enough.
    wished = site.rows("SELECT state FROM training_run WHERE origin = 'person'")
    states = Counter(state for (state,) in wished)
    assert sum(states.values()) == len(KILLS) + 3
    assert states["done"] >= len(KILLS)
    assert all(reason for state, reason in runs if state == "failed")
    jobs = site.rows(
        "SELECT r.state, j.state FROM training_run r JOIN jobs_job j ON j.key = 'run:' || r.id"
    )
    assert len(jobs) == len(runs)
    assert all(run == job for run, job in jobs)


def check_leftovers(site: KillSite, seen: set[int]) -> None:
    """Neither a process that was ever seen below ``up``, nor one that names its folder."""
    assert not living(seen)
    folder = site.environment["VAR"].encode()
    for process in linux.processes():
        try:
            line = (Path("/proc") / str(process.pid) / "cmdline").read_bytes()
        except OSError:
            continue
        assert folder not in line, line

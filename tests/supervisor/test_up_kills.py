"""Whatever dies or wedges under ``up`` is replaced with no hand on it, and no orphan remains."""

import os
import signal
import time
from typing import Any

import pytest

from tests.supervisor.running import RunningSite, living, wait_for

pytestmark = pytest.mark.long
#: What the contract allows between a kill and the end of newly queued work.
ALLOWED = 180


def wish(site: RunningSite, kind: str, key: str, **payload: object) -> None:
    wait_for(
        "a wish is taken",
        lambda: site.post("/wish", {"kind": kind, "key": key, "payload": payload}),
        ALLOWED,
    )


def job(site: RunningSite, key: str) -> Any:
    return site.get("/state")["jobs"].get(key, {})


def wait_until(site: RunningSite, key: str, state: str, seconds: float = ALLOWED) -> None:
    wait_for(f"{key} is {state}", lambda: job(site, key).get("state") == state, seconds)


@pytest.mark.parametrize("victim", ["web", "training", "light"])
def test_a_killed_first_process_is_back_within_seconds(site, victim):
    before = site.leader(victim)
    orphans = {before, *site.below(before)}

    os.kill(before, signal.SIGKILL)

    wait_for("a new process", lambda: site.leader(victim) != before, 10)
    wait_for("its children are gone", lambda: not living(orphans), 5)
    wish(site, "doze" if victim == "light" else "nap", "next", milliseconds=100)
    wait_until(site, "next", "done", 30)


def test_all_that_wedges_at_once_is_replaced(site):
    """An idle worker killed (nobody ever reads its queue again), a cluster and the web stopped."""
    wish(site, "doze", "first", milliseconds=0)
    wait_until(site, "first", "done", 30)
    wish(site, "nap", "second", milliseconds=0)
    wait_until(site, "second", "done", 30)
    leaders = {name: site.leader(name) for name in ("web", "training", "light")}
    os.kill(site.worker("light"), signal.SIGKILL)
    os.kill(site.worker("training"), signal.SIGSTOP)
    os.kill(leaders["web"], signal.SIGSTOP)

    wait_for(
        "all three are replaced",
        lambda: all(site.leader(n) != p for n, p in leaders.items()),
        ALLOWED,
    )

    wish(site, "doze", "third", milliseconds=0)
    wish(site, "nap", "fourth", milliseconds=0)
    wait_until(site, "third", "done", 60)
    wait_until(site, "fourth", "done", 60)


def test_a_killed_busy_worker_costs_an_attempt_and_its_child_ends_with_it(site):
    wish(site, "nap", "long", milliseconds=8000, child=True)
    wait_until(site, "long", "running", 20)
    worker = int(job(site, "long")["worker"].rpartition(":")[2])
    (child,) = wait_for("the child", lambda: site.below(worker), 5)
    # The wish of somebody else while the worker is dead.
    os.kill(worker, signal.SIGKILL)
    wish(site, "nap", "short", milliseconds=100)

    wait_for("the child is gone", lambda: not living({child}), 5)
    wait_until(site, "long", "done")
    wait_until(site, "short", "done")
    assert job(site, "long")["attempt"] == 2
    assert sorted(site.get("/state")["traces"]) == ["long", "short"]


def test_a_killed_pusher_and_monitor_harm_nothing(site):
    sentinel = site.below(site.leader("light"))[0]
    worker = site.worker("light")
    for helper in set(site.below(sentinel)) - {worker}:
        os.kill(helper, signal.SIGKILL)

    for number in range(5):
        wish(site, "doze", f"doze {number}", milliseconds=0)
    for number in range(5):
        wait_until(site, f"doze {number}", "done")


def test_a_long_job_is_no_wedge(site):
    """It outlasts the limit of silence by its leases, while the other slot goes on working."""
    wish(site, "nap", "long", milliseconds=70000)
    wait_until(site, "long", "running", 20)
    leader = site.leader("training")
    time.sleep(30)
    wish(site, "doze", "meanwhile", milliseconds=0)
    wait_until(site, "meanwhile", "done", 10)

    wait_until(site, "long", "done", 60)

    assert site.leader("training") == leader
    assert job(site, "long")["attempt"] == 1

"""Lost jobs come back, poison ones end with a reason."""

import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from django.utils import timezone

from jobs import bell, sweeper
from jobs.models import Job, WorkerBeat
from jobs.queries import is_work
from jobs.services import claim, enqueue, request_stop
from jobs.sweeper import Swept, start_sweeper, sweep
from jobs.worker import host, me, surely_dead
from tests.jobs import handlers

pytestmark = pytest.mark.django_db
LATER = timedelta(seconds=61)


@pytest.fixture
def dead_worker() -> str:
    """A process of this machine that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return f"{host()}:{process.pid}"


def test_a_job_in_good_hands_stays_there():
    enqueue("works", "w:1")
    claim("light", me())

    assert sweep() == Swept((), ())
    assert Job.objects.get().state == "running"


def test_a_lease_that_ran_out_brings_the_job_back():
    enqueue("works", "w:1")
    claim("light", "elsewhere:1")

    assert sweep() == Swept((), ())
    assert sweep(timezone.now() + LATER) == Swept(("w:1",), ())

    job = Job.objects.get()
    assert (job.state, job.attempt, job.token, job.worker) == ("queued", 1, None, "")


def test_a_worker_of_this_machine_that_is_gone_needs_no_waiting(dead_worker):
    enqueue("works", "w:1")
    claim("light", dead_worker)

    assert sweep() == Swept(("w:1",), ())


def test_a_poison_job_fails_after_its_attempts_and_says_so(dead_worker):
    enqueue("works", "w:1")
    for _attempt in range(3):
        assert claim("light", dead_worker) is not None
        sweep()

    job = Job.objects.get()
    assert (job.state, job.attempt) == ("failed", 3)
    assert job.reason.startswith("The worker died 3 times while doing this")
    assert handlers.log == [f"w:1 failed: {job.reason}"]
    assert claim("light", dead_worker) is None
    assert sweep(timezone.now() + LATER) == Swept((), ())


def test_a_job_that_was_to_stop_does_not_come_back(dead_worker):
    job = enqueue("works", "w:1")
    claim("light", dead_worker)
    request_stop(job.pk)

    assert sweep() == Swept((), ("w:1",))
    assert "asked to stop" in Job.objects.get().reason


def test_a_broken_on_failed_keeps_the_job_for_the_next_sweep(dead_worker, monkeypatch):
    def break_down(_job: Job) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(handlers, "note_failure", break_down)
    job = enqueue("works", "w:1")
    other = enqueue("works", "w:2")
    claim("light", dead_worker)
    claim("light", dead_worker)
    request_stop(job.pk)

    assert sweep() == Swept(("w:2",), ())

    job.refresh_from_db()
    other.refresh_from_db()
    assert (job.state, other.state) == ("running", "queued")


@pytest.mark.django_db(databases="__all__")
def test_a_sweep_rings_where_work_waits():
    enqueue("trains", "t:1")

    sweep()
    sweep()

    assert is_work("training")
    assert (bell.unheard("training"), bell.unheard("light")) == (1, 0)


def test_old_signs_of_life_are_forgotten():
    now = timezone.now()
    WorkerBeat.objects.create(slot="light", worker="here:1", at=now - timedelta(days=2))
    WorkerBeat.objects.create(slot="light", worker="here:2", at=now)

    sweep()

    assert [beat.worker for beat in WorkerBeat.objects.all()] == ["here:2"]


def test_only_the_surely_dead_are_dead(dead_worker):
    assert surely_dead(dead_worker)
    assert not surely_dead(me())
    assert not surely_dead(f"{host()}:1")
    assert not surely_dead("elsewhere:1")
    assert not surely_dead("")


def test_a_process_has_one_sweeper(monkeypatch):
    monkeypatch.setattr(sweeper, "EVERY", 3600.0)
    start_sweeper()
    start_sweeper()

    assert [thread.name for thread in threading.enumerate()].count(sweeper.NAME) == 1

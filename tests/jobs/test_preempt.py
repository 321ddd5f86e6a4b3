"""Jobs that give way: taken last, and back in the queue when another one waits."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from jobs.errors import GiveWay, LostLease
from jobs.kinds import KINDS, Kind
from jobs.lease import kept
from jobs.models import Job, WorkerBeat
from jobs.queries import GRACE, position, queue_overview, should_give_way
from jobs.services import claim, enqueue, give_way
from jobs.tasks import work_one
from tests.jobs import handlers
from tests.jobs.handlers import take, token_of


def modest(job: Job) -> None:
    """Works until another one waits, or until ``enough`` looks were taken."""
    with kept(job) as lease:
        for _look in range(200):
            if lease.give_way:
                handlers.log.append(f"{job.key} gave way")
                raise GiveWay
            if job.payload.get("quick"):
                break
            time.sleep(0.02)
    handlers.works(job)


@pytest.fixture(autouse=True)
def modest_kind(kinds: None) -> None:
    KINDS["modest"] = Kind("modest", "light", "tests.jobs.test_preempt.modest", gives_way=True)


def long_ago(*jobs: Job) -> None:
    """As if they had waited for a while."""
    Job.objects.filter(pk__in=[job.pk for job in jobs]).update(run_after=timezone.now() - 2 * GRACE)


@pytest.mark.django_db
class TestOrder:
    def test_it_is_taken_after_all_others_though_it_came_first(self):
        enqueue("modest", "m:1")
        enqueue("modest", "m:2")
        for number in range(3):
            enqueue("works", f"w:{number}", user_id=1)
        taken = [take("light", "here:1").key for _ in range(5)]
        assert taken == ["w:0", "w:1", "w:2", "m:1", "m:2"]

    def test_it_is_in_nobodys_way(self):
        waits = [enqueue("modest", f"m:{number}") for number in range(2)]
        person = enqueue("works", "w:1", user_id=1)
        place = position(person)
        assert place is not None
        assert (place.position, place.of) == (1, 1)
        last = position(waits[1])
        assert last is not None
        assert (last.position, last.of) == (3, 3)

    def test_a_running_one_does_not_put_off_the_promised_start(self):
        WorkerBeat.objects.create(slot="light", worker="here:1", at=timezone.now())
        enqueue("modest", "m:1")
        take("light", "here:1")
        person = enqueue("works", "w:1", user_id=1)
        place = position(person)
        assert place is not None
        assert place.starts_in_seconds == 0

    def test_the_overview_counts_the_others(self):
        enqueue("modest", "m:1")
        take("light", "here:1")
        enqueue("modest", "m:2")
        enqueue("works", "w:1")
        overview = queue_overview("light")
        assert (overview.queued, overview.running) == (1, 0)


@pytest.mark.django_db
class TestGivingWay:
    def test_it_costs_no_attempt_and_is_counted(self):
        enqueue("modest", "m:1")
        for _turn in range(5):
            job = take("light", "here:1")
            give_way(job.pk, token_of(job))
        job.refresh_from_db()
        assert (job.state, job.attempt, job.yields, job.token) == ("queued", 0, 5, None)

    def test_whoever_lost_the_job_cannot_give_it_back(self):
        enqueue("modest", "m:1")
        zombie = take("light", "here:1")
        Job.objects.update(state="queued", token=None, lease_until=None)
        take("light", "here:2")
        with pytest.raises(LostLease):
            give_way(zombie.pk, token_of(zombie))
        assert Job.objects.get().state == "running"

    def test_an_idle_worker_gets_a_moment_to_take_it(self):
        for worker in ("here:1", "here:2"):
            WorkerBeat.objects.create(slot="light", worker=worker, at=timezone.now())
        enqueue("modest", "m:1")
        job = take("light", "here:1")
        person = enqueue("works", "w:1")
        assert not should_give_way(job)
        long_ago(person)
        assert should_give_way(job)

    def test_without_one_it_gives_way_at_once(self):
        WorkerBeat.objects.create(slot="light", worker="here:1", at=timezone.now())
        enqueue("modest", "m:1")
        job = take("light", "here:1")
        assert not should_give_way(job)
        enqueue("works", "w:1")
        assert should_give_way(job)

    def test_nobody_gives_way_to_a_job_that_waits_for_a_later_time(self):
        enqueue("modest", "m:1")
        job = take("light", "here:1")
        person = enqueue("works", "w:1")
        Job.objects.filter(pk=person.pk).update(run_after=timezone.now() + timedelta(minutes=1))
        assert not should_give_way(job)

    def test_nor_to_one_of_its_own_sort_nor_to_another_slot(self):
        enqueue("modest", "m:1")
        job = take("light", "here:1")
        long_ago(enqueue("modest", "m:2"), enqueue("trains", "t:1"))
        assert not should_give_way(job)

    def test_of_two_only_the_younger_gives_way_to_one(self):
        for number in range(2):
            enqueue("modest", f"m:{number}")
        elder, younger = take("light", "here:1"), take("light", "here:2")
        long_ago(enqueue("works", "w:1"))
        assert (should_give_way(elder), should_give_way(younger)) == (False, True)
        long_ago(enqueue("works", "w:2"))
        assert (should_give_way(elder), should_give_way(younger)) == (True, True)

    def test_it_finishes_when_nobody_waits_any_more(self):
        enqueue("modest", "m:1", payload={"quick": True})
        assert work_one("light", raising=True) is not None
        assert Job.objects.get().state == "done"


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_whoever_comes_starts_within_two_seconds_and_it_ends_later():
    enqueue("modest", "m:1")

    def come() -> None:
        while not Job.objects.filter(state="running").exists():
            time.sleep(0.01)
        enqueue("works", "w:1", user_id=7)
        connections.close_all()

    thread = threading.Thread(target=come)
    thread.start()
    assert work_one("light", raising=True) is not None
    thread.join()
    work_one("light", raising=True)
    person = Job.objects.get(key="w:1")
    assert person.started_at is not None
    assert (person.started_at - person.created_at).total_seconds() < 2
    assert handlers.log == ["m:1 gave way", "w:1"]

    Job.objects.filter(key="m:1").update(payload={"quick": True})
    work_one("light", raising=True)
    modest_job = Job.objects.get(key="m:1")
    assert (modest_job.state, modest_job.attempt, modest_job.yields) == ("done", 1, 1)


@pytest.mark.django_db
def test_a_kind_that_does_not_give_way_is_never_asked_to():
    enqueue("works", "w:1")
    job = take("light", "here:1")
    long_ago(enqueue("works", "w:2"))
    with kept(job) as lease:
        assert not lease.give_way
    assert claim("light", "here:2") is not None

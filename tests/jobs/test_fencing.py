"""Whoever lost the job changes nothing any more."""

import uuid
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from jobs.errors import LostLease
from jobs.models import Job, WorkerBeat
from jobs.services import enqueue, fail, finish, look, release, renew
from jobs.states import State
from jobs.sweeper import sweep
from tests.jobs.handlers import effect, take, token_of

pytestmark = pytest.mark.django_db


def taken_twice() -> tuple[Job, Job]:
    """The same job as a worker had it whose lease ran out, and as the next one has it."""
    enqueue("works", "w:1")
    zombie = take("light", "elsewhere:1")
    sweep(timezone.now() + timedelta(seconds=61))
    heir = take("light", "elsewhere:2")
    return zombie, heir


def finish_with_effect(job: Job) -> None:
    with transaction.atomic():
        effect(job)
        finish(job.pk, token_of(job))


def test_a_zombies_work_is_rolled_back_and_the_heirs_counts_once():
    zombie, heir = taken_twice()

    with pytest.raises(LostLease):
        finish_with_effect(zombie)
    assert not WorkerBeat.objects.exists()

    finish_with_effect(heir)
    with pytest.raises(LostLease):
        finish(heir.pk, token_of(heir))
    assert WorkerBeat.objects.filter(slot="effect").count() == 1
    assert Job.objects.get().attempt == 2


def test_a_zombie_can_neither_fail_nor_release_nor_renew():
    zombie, heir = taken_twice()

    with pytest.raises(LostLease):
        fail(zombie.pk, token_of(zombie), "I thought it was mine.")
    with pytest.raises(LostLease):
        release(zombie.pk, token_of(zombie))
    assert not renew(zombie.pk, token_of(zombie)).alive
    assert not look(zombie.pk, token_of(zombie)).alive
    job = Job.objects.get()
    assert (job.state, job.token, job.lease_until) == ("running", heir.token, heir.lease_until)


def test_renewing_moves_the_lease_and_gives_a_sign_of_life():
    enqueue("works", "w:1")
    job = take("light", "elsewhere:1")
    old = timezone.now() - timedelta(hours=1)
    beat = WorkerBeat.objects.create(slot="light", worker="elsewhere:1", at=old)

    assert renew(job.pk, token_of(job), seconds=300, worker="elsewhere:1").alive

    job.refresh_from_db()
    beat.refresh_from_db()
    assert job.lease_until is not None
    assert job.lease_until > timezone.now() + timedelta(seconds=290)
    assert beat.at > old


def test_finishing_as_cancelled():
    enqueue("works", "w:1")
    job = take("light", "elsewhere:1")
    with transaction.atomic():
        finish(job.pk, token_of(job), to=State.CANCELLED)

    job.refresh_from_db()
    assert (job.state, job.token) == ("cancelled", None)
    assert job.finished_at is not None


def test_finish_is_not_for_failures():
    with pytest.raises(ValueError, match=r"use fail\(\)"):
        finish(1, uuid.uuid4(), to=State.FAILED)


@pytest.mark.django_db(transaction=True)
def test_finish_needs_a_transaction_to_roll_back():
    with pytest.raises(RuntimeError, match="belongs into the transaction"):
        finish(1, uuid.uuid4())

"""Handlers of the job kinds that only the tests know."""

import time
from uuid import UUID

from django.db import transaction

from common.errors import Refused
from jobs.errors import LostLease, Retry
from jobs.lease import kept
from jobs.models import Job, WorkerBeat
from jobs.services import claim, finish

#: What the handlers did, in order (keys of jobs).
log: list[str] = []


def token_of(job: Job) -> UUID:
    assert job.token is not None
    return job.token


def take(slot: str, worker: str) -> Job:
    """The next job of the slot, which must be there."""
    job = claim(slot, worker)
    assert job is not None
    return job


def effect(job: Job) -> None:
    """One visible effect, in the job's own transaction: a row named after the job."""
    WorkerBeat.objects.create(slot="effect", worker=job.key, at=job.created_at)


def works(job: Job) -> None:
    with transaction.atomic():
        effect(job)
        finish(job.pk, token_of(job))
    log.append(job.key)


def breaks(job: Job) -> None:
    with transaction.atomic():
        effect(job)
        raise ZeroDivisionError("a secret detail")


def refuses(job: Job) -> None:
    raise Refused("There are only 3 rows: at least 10 are needed.")


def wants_again(job: Job) -> None:
    raise Retry("The storage did not answer.")


def forgets(job: Job) -> None:
    """Returns without finishing."""


def is_robbed(job: Job) -> None:
    """Loses its lease before it finishes."""
    Job.objects.filter(pk=job.pk).update(token="00000000-0000-0000-0000-000000000001")
    with transaction.atomic():
        effect(job)
        finish(job.pk, token_of(job))


def watches(job: Job) -> None:
    """Works until it is asked to stop or loses its lease."""
    with kept(job) as lease:
        while not lease.stop_requested:
            if lease.lost:
                raise LostLease
            time.sleep(0.02)
    works(job)


def note_failure(job: Job) -> None:
    log.append(f"{job.key} failed: {job.reason}")

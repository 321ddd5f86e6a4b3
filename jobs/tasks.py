"""What django-q2 runs when the bell rings: one turn, at most one job."""

import logging
from collections.abc import Callable
from uuid import UUID

from django.db import DatabaseError
from django.utils.translation import gettext as _

from common.errors import Refused
from jobs import bell, queries, services, sweeper, worker
from jobs.errors import GiveWay, Interrupted, LostLease, Retry
from jobs.interrupt import interruptible
from jobs.kinds import kind_of
from jobs.lease import kept
from jobs.models import Job
from jobs.states import State

logger = logging.getLogger(__name__)


def turn(slot: str, host: str = "", hops: int = 0) -> None:
    """Give a sign of life, do at most one job of the slot, and ring for the next one.

    Args:
        slot: "training" or "light".
        host: the machine the bell is meant for: any other one hands it on, so that the
            supervisor there sees its own workers live.
        hops: how often it was handed on.
    """
    with interruptible() as interrupt:
        try:
            _turn(slot, host, hops)
        except Interrupted:
            raise SystemExit(0) from None
        if interrupt.wanted:
            raise SystemExit(0)


def _turn(slot: str, host: str, hops: int) -> None:
    _beat(slot)
    if host and host != worker.host() and hops < bell.MAX_HOPS:
        bell.ring(slot, host=host, hops=hops + 1)
    sweeper.sweep_sometimes()
    if work_one(slot) is not None and queries.is_work(slot):
        bell.ring_once(slot)


def work_one(slot: str, *, raising: bool = False) -> Job | None:
    """Take the next job of the slot and do it in this process.

    Args:
        slot: "training" or "light".
        raising: let the handler's exceptions through after noting them (for tests).

    Returns:
        The job as it was taken, or None when nothing is due.
    """
    job = services.claim(slot, worker.me())
    if job is None:
        return None
    try:
        _handle(job)
    except Interrupted:
        _note(job, "interrupted", services.release)
        raise
    except GiveWay:
        _note(job, "gave way", services.give_way)
    except Exception as problem:
        _note_problem(job, problem)
        if raising:
            raise
    return job


def _handle(job: Job) -> None:
    with kept(job):
        kind_of(job.kind).load_handler()(job)
    still = Job.objects.filter(pk=job.pk, token=job.token, state=State.RUNNING)
    if still.exists():
        raise RuntimeError(f"The handler of {job.kind} returned without finishing job {job.pk}.")


def _note_problem(job: Job, problem: Exception) -> None:
    """End the attempt; the user reads a sentence, the log has the traceback."""
    if isinstance(problem, LostLease):
        logger.warning("Job %s was taken from this worker; its work is rolled back.", job)
        return
    if isinstance(problem, Retry):
        reason, retry, after = problem.reason, True, problem.after
    elif isinstance(problem, Refused):
        reason, retry, after = problem.message, False, 0.0
    else:
        logger.error("Job %s failed.", job, exc_info=problem)
        reason, retry, after = _("Something went wrong on our side. It was logged."), False, 0.0
    _note(
        job,
        "failed",
        lambda job_id, token: services.fail(job_id, token, reason, retry=retry, after=after),
    )


def _note(job: Job, what: str, verb: Callable[[int, UUID], None]) -> None:
    if job.token is None:
        return
    try:
        verb(job.pk, job.token)
    except LostLease:
        logger.warning("Job %s %s, but it was taken from this worker before.", job, what)


def _beat(slot: str) -> None:
    """A sign of life; should the database refuse it, the turn goes on."""
    try:
        services.beat(slot, worker.me())
    except DatabaseError:
        logger.warning("The sign of life of slot %s was not saved.", slot, exc_info=True)

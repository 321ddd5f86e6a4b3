"""The verbs of background work: wish for it, take it, end it.

Every change of state is one conditional UPDATE that names the state it starts from: whoever
comes second changes no row.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from jobs import bell
from jobs.errors import LostLease
from jobs.kinds import giving_way, kind_of
from jobs.models import Job, WorkerBeat
from jobs.queries import fair_queue, is_work, should_give_way
from jobs.states import State, check_way

#: How many of the next jobs a worker tries before it leaves the rest to the others.
TRIES = 50
#: The longest string in a payload: ids and short words, never content.
SHORT = 200


@dataclass(frozen=True)
class Renewal:
    """What a worker learns about its job: is it still its own, should it stop, or give way?"""

    alive: bool
    stop_requested: bool
    give_way: bool = False


def enqueue(
    kind: str, key: str, *, user_id: int | None = None, payload: Mapping[str, Any] | None = None
) -> Job:
    """Wish for one job, in the caller's transaction: rolled back with it, rung for after it.

    Args:
        kind: a registered kind.
        key: what is to be done ("train:17"). The same key gives the existing job, whatever
            its state.
        user_id: who asked; None for the site itself.
        payload: ids and short strings.

    Raises:
        LookupError: there is no such kind.
        ValueError: the payload holds something else.
    """
    known = kind_of(kind)
    _check_payload(payload or {})
    with transaction.atomic():
        job, created = Job.objects.get_or_create(
            key=key,
            defaults={
                "kind": kind,
                "slot": known.slot,
                "user": user_id,
                "payload": dict(payload or {}),
                "max_attempts": known.max_attempts,
            },
        )
        if created:
            transaction.on_commit(partial(bell.ring, known.slot), robust=True)
    return job


def claim(slot: str, worker: str) -> Job | None:
    """Take the next job of the slot for this worker: counts the attempt, sets token and lease."""
    if not is_work(slot):
        return None
    now = timezone.now()
    with transaction.atomic():
        for job_id in fair_queue(slot, now)[:TRIES]:
            job = _take(job_id, worker, now)
            if job is not None:
                return job
    return None


def renew(job_id: int, token: uuid.UUID, *, seconds: float = 60, worker: str = "") -> Renewal:
    """Say that the worker is still at it, for so many seconds more."""
    now = timezone.now()
    with transaction.atomic():
        mine = Job.objects.filter(pk=job_id, token=token, state=State.RUNNING)
        alive = mine.update(lease_until=now + timedelta(seconds=seconds)) == 1
        if alive and worker:
            WorkerBeat.objects.filter(worker=worker).update(at=now)
        return Renewal(alive, alive and mine.filter(stop_requested=True).exists())


def look(job_id: int, token: uuid.UUID) -> Renewal:
    """As ``renew``, without writing; also whether others wait for whom the job gives way."""
    job = Job.objects.filter(pk=job_id, token=token, state=State.RUNNING).first()
    if job is None:
        return Renewal(alive=False, stop_requested=False)
    give_way = job.kind in giving_way() and should_give_way(job)
    return Renewal(alive=True, stop_requested=job.stop_requested, give_way=give_way)


def finish(job_id: int, token: uuid.UUID, *, to: State = State.DONE) -> None:
    """End the job well, in the caller's transaction, together with its effects.

    Args:
        job_id: the job.
        token: as the worker got it.
        to: ``State.DONE``, or ``State.CANCELLED`` when the person wanted no result any more.

    Raises:
        LostLease: the job is somebody else's by now; the exception rolls the effects back.
        RuntimeError: there is no transaction that it could roll back.
    """
    if to not in (State.DONE, State.CANCELLED):
        raise ValueError(f"A job does not finish as {to}: use fail().")
    if not connection.in_atomic_block:
        raise RuntimeError("finish() belongs into the transaction of the job's effects.")
    _end(_own(job_id, token), to, reason="")


def fail(
    job_id: int, token: uuid.UUID, reason: str, *, retry: bool = False, after: float = 0
) -> None:
    """The attempt failed: back into the queue, or the end.

    Args:
        job_id: the job.
        token: as the worker got it.
        reason: a sentence for the user.
        retry: try again, if attempts are left, after so many seconds.
        after: see ``retry``.

    Raises:
        LostLease: the job is somebody else's by now.
    """
    with transaction.atomic():
        job = _own(job_id, token)
        if retry and job.attempt < job.max_attempts and not job.stop_requested:
            _requeue(job, after=after)
        else:
            end_failed(job, reason)


def release(job_id: int, token: uuid.UUID) -> None:
    """Give the job back uncounted, since the worker was asked to stop.

    Raises:
        LostLease: the job is somebody else's by now.
    """
    with transaction.atomic():
        _requeue(_own(job_id, token), attempt=F("attempt") - 1)


def give_way(job_id: int, token: uuid.UUID) -> None:
    """Give the job back uncounted, since another one waits for its worker.

    Raises:
        LostLease: the job is somebody else's by now.
    """
    with transaction.atomic():
        _requeue(_own(job_id, token), attempt=F("attempt") - 1, yields=F("yields") + 1)


def cancel(job_id: int) -> bool:
    """Take a waiting job out of the queue. A running one is asked to stop.

    Returns:
        Whether it is cancelled now; False when it runs (and will stop) or has ended.
    """
    queued = Job.objects.filter(pk=job_id, state=State.QUEUED)
    if queued.update(state=State.CANCELLED, finished_at=timezone.now()):
        return True
    request_stop(job_id)
    return False


def request_stop(job_id: int) -> bool:
    """Ask a running job to stop; its worker learns of it within half a second.

    Returns:
        Whether it was running.
    """
    running = Job.objects.filter(pk=job_id, state=State.RUNNING)
    return running.update(stop_requested=True) == 1


def end_failed(job: Job, reason: str) -> None:
    """End a job that this transaction holds as failed, and tell its kind.

    Raises:
        LostLease: it is in another state or hand by now.
    """
    _end(job, State.FAILED, reason=reason)
    job.refresh_from_db()
    try:
        on_failed = kind_of(job.kind).load_on_failed()
    except LookupError:
        return
    if on_failed is not None:
        on_failed(job)


def return_lost(job: Job) -> None:
    """Put a job whose worker died back into the queue; the attempt stays counted.

    Raises:
        LostLease: it is in another state or hand by now.
    """
    _requeue(job)


def beat(slot: str, worker: str) -> None:
    """Note a sign of life of a worker."""
    WorkerBeat.objects.update_or_create(slot=slot, worker=worker, defaults={"at": timezone.now()})


def _check_payload(payload: Mapping[str, Any]) -> None:
    for name, value in payload.items():
        short = value is None or isinstance(value, bool | int)
        if not short and not (isinstance(value, str) and len(value) <= SHORT):
            raise ValueError(f"Payload {name!r}: only ids and strings up to {SHORT} characters.")


def _take(job_id: int, worker: str, now: datetime) -> Job | None:
    queued = Job.objects.filter(pk=job_id, state=State.QUEUED)
    job = queued.select_for_update(skip_locked=True).first()
    if job is None:
        return None
    lease = timedelta(seconds=_lease_seconds(job.kind))
    taken = queued.filter(attempt__lt=F("max_attempts")).update(
        state=State.RUNNING,
        attempt=F("attempt") + 1,
        token=uuid.uuid4(),
        lease_until=now + lease,
        worker=worker,
        started_at=now,
        stop_requested=False,
    )
    if not taken:
        return None
    job.refresh_from_db()
    return job


def _lease_seconds(kind: str) -> int:
    try:
        return kind_of(kind).lease_seconds
    except LookupError:
        return 60


def _own(job_id: int, token: uuid.UUID) -> Job:
    """The job, locked until the transaction ends, if the token still fits."""
    held = Job.objects.select_for_update().filter(pk=job_id, token=token, state=State.RUNNING)
    job = held.first()
    if job is None:
        raise LostLease(f"Job {job_id} is not this worker's any more.")
    return job


def _requeue(job: Job, *, after: float = 0, **changes: Any) -> None:
    check_way(job.state, State.QUEUED)
    now = timezone.now()
    _change(
        job,
        state=State.QUEUED,
        token=None,
        lease_until=None,
        worker="",
        queued_at=now,
        run_after=now + timedelta(seconds=after),
        **changes,
    )
    transaction.on_commit(partial(bell.ring, job.slot), robust=True)


def _end(job: Job, to: State, *, reason: str) -> None:
    check_way(job.state, to)
    now = timezone.now()
    seconds = (now - job.started_at).total_seconds() if job.started_at else None
    _change(
        job,
        state=to,
        token=None,
        lease_until=None,
        reason=reason,
        finished_at=now,
        seconds=seconds,
    )


def _change(job: Job, **changes: Any) -> None:
    """The one conditional UPDATE: state and token must still be what was read."""
    still = Job.objects.filter(pk=job.pk, state=job.state, token=job.token)
    if still.update(**changes) != 1:
        raise LostLease(f"Job {job.pk} is in another hand by now.")

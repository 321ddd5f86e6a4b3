"""Reads: who is next, where a job stands, how a slot is doing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import Count, Max, Q
from django.utils import timezone

from jobs.models import Job, WorkerBeat
from jobs.order import fair_order
from jobs.states import State

#: How many finished jobs of a kind tell how long the next one takes.
REMEMBERED = 20
#: Who was served longer ago than this counts as not served.
MEMORY = timedelta(days=1)
#: A worker that is silent for longer is not counted on.
SILENCE = timedelta(seconds=60)


@dataclass(frozen=True)
class Place:
    """Where a waiting job stands: 1 of 1 is next. ``starts_in_seconds`` is None when unknown."""

    position: int
    of: int
    starts_in_seconds: float | None


@dataclass(frozen=True)
class Overview:
    """How a slot is doing now."""

    slot: str
    queued: int
    running: int
    workers: int
    last_beat: datetime | None


def fair_queue(slot: str, now: datetime, *, due: bool = True) -> list[int]:
    """The ids of the waiting jobs of the slot in the order in which they will be taken.

    Args:
        slot: "training" or "light".
        now: what counts as now.
        due: leave out those which wait for a later time.
    """
    queued = Job.objects.filter(slot=slot, state=State.QUEUED)
    if due:
        queued = queued.filter(run_after__lte=now)
    waiting = list(queued.values_list("pk", "user"))
    if len(waiting) < 2:
        return [job_id for job_id, _user in waiting]
    running = Counter(
        Job.objects.filter(slot=slot, state=State.RUNNING).values_list("user", flat=True)
    )
    served = (
        Job.objects.filter(slot=slot, started_at__gte=now - MEMORY)
        .values_list("user")
        .annotate(last=Max("started_at"))
    )
    return fair_order(waiting, running, {user: last for user, last in served if last})


def is_work(slot: str) -> bool:
    """Whether a job of the slot is due."""
    return Job.objects.filter(slot=slot, state=State.QUEUED, run_after__lte=timezone.now()).exists()


def position(job: Job) -> Place | None:
    """Where a queued job stands in the fair order; None when it is not waiting any more."""
    now = timezone.now()
    order = fair_queue(job.slot, now, due=False)
    if job.pk not in order:
        return None
    index = order.index(job.pk)
    return Place(index + 1, len(order), _starts_in(job, order[:index], now))


def usual_seconds(kind: str) -> float | None:
    """How long the last finished jobs of the kind took, in the middle; None without any."""
    done = Job.objects.filter(kind=kind, state=State.DONE, seconds__isnull=False)
    last = list(done.order_by("-finished_at").values_list("seconds", flat=True)[:REMEMBERED])
    return median(seconds for seconds in last if seconds is not None) if last else None


def workers(slot: str, now: datetime) -> int:
    """How many workers of the slot gave a sign of life lately."""
    return WorkerBeat.objects.filter(slot=slot, at__gte=now - SILENCE).count()


def last_beat(slot: str, *, host: str = "") -> datetime | None:
    """The last sign of life in the slot, on one machine or on any."""
    beats = WorkerBeat.objects.filter(slot=slot)
    if host:
        beats = beats.filter(worker__startswith=f"{host}:")
    last: datetime | None = beats.aggregate(at=Max("at"))["at"]
    return last


def queue_overview(slot: str) -> Overview:
    """How many jobs wait and run in the slot, and who is there to do them."""
    now = timezone.now()
    counts = Job.objects.filter(slot=slot).aggregate(
        queued=Count("pk", filter=Q(state=State.QUEUED)),
        running=Count("pk", filter=Q(state=State.RUNNING)),
    )
    return Overview(slot, counts["queued"], counts["running"], workers(slot, now), last_beat(slot))


def _starts_in(job: Job, ahead: Sequence[int], now: datetime) -> float | None:
    """Seconds until the job starts, if all before it take as long as usual."""
    hands = workers(job.slot, now)
    running = Job.objects.filter(slot=job.slot, state=State.RUNNING)
    busy = list(running.values_list("kind", "started_at"))
    kinds = dict(Job.objects.filter(pk__in=ahead).values_list("pk", "kind"))
    usual = {kind: usual_seconds(kind) for kind in {*kinds.values(), *(k for k, _ in busy)}}
    if not hands or None in usual.values():
        return None
    seconds = {kind: value or 0.0 for kind, value in usual.items()}
    free = [
        max(0.0, seconds[kind] - (now - (started or now)).total_seconds()) for kind, started in busy
    ]
    free = sorted([*free, *[0.0] * max(0, hands - len(free))])
    for job_id in ahead:
        free[0] += seconds[kinds[job_id]] if job_id in kinds else 0.0
        free.sort()
    return max(free[0], (job.run_after - now).total_seconds(), 0.0)

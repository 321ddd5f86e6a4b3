"""Reads: who is next, where a job stands, how a slot is doing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import Count, Max, Q
from django.utils import timezone

from jobs.kinds import giving_way, kind_of
from jobs.models import Job, WorkerBeat
from jobs.order import fair_order
from jobs.states import State

#: How many finished jobs of a kind tell how long the next one takes.
REMEMBERED = 20
#: Who was served longer ago than this counts as not served.
MEMORY = timedelta(days=1)
#: A worker that is silent for longer is not counted on.
SILENCE = timedelta(seconds=60)
#: The id of a job that is not there yet: later than any.
NOT_YET = 2**63 - 1
#: How long an idle worker has for taking a job before another one gives way to it.
GRACE = timedelta(seconds=0.5)


@dataclass(frozen=True)
class Place:
    """Where a waiting job stands: 1 of 1 is next. ``starts_in_seconds`` is None when unknown."""

    position: int
    of: int
    starts_in_seconds: float | None


@dataclass(frozen=True)
class Overview:
    """How a slot is doing now: jobs that give way to all others are not counted."""

    slot: str
    queued: int
    running: int
    workers: int
    last_beat: datetime | None


def fair_queue(slot: str, now: datetime, *, due: bool = True) -> list[int]:
    """The ids of the waiting jobs of the slot in the order in which they will be taken.

    Jobs that give way come after all others, the oldest wish first.

    Args:
        slot: "training" or "light".
        now: what counts as now.
        due: leave out those which wait for a later time.
    """
    queued = Job.objects.filter(slot=slot, state=State.QUEUED)
    if due:
        queued = queued.filter(run_after__lte=now)
    lasts = giving_way()
    waiting: list[tuple[int, int | None]] = []
    behind: list[int] = []
    for job_id, user, kind in queued.order_by("pk").values_list("pk", "user", "kind"):
        if kind in lasts:
            behind.append(job_id)
        else:
            waiting.append((job_id, user))
    if len(waiting) < 2:
        return [*(job_id for job_id, _user in waiting), *behind]
    return [*_by_turns(slot, waiting, now), *behind]


def _by_turns(slot: str, waiting: list[tuple[int, int | None]], now: datetime) -> list[int]:
    others = Job.objects.filter(slot=slot).exclude(kind__in=giving_way())
    running = Counter(others.filter(state=State.RUNNING).values_list("user", flat=True))
    served = (
        others.filter(started_at__gte=now - MEMORY)
        .values_list("user")
        .annotate(last=Max("started_at"))
    )
    return fair_order(waiting, running, {user: last for user, last in served if last})


def should_give_way(job: Job) -> bool:
    """Whether a running job that gives way should go back to the queue now.

    It should when others wait and no idle worker takes them. When there are fewer of them than
    workers busy with jobs of this sort, those give way that began last: the least work is lost.
    """
    lasts = giving_way()
    now = timezone.now()
    slot = Job.objects.filter(slot=job.slot)
    others = slot.filter(state=State.QUEUED, run_after__lte=now).exclude(kind__in=lasts)
    if not others.exists():
        return False
    running = slot.filter(state=State.RUNNING)
    if workers(job.slot, now) > running.count():
        others = others.filter(run_after__lte=now - GRACE)
    own = running.filter(kind__in=lasts).order_by("-started_at", "-pk")
    return job.pk in own.values_list("pk", flat=True)[: others.count()]


def is_work(slot: str) -> bool:
    """Whether a job of the slot is due."""
    return Job.objects.filter(slot=slot, state=State.QUEUED, run_after__lte=timezone.now()).exists()


def position(job: Job) -> Place | None:
    """Where a queued job stands in the fair order; None when it is not waiting any more.

    Jobs that give way are in nobody's way: only one of their own sort counts them.
    """
    now = timezone.now()
    order = fair_queue(job.slot, now, due=False)
    if job.pk not in order:
        return None
    index = order.index(job.pk)
    behind = 0
    if job.kind not in giving_way():
        behind = Job.objects.filter(pk__in=order, kind__in=giving_way()).count()
    return Place(index + 1, len(order) - behind, _starts_in(job, order[:index], now))


def place_of_next(kind: str, user_id: int | None) -> Place:
    """Where a job of that kind would stand that the person puts into the queue now."""
    now = timezone.now()
    job = Job(pk=NOT_YET, kind=kind, slot=kind_of(kind).slot, user=user_id, run_after=now)
    others = Job.objects.filter(slot=job.slot, state=State.QUEUED).exclude(kind__in=giving_way())
    waiting = [*others.values_list("pk", "user"), (NOT_YET, user_id)]
    order = _by_turns(job.slot, waiting, now)
    index = order.index(NOT_YET)
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
    counts = (
        Job.objects.filter(slot=slot)
        .exclude(kind__in=giving_way())
        .aggregate(
            queued=Count("pk", filter=Q(state=State.QUEUED)),
            running=Count("pk", filter=Q(state=State.RUNNING)),
        )
    )
    return Overview(slot, counts["queued"], counts["running"], workers(slot, now), last_beat(slot))


def _starts_in(job: Job, ahead: Sequence[int], now: datetime) -> float | None:
    """Seconds until the job starts, if all before it take as long as usual."""
    hands = workers(job.slot, now)
    running = Job.objects.filter(slot=job.slot, state=State.RUNNING)
    if job.kind not in giving_way():
        running = running.exclude(kind__in=giving_way())
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

"""Where a run stands: its curve, its place in the queue, what a person may still start."""

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from common.limits import RUNS_PER_DAY
from jobs.models import Job
from jobs.queries import Place, position
from jobs.states import State as JobState
from projects.models import Project
from training.models import EpochPoint, Run
from training.reading import read_curve

ACTIVE = (Run.State.QUEUED, Run.State.RUNNING)
RECENT = 8
#: The most points of a curve that go to a page in one piece.
POINTS = 2_000


@dataclass(frozen=True)
class Status:
    """What is true of a run now; ``again`` when a worker was lost and another will take it."""

    state: str
    place: Place | None
    again: bool
    stopping: bool
    seconds_left: float | None
    #: How often it went back to the queue because a person's run waited.
    yields: int = 0

    @property
    def waiting(self) -> bool:
        return self.state == Run.State.QUEUED

    @property
    def training(self) -> bool:
        return self.state == Run.State.RUNNING


def job_key(run_id: int) -> str:
    """The key of the run's job."""
    return f"run:{run_id}"


def job_of(run_id: int) -> Job | None:
    """The run's job."""
    return Job.objects.filter(key=job_key(run_id)).first()


def status_of(run: Run) -> Status:
    """State, place in the queue and time left. The job is the truth about waiting."""
    if run.state not in ACTIVE:
        return Status(run.state, None, again=False, stopping=False, seconds_left=None)
    job = job_of(run.pk)
    waits = job is not None and job.state == JobState.QUEUED
    if job is not None and waits:
        again = job.attempt > 0
        return Status(
            Run.State.QUEUED, position(job), again, run.stop_requested, None, yields=job.yields
        )
    left = seconds_left(run)
    return Status(run.state, None, again=False, stopping=run.stop_requested, seconds_left=left)


def seconds_left(run: Run) -> float | None:
    """How long the remaining epochs take at the speed so far, at most; None before the first."""
    if run.state != Run.State.RUNNING or not run.epoch or run.started is None:
        return None
    seconds = (timezone.now() - run.started).total_seconds()
    return max(0.0, seconds / run.epoch * (run.epochs - run.epoch))


def points_of(run_id: int) -> list[EpochPoint]:
    """The run's curve, the first epoch first; of very many every k-th and the last."""
    points = list(EpochPoint.objects.filter(run_id=run_id))
    if len(points) <= POINTS:
        return points
    step = math.ceil(len(points) / POINTS)
    return [*points[:-1:step], points[-1]]


def curve_of(run: Run, points: list[EpochPoint], baseline: float | None) -> dict[str, Any]:
    """The curve as ``<cc-chart>`` reads it: losses by epoch, null where one is missing."""
    last = points[-1].epoch if points else 0
    by_epoch = {point.epoch: point for point in points}
    listed = [by_epoch.get(epoch) for epoch in range(1, last + 1)]
    return {
        "of": run.epochs,
        "train": [point and point.train_loss for point in listed],
        "validation": [point and point.validation_loss for point in listed],
        "baseline": baseline,
    }


def reading_of(points: list[EpochPoint]) -> str:
    """What the curve says, in one sentence; empty before the first epoch."""
    if not points:
        return ""
    train = [point.train_loss for point in points]
    return read_curve(train, [point.validation_loss for point in points]).sentence()


def recent_runs(project: Project, limit: int = RECENT) -> list[Run]:
    """The newest runs that are not hidden."""
    found = Run.objects.filter(project=project, hidden=False).select_related("user", "trained")
    return list(found[:limit])


def losses_of(runs: list[Run]) -> dict[int, list[float]]:
    """The validation losses of some runs by run, the first epoch first; one query."""
    found: dict[int, list[float]] = {run.pk: [] for run in runs}
    points = EpochPoint.objects.filter(run__in=found).order_by("run", "epoch")
    for run_id, loss in points.values_list("run", "validation_loss"):
        found[run_id].append(loss)
    return found


def waiting_of(user_id: int) -> QuerySet[Run]:
    """The person's runs that are not over."""
    return Run.objects.filter(user_id=user_id, state__in=ACTIVE, origin=Run.Origin.PERSON)


def left_today(user_id: int) -> int:
    """How many more runs the person may start now: failed and cancelled ones cost nothing."""
    since = timezone.now() - timedelta(days=1)
    free = Q(state__in=(Run.State.FAILED, Run.State.CANCELLED))
    own = Run.objects.filter(user_id=user_id, origin=Run.Origin.PERSON, created__gt=since)
    spent = own.exclude(free).count()
    return max(0, RUNS_PER_DAY - spent)

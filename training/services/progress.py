"""What a worker writes while it trains. Each write first makes sure that the job is still its own.

A worker that lost its job (it hung, the machine slept) may wake up at any time: the check and the
write share one transaction, so that nothing of it stays.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypedDict

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.languages import in_each_language
from jobs.errors import LostLease
from jobs.kinds import kind_of
from jobs.models import Job
from jobs.services import renew
from live.publish import publish_all
from training import predictions
from training.models import EpochPoint, Run
from training.services.announcing import epoch_event, state_events, topic_of
from training.states import advance


class Point(TypedDict):
    """One epoch, checked; ``metric`` is the board's metric on the validation part."""

    epoch: int
    of: int
    train_loss: float
    validation_loss: float
    metric: float | None
    best: bool


@contextmanager
def fenced(job: Job) -> Iterator[None]:
    """A transaction that is rolled back when the job is somebody else's by now.

    Raises:
        LostLease: it is.
    """
    if job.token is None:
        raise LostLease(f"Job {job.pk} is not running.")
    with transaction.atomic():
        seconds = kind_of(job.kind).lease_seconds
        if not renew(job.pk, job.token, seconds=seconds).alive:
            raise LostLease(f"Job {job.pk} is not this worker's any more.")
        yield


def begin(job: Job, run: Run, snapshot_id: int) -> bool:
    """The attempt begins: on the run's snapshot, with nothing left of an attempt before.

    Returns:
        False when the run is over already, which a job that still runs should not see.
    """
    with fenced(job):
        EpochPoint.objects.filter(run=run).delete()
        predictions.forget(run.project_id, [run.pk])
        began = advance(
            run.pk,
            Run.State.RUNNING,
            snapshot_id=run.snapshot_id or snapshot_id,
            started=timezone.now(),
            epoch=0,
            best_epoch=None,
        )
        run.refresh_from_db()
        if began:
            publish_all(state_events(run))
        return began


def note_prepared(
    job: Job, run: Run, *, rows: dict[str, int], parameters: int, baseline: dict[str, Any]
) -> None:
    """The engine has read the data and built the network: open windows may show a curve."""
    with fenced(job):
        Run.objects.filter(pk=run.pk).update(rows=rows, parameters=parameters, baseline=baseline)
        run.refresh_from_db()
        publish_all(state_events(run))


def note_epochs(job: Job, run: Run, points: Sequence[Point], words: dict[str, Any]) -> None:
    """Some epochs have ended: one transaction, one event each; the last carries the words."""
    if not points:
        return
    with fenced(job):
        EpochPoint.objects.bulk_create(
            EpochPoint(
                run=run,
                epoch=point["epoch"],
                train_loss=point["train_loss"],
                validation_loss=point["validation_loss"],
                metric=point["metric"],
            )
            for point in points
        )
        changes: dict[str, Any] = {"epoch": points[-1]["epoch"]}
        best = [point["epoch"] for point in points if point["best"]]
        if best:
            changes["best_epoch"] = best[-1]
        Run.objects.filter(pk=run.pk).update(**changes)
        last = len(points) - 1
        publish_all(
            epoch_event(run.pk, {**point, **(words if at == last else {})})
            for at, point in enumerate(points)
        )


def note_final_fit(job: Job, run: Run) -> None:
    """The epochs are over; the network is trained once more on training and validation rows."""
    said = in_each_language(
        lambda: {"text": _("final fit on training and validation rows")},
    )
    with fenced(job):
        publish_all([(topic_of(run.pk), "final_fit", said)])


def back_to_queue(job: Job, run: Run) -> None:
    """The attempt failed in a way that another may not: show the run as waiting again."""
    with fenced(job):
        if advance(run.pk, Run.State.QUEUED):
            run.refresh_from_db()
            publish_all(state_events(run))

"""The end of a run: its model, its figures and ``done`` become true together, or not at all."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from jobs.models import Job
from jobs.services import finish as finish_job
from live.publish import publish_all
from projects.services import note_event, record_activity
from training import files, predictions
from training.engine.metrics import MAIN_METRIC
from training.finding import note_model
from training.judging import Interval, interval_of, skill_of
from training.models import Run, TrainedModel
from training.queries.board import LABELS, ranked
from training.queries.learning import learnt
from training.services.announcing import board_event, state_events, tell_state
from training.services.progress import fenced
from training.states import advance


@dataclass(frozen=True)
class Outcome:
    """What the engine said at the end, checked."""

    metrics: dict[str, dict[str, float | None]]
    baseline: dict[str, Any]
    settings: dict[str, Any]
    epochs: int
    best_epoch: int
    parameters: int
    stopped: bool
    files: dict[str, str]


class Stored(NamedTuple):
    """The model's files in the storage."""

    folder: str
    sums: dict[str, str]
    torch_version: str


def finish(job: Job, run: Run, outcome: Outcome, folder: Path, *, classes: int) -> TrainedModel:
    """Keep the model and end run and job.

    The predictions come first, in chunks that nobody reads before the run is done; then one
    transaction makes everything true. When that is rolled back, the stored files go again.

    Raises:
        LostLease: the job is somebody else's by now; nothing of this attempt stays.
        BadPredictions, ChangedFile: the engine wrote something else than it said.
    """
    most = run.snapshot.rows if run.snapshot else 0
    table = predictions.read(folder / "predictions.parquet", classes, most)
    sure = interval_of(table, classes)
    stored, sums = files.store(folder, outcome.files)
    try:
        with fenced(job):
            predictions.ensure(run.project, classes)
        for chunk in predictions.chunks(run.pk, table, classes):
            with fenced(job):
                predictions.insert(run.project_id, chunk, classes)
        version = _torch_version(folder / "model.json")
        return _all_at_once(job, run, outcome, Stored(stored, sums, version), sure)
    except BaseException:
        # An interruption may come right after the commit: then the files have an owner.
        if not TrainedModel.objects.filter(folder=stored).exists():
            files.discard(stored)
        raise


def _all_at_once(
    job: Job, run: Run, outcome: Outcome, stored: Stored, sure: Interval | None
) -> TrainedModel:
    assert job.token is not None
    with transaction.atomic():
        finish_job(job.pk, job.token)
        advance(
            run.pk,
            Run.State.DONE,
            metrics=outcome.metrics,
            baseline={**run.baseline, **outcome.baseline},
            settings=outcome.settings,
            epoch=outcome.epochs,
            best_epoch=outcome.best_epoch,
            parameters=outcome.parameters,
            stopped_early=outcome.stopped,
            **_judged(run.project.task, outcome, sure),
            finished=timezone.now(),
        )
        run.refresh_from_db()
        model = TrainedModel.objects.create(
            run=run,
            project=run.project,
            folder=stored.folder,
            files=stored.sums,
            torch_version=stored.torch_version,
        )
        note_model(run)
        _note_lead(run)
        _tell(run)
    return model


def _note_lead(run: Run) -> None:
    """A person's model that overtook all others moves the project; its first model overtook none.

    The living champion is nobody's act.
    """
    best = list(ranked(run.project).values_list("pk", flat=True)[:2])
    if run.origin == Run.Origin.PERSON and len(best) == 2 and best[0] == run.pk:
        note_event(run.project, run.user, "lead")


def _judged(task: str, outcome: Outcome, sure: Interval | None) -> dict[str, float | None]:
    """Score, its interval and the skill; a score that is undefined has no interval either."""
    metric = MAIN_METRIC[task]
    score = outcome.metrics["test"].get(metric)
    guessing = (outcome.baseline.get("test") or {}).get(metric)
    known = sure if score is not None else None
    return {
        "score": score,
        "low": known.low if known else None,
        "high": known.high if known else None,
        "skill": skill_of(metric, score, guessing),
    }


def _torch_version(description: Path) -> str:
    """The version of PyTorch that the model's description names."""
    try:
        found = json.loads(description.read_bytes())
    except ValueError as error:
        raise files.ChangedFile(description.name) from error
    return str(found.get("torch", ""))[:40] if isinstance(found, dict) else ""


def _tell(run: Run) -> None:
    if run.origin == Run.Origin.CHAMPION:
        kind, payload = "learnt", learnt(run)
    else:
        architecture = LABELS.get(run.architecture, "")
        kind, payload = "model_trained", {"number": run.number, "architecture": architecture}
    record_activity(project=run.project, actor=run.user, kind=kind, payload=payload)
    publish_all([board_event(run.project), *state_events(run)])


def fail(run_id: int, reason: str) -> None:
    """End a run as failed, in the transaction that ends its job. Twice is the same as once."""
    if not advance(run_id, Run.State.FAILED, reason=reason[:500], finished=timezone.now()):
        return
    project_id = Run.objects.values_list("project_id", flat=True).get(pk=run_id)
    predictions.forget(project_id, [run_id])
    tell_state(run_id)

"""What is known of a finished run when it is asked what to try next."""

from typing import Any

from datasets.queries import class_balance
from projects.models import Project
from training.advice import Advice, ClassSeen, Evidence, alike, suggest
from training.engine.architectures import architecture_named
from training.engine.faults import EngineFault
from training.engine.metrics import MAIN_METRIC
from training.engine.schema import TableSchema
from training.engine.settings import check_settings
from training.models import Run
from training.presets import preset_named
from training.queries.outcome import classes_of, confusion_cells
from training.queries.runs import points_of

#: Of a project with more runs the newest are looked at.
REMEMBERED = 1_000
BOOLEAN = ("false", "true")


def evidence_of(run: Run) -> Evidence | None:
    """What the advice is made from; None when the run is not done, or its network is no more."""
    if run.state != Run.State.DONE or run.snapshot is None:
        return None
    try:
        architecture = architecture_named(run.architecture)
        schema = TableSchema.from_json(run.snapshot.table_schema)
        fuller = preset_named("solid").settings_for(architecture, schema, run.snapshot.rows)
    except EngineFault:
        return None
    points = points_of(run.pk)
    key = MAIN_METRIC[run.project.task]
    scores = {part: (run.metrics.get(part) or {}).get(key) for part in ("train", "validation")}
    return Evidence(
        settings=run.settings,
        preset=run.preset,
        epoch=run.epoch,
        best_epoch=run.best_epoch or run.epoch,
        stopped=run.stopped_early,
        train_losses=[point.train_loss for point in points],
        validation_losses=[point.validation_loss for point in points],
        regression=run.project.task == Project.Task.REGRESSION,
        train=scores["train"],
        validation=scores["validation"],
        test=run.score,
        skill=run.skill,
        low=run.low,
        high=run.high,
        rows=run.snapshot.rows,
        unit=schema.target.unit,
        classes=_classes(run),
        fuller=fuller,
    )


def advice_of(run: Run) -> Advice | None:
    """What to try after this run; None when the run is not done."""
    seen = evidence_of(run)
    if seen is None:
        return None
    return suggest(seen, lambda settings: _fits(run, settings) and not trained_alike(run, settings))


def trained_alike(run: Run, settings: dict[str, Any]) -> Run | None:
    """The newest run of the project that had these settings on the same data, or newer ones.

    One that waits or trains now counts: its data cannot be older.
    """
    assert run.snapshot is not None
    others = Run.objects.filter(
        project=run.project_id, architecture=run.architecture, hidden=False
    ).exclude(state__in=(Run.State.FAILED, Run.State.CANCELLED))
    for other in others.select_related("snapshot")[:REMEMBERED]:
        old = other.snapshot is not None and other.snapshot.number < run.snapshot.number
        if not old and alike(other.settings, settings):
            return other
    return None


def _fits(run: Run, settings: dict[str, Any]) -> bool:
    assert run.snapshot is not None
    try:
        schema = TableSchema.from_json(run.snapshot.table_schema)
        check_settings(architecture_named(run.architecture), settings, schema, run.snapshot.rows)
    except EngineFault:
        return False
    return True


def _classes(run: Run) -> list[ClassSeen]:
    labels = classes_of(run)
    if not labels:
        return []
    bars = class_balance(run.project)
    # A yes-or-no target says "false" and "true" to the engine, and words to people.
    named = dict(zip(BOOLEAN, bars, strict=False)) if labels == BOOLEAN else {}
    named = named or {bar.label: bar for bar in bars}
    cells = confusion_cells(run)
    return [
        ClassSeen(named[label].label, named[label].rows, sum(cells[code]), cells[code][code])
        for code, label in enumerate(labels)
        if label in named
    ]

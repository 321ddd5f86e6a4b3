"""What the lessons draw: real numbers of public projects, the best known ones first.

Each function gives what ``templates/learn/_figure.html`` needs, or None while no project has it.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, QuerySet

from datasets.queries import Purpose, class_balance, fields_of, rows, typed_fields
from datasets.queries.listing import shown_row
from projects.access import listed_for
from projects.models import Project
from training import queries
from training.engine.architectures import architecture_named
from training.engine.architectures.base import outputs_of
from training.engine.faults import EngineFault
from training.engine.metrics import MAIN_METRIC
from training.engine.schema import TableSchema
from training.lessons import Lesson
from training.models import Run
from training.reading import Verdict, read_curve
from training.showing import shown_score
from training.wording import worded

#: So many runs are looked through for a fitting one; so many stand in a table.
LOOKED, SHOWN = 30, 6
#: A curve of fewer epochs shows nothing; a confusion table of more classes is no lesson.
LEAST_EPOCHS, MOST_CLASSES = 10, 12

Found = dict[str, Any]


@dataclass(frozen=True)
class Figure:
    """A picture: the partial template's branch, what it shows, and the project it comes from."""

    kind: str
    parts: Found
    project: Project | None


def everybodys() -> QuerySet[Project]:
    """The projects that lists show to everybody: a lesson shows everybody the same."""
    return listed_for(AnonymousUser())


def public_runs() -> list[Run]:
    """The finished runs of public projects whose model may be shown, the furthest from guessing
    first."""
    found = Run.objects.filter(
        project__in=everybodys(),
        state=Run.State.DONE,
        hidden=False,
        score__isnull=False,
        trained__isnull=False,
        trained__hidden=False,
    )
    ordered = found.order_by(F("skill").desc(nulls_last=True), "-pk")
    return list(ordered.select_related("project", "snapshot", "trained", "user")[:LOOKED])


def public_project() -> Project | None:
    """A public project to try things in: that of the best model, else the newest."""
    runs = public_runs()[:1]
    return runs[0].project if runs else everybodys().order_by("-published", "-pk").first()


def figure_of(lesson: Lesson) -> Figure | None:
    """The picture of a lesson, from what there is now."""
    draw = FIGURES.get(lesson.figure)
    return draw(lesson) if draw is not None else None


def _row(_lesson: Lesson) -> Figure | None:
    project = public_project()
    if project is None:
        return None
    newest = rows(project, Purpose.TABLE).select_related("contribution__user").order_by("-arrival")
    row = newest.first()
    if row is None:
        return None
    return Figure("row", {"row": shown_row(typed_fields(project), row)}, project)


def _fields(_lesson: Lesson) -> Figure | None:
    project = public_project()
    return Figure("fields", {"fields": fields_of(project)}, project) if project else None


def _split(_lesson: Lesson) -> Figure | None:
    run = next((run for run in public_runs() if run.rows), None)
    if run is None:
        return None
    whole = sum(run.rows.values()) or 1
    parts = [
        (part, run.rows[part], run.rows[part] / whole)
        for part in ("train", "validation", "test")
        if part in run.rows
    ]
    return Figure("split", {"parts": parts, "run": run}, run.project)


def _baseline(_lesson: Lesson) -> Figure | None:
    for run in public_runs():
        key = MAIN_METRIC[run.project.task]
        guess = (run.baseline.get("test") or {}).get(key)
        if guess is not None:
            shown = {"own": shown_score(key, run.score), "guess": shown_score(key, guess)}
            bars = class_balance(run.project)[:MOST_CLASSES]
            return Figure("baseline", {"run": run, "bars": bars, **shown}, run.project)
    return None


def _curve(_lesson: Lesson) -> Figure | None:
    run = next((run for run in public_runs() if run.epoch >= LEAST_EPOCHS), None)
    return _drawn(run) if run is not None else None


def _overfit(lesson: Lesson) -> Figure | None:
    """A run that did overfit, else any curve."""
    runs = [run for run in public_runs() if run.epoch >= LEAST_EPOCHS]
    for run in runs:
        points = queries.points_of(run.pk)
        train = [point.train_loss for point in points]
        validation = [point.validation_loss for point in points]
        if read_curve(train, validation).verdict is Verdict.OVERFITTING:
            return _drawn(run)
    return _curve(lesson)


def _drawn(run: Run) -> Figure:
    points = queries.points_of(run.pk)
    curve = queries.curve_of(run, points, run.baseline.get("loss"))
    return Figure("curve", {"run": run, "curve": curve}, run.project)


def _runs(lesson: Lesson) -> Figure | None:
    """Runs of one project that differ in the lesson's setting, and how they ended."""
    setting = lesson.settings[0]
    projects: dict[int, dict[str, Run]] = {}
    for run in public_runs():
        if setting in run.settings:
            values = projects.setdefault(run.project_id, {})
            values.setdefault(_value(run.settings[setting]), run)
    most = max(projects.values(), key=len, default={})
    if not most:
        return None
    runs = list(most.items())[:SHOWN]
    project = runs[0][1].project
    key = MAIN_METRIC[project.task]
    lines = [(value, run, shown_score(key, run.score)) for value, run in runs]
    label = next(
        (one.label for one in architecture_named(runs[0][1].architecture).settings
         if one.key == setting), setting)  # fmt: skip
    return Figure("runs", {"lines": lines, "label": label}, project)


def _value(value: Any) -> str:
    if isinstance(value, list):
        return " → ".join(str(layer["units"]) for layer in value) or "–"
    return worded(value) if isinstance(value, str) else str(value)


def _layers(lesson: Lesson) -> Figure | None:
    """The layers of a real network of the lesson's kind, with the numbers that each learned."""
    for run in public_runs():
        if run.architecture != lesson.slug or run.snapshot is None or not run.settings["layers"]:
            continue
        try:
            architecture = architecture_named(run.architecture)
            schema = TableSchema.from_json(run.snapshot.table_schema)
        except EngineFault:
            continue
        units = [layer["units"] for layer in run.settings["layers"]]
        parts = {
            "run": run,
            "inputs": architecture.inputs(schema),
            "units": units,
            "outputs": outputs_of(schema),
        }
        return Figure("layers", parts, run.project)
    return None


def _activation(_lesson: Lesson) -> Figure:
    values = (-2.0, -1.0, 0.0, 1.0, 2.0)
    bends: tuple[tuple[str, Callable[[float], float]], ...] = (
        ("relu", lambda x: max(0.0, x)),
        ("leaky_relu", lambda x: x if x > 0 else 0.01 * x),
        ("tanh", math.tanh),
        ("sigmoid", lambda x: 1 / (1 + math.exp(-x))),
    )
    lines = [(name, [bend(value) for value in values]) for name, bend in bends]
    return Figure("activation", {"values": values, "lines": lines}, None)


def _score(_lesson: Lesson) -> Figure | None:
    """The best model of each of some projects, with its interval."""
    best: dict[int, Run] = {}
    for run in public_runs():
        if run.low is not None and run.project.task == Project.Task.CLASSIFICATION:
            best.setdefault(run.project_id, run)
    runs = list(best.values())[:SHOWN]
    return Figure("score", {"runs": runs}, runs[0].project) if runs else None


def _confusion(_lesson: Lesson) -> Figure | None:
    for run in reversed(public_runs()):
        labels = queries.classes_of(run)
        cells = queries.confusion_cells(run) if 1 < len(labels) <= MOST_CLASSES else []
        if sum(map(sum, cells)):
            return Figure("confusion", {"run": run, "labels": labels, "cells": cells}, run.project)
    return None


def _residuals(_lesson: Lesson) -> Figure | None:
    for run in public_runs():
        if run.project.task != Project.Task.REGRESSION or run.snapshot is None:
            continue
        truth, predicted = queries.residuals(run)
        unit = TableSchema.from_json(run.snapshot.table_schema).target.unit
        parts = {"run": run, "truth": truth, "predicted": predicted, "unit": unit}
        return Figure("residuals", parts, run.project)
    return None


FIGURES: dict[str, Callable[[Lesson], Figure | None]] = {
    "row": _row,
    "fields": _fields,
    "split": _split,
    "baseline": _baseline,
    "curve": _curve,
    "overfit": _overfit,
    "runs": _runs,
    "layers": _layers,
    "activation": _activation,
    "score": _score,
    "confusion": _confusion,
    "residuals": _residuals,
}

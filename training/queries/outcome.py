"""What a model says about the rows of its snapshot, read from ``m_<project id>`` by SQL."""

import math
from typing import Any, NamedTuple

from django.db.models import Count, F
from django.db.models.functions import Mod

from datasets import schema
from datasets.field_types import type_of
from datasets.models import Field
from datasets.queries import Purpose, fields_of, rows
from projects.models import Project
from training.engine.schema import TableSchema
from training.models import Run
from training.predictions import TEST, prediction_table, table_name

#: Points of a residual plot.
DOTS = 1_500
MISTAKES = 8


class Confused(NamedTuple):
    """The two classes that were most often taken for each other: ``taken`` for ``true``.

    ``times`` of the ``rows`` test rows that are ``true``.
    """

    true: str
    taken: str
    times: int
    rows: int


class Mistake(NamedTuple):
    """A test row that the model got most wrong; ``values`` are (field name, text)."""

    row: int
    target: str
    prediction: str
    loss: float
    values: list[tuple[str, str]]


def classes_of(run: Run) -> tuple[str, ...]:
    """The labels that the run tells apart, in the order of their codes; empty for a regression."""
    assert run.snapshot is not None
    return TableSchema.from_json(run.snapshot.table_schema).classes


def confusion_cells(run: Run) -> list[list[int]]:
    """How many test rows of each true class (first index) were said to be of each class."""
    count = len(classes_of(run))
    cells = [[0] * count for _ in range(count)]
    found = _predictions(run)
    if found is None:
        return cells
    grouped = found.values_list("target", "prediction").annotate(amount=Count("pk")).order_by()
    for target, prediction, amount in grouped:
        if 0 <= target < count and 0 <= prediction < count:
            cells[target][prediction] = amount
    return cells


def confused_most(run: Run) -> Confused | None:
    """The pair that was confused most often; None without a mistake, or for a regression."""
    labels, cells = classes_of(run), confusion_cells(run)
    pairs = [
        (cells[true][taken], -true, -taken)
        for true in range(len(labels))
        for taken in range(len(labels))
        if true != taken
    ]
    count, true, taken = max(pairs, default=(0, 0, 0))
    if not count:
        return None
    return Confused(labels[-true], labels[-taken], count, sum(cells[-true]))


def residuals(run: Run) -> tuple[list[float], list[float]]:
    """True and predicted values of test rows; of very many an even part."""
    found = _predictions(run)
    if found is None:
        return [], []
    step = math.ceil(found.count() / DOTS) or 1
    if step > 1:
        found = found.annotate(slot=Mod(F("pk"), step)).filter(slot=0)
    pairs = list(found.order_by("pk").values_list("target", "prediction")[:DOTS])
    return [truth for truth, _said in pairs], [said for _truth, said in pairs]


def worst_mistakes(run: Run, limit: int = MISTAKES) -> list[Mistake]:
    """The test rows with the highest loss that the model got wrong and that are still shown."""
    found = _predictions(run)
    if found is None:
        return []
    wrong = found.exclude(target=F("prediction")).order_by("-loss", "pk")
    worst = list(wrong.values_list("row", "target", "prediction", "loss")[: limit * 4])
    fields = [field for field in fields_of(run.project) if field.role == Field.Role.FEATURE]
    shown = _texts(run.project, [row for row, *_rest in worst], fields)
    labels = classes_of(run)
    return [
        Mistake(row, _said(target, labels), _said(prediction, labels), loss, shown[row])
        for row, target, prediction, loss in worst
        if row in shown
    ][:limit]


def _said(value: float, labels: tuple[str, ...]) -> str:
    if not labels:
        return f"{value:.4g}"
    return labels[int(value)] if 0 <= value < len(labels) else "?"


def _texts(
    project: Project, wanted: list[int], fields: list[Field]
) -> dict[int, list[tuple[str, str]]]:
    """The rows among these that everybody may still see, as texts of their first few fields."""
    typed = [(field, type_of(field)) for field in fields[:4]]
    texts: dict[int, list[tuple[str, str]]] = {}
    for row in rows(project, Purpose.TABLE).filter(pk__in=wanted):
        pairs = [(f.name, t.value_of(getattr(row, f.column)), t) for f, t in typed]
        texts[row.pk] = [(name, t.cell(value)) for name, value, t in pairs if value is not None]
    return texts


def _predictions(run: Run) -> Any:
    """The run's test rows in the table of predictions; None where there is no such table."""
    if not schema.exists(table_name(run.project_id)):
        return None
    table = prediction_table(run.project, 0)
    return table._default_manager.filter(run=run.pk, split=TEST)

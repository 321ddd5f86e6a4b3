"""Whether a project has what it takes to train, and if not, what is missing."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from numpy.typing import NDArray

from common.limits import MIN_ROWS_TO_TRAIN
from datasets.models import Field
from datasets.queries import (
    Bar,
    Purpose,
    class_balance,
    count_of,
    fields_of,
    labels_of,
    rows,
    table_schema,
    target_of,
)
from projects.models import Project
from training.engine.faults import EngineFault
from training.engine.frame import Frame
from training.engine.schema import TableSchema
from training.engine.split import check_parts, hashed_parts, with_every_class
from training.wording import said

#: The test share that a run has unless somebody chooses another.
USUAL_TEST_SHARE = 0.2
#: A larger table always has rows for each part: of less than so many the split is tried out.
SMALL = 2_000


@dataclass(frozen=True)
class Readiness:
    """What there is to learn from; ``problem`` is one sentence, empty when training can start.

    ``rows`` have a target. ``schema`` is None when no model could be made of the fields.
    """

    rows: int
    schema: TableSchema | None
    problem: str = ""


def readiness(project: Project) -> Readiness:
    """Look at fields and rows; of a large table only at the counts that are kept anyway."""
    fields = fields_of(project)
    target = target_of(fields)
    if target is None:
        return Readiness(0, None, _no_target())
    try:
        schema = TableSchema.from_json(table_schema(project))
        schema.check_trainable()
    except EngineFault as fault:
        sentence = _("The fields do not fit the task: %(reason)s. A maintainer can change them.")
        reason = said(fault.lines[0]).rstrip(".")
        return Readiness(0, None, sentence % {"reason": reason})
    accepted = count_of(project).accepted
    if accepted < MIN_ROWS_TO_TRAIN:
        return Readiness(accepted, schema, _too_few(accepted))
    labelled = rows(project, Purpose.COUNT, fields).filter(**{f"{target.column}__isnull": False})
    bars = class_balance(project, fields)
    if bars:
        count = sum(bar.rows for bar in bars)
    else:
        count = accepted if target.required else labelled.count()
    problem = _of_rows(count, bars, labelled, target)
    ready = Readiness(count, schema, problem)
    if not problem:
        ready = Readiness(count, schema, split_problem(project, ready, USUAL_TEST_SHARE))
    return ready


def split_problem(project: Project, ready: Readiness, test_share: float) -> str:
    """Why the split of a small table would leave too little to learn or to choose from; or empty.

    It is the engine's own split, on the rows as they are now: near-duplicates stay together, and a
    class that training would lack goes there whole, so that few rows may leave nothing to check on.
    """
    target = target_of(fields_of(project))
    if ready.schema is None or target is None or ready.rows > SMALL:
        return ""
    found = rows(project, Purpose.COUNT).filter(**{f"{target.column}__isnull": False})
    listed = list(found.values_list("pk", "group_key", target.column))
    frame = Frame(
        columns={},
        rows=np.array([row for row, _group, _value in listed], dtype=np.int64),
        groups=tuple(str(group) for _row, group, _value in listed),
    )
    truth = _truth(ready.schema, target, [value for _row, _group, value in listed])
    parts = hashed_parts(frame, test_share)
    if ready.schema.task == "classification":
        parts = with_every_class(parts, truth.astype(np.int64), frame.groups)
    try:
        check_parts(parts, truth, ready.schema)
    except EngineFault as fault:
        sentence = said(fault.lines[0]).rstrip(".")
        return sentence[:1].upper() + sentence[1:] + "."
    return ""


def _truth(schema: TableSchema, target: Field, stored: list[Any]) -> NDArray[Any]:
    """The targets as the engine counts them: places in the list of classes, or numbers."""
    if schema.task != "classification":
        return np.array(stored, dtype=np.float64)
    places = {entry["code"]: place for place, entry in enumerate(labels_of(target))}
    return np.array([places[int(code)] for code in stored], dtype=np.int64)


def _of_rows(count: int, bars: list[Bar], labelled: QuerySet[Any], target: Field) -> str:
    if count < MIN_ROWS_TO_TRAIN:
        return _too_few(count)
    if bars:
        different = sum(bar.rows > 0 for bar in bars)
    else:
        different = len(labelled.order_by().values_list(target.column).distinct()[:2])
    if different < 2:
        return _(
            "All datapoints have the same %(target)s, so there is nothing to tell apart. "
            "Add datapoints with another."
        ) % {"target": target.name}
    return ""


def _no_target() -> str:
    return _(
        "This project has no dependent variable yet, so there is nothing to predict. "
        "A maintainer can choose one in the settings."
    )


def _too_few(count: int) -> str:
    return ngettext(
        "%(least)d datapoints are enough to start; there is %(count)d. Add some more.",
        "%(least)d datapoints are enough to start; there are %(count)d. Add some more.",
        count,
    ) % {"least": MIN_ROWS_TO_TRAIN, "count": count}

"""Whether a project has what it takes to train, and if not, what is missing."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.limits import MIN_ROWS_TO_TRAIN
from datasets.models import Field
from datasets.queries import Purpose, count_of, fields_of, rows, table_schema, target_of
from projects.models import Project
from training.engine.faults import EngineFault
from training.engine.schema import TableSchema


@dataclass(frozen=True)
class Readiness:
    """What there is to learn from; ``problem`` is one sentence, empty when training can start.

    ``rows`` have a target. ``schema`` is None when no model could be made of the fields.
    """

    rows: int
    schema: TableSchema | None
    problem: str = ""


def readiness(project: Project) -> Readiness:
    """Look at fields and rows; two queries besides the fields'."""
    target = target_of(fields_of(project))
    if target is None:
        return Readiness(0, None, _no_target())
    try:
        schema = TableSchema.from_json(table_schema(project))
        schema.check_trainable()
    except EngineFault as fault:
        sentence = _("The fields do not fit the task: %(reason)s. A maintainer can change them.")
        return Readiness(0, None, sentence % {"reason": fault.lines[0].rstrip(".")})
    if count_of(project).accepted < MIN_ROWS_TO_TRAIN:
        count = count_of(project).accepted
        return Readiness(count, schema, _too_few(count))
    labelled = rows(project, Purpose.COUNT).filter(**{f"{target.column}__isnull": False})
    count = labelled.count()
    return Readiness(count, schema, _of_rows(count, labelled, target))


def _of_rows(count: int, labelled: QuerySet[Any], target: Field) -> str:
    if count < MIN_ROWS_TO_TRAIN:
        return _too_few(count)
    kinds = list(labelled.order_by().values_list(target.column, flat=True).distinct()[:2])
    if len(kinds) < 2:
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

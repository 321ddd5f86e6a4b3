"""The only file that builds classes: a project's own table as a Django model.

A class is built afresh for each use, in an ``Apps()`` of its own, and never kept beyond the
request or the job: another process may have added a column meanwhile. It costs one query for the
fields. Rows must not be pickled or put into a job: send ids.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.apps.registry import Apps
from django.db import models

from datasets.field_types import type_of
from datasets.models import Field, Row, RowState
from projects.models import Project


def build_table(
    name: str,
    columns: Mapping[str, "models.Field[Any, Any]"],
    *,
    base: type[models.Model] = models.Model,
    indexes: Sequence[models.Index] = (),
    constraints: Sequence[models.BaseConstraint] = (),
) -> type[models.Model]:
    """Return a new model class for the table ``name`` with these columns beside those of ``base``.

    ``name`` and the columns' names are generated (``p_12``, ``c_7``), never user text. Foreign
    keys point at classes, not at names, and have ``related_name="+"``.
    """
    meta = type(
        "Meta",
        (),
        {
            "apps": Apps(),
            "app_label": "datasets",
            "db_table": name,
            "indexes": list(indexes),
            "constraints": list(constraints),
        },
    )
    body = {"__module__": __name__, "Meta": meta, **columns}
    return type(name, (base,), body)


def row_table(project: Project, fields: Iterable[Field] | None = None) -> type[Row]:
    """Return the class of the project's rows, with a column for each field, hidden ones too.

    For writing only: whoever reads rows calls ``datasets.queries.rows``.
    """
    listed = project.fields.all() if fields is None else fields
    columns = {field.column: type_of(field).column() for field in listed}
    name = f"p_{project.pk}"
    table = build_table(name, columns, base=Row, indexes=[_waiting(name)])
    assert issubclass(table, Row)
    return table


def _waiting(name: str) -> models.Index:
    """The rows that wait for somebody, in arrival order: few among a million, and asked for often.

    A row that is accepted at once is never in it.
    """
    waiting = models.Q(state=RowState.PENDING)
    return models.Index(fields=["arrival"], name=f"{name}_waiting", condition=waiting)

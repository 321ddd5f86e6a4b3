"""Tables, columns, indexes and versions against the registry."""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from django.db import connection

from datasets.checking.findings import Checked, Finding
from datasets.models import DataTable, SchemaVersion
from datasets.queries import table_schema
from datasets.schema import drop_column, ensure_indexes, ensure_table, exists
from datasets.services import versioning
from jobs.states import State as JobState

#: What the databases call the same kind of column.
SAME_TYPES = {"BigAutoField": "BigIntegerField", "PositiveBigIntegerField": "BigIntegerField"}


def record(checked: Checked) -> Iterator[Finding]:
    """That the registry says that there is a table."""
    if not DataTable.objects.filter(project=checked.project).exists():
        yield checked.found(
            "record-missing",
            "The registry does not say that the project has a table.",
            cure=lambda: DataTable.objects.get_or_create(project=checked.project),
            stops=True,
        )


def table(checked: Checked) -> Iterator[Finding]:
    """That the table is there."""
    if not exists(checked.name):
        yield checked.found(
            "table-missing",
            f"The table {checked.name} is missing, with all rows. Restore it from a backup, or "
            "heal: an empty one is made.",
            cure=lambda: ensure_table(checked.model),
            stops=True,
        )


def columns(checked: Checked) -> Iterator[Finding]:
    """That each field has its column, of its type, and no column lacks its field."""
    present = _types(checked.name)
    wanted = {one.column: _plain(one.get_internal_type()) for one in _fields(checked)}
    for column in sorted(wanted.keys() - present.keys()):
        yield checked.found(
            "column-missing",
            f"{checked.name}.{column} is missing, with its values. Restore it from a backup, or "
            "heal: an empty one is made.",
            cure=lambda: ensure_table(checked.model),
            stops=True,
        )
    for column in sorted(wanted.keys() & present.keys()):
        if column.startswith("c_") and wanted[column] != present[column]:
            yield checked.found(
                "column-type",
                f"{checked.name}.{column} is a {present[column]}, not a {wanted[column]}.",
                stops=True,
            )
    for column in sorted(present.keys() - wanted.keys() - _left(checked)):
        empty = not _holds(checked.name, column)
        yield checked.found(
            "column-extra",
            f"{checked.name}.{column} belongs to no field"
            + (" and is empty." if empty else ", and holds values: look at it."),
            cure=partial(drop_column, checked.model, column) if empty else None,
        )


def indexes(checked: Checked) -> Iterator[Finding]:
    """That the table has the indexes of its class."""
    with connection.cursor() as cursor:
        present = connection.introspection.get_constraints(cursor, checked.name)
    for index in checked.model._meta.indexes:
        if index.name not in present:
            yield checked.found(
                "index-missing",
                f"{checked.name} lacks its index {index.name}.",
                cure=lambda: ensure_indexes(checked.model),
            )


def versions(checked: Checked) -> Iterator[Finding]:
    """That the schema of now is recorded, as it is, and that no version waits for nobody."""
    project = checked.project
    found = SchemaVersion.objects.filter(project=project, number=project.schema_version).first()
    if found is None:
        yield checked.found(
            "version-missing",
            f"Version {project.schema_version} of the schema is not recorded.",
            cure=lambda: versioning.record_version(project, None),
        )
    elif found.table_schema.get("fields") != _through_json(table_schema(project)["fields"]):
        yield checked.found(
            "version-differs",
            f"The fields are not those of version {found.number}: somebody changed them by hand.",
        )
    waiting = (SchemaVersion.State.APPLYING, SchemaVersion.State.FAILED)
    for version in SchemaVersion.objects.filter(project=project, state__in=waiting):
        job = versioning.job_of(version)
        if job is None or job.state not in (JobState.QUEUED, JobState.RUNNING):
            yield checked.found(
                "version-stuck",
                f"The rows of version {version.number} follow no more: {version.reason or '?'}",
                cure=partial(_go_on, version),
            )


def _go_on(version: SchemaVersion) -> None:
    author = version.author or version.project.creator
    versioning.go_on(version, author)


def _fields(checked: Checked) -> list[Any]:
    return list(checked.model._meta.local_concrete_fields)


def _types(name: str) -> dict[str, str]:
    """Column → the type that the database gives it, in Django's words."""
    introspection = connection.introspection
    with connection.cursor() as cursor:
        described = introspection.get_table_description(cursor, name)
        return {
            one.name: _plain(introspection.get_field_type(one.type_code, one)) for one in described
        }


def _plain(name: str) -> str:
    return SAME_TYPES.get(name, name)


def _left(checked: Checked) -> set[str]:
    """The columns of fields that undone versions had added."""
    undone = SchemaVersion.objects.filter(project=checked.project, state=SchemaVersion.State.UNDONE)
    return {
        f"c_{change['field']}"
        for version in undone
        for change in version.changes
        if change["operation"] == "add_field"
    }


def _holds(table_: str, column: str) -> bool:
    name, quoted = (connection.ops.quote_name(one) for one in (table_, column))
    with connection.cursor() as cursor:
        # Both names come from the database's own list.
        cursor.execute(f"SELECT 1 FROM {name} WHERE {quoted} IS NOT NULL LIMIT 1")  # noqa: S608
        return cursor.fetchone() is not None


def _through_json(value: Any) -> Any:
    return json.loads(json.dumps(value))

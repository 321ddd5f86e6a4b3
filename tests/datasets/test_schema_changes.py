"""Changes of a schema: what they do to fields and rows, what is told, and that undo is exact."""

from collections.abc import Mapping
from typing import Any

import pytest

from accounts.models import User
from datasets.models import Field, RowChange, SchemaVersion
from datasets.queries import Purpose, class_balance, fields_of, rows, typed_fields
from datasets.records import prepare
from datasets.services.versioning import change_schema, undo_version
from projects.models import Project

pytestmark = pytest.mark.django_db


def field(project: Project, name: str) -> Field:
    return project.fields.get(name=name)


def changed(project: Project, actor: User, *operations: Mapping[str, Any]) -> SchemaVersion:
    return change_schema(
        project=project, actor=actor, operations=operations, base=project.schema_version
    )


def stored(project: Project) -> list[tuple[Any, ...]]:
    """Every row as the table holds it, but for its revision, which always grows."""
    fields = list(project.fields.all())
    columns = ["pk", "arrival", "state", "schema_version", "row_hash", "group_key"]
    found = rows(project, Purpose.CHANGE).values_list(*columns, *(one.column for one in fields))
    return [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in found]


def described(project: Project) -> list[dict[str, Any]]:
    return list(project.fields.order_by("pk").values())


def counted(project: Project) -> dict[str, int]:
    return {bar.label: bar.rows for bar in class_balance(project)}


def hashes_fit(project: Project) -> bool:
    """Whether every row's hashes are those that the same values would get now."""
    typed = typed_fields(project)
    for row in rows(project, Purpose.CHANGE):
        values = {one.pk: type_.value_of(getattr(row, one.column)) for one, type_ in typed}
        free = [
            (one, type(type_)(one.name, type_.options, required=False, role=one.role))
            for one, type_ in typed
        ]
        made = prepare(free, values)
        if (made.row_hash, made.group_key) != (bytes(row.row_hash), row.group_key):
            return False
    return True


def test_opening_records_the_first_version(penguins: Project) -> None:
    [version] = penguins.schema_versions.all()
    assert (version.number, version.state, version.changes) == (1, "applied", [])
    assert len(version.table_schema["fields"]) == len(fields_of(penguins))


def test_a_merge_rewrites_the_rows_and_undo_restores_them(penguins: Project, bob: User) -> None:
    species = field(penguins, "species")
    codes = {one["label"]: one["code"] for one in species.options["categories"]}
    before, was, balance = stored(penguins), described(penguins), counted(penguins)
    gone, into = list(codes)[:2]
    amount = balance[gone]
    version = changed(
        penguins,
        bob,
        {
            "operation": "merge_categories",
            "field": species.pk,
            "codes": [codes[gone]],
            "into": codes[into],
        },
    )
    assert (version.number, version.state, version.rows_changed) == (2, "applied", amount)
    assert counted(penguins)[into] == balance[into] + amount
    assert gone not in counted(penguins)
    assert RowChange.objects.filter(kind="schema", schema_version=2).count() == amount
    assert hashes_fit(penguins)
    assert {row[3] for row in stored(penguins)} == {1, 2} - ({1} if amount == 60 else set())
    undone = undo_version(version, bob)
    assert undone.state == "undone"
    assert stored(penguins) == before
    assert described(penguins) == was
    assert counted(penguins) == balance
    assert not RowChange.objects.filter(kind="schema").exists()
    penguins.refresh_from_db()
    assert penguins.schema_version == 1
    assert undo_version(version, bob).state == "undone"
    assert stored(penguins) == before

"""Changes of a schema: what they do to fields and rows, what is told, and that undo is exact."""

from collections.abc import Mapping
from typing import Any

import pytest

from accounts.models import User
from common.errors import Refused
from datasets import services
from datasets.drafts import FieldDraft
from datasets.models import DataTable, Field, Flag, RowChange, SchemaVersion
from datasets.queries import Purpose, class_balance, fields_of, rows, typed_fields, wall_page
from datasets.queries.schema_preview import preview_of
from datasets.queries.versions import dependents
from datasets.records import prepare
from datasets.schema_changes import OPERATIONS, Operation, read_operations
from datasets.services import versioning
from datasets.services.versioning import change_schema, undo_version
from live.models import Event
from projects.models import Activity, Project
from tests.projects_in_use import add_records, published

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
    return [dict(one) for one in project.fields.order_by("pk").values()]


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


@pytest.fixture
def diary(alice: User) -> Project:
    """Six rows of a text, a moment, a sequence and a class."""
    fields = [
        FieldDraft("words", "text", required=False),
        FieldDraft("when", "datetime", required=False),
        FieldDraft("line", "sequence", options={"channels": 2, "max_length": 9}),
        FieldDraft("k", "category", "target", options={"categories": ["a", "b"]}),
    ]
    project = published(alice, "Diary", fields)
    records = [
        {
            "words": "wörd" * n or None,
            "when": ("1999", "2016-07", "2016-07-31T23:59", "2016-08-01", None, "2020-01-01")[n],
            "line": [[0.5] * (n + 1)] * 2,
            "k": "ab"[n % 2],
        }
        for n in range(6)
    ]
    add_records(project, alice, records)
    return project


@pytest.mark.parametrize(
    ("name", "options", "outside"),
    [
        ("words", {"max_length": "8"}, {3, 4, 5}),
        ("when", {"minimum": "2016", "maximum": "2016-07"}, {0, 3, 5}),
        ("when", {"minimum": "2016-07-31"}, {0, 1}),
        ("line", {"min_length": "2", "max_length": "4"}, {0, 4, 5}),
    ],
)
def test_what_a_limit_shuts_out_is_flagged_and_nothing_else(
    name: str, options: dict[str, str], outside: set[int], diary: Project, alice: User
) -> None:
    first = rows(diary, Purpose.TABLE)[0].pk
    operation = {"operation": "change_limits", "field": field(diary, name).pk, "options": options}
    looked = preview_of(diary, read_operations([operation]))
    version = changed(diary, alice, operation)
    flagged = Flag.objects.filter(project=diary, kind="invalid").values_list("row", flat=True)
    assert {pk - first for pk in flagged} == outside
    assert looked.invalid == version.rows_invalid == len(outside)
    assert version.rows_changed == 0
    undo_version(version, alice)
    assert not Flag.objects.exists()


def test_a_flag_goes_when_the_row_is_corrected(diary: Project, alice: User) -> None:
    words = field(diary, "words")
    changed(diary, alice, {"operation": "change_required", "field": words.pk, "required": True})
    [flag] = Flag.objects.filter(project=diary)
    assert flag.detail == {"fields": [words.pk]}
    row = rows(diary, Purpose.OWN).get(pk=flag.row)
    now = Project.objects.get(pk=diary.pk)
    values = {one.pk: type_.value_of(getattr(row, one.column)) for one, type_ in typed_fields(now)}
    services.edit_row(
        project=now, user=alice, row=row.pk, values={**values, words.pk: "said"}, revision=1
    )
    assert not Flag.objects.exists()


def test_what_depends_on_a_version_is_named(penguins: Project, alice: User) -> None:
    island = field(penguins, "island")
    first = changed(penguins, alice, {"operation": "rename_field", "field": island.pk, "to": "x"})
    penguins.refresh_from_db()
    second = changed(penguins, alice, {"operation": "rename_field", "field": island.pk, "to": "y"})
    assert "later version" in dependents(first)[0]
    services.take_snapshot(penguins)
    assert "v1" in dependents(second)[0]
    with pytest.raises(Refused, match="snapshot v1"):
        undo_version(second, alice)
    penguins.refresh_from_db()
    third = changed(penguins, alice, {"operation": "rename_field", "field": island.pk, "to": "z"})
    now = Project.objects.get(pk=penguins.pk)
    values = {
        one.pk: type_.value_of(getattr(rows(now, Purpose.OWN)[0], one.column))
        for one, type_ in typed_fields(now)
    }
    services.contribute(project=now, user=alice, rows=[values], source="seed")
    assert "1 datapoint was added" in dependents(third)[0]
    assert Project.objects.get(pk=penguins.pk).schema_version == 4


def test_windows_and_the_feed_hear_of_it(penguins: Project, alice: User) -> None:
    island = field(penguins, "island")
    changed(penguins, alice, {"operation": "rename_field", "field": island.pk, "to": "isle"})
    told = Event.objects.filter(topic=f"project:{penguins.pk}", kind="schema_changed").get()
    assert told.payload == {"version": 2, "state": "applied"}
    assert Activity.objects.filter(kind="schema_changed", payload={"number": 2}).exists()


def test_no_snapshot_and_no_second_change_while_rows_follow(
    penguins: Project, alice: User, monkeypatch: Any, turn_queue: Any
) -> None:
    monkeypatch.setattr(versioning, "AT_ONCE", 0)
    species, island = field(penguins, "species"), field(penguins, "island")
    codes = [one["code"] for one in species.options["categories"]]
    merge = {
        "operation": "merge_categories",
        "field": species.pk,
        "codes": codes[:1],
        "into": codes[1],
    }
    version = changed(penguins, alice, merge)
    assert version.state == "applying"
    # What is not rewritten yet counts as the other class already.
    shown = {cell[2] for cell in wall_page(Project.objects.get(pk=penguins.pk))["cells"]}
    assert codes[0] not in shown
    with pytest.raises(Refused, match="rows follow just now"):
        services.take_snapshot(penguins)
    penguins.refresh_from_db()
    with pytest.raises(Refused, match="rows follow just now"):
        changed(penguins, alice, {"operation": "retire_field", "field": island.pk})
    assert turn_queue("light") == 1
    version.refresh_from_db()
    assert version.state == "applied"
    assert services.take_snapshot(penguins).rows == 60


def test_a_stale_base_and_a_running_import_are_refused(penguins: Project, alice: User) -> None:
    operation = {"operation": "retire_field", "field": field(penguins, "island").pk}
    with pytest.raises(Refused, match="version 1 by now"):
        change_schema(project=penguins, actor=alice, operations=[operation], base=9)
    writing = penguins.contributions.all()[0]
    DataTable.objects.filter(project=penguins).update(writing=writing)
    with pytest.raises(Refused, match="being imported"):
        changed(penguins, alice, operation)
    with pytest.raises(Refused, match="1 to 30"):
        change_schema(project=penguins, actor=alice, operations=[], base=1)
    assert SchemaVersion.objects.count() == 1


@pytest.mark.parametrize("operation", OPERATIONS)
def test_each_change_refuses_parameters_that_it_does_not_know(operation: type[Operation]) -> None:
    for said in ({"a": 1}, {"field": "1"}, {"field": True}, {"field": None, "x": 0}):
        with pytest.raises(Refused):
            operation.read({"operation": operation.name, **said})

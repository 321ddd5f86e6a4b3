"""The registered half of a change of the schema: fields are saved, and set back."""

from collections.abc import Mapping, Sequence
from typing import Any

from datasets.models import Field, SchemaVersion
from datasets.schema_changes import Operation, Schema
from datasets.schema_changes.plan import CHANGEABLE
from projects.models import Project


def applied(schema: Schema, wanted: Sequence[Operation]) -> list[dict[str, Any]]:
    """The changes as the version keeps them: resolved, told in names, with what was before."""
    changes = []
    for operation in wanted:
        names = operation.names(schema)
        before = schema.state()
        resolved = operation.apply(schema)
        changes.append({**resolved.json(), "names": names, "was": _lost(before, schema.state())})
    return changes


def _lost(before: Mapping[int, Any], after: Mapping[int, Any]) -> dict[str, Any]:
    """What was otherwise, by field id; None where there was no field."""
    lost: dict[str, Any] = {}
    for pk, now in after.items():
        was = before.get(pk)
        if was is None:
            lost[str(pk)] = None
        elif was != now:
            lost[str(pk)] = {name: was[name] for name in CHANGEABLE if was[name] != now[name]}
    return lost


def save_fields(schema: Schema) -> dict[int, int]:
    """Save the fields; returns the ids of the new ones by those that they were planned under."""
    held = {field.pk: field for field in schema.project.fields.all()}
    renamed = [one for one in schema.fields if one.pk in held and one.name != held[one.pk].name]
    for field in renamed:
        # Two fields may swap their names: in between nobody has either.
        Field.objects.filter(pk=field.pk).update(name=f"_{field.pk}")
    ids = {}
    for field in schema.fields:
        planned = field.pk
        if planned in held and _state(field) == _state(held[planned]):
            continue
        if planned < 0:
            field.pk = None
        field.save(force_insert=planned < 0)
        if planned < 0:
            ids[planned] = field.pk
    return ids


def _state(field: Field) -> list[object]:
    return [getattr(field, name) for name in CHANGEABLE]


def with_ids(change: dict[str, Any], ids: Mapping[int, int]) -> dict[str, Any]:
    """The change with the ids that its fields got."""
    if change.get("field") in ids:
        change = {**change, "field": ids[change["field"]]}
    was = {str(ids.get(int(pk), pk)): value for pk, value in change["was"].items()}
    return {**change, "was": was}


def restore_fields(project: Project, version: SchemaVersion) -> None:
    """Set the fields back, the last change first; the column of an added one stays, unused."""
    fields = {field.pk: field for field in project.fields.all()}
    for change in reversed(version.changes):
        for key, was in change["was"].items():
            if was is None:
                fields.pop(int(key)).delete()
            elif int(key) in fields:
                for name, value in was.items():
                    setattr(fields[int(key)], name, value)
    save_fields(Schema(project, fields.values()))

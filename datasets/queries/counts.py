"""Fields, counts and statistics of a project's data."""

from typing import Any, NamedTuple

from datasets.field_types import FieldType, type_of
from datasets.models import ClassCount, Contribution, DataTable, Field
from datasets.records import typed
from projects.models import Project


class Counts(NamedTuple):
    """How much data there is."""

    accepted: int
    pending: int
    people: int


class Bar(NamedTuple):
    """One class and how many rows it has; ``share`` of the rows that name a class."""

    label: str
    colour: int
    rows: int
    share: float


def fields_of(project: Project) -> list[Field]:
    """The fields that forms, tables and files show, in their order."""
    return [field for field in project.fields.all() if not field.retired]


def typed_fields(project: Project) -> list[tuple[Field, FieldType[Any]]]:
    """The fields in use, each with its type."""
    return typed(fields_of(project))


def target_of(fields: list[Field]) -> Field | None:
    """The one dependent field, or None when there is none."""
    return next((field for field in fields if field.role == Field.Role.TARGET), None)


def count_of(project: Project) -> Counts:
    """The project's counts as the last committed change left them."""
    found = DataTable.objects.filter(project=project).values("accepted", "pending", "people")
    return Counts(**found[0]) if found else Counts(0, 0, 0)


def table_schema(project: Project) -> dict[str, Any]:
    """The project's Table Schema (Data Package v2), as ``training.engine.schema`` reads it."""
    return {
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "fields": [type_of(field).schema() for field in fields_of(project)],
        "missingValues": [""],
        "cc:task": project.task,
        "cc:title": project.name,
    }


def has_classes(field: Field) -> bool:
    """Whether the field's values are classes that can be counted."""
    return type_of(field).wall_kind == "label"


def class_balance(project: Project, fields: list[Field] | None = None) -> list[Bar]:
    """How many accepted rows each class of the target has; empty when it has no classes.

    One query, of as many rows as there are classes; ``fields`` saves a second one.
    """
    target = target_of(fields_of(project) if fields is None else fields)
    if target is None or not has_classes(target):
        return []
    counted = ClassCount.objects.filter(field=target).values_list("code", "accepted")
    amounts = dict(counted)
    whole = sum(amounts.values()) or 1
    return [
        Bar(entry["label"], entry["colour"], count, count / whole)
        for entry in labels_of(target)
        for count in (amounts.get(entry["code"], 0),)
    ]


def labels_of(field: Field) -> list[dict[str, Any]]:
    """Code, label and pixel colour of each class of a category or boolean field."""
    return type_of(field).legend()


def contributions_of(project: Project, user_id: int) -> list[Contribution]:
    """The last contributions of a person that still stand, newest first."""
    mine = Contribution.objects.filter(project=project, user_id=user_id)
    return list(mine.filter(state=Contribution.State.VISIBLE)[:20])


def has_agreed(project: Project, user_id: int, version: int) -> bool:
    """Whether the person agreed to this version of the consent for this project's licence."""
    return Contribution.objects.filter(
        project=project, user_id=user_id, licence=project.licence, consent_version=version
    ).exists()

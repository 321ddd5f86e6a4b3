"""From what somebody gave to what the table holds."""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any, NamedTuple

from datasets.field_types import BadValue, FieldType, type_of
from datasets.field_types.base import Stored
from datasets.hashing import group_key, row_hash
from datasets.models import Field

#: A row's values by field id; None is a missing value.
Values = Mapping[int, Any]
Typed = Sequence[tuple[Field, FieldType[Any]]]


class Problem(NamedTuple):
    """One value that does not fit: where it stands and what is wrong with it."""

    field: str
    message: str


class BadRecord(Exception):
    """Some values of one record do not fit; ``problems`` says all that is wrong."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems


@dataclass(frozen=True)
class Prepared:
    """One row ready to be written: the columns' values in the order of the fields."""

    stored: tuple[Stored | None, ...]
    row_hash: bytes
    group_key: int


def typed(fields: Iterable[Field]) -> list[tuple[Field, FieldType[Any]]]:
    """Each field with its type."""
    return [(field, type_of(field)) for field in fields]


def read_record(fields: Typed, record: Mapping[str, object]) -> dict[int, Any]:
    """Return the values by field id of a record of texts or JSON values by field name.

    Raises:
        BadRecord: at least one value does not fit its field.
    """
    values: dict[int, Any] = {}
    problems: list[Problem] = []
    for field, type_ in fields:
        try:
            values[field.pk] = type_.read(record.get(field.name))
        except BadValue as bad:
            problems.append(Problem(field.name, bad.message))
    if problems:
        raise BadRecord(problems)
    return values


def with_free_target(fields: Typed) -> Typed:
    """The fields, of which the target may be missing."""
    found = []
    for field, type_ in fields:
        if type_.role == Field.Role.TARGET and type_.required:
            type_ = copy(type_)
            type_.required = False
        found.append((field, type_))
    return found


def prepare(fields: Typed, values: Values) -> Prepared:
    """Check a row's values once more and encode them for the table; pictures are kept.

    Raises:
        BadRecord: a value does not fit, or belongs to no field.
    """
    problems = [
        Problem(str(key), f"{key}: no such field")
        for key in values.keys() - {field.pk for field, _type in fields}
    ]
    checked: list[Any] = []
    for field, type_ in fields:
        value = values.get(field.pk)
        try:
            checked.append(type_.missing() if value is None else type_.check(value))
        except BadValue as bad:
            problems.append(Problem(field.name, bad.message))
    if problems:
        raise BadRecord(problems)
    for (_field, type_), value in zip(fields, checked, strict=True):
        if value is not None:
            type_.keep(value)
    return _encoded(fields, checked)


def _encoded(fields: Typed, values: list[Any]) -> Prepared:
    stored = tuple(
        None if value is None else type_.to_storage(value)
        for (_field, type_), value in zip(fields, values, strict=True)
    )
    exact = row_hash({field.pk: s for (field, _t), s in zip(fields, stored, strict=True)})
    held = zip(fields, values, strict=True)
    near = group_key(((field.pk, type_, value) for (field, type_), value in held), exact)
    return Prepared(stored, exact, near)

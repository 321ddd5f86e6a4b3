"""Which column of a file holds which field."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from common.errors import Refused
from datasets.field_types.base import shown
from datasets.imports import listed
from datasets.records import Typed


class Unmatched(Refused):
    """The columns do not hold the fields: the person may say which does.

    Attributes:
        header: the names of the file's columns.
    """

    def __init__(self, message: str, header: list[str]) -> None:
        super().__init__(message, field="columns")
        self.header = header


@dataclass(frozen=True)
class Matched:
    """The column of each field, by field id; fields without one stay empty."""

    columns: dict[int, int]
    #: Columns that no field has, and fields that no column has, by name.
    unused: list[str]
    absent: list[str]


def matched(header: list[str], fields: Typed, chosen: Mapping[str, Any]) -> Matched:
    """Match columns to fields: as ``chosen`` (column by field id), else by name.

    Raises:
        Refused: two columns have the name of one field, a column is chosen twice, or a field that
            needs a value has no column.
    """
    columns = _chosen(header, fields, chosen) if chosen else _named(header, fields)
    missing = [f.name for f, type_ in fields if type_.required and f.pk not in columns]
    if missing or not columns:
        sentence = _(
            "The columns must hold the fields. Expected: %(expected)s. Found: %(found)s. "
            "Missing: %(missing)s. Say below which column holds which field."
        )
        parts = {
            "expected": listed([field.name for field, _type in fields]),
            "found": listed(header),
            "missing": listed(missing or [field.name for field, _type in fields]),
        }
        raise Unmatched(sentence % parts, header)
    used = set(columns.values())
    return Matched(
        columns,
        unused=[name for at, name in enumerate(header) if at not in used],
        absent=[field.name for field, _type in fields if field.pk not in columns],
    )


def by_name(header: list[str], fields: Typed) -> dict[int, int]:
    """The first column of each field that has its name."""
    names = [" ".join(name.split()).casefold() for name in header]
    return {
        field.pk: names.index(field.name.casefold())
        for field, _type in fields
        if field.name.casefold() in names
    }


def _named(header: list[str], fields: Typed) -> dict[int, int]:
    by_name = {field.name.casefold(): field.pk for field, _type in fields}
    names = [" ".join(name.split()).casefold() for name in header]
    counted = Counter(name for name in names if name in by_name)
    for name, count in counted.items():
        if count > 1:
            sentence = _("The header names “%(name)s” twice: rename or remove one of the columns.")
            raise Unmatched(sentence % {"name": shown(name)}, header)
    if not counted and not any(names) and len(header) == len(fields):
        # Without names the columns stand in the order of the fields.
        return {field.pk: at for at, (field, _type) in enumerate(fields)}
    return {by_name[name]: at for at, name in enumerate(names) if name in by_name}


def _chosen(header: list[str], fields: Typed, chosen: Mapping[str, Any]) -> dict[int, int]:
    columns: dict[int, int] = {}
    for field, _type in fields:
        place = chosen.get(str(field.pk))
        if place is None:
            continue
        if not isinstance(place, int) or not 0 <= place < len(header):
            raise Unmatched(_("The file has no such column: choose again."), header)
        if place in columns.values():
            sentence = _("The column “%(name)s” is chosen for two fields: choose one of them.")
            name = header[place] or str(place + 1)
            raise Unmatched(sentence % {"name": shown(name)}, header)
        columns[field.pk] = place
    return columns

"""Rows as pages show them: a table, and one row."""

from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from datasets.field_types import FieldType
from datasets.models import Contribution, Field, Row
from datasets.queries.counts import typed_fields
from datasets.queries.reading import Purpose, rows
from datasets.records import Typed
from projects.models import Project

HASHES_PER_QUERY = 500


@dataclass(frozen=True)
class Cell:
    """One value, ready to be drawn: ``picture`` or ``lines`` stand before ``text``."""

    field: Field
    text: str
    colour: int | None = None
    number: bool = False
    picture: SafeString | None = None
    lines: tuple[tuple[float, ...], ...] = ()
    #: Whether the value has a file that the row's page leads to.
    file: bool = False


@dataclass(frozen=True)
class ShownRow:
    """One row with its cells in the order of the fields."""

    pk: int
    arrival: int
    state: int
    contribution: Contribution
    cells: list[Cell]


def find_row(project: Project, pk: int, purpose: Purpose) -> ShownRow | None:
    """One row, when that purpose may see it."""
    found = rows(project, purpose).select_related("contribution__user").filter(pk=pk).first()
    return None if found is None else shown_row(typed_fields(project), found)


def shown_row(fields: Typed, row: Row) -> ShownRow:
    """A row ready to be drawn."""
    assert row.arrival is not None
    cells = [shown_cell(field, type_, getattr(row, field.column)) for field, type_ in fields]
    return ShownRow(row.pk, row.arrival, row.state, row.contribution, cells)


def shown_cell(field: Field, type_: FieldType[Any], stored: Any) -> Cell:
    """A stored value ready to be drawn."""
    value = type_.value_of(stored)
    if value is None:
        return Cell(field, "–")
    text = type_.cell(value)
    return Cell(
        field,
        text,
        colour=type_.colour_of(value),
        number=type_.wall_kind == "value",
        picture=type_.picture(value, text),
        lines=type_.lines(value),
        file=type_.has_file,
    )


def known_hashes(project: Project, groups: set[int]) -> set[bytes]:
    """The hashes of the accepted rows in these groups of near-duplicates."""
    found: set[bytes] = set()
    listed = sorted(groups)
    for start in range(0, len(listed), HASHES_PER_QUERY):
        part = listed[start : start + HASHES_PER_QUERY]
        near = rows(project, Purpose.DUPLICATE).order_by().filter(group_key__in=part)
        found.update(bytes(exact) for exact in near.values_list("row_hash", flat=True))
    return found

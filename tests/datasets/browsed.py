"""A project with every family of kinds, small enough to know each row, and views of it."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection

from accounts.models import User
from datasets.drafts import FieldDraft
from datasets.models import Field
from datasets.queries import fields_of, typed_fields
from datasets.queries.data_view import DataView, view_of
from projects.models import Project
from tests.projects_in_use import add_records, published

HEIGHTS: Sequence[float | None] = (2.5, None, 1.0, 2.5, -3.0, None, 2.5, 7.25)
KINDS = (
    FieldDraft("height", "number", required=False, unit="cm"),
    FieldDraft("legs", "integer", required=False),
    FieldDraft("wild", "boolean", required=False),
    FieldDraft("note", "text", "ignore", required=False, options={"max_length": 80}),
    FieldDraft("seen", "datetime", "ignore", required=False, options={"precision": "any"}),
    FieldDraft("drawing", "grid", required=False, options={"height": 2, "width": 2, "max": 1}),
    FieldDraft("kind", "category", "target", options={"categories": ["cat", "dog", "emu"]}),
)


def zoo(owner: User, heights: Sequence[float | None] = HEIGHTS, **people: User) -> Project:
    """Rows that differ in each column, in two contributions of the owner."""
    project = published(owner, "Zoo", KINDS, **people)
    records = [
        {
            "height": height,
            "legs": at % 3 or None,
            "wild": None if at == 2 else at % 2 == 0,
            "note": f"No. {at}" if at % 2 else None,
            "seen": ("2016", "2016-07", "2017-01-01T10:00", None)[at % 4],
            "drawing": [[at % 2, 1], [0, at // 2 % 2]] if at % 3 else None,
            "kind": ("cat", "dog", "emu")[at % 3],
        }
        for at, height in enumerate(heights)
    ]
    for part in (records[:3], records[3:]):
        if part:
            add_records(project, owner, part)
    return project


def named(project: Project, name: str) -> Field:
    """The project's field of that name."""
    return next(field for field in fields_of(project) if field.name == name)


def viewed(project: Project, *pairs: tuple[str, str], maintains: bool = False) -> DataView:
    """The view of keys and texts; ``{height}`` in either stands for the field's id."""
    ids = {field.name: field.pk for field in fields_of(project)}
    return view_of(
        project,
        typed_fields(project),
        [(key.format(**ids), text.format(**ids)) for key, text in pairs],
        maintains=maintains,
    )


@contextmanager
def statements() -> Iterator[list[str]]:
    """The SQL of every statement, without its parameters."""
    found: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield found


def arrivals(rows: Iterable[Any]) -> list[int]:
    """The arrival numbers of rows."""
    return [row.arrival for row in rows]

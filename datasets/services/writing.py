"""Writing rows by plain SQL: through the ORM an import is twenty times slower."""

from collections.abc import Sequence

from django.db import connection
from django.db.models import F, QuerySet

from datasets.hashing import row_hash
from datasets.models import Contribution, Row, RowState
from datasets.records import Prepared, Typed
from datasets.tables import row_table
from projects.models import Project

FIXED = (
    "contribution_id",
    "position",
    "state",
    "schema_version",
    "revision",
    "row_hash",
    "group_key",
    "arrival",
)


def insert_rows(
    contribution: Contribution,
    fields: Typed,
    prepared: Sequence[Prepared],
    *,
    position: int,
    first_arrival: int | None,
) -> int | None:
    """Insert rows whose places in the contribution start at ``position``.

    With ``first_arrival``, the number of the row at place 0, they are accepted and visible at
    once; without it they stay invisible until ``show_rows``. Of a single row the id is returned.
    """
    project = contribution.project
    state = RowState.PENDING if first_arrival is None else RowState.ACCEPTED
    columns = [*FIXED, *(field.column for field, _type in fields)]
    names = ", ".join(connection.ops.quote_name(name) for name in columns)
    places = ", ".join(["%s"] * len(columns))
    table = connection.ops.quote_name(f"p_{project.pk}")
    version = project.schema_version
    values = [
        (
            contribution.pk,
            place,
            int(state),
            version,
            1,
            row.row_hash,
            row.group_key,
            None if first_arrival is None else first_arrival + place,
            *row.stored,
        )
        for place, row in enumerate(prepared, start=position)
    ]
    # Every name in it is generated: p_<id>, c_<id> and the fixed ones.
    statement = f"INSERT INTO {table} ({names}) VALUES ({places})"  # noqa: S608
    with connection.cursor() as cursor:
        if len(values) == 1:
            cursor.execute(f"{statement} RETURNING id", values[0])
            return int(cursor.fetchone()[0])
        cursor.executemany(statement, values)
    return None


def show_rows(contribution: Contribution, first_arrival: int) -> None:
    """Make the rows of an import visible, all in one statement."""
    _rows_of(contribution).update(
        arrival=F("position") + first_arrival, state=RowState.ACCEPTED, revision=F("revision") + 1
    )


def set_state(contribution: Contribution, old: RowState, new: RowState) -> None:
    """Move the contribution's rows from one state to another."""
    found = _rows_of(contribution).filter(state=old)
    found.update(state=new, revision=F("revision") + 1)


def empty_rows(contribution: Contribution, fields: Typed) -> None:
    """Withdraw the rows: every value goes, also its hashes; the tombstone keeps its place."""
    nothing = {field.column: None for field, _type in fields}
    _rows_of(contribution).update(
        **nothing,
        state=RowState.WITHDRAWN,
        row_hash=row_hash({}),
        group_key=0,
        revision=F("revision") + 1,
    )


def change_row(project: Project, pk: int, fields: Typed, prepared: Prepared) -> None:
    """Give one row other values, and the hashes that go with them."""
    columns = [field.column for field, _type in fields]
    found = row_table(project)._default_manager.filter(pk=pk)
    found.update(
        **dict(zip(columns, prepared.stored, strict=True)),
        row_hash=prepared.row_hash,
        group_key=prepared.group_key,
        schema_version=project.schema_version,
        revision=F("revision") + 1,
    )


def delete_invisible(contribution: Contribution) -> None:
    """Remove what an import wrote before it could become visible."""
    _rows_of(contribution).filter(arrival__isnull=True).delete()


def _rows_of(contribution: Contribution) -> QuerySet[Row]:
    table = row_table(contribution.project)
    return table._default_manager.filter(contribution=contribution)

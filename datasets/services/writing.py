"""Writing rows by plain SQL: through the ORM an import is twenty times slower."""

from collections.abc import Sequence

from django.db import connection
from django.db.models import F, QuerySet

from datasets.hashing import row_hash
from datasets.models import Contribution, Row, RowState
from datasets.records import Prepared, Typed
from datasets.services.photos import remove_with
from datasets.tables import row_table
from projects.models import Project

#: Places in one statement.
PLACES = 500
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
    states: Sequence[RowState] | None = None,
) -> int | None:
    """Insert rows whose places in the contribution start at ``position``.

    With ``first_arrival``, the number of the row at place 0, they are there at once, in these
    ``states``; without it they stay invisible until ``show_rows``. Of a single row the id is
    returned.
    """
    project = contribution.project
    states = [RowState.PENDING] * len(prepared) if states is None else states
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
        for place, (row, state) in enumerate(zip(prepared, states, strict=True), start=position)
    ]
    # Every name in it is generated: p_<id>, c_<id> and the fixed ones.
    statement = f"INSERT INTO {table} ({names}) VALUES ({places})"  # noqa: S608
    with connection.cursor() as cursor:
        if len(values) == 1:
            cursor.execute(f"{statement} RETURNING id", values[0])
            return int(cursor.fetchone()[0])
        cursor.executemany(statement, values)
    return None


def show_rows(contribution: Contribution, first_arrival: int, states: Sequence[RowState]) -> None:
    """Make rows that were written invisibly visible, in their states by place."""
    listed = _rows_of(contribution)
    usual = RowState.ACCEPTED if RowState.ACCEPTED in states else RowState.PENDING
    listed.update(arrival=F("position") + first_arrival, state=usual, revision=F("revision") + 1)
    others = [place for place, state in enumerate(states) if state != usual]
    for start in range(0, len(others), PLACES):
        part = others[start : start + PLACES]
        listed.filter(position__in=part).update(state=RowState.PENDING)


def move_states(project: Project, ids: Sequence[int], to: RowState) -> None:
    """Give rows another state."""
    table = row_table(project)._default_manager
    for start in range(0, len(ids), PLACES):
        found = table.filter(pk__in=ids[start : start + PLACES])
        found.update(state=to, revision=F("revision") + 1)


def empty_rows(project: Project, ids: Sequence[int], fields: Typed) -> None:
    """Withdraw rows: every value goes, also their hashes; the tombstones keep their places."""
    remove_with(project, ids, fields)
    table = row_table(project)._default_manager
    nothing = {field.column: None for field, _type in fields}
    for start in range(0, len(ids), PLACES):
        table.filter(pk__in=ids[start : start + PLACES]).update(
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


def set_value(project: Project, pk: int, column: str, stored: object, exact: bytes) -> None:
    """Give one row another value in one column, and the hash that goes with it."""
    row_table(project)._default_manager.filter(pk=pk).update(**{column: stored}, row_hash=exact)


def delete_invisible(contribution: Contribution) -> None:
    """Remove what an import wrote before it could become visible."""
    _rows_of(contribution).filter(arrival__isnull=True).delete()


def _rows_of(contribution: Contribution) -> QuerySet[Row]:
    table = row_table(contribution.project)
    return table._default_manager.filter(contribution=contribution)

"""From accepted rows to an Arrow table: fast by ADBC where possible, by the cursor elsewhere.

Both ways give equal tables, so that a snapshot's bytes do not depend on the way.
"""

import hashlib
import hmac
from typing import Any

import pyarrow as pa
from django.conf import settings
from django.db import connection

from datasets.queries import Purpose, rows, typed_fields
from datasets.records import Typed
from projects.models import Project

ROW, CONTRIBUTOR, GROUP = "_row", "_contributor", "_group"
FIXED = {
    "id": pa.int64(),
    "user": pa.int64(),
    "group_key": pa.int64(),
    "row_hash": pa.binary(),
}


def pseudonym(project_id: int, user_id: int) -> str:
    """A name for a contributor that says who gave which rows of this project, and nothing else."""
    key = settings.SECRET_KEY.encode()
    text = f"contributor {project_id} {user_id}".encode()
    return hmac.new(key, text, hashlib.sha256).hexdigest()[:16]


def accepted_rows(project: Project) -> tuple[pa.Table, list[bytes]]:
    """Return the snapshot's table of all accepted rows in arrival order, and their hashes.

    Columns: ``_row`` (id), ``_contributor`` (pseudonym), ``_group`` (near-duplicates share it),
    then one column a field, named as the field.
    """
    fields = typed_fields(project)
    stored = _stored_columns(project, fields)
    users = stored["user"].to_pylist()
    names = {user: pseudonym(project.pk, user) for user in set(users)}
    columns = {
        ROW: stored["id"],
        CONTRIBUTOR: pa.array([names[user] for user in users], pa.string()),
        GROUP: stored["group_key"],
    }
    for field, type_ in fields:
        columns[field.name] = type_.to_arrow(stored[field.column])
    return pa.table(columns), stored["row_hash"].to_pylist()


def _stored_columns(project: Project, fields: Typed) -> dict[str, pa.Array]:
    """The columns as they are stored, by column name."""
    wanted = FIXED | {field.column: type_.stored_arrow for field, type_ in fields}
    names = ["id", "contribution__user_id", *list(wanted)[2:]]
    query = rows(project, Purpose.SNAPSHOT).values_list(*names)
    can_adbc = connection.vendor == "sqlite" and not connection.in_atomic_block
    # Inside a transaction a second connection would not see what this one has written.
    found = by_adbc(query, len(names)) if can_adbc else by_cursor(query, list(wanted.values()))
    return {
        name: _as(column, kind) for (name, kind), column in zip(wanted.items(), found, strict=True)
    }


def by_cursor(query: Any, kinds: list[pa.DataType]) -> list[pa.Array]:
    """The columns of a ``values_list`` query, row by row through Django."""
    columns: list[list[Any]] = [[] for _kind in kinds]
    for row in query.iterator(chunk_size=5_000):
        for column, value in zip(columns, row, strict=True):
            column.append(bytes(value) if isinstance(value, memoryview) else value)
    return [pa.array(column, kind) for column, kind in zip(columns, kinds, strict=True)]


def by_adbc(query: Any, width: int) -> list[pa.Array]:
    """The columns of the same query through ADBC: no Python object a cell. SQLite files only."""
    import adbc_driver_sqlite.dbapi as adbc

    sql, parameters = query.query.sql_with_params()
    count = query.count()
    path = str(connection.settings_dict["NAME"])
    with adbc.connect(path) as opened, opened.cursor() as cursor:
        # The driver guesses a column's type from its first batch: a later one that differs is an
        # error, so that the first batch holds everything. Rows may come between the two queries.
        cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": str(count + 10_000)})
        cursor.execute(sql.replace("%s", "?"), list(parameters))
        table = cursor.fetch_arrow_table()
    assert table.num_columns == width
    return [column.combine_chunks() for column in table.columns]


def _as(column: pa.Array, kind: pa.DataType) -> pa.Array:
    """The column in the type that is meant; one that is empty comes in any type."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if column.type == kind:
        return column
    return pa.nulls(len(column), kind) if column.null_count == len(column) else column.cast(kind)

"""From accepted rows to an Arrow table: fast by ADBC where possible, by the cursor elsewhere.

Both ways give equal tables, so that a snapshot's bytes do not depend on the way.
"""

import hashlib
import hmac
import logging
from typing import Any

import pyarrow as pa
from django.conf import settings
from django.db import connection

from datasets.queries import Purpose, rows, typed_fields
from datasets.records import Typed
from projects.models import Project

log = logging.getLogger(__name__)

BUSY_MS = 20_000
ROWS_MEANWHILE = 100_000
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
    stored = stored_columns(project, fields)
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


def stored_columns(project: Project, fields: Typed) -> dict[str, pa.Array]:
    """The columns of accepted rows as they are stored, by column name.

    Beside the fields' columns: ``id``, ``user`` (the contributor's), ``group_key``, ``row_hash``.
    """
    wanted = FIXED | {field.column: type_.stored_arrow for field, type_ in fields}
    names = ["id", "contribution__user_id", *list(wanted)[2:]]
    query = rows(project, Purpose.SNAPSHOT).values_list(*names)
    found = by_adbc(query) if _adbc_sees_all() else None
    if found is None:
        found = by_cursor(query, list(wanted.values()))
    return {
        name: _as(column, kind) for (name, kind), column in zip(wanted.items(), found, strict=True)
    }


def _adbc_sees_all() -> bool:
    """Whether a second connection to the file would see what this one sees."""
    return connection.vendor == "sqlite" and not connection.in_atomic_block


def by_cursor(query: Any, kinds: list[pa.DataType]) -> list[pa.Array]:
    """The columns of a ``values_list`` query, row by row through Django."""
    columns: list[list[Any]] = [[] for _kind in kinds]
    for row in query.iterator(chunk_size=5_000):
        for column, value in zip(columns, row, strict=True):
            column.append(bytes(value) if isinstance(value, memoryview) else value)
    return [pa.array(column, kind) for column, kind in zip(columns, kinds, strict=True)]


def by_adbc(query: Any) -> list[pa.Array] | None:
    """The columns of the same query through ADBC: no Python object a cell. SQLite files only.

    None when the driver cannot read the file now: the cursor then can.
    """
    import adbc_driver_sqlite.dbapi as adbc

    sql, parameters = query.query.sql_with_params()
    count = query.count()
    path = str(connection.settings_dict["NAME"])
    try:
        with adbc.connect(path) as opened, opened.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout = {BUSY_MS}").fetchall()
            # The driver guesses a column's type from its first batch: a later one that differs is
            # an error, so the first holds everything. Rows may come between the two queries.
            batch = {"adbc.sqlite.query.batch_rows": str(count + ROWS_MEANWHILE)}
            cursor.adbc_statement.set_options(**batch)
            cursor.execute(sql.replace("%s", "?"), list(parameters))
            table = cursor.fetch_arrow_table()
    except adbc.Error as error:
        log.warning("ADBC could not read the rows, the cursor will: %s", error)
        return None
    return [column.combine_chunks() for column in table.columns]


def _as(column: pa.Array, kind: pa.DataType) -> pa.Array:
    """The column in the type that is meant; one that is empty comes in any type."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if column.type == kind:
        return column
    return pa.nulls(len(column), kind) if column.null_count == len(column) else column.cast(kind)

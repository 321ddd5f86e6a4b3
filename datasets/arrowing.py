"""From accepted rows to an Arrow table: fast by ADBC where possible, by the cursor elsewhere.

Both ways give equal tables, so that a snapshot's bytes do not depend on the way.
"""

import hashlib
import hmac
import tempfile
from collections.abc import Mapping
from pathlib import Path
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


def stored_columns(
    project: Project, fields: Typed, beside: Mapping[str, pa.DataType] = FIXED
) -> dict[str, pa.Array]:
    """The columns of accepted rows as they are stored, in arrival order, by column name.

    ``beside`` are the columns of every row that are wanted with the fields' own; ``user`` is the
    contributor's id.
    """
    wanted = {**beside, **{field.column: type_.stored_arrow for field, type_ in fields}}
    names = ["contribution__user_id" if name == "user" else name for name in wanted]
    query = rows(project, Purpose.SNAPSHOT).values_list(*names)
    found = by_adbc(query) if _can_attach() else by_cursor(query, list(wanted.values()))
    return {
        name: _as(column, kind) for (name, kind), column in zip(wanted.items(), found, strict=True)
    }


def _can_attach() -> bool:
    """Whether a copy can be made: SQLite attaches no database inside a transaction."""
    return connection.vendor == "sqlite" and not connection.in_atomic_block


def by_cursor(query: Any, kinds: list[pa.DataType]) -> list[pa.Array]:
    """The columns of a ``values_list`` query, row by row through Django."""
    columns: list[list[Any]] = [[] for _kind in kinds]
    for row in query.iterator(chunk_size=5_000):
        for column, value in zip(columns, row, strict=True):
            column.append(bytes(value) if isinstance(value, memoryview) else value)
    return [pa.array(column, kind) for column, kind in zip(columns, kinds, strict=True)]


def by_adbc(query: Any) -> list[pa.Array]:
    """The columns of the same query through ADBC: no Python object a cell. SQLite only.

    The driver brings a SQLite library of its own. Two libraries in one process must never open the
    same file: a lock of one does not hold against the other, and when one closes the file it frees
    the locks of both; the log of the live database was deleted under our feet that way. So our own
    connection copies the query's result into a file beside, and the driver opens that.
    """
    sql, parameters = query.query.sql_with_params()
    with tempfile.TemporaryDirectory(prefix="rows-") as folder:
        path = str(Path(folder) / "copy.sqlite3")
        with connection.cursor() as cursor:
            cursor.execute("ATTACH DATABASE %s AS copy", [path])
            try:
                # Sixteen times the usual page: fewer of them to write and to read.
                cursor.execute("PRAGMA copy.page_size = 65536")
                cursor.execute("PRAGMA copy.journal_mode = OFF")
                cursor.execute("PRAGMA copy.synchronous = OFF")
                cursor.execute(f"CREATE TABLE copy.found AS {sql}", parameters)
                cursor.execute("SELECT count(*) FROM copy.found")
                count = cursor.fetchone()[0]
            finally:
                cursor.execute("DETACH DATABASE copy")
        return _read_copy(path, count)


def _read_copy(path: str, count: int) -> list[pa.Array]:
    """The columns of the copied result, in its order."""
    import adbc_driver_sqlite.dbapi as adbc

    with adbc.connect(path) as opened, opened.cursor() as cursor:
        # The driver guesses a column's type from its first batch: a later one that differs is an
        # error, so that the first holds everything.
        batch = {"adbc.sqlite.query.batch_rows": str(count + 1)}
        cursor.adbc_statement.set_options(**batch)
        cursor.execute("SELECT * FROM found ORDER BY rowid")
        table = cursor.fetch_arrow_table()
    return [column.combine_chunks() for column in table.columns]


def _as(column: pa.Array, kind: pa.DataType) -> pa.Array:
    """The column in the type that is meant; one that is empty comes in any type."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if column.type == kind:
        return column
    return pa.nulls(len(column), kind) if column.null_count == len(column) else column.cast(kind)

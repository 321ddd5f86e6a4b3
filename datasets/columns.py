"""From a query of rows to Arrow columns: fast by ADBC where possible, by the cursor elsewhere.

Both ways give equal columns. ADBC's driver brings a SQLite library of its own. Two libraries in one
process must never open the same file: a lock of one does not hold against the other, and when one
closes the file it frees the locks of both; the log of the live database was deleted under our feet
that way. So our own connection copies the query's result into a file beside, and the driver opens
that. See docs/decisions/0003.
"""

from pathlib import Path
from typing import Any

import pyarrow as pa
from django.db import connection


def can_copy() -> bool:
    """Whether a copy can be made: SQLite attaches no database inside a transaction."""
    return connection.vendor == "sqlite" and not connection.in_atomic_block


def by_cursor(query: Any, kinds: list[pa.DataType]) -> list[pa.Array]:
    """The columns of a ``values_list`` query, row by row through Django."""
    columns: list[list[Any]] = [[] for _kind in kinds]
    for row in query.iterator(chunk_size=5_000):
        for column, value in zip(columns, row, strict=True):
            column.append(bytes(value) if isinstance(value, memoryview) else value)
    return [pa.array(column, kind) for column, kind in zip(columns, kinds, strict=True)]


def copied(query: Any, path: Path) -> tuple[int, int]:
    """Copy the result of a ``values_list`` query into a new file.

    Returns how many rows it has, and the last one's ``arrival``, which is among its columns. One
    statement, so one state of the table, and nobody waits for it. SQLite only, outside of
    transactions.
    """
    sql, parameters = query.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute("ATTACH DATABASE %s AS copy", [str(path)])
        try:
            # Sixteen times the usual page: fewer of them to write and to read.
            cursor.execute("PRAGMA copy.page_size = 65536")
            cursor.execute("PRAGMA copy.journal_mode = OFF")
            cursor.execute("PRAGMA copy.synchronous = OFF")
            cursor.execute(f"CREATE TABLE copy.found AS {sql}", parameters)
            cursor.execute("SELECT rowid, arrival FROM copy.found ORDER BY rowid DESC LIMIT 1")
            return cursor.fetchone() or (0, 0)
        finally:
            cursor.execute("DETACH DATABASE copy")


def read_copy(path: Path, start: int, count: int) -> list[pa.Array]:
    """The columns of ``count`` rows of a copied result from row ``start`` on, in its order."""
    import adbc_driver_sqlite.dbapi as adbc

    with adbc.connect(str(path)) as opened, opened.cursor() as cursor:
        # The driver guesses a column's type from its first batch: a later one that differs is an
        # error, so that the first holds everything.
        batch = {"adbc.sqlite.query.batch_rows": str(count + 1)}
        cursor.adbc_statement.set_options(**batch)
        last = start + count
        where = f"rowid > {start:d} AND rowid <= {last:d}"
        cursor.execute(f"SELECT * FROM found WHERE {where} ORDER BY rowid")  # noqa: S608
        table = cursor.fetch_arrow_table()
    return [column.combine_chunks() for column in table.columns]


def as_kind(column: pa.Array, kind: pa.DataType) -> pa.Array:
    """The column in the type that is meant; one that is empty comes in any type."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if column.type == kind:
        return column
    return pa.nulls(len(column), kind) if column.null_count == len(column) else column.cast(kind)

"""Writing the checked rows of an import: many at once, in transactions of at most 0.2 s.

The rows come as the table's own columns. On SQLite they go into a file beside, made by ADBC without
a Python object a cell, and from there into the table by one statement a transaction; the driver
never opens the live file, see ``datasets.columns``. On PostgreSQL they are copied in its binary
format. Inside a transaction, where SQLite attaches no file, they are written row by row.
"""

import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from django.db import connection, transaction

from common.pacing import Pace
from datasets.importing.stored_files import GROUP, HASH
from datasets.models import Contribution, RowState
from datasets.records import Typed
from datasets.services.binary_copy import copy_rows
from datasets.services.writing import FIXED

#: Rows that are prepared together.
PART_ROWS = 100_000
#: Seconds that one transaction is meant to take, and rows it has at first, least and most.
CHUNK_SECONDS = 0.1
FIRST_CHUNK, LEAST_CHUNK, MOST_CHUNK = 2_000, 200, 50_000
STATE = "state"
#: Called inside each transaction with the places before and after it; it raises to end the work.
Fence = Callable[[int, int], None]


@dataclass(frozen=True)
class Target:
    """Where rows go, and what all of them share."""

    contribution: Contribution
    fields: Typed
    schema_version: int

    @property
    def table(self) -> str:
        """The quoted name of the project's table: generated, as every name here."""
        return connection.ops.quote_name(f"p_{self.contribution.project_id}")

    @property
    def columns(self) -> list[str]:
        """The fields' columns."""
        return [field.column for field, _type in self.fields]

    @property
    def first(self) -> int:
        """The arrival number of place 0."""
        assert self.contribution.first_arrival is not None
        return self.contribution.first_arrival


def write_rows(target: Target, parts: Iterable[pa.Table], start: int, fence: Fence) -> None:
    """Write rows whose places in the contribution start at ``start``.

    ``parts`` have the columns ``state``, ``row_hash``, ``group_key`` and those of the fields.
    """
    pace, size = Pace(), FIRST_CHUNK
    ended = time.monotonic()
    for part in parts:
        with _writer(target, part) as write:
            # Nobody was kept waiting while the part was prepared.
            pace.rest(time.monotonic() - ended)
            size = _in_chunks(write, part.num_rows, start, size, fence, pace)
        start += part.num_rows
        ended = time.monotonic()


def _in_chunks(
    write: Callable[[int, int, int], None],
    rows: int,
    start: int,
    size: int,
    fence: Fence,
    pace: Pace,
) -> int:
    """Write a part, one transaction a chunk; returns how large the next one should be."""
    done = 0
    while done < rows:
        count = min(size, rows - done)
        with transaction.atomic():
            began = time.monotonic()
            fence(start + done, start + done + count)
            write(start, done, count)
        took = time.monotonic() - began
        done += count
        size = int(min(max(size * CHUNK_SECONDS / max(took, 1e-3), size / 4), size * 2))
        size = min(max(size, LEAST_CHUNK), MOST_CHUNK)
        pace.breathe()
    return size


@contextmanager
def _writer(target: Target, part: pa.Table) -> Iterator[Callable[[int, int, int], None]]:
    """A function ``write(start, done, count)`` for rows of the part; start is the part's place."""
    if connection.vendor == "postgresql":
        yield lambda start, done, count: copy_rows(
            target, part.slice(done, count).combine_chunks(), start + done
        )
    elif connection.in_atomic_block:
        yield lambda start, done, count: _one_by_one(target, part.slice(done, count), start + done)
    else:
        with tempfile.TemporaryDirectory(prefix="import-") as folder, _beside(part, folder):
            yield lambda start, done, count: _from_beside(target, start, done, count)


@contextmanager
def _beside(part: pa.Table, folder: str) -> Iterator[None]:
    """The part in a SQLite file of its own, attached as ``beside``."""
    import adbc_driver_sqlite.dbapi as adbc

    path = Path(folder) / "rows.sqlite3"
    with adbc.connect(str(path), autocommit=False) as opened, opened.cursor() as cursor:
        cursor.adbc_ingest("rows", _plain(part), mode="create")
        opened.commit()
    with connection.cursor() as cursor:
        cursor.execute("ATTACH DATABASE %s AS beside", [f"file:{path}?mode=ro&immutable=1"])
        try:
            yield
        finally:
            cursor.execute("DETACH DATABASE beside")


def _plain(part: pa.Table) -> pa.Table:
    """The part in types that the driver takes."""
    columns = []
    for column in part.columns:
        if pa.types.is_boolean(column.type):
            column = column.cast(pa.int8())
        elif pa.types.is_fixed_size_binary(column.type):
            column = column.cast(pa.binary())
        columns.append(column)
    return pa.table(columns, names=part.column_names)


def _from_beside(target: Target, start: int, done: int, count: int) -> None:
    own = [STATE, HASH, GROUP, *target.columns]
    names = ["contribution_id", "position", "schema_version", "revision", "arrival", *own]
    # Every name in it is generated: p_<id>, c_<id> and the fixed ones.
    statement = (
        f"INSERT INTO {target.table} ({_listed(names)}) "  # noqa: S608
        f"SELECT %s, rowid + %s, %s, 1, rowid + %s, {_listed(own)} "
        "FROM beside.rows WHERE rowid > %s AND rowid <= %s ORDER BY rowid"
    )
    place = start - 1
    shared = [target.contribution.pk, place, target.schema_version, target.first + place]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*shared, done, done + count])


def _one_by_one(target: Target, part: pa.Table, place: int) -> None:
    names = [*FIXED, *target.columns]
    statement = (
        f"INSERT INTO {target.table} ({_listed(names)}) "  # noqa: S608 - as above
        f"VALUES ({', '.join(['%s'] * len(names))})"
    )
    pk, version = target.contribution.pk, target.schema_version
    columns = [part.column(name).to_pylist() for name in (STATE, HASH, GROUP, *target.columns)]
    values = [
        (pk, at, state, version, 1, exact, group, target.first + at, *stored)
        for at, (state, exact, group, *stored) in enumerate(zip(*columns, strict=True), place)
    ]
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(connection.ops.quote_name(name) for name in names)


def delete_rows(contribution: Contribution, count: int) -> None:
    """Delete what an import wrote before it became visible, in short transactions.

    ``count`` is how many arrival numbers it had taken.
    """
    assert contribution.first_arrival is not None
    table = connection.ops.quote_name(f"p_{contribution.project_id}")
    statement = (
        f"DELETE FROM {table} "  # noqa: S608 - as above
        "WHERE arrival >= %s AND arrival < %s AND contribution_id = %s"
    )
    pace, size, done = Pace(), FIRST_CHUNK, 0
    while done < count:
        low = contribution.first_arrival + done
        high = contribution.first_arrival + min(done + size, count)
        with transaction.atomic():
            began = time.monotonic()
            with connection.cursor() as cursor:
                cursor.execute(statement, [low, high, contribution.pk])
        took = time.monotonic() - began
        done += size
        size = int(min(max(size * CHUNK_SECONDS / max(took, 1e-3), LEAST_CHUNK), MOST_CHUNK))
        pace.breathe()


def states_of(part: pa.Table, state: RowState, label: str | None) -> pa.Array:
    """The state of each row; where labels are given, one without its ``label`` waits for some."""
    states = np.full(part.num_rows, int(state), dtype=np.int16)
    if label is not None:
        present = part.column(label).combine_chunks().is_valid().to_numpy(zero_copy_only=False)
        states[~present] = int(RowState.PENDING)
    return pa.array(states)

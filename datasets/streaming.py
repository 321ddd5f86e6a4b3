"""A project's rows as Arrow columns, range by range of their arrival numbers.

Each range is read by a statement of its own, so that no reader keeps the database's log from being
tidied, and however many rows there are, memory holds a few ranges. What was read is one state of
the table when ``DataTable.rewritten`` stands still meanwhile: rows that came after the first range
was asked for have later numbers, and are left to the next reader.
"""

import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
from django.db.models import QuerySet

from datasets.columns import as_kind, by_cursor, can_copy, copied, read_copy
from datasets.models import Row
from datasets.queries import Purpose, rows
from datasets.records import Typed
from projects.models import Project

#: Rows of one range at most, and what one range may weigh in memory.
RANGE_ROWS = 50_000
RANGE_BYTES = 64 * 1024 * 1024
#: From so many rows it is judged how much the others weigh.
PROBE_ROWS = 1_000

#: The columns of one range by name; ``user`` is the contributor's id.
Columns = dict[str, pa.Array]


class Wanted(NamedTuple):
    """What is read of each row, and which rows: those that arrived after ``after``."""

    project: Project
    fields: Typed
    beside: Mapping[str, pa.DataType]
    after: int
    upto: int

    def kinds(self) -> dict[str, pa.DataType]:
        """The type of each stored column, ``arrival`` the first."""
        stored = {field.column: type_.stored_arrow for field, type_ in self.fields}
        return {"arrival": pa.int64(), **self.beside, **stored}

    def query(self, after: int, most: int | None) -> "QuerySet[Row, tuple[Any, ...]]":
        """The next rows after an arrival number, at most so many."""
        names = ["contribution__user_id" if name == "user" else name for name in self.kinds()]
        described = [field for field, _type in self.fields]
        found = rows(self.project, Purpose.SNAPSHOT, described)
        found = found.filter(arrival__gt=after, arrival__lte=self.upto)
        return found.values_list(*names)[:most]

    def named(self, columns: list[pa.Array]) -> Columns:
        """The columns by their names, each of its type."""
        return {
            name: as_kind(column, kind)
            for (name, kind), column in zip(self.kinds().items(), columns, strict=True)
        }


def ranges(wanted: Wanted, *, at_once: bool = False) -> Iterator[Columns]:
    """The columns of the wanted rows, range after range, in arrival order; none is empty.

    With ``at_once`` SQLite's rows are copied by one statement: one state of the table, whatever
    is rewritten meanwhile.
    """
    probe = wanted.named(by_cursor(wanted.query(wanted.after, PROBE_ROWS), _kinds(wanted)))
    count = len(probe["arrival"])
    if count < PROBE_ROWS:
        if count:
            yield probe
        return
    size = range_rows(probe)
    if can_copy():
        yield from _by_copies(wanted, size, None if at_once else size)
    else:
        yield from _one_by_one(wanted, size)


def range_rows(probe: Columns) -> int:
    """How many rows a range has when its first ones weigh as much as these."""
    weight = sum(column.nbytes for column in probe.values()) / len(probe["arrival"])
    return max(PROBE_ROWS, min(RANGE_ROWS, int(RANGE_BYTES / weight)))


def _kinds(wanted: Wanted) -> list[pa.DataType]:
    return list(wanted.kinds().values())


def _one_by_one(wanted: Wanted, size: int) -> Iterator[Columns]:
    """Through Django's cursor: inside a transaction, and on PostgreSQL."""
    after = wanted.after
    while True:
        found = wanted.named(by_cursor(wanted.query(after, size), _kinds(wanted)))
        arrivals = found["arrival"]
        if not len(arrivals):
            return
        yield found
        if len(arrivals) < size:
            return
        after = arrivals[-1].as_py()


def _by_copies(wanted: Wanted, size: int, most: int | None) -> Iterator[Columns]:
    """Copy a range, and read it in another thread while the next one is copied."""
    with tempfile.TemporaryDirectory(prefix="rows-") as folder, ThreadPoolExecutor(1) as reader:
        waiting: Future[Columns] | None = None
        for part in _copies(wanted, size, most, Path(folder)):
            following = reader.submit(_read, wanted, part)
            if waiting is not None:
                yield waiting.result()
            waiting = following
        if waiting is not None:
            yield waiting.result()


class _Part(NamedTuple):
    """Rows of one copied file: which, and whether they are its last."""

    path: Path
    start: int
    rows: int
    last: bool


def _copies(wanted: Wanted, size: int, most: int | None, folder: Path) -> Iterator[_Part]:
    """Copies of the next rows, at most ``most`` each, in parts of ``size`` rows."""
    after, number, full = wanted.after, 0, True
    while full:
        path = folder / f"{number}.sqlite3"
        count, after = copied(wanted.query(after, most), path)
        for start in range(0, count, size):
            yield _Part(path, start, min(size, count - start), start + size >= count)
        full, number = most is not None and count == most, number + 1


def _read(wanted: Wanted, part: _Part) -> Columns:
    found = wanted.named(read_copy(part.path, part.start, part.rows))
    if part.last:
        part.path.unlink()
    return found

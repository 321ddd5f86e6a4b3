"""PostgreSQL's binary COPY, made of whole columns.

The format (PostgreSQL's manual, COPY, "Binary Format"): a header, then for each row the number of
its fields as int16, and for each field its length as int32 (-1 for NULL) and its bytes; numbers are
big-endian.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection
from numpy.typing import NDArray

from datasets.hashing_columns import BYTES, fixed_bytes, joined_bytes
from datasets.services.writing import FIXED

if TYPE_CHECKING:
    from datasets.services.bulk_writing import Target

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
END = b"\xff\xff"
NULL = pa.scalar(b"\xff\xff\xff\xff", BYTES)


def copy_rows(target: "Target", part: pa.Table, place: int) -> None:
    """Copy rows into the project's table; their places in the contribution start at ``place``."""
    names = [*FIXED, *target.columns]
    listed = ", ".join(connection.ops.quote_name(name) for name in names)
    data = encoded(columns_of(target, part, place))
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {target.table} ({listed}) FROM STDIN (FORMAT BINARY)") as copy,
    ):
        copy.write(HEADER)
        copy.write(data)
        copy.write(END)


def columns_of(target: "Target", part: pa.Table, place: int) -> list[pa.Array]:
    """Every column of the table's rows in the order of their names."""
    rows = part.num_rows
    places = np.arange(place, place + rows)
    shared = {
        "contribution_id": np.full(rows, target.contribution.pk, dtype=np.int64),
        "position": places.astype(np.int32),
        "schema_version": np.full(rows, target.schema_version, dtype=np.int32),
        "revision": np.ones(rows, dtype=np.int32),
        "arrival": places + target.first,
    }
    found = [pa.array(shared[name]) if name in shared else _one(part, name) for name in FIXED]
    return [*found, *(_one(part, name) for name in target.columns)]


def _one(part: pa.Table, name: str) -> pa.Array:
    column = part.column(name)
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def encoded(columns: list[pa.Array]) -> Any:
    """The rows as COPY takes them, one after the other."""
    count = pa.scalar(len(columns).to_bytes(2, "big"), BYTES)
    rows = joined_bytes([count, *(_field(column) for column in columns)])
    ends = np.frombuffer(rows.buffers()[1], np.int64)
    start, end = int(ends[rows.offset]), int(ends[rows.offset + len(rows)])
    return memoryview(rows.buffers()[2])[start:end]


def _field(column: pa.Array) -> pa.Array:
    """Of each row the length and the bytes of one field."""
    numbers = _big_endian(column)
    if numbers is not None:
        whole = fixed_bytes(numbers.dtype.itemsize.to_bytes(4, "big"), numbers)
    else:
        text = pa.types.is_string(column.type)
        data = column.cast(pa.large_string()).cast(BYTES) if text else column.cast(BYTES)
        sizes = pc.fill_null(pc.binary_length(data), 0).to_numpy(zero_copy_only=False)
        whole = joined_bytes([fixed_bytes(b"", sizes.astype(">i4")), data])
    return pc.if_else(column.is_valid(), whole, NULL) if column.null_count else whole


def _big_endian(column: pa.Array) -> NDArray[Any] | None:
    """The values of a column whose values all have one length; None for texts and bytes."""
    if pa.types.is_boolean(column.type):
        column = column.cast(pa.uint8())
    elif not (pa.types.is_floating(column.type) or pa.types.is_integer(column.type)):
        return None
    values: NDArray[Any] = column.fill_null(0).to_numpy(zero_copy_only=False)
    return values.astype(values.dtype.newbyteorder(">"))

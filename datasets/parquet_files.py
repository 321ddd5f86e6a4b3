"""Parquet files that are small and quick to read: zstd, and for each column what suits it.

The same tables in the same order give the same bytes.
"""

from collections.abc import Iterable
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

#: Ids that mostly count on: their differences take next to nothing.
COUNTED = ("_row",)


def write_tables(sink: IO[bytes], first: pa.Table, following: Iterable[pa.Table]) -> int:
    """Write tables of one schema, each as a row group; returns how many values there are.

    They are counted within lists: what a text format will have to write.
    """
    with pq.ParquetWriter(sink, first.schema, **_encodings(first)) as writer:
        writer.write_table(first, row_group_size=first.num_rows)
        for table in following:
            writer.write_table(table, row_group_size=table.num_rows)
    footer = pq.read_metadata(sink)
    return sum(
        footer.row_group(group).column(column).num_values
        for group in range(footer.num_row_groups)
        for column in range(footer.num_columns)
    )


def _encodings(first: pa.Table) -> dict[str, Any]:
    """What the writer is told: measured on the first rows, column by column.

    Measured numbers with all their digits are smallest with their bytes split into streams, rounded
    ones with a dictionary: both are tried.
    """
    plain = {name: "DELTA_BINARY_PACKED" for name in COUNTED if name in first.column_names}
    leaves: list[str] = []
    for name in first.column_names:
        for leaf, floating in _leaves(first.select([name])):
            leaves.append(leaf)
            if floating and _split_is_smaller(first.select([name]), leaf):
                plain[leaf] = "BYTE_STREAM_SPLIT"
    return {
        "compression": "zstd",
        "use_dictionary": [leaf for leaf in leaves if leaf not in plain],
        "column_encoding": plain,
    }


def _leaves(column: pa.Table) -> list[tuple[str, bool]]:
    """The paths of the values within a column, and whether they are floating-point numbers."""
    sink = pa.BufferOutputStream()
    pq.write_table(column.slice(0, 0), sink)
    schema = pq.ParquetFile(pa.BufferReader(sink.getvalue())).schema
    return [
        (schema.column(number).path, schema.column(number).physical_type in ("FLOAT", "DOUBLE"))
        for number in range(len(schema))
    ]


def _split_is_smaller(column: pa.Table, leaf: str) -> bool:
    return _size(column, {leaf: "BYTE_STREAM_SPLIT"}) < _size(column, {})


def _size(column: pa.Table, encoding: dict[str, str]) -> int:
    sink = pa.BufferOutputStream()
    how = {"use_dictionary": not encoding, "column_encoding": encoding or None}
    pq.write_table(column, sink, compression="zstd", **how)
    return int(sink.getvalue().size)

"""A snapshot as text: CSV and JSON Lines, made from its Parquet file batch by batch."""

import csv
import io
import json
from collections.abc import Iterator
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

BATCH_ROWS = 1_000
#: A spreadsheet takes a cell that starts so for a formula: text gets an apostrophe before it.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe_text(text: str) -> str:
    """The text for a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def csv_lines(file: IO[bytes]) -> Iterator[bytes]:
    """The table as CSV in UTF-8, header first; lists are JSON in a cell, missing values empty."""
    opened = pq.ParquetFile(file)
    yield csv_line([safe_text(name) for name in opened.schema_arrow.names])
    for batch in opened.iter_batches(batch_size=BATCH_ROWS):
        columns = [_texts(column) for column in batch.columns]
        yield b"".join(csv_line(row) for row in zip(*columns, strict=True))


def csv_line(cells: Any) -> bytes:
    """One line of a CSV file."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue().encode()


def jsonl_lines(file: IO[bytes]) -> Iterator[bytes]:
    """The table as JSON Lines in UTF-8: one object a row."""
    for batch in pq.ParquetFile(file).iter_batches(batch_size=BATCH_ROWS):
        rows = _with_short_floats(batch).to_pylist()
        yield b"".join(
            json.dumps(row, ensure_ascii=False, allow_nan=False).encode() + b"\n" for row in rows
        )


def _texts(column: pa.Array) -> list[Any]:
    values: list[Any] = column.to_pylist()
    if pa.types.is_list(column.type):
        return ["" if v is None else json.dumps(_short(v), separators=(",", ":")) for v in values]
    if pa.types.is_string(column.type):
        return ["" if value is None else safe_text(value) for value in values]
    if pa.types.is_boolean(column.type):
        return ["" if value is None else str(value).lower() for value in values]
    return values


def _with_short_floats(batch: pa.RecordBatch) -> pa.Table:
    table = pa.Table.from_batches([batch])
    for index, field in enumerate(table.schema):
        if field.type == pa.list_(pa.list_(pa.float32())):
            values = [None if v is None else _short(v) for v in table.column(index).to_pylist()]
            column = pa.array(values, pa.list_(pa.list_(pa.float64())))
            table = table.set_column(index, field.name, column)
    return table


def _short(value: Any) -> Any:
    """Lists of float32 values as the shortest decimal numbers that mean the same float32."""
    if isinstance(value, list):
        return [_short(item) for item in value]
    return float(str(np.float32(value))) if isinstance(value, float) else value

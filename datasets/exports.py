"""A snapshot in other formats than Parquet, made from its Parquet file batch by batch."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

BATCH_ROWS = 1_000
#: A spreadsheet takes a cell that starts so for a formula: text gets an apostrophe before it.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
#: Text that gets one, and text that has got one: apostrophes before a formula count as its start,
#: so that taking one off again gives exactly what was there.
NEEDS = re.compile(r"'*[=+\-@\t\r]")
HAS = re.compile(r"'+[=+\-@\t\r]")


class Format(NamedTuple):
    """One format beside Parquet: its type on the web, and what writes it."""

    media_type: str
    write: Callable[[IO[bytes], IO[bytes]], None]


def safe_text(text: str) -> str:
    """The text for a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if NEEDS.match(text) else text


def plain_text(cell: str) -> str:
    """What the text of a cell was before ``safe_text``."""
    return cell[1:] if HAS.match(cell) else cell


def csv_lines(file: IO[bytes]) -> Iterator[bytes]:
    """The table as CSV in UTF-8, header first; lists are JSON in a cell, missing values empty."""
    opened = pq.ParquetFile(file)
    yield csv_line([safe_text(name) for name in opened.schema_arrow.names])
    for batch in opened.iter_batches(batch_size=BATCH_ROWS):
        columns = [_texts(column) for column in batch.columns]
        yield _csv(zip(*columns, strict=True))


def csv_line(cells: Any) -> bytes:
    """One line of a CSV file."""
    return _csv([cells])


def _csv(rows: Iterable[Any]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def jsonl_lines(file: IO[bytes]) -> Iterator[bytes]:
    """The table as JSON Lines in UTF-8: one object a row."""
    for batch in pq.ParquetFile(file).iter_batches(batch_size=BATCH_ROWS):
        columns = [_values(column) for column in batch.columns]
        names = batch.schema.names
        yield b"".join(
            json.dumps(
                dict(zip(names, row, strict=True)), ensure_ascii=False, allow_nan=False
            ).encode()
            + b"\n"
            for row in zip(*columns, strict=True)
        )


def write_csv(source: IO[bytes], sink: IO[bytes]) -> None:
    """Write the Parquet file's table as CSV."""
    for part in csv_lines(source):
        sink.write(part)


def write_jsonl(source: IO[bytes], sink: IO[bytes]) -> None:
    """Write the Parquet file's table as JSON Lines."""
    for part in jsonl_lines(source):
        sink.write(part)


def write_arrow(source: IO[bytes], sink: IO[bytes]) -> None:
    """Write the Parquet file's table as an Arrow IPC file, its buffers compressed with zstd."""
    opened = pq.ParquetFile(source)
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_file(sink, opened.schema_arrow, options=options) as writer:
        for batch in opened.iter_batches():
            writer.write_batch(batch)


#: The formats beside Parquet, by the ending of their files.
FORMATS = {
    "csv": Format("text/csv; charset=utf-8", write_csv),
    "jsonl": Format("application/jsonl; charset=utf-8", write_jsonl),
    "arrow": Format("application/vnd.apache.arrow.file", write_arrow),
}
PARQUET_TYPE = "application/vnd.apache.parquet"


def _texts(column: pa.Array) -> list[Any]:
    values = _values(column)
    if pa.types.is_list(column.type):
        return ["" if v is None else json.dumps(v, separators=(",", ":")) for v in values]
    if pa.types.is_string(column.type):
        return ["" if value is None else safe_text(value) for value in values]
    if pa.types.is_boolean(column.type):
        return ["" if value is None else str(value).lower() for value in values]
    return values


def _values(column: pa.Array) -> list[Any]:
    """The column's values; float32 numbers as the shortest decimal ones that mean the same."""
    values: list[Any] = column.to_pylist()
    leaf = column.type
    while pa.types.is_list(leaf):
        leaf = leaf.value_type
    return [_short(value) for value in values] if pa.types.is_float32(leaf) else values


def _short(value: Any) -> Any:
    if isinstance(value, list):
        return [_short(item) for item in value]
    return float(str(np.float32(value))) if isinstance(value, float) else value

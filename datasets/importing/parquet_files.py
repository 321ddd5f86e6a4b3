"""Parquet in the decoding child: numbers and truth values as they are, all else as text."""

from typing import IO, Any

from datasets.guessing.cells import UnreadableCell, cell_text
from datasets.guessing.parquet_child import is_binary
from datasets.importing.speaking import Fault, Speaker

BATCH = 8_192


def read_parquet(source: IO[bytes], known: dict[str, Any], speaker: Speaker) -> None:
    """Read a Parquet file, unpacked a few rows at a time.

    Raises:
        Fault: it has too many columns or rows, or a cell is too long.
    """
    import pyarrow.parquet as pq

    file = pq.ParquetFile(source, pre_buffer=False, buffer_size=1 << 16)
    schema = file.schema_arrow
    if len(schema.names) > known["columns"]:
        raise Fault("columns", count=len(schema.names), limit=known["columns"])
    total = file.metadata.num_rows
    if total > known["rows"]:
        raise Fault("rows", limit=known["rows"])
    kept = [place for place, field in enumerate(schema) if not is_binary(_pa(), field.type)]
    binary = tuple(str(f.name) for f in schema if is_binary(_pa(), f.type))
    types = [type_of(schema.field(place).type) for place in kept]
    speaker.head([str(schema.names[place]) for place in kept], types, total=total, binary=binary)
    number = 1
    for batch in file.iter_batches(batch_size=BATCH, use_threads=False):
        speaker.batch(sent(batch, kept, types, number))
        number += batch.num_rows


def _pa() -> Any:
    import pyarrow

    return pyarrow


def type_of(found: Any) -> str:
    """The Arrow type in which a column is sent."""
    kinds = _pa().types
    if kinds.is_boolean(found):
        return "bool"
    if kinds.is_floating(found):
        return "double"
    return "int64" if kinds.is_integer(found) and str(found) != "uint64" else "string"


def sent(batch: Any, kept: list[int], types: list[str], number: int) -> Any:
    """The batch with row numbers before its columns, each in its type."""
    pa = _pa()
    columns = [pa.array(range(number, number + batch.num_rows), pa.int64())]
    for place, wanted in zip(kept, types, strict=True):
        columns.append(column_as(batch.column(place), wanted, number))
    return pa.RecordBatch.from_arrays(columns, [str(i) for i in range(len(columns))])


def column_as(column: Any, wanted: str, number: int) -> Any:
    """One column in the type in which it is sent."""
    pa = _pa()
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if wanted != "string":
        return column.cast(pa.type_for_alias(wanted))
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return column.cast(pa.string())
    texts = []
    for place, value in enumerate(column):
        try:
            texts.append(cell_text(value.as_py()))
        except UnreadableCell as bad:
            raise Fault("cell", row=number + place, reason=str(bad)) from None
    return pa.array(texts, pa.string())

"""Parquet to a frame. The snapshots of the site are such files: one column a field, by its name,
and `_row` (int64), `_contributor` and `_group` (text) beside them."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from training.engine.faults import EngineFault, Fault, FaultList
from training.engine.fields import FieldSpec
from training.engine.frame import SHAPED, Column, Frame, column_of, parts_of, with_target
from training.engine.limits import MAX_ROWS
from training.engine.schema import TableSchema

LARGEST_CELL = 1e30

#: What a snapshot has beside its fields; the last two only where a crowd gave the labels.
BESIDE = ("_row", "_contributor", "_group", "_labels", "_certainty")


def read_parquet(path: Path, schema: TableSchema) -> Frame:
    """Read a Parquet file by its schema; `EngineFault` names file, row, column, value, reason."""
    try:
        table = pq.read_table(path)
    except (pa.ArrowException, OSError) as error:
        raise EngineFault(Fault(f"not a readable Parquet file ({error})", path.name)) from error
    check_header(schema, table.column_names, path.name)
    check_count(table.num_rows, path.name)
    faults = FaultList(path.name)
    columns = {
        field.name: arrow_column(field, table.column(field.name), faults)
        for field in used_fields(schema)
    }
    extra = set(table.column_names)
    rows = table.column("_row").to_numpy() if "_row" in extra else record_numbers(table.num_rows)
    groups = table.column("_group").to_pylist() if "_group" in extra else None
    return finished_frame(schema, columns, rows, groups, faults)


def used_fields(schema: TableSchema) -> list[FieldSpec]:
    """The fields whose values are read: all but ignored ones."""
    return [field for field in schema.fields if field.role in ("target", "feature", "split")]


def record_numbers(count: int) -> NDArray[np.int64]:
    """Row ids of a file that has none: 1, 2, …"""
    return np.arange(1, count + 1, dtype=np.int64)


def check_header(schema: TableSchema, header: list[str], file: str) -> None:
    """Refuse columns that stand twice, are missing, or that the schema does not know."""
    faults = FaultList(file)
    known = {field.name for field in schema.fields}
    for name in sorted({name for name in header if header.count(name) > 1}):
        faults.add("this column stands twice in the header", column=name)
    for name in dict.fromkeys(header):
        if name not in known and name not in BESIDE:
            faults.add("the schema has no such field", column=name)
    for field in used_fields(schema):
        if field.name not in header:
            faults.add("this column of the schema is missing in the file", column=field.name)
    faults.raise_if_any()


def check_count(count: int, file: str) -> None:
    """Refuse more rows than one run may hold in memory."""
    if count > MAX_ROWS:
        raise EngineFault(Fault(f"{count} rows; at most {MAX_ROWS} are allowed", file))


def arrow_column(field: FieldSpec, cells: Any, faults: FaultList) -> Column:
    """One Arrow column; arrays without any fault take a way without Python lists."""
    if field.kind in SHAPED:
        fast = shaped_column(field, cells.combine_chunks())
        if fast is not None:
            return fast
    return column_of(field, cells.to_pylist(), faults)


def shaped_column(field: FieldSpec, cells: Any) -> Column | None:
    """Arrays that are all of the right shape and range, as one array; None when any is not."""
    if isinstance(cells, pa.ChunkedArray):
        cells = pa.concat_arrays(cells.chunks) if cells.num_chunks else pa.array([], cells.type)
    missing = cells.is_null().to_numpy(zero_copy_only=False)
    present = cells.drop_null()
    numbers = present
    for size in field.shape:
        if not pa.types.is_list(numbers.type) or numbers.null_count:
            return None
        if not (numbers.value_lengths().to_numpy() == size).all():
            return None
        numbers = numbers.flatten()
    if numbers.null_count or not len(present):
        return None
    flat = numbers.to_numpy(zero_copy_only=False)
    if flat.dtype.kind not in "iuf" or not (np.abs(flat) <= LARGEST_CELL).all():
        return None
    if field.kind != "vector" and (flat.min() < field.range[0] or flat.max() > field.range[1]):
        return None
    kind = np.uint8 if flat.dtype == np.uint8 else np.float32
    values = np.zeros((len(missing), *field.shape), dtype=kind)
    values[~missing] = flat.reshape(-1, *field.shape)
    return Column(field, values, missing)


def finished_frame(
    schema: TableSchema,
    columns: dict[str, Column],
    rows: NDArray[np.int64],
    groups: list[str | None] | None,
    faults: FaultList,
) -> Frame:
    """Raise what was found wrong, or give the frame of the rows that have a target."""
    parts = parts_of(columns[schema.split.name], faults) if schema.split is not None else None
    faults.raise_if_any()
    names = None
    if groups is not None:
        pairs = zip(groups, rows, strict=True)
        names = tuple(str(row) if group is None else str(group) for group, row in pairs)
    return with_target(Frame(columns, rows, names, parts), schema)

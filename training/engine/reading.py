"""A file of the user (CSV, JSON Lines or Parquet) to a frame, or every fault in it."""

import csv
import io
import json
from pathlib import Path
from typing import Any

from training.engine.faults import EngineFault, Fault, FaultList
from training.engine.frame import Frame, column_of
from training.engine.limits import MAX_CELL_CHARACTERS
from training.engine.parquet import (
    check_count,
    check_header,
    finished_frame,
    read_parquet,
    record_numbers,
    used_fields,
)
from training.engine.schema import TableSchema

OTHER_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "bars"}


def read_schema(path: Path) -> TableSchema:
    """Read a Table Schema from a JSON file."""
    try:
        data = json.loads(read_text(path))
    except ValueError as error:
        raise EngineFault(Fault(f"not JSON ({error})", path.name)) from error
    return TableSchema.from_json(data)


def read_data(path: Path, schema: TableSchema) -> Frame:
    """Read a data file by its ending (.csv, .jsonl, .ndjson, .parquet).

    Rows without a target are left out and counted. Raises `EngineFault` with a line for each bad
    value: file, row (record number from 1), column, value, reason.
    """
    schema.check_trainable()
    ending = path.suffix.lower()
    if not path.is_file():
        raise EngineFault(Fault("there is no such file", str(path)))
    if ending == ".parquet":
        return read_parquet(path, schema)
    if ending == ".csv":
        return _frame_of_cells(path, schema, *_csv_cells(path, schema))
    if ending in (".jsonl", ".ndjson"):
        return _frame_of_cells(path, schema, *_json_cells(path))
    raise EngineFault(Fault("the name ends in none of .csv, .jsonl, .ndjson, .parquet", path.name))


def read_text(path: Path) -> str:
    """The text of a UTF-8 file, without its byte order mark."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise EngineFault(Fault(f"cannot be read ({error.strerror})", str(path))) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        reason = f"line {line} is not UTF-8 text: save the file with the encoding UTF-8"
        raise EngineFault(Fault(reason, path.name)) from error


def _frame_of_cells(
    path: Path, schema: TableSchema, header: list[str], records: list[list[Any]]
) -> Frame:
    check_header(schema, header, path.name)
    check_count(len(records), path.name)
    faults = FaultList(path.name)
    columns = {}
    for field in used_fields(schema):
        place = header.index(field.name)
        columns[field.name] = column_of(field, [record[place] for record in records], faults)
    rows = record_numbers(len(records))
    return finished_frame(schema, columns, rows, None, faults)


def _csv_cells(path: Path, schema: TableSchema) -> tuple[list[str], list[list[Any]]]:
    """Header and records of a CSV; a cell that the schema calls missing becomes None."""
    csv.field_size_limit(MAX_CELL_CHARACTERS)
    reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    faults = FaultList(path.name)
    missing = set(schema.missing_values)
    records: list[list[Any]] = []
    try:
        header = next(reader, [])
        _check_delimiter(path, schema, header)
        for cells in reader:
            if not cells and len(header) > 1:
                continue
            cells = cells or [""]
            if len(cells) != len(header):
                reason = f"{len(cells)} cells; the header has {len(header)}"
                faults.add(reason, len(records) + 1)
            records.append([None if cell in missing else cell for cell in cells])
    except csv.Error as error:
        raise EngineFault(Fault(f"line {reader.line_num}: not CSV ({error})", path.name)) from error
    faults.raise_if_any()
    return header, records


def _check_delimiter(path: Path, schema: TableSchema, header: list[str]) -> None:
    if not header:
        raise EngineFault(Fault("the file is empty", path.name))
    if len(header) > 1 or len(schema.fields) < 2:
        return
    for sign, name in OTHER_DELIMITERS.items():
        if sign in header[0]:
            reason = f"the cells are parted by {name}: save the file with commas"
            raise EngineFault(Fault(reason, path.name))


def _json_cells(path: Path) -> tuple[list[str], list[list[Any]]]:
    """All names used, and records, of a JSON Lines file; a name that is absent is missing."""
    faults = FaultList(path.name)
    objects: list[dict[str, Any]] = []
    for line in read_text(path).split("\n"):
        if not line.strip():
            continue
        try:
            record = json.loads(line, object_pairs_hook=_without_twins)
        except (ValueError, RecursionError) as error:
            faults.add(f"not JSON ({error})", len(objects) + 1)
            record = {}
        if not isinstance(record, dict):
            faults.add("not a JSON object", len(objects) + 1)
            record = {}
        objects.append(record)
    faults.raise_if_any()
    if not objects:
        raise EngineFault(Fault("the file is empty", path.name))
    header = list(dict.fromkeys(name for record in objects for name in record))
    return header, [[record.get(name) for name in header] for record in objects]


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) != len(pairs):
        raise ValueError("a name stands twice in this object")
    return record

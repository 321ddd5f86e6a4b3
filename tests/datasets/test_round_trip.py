"""Each kind of field through each format and back: what is read is what was given."""

import csv
import io
import json
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets.exports import FORMATS, plain_text, safe_text
from datasets.field_types import FieldType
from datasets.parquet_files import write_tables
from tests.kinds import KINDS, VALUES, kept, made

#: What a program reads of a picture is its levels, not the file in the storage.
WITHOUT_VALUES = ("image",)


def as_file(type_: FieldType[Any], values: list[Any]) -> tuple[pa.Array, bytes]:
    """A version's file with that one field, and its column."""
    stored = [None if value is None else type_.to_storage(value) for value in values]
    column = type_.to_arrow(pa.array(stored, type_.stored_arrow))
    sink = io.BytesIO()
    write_tables(sink, pa.table({"_row": pa.array(range(len(values))), type_.name: column}), [])
    return column, sink.getvalue()


def exported(data: bytes, ending: str) -> bytes:
    sink = io.BytesIO()
    FORMATS[ending].write(io.BytesIO(data), sink)
    return sink.getvalue()


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@settings(max_examples=4, deadline=None)
def test_what_is_read_is_what_was_given(kind: str, data: st.DataObject) -> None:
    type_ = made(kind, required=False)
    drawn = data.draw(st.lists(st.one_of(st.none(), VALUES[kind]), min_size=1, max_size=4))
    values = [None if one is None else kept(type_, one) for one in drawn]
    column, parquet = as_file(type_, values)
    as_arrow = [
        pq.read_table(io.BytesIO(parquet)),
        pa.ipc.open_file(exported(parquet, "arrow")).read_all(),
    ]
    for table in as_arrow:
        assert table.column(type_.name).combine_chunks().equals(column)
    lines = [json.loads(line)[type_.name] for line in exported(parquet, "jsonl").splitlines()]
    rows = list(csv.reader(io.StringIO(exported(parquet, "csv").decode(), newline="")))
    cells = [plain_text(row[1]) for row in rows[1:]]
    if kind in WITHOUT_VALUES:
        assert lines == column.to_pylist()
        assert [json.loads(cell) if cell else None for cell in cells] == column.to_pylist()
        return
    for read in (as_arrow[0].column(type_.name).to_pylist(), lines, cells):
        assert [type_.read(raw) for raw in read] == values


@given(st.text(max_size=12), st.sampled_from(["", "=", "'=", "''@", "-", "'"]))
@settings(max_examples=25, deadline=None)
def test_a_mark_against_formulas_comes_off_again(text: str, start: str) -> None:
    marked = safe_text(start + text)
    assert plain_text(marked) == start + text
    assert not marked.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_rounded_numbers_and_measured_ones_are_packed_differently() -> None:
    """Each column gets the encoding that is smaller for it."""
    import numpy as np

    chance = np.random.default_rng(3)
    table = pa.table(
        {
            "_row": np.arange(20_000),
            "rounded": np.round(chance.normal(0, 5, 20_000), 1),
            "measured": chance.normal(0, 5, 20_000),
        }
    )
    sink = io.BytesIO()
    write_tables(sink, table, [])
    group = pq.read_metadata(sink).row_group(0)
    packed = [group.column(number).encodings for number in range(3)]
    assert "DELTA_BINARY_PACKED" in packed[0]
    assert "RLE_DICTIONARY" in packed[1]
    assert "BYTE_STREAM_SPLIT" in packed[2]
    assert pq.read_table(sink).equals(table)

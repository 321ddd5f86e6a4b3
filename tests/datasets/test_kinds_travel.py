"""Values of every kind leave as Parquet, CSV, JSON Lines and Table Schema, and come back."""

import io
import json
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets.drafts import FieldDraft, clean_draft, drafts_from_schema
from datasets.exports import csv_lines, jsonl_lines
from datasets.field_types import FieldType, type_named
from tests.kinds import KINDS, OPTIONS, VALUES, kept, made


def parquet(type_: FieldType[Any], values: list[Any]) -> bytes:
    """The values as a snapshot's only column, with a gap at the end."""
    stored = [None if value is None else type_.to_storage(value) for value in [*values, None]]
    column = type_.to_arrow(pa.array(stored, type_.stored_arrow))
    file = io.BytesIO()
    pyarrow.parquet.write_table(pa.table({"height": column}), file)
    return file.getvalue()


def same(type_: FieldType[Any], found: list[Any], values: list[Any]) -> bool:
    """Equal; of pictures, whose file is another one, the grid is."""
    if type_.has_file:
        return [one.levels for one in found] == [one.levels for one in values]
    return found == values


def drawn(data: st.DataObject, kind: str) -> tuple[FieldType[Any], list[Any]]:
    type_ = made(kind)
    return type_, [kept(type_, one) for one in data.draw(st.lists(VALUES[kind], max_size=3))]


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_through_parquet(kind: str, data: st.DataObject) -> None:
    type_, values = drawn(data, kind)
    column = pyarrow.parquet.read_table(io.BytesIO(parquet(type_, values)))["height"].to_pylist()
    assert column.pop() is None
    assert same(type_, [type_.read(one) for one in column], values)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_through_json_lines(kind: str, data: st.DataObject) -> None:
    type_, values = drawn(data, kind)
    text = b"".join(jsonl_lines(io.BytesIO(parquet(type_, values)))).decode()
    records = [json.loads(line) for line in text.splitlines()]
    assert records.pop() == {"height": None}
    assert same(type_, [type_.read(record["height"]) for record in records], values)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_through_csv(kind: str, data: st.DataObject) -> None:
    type_, values = drawn(data, kind)
    text = b"".join(csv_lines(io.BytesIO(parquet(type_, values))))
    options = pyarrow.csv.ConvertOptions(column_types={"height": pa.string()})
    parse = pyarrow.csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False)
    cells = pyarrow.csv.read_csv(io.BytesIO(text), convert_options=options, parse_options=parse)[
        "height"
    ].to_pylist()
    assert cells.pop() == ""
    # An apostrophe keeps spreadsheets from taking a text for a formula.
    plain = [cell.removeprefix("'") if kind in ("text", "category") else cell for cell in cells]
    expected = [str(one).removeprefix("'") if kind == "text" else one for one in values]
    assert same(type_, [type_.parse(cell) for cell in plain], expected)


@pytest.mark.parametrize("kind", KINDS)
def test_through_the_table_schema(kind: str) -> None:
    draft = clean_draft(FieldDraft("height", kind, required=False, options=OPTIONS[kind]))
    entry = type_named(kind)("height", draft.options, required=False).schema()
    again = drafts_from_schema({"fields": [json.loads(json.dumps(entry))]})
    (found,) = [clean_draft(one) for one in again]
    assert found.options == draft.options
    assert (found.kind, found.name) == (kind, "height")

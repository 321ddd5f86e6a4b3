"""Whole columns say what single cells say: values, sentences, hashes and group keys."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets.field_types import BadValue, FieldType
from datasets.field_types.columns import read_column
from datasets.hashing import group_key, row_hash
from datasets.hashing_columns import group_keys, row_hashes
from datasets.models import Field
from tests.kinds import KINDS, OPTIONS, VALUES, kept, made

FEW = settings(max_examples=25, deadline=None)
#: What people write into cells of numbers, near the edges of what is read.
ODD = (
    "", " ", "+1", "-0", "0", "1.", ".5", "1.0", "007", " 12 ", "1e5", "1E-3", "1e400", "1e-400",
    "inf", "-Infinity", "nan", "0x10", "1_0", "12,5", "12 cm", "１", "9" * 18, "9" * 19, "9" * 70,
    "1" + "0" * 99, "9007199254740992", "9007199254740993", "-9007199254740993", "\u00a05", "5\t",
    "1\n2", "true", "+", "e5", "--1", "1e", "\x1c7",
)  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from(ODD),
    st.text(max_size=12),
    st.integers().map(str),
    st.floats(allow_nan=False).map(repr),
)


def one_by_one(type_: FieldType[Any], cells: list[Any]) -> tuple[list[Any], list[str | None]]:
    """What the form says of each cell."""
    stored: list[Any] = []
    reasons: list[str | None] = []
    for cell in cells:
        try:
            value = type_.read(cell)
            stored.append(None if value is None else type_.to_storage(value))
            reasons.append(None)
        except BadValue as bad:
            stored.append(None)
            reasons.append(bad.message)
    return stored, reasons


def same(type_: FieldType[Any], cells: pa.Array, plain: list[Any]) -> None:
    read = read_column(type_, cells)
    stored, reasons = one_by_one(type_, plain)
    assert read.stored.to_pylist() == stored
    found = [None] * len(plain) if read.reasons is None else read.reasons.to_pylist()
    assert found == reasons
    signs = [np.signbit(v) for v in read.stored.to_pylist() if isinstance(v, float) and v == 0]
    assert not any(signs)


@pytest.mark.parametrize("required", [True, False])
@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@FEW
def test_a_column_of_texts_reads_as_its_cells_do(
    kind: str, required: bool, data: st.DataObject
) -> None:
    type_ = made(kind, required=required)
    good = VALUES[kind].map(lambda value: type_.show(kept(type_, type_.check(value))))
    cells = data.draw(st.lists(st.one_of(TEXTS, good), max_size=8))
    same(type_, pa.array(cells, pa.string()), cells)


@pytest.mark.parametrize("kind", ["number", "integer"])
@pytest.mark.parametrize("options", [{}, {"minimum": -5, "maximum": 5000}])
def test_every_odd_number_reads_alike(kind: str, options: dict[str, Any]) -> None:
    type_ = made(kind, required=False)
    type_.options = options
    cells = [*ODD, *(text for text in ODD if text.strip(" 0123456789+-.") == "")]
    same(type_, pa.array(cells, pa.string()), cells)
    for cell in ODD:
        same(type_, pa.array([cell], pa.string()), [cell])


@pytest.mark.parametrize("kind", ["number", "integer", "boolean"])
@given(numbers=st.lists(st.one_of(st.none(), st.floats(allow_nan=False), st.integers(-9, 9))))
@FEW
def test_a_column_of_numbers_reads_as_its_values_do(kind: str, numbers: list[Any]) -> None:
    type_ = made(kind, required=False)
    floats = [None if n is None else float(n) for n in numbers]
    same(type_, pa.array(floats, pa.float64()), floats)
    whole = [n for n in numbers if n is None or isinstance(n, int)]
    same(type_, pa.array(whole, pa.int64()), whole)
    same(type_, pa.array([None, True, False], pa.bool_()), [None, True, False])


def test_missing_numbers_may_be_written_as_nan() -> None:
    read = read_column(made("number", required=False), pa.array([1.0, float("nan")]))
    assert (read.stored.to_pylist(), read.reasons) == ([1.0, None], None)


def test_a_number_in_a_file_is_a_category_s_label_never_its_code() -> None:
    type_ = made("category")
    type_.options = {"categories": [{"code": 0, "label": "3"}, {"code": 1, "label": "0"}]}
    assert read_column(type_, pa.array([3, 0, 3])).stored.to_pylist() == [0, 1, 0]
    assert read_column(type_, pa.array([1])).reasons is not None


@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_hashes_of_columns_are_those_of_rows(data: st.DataObject) -> None:
    kinds = data.draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=5))
    roles = [data.draw(st.sampled_from(["feature", "target", "ignore"])) for _kind in kinds]
    ids = data.draw(st.permutations(range(7, 7 + len(kinds))))
    fields = []
    for pk, kind, role in zip(ids, kinds, roles, strict=True):
        field = Field(pk=pk, name=f"f{pk}", kind=kind, role=role, options=OPTIONS.get(kind, {}))
        fields.append((field, made(kind, role=role)))
    values = [
        [
            None if data.draw(st.booleans()) else kept(type_, type_.check(data.draw(VALUES[kind])))
            for (_field, type_), kind in zip(fields, kinds, strict=True)
        ]
        for _row in range(data.draw(st.integers(1, 4)))
    ]
    rows = [
        [None if v is None else t.to_storage(v) for (_f, t), v in zip(fields, row, strict=True)]
        for row in values
    ]
    columns = [
        pa.array([row[at] for row in rows], type_.stored_arrow)
        for at, (_field, type_) in enumerate(fields)
    ]
    # A slice of a longer column is what a filter may leave.
    columns = [pa.concat_arrays([c, c]).slice(len(rows)) for c in columns]
    exact = [
        row_hash({f.pk: one for (f, _t), one in zip(fields, row, strict=True)}) for row in rows
    ]
    assert row_hashes(fields, columns) == exact
    near = [
        group_key([(f.pk, t, v) for (f, t), v in zip(fields, row, strict=True)], one)
        for row, one in zip(values, exact, strict=True)
    ]
    assert group_keys(fields, columns, exact).tolist() == near


@given(st.floats(-1e100, 1e100), st.floats(-1e100, 1e100))
def test_near_numbers_share_a_word_and_far_ones_do_not(one: float, other: float) -> None:
    type_ = made("number")
    if abs(one - other) > 0.003 * max(abs(one), abs(other), 1e-300):
        assert type_.near(one) != type_.near(other)
    assert type_.near(one) == type_.near(one + 0.0)
    assert len(type_.near(one)) == 8


def test_small_whole_numbers_are_each_their_own() -> None:
    type_ = made("integer")
    assert len({type_.near(number) for number in range(-1023, 1024)}) == 2047
    assert type_.near(100_000) == type_.near(100_010) != type_.near(100_500)

"""Preparation is fitted on training rows only, leaves no gap, and survives its JSON."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.engine.tables import (
    drawing_rows,
    drawing_schema,
    lines,
    schema_of,
    stroke_rows,
    stroke_schema,
    table_rows,
    table_schema,
)
from training.engine.encoders import CategoryEncoder, NumberEncoder, folded, resampled
from training.engine.fields import FieldSpec
from training.engine.frame import Column
from training.engine.prepare import Preparation, Target
from training.engine.reading import read_data

FINITE = st.floats(-1e9, 1e9, width=32)
NUMBER = FieldSpec("x", "number")


def column_of_numbers(values, missing=None):
    values = np.array(values, dtype=np.float64)
    gaps = np.zeros(len(values), bool) if missing is None else np.array(missing)
    return Column(NUMBER, np.where(gaps, np.nan, values), gaps)


@settings(max_examples=50, deadline=None)
@given(arrays(np.float64, st.integers(1, 60), elements=FINITE))
def test_scaling_has_an_inverse(values):
    encoder = NumberEncoder.fit(column_of_numbers(values))
    scaled = (values - encoder.mean) / encoder.scale
    assert encoder.decode(scaled) == pytest.approx(values, rel=1e-6, abs=1e-3)
    target = Target.fit(values, "regression")
    close = target.restored(target.scaled(values).astype(np.float64))
    assert close == pytest.approx(values, rel=1e-4, abs=1e-4 * (1 + abs(values).max()))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(FINITE, st.booleans()), min_size=1, max_size=60))
def test_no_gap_is_left_and_edges_rise(cells):
    values, missing = zip(*cells, strict=True)
    encoder = NumberEncoder.fit(column_of_numbers(values, missing))
    encoded = encoder.encode(column_of_numbers(values, missing))
    assert np.isfinite(encoded).all()
    assert encoded.shape == (len(cells), encoder.width)
    assert len(encoder.edges) >= 2
    assert (np.diff(encoder.edges) > 0).all()


def test_bins_survive_a_column_that_is_mostly_zero():
    values = np.concatenate([np.zeros(900), np.linspace(1, 100, 100)])
    assert len(NumberEncoder.fit(column_of_numbers(values)).edges) > 20


def test_unseen_and_missing_categories_are_all_zero():
    field = FieldSpec("c", "category", categories=("a", "b", "c"))
    seen = Column(field, np.array([0, 1, 1]), np.zeros(3, bool))
    encoder = CategoryEncoder.fit(seen)
    asked = Column(field, np.array([1, 2, -1]), np.array([False, False, True]))
    assert encoder.encode(asked).tolist() == [[0, 1], [0, 0], [0, 0]]


@pytest.mark.parametrize("layout", ["flat", "steps"])
@pytest.mark.parametrize(
    ("schema", "rows"),
    [(stroke_schema(), stroke_rows()), (drawing_schema(), drawing_rows())],
)
def test_json_gives_the_same_inputs(tmp_path, layout, schema, rows):
    schema = schema_of(schema)
    frame = read_data(lines(tmp_path / "d.jsonl", rows), schema)
    preparation = Preparation.fit(frame.take(np.arange(40)), schema, layout)
    again = Preparation.from_json(json.loads(json.dumps(preparation.to_json())))
    assert again == preparation
    first, second = preparation.inputs(frame), again.inputs(frame)
    assert (first.flat == second.flat).all()
    assert (first.steps is None) == (layout == "flat")
    if first.steps is not None:
        assert (first.steps == second.steps).all()
        assert first.lengths is not None
        assert first.lengths.max() <= first.steps.shape[1]


def test_test_rows_do_not_change_the_preparation(tmp_path):
    schema = schema_of(table_schema())
    rows = table_rows(60)
    first = read_data(lines(tmp_path / "a.jsonl", rows), schema)
    for row in rows[40:]:
        row["x"], row["y"] = 1e6, 50
    second = read_data(lines(tmp_path / "b.jsonl", rows), schema)
    train = np.arange(40)
    assert Preparation.fit(first.take(train), schema, "flat") == Preparation.fit(
        second.take(train), schema, "flat"
    )


def test_resampling_keeps_both_ends_and_folding_keeps_everything():
    steps = np.arange(22, dtype=np.float32).reshape(11, 2)
    short = resampled(steps, 5)
    assert short.shape == (5, 2)
    assert (short[[0, -1]] == steps[[0, -1]]).all()
    fold = folded(steps, 3)
    assert fold.shape == (4, 6)
    assert (fold.reshape(-1, 2)[:11] == steps).all()

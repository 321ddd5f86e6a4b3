"""The split is the same every time, keeps near duplicates together and refuses too little."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.tables import schema_of, table_schema
from training.engine.faults import EngineFault
from training.engine.frame import Column, Frame
from training.engine.split import TEST, TRAIN, VALIDATION, split_rows

SCHEMA = schema_of(table_schema())


def frame_of(codes, groups=None, rows=None, parts=None):
    codes = np.array(codes, dtype=np.int64)
    column = Column(SCHEMA.target, codes, codes < 0)
    numbers = np.arange(1, len(codes) + 1) if rows is None else np.array(rows)
    fixed = None if parts is None else np.array(parts, dtype=np.int64)
    return Frame({"kind": column}, numbers.astype(np.int64), groups, fixed)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 30)), min_size=60, max_size=200),
    st.sampled_from([0.05, 0.2, 0.5]),
)
def test_groups_stay_whole_and_the_split_repeats(rows, test_ratio):
    codes, groups = zip(*rows, strict=True)
    if len(set(codes)) < 2 or len(set(groups)) < 12:
        return
    frame = frame_of(codes, tuple(str(group) for group in groups))
    try:
        parts = split_rows(frame, SCHEMA, test_ratio)
    except EngineFault:
        return
    assert (split_rows(frame, SCHEMA, test_ratio) == parts).all()
    for group in set(groups):
        assert len({part for part, g in zip(parts, groups, strict=True) if g == group}) == 1


def test_shares_are_sixty_twenty_twenty():
    parts = split_rows(frame_of([0, 1] * 2_000), SCHEMA, 0.2)
    assert np.bincount(parts) / 4_000 == pytest.approx([0.6, 0.2, 0.2], abs=0.02)


def test_a_row_keeps_its_part_when_the_table_grows():
    small = split_rows(frame_of([0, 1] * 300), SCHEMA, 0.2)
    large = split_rows(frame_of([0, 1] * 400), SCHEMA, 0.2)
    assert (large[:600] == small).all()


@pytest.mark.parametrize("count", range(10, 60, 7))
def test_small_tables_have_rows_in_every_part(count):
    parts = split_rows(frame_of([0, 1] * count), SCHEMA, 0.2)
    assert set(parts) == {TRAIN, VALIDATION, TEST}


@pytest.mark.parametrize("rare", [1, 2])
def test_a_class_of_one_or_two_rows_is_trained_on(rare):
    for shift in range(12):
        codes = [0, 1] * 20 + [2] * rare
        frame = frame_of(codes, rows=range(shift, shift + len(codes)))
        parts = split_rows(frame, SCHEMA, 0.2)
        assert (parts[-rare:] == TRAIN).any()


def test_a_fixed_split_is_kept_and_gets_a_validation_part():
    parts = [TRAIN] * 30 + [TEST] * 10
    found = split_rows(frame_of([0, 1] * 20, parts=parts), SCHEMA, 0.2)
    assert (found[30:] == TEST).all()
    assert (found == VALIDATION).sum() == 6


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (frame_of([0, 1, 2]), "3 rows with a target: at least 10 are needed"),
        (frame_of([1] * 40), "every training row is of the class 'b'"),
        (frame_of([0, 1] * 10, parts=[TEST] * 18 + [TRAIN] * 2), "2 rows are left for training"),
        (frame_of([0, 1] * 10, groups=("same",) * 20), "no row is left for validation"),
    ],
)
def test_too_little_is_refused_with_the_reason(frame, reason):
    with pytest.raises(EngineFault, match=reason):
        split_rows(frame, SCHEMA, 0.2)

"""Metrics keep their bounds, know a perfect prediction, and do not mind the order of rows."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.engine.metrics import METRICS, baseline_of, metrics_of, scores

CODES = st.lists(st.integers(0, 3), min_size=2, max_size=40)
VALUES = st.lists(st.integers(-1000, 1000).map(float), min_size=2, max_size=40)


def some_probabilities(codes, seed):
    raw = np.random.default_rng(seed).random((len(codes), 4)).round(1) + 0.01
    return raw / raw.sum(axis=1, keepdims=True)


def defined(found: dict[str, float | None], key: str) -> float:
    """A metric that is always defined."""
    value = found[key]
    assert value is not None, key
    return value


@settings(max_examples=50, deadline=None)
@given(CODES, st.integers(0, 99))
def test_bounds_and_order_of_classification(codes, seed):
    truth, found = np.array(codes), some_probabilities(codes, seed)
    turn = np.random.default_rng(seed).permutation(len(codes))
    first, second = (
        scores("classification", truth, found),
        scores("classification", truth[turn], found[turn]),
    )
    for key in ("accuracy", "balanced_accuracy", "roc_auc"):
        value = first[key]
        assert value is None or 0 <= value <= 1
    assert defined(first, "log_loss") >= 0
    assert first == pytest.approx(second)


@settings(max_examples=50, deadline=None)
@given(CODES)
def test_a_perfect_classification(codes):
    truth = np.array(codes)
    perfect = scores("classification", truth, np.eye(4)[truth])
    several = len(set(codes)) > 1
    assert perfect == {
        "accuracy": 1.0,
        "balanced_accuracy": 1.0,
        "roc_auc": 1.0 if several else None,
        "log_loss": 0.0,
    }


@settings(max_examples=50, deadline=None)
@given(VALUES, st.integers(0, 99))
def test_bounds_order_and_perfection_of_regression(values, seed):
    truth = np.array(values)
    random = np.random.default_rng(seed)
    found = truth + random.normal(0, 5, len(truth))
    turn = random.permutation(len(truth))
    first = scores("regression", truth, found)
    assert 0 <= defined(first, "mae") <= defined(first, "rmse") + 1e-9
    assert first["r2"] is None or first["r2"] <= 1
    assert first == pytest.approx(scores("regression", truth[turn], found[turn]))
    perfect = scores("regression", truth, truth)
    assert (perfect["rmse"], perfect["mae"]) == (0, 0)
    assert perfect["r2"] == (1.0 if truth.std() else None)


def test_auc_by_hand():
    truth = np.array([0, 0, 1, 1])
    score = np.array([0.1, 0.4, 0.35, 0.8])
    found = scores("classification", truth, np.stack([1 - score, score], axis=1))
    assert found["roc_auc"] == pytest.approx(0.75)
    assert found["balanced_accuracy"] == pytest.approx(0.75)


def test_no_rows_is_undefined():
    assert set(scores("classification", np.zeros(0, int), np.zeros((0, 3))).values()) == {None}
    assert set(scores("regression", np.zeros(0), np.zeros(0)).values()) == {None}


def test_the_baselines_are_what_their_names_say():
    majority = baseline_of("classification", 3, np.array([0, 1, 1]))
    assert majority.name == "majority class"
    assert majority.predict(2).argmax(axis=1).tolist() == [1, 1]
    mean = baseline_of("regression", 1, np.array([1.0, 3.0]))
    assert (mean.name, mean.predict(2).tolist()) == ("mean", [2.0, 2.0])


def test_every_metric_has_a_task_and_a_direction():
    assert {metric.better for metric in METRICS} == {"higher", "lower"}
    assert [metric.key for metric in metrics_of("regression")] == ["rmse", "mae", "r2"]

"""A score's interval and skill: right in the long run, and kept on the run when it ends."""

import math
from pathlib import Path

import numpy as np
import pytest

from accounts.models import User
from projects.models import Project
from tests.training.finished import done
from training.judging import accuracy_interval, rmse_interval, skill_of

#: A 95 % interval by bootstrap holds a little less often at 60 rows; a wrong one far less.
LEAST_HELD = 0.90


def held(intervals: list[tuple[float, float]], truth: float) -> float:
    return sum(low <= truth <= high for low, high in intervals) / len(intervals)


def test_the_interval_of_an_accuracy_holds_the_truth() -> None:
    counts = np.random.default_rng(1).binomial(60, 0.8, 300)
    found = [accuracy_interval(int(right), 60) for right in counts]
    assert held([(one.low, one.high) for one in found], 0.8) >= LEAST_HELD
    # Half as wide is not enough: the test would see it.
    narrow = [(c / 60 - (c / 60 - i.low) / 2, c / 60 + (i.high - c / 60) / 2)
              for c, i in zip(counts, found, strict=True)]  # fmt: skip
    assert held(narrow, 0.8) < 0.80


def test_the_interval_of_an_rmse_holds_the_truth() -> None:
    random = np.random.default_rng(2)
    found = [rmse_interval(random.normal(0, 3, 80) ** 2) for _ in range(120)]
    assert held([(one.low, one.high) for one in found], 3.0) >= 0.87
    assert held([(i.low, (i.low + i.high) / 2) for i in found], 3.0) < 0.80


def test_many_rows_are_as_sure_as_the_bootstrap_would_be() -> None:
    squared = np.random.default_rng(3).normal(0, 1, 20_001) ** 2
    many, fewer = rmse_interval(squared), rmse_interval(squared[:-1])
    assert many.low == pytest.approx(fewer.low, rel=0.002)
    assert many.high == pytest.approx(fewer.high, rel=0.002)


def test_all_right_is_not_sure_for_ever() -> None:
    sure = accuracy_interval(20, 20)
    assert sure.high == 1.0
    # Clopper and Pearson: 20 of 20 leaves everything above 83.2 % possible.
    assert sure.low == pytest.approx(0.8316, abs=1e-4)
    assert accuracy_interval(0, 20).high == pytest.approx(1 - 0.8316, abs=1e-4)


def test_the_same_predictions_give_the_same_interval() -> None:
    assert accuracy_interval(70, 100) == accuracy_interval(70, 100)
    squared = np.arange(50.0)
    assert rmse_interval(squared) == rmse_interval(squared)


@pytest.mark.parametrize(
    ("metric", "score", "baseline", "skill"),
    [
        ("accuracy", 0.9, 0.6, 0.75),
        ("accuracy", 0.5, 0.6, -0.25),
        ("accuracy", 1.0, 1.0, None),
        ("accuracy", None, 0.5, None),
        ("rmse", 1.0, 4.0, 0.75),
        ("rmse", 8.0, 4.0, -1.0),
        ("rmse", 1.0, 0.0, None),
        ("rmse", 1.0, None, None),
    ],
)
def test_skill_goes_from_guessing_to_perfect(
    metric: str, score: float | None, baseline: float | None, skill: float | None
) -> None:
    found = skill_of(metric, score, baseline)
    assert found == (None if skill is None else pytest.approx(skill))


def test_a_finished_run_keeps_interval_and_skill(
    digits: Project, carol: User, tmp_path: Path
) -> None:
    run = done(digits, carol, tmp_path, score=0.9)
    assert run.low is not None
    assert run.high is not None
    assert 0 <= run.low < run.high <= 1
    assert run.skill == pytest.approx((0.9 - 0.1) / 0.9)


def test_a_run_without_a_score_has_no_interval(
    digits: Project, carol: User, tmp_path: Path
) -> None:
    run = done(digits, carol, tmp_path, score=None)
    assert (run.low, run.high, run.skill) == (None, None, None)
    assert not math.isnan(run.baseline["test"]["accuracy"])

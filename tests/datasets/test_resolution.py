"""How many rows are needed to see a difference: the algebra, and one simulation of it."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets import resolution

rows = st.integers(1, 10**7)
shares = st.floats(0.01, 0.99)


def test_the_figures_of_the_page() -> None:
    assert resolution.half_width(200, 0.8) == pytest.approx(0.0554, abs=1e-4)
    assert resolution.difference(200, 0.8) == pytest.approx(0.07, abs=5e-4)
    assert [round(100 * resolution.half_width(n, 0.9), 1) for n in (50, 100, 300, 1000)] == [
        8.3,
        5.9,
        3.4,
        1.9,
    ]


@given(rows, shares)
def test_four_times_the_rows_halve_the_interval(n: int, p: float) -> None:
    for width in (resolution.half_width, resolution.difference):
        assert width(4 * n, p) == pytest.approx(width(n, p) / 2, rel=1e-12)
    assert resolution.error_half_width(4 * n) == pytest.approx(resolution.error_half_width(n) / 2)


@given(rows, shares)
def test_right_and_wrong_are_symmetric_and_even_is_hardest(n: int, p: float) -> None:
    assert resolution.half_width(n, p) == pytest.approx(resolution.half_width(n, 1 - p))
    assert resolution.half_width(n, p) <= resolution.half_width(n, 0.5)


@given(rows, shares, st.floats(0, 0.98))
def test_mistakes_that_go_together_make_differences_smaller(n: int, p: float, r: float) -> None:
    assert resolution.difference(n, p, r) <= resolution.difference(n, p, 0)
    # Two models that fail independently: the variances add up.
    alone = resolution.half_width(n, p)
    assert resolution.difference(n, p, 0) == pytest.approx(math.sqrt(2) * alone, rel=1e-12)


@given(st.integers(1, 10**6), shares)
def test_rows_to_see_is_the_way_back(n: int, p: float) -> None:
    assert resolution.rows_to_see(resolution.difference(n, p), p) == n
    assert resolution.difference(resolution.rows_to_see(0.05, p), p) <= 0.05 + 1e-9


@given(st.integers(1, 10**7), shares)
def test_a_project_s_resolution_is_that_of_its_test(n: int, p: float) -> None:
    found = resolution.resolution(n, p)
    assert 1 <= found.tested <= n
    assert found.interval == pytest.approx(100 * resolution.half_width(found.tested, p))
    assert found.apart == pytest.approx(100 * resolution.difference(found.tested, p))


def test_the_interval_holds_what_it_promises() -> None:
    chance = random.Random(5)
    width = resolution.half_width(200, 0.8)
    tests = [sum(chance.random() < 0.8 for _row in range(200)) / 200 for _test in range(2_000)]
    inside = sum(abs(found - 0.8) <= width for found in tests) / len(tests)
    assert 0.93 <= inside <= 0.97


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: resolution.half_width(0, 0.5),
        lambda: resolution.half_width(10, 1.1),
        lambda: resolution.half_width(10, float("nan")),
        lambda: resolution.difference(10, 0.5, 1),
        lambda: resolution.rows_to_see(0, 0.5),
        lambda: resolution.resolution(0, 0.5),
    ],
)
def test_senseless_questions_are_refused(wrong) -> None:
    with pytest.raises(ValueError, match=r"must be|is from"):
        wrong()

"""The frame of the benchmarks: intervals, verdicts and the list it prints."""

import json
import statistics

import pytest

from benchmarks.__main__ import BENCHMARKS, line_of
from benchmarks.pairs import interval_of_median, ratio_of_pairs, reaches, value_figure


def test_nine_pairs_give_the_second_and_the_eighth_as_ends():
    assert interval_of_median([float(n) for n in range(1, 10)]) == (2.0, 8.0)
    assert interval_of_median([3.0, 1.0, 2.0]) == (1.0, 3.0)


@pytest.mark.parametrize(
    ("goal", "low", "high", "holds"),
    [
        (">= 0.9", 0.8, 0.95, True),
        (">= 0.9", 0.8, 0.85, False),
        ("<= 500", 480.0, 700.0, True),
        ("<= 500", 501.0, 700.0, False),
    ],
)
def test_a_goal_is_judged_at_the_end_that_favours_us(goal, low, high, holds):
    assert reaches(goal, low, high) is holds


def test_pairs_run_in_turn_and_give_the_median_ratio():
    calls = []
    ours = iter(range(100, 200))
    theirs = iter([50] * 100)

    def mine():
        calls.append("ours")
        return float(next(ours))

    def reference():
        calls.append("reference")
        return float(next(theirs))

    figure = ratio_of_pairs(mine, reference).figure("speed", "rows/s", ">= 2")
    assert calls[2:6] == ["ours", "reference", "reference", "ours"]
    assert calls.count("ours") == 10
    assert figure.ratio == statistics.median([n / 50 for n in range(101, 110)])
    assert figure.low <= figure.ratio <= figure.high
    assert figure.holds
    assert set(figure.as_json()) == {
        "name", "value", "unit", "reference", "ratio", "goal", "holds", "low", "high",
    }  # fmt: skip
    assert "holds" in line_of(figure)


def test_a_figure_without_reference_has_no_ratio():
    figure = value_figure("delay", [10.0] * 9, "ms", "<= 500")
    assert json.loads(json.dumps(figure.as_json()))["ratio"] is None
    assert "ms" in line_of(figure)


#: Takes minutes by itself, so that it has a name of its own.
APART = {"data"}


def test_main_gathers_all_parts():
    named = {name: parts for name, parts in BENCHMARKS.items() if name not in {"main", *APART}}
    assert set(BENCHMARKS["main"]) == {part for parts in named.values() for part in parts}

"""The shared frame of the benchmarks: a figure, and the ratio of interleaved pairs.

Our machine is shared and its speed drifts, so that a time taken now says little about a time taken
a minute ago. Ours and the reference therefore run in turn, and each pair gives one ratio.
"""

import statistics
from collections.abc import Callable
from dataclasses import asdict, dataclass
from math import comb

Measure = Callable[[], float]


@dataclass(frozen=True)
class Figure:
    """One measured figure.

    `low` and `high` are the ends of the 95 % interval of the ratio (of the value where there is no
    reference); `goal` is text such as ">= 0.9" and speaks of the ratio, or of the value where there
    is no reference; `holds` is judged at the end of the interval that favours us.
    """

    name: str
    value: float
    unit: str
    reference: float | None
    ratio: float | None
    goal: str
    holds: bool
    low: float
    high: float

    def as_json(self) -> dict[str, object]:
        """The object that `python -m benchmarks NAME --json` prints."""
        return asdict(self)


@dataclass(frozen=True)
class Ratio:
    """Median values and median ratio ours / reference of interleaved pairs, with its interval."""

    ours: float
    reference: float
    ratio: float
    low: float
    high: float

    def figure(self, name: str, unit: str, goal: str) -> Figure:
        """This ratio as a figure, judged against `goal`."""
        return Figure(
            name=name,
            value=self.ours,
            unit=unit,
            reference=self.reference,
            ratio=self.ratio,
            goal=goal,
            holds=reaches(goal, self.low, self.high),
            low=self.low,
            high=self.high,
        )


def ratio_of_pairs(ours: Measure, reference: Measure, pairs: int = 9) -> Ratio:
    """Run both sides in turn `pairs` times, after one unmeasured turn each.

    Both give a figure of the same unit (samples/s, rows/s, seconds). Which side goes first
    alternates, so that a drift of the machine helps neither.
    """
    ours()
    reference()
    mine: list[float] = []
    theirs: list[float] = []
    for turn in range(pairs):
        for side in (0, 1) if turn % 2 == 0 else (1, 0):
            if side == 0:
                mine.append(ours())
            else:
                theirs.append(reference())
    ratios = [a / b for a, b in zip(mine, theirs, strict=True)]
    low, high = interval_of_median(ratios)
    return Ratio(
        statistics.median(mine), statistics.median(theirs), statistics.median(ratios), low, high
    )


def value_figure(name: str, values: list[float], unit: str, goal: str) -> Figure:
    """A figure without a reference: the median of repeated values, judged at the kind end."""
    low, high = interval_of_median(values)
    middle = statistics.median(values)
    return Figure(name, middle, unit, None, None, goal, reaches(goal, low, high), low, high)


def interval_of_median(values: list[float]) -> tuple[float, float]:
    """Distribution-free interval of the median that covers at least 95 % (order statistics).

    For n values and rank k the interval from the k-th smallest to the k-th largest covers
    1 - 2 * P(Binomial(n, 1/2) < k). Under six values no rank reaches 95 %: both extremes are given.
    """
    ordered = sorted(values)
    count = len(ordered)
    rank = 1
    while 2 * sum(comb(count, i) for i in range(rank + 1)) / 2**count <= 0.05:
        rank += 1
    return ordered[rank - 1], ordered[count - rank]


def reaches(goal: str, low: float, high: float) -> bool:
    """Whether the end of the interval that favours us reaches a goal such as ">= 0.9"."""
    sign, bound = goal.split()
    if sign == ">=":
        return high >= float(bound)
    if sign == "<=":
        return low <= float(bound)
    raise ValueError(f"a goal starts with >= or <=, not {sign!r}")

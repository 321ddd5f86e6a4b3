"""What stands out among rows: pure arithmetic over a sample, no database.

Numbers: a value stands out when it lies beyond Tukey's far fences (three interquartile ranges from
the quartiles) and its robust z-score, 0.6745 (x − median) / MAD (Iglewicz and Hoaglin, 1993), is
beyond 6. Where more than one in a hundred would, that is the shape of the values, and none does.

Pairs of classes: a pair that hardly comes although each of the two is common.

Drawings and sequences: a row whose nearest neighbour is much less alike than is usual, by the
robust z-score of the distance.
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

#: Values below which nothing is said.
LEAST = 30
FENCES = 3.0
SCORE = 6.0
#: From this share on it is the shape of the values, not a few that stand out.
SHAPE = 0.01
#: A pair stands out when so many were expected of the sample and at most so many came.
EXPECTED = 20.0
CAME = 1

Numbers = NDArray[np.float64]


class Fences(NamedTuple):
    """Between which values nearly all lie, and what is usual."""

    low: float
    high: float
    median: float
    spread: float

    def strength(self, value: float) -> float:
        """How far out a value is, in robust standard deviations."""
        return abs(value - self.median) / self.spread if self.spread else float("inf")


class Pair(NamedTuple):
    """Two classes that hardly come together; ``strength`` is expected over found."""

    first: int
    second: int
    strength: float


def fences_of(values: Numbers) -> Fences | None:
    """The fences of a sample; None when it is too small, or when nothing could stand out."""
    known = values[np.isfinite(values)]
    if len(known) < LEAST:
        return None
    low, median, high = np.percentile(known, [25, 50, 75])
    spread = float(np.median(np.abs(known - median))) / 0.6745
    reach = FENCES * float(high - low)
    if spread <= 0 or reach <= 0:
        return None
    out = max(SCORE * spread, 0.0)
    fences = Fences(
        low=min(float(low) - reach, float(median) - out),
        high=max(float(high) + reach, float(median) + out),
        median=float(median),
        spread=spread,
    )
    beyond = np.count_nonzero((known < fences.low) | (known > fences.high))
    return None if beyond > SHAPE * len(known) else fences


def rare_pairs(first: Sequence[int | None], second: Sequence[int | None]) -> list[Pair]:
    """The pairs of classes of a sample that hardly come, the most surprising first."""
    pairs = [(a, b) for a, b in zip(first, second, strict=True) if a is not None and b is not None]
    if len(pairs) < LEAST:
        return []
    ones, twos, both = (
        Counter(a for a, _b in pairs),
        Counter(b for _a, b in pairs),
        Counter(pairs),
    )
    found = [
        Pair(a, b, expected / came)
        for (a, b), came in both.items()
        for expected in (ones[a] * twos[b] / len(pairs),)
        if came <= CAME and expected >= EXPECTED
    ]
    return sorted(found, key=lambda pair: -pair.strength)


def far_ones(nearest: Numbers) -> Numbers:
    """How far each row's nearest neighbour is beyond what is usual; 0 for rows not far out.

    ``nearest`` is how alike each row's nearest neighbour is, 0 to 1.
    """
    if len(nearest) < LEAST:
        return np.zeros(len(nearest))
    away = 1.0 - nearest
    median = float(np.median(away))
    spread = float(np.median(np.abs(away - median))) / 0.6745
    if spread <= 0:
        return np.zeros(len(nearest))
    score = (away - median) / spread
    out = np.where(score > SCORE, score, 0.0)
    return np.zeros(len(nearest)) if np.count_nonzero(out) > SHAPE * len(out) else out

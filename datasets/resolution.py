"""How many rows are needed to see a difference: what a test of so many rows can tell apart.

All figures are shares (0.07 is 7 percentage points) at 95 %. A model's accuracy on n test rows is a
binomial proportion; its interval is the normal approximation (Wald): p ± z·sqrt(p(1-p)/n), see
L. Wasserman, All of Statistics (2004), section 6.3.2. It is rough under about 30 rows and near 0 or
1, which is good enough to plan with; reports of real runs use exact intervals.
"""

import math
from typing import NamedTuple

#: The 97.5 % point of the standard normal distribution.
Z = 1.959963984540054
#: Share of a project's rows that its tests are made on, see ``training.engine.split``.
TEST_SHARE = 0.2
#: How strongly the mistakes of two models on the same rows go together. Cautious: most pairs of
#: models fail on the same rows more often, and then smaller differences show.
TOGETHER = 0.2
PLANNED = (100, 300, 1_000, 3_000, 10_000)


def half_width(n: int, p: float) -> float:
    """Half of the 95 % interval of a proportion: z·sqrt(p(1-p)/n).

    Args:
        n: rows of the test, at least 1.
        p: the expected accuracy, 0 … 1.

    Raises:
        ValueError: n or p is out of range.
    """
    _check(n, p)
    return Z * math.sqrt(p * (1 - p) / n)


def difference(n: int, p: float, together: float = TOGETHER) -> float:
    """The smallest difference in accuracy by which two models on the same n rows are told apart.

    Q. McNemar (1947): the difference of two paired proportions has the variance
    (q - d²)/n with q the share of rows on which exactly one of the two is right. With both near p
    and a correlation of their hits ``together``, q = 2p(1-p)(1-together); d² is left out, which
    makes the figure a little too large. Returns z·sqrt(q/n): 200 rows at 80 % give 0.07.

    Raises:
        ValueError: n, p or ``together`` is out of range.
    """
    _check(n, p)
    if not 0 <= together < 1:
        raise ValueError("together must be from 0 to below 1")
    return Z * math.sqrt(2 * p * (1 - p) * (1 - together) / n)


def error_half_width(n: int) -> float:
    """Half of the 95 % interval of an RMSE, as a share of it: z/sqrt(2n).

    The standard error of a standard deviation of n normal residuals is s/sqrt(2n), see
    M. G. Kendall and A. Stuart, The Advanced Theory of Statistics, volume 1, section 10.12.

    Raises:
        ValueError: n is under 1.
    """
    _check(n, 0.5)
    return Z / math.sqrt(2 * n)


def rows_to_see(width: float, p: float, together: float = TOGETHER) -> int:
    """How many test rows tell two models apart that differ by ``width``: ``difference`` turned.

    Raises:
        ValueError: width is not above 0, or p or ``together`` is out of range.
    """
    if not width > 0:
        raise ValueError("width must be above 0")
    at_one_row = difference(1, p, together)
    # Rounded before it is raised, or 200.00000000001 rows would be 201.
    return max(1, math.ceil(round((at_one_row / width) ** 2, 6)))


def tested_rows(rows: int) -> int:
    """How many of a project's rows its tests are made on: ``TEST_SHARE``, at least one of any."""
    return max(1, round(rows * TEST_SHARE)) if rows > 0 else 0


class Resolution(NamedTuple):
    """What a project with so many rows can tell, in percentage points."""

    rows: int
    tested: int
    interval: float
    apart: float


def resolution(rows: int, p: float) -> Resolution:
    """What a project with so many rows can tell about models that are right with probability p.

    Raises:
        ValueError: there is no row, or p is out of range.
    """
    tested = tested_rows(rows)
    return Resolution(rows, tested, 100 * half_width(tested, p), 100 * difference(tested, p))


def _check(n: int, p: float) -> None:
    if n < 1:
        raise ValueError("there must be at least one row")
    if not 0 <= p <= 1:
        raise ValueError("a proportion is from 0 to 1")

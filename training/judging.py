"""How sure a score is, and how far it is from guessing. Pure numbers: no database, no torch."""

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: Resamples of the bootstrap, and the shares that lie below the ends of a 95 % interval.
RESAMPLES = 1_000
ENDS = (0.025, 0.975)
SEED = 20_260_101
#: Above so many test rows squared errors are not resampled: the normal law is exact enough.
MOST_RESAMPLED = 20_000
#: Numbers that one block of resamples may hold at once.
BLOCK = 4_000_000


class Interval(NamedTuple):
    """The ends of a 95 % interval, in the metric's own unit."""

    low: float
    high: float


def interval_of(predictions: pa.Table, classes: int) -> Interval | None:
    """The interval of a run's score by its predictions of the test part; None without test rows.

    Args:
        predictions: as ``training.predictions.read`` gives it.
        classes: how many classes the run tells apart; 0 for a regression.
    """
    test = predictions.filter(pc.equal(predictions.column("split"), "test"))
    if not test.num_rows:
        return None
    truth = test.column("target").to_numpy()
    if classes:
        shares = [test.column(f"p_{code}").to_numpy() for code in range(classes)]
        said = np.argmax(np.array(shares), axis=0)
        return accuracy_interval(int((said == truth).sum()), len(truth))
    return rmse_interval((test.column("prediction").to_numpy() - truth) ** 2)


def accuracy_interval(right: int, rows: int) -> Interval:
    """The bootstrap percentile interval (Efron 1979) of a share of right answers.

    Resampling zeros and ones and counting is drawing from a binomial law, so that is what is done.
    When all are right (or wrong) every resample is alike: then the exact bound of Clopper and
    Pearson (1934) stands at the open end.
    """
    if right in (0, rows):
        open_end = ENDS[0] ** (1 / rows)
        return Interval(open_end, 1.0) if right else Interval(0.0, 1 - open_end)
    drawn = np.random.default_rng(SEED).binomial(rows, right / rows, RESAMPLES) / rows
    low, high = np.quantile(drawn, ENDS)
    return Interval(float(low), float(high))


def rmse_interval(squared: Floats) -> Interval:
    """The bootstrap percentile interval of the root of the mean of squared errors."""
    rows = len(squared)
    if rows > MOST_RESAMPLED:
        mean, error = squared.mean(), squared.std(ddof=1) / np.sqrt(rows)
        return Interval(float(np.sqrt(max(0.0, mean - 1.96 * error))), _root(mean + 1.96 * error))
    random = np.random.default_rng(SEED)
    means: list[Floats] = []
    size = max(1, BLOCK // rows)
    for start in range(0, RESAMPLES, size):
        count = min(size, RESAMPLES - start)
        means.append(squared[random.integers(0, rows, (count, rows))].mean(axis=1))
    low, high = np.quantile(np.concatenate(means), ENDS)
    return Interval(_root(low), _root(high))


def skill_of(metric: str, score: float | None, baseline: float | None) -> float | None:
    """How far a score is from guessing (0) to perfect (1); below 0 when guessing is better.

    For an accuracy ``(score - baseline) / (1 - baseline)``, for an RMSE ``1 - score / baseline``.
    None where guessing is unknown or perfect already: then there is nothing to gain.
    """
    if score is None or baseline is None:
        return None
    gained, most = (
        (baseline - score, baseline) if metric == "rmse" else (score - baseline, 1 - baseline)
    )
    return gained / most if most > 0 else None


def _root(value: float) -> float:
    return float(np.sqrt(value))

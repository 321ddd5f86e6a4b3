"""The metrics, each with its direction. Numpy in, one number or None (undefined) out."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Truth = NDArray[np.float64] | NDArray[np.int64]


@dataclass(frozen=True)
class Metric:
    """One metric.

    `compute(truth, prediction)`: for a classification truth holds class codes (n,) and prediction
    probabilities (n, classes); for a regression both are values (n,) in the target's own unit.
    Undefined (no rows, one class, no spread) is None. `better` is "higher" or "lower".
    `live` metrics are cheap and reported after each epoch.
    """

    key: str
    label: str
    better: str
    tasks: tuple[str, ...]
    compute: Callable[[Truth, Floats], float | None]
    live: bool = False


def accuracy(truth: Truth, probabilities: Floats) -> float | None:
    """Share of rows whose most probable class is the true one."""
    if not len(truth):
        return None
    return float((probabilities.argmax(axis=1) == truth).mean())


def balanced_accuracy(truth: Truth, probabilities: Floats) -> float | None:
    """Mean over the classes that occur of the share that was recognised."""
    if not len(truth):
        return None
    right = probabilities.argmax(axis=1) == truth
    return float(np.mean([right[truth == code].mean() for code in np.unique(truth)]))


def roc_auc(truth: Truth, probabilities: Floats) -> float | None:
    """Macro mean, one class against the rest, over the classes that occur; ties count half."""
    codes = np.unique(truth)
    if len(codes) < 2:
        return None
    return float(np.mean([_auc(truth == code, probabilities[:, int(code)]) for code in codes]))


def _auc(positive: NDArray[np.bool_], score: Floats) -> float:
    """Mann-Whitney U over the number of pairs (Hanley and McNeil 1982), with mid-ranks."""
    _, where, counts = np.unique(score, return_inverse=True, return_counts=True)
    last = counts.cumsum()
    ranks = ((last - counts + 1 + last) / 2)[where]
    hits = int(positive.sum())
    pairs = hits * (len(score) - hits)
    return float((ranks[positive].sum() - hits * (hits + 1) / 2) / pairs)


def log_loss(truth: Truth, probabilities: Floats) -> float | None:
    """Mean of -ln p(true class), p clipped to 1e-15."""
    if not len(truth):
        return None
    chosen = probabilities[np.arange(len(truth)), truth.astype(np.int64)]
    return float(-np.log(np.clip(chosen, 1e-15, 1.0)).mean())


def rmse(truth: Truth, prediction: Floats) -> float | None:
    """Root of the mean squared error."""
    return float(np.sqrt(((truth - prediction) ** 2).mean())) if len(truth) else None


def mae(truth: Truth, prediction: Floats) -> float | None:
    """Mean absolute error."""
    return float(np.abs(truth - prediction).mean()) if len(truth) else None


def r2(truth: Truth, prediction: Floats) -> float | None:
    """1 - squared error / spread of the truth; undefined without spread."""
    spread = ((truth - truth.mean()) ** 2).sum() if len(truth) > 1 else 0.0
    return float(1 - ((truth - prediction) ** 2).sum() / spread) if spread > 0 else None


METRICS: tuple[Metric, ...] = (
    Metric("accuracy", "Accuracy", "higher", ("classification",), accuracy, live=True),
    Metric(
        "balanced_accuracy", "Balanced accuracy", "higher", ("classification",), balanced_accuracy
    ),
    Metric("roc_auc", "ROC AUC", "higher", ("classification",), roc_auc),
    Metric("log_loss", "Log loss", "lower", ("classification",), log_loss),
    Metric("rmse", "RMSE", "lower", ("regression",), rmse, live=True),
    Metric("mae", "MAE", "lower", ("regression",), mae),
    Metric("r2", "R²", "higher", ("regression",), r2),
)

# The metric by which the models of a project are ordered.
MAIN_METRIC = {"classification": "accuracy", "regression": "rmse"}


def metrics_of(task: str) -> tuple[Metric, ...]:
    """The metrics that a task has, in the order they are shown."""
    return tuple(metric for metric in METRICS if task in metric.tasks)


def metric_named(key: str) -> Metric:
    """The metric with this key; KeyError when there is none."""
    return {metric.key: metric for metric in METRICS}[key]


def scores(
    task: str, truth: Truth, prediction: Floats, live_only: bool = False
) -> dict[str, float | None]:
    """Every metric of the task; None where it is undefined."""
    return {
        metric.key: metric.compute(truth, prediction)
        for metric in metrics_of(task)
        if metric.live or not live_only
    }


@dataclass(frozen=True)
class Baseline:
    """What a guesser without features says; a model that does not beat it has learned nothing."""

    name: str
    guess: tuple[float, ...]

    def predict(self, rows: int) -> Floats:
        """Its guess for `rows` rows: (rows, classes) or (rows,)."""
        if self.name == "mean":
            return np.full(rows, self.guess[0])
        return np.tile(np.array(self.guess), (rows, 1))


def baseline_of(task: str, classes: int, train_truth: Truth) -> Baseline:
    """Majority class (with the classes' shares as probabilities), or the mean, of training rows."""
    if task == "regression":
        return Baseline("mean", (float(train_truth.mean()),))
    counts = np.bincount(train_truth.astype(np.int64), minlength=classes)
    return Baseline("majority class", tuple(float(c) for c in counts / counts.sum()))

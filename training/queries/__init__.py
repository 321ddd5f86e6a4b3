"""Reads of runs, models, the board and predictions."""

from training.queries.board import BoardRow, best_of, board, main_metric, newest_models
from training.queries.guessing import Guess, guess
from training.queries.outcome import (
    Mistake,
    classes_of,
    confusion_cells,
    residuals,
    worst_mistakes,
)
from training.queries.readiness import Readiness, readiness
from training.queries.runs import (
    Status,
    curve_of,
    estimate,
    job_key,
    job_of,
    left_today,
    losses_of,
    points_of,
    reading_of,
    recent_runs,
    seconds_left,
    status_of,
    waiting_of,
)

__all__ = [
    "BoardRow",
    "Guess",
    "Mistake",
    "Readiness",
    "Status",
    "best_of",
    "board",
    "classes_of",
    "confusion_cells",
    "curve_of",
    "estimate",
    "guess",
    "job_key",
    "job_of",
    "left_today",
    "losses_of",
    "main_metric",
    "newest_models",
    "points_of",
    "readiness",
    "reading_of",
    "recent_runs",
    "residuals",
    "seconds_left",
    "status_of",
    "waiting_of",
    "worst_mistakes",
]

"""Reads of runs, models, the board and predictions."""

from training.queries.advising import advice_of, evidence_of, trained_alike
from training.queries.board import BoardRow, best_of, board, main_metric, newest_models
from training.queries.expecting import expected_span, past_runs, told_span
from training.queries.guessing import Guess, guess
from training.queries.outcome import (
    Confused,
    Mistake,
    classes_of,
    confused_most,
    confusion_cells,
    residuals,
    worst_mistakes,
)
from training.queries.readiness import Readiness, readiness, split_problem
from training.queries.runs import (
    Status,
    curve_of,
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
    "Confused",
    "Guess",
    "Mistake",
    "Readiness",
    "Status",
    "advice_of",
    "best_of",
    "board",
    "classes_of",
    "confused_most",
    "confusion_cells",
    "curve_of",
    "evidence_of",
    "expected_span",
    "guess",
    "job_key",
    "job_of",
    "left_today",
    "losses_of",
    "main_metric",
    "newest_models",
    "past_runs",
    "points_of",
    "readiness",
    "reading_of",
    "recent_runs",
    "residuals",
    "seconds_left",
    "split_problem",
    "status_of",
    "told_span",
    "trained_alike",
    "waiting_of",
    "worst_mistakes",
]

"""What guessing without looking at any feature would reach, while a run's own figure is unknown."""

import math
from typing import NamedTuple

from django.db.models import Avg, F, FloatField
from django.db.models.functions import Cast

from datasets.queries import Purpose, class_balance, fields_of, rows, target_of
from projects.models import Project


class Guess(NamedTuple):
    """``metric`` in the task's main metric, ``loss`` as the curve draws it; None when unknown."""

    metric: float | None
    loss: float | None


def guess(project: Project, loss: str) -> Guess:
    """The figures of always saying the most frequent class, or the mean, over all rows.

    The loss of a classification is the entropy of the classes' shares (in nats); that of a
    regression is on the standardised target, where the mean's squared error is 1.
    """
    if project.task == Project.Task.CLASSIFICATION:
        shares = [bar.share for bar in class_balance(project) if bar.share > 0]
        entropy = -sum(share * math.log(share) for share in shares)
        return Guess(max(shares, default=None), entropy if shares else None)
    return Guess(_spread(project), 1.0 if loss == "MSE" else None)


def _spread(project: Project) -> float | None:
    """The root of the mean squared distance of the target from its mean."""
    target = target_of(fields_of(project))
    if target is None:
        return None
    found = rows(project, Purpose.COUNT).filter(**{f"{target.column}__isnull": False}).order_by()
    value = Cast(F(target.column), FloatField())
    mean = found.aggregate(mean=Avg(value))["mean"]
    if mean is None:
        return None
    squared = found.aggregate(spread=Avg((value - mean) * (value - mean)))["spread"]
    return math.sqrt(squared) if squared is not None else None

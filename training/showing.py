"""Figures of a run as people read them."""

import math

from django.utils.translation import gettext as _

from common.numbers import NONE, readable, share
from training.models import Run

#: Metrics that are shares of rows: shown as percentages.
SHARES = frozenset({"accuracy", "balanced_accuracy"})


def trainer_of(run: Run) -> str:
    """Who trained it: a person's name, or that it was the project's living champion."""
    if run.origin == Run.Origin.CHAMPION:
        return _("the living champion")
    return run.user.username


def shown_score(metric: str, value: float | None) -> str:
    """A metric's value: ``93.0 %`` for a share, ``0.1234`` for others, a dash for none."""
    if value is None:
        return NONE
    return share(value) if metric in SHARES else readable(value)


def duration(seconds: float | None) -> str:
    """A time as words, rounded up: ``41 s``, ``3 min``; empty when it is not known."""
    if seconds is None or not math.isfinite(seconds):
        return ""
    if seconds < 90:
        return _("%(seconds)d s") % {"seconds": max(1, math.ceil(seconds))}
    return _("%(minutes)d min") % {"minutes": math.ceil(seconds / 60)}


def time_left(seconds: float | None) -> str:
    """How long the remaining epochs take at most, as words; empty when it is not known."""
    words = duration(seconds)
    return _("at most %(time)s left") % {"time": words} if words else ""

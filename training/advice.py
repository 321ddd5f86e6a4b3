"""What to try next after a run: the first rule that finds something, from a list that can be read.

Pure: what is known of a finished run goes in, one suggestion comes out. ``RULES`` is the whole
list, in the order in which it is asked; the last one always finds something.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.utils.translation import gettext as _

from common.numbers import readable, share
from training.engine.limits import MAX_EPOCHS, MAX_UNITS
from training.reading import Verdict, read_curve

Settings = dict[str, Any]

#: A model that knows its training rows so much better than others has learned them by heart:
#: in accuracy (and by more than luck with few rows explains), and as the ratio of two RMSEs.
GAP, RATIO = 0.05, 1.3
#: Below this skill a model that is equally bad everywhere has too little to learn with.
POOR_SKILL = 0.6
#: Above this one there is nothing to be seen in the curve any more.
GOOD_SKILL = 0.95
#: A class has too few rows below this share of the middle class, when it is also recognised worse
#: than all together by ``WORSE``.
FEW, WORSE = 0.6, 0.05
MOST_DROPOUT, MORE_DROPOUT = 0.5, 0.2
LOWER_RATE = 3
#: A learning rate is far too large from so many times the usual one on.
FAR = 4
#: Half widths of an interval that are worth aiming at, largest first.
STEPS = tuple(step * 10.0**power for power in range(0, -5, -1) for step in (5, 3, 2, 1))
#: An aim is at least so much narrower than what there is.
NARROWER = 0.75


@dataclass(frozen=True)
class ClassSeen:
    """A class: its rows in the data now, its rows in the test part, and how many were right."""

    label: str
    rows: int
    tested: int
    right: int


@dataclass(frozen=True)
class Evidence:
    """What is known of a finished run. Scores are in the task's main metric.

    ``fuller`` are the settings of the preset Solid for the same data. ``low`` and ``high`` are the
    ends of the score's interval, ``rows`` how many rows it learned and was judged from.
    """

    settings: Settings
    preset: str
    epoch: int
    best_epoch: int
    stopped: bool
    train_losses: Sequence[float]
    validation_losses: Sequence[float]
    regression: bool
    train: float | None
    validation: float | None
    test: float | None
    skill: float | None
    low: float | None
    high: float | None
    rows: int
    unit: str
    classes: Sequence[ClassSeen]
    fuller: Settings

    @property
    def verdict(self) -> Verdict:
        """What the curve did."""
        return read_curve(self.train_losses, self.validation_losses).verdict

    @property
    def half(self) -> float:
        """Half the width of the score's interval; 0 when it is not known."""
        if self.low is None or self.high is None:
            return 0.0
        return (self.high - self.low) / 2

    @property
    def gap(self) -> bool:
        """Whether training rows are known much better than others."""
        if self.train is None or self.validation is None:
            return False
        if self.regression:
            return self.validation > RATIO * self.train
        return self.train - self.validation > max(GAP, self.half)


@dataclass(frozen=True)
class Advice:
    """One thing to try: ``label`` is the button, ``reason`` why, in one sentence.

    ``settings`` are those of the run to start; None means that data are asked for.
    """

    rule: str
    label: str
    reason: str
    settings: Settings | None = None
    preset: str = ""


Finds = Callable[[Evidence], Advice | None]


@dataclass(frozen=True)
class Rule:
    """A name that a form can carry, and what finds."""

    key: str
    finds: Finds


def unstable(seen: Evidence) -> Advice | None:
    """A loss that jumps about, or steps so large that nothing was learned: smaller steps."""
    given, usual = float(seen.settings["learning_rate"]), float(seen.fuller["learning_rate"])
    poor = seen.skill is not None and seen.skill < POOR_SKILL
    if seen.verdict is Verdict.JUMPING:
        reason = _("The validation loss jumped about: smaller steps settle down.")
    elif poor and given > FAR * usual:
        reason = _("It learned little, and its steps were far larger than such data usually need.")
    else:
        return None
    rate = given / LOWER_RATE
    label = _("Train with learning rate %(rate)s") % {"rate": readable(rate, 2)}
    return _run(seen, "unstable", label, reason, learning_rate=float(f"{rate:.2g}"))


def quick(seen: Evidence) -> Advice | None:
    """A first look: then the whole recipe."""
    if seen.preset != "quick":
        return None
    reason = _("This was a quick look. The whole recipe takes longer and errs less often.")
    return Advice("quick", _("Train with Solid"), reason, dict(seen.fuller), "solid")


def improving(seen: Evidence) -> Advice | None:
    """Still better at the last epoch: more of them."""
    planned = int(seen.settings["epochs"])
    ended = seen.epoch >= planned and not seen.stopped and seen.best_epoch >= planned - 1
    if not ended or planned >= MAX_EPOCHS or seen.verdict is not Verdict.IMPROVING:
        return None
    epochs = min(MAX_EPOCHS, planned * 2)
    return _run(
        seen,
        "improving",
        _("Train for %(epochs)d epochs") % {"epochs": epochs},
        _("It was still improving in its last epoch: it ended before it was done."),
        epochs=epochs,
    )


def overfitting(seen: Evidence) -> Advice | None:
    """Training rows known by heart: more dropout."""
    dropout = round(float(seen.settings["dropout"]) + MORE_DROPOUT, 2)
    if not _by_heart(seen) or dropout > MOST_DROPOUT:
        return None
    if seen.gap:
        reason = _("It knows its training rows much better than others: dropout works against it.")
    else:
        reason = _(
            "While the training loss went on falling, the validation loss did not: it began to "
            "learn by heart. Dropout works against that."
        )
    label = _("Train with dropout %(dropout)s") % {"dropout": readable(dropout)}
    return _run(seen, "overfitting", label, reason, dropout=dropout)


def smaller(seen: Evidence) -> Advice | None:
    """Training rows known by heart, and dropout did not help: fewer units."""
    if not _by_heart(seen):
        return None
    layers = [{**layer, "units": max(8, layer["units"] // 2)} for layer in seen.settings["layers"]]
    if layers == seen.settings["layers"]:
        return None
    reason = _("It still knows its training rows by heart: a network half as wide cannot so well.")
    return _run(seen, "smaller", _("Train a smaller network"), reason, layers=layers)


def underfitting(seen: Evidence) -> Advice | None:
    """Equally poor on training and other rows: a larger network."""
    poor = seen.skill is not None and seen.skill < POOR_SKILL
    if not poor or seen.gap or seen.verdict is Verdict.OVERFITTING:
        return None
    layers = [
        {**layer, "units": min(MAX_UNITS, layer["units"] * 2)} for layer in seen.settings["layers"]
    ] or [dict(layer) for layer in seen.fuller["layers"]]
    if layers == seen.settings["layers"]:
        return None
    reason = _(
        "It is as poor on its training rows as on others: it may be too small to learn more."
    )
    return _run(seen, "underfitting", _("Train a larger network"), reason, layers=layers)


def starved(seen: Evidence) -> Advice | None:
    """A class with far fewer rows than the others that is recognised worse: rows of it."""
    if len(seen.classes) < 2 or seen.test is None:
        return None
    middle = median(one.rows for one in seen.classes)
    poor = [
        one for one in seen.classes if one.rows < FEW * middle and _recall(one) < seen.test - WORSE
    ]
    if not poor:
        return None
    worst = min(poor, key=lambda one: one.rows)
    more = math.ceil(middle) - worst.rows
    return Advice(
        "starved",
        _("Add %(more)d more of “%(label)s”") % {"more": more, "label": worst.label},
        _("“%(label)s” has %(rows)d rows, the middle class %(middle)d, and it is recognised worst.")
        % {"label": worst.label, "rows": worst.rows, "middle": math.ceil(middle)},
    )


def more_data(seen: Evidence) -> Advice:
    """Nothing better is known: more rows, and how much surer the score would be."""
    label = _("Add datapoints")
    half = seen.half
    if half <= 0 or seen.test is None:
        reason = _("No setting promises more now; with more rows the score becomes surer.")
        return Advice("more_data", label, reason)
    aim = next((step for step in STEPS if step <= half * NARROWER), half / 2)
    if seen.regression:
        aim = half / 2
    # The width of an interval falls with the root of the number of rows.
    rows = _rounded_up(seen.rows * ((half / aim) ** 2 - 1))
    parts = {"rows": readable(rows), "aim": _width(seen, aim), "half": _width(seen, half)}
    reason = _(
        "No setting promises more now. %(rows)s more rows would likely narrow the interval "
        "from ±%(half)s to ±%(aim)s."
    )
    return Advice("more_data", label, reason % parts)


RULES: tuple[Rule, ...] = (
    Rule("unstable", unstable),
    Rule("quick", quick),
    Rule("improving", improving),
    Rule("overfitting", overfitting),
    Rule("smaller", smaller),
    Rule("underfitting", underfitting),
    Rule("starved", starved),
    Rule("more_data", more_data),
)


def suggest(seen: Evidence, allowed: Callable[[Settings], bool]) -> Advice:
    """The first suggestion that may be followed.

    Args:
        seen: what is known of the run.
        allowed: whether a run with these settings fits, and was not trained on these data before.
    """
    for rule in RULES:
        found = rule.finds(seen)
        if found is not None and (found.settings is None or allowed(found.settings)):
            return found
    return more_data(seen)


def suggestion_by(key: str, seen: Evidence) -> Advice | None:
    """What the rule of that name finds now; None when it finds nothing, or there is no such one."""
    return next((rule.finds(seen) for rule in RULES if rule.key == key), None)


def alike(settings: Mapping[str, Any], others: Mapping[str, Any]) -> bool:
    """Whether two runs differ in nothing but where their random choices start."""
    return {**settings, "seed": 0} == {**others, "seed": 0}


def _run(seen: Evidence, rule: str, label: str, reason: str, **changes: Any) -> Advice:
    return Advice(rule, label, reason, {**seen.settings, **changes})


def _by_heart(seen: Evidence) -> bool:
    """A gap, or a curve that turns; of a model that is nearly perfect the curve says nothing."""
    nearly = seen.skill is not None and seen.skill > GOOD_SKILL
    return seen.gap or (seen.verdict is Verdict.OVERFITTING and not nearly)


def _recall(one: ClassSeen) -> float:
    return one.right / one.tested if one.tested else 0.0


def _rounded_up(rows: float) -> int:
    """Two leading digits are enough for a guess."""
    unit: int = 10 ** max(0, math.floor(math.log10(max(rows, 1))) - 1)
    return math.ceil(rows / unit) * unit


def _width(seen: Evidence, half: float) -> str:
    if not seen.regression:
        return share(half)
    return f"{readable(half, 2)} {seen.unit}".strip()

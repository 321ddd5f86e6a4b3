"""What came of a run, in plain words: against guessing, how sure, where it fails, what to try."""

import uuid
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.numbers import readable, share
from datasets.models import Field
from datasets.queries import Purpose, find_row
from datasets.queries.listing import Cell
from projects.models import Project
from training import queries
from training.advice import Advice
from training.engine.metrics import MAIN_METRIC
from training.engine.schema import TableSchema
from training.models import Run
from training.queries import Mistake
from training.showing import duration
from training.spans import span

#: Worst cases that are shown, and values of each.
CASES, VALUES = 3, 4


@dataclass(frozen=True)
class Case:
    """One of the worst mistakes, its values ready to be drawn."""

    mistake: Mistake
    arrival: int
    cells: list[Cell]


@dataclass(frozen=True)
class Outcome:
    """What the page says of a finished run; a sentence that has nothing to say is empty."""

    verdict: str
    sure: str
    took: str
    fails: str
    cases: list[Case]
    advice: Advice | None
    key: str
    beats: bool


def outcome_of(run: Run) -> Outcome | None:
    """What came of the run; None while it is not done. About fifteen queries."""
    if run.state != Run.State.DONE or run.snapshot is None:
        return None
    metric = MAIN_METRIC[run.project.task]
    guessing = (run.baseline.get("test") or {}).get(metric)
    return Outcome(
        verdict=verdict(run, guessing),
        sure=sureness(run),
        took=took(run),
        fails=failing(run),
        cases=worst_cases(run),
        advice=queries.advice_of(run),
        key=uuid.uuid4().hex,
        beats=(run.skill or 0.0) > 0,
    )


def verdict(run: Run, guessing: float | None) -> str:
    """How good it is beside guessing, in one sentence."""
    if run.score is None:
        return _("No row was left to judge it by, so nobody knows how good it is.")
    if run.project.task == Project.Task.REGRESSION:
        return _numbers(run, guessing)
    right = of_hundred(run.score)
    if guessing is None:
        return _("Right %(right)s of 100 times.") % {"right": right}
    parts = {"right": right, "guess": of_hundred(guessing)}
    if run.score > guessing:
        sentence = _(
            "Right %(right)s of 100 times. Guessing the most common class is right %(guess)s "
            "of 100 times."
        )
    else:
        sentence = _(
            "Right %(right)s of 100 times, no better than guessing the most common class "
            "(%(guess)s of 100)."
        )
    return sentence % parts


def _numbers(run: Run, guessing: float | None) -> str:
    parts = {"off": with_unit(run, run.score), "guess": with_unit(run, guessing)}
    if guessing is None:
        return _("Typically off by %(off)s.") % parts
    if run.score is not None and run.score < guessing:
        return _("Typically off by %(off)s. Always guessing the mean is off by %(guess)s.") % parts
    sentence = _("Typically off by %(off)s, no better than always guessing the mean (%(guess)s).")
    return sentence % parts


def of_hundred(accuracy: float) -> str:
    """A share as so many of 100; only all are 100, and only none are 0."""
    rounded = round(accuracy * 100)
    if 0 < accuracy < 1:
        rounded = min(99, max(1, rounded))
    return str(rounded)


def with_unit(run: Run, value: float | None) -> str:
    """A number in the target's unit."""
    assert run.snapshot is not None
    unit = TableSchema.from_json(run.snapshot.table_schema).target.unit
    return f"{readable(value, 3)} {unit}".strip()


def sureness(run: Run) -> str:
    """The interval and the rows behind it, in one sentence; empty when it is not known."""
    rows = run.rows.get("test", 0)
    if run.low is None or run.high is None or not rows:
        return ""
    if run.project.task == Project.Task.REGRESSION:
        ends = (with_unit(run, run.low), with_unit(run, run.high))
    else:
        ends = (share(run.low), share(run.high))
    sentence = ngettext(
        "Judged on %(rows)s row that training never saw; the 95 %% interval goes from %(low)s "
        "to %(high)s.",
        "Judged on %(rows)s rows that training never saw; the 95 %% interval goes from %(low)s "
        "to %(high)s.",
        rows,
    )
    return sentence % {"rows": readable(rows), "low": ends[0], "high": ends[1]}


def took(run: Run) -> str:
    """How long it took, beside what was expected; empty when it is not known."""
    if run.started is None or run.finished is None:
        return ""
    seconds = (run.finished - run.started).total_seconds()
    told = queries.told_span(run)
    if told is None:
        return _("Took %(time)s.") % {"time": duration(seconds)}
    parts = {"time": duration(seconds), "span": span(told.low, told.high)}
    return _("Took %(time)s (estimated %(span)s).") % parts


def failing(run: Run) -> str:
    """Which two classes it confuses most, in one sentence; empty when it confuses none."""
    pair = queries.confused_most(run)
    if pair is None:
        return ""
    sentence = ngettext(
        "Most often confused: %(times)d of %(rows)d “%(true)s” was taken for “%(taken)s”.",
        "Most often confused: %(times)d of %(rows)d “%(true)s” were taken for “%(taken)s”.",
        pair.times,
    )
    return sentence % pair._asdict()


def worst_cases(run: Run) -> list[Case]:
    """The test rows that it got most wrong, drawn as the data tab draws them."""
    cases = []
    for mistake in queries.worst_mistakes(run, CASES):
        row = find_row(run.project, mistake.row, Purpose.TABLE)
        if row is not None:
            features = [cell for cell in row.cells if cell.field.role == Field.Role.FEATURE]
            cases.append(Case(mistake, row.arrival, features[:VALUES]))
    return cases

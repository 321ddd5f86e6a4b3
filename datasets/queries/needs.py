"""What a project lacks most: whoever wants to help is asked for that first."""

from math import ceil
from typing import NamedTuple

from common.limits import MIN_ROWS_TO_TRAIN
from datasets.models import Field
from datasets.queries.counts import Bar, class_balance, count_of, fields_of, labels_of, target_of
from projects.models import Project

#: Among more classes than these nobody is asked for one.
CLASSES_ASKED = 200


class Need(NamedTuple):
    """Rows of one class that are missing to its target; a project without classes has one need.

    ``code``, ``label`` and ``colour`` are None, empty and None when any row will do.
    """

    code: int | None
    label: str
    colour: int | None
    rows: int
    target: int

    @property
    def missing(self) -> int:
        """How many more rows are needed."""
        return max(0, self.target - self.rows)


def needs(project: Project, limit: int = 3, fields: list[Field] | None = None) -> list[Need]:
    """What is missing most, first; empty when nothing is. Costs as much as there are classes.

    With a goal each class is wanted equally often, ``goal / classes`` rounded up. Without one,
    every class is wanted as often as the largest has come, and all together as often as a first
    model needs. Where nothing has classes, rows are wanted to the goal, or to a first model.
    """
    listed = fields_of(project) if fields is None else fields
    short = [need for need in class_needs(project, listed) if need.missing]
    if not short:
        row = row_need(project)
        short = [row] if row.missing else []
    return sorted(short, key=lambda need: -need.missing)[:limit]


def class_needs(project: Project, fields: list[Field]) -> list[Need]:
    """Every class of the target with its count and what is wanted, in the order of the codes.

    None where there are more than anybody goes through one by one: then any row is asked for.
    """
    bars = class_balance(project, fields)
    target = target_of(fields)
    if target is None or not bars or len(bars) > CLASSES_ASKED:
        return []
    wanted = per_class(project, bars)
    return [
        Need(int(entry["code"]), bar.label, bar.colour, bar.rows, wanted)
        for entry, bar in zip(labels_of(target), bars, strict=True)
    ]


def per_class(project: Project, bars: list[Bar]) -> int:
    """How many rows of each class are wanted."""
    if project.goal:
        return ceil(project.goal / len(bars))
    return max(ceil(MIN_ROWS_TO_TRAIN / len(bars)), *(bar.rows for bar in bars))


def row_need(project: Project) -> Need:
    """How many rows are wanted, of whatever class."""
    return Need(None, "", None, count_of(project).accepted, project.goal or MIN_ROWS_TO_TRAIN)

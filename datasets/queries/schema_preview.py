"""What changes of a schema would do, counted in the rows there are; nothing is changed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from common.errors import Refused
from datasets.field_types import type_of
from datasets.models import Field
from datasets.queries.reading import Purpose, rows
from datasets.schema_changes import Operation, Schema
from datasets.schema_changes.rows_of_change import Outcome, RowsOfChange
from projects.models import Project

SAMPLE = 20
CHANGED, INVALID = "changed", "invalid"


@dataclass(frozen=True)
class Look:
    """One change: its sentence, and how many rows it concerns."""

    sentence: str
    changed: int = 0
    invalid: int = 0
    #: Why it cannot be made; then the ones after it were not looked at.
    problem: str = ""


@dataclass
class Preview:
    """All changes of a draft together."""

    looks: list[Look] = field(default_factory=list)
    changed: int = 0
    invalid: int = 0
    problem: str = ""
    #: The fields as they would be, in their order.
    after: list[Field] = field(default_factory=list)

    @property
    def fits(self) -> bool:
        """Whether it can be applied."""
        return not self.problem and not any(look.problem for look in self.looks)


@dataclass(frozen=True)
class ShownRow:
    """One row that a draft concerns: what differs in it."""

    pk: int
    number: int | None
    #: Field name, text before, text after, and whether the value fits.
    cells: list[tuple[str, str, str, bool]]


def preview_of(project: Project, operations: Sequence[Operation], *, count: bool = True) -> Preview:
    """What the changes would do; without ``count`` only whether they can be made."""
    made = Preview()
    schema = Schema.of(project)
    resolved: list[Operation] = []
    for operation in operations:
        try:
            sentence = type(operation).sentence(operation.names(schema))
            resolved.append(operation.apply(schema))
        except Refused as refused:
            made.looks.append(Look(str(operation.label), problem=refused.message))
            return made
        made.looks.append(Look(sentence))
    made.after = schema.used
    try:
        schema.check()
    except Refused as refused:
        made.problem = refused.message
    if count:
        _count(project, schema, resolved, made)
    return made


def rows_concerned(
    project: Project, operations: Sequence[Operation], what: str, *, after: int = 0
) -> tuple[list[ShownRow], int | None]:
    """The rows that change, or that will not fit; and the ``after`` of the following page.

    Raises:
        Refused: a change cannot be made.
    """
    schema = Schema.of(project)
    old = {one.pk: one for one in Schema.of(project).fields}
    resolved = [operation.apply(schema) for operation in operations]
    plan = RowsOfChange(project, schema.fields, resolved)
    condition = plan.changing() if what == CHANGED else plan.narrowing()
    if condition is None:
        return [], None
    found = rows(project, Purpose.CHANGE, plan.held).filter(condition, pk__gt=after)
    listed = list(found.order_by("pk").values_list("arrival", *plan.columns())[: SAMPLE + 1])
    outcomes = plan.outcomes([row[1:] for row in listed[:SAMPLE]])
    shown = [
        ShownRow(one.pk, None if row[0] is None else row[0] + 1, _cells(old, schema, one))
        for row, one in zip(listed, outcomes, strict=False)
    ]
    return shown, outcomes[-1].pk if len(listed) > SAMPLE else None


def _count(project: Project, schema: Schema, resolved: Sequence[Operation], made: Preview) -> None:
    for at, operation in enumerate(resolved):
        plan = RowsOfChange(project, schema.fields, [operation])
        look = made.looks[at]
        made.looks[at] = Look(
            look.sentence,
            _amount(project, plan, plan.changing()),
            _amount(project, plan, plan.narrowing()),
        )
    if len(resolved) == 1:
        made.changed, made.invalid = made.looks[0].changed, made.looks[0].invalid
        return
    plan = RowsOfChange(project, schema.fields, resolved)
    made.changed = _amount(project, plan, plan.changing())
    made.invalid = _amount(project, plan, plan.narrowing())


def _amount(project: Project, plan: RowsOfChange, condition: Q | None) -> int:
    if condition is None:
        return 0
    return rows(project, Purpose.CHANGE, plan.held).order_by().filter(condition).count()


def _cells(
    old: dict[int, Field], schema: Schema, outcome: Outcome
) -> list[tuple[str, str, str, bool]]:
    cells = []
    for pk in sorted({*outcome.changed, *outcome.faulty}):
        new = schema.find(pk)
        if new is not None:
            before = _shown(old.get(pk, new), outcome.before.get(pk))
            after = _shown(new, outcome.after.get(pk))
            cells.append((new.name, before, after, pk not in outcome.faulty))
    return cells


def _shown(field: Field, stored: Any) -> str:
    type_ = type_of(field)
    return "" if stored is None else type_.cell(type_.from_storage(stored))

"""The rows of a contribution follow its state, a portion at a time.

A portion that follows already changes nothing, so a job that was killed simply begins again.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from datasets import growth
from datasets.models import (
    Claim,
    Contribution,
    Example,
    Flag,
    Gold,
    Item,
    Label,
    Review,
    Row,
    RowChange,
    RowState,
    Vote,
)
from datasets.queries import Purpose, count_of, fields_of, rows
from datasets.queries.wall import WallShape
from datasets.records import typed
from datasets.reviewing.claims import end_claims
from datasets.reviewing.reasons import WHOLE_CONTRIBUTION
from datasets.services.announcing import rows_removed, rows_settled, waiting_changed
from datasets.services.class_counts import Changes, count_classes, counted_field
from datasets.services.counting import change_counts, count_person
from datasets.services.writing import empty_rows, move_states
from projects.models import Project

#: Contributions of at most so many rows change with all their rows in one transaction.
AT_ONCE = 5_000
#: Rows of one transaction of a larger one: under 0.2 s, so that nobody else waits for long.
PORTION = 1_000
JUDGED = (RowChange.Kind.ACCEPTED, RowChange.Kind.REJECTED)


def portions(count: int) -> Iterator[int]:
    """The places at which the portions of so many rows begin."""
    yield from range(0, count, PORTION)


def follow(contribution: Contribution, start: int) -> None:
    """Have the rows from place ``start`` on, a portion of them, follow the contribution's state.

    Call it inside the transaction that holds ``claims.lock`` on the project.
    """
    if contribution.first_arrival is None:
        return
    first = contribution.first_arrival + start
    table = rows(contribution.project, Purpose.CHANGE).filter(
        contribution=contribution, arrival__gte=first, arrival__lt=first + PORTION
    )
    if contribution.state == Contribution.State.WITHDRAWN:
        _withdraw(contribution, table)
    elif contribution.state == Contribution.State.REJECTED:
        _reject(contribution, table)
    else:
        _restore(contribution, table)


def _withdraw(contribution: Contribution, table: QuerySet[Row]) -> None:
    listed = list(table.exclude(state=RowState.WITHDRAWN).values_list("pk", "arrival", "state"))
    if not listed:
        return
    ids = [pk for pk, _arrival, _state in listed]
    classes = _classes(contribution, table)
    empty_rows(contribution.project, ids, typed(contribution.project.fields.all()))
    _forget(contribution, ids)
    _uncount(contribution, listed, classes)


def _reject(contribution: Contribution, table: QuerySet[Row]) -> None:
    project = contribution.project
    kept = table.filter(state__in=(RowState.ACCEPTED, RowState.PENDING))
    listed = list(kept.values_list("pk", "arrival", "state"))
    classes = _classes(contribution, table)
    move_states(project, [pk for pk, _arrival, _state in listed], RowState.REJECTED)
    waited = [pk for pk, _arrival, state in listed if state == RowState.PENDING]
    RowChange.objects.bulk_create(
        RowChange(
            project=project,
            row=pk,
            kind=RowChange.Kind.REJECTED,
            schema_version=project.schema_version,
            reason=WHOLE_CONTRIBUTION,
        )
        for pk in waited
    )
    end_claims(project, waited)
    _uncount(contribution, listed, classes)


def _restore(contribution: Contribution, table: QuerySet[Row]) -> None:
    """What was accepted is so again, what waited waits, what was rejected by itself stays so."""
    said = RowChange.objects.filter(
        project=contribution.project, row=OuterRef("pk"), kind__in=JUDGED
    ).order_by("-pk")
    found = table.filter(state=RowState.REJECTED).annotate(
        said=Coalesce(Subquery(said.values("kind")[:1]), Value(RowChange.Kind.ACCEPTED.value)),
        why=Coalesce(Subquery(said.values("reason")[:1]), Value("")),
    )
    waited = found.filter(said=RowChange.Kind.REJECTED, why=WHOLE_CONTRIBUTION)
    _wait_again(contribution, list(waited.values_list("pk", flat=True)))
    _show_again(contribution, found.exclude(said=RowChange.Kind.REJECTED))


def _wait_again(contribution: Contribution, ids: list[int]) -> None:
    if ids:
        move_states(contribution.project, ids, RowState.PENDING)
        change_counts(contribution.project, accepted=0, pending=len(ids))
        waiting_changed(contribution.project)


def _show_again(contribution: Contribution, table: QuerySet[Row]) -> None:
    project = contribution.project
    fields = fields_of(project)
    shape = WallShape(fields)
    cells = [shape.cell(stored) for stored in table.values_list(*shape.columns())]
    if not cells:
        return
    ids = [cell[1] for cell in cells]
    move_states(project, ids, RowState.ACCEPTED)
    change_counts(project, accepted=len(cells))
    count_person(project, contribution.user, len(cells))
    shown = rows(project, Purpose.CHANGE).filter(pk__in=ids)
    count_classes(fields, _classes(contribution, shown))
    growth.changed(project.pk, count_of(project).accepted)
    rows_settled(project, cells, [cell[0] for cell in cells])


def _classes(contribution: Contribution, table: QuerySet[Row]) -> Changes:
    """How many accepted rows of these each class has."""
    field = counted_field(fields_of(contribution.project))
    if field is None:
        return {}
    accepted = table.filter(state=RowState.ACCEPTED).values_list(field.column, flat=True)
    return Counter(int(code) for code in accepted if code is not None)


def _uncount(
    contribution: Contribution, listed: Sequence[tuple[int, int | None, int]], classes: Changes
) -> None:
    """Take rows out of the counts: their ids, arrivals and the states that they had."""
    project = contribution.project
    shown = [at for _pk, at, state in listed if state == RowState.ACCEPTED and at is not None]
    waited = sum(state == RowState.PENDING for _pk, _at, state in listed)
    if shown or waited:
        change_counts(project, accepted=-len(shown), pending=-waited)
    if not shown:
        if waited:
            waiting_changed(project)
        return
    count_person(project, contribution.user, -len(shown))
    count_classes(fields_of(project), {code: -amount for code, amount in classes.items()})
    growth.changed(project.pk, count_of(project).accepted)
    rows_removed(project, shown)


def _forget(contribution: Contribution, ids: list[int]) -> None:
    """Nothing that says what was in a withdrawn row outlives it."""
    project = contribution.project
    RowChange.objects.filter(project=project, row__in=ids).update(before={})
    for model in (Claim, Example, Flag, Gold, Item, Label, Review):
        model._default_manager.filter(project=project, row__in=ids).delete()
    # Who voted keeps that they did; what they wrote may quote the row.
    Vote.objects.filter(project=project, row__in=ids).update(note="")


def forget_judgements(project: Project, ids: list[int]) -> None:
    """Forget what was said of rows whose values are others now."""
    for model in (Claim, Flag, Gold, Item, Label, Review, Vote):
        model._default_manager.filter(project=project, row__in=ids).delete()

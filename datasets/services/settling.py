"""What becomes of rows: accepted, rejected, or sent back to wait. Everything that follows is here.

One transaction holds state, counts, class counts, people's counts, momentum, history and events;
whatever decides (a maintainer, the crowd's votes, an edit) calls ``move_rows``.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.utils import timezone

from accounts.models import User
from datasets import growth
from datasets.models import Contribution, Field, Flag, RowChange, RowState
from datasets.queries import Purpose, count_of, fields_of, rows
from datasets.queries.wall import Cell, WallShape
from datasets.reviewing.claims import end_claims
from datasets.services.announcing import rows_removed, rows_settled, waiting_changed
from datasets.services.class_counts import count_classes, counted_field
from datasets.services.counting import change_counts, count_person
from datasets.services.writing import move_states
from live.publish import Publication
from projects.models import Project
from projects.services import note_events, write_activity

#: Rows of one transaction: under 0.2 s, so that nobody else waits for long.
PORTION = 500
REASON_CHARACTERS = 200


class Moved(NamedTuple):
    """One row on its way from one state to another."""

    pk: int
    arrival: int
    before: int
    user: int
    contribution: int
    code: int | None
    cell: Cell


def move_rows(
    project: Project,
    ids: Iterable[int],
    to: RowState,
    *,
    actor: User | None,
    kind: RowChange.Kind | None,
    reason: str = "",
) -> list[int]:
    """Move rows to ACCEPTED, REJECTED or PENDING, with all that follows; return which moved.

    Rows that are there already, withdrawn ones and those of a rejected contribution stay, so
    doing it twice does it once. Call it inside the transaction that holds ``claims.lock`` on the
    project, for at most ``PORTION`` rows, as its last act.

    Args:
        actor: who decided; None for the crowd together.
        kind: what the rows' history calls it; None when the caller writes the history.
        reason: what the contributor reads.
    """
    fields = fields_of(project)
    moved = _read(project, fields, ids, to)
    if not moved:
        return []
    listed = [one.pk for one in moved]
    move_states(project, listed, to)
    _count(project, fields, moved, to, noted=kind != RowChange.Kind.LABELLED)
    if kind is not None:
        _write_history(project, listed, actor, kind, reason)
    end_claims(project, listed)
    if to == RowState.REJECTED:
        Flag.objects.filter(project=project, row__in=listed, settled=None).update(
            settled=timezone.now()
        )
    _tell(project, moved, to, noted=kind != RowChange.Kind.LABELLED)
    return listed


def _write_history(
    project: Project, ids: list[int], actor: User | None, kind: RowChange.Kind, reason: str
) -> None:
    RowChange.objects.bulk_create(
        RowChange(
            project=project,
            row=pk,
            kind=kind,
            actor=actor,
            schema_version=project.schema_version,
            reason=reason[:REASON_CHARACTERS],
        )
        for pk in ids
    )


def _read(project: Project, fields: list[Field], ids: Iterable[int], to: RowState) -> list[Moved]:
    shape, counted = WallShape(fields), counted_field(fields)
    columns = shape.columns()
    code = [] if counted is None else [counted.column]
    table = rows(project, Purpose.OWN, fields).filter(
        pk__in=list(ids), contribution__state=Contribution.State.VISIBLE
    )
    found = table.exclude(state=to).values_list(
        "state", "contribution__user_id", "contribution_id", *code, *columns
    )
    moved = []
    for state, user, contribution, *rest in found:
        stored = rest[len(code) :]
        known = rest[0] if code else None
        moved.append(
            Moved(
                pk=stored[1],
                arrival=stored[0],
                before=state,
                user=user,
                contribution=contribution,
                code=None if known is None else int(known),
                cell=shape.cell(stored),
            )
        )
    return moved


def _count(
    project: Project, fields: list[Field], moved: Sequence[Moved], to: RowState, *, noted: bool
) -> None:
    """Change every count that the rows are part of.

    Without ``noted`` it is no act of their contributors: whoever labelled them has the credit.
    """
    came = to == RowState.ACCEPTED
    changed = [one for one in moved if came or one.before == RowState.ACCEPTED]
    sign = 1 if came else -1
    waited = sum(one.before == RowState.PENDING for one in moved)
    pending = len(moved) if to == RowState.PENDING else -waited
    change_counts(project, accepted=sign * len(changed), pending=pending)
    people = User.objects.in_bulk({one.user for one in changed})
    for user, amount in sorted(Counter(one.user for one in changed).items()):
        new = count_person(project, people[user], sign * amount)
        if came and noted:
            note_events(project, people[user], {"person": max(new, 0), "rows": amount})
    classes = Counter(one.code for one in changed if one.code is not None)
    count_classes(fields, {code: sign * amount for code, amount in classes.items()})
    if changed:
        growth.changed(project.pk, count_of(project).accepted)


def _tell(project: Project, moved: Sequence[Moved], to: RowState, *, noted: bool) -> None:
    """Tell open windows. Last: the counter row of the event log stays locked until the commit."""
    if to == RowState.ACCEPTED:
        lines = _activities(project, moved) if noted else []
        cells = [one.cell for one in moved]
        rows_settled(project, cells, [one.arrival for one in moved], before=lines)
        return
    gone = [one.arrival for one in moved if one.before == RowState.ACCEPTED]
    if gone:
        rows_removed(project, gone)
    else:
        waiting_changed(project)


def _activities(project: Project, moved: Sequence[Moved]) -> list[Publication]:
    """A line of the feed for each contribution whose rows are new to it."""
    fresh = Counter((one.user, one.contribution) for one in moved if one.before == RowState.PENDING)
    people = User.objects.in_bulk({user for user, _contribution in fresh})
    events = []
    for (user, contribution), amount in sorted(fresh.items()):
        _activity, event = write_activity(
            project=project,
            actor=people[user],
            kind="rows_added",
            payload={"contribution": contribution, "rows": amount},
        )
        events.append(event)
    return events

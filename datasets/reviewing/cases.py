"""What maintainers decide: disputed rows and flagged ones, each ready to be looked at."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from datasets.labelling.showing import ShownItem, drawn_large
from datasets.models import Field, Flag, Review, Row, RowState, Vote
from datasets.queries import Purpose, rows, typed_fields
from datasets.queries.listing import Cell, shown_row
from datasets.records import Typed
from projects.models import Project

PER_PAGE = 10


@dataclass(frozen=True)
class Looked:
    """A row to decide about, with what speaks for and against it."""

    pk: int
    arrival: int
    state: int
    contributor: Any
    created: datetime
    label: Cell | None
    item: ShownItem
    votes: list[Vote] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)


def disputes(project: Project, after: int = 0) -> tuple[list[Looked], int | None]:
    """Disputed rows, the oldest dispute first, and the ``after`` of the following page."""
    found = Review.objects.filter(project=project, state=Review.State.DISPUTED, pk__gt=after)
    listed = list(found.order_by("pk")[: PER_PAGE + 1])
    page = listed[:PER_PAGE]
    looked = _looked(project, [one.row for one in page])
    following = page[-1].pk if len(listed) > PER_PAGE else None
    shown = [looked[one.row] for one in page if one.row in looked]
    return [one for one in shown if one.state == RowState.PENDING], following


def dispute_count(project: Project) -> int:
    """How many rows are disputed."""
    return Review.objects.filter(project=project, state=Review.State.DISPUTED).count()


def flagged(project: Project, kind: str, start: int = 0) -> tuple[list[Looked], int | None]:
    """Rows with an open flag of a kind, the strongest first, and the following page's ``start``."""
    found = Flag.objects.filter(project=project, kind=kind, settled=None)
    listed = list(found.order_by("-strength", "pk")[start : start + PER_PAGE + 1])
    page = listed[:PER_PAGE]
    looked = _looked(project, [one.row for one in page])
    following = start + PER_PAGE if len(listed) > PER_PAGE else None
    return [looked[one.row] for one in page if one.row in looked], following


def _looked(project: Project, ids: list[int]) -> dict[int, Looked]:
    fields = typed_fields(project)
    described = [described for described, _type in fields]
    table = rows(project, Purpose.MODERATION, described).select_related("contribution__user")
    votes: dict[int, list[Vote]] = {}
    for vote in Vote.objects.filter(project=project, row__in=ids, gold=False).select_related(
        "user"
    ):
        votes.setdefault(vote.row, []).append(vote)
    flags: dict[int, list[Flag]] = {}
    for flag in Flag.objects.filter(project=project, row__in=ids, settled=None):
        flags.setdefault(flag.row, []).append(flag)
    return {
        row.pk: _one(fields, row, votes.get(row.pk, []), flags.get(row.pk, []))
        for row in table.filter(pk__in=ids)
    }


def _one(fields: Typed, row: Row, votes: list[Vote], flags: list[Flag]) -> Looked:
    at = next(
        (place for place, (one, _t) in enumerate(fields) if one.role == Field.Role.TARGET), None
    )
    shown = shown_row(fields, row)
    without = None if at is None else fields[at][0].pk
    return Looked(
        pk=row.pk,
        arrival=shown.arrival,
        state=row.state,
        contributor=row.contribution.user,
        created=row.contribution.created,
        label=None if at is None else shown.cells[at],
        item=drawn_large(fields, row, without=without),
        votes=votes,
        flags=flags,
    )

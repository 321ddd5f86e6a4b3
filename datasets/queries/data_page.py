"""Everything that one page of data shows, in a number of statements that no table changes."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.core.cache import cache

from datasets.browsing import Bar, Summary, browsing_of
from datasets.field_types import FieldType
from datasets.models import DataTable, Field, Row
from datasets.queries.column_summaries import FEW, Sums, keep, kept, summed, summed_view
from datasets.queries.data_view import DataView
from datasets.queries.listing import ShownRow, shown_row
from datasets.queries.paging import (
    PER_PAGE,
    Page,
    Place,
    Plan,
    page_of,
    plan_of,
    rows_of,
    share_of,
    with_people,
)
from datasets.queries.time_limit import TooSlow, within

#: Newest arrival numbers among which fitting rows are counted for every page.
NEWEST_COUNTED = 5_000
COUNT_SECONDS = 24 * 3_600
#: Under so many rows no index is worth its keep.
INDEXED_FROM = 20_000
#: A filter that more than this share of the rows fits is not helped by an index.
SELECTIVE = 0.02


class TableState(NamedTuple):
    """The counts of a table, as the last commit left them."""

    next_arrival: int
    accepted: int
    pending: int
    people: int
    revision: int


class Fitting(NamedTuple):
    """How many rows fit the filters.

    Attributes:
        rows: how many; of the ``newest`` only, where that is not None.
        newest: how many of the newest rows were looked at; None when all were.
    """

    rows: int
    newest: int | None = None


@dataclass(frozen=True)
class Column:
    """A column's head: what stands above its cells."""

    field: Field
    type_: FieldType[Any]
    bars: tuple[Bar, ...]
    highest: int
    words: str
    missing: float
    sortable: bool
    form: str
    summary: Summary | None


@dataclass(frozen=True)
class DataPage:
    """One page of a view.

    ``too_slow`` says why there are no rows; ``wanted`` are fields whose index would have helped.
    """

    view: DataView
    state: TableState
    rows: tuple[ShownRow, ...]
    following: Place | None
    previous: Place | None
    fitting: Fitting | None
    columns: tuple[Column, ...]
    sums: Sums | None
    stale: bool
    too_slow: TooSlow | None = None
    wanted: tuple[Field, ...] = ()


def state_of(project_id: int) -> TableState:
    """The table's counts; zeros where there is none yet."""
    found = DataTable.objects.filter(project=project_id).values_list(*TableState._fields)
    return TableState(*next(iter(found), (0, 0, 0, 0, 0)))


def data_page(
    view: DataView, place: Place | None, *, backward: bool = False, count_all: bool = False
) -> DataPage:
    """The page of a view at a place; ``count_all`` counts every fitting row, as long as it may.

    A view that takes too long is shown without rows: ``too_slow`` is the sentence.
    """
    state = state_of(view.project.pk)
    sums, stale = _sums(view, state)
    plan = plan_of(view, state.next_arrival, dict(sums.of) if sums else {})
    page, fitting, shown, slow = Page([], None, None), None, sums, None
    try:
        with within():
            page = page_of(view, place, backward=backward, plan=plan)
            if view.narrowed:
                fitting = _fitting(view, state, plan, count_all)
                shown = _of_view(view, plan, page, place)
    except TooSlow as ended:
        slow = ended
    return DataPage(
        view=view,
        state=state,
        rows=tuple(shown_row(view.shown, row) for row in with_people(page.rows)),
        following=page.following,
        previous=page.previous,
        fitting=fitting,
        columns=tuple(_column(f, type_, shown) for f, type_ in view.shown),
        sums=shown,
        stale=stale,
        too_slow=slow,
        wanted=_wanted(view, state, dict(sums.of) if sums else {}),
    )


def _sums(view: DataView, state: TableState) -> tuple[Sums | None, bool]:
    """The summaries of all rows, and whether the rows changed since, or were too many to sum up."""
    if not state.accepted:
        return None, False
    found = kept(view.project, view.shown)
    small = state.next_arrival <= FEW
    if found is not None and (found.revision == state.revision or not small):
        old = found.revision != state.revision
        return found, not small and (old or found.sampled <= FEW < found.rows)
    arrivals, revision = state.next_arrival, state.revision
    made = summed(view.project, view.shown, arrivals=arrivals, revision=revision, most=FEW)
    keep(view.project, made)
    return made, not small


def _of_view(view: DataView, plan: Plan, page: Page, place: Place | None) -> Sums:
    alone = place is None and page.following is None
    return summed_view(view, plan, page.rows if alone else None)


def _fitting(view: DataView, state: TableState, plan: Plan, count_all: bool) -> Fitting:
    """Exact where few rows are, where somebody asked, or where somebody asked a while ago."""
    if state.next_arrival <= NEWEST_COUNTED:
        return Fitting(rows_of(view).order_by().count())
    digest = hashlib.sha256(repr([p for p in view.pairs() if p[0] != "sort"]).encode()).hexdigest()
    key = f"fitting-count:{view.project.pk}:{state.revision}:{digest}"
    known: int | None = cache.get(key)
    if known is None and count_all:
        known = rows_of(view).order_by().count()
        cache.set(key, known, COUNT_SECONDS)
    if known is not None:
        return Fitting(known)
    first = state.next_arrival - NEWEST_COUNTED
    newest = rows_of(view, Plan(plain_filters=True)).order_by().filter(arrival__gte=first)
    return Fitting(newest.count(), NEWEST_COUNTED)


def _column(field: Field, type_: FieldType[Any], sums: Sums | None) -> Column:
    browsing = browsing_of(type_)
    summary = sums.of.get(field.pk) if sums else None
    bars = browsing.bars(summary) if summary else []
    return Column(
        field=field,
        type_=type_,
        bars=tuple(bars),
        highest=max((bar.rows for bar in bars), default=0),
        words=browsing.words_of(summary) if summary else "",
        missing=summary["missing"] / summary["rows"] if summary and summary["rows"] else 0.0,
        sortable=browsing.sortable,
        form=browsing.form,
        summary=summary,
    )


def _wanted(view: DataView, state: TableState, summaries: dict[int, Summary]) -> tuple[Field, ...]:
    """The fields by which this view sorts, or finds few rows, in a table worth an index."""
    if state.next_arrival < INDEXED_FROM:
        return ()
    wanted = [view.order.field] if view.order.type_ is not None else []
    for asked in view.filters:
        share = share_of(asked, summaries)
        if asked.indexable and share is not None and share <= SELECTIVE:
            wanted.append(asked.field)
    return tuple(dict.fromkeys(field for field in wanted if field is not None))


def rows_from(view: DataView, most: int, batch: int) -> Iterator[Row]:
    """The rows of a view in its order, at most so many, in batches that each begin anew.

    No statement runs for longer than a page's may, and none stays open while a reader is slow.
    """
    place: Place | None = None
    left = most
    while left > 0:
        with within():
            page = page_of(view, place, size=min(batch, left))
        yield from with_people(page.rows)
        left -= len(page.rows)
        if page.following is None:
            return
        place = page.following


__all__ = ["PER_PAGE", "Column", "DataPage", "Fitting", "TableState", "data_page", "rows_from"]

"""Pages of rows in any order, by keyset: the millionth page costs what the first one does.

Rows stand in the order of (value, arrival number), rows without the value last in both directions.
A page begins behind a place: value and arrival number of the last row of the page before. It is
put together from at most three statements, each of which an index of (column, arrival) answers:
the rest of the rows with the same value, those beyond it, and those without a value.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import F, QuerySet
from django.db.models.lookups import Exact, GreaterThan, IsNull, LessThan

from datasets.browsing import Summary, browsing_of
from datasets.field_types import BadValue
from datasets.models import Contribution, Row
from datasets.queries.asked import Filter, Plain
from datasets.queries.data_view import STATES, DataView
from datasets.queries.reading import rows

PER_PAGE = 50


class Place(NamedTuple):
    """Where a page begins: arrival number and value of the row before it; None is no value."""

    arrival: int
    value: Any = None


@dataclass(frozen=True)
class Page:
    """Rows in the order of the view, and the places of the pages around, None where none is."""

    rows: list[Row]
    following: Place | None
    previous: Place | None


class Plan(NamedTuple):
    """For which columns SQLite may not use an index: those of the filters, or that of the order."""

    plain_filters: bool = False
    plain_order: bool = False


AS_IT_COMES = Plan()


def plan_of(view: DataView, count: int, summaries: dict[int, Summary]) -> Plan:
    """Walk in the order of the view and leave out what does not fit, or find what fits and sort it.

    Of n rows a share s fits. To fill a page, walking reads about page/s rows; finding and sorting
    reads n·s: they are equal at s = sqrt(page/n). PostgreSQL knows such shares and plans by itself.
    """
    known = [share_of(one, summaries) for one in view.filters]
    shares = [share for share in known if share is not None]
    if not shares or not count:
        return AS_IT_COMES
    few = math.prod(shares) < math.sqrt(PER_PAGE / count)
    return Plan(plain_filters=not few, plain_order=few)


def share_of(asked: Filter, summaries: dict[int, Summary]) -> float | None:
    """About which share of all rows fits a filter; None when nobody knows."""
    if asked.field is None or asked.browsing is None or asked.field.pk not in summaries:
        return None
    return asked.browsing.share(summaries[asked.field.pk], asked.operator, asked.operand)


def rows_of(view: DataView, plan: Plan = AS_IT_COMES) -> QuerySet[Row]:
    """The rows of a view, in no order that counts; only the columns that it reads are fetched."""
    found = rows(view.project, view.purpose, view.read)
    if view.state:
        found = found.filter(state=STATES[view.state][0])
    for asked in view.filters:
        found = found.filter(asked.condition(plan.plain_filters))
    return found


def page_of(
    view: DataView,
    place: Place | None = None,
    *,
    backward: bool = False,
    plan: Plan = AS_IT_COMES,
    size: int = PER_PAGE,
) -> Page:
    """The page that begins behind a place, or ends before it; the first one without a place."""
    found: list[Row] = []
    for part in _parts(view, place, backward, plan):
        found += part[: size + 1 - len(found)]
        if len(found) > size:
            break
    more, found = len(found) > size, found[:size]
    if backward:
        found.reverse()
    ends = (place_of(view, found[0]), place_of(view, found[-1])) if found else (None, None)
    before, behind = (more, True) if backward else (place is not None, more)
    return Page(found, ends[1] if behind else None, ends[0] if before else None)


def place_of(view: DataView, row: Row) -> Place:
    """The place of a row in the order of the view."""
    assert row.arrival is not None
    if view.order.field is None:
        return Place(row.arrival)
    return Place(row.arrival, getattr(row, view.order.field.column))


def place_texts(view: DataView, place: Place) -> list[tuple[str, str]]:
    """The place as the address says it, behind ``before`` or ``after``."""
    texts = [("", str(place.arrival))]
    if view.order.type_ is not None and place.value is not None:
        texts.append(("at", browsing_of(view.order.type_).place_text(place.value)))
    return texts


def place_in(view: DataView, arrival: int, text: str) -> Place | None:
    """The place that an address says; None when it says none of this order."""
    if view.order.type_ is None or not text:
        return Place(arrival)
    try:
        return Place(arrival, browsing_of(view.order.type_).place(text))
    except BadValue:
        return None


def with_people(found: list[Row]) -> list[Row]:
    """The same rows, each with its contribution and contributor: one statement for all."""
    # Of an abstract class the checker of types knows no columns with ids.
    wanted = [int(row.__dict__["contribution_id"]) for row in found]
    acts = Contribution.objects.select_related("user").in_bulk(wanted)
    for row, pk in zip(found, wanted, strict=True):
        row.contribution = acts[pk]
    return found


def _parts(
    view: DataView, place: Place | None, backward: bool, plan: Plan
) -> Iterator[QuerySet[Row]]:
    """The statements that give the rows of a page, in the order in which they are needed."""
    base, falling = rows_of(view, plan), view.order.descending != backward
    arrival = _column("arrival", plan)
    sign = LessThan if falling else GreaterThan
    if view.order.field is None:
        kept = base if place is None else base.filter(sign(arrival, place.arrival))
        yield kept.order_by(_directed(arrival, falling))
        return
    column = _column(view.order.field.column, plan)
    without = base.filter(IsNull(column, True)).order_by(_directed(arrival, falling))
    within = base.filter(IsNull(column, False))
    within = within.order_by(_directed(column, falling), _directed(arrival, falling))
    if place is not None and place.value is None:
        yield without.filter(sign(arrival, place.arrival))
        if backward:
            yield within
        return
    if place is None:
        yield within
    else:
        same = within.filter(Exact(column, place.value), sign(arrival, place.arrival))
        yield same.order_by(_directed(arrival, falling))
        yield within.filter(sign(column, place.value))
    if not backward:
        yield without


def _column(name: str, plan: Plan) -> Any:
    return Plain(F(name)) if plan.plain_order else F(name)


def _directed(column: Any, falling: bool) -> Any:
    return column.desc() if falling else column.asc()

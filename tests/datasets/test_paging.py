"""Pages by keyset: every row once, in one order, in both directions, whatever the values."""

from itertools import chain, pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from datasets.queries.data_view import DataView
from datasets.queries.paging import Page, Place, Plan, page_of, place_in, place_texts
from tests.datasets.browsed import arrivals, viewed, zoo

pytestmark = pytest.mark.django_db
SORTABLE = ("height", "legs", "wild", "note", "seen", "kind", "arrival")
UNSORTABLE = "drawing"


def walked(view: DataView, size: int, plan: Plan) -> list[list[int]]:
    """The arrival numbers of all pages, each reached by the address of the one before."""
    pages, place = [], None
    while True:
        page = page_of(view, place, size=size, plan=plan)
        pages.append(arrivals(page.rows))
        if page.following is None:
            return pages
        place = by_address(view, page.following)


def by_address(view: DataView, place: Place) -> Place:
    """The place, written into an address and read back."""
    texts = dict(place_texts(view, place))
    found = place_in(view, int(texts[""]), texts.get("at", ""))
    assert found is not None
    return found


def expected(view: DataView, values: dict[int, Any]) -> list[int]:
    """The order by a model in memory: missing ones last, ties by arrival in the same direction."""
    falling = view.order.descending
    known = [(value, arrival) for arrival, value in values.items() if value is not None]
    missing = [arrival for arrival, value in values.items() if value is None]
    ordered = [arrival for _value, arrival in sorted(known, reverse=falling)]
    return ordered + sorted(missing, reverse=falling)


@pytest.mark.parametrize("sign", ["", "-"])
def test_all_pages_together_are_all_rows_in_order(alice: User, sign: str) -> None:
    project = zoo(alice)
    for name in SORTABLE:
        text = name if name == "arrival" else f"{{{name}}}"
        view = viewed(project, ("sort", f"{sign}{text}"))
        rows = page_of(view, size=50).rows
        column = view.order.field.column if view.order.field else "arrival"
        values = {row.arrival or 0: getattr(row, column) for row in rows}
        assert len(values) == 8
        for size, plan in ((1, Plan()), (3, Plan(plain_order=True)), (8, Plan())):
            pages = walked(view, size, plan)
            assert list(chain(*pages)) == expected(view, values), (name, size)


@given(
    heights=st.lists(st.none() | st.sampled_from([-1.5, 0.0, 2.5]), min_size=1, max_size=9),
    size=st.integers(1, 4),
    falling=st.booleans(),
)
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_page_before_is_the_one_we_came_from(
    heights: list[float | None], size: int, falling: bool, alice: User
) -> None:
    view = viewed(zoo(alice, heights), ("sort", "-{height}" if falling else "{height}"))
    pages: list[Page] = [page_of(view, size=size)]
    while pages[-1].following is not None:
        pages.append(page_of(view, pages[-1].following, size=size))
    assert sum(len(page.rows) for page in pages) == len(heights)
    for earlier, later in pairwise(pages):
        assert later.previous is not None
        back = page_of(view, later.previous, backward=True, size=size)
        assert arrivals(back.rows) == arrivals(earlier.rows)
    assert pages[0].previous is None


def test_a_place_that_is_none_begins_at_the_first_page(alice: User) -> None:
    project = zoo(alice, [1.0, 2.0])
    view = viewed(project, ("sort", "{height}"))
    assert place_in(view, 0, "1 OR 1=1") is None
    assert place_in(view, 0, "nan") is None
    assert viewed(project, ("sort", f"{{{UNSORTABLE}}}")).order.field is None


def test_a_filter_may_be_asked_with_and_without_its_index(alice: User) -> None:
    project = zoo(alice)
    view = viewed(project, ("f.{kind}.in", "0"), ("sort", "-{height}"))
    for plan in (Plan(), Plan(plain_filters=True), Plan(plain_order=True)):
        assert arrivals(page_of(view, plan=plan).rows) == [6, 3, 0]

"""What the data page shows of a view beside its rows: heads, chips, the filter's form, pages."""

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.http import HttpRequest
from common.limits import COLUMNS_SHOWN, VIEW_DOWNLOAD_ROWS
from common.numbers import readable, whole
from common.numbers import share as percent
from common.small_plots import Column as Bar
from common.small_plots import histogram, multiple
from datasets import queries
from datasets.models import Field, Snapshot
from datasets.queries.data_page import Column, DataPage
from datasets.queries.data_view import SHEET, STATES, TABLE, DataView, Order, view_of
from datasets.queries.listing import ShownRow
from datasets.queries.paging import Place, place_in, place_texts
from datasets.view_code import code_of
from datasets.views.browsing_form import Choice, Form
from projects.access import Right
from projects.models import Project


@dataclass(frozen=True)
class Head:
    """A column's head: the field, its bars, and what a click on its name does."""

    column: Column
    sort_url: str
    sorted: str
    bars: SafeString
    words: str
    missing: str
    missing_url: str

    @property
    def field(self) -> Field:
        return self.column.field


class Chip(NamedTuple):
    """A filter that holds, and the address without it."""

    words: str
    url: str


class Tile(NamedTuple):
    """One row of a contact sheet: its first picture, and what it is said to be."""

    row: ShownRow
    picture: SafeString
    label: str
    colour: int | None


class Pager(NamedTuple):
    """Where the pages around are; None where there is none."""

    first: str | None
    previous: str | None
    following: str | None


def shown(request: HttpRequest, page: DataPage, newest: Snapshot | None) -> dict[str, Any]:
    """What the page's template needs of a view; ``newest`` is the newest version."""
    view = page.view
    return {
        "page": page,
        "view": view,
        "heads": heads_of(page),
        "chips": chips_of(view),
        "pager": pager_of(page),
        "amount": amount_words(page),
        "bars_from": bars_words(page),
        "order": order_words(view.order),
        "sheet": is_sheet(view),
        "shapes": _shapes(view),
        "form": Form.of(page),
        "csv_url": reverse("data_csv", args=[view.project.slug]) + view.address(),
        "csv_rows": VIEW_DOWNLOAD_ROWS,
        "columns_most": COLUMNS_SHOWN,
        "hidden_columns": len(view.fields) - len(view.shown),
        "tiles": tiles_of(page) if is_sheet(view) else [],
        "code": code_of(request, view, newest),
    }


def view_in(request: HttpRequest, project: Project) -> DataView:
    """The view that a request asks for."""
    pairs = [(key, text) for key in request.GET for text in request.GET.getlist(key)]
    fields = queries.typed_fields(project)
    return view_of(project, fields, pairs, maintains=project.may >= Right.MAINTAIN)


def _shapes(view: DataView) -> list[Choice]:
    """Table and contact sheet, where both have something to show."""
    if not has_pictures(view):
        return []
    names = ((TABLE, _("Table")), (SHEET, _("Pictures")))
    return [Choice(view.shaped(shape), words, view.shape == shape) for shape, words in names]


def is_from_form(request: HttpRequest) -> bool:
    """Whether a form sent it: empty inputs, and a key for each checkbox. It has a shorter form."""
    return any(
        len(texts) > 1 or not texts[0].strip() for texts in map(request.GET.getlist, request.GET)
    )


def place_asked(request: HttpRequest, view: DataView) -> tuple[Place | None, bool]:
    """Where the page begins, and whether it is the one before that place."""
    for key, rising in (("before", False), ("after", True)):
        arrival = whole(request.GET.get(key, ""))
        if arrival is not None:
            place = place_in(view, arrival, request.GET.get("at", ""))
            return place, place is not None and rising == view.order.descending
    return None, False


def pager_of(page: DataPage) -> Pager:
    """The addresses of the pages around."""
    onward, back = ("before", "after") if page.view.order.descending else ("after", "before")
    return Pager(
        first=page.view.address() if page.previous is not None else None,
        previous=_at(page.view, back, page.previous),
        following=_at(page.view, onward, page.following),
    )


def _at(view: DataView, key: str, place: Place | None) -> str | None:
    if place is None:
        return None
    return view.address(*((name or key, text) for name, text in place_texts(view, place)))


def heads_of(page: DataPage) -> list[Head]:
    """The heads of the columns that the table shows."""
    return [_head(page, column) for column in page.columns]


def _head(page: DataPage, column: Column) -> Head:
    view, field = page.view, column.field
    sorted_ = ""
    if view.order.field == field:
        sorted_ = "descending" if view.order.descending else "ascending"
    share = percent(column.missing, 0 if column.missing >= 0.1 else 1)
    return Head(
        column=column,
        sort_url=view.sorted_by(field, column.type_) if column.sortable else "",
        sorted=sorted_,
        bars=_bars(view, column),
        words=column.words,
        missing=_("%(share)s missing") % {"share": share} if column.missing else "",
        missing_url=view.asking(field, {"missing": "1"}),
    )


def _bars(view: DataView, column: Column) -> SafeString:
    drawn = [
        Bar(
            share=bar.rows / column.highest if column.highest else 0.0,
            words=f"{bar.words}: {readable(bar.rows)}",
            href=view.asking(column.field, bar.filter) if bar.filter else "",
            colour=bar.colour,
        )
        for bar in column.bars
    ]
    label = _("How often values of %(field)s come. The filter below asks for the same.")
    return histogram(drawn, label % {"field": column.field.name})


def tiles_of(page: DataPage) -> list[Tile]:
    """The rows as a contact sheet shows them."""
    return [_tile(row) for row in page.rows]


def _tile(row: ShownRow) -> Tile:
    drawn = next((cell for cell in row.cells if cell.picture or cell.lines), None)
    target = next((cell for cell in row.cells if cell.field.role == Field.Role.TARGET), None)
    picture = SafeString("")
    if drawn is not None:
        picture = drawn.picture or multiple(drawn.lines, drawn.text)
    return Tile(row, picture, target.text if target else "", target.colour if target else None)


def chips_of(view: DataView) -> list[Chip]:
    """The filters that hold, each with the way to lose it."""
    chips = [Chip(one.words, view.without(one)) for one in view.filters]
    if view.state:
        chips.append(Chip(str(STATES[view.state][1]), replace(view, state="").address()))
    return chips


def order_words(order: Order) -> str:
    """In which order the rows stand, in words."""
    if order.field is None:
        return _("Newest first.") if order.descending else _("Oldest first.")
    words = _("By %(field)s, falling.") if order.descending else _("By %(field)s, rising.")
    return words % {"field": order.field.name}


def amount_words(page: DataPage) -> str:
    """How many rows the view has, as exactly as it is known."""
    whole_ = page.state.accepted
    total = readable(whole_)
    if not page.view.narrowed:
        return ngettext("%(total)s row", "%(total)s rows", whole_) % {"total": total}
    if page.fitting is None:
        return _("some of %(total)s rows") % {"total": total}
    found = readable(page.fitting.rows)
    if page.fitting.newest is not None:
        parts = {"found": found, "newest": readable(page.fitting.newest), "total": total}
        return _("%(found)s of the newest %(newest)s rows; there are %(total)s") % parts
    if page.view.state:
        return ngettext("%(found)s row", "%(found)s rows", page.fitting.rows) % {"found": found}
    return _("%(found)s of %(total)s rows") % {"found": found, "total": total}


def bars_words(page: DataPage) -> str:
    """From which rows the bars are."""
    sums = page.sums
    if sums is None:
        return ""
    parts = {"sampled": readable(sums.sampled), "rows": readable(sums.rows)}
    if page.view.narrowed:
        if sums.whole:
            return _("The bars count these rows.")
        return _("The bars count the newest %(sampled)s of these rows.") % parts
    if sums.whole:
        return _("The bars count all %(rows)s rows, as of") % parts
    return _("The bars count %(sampled)s rows spread evenly over %(rows)s, as of") % parts


def has_pictures(view: DataView) -> bool:
    """Whether a contact sheet has anything to show."""
    return any(type_.whole_point for _field, type_ in view.shown)


def is_sheet(view: DataView) -> bool:
    """Whether the view is a contact sheet."""
    return view.shape == SHEET and has_pictures(view)
